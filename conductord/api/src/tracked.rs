//! The `Tracked` service: record of runs that something else does, and what is said of runs.

mod named;

use std::collections::BTreeMap;

use conductor_domain::{
    scope::Scope,
    trust::disclosure,
    work::tracked::{self, Patch, Status as Standing, Wanted},
};
use conductor_engine::{
    command::{Answer, Command},
    ports::Archive as _,
    views::TrackedFilter,
};
use conductor_protocol::{
    id::{DisclosureId, RunId},
    v1::{self, tracked_server::Tracked},
};
use serde_json::Value;
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency, met},
    convert::{
        self,
        tracked::{disclosure as said, run as shown},
    },
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
};

const READ: &str = "tracked.read";
const KIND: &str = "tracked_run";
const DISCLOSURE_READ: &str = "disclosure.read";
const DISCLOSURE_KIND: &str = "disclosure_pack";
/// What page tokens begin with.
const TOKEN: &str = "t1:";
const DISCLOSURE_TOKEN: &str = "p1:";

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Every method comes in, is carried out and answered in the same way.
macro_rules! methods {
    ($($name:ident($request:ident) -> $response:ident = $handler:path;)*) => {
        #[tonic::async_trait]
        impl Tracked for Service {
            $(async fn $name(
                &self,
                request: Request<v1::$request>,
            ) -> Result<Response<v1::$response>, Status> {
                let (call, request) = self.0.enter(request)?;
                call.answer($handler(&call, request)).await
            })*
        }
    };
}

methods! {
    create(CreateTrackedRequest) -> CreateTrackedResponse = create;
    get(GetTrackedRequest) -> GetTrackedResponse = get;
    list(ListTrackedRequest) -> ListTrackedResponse = list;
    change(ChangeTrackedRequest) -> ChangeTrackedResponse = change;
    disclose(DiscloseRequest) -> DiscloseResponse = disclose;
    get_disclosure(GetDisclosureRequest) -> GetDisclosureResponse = get_disclosure;
    list_disclosures(ListDisclosuresRequest) -> ListDisclosuresResponse = list_disclosures;
}

async fn create(
    call: &Call,
    request: v1::CreateTrackedRequest,
) -> Outcome<v1::CreateTrackedResponse> {
    let scope = call.scope(request.scope.clone())?;
    let given = request.idempotency_key.clone();
    let normal = v1::CreateTrackedRequest {
        scope: Some(convert::scope(&scope)),
        idempotency_key: String::new(),
        ..request.clone()
    };
    let key = idempotency(given, &normal)?;
    let wanted = Wanted {
        status: standing(request.status())?,
        name: request.name,
        owner: request.owner,
        cost_estimate_micros: request.cost_estimate_micros,
        related_entity_ids: request.related_entity_ids,
        related_decision_ids: request.related_decision_ids,
        metadata: metadata(&request.metadata_json)?,
    };
    let ask = Ask::all("tracked.create", KIND);
    let fields: named::Fields<'_> = [
        ("related_entity_ids", &wanted.related_entity_ids),
        ("related_decision_ids", &wanted.related_decision_ids),
    ];
    named::related(call, (&scope, ask), fields).await?;
    match call.change(&scope, ask, Command::Track(Box::new(wanted)), key).await? {
        Answer::Tracked(run, _) => Ok(v1::CreateTrackedResponse { run: Some(shown(&run)) }),
        _ => Err(Failure::bug("a tracked run was answered with something else")),
    }
}

async fn get(call: &Call, request: v1::GetTrackedRequest) -> Outcome<v1::GetTrackedResponse> {
    let given = call.scope(request.scope)?;
    let id: RunId = request::id("run", &request.run_id)?;
    let scope = place(call, given, id)?;
    call.may(&scope, Ask::one(READ, KIND, &request.run_id)).await?;
    let known = call.engine().views().tracked(&scope.tenant, id)?;
    let known = known.ok_or_else(|| tracked::not_found(&scope.tenant, id))?;
    Ok(v1::GetTrackedResponse { run: Some(shown(&known)) })
}

async fn list(call: &Call, request: v1::ListTrackedRequest) -> Outcome<v1::ListTrackedResponse> {
    let scope = call.scope(request.scope.clone())?;
    call.may(&scope, Ask::all(READ, KIND)).await?;
    let status = standing(request.status())?;
    let filter = TrackedFilter { owner: request::filter("owner", request.owner)?, status };
    let before = after_token(&request.page_token, TOKEN)?;
    let (engine, size) = (call.engine().clone(), request::page_size(request.page_size));
    let tenant = scope.tenant.clone();
    let page = on_disk(move || engine.views().find_tracked(&tenant, &filter, before, size)).await?;
    let mut seen = Seen::new(call, &scope, (READ, KIND));
    Ok(v1::ListTrackedResponse {
        runs: page.runs.iter().filter(|run| seen.is(&run.scope)).map(|run| shown(run)).collect(),
        next_page_token: page.next.map(|last| format!("{TOKEN}{last}")).unwrap_or_default(),
    })
}

async fn change(
    call: &Call,
    request: v1::ChangeTrackedRequest,
) -> Outcome<v1::ChangeTrackedResponse> {
    let given = call.scope(request.scope.clone())?;
    let run: RunId = request::id("run", &request.run_id)?;
    let scope = place(call, given, run)?;
    let normal = v1::ChangeTrackedRequest {
        scope: Some(convert::scope(&scope)),
        idempotency_key: String::new(),
        ..request.clone()
    };
    let key = idempotency(request.idempotency_key.clone(), &normal)?;
    let patch = Patch {
        status: standing(request.status())?,
        cost_estimate_micros: request.cost_estimate_micros,
        cost_actual_micros: request.cost_actual_micros,
        finished_at: request::time("finished_at", request.finished_at)?,
        related_entity_ids: request.related_entity_ids.map(|given| given.ids),
        related_decision_ids: request.related_decision_ids.map(|given| given.ids),
        metadata: metadata(&request.metadata_json)?,
        expected_seq: request.expected_seq,
    };
    let ask = Ask::one("tracked.change", KIND, &request.run_id);
    let fields: named::Fields<'_> = [
        ("related_entity_ids", patch.related_entity_ids.as_deref().unwrap_or_default()),
        ("related_decision_ids", patch.related_decision_ids.as_deref().unwrap_or_default()),
    ];
    named::related(call, (&scope, ask), fields).await?;
    let command = Command::ChangeTracked { run, patch: Box::new(patch) };
    match call.change(&scope, ask, command, key).await? {
        Answer::Tracked(run, _) => Ok(v1::ChangeTrackedResponse { run: Some(shown(&run)) }),
        _ => Err(Failure::bug("a tracked run was answered with something else")),
    }
}

async fn disclose(call: &Call, request: v1::DiscloseRequest) -> Outcome<v1::DiscloseResponse> {
    let given = call.scope(request.scope.clone())?;
    let run: RunId = request::id("run", &request.run_id)?;
    let scope = place(call, given, run)?;
    let normal = v1::DiscloseRequest {
        scope: Some(convert::scope(&scope)),
        idempotency_key: String::new(),
        ..request.clone()
    };
    let key = idempotency(request.idempotency_key.clone(), &normal)?;
    let wanted = disclosure::Wanted {
        run,
        summary: request.summary,
        artifact_ids: request.artifact_ids,
        metadata: metadata(&request.metadata_json)?,
    };
    let ask = Ask::one("disclosure.create", DISCLOSURE_KIND, &request.run_id);
    named::artifacts(call, (&scope, ask), (run, &wanted.artifact_ids)).await?;
    match call.change(&scope, ask, Command::Disclose(Box::new(wanted)), key).await? {
        Answer::Disclosed(pack) => Ok(v1::DiscloseResponse { disclosure: Some(said(&pack)) }),
        _ => Err(Failure::bug("a disclosure pack was answered with something else")),
    }
}

async fn get_disclosure(
    call: &Call,
    request: v1::GetDisclosureRequest,
) -> Outcome<v1::GetDisclosureResponse> {
    let given = call.scope(request.scope)?;
    let id: DisclosureId = request::id("disclosure pack", &request.disclosure_id)?;
    let known = call.engine().views().disclosure(&given.tenant, id)?;
    let scope = known.as_ref().map_or(given, |known| known.scope.clone());
    call.may(&scope, Ask::one(DISCLOSURE_READ, DISCLOSURE_KIND, &request.disclosure_id)).await?;
    let known = known.ok_or_else(|| disclosure::not_found(&scope.tenant, id))?;
    Ok(v1::GetDisclosureResponse { disclosure: Some(said(&known)) })
}

async fn list_disclosures(
    call: &Call,
    request: v1::ListDisclosuresRequest,
) -> Outcome<v1::ListDisclosuresResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all(DISCLOSURE_READ, DISCLOSURE_KIND)).await?;
    let run = match request.run_id.as_str() {
        "" => None,
        given => Some(request::id("run", given)?),
    };
    let before = after_token(&request.page_token, DISCLOSURE_TOKEN)?;
    let (engine, size) = (call.engine().clone(), request::page_size(request.page_size));
    let tenant = scope.tenant.clone();
    let read = move || engine.views().find_disclosures(&tenant, run, before, size);
    let page = on_disk(read).await?;
    let mut seen = Seen::new(call, &scope, (DISCLOSURE_READ, DISCLOSURE_KIND));
    let next = page.next.map(|last| format!("{DISCLOSURE_TOKEN}{last}"));
    Ok(v1::ListDisclosuresResponse {
        disclosures: page
            .packs
            .iter()
            .filter(|pack| seen.is(&pack.scope))
            .map(|pack| said(pack))
            .collect(),
        next_page_token: next.unwrap_or_default(),
    })
}

/// Which places of a tenant the caller may see things of.
struct Seen<'a> {
    call: &'a Call,
    ask: Ask<'a>,
    known: BTreeMap<Scope, bool>,
}

impl<'a> Seen<'a> {
    /// The place that was asked for, and may be seen.
    fn new(call: &'a Call, asked: &Scope, (action, kind): (&'a str, &'a str)) -> Self {
        let known = BTreeMap::from([(asked.clone(), true)]);
        Self { call, ask: Ask::all(action, kind), known }
    }

    fn is(&mut self, scope: &Scope) -> bool {
        let Self { call, ask, known } = self;
        let may = || met(&call.rule(scope, *ask)).is_ok();
        *known.entry(scope.clone()).or_insert_with(may)
    }
}

/// Where a run is: policy is asked about that place. That there is none
/// changes nothing for whoever may not ask.
fn place(call: &Call, given: Scope, run: RunId) -> Outcome<Scope> {
    let views = call.engine().views();
    if let Some(tracked) = views.tracked(&given.tenant, run)? {
        return Ok(tracked.scope.clone());
    }
    let carried_out = views.run(&given.tenant, run)?;
    Ok(carried_out.map_or(given, |run| run.scope.clone()))
}

fn standing(given: v1::TrackedStatus) -> Outcome<Option<Standing>> {
    Ok(Some(match given {
        v1::TrackedStatus::Unspecified => return Ok(None),
        v1::TrackedStatus::Pending => Standing::Pending,
        v1::TrackedStatus::Running => Standing::Running,
        v1::TrackedStatus::Succeeded => Standing::Succeeded,
        v1::TrackedStatus::Failed => Standing::Failed,
        v1::TrackedStatus::Cancelled => Standing::Cancelled,
    }))
}

fn metadata(json: &str) -> Outcome<BTreeMap<String, Value>> {
    if json.is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(json).map_err(|_| {
        Failure::invalid("the metadata is no JSON object", "write names and values in braces")
    })
}

fn after_token<T: std::str::FromStr>(token: &str, prefix: &str) -> Outcome<Option<T>> {
    if token.is_empty() {
        return Ok(None);
    }
    let last = token.strip_prefix(prefix).and_then(|last| last.parse().ok());
    last.map(Some).ok_or_else(request::bad_page_token)
}
