//! `pkg:builtin/ssh@1`: a script run on a host, through the system's OpenSSH client.
//!
//! The client is the operator's own: its configuration, jump hosts, agents, certificates and known
//! hosts work as they are used to. It is told not to ask anybody anything, to refuse host keys
//! that it does not know, to notice a dead host and to share connections (`client.rs`).
//! On the other side a small program runs the script and reports how it ended (`remote.rs`,
//! `report.rs`), so that what the script says is told from what befell the connection
//! (`diagnosis.rs`). An attempt lives in `run.rs`.

mod client;
mod diagnosis;
mod params;
mod remote;
mod report;
mod run;
mod sockets;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

pub use self::params::HostKeys;
use self::{client::ClientEnvironment, sockets::Sockets};
use crate::{
    executor::DaemonAddress,
    limits::{SSH_CONNECT_TIMEOUT_DEFAULT, SSH_PERSIST_DEFAULT},
    shell::strays::Strays,
};

/// How connections are made, unless a task says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshOptions {
    /// The client's configuration instead of the user's and the system's.
    pub config: Option<PathBuf>,
    /// What an unknown host key means.
    pub host_keys: HostKeys,
    /// How long a host may take to accept a connection.
    pub connect_timeout: Duration,
    /// How long a shared connection is kept without use; nothing is shared when it is zero.
    pub persist: Duration,
    /// Where hosts reach the daemon, with a file of CAs that is theirs; nothing where scripts on
    /// them are given no token for it.
    pub daemon: Option<DaemonAddress>,
}

impl Default for SshOptions {
    fn default() -> Self {
        Self {
            config: None,
            host_keys: HostKeys::Strict,
            connect_timeout: SSH_CONNECT_TIMEOUT_DEFAULT,
            persist: SSH_PERSIST_DEFAULT,
            daemon: None,
        }
    }
}

/// Runs scripts on hosts.
#[derive(Debug)]
pub(crate) struct Ssh {
    options: SshOptions,
    sockets: Sockets,
    environment: ClientEnvironment,
    strays: Arc<Strays>,
    term_grace: Duration,
}

impl Ssh {
    /// With sockets below the worker's folder `work_dir`, which is this worker's alone; what an
    /// earlier life left in them is removed.
    ///
    /// # Errors
    /// When the folder for the sockets can't be made, or is not this user's alone.
    pub(crate) fn open(
        work_dir: &Path,
        options: SshOptions,
        strays: Arc<Strays>,
        term_grace: Duration,
    ) -> io::Result<Self> {
        let sockets = Sockets::open(work_dir)?;
        let environment = ClientEnvironment::of_this_process(work_dir);
        Ok(Self { options, sockets, environment, strays, term_grace })
    }

    /// Removes what connections that are gone left behind. Blocks.
    pub(crate) fn tidy(&self) {
        self.sockets.tidy();
    }

    /// Ends the shared connections. Blocks.
    pub(crate) fn close(&self) {
        self.strays.end_kept();
        self.sockets.clear();
    }
}
