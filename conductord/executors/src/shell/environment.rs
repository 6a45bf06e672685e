//! What a program sees in its environment: a fixed few, the manifest's, and who it is.

#![expect(clippy::disallowed_methods, reason = "the owner of the home that scripts get")]

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use conductor_engine::ports::Lease;
use tokio::process::Command;

use crate::executor::Access;

/// The worker's mark: its folder. With [`LEASE`] it tells whose a stray process is.
pub(crate) const WORKER_HOME: &str = "CONDUCTOR_WORKER_HOME";
/// The worker's mark: the fencing token of the attempt.
pub(crate) const LEASE: &str = "CONDUCTOR_LEASE";

/// The attempt's own token, with which its program reaches the daemon.
pub(crate) const TOKEN: &str = "CONDUCTOR_TOKEN";

/// In place of a lease's token: it belongs to the worker and to none of its attempts.
pub(crate) const KEPT: &str = "kept";

/// Where programs are looked for, whatever the worker's own search path is.
pub(crate) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// A locale that every system has, so that tools print the same everywhere.
const LANG: &str = "C.UTF-8";

/// What all programs of a worker have in common.
#[derive(Debug)]
pub(super) struct BaseEnvironment {
    home: OsString,
}

/// Gives a program nothing but what every program gets.
pub(crate) fn clean_environment(command: &mut Command) {
    let BaseEnvironment { home } = BaseEnvironment::of_this_process();
    command.env_clear().env("PATH", PATH).env("HOME", home).env("LANG", LANG);
}

/// The folders and files of one attempt that its program is told of.
pub(super) struct Places<'a> {
    pub(super) worker_home: &'a Path,
    pub(super) cwd: &'a Path,
    pub(super) output_file: &'a Path,
    pub(super) workspace: &'a Path,
}

impl BaseEnvironment {
    /// Takes nothing from the worker's own environment but its home folder.
    pub(super) fn of_this_process() -> Self {
        Self { home: std::env::var_os("HOME").unwrap_or_else(|| "/".into()) }
    }

    /// Sets the program's whole environment. The manifest may change everything but what begins
    /// with `CONDUCTOR_`.
    pub(super) fn apply(
        &self,
        command: &mut Command,
        (lease, access): (&Lease, Option<&Access>),
        places: &Places<'_>,
    ) {
        command
            .env_clear()
            .env("PATH", PATH)
            .env("HOME", &self.home)
            .env("LANG", LANG)
            .env("TMPDIR", places.cwd)
            .envs(&lease.env)
            .env("CONDUCTOR_RUN_ID", lease.run.to_string())
            .env("CONDUCTOR_TASK_ID", &lease.task)
            .env("CONDUCTOR_ATTEMPT", lease.attempt.to_string())
            .env("CONDUCTOR_IDEMPOTENCY_KEY", lease.idempotency_key())
            .env("CONDUCTOR_OUTPUT", places.output_file)
            .env("CONDUCTOR_WORKSPACE", places.workspace)
            .env(WORKER_HOME, places.worker_home)
            .env(LEASE, lease.token.to_string());
        if let Some(Access { daemon, token }) = access {
            // What `conductor` reads: where the daemon is, and where its run is.
            command
                .env("CONDUCTOR_HOST", &daemon.host)
                .envs(daemon.ca.iter().map(|file| ("CONDUCTOR_CA", file)))
                .env(TOKEN, token.as_str())
                .env("CONDUCTOR_TENANT", &lease.scope.tenant)
                .env("CONDUCTOR_ENV", &lease.scope.environment)
                .env("CONDUCTOR_REGION", &lease.scope.region);
        }
    }
}

/// Refuses names that no environment can hold and those that are ours.
///
/// # Errors
/// A sentence that names the variable.
pub(crate) fn check(env: &BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in env {
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            return Err(format!("the environment variable {name:?} can't be passed to a program"));
        }
        if name.starts_with("CONDUCTOR_") {
            return Err(format!(
                "the environment variable `{name}` is not the manifest's to set: names that begin \
                 with `CONDUCTOR_` are kept for the worker"
            ));
        }
    }
    Ok(())
}
