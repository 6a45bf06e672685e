//! The guard: asked before every action, from any thread.

use std::{path::Path, sync::Arc, time::Instant};

use arc_swap::ArcSwap;
use conductor_protocol::verdict::{Question, Verdict};

use crate::{
    bundle::{Bundle, PolicyError},
    cache::Cache,
};

/// See the module.
#[derive(Debug)]
pub struct Guard {
    deployed: ArcSwap<Bundle>,
    cache: Cache,
}

impl Guard {
    /// A guard that decides by this bundle.
    #[must_use]
    pub fn new(bundle: Bundle) -> Self {
        Self { deployed: ArcSwap::from_pointee(bundle), cache: Cache::default() }
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
        self.deployed.store(Arc::new(bundle));
        self.cache.clear();
    }

    /// Takes the bundle up again from a folder. One that can't be used changes nothing.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn reload(&self, folder: &Path) -> Result<(), PolicyError> {
        Bundle::from_dir(folder).map(|bundle| self.replace(bundle))
    }

    /// The bundle that decides.
    #[must_use]
    pub fn bundle(&self) -> Arc<Bundle> {
        self.deployed.load_full()
    }

    /// Revision of the bundle that decides.
    #[must_use]
    pub fn revision(&self) -> Arc<str> {
        Arc::clone(self.deployed.load().revision())
    }

    /// Decides. Never fails: a fault is a denial that says so.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Verdict {
        self.decide_at(question, now())
    }

    /// As [`Guard::decide`], at a given time: answers are repeated for a minute.
    #[must_use]
    pub fn decide_at(&self, question: &Question, now: Instant) -> Verdict {
        // One bundle from the first look to the last, whatever is deployed meanwhile.
        let bundle = self.deployed.load_full();
        if let Some(known) = self.cache.get(question, bundle.revision(), now) {
            return known;
        }
        let verdict = bundle.decide(question);
        self.cache.put(question.clone(), verdict.clone(), now);
        verdict
    }
}

/// The age of cached answers is the only thing here that looks at a clock.
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
