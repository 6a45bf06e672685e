//! Who is at the other end of a connection.

use std::sync::Arc;

use conductor_domain::scope::Principal;

/// The principal of everybody who comes over TCP: nothing there says who they are. It holds no
/// role until somebody grants it one.
pub const TCP_PRINCIPAL: &str = "tcp:anonymous";

/// The other end of a connection: made once when it is accepted, shared by its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer(Arc<Identity>);

#[derive(Debug, PartialEq, Eq)]
struct Identity {
    principal: Principal,
    channel: &'static str,
    origin: String,
}

impl Peer {
    /// Somebody on the Unix socket, by the user id that the kernel vouches for.
    #[must_use]
    pub fn unix(uid: u32) -> Self {
        let own = uid == rustix::process::geteuid().as_raw();
        let channel = if own { "owner" } else { "unix" };
        Self::of(Principal::uid(uid), channel, format!("uid:{uid}"))
    }

    /// Somebody on TCP.
    #[must_use]
    pub fn tcp() -> Self {
        Self::of(Principal::new(TCP_PRINCIPAL), "tcp", "loopback".to_owned())
    }

    /// Somebody whom the token of an OpenID provider names, over such a connection.
    pub(crate) fn oidc(principal: Principal, connection: &Self) -> Self {
        Self::of(principal, "oidc", connection.origin().to_owned())
    }

    fn of(principal: Principal, channel: &'static str, origin: String) -> Self {
        Self(Arc::new(Identity { principal, channel, origin }))
    }

    /// Who acts.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.0.principal
    }

    /// `unix`, `owner` (there, as the user that runs the daemon), `tcp` or `oidc`: part of what
    /// policy is told.
    #[must_use]
    pub fn channel(&self) -> &'static str {
        self.0.channel
    }

    /// Where the connection comes from, whoever it turns out to be: a local user or a network
    /// address. Logins that fail are slowed down by it.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0.origin
    }
}
