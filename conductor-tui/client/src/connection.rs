//! The connection: made when first used, remade when lost, shared by clones.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use conductor_protocol::{WARNING_METADATA, error_code::Code, v1::Scope};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::{
    Request, Status,
    transport::{Channel, Uri},
};

use crate::{
    Trust, TrustFiles,
    endpoint::Endpoint,
    error::ClientError,
    limits::{
        CALL_DEADLINE, CONNECT_TIMEOUT, KEEP_ALIVE_INTERVAL, KEEP_ALIVE_TIMEOUT, RATE_WAIT_MAX,
        SSH_CONNECT_TIMEOUT, WARNINGS_KEPT_MAX,
    },
    services::{self, Services},
    ssh::{Connector, Way},
    tls::{self, Heard, Trouble},
    token::{Bearer, Token},
};

/// What the transport says of something else than HTTP/2, such as a complaint in TLS.
const NOT_HTTP2: &str = "frame with invalid size";

/// A daemon, as its clients see it. Cheap to clone; clones share one channel.
#[derive(Debug, Clone)]
pub struct Connection {
    services: Services,
    channel: Channel,
    bearer: Bearer,
    endpoint: Arc<Endpoint>,
    scope: Arc<Scope>,
    deadline: Duration,
    warnings: Arc<Mutex<Vec<String>>>,
    /// Where SSH leads there.
    way: Option<Arc<Way>>,
    trouble: Arc<Trouble>,
}

impl Connection {
    /// A connection that is made when it is first used. Must be called inside a tokio runtime.
    ///
    /// `scope` is what [`Self::scope`] gives back; requests carry their own.
    #[must_use]
    pub fn lazy(endpoint: Endpoint, scope: Scope) -> Self {
        Self::along(endpoint, scope, false)
    }

    /// The same for somebody at a terminal: where SSH leads to the daemon, it may ask there for
    /// passphrases and about an unknown host key when it first connects, and never again. That
    /// happens in the first call, outside of its deadline, or in [`Self::open`].
    #[must_use]
    pub fn lazy_with_questions(endpoint: Endpoint, scope: Scope) -> Self {
        Self::along(endpoint, scope, true)
    }

    fn along(endpoint: Endpoint, scope: Scope, questions: bool) -> Self {
        let trouble = Arc::<Trouble>::default();
        let (channel, way) = channel(&endpoint, questions, &trouble);
        Self {
            services: services::over(&channel, Bearer::default()),
            channel,
            bearer: Bearer::default(),
            endpoint: Arc::new(endpoint),
            scope: Arc::new(scope),
            deadline: CALL_DEADLINE,
            warnings: Arc::default(),
            way,
            trouble,
        }
    }

    /// Connects now where somebody may be asked something for it; elsewhere it does nothing. To be
    /// called before a stream is the first thing asked for, and before the terminal is taken.
    ///
    /// # Errors
    ///
    /// [`ClientError::Unreachable`]
    pub async fn open(&self) -> Result<(), ClientError> {
        let Some(way) = &self.way else { return Ok(()) };
        way.open().await.map_err(|failure| ClientError::of_ssh(self.endpoint.to_string(), &failure))
    }

    /// What the daemon said beside its answers since this was asked last, each once: policy's
    /// warnings, and who else is told. Clones share it.
    #[must_use]
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps what stands beside an answer.
    pub(crate) fn hear<T>(&self, response: tonic::Response<T>) -> tonic::Response<T> {
        let told = response.metadata().get_all_bin(WARNING_METADATA);
        for value in told {
            let Ok(bytes) = value.to_bytes() else { continue };
            self.warn(String::from_utf8_lossy(&bytes).into_owned());
        }
        response
    }

    /// The same connection, in the name of whoever the token stands for; without one, of whoever the
    /// daemon takes its other end for.
    #[must_use]
    pub fn with_token(self, token: Option<&Token>) -> Self {
        self.with_bearer(Bearer::of(token))
    }

    /// The same with a token that can be changed.
    #[must_use]
    pub fn with_bearer(mut self, bearer: Bearer) -> Self {
        self.services = services::over(&self.channel, bearer.clone());
        self.bearer = bearer;
        self
    }

    /// The token that goes with every call.
    pub(crate) const fn bearer(&self) -> &Bearer {
        &self.bearer
    }

    /// The same connection with another deadline for unary calls.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Where the daemon is looked for.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Where requests act, as a request wants it.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        Some(Scope::clone(&self.scope))
    }

    /// The generated clients, for what this crate has no method for. Set a deadline yourself.
    #[must_use]
    pub fn services(&self) -> Services {
        self.services.clone()
    }

    /// The channel, without any token, for services that are not of `conductor.v1` (health,
    /// reflection).
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A request with the deadline in its header, so that the daemon honours it too.
    pub(crate) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(self.deadline);
        request
    }

    /// Waits for an answer, at most until the deadline.
    pub(crate) async fn answer<T>(
        &self,
        call: impl Future<Output = Result<tonic::Response<T>, Status>> + Send,
    ) -> Result<T, ClientError> {
        self.open().await?;
        // The transport's own timer starts when it is connected; this one starts now.
        match tokio::time::timeout(self.deadline, call).await {
            Ok(Ok(response)) => Ok(self.hear(response).into_inner()),
            Ok(Err(status)) => Err(self.error(&status)),
            Err(_) => Err(ClientError::Timeout { endpoint: self.endpoint.to_string() }),
        }
    }

    /// Waits for an answer, and asks again when the daemon takes no more for now and says for how
    /// long: nothing was done then. Whoever takes the warnings is told.
    pub(crate) async fn patiently<T, F>(&self, mut ask: impl FnMut() -> F) -> Result<T, ClientError>
    where
        F: Future<Output = Result<tonic::Response<T>, Status>> + Send,
    {
        let mut waited = Duration::ZERO;
        loop {
            let error = match self.answer(ask()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let wait = error.push_back().filter(|_| error.is(Code::RateLimited));
            let Some(wait) = wait.filter(|wait| waited + *wait <= RATE_WAIT_MAX) else {
                return Err(error);
            };
            waited += wait;
            self.warn(format!("slowed down: {error}"));
            tokio::time::sleep(wait).await;
        }
    }

    /// Keeps a sentence for whoever takes the warnings.
    fn warn(&self, sentence: String) {
        let mut known = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < WARNINGS_KEPT_MAX && !known.contains(&sentence) {
            known.push(sentence);
        }
    }

    /// What a status means that came instead of an answer.
    #[must_use]
    pub fn error(&self, status: &Status) -> ClientError {
        let error = ClientError::from_status(status, &self.endpoint.to_string());
        match (error, self.trouble.last()) {
            (ClientError::Unreachable { endpoint, .. }, Some(told)) => {
                ClientError::Untrusted { endpoint, reason: told.reason, hint: told.hint }
            }
            (ClientError::Unreachable { endpoint, reason, .. }, None)
                if matches!(*self.endpoint, Endpoint::Tcp(_)) && reason.contains(NOT_HTTP2) =>
            {
                let reason = "it does not answer as conductord does without TLS".to_owned();
                let hint = "write `https://` where it has TLS, and look at the port".to_owned();
                ClientError::Untrusted { endpoint, reason, hint }
            }
            (error, _) => error,
        }
    }
}

/// A channel to a daemon, and the way there where SSH leads it.
fn channel(
    endpoint: &Endpoint,
    questions: bool,
    trouble: &Arc<Trouble>,
) -> (Channel, Option<Arc<Way>>) {
    let tuned = |endpoint: tonic::transport::Endpoint| {
        endpoint
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
            .tcp_nodelay(true)
    };
    // The address is never looked at: the connectors know where they go.
    let nowhere = || tuned(tonic::transport::Endpoint::from_static("http://conductord.local"));
    match endpoint {
        Endpoint::Unix(path) => {
            (nowhere().connect_with_connector_lazy(socket_connector(path.clone())), None)
        }
        Endpoint::Tcp(authority) => {
            (tuned(tonic::transport::Endpoint::from(uri("http", authority))).connect_lazy(), None)
        }
        Endpoint::Tls { authority, trust } => {
            let connector = tls_connector(authority.clone(), trust.clone(), Arc::clone(trouble));
            let there = tuned(tonic::transport::Endpoint::from(uri("https", authority)));
            (there.connect_with_connector_lazy(connector), None)
        }
        Endpoint::Ssh(host) => {
            let way = Arc::new(Way::new(host.clone(), questions));
            let connector = Connector(Arc::clone(&way));
            let bounded = nowhere().connect_timeout(SSH_CONNECT_TIMEOUT);
            (bounded.connect_with_connector_lazy(connector), Some(way))
        }
    }
}

fn uri(scheme: &str, authority: &str) -> Uri {
    let uri = Uri::builder().scheme(scheme).authority(authority).path_and_query("/").build();
    uri.unwrap_or_else(|_| Uri::from_static("http://127.0.0.1:0"))
}

fn tls_connector(
    authority: String,
    trust: Option<Trust>,
    trouble: Arc<Trouble>,
) -> impl tower::Service<
    Uri,
    Response = TokioIo<Heard>,
    Error = std::io::Error,
    Future = impl Future<Output = Result<TokioIo<Heard>, std::io::Error>> + Send,
> + Send
+ 'static {
    tower::service_fn(move |_: Uri| {
        let (authority, trust, trouble) = (authority.clone(), trust.clone(), Arc::clone(&trouble));
        async move {
            let trust = match trust {
                Some(trust) => trust,
                None => Trust::of(&TrustFiles::default()).map_err(std::io::Error::other)?,
            };
            Ok(TokioIo::new(tls::connect(&authority, &trust, &trouble).await?))
        }
    })
}

fn socket_connector(
    path: PathBuf,
) -> impl tower::Service<
    Uri,
    Response = TokioIo<UnixStream>,
    Error = std::io::Error,
    Future = impl Future<Output = Result<TokioIo<UnixStream>, std::io::Error>> + Send,
> + Send
+ 'static {
    tower::service_fn(move |_: Uri| {
        let path = path.clone();
        async move { Ok(TokioIo::new(UnixStream::connect(path).await?)) }
    })
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::HashMap};

    use tonic::Response;
    use tonic_types::{ErrorDetails, StatusExt as _};

    use super::*;

    fn refused(wait: Duration) -> Status {
        let mut details =
            ErrorDetails::with_error_info("RATE_LIMITED", "conductor", HashMap::new());
        details.set_retry_info(Some(wait));
        let message = "120 starts of runs a minute are taken from you";
        Status::with_error_details(tonic::Code::ResourceExhausted, message, details)
    }

    fn connection() -> Connection {
        Connection::lazy(Endpoint::Unix("/nonexistent".into()), Scope::default())
    }

    /// Asks a daemon that refuses so often, each time for so long.
    async fn ask(refusals: u32, wait: Duration) -> (Result<u32, ClientError>, Connection) {
        let (asked, connection) = (Cell::new(0), connection());
        let answer = connection
            .patiently(|| {
                asked.set(asked.get() + 1);
                let count = asked.get();
                async move {
                    if count > refusals { Ok(Response::new(count)) } else { Err(refused(wait)) }
                }
            })
            .await;
        (answer, connection)
    }

    #[tokio::test(start_paused = true)]
    async fn it_comes_again_when_it_is_told_to_and_says_so() {
        let begun = tokio::time::Instant::now();
        let (answer, connection) = ask(3, Duration::from_millis(500)).await;
        assert_eq!(answer.unwrap(), 4);
        assert!(begun.elapsed() >= Duration::from_millis(1_500), "{:?}", begun.elapsed());
        let told = connection.take_warnings();
        assert_eq!(told, ["slowed down: 120 starts of runs a minute are taken from you"]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_does_not_wait_for_ever() {
        let (answer, _) = ask(u32::MAX, Duration::from_secs(8)).await;
        assert!(answer.unwrap_err().is(Code::RateLimited));
        let (answer, connection) = ask(1, RATE_WAIT_MAX + Duration::from_secs(1)).await;
        assert!(answer.unwrap_err().is(Code::RateLimited));
        assert_eq!(connection.take_warnings(), Vec::<String>::new());
    }
}
