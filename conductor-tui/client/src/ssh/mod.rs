//! A daemon behind SSH: the system's client brings the bytes of `conductord stdio` at the far end,
//! with the user's own configuration, agents, keys and known hosts.

mod command;
mod failure;
mod host;
mod pipe;
mod way;

pub(crate) use failure::SshFailure;
pub use host::SshHost;
pub(crate) use way::{Connector, Way};
