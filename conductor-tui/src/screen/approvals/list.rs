//! The list: in three parts, each row an approval, the cursor always on the same one.

use std::collections::BTreeSet;

use conductor_protocol::{
    needles::Needles,
    v1::{Approval, ListApprovalsRequest, ListApprovalsResponse},
};

use crate::{
    app::{Effect, Fault, Query, Shared, Ticket},
    input::Action,
    signing::left_ms,
    widget::Scroll,
};

/// Approvals asked for at once, and kept.
const PAGE_ROWS: u32 = 200;
const ROWS_MAX: usize = 2_000;

/// A part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// They can sign it now.
    Waiting,
    /// It waits for others, or they asked for it.
    Others,
    /// They signed it, stopped it, or handed it on.
    Decided,
}

impl Part {
    const ALL: [Self; 3] = [Self::Waiting, Self::Others, Self::Decided];

    /// Where an approval belongs, for whoever looks; nowhere when it is none of their business
    /// any more.
    fn of(approval: &Approval, me: &str) -> Option<Self> {
        let pending = approval.ended.is_none();
        let asked = approval.requester == me;
        if pending && approval.can_sign {
            return Some(Self::Waiting);
        }
        let signed = approval.stages.iter().flat_map(|stage| &stage.signatures);
        let decided = signed.into_iter().any(|signed| signed.principal == me)
            || approval.delegations.iter().any(|handed| handed.from == me)
            || approval.ended.as_ref().is_some_and(|ended| ended.by == me && !asked);
        match (decided, pending || asked) {
            (true, _) => Some(Self::Decided),
            (false, true) => Some(Self::Others),
            (false, false) => None,
        }
    }
}

/// What stands on a line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Gap,
    /// The part's name, and how many it has.
    Head(Part, usize),
    /// The part has none.
    Nothing,
    /// A row, by its place among those that are shown.
    Row(usize),
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct ApprovalList {
    /// In the order of the parts.
    rows: Vec<(Part, Approval)>,
    /// Places of those that match the filter.
    shown: Vec<usize>,
    pub(crate) filter: String,
    cursor: usize,
    /// The first line that is seen.
    offset: usize,
    generation: u64,
    /// What came of a list that is being read.
    coming: Option<Vec<Approval>>,
    pub(crate) loaded: bool,
    pub(crate) fault: Option<Fault>,
}

impl ApprovalList {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn row(&self, at: usize) -> Option<&(Part, Approval)> {
        self.rows.get(*self.shown.get(at)?)
    }

    pub(crate) fn shown(&self) -> impl ExactSizeIterator<Item = &Approval> {
        self.shown.iter().map(|at| &self.rows[*at].1)
    }

    /// Those that whoever uses the console could sign now, the most urgent first.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Approval> {
        let waits = self.rows.iter().filter(|(part, _)| *part == Part::Waiting);
        waits.map(|(_, approval)| approval)
    }

    pub(crate) const fn cursor(&self) -> usize {
        self.cursor
    }

    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) fn selected(&self) -> Option<&Approval> {
        self.row(self.cursor).map(|(_, approval)| approval)
    }

    /// Puts the cursor on an approval; says whether it is there.
    pub(crate) fn choose(&mut self, id: &str) -> bool {
        let at = self.shown().position(|approval| approval.approval_id == id);
        self.cursor = at.unwrap_or(self.cursor);
        at.is_some()
    }

    pub(crate) const fn is_reading(&self) -> bool {
        self.coming.is_some()
    }

    /// Reads all of it again; what is still on its way of a list before is thrown away.
    pub(crate) fn read(&mut self, shared: &Shared) -> Option<Effect> {
        if !shared.link.is_live() {
            return None;
        }
        self.generation += 1;
        self.coming = Some(Vec::new());
        Some(self.ask(shared, (false, String::new())))
    }

    /// First those that wait, all of them; then the newest of all.
    fn ask(&self, shared: &Shared, (all, page_token): (bool, String)) -> Effect {
        let request = ListApprovalsRequest {
            scope: Some(shared.scope.clone()),
            page_size: PAGE_ROWS,
            page_token,
            all,
            ..ListApprovalsRequest::default()
        };
        let ticket = Ticket::Approvals { generation: self.generation, all };
        Effect::Ask(ticket, Query::Approvals(request))
    }

    /// Takes a page: asks for the next one, or gives nothing when the list is whole. `kept` is the
    /// approval that is being read: it stays in the list whatever became of it.
    pub(crate) fn take_page(
        &mut self,
        (generation, all): (u64, bool),
        page: ListApprovalsResponse,
        kept: Option<&str>,
        shared: &Shared,
    ) -> Taken {
        let Some(coming) = self.coming.as_mut().filter(|_| generation == self.generation) else {
            return Taken::Stale;
        };
        for approval in page.approvals {
            match coming.iter_mut().find(|known| known.approval_id == approval.approval_id) {
                Some(known) => *known = approval,
                None => coming.push(approval),
            }
        }
        if !all {
            let more = !page.next_page_token.is_empty() && coming.len() < ROWS_MAX;
            let next = if more { (false, page.next_page_token) } else { (true, String::new()) };
            return Taken::Next(Box::new(self.ask(shared, next)));
        }
        let coming = self.coming.take().unwrap_or_default();
        self.replace(coming, kept, &shared.principal);
        Taken::Whole
    }

    fn replace(&mut self, coming: Vec<Approval>, kept: Option<&str>, me: &str) {
        let selected = self.selected().map(|approval| approval.approval_id.clone());
        let is_kept = |approval: &Approval| kept == Some(approval.approval_id.as_str());
        let gone = !coming.iter().any(is_kept);
        let old = self.rows.iter().map(|(_, row)| row).find(|row| gone && is_kept(row)).cloned();
        let part = |approval: Approval| {
            let other = is_kept(&approval).then_some(Part::Others);
            Some((Part::of(&approval, me).or(other)?, approval))
        };
        self.rows = coming.into_iter().chain(old).filter_map(part).collect();
        // What waits is ordered by its end, what is over stays newest first: the sort is stable.
        self.rows.sort_by_key(|(part, row)| {
            let left = row.ended.is_none() && *part != Part::Decided;
            (*part, !left, left.then(|| left_ms(row, 0)).flatten())
        });
        (self.loaded, self.fault) = (true, None);
        self.narrow();
        if let Some(id) = selected {
            self.choose(&id);
        }
    }

    pub(crate) fn failed(&mut self, generation: u64, fault: Fault) {
        if generation == self.generation {
            self.coming = None;
            self.fault = Some(fault);
        }
    }

    pub(crate) fn set_filter(&mut self, filter: &str) {
        let selected = self.selected().map(|approval| approval.approval_id.clone());
        filter.clone_into(&mut self.filter);
        self.narrow();
        let same = selected.is_some_and(|id| self.choose(&id));
        if !same {
            self.cursor = 0;
        }
    }

    fn narrow(&mut self) {
        let needles = Needles::new(&self.filter);
        let has = |approval: &Approval| {
            let scope = approval.scope.clone().unwrap_or_default();
            let text = [
                &approval.approval_id,
                &approval.action,
                &approval.resource,
                &approval.version,
                &approval.requester,
                &approval.reason,
                &approval.risk,
                &scope.environment,
                &scope.region,
            ]
            .map(String::as_str)
            .join(" ");
            needles.matches(&text)
        };
        self.shown = (0..self.rows.len()).filter(|at| has(&self.rows[*at].1)).collect();
    }

    /// The list line by line. What waits for whoever looks always has its part.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for part in Part::ALL {
            let of_part = |at: &usize| self.row(*at).is_some_and(|(known, _)| *known == part);
            let rows: Vec<usize> = (0..self.shown.len()).filter(of_part).collect();
            if rows.is_empty() && part != Part::Waiting {
                continue;
            }
            if !entries.is_empty() {
                entries.push(Entry::Gap);
            }
            entries.push(Entry::Head(part, rows.len()));
            if rows.is_empty() {
                entries.push(Entry::Nothing);
            }
            entries.extend(rows.into_iter().map(Entry::Row));
        }
        entries
    }

    /// Moves the cursor; says whether the action was one that moves.
    pub(crate) fn act(&mut self, action: Action, height: usize) -> bool {
        let mut scroll = Scroll { cursor: self.cursor, offset: 0 };
        let moved = scroll.act(action, self.shown.len(), height);
        if moved {
            self.cursor = scroll.cursor;
            self.settle(height);
        }
        moved
    }

    /// Keeps the cursor on a row and the row in the window, with the part's name above the first.
    pub(crate) fn settle(&mut self, height: usize) {
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
        let entries = self.entries();
        let is_cursor = |entry: &Entry| *entry == Entry::Row(self.cursor);
        let line = entries.iter().position(is_cursor).unwrap_or(0);
        let above = entries[..line].iter().rposition(|entry| matches!(entry, Entry::Row(_)));
        let top = above.map_or(0, |above| if above + 1 == line { line } else { above + 1 });
        let last = line.saturating_sub(height.saturating_sub(1));
        let offset = self.offset.clamp(last, top.max(last));
        self.offset = offset.min(entries.len().saturating_sub(height));
    }

    /// Whatever the list has.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Approval> {
        self.rows.iter().map(|(_, approval)| approval)
    }

    /// Ids of what waits and whoever uses the console asked for.
    pub(crate) fn asked_ids(&self, me: &str) -> BTreeSet<String> {
        let asked = self.all().filter(|one| one.ended.is_none() && one.requester == me);
        asked.map(|approval| approval.approval_id.clone()).collect()
    }

    /// Ids of what waits for whoever uses the console.
    pub(crate) fn waiting_ids(&self) -> BTreeSet<String> {
        self.waiting().map(|approval| approval.approval_id.clone()).collect()
    }
}

/// What came of a page.
#[derive(Debug)]
pub(crate) enum Taken {
    /// Of a list that nobody waits for any more.
    Stale,
    Next(Box<Effect>),
    Whole,
}
