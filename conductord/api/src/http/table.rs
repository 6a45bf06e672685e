//! The table of routes: every path that is answered over HTTP, once.

use std::sync::LazyLock;

use conductor_protocol::v1::{
    self, approvals_server::Approvals as _, artifacts_server::Artifacts as _,
    gates_server::Gates as _, receipts_server::Receipts as _, runs_server::Runs as _,
    schedules_server::Schedules as _, workflows_server::Workflows as _,
};

use super::{
    events, kept, maestro, openapi,
    route::{Gives, Route, Takes, Verb},
    runbooks,
};
use crate::{approvals, artifacts, gates, receipts, runs, schedules, workflows};

/// A row that a method of gRPC answers in its own shape. `gives` names the one field of the answer
/// that is given; nothing for all of it.
macro_rules! rpc {
    ($verb:ident $path:literal, $id:literal, $about:literal,
     $service:ident :: $method:ident ($rpc:literal) gives $gives:literal) => {
        Route {
            verb: Verb::$verb,
            path: concat!("/api/conductor/v1", $path),
            id: $id,
            about: $about,
            rpc: concat!("/conductor.v1.", $rpc),
            takes: Takes::Message,
            gives: Gives::Message($gives),
            success: 200,
            conditional: false,
            handler: |asked| {
                Box::pin(async move {
                    let request = asked.request(asked.message()?);
                    asked.reply($service::Service(asked.api.clone()).$method(request).await)
                })
            },
        }
    };
}

/// The same for a stream, as events of that name.
macro_rules! stream {
    ($path:literal, $id:literal, $about:literal,
     $service:ident :: $method:ident ($rpc:literal, $request:ident) event $event:literal) => {
        Route {
            verb: Verb::Get,
            path: concat!("/api/conductor/v1", $path),
            id: $id,
            about: $about,
            rpc: concat!("/conductor.v1.", $rpc),
            takes: Takes::Message,
            gives: Gives::Events,
            success: 200,
            conditional: false,
            handler: |asked| {
                Box::pin(async move {
                    let message: v1::$request = asked.message()?;
                    let request = asked.request(message);
                    let answered = $service::Service(asked.api.clone()).$method(request).await;
                    events::reply(&asked, $event, answered)
                })
            },
        }
    };
}

/// What answers in the shapes of the protocol.
const ROUTES: &[Route] = &[
    rpc!(Get "/workflows", "listWorkflows", "Published workflows, by name or by what is looked for.",
        workflows::list("Workflows/List") gives ""),
    rpc!(Post "/workflows", "publishWorkflow", "Publishes a version of a workflow.",
        workflows::publish("Workflows/Publish") gives ""),
    rpc!(Post "/manifests/validate", "validateWorkflow", "Says what is wrong with a manifest.",
        workflows::validate("Workflows/Validate") gives ""),
    rpc!(Get "/workflows/{name}", "getWorkflow", "One version of a workflow.",
        workflows::get("Workflows/Get") gives ""),
    rpc!(Post "/workflows/{name}/deprecate", "deprecateWorkflow",
        "Warns of versions of a workflow, or takes the warning back.",
        workflows::deprecate("Workflows/Deprecate") gives ""),
    rpc!(Post "/workflows/{name}/retire", "retireWorkflow",
        "Lets nothing start from versions of a workflow any more.",
        workflows::retire("Workflows/Retire") gives ""),
    rpc!(Post "/workflows/{name}/review", "reviewWorkflow",
        "Says what somebody thinks of a version that others published.",
        workflows::review("Workflows/Review") gives ""),
    rpc!(Post "/workflows/{name}/countersign", "countersignWorkflow",
        "Puts one more signature under a version's text.",
        workflows::countersign("Workflows/Countersign") gives ""),
    rpc!(Get "/executions", "listExecutions", "Runs, newest first.",
        runs::list("Runs/List") gives ""),
    rpc!(Post "/executions", "startExecution", "Starts a run.",
        runs::start("Runs/Start") gives ""),
    rpc!(Post "/executions/plan", "planExecution", "Says what a start would do, and does nothing.",
        runs::plan("Runs/Plan") gives ""),
    stream!("/executions/events", "watchExecutions", "The list of runs as it changes.",
        runs::watch_list("Runs/WatchList", WatchRunsRequest) event "executions"),
    rpc!(Get "/executions/{runId}", "getExecution", "One run with its tasks.",
        runs::get("Runs/Get") gives "run"),
    rpc!(Get "/executions/{runId}/timeline", "getExecutionTimeline",
        "What happened in a run, in its order.",
        runs::timeline("Runs/Timeline") gives ""),
    stream!("/executions/{runId}/events", "watchExecution",
        "A run as it changes; the stream ends after the message whose `last` is true.",
        runs::watch("Runs/Watch", WatchRunRequest) event "execution"),
    rpc!(Post "/executions/{runId}/cancel", "cancelExecution", "Stops a run.",
        runs::cancel("Runs/Cancel") gives ""),
    rpc!(Post "/executions/{runId}/pause", "pauseExecution", "Starts no more tasks of a run for now.",
        runs::pause("Runs/Pause") gives ""),
    rpc!(Post "/executions/{runId}/resume", "resumeExecution", "Lets a paused run go on.",
        runs::resume("Runs/Resume") gives ""),
    rpc!(Post "/executions/{runId}/rerun", "rerunExecution", "Runs an ended run again, as a new one.",
        runs::rerun("Runs/Rerun") gives ""),
    rpc!(Post "/executions/{runId}/tasks/{taskId}/skip", "skipTask",
        "Leaves a task out that has not begun.",
        runs::skip_task("Runs/SkipTask") gives ""),
    rpc!(Post "/executions/{runId}/tasks/{taskId}/release", "releaseTask",
        "Gives the answer that a task waits for.",
        runs::release_task("Runs/ReleaseTask") gives ""),
    rpc!(Get "/executions/{runId}/gate", "checkExecutionGate",
        "Says whether what a run made may be released, and what stands in the way.",
        gates::check("Gates/Check") gives ""),
    rpc!(Get "/receipts", "listReceipts",
        "Receipts that the caller may read, newest first: of a run, or of a kind of record.",
        receipts::list("Receipts/List") gives ""),
    rpc!(Get "/artifacts", "listArtifactRecords", "Artifacts, newest first.",
        artifacts::list("Artifacts/List") gives ""),
    rpc!(Get "/artifacts/{artifactId}", "getArtifactRecord",
        "What is known of an artifact, and how it stands.",
        artifacts::get("Artifacts/Get") gives "artifact"),
    rpc!(Get "/approvals/requests", "listApprovals", "Approvals of the tenant, newest first.",
        approvals::list("Approvals/List") gives ""),
    rpc!(Get "/approvals/requests/{approvalId}", "getApproval",
        "One approval, with the statement that is signed.",
        approvals::get("Approvals/Get") gives "approval"),
    rpc!(Post "/approvals/requests/{approvalId}/sign", "signApproval",
        "Counts a signature over the statement, as `ssh-keygen -Y sign` writes it.",
        approvals::sign("Approvals/Sign") gives "approval"),
    rpc!(Post "/approvals/requests/{approvalId}/deny", "denyApproval", "Ends an approval.",
        approvals::deny("Approvals/Deny") gives "approval"),
    rpc!(Post "/approvals/requests/{approvalId}/withdraw", "withdrawApproval",
        "Takes back what the caller asked for.",
        approvals::withdraw("Approvals/Withdraw") gives "approval"),
    rpc!(Post "/approvals/requests/{approvalId}/delegate", "delegateApproval",
        "Has somebody else sign the open stage.",
        approvals::delegate("Approvals/Delegate") gives "approval"),
    rpc!(Post "/approvals/requests/{approvalId}/comment", "commentApproval",
        "Says something to an approval.",
        approvals::comment("Approvals/Comment") gives "approval"),
    rpc!(Get "/scheduler/schedules", "listSchedules", "Schedules of the tenant.",
        schedules::list("Schedules/List") gives ""),
];

/// Every row, those with shapes of their own as well.
pub(super) fn routes() -> &'static [&'static Route] {
    static ALL: LazyLock<Vec<&'static Route>> = LazyLock::new(|| {
        let maestro = [maestro::ROUTES, maestro::ARTIFACT_ROUTES, maestro::GATE_ROUTES];
        let own = [ROUTES, kept::ROUTES, runbooks::ROUTES, openapi::ROUTES];
        let parts = own.into_iter().chain(maestro);
        parts.flatten().collect()
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use conductor_protocol::json;

    use super::*;

    #[test]
    fn every_row_stands_once_and_comes_to_a_method_that_there_is() {
        let (mut paths, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for route in routes() {
            assert!(paths.insert((route.verb.as_str(), route.path)), "{}", route.path);
            assert!(ids.insert(route.id), "{}", route.id);
            assert!(json::method(route.rpc).is_some(), "{}", route.rpc);
        }
    }

    /// What the path names is a field of the message.
    #[test]
    fn the_variable_parts_of_a_path_are_fields() {
        for route in routes().iter().filter(|route| matches!(route.takes, Takes::Message)) {
            let (input, output) = route.messages();
            let fields: Vec<String> =
                json::query_schemas(input, &[]).into_iter().map(|(name, ..)| name).collect();
            for name in route.names() {
                assert!(fields.iter().any(|field| field == name), "{} {name}", route.path);
            }
            if let Gives::Message(field) = route.gives
                && !field.is_empty()
            {
                assert!(json::inner(output, field).is_some(), "{} {field}", route.path);
            }
        }
    }
}
