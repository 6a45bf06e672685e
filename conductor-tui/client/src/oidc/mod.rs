//! Talking to the OpenID provider that a daemon names: logging in from a terminal by a code that is
//! entered elsewhere (RFC 8628), new tokens for old ones, and giving them back (RFC 7009).
//!
//! [`Web`] is what the daemon, too, fetches a provider's documents with. Nothing here writes a file,
//! asks for the time or shows anything.

mod device;
mod provider;
mod tokens;
mod web;

pub use device::{Code, Login, Outcome};
pub use provider::{Client, Provider};
pub use tokens::{Given, Tokens};
pub use web::{Fetched, Web};

/// Why a provider gave nothing. No message holds a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The file of certificates holds none.
    #[error("read the certificates: {0}")]
    Certificates(String),
    /// It can't be reached, or breaks off.
    #[error("reach {url}: {why}")]
    Unreachable {
        /// Without user, password and query.
        url: String,
        /// What happened.
        why: String,
    },
    /// It says something else than a provider should.
    #[error("understand the provider: {0}")]
    Strange(String),
    /// It says no.
    #[error("the provider refuses: {0}")]
    Refused(String),
}
