//! Draws the list in its three parts, and the page beside it.

use conductor_protocol::v1::{Approval, ApprovalStatus};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    ask::called,
    list::{Entry, Part},
    news::left,
    page::page_view,
    screen::{ApprovalsScreen, Focus},
};
use crate::{
    app::{FaultKind, Look, Shared, body, is_production},
    planned::plain,
    signing::{signed, status, waited},
    theme::Meaning,
    widget::{Notice, Pane, count, notice, pad, select},
};

/// Columns from which the page has room beside the list.
const BESIDE_FROM: u16 = 90;
/// Columns of the list where both are shown.
const LIST_MIN: u16 = 42;
const LIST_MAX: u16 = 60;
/// Columns of a row's parts.
const ENVIRONMENT: usize = 6;
const SIGNED: usize = 5;
const LEFT: usize = 4;
/// Cells from which there is room for longer names of environments.
const ROOMY: usize = 50;

/// Where the parts of the screen go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Panes {
    pub(super) list: Option<Rect>,
    pub(super) page: Option<Rect>,
}

/// Divides the screen: beside each other where there is room, else the one with the focus.
pub(super) fn panes(area: Rect, focus: Focus) -> Panes {
    if area.width >= BESIDE_FROM {
        let left = (area.width * 38 / 100).clamp(LIST_MIN, LIST_MAX);
        let page = Rect { x: area.x + left, width: area.width - left, ..area };
        return Panes { list: Some(Rect { width: left, ..area }), page: Some(page) };
    }
    match focus {
        Focus::List => Panes { list: Some(area), page: None },
        Focus::Page => Panes { list: None, page: Some(area) },
    }
}

/// Lines of the list that are seen.
pub(super) fn list_height(shared: &Shared) -> usize {
    usize::from(body(shared.size).height.saturating_sub(2))
}

/// Draws the screen.
pub(super) fn approvals_view(
    screen: &ApprovalsScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let panes = panes(area, screen.focus);
    if let Some(area) = panes.list {
        list_view(screen, frame, area, shared);
    }
    if let Some(area) = panes.page {
        page_view(screen, frame, area, shared);
    }
}

fn list_view(screen: &ApprovalsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let (look, list) = (&shared.look, &screen.list);
    let (shown, all) = (list.shown().len(), list.len());
    let note = match (list.loaded, shown == all) {
        (true, false) => format!("{} of {}", count(shown as u64), count(all as u64)),
        _ => String::new(),
    };
    let (detail, focused) = (list.filter.clone(), screen.focus == Focus::List);
    let mark = look.glyphs.ellipsis;
    let title = match (screen.marked_words().as_str(), &screen.gathering) {
        ("", _) => "Approvals".to_owned(),
        (marked, None) => format!("Approvals: {marked}"),
        (marked, Some(_)) => format!("Approvals: {marked}, looking at them once more{mark}"),
    };
    let inner = Pane { title: &title, detail, note, focused }.draw(frame, area, look);
    let instead = match &list.fault {
        Some(fault) if !list.loaded || fault.kind == FaultKind::Denied => {
            Some(Notice::fault(look, fault))
        }
        None if !list.loaded => Some(Notice::loading(look, "approvals")),
        _ if all == 0 => {
            let how = [
                "what policy lets somebody do only when others agree waits here",
                "until they have signed it",
                "",
                "conductor approvals list --all   shows those that are over",
            ];
            Some(Notice::empty(look, "nothing waits for approval", &how))
        }
        _ if shown == 0 => Some(Notice::empty(look, "no approval matches", &["Esc shows all"])),
        _ => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let cells = usize::from(inner.width);
    let line = |entry: &Entry| match *entry {
        Entry::Gap => Line::default(),
        Entry::Head(part, rows) => Line::styled(head(part, rows), look.style(Meaning::Title)),
        Entry::Nothing => Line::styled("  nothing", look.style(Meaning::Dim)),
        Entry::Row(at) => {
            let row = list.row(at);
            let line = |(part, row): &(Part, Approval)| {
                let marked = screen.marks.has(&row.approval_id);
                row_line(*part, row, (at == list.cursor(), marked, cells), shared)
            };
            row.map(line).unwrap_or_default()
        }
    };
    let entries = list.entries();
    let height = usize::from(inner.height);
    let lines: Vec<Line<'_>> = entries.iter().skip(list.offset()).take(height).map(line).collect();
    let free = height.saturating_sub(lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
    if let (2.., Some(said)) = (free, screen.times.as_ref().and_then(waited)) {
        let said = format!(" {said}");
        let line = Line::styled(pad(&said, cells, look.glyphs.ellipsis), look.style(Meaning::Dim));
        let bottom = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
        frame.render_widget(Paragraph::new(line), bottom);
    }
}

fn head(part: Part, rows: usize) -> String {
    match part {
        Part::Waiting => format!("Waiting for you ({rows})"),
        Part::Others => format!("Others ({rows})"),
        Part::Decided => "Decided by you".to_owned(),
    }
}

fn row_line<'a>(
    part: Part,
    approval: &Approval,
    (chosen, marked, cells): (bool, bool, usize),
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let dots = look.glyphs.ellipsis;
    let (glyph, meaning) = mark(part, approval, look);
    let name = match approval.action.as_str() {
        _ if approval.breaks_glass => plain(&format!("break-glass {}", called(approval))),
        _ if !approval.reviews.is_empty() => {
            let (what, who) = (called(approval), &approval.requester);
            plain(&format!("review {what}, done alone by {who}"))
        }
        "run.start" => plain(called(approval)),
        action => plain(&format!("{action} {}", called(approval))),
    };
    let environment = approval.scope.clone().unwrap_or_default().environment;
    let danger = if is_production(&environment) { Meaning::Danger } else { Meaning::Dim };
    let environment_cells = if cells >= ROOMY { ENVIRONMENT * 2 } else { ENVIRONMENT };
    let last = match approval.ended {
        // How many had signed says nothing any more.
        Some(_) => pad(status(approval.status()), SIGNED + LEFT, dots),
        None => {
            let left = pad(&left(approval, shared), LEFT, dots);
            format!("{}{left}", pad(&signed(approval), SIGNED, dots))
        }
    };
    let room = cells.saturating_sub(4 + environment_cells + SIGNED + LEFT + 1);
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let marked = if marked { look.glyphs.marked } else { " " };
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor}{marked}"), look.style(Meaning::Accent)),
        Span::styled(format!("{glyph} "), look.style(meaning)),
        Span::styled(format!("{} ", pad(&name, room, dots)), look.style(Meaning::Text)),
        Span::styled(pad(&plain(&environment), environment_cells - 1, dots), look.style(danger)),
        Span::styled(format!(" {last}"), look.style(Meaning::Dim)),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}

/// How it stands, by shape and colour; the word is at the end of the row.
fn mark(part: Part, approval: &Approval, look: &Look) -> (&'static str, Meaning) {
    let glyphs = look.glyphs;
    match approval.status() {
        ApprovalStatus::Pending if part == Part::Waiting => (glyphs.flag, Meaning::Accent),
        ApprovalStatus::Pending | ApprovalStatus::Unspecified => (glyphs.queued, Meaning::Waiting),
        ApprovalStatus::Granted => (glyphs.succeeded, Meaning::Ok),
        ApprovalStatus::Denied => (glyphs.failed, Meaning::Danger),
        ApprovalStatus::Withdrawn => (glyphs.cancelled, Meaning::Dim),
        ApprovalStatus::Void => (glyphs.cancelled, Meaning::Warn),
        ApprovalStatus::Expired => (glyphs.timed_out, Meaning::Dim),
    }
}
