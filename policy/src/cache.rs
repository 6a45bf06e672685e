//! Answers by the exact question, for a short time. Policy sees nothing but the question, so the
//! same question has the same answer for as long as the bundle is the same.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use conductor_protocol::verdict::{Question, Verdict};

/// How long an answer is repeated.
pub(crate) const TTL: Duration = Duration::from_secs(60);
/// Answers that are kept.
pub(crate) const ANSWERS_MAX: usize = 4_096;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    answers: Mutex<HashMap<Question, (Instant, Verdict)>>,
}

impl Cache {
    /// The answer given before, unless it is too old or of another bundle.
    pub(crate) fn get(&self, question: &Question, revision: &str, now: Instant) -> Option<Verdict> {
        let (at, verdict) = self.lock().get(question).cloned()?;
        let fresh = now.saturating_duration_since(at) < TTL && verdict.bundle_revision == revision;
        fresh.then_some(Verdict { cached: true, ..verdict })
    }

    /// Keeps an answer. When there are too many all are dropped: asking again is cheap.
    pub(crate) fn put(&self, question: Question, verdict: Verdict, now: Instant) {
        let mut answers = self.lock();
        if answers.len() >= ANSWERS_MAX {
            answers.clear();
        }
        answers.insert(question, (now, verdict));
    }

    /// Drops everything.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Question, (Instant, Verdict)>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
