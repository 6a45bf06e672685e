//! The `Receipts` service: signed statements about records, for whoever may read what they are about.

use std::{collections::HashMap, sync::Arc};

use conductor_domain::{Refusal, scope::Scope};
use conductor_engine::{
    ports::Archive as _,
    receipts::Standing,
    views::{ReceiptEntry, ReceiptFilter},
};
use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, ReceiptId, RunId},
    v1::{self, receipts_server::Receipts},
};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    approvals,
    call::{Ask, Call},
    convert::receipt::receipt as shown,
    disk::on_disk,
    failure::{Failure, Outcome},
    lens::Lens,
    limits::FILTERED_ROWS_MAX,
    request,
};

const READ: &str = "receipt.read";
const TOKEN: &str = "rc1:";
/// Characters of the name of a kind of record.
const KIND_CHARS_MAX: usize = 64;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Receipts for Service {
    async fn get(
        &self,
        request: Request<v1::GetReceiptRequest>,
    ) -> Result<Response<v1::GetReceiptResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(get(&call, request)).await
    }

    async fn list(
        &self,
        request: Request<v1::ListReceiptsRequest>,
    ) -> Result<Response<v1::ListReceiptsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list(&call, request)).await
    }
}

async fn get(call: &Call, request: v1::GetReceiptRequest) -> Outcome<v1::GetReceiptResponse> {
    let scope = call.scope(request.scope)?;
    let (tenant, views) = (scope.tenant.as_str(), call.engine().views());
    let (named, found) = match (request.receipt_id.as_str(), request.run_id.as_str()) {
        ("", run) => {
            let id: RunId = request::id("run", run)?;
            (run, views.receipt_of_run(tenant, id)?)
        }
        // Who names both means the one that is a receipt.
        (receipt, _) => {
            let id: ReceiptId = request::id("receipt", receipt)?;
            (receipt, views.receipt(tenant, id)?)
        }
    };
    let Some(found) = found else {
        call.may(&scope, Ask::one(READ, "receipt", named)).await?;
        return Err(not_found(tenant, named).into());
    };
    let scope = found.scope.clone();
    may_read(call, &scope, &found).await?;
    let (engine, entry) = (call.engine().clone(), Arc::clone(&found));
    let issued = on_disk(move || engine.receipt_at(&scope.tenant, &entry)).await?;
    let issued = issued.ok_or_else(|| Failure::bug("a receipt is in the views only"))?;
    let key = call.api.notary().map(|notary| notary.key_of(&issued.bundle));
    Ok(v1::GetReceiptResponse {
        receipt: Some(shown(&found)),
        bundle: issued.bundle,
        verifier_key: key.as_ref().map(ToString::to_string).unwrap_or_default(),
        public_key_pem: key.map(|key| key.to_pem()).unwrap_or_default(),
    })
}

/// Lets whoever may read receipts, and what this one is about.
async fn may_read(call: &Call, scope: &Scope, found: &ReceiptEntry) -> Outcome<()> {
    let id = found.id.to_string();
    let run = match found.run {
        Some(run) => call.engine().views().run(&scope.tenant, run)?,
        None => None,
    };
    let workflow = run.as_ref().map(|run| &run.workflow);
    let workflow = workflow.map_or(("", ""), |known| (known.name.as_str(), known.version.as_str()));
    let owner = run.as_ref().map_or("", |run| run.owner.as_str());
    let ask = Ask { workflow, owner, ..Ask::one(READ, "receipt", &id) };
    call.may(scope, ask).await?;
    let (action, kind) = about(&found.kind);
    if found.run.is_none() && !action.is_empty() {
        call.may(scope, Ask::all(action, kind)).await?;
    }
    if !sees_approval(call, scope, found) {
        return Err(not_found(&scope.tenant, &id).into());
    }
    Ok(())
}

/// What else whoever reads a receipt has to be let read, by the kind of the record: an action and its
/// kind of resource. Nothing for runs, whose workflow goes with the question.
fn about(kind: &str) -> (&'static str, &'static str) {
    match kind.split_once('.').map_or("", |(group, _)| group) {
        "workflow" => ("workflow.read", "workflow"),
        "schedule" => ("schedule.read", "schedule"),
        "approval" | "glass" => ("approval.read", "approval"),
        "freeze" | "kill" => ("freeze.read", "freeze"),
        "incident" => ("incident.read", "incident"),
        "identity" => ("identity.read", "identity"),
        "key" => ("key.read", "key"),
        "token" => ("token.read", "token"),
        "tenant" => ("tenant.read", "tenant"),
        "policy" => ("policy.read", "policy"),
        _ => ("", ""),
    }
}

/// An approval is seen whole or not at all, and so is what is said of it.
fn sees_approval(call: &Call, scope: &Scope, found: &ReceiptEntry) -> bool {
    let Ok(id) = found.subject.parse::<ApprovalId>() else { return true };
    let known = call.engine().views().approval(&scope.tenant, id).ok().flatten();
    known.is_some_and(|known| approvals::is_seen(call, &known))
}

async fn list(call: &Call, request: v1::ListReceiptsRequest) -> Outcome<v1::ListReceiptsResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all(READ, "receipt")).await?;
    let run = request::filter("run", request.run_id)?;
    let kind = request::filter("kind", request.kind)?;
    if kind.as_ref().is_some_and(|kind| kind.chars().count() > KIND_CHARS_MAX) {
        return Err(Failure::invalid(
            "no record is of that kind",
            "such as `run.ended`, or `run.`",
        ));
    }
    let run = run.map(|run| request::id::<RunId>("run", &run)).transpose()?;
    let filter = ReceiptFilter { run, kind };
    let mut before = read_token(&request.page_token)?;
    let size = request::page_size(request.page_size);
    let mut eyes = Eyes::new(call, &scope);
    let (mut receipts, mut looked_at) = (Vec::new(), 0);
    loop {
        let (engine, tenant) = (call.engine().clone(), scope.tenant.clone());
        let (wanted, from, missing) = (filter.clone(), before, size - receipts.len());
        let read = move || engine.views().find_receipts(&tenant, &wanted, from, missing);
        let found = on_disk(read).await?;
        looked_at += found.receipts.len().max(1);
        let seen = found.receipts.iter().filter(|entry| eyes.see(entry));
        receipts.extend(seen.map(|entry| shown(entry)));
        before = found.next;
        if before.is_none() || receipts.len() >= size || looked_at >= FILTERED_ROWS_MAX {
            break;
        }
    }
    let next_page_token = before.map(|last| format!("{TOKEN}{last}")).unwrap_or_default();
    Ok(v1::ListReceiptsResponse { receipts, next_page_token })
}

/// Which of many receipts are seen: of each what a look at it alone would show.
struct Eyes<'c> {
    call: &'c Call,
    scope: &'c Scope,
    receipts: Lens,
    /// By the action that reads what a receipt is about.
    others: HashMap<&'static str, bool>,
}

impl<'c> Eyes<'c> {
    fn new(call: &'c Call, scope: &'c Scope) -> Self {
        Self { call, scope, receipts: Lens::on_receipts(call, scope), others: HashMap::new() }
    }

    fn see(&mut self, entry: &ReceiptEntry) -> bool {
        if let Some(run) = entry.run {
            let views = self.call.engine().views();
            let run = views.run(&self.scope.tenant, run).ok().flatten();
            return run.is_some_and(|run| {
                let workflow = &run.workflow;
                run.scope == *self.scope
                    && self.receipts.terms(&workflow.name, &workflow.version).is_some()
            });
        }
        let (action, kind) = about(&entry.kind);
        let (call, scope) = (self.call, self.scope);
        let others = self.others.entry(action);
        let may = *others.or_insert_with(|| {
            let asked = || call.rule(scope, Ask::all(action, kind));
            action.is_empty() || crate::call::met(&asked()).is_ok()
        });
        may && sees_approval(call, scope, entry)
    }
}

fn read_token(token: &str) -> Outcome<Option<ReceiptId>> {
    if token.is_empty() {
        return Ok(None);
    }
    let last = token.strip_prefix(TOKEN).and_then(|last| last.parse().ok());
    last.map(Some).ok_or_else(request::bad_page_token)
}

fn not_found(tenant: &str, named: &str) -> Refusal {
    Refusal::new(
        Code::ReceiptNotFound,
        format!("no receipt for {named} is issued in tenant `{tenant}`"),
        "`conductor receipts list` shows what is; a run has one a moment after its end",
    )
}

/// How it goes with receipts, for whoever looks after the daemon.
pub(crate) fn standing(call: &Call) -> Option<Standing> {
    call.api.notary().map(|notary| notary.standing())
}

/// Whether receipts come, for the doctor.
pub(crate) fn check(call: &Call) -> v1::DoctorCheck {
    let hint =
        "what waits gets its receipt once the key signs; `journalctl -u conductord` says more";
    let (status, message) = match standing(call) {
        None => ("warn", "nothing makes receipts in this daemon".to_owned()),
        Some(Standing { waiting, problem, .. }) if !problem.is_empty() => {
            ("fail", format!("{waiting} records wait for theirs: {problem}"))
        }
        Some(Standing { waiting, late: true, .. }) => {
            ("warn", format!("{waiting} records wait for theirs, the first for over a minute"))
        }
        Some(Standing { waiting: 0, .. }) => ("ok", "each record has its own".to_owned()),
        Some(Standing { waiting, .. }) => ("ok", format!("{waiting} are being made")),
    };
    let hint = if status == "ok" { "" } else { hint };
    let (name, status) = ("receipts".to_owned(), status.to_owned());
    v1::DoctorCheck { name, status, message, hint: hint.to_owned() }
}
