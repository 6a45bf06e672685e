//! The `System` service: the daemon itself, who may what, and whether all is well.

mod decisions;
mod doctor;
mod grants;
mod logins;
mod secrets;
mod status;

pub(crate) use decisions::field as decision_field;

use conductor_domain::scope::Scope;
use conductor_engine::{command::Ruling, service::TaskGrant};
use conductor_protocol::v1::{self, system_server::System};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    approvals::{self, Named},
    call::{Ask, Call},
    convert::{self, decision},
    failure::{Failure, Outcome},
    freezes, incidents,
    limits::QUESTIONS_MAX,
    outlet::Messages,
    runs::look_up,
};

/// Roles whose holders are told that a bundle of policy was refused, and that keys grow old.
const MENDERS: [&str; 2] = ["conductor_admin", "tenant_admin"];

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl System for Service {
    async fn status(
        &self,
        request: Request<v1::StatusRequest>,
    ) -> Result<Response<v1::StatusResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(status::status(&call, request)).await
    }

    async fn who_am_i(
        &self,
        request: Request<v1::WhoAmIRequest>,
    ) -> Result<Response<v1::WhoAmIResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(who_am_i(&call, request)).await
    }

    async fn authorize(
        &self,
        request: Request<v1::AuthorizeRequest>,
    ) -> Result<Response<v1::AuthorizeResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(authorize(&call, request)).await
    }

    async fn grant(
        &self,
        request: Request<v1::GrantRequest>,
    ) -> Result<Response<v1::GrantResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(grants::grant(&call, request)).await
    }

    async fn revoke(
        &self,
        request: Request<v1::RevokeRequest>,
    ) -> Result<Response<v1::RevokeResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(grants::revoke(&call, request)).await
    }

    async fn describe(
        &self,
        request: Request<v1::DescribePrincipalRequest>,
    ) -> Result<Response<v1::DescribePrincipalResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(grants::describe(&call, request)).await
    }

    async fn list_grants(
        &self,
        request: Request<v1::ListGrantsRequest>,
    ) -> Result<Response<v1::ListGrantsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(grants::list(&call, request)).await
    }

    async fn list_decisions(
        &self,
        request: Request<v1::ListDecisionsRequest>,
    ) -> Result<Response<v1::ListDecisionsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(decisions::list(&call, request)).await
    }

    async fn get_decision(
        &self,
        request: Request<v1::GetDecisionRequest>,
    ) -> Result<Response<v1::GetDecisionResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(decisions::get(&call, request)).await
    }

    type ExportDecisionsStream = Messages<v1::ExportedDecision>;

    async fn export_decisions(
        &self,
        request: Request<v1::ExportDecisionsRequest>,
    ) -> Result<Response<Self::ExportDecisionsStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(decisions::export(&call, request)).await
    }

    async fn doctor(
        &self,
        request: Request<v1::DoctorRequest>,
    ) -> Result<Response<v1::DoctorResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(doctor::doctor(&call, request)).await
    }

    async fn list_secrets(
        &self,
        request: Request<v1::ListSecretsRequest>,
    ) -> Result<Response<v1::ListSecretsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(secrets::list(&call, request)).await
    }
}

/// Everybody may know who they are: it is what they need to ask for a role.
async fn who_am_i(call: &Call, request: v1::WhoAmIRequest) -> Outcome<v1::WhoAmIResponse> {
    let scope = call.scope(request.scope)?;
    let principal = call.peer.principal();
    let roles = call.engine().views().roles(&scope.tenant, principal);
    // Consoles ask this all the time: whoever can mend it sees it there.
    if roles.iter().any(|role| MENDERS.contains(&role.as_str())) {
        call.warn_of_policy();
        logins::warn(call, &scope);
        call.warn_of_runbooks(&scope);
    }
    if call.peer.is_program() {
        call.warn_of_token();
    } else {
        call.warn_of_keys(&scope);
    }
    let (session, token) = (call.peer.as_session(), call.peer.as_token());
    let task = call.peer.as_task();
    // No program signs anything, whoever it acts for.
    let (waiting, asked) = match call.peer.is_program() {
        true => (0, 0),
        false => {
            let tenant = scope.tenant.as_str();
            (approvals::waiting_for(call, tenant), approvals::asked_by(call, tenant))
        }
    };
    let principal = task.map_or_else(|| principal.clone(), TaskGrant::principal).to_string();
    Ok(v1::WhoAmIResponse {
        display_name: display_name(&principal).await,
        principal,
        roles,
        approvals_waiting: convert::narrow(waiting),
        approvals_asked: convert::narrow(asked),
        freezes: freezes::here(call, &scope),
        reviews_due: convert::narrow(incidents::reviews_due(call, &scope)),
        incidents_open: convert::narrow(incidents::open(call, &scope)),
        scope: Some(convert::scope(&scope)),
        channel: call.peer.channel().to_owned(),
        session_id: session.map(|known| known.id().to_string()).unwrap_or_default(),
        session_ends_at: session.map(|known| convert::time(known.terms.ends_at)),
        token_id: token.map(|known| known.id().to_string()).unwrap_or_default(),
        token_expires_at: token.map(|known| convert::time(known.terms.expires_at)),
        token_scopes: token
            .map(|known| &known.terms.scopes)
            .or(task.map(|task| &task.scopes))
            .map_or_else(Vec::new, |scopes| convert::token::scopes(scopes)),
        on_behalf_of: task.map(|task| task.owner.to_string()).unwrap_or_default(),
    })
}

/// The login name of a local user, where the system's own list of users has it.
async fn display_name(principal: &str) -> String {
    let Some(uid) = principal.strip_prefix("uid:") else { return String::new() };
    let users = tokio::fs::read_to_string("/etc/passwd").await.unwrap_or_default();
    let named = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1) == Some(uid)).then(|| name.to_owned())
    });
    named.unwrap_or_default()
}

/// What the caller itself may do: that much everybody may know.
async fn authorize(call: &Call, request: v1::AuthorizeRequest) -> Outcome<v1::AuthorizeResponse> {
    let scope = call.scope(request.scope.clone())?;
    if request.questions.len() > QUESTIONS_MAX {
        let message = format!("one request may hold {QUESTIONS_MAX} questions");
        return Err(Failure::invalid(message, "ask in several requests"));
    }
    let answer = |question: &v1::Question| {
        let kind = resource_kind(&question.action);
        if let Some(ruling) = of_approval(call, request.scope.as_ref(), (kind, question)) {
            return decision::asked(&ruling);
        }
        let (owner, workflow) = known(call, &scope, (kind, &question.resource));
        let ask = Ask::one(&question.action, kind, &question.resource);
        let ask = match kind {
            "workflow" => ask,
            _ => Ask { owner: &owner, workflow: (&workflow.0, &workflow.1), ..ask },
        };
        decision::asked(&call.rule(&scope, ask))
    };
    Ok(v1::AuthorizeResponse { decisions: request.questions.iter().map(answer).collect() })
}

/// What policy says of an approval, as it is asked when the action is carried out; nothing where
/// the question is about something else.
fn of_approval(
    call: &Call,
    scope: Option<&v1::Scope>,
    (kind, question): (&str, &v1::Question),
) -> Option<Ruling> {
    if kind != "approval" {
        return None;
    }
    let named = Named::new(call, scope.cloned(), question.resource.clone()).ok()?;
    Some(call.rule(&named.scope, named.ask(&question.action)))
}

/// Who owns a run, a schedule or a key, and the workflow and version that it is of: as it is asked about
/// when the action is carried out.
fn known(call: &Call, scope: &Scope, (kind, id): (&str, &str)) -> (String, (String, String)) {
    let views = call.engine().views();
    match kind {
        "run" => {
            let found = id.parse().ok().and_then(|id| look_up(call.engine(), scope, id).ok()?);
            let of = found.map(|run| {
                let workflow = (run.workflow.name.clone(), run.workflow.version.clone());
                (run.owner.to_string(), workflow)
            });
            of.unwrap_or_default()
        }
        "session" => {
            // Nobody's in particular is the asker's own, to come.
            let session = id.parse().ok().and_then(|id| views.session(id));
            let session = session.filter(|known| known.tenant == scope.tenant);
            let owner = match (id, session) {
                ("", _) => call.peer.principal().to_string(),
                (_, known) => known.map(|it| it.principal().to_string()).unwrap_or_default(),
            };
            (owner, Default::default())
        }
        "key" => {
            let owner = views.key(&scope.tenant, id).map(|key| key.terms.principal.to_string());
            (owner.unwrap_or_default(), Default::default())
        }
        "schedule" => {
            let of = views.schedule(scope, id).map(|known| {
                let spec = &known.spec;
                let workflow = (spec.workflow.clone(), spec.workflow_version.clone());
                (known.owner.to_string(), workflow)
            });
            of.unwrap_or_default()
        }
        _ => Default::default(),
    }
}

/// The kind of resource that an action is asked about.
fn resource_kind(action: &str) -> &str {
    match action {
        "run.start" => "workflow",
        action => action.split_once('.').map_or("", |(kind, _)| kind),
    }
}
