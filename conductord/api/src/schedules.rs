//! The `Schedules` service: set, show, pause, remove, look ahead, backfill.

use std::sync::Arc;

use conductor_domain::{
    event::Event,
    intent::schedule::{self, Change, Plan, Schedule, limits::NEXT_MAX},
    scope::Scope,
};
use conductor_engine::{
    command::{Answer, Command},
    obligations::Mask,
};
use conductor_protocol::{
    v1::{self, schedules_server::Schedules},
    verdict::Resource,
};
use serde::Serialize;
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency},
    convert::{self, masked, schedule as wire},
    failure::{Failure, Outcome},
    lens::Lens,
    request,
};

/// Due times that are told when nobody says how many.
const NEXT_DEFAULT: usize = 10;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Every method comes in, is carried out and answered in the same way.
macro_rules! methods {
    ($($name:ident($request:ident) -> $response:ident;)*) => {
        #[tonic::async_trait]
        impl Schedules for Service {
            $(async fn $name(
                &self,
                request: Request<v1::$request>,
            ) -> Result<Response<v1::$response>, Status> {
                let (call, request) = self.0.enter(request)?;
                call.answer($name(&call, request)).await
            })*
        }
    };
}

methods! {
    set(SetScheduleRequest) -> SetScheduleResponse;
    get(GetScheduleRequest) -> GetScheduleResponse;
    list(ListSchedulesRequest) -> ListSchedulesResponse;
    pause(PauseScheduleRequest) -> PauseScheduleResponse;
    resume(ResumeScheduleRequest) -> ResumeScheduleResponse;
    remove(RemoveScheduleRequest) -> RemoveScheduleResponse;
    next(NextScheduleRequest) -> NextScheduleResponse;
    backfill(BackfillScheduleRequest) -> BackfillScheduleResponse;
    history(ScheduleHistoryRequest) -> ScheduleHistoryResponse;
}

/// A schedule that is asked about.
struct Named {
    scope: Scope,
    name: String,
    known: Option<Arc<Schedule>>,
    owner: String,
}

impl Named {
    fn new(call: &Call, scope: Option<v1::Scope>, name: String) -> Outcome<Self> {
        let scope = call.scope(scope)?;
        let name = request::text("name of the schedule", name)?;
        let known = call.engine().views().schedule(&scope, &name);
        let owner = known.as_ref().map(|known| known.owner.to_string()).unwrap_or_default();
        Ok(Self { scope, name, known, owner })
    }

    fn ask<'a>(&'a self, action: &'a str) -> Ask<'a> {
        let spec = self.known.as_ref().map(|known| &known.spec);
        let spec = spec.map(|spec| (spec.workflow.as_str(), spec.workflow_version.as_str()));
        let workflow = spec.unwrap_or_default();
        Ask { owner: &self.owner, workflow, ..Ask::one(action, "schedule", &self.name) }
    }

    /// What it is, for whoever may read it.
    async fn read(&self, call: &Call) -> Outcome<(Arc<Schedule>, Mask)> {
        let terms = call.may_show(&self.scope, self.ask("schedule.read")).await?;
        let known = self.known.clone();
        let known = known.filter(|known| terms.filter.lets(|name| field(call, known, name)));
        let known = known.ok_or_else(|| schedule::not_found(&request::shown(&self.name)))?;
        Ok((known, terms.mask))
    }

    /// Changes it. `normal` is the request without its idempotency key.
    async fn change(
        &self,
        call: &Call,
        action: &str,
        change: Change,
        (key, normal): (String, &impl Serialize),
    ) -> Outcome<(Answer, Mask)> {
        let key = idempotency(key, &(convert::scope(&self.scope), &self.name, normal))?;
        let draft = match &change {
            Change::Set(draft) => Some((draft.workflow.clone(), draft.workflow_version.clone())),
            _ => None,
        };
        let command = Command::Schedule { name: self.name.clone(), change };
        let mut ask = self.ask(action);
        // Set for another workflow it is about that one from here on.
        if let Some((workflow, version)) = &draft {
            ask.workflow = (workflow, version);
        }
        call.change_shown(&self.scope, ask, command, key).await
    }
}

/// The schedule of an answer.
fn scheduled((answer, mask): (Answer, Mask)) -> Outcome<v1::Schedule> {
    match answer {
        Answer::Scheduled(schedule) => Ok(masked::schedule(wire::whole(&schedule), &mask)),
        _ => Err(Failure::bug("a change of a schedule was answered with something else")),
    }
}

/// A field of a schedule that policy may filter by.
fn field(call: &Call, schedule: &Schedule, name: &str) -> Option<String> {
    let (tenant, spec) = (&schedule.scope.tenant, &schedule.spec);
    let resource = || {
        let governed =
            call.engine().views().governed(tenant, &spec.workflow, &spec.workflow_version);
        governed.onto(Resource::default())
    };
    Some(match name {
        "schedule" => schedule.name.clone(),
        "workflow" => spec.workflow.clone(),
        "owner" => schedule.owner.to_string(),
        "environment" => schedule.scope.environment.clone(),
        "region" => schedule.scope.region.clone(),
        "risk" => resource().risk,
        "data_sensitivity" => resource().data_sensitivity,
        _ => return None,
    })
}

async fn set(call: &Call, request: v1::SetScheduleRequest) -> Outcome<v1::SetScheduleResponse> {
    let named = Named::new(call, request.scope, request.name)?;
    let spec = request.spec.unwrap_or_default();
    let draft = wire::draft(spec.clone(), request.edits_version)?;
    // Its runs will be the caller's: who may not start them need not learn that at night.
    let (views, tenant) = (call.engine().views(), &named.scope.tenant);
    let workflow = views.workflow(tenant, &draft.workflow, &draft.workflow_version);
    let secrets = workflow.map(|found| views.secrets(tenant, &found.manifest)).unwrap_or_default();
    let ask = Ask {
        secrets: &secrets,
        workflow: (&draft.workflow, &draft.workflow_version),
        ..Ask::one("run.start", "workflow", &draft.workflow)
    };
    call.may_quietly(&named.scope, ask).await?;
    let before = named.known.as_ref().map_or(0, |known| known.version);
    let normal = (spec, request.edits_version);
    let change = Change::Set(Box::new(draft));
    let key = (request.idempotency_key, &normal);
    let schedule = scheduled(named.change(call, "schedule.edit", change, key).await?)?;
    Ok(v1::SetScheduleResponse { changed: schedule.version != before, schedule: Some(schedule) })
}

async fn get(call: &Call, request: v1::GetScheduleRequest) -> Outcome<v1::GetScheduleResponse> {
    let named = Named::new(call, request.scope, request.name)?;
    let (known, mask) = named.read(call).await?;
    let schedule = Some(masked::schedule(wire::whole(&known), &mask));
    Ok(v1::GetScheduleResponse { schedule })
}

async fn list(
    call: &Call,
    request: v1::ListSchedulesRequest,
) -> Outcome<v1::ListSchedulesResponse> {
    let scope = call.scope(request.scope)?;
    let terms = call.may_show(&scope, Ask::all("schedule.read", "schedule")).await?;
    let workflow = request::filter("name of the workflow", request.workflow)?;
    let after = match request.page_token.as_str() {
        "" => String::new(),
        token => token.strip_prefix("h1:").ok_or_else(request::bad_page_token)?.to_owned(),
    };
    let size = request::page_size(request.page_size);
    let mut rows = call.engine().views().schedules(&scope);
    rows.retain(|row| {
        row.name > after
            && workflow.as_ref().is_none_or(|name| row.spec.workflow == *name)
            && terms.filter.lets(|name| field(call, row, name))
    });
    let lens = Lens::on_schedules(call, &scope);
    let own = |row: &Schedule| lens.terms(&row.spec.workflow, &row.spec.workflow_version);
    rows.retain(|row| own(row).is_some_and(|own| own.filter.lets(|name| field(call, row, name))));
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|last| format!("h1:{}", last.name));
    Ok(v1::ListSchedulesResponse {
        schedules: rows
            .iter()
            .filter_map(|row| {
                let schedule = masked::schedule(wire::whole(row), &terms.mask);
                Some(masked::schedule(schedule, &own(row)?.mask))
            })
            .collect(),
        next_page_token: next.unwrap_or_default(),
    })
}

async fn pause(
    call: &Call,
    request: v1::PauseScheduleRequest,
) -> Outcome<v1::PauseScheduleResponse> {
    let named = Named::new(call, request.scope, request.name)?;
    let reason = request::text("reason", request.reason)?;
    let key = (request.idempotency_key, &("pause", &reason));
    let change = Change::Pause(reason.clone());
    let schedule = scheduled(named.change(call, "schedule.pause", change, key).await?)?;
    Ok(v1::PauseScheduleResponse { schedule: Some(schedule) })
}

async fn resume(
    call: &Call,
    request: v1::ResumeScheduleRequest,
) -> Outcome<v1::ResumeScheduleResponse> {
    let named = Named::new(call, request.scope, request.name)?;
    let key = (request.idempotency_key, &"resume");
    let schedule = scheduled(named.change(call, "schedule.pause", Change::Resume, key).await?)?;
    Ok(v1::ResumeScheduleResponse { schedule: Some(schedule) })
}

async fn remove(
    call: &Call,
    request: v1::RemoveScheduleRequest,
) -> Outcome<v1::RemoveScheduleResponse> {
    let named = Named::new(call, request.scope, request.name)?;
    let key = (request.idempotency_key, &"remove");
    match named.change(call, "schedule.edit", Change::Remove, key).await?.0 {
        Answer::Unscheduled => Ok(v1::RemoveScheduleResponse {}),
        _ => Err(Failure::bug("a removal was answered with something else")),
    }
}

async fn backfill(
    call: &Call,
    request: v1::BackfillScheduleRequest,
) -> Outcome<v1::BackfillScheduleResponse> {
    call.api.refuse_when_draining()?;
    let named = Named::new(call, request.scope, request.name)?;
    let bound = |what, given| {
        let missing = || Failure::invalid(format!("`{what}` is missing"), "give both ends");
        request::time(what, given)?.ok_or_else(missing)
    };
    let (from, to) = (bound("from", request.from)?, bound("to", request.to)?);
    let key = (request.idempotency_key, &(from, to));
    let change = Change::Backfill(from, to);
    let schedule = scheduled(named.change(call, "schedule.backfill", change, key).await?)?;
    Ok(v1::BackfillScheduleResponse { schedule: Some(schedule) })
}

async fn next(call: &Call, request: v1::NextScheduleRequest) -> Outcome<v1::NextScheduleResponse> {
    let now = call.engine().now();
    let after = request::time("after", request.after)?;
    let (name, plan, after) = match request.spec {
        Some(given) => {
            let scope = call.scope(request.scope)?;
            // The caller's own words and the clock: there is nothing to mask.
            drop(call.may_show(&scope, Ask::all("schedule.read", "schedule")).await?);
            let draft = wire::draft(given, None)?;
            let spec = schedule::specify(draft, None, now)?;
            (request.name, Plan::of(&spec)?, after.unwrap_or(now))
        }
        None => {
            let named = Named::new(call, request.scope, request.name)?;
            let (known, _) = named.read(call).await?;
            (named.name, Plan::of(&known.spec)?, after.unwrap_or(known.settled.max(now)))
        }
    };
    let count = match usize::try_from(request.count) {
        Ok(0) => NEXT_DEFAULT,
        Ok(count) => count.min(NEXT_MAX),
        Err(_) => NEXT_MAX,
    };
    let times = std::iter::successors(plan.next_after(after), |due| plan.next_after(*due));
    let times = times.take(count).map(|due| wire::fire_time(&name, &plan, due)).collect();
    Ok(v1::NextScheduleResponse { times })
}

async fn history(
    call: &Call,
    request: v1::ScheduleHistoryRequest,
) -> Outcome<v1::ScheduleHistoryResponse> {
    let named = Named::new(call, request.scope, request.name)?;
    let (known, mask) = named.read(call).await?;
    let facts = call.engine().facts(&known.versions)?;
    let versions = facts.into_iter().rev().filter_map(|(seq, envelope)| match envelope.event {
        Event::ScheduleSet(event) => Some(v1::ScheduleVersion {
            version: event.version,
            spec: Some(masked::spec(wire::spec(&event.spec), &mask)),
            set_by: envelope.principal.to_string(),
            set_at: Some(convert::time(envelope.at)),
            decision_id: event.decision,
            seq,
        }),
        _ => None,
    });
    Ok(v1::ScheduleHistoryResponse { versions: versions.collect() })
}
