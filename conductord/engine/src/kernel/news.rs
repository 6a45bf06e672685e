//! What the daemon finds out by itself, and tells the kernel.

use conductor_domain::{
    org::session,
    trust::{
        bundle::{Deployed, Drift, Refused},
        signing_key::Rotated,
    },
};
use conductor_protocol::id::SessionId;

/// What came of an order to replace the key that signs the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningKeyNews {
    /// The next key took over. Who ordered it, and why, is filled in.
    Rotated(Box<Rotated>),
    /// It did not.
    Failed {
        /// The record of the order.
        order: u64,
        /// What stood in the way.
        problem: String,
    },
}

/// What the daemon finds out about policy's bundles by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyNews {
    /// One decides from here on.
    Deployed(Deployed),
    /// One can't be used.
    Refused(Refused),
    /// All that is deployed and not wanted so.
    Drifts(Vec<Drift>),
}

/// What the daemon finds out about logins by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginNews {
    /// Nothing came with a session for too long.
    Idle(SessionId),
    /// Many logins to a tenant failed.
    Alarmed(String, session::Alarmed),
}
