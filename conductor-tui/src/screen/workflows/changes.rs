//! The questions before a runbook's version is reviewed, deprecated, brought back or retired.

use conductor_protocol::v1::{
    DeprecateWorkflowRequest, RetireWorkflowRequest, ReviewWorkflowRequest, Workflow,
};
use serde_json::{Map, Value};

use crate::{
    app::{Mutation, Shared},
    widget::{ACCEPT, Confirm, Form, INSTEAD, OPINION, Purpose, REASON},
};

/// Asks before what a form was filled in for: a version is reviewed, deprecated or retired.
pub(crate) fn end(form: &Form, given: &Map<String, Value>, shared: &Shared) -> Confirm {
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (scope, reason) = (Some(shared.scope.clone()), text(REASON));
    let (name, version) = (form.workflow.clone(), form.version.clone());
    let mut lines = vec![format!("{name} {version}"), format!("because: {reason}")];
    if form.purpose == Purpose::Review {
        let accepted = text(OPINION) == ACCEPT;
        if reason.is_empty() {
            lines.pop();
        }
        lines.push("what you say is on record; a review is no signature".to_owned());
        let words = match accepted {
            true => ("Accept this?", "accept it"),
            false => ("Reject this?", "reject it"),
        };
        let request =
            ReviewWorkflowRequest { scope, name, version, accepted, reason, ..<_>::default() };
        return Confirm::new(words, lines, &form.workflow, Mutation::Review(request), shared);
    }
    let (words, mutation) = if form.purpose == Purpose::Retire {
        lines.push("nothing starts from it any more; this can't be taken back".to_owned());
        let request = RetireWorkflowRequest { scope, name, version, reason, ..<_>::default() };
        (("Retire this?", "retire the version"), Mutation::Retire(request))
    } else {
        let instead = text(INSTEAD);
        if !instead.is_empty() {
            lines.push(format!("use instead: {instead}"));
        }
        let request =
            DeprecateWorkflowRequest { scope, name, version, reason, instead, ..<_>::default() };
        (("Deprecate this?", "deprecate the version"), Mutation::Deprecate(request))
    };
    Confirm::new(words, lines, &form.workflow, mutation, shared)
}

/// Asks before a warning is taken back.
pub(super) fn take_back(workflow: &Workflow, shared: &Shared) -> Confirm {
    let mut lines = vec![format!("{} {}", workflow.name, workflow.version)];
    lines.extend(workflow.notice.iter().map(|notice| format!("{}: {}", notice.by, notice.reason)));
    let request = DeprecateWorkflowRequest {
        scope: Some(shared.scope.clone()),
        name: workflow.name.clone(),
        version: workflow.version.clone(),
        undo: true,
        ..<_>::default()
    };
    let words = ("Take the warning back?", "take it back");
    Confirm::new(words, lines, &workflow.name, Mutation::Deprecate(request), shared)
}
