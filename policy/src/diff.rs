//! What two bundles answer differently.

use conductor_protocol::verdict::{Obligation, Question, Verdict};
use serde::Serialize;

use crate::bundle::Bundle;

/// How an answer changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was allowed.
    Denied,
    /// It was denied.
    Allowed,
    /// It is allowed as before, with other obligations.
    Obligations,
    /// Only the risk is another.
    Risk,
}

/// How an answer differs from the one before; reasons may differ without anything changing.
#[must_use]
pub fn change(before: &Verdict, after: &Verdict) -> Option<Change> {
    let enforced = |verdict: &Verdict| -> Vec<Obligation> {
        let enforced = verdict.obligations.iter().filter(|obligation| !obligation.is_advice());
        enforced.cloned().collect()
    };
    match (before.allow, after.allow) {
        (true, false) => Some(Change::Denied),
        (false, true) => Some(Change::Allowed),
        (true, true) if enforced(before) != enforced(after) => Some(Change::Obligations),
        _ if before.risk != after.risk => Some(Change::Risk),
        _ => None,
    }
}

/// A question that two bundles answer differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What the question is called.
    pub name: String,
    /// How the answer changes.
    pub change: Change,
    /// What was asked.
    pub question: Question,
    /// The answer of the one bundle.
    pub before: Verdict,
    /// The answer of the other.
    pub after: Verdict,
}

/// Asks both, and tells where they differ. The questions have names for people: those of scenarios,
/// or of the cells of the matrix.
pub fn diff<Questions>(before: &Bundle, after: &Bundle, questions: Questions) -> Vec<Difference>
where
    Questions: IntoIterator<Item = (String, Question)>,
{
    let mut found = Vec::new();
    for (name, question) in questions {
        let (was, is) = (before.decide(&question), after.decide(&question));
        if let Some(change) = change(&was, &is) {
            found.push(Difference { name, change, question, before: was, after: is });
        }
    }
    found
}
