//! The guard: asked before every action, from any thread.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use arc_swap::ArcSwap;
use conductor_protocol::verdict::{Obligation, Question, Verdict};
use regorus::{Value, rvm::RegoVM};
use serde::Deserialize;

use crate::{
    bundle::{Bundle, ENTRY_POINT, PolicyError},
    cache::Cache,
};

/// Instructions of one evaluation. They are counted and not timed: a thread that the system pauses
/// in the middle of an answer gives the same answer, later.
const INSTRUCTIONS_MAX: usize = 500_000;
/// Machines that wait to be used again; more are made when more threads ask at once.
const IDLE_MACHINES_MAX: usize = 16;

/// What the entry point gives.
#[derive(Debug, Deserialize)]
struct Given {
    allow: bool,
    reasons: Vec<String>,
    #[serde(default)]
    obligations: Vec<Obligation>,
    risk: String,
}

/// A bundle with machines that run it.
#[derive(Debug)]
struct Deployed {
    bundle: Bundle,
    idle: Mutex<Vec<RegoVM>>,
}

impl Deployed {
    fn new(bundle: Bundle) -> Self {
        Self { bundle, idle: Mutex::default() }
    }

    fn machine(&self) -> RegoVM {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| {
            let mut machine = RegoVM::new();
            machine.load_program(Arc::clone(&self.bundle.program));
            machine.set_max_instructions(INSTRUCTIONS_MAX);
            machine
        })
    }

    fn evaluate(&self, input: Value) -> Result<Given, String> {
        let mut machine = self.machine();
        machine.set_input(input);
        let given = machine
            .execute_entry_point_by_name(ENTRY_POINT)
            .map_err(|error| error.to_string())
            .and_then(|value| read(&value));
        // A machine that failed is not used again.
        if given.is_ok() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE_MACHINES_MAX {
                idle.push(machine);
            }
        }
        given
    }
}

fn read(value: &Value) -> Result<Given, String> {
    let json = value.to_json_str().map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

/// See the module.
#[derive(Debug)]
pub struct Guard {
    deployed: ArcSwap<Deployed>,
    cache: Cache,
}

impl Guard {
    /// A guard that decides by this bundle.
    #[must_use]
    pub fn new(bundle: Bundle) -> Self {
        Self { deployed: ArcSwap::from_pointee(Deployed::new(bundle)), cache: Cache::default() }
    }

    /// A guard that decides by the built-in bundle.
    ///
    /// # Errors
    /// Never with a released program: a test compiles it.
    pub fn embedded() -> Result<Self, PolicyError> {
        Bundle::embedded().map(Self::new)
    }

    /// A guard that decides by a folder's bundle.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn from_dir(folder: &Path) -> Result<Self, PolicyError> {
        Bundle::from_dir(folder).map(Self::new)
    }

    /// Decides by another bundle from here on.
    pub fn replace(&self, bundle: Bundle) {
        self.deployed.store(Arc::new(Deployed::new(bundle)));
        self.cache.clear();
    }

    /// Takes the bundle up again from a folder. One that can't be used changes nothing.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn reload(&self, folder: &Path) -> Result<(), PolicyError> {
        Bundle::from_dir(folder).map(|bundle| self.replace(bundle))
    }

    /// Revision of the bundle that decides.
    #[must_use]
    pub fn revision(&self) -> Arc<str> {
        Arc::clone(self.deployed.load().bundle.revision())
    }

    /// Decides. Never fails: a fault is a denial that says so.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Verdict {
        self.decide_at(question, now())
    }

    /// As [`Guard::decide`], at a given time: answers are repeated for a minute.
    #[must_use]
    pub fn decide_at(&self, question: &Question, now: Instant) -> Verdict {
        let deployed = self.deployed.load_full();
        let revision = deployed.bundle.revision();
        if let Some(known) = self.cache.get(question, revision, now) {
            return known;
        }
        let verdict = verdict(&deployed, question);
        self.cache.put(question.clone(), verdict.clone(), now);
        verdict
    }
}

fn verdict(deployed: &Deployed, question: &Question) -> Verdict {
    let given = serde_json::to_string(question)
        .map_err(|error| error.to_string())
        .and_then(|json| Value::from_json_str(&json).map_err(|error| error.to_string()))
        .and_then(|input| deployed.evaluate(input));
    let given = given.unwrap_or_else(|problem| Given {
        allow: false,
        reasons: vec![format!("the policy could not be evaluated: {problem}; mend the bundle")],
        obligations: Vec::new(),
        risk: "high".into(),
    });
    let mut verdict = Verdict {
        allow: given.allow,
        reasons: given.reasons,
        obligations: given.obligations,
        risk: given.risk,
        bundle_revision: deployed.bundle.revision().to_string(),
        cached: false,
        ..Verdict::default()
    };
    // An obligation that nobody meets would be a permission without its condition.
    let unknown = verdict.obligations.iter().find(|obligation| !obligation.is_known());
    if let Some(unknown) = unknown.filter(|_| verdict.allow) {
        let kind = unknown.kind();
        let said = format!("the obligation `{kind}` is not one that is known, so it is denied");
        verdict.reasons.push(said);
        verdict.allow = false;
    }
    verdict
}

/// The age of cached answers is the only thing here that looks at a clock.
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
