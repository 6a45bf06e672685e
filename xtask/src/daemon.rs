//! A scratch daemon in a folder of its own, ended whatever happens.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::{interrupt, program, program::Binaries, say};

/// How long a daemon has until it serves.
const SERVES_WITHIN: Duration = Duration::from_secs(30);
/// How often it is asked whether it does.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// A daemon of its own.
#[derive(Debug)]
pub(crate) struct Scratch {
    child: Option<Child>,
    binaries: Binaries,
    folder: PathBuf,
    /// Removed with everything in it when the chore ends, unless it is to be kept.
    owned: Option<TempDir>,
}

impl Scratch {
    /// Makes a folder and starts a daemon in it; returns when it serves.
    pub(crate) fn start(binaries: Binaries) -> Result<Self> {
        Self::start_with(binaries, false, |_| Ok(String::new()))
    }

    /// The same with a configuration, which may name files of the folder that are made first. With
    /// `keep` the folder stays behind.
    pub(crate) fn start_with(
        binaries: Binaries,
        keep: bool,
        config: impl FnOnce(&Path) -> Result<String>,
    ) -> Result<Self> {
        let folder = TempDir::with_prefix("conductor-").context("make a scratch folder")?;
        let (folder, owned) =
            if keep { (folder.keep(), None) } else { (folder.path().to_owned(), Some(folder)) };
        let mut scratch = Self { child: None, binaries, folder, owned };
        let config = config(&scratch.folder)?;
        fs::write(scratch.config(), config).context("write the daemon's configuration")?;
        scratch.launch()?;
        Ok(scratch)
    }

    /// Starts the daemon on the folder as it is and waits until it serves; gives how long that
    /// took.
    pub(crate) fn launch(&mut self) -> Result<Duration> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .context("open the daemon's log")?;
        let mut command = program::command(&self.binaries.conductord);
        command
            .arg("--config")
            .arg(self.config())
            .arg("--data-dir")
            .arg(self.data_dir())
            .arg("--socket")
            .arg(self.socket())
            .stdin(Stdio::null())
            .stdout(log.try_clone().context("share the daemon's log")?)
            .stderr(log)
            // Ctrl-C at the terminal is for the chore, which then ends the daemon in good order.
            .process_group(0);
        let started = Instant::now();
        self.child = Some(command.spawn().context("start conductord")?);
        self.wait_until_serving(started)
    }

    fn wait_until_serving(&mut self, started: Instant) -> Result<Duration> {
        while started.elapsed() < SERVES_WITHIN && !interrupt::asked() {
            if self.socket().exists() && self.conductor(&["status"]).output()?.status.success() {
                return Ok(started.elapsed());
            }
            let ended = self.child.as_mut().map(Child::try_wait).transpose()?.flatten();
            if let Some(status) = ended {
                bail!("conductord ended with {status} before it served:\n{}", self.log_text());
            }
            thread::sleep(ASK_EVERY);
        }
        bail!("conductord did not serve within {SERVES_WITHIN:?}:\n{}", self.log_text())
    }

    /// The console, pointed at this daemon and at nothing of the caller's own set-up.
    pub(crate) fn conductor(&self, arguments: &[&str]) -> Command {
        let mut command = program::command(&self.binaries.conductor);
        command
            .env("CONDUCTOR_HOST", self.host())
            .env_remove("CONDUCTOR_TENANT")
            .env_remove("CONDUCTOR_ENV")
            .env_remove("CONDUCTOR_REGION")
            .args(arguments);
        command
    }

    /// Where the daemon listens, as `CONDUCTOR_HOST` takes it.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// What the console answers to a subcommand, as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T> {
        let mut command = self.conductor(arguments);
        command.args(["-o", "json"]);
        let answer = program::output(&mut command)?;
        serde_json::from_str(&answer).with_context(|| format!("read the answer: {answer}"))
    }

    /// Process id of the daemon.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.child.as_ref().map(Child::id).context("the daemon is not running")
    }

    /// Asks the daemon to stop and waits, bounded.
    pub(crate) fn stop(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            let status = interrupt::end(&mut child)?;
            if !status.success() {
                bail!("conductord ended with {status}:\n{}", self.log_text());
            }
        }
        Ok(())
    }

    /// Where it keeps its data.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join("conductord.sock")
    }

    /// The scratch folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where it listens on TCP, as `--host` takes it.
    pub(crate) fn tcp(&self) -> Result<String> {
        let log = self.log_text();
        let line = log.lines().find(|line| line.contains("listening on TCP"));
        let address = line.and_then(|line| line.split("address=").nth(1));
        let address = address.and_then(|rest| rest.split_whitespace().next());
        address.map(|address| format!("http://{address}")).context("the daemon has no TCP address")
    }

    fn config(&self) -> PathBuf {
        self.folder.join("conductord.toml")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("conductord.log")
    }

    fn log_text(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            say::error(&format!("{error:#}"));
        }
        if self.owned.is_none() {
            say::step(&format!("kept: {}", self.folder.display()));
        }
    }
}
