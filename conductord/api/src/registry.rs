//! The registry that published workflows are: what a list of them is narrowed down to, which come first, and
//! when each was last seen to work.

use std::{cmp::Reverse, sync::Arc};

use conductor_domain::intent::workflow::{Rehearsal, Workflow};
use conductor_protocol::{manifest::MediaType, v1};

use crate::{
    call::Call,
    convert::time,
    failure::{Failure, Outcome},
    limits::{SEARCH_TAGS_MAX, SEARCH_TEXT_BYTES_MAX, SEARCH_WORDS_MAX},
    request, workflows,
};

/// What a list is narrowed down to.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// In lower case; all of them are found in what is shown.
    words: Vec<String>,
    tags: Vec<String>,
    owner: String,
    stale_ms: u64,
}

/// How much it weighs where a word is found.
mod weight {
    pub(super) const NAME_ITSELF: u32 = 100;
    pub(super) const NAME: u32 = 20;
    pub(super) const TITLE: u32 = 10;
    pub(super) const TAG: u32 = 8;
    pub(super) const OWNER: u32 = 5;
    pub(super) const DESCRIPTION: u32 = 3;
    pub(super) const TEXT: u32 = 1;
}

impl Wanted {
    /// What a request asks for.
    pub(crate) fn of(request: &v1::ListWorkflowsRequest) -> Outcome<Self> {
        let text = request::text("text", request.text.clone())?;
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        if words.len() > SEARCH_WORDS_MAX {
            let message = format!("{} words, and {SEARCH_WORDS_MAX} are looked for", words.len());
            return Err(Failure::invalid(message, "leave the plainest out"));
        }
        if request.tags.len() > SEARCH_TAGS_MAX {
            let message = format!("{} tags, and {SEARCH_TAGS_MAX} are taken", request.tags.len());
            return Err(Failure::invalid(message, "name fewer"));
        }
        let tags = request.tags.iter().map(|tag| request::text("tag", tag.clone()));
        Ok(Self {
            words,
            tags: tags.collect::<Outcome<_>>()?,
            owner: request::text("owner", request.owner.clone())?,
            stale_ms: request.stale_ms,
        })
    }

    /// The workflows that are wanted, the best first where words are looked for; and whether some text was
    /// left out of the search.
    pub(crate) fn narrow(&self, call: &Call, rows: &mut Vec<Arc<Workflow>>) -> bool {
        rows.retain(|row| {
            let manifest = &row.manifest;
            let owned = self.owner.is_empty() || manifest.owners.contains(&self.owner);
            owned && self.tags.iter().all(|tag| manifest.tags.contains(tag))
        });
        if self.stale_ms > 0 {
            let known = Known::of(call);
            let fresh_from = call.engine().now() - self.stale_ms;
            rows.retain(|row| known.newest(row).is_none_or(|found| found.at < fresh_from));
        }
        if self.words.is_empty() {
            return false;
        }
        let mut room = SEARCH_TEXT_BYTES_MAX;
        let mut partial = false;
        let mut ranked: Vec<(Reverse<u32>, Arc<Workflow>)> = Vec::new();
        for row in rows.drain(..) {
            let text = text(&row, &mut room, &mut partial);
            let score = self.words.iter().try_fold(0, |sum, word| {
                Some(sum + weigh(&row, &text, word)).filter(|next| *next > sum)
            });
            ranked.extend(score.map(|score| (Reverse(score), row)));
        }
        // Stable: what weighs the same stays in the order of names.
        ranked.sort_by_key(|(score, _)| *score);
        rows.extend(ranked.into_iter().map(|(_, row)| row));
        partial
    }
}

/// How much a word weighs in a workflow; nothing where it is not found.
fn weigh(row: &Workflow, text: &str, word: &str) -> u32 {
    let manifest = &row.manifest;
    let name = manifest.name.to_lowercase();
    let has = |field: &str| field.to_lowercase().contains(word);
    let found = [
        (name == word, weight::NAME_ITSELF),
        (name.contains(word), weight::NAME),
        (has(&manifest.title), weight::TITLE),
        (manifest.tags.iter().any(|tag| has(tag)), weight::TAG),
        (manifest.owners.iter().any(|owner| has(owner)), weight::OWNER),
        (has(&manifest.description), weight::DESCRIPTION),
        (text.contains(word), weight::TEXT),
    ];
    found.iter().filter(|(found, _)| *found).map(|(_, weight)| weight).sum()
}

/// The text of a runbook in Markdown, in lower case, while there is room for it.
fn text(row: &Workflow, room: &mut usize, partial: &mut bool) -> String {
    let source = row.provenance.source.as_deref();
    let Some(source) = source.filter(|source| source.media_type == MediaType::Markdown) else {
        return String::new();
    };
    if source.text.len() > *room {
        *partial = true;
        return String::new();
    }
    *room -= source.text.len();
    source.text.to_lowercase()
}

/// When workflows were last seen to work, by what policy says of environments now.
pub(crate) struct Known<'c> {
    call: &'c Call,
    not_production: Vec<String>,
}

impl<'c> Known<'c> {
    pub(crate) fn of(call: &'c Call) -> Self {
        Self { call, not_production: call.api.guard().bundle().not_production() }
    }

    fn newest(&self, row: &Workflow) -> Option<Rehearsal> {
        let known = self.call.engine().views().rehearsed(&row.scope.tenant, &row.manifest.name)?;
        let is_production = |place: &str| !self.not_production.iter().any(|name| name == place);
        known.newest(is_production).cloned()
    }

    /// The same for the wire.
    pub(crate) fn rehearsed(&self, row: &Workflow) -> Option<v1::Rehearsal> {
        self.newest(row).map(|found| v1::Rehearsal {
            run_id: found.run.to_string(),
            version: found.version,
            at: Some(time(found.at)),
            environment: found.environment,
            declared: found.declared,
        })
    }

    /// A workflow as lists show it.
    pub(crate) fn listed(&self, row: &Workflow) -> v1::Workflow {
        v1::Workflow { rehearsed: self.rehearsed(row), ..workflows::listed(self.call, row) }
    }
}
