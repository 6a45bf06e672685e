//! Receipts: a signed statement about each record that has one coming, made beside the commit path.
//!
//! [`Maker`] makes them from the ledger and the views, and is as good in a simulator as in a daemon.
//! [`Notary`] has it follow a running engine. Nothing is kept of how far it came: which records wait is
//! in the ledger, so that what a crash got in the way of is made after it, and the kernel records one
//! for each.

mod change;
mod evidence;
mod look;
mod maker;
mod notary;
mod run;
mod statement;
mod steps;
#[cfg(test)]
mod tests;

pub use maker::{Made, MakeError, Maker, Sources};
pub use notary::{Notary, Standing};

/// Bundles, and what names a verifier of them.
pub mod names {
    /// What a run's receipt says that happened.
    pub const BUILD_TYPE_RUN: &str = "urn:conductor:build:run:v1";

    /// What the receipt of anything else says that happened, by the record's kind.
    #[must_use]
    pub fn build_type_of(kind: &str) -> String {
        format!("urn:conductor:action:{kind}:v1")
    }

    /// A daemon, by the name of its log.
    #[must_use]
    pub fn builder(log: &str) -> String {
        format!("urn:conductor:daemon:{log}")
    }
}
