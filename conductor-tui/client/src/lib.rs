//! Talking to a daemon: where it is, one typed call a method, streams that resume by themselves.
//!
//! Layer 3: knows the wire (`conductor-protocol`) and nothing of screens, environment variables or
//! files, but for those of the certificates that it is given. A [`Connection`] is cheap to clone and connects when it is first used, so a caller
//! can draw its first frame before the daemon has answered. Calls answer with one error type,
//! [`ClientError`], which tells an unreachable daemon from a refusal, a passed deadline and a
//! daemon that speaks another language.

mod calls;
mod connection;
mod endpoint;
mod error;
pub mod limits;
mod log;
pub mod oidc;
mod resume;
mod services;
mod ssh;
mod tls;
mod token;
mod watch;

pub use connection::Connection;
pub use endpoint::{Endpoint, EndpointError};
pub use error::{ClientError, Refusal};
pub use resume::{Link, Resuming, Update};
pub use services::{Services, Wire};
pub use ssh::SshHost;
pub use tls::{Trust, TrustError, TrustFiles};
pub use token::{Bearer, Token};
pub use watch::ByteStream;
