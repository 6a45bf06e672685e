//! What the screen asks the daemon, one thing at a time when the cursor rests, and what it answers.

use conductor_protocol::v1::{GetWorkflowRequest, ListRunsRequest, ListWorkflowsRequest};

use super::{
    Answer, Effect, Fault, Intent, PREVIEW_AFTER, Query, Shared, Tab, Ticket, WorkflowsScreen,
    body, panes,
    record::{RUNS_MAX, VERSIONS_MAX},
};

use crate::screen::workflows::countersign::Look;

/// Runbooks asked for at once.
const PAGE_ROWS: u32 = 500;
/// Records kept.
const RECORDS_MAX: usize = 64;

/// A question under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// A version, by the name and its number.
    Version(String, String),
    Versions(String),
    Runs(String),
    /// Something that is shown before a version is signed.
    Look(Look),
}

impl WorkflowsScreen {
    /// Reads the list again from its beginning, and then everything else that is shown.
    pub(super) fn enter(&mut self, shared: &Shared) -> Vec<Intent> {
        self.records.clear();
        self.asked.clear();
        self.registry.forget_faults();
        Self::reload(shared, String::new()).map(Intent::Do).into_iter().collect()
    }

    fn reload(shared: &Shared, page_token: String) -> Option<Effect> {
        let scope = Some(shared.scope.clone());
        let request =
            ListWorkflowsRequest { scope, page_size: PAGE_ROWS, page_token, ..<_>::default() };
        shared.link.is_live().then_some(Effect::Ask(Ticket::Workflows, Query::Workflows(request)))
    }

    /// What is to be read next, of what has a place on the screen.
    pub(super) fn wants(&self, shared: &Shared) -> Option<Asked> {
        if !self.asked.is_empty() {
            return None;
        }
        let chosen = self.selected()?;
        let areas = panes(body(shared.size), self.focus);
        let unread = |version: &str| {
            let unread =
                !version.is_empty() && self.registry.detail(&chosen.name, version).is_none();
            unread.then(|| Asked::Version(chosen.name.clone(), version.to_owned()))
        };
        if areas.page.is_some() {
            let wanted = match &self.compared {
                Some((old, new)) => unread(old).or_else(|| unread(new)),
                None => unread(self.version_name()).or_else(|| {
                    let read = self.registry.detail(&chosen.name, self.version_name())?;
                    unread(&read.as_ref().ok()?.below)
                }),
            };
            if wanted.is_some() {
                return wanted;
            }
        }
        areas.record?;
        match self.record() {
            Some(record) if record.versions.is_some() && record.runs.is_some() => None,
            Some(record) if record.versions.is_some() => Some(Asked::Runs(chosen.name.clone())),
            _ => Some(Asked::Versions(chosen.name.clone())),
        }
    }

    /// Asks for it, once the cursor has rested for long enough.
    pub(super) fn preview(&mut self, shared: &Shared) -> Vec<Intent> {
        if self.preview_at.is_none_or(|due| due > shared.now) {
            return Vec::new();
        }
        self.preview_at = None;
        let Some(asked) = self.wants(shared) else { return Vec::new() };
        let scope = Some(shared.scope.clone());
        let query = match asked.clone() {
            Asked::Version(name, version) => {
                Query::Workflow(GetWorkflowRequest { scope, name, version })
            }
            Asked::Versions(text) => Query::Workflows(ListWorkflowsRequest {
                scope,
                page_size: VERSIONS_MAX,
                all_versions: true,
                text,
                ..<_>::default()
            }),
            // Asked for by a key, and by nothing that rests.
            Asked::Look(_) => return Vec::new(),
            Asked::Runs(workflow) => Query::Runs(ListRunsRequest {
                scope,
                workflow,
                page_size: RUNS_MAX,
                ..<_>::default()
            }),
        };
        self.asked_last += 1;
        self.asked.insert(self.asked_last, asked);
        let ask = Effect::Ask(Ticket::Screen(Tab::Workflows, self.asked_last), query);
        // Of the one that is looked at only: a list may be long, and a question has a bound.
        let name = self.of.clone();
        let actions = ["workflow.deprecate", "workflow.retire", "workflow.review"];
        let policy = shared.ask_policy(actions.map(|action| (action, name.clone())).into());
        std::iter::once(ask).chain(policy).map(Intent::Do).collect()
    }

    /// Asks something that is shown before a version is signed.
    pub(in crate::screen::workflows) fn look(&mut self, look: Look, query: Query) -> Intent {
        self.asked_last += 1;
        self.asked.insert(self.asked_last, Asked::Look(look));
        Intent::Do(Effect::Ask(Ticket::Screen(Tab::Workflows, self.asked_last), query))
    }

    /// Takes up an answer.
    pub(super) fn take(
        &mut self,
        ticket: &Ticket,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        match (ticket, answer) {
            (Ticket::Workflows, Ok(Answer::Workflows(page))) => {
                let token = page.next_page_token.clone();
                let names: Vec<String> = page.workflows.iter().map(|w| w.name.clone()).collect();
                let room = self.registry.take(*page);
                let more = !token.is_empty() && room;
                let next = more.then(|| Self::reload(shared, token)).flatten();
                let policy = shared.ask_policy_of("run.start", &names);
                return next.into_iter().chain(policy).map(Intent::Do).collect();
            }
            (Ticket::Workflows, Err(fault)) => self.registry.fault = Some(fault),
            (Ticket::Screen(_, number), answer) => {
                let asked = self.asked.remove(number);
                if let Some(Asked::Look(look)) = asked {
                    return self.looked(look, answer, shared);
                }
                if let Some(asked) = asked {
                    self.keep(asked, answer);
                    // What comes next has waited long enough.
                    self.preview_at = Some(shared.now + PREVIEW_AFTER / 4);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn keep(&mut self, asked: Asked, answer: Result<Answer, Fault>) {
        if self.records.len() >= RECORDS_MAX {
            self.records.clear();
        }
        match (asked, answer) {
            (Asked::Version(name, version), Ok(Answer::Workflow(answer))) => {
                self.registry.keep((name, version), Ok(*answer));
            }
            (Asked::Version(name, version), Err(fault)) => {
                self.registry.keep((name, version), Err(fault));
            }
            (Asked::Versions(name), Ok(Answer::Workflows(page))) => {
                let mut versions = page.workflows;
                // They were looked for by words: others have the name in theirs.
                versions.retain(|version| version.name == name);
                let at =
                    |w: &super::Workflow| w.published_at.as_ref().map(crate::app::time::from_wire);
                versions.sort_by_key(|version| std::cmp::Reverse(at(version)));
                let record = self.records.entry(name).or_default();
                record.more = !page.next_page_token.is_empty();
                record.versions = Some(Ok(versions));
                // Rows came in between: the cursor begins at the first of them.
                self.record_scroll = <_>::default();
            }
            (Asked::Versions(name), Err(fault)) => {
                self.records.entry(name).or_default().versions = Some(Err(fault));
            }
            (Asked::Runs(name), Ok(Answer::Runs(page))) => {
                self.records.entry(name).or_default().runs = Some(Ok(page.runs));
            }
            (Asked::Runs(name), Err(fault)) => {
                self.records.entry(name).or_default().runs = Some(Err(fault));
            }
            // An answer of another kind than was asked for can't come: the client pairs them.
            _ => {}
        }
    }
}
