//! TLS to a daemon: version 1.3 or nothing, the server's name checked, and a word on what to do
//! when it can't be had.

mod connect;
mod told;
mod trust;

pub(crate) use connect::{Heard, connect};
pub(crate) use told::Trouble;
pub use trust::{Trust, TrustError, TrustFiles};
