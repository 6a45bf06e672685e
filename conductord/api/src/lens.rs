//! What may be seen of many things at once: of each what a look at it alone would show.
//!
//! A list or a tail is asked about as a whole, and what is in it may be of workflows whose data not
//! everybody may see. So policy is asked once for each workflow, in silence: nobody asked to see
//! just that.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use conductor_domain::scope::Scope;
use conductor_engine::obligations::{self, Effect, Proofs, Terms};

use crate::call::{Ask, Call, Version};

/// Workflows whose terms are remembered.
const WORKFLOWS_MAX: usize = 1_024;

/// Terms by workflow and version; none where nothing may be seen.
type Known = HashMap<(String, String), Option<Arc<Terms>>>;

/// See the module.
pub(crate) struct Lens {
    call: Call,
    scope: Scope,
    about: About,
    known: Mutex<(Version, Known)>,
}

/// What is seen.
struct About {
    action: &'static str,
    kind: &'static str,
    /// Name or id; empty for all of the kind.
    id: String,
    /// What can't be masked or filtered is seen whole or not at all.
    effect: Effect,
}

impl About {
    fn part(action: &'static str, kind: &'static str) -> Self {
        Self { action, kind, id: String::new(), effect: Effect::Show }
    }

    fn whole(action: &'static str, kind: &'static str) -> Self {
        Self { effect: Effect::ShowWhole, ..Self::part(action, kind) }
    }
}

impl Lens {
    /// For runs and whatever is said of them.
    pub(crate) fn on_runs(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::part("run.read", "run"))
    }

    /// For schedules.
    pub(crate) fn on_schedules(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::part("schedule.read", "schedule"))
    }

    /// For receipts, which are seen whole.
    pub(crate) fn on_receipts(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::whole("receipt.read", "receipt"))
    }

    /// For decisions. They and what follows belong to no workflow.
    pub(crate) fn on_decisions(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::part("decision.read", "decision"))
    }

    /// For who holds which role, and what is known of them.
    pub(crate) fn on_people(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::whole("identity.read", "identity"))
    }

    /// For the keys that people sign with.
    pub(crate) fn on_keys(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::whole("key.read", "key"))
    }

    /// For who is logged in.
    pub(crate) fn on_sessions(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::whole("session.read", "session"))
    }

    /// For what services act with.
    pub(crate) fn on_tokens(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::whole("token.read", "token"))
    }

    /// For the tenant itself.
    pub(crate) fn on_tenants(call: &Call, scope: &Scope) -> Self {
        let about = About::whole("tenant.read", "tenant");
        Self::new(call, scope, About { id: scope.tenant.clone(), ..about })
    }

    /// For policy's bundles.
    pub(crate) fn on_policy(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, About::whole("policy.read", "policy"))
    }

    fn new(call: &Call, scope: &Scope, about: About) -> Self {
        let (call, scope) = (call.clone(), scope.clone());
        Self { known: Mutex::new((call.version(&scope), Known::new())), call, scope, about }
    }

    /// How what belongs to a workflow may be seen; nothing where it may not be.
    pub(crate) fn terms(&self, workflow: &str, version: &str) -> Option<Arc<Terms>> {
        let rests_on = self.call.version(&self.scope);
        let key = (workflow.to_owned(), version.to_owned());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != rests_on || known.1.len() >= WORKFLOWS_MAX {
            *known = (rests_on, Known::new());
        }
        if let Some(terms) = known.1.get(&key) {
            return terms.clone();
        }
        let About { action, kind, id, effect } = &self.about;
        let ask = Ask { workflow: (workflow, version), ..Ask::one(action, kind, id) };
        let ruling = self.call.rule(&self.scope, ask);
        let terms = obligations::meet(&ruling, *effect, Proofs::default()).ok().map(Arc::new);
        known.1.insert(key, terms.clone());
        terms
    }
}
