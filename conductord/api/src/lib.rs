//! How it is asked: gRPC and HTTP, who is asking, policy's word, bounds.
//!
//! Layer 4: knows the engine's handle and policy's guard, and no store and no executor. Every
//! request goes one way: the peer becomes a principal (`peer.rs`), the request is checked
//! (`request.rs`), policy is asked (`call.rs`), the engine answers, and its values are converted
//! (`convert/`). What is refused becomes a status in one place (`failure.rs`).
//!
//! A peer on the Unix socket is the user that the kernel names. Over TLS it is whom its certificate
//! names, or `tls:anonymous`, which never holds a role. A request that comes with the token of a
//! session (`identity/`) is of whoever logged in, one with that of a service of that service. A peer on TCP without TLS, which is listened
//! to on loopback only and only when that is asked for, is `tcp:anonymous`: it holds no role, and
//! so may do nothing, until somebody grants it one. See `docs/ARCHITECTURE.md`.

mod api;
mod approvals;
mod artifacts;
mod ask;
mod bundles;
mod call;
mod content;
mod convert;
mod disk;
mod failure;
mod freezes;
mod gates;
mod graph;
mod hosts;
mod http;
mod idempotency;
mod identity;
mod incidents;
mod keys;
mod ledger;
mod lens;
pub mod limits;
mod notifications;
mod oidc;
mod outlet;
mod peer;
mod pieces;
mod plans;
mod policy;
mod rates;
mod receipts;
mod registry;
mod request;
mod runs;
mod schedules;
mod server;
mod sessions;
mod standing;
mod system;
mod tenants;
mod tlog;
mod tokens;
mod tracked;
mod vouched;
mod warnings;
mod workers;
mod workflows;

pub use api::{About, Api};
pub use failure::DOMAIN;
pub use http::document as openapi;
pub use identity::SessionTimes;
pub use oidc::{Document, Documents, Fetching, Oidc, OidcSettings};
pub use peer::{Peer, TCP_PRINCIPAL, TLS_PRINCIPAL};
pub use policy::trials::{Room, Trials, Untried};
pub use rates::RateLimits;
pub use server::{
    Looked, MetricsDoor, NotLoopback, OpenDoor, Opened, Server, SocketAccess, SocketTaken, TcpDoor,
    Tls, TlsDoor, TlsError, TlsFiles, Unguarded, UnixDoor,
};
