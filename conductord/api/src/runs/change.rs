//! Runs are started, changed and run again.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{
    scope::Scope,
    work::{
        run::{
            Rerun, WorkflowRef, check_subject, host_filters,
            plan::{Demand, demands},
        },
        task::Answer,
    },
};
use conductor_engine::command::{self, Command, IdempotencyKey, RunChange};
use conductor_protocol::{id::RunId, jcs, v1};

use super::{Hosts, plan, read, secrets};
use crate::{
    call::{Ask, Call, idempotency},
    convert::{self, run},
    failure::{Failure, Outcome},
    hosts, request,
};

pub(super) async fn start(
    call: &Call,
    request: v1::StartRunRequest,
) -> Outcome<v1::StartRunResponse> {
    call.api.refuse_when_draining()?;
    let scope = call.scope(request.scope)?;
    let workflow = request::text("name of the workflow", request.workflow)?;
    let version = request::text("version", request.version)?;
    let reason = request::text("reason", request.reason)?;
    let inputs = request::inputs(&request.inputs_json)?;
    let plan = plan::digest(request.plan)?;
    let rehearsal = request.rehearsal;
    let subject = subject_named(request.subject)?;
    let key = match request.idempotency_key {
        key if key.is_empty() => None,
        key => {
            let normal = v1::StartRunRequest {
                scope: Some(convert::scope(&scope)),
                workflow: workflow.clone(),
                version: version.clone(),
                inputs_json: jcs::canonical_json(&inputs).map_err(|_| {
                    Failure::invalid("the inputs hold a number that JSON can't", "")
                })?,
                idempotency_key: String::new(),
                reason: reason.clone(),
                plan: plan.clone().unwrap_or_default(),
                rehearsal,
                break_glass: request.break_glass,
                subject: subject.clone(),
            };
            idempotency(key, &normal)?
        }
    };
    // What policy is asked about is what is started, even when a newer version comes in between.
    let found = call.engine().views().workflow(&scope.tenant, &workflow, &version);
    let version = found.as_ref().map_or(version, |found| found.manifest.version.clone());
    let secrets = found
        .as_ref()
        .map(|found| secrets::used(call.engine().views(), &scope.tenant, &found.manifest));
    let secrets = secrets.unwrap_or_default();
    let ask = Ask {
        secrets: &secrets,
        workflow: (&workflow, &version),
        ..Ask::one("run.start", "workflow", &workflow)
    };
    let (hosts, plan) = match (&found, plan) {
        (Some(found), Some(digest)) => {
            // Nobody learns what changed who may not start it.
            call.may_ask(&scope, ask).await?;
            let what = (Arc::clone(found), inputs.clone());
            let (hosts, plan) = plan::check(call, &scope, what, digest).await?;
            (hosts, Some(plan))
        }
        _ => (hosts_of(call, &scope, (&workflow, &version), &inputs).await?, None),
    };
    let tasks = match &found {
        Some(found) => demands(&found.manifest, &scope, &inputs, &hosts),
        None => Vec::new(),
    };
    let asked = read::asked(call, &scope, (&workflow, &version), &hosts);
    let command = Command::Start {
        workflow: workflow.clone(),
        version: version.clone(),
        inputs,
        reason,
        hosts,
        plan,
        rehearsal,
        subject,
    };
    let command = alone(command, request.break_glass);
    let ask = Ask { tasks: (&workflow, &tasks), asked: asked.as_ref(), ..ask };
    let answer = call.change(&scope, ask, command, key).await?;
    started(call, &scope, &answer)
}

/// Whom a run is about, by a name that may be one.
fn subject_named(given: String) -> Outcome<String> {
    let subject = request::text("name of the data subject", given)?;
    check_subject(&subject)?;
    Ok(subject)
}

pub(super) async fn rerun(
    call: &Call,
    request: v1::RerunRunRequest,
) -> Outcome<v1::StartRunResponse> {
    call.api.refuse_when_draining()?;
    let scope = call.scope(request.scope)?;
    let reason = request::text("reason", request.reason)?;
    let version = request::text("version", request.version)?;
    let inputs = request::inputs(&request.inputs_json)?;
    let how = match (request.undo, request.from_failed) {
        (true, true) => {
            let hint = "ask for one of the two";
            return Err(Failure::invalid("`undo` beside `fromFailed`", hint));
        }
        (true, false) => Rerun::Undo,
        (false, true) => Rerun::FromFailed { skip: left_out(request.skip)? },
        (false, false) => Rerun::Whole,
    };
    let partial = how != Rerun::Whole;
    if how == Rerun::Undo && !(inputs.is_empty() && version.is_empty()) {
        let hint = "undo the run as it was";
        return Err(Failure::invalid("an undo takes no inputs and no version", hint));
    }
    let found = read::find(call, &scope, &request.run_id, "run.rerun").await?;
    let edits = (&version, serde_json::Value::Object(inputs.clone()));
    let how_done = (format!("{how:?}"), request.break_glass);
    let normal = (convert::scope(&scope), &request.run_id, &reason, how_done, edits);
    let key = idempotency(request.idempotency_key, &normal)?;
    let run = &found.run;
    let name = run.workflow.name.as_str();
    let of = if version.is_empty() { &run.workflow.version } else { &version };
    let mut all: serde_json::Map<_, _> = serde_json::from_str(&run.inputs).unwrap_or_default();
    all.extend(inputs.clone());
    let hosts = match partial {
        true => None,
        false => Some(hosts_of(call, &scope, (name, of), &all).await?),
    };
    // Done again in part it asks for no more than it did whole.
    let frozen = || serde_json::from_str(&run.hosts).unwrap_or_default();
    let hosts_now = hosts.clone().unwrap_or_else(frozen);
    let asked = read::asked(call, &scope, (name, of), &hosts_now);
    let workflow = call.engine().views().workflow(&scope.tenant, name, of);
    let mut tasks = match workflow {
        None => Vec::new(),
        Some(workflow) => demands(&workflow.manifest, &scope, &all, &hosts_now),
    };
    if how == Rerun::Undo {
        tasks.retain(Demand::undoes);
    }
    // The tasks are asked about by their workflow's name, as they are when it is started.
    let of = of.clone();
    let command = Command::Rerun { run: found.id, how, inputs, version, reason, hosts };
    let command = alone(command, request.break_glass);
    let ask = Ask {
        workflow: (name, &of),
        tasks: (name, &tasks),
        asked: asked.as_ref(),
        ..found.ask("run.rerun")
    };
    let answer = call.change(&scope, ask, command, key).await?;
    started(call, &scope, &answer)
}

/// A command, or that somebody goes ahead alone with it.
fn alone(command: Command, breaks_glass: bool) -> Command {
    if breaks_glass { Command::Glass(Box::new(command)) } else { command }
}

fn left_out(skip: Vec<v1::SkippedTask>) -> Outcome<Vec<(String, String)>> {
    skip.into_iter()
        .map(|task| {
            let reason = request::reason(task.reason)?;
            Ok((request::text("taskId", task.task_id)?, reason))
        })
        .collect()
}

/// The hosts of a workflow's tasks, as the inventory has them now: what is frozen into its run.
async fn hosts_of(
    call: &Call,
    scope: &Scope,
    (workflow, version): (&str, &str),
    inputs: &serde_json::Map<String, serde_json::Value>,
) -> Outcome<Hosts> {
    let found = call.engine().views().workflow(&scope.tenant, workflow, version);
    // That there is none the kernel says.
    let Some(found) = found else { return Ok(BTreeMap::new()) };
    let filters = host_filters(&found.manifest, scope, inputs)?;
    if !filters.is_empty() {
        // An inventory may run programs: nobody makes it who may not start the run.
        let ask =
            Ask { workflow: (workflow, version), ..Ask::one("run.start", "workflow", workflow) };
        call.may_ask(scope, ask).await?;
    }
    let mut all = BTreeMap::new();
    for (task, filter) in filters {
        let hosts = hosts::resolve(call, scope, &filter).await?;
        let frozen = hosts.iter().map(|host| serde_json::json!(host)).collect();
        all.insert(task, frozen);
    }
    Ok(all)
}

fn started(call: &Call, scope: &Scope, answer: &command::Answer) -> Outcome<v1::StartRunResponse> {
    match answer {
        command::Answer::Started { run, seq, decision, replayed } => Ok(v1::StartRunResponse {
            run_id: run.to_string(),
            seq: *seq,
            decision_id: decision.to_string(),
            replayed: *replayed,
            warnings: warnings(call, scope, *run)?,
        }),
        _ => Err(Failure::bug("a start was answered with something else")),
    }
}

/// What whoever started it should know of the version that it runs.
fn warnings(call: &Call, scope: &Scope, run: RunId) -> Outcome<Vec<String>> {
    let Some(run) = read::look_up(call.engine(), scope, run)? else { return Ok(Vec::new()) };
    let WorkflowRef { name, version, .. } = &run.workflow;
    let workflow = call.engine().views().workflow(&scope.tenant, name, version);
    Ok(workflow.and_then(|workflow| workflow.warning()).into_iter().collect())
}

pub(super) async fn cancel(
    call: &Call,
    request: v1::CancelRunRequest,
) -> Outcome<v1::CancelRunResponse> {
    let scope = call.scope(request.scope)?;
    let reason = request::text("reason", request.reason)?;
    let normal = (convert::scope(&scope), &request.run_id, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    let change =
        if request.kill { RunChange::Kill { reason } } else { RunChange::Cancel { reason } };
    let found = read::find(call, &scope, &request.run_id, change.name()).await?;
    let changed = changed(call, (&scope, &found), change, key).await?;
    Ok(v1::CancelRunResponse { status: changed.status, seq: changed.seq })
}

pub(super) async fn pause(
    call: &Call,
    request: v1::PauseRunRequest,
) -> Outcome<v1::ChangeRunResponse> {
    let scope = call.scope(request.scope)?;
    let reason = request::text("reason", request.reason)?;
    let found = read::find(call, &scope, &request.run_id, "run.pause").await?;
    let key = idempotency(request.idempotency_key, &(&request.run_id, &reason))?;
    changed(call, (&scope, &found), RunChange::Pause { reason }, key).await
}

pub(super) async fn resume(
    call: &Call,
    request: v1::ResumeRunRequest,
) -> Outcome<v1::ChangeRunResponse> {
    let scope = call.scope(request.scope)?;
    let reason = request::text("reason", request.reason)?;
    let found = read::find(call, &scope, &request.run_id, "run.resume").await?;
    let key = idempotency(request.idempotency_key, &(&request.run_id, &reason))?;
    changed(call, (&scope, &found), RunChange::Resume { reason }, key).await
}

pub(super) async fn skip(
    call: &Call,
    request: v1::SkipTaskRequest,
) -> Outcome<v1::ChangeRunResponse> {
    let scope = call.scope(request.scope)?;
    let reason = request::reason(request.reason)?;
    let task = request::text("taskId", request.task_id)?;
    let found = read::find(call, &scope, &request.run_id, "run.skip").await?;
    let key = idempotency(request.idempotency_key, &(&request.run_id, &task, &reason))?;
    changed(call, (&scope, &found), RunChange::Skip { task, reason }, key).await
}

pub(super) async fn release(
    call: &Call,
    request: v1::ReleaseTaskRequest,
) -> Outcome<v1::ChangeRunResponse> {
    let scope = call.scope(request.scope)?;
    let reason = request::text("reason", request.reason)?;
    let task = request::text("taskId", request.task_id)?;
    let known = Answer::ALL.into_iter().find(|answer| answer.word() == request.answer);
    let answer = known.ok_or_else(|| {
        let words = Answer::ALL.map(Answer::word).join("`, `");
        Failure::invalid(format!("`{}` is no answer", request.answer), format!("say `{words}`"))
    })?;
    let found = read::find(call, &scope, &request.run_id, "run.release").await?;
    let normal = (&request.run_id, &task, answer.word(), &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    changed(call, (&scope, &found), RunChange::Release { task, answer, reason }, key).await
}

async fn changed(
    call: &Call,
    (scope, found): (&Scope, &read::Found),
    change: RunChange,
    key: Option<IdempotencyKey>,
) -> Outcome<v1::ChangeRunResponse> {
    let action = change.name();
    let command = Command::Change { run: found.id, change };
    match call.change(scope, found.ask(action), command, key).await? {
        command::Answer::Changed { status, seq } => {
            Ok(v1::ChangeRunResponse { status: run::status(status).into(), seq })
        }
        _ => Err(Failure::bug("a change was answered with something else")),
    }
}
