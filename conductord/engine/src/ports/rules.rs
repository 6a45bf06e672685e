//! What the kernel asks policy by itself: whether the owner of a schedule may still start its run.

use conductor_policy::Guard;
use conductor_protocol::verdict::{Question, Verdict};

/// Decides what is asked, from any thread.
pub trait Rules: std::fmt::Debug + Send + Sync {
    /// Policy's answer. It never fails: a fault is a denial that says so.
    fn decide(&self, question: &Question) -> Verdict;
}

impl Rules for Guard {
    fn decide(&self, question: &Question) -> Verdict {
        Self::decide(self, question)
    }
}
