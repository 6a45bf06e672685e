//! What is done: shell, ssh, http, noop and sleep, and the worker that runs them; notifications, and
//! what delivers them.
//!
//! Layer 4: knows the engine's ports, above all [`conductor_engine::ports::WorkPort`], and no
//! store and no server. A worker in the daemon and one in another process are the same code behind
//! two implementations of that port. See `docs/ARCHITECTURE.md`.

mod backoff;
pub mod confine;
mod ended;
mod executor;
mod fetch;
mod group;
mod http;
mod inventory;
pub mod limits;
pub mod notify;
mod params;
pub mod redact;
mod secrets;
mod shell;
mod simple;
mod ssh;
mod stop;
pub mod witness;
mod worker;

pub use backoff::{Dice, system_dice};
pub use executor::{DaemonAddress, Executor, Executors, ExecutorsOptions};
pub use fetch::{Fetched, Fetcher};
pub use inventory::{SourceKind, SourceOptions, Sources};
pub use secrets::{Program, Provider, SecretSetting, SecretSettings, Vault};
pub use shell::{Claim, claim_programs};
pub use ssh::{HostKeys, SshOptions};
pub use worker::{Drained, Worker, WorkerError, WorkerOptions};
