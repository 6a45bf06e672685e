//! How each event of the ledger may be seen.
//!
//! `ledger.read` is the right to see that something happened. What an event tells is told by other
//! means, too, and what those don't show to a caller the ledger doesn't either: events of runs and
//! schedules are seen as these are, those of decisions, people, keys, sessions, tokens, tenants and policy by whoever
//! may read those, and those of approvals by whoever may see all of the approval.

use std::sync::Arc;

use conductor_domain::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    trust::receipt::Issued,
};
use conductor_engine::{
    obligations::{MASKED, Mask, Terms},
    ports::Record,
    record,
    service::Engine,
};
use conductor_protocol::v1;

use crate::{
    approvals,
    call::Call,
    convert::{event, masked},
    lens::Lens,
    runs::{look_up, run_field},
    system::decision_field,
};

/// See the module.
pub(super) struct Sight {
    engine: Engine,
    call: Call,
    runs: Lens,
    schedules: Lens,
    decisions: Lens,
    people: Lens,
    keys: Lens,
    sessions: Lens,
    tokens: Lens,
    tenants: Lens,
    policy: Lens,
}

impl Sight {
    pub(super) fn new(call: &Call, scope: &Scope) -> Self {
        Self {
            engine: call.engine().clone(),
            call: call.clone(),
            runs: Lens::on_runs(call, scope),
            schedules: Lens::on_schedules(call, scope),
            decisions: Lens::on_decisions(call, scope),
            people: Lens::on_people(call, scope),
            keys: Lens::on_keys(call, scope),
            sessions: Lens::on_sessions(call, scope),
            tokens: Lens::on_tokens(call, scope),
            tenants: Lens::on_tenants(call, scope),
            policy: Lens::on_policy(call, scope),
        }
    }

    /// A record as it is, or as what masks leave of it: then it is not what was hashed. Nothing
    /// where it, or what it is about, may not be seen.
    pub(super) fn show(
        &self,
        terms: &Terms,
        mut found: Record,
        mut envelope: Envelope,
    ) -> Option<v1::Event> {
        if !terms.filter.lets(|name| self.field(&envelope, name)) {
            return None;
        }
        let own = self.own(&envelope)?;
        if let Event::ReceiptIssued(issued) = &mut envelope.event {
            // What it says of the record is for who may read the receipt, which is seen whole.
            MASKED.clone_into(&mut issued.bundle);
            found.payload = record::encode(&envelope).payload;
        }
        if envelope.event.approval().is_some() {
            // Whole or not at all: what a mask would leave out hides it.
            return terms.mask.is_empty().then(|| event::event(found, &envelope));
        }
        if let Some(own) = &own
            && !own.filter.lets(|name| self.field(&envelope, name))
        {
            return None;
        }
        for mask in [Some(&terms.mask), own.as_ref().map(|own| &own.mask)].into_iter().flatten() {
            hide(mask, &mut found, &mut envelope);
        }
        Some(event::event(found, &envelope))
    }

    /// The terms of what an event is about, besides those of the ledger; nothing at all where that
    /// may not be seen.
    fn own(&self, envelope: &Envelope) -> Option<Option<Arc<Terms>>> {
        let of_all = |lens: &Lens| lens.terms("", "").map(Some);
        match &envelope.event {
            Event::ReceiptIssued(issued) => self.of_receipt(envelope, issued),
            Event::RunStarted(event) => {
                let workflow = &event.workflow;
                self.runs.terms(&workflow.name, &workflow.version).map(Some)
            }
            Event::ScheduleSet(event) => {
                let spec = &event.spec;
                self.schedules.terms(&spec.workflow, &spec.workflow_version).map(Some)
            }
            event if event.approval().is_some() => self.sees(envelope).then_some(None),
            event => match event.kind().split_once('.').map_or("", |(group, _)| group) {
                "decision" => of_all(&self.decisions),
                "identity" => of_all(&self.people),
                "key" => of_all(&self.keys),
                "session" | "login" => of_all(&self.sessions),
                "token" => of_all(&self.tokens),
                "tenant" => of_all(&self.tenants),
                "policy" => of_all(&self.policy),
                _ => {
                    let run = event
                        .run()
                        .and_then(|run| look_up(&self.engine, &envelope.scope, run).ok()?);
                    let Some(run) = run else { return Some(None) };
                    self.runs.terms(&run.workflow.name, &run.workflow.version).map(Some)
                }
            },
        }
    }

    /// The same of a receipt, which names what its record is about.
    fn of_receipt(&self, envelope: &Envelope, issued: &Issued) -> Option<Option<Arc<Terms>>> {
        let of_all = |lens: &Lens| lens.terms("", "").map(Some);
        match issued.kind.split_once('.').map_or("", |(group, _)| group) {
            "approval" | "glass" => {
                let id = issued.subject.parse().ok()?;
                let known = self.engine.views().approval(&envelope.scope.tenant, id).ok()??;
                approvals::is_seen(&self.call, &known).then_some(None)
            }
            "identity" => of_all(&self.people),
            "key" => of_all(&self.keys),
            "token" => of_all(&self.tokens),
            "tenant" => of_all(&self.tenants),
            "policy" => of_all(&self.policy),
            _ => Some(None),
        }
    }

    /// Whether the approval may be seen that an event is about.
    fn sees(&self, envelope: &Envelope) -> bool {
        let tenant = &envelope.scope.tenant;
        let known = envelope.event.approval().map(|id| self.engine.views().approval(tenant, id));
        let known = known.and_then(Result::ok).flatten();
        known.is_some_and(|known| approvals::is_seen(&self.call, &known))
    }

    /// A field of an event that policy may filter by; of an event about a run, the run's, and of a
    /// decision what decisions are filtered by.
    fn field(&self, envelope: &Envelope, name: &str) -> Option<String> {
        match (name, &envelope.event) {
            ("kind", event) => Some(event.kind().to_owned()),
            ("principal", _) => Some(envelope.principal.to_string()),
            ("environment", _) => Some(envelope.scope.environment.clone()),
            ("region", _) => Some(envelope.scope.region.clone()),
            (name, Event::DecisionRecorded(recorded)) => {
                decision_field(&envelope.principal, recorded, name)
            }
            (name, event) => {
                let run = look_up(&self.engine, &envelope.scope, event.run()?).ok()??;
                run_field(&self.engine, &run, name)
            }
        }
    }
}

/// Takes what a mask covers out of a record.
fn hide(mask: &Mask, found: &mut Record, envelope: &mut Envelope) {
    if mask.is_empty() {
        return;
    }
    if let Event::DecisionRecorded(recorded) = &envelope.event {
        let people = [envelope.principal.as_str(), &recorded.input.subject.principal];
        found.payload = masked::decision_record(&found.payload, people, mask);
        if mask.covers("principal") {
            envelope.principal = Principal::new(MASKED);
        }
        return;
    }
    mask.event(&mut envelope.event);
    found.payload = record::encode(envelope).payload;
}
