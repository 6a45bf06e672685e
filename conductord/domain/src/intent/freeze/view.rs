//! Every freeze, by its tenant and name.

use std::{collections::BTreeMap, sync::Arc};

use conductor_protocol::error_code::Code;

use super::{Freeze, State, Window, plan_of};
use crate::{
    Refusal,
    event::{Envelope, Event},
    intent::schedule::Plan,
    scope::Scope,
    time::Timestamp,
};

/// A freeze with the plan of its pattern.
#[derive(Debug, Clone)]
struct Known {
    freeze: Arc<Freeze>,
    plan: Option<Arc<Plan>>,
}

/// Freezes. Cheap to clone: each is shared.
#[derive(Debug, Clone, Default)]
pub struct Freezes {
    known: BTreeMap<String, BTreeMap<String, Known>>,
}

/// A freeze that holds something up.
#[derive(Debug, Clone)]
pub struct Hold {
    /// Which.
    pub freeze: Arc<Freeze>,
    /// Until when; none where nobody knows.
    pub until: Option<Timestamp>,
}

impl Freezes {
    /// Takes up a fact. Gives the names in the envelope's tenant that changed.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) -> Vec<String> {
        let tenant = &envelope.scope.tenant;
        let at = envelope.at;
        let (name, reach, window, reason, decision, stop) = match &envelope.event {
            Event::FreezeSet(event) => {
                let window = event.window.clone();
                (&event.name, &event.reach, window, &event.reason, event.decision, None)
            }
            Event::KillSwitched(event) => {
                let window = Window::Once { from: at, until: None };
                let stop = Some(event.stop);
                (&event.name, &event.reach, window, &event.reason, event.decision, stop)
            }
            Event::FreezeLifted(event) => {
                self.remove(tenant, &event.name);
                return vec![event.name.clone()];
            }
            _ => return Vec::new(),
        };
        // What is over makes room.
        let mut changed = self.forget_over(tenant, at);
        let freeze = Freeze {
            scope: envelope.scope.clone(),
            name: name.clone(),
            reach: reach.clone(),
            window,
            reason: reason.clone(),
            by: envelope.principal.clone(),
            at,
            seq,
            decision,
            stop,
        };
        changed.push(name.clone());
        self.insert(Arc::new(freeze));
        changed
    }

    fn forget_over(&mut self, tenant: &str, at: Timestamp) -> Vec<String> {
        let Some(named) = self.known.get_mut(tenant) else { return Vec::new() };
        let is_over = |known: &Known| known.state(at) == State::Over;
        let over = named.iter().filter(|(_, known)| is_over(known));
        let over: Vec<String> = over.map(|(name, _)| name.clone()).collect();
        named.retain(|_, known| !is_over(known));
        over
    }

    /// Takes up one as it is.
    pub fn insert(&mut self, freeze: Arc<Freeze>) {
        let named = self.known.entry(freeze.scope.tenant.clone()).or_default();
        let plan = plan_of(&freeze.window);
        named.insert(freeze.name.clone(), Known { freeze, plan });
    }

    /// Forgets one.
    pub fn remove(&mut self, tenant: &str, name: &str) {
        if let Some(named) = self.known.get_mut(tenant) {
            named.remove(name);
            if named.is_empty() {
                self.known.remove(tenant);
            }
        }
    }

    /// One of a tenant, over or not.
    #[must_use]
    pub fn get(&self, tenant: &str, name: &str) -> Option<&Arc<Freeze>> {
        self.find(tenant, name).map(|known| &known.freeze)
    }

    /// The plan of one with a pattern.
    #[must_use]
    pub fn plan(&self, tenant: &str, name: &str) -> Option<&Plan> {
        self.find(tenant, name)?.plan.as_deref()
    }

    fn find(&self, tenant: &str, name: &str) -> Option<&Known> {
        self.known.get(tenant)?.get(name)
    }

    /// Those of a tenant that hold or will, by name, and how they stand.
    #[must_use]
    pub fn of_tenant(&self, tenant: &str, now: Timestamp) -> Vec<(Arc<Freeze>, State)> {
        let all = self.known.get(tenant).into_iter().flat_map(BTreeMap::values);
        let states = all.map(|known| (Arc::clone(&known.freeze), known.state(now)));
        states.filter(|(_, state)| *state != State::Over).collect()
    }

    /// Every one, by tenant and name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Freeze>> {
        self.known.values().flat_map(BTreeMap::values).map(|known| &known.freeze)
    }

    /// Those that hold up runs of a workflow there now, by name.
    pub fn holding<'f>(
        &'f self,
        scope: &'f Scope,
        workflow: &'f str,
        now: Timestamp,
    ) -> impl Iterator<Item = Hold> + 'f {
        let all = self.known.get(&scope.tenant).into_iter().flat_map(BTreeMap::values);
        let there =
            all.filter(move |known| known.freeze.reach.covers(&scope.environment, workflow));
        there.filter_map(move |known| match known.state(now) {
            State::Holds(until) => Some(Hold { freeze: Arc::clone(&known.freeze), until }),
            State::Comes(_) | State::Over => None,
        })
    }

    /// What holds up the start of a run longest. What is `within` a run under way goes on with it,
    /// where the freeze reaches that run, too; what a kill switch stopped does not.
    #[must_use]
    pub fn hold(
        &self,
        scope: &Scope,
        workflow: &str,
        within: Option<&str>,
        now: Timestamp,
    ) -> Option<Hold> {
        let goes_on = |hold: &Hold| {
            let reaches = |above| hold.freeze.reach.covers(&scope.environment, above);
            hold.freeze.stop.is_none() && within.is_some_and(reaches)
        };
        let held = self.holding(scope, workflow, now).filter(|hold| !goes_on(hold));
        held.max_by_key(|hold| (hold.freeze.stop.is_some(), hold.until.is_none(), hold.until))
    }

    /// The kill switches that stop a run of a workflow there that began at this place of the ledger.
    pub fn stopping<'f>(
        &'f self,
        scope: &'f Scope,
        workflow: &'f str,
        began: u64,
    ) -> impl Iterator<Item = &'f Arc<Freeze>> + 'f {
        let all = self.known.get(&scope.tenant).into_iter().flat_map(BTreeMap::values);
        all.map(|known| &known.freeze).filter(move |freeze| {
            freeze.stops(began) && freeze.reach.covers(&scope.environment, workflow)
        })
    }
}

impl Known {
    fn state(&self, now: Timestamp) -> State {
        self.freeze.state(self.plan.as_deref(), now)
    }
}

impl Hold {
    /// That something does not start, and until when; `shown` writes a time for people.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let Freeze { name, reach, by, reason, stop, .. } = &*self.freeze;
        let what = if stop.is_some() { "the kill switch" } else { "a freeze" };
        let until = match self.until {
            Some(until) => format!("until {}", until.rfc3339()),
            None => "until it is lifted".to_owned(),
        };
        let message =
            format!("{} is frozen {until}, by {what} of {by} (`{name}`): {reason}", reach.words());
        let hint = format!(
            "it can be asked for again then; `conductor freeze lift {name} --reason …` asks two \
             others to lift it"
        );
        let until = self.until.map(Timestamp::rfc3339);
        let detail = serde_json::json!({
            "name": name, "reach": reach.path(), "path": self.freeze.path(), "until": until,
            "by": by, "killed": stop.is_some(),
        });
        Refusal::new(Code::Frozen, message, hint).with("freeze", detail.to_string())
    }
}
