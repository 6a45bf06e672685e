//! Debian packages that tests need: installed when that is possible, named when it is not.

use std::process::Stdio;

use anyhow::Result;

use crate::{program, say};

/// A program that a test starts, and the package that has it.
const NEEDED: &[(&str, &str)] = &[("mandoc", "mandoc"), ("openssl", "openssl")];

/// Installs what is missing, or says in one line what to install.
pub(crate) fn provide() -> Result<()> {
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

fn install<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    arguments
}

fn missing() -> Vec<&'static str> {
    let absent = NEEDED.iter().filter(|(program, _)| !program::installed(program));
    absent.map(|(_, package)| *package).collect()
}
