//! The clients of a daemon's services, over one channel.

use conductor_protocol::v1::{
    approvals_client::ApprovalsClient, artifacts_client::ArtifactsClient,
    bundles_client::BundlesClient, freezes_client::FreezesClient, gates_client::GatesClient,
    graph_client::GraphClient, hosts_client::HostsClient, incidents_client::IncidentsClient,
    keys_client::KeysClient, ledger_client::LedgerClient,
    notifications_client::NotificationsClient, oidc_client::OidcClient,
    policy_client::PolicyClient, receipts_client::ReceiptsClient, runs_client::RunsClient,
    schedules_client::SchedulesClient, sessions_client::SessionsClient,
    system_client::SystemClient, tenants_client::TenantsClient, tokens_client::TokensClient,
    tracked_client::TrackedClient, workers_client::WorkersClient,
    workflows_client::WorkflowsClient,
};
use tonic::{service::interceptor::InterceptedService, transport::Channel};

use crate::{
    limits::{MESSAGE_IN_BYTES_MAX, MESSAGE_OUT_BYTES_MAX},
    token::Bearer,
};

/// A channel on which every call carries the connection's token.
pub type Wire = InterceptedService<Channel, Bearer>;

/// One generated client a service, over the same channel.
#[derive(Debug, Clone)]
pub struct Services {
    /// Workflows.
    pub workflows: WorkflowsClient<Wire>,
    /// The `Schedules` service.
    pub schedules: SchedulesClient<Wire>,
    /// Runs.
    pub runs: RunsClient<Wire>,
    /// Workers.
    pub workers: WorkersClient<Wire>,
    /// Hosts.
    pub hosts: HostsClient<Wire>,
    /// Policy, tried out.
    pub policy: PolicyClient<Wire>,
    /// The ledger.
    pub ledger: LedgerClient<Wire>,
    /// The daemon itself.
    pub system: SystemClient<Wire>,
    /// Bundles of policy.
    pub bundles: BundlesClient<Wire>,
    /// Whose everything is.
    pub tenants: TenantsClient<Wire>,
    /// What waits for signatures.
    pub approvals: ApprovalsClient<Wire>,
    /// By which keys people are known.
    pub keys: KeysClient<Wire>,
    /// Who is logged in.
    pub sessions: SessionsClient<Wire>,
    /// What programs act with.
    pub tokens: TokensClient<Wire>,
    /// Whose tokens the daemon takes.
    pub oidc: OidcClient<Wire>,
    /// What people are told, and what did not reach them.
    pub notifications: NotificationsClient<Wire>,
    /// Runs that something else carries out.
    pub tracked: TrackedClient<Wire>,
    /// What nothing starts in.
    pub freezes: FreezesClient<Wire>,
    /// What has to be looked into.
    pub incidents: IncidentsClient<Wire>,
    /// What can be checked elsewhere.
    pub receipts: ReceiptsClient<Wire>,
    /// What has to do with what.
    pub graph: GraphClient<Wire>,
    /// What runs left behind, and what others brought.
    pub artifacts: ArtifactsClient<Wire>,
    /// What may be released.
    pub gates: GatesClient<Wire>,
}

/// The clients of all services over a channel.
pub(crate) fn over(channel: &Channel, bearer: Bearer) -> Services {
    let wire = InterceptedService::new(channel.clone(), bearer);
    macro_rules! bounded {
        ($client:ident) => {
            $client::new(wire.clone())
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
        sessions: bounded!(SessionsClient),
        tokens: bounded!(TokensClient),
        oidc: bounded!(OidcClient),
        notifications: bounded!(NotificationsClient),
        freezes: bounded!(FreezesClient),
        incidents: bounded!(IncidentsClient),
        receipts: bounded!(ReceiptsClient),
        graph: bounded!(GraphClient),
        artifacts: bounded!(ArtifactsClient),
        tracked: bounded!(TrackedClient),
        gates: bounded!(GatesClient),
    }
}
