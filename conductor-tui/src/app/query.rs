//! What the console asks the daemon without changing anything: a line for each kind of question gives
//! the question, its answer, and the call that is made.

use conductor_client::Connection;
use conductor_protocol::v1;

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
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) enum Answer {
            $($(#[$doc])* $name(Box<v1::$response>),)*
            $($(#[$other_doc])* $other $(($($of),*))?,)*
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
    Workflows: list_workflows(ListWorkflowsRequest) -> ListWorkflowsResponse;
    Workflow: get_workflow(GetWorkflowRequest) -> GetWorkflowResponse;
    Plan: plan_run(PlanRunRequest) -> PlanRunResponse;
    Schedules: list_schedules(ListSchedulesRequest) -> ListSchedulesResponse;
    NextTimes: next_schedule(NextScheduleRequest) -> NextScheduleResponse;
    Verdicts: authorize(AuthorizeRequest) -> AuthorizeResponse;
    Status: status(StatusRequest) -> StatusResponse;
    Approvals: list_approvals(ListApprovalsRequest) -> ListApprovalsResponse;
    Approval: get_approval(GetApprovalRequest) -> GetApprovalResponse;
    ApprovalTimes: approval_times(ApprovalTimesRequest) -> ApprovalTimesResponse;
    Workers: list_workers(ListWorkersRequest) -> ListWorkersResponse;
    Incidents: list_incidents(ListIncidentsRequest) -> ListIncidentsResponse;
    Doctor: doctor(DoctorRequest) -> DoctorResponse;
    Decision: get_decision(GetDecisionRequest) -> GetDecisionResponse;
    }
    changed {
    Started(v1::StartRunResponse);
    Cancelled(v1::CancelRunResponse);
    ChangedRun(v1::ChangeRunResponse);
    Schedule(Box<v1::Schedule>);
    Lifecycle(v1::WorkflowLifecycleResponse);
    /// An approval, after something was said to it.
    Said(Box<v1::Approval>);
    /// A freeze, and how many runs a kill switch found.
    Frozen(Box<v1::Freeze>, u64);
    Thawed;
    }
}
