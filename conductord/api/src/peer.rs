//! Who is at the other end of a connection.

use std::sync::Arc;

use conductor_domain::{
    org::{session::Session, token::Token},
    scope::Principal,
};
use conductor_engine::service::TaskGrant;
use conductor_protocol::id::SessionId;

/// The principal of everybody who comes over TCP: nothing there says who they are. It holds no
/// role until somebody grants it one.
pub const TCP_PRINCIPAL: &str = "tcp:anonymous";

/// The principal of everybody who comes over TLS without a certificate. It is reached from anywhere, so
/// it holds no role and can't be given one; whoever it is may say so in another way.
pub const TLS_PRINCIPAL: &str = "tls:anonymous";

/// Who makes a request. Of a connection it is made once, when that is accepted, and shared by its
/// requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer(Arc<Identity>);

#[derive(Debug, PartialEq, Eq)]
struct Identity {
    principal: Principal,
    channel: &'static str,
    origin: String,
    session: Option<Arc<Session>>,
    token: Option<Arc<Token>>,
    task: Option<Arc<TaskGrant>>,
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

    /// Whoever comes through a listener that was opened for one principal: nothing there says who it
    /// is, and the operator answers for that.
    #[must_use]
    pub fn open(principal: Principal) -> Self {
        Self::of(principal, "open", "loopback".to_owned())
    }

    /// Somebody whom the token of an OpenID provider names, over such a connection.
    pub(crate) fn oidc(principal: Principal, connection: &Self) -> Self {
        Self::of(principal, "oidc", connection.origin().to_owned())
    }

    /// Somebody who came with the token of a session, over a connection of whoever it may be.
    pub(crate) fn session(session: &Arc<Session>, connection: &Self) -> Self {
        Self(Arc::new(Identity {
            principal: session.principal().clone(),
            channel: "session",
            origin: connection.origin().to_owned(),
            session: Some(Arc::clone(session)),
            token: None,
            task: None,
        }))
    }

    /// A service that came with its token, over a connection of whoever it may be.
    pub(crate) fn service(token: &Arc<Token>, connection: &Self) -> Self {
        Self(Arc::new(Identity {
            principal: token.principal().clone(),
            channel: "token",
            origin: connection.origin().to_owned(),
            session: None,
            token: Some(Arc::clone(token)),
            task: None,
        }))
    }

    /// A task that came with the token of its attempt. Who acts is whoever its run is of, for whom it
    /// acts; policy is told of the task.
    pub(crate) fn task(task: &Arc<TaskGrant>, connection: &Self) -> Self {
        Self(Arc::new(Identity {
            principal: task.owner.clone(),
            channel: "task",
            origin: connection.origin().to_owned(),
            session: None,
            token: None,
            task: Some(Arc::clone(task)),
        }))
    }

    /// Somebody over TLS, from that address, who shows no certificate.
    #[must_use]
    pub fn tls(origin: String) -> Self {
        Self::of(Principal::new(TLS_PRINCIPAL), "tls", origin)
    }

    /// Somebody over TLS, from that address, by the certificate that was checked.
    #[must_use]
    pub fn certificate(principal: Principal, origin: String) -> Self {
        Self::of(principal, "mtls", origin)
    }

    fn of(principal: Principal, channel: &'static str, origin: String) -> Self {
        let (session, token, task) = (None, None, None);
        Self(Arc::new(Identity { principal, channel, origin, session, token, task }))
    }

    /// The session that the request comes with.
    #[must_use]
    pub fn session_id(&self) -> Option<SessionId> {
        self.0.session.as_ref().map(|session| session.id())
    }

    /// The same, as it was when the request came.
    pub(crate) fn as_session(&self) -> Option<&Session> {
        self.0.session.as_deref()
    }

    /// Whether it is the user that runs the daemon, on the Unix socket.
    #[must_use]
    pub(crate) fn is_owner(&self) -> bool {
        self.0.channel == "owner"
    }

    /// Whether nobody said who is there.
    #[must_use]
    pub(crate) fn is_anonymous(&self) -> bool {
        matches!(self.0.channel, "tcp" | "tls")
    }

    /// Whether nothing that came over the connection says who is there.
    #[must_use]
    pub(crate) fn proves_nothing(&self) -> bool {
        matches!(self.0.channel, "tcp" | "open")
    }

    /// The token that the request comes with, as it was when the request came.
    pub(crate) fn as_token(&self) -> Option<&Token> {
        self.0.token.as_deref()
    }

    /// The task that runs whose token the request comes with.
    pub(crate) fn as_task(&self) -> Option<&TaskGrant> {
        self.0.task.as_deref()
    }

    /// Whether a program acts, with a token of its own.
    pub(crate) fn is_program(&self) -> bool {
        self.0.token.is_some() || self.0.task.is_some()
    }

    /// Who acts; of a task, whoever it acts for.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.0.principal
    }

    /// `unix`, `owner` (there, as the user that runs the daemon), `tcp`, `tls`, `mtls` (there, by a
    /// certificate), `session`, `oidc`, `token`, `task` or `open` (through a listener for one principal): part of what policy is
    /// told.
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
