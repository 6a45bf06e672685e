//! Where stories of several people play: a daemon, whoever runs it, somebody on TCP who asks for things, and
//! people who approve them with keys of their own and OpenSSH's tools.

use std::{fs, path::Path};

use conductor_tests::{Answer, Console, Daemon, Setup};
use serde_json::Value;

use crate::{
    keys::desk::{Desk, TYPES},
    walk::free_address,
};

/// Who comes over TCP.
pub(crate) const ASKS: &str = "tcp:anonymous";

/// See the module.
pub(crate) struct Stage {
    pub(crate) daemon: Daemon,
    /// Where it listens on TCP, as `--host` takes it.
    pub(crate) host: String,
    pub(crate) desk: Desk,
}

impl Stage {
    pub(crate) fn set() -> Self {
        Self::with("")
    }

    /// With more in the daemon's configuration.
    pub(crate) fn with(config: &str) -> Self {
        let tcp = free_address();
        let config = format!("listen = '{tcp}'\n{config}");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        Self { daemon, host: format!("http://{tcp}"), desk: Desk::new() }
    }

    /// Whoever runs the daemon.
    pub(crate) fn owner(&self) -> Console {
        self.daemon.owner()
    }

    /// Gives somebody a role.
    pub(crate) fn grant(&self, principal: &str, role: &str) {
        drop(self.owner().call(&["grants", "add", principal, role]).exits(0));
    }

    /// Gives somebody a role, and a key that they are known by.
    pub(crate) fn person(&self, (principal, key): (&str, &str), role: &str) {
        self.grant(principal, role);
        self.desk.key(key, TYPES[0].1);
        self.enroll(principal, key);
    }

    /// Enrolls a key that is there.
    pub(crate) fn enroll(&self, principal: &str, key: &str) {
        let file = self.desk.path(&format!("{key}.pub"));
        let enroll = ["keys", "enroll", principal, "--key", file.to_str().unwrap()];
        drop(self.owner().call(&enroll).exits(0));
    }

    /// Whoever comes over TCP.
    pub(crate) fn asks(&self, arguments: &[&str]) -> Answer {
        self.owner().call(&self.over_tcp(arguments))
    }

    /// The same, with what an agent holds.
    pub(crate) fn asks_with(&self, arguments: &[&str], agent: &Path) -> Answer {
        let all = self.over_tcp(arguments);
        let output = self.owner().command(&all).env("SSH_AUTH_SOCK", agent).output().unwrap();
        Answer::of(all.join(" "), &output)
    }

    fn over_tcp<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [&["--host", self.host.as_str()][..], arguments].concat()
    }

    /// Signs what was exported with somebody's key, by OpenSSH's own tools, and brings it.
    pub(crate) fn signs(&self, id: &str, key: &str) -> Answer {
        let statement = self.desk.path("statement.json");
        let export = ["approvals", "export", id, "-O", statement.to_str().unwrap()];
        drop(self.owner().call(&export).exits(0));
        let sign = ["-q", "-Y", "sign", "-f", key, "-n", "approval@conductor", "statement.json"];
        self.desk.keygen(&sign, b"").unwrap();
        let signature = self.desk.path("statement.json.sig");
        let import = ["approvals", "import", id, signature.to_str().unwrap(), "-o", "json"];
        let answer = self.owner().call(&import);
        fs::remove_file(signature).unwrap();
        answer
    }
}

/// The approval that a refusal of this code names.
pub(crate) fn approval_of(refused: &Answer, code: &str) -> String {
    let error: Value = serde_json::from_str(&refused.stderr).unwrap();
    assert_eq!(error["error"]["code"], code, "{error:#}");
    error["error"]["approval"]["id"].as_str().unwrap().to_owned()
}
