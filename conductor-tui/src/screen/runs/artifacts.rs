//! What a run left behind, and what others brought to it: listed, looked at, saved. What comes is checked
//! against the digest of its record.

use conductor_protocol::{
    needles::Needles,
    v1::{
        ArtifactRecord, ArtifactSignature, DownloadArtifactRequest, ListArtifactsRequest,
        ListArtifactsResponse,
    },
};

use crate::{
    app::{
        Answer, Effect, Fault, Feed, FeedId, FeedNews, Fetch, Fetched, Level, Query, Shared, Ticket,
    },
    screen::{Intent, Tab},
    widget::{Scroll, Sheet, Target, bytes},
};

/// Artifacts asked for at once, and kept.
const PAGE_ROWS: u32 = 200;
const ROWS_MAX: usize = 1_000;
/// Bytes from which on an artifact is only saved: what is looked at is read to its end.
pub(super) const LOOKED_AT_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What came of looking at an artifact, or of saving it.
#[derive(Debug, Default)]
pub(super) enum Content {
    #[default]
    Unasked,
    /// So many bytes of so many are here; none where it is not known.
    Coming(u64, u64),
    /// All of it is here, and its digest is the one that was recorded.
    Here {
        text: Option<String>,
        cut: bool,
    },
    Fault(Fault),
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Artifacts {
    pub(super) run_id: String,
    /// Newest first.
    rows: Vec<ArtifactRecord>,
    /// Places of those that the filter shows.
    shown: Vec<usize>,
    pub(super) filter: String,
    /// The run has more than are kept here.
    pub(super) more: bool,
    pub(super) loaded: bool,
    pub(super) fault: Option<Fault>,
    pub(super) scroll: Scroll,
    pub(super) sheet: Sheet,
    pub(super) content: Content,
    /// What is read now, and whether it is saved.
    feed: Option<(FeedId, bool)>,
    /// The one that the cursor is to go to when the list is here, by its name.
    wanted: Option<String>,
    /// Answers to questions of before are thrown away.
    generation: u64,
}

impl Artifacts {
    /// Those that the filter shows.
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &ArtifactRecord> {
        self.shown.iter().map(|at| &self.rows[*at])
    }

    /// How many are kept, whatever the filter.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn row(&self, at: usize) -> Option<&ArtifactRecord> {
        self.rows.get(*self.shown.get(at)?)
    }

    pub(super) fn selected(&self) -> Option<&ArtifactRecord> {
        self.row(self.scroll.cursor)
    }

    /// Shows only what has every word somewhere in its record. The cursor stays where that is shown.
    pub(super) fn set_filter(&mut self, filter: &str) -> Vec<Intent> {
        let before = self.selected().map(|one| one.artifact_id.clone());
        filter.clone_into(&mut self.filter);
        self.narrow();
        let same = self.rows().position(|one| Some(&one.artifact_id) == before.as_ref());
        self.scroll.cursor = same.unwrap_or_default();
        if same.is_some() { Vec::new() } else { self.moved() }
    }

    fn narrow(&mut self) {
        let needles = Needles::new(&self.filter);
        let has = |one: &ArtifactRecord| {
            let word = signature(one.signature());
            let gone = if one.expired.is_some() { "removed" } else { "" };
            let parts = [&*one.name, &one.kind, &one.digest, &one.artifact_id, &one.task_id];
            needles.matches(&format!("{} {} {word} {gone}", parts.join(" "), proves(one)))
        };
        self.shown = (0..self.rows.len()).filter(|at| has(&self.rows[*at])).collect();
    }

    /// Something is being written to a file.
    pub(super) const fn saves(&self) -> bool {
        matches!(self.feed, Some((_, true)))
    }

    /// Begins with the artifacts of a run; what is known of the same run stays until the answer.
    pub(super) fn begin(
        &mut self,
        run_id: &str,
        name: Option<&str>,
        shared: &Shared,
    ) -> Vec<Intent> {
        let mut intents = self.stop();
        if self.run_id != run_id {
            let generation = self.generation;
            *self = Self { run_id: run_id.to_owned(), generation, ..Self::default() };
        }
        self.generation += 1;
        self.fault = None;
        self.wanted = name.map(str::to_owned);
        intents.extend(self.ask(String::new(), shared));
        intents
    }

    fn ask(&self, page_token: String, shared: &Shared) -> Option<Intent> {
        let request = ListArtifactsRequest {
            scope: Some(shared.scope.clone()),
            run_id: self.run_id.clone(),
            page_size: PAGE_ROWS,
            page_token,
            ..<_>::default()
        };
        let ticket = Ticket::Screen(Tab::Runs, self.generation);
        let ask = Effect::Ask(ticket, Query::Artifacts(request));
        shared.link.is_live().then_some(Intent::Do(ask))
    }

    /// Takes a page of the list.
    pub(super) fn reply(
        &mut self,
        generation: u64,
        answer: Result<Answer, Fault>,
        shared: &Shared,
    ) -> Option<Intent> {
        if generation != self.generation {
            return None;
        }
        match answer {
            Ok(Answer::Artifacts(page)) => self.take(*page, shared),
            Ok(_) => None,
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }

    fn take(&mut self, page: ListArtifactsResponse, shared: &Shared) -> Option<Intent> {
        // The first page of a list that is read again takes the place of what was there.
        if self.loaded {
            self.rows.clear();
            self.loaded = false;
        }
        self.rows.extend(page.artifacts);
        let over = self.rows.len() > ROWS_MAX;
        self.rows.truncate(ROWS_MAX);
        self.more = over || !page.next_page_token.is_empty();
        self.narrow();
        if !page.next_page_token.is_empty() && self.rows.len() < ROWS_MAX {
            return self.ask(page.next_page_token, shared);
        }
        self.loaded = true;
        let wanted = self.wanted.take();
        let at = wanted.and_then(|name| self.rows().position(|one| one.name == name));
        let cursor = at.unwrap_or(self.scroll.cursor).min(self.shown.len().saturating_sub(1));
        if cursor != self.scroll.cursor {
            (self.content, self.sheet) = (Content::Unasked, Sheet::default());
        }
        self.scroll.cursor = cursor;
        None
    }

    /// The cursor went to another one: what was read of the one before is let go.
    pub(super) fn moved(&mut self) -> Vec<Intent> {
        (self.content, self.sheet) = (Content::Unasked, Sheet::default());
        // What is saved goes on.
        if self.saves() { Vec::new() } else { self.stop() }
    }

    /// Stops what is read; what was begun to be saved is removed again.
    pub(super) fn stop(&mut self) -> Vec<Intent> {
        if self.feed.is_some() {
            self.content = Content::Unasked;
        }
        self.feed.take().map(|(id, _)| Intent::Do(Effect::Unwatch(id))).into_iter().collect()
    }

    /// Why the chosen one can't be read.
    pub(super) fn not_read(&self) -> Option<&'static str> {
        let chosen = self.selected()?;
        if chosen.expired.is_some() {
            return Some("its content was removed; its record and digest stay");
        }
        (!chosen.uri.is_empty()).then_some("it is stored somewhere else, as its record says")
    }

    /// Reads the chosen one to be looked at, if that has not been done.
    pub(super) fn look(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let small = self.selected().is_some_and(|one| one.size_bytes <= LOOKED_AT_BYTES_MAX);
        let asked = matches!(self.content, Content::Coming(..) | Content::Here { .. });
        if !small || asked || self.not_read().is_some() {
            return Vec::new();
        }
        self.fetch(None, shared)
    }

    /// Writes the chosen one to a new file.
    pub(super) fn save(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let Some(chosen) = self.selected().filter(|_| self.not_read().is_none()) else {
            return Vec::new();
        };
        let name = file_name(&chosen.name, &chosen.artifact_id);
        self.fetch(Some(name), shared)
    }

    fn fetch(&mut self, file: Option<String>, shared: &mut Shared) -> Vec<Intent> {
        if !shared.link.is_live() {
            return Vec::new();
        }
        let mut intents = self.stop();
        let Some(chosen) = self.selected() else { return intents };
        let request = DownloadArtifactRequest {
            scope: Some(shared.scope.clone()),
            artifact_id: chosen.artifact_id.clone(),
        };
        let (digest, size) = (chosen.digest.clone(), chosen.size_bytes);
        let id = shared.feed_id();
        self.feed = Some((id, file.is_some()));
        self.content = Content::Coming(0, size);
        let feed = Feed::Artifact(Fetch { request, digest, file });
        intents.push(Intent::Do(Effect::Watch(id, feed)));
        intents
    }

    /// Takes news of what is read; nothing where they belong to something else.
    pub(super) fn feed(&mut self, id: FeedId, news: &FeedNews) -> Option<Vec<Intent>> {
        if self.feed.is_none_or(|(known, _)| known != id) {
            return None;
        }
        let mut said = Vec::new();
        match news {
            FeedNews::Fetched(Fetched::Bytes(done, total)) => {
                self.content = Content::Coming(*done, *total);
            }
            FeedNews::Fetched(Fetched::Whole { size_bytes, text, file, .. }) => {
                let cut = text.as_ref().is_some_and(|text| *size_bytes > text.len() as u64);
                self.content = match file {
                    // What was saved is looked at when that is asked for.
                    Some(_) => Content::Unasked,
                    None => Content::Here { text: text.clone(), cut },
                };
                said.extend(file.as_ref().map(|file| Intent::Offer {
                    level: Level::Info,
                    text: format!("wrote {file}: {}, its digest holds", bytes(*size_bytes)),
                    target: Target::Run(self.run_id.clone()),
                }));
            }
            FeedNews::Ended(fault) => {
                let saved = self.saves();
                self.feed = None;
                if let Some(fault) = fault {
                    self.content = Content::Fault(fault.clone());
                    said.extend(saved.then(|| Intent::Offer {
                        level: Level::Error,
                        text: fault.message.clone(),
                        target: Target::Run(self.run_id.clone()),
                    }));
                }
            }
            _ => {}
        }
        Some(said)
    }
}

/// A file's name in the current folder: nothing in it leads elsewhere, or hides the file.
fn file_name(name: &str, id: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: &char| c.is_ascii_alphanumeric() || "._-+".contains(*c);
    let kept: String = last.chars().filter(plain).collect();
    let kept = kept.trim_start_matches(['.', '-']);
    if kept.is_empty() { id.to_owned() } else { kept.to_owned() }
}

/// What an artifact proves, in short.
pub(super) fn proves(artifact: &ArtifactRecord) -> String {
    let flags = [
        (artifact.sbom_present, "sbom"),
        (artifact.slsa_provenance_present, "slsa"),
        (artifact.risk_assessment_present, "risk"),
    ];
    let named: Vec<&str> = flags.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    named.join(" ")
}

/// How an artifact's signature stands, in a word.
pub(super) const fn signature(artifact: ArtifactSignature) -> &'static str {
    match artifact {
        ArtifactSignature::Signed => "signed",
        ArtifactSignature::Unverifiable => "unverifiable",
        ArtifactSignature::Unsigned | ArtifactSignature::Unspecified => "unsigned",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_leads_nowhere_else() {
        for (name, expected) in [
            ("sbom.json", "sbom.json"),
            ("../../etc/passwd", "passwd"),
            ("dist/app-1.0+x.tgz", "app-1.0+x.tgz"),
            (".bashrc", "bashrc"),
            ("-rf", "rf"),
            ("a b\u{1b}[31m.txt", "ab31m.txt"),
            ("..", "art_1"),
            ("", "art_1"),
        ] {
            assert_eq!(file_name(name, "art_1"), expected, "{name}");
        }
    }
}
