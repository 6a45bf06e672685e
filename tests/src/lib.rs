//! What the system tests stand on: the real binaries, a daemon in a folder of its own, the console
//! called as a script would, and the API as any client may speak it.
//!
//! Everything here fails by panicking with what was seen, as a test does.

#![expect(clippy::disallowed_methods, reason = "tests start the programs and wait for them")]

mod answer;
mod binaries;
mod certs;
mod console;
mod daemon;
mod dice;
mod port;
mod process;
mod rpc;
mod s3_server;
mod sshd;
mod trace;

pub use answer::Answer;
pub use binaries::{Binaries, binaries, root};
pub use certs::{Authority, Issued, Wanted};
pub use console::Console;
pub use daemon::{Daemon, Setup};
pub use dice::Dice;
pub use port::free_port;
pub use process::{ended_within, nobody_uid, processes_with, running_as_root, skipped, until};
pub use rpc::{Api, is_end, scope};
pub use s3_server::{LOCKED, OWNER, PLAIN, READER, S3Server};
pub use sshd::{Fleet, Sshd};
pub use trace::{Trace, Watched, can_trace, traced};
