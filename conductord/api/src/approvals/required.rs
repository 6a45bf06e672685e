//! What whoever asked is told when it waits for others.

use conductor_domain::{
    Refusal,
    trust::approval::{Approval, open_stage_of},
};
use conductor_engine::obligations::stages;
use conductor_protocol::error_code::Code;
use serde_json::json;

use crate::convert::rfc3339;

/// The refusal of a command that waits for its approval.
pub(crate) fn required(approval: &Approval) -> Refusal {
    let (id, question) = (approval.id, &approval.question);
    let of = match question.resource.id.as_str() {
        "" => String::new(),
        resource => format!(" of `{resource}`"),
    };
    let message =
        format!("`{}`{of} waits for approval {id}: {}", question.action, progress(approval));
    let open = open_stage_of(approval).map(|open| &approval.stages[open]);
    let (code, hint) = if open.is_some_and(|stage| stage.requester) {
        let hint = format!("`conductor approvals approve {id}` asks for the touch");
        (Code::StepUpRequired, hint)
    } else {
        let hint = format!(
            "`conductor approvals show {id}` shows what would be done; tell those who may approve"
        );
        (Code::ApprovalRequired, hint)
    };
    let detail = json!({
        "id": id.to_string(),
        "stages": approval.stages,
        "expiresAt": rfc3339(approval.expires_at),
        "digest": approval.digest,
        "status": approval.status(),
    });
    Refusal::new(code, message, hint).with("approval", detail.to_string())
}

/// Who is to sign next.
fn progress(approval: &Approval) -> String {
    let Some(open) = open_stage_of(approval) else {
        return "all have signed, and it is about to be done".to_owned();
    };
    let (stage, of) = (&approval.stages[open], approval.stages.len());
    let who = stages(std::slice::from_ref(stage));
    let place = u32::try_from(open).unwrap_or(u32::MAX);
    let signed = approval.signatures.iter().filter(|signed| signed.stage == place).count();
    let so_far = if signed > 0 { format!(", {signed} signed") } else { String::new() };
    format!("stage {} of {of}: {who}{so_far}", open + 1)
}
