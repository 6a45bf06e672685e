//! The console, called as a script calls it.

use std::{ffi::OsStr, os::unix::process::CommandExt as _, path::PathBuf, process::Command};

use serde_json::Value;

use crate::{Answer, binaries};

/// A caller of one daemon, with nothing of the tester's own set-up about it.
#[derive(Debug, Clone)]
pub struct Console {
    /// Where the daemon listens.
    pub socket: PathBuf,
    /// Stands for the caller's home, configuration and run-time folders.
    pub home: PathBuf,
    /// Who calls, when it is somebody else than the tester.
    pub uid: Option<u32>,
}

impl Console {
    /// The same, called by another user.
    #[must_use]
    pub fn by(&self, uid: u32) -> Self {
        Self { uid: Some(uid), ..self.clone() }
    }

    /// A command line that is not started yet.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(&binaries().conductor);
        command.args(arguments).current_dir(&self.home).env_clear();
        command.envs(self.environment());
        if let Some(uid) = self.uid {
            command.uid(uid).gid(uid);
        }
        command
    }

    /// The environment that the console is started with.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.home.display().to_string();
        vec![
            ("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
            ("HOME", home.clone()),
            ("XDG_CONFIG_HOME", home.clone()),
            ("XDG_DATA_HOME", home.clone()),
            ("XDG_STATE_HOME", home.clone()),
            ("XDG_RUNTIME_DIR", home),
            ("CONDUCTOR_HOST", format!("unix://{}", self.socket.display())),
        ]
    }

    /// Calls and waits.
    ///
    /// # Panics
    /// When the program can't be started.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn call<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Answer {
        let words: Vec<_> = arguments.iter().map(|word| word.as_ref().to_string_lossy()).collect();
        let output = self.command(arguments).output().expect("start the console");
        Answer::of(words.join(" "), &output)
    }

    /// What it answers as JSON.
    ///
    /// # Panics
    /// When it does not exit with 0.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut words = arguments.to_vec();
        words.extend(["-o", "json"]);
        self.call(&words).exits(0).json()
    }

    /// Starts a run of a published workflow and gives its id.
    ///
    /// # Panics
    /// When it is not started.
    pub fn start(&self, workflow: &str, inputs: &[&str]) -> String {
        let mut words = vec!["run", workflow];
        for input in inputs {
            words.extend(["-i", input]);
        }
        let started = self.json(&words);
        started["runId"].as_str().unwrap_or_else(|| panic!("no runId in {started}")).to_owned()
    }

    /// Publishes a manifest given as text.
    ///
    /// # Panics
    /// When it is not published.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn publish(&self, manifest: &str) {
        let file = self.home.join("manifest.yaml");
        std::fs::write(&file, manifest).expect("write a manifest");
        let file = file.to_str().expect("a path that is UTF-8");
        drop(self.call(&["workflows", "publish", file]).exits(0));
    }

    /// A run as `runs show` tells it.
    pub fn show(&self, run: &str) -> Value {
        self.json(&["runs", "show", run])
    }
}
