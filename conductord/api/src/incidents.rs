//! The `Incidents` service: what has to be looked into, and what came of that.

use std::sync::Arc;

use conductor_domain::{
    scope::Scope,
    trust::incident::{Incident, not_found},
};
use conductor_engine::command::{Answer, Command};
use conductor_protocol::{
    id::IncidentId,
    v1::{self, incidents_server::Incidents},
};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency, met},
    convert::{self, incident::incident as shown, timeline::counted},
    failure::{Failure, Outcome},
    limits::INCIDENTS_LISTED_MAX,
    request,
};

const READ: &str = "incident.read";

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Every method comes in, is carried out and answered in the same way.
macro_rules! methods {
    ($($name:ident($request:ident) -> $response:ident = $handler:path;)*) => {
        #[tonic::async_trait]
        impl Incidents for Service {
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
    list(ListIncidentsRequest) -> ListIncidentsResponse = list;
    get(GetIncidentRequest) -> GetIncidentResponse = get;
    close(CloseIncidentRequest) -> CloseIncidentResponse = close;
}

async fn list(
    call: &Call,
    request: v1::ListIncidentsRequest,
) -> Outcome<v1::ListIncidentsResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all(READ, "incident")).await?;
    let known = call.engine().views().incidents(&scope.tenant);
    let wanted = known.iter().rev().filter(|known| request.all || known.ended.is_none());
    let incidents = wanted.take(INCIDENTS_LISTED_MAX).map(|known| shown(known)).collect();
    Ok(v1::ListIncidentsResponse { incidents })
}

async fn get(call: &Call, request: v1::GetIncidentRequest) -> Outcome<v1::GetIncidentResponse> {
    let scope = call.scope(request.scope)?;
    let id: IncidentId = request::id("incident", &request.incident_id)?;
    call.may(&scope, Ask::all(READ, "incident")).await?;
    let known = find(call, &scope, id).ok_or_else(|| not_found(&scope.tenant, id))?;
    Ok(v1::GetIncidentResponse { incident: Some(shown(&known)) })
}

async fn close(
    call: &Call,
    request: v1::CloseIncidentRequest,
) -> Outcome<v1::CloseIncidentResponse> {
    let given = call.scope(request.scope)?;
    let incident: IncidentId = request::id("incident", &request.incident_id)?;
    let reason = request::reason(request.reason)?;
    // That there is none changes nothing for whoever may not ask.
    let known = find(call, &given, incident);
    let scope = known.as_ref().map_or(given, |known| known.scope.clone());
    let normal = (convert::scope(&scope), &request.incident_id, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    let owner = known.as_ref().map(|known| known.principal.to_string()).unwrap_or_default();
    let ask = Ask { owner: &owner, ..Ask::one("incident.close", "incident", &request.incident_id) };
    match call.change(&scope, ask, Command::Incident { incident, reason }, key).await? {
        Answer::Incident(known) => Ok(v1::CloseIncidentResponse { incident: Some(shown(&known)) }),
        _ => Err(Failure::bug("the end of an incident was answered with something else")),
    }
}

fn find(call: &Call, scope: &Scope, id: IncidentId) -> Option<Arc<Incident>> {
    call.engine().views().incident(&scope.tenant, id)
}

/// How many are open, to whoever may read them. Nobody asked for it: that is no denial.
pub(crate) fn open(call: &Call, scope: &Scope) -> usize {
    if met(&call.rule(scope, Ask::all(READ, "incident"))).is_err() {
        return 0;
    }
    let known = call.engine().views().incidents(&scope.tenant);
    known.iter().filter(|known| known.ended.is_none()).count()
}

/// How much was done alone and is not reviewed so far, likewise.
pub(crate) fn reviews_due(call: &Call, scope: &Scope) -> usize {
    if met(&call.rule(scope, Ask::all("approval.read", "approval"))).is_err() {
        return 0;
    }
    call.engine().views().broken(&scope.tenant).len()
}

/// Whether something was done alone and not reviewed, or has to be looked into, for the doctor.
pub(crate) fn check(call: &Call, scope: &Scope) -> v1::DoctorCheck {
    let (open, due) = (open(call, scope), reviews_due(call, scope));
    let (status, message, hint) = match (open, due) {
        (0, 0) => ("ok", "nothing was done alone that nobody has looked at".to_owned(), ""),
        (0, due) => {
            let message = format!("glass was broken: {} due", counted(due, "review"));
            ("warn", message, "`conductor approvals list --action glass.review` shows them")
        }
        (open, due) => {
            let (open, due) = (counted(open, "incident"), counted(due, "review"));
            let message = format!("{open} to be looked into, {due} due");
            ("fail", message, "`conductor incidents list` shows what has to be looked into")
        }
    };
    let name = "break-glass".to_owned();
    v1::DoctorCheck { name, status: status.into(), message, hint: hint.into() }
}
