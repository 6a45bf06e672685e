//! The connection: made when first used, remade when lost, shared by clones.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use conductor_protocol::{
    WARNING_METADATA,
    v1::{
        Scope, approvals_client::ApprovalsClient, bundles_client::BundlesClient,
        freezes_client::FreezesClient, hosts_client::HostsClient,
        incidents_client::IncidentsClient, keys_client::KeysClient, ledger_client::LedgerClient,
        policy_client::PolicyClient, runs_client::RunsClient, schedules_client::SchedulesClient,
        system_client::SystemClient, tenants_client::TenantsClient, workers_client::WorkersClient,
        workflows_client::WorkflowsClient,
    },
};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::{
    Request, Status,
    transport::{Channel, Uri},
};

use crate::{
    endpoint::Endpoint,
    error::ClientError,
    limits::{
        CALL_DEADLINE, CONNECT_TIMEOUT, KEEP_ALIVE_INTERVAL, KEEP_ALIVE_TIMEOUT,
        MESSAGE_IN_BYTES_MAX, MESSAGE_OUT_BYTES_MAX, WARNINGS_KEPT_MAX,
    },
};

/// One generated client a service, over the same channel.
#[derive(Debug, Clone)]
pub struct Services {
    /// Workflows.
    pub workflows: WorkflowsClient<Channel>,
    /// The `Schedules` service.
    pub schedules: SchedulesClient<Channel>,
    /// Runs.
    pub runs: RunsClient<Channel>,
    /// Workers.
    pub workers: WorkersClient<Channel>,
    /// Hosts.
    pub hosts: HostsClient<Channel>,
    /// Policy, tried out.
    pub policy: PolicyClient<Channel>,
    /// The ledger.
    pub ledger: LedgerClient<Channel>,
    /// The daemon itself.
    pub system: SystemClient<Channel>,
    /// Bundles of policy.
    pub bundles: BundlesClient<Channel>,
    /// Whose everything is.
    pub tenants: TenantsClient<Channel>,
    /// What waits for signatures.
    pub approvals: ApprovalsClient<Channel>,
    /// By which keys people are known.
    pub keys: KeysClient<Channel>,
    /// What nothing starts in.
    pub freezes: FreezesClient<Channel>,
    /// What has to be looked into.
    pub incidents: IncidentsClient<Channel>,
}

/// A daemon, as its clients see it. Cheap to clone; clones share one channel.
#[derive(Debug, Clone)]
pub struct Connection {
    services: Services,
    channel: Channel,
    endpoint: Arc<Endpoint>,
    scope: Arc<Scope>,
    deadline: Duration,
    warnings: Arc<Mutex<Vec<String>>>,
}

impl Connection {
    /// A connection that is made when it is first used. Must be called inside a tokio runtime.
    ///
    /// `scope` is what [`Self::scope`] gives back; requests carry their own.
    #[must_use]
    pub fn lazy(endpoint: Endpoint, scope: Scope) -> Self {
        let channel = channel(&endpoint);
        Self {
            services: services(&channel),
            channel,
            endpoint: Arc::new(endpoint),
            scope: Arc::new(scope),
            deadline: CALL_DEADLINE,
            warnings: Arc::default(),
        }
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
        let mut known = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        for value in told {
            let Ok(bytes) = value.to_bytes() else { continue };
            let sentence = String::from_utf8_lossy(&bytes).into_owned();
            if known.len() < WARNINGS_KEPT_MAX && !known.contains(&sentence) {
                known.push(sentence);
            }
        }
        drop(known);
        response
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

    /// The channel, for services that are not of `conductor.v1` (health, reflection).
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
        // The transport's own timer starts when it is connected; this one starts now.
        match tokio::time::timeout(self.deadline, call).await {
            Ok(Ok(response)) => Ok(self.hear(response).into_inner()),
            Ok(Err(status)) => Err(self.error(&status)),
            Err(_) => Err(ClientError::Timeout { endpoint: self.endpoint.to_string() }),
        }
    }

    pub(crate) fn error(&self, status: &Status) -> ClientError {
        ClientError::from_status(status, &self.endpoint.to_string())
    }
}

fn services(channel: &Channel) -> Services {
    macro_rules! bounded {
        ($client:ident) => {
            $client::new(channel.clone())
                .max_decoding_message_size(MESSAGE_IN_BYTES_MAX)
                .max_encoding_message_size(MESSAGE_OUT_BYTES_MAX)
        };
    }
    Services {
        workflows: bounded!(WorkflowsClient),
        schedules: bounded!(SchedulesClient),
        runs: bounded!(RunsClient),
        workers: bounded!(WorkersClient),
        hosts: bounded!(HostsClient),
        policy: bounded!(PolicyClient),
        ledger: bounded!(LedgerClient),
        system: bounded!(SystemClient),
        bundles: bounded!(BundlesClient),
        tenants: bounded!(TenantsClient),
        approvals: bounded!(ApprovalsClient),
        keys: bounded!(KeysClient),
        freezes: bounded!(FreezesClient),
        incidents: bounded!(IncidentsClient),
    }
}

fn channel(endpoint: &Endpoint) -> Channel {
    let tuned = |endpoint: tonic::transport::Endpoint| {
        endpoint
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
            .tcp_nodelay(true)
    };
    match endpoint {
        // The address is never looked at: the connector goes to the socket.
        Endpoint::Unix(path) => {
            tuned(tonic::transport::Endpoint::from_static("http://conductord.local"))
                .connect_with_connector_lazy(socket_connector(path.clone()))
        }
        Endpoint::Tcp(authority) => {
            let uri = Uri::builder()
                .scheme("http")
                .authority(authority.as_str())
                .path_and_query("/")
                .build()
                .unwrap_or_else(|_| Uri::from_static("http://127.0.0.1:0"));
            tuned(tonic::transport::Endpoint::from(uri)).connect_lazy()
        }
    }
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
