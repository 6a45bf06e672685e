//! Draws the record of a runbook: signatures with their keys, versions, reviews and rehearsals, runs.

use conductor_protocol::v1::{RunSummary, RunbookSignature, Workflow, WorkflowState};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{layout::inside, record::Row, screen::WorkflowsScreen};
use crate::{
    app::{Look, Shared, time},
    signing::Vouched,
    theme::Meaning,
    widget::{Notice, Pane, ellipsis, notice, pad, plain, run_mark, select},
    words::{run_status, workflow_state},
};

const VERSION: usize = 11;
const AGE: usize = 5;
/// Letters of a key's fingerprint that tell it from others.
const KEY_CHARS: usize = 15;

/// Rows that are seen at once.
pub(super) fn height(pane: Rect) -> usize {
    usize::from(inside(pane).height)
}

/// Draws the pane.
pub(super) fn record_view(
    screen: &WorkflowsScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
    shared: &Shared,
) {
    let look = &shared.look;
    let detail = screen.version_name().to_owned();
    let inner =
        Pane { title: "Record", detail, focused, ..Pane::default() }.draw(frame, area, look);
    let rows = screen.record_rows();
    if rows.is_empty() {
        let words = ["who signed it, its versions and its runs"];
        return notice(frame, inner, &Notice::empty(look, "no runbook is chosen", &words), look);
    }
    let window = screen.record_scroll.window(rows.len(), usize::from(inner.height));
    let cells = usize::from(inner.width);
    let lines: Vec<Line<'_>> = rows[window.clone()]
        .iter()
        .zip(window)
        .map(|(row, at)| {
            let chosen = focused && at == screen.record_scroll.cursor && row.opens();
            line(screen, row, (chosen, cells), shared)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn line<'a>(
    screen: &WorkflowsScreen,
    row: &Row<'_>,
    (chosen, cells): (bool, usize),
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let room = cells.saturating_sub(2);
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let text = |text: &str, meaning: Meaning| {
        let text = ellipsis(&plain(text), room, look.glyphs.ellipsis).into_owned();
        vec![Span::styled(text, look.style(meaning))]
    };
    let spans = match row {
        Row::Blank => return Line::default(),
        Row::Heading(title) => {
            return Line::styled((*title).to_owned(), look.style(Meaning::Title));
        }
        Row::Loading => text("reading", Meaning::Waiting),
        Row::Fault(fault) => text(&fault.message, Meaning::Danger),
        Row::None(why) => text(why, Meaning::Dim),
        Row::Problem(problem) => {
            text(&format!("{} does not hold: {problem}", look.glyphs.failed), Meaning::Danger)
        }
        Row::Signature(signed) => signature(signed, screen, room, shared),
        Row::Version(version) => self::version(version, screen, room, shared),
        Row::More => text("more: conductor workflows list --all-versions", Meaning::Dim),
        Row::Review(review) => {
            let (glyph, word, meaning) = match review.accepted {
                true => (look.glyphs.succeeded, "accepted", Meaning::Ok),
                false => (look.glyphs.failed, "rejected", Meaning::Danger),
            };
            let at = age(review.at.as_ref(), shared);
            let why = if review.reason.is_empty() { "" } else { ": " };
            let told = format!("{glyph} {word} {at} by {}{why}{}", review.by, review.reason);
            text(&told, meaning)
        }
        Row::Rehearsal(workflow) => match &workflow.rehearsed {
            None => text(&format!("{} never rehearsed", look.glyphs.queued), Meaning::Warn),
            Some(found) => {
                let at = age(found.at.as_ref(), shared);
                let how = if found.declared { "rehearsed" } else { "ran well" };
                let (version, place) = (&found.version, &found.environment);
                let glyph = look.glyphs.succeeded;
                text(&format!("{glyph} {how} {at} ago, {version} in {place}"), Meaning::Ok)
            }
        },
        Row::Run(run) => self::run(run, room, shared),
        Row::AllRuns => text("all runs of it", Meaning::Accent),
    };
    let mut line =
        Line::from(vec![Span::styled(format!("{cursor} "), look.style(Meaning::Accent))]);
    line.spans.extend(spans);
    if chosen {
        select(&mut line, look);
    }
    line
}

fn age(at: Option<&pbjson_types::Timestamp>, shared: &Shared) -> String {
    at.map(|at| time::age(time::from_wire(at), shared.data_now())).unwrap_or_default()
}

/// Who, as what, by which key, and whether it holds.
fn signature<'a>(
    signed: &RunbookSignature,
    screen: &WorkflowsScreen,
    room: usize,
    shared: &Shared,
) -> Vec<Span<'a>> {
    let look = &shared.look;
    let broken = screen.version().is_some_and(|shown| Vouched::of(shown) == Vouched::Broken);
    // Which one does not hold is said above; none of them counts then.
    let (glyph, meaning) = match broken {
        true => (look.glyphs.queued, Meaning::Warn),
        false => (look.glyphs.succeeded, Meaning::Ok),
    };
    let role = if signed.review { "reviewer" } else { "author" };
    let word = if broken { "not relied on" } else { "verified" };
    let key: String = signed.fingerprint.chars().take(KEY_CHARS).collect();
    let at = age(signed.at.as_ref(), shared);
    let head = format!("{glyph} {role} {} {word}", plain(&signed.principal));
    let tail = format!("  {key}{} {at}", look.glyphs.ellipsis);
    let head = ellipsis(&head, room, look.glyphs.ellipsis).into_owned();
    let left = room.saturating_sub(crate::widget::width(&head));
    let tail = ellipsis(&tail, left, look.glyphs.ellipsis).into_owned();
    vec![Span::styled(head, look.style(meaning)), Span::styled(tail, look.style(Meaning::Dim))]
}

/// A version: how it stands, who vouches for it, how old it is, whether it is shown or marked.
fn version<'a>(
    version: &Workflow,
    screen: &WorkflowsScreen,
    room: usize,
    shared: &Shared,
) -> Vec<Span<'a>> {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let shown = screen.version_name() == version.version;
    let marked = screen.marked() == Some(version.version.as_str());
    let flag = match (marked, shown) {
        (true, _) => look.glyphs.flag,
        (false, true) => look.glyphs.thumb,
        (false, false) => " ",
    };
    let (word, meaning) = standing(version, look);
    let vouched = Vouched::of(version);
    let age = age(version.published_at.as_ref(), shared);
    let used = 2 + VERSION + AGE + 1;
    let told = match vouched {
        Vouched::Broken => format!("{word}, {} {}", look.glyphs.failed, vouched.word()),
        _ => format!("{word}, {}", vouched.word()),
    };
    let told = format!("{told}, by {}", plain(&version.published_by));
    vec![
        Span::styled(format!("{flag} "), look.style(Meaning::Accent)),
        Span::styled(
            pad(&version.version, VERSION, mark),
            look.style(if shown { Meaning::Title } else { Meaning::Text }),
        ),
        Span::styled(format!("{age:>AGE$} "), look.style(Meaning::Dim)),
        Span::styled(
            ellipsis(&told, room.saturating_sub(used), mark).into_owned(),
            look.style(if vouched == Vouched::Broken { Meaning::Danger } else { meaning }),
        ),
    ]
}

/// How a version stands: a shape and a word.
pub(super) fn standing(version: &Workflow, look: &Look) -> (String, Meaning) {
    let word = workflow_state(version.state());
    match version.state() {
        WorkflowState::Retired => (format!("{} {word}", look.glyphs.cancelled), Meaning::Danger),
        WorkflowState::Deprecated => (format!("! {word}"), Meaning::Warn),
        _ => (word.to_owned(), Meaning::Dim),
    }
}

fn run<'a>(run: &RunSummary, room: usize, shared: &Shared) -> Vec<Span<'a>> {
    let look = &shared.look;
    let mark = run_mark(run.status(), look.glyphs);
    let (glyph, meaning) = (mark.glyph, mark.meaning);
    let head = format!("{glyph} {}", run_status(run.status()));
    let age = age(run.started_at.as_ref(), shared);
    let tail = format!("{age:>AGE$}  {} by {}", run.version, plain(&run.owner));
    let left = room.saturating_sub(14);
    vec![
        Span::styled(pad(&head, 14, look.glyphs.ellipsis), look.style(meaning)),
        Span::styled(
            ellipsis(&tail, left, look.glyphs.ellipsis).into_owned(),
            look.style(Meaning::Dim),
        ),
    ]
}
