//! Answers by the exact question, for a short time. Policy sees nothing but the question, so the
//! same question has the same answer for as long as the bundle is the same.

use std::{
    collections::HashMap,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use conductor_protocol::verdict::{Question, Verdict};

use crate::bundle::QUESTION_BYTES_MAX;

/// How long an answer is repeated.
pub(crate) const TTL: Duration = Duration::from_secs(60);
/// Answers that are kept.
pub(crate) const ANSWERS_MAX: usize = 4_096;

/// Bytes of all questions that answers are kept for.
pub(crate) const BYTES_MAX: usize = 16 * 1024 * 1024;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    answers: HashMap<Question, (Instant, Verdict)>,
    bytes: usize,
}

impl Cache {
    /// The answer given before, unless it is too old or of another bundle.
    pub(crate) fn get(&self, question: &Question, revision: &str, now: Instant) -> Option<Verdict> {
        let (at, verdict) = self.lock().answers.get(question).cloned()?;
        let fresh = now.saturating_duration_since(at) < TTL && verdict.bundle_revision == revision;
        fresh.then_some(Verdict { cached: true, ..verdict })
    }

    /// Keeps an answer. When there are too many all are dropped: asking again is cheap. What is too
    /// large for a question was denied unread, which is cheaper yet.
    pub(crate) fn put(&self, question: Question, verdict: Verdict, now: Instant) {
        let bytes = size(&question);
        if bytes > QUESTION_BYTES_MAX {
            return;
        }
        let mut known = self.lock();
        if known.answers.len() >= ANSWERS_MAX || known.bytes + bytes > BYTES_MAX {
            *known = Known::default();
        }
        known.bytes += bytes;
        known.answers.insert(question, (now, verdict));
    }

    /// Drops everything.
    pub(crate) fn clear(&self) {
        *self.lock() = Known::default();
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes of a question's JSON, which is about what it takes.
fn size(question: &Question) -> usize {
    let mut counted = Counted(0);
    serde_json::to_writer(&mut counted, question).ok();
    counted.0
}

/// Counts what is written to it.
struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
