//! A run's facts as lines for people.

use std::collections::HashMap;

use conductor_domain::{
    event::{Envelope, Event},
    time::Timestamp,
    trust::{bundle, decision},
    work::{
        run::{self, RunStatus, StopCause},
        task::{self, Answer, Outcome, SkipCause},
    },
};
use conductor_protocol::v1;

use super::{
    approval, artifact, freeze, incident, notification, published, receipt, schedule, session,
    signing_key, time, token, tracked,
};

/// Lines for facts in the order of the ledger; `started` knows when attempts began, by token.
pub(crate) fn entries(
    facts: &[(u64, Envelope)],
    started: &HashMap<u64, Timestamp>,
) -> Vec<v1::TimelineEntry> {
    facts.iter().map(|(seq, envelope)| entry(*seq, envelope, started)).collect()
}

/// When the attempts of a run began, by their tokens.
pub(crate) fn attempts_started(run: &run::Run) -> HashMap<u64, Timestamp> {
    let attempts = run.tasks.iter().flat_map(|task| &task.attempts);
    attempts.map(|attempt| (attempt.token, attempt.started_at)).collect()
}

fn entry(seq: u64, envelope: &Envelope, started: &HashMap<u64, Timestamp>) -> v1::TimelineEntry {
    let (task, attempt) = place(&envelope.event);
    let mut text = describe(envelope);
    if let Event::TaskCompleted(event) = &envelope.event
        && let Some(began) = started.get(&event.token)
    {
        text = completed(event, Some(envelope.at.ms_since(*began)));
    }
    v1::TimelineEntry {
        seq,
        at: Some(time(envelope.at)),
        kind: envelope.event.kind().to_owned(),
        task_id: task.to_owned(),
        attempt,
        text,
        actor: envelope.principal.to_string(),
        decision_id: decision(&envelope.event),
    }
}

/// The task and the attempt that a fact is about.
fn place(event: &Event) -> (&str, u32) {
    match event {
        Event::TaskLeased(e) => (&e.task, e.attempt),
        Event::TaskCompleted(e) => (&e.task, e.attempt),
        Event::TaskLost(e) => (&e.task, e.attempt),
        Event::TaskSkipped(e) => (&e.task, 0),
        Event::TaskCancelled(e) => (&e.task, 0),
        Event::TaskFailed(e) => (&e.task, 0),
        Event::TaskExpanded(e) => (&e.task, 0),
        Event::TaskHealthCheck(e) => (&e.task, 0),
        Event::TaskHeld(e) => (&e.task, 0),
        Event::TaskReleased(e) => (&e.task, 0),
        Event::TaskDeferred(e) => (&e.task, 0),
        Event::TaskChildStarted(e) => (&e.task, 0),
        Event::TaskSettled(e) => (&e.task, 0),
        _ => ("", 0),
    }
}

fn decision(event: &Event) -> String {
    match event {
        Event::RunStarted(e) => e.decision.to_string(),
        Event::RunStopRequested(e) => e.decision.map(|id| id.to_string()).unwrap_or_default(),
        Event::RunPaused(e) => e.decision.to_string(),
        Event::RunResumed(e) => e.decision.to_string(),
        Event::TaskReleased(e) => e.decision.to_string(),
        Event::TaskSkipped(e) => e.decision.map(|id| id.to_string()).unwrap_or_default(),
        Event::DecisionRecorded(e) => e.id.to_string(),
        Event::WorkflowPublished(e) => e.decision.clone(),
        Event::WorkflowCountersigned(e) => e.decision.clone(),
        Event::WorkflowDeprecated(e) => e.decision.clone(),
        Event::WorkflowUndeprecated(e) => e.decision.clone(),
        Event::WorkflowRetired(e) => e.decision.clone(),
        Event::WorkflowReviewed(e) => e.decision.clone(),
        Event::IdentityGranted(e) => e.decision.clone(),
        Event::IdentityRevoked(e) => e.decision.clone(),
        Event::IdentityDescribed(e) => e.decision.clone(),
        Event::KeyEnrolled(e) => e.decision.clone(),
        Event::KeyRevoked(e) => e.decision.clone(),
        Event::NotificationTended(e) => e.decision.clone(),
        Event::TenantCreated(e) => e.decision.clone(),
        Event::TenantConfigured(e) => e.decision.clone(),
        Event::TenantSuspended(e) => e.decision.clone(),
        Event::TenantResumed(e) => e.decision.clone(),
        Event::TenantGuestAdmitted(e) => e.decision.clone(),
        Event::TenantGuestDismissed(e) => e.decision.clone(),
        Event::TenantForgotten(e) | Event::SubjectForgotten(e) => e.decision.to_string(),
        Event::ScheduleSet(e) => e.decision.clone(),
        Event::SchedulePaused(e) => e.decision.clone(),
        Event::ScheduleResumed(e) => e.decision.clone(),
        Event::ScheduleRemoved(e) => e.decision.clone(),
        Event::ScheduleQueued(e) => e.decision.clone(),
        Event::FreezeSet(e) => e.decision.to_string(),
        Event::FreezeLifted(e) => e.decision.to_string(),
        Event::KillSwitched(e) => e.decision.to_string(),
        event => approval::decision(event)
            .or_else(|| session::decision(event))
            .or_else(|| incident::decision(event))
            .or_else(|| token::decision(event))
            .or_else(|| tracked::decision(event))
            .or_else(|| artifact::decision(event))
            .or_else(|| signing_key::decision(event))
            .unwrap_or_default(),
    }
}

fn deployed(event: &bundle::Deployed, by: &str) -> String {
    let label = if event.label.is_empty() { String::new() } else { format!(" ({})", event.label) };
    let bundle = format!("policy bundle {}{label}", event.revision);
    match event.cause {
        bundle::Cause::RolledBack => {
            format!("{by} went back to {bundle}{}", because(&event.reason))
        }
        bundle::Cause::Started | bundle::Cause::Source => {
            format!("{bundle} of {} decides from here on", event.source)
        }
    }
}

/// A fact in one line.
pub(crate) fn describe(envelope: &Envelope) -> String {
    let by = &envelope.principal;
    match &envelope.event {
        Event::DaemonStarted(e) => format!("daemon {} took over the ledger", e.version),
        Event::RunStarted(e) => run_started(e, by.as_str()),
        Event::RunStopRequested(e) => stop_requested(e, by.as_str()),
        Event::RunEnded(e) => run_ended(e),
        Event::TaskLeased(e) => {
            let place = if e.in_process { "the daemon's own worker" } else { "a worker" };
            format!("attempt {} of `{}` went to {place}", e.attempt, e.task)
        }
        Event::TaskCompleted(e) => completed(e, None),
        Event::TaskLost(e) => {
            let why = because(&e.message);
            format!("attempt {} of `{}` lost its worker{why}", e.attempt, e.task)
        }
        Event::RunAdmitted(_) => "its turn has come".to_owned(),
        Event::RunHostsFound(e) => {
            let of = |(task, hosts): (&String, &Vec<_>)| {
                format!("{} for `{task}`", counted(hosts.len(), "host"))
            };
            format!("found {}", e.hosts.iter().map(of).collect::<Vec<_>>().join(", "))
        }
        Event::RunPaused(e) => format!("{by} paused it{}", because(&e.reason)),
        Event::RunResumed(e) => format!("{by} let it go on{}", because(&e.reason)),
        Event::RunUndoStarted(e) => {
            let note = because(&e.note);
            format!("what it finished is undone, {} in all{note}", counted(e.tasks.len(), "task"))
        }
        Event::TaskExpanded(e) => expanded(e),
        Event::TaskHealthCheck(e) => {
            format!("batch {} of `{}` has ended; its health is looked at", e.batch + 1, e.task)
        }
        Event::TaskHeld(e) => format!("`{}` waits for an answer{}", e.task, because(&e.message)),
        Event::TaskReleased(e) => released(e, by.as_str()),
        Event::TaskDeferred(e) => format!("`{}` waits for its time", e.task),
        Event::TaskChildStarted(e) => format!("`{}` is carried out by run {}", e.task, e.child),
        Event::TaskSettled(e) => settled(e),
        Event::TaskSkipped(e) => skipped(e, by.as_str()),
        Event::TaskCancelled(e) => format!("`{}` was stopped before it began", e.task),
        Event::TaskFailed(e) => {
            let again = if e.retry_at.is_some() { "; it is tried again" } else { "" };
            format!("`{}` failed{}{again}", e.task, because(&e.message))
        }
        Event::DecisionRecorded(e) => decided(e, by.as_str()),
        event => organised(event, by.as_str()),
    }
}

/// What happened to roles, tenants, schedules, bundles and approvals.
fn organised(event: &Event, by: &str) -> String {
    match event {
        Event::IdentityGranted(e) => format!("{by} gave `{}` to {}", e.role, e.principal),
        Event::IdentityRevoked(e) => format!("{by} took `{}` from {}", e.role, e.principal),
        Event::IdentityDescribed(e) => {
            let names: Vec<&str> = e.attributes.keys().map(String::as_str).collect();
            format!("{by} set what is known of {}: {}", e.principal, names.join(", "))
        }
        Event::KeyEnrolled(e) => format!("{by} enrolled {} for {}", e.fingerprint, e.principal),
        Event::KeyRevoked(e) => {
            format!("{by} revoked {} of {}{}", e.fingerprint, e.principal, because(&e.reason))
        }
        Event::TenantCreated(e) => format!("{by} created tenant `{}`", e.name),
        Event::TenantConfigured(e) => {
            format!("{by} configured tenant `{}`, version {}", e.name, e.version)
        }
        Event::TenantSuspended(e) => format!("{by} suspended tenant `{}`: {}", e.name, e.reason),
        Event::TenantResumed(e) => {
            format!("{by} resumed tenant `{}`{}", e.name, because(&e.reason))
        }
        Event::TenantGuestAdmitted(e) => {
            format!("{by} let {} in as a guest{}", e.principal, because(&e.reason))
        }
        Event::TenantGuestDismissed(e) => format!("{by} dismissed the guest {}", e.principal),
        Event::TenantForgotten(e) => {
            format!("{by} had tenant `{}` forgotten: {} keys destroyed", e.tenant, e.keys.len())
        }
        Event::SubjectForgotten(e) => format!(
            "{by} had the data subject sha256:{} forgotten, with {} runs",
            e.subject_digest, e.runs
        ),
        Event::ScheduleSet(e) => format!("{by} set schedule `{}`, version {}", e.name, e.version),
        Event::SchedulePaused(e) => {
            format!("{by} paused schedule `{}`{}", e.name, because(&e.reason))
        }
        Event::ScheduleResumed(e) => format!("{by} resumed schedule `{}`", e.name),
        Event::ScheduleRemoved(e) => format!("{by} removed schedule `{}`", e.name),
        Event::ScheduleQueued(e) => schedule::queued(e),
        Event::ScheduleSkipped(e) => schedule::skipped(e),
        Event::FreezeSet(e) => freeze::set(e, by),
        Event::FreezeLifted(e) => freeze::lifted(e),
        Event::KillSwitched(e) => freeze::switched(e, by),
        Event::PolicyDeployed(e) => deployed(e, by),
        Event::PolicyRefused(e) => {
            format!("the policy bundle of {} is refused: {}", e.source, e.problem)
        }
        Event::PolicyDrifted(e) => {
            let bundle::Drift { tenant, what, desired, deployed } = &e.drift;
            format!("the {what} of `{tenant}` is {deployed}, and {desired} is wanted")
        }
        Event::PolicySettled(e) => {
            let bundle::Drift { tenant, what, desired, .. } = &e.drift;
            format!("the {what} of `{tenant}` does not drift from {desired} any more")
        }
        Event::NotificationTended(e) => notification::tended(e, by),
        event => approval::told(event, by)
            .or_else(|| session::told(event, by))
            .or_else(|| published::told(event, by))
            .or_else(|| incident::told(event, by))
            .or_else(|| artifact::told(event, by))
            .or_else(|| token::told(event, by))
            .or_else(|| receipt::told(event))
            .or_else(|| tracked::told(event, by))
            .or_else(|| signing_key::told(event, by))
            .unwrap_or_else(|| event.kind().to_owned()),
    }
}

fn skipped(event: &task::Skipped, by: &str) -> String {
    let why = match (event.message.as_str(), event.cause) {
        (message, SkipCause::Operator) => {
            return format!("{by} left `{}` out{}", event.task, because(message));
        }
        ("", SkipCause::When) => ": its `when` is false".to_owned(),
        ("", SkipCause::Needs) => ": something it needs did not succeed".to_owned(),
        ("", SkipCause::Rollout) => ": its rollout had stopped".to_owned(),
        (message, _) => because(message),
    };
    format!("`{}` was skipped{why}", event.task)
}

fn decided(event: &decision::Recorded, by: &str) -> String {
    let word = if event.verdict.allow { "allowed" } else { "denied" };
    let times = if event.count > 1 { format!(", {} times", event.count) } else { String::new() };
    let why = match event.verdict.reasons.join("; ") {
        reasons if reasons.is_empty() => String::new(),
        reasons => format!(" ({reasons})"),
    };
    format!("policy {word} {} by {by}{times}{why}", event.input.action)
}

fn expanded(event: &task::Expanded) -> String {
    let batches = event.instances.last().map_or(0, |last| last.batch) + 1;
    let instances = counted(event.instances.len(), "instance");
    match batches {
        1 => format!("`{}` begins: {instances}", event.task),
        batches => format!("`{}` begins: {instances} in {batches} batches", event.task),
    }
}

fn released(event: &task::Released, by: &str) -> String {
    let (task, why) = (&event.task, because(&event.reason));
    match event.answer {
        Answer::GoOn => format!("{by} let `{task}` go on{why}"),
        Answer::Retry => format!("{by} has `{task}` tried again{why}"),
        Answer::Done => format!("{by} called `{task}` done{why}"),
        Answer::GiveUp => format!("{by} gave `{task}` up{why}"),
    }
}

fn settled(event: &task::Settlement) -> String {
    let how = match event.outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed => "failed",
        Outcome::TimedOut => "ran out of time",
        Outcome::Cancelled => "was stopped",
    };
    format!("`{}` {how}{}", event.task, because(&event.message))
}

/// A number with its noun.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn run_started(event: &run::Started, by: &str) -> String {
    let workflow = &event.workflow;
    let again = if event.rerun_of.is_some() { "again, " } else { "" };
    let rehearsal = if event.rehearsal { "as a rehearsal, " } else { "" };
    let why = because(&event.reason);
    let by = event.schedule.as_ref().map_or_else(|| by.to_owned(), |it| schedule::starter(it, by));
    format!(
        "{by} started `{}` {} {again}{rehearsal}with {}{why}",
        workflow.name,
        workflow.version,
        tasks(event)
    )
}

fn tasks(event: &run::Started) -> String {
    match event.tasks.len() {
        1 => "one task".to_owned(),
        count => format!("{count} tasks"),
    }
}

fn stop_requested(event: &run::StopRequested, by: &str) -> String {
    let why = because(&event.reason);
    match event.cause {
        StopCause::Cancelled => format!("{by} asked the run to stop{why}"),
        StopCause::Killed => format!("{by} killed the run{why}"),
        StopCause::TimedOut => format!("the run's time is over, it is being stopped{why}"),
        StopCause::TaskFailed => format!("the run is being stopped{why}"),
        StopCause::HostsUnknown => {
            format!("the run's hosts are not known, it is being stopped{why}")
        }
    }
}

fn run_ended(event: &run::Ended) -> String {
    let how = match event.status {
        RunStatus::Succeeded => "the run succeeded",
        RunStatus::Failed => "the run failed",
        RunStatus::Cancelled => "the run was cancelled",
        RunStatus::TimedOut => "the run timed out",
        RunStatus::Queued
        | RunStatus::Running
        | RunStatus::Cancelling
        | RunStatus::Paused
        | RunStatus::Held
        | RunStatus::Undoing => "the run ended",
    };
    format!("{how}{}", because(&event.note))
}

/// An attempt's end, with how long it took where that is known.
fn completed(event: &task::Completed, took_ms: Option<u64>) -> String {
    let how = match event.outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed => "failed",
        Outcome::TimedOut => "timed out",
        Outcome::Cancelled => "was stopped",
    };
    let took = match (took_ms, event.outcome) {
        (Some(ms), Outcome::Succeeded) => format!(" in {}", span(ms)),
        (Some(ms), _) => format!(" after {}", span(ms)),
        (None, _) => String::new(),
    };
    let exit = match event.exit_code {
        Some(code) if event.outcome == Outcome::Failed => format!(" with exit code {code}"),
        _ => String::new(),
    };
    let again = if event.retry_at.is_some() { "; it will be tried again" } else { "" };
    let why = because(&event.message);
    format!("attempt {} of `{}` {how}{took}{exit}{why}{again}", event.attempt, event.task)
}

pub(super) fn because(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

/// A span as people say it: `3 ms`, `1.2 s`, `4 min 10 s`, `2 h 5 min`.
fn span(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
        _ => format!("{} h {} min", ms / 3_600_000, ms % 3_600_000 / 60_000),
    }
}

#[cfg(test)]
mod tests {
    use conductor_domain::scope::{Principal, Scope};
    use conductor_protocol::id::{DecisionId, RunId, WorkerId};
    use serde_json::Map;

    use super::*;

    fn envelope(event: Event) -> Envelope {
        Envelope {
            at: Timestamp::from_unix_ms(5_200),
            scope: Scope::default(),
            principal: Principal::uid(1000),
            trace: None,
            idempotency: None,
            event,
        }
    }

    fn end(outcome: Outcome, exit_code: Option<i32>, retry: bool) -> task::Completed {
        task::Completed {
            run: RunId::from_bits(1),
            task: "disk".into(),
            attempt: 2,
            token: 7,
            outcome,
            message: String::new(),
            exit_code,
            status_code: None,
            failure: None,
            outputs: Map::new(),
            log_digest: String::new(),
            log_bytes: 0,
            artifacts: Vec::new(),
            confinement: None,
            retry_at: retry.then(|| Timestamp::from_unix_ms(9_000)),
        }
    }

    fn check(event: Event, expected: &str) {
        assert_eq!(describe(&envelope(event)), expected);
    }

    #[test]
    fn an_attempts_end_says_how_long_it_took() {
        let facts = [(9, envelope(Event::TaskCompleted(end(Outcome::Succeeded, Some(0), false))))];
        let started = HashMap::from([(7, Timestamp::from_unix_ms(4_000))]);
        let lines = entries(&facts, &started);
        assert_eq!(lines[0].text, "attempt 2 of `disk` succeeded in 1.2 s");
        assert_eq!((lines[0].task_id.as_str(), lines[0].attempt), ("disk", 2));
    }

    #[test]
    fn failures_say_what_comes_next() {
        check(
            Event::TaskCompleted(end(Outcome::Failed, Some(3), true)),
            "attempt 2 of `disk` failed with exit code 3; it will be tried again",
        );
        check(
            Event::TaskLost(task::Lost {
                run: RunId::from_bits(1),
                task: "disk".into(),
                attempt: 1,
                token: 7,
                message: "the daemon was restarted".into(),
            }),
            "attempt 1 of `disk` lost its worker: the daemon was restarted",
        );
    }

    #[test]
    fn a_start_names_who_what_and_why() {
        check(
            Event::RunStarted(run::Started {
                run: RunId::from_bits(1),
                workflow: run::WorkflowRef {
                    name: "triage".into(),
                    version: "1.0.0".into(),
                    digest: String::new(),
                },
                inputs: Map::new(),
                tasks: vec!["a".into(), "b".into()],
                reason: "disk alert".into(),
                rerun_of: None,
                turn: None,
                parent: None,
                kept: Vec::new(),
                hosts: Default::default(),
                hosts_wanted: false,
                undo_only: false,
                plan: String::new(),
                rehearsal: false,
                subject: String::new(),
                schedule: None,
                deadline: Timestamp::default(),
                decision: DecisionId::from_bits(2),
            }),
            "uid:1000 started `triage` 1.0.0 with 2 tasks: disk alert",
        );
    }

    #[test]
    fn leases_say_where_the_work_went() {
        let leased = |in_process| {
            Event::TaskLeased(task::Leased {
                run: RunId::from_bits(1),
                task: "disk".into(),
                attempt: 1,
                worker: WorkerId::from_bits(3),
                in_process,
                timeout_ms: 1,
            })
        };
        check(leased(true), "attempt 1 of `disk` went to the daemon's own worker");
        check(leased(false), "attempt 1 of `disk` went to a worker");
    }

    #[test]
    fn spans_read_well() {
        let spans = [999, 1_250, 61_000, 7_500_000].map(span);
        assert_eq!(spans, ["999 ms", "1.2 s", "1 min 1 s", "2 h 5 min"]);
    }
}
