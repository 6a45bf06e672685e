//! The API, spoken as any client may speak it.

use std::{path::Path, time::Duration};

use conductor_protocol::v1::{
    self, Event, Run, RunStatus, bundles_client::BundlesClient, ledger_client::LedgerClient,
    policy_client::PolicyClient, runs_client::RunsClient, system_client::SystemClient,
    workers_client::WorkersClient, workflows_client::WorkflowsClient,
};
use tonic::{
    Status,
    transport::{Channel, Endpoint},
};

/// How long anything may take that a test waits for.
const ANSWERS_WITHIN: Duration = Duration::from_secs(120);
/// Watches of a run that wait for its receipt, each for a bounded time, before a test gives up.
const WATCHES_MAX: usize = 20;
/// Messages that a test is willing to read.
const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// One connection to a daemon.
#[derive(Debug, Clone)]
pub struct Api {
    channel: Channel,
}

/// Where everything acts unless it is said otherwise.
#[must_use]
pub const fn scope() -> Option<v1::Scope> {
    None
}

/// Whether a run in that state stays in it.
#[must_use]
pub const fn is_end(status: RunStatus) -> bool {
    matches!(
        status,
        RunStatus::Succeeded | RunStatus::Failed | RunStatus::Cancelled | RunStatus::TimedOut
    )
}

impl Api {
    /// Connects through a Unix socket.
    ///
    /// # Panics
    /// When nobody listens.
    pub async fn connect(socket: &Path) -> Self {
        Self::try_connect(socket).await.unwrap_or_else(|error| panic!("connect: {error}"))
    }

    /// Connects through a Unix socket, or says why it can't.
    ///
    /// # Errors
    /// As tonic gives them.
    pub async fn try_connect(socket: &Path) -> Result<Self, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(format!("unix://{}", socket.display()))?;
        Ok(Self { channel: endpoint.connect().await? })
    }

    /// Workflows.
    #[must_use]
    pub fn workflows(&self) -> WorkflowsClient<Channel> {
        WorkflowsClient::new(self.channel.clone()).max_encoding_message_size(MESSAGE_BYTES_MAX)
    }

    /// Policy, tried out.
    #[must_use]
    pub fn policy(&self) -> PolicyClient<Channel> {
        PolicyClient::new(self.channel.clone())
    }

    /// Runs.
    #[must_use]
    pub fn runs(&self) -> RunsClient<Channel> {
        RunsClient::new(self.channel.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }

    /// Workers.
    #[must_use]
    pub fn workers(&self) -> WorkersClient<Channel> {
        WorkersClient::new(self.channel.clone())
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> LedgerClient<Channel> {
        LedgerClient::new(self.channel.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }

    /// The daemon itself.
    #[must_use]
    pub fn system(&self) -> SystemClient<Channel> {
        SystemClient::new(self.channel.clone())
    }

    /// Bundles of policy.
    #[must_use]
    pub fn bundles(&self) -> BundlesClient<Channel> {
        BundlesClient::new(self.channel.clone())
    }

    /// Starts a run under an idempotency key (empty for none) and gives its id.
    ///
    /// # Errors
    /// As the daemon answers.
    pub async fn start(&self, workflow: &str, inputs: &str, key: &str) -> Result<String, Status> {
        let request = v1::StartRunRequest {
            scope: scope(),
            workflow: workflow.to_owned(),
            inputs_json: inputs.to_owned(),
            idempotency_key: key.to_owned(),
            ..Default::default()
        };
        Ok(self.runs().start(request).await?.into_inner().run_id)
    }

    /// A run as it is now.
    ///
    /// # Panics
    /// When the daemon won't tell.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub async fn run(&self, run_id: &str) -> Run {
        let request = v1::GetRunRequest { scope: scope(), run_id: run_id.to_owned() };
        let answer = self.runs().get(request).await.expect("get the run").into_inner();
        answer.run.expect("a run")
    }

    /// Follows a run until `enough` says so or it has ended, and gives it as it is then.
    ///
    /// # Panics
    /// When that does not come within the bound.
    pub async fn watch_until(&self, run_id: &str, enough: impl Fn(&Run) -> bool) -> Run {
        let watching = self.watch(run_id, enough);
        let watched = tokio::time::timeout(ANSWERS_WITHIN, watching).await;
        let watched = watched.unwrap_or_else(|_| panic!("run {run_id} does not get there"));
        watched.unwrap_or_else(|status| panic!("watch run {run_id}: {status}"))
    }

    async fn watch(&self, run_id: &str, enough: impl Fn(&Run) -> bool) -> Result<Run, Status> {
        let request =
            v1::WatchRunRequest { scope: scope(), run_id: run_id.to_owned(), ..Default::default() };
        let mut changes = self.runs().watch(request).await?.into_inner();
        while let Some(change) = changes.message().await? {
            if let Some(run) = change.run
                && (enough(&run) || change.last)
            {
                return Ok(run);
            }
        }
        Err(Status::internal("the stream ended before the run did"))
    }

    /// Follows a run to its end.
    pub async fn ended(&self, run_id: &str) -> Run {
        self.watch_until(run_id, |run| {
            run.summary.as_ref().is_some_and(|summary| is_end(summary.status()))
        })
        .await
    }

    /// Follows a run to its end, and on until it has its receipt: that is made beside everything
    /// else and comes later.
    ///
    /// # Panics
    /// When the daemon won't tell, or there is none after many times the wait of one watch.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub async fn receipted(&self, run_id: &str) -> Run {
        for _ in 0..WATCHES_MAX {
            let run_id = run_id.to_owned();
            let request = v1::WatchRunRequest {
                scope: scope(),
                run_id,
                with_receipt: true,
                ..<_>::default()
            };
            let mut changes = self.runs().watch(request).await.expect("watch").into_inner();
            let mut newest = None;
            while let Some(change) = changes.message().await.expect("read the watch") {
                newest = change.run.or(newest);
            }
            if let Some(run) = newest.filter(|run| !run.receipt_id.is_empty()) {
                return run;
            }
        }
        panic!("{run_id} has no receipt");
    }

    /// Everything in the ledger whose kind begins so.
    ///
    /// # Panics
    /// When the daemon won't tell.
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub async fn events(&self, kinds: &[&str]) -> Vec<Event> {
        let request = v1::TailRequest {
            scope: scope(),
            kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
            ..Default::default()
        };
        let mut stream = self.ledger().tail(request).await.expect("tail").into_inner();
        let mut events = Vec::new();
        while let Some(event) = stream.message().await.expect("read the tail") {
            events.push(event);
        }
        events
    }
}
