//! A daemon in a folder of its own: started, killed, stopped, started again.

use std::{
    fs::{self, File, Permissions},
    os::unix::{fs::PermissionsExt as _, fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{Answer, Api, Console, binaries, process::ended_within};

/// How long a daemon has until it serves, on a busy machine.
const SERVES_WITHIN: Duration = Duration::from_secs(60);
/// How long a daemon has to end.
const ENDS_WITHIN: Duration = Duration::from_secs(30);
/// How often a starting daemon is asked whether it serves.
const ASK_EVERY: Duration = Duration::from_millis(10);

/// How a daemon is to be started.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Written to a file that `--config` names; empty for no file at all.
    pub config: String,
    /// Who runs it, when it is somebody else than the tester.
    pub uid: Option<u32>,
    /// Environment variables besides those that every test has.
    pub environment: Vec<(&'static str, String)>,
}

/// A daemon and its folder. Ended by force and removed when dropped.
#[derive(Debug)]
pub struct Daemon {
    setup: Setup,
    folder: TempDir,
    child: Option<Child>,
}

impl Daemon {
    /// A daemon that serves, with nothing configured.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(Setup::default())
    }

    /// A daemon that serves.
    #[must_use]
    pub fn start_with(setup: Setup) -> Self {
        let mut daemon = Self::prepare(setup);
        daemon.launch();
        daemon
    }

    /// A folder for a daemon that is not started.
    ///
    /// # Panics
    /// When the folder can't be made.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn prepare(setup: Setup) -> Self {
        let folder = TempDir::with_prefix("conductor-").expect("make a folder");
        fs::write(folder.path().join("conductord.toml"), &setup.config).expect("write a config");
        if let Some(uid) = setup.uid {
            fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("open it");
            chown(folder.path(), Some(uid), Some(uid)).expect("give it away");
        }
        Self { setup, folder, child: None }
    }

    /// One that is not started, with an inventory of that name and text in its folder. `config` goes
    /// on where its source is named, and may begin with more of that.
    ///
    /// # Panics
    /// When the files can't be written.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn with_hosts((file, inventory): (&str, &str), config: &str) -> Self {
        let config = format!("[[inventory.source]]\nfile = '{file}'\n{config}");
        let daemon = Self::prepare(Setup { config, ..Setup::default() });
        fs::write(daemon.folder().join(file), inventory).expect("write the inventory");
        daemon
    }

    /// Writes another configuration; it is read at the next start, or at a SIGHUP.
    ///
    /// # Panics
    /// When the file can't be written.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn configure(&mut self, config: impl Into<String>) {
        self.setup.config = config.into();
        let file = self.folder().join("conductord.toml");
        fs::write(file, &self.setup.config).expect("write a config");
    }

    /// Sets environment variables besides those that every test has, for the next start.
    pub fn environment(&mut self, variables: Vec<(&'static str, String)>) {
        self.setup.environment = variables;
    }

    /// Starts it on its folder as that is, and waits until it serves.
    ///
    /// # Panics
    /// When it ends or does not serve within the bound.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn launch(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = File::options().create(true).append(true).open(self.log_file());
        let log = log.expect("open the log");
        let mut command = self.command(&[]);
        command.stdout(log.try_clone().expect("share the log")).stderr(log);
        self.child = Some(command.spawn().expect("start conductord"));
        self.wait_until_serving();
    }

    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    fn wait_until_serving(&mut self) {
        let deadline = Instant::now() + SERVES_WITHIN;
        while Instant::now() < deadline {
            if self.socket().exists() && self.owner().call(&["status"]).code == Some(0) {
                return;
            }
            let child = self.child.as_mut().expect("it was started");
            if let Some(status) = ended_within(child, Duration::ZERO) {
                self.child = None;
                panic!("conductord ended with {status}:\n{}", self.log());
            }
            thread::sleep(ASK_EVERY);
        }
        panic!("conductord does not serve:\n{}", self.log());
    }

    /// All that is on record where whoever runs it acts, as it says: in the files it is sealed.
    #[must_use]
    pub fn recorded(&self) -> String {
        self.owner().call(&["events", "tail", "-o", "json"]).stdout
    }

    /// A call of `conductord` on this daemon's folder, not started yet. `subcommand` comes first.
    #[must_use]
    pub fn command(&self, subcommand: &[&str]) -> Command {
        let mut command = Command::new(&binaries().conductord);
        command.args(subcommand).arg("--data-dir").arg(self.data_dir());
        if subcommand.is_empty() {
            command.arg("--socket").arg(self.socket());
            if !self.setup.config.is_empty() {
                command.arg("--config").arg(self.folder.path().join("conductord.toml"));
            }
        }
        command.current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.envs(self.console().environment());
        command.envs(self.setup.environment.clone());
        if let Some(uid) = self.setup.uid {
            command.uid(uid).gid(uid);
        }
        command
    }

    /// Calls `conductord` to its end, which must come within the bound.
    ///
    /// # Panics
    /// When it goes on.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    #[must_use]
    pub fn call(&self, subcommand: &[&str]) -> Answer {
        let mut command = self.command(subcommand);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("start conductord");
        if ended_within(&mut child, ENDS_WITHIN).is_none() {
            child.kill().expect("kill conductord");
            let output = child.wait_with_output().expect("read what it said");
            panic!("it goes on: {:#?}", Answer::of(subcommand.join(" "), &output));
        }
        let output = child.wait_with_output().expect("read what it said");
        Answer::of(format!("conductord {}", subcommand.join(" ")), &output)
    }

    /// kill -9, now. What it had started is on its own.
    ///
    /// # Panics
    /// When it does not run.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("a daemon that runs");
        child.kill().expect("kill conductord");
        child.wait().expect("wait for conductord");
    }

    /// SIGTERM, and its end within the bound.
    ///
    /// # Panics
    /// When it does not end.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        let mut child = self.child.take().expect("a daemon that runs");
        let ended = ended_within(&mut child, ENDS_WITHIN);
        if ended.is_none() {
            child.kill().expect("kill conductord");
            child.wait().expect("wait for conductord");
        }
        ended.unwrap_or_else(|| panic!("conductord does not stop:\n{}", self.log()))
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it does not run.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("a daemon that runs");
        kill_process(Pid::from_child(child), signal).expect("send a signal");
    }

    /// Its process id.
    ///
    /// # Panics
    /// When it does not run.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("a daemon that runs").id()
    }

    /// Whether its process lives.
    pub fn lives(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| ended_within(child, Duration::ZERO).is_none())
    }

    /// The console as the tester calls it.
    #[must_use]
    pub fn console(&self) -> Console {
        Console { socket: self.socket(), home: self.folder.path().to_owned(), uid: None }
    }

    /// The console as the one who runs the daemon calls it.
    #[must_use]
    pub fn owner(&self) -> Console {
        Console { uid: self.setup.uid, ..self.console() }
    }

    /// The API, spoken from this process.
    pub async fn api(&self) -> Api {
        Api::connect(&self.socket()).await
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it keeps its data.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("conductord.sock")
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("conductord.log")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
        if thread::panicking() {
            let log = self.log();
            let tail: Vec<_> = log.lines().rev().take(40).collect();
            let tail: Vec<_> = tail.into_iter().rev().collect();
            // The harness captures it and shows it with the failure.
            std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("the daemon's log ends with:\n{}\n", tail.join("\n")).as_bytes(),
            )
            .ok();
        }
    }
}
