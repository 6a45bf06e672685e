//! People of the demonstration: each with a key of their own that is nowhere but in an ssh-agent of
//! their own, and logged in with it.

use std::{
    cell::OnceCell,
    fs,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{interrupt, program, say};

/// How long an agent has until it listens.
const LISTENS_WITHIN: Duration = Duration::from_secs(10);
/// How often that is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Somebody with a key.
pub(super) struct Person {
    /// Without anything around it.
    pub(super) name: &'static str,
    /// `SHA256:…` of the key.
    pub(super) fingerprint: String,
    folder: PathBuf,
    agent: Child,
    /// Of their login.
    token: OnceCell<String>,
}

impl Person {
    /// Makes a key, starts an agent, gives it the key, and keeps nothing else of it than its public
    /// half.
    pub(super) fn make(name: &'static str, people: &Path) -> Result<Self> {
        let folder = people.join(name);
        fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        let key = folder.join("id_ed25519");
        let mut keygen = program::command("ssh-keygen");
        keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&key);
        program::output(&mut keygen)?;
        let socket = folder.join("agent");
        let agent = program::command("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start ssh-agent")?;
        let person =
            Self { name, fingerprint: fingerprint(&key)?, folder, agent, token: OnceCell::new() };
        let deadline = Instant::now() + LISTENS_WITHIN;
        // Its socket is there a moment before it listens.
        while UnixStream::connect(&socket).is_err() {
            ensure!(Instant::now() < deadline, "ssh-agent of {name} does not listen");
            thread::sleep(LOOK_EVERY);
        }
        program::output(person.with_agent(program::command("ssh-add").arg("-q").arg(&key)))?;
        fs::remove_file(&key).context("keep the key in the agent alone")?;
        Ok(person)
    }

    /// As the daemon knows them.
    pub(super) fn principal(&self) -> String {
        format!("person:{}", self.name)
    }

    /// The public half of the key.
    pub(super) fn public_key(&self) -> PathBuf {
        self.folder.join("id_ed25519.pub")
    }

    /// Keeps the token of a login.
    pub(super) fn remember(&self, token: &str) {
        self.token.get_or_init(|| token.to_owned());
    }

    /// A command that comes with their login, where they are logged in.
    pub(super) fn with_login<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        match self.token.get() {
            Some(token) => command.env("CONDUCTOR_TOKEN", token),
            None => command.env_remove("CONDUCTOR_TOKEN"),
        }
    }

    /// A command that finds their agent.
    pub(super) fn with_agent<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("SSH_AUTH_SOCK", self.folder.join("agent"))
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        if let Err(error) = interrupt::end(&mut self.agent) {
            say::error(&format!("{error:#}"));
        }
    }
}

fn fingerprint(key: &Path) -> Result<String> {
    let told = program::output(program::command("ssh-keygen").arg("-lf").arg(key))?;
    told.split(' ').nth(1).map(str::to_owned).context("a fingerprint")
}
