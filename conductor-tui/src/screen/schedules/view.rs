//! Draws the schedules, and beside them when the chosen one is due and what became of it.

use conductor_protocol::v1::{FireTime, Schedule, ScheduleOutcome, ScheduleSpec, schedule_spec};
use jiff::{SignedDuration, Timestamp};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span, Text},
    widgets::{Paragraph, Wrap},
};

use super::screen::SchedulesScreen;
use crate::{
    app::{Shared, time},
    theme::Meaning,
    widget::{Notice, Pane, count, notice, pad, select},
};

/// Columns from which the times have room beside the list.
pub(crate) const BESIDE_FROM: u16 = 90;

const SOON: usize = 9;
const NEXT: usize = 14;
/// With less room than this the workflow says nothing.
const WORKFLOW_MIN: usize = 10;

/// Draws the screen.
pub(crate) fn schedules_view(
    screen: &SchedulesScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let left = if area.width >= BESIDE_FROM { area.width * 48 / 100 } else { area.width };
    list_view(screen, frame, Rect { width: left, ..area }, shared);
    if left < area.width {
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        times_view(screen, frame, right, shared);
    }
}

fn list_view(screen: &SchedulesScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let (shown, all) = (screen.rows().len(), screen.all().len());
    let note = match (screen.loaded, shown == all) {
        (false, _) => String::new(),
        (true, true) => count(all as u64),
        (true, false) => format!("{} of {}", count(shown as u64), count(all as u64)),
    };
    let detail = screen.filter.clone();
    let inner = Pane { title: "Schedules", detail, note, focused: true }.draw(frame, area, look);
    let instead = match &screen.fault {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if !screen.loaded => Some(Notice::loading(look, "schedules")),
        None if all == 0 => {
            let how = ["conductor schedules set NAME --workflow WORKFLOW --cron '30 2 * * *'"];
            Some(Notice::empty(look, "nothing runs by itself here yet", &how))
        }
        None if shown == 0 => Some(Notice::empty(look, "no schedule matches", &["Esc shows all"])),
        None => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let cells = usize::from(inner.width);
    let name = cells.saturating_sub(2 + SOON + NEXT).clamp(8, 18);
    let mark = look.glyphs.ellipsis;
    let room = cells.saturating_sub(2 + name + SOON + NEXT);
    let head = format!(
        "  {}{}{}{}",
        pad("name", name, mark),
        pad("in", SOON, mark),
        pad("next", NEXT, mark),
        if room >= WORKFLOW_MIN { "runs" } else { "" },
    );
    let top = Rect { height: 1.min(inner.height), ..inner };
    frame.render_widget(Paragraph::new(Line::styled(head, look.style(Meaning::Dim))), top);
    let rows = Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner };
    let window = screen.scroll.window(shown, usize::from(rows.height));
    let lines: Vec<Line<'_>> = screen
        .rows()
        .enumerate()
        .skip(window.start)
        .take(window.len())
        .map(|(at, schedule)| row(schedule, at == screen.scroll.cursor, (name, room), shared))
        .collect();
    frame.render_widget(Paragraph::new(lines), rows);
}

fn row<'a>(
    schedule: &Schedule,
    chosen: bool,
    (name, room): (usize, usize),
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let fires_at = schedule.next.as_ref().and_then(|next| next.fires_at.as_ref());
    let fires_at = fires_at.map(time::from_wire);
    let (soon, next, meaning) = match fires_at {
        Some(at) => (until(at, shared), day_and_time(at, shared), Meaning::Text),
        None if schedule.paused => ("paused".to_owned(), String::new(), Meaning::Warn),
        None => ("done".to_owned(), String::new(), Meaning::Dim),
    };
    let trouble = schedule.recent.first().is_some_and(is_trouble);
    let name_meaning = if trouble { Meaning::Danger } else { Meaning::Text };
    let workflow = schedule.spec.as_ref().map(|spec| spec.workflow.clone()).unwrap_or_default();
    let workflow = if room >= WORKFLOW_MIN { workflow } else { String::new() };
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(pad(&schedule.name, name, mark), look.style(name_meaning)),
        Span::styled(pad(&soon, SOON, mark), look.style(meaning)),
        Span::styled(pad(&next, NEXT, mark), look.style(Meaning::Dim)),
        Span::styled(pad(&workflow, room, mark), look.style(Meaning::Dim)),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}

/// Policy or the workflow stands in its way: somebody must act.
fn is_trouble(outcome: &ScheduleOutcome) -> bool {
    matches!(outcome.skipped.as_str(), "denied" | "refused")
}

fn until(at: Timestamp, shared: &Shared) -> String {
    let left = at.duration_since(shared.data_now()).as_secs();
    if left <= 0 { "now".to_owned() } else { time::long(SignedDuration::from_secs(left)) }
}

/// `28 Mar 03:00` in the operator's zone.
fn day_and_time(at: Timestamp, shared: &Shared) -> String {
    at.to_zoned(shared.look.zone.clone()).strftime("%d %b %H:%M").to_string()
}

fn times_view(screen: &SchedulesScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let chosen = screen.selected();
    let title = chosen.map_or("Times", |schedule| schedule.name.as_str());
    let detail = chosen.map(|schedule| format!("version {}", schedule.version)).unwrap_or_default();
    let inner = Pane { title, detail, ..Pane::default() }.draw(frame, area, look);
    let Some(schedule) = chosen else {
        let words = ["when it is due, and what became of it"];
        notice(frame, inner, &Notice::empty(look, "no schedule is chosen", &words), look);
        return;
    };
    let mut lines = says(schedule, shared);
    lines.extend([Line::default(), Line::styled("Next", look.style(Meaning::Title))]);
    match screen.times() {
        Some(Ok(next)) => lines.extend(next_times(schedule, &next.times, shared)),
        Some(Err(fault)) => {
            lines.push(Line::styled(format!("  {}", fault.message), look.style(Meaning::Danger)));
        }
        None => lines.push(Line::styled("  …", look.style(Meaning::Dim))),
    }
    lines.extend([Line::default(), Line::styled("Before", look.style(Meaning::Title))]);
    if schedule.recent.is_empty() {
        lines.push(Line::styled("  nothing yet", look.style(Meaning::Dim)));
    }
    lines.extend(schedule.recent.iter().map(|outcome| before(outcome, shared)));
    frame.render_widget(Paragraph::new(Text::from(lines)).wrap(Wrap { trim: false }), inner);
}

/// What it says, line by line.
fn says<'a>(schedule: &Schedule, shared: &Shared) -> Vec<Line<'a>> {
    let look = &shared.look;
    let dim = look.style(Meaning::Dim);
    let spec = schedule.spec.clone().unwrap_or_default();
    let field = |name: &str, text: String| {
        Line::from(vec![Span::styled(format!("{name:<9}"), dim), Span::raw(text)])
    };
    let version = match spec.workflow_version.as_str() {
        "" => "the newest".to_owned(),
        version => version.to_owned(),
    };
    let mut lines = Vec::new();
    if !spec.description.is_empty() {
        lines.extend([Line::raw(spec.description.clone()), Line::default()]);
    }
    lines.push(field("runs", format!("{}, {version}, for {}", spec.workflow, schedule.owner)));
    if !matches!(spec.inputs_json.as_str(), "" | "{}") {
        lines.push(field("with", spec.inputs_json.clone()));
    }
    if !spec.subject.is_empty() {
        lines.push(field("about", spec.subject.clone()));
    }
    lines.push(field("when", when(&spec)));
    let overlap = enum_word(spec.overlap().as_str_name());
    let missed = enum_word(spec.missed().as_str_name());
    lines.push(field("else", format!("overlap {overlap}, missed {missed}")));
    if schedule.paused {
        let why = match schedule.paused_reason.as_str() {
            "" => String::new(),
            reason => format!(": {reason}"),
        };
        let text = format!("paused   by {}{why}", schedule.paused_by);
        lines.push(Line::styled(text, look.style(Meaning::Warn)));
    }
    if !schedule.active_run_id.is_empty() {
        lines.push(field("running", schedule.active_run_id.clone()));
    }
    if schedule.waiting + schedule.backlog > 0 {
        let text = format!("{} due, {} of backfills", schedule.waiting, schedule.backlog);
        lines.push(field("waiting", text));
    }
    lines
}

fn when(spec: &ScheduleSpec) -> String {
    let spread =
        |ms| time::long(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX)));
    let jitter = match spec.jitter_ms {
        0 => String::new(),
        ms => format!(", spread over {}", spread(ms)),
    };
    let when = match &spec.trigger {
        Some(schedule_spec::Trigger::Cron(pattern)) => format!("{pattern}   {}", spec.zone),
        Some(schedule_spec::Trigger::EveryMs(ms)) => format!("every {}", spread(*ms)),
        Some(schedule_spec::Trigger::At(at)) => format!("once, {at}"),
        None => String::new(),
    };
    format!("{when}{jitter}")
}

/// `OVERLAP_SKIP` is `skip`.
fn enum_word(name: &str) -> String {
    name.rsplit('_').next().unwrap_or_default().to_ascii_lowercase()
}

fn next_times<'a>(schedule: &Schedule, times: &[FireTime], shared: &Shared) -> Vec<Line<'a>> {
    let dim = shared.look.style(Meaning::Dim);
    if times.is_empty() {
        return vec![Line::styled("  never again", dim)];
    }
    if schedule.paused {
        return vec![Line::styled("  when it is resumed", dim)];
    }
    let line = |fire: &FireTime| {
        let at = fire.fires_at.as_ref().map(time::from_wire).unwrap_or_default();
        Line::from(vec![
            Span::raw(format!(
                "  {}",
                pad(&day_and_time(at, shared), NEXT, shared.look.glyphs.ellipsis)
            )),
            Span::styled(pad(&until(at, shared), SOON, shared.look.glyphs.ellipsis), dim),
            Span::styled(format!("{} there", fire.shown), dim),
        ])
    };
    times.iter().map(line).collect()
}

fn before<'a>(outcome: &ScheduleOutcome, shared: &Shared) -> Line<'a> {
    let look = &shared.look;
    let due = outcome.due.as_ref().map(time::from_wire).unwrap_or_default();
    let (text, meaning) = match outcome.skipped.as_str() {
        "" => (outcome.run_id.clone(), Meaning::Accent),
        why => {
            let times =
                if outcome.count > 1 { format!(" {} times", outcome.count) } else { String::new() };
            let note =
                if outcome.note.is_empty() { String::new() } else { format!(": {}", outcome.note) };
            let meaning = if is_trouble(outcome) { Meaning::Danger } else { Meaning::Warn };
            (format!("skipped{times}, {}{note}", why.replace('_', " ")), meaning)
        }
    };
    let late = if outcome.cause == "due" { "" } else { outcome.cause.as_str() };
    Line::from(vec![
        Span::raw(format!(
            "  {}",
            pad(&day_and_time(due, shared), NEXT, shared.look.glyphs.ellipsis)
        )),
        Span::styled(pad(late, SOON, shared.look.glyphs.ellipsis), look.style(Meaning::Dim)),
        Span::styled(text, look.style(meaning)),
    ])
}
