//! One run: found, shown, its timeline.

use std::sync::Arc;

use conductor_domain::{scope::Scope, work::run::Run};
use conductor_engine::{
    obligations::{Mask, Terms},
    ports::Archive as _,
    quotas,
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    id::RunId,
    v1,
    verdict::{Resource, TasksByClass},
};

use super::{Hosts, secrets};
use crate::{
    call::{Ask, Call},
    convert::{masked, run, timeline},
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
    standing::Standing,
};

/// A run that a caller named, and what policy needs to know of it.
pub(super) struct Found {
    pub(super) id: RunId,
    pub(super) run: Arc<Run>,
    name: String,
    /// What it uses.
    secrets: Vec<String>,
}

impl Found {
    pub(super) fn ask<'a>(&'a self, action: &'a str) -> Ask<'a> {
        let Self { name, run, secrets, .. } = self;
        Ask { secrets, ..about(run, action, name) }
    }
}

/// A question about a run, by the id that the caller named it with.
pub(super) fn about<'a>(run: &'a Run, action: &'a str, id: &'a str) -> Ask<'a> {
    let workflow = (run.workflow.name.as_str(), run.workflow.version.as_str());
    Ask { owner: run.owner.as_str(), workflow, ..Ask::one(action, "run", id) }
}

/// The run of that id, for a change. That there is none is told to nobody who may not act.
pub(super) async fn find(call: &Call, scope: &Scope, id: &str, action: &str) -> Outcome<Found> {
    let parsed: RunId = request::id("run", id)?;
    match look_up(call.engine(), scope, parsed)? {
        Some(run) => {
            let (views, workflow) = (call.engine().views(), &run.workflow);
            let manifest = views.workflow(&scope.tenant, &workflow.name, &workflow.version);
            let secrets = manifest
                .map(|found| secrets::used(views, &scope.tenant, &found.manifest))
                .unwrap_or_default();
            Ok(Found { id: parsed, run, name: id.to_owned(), secrets })
        }
        None => {
            call.may_quietly(scope, Ask::one(action, "run", id)).await?;
            Err(not_found(scope, parsed))
        }
    }
}

/// What a start of that version adds to the tenant's load.
pub(super) fn asked(
    call: &Call,
    scope: &Scope,
    (name, version): (&str, &str),
    hosts: &Hosts,
) -> Option<TasksByClass> {
    let workflow = call.engine().views().workflow(&scope.tenant, name, version)?;
    quotas::asked(&workflow.manifest, hosts)
}

/// A run that the caller may read, and what is left out of it.
pub(super) struct Readable {
    pub(super) run: Arc<Run>,
    pub(super) mask: Mask,
}

/// The run of that id, when the caller may read it.
pub(super) async fn readable(call: &Call, scope: &Scope, id: &str) -> Outcome<Readable> {
    let (run, standing) = follow(call, scope, id).await?;
    let terms = standing.terms().await?;
    let mask = mask(call.engine(), &run, &terms)?.clone();
    Ok(Readable { run, mask })
}

/// The same for a stream, which looks at the run by the terms of each moment.
pub(super) async fn follow(call: &Call, scope: &Scope, id: &str) -> Outcome<(Arc<Run>, Standing)> {
    let parsed: RunId = request::id("run", id)?;
    let run = look_up(call.engine(), scope, parsed)?;
    let (asked, id) = (run.clone(), id.to_owned());
    let asking = move |call: &Call, scope: &Scope| {
        let unknown = || Ask::one("run.read", "run", &id);
        let ask = asked.as_ref().map_or_else(unknown, |run| about(run, "run.read", &id));
        call.rule(scope, ask)
    };
    let standing = Standing::to_show(call, scope, asking).await?;
    let run = run.ok_or_else(|| not_found(scope, parsed))?;
    // One that a filter hides is none.
    mask(call.engine(), &run, &*standing.terms().await?)?;
    Ok((run, standing))
}

/// What is left out of a run that may be seen by these terms.
pub(super) fn mask<'t>(engine: &Engine, run: &Run, terms: &'t Terms) -> Outcome<&'t Mask> {
    if terms.filter.lets(|name| field(engine, run, name)) {
        return Ok(&terms.mask);
    }
    Err(not_found(&run.scope, run.id))
}

/// A field of a run that policy may filter by.
pub(crate) fn field(engine: &Engine, run: &Run, name: &str) -> Option<String> {
    let workflow = &run.workflow;
    let resource = || {
        let views = engine.views();
        let governed = views.governed(&run.scope.tenant, &workflow.name, &workflow.version);
        governed.onto(Resource::default())
    };
    Some(match name {
        "workflow" => workflow.name.clone(),
        "version" => workflow.version.clone(),
        "owner" => run.owner.to_string(),
        "status" => run.status.word().to_owned(),
        "environment" => run.scope.environment.clone(),
        "region" => run.scope.region.clone(),
        "risk" => resource().risk,
        "data_sensitivity" => resource().data_sensitivity,
        _ => return None,
    })
}

/// The run of that id in this scope; one of another tenant, environment or region is none.
pub(crate) fn look_up(engine: &Engine, scope: &Scope, id: RunId) -> Outcome<Option<Arc<Run>>> {
    let found = engine.views().run(&scope.tenant, id)?;
    Ok(found.filter(|run| run.scope == *scope))
}

/// The run as it is now, for a stream that has found it before.
pub(super) fn again(engine: &Engine, scope: &Scope, id: RunId) -> Outcome<Arc<Run>> {
    look_up(engine, scope, id)?.ok_or_else(|| Failure::bug("a run vanished"))
}

fn not_found(scope: &Scope, id: RunId) -> Failure {
    let Scope { tenant, environment, region } = scope;
    Failure::new(
        Code::RunNotFound,
        format!("there is no run {id} in `{tenant}`, `{environment}`, `{region}`"),
        "`conductor runs list` shows the runs there are; --tenant, --env and --region say where",
    )
}

pub(super) async fn get(call: &Call, request: v1::GetRunRequest) -> Outcome<v1::GetRunResponse> {
    let scope = call.scope(request.scope)?;
    let found = readable(call, &scope, &request.run_id).await?;
    Ok(v1::GetRunResponse { run: Some(whole(call.engine(), &found.run, &found.mask)?) })
}

/// A run with everything about it.
pub(super) fn whole(engine: &Engine, found: &Run, mask: &Mask) -> Outcome<v1::Run> {
    let views = engine.views();
    let reference = &found.workflow;
    let workflow = views.workflow(&found.scope.tenant, &reference.name, &reference.version);
    // Only what has ended can have been repeated.
    let reruns = match found.status.is_terminal() {
        true => views.reruns(&found.scope.tenant, found.id)?,
        false => Vec::new(),
    };
    let manifest = workflow.as_ref().map(|workflow| &*workflow.manifest);
    let receipt = match found.status.is_terminal() {
        true => views.receipt_of_run(&found.scope.tenant, found.id)?,
        false => None,
    };
    let receipt_id = receipt.map(|receipt| receipt.id.to_string()).unwrap_or_default();
    let shown = v1::Run { receipt_id, ..run::whole(found, manifest, &reruns) };
    Ok(masked::run(shown, mask))
}

pub(super) async fn timeline(
    call: &Call,
    request: v1::TimelineRequest,
) -> Outcome<v1::TimelineResponse> {
    let scope = call.scope(request.scope)?;
    let found = readable(call, &scope, &request.run_id).await?;
    let size = request::page_size(request.page_size);
    let Readable { run, mask } = found;
    let entries = entries(call.engine(), (run, &mask), request.after_seq, size + 1).await?;
    let more = entries.len() > size;
    let entries: Vec<_> = entries.into_iter().take(size).collect();
    let next_after_seq = entries.last().filter(|_| more).map_or(0, |last| last.seq);
    Ok(v1::TimelineResponse { entries, next_after_seq })
}

/// Lines of a run's timeline after a place in the ledger, oldest first.
pub(super) async fn entries(
    engine: &Engine,
    (run, mask): (Arc<Run>, &Mask),
    after_seq: u64,
    size: usize,
) -> Outcome<Vec<v1::TimelineEntry>> {
    let (engine, mask) = (engine.clone(), mask.clone());
    on_disk(move || {
        let mut facts = engine.run_facts(&run, after_seq, size)?;
        facts.iter_mut().for_each(|(_, envelope)| mask.event(&mut envelope.event));
        Ok::<_, Failure>(timeline::entries(&facts, &timeline::attempts_started(&run)))
    })
    .await
}
