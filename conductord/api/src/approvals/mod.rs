//! The `Approvals` service: what waits for signatures, shown, signed and answered.
//!
//! A request finds the approvals of its tenant in whichever environment they are, and policy is
//! asked in that one. An approval is shown whole or not at all: what is seen is what is signed.

mod list;
mod named;
mod required;
mod said;
mod sign;
mod times;

use conductor_domain::trust::approval::{self, Approval, Signer};
use conductor_engine::obligations::{self, Effect, Proofs};
use conductor_protocol::v1::{self, approvals_server::Approvals};
use tonic::{Request, Response, Status};

use crate::{
    api::Api, call::Call, convert::approval as wire, failure::Outcome,
    limits::APPROVALS_COUNTED_MAX,
};

pub(crate) use named::{Named, is_seen};
pub(crate) use required::required;

/// What lets somebody sign, say no, or have another one sign.
const GIVE: &str = "approval.give";
/// What lets whoever asked go ahead alone.
const BREAK: &str = "approval.break_glass";
/// What lets somebody review what another one did alone.
const REVIEW: &str = "glass.review";
/// What lets whoever asked prove once more who they are.
const CONFIRM: &str = "approval.confirm";
/// What lets somebody see one.
const READ: &str = "approval.read";

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Every method comes in, is carried out and answered in the same way.
macro_rules! methods {
    ($($name:ident($request:ident) -> $response:ident = $handler:path;)*) => {
        #[tonic::async_trait]
        impl Approvals for Service {
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
    list(ListApprovalsRequest) -> ListApprovalsResponse = list::list;
    get(GetApprovalRequest) -> GetApprovalResponse = get;
    sign(SignApprovalRequest) -> SignApprovalResponse = sign::sign;
    deny(DenyApprovalRequest) -> DenyApprovalResponse = said::deny;
    withdraw(WithdrawApprovalRequest) -> WithdrawApprovalResponse = said::withdraw;
    delegate(DelegateApprovalRequest) -> DelegateApprovalResponse = said::delegate;
    break_glass(BreakGlassRequest) -> BreakGlassResponse = said::break_glass;
    comment(CommentApprovalRequest) -> CommentApprovalResponse = said::comment;
    times(ApprovalTimesRequest) -> ApprovalTimesResponse = times::times;
}

async fn get(call: &Call, request: v1::GetApprovalRequest) -> Outcome<v1::GetApprovalResponse> {
    let named = Named::new(call, request.scope, request.approval_id)?;
    let approval = named.read(call).await?;
    Ok(v1::GetApprovalResponse { approval: Some(shown(call, &approval)?) })
}

/// An approval with everything about it, for the caller.
fn shown(call: &Call, approval: &Approval) -> Outcome<v1::Approval> {
    let manifest = named::manifest(call.engine(), approval)?;
    Ok(v1::Approval {
        command_json: approval.command.to_string(),
        manifest_json: manifest.unwrap_or_default(),
        ..wire::listed(approval, may_sign(call, approval))
    })
}

/// What policy is asked of whoever signs now: whoever asked may prove who they are, whatever else
/// they may do.
fn signing(approval: &Approval) -> &'static str {
    let open = approval::open_stage_of(approval).map(|open| &approval.stages[open]);
    if open.is_some_and(|stage| stage.requester) { CONFIRM } else { giving(approval) }
}

/// What policy is asked of whoever answers it for others than themselves.
const fn giving(approval: &Approval) -> &'static str {
    if approval.happened.is_some() { REVIEW } else { GIVE }
}

/// Whether the caller could sign it now, or why not.
fn may_sign(call: &Call, approval: &Approval) -> Result<(), String> {
    let (engine, who) = (call.engine(), call.peer.principal());
    let roles = engine.views().roles(&approval.scope.tenant, who);
    // Which key signs is not known yet: it is taken for one that counts.
    let signer = Signer {
        principal: who,
        roles: &roles,
        fingerprint: "",
        enrolled_by: who,
        user_present: true,
    };
    let may = approval::sign(approval, signer, engine.now());
    may.map_err(|refusal| refusal.message)?;
    let id = approval.id.to_string();
    let ruling = call.rule(&approval.scope, named::about(approval, signing(approval), &id));
    let touched = Proofs { stepped_up: true, ..Proofs::default() };
    let met = obligations::meet(&ruling, Effect::Change, touched);
    met.map(drop).map_err(|refusal| refusal.message)
}

/// How many approvals of a tenant the caller could sign now, as far as they are counted.
pub(crate) fn waiting_for(call: &Call, tenant: &str) -> usize {
    let waiting = call.engine().views().waiting(tenant);
    let theirs =
        waiting.iter().filter(|known| may_sign(call, known).is_ok() && is_seen(call, known));
    theirs.take(APPROVALS_COUNTED_MAX).count()
}

/// How many approvals of a tenant wait that the caller asked for, as far as they are counted.
pub(crate) fn asked_by(call: &Call, tenant: &str) -> usize {
    let waiting = call.engine().views().waiting(tenant);
    let own = waiting.iter().filter(|known| known.requester == *call.peer.principal());
    own.take(APPROVALS_COUNTED_MAX).count()
}
