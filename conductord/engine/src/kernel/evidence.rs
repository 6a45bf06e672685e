//! What policy decided, put on record: in the tenant that it is about and, where somebody's right
//! or wish to act comes from another tenant, in that one, too.
//!
//! What stands elsewhere says who acted, in which tenant, by which decision, and nothing of what it
//! was about: that belongs to the tenant acted in.

use conductor_domain::{
    event::Event,
    org::identity::{ADMIN, HOME_TENANT},
    scope::{Principal, Scope},
    trust::decision::{DenialBounds, Place, Recorded},
};
use conductor_protocol::{
    error_code::Code,
    verdict::{Question, Resource, Situation, Subject, Verdict},
};

use super::turn::{Author, Turn};
use crate::{
    command::{Answer, Context, Ruling},
    limits,
};

/// How denials are counted.
const DENIALS: DenialBounds = DenialBounds {
    window_ms: limits::DENIAL_WINDOW_MS,
    of_principal: limits::DENIAL_KEYS_OF_PRINCIPAL_MAX,
    of_all: limits::DENIAL_KEYS_MAX,
};

impl Turn<'_> {
    /// Records the rulings that a change rests on; they come right before what they allowed.
    pub(super) fn rule(&mut self, context: &Context, author: &Author) -> String {
        let author = Author { mark: None, ..author.clone() };
        let homes = self.homes(context, &context.principal);
        for ruling in context.rulings() {
            let recorded = recorded(ruling, None);
            for home in &homes {
                let event = Event::DecisionRecorded(Box::new(away(&recorded)));
                self.record(home, author.clone(), event);
            }
            let event = Event::DecisionRecorded(Box::new(recorded));
            self.record(&context.scope, author.clone(), event);
        }
        context.ruling.id.to_string()
    }

    /// Records the rulings that what waits for an approval rests on, as what was not done yet.
    pub(super) fn rule_unmet(&mut self, context: &Context, author: &Author, unmet: Code) {
        let homes = self.homes(context, &context.principal);
        let recorded = recorded(&context.ruling, Some(unmet));
        for home in homes {
            let event = Event::DecisionRecorded(Box::new(away(&recorded)));
            self.record(&home, author.clone(), event);
        }
        let event = Event::DecisionRecorded(Box::new(recorded));
        self.record(&context.scope, author.clone(), event);
    }

    /// Records, in the tenants that a guest comes from, the ruling that lets them in or out: who of
    /// theirs it is, and nothing of who decided it. Where that one comes from as well it is on
    /// record by itself.
    pub(super) fn tell_homes(&mut self, context: &Context, guest: &Principal) {
        let told = self.homes(context, &context.principal);
        let recorded = of_guest(&recorded(&context.ruling, None), guest);
        let theirs = self.homes(context, guest);
        for home in theirs.into_iter().filter(|home| !told.contains(home)) {
            let event = Event::DecisionRecorded(Box::new(recorded.clone()));
            self.record(&home, Author::system(), event);
        }
    }

    /// Records a ruling that no change follows: the first of equal ones, then how many there were.
    pub(super) fn deny(&mut self, context: &Context, unmet: Option<Code>) -> Answer {
        let denied = recorded(&context.ruling, unmet);
        for home in self.homes(context, &context.principal) {
            self.count(context, &home, away(&denied));
        }
        self.count(context, &context.scope, denied);
        if let Some(code) = unmet {
            self.alert_of_denial(context, &context.ruling, code);
        }
        Answer::Denied
    }

    fn count(&mut self, context: &Context, scope: &Scope, recorded: Recorded) {
        let known = self.kernel.state.tenants.has(&context.scope.tenant);
        let place = Place { scope, known };
        if let Some(recorded) = self.kernel.denials.take(recorded, place, self.now, DENIALS) {
            let author = Author {
                principal: context.principal.clone(),
                trace: Some(context.trace),
                mark: None,
            };
            self.record(scope, author, Event::DecisionRecorded(Box::new(recorded)));
        }
    }

    /// Where somebody comes from who acts in a tenant without a role of it: the home tenant, whose
    /// administrators act everywhere, or a bounded number of those where a role is held.
    fn homes(&self, context: &Context, principal: &Principal) -> Vec<Scope> {
        let (grants, tenant) = (&self.kernel.state.grants, &context.scope.tenant);
        if !grants.is_foreign(tenant, principal) {
            return Vec::new();
        }
        let homes = if grants.holds(HOME_TENANT, principal, ADMIN) {
            vec![HOME_TENANT.to_owned()]
        } else {
            grants.elsewhere(tenant, principal)
        };
        let scope = |tenant| Scope { tenant, ..Scope::default() };
        homes.into_iter().take(limits::EVIDENCE_TENANTS_MAX).map(scope).collect()
    }
}

fn recorded(ruling: &Ruling, unmet: Option<Code>) -> Recorded {
    let verdict = ruling.verdict.clone();
    let unmet = unmet.filter(|_| verdict.allow).map(Code::as_str).unwrap_or_default();
    Recorded {
        id: ruling.id,
        input: ruling.question.clone(),
        verdict,
        unmet: unmet.to_owned(),
        count: 1,
    }
}

/// A decision as another tenant may know it.
fn away(recorded: &Recorded) -> Recorded {
    let Recorded { id, input, verdict, unmet, count } = recorded;
    let tenant = &input.context.tenant_id;
    Recorded {
        id: *id,
        input: Question {
            subject: Subject {
                principal: input.subject.principal.clone(),
                roles: input.subject.roles.clone(),
                ..Subject::default()
            },
            action: input.action.clone(),
            resource: Resource { kind: input.resource.kind.clone(), ..Resource::default() },
            context: Situation {
                tenant_id: tenant.clone(),
                channel: input.context.channel.clone(),
                ..Situation::default()
            },
        },
        verdict: Verdict {
            allow: verdict.allow,
            reasons: vec![format!(
                "it was asked in tenant `{tenant}`, whose decisions have this one whole, with its reasons"
            )],
            risk: verdict.risk.clone(),
            bundle_revision: verdict.bundle_revision.clone(),
            cached: verdict.cached,
            ..Verdict::default()
        },
        unmet: unmet.clone(),
        count: *count,
    }
}

/// The same about somebody of that other tenant, decided by nobody of it.
fn of_guest(recorded: &Recorded, guest: &Principal) -> Recorded {
    let mut away = away(recorded);
    let principal = Principal::system().to_string();
    away.input.subject = Subject { principal, ..Subject::default() };
    away.input.resource.id = guest.to_string();
    away
}
