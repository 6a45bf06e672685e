//! Recorded decisions: searched, shown, exported in the format of OPA's decision log.

use std::sync::Arc;

use conductor_domain::{
    scope::{Principal, Scope},
    trust::decision::Recorded,
};
use conductor_engine::{
    obligations::{Mask, Terms},
    service::{DecisionRow, Engine},
    views::DecisionFilter,
};
use conductor_protocol::{error_code::Code, v1};

use crate::{
    call::{Ask, Call},
    convert::{decision, decision_log, masked},
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::{EXPORT_ROWS, FILTERED_ROWS_MAX},
    outlet::{Cut, Messages, Outlet},
    request,
    standing::Standing,
};

pub(super) async fn list(
    call: &Call,
    request: v1::ListDecisionsRequest,
) -> Outcome<v1::ListDecisionsResponse> {
    let scope = call.scope(request.scope.clone())?;
    let terms = call.may_show(&scope, Ask::all("decision.read", "decision")).await?;
    refuse_masked(&request, &terms.mask)?;
    let size = request::page_size(request.page_size);
    let before = match request.page_token.as_str() {
        "" => 0,
        token => read_token(token)?,
    };
    let reads = request.reads;
    let roles =
        request.told.then(|| call.engine().views().roles(&scope.tenant, call.peer.principal()));
    let filter = DecisionFilter { told: roles, ..filter(request)? };
    if reads {
        if before != 0 {
            return Err(request::bad_page_token());
        }
        let rows = call.engine().reads(&scope.tenant, &filter, size);
        return Ok(v1::ListDecisionsResponse {
            decisions: shown(&rows, &terms),
            ..Default::default()
        });
    }
    let (engine, tenant) = (call.engine().clone(), scope.tenant);
    let read = Arc::new(move |before, size| engine.decisions(&tenant, &filter, before, size));
    let (mut decisions, mut before, mut looked_at) = (Vec::new(), before, 0);
    loop {
        let (read, missing) = (Arc::clone(&read), size - decisions.len());
        let (rows, next) = on_disk(move || read(before, missing)).await?;
        let seen = shown(&rows, &terms);
        let some_hidden = seen.len() < rows.len();
        decisions.extend(seen);
        (before, looked_at) = (next, looked_at + rows.len());
        if !some_hidden || before == 0 || looked_at >= FILTERED_ROWS_MAX {
            let next_page_token = if next == 0 { String::new() } else { format!("d2:{next}") };
            return Ok(v1::ListDecisionsResponse { decisions, next_page_token });
        }
    }
}

pub(super) async fn get(
    call: &Call,
    request: v1::GetDecisionRequest,
) -> Outcome<v1::GetDecisionResponse> {
    let scope = call.scope(request.scope)?;
    let id = request::id("decision", &request.decision_id)?;
    let ask = Ask::one("decision.read", "decision", &request.decision_id);
    let terms = call.may_show(&scope, ask).await?;
    let (engine, tenant) = (call.engine().clone(), scope.tenant.clone());
    let found = on_disk(move || engine.decision(&tenant, id)).await?;
    let shown = found.and_then(|row| shown(&[row], &terms).pop());
    let missing = || {
        let message = format!("tenant `{}` has no decision {id} on record", scope.tenant);
        let hint = "`conductor decisions list` shows those that there are; one of many equal \
                    denials is counted with them";
        Failure::new(Code::DecisionNotFound, message, hint)
    };
    Ok(v1::GetDecisionResponse { decision: Some(shown.ok_or_else(missing)?) })
}

pub(super) async fn export(
    call: &Call,
    request: v1::ExportDecisionsRequest,
) -> Outcome<Messages<v1::ExportedDecision>> {
    let scope = call.scope(request.scope)?;
    let asking =
        |call: &Call, scope: &Scope| call.rule(scope, Ask::all("decision.export", "decision"));
    let standing = Standing::to_show(call, &scope, asking).await?;
    let filter = DecisionFilter {
        done: request.denials_only.then_some(false),
        since: request::time("since", request.since)?,
        until: request::time("until", request.until)?,
        ..DecisionFilter::default()
    };
    let about = call.api.about();
    let source =
        decision_log::Source { id: about.ledger_origin.clone(), version: about.version.clone() };
    let engine = call.engine().clone();
    Ok(Outlet::start(standing, move |outlet| {
        Export { engine, tenant: scope.tenant, filter, source, outlet }.run()
    }))
}

struct Export {
    engine: Engine,
    tenant: String,
    filter: DecisionFilter,
    source: decision_log::Source,
    outlet: Outlet<v1::ExportedDecision>,
}

impl Export {
    /// Everything that is on record by now.
    async fn run(self) -> Result<(), Cut> {
        let end = self.engine.ledger().last_seq();
        let mut after = 0;
        loop {
            let (engine, tenant, filter) =
                (self.engine.clone(), self.tenant.clone(), self.filter.clone());
            let read = move || engine.decisions_after(&tenant, &filter, after, EXPORT_ROWS);
            let (rows, next) = on_disk(read).await?;
            for row in rows.iter().filter(|row| row.seq <= end) {
                let terms = self.outlet.terms().await?;
                if !lets(&terms, row) {
                    continue;
                }
                let event = decision_log::event(row, &self.source, &terms.mask);
                let event_json = event.to_string();
                self.outlet.send(v1::ExportedDecision { event_json, seq: row.seq }).await?;
            }
            if next == 0 || next > end {
                return Ok(());
            }
            after = next;
        }
    }
}

/// Those that may be seen, without what is masked.
fn shown(rows: &[DecisionRow], terms: &Terms) -> Vec<v1::RecordedDecision> {
    let seen = rows.iter().filter(|row| lets(terms, row));
    seen.map(|row| masked::decision(decision::recorded(row), &terms.mask)).collect()
}

fn lets(terms: &Terms, row: &DecisionRow) -> bool {
    terms.filter.lets(|name| field(&row.principal, &row.recorded, name))
}

/// A field of a decision that policy may filter by.
pub(crate) fn field(principal: &Principal, recorded: &Recorded, name: &str) -> Option<String> {
    let input = &recorded.input;
    Some(match name {
        "principal" => principal.to_string(),
        "action" => input.action.clone(),
        "resource" => input.resource.id.clone(),
        "environment" => input.context.environment.clone(),
        "region" => input.context.region.clone(),
        "risk" => input.resource.risk.clone(),
        "data_sensitivity" => input.resource.data_sensitivity.clone(),
        _ => return None,
    })
}

/// Refuses to look for what the caller may not see: each answer would say whether it was there.
fn refuse_masked(request: &v1::ListDecisionsRequest, mask: &Mask) -> Outcome<()> {
    let people = ["principal", "input.subject.principal"];
    let hides_people = people.into_iter().any(|place| mask.covers(place));
    // Who is hidden is so as the one that something was done to, too.
    let names_somebody = request::principal(request.resource.clone()).is_ok();
    let asked_and_hidden = [
        ("principal", &request.principal, hides_people),
        ("action", &request.action, mask.covers("input.action")),
        (
            "resource",
            &request.resource,
            mask.covers("input.resource.id") || (hides_people && names_somebody),
        ),
    ];
    let hidden =
        asked_and_hidden.into_iter().find(|(_, given, hidden)| *hidden && !given.is_empty());
    let Some((name, ..)) = hidden else { return Ok(()) };
    let message =
        format!("the `{name}` of decisions is masked here, so they can't be searched by it");
    Err(Failure::new(
        Code::PermissionDenied,
        message,
        "leave it out, or ask for a role that sees it",
    ))
}

fn filter(request: v1::ListDecisionsRequest) -> Outcome<DecisionFilter> {
    let done = match (request.outcome.as_str(), request.denials_only) {
        ("", false) => None,
        ("allow", false) => Some(true),
        ("deny", _) | ("", true) => Some(false),
        ("allow", true) => {
            let message = "only what was denied, and only what was done: there is nothing such";
            return Err(Failure::invalid(message, "ask for one of the two"));
        }
        (other, _) => {
            let message = format!("`{}` is no outcome of a decision", request::shown(other));
            return Err(Failure::invalid(message, "say `allow` or `deny`"));
        }
    };
    Ok(DecisionFilter {
        principal: request::filter("principal", request.principal)?,
        action: request::filter("action", request.action)?,
        resource: request::filter("resource", request.resource)?,
        done,
        since: request::time("since", request.since)?,
        until: request::time("until", request.until)?,
        told: None,
    })
}

fn read_token(token: &str) -> Outcome<u64> {
    let before = token.strip_prefix("d2:").and_then(|seq| seq.parse().ok());
    before.filter(|seq| *seq > 0).ok_or_else(request::bad_page_token)
}
