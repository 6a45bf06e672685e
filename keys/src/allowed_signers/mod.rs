//! Who may sign what, and when: the file of `ssh-keygen(1)`, section ALLOWED SIGNERS.
//!
//! Answers are those of `ssh-keygen -Y verify`, and stricter in this: a certificate with a
//! critical option is refused, because nobody here would enforce it, and so is one over a host.

mod date;
mod file;
mod line;
mod pattern;
mod question;
mod revoked;
mod signer;

pub use date::parse as parse_time;
pub use file::{AllowedSigners, AllowedSignersError, FILE_BYTES_MAX};
pub use line::LineProblem;
pub use question::{NotAllowed, Signatory};
pub use revoked::{Revoked, RevokedError};
pub use signer::SignerLine;

/// The types of time that are asked with.
pub use jiff::{Timestamp, tz::TimeZone};
