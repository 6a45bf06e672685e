//! What the console asks the daemon without changing anything: a line for each kind of question gives
//! the question, its answer, and the call that is made.

use conductor_client::Connection;
use conductor_protocol::v1;
use serde::{Deserialize, Serialize};

use super::{daemon::fault, msg::Fault};

macro_rules! questions {
    (
        asked { $($(#[$doc:meta])* $name:ident: $call:ident($request:ident) -> $response:ident;)* }
        changed { $($(#[$other_doc:meta])* $other:ident $(($($of:ty),*))?;)* }
    ) => {
        /// A question to the daemon that changes nothing.
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) enum Query { $($(#[$doc])* $name(v1::$request),)* }

        /// An answer of the daemon: to a question, or to a change.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) enum Answer {
            $($(#[$doc])* $name(Box<v1::$response>),)*
            $($(#[$other_doc])* $other $(($($of),*))?,)*
        }

        #[cfg(test)]
        impl Query {
            /// What a daemon answers that has nothing.
            pub(crate) fn nothing(&self) -> Answer {
                match self { $(Self::$name(_) => Answer::$name(Box::default()),)* }
            }

            /// The calls that questions are.
            pub(crate) const CALLS: &[&str] = &[$(stringify!($call),)*];
        }

        /// Asks something that changes nothing.
        pub(crate) async fn ask(connection: &Connection, query: Query) -> Result<Answer, Fault> {
            match query {
                $(Query::$name(request) => {
                    connection.$call(request).await.map(Box::new).map(Answer::$name)
                })*
            }
            .map_err(|error| fault(&error))
        }
    };
}

questions! {
    asked {
    Runs: list_runs(ListRunsRequest) -> ListRunsResponse;
    Run: get_run(GetRunRequest) -> GetRunResponse;
    Workflows: list_workflows(ListWorkflowsRequest) -> ListWorkflowsResponse;
    Workflow: get_workflow(GetWorkflowRequest) -> GetWorkflowResponse;
    Plan: plan_run(PlanRunRequest) -> PlanRunResponse;
    Schedules: list_schedules(ListSchedulesRequest) -> ListSchedulesResponse;
    NextTimes: next_schedule(NextScheduleRequest) -> NextScheduleResponse;
    Freezes: list_freezes(ListFreezesRequest) -> ListFreezesResponse;
    Verdicts: authorize(AuthorizeRequest) -> AuthorizeResponse;
    Status: status(StatusRequest) -> StatusResponse;
    Approvals: list_approvals(ListApprovalsRequest) -> ListApprovalsResponse;
    Approval: get_approval(GetApprovalRequest) -> GetApprovalResponse;
    ApprovalTimes: approval_times(ApprovalTimesRequest) -> ApprovalTimesResponse;
    Workers: list_workers(ListWorkersRequest) -> ListWorkersResponse;
    Incidents: list_incidents(ListIncidentsRequest) -> ListIncidentsResponse;
    Doctor: doctor(DoctorRequest) -> DoctorResponse;
    Decision: get_decision(GetDecisionRequest) -> GetDecisionResponse;
    Decisions: list_decisions(ListDecisionsRequest) -> ListDecisionsResponse;
    Bundles: show_bundles(ShowBundlesRequest) -> ShowBundlesResponse;
    Checkpoint: checkpoint(CheckpointRequest) -> CheckpointResponse;
    Consistency: consistency_proof(ConsistencyProofRequest) -> ConsistencyProofResponse;
    Inclusion: inclusion_proof(InclusionProofRequest) -> InclusionProofResponse;
    SigningKeys: signing_keys(SigningKeysRequest) -> SigningKeysResponse;
    Witnesses: witnesses(WitnessesRequest) -> WitnessesResponse;
    Receipts: list_receipts(ListReceiptsRequest) -> ListReceiptsResponse;
    Receipt: get_receipt(GetReceiptRequest) -> GetReceiptResponse;
    Artifacts: list_artifacts(ListArtifactsRequest) -> ListArtifactsResponse;
    Entity: get_entity(GetEntityRequest) -> GetEntityResponse;
    Walk: walk_graph(WalkGraphRequest) -> WalkGraphResponse;
    GraphRuns: graph_runs(GraphRunsRequest) -> GraphRunsResponse;
    Tenants: list_tenants(ListTenantsRequest) -> ListTenantsResponse;
    TenantChecks: check_tenant(CheckTenantRequest) -> CheckTenantResponse;
    /// What forgetting a tenant would take. Asking changes nothing, whatever the request says.
    Forgettable: would_forget_tenant(ForgetTenantRequest) -> ForgetResponse;
    Grants: list_grants(ListGrantsRequest) -> ListGrantsResponse;
    }
    changed {
    Started(v1::StartRunResponse);
    Cancelled(v1::CancelRunResponse);
    ChangedRun(v1::ChangeRunResponse);
    Schedule(Box<v1::Schedule>);
    Lifecycle(v1::WorkflowLifecycleResponse);
    /// A version, after its reviewer signed it.
    Countersigned(Box<v1::CountersignWorkflowResponse>);
    RolledBack(v1::RollBackResponse);
    /// An approval, after something was said to it.
    Said(Box<v1::Approval>);
    /// A freeze, and how many runs a kill switch found.
    Frozen(Box<v1::Freeze>, u64);
    Thawed;
    /// A tenant, after something was set for it, and whether anything changed.
    Tenant(Box<v1::Tenant>, bool);
    Forgotten(Box<v1::ForgetResponse>);
    }
}
