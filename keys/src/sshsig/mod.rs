//! SSHSIG: signatures by SSH keys over any message, as `ssh-keygen -Y sign` makes them and
//! `ssh-keygen -Y verify` checks them (`PROTOCOL.sshsig` of OpenSSH).
//!
//! A signature is for one namespace, so that what was signed as a login is never an approval.
//! It holds the key that made it and no time: who that key belongs to, and until when, is for
//! [`crate::allowed_signers`] to say.

mod armor;
mod envelope;
mod sign;
mod verify;

pub use sign::{SignError, Signs, sign};
pub use verify::{SshsigError, Verified, verify};

/// The namespace of runbooks, by their author and their reviewers.
pub const RUNBOOK: &str = "runbook@conductor";
/// The namespace of approvals.
pub const APPROVAL: &str = "approval@conductor";
/// The namespace of artifacts.
pub const ARTIFACT: &str = "artifact@conductor";
/// The namespace of the challenge that a login answers.
pub const LOGIN: &str = "login@conductor";

/// Bytes of a signature's text. RSA of 8192 bits under a certificate by such a key has about 9,000.
pub const SIGNATURE_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a message.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of a namespace.
pub const NAMESPACE_BYTES_MAX: usize = 128;
