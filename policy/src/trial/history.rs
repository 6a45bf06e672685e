//! Decisions that were made, asked again of a candidate.

use std::cmp::Reverse;

use conductor_protocol::{
    v1,
    verdict::{Question, Verdict},
};

use super::{answer, word};
use crate::{
    bundle::Bundle,
    replay::{self, FLIPS_MAX, Past},
};

/// A decision that was made.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its id; may be empty.
    pub id: String,
    /// When, as the wire has it.
    pub at: Option<pbjson_types::Timestamp>,
    /// What was asked.
    pub question: Question,
    /// What was answered.
    pub verdict: Verdict,
    /// How often, as one record may stand for many.
    pub count: u64,
}

/// The decisions of a span of time.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// In the order in which they are to be told.
    pub decisions: Vec<Asked>,
    /// Where the span begins.
    pub since: Option<pbjson_types::Timestamp>,
    /// It holds more than are here.
    pub cut: bool,
}

/// Which of them a candidate would decide otherwise, and for whom.
#[must_use]
pub fn replay(candidate: &Bundle, history: &History) -> (Vec<v1::PolicyFlip>, v1::PolicyReplay) {
    let decisions = &history.decisions;
    // A flip is told by its place: ids may be missing, and tell nothing of the time.
    let places: Vec<String> = (0..decisions.len()).map(|place| place.to_string()).collect();
    let past = decisions.iter().zip(&places).map(|(asked, place)| Past {
        id: place,
        question: &asked.question,
        verdict: &asked.verdict,
        count: asked.count,
    });
    let found = replay::replay(candidate, past);
    let flips = found.flips.iter().filter_map(|flip| {
        let asked = decisions.get(flip.id.parse::<usize>().ok()?)?;
        Some(v1::PolicyFlip {
            id: asked.id.clone(),
            at: asked.at,
            principal: flip.principal.clone(),
            action: flip.action.clone(),
            resource: flip.resource.clone(),
            count: flip.count,
            change: word(flip.change).to_owned(),
            before: Some(answer(&flip.before)),
            after: Some(answer(&flip.after)),
        })
    });
    let mut principals: Vec<v1::PolicyFlipped> = found
        .principals
        .iter()
        .flat_map(|(principal, changes)| {
            changes.iter().map(|(change, count)| v1::PolicyFlipped {
                principal: principal.clone(),
                change: word(*change).to_owned(),
                count: *count,
            })
        })
        .collect();
    principals.sort_by_key(|flipped| Reverse(flipped.count));
    let summary = v1::PolicyReplay {
        decisions: found.decisions,
        flipped: found.flipped,
        principals,
        since: history.since,
        cut: history.cut,
        flips_cut: found.flips.len() >= FLIPS_MAX,
        bundle_revision: candidate.revision().to_string(),
    };
    (flips.collect(), summary)
}
