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

use crate::call::{Ask, Call};

/// Workflows whose terms are remembered.
const WORKFLOWS_MAX: usize = 1_024;

/// Terms by workflow and version; none where nothing may be seen.
type Known = HashMap<(String, String), Option<Arc<Terms>>>;

/// See the module.
pub(crate) struct Lens {
    call: Call,
    scope: Scope,
    /// The action and the kind of what is seen.
    about: (&'static str, &'static str),
    known: Mutex<(Arc<str>, Known)>,
}

impl Lens {
    /// For runs and whatever is said of them.
    pub(crate) fn on_runs(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, ("run.read", "run"))
    }

    /// For schedules.
    pub(crate) fn on_schedules(call: &Call, scope: &Scope) -> Self {
        Self::new(call, scope, ("schedule.read", "schedule"))
    }

    fn new(call: &Call, scope: &Scope, about: (&'static str, &'static str)) -> Self {
        let (call, scope) = (call.clone(), scope.clone());
        Self { known: Mutex::new((call.api.guard().revision(), Known::new())), call, scope, about }
    }

    /// How what belongs to a workflow may be seen; nothing where it may not be.
    pub(crate) fn terms(&self, workflow: &str, version: &str) -> Option<Arc<Terms>> {
        let revision = self.call.api.guard().revision();
        let key = (workflow.to_owned(), version.to_owned());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != revision || known.1.len() >= WORKFLOWS_MAX {
            *known = (revision, Known::new());
        }
        if let Some(terms) = known.1.get(&key) {
            return terms.clone();
        }
        let (action, kind) = self.about;
        let ask = Ask { workflow: (workflow, version), ..Ask::all(action, kind) };
        let ruling = self.call.rule(&self.scope, ask);
        let terms = obligations::meet(&ruling, Effect::Show, Proofs::default()).ok().map(Arc::new);
        known.1.insert(key, terms.clone());
        terms
    }
}
