//! The certificates that count, and what is known of newer ones.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::Clock;
use rustls::ServerConfig;
use tokio_util::sync::CancellationToken;

use super::files::{Loaded, Read, TlsError, TlsFiles};
use crate::limits::CERTIFICATE_WARNING;

/// What a look at the files found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// What counts already.
    Same,
    /// Others, which count from now on.
    Taken,
    /// Others that can't be used, and why: what counted goes on.
    Kept(String),
}

/// The certificates of a daemon. Cheap to clone; clones share them.
#[derive(Clone)]
pub struct Tls(Arc<Shared>);

struct Shared {
    files: TlsFiles,
    clock: Arc<dyn Clock>,
    held: Mutex<Held>,
}

struct Held {
    loaded: Arc<Loaded>,
    /// Cancelled when clients that were let in may not be any more.
    clients: CancellationToken,
    problem: Option<String>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("files", &self.0.files).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the files. Blocks.
    ///
    /// # Errors
    /// [`TlsError`]
    pub fn load(files: TlsFiles, clock: Arc<dyn Clock>) -> Result<Self, TlsError> {
        let loaded = Loaded::of(&files, Read::of(&files)?, &clock)?;
        let held =
            Held { loaded: Arc::new(loaded), clients: CancellationToken::new(), problem: None };
        Ok(Self(Arc::new(Shared { files, clock, held: Mutex::new(held) })))
    }

    /// Reads the files again and takes up what is new and good; clients whose certificates may count
    /// no more have to connect again. Blocks.
    #[must_use]
    pub fn look(&self) -> Looked {
        let read = Read::of(&self.0.files);
        let before = Arc::clone(&self.held().loaded);
        let fresh = match read {
            Ok(read) if read == before.read => {
                self.held().problem = None;
                return Looked::Same;
            }
            Ok(read) => Loaded::of(&self.0.files, read, &self.0.clock),
            Err(error) => Err(error),
        };
        let problem = match fresh {
            Ok(fresh) if fresh.valid.1 <= self.now() => "the new certificate has ended".to_owned(),
            Ok(fresh) if fresh.valid.0 > self.now() => {
                "the new certificate has not begun".to_owned()
            }
            Ok(fresh) => {
                self.take(fresh);
                return Looked::Taken;
            }
            Err(error) => error.to_string(),
        };
        self.held().problem = Some(problem.clone());
        Looked::Kept(problem)
    }

    fn take(&self, fresh: Loaded) {
        let mut held = self.held();
        let same_clients = fresh.read.same_clients(&held.loaded.read);
        held.loaded = Arc::new(fresh);
        held.problem = None;
        if !same_clients {
            std::mem::take(&mut held.clients).cancel();
        }
        drop(held);
    }

    /// The files that it is about.
    #[must_use]
    pub fn files(&self) -> &TlsFiles {
        &self.0.files
    }

    /// What is to be done about the server's certificate, if anything: it ends soon, has ended, or a
    /// new one can't be used.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let (_, ends) = self.held().loaded.valid;
        let problem = self.held().problem.clone();
        if let Some(problem) = problem {
            let left = left(ends, self.now());
            return Some(format!("new certificate files are not taken: {problem}; {left}"));
        }
        self.ends_soon().then(|| left(ends, self.now()))
    }

    /// Whether the certificate has ended, so that nobody can connect.
    pub(crate) fn is_over(&self) -> bool {
        self.held().loaded.valid.1 <= self.now()
    }

    /// How long the certificate lasts, in words.
    pub(crate) fn lasts(&self) -> String {
        left(self.held().loaded.valid.1, self.now())
    }

    fn ends_soon(&self) -> bool {
        let left = self.held().loaded.valid.1.ms_since(self.now());
        u128::from(left) < CERTIFICATE_WARNING.as_millis()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// What a handshake needs, and what tells that the client has to come again.
    pub(super) fn current(&self) -> (Arc<ServerConfig>, CancellationToken) {
        let held = self.held();
        (Arc::clone(&held.loaded.config), held.clients.clone())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Every change is whole, even when a holder panicked.
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const DAY_MS: u64 = 24 * 3_600_000;

fn left(ends: Timestamp, now: Timestamp) -> String {
    if ends <= now {
        return "the server's certificate has ended".to_owned();
    }
    match ends.ms_since(now) / DAY_MS {
        0 => "the server's certificate ends within a day".to_owned(),
        1 => "the server's certificate ends in a day".to_owned(),
        days => format!("the server's certificate ends in {days} days"),
    }
}
