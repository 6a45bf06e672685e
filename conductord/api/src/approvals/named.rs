//! An approval that a caller named: looked up, and shown to whoever may see all of it.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    scope::Scope,
    trust::approval::{Approval, Statement},
};
use conductor_engine::{
    command::Ruling,
    obligations::{self, Effect, Proofs},
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, RunId},
    jcs, v1,
    verdict::Obligation,
};

use super::READ;
use crate::{
    call::{Ask, Call},
    failure::{Failure, Outcome},
    request,
    runs::look_up,
};

/// See the module.
pub(crate) struct Named {
    /// Where it is; where the caller looks for it, when there is none.
    pub(crate) scope: Scope,
    pub(super) id: String,
    parsed: ApprovalId,
    known: Option<Arc<Approval>>,
}

impl Named {
    pub(crate) fn new(call: &Call, scope: Option<v1::Scope>, id: String) -> Outcome<Self> {
        let scope = call.scope(scope)?;
        let parsed: ApprovalId = request::id("approval", &id)?;
        let known = call.engine().views().approval(&scope.tenant, parsed)?;
        let scope = known.as_ref().map_or(scope, |known| known.scope.clone());
        Ok(Self { scope, id, parsed, known })
    }

    /// A question about it. That there is none changes nothing for whoever may not ask.
    pub(crate) fn ask<'a>(&'a self, action: &'a str) -> Ask<'a> {
        match &self.known {
            Some(known) => about(known, action, &self.id),
            None => Ask::one(action, "approval", &self.id),
        }
    }

    /// What it is, for whoever may see all of it.
    pub(super) async fn read(&self, call: &Call) -> Outcome<Arc<Approval>> {
        let ruling = call.rule(&self.scope, self.ask(READ));
        let effect = effect(&ruling);
        let terms = call.admit(&self.scope, ruling, effect).await?;
        let known = self.known.clone();
        let seen = known.filter(|known| terms.filter.lets(|name| field(known, name)));
        seen.ok_or_else(|| {
            let message = format!("tenant `{}` has no approval {}", self.scope.tenant, self.parsed);
            let hint = "`conductor approvals list` shows those that wait";
            Failure::from(Refusal::new(Code::ApprovalNotFound, message, hint))
        })
    }
}

/// A question about an approval: with what governance knew of its matter when it was asked for.
pub(super) fn about<'a>(approval: &'a Approval, action: &'a str, id: &'a str) -> Ask<'a> {
    let known = Some(&approval.question.resource);
    Ask { owner: approval.requester.as_str(), known, ..Ask::one(action, "approval", id) }
}

/// What a look at approvals comes to. A filter is kept to; what would be masked is not shown, for
/// nobody signs what they don't see.
pub(super) fn effect(ruling: &Ruling) -> Effect {
    let masks = |one: &Obligation| matches!(one, Obligation::Mask { .. });
    let masked = ruling.verdict.obligations.iter().any(masks);
    if masked { Effect::ShowWhole } else { Effect::Show }
}

/// Whether the caller may see an approval. Nobody asked to see just this one: that is no denial.
pub(crate) fn is_seen(call: &Call, approval: &Approval) -> bool {
    let id = approval.id.to_string();
    let ruling = call.rule(&approval.scope, about(approval, READ, &id));
    let terms = obligations::meet(&ruling, effect(&ruling), Proofs::default());
    terms.is_ok_and(|terms| terms.filter.lets(|name| field(approval, name)))
}

/// A field of an approval that policy may filter by.
pub(super) fn field(approval: &Approval, name: &str) -> Option<String> {
    let (scope, resource) = (&approval.scope, &approval.question.resource);
    Some(match name {
        "owner" => approval.requester.to_string(),
        "action" => approval.question.action.clone(),
        "status" => approval.status().to_owned(),
        "environment" => scope.environment.clone(),
        "region" => scope.region.clone(),
        "workflow" if resource.kind == "workflow" => resource.id.clone(),
        "risk" => resource.risk.clone(),
        "data_sensitivity" => resource.data_sensitivity.clone(),
        _ => return None,
    })
}

/// The canonical JSON of the manifest that would run or be published; nothing where none is
/// concerned, or where it is not the one any more that is signed for.
pub(super) fn manifest(engine: &Engine, approval: &Approval) -> Outcome<Option<String>> {
    if let Some(draft) = approval.command.pointer("/publish/manifest") {
        return Ok(jcs::canonical_json(draft).ok());
    }
    let Ok(statement) = serde_json::from_str::<Statement>(&approval.statement) else {
        return Ok(None);
    };
    let workflow = match statement.resource_kind.as_str() {
        "workflow" => statement.resource,
        "run" => {
            let run = statement.resource.parse::<RunId>().ok();
            let run = run.map(|run| look_up(engine, &approval.scope, run)).transpose()?.flatten();
            run.map(|run| run.workflow.name.clone()).unwrap_or_default()
        }
        _ => return Ok(None),
    };
    let found = engine.views().workflow(&approval.scope.tenant, &workflow, &statement.version);
    let signed = found.filter(|found| found.digest == statement.manifest);
    Ok(signed.map(|found| found.manifest.canonical_json()))
}
