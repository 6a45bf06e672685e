//! Draws a bundle that is tried out: its files beside how far the trial is and what would flip.

use conductor_protocol::v1::{PolicyAnswer, PolicyReplay};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    bundles::{short, when},
    candidate::{Candidate, Row, Stage},
    screen::PolicyScreen,
    view::{headed, spaced},
};
use crate::{
    app::{Look, Shared},
    theme::Meaning,
    widget::{Notice, Pane, count, ellipsis, notice, pad, plain, select},
};

/// Rows above the list: how far it is, what came of it, and for whom.
const HEAD_ROWS: u16 = 7;
const HEAD_ROWS_SMALL: u16 = 3;

const CHANGE: usize = 13;
const WHO: usize = 14;

fn head_rows(rows: u16) -> u16 {
    if rows >= 20 { HEAD_ROWS } else { HEAD_ROWS_SMALL }
}

/// Rows of the list in the screen's part of the window.
pub(super) fn rows_height(body: Rect) -> usize {
    // The frame and the columns' names take three.
    usize::from(body.height.saturating_sub(3 + head_rows(body.height)))
}

/// Draws both panes.
pub(super) fn candidate(
    screen: &PolicyScreen,
    (left, right): (Rect, Rect),
    frame: &mut Frame<'_>,
    shared: &Shared,
) {
    if left.width > 0 {
        files(screen, frame, left, shared);
    }
    if right.width > 0 {
        outcome(screen, frame, right, shared);
    }
}

fn files(screen: &PolicyScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let (look, tried) = (&shared.look, &screen.candidate);
    let note = match (tried.edited, tried.files.len()) {
        (true, _) => "edited, t tries it".to_owned(),
        (false, 0) => String::new(),
        (false, files) => count(files as u64),
    };
    let detail = plain(&tried.path);
    let pane = Pane { title: "Candidate", detail, note, focused: !screen.second };
    let inner = pane.draw(frame, area, look);
    let instead = match &tried.stage {
        Stage::Nothing => {
            let words = [
                "t names the bundle that is to come, a folder or an archive",
                "the daemon asks it what was decided before; nothing is changed",
            ];
            Some(Notice::empty(look, "no bundle is tried out", &words))
        }
        Stage::Reading if tried.files.is_empty() => Some(Notice::loading(look, "the bundle")),
        _ if tried.files.is_empty() => {
            let words = ["an archive is tried out as it is; a folder can be edited"];
            Some(Notice::empty(look, "there are no files to edit", &words))
        }
        _ => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let below = headed("  file", frame, inner, look);
    let scroll = &tried.file_scroll;
    let window = scroll.window(tried.files.len(), usize::from(below.height));
    let room = usize::from(below.width).saturating_sub(2);
    let lines: Vec<Line<'_>> = window
        .map(|at| {
            let chosen = at == scroll.cursor;
            let cursor = if chosen { look.glyphs.cursor } else { " " };
            let name = pad(&plain(&tried.files[at]), room, look.glyphs.ellipsis);
            let mut line = Line::from(vec![
                Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
                Span::styled(name, look.style(Meaning::Text)),
            ]);
            if chosen {
                select(&mut line, look);
            }
            line
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), below);
}

fn outcome(screen: &PolicyScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let (look, tried) = (&shared.look, &screen.candidate);
    let detail = format!("decisions of {} days", tried.days());
    let note = if tried.is_running() { "x stops it".to_owned() } else { String::new() };
    let pane = Pane { title: "What would flip", detail, note, focused: screen.second };
    let inner = pane.draw(frame, area, look);
    if let Stage::Failed(fault) = &tried.stage {
        notice(frame, inner, &Notice::fault(look, fault), look);
        return;
    }
    if tried.stage == Stage::Nothing {
        let words = ["which decisions, how many, and for whom"];
        notice(frame, inner, &Notice::empty(look, "nothing was tried out yet", &words), look);
        return;
    }
    let rows = head_rows(area.height).min(inner.height);
    let head = Rect { height: rows, ..inner };
    let mut lines = summary(tried, usize::from(inner.width), shared);
    lines.truncate(usize::from(rows));
    frame.render_widget(Paragraph::new(lines), head);
    let list = Rect { y: inner.y + rows, height: inner.height - rows, ..inner };
    flips(tried, frame, list, look);
}

/// How far it is, what came of it, and for whom.
fn summary<'a>(tried: &Candidate, cells: usize, shared: &Shared) -> Vec<Line<'a>> {
    let look = &shared.look;
    let (glyph, words, meaning) = match &tried.stage {
        Stage::Reading => {
            let words = "reading it and running its own tests".to_owned();
            (look.glyphs.running, words, Meaning::Running)
        }
        Stage::Replaying => {
            let so_far = count(tried.flips.len() as u64);
            let words = format!("asking it what was decided: {so_far} flips so far");
            (look.glyphs.running, words, Meaning::Running)
        }
        Stage::Stopped => {
            (look.glyphs.cancelled, "stopped before it was done".to_owned(), Meaning::Warn)
        }
        _ => done(tried, look),
    };
    let mark = look.glyphs.ellipsis;
    let line = |text: String, meaning: Meaning| {
        Line::styled(ellipsis(&text, cells, mark).into_owned(), look.style(meaning))
    };
    let mut lines = vec![line(format!("{glyph} {words}"), meaning)];
    if let Some(diff) = &tried.diff {
        let (asked, differ) = (count(diff.asked.into()), count(diff.differ.into()));
        let files = diff.files.len();
        let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
        let text =
            format!("{differ} of {asked} made-up questions answered otherwise, {files} changed");
        lines.push(line(text, Meaning::Text));
    }
    if !tried.revision.is_empty() {
        lines.push(line(format!("revision {}", short(&tried.revision)), Meaning::Dim));
    }
    let summary = tried.summary.clone().unwrap_or_default();
    lines.extend(summary.principals.iter().map(|each| {
        let times = count(each.count);
        line(
            format!("{} {times} for {}", plain(&each.change), plain(&each.principal)),
            Meaning::Warn,
        )
    }));
    let room = usize::from(HEAD_ROWS) - 1;
    if lines.len() > room {
        let hidden = lines.len() + 1 - room;
        lines.truncate(room - 1);
        lines.push(line(format!("and {hidden} more, e writes all of them"), Meaning::Dim));
    }
    lines.extend(warnings(&summary).map(|text| line(text.to_owned(), Meaning::Warn)));
    let since = summary.since.as_ref().map(|at| format!("since {}", when(at, shared)));
    lines.extend(since.map(|text| line(text, Meaning::Dim)));
    lines
}

fn done(tried: &Candidate, look: &Look) -> (&'static str, String, Meaning) {
    let summary = tried.summary.clone().unwrap_or_default();
    let asked = count(summary.decisions);
    match summary.flipped {
        0 => (look.glyphs.succeeded, format!("none of {asked} decisions would flip"), Meaning::Ok),
        flipped => {
            let words = format!("{} of {asked} decisions would flip", count(flipped));
            (look.glyphs.alert, words, Meaning::Warn)
        }
    }
}

fn warnings(summary: &PolicyReplay) -> impl Iterator<Item = &'static str> {
    let cut = summary.cut.then_some("there were more decisions: the oldest were not asked again");
    let flips_cut = summary.flips_cut.then_some("not every flip is listed; all are counted");
    cut.into_iter().chain(flips_cut)
}

fn flips(tried: &Candidate, frame: &mut Frame<'_>, list: Rect, look: &Look) {
    let mark = look.glyphs.ellipsis;
    let cells = usize::from(list.width);
    let who = if cells >= 60 { WHO } else { 0 };
    let head = format!("  {}{}{}", pad("would be", CHANGE, mark), pad("who", who, mark), "what");
    let below = headed(&head, frame, list, look);
    let (all, scroll) = (tried.row_count(), &tried.row_scroll);
    let window = scroll.window(all, usize::from(below.height));
    let room = cells.saturating_sub(2 + CHANGE + who);
    let lines: Vec<Line<'_>> = tried
        .rows()
        .enumerate()
        .skip(window.start)
        .take(window.len())
        .map(|(at, row)| flip(row, at == scroll.cursor, (who, room), look))
        .collect();
    frame.render_widget(Paragraph::new(lines), below);
}

fn flip<'a>(row: Row<'_>, chosen: bool, (who, room): (usize, usize), look: &Look) -> Line<'a> {
    let mark = look.glyphs.ellipsis;
    let (change, principal, what, after) = match row {
        Row::Flip(flip) => {
            let times =
                if flip.count > 1 { format!("x{} ", count(flip.count)) } else { String::new() };
            let what = format!("{times}{} {}", flip.action, flip.resource);
            (&flip.change, flip.principal.as_str(), what, flip.after.as_ref())
        }
        Row::Made(made) => (&made.change, "made up", made.name.clone(), made.after.as_ref()),
    };
    let (glyph, meaning) = match change.as_str() {
        "denied" => (look.glyphs.cancelled, Meaning::Danger),
        "allowed" => (look.glyphs.alert, Meaning::Warn),
        _ => (look.glyphs.waiting, Meaning::Text),
    };
    let what = plain(&format!("{what}{}", reason(after)));
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(pad(&format!("{glyph} {}", plain(change)), CHANGE, mark), look.style(meaning)),
        Span::styled(spaced(&plain(principal), who, mark), look.style(Meaning::Dim)),
        Span::styled(pad(&what, room, mark), look.style(Meaning::Text)),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}

/// Why the answer would be another.
fn reason(after: Option<&PolicyAnswer>) -> String {
    let reasons = after.map(|answer| answer.reasons.join("; ")).unwrap_or_default();
    if reasons.is_empty() { String::new() } else { format!(": {reasons}") }
}
