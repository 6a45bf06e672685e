//! The record of one runbook: who signed it, its versions, what others said of it, when it was last
//! seen to work, and its runs. Rows to move over, and what `Enter` opens of them.

use conductor_protocol::v1::{RunSummary, RunbookSignature, Workflow, WorkflowReview};

use crate::{app::Fault, input::Action, widget::Scroll};

/// Versions asked for, and runs that are listed.
pub(super) const VERSIONS_MAX: u32 = 200;
pub(super) const RUNS_MAX: u32 = 10;

/// What was asked of a runbook beside its list row.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Newest first.
    pub(super) versions: Option<Result<Vec<Workflow>, Fault>>,
    /// There are more than were asked for.
    pub(super) more: bool,
    /// Newest first.
    pub(super) runs: Option<Result<Vec<RunSummary>, Fault>>,
}

/// A row of the record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Row<'a> {
    Blank,
    Heading(&'static str),
    Loading,
    Fault(&'a Fault),
    None(&'static str),
    Signature(&'a RunbookSignature),
    /// Why the signatures do not hold.
    Problem(&'a str),
    Version(&'a Workflow),
    More,
    Review(&'a WorkflowReview),
    Rehearsal(&'a Workflow),
    Run(&'a RunSummary),
    /// Every run of it.
    AllRuns,
}

impl Row<'_> {
    /// Whether something can be opened by it.
    pub(super) fn opens(&self) -> bool {
        match self {
            Self::Version(_) | Self::Run(_) | Self::AllRuns => true,
            Self::Rehearsal(workflow) => workflow.rehearsed.is_some(),
            _ => false,
        }
    }
}

/// The rows, from what the list says of the runbook and what was asked besides.
pub(super) fn rows<'a>(shown: &'a Workflow, record: Option<&'a Record>) -> Vec<Row<'a>> {
    let mut rows = vec![Row::Heading("Signatures")];
    if !shown.signature_problem.is_empty() {
        rows.push(Row::Problem(&shown.signature_problem));
    }
    if shown.signatures.is_empty() {
        rows.push(Row::None("nobody signed it"));
    }
    rows.extend(shown.signatures.iter().map(Row::Signature));
    rows.extend([Row::Blank, Row::Heading("Versions")]);
    match record.and_then(|record| record.versions.as_ref()) {
        None => rows.push(Row::Loading),
        Some(Err(fault)) => rows.push(Row::Fault(fault)),
        Some(Ok(versions)) => rows.extend(versions.iter().map(Row::Version)),
    }
    if record.is_some_and(|record| record.more) {
        rows.push(Row::More);
    }
    rows.extend([Row::Blank, Row::Heading("Reviews"), Row::Rehearsal(shown)]);
    if shown.reviews.is_empty() {
        rows.push(Row::None("nobody reviewed this version"));
    }
    rows.extend(shown.reviews.iter().map(Row::Review));
    rows.extend([Row::Blank, Row::Heading("Runs")]);
    match record.and_then(|record| record.runs.as_ref()) {
        None => rows.push(Row::Loading),
        Some(Err(fault)) => rows.push(Row::Fault(fault)),
        Some(Ok(runs)) if runs.is_empty() => rows.push(Row::None("it has not run here yet")),
        Some(Ok(runs)) => {
            rows.extend(runs.iter().map(Row::Run));
            rows.push(Row::AllRuns);
        }
    }
    rows
}

/// Moves over the rows: the cursor rests on what can be opened, and text between is scrolled by.
pub(super) fn travel(scroll: &mut Scroll, action: Action, rows: &[Row<'_>], height: usize) {
    let from = scroll.cursor;
    if !scroll.act(action, rows.len(), height) {
        return;
    }
    rest(scroll, rows, height, scroll.cursor < from || action == Action::Bottom);
}

/// Puts the cursor on the nearest row that opens something, upwards or downwards.
pub(super) fn rest(scroll: &mut Scroll, rows: &[Row<'_>], height: usize, up: bool) {
    let opens = |at: &usize| rows.get(*at).is_some_and(Row::opens);
    let above = (0..=scroll.cursor).rev().find(opens);
    let below = (scroll.cursor..rows.len()).find(opens);
    let found = if up { above.or(below) } else { below.or(above) };
    if let Some(at) = found {
        scroll.cursor = at;
    }
    scroll.settle(rows.len(), height);
    // What stands above the first is seen as well.
    if above.is_none_or(|first| first == scroll.cursor) && scroll.cursor < height {
        scroll.offset = 0;
    }
}
