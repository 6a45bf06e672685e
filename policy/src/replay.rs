//! Decisions that were made, asked again of a candidate: which would flip, and for whom.

use std::collections::{BTreeMap, HashMap};

use conductor_protocol::verdict::{Question, Verdict};
use serde::Serialize;

use crate::{
    bundle::Bundle,
    diff::{Change, change},
};

/// Flips that are told one by one; more are only counted.
pub const FLIPS_MAX: usize = 10_000;

/// A decision that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past<'a> {
    /// Its id; may be empty.
    pub id: &'a str,
    /// What was asked.
    pub question: &'a Question,
    /// What was answered.
    pub verdict: &'a Verdict,
    /// How often, as one record may stand for many.
    pub count: u64,
}

/// A decision that the candidate would make differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flip {
    /// The decision's id.
    pub id: String,
    /// Who had asked.
    pub principal: String,
    /// In which tenant.
    pub tenant: String,
    /// For what.
    pub action: String,
    /// Of what.
    pub resource: String,
    /// How often.
    pub count: u64,
    /// How the answer would change.
    pub change: Change,
    /// What was answered.
    pub before: Verdict,
    /// What would be.
    pub after: Verdict,
}

/// What a candidate would have answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// Decisions that were asked again, each as often as it was made.
    pub decisions: u64,
    /// Those of them that would flip.
    pub flipped: u64,
    /// The records that would flip, in the order in which they came, [`FLIPS_MAX`] of them.
    pub flips: Vec<Flip>,
    /// How many decisions would flip for each principal.
    pub principals: BTreeMap<String, BTreeMap<Change, u64>>,
}

/// Asks a candidate again what was asked before. Nothing is recorded and nothing is done: the
/// answers depend on the questions alone.
pub fn replay<'a, Records>(candidate: &Bundle, records: Records) -> Replay
where
    Records: IntoIterator<Item = Past<'a>>,
{
    let mut replay = Replay::default();
    let mut answers: HashMap<&Question, Verdict> = HashMap::new();
    for past in records {
        let asked = || candidate.decide(past.question);
        let after = answers.entry(past.question).or_insert_with(asked);
        replay.decisions += past.count;
        let Some(change) = change(past.verdict, after) else { continue };
        replay.flipped += past.count;
        let principal = past.question.subject.principal.clone();
        let changes = replay.principals.entry(principal.clone()).or_default();
        *changes.entry(change).or_default() += past.count;
        if replay.flips.len() < FLIPS_MAX {
            replay.flips.push(Flip {
                id: past.id.to_owned(),
                principal,
                tenant: past.question.context.tenant_id.clone(),
                action: past.question.action.clone(),
                resource: past.question.resource.id.clone(),
                count: past.count,
                change,
                before: past.verdict.clone(),
                after: after.clone(),
            });
        }
    }
    replay
}
