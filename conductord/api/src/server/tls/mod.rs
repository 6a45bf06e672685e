//! TCP with TLS 1.3: the certificate files, who a client's certificate says it is, and the door.
//!
//! Nothing older than TLS 1.3 and nothing but HTTP/2 inside of it is answered. A session is never
//! resumed: each connection shows its certificate, so that what is revoked or has ended stays out.

mod certificate;
mod clients;
mod door;
mod files;
mod held;
mod stream;

pub use door::{TlsDoor, Unguarded};
pub use files::{TlsError, TlsFiles};
pub use held::{Looked, Tls};
