//! Packages that tests need: installed when that is possible, named when it is not.

use std::{
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
    // Security keys without a device.
    ("/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so", "openssh-tests"),
];
/// The second Rego engine, in a Python environment of its own: the folder is known to its test.
const REGOPY: (&str, &str) = ("target/regopy", "regopy==1.5.2");

/// Installs what is missing, or says in one line what to install.
pub(crate) fn provide() -> Result<()> {
    provide_debian()?;
    provide_regopy();
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

fn provide_regopy() {
    let (folder, package) = REGOPY;
    let python = program::root().join(folder).join("bin/python3");
    let succeeds = |command: &mut Command| {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    };
    if succeeds(program::command(&python).args(["-c", "import regopy"])) {
        return;
    }
    say::step(&format!("installing {package} into {folder}"));
    let installed = succeeds(program::command("python3").args(["-m", "venv", folder]))
        && succeeds(program::command(&python).args(["-m", "pip", "install", package]));
    if !installed {
        say::step(&format!(
            "the policy is not tried in a second engine; install it: python3 -m venv {folder} && \
             {folder}/bin/pip install {package}"
        ));
    }
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
