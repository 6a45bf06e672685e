//! Packages that tests need: installed when that is possible, named when it is not.

use std::{
    fs,
    path::Path,
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
    ("curl", "curl"),
    ("jq", "jq"),
    // Security keys without a device.
    ("/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so", "openssh-tests"),
];
/// What Python has, each in an environment of its own: the module, the package, and what is not tried
/// without it. The folder is known to its test.
const PYTHON: [(&str, &str, &str); 4] = [
    ("regopy", "regopy==1.5.2", "the policy is not tried in a second engine"),
    ("aiosmtpd", "aiosmtpd==1.4.6", "no mail is sent to a real server"),
    (
        "openapi_spec_validator",
        "openapi-spec-validator==0.9.0",
        "the description of the HTTP API is not validated",
    ),
    ("schemathesis", "schemathesis==4.32.5", "the HTTP API is not asked at random"),
];
/// The OpenID provider: where its test looks for it, and the folder that names each package with its
/// version and digest.
const PROVIDER: (&str, &str) = ("target/oidc-provider", "tests/tests/system/oidc");

/// Installs what is missing, or says in one line what to install.
pub(crate) fn provide() -> Result<()> {
    provide_debian()?;
    for (module, package, without) in PYTHON {
        provide_python(module, package, without);
    }
    provide_provider();
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

fn provide_python(module: &str, package: &str, without: &str) {
    let folder = format!("target/{module}");
    let python = program::root().join(&folder).join("bin/python3");
    if succeeds(program::command(&python).args(["-c", &format!("import {module}")])) {
        return;
    }
    say::step(&format!("installing {package} into {folder}"));
    let installed = succeeds(program::command("python3").args(["-m", "venv", &folder]))
        && succeeds(program::command(&python).args(["-m", "pip", "install", package]));
    if !installed {
        say::step(&format!(
            "{without}; install it: python3 -m venv {folder} && {folder}/bin/pip install {package}"
        ));
    }
}

fn provide_provider() {
    let (folder, named) = PROVIDER;
    let (there, named) = (program::root().join(folder), program::root().join(named));
    let files = ["package.json", "package-lock.json"];
    let same = |file: &&str| -> bool {
        let read = |folder: &Path| fs::read(folder.join(file)).unwrap_or_default();
        read(&there) == read(&named)
    };
    if files.iter().all(same) && there.join("node_modules/oidc-provider").is_dir() {
        return;
    }
    say::step(&format!("installing the npm package oidc-provider into {folder}"));
    let copied = fs::create_dir_all(&there).is_ok()
        && files.iter().all(|file| fs::copy(named.join(file), there.join(file)).is_ok());
    // Exactly what is named, and nothing of it runs while it is installed.
    let clean = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    let installed = copied && succeeds(program::command("npm").args(clean).current_dir(&there));
    if !installed {
        say::step(&format!(
            "tokens of an OpenID provider are not tried; install it: cd {folder} && npm ci \
             --ignore-scripts"
        ));
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
