//! The executors by their references, and the one door through which an attempt runs.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use conductor_engine::ports::{Lease, WorkPort};
use conductor_protocol::manifest;

use crate::{
    backoff::Dice,
    confine::{ConfineOptions, Finding},
    ended::Ended,
    http::Http,
    limits::TERM_GRACE_DEFAULT,
    redact::Redactor,
    secrets::{self, SecretValue, Vault},
    shell::Shell,
    simple,
    ssh::{Ssh, SshOptions},
    stop::{Stop, StopSignal},
};

/// One attempt of one task, with what its executor needs.
pub(crate) struct Attempt<P> {
    /// What to do.
    pub(crate) lease: Lease,
    /// Where output and artifacts go.
    pub(crate) port: P,
    /// Says when to stop.
    pub(crate) stop: StopSignal,
    /// Spreads retries.
    pub(crate) dice: Dice,
    /// Takes its secrets out of everything that leaves; nothing where it has none.
    pub(crate) redactor: Option<Arc<Redactor>>,
    /// How its program reaches the daemon; nothing where it doesn't.
    pub(crate) access: Option<Access>,
}

/// Where programs reach the daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaemonAddress {
    /// As `conductor --host` takes it.
    pub host: String,
    /// As `conductor --ca` takes it, where the programs run; nothing for the system's.
    pub ca: Option<PathBuf>,
}

/// How a program reaches the daemon, in the name of its task.
pub(crate) struct Access {
    /// Where it listens, and by which CAs it is known there.
    pub(crate) daemon: Arc<DaemonAddress>,
    /// Ends with the attempt.
    pub(crate) token: SecretValue,
}

/// How a task is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executor {
    /// Ends at once; its parameters become its outputs.
    Noop,
    /// Ends after a while.
    Sleep,
    /// Runs a script.
    Shell,
    /// Makes a request.
    Http,
    /// Runs a script on a host.
    Ssh,
}

impl Executor {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Shell, Self::Http, Self::Ssh, Self::Noop, Self::Sleep];

    /// How a manifest refers to it.
    #[must_use]
    pub const fn uses(self) -> &'static str {
        match self {
            Self::Noop => "pkg:builtin/noop@1",
            Self::Sleep => "pkg:builtin/sleep@1",
            Self::Shell => "pkg:builtin/shell@1",
            Self::Http => "pkg:builtin/http@1",
            Self::Ssh => manifest::SSH,
        }
    }

    /// The one that a manifest refers to.
    #[must_use]
    pub fn named(uses: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|executor| executor.uses() == uses)
    }
}

/// How a worker's executors are set up.
#[derive(Debug, Clone)]
pub struct ExecutorsOptions {
    /// The worker's own folder, which no other worker may use.
    pub work_dir: PathBuf,
    /// How long a program has between TERM and KILL.
    pub term_grace: Duration,
    /// Whether requests go through the proxies that this process's environment names.
    pub proxies_from_environment: bool,
    /// How hosts are connected to.
    pub ssh: SshOptions,
    /// The secrets that tasks can name.
    pub vault: Vault,
    /// How programs are confined.
    pub confine: ConfineOptions,
    /// Where scripts on this machine reach the daemon; nothing where they are given no token for it.
    pub daemon: Option<DaemonAddress>,
}

impl ExecutorsOptions {
    /// As usual, below that folder.
    #[must_use]
    pub fn new(work_dir: impl Into<PathBuf>) -> Self {
        let (work_dir, term_grace) = (work_dir.into(), TERM_GRACE_DEFAULT);
        Self {
            work_dir,
            term_grace,
            proxies_from_environment: true,
            ssh: SshOptions::default(),
            vault: Vault::default(),
            confine: ConfineOptions::default(),
            daemon: None,
        }
    }
}

/// A worker's executors.
#[derive(Debug, Clone)]
pub struct Executors {
    shell: Arc<Shell>,
    http: Arc<Http>,
    ssh: Arc<Ssh>,
    vault: Vault,
    daemon: Option<Arc<DaemonAddress>>,
    daemon_of_hosts: Option<Arc<DaemonAddress>>,
}

impl Executors {
    /// Sets them up. The folder is made when it is missing, and locked; what an earlier life of
    /// its worker left running is ended, and that life's folders are removed. The process becomes
    /// a child subreaper, so that what its programs leave behind can be found and ended.
    ///
    /// # Errors
    /// When the folder can't be made, another worker holds it ([`io::ErrorKind::WouldBlock`]), or the system's trusted certificates can't be read.
    pub fn open(options: &ExecutorsOptions) -> io::Result<Self> {
        let shell = Shell::open(options)?;
        let ssh = Ssh::open(shell.home(), options.ssh.clone(), shell.strays(), options.term_grace)?;
        Ok(Self {
            shell: Arc::new(shell),
            ssh: Arc::new(ssh),
            http: Arc::new(Http::new(options.proxies_from_environment).map_err(io::Error::other)?),
            vault: options.vault.clone(),
            daemon: options.daemon.clone().map(Arc::new),
            daemon_of_hosts: options.ssh.daemon.clone().map(Arc::new),
        })
    }

    /// Runs an attempt to its end. It ends by itself or when it is told to stop; its time is the
    /// caller's to watch.
    pub(crate) async fn run<P: WorkPort>(
        &self,
        executor: Executor,
        mut attempt: Attempt<P>,
    ) -> Ended {
        attempt.access = self.access(executor, &attempt);
        if attempt.lease.secrets.is_empty() && attempt.access.is_none() {
            return self.carry_out(executor, &mut attempt).await.bounded();
        }
        let token = attempt.access.as_ref().map(|access| access.token.clone());
        let mut stop = attempt.stop.clone();
        let revealed = tokio::select! {
            biased;
            reason = stop.stopped() => return Ended::stopped(reason),
            revealed = self.vault.reveal(&attempt.lease, token) => match revealed {
                Ok(revealed) => revealed,
                Err(problem) => return Ended::failed_as(problem.kind(), problem.to_string()),
            },
        };
        revealed.fill(&mut attempt.lease);
        let redactor = revealed.redactor();
        attempt.redactor = Some(Arc::clone(&redactor));
        let ended = self.carry_out(executor, &mut attempt).await;
        secrets::wipe(&mut attempt.lease.env, &mut attempt.lease.with);
        ended.redacted(&redactor).bounded()
    }

    /// A token for a script, where it is said how it reaches the daemon. Without that a token would
    /// be but one more thing to be stolen.
    fn access<P: WorkPort>(&self, executor: Executor, attempt: &Attempt<P>) -> Option<Access> {
        let daemon = match executor {
            Executor::Shell => self.daemon.as_ref(),
            Executor::Ssh => self.daemon_of_hosts.as_ref(),
            Executor::Noop | Executor::Sleep | Executor::Http => None,
        }?;
        let token = attempt.port.task_token(&attempt.lease)?;
        Some(Access { daemon: Arc::clone(daemon), token: SecretValue::new(token) })
    }

    async fn carry_out<P: WorkPort>(&self, executor: Executor, attempt: &mut Attempt<P>) -> Ended {
        match executor {
            Executor::Noop => simple::noop(std::mem::take(&mut attempt.lease.with)),
            Executor::Sleep => simple::sleep(&attempt.lease.with, attempt.stop.clone()).await,
            Executor::Shell => self.shell.run(attempt).await,
            Executor::Ssh => self.ssh.run(attempt).await,
            Executor::Http => self.http.run(attempt).await,
        }
    }

    /// How long an attempt may take, in milliseconds (0 for any time), and what it is told when
    /// that is over.
    pub(crate) fn bound(&self, executor: Executor, lease: &Lease) -> (u64, Stop) {
        let timeout_ms = lease.timeout_ms;
        match executor {
            Executor::Shell => self.shell.bound(lease),
            _ => (timeout_ms, Stop::AttemptTimedOut { timeout_ms }),
        }
    }

    /// What this machine gives to confine programs with. Blocks at the first time, while it is
    /// tried out.
    #[must_use]
    pub fn confinement(&self) -> Vec<Finding> {
        self.shell.confinement()
    }

    /// Clears away what ended attempts left. Blocks.
    pub(crate) fn tidy(&self) {
        self.shell.tidy();
        self.ssh.tidy();
    }

    /// Ends what attempts share, when none runs any more. Blocks.
    pub(crate) fn close(&self) {
        self.ssh.close();
    }
}
