//! What becomes of each of many that one question is asked about, and the words that count them.

use std::collections::BTreeMap;

use super::shared::{Look, Shared};
use crate::widget::pad;

/// Reasons told above the items; these have each.
const REASONS_TOLD: usize = 3;
/// Columns of the word on an item.
const VERDICT: usize = 14;

/// What becomes of one that is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    /// Policy asks for this besides.
    Asks(String),
    /// Policy has not been heard: the daemon asks it.
    Unknown,
    /// Nothing is done to it, and why.
    LeftOut(String),
}

impl Verdict {
    /// Policy's word on something, as far as it is known.
    pub(crate) fn of(policy: &str, resource: &str, shared: &Shared) -> Self {
        match shared.verdicts.get(&(policy.to_owned(), resource.to_owned())) {
            None => Self::Unknown,
            Some(Ok(besides)) if besides.is_empty() => Self::Allowed,
            Some(Ok(besides)) => Self::Asks(besides.clone()),
            Some(Err(reason)) if reason.is_empty() => Self::LeftOut("policy denies it".to_owned()),
            Some(Err(reason)) => Self::LeftOut(format!("policy: {reason}")),
        }
    }

    pub(crate) const fn is_left_out(&self) -> bool {
        matches!(self, Self::LeftOut(_))
    }

    /// The shape and the word that an item begins with, so that they are never cut.
    pub(crate) fn head(&self, look: &Look) -> String {
        let g = look.glyphs;
        let (shape, word) = match self {
            Self::Allowed => (g.succeeded, "allowed"),
            Self::Asks(_) => (g.held, "conditions"),
            Self::Unknown => (g.waiting, "not judged yet"),
            Self::LeftOut(_) => (g.skipped, "left out"),
        };
        format!("{shape} {}", pad(word, VERDICT, g.ellipsis))
    }

    /// Why it is left out, or what is asked for besides; empty for nothing.
    pub(crate) fn why(&self) -> &str {
        match self {
            Self::Asks(why) | Self::LeftOut(why) => why,
            Self::Allowed | Self::Unknown => "",
        }
    }
}

/// How many, and what policy says of them.
pub(crate) fn counts<T>(goes: &[(T, Verdict)], left_out: usize) -> String {
    let of = |wanted: fn(&Verdict) -> bool| goes.iter().filter(|(_, it)| wanted(it)).count();
    let parts = [
        (of(|it| matches!(it, Verdict::Allowed)), "allowed"),
        (of(|it| matches!(it, Verdict::Asks(_))), "with conditions"),
        (of(|it| matches!(it, Verdict::Unknown)), "not judged yet"),
    ];
    let parts = parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}"));
    let parts = parts.collect::<Vec<_>>().join(", ");
    format!("{} of {} marked: {parts}", goes.len(), goes.len() + left_out)
}

/// Why some are left out, the commonest first.
pub(crate) fn reasons<T>(left_out: &[(T, Verdict)]) -> String {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, verdict) in left_out {
        *counted.entry(verdict.why()).or_default() += 1;
    }
    let mut counted: Vec<(&str, usize)> = counted.into_iter().collect();
    counted.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let more = counted.len().saturating_sub(REASONS_TOLD);
    let told = counted.iter().take(REASONS_TOLD).map(|(why, n)| format!("{n} ({why})"));
    let told = told.collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{told}, and for {more} more reasons") } else { told }
}
