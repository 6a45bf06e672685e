//! Draws the schedules on a time line, and beside or below it when the chosen one is due and what
//! became of it.

use conductor_protocol::v1::{FireTime, Schedule, ScheduleOutcome, ScheduleSpec, schedule_spec};
use jiff::{SignedDuration, Timestamp};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span, Text},
    widgets::{Paragraph, Wrap},
};

use super::{
    columns::value,
    screen::SchedulesScreen,
    timeline::{Known, axis, legend, track},
};
use crate::{
    app::{Look, Shared, body, time},
    columns::{Arrangement, Fitted, fit, wants},
    input::veiled,
    theme::Meaning,
    widget::{
        Axis, Notice, Pane, count, ellipsis, heads, notice, pad, placed, plain, select, titled,
    },
};

/// Columns from which the chosen schedule has room beside the time line, and rows from which it has
/// below it.
const BESIDE_FROM: u16 = 150;
const BELOW_FROM: u16 = 27;
/// Rows of it there.
const BELOW: u16 = 15;
/// Columns from which it is told in two columns.
const TWO_COLUMNS: u16 = 84;

const SOON: usize = 9;
const NEXT: usize = 14;
/// Cells before the columns.
const BEFORE: usize = 2;
/// Cells of a name in a list of so many cells: a fifth of them, between these.
const NAME: (usize, usize) = (9, 21);
/// Cells that the time line keeps before columns give way for it; one of them keeps it away from them.
const TRACK_LEAST: usize = 15;
/// Times that are told one by one.
const NEXT_SHOWN: usize = 10;

/// Where the time line goes, and the chosen schedule.
fn panes(area: Rect, (reading, wide): (bool, bool)) -> (Option<Rect>, Option<Rect>) {
    if wide && !reading {
        return (Some(area), None);
    }
    if area.width >= BESIDE_FROM {
        let left = area.width * 64 / 100;
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        return (Some(Rect { width: left, ..area }), Some(right));
    }
    if area.height >= BELOW_FROM {
        let top = area.height - BELOW;
        let below = Rect { y: area.y + top, height: BELOW, ..area };
        return (Some(Rect { height: top, ..area }), Some(below));
    }
    if reading { (None, Some(area)) } else { (Some(area), None) }
}

/// Rows of the time line that are seen at once, where the chosen schedule is read, and where the list is
/// wide: the frame, the axis and the legend take four.
pub(super) fn list_height(size: (u16, u16), seen: (bool, bool)) -> usize {
    let line = panes(body(size), seen).0.unwrap_or_default();
    usize::from(line.height.saturating_sub(4))
}

/// Draws the screen.
pub(crate) fn schedules_view(
    screen: &SchedulesScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let (line, chosen) = panes(area, screen.seen());
    if let Some(area) = line {
        line_view(screen, frame, area, shared);
    }
    if let Some(area) = chosen {
        times_view(screen, frame, area, shared);
    }
}

/// What is said where there are no rows.
fn instead_of_rows(screen: &SchedulesScreen, look: &Look) -> Option<Notice> {
    let (shown, all) = (screen.rows().len(), screen.all().len());
    match &screen.fault {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if !screen.loaded => Some(Notice::loading(look, "schedules")),
        None if all == 0 => {
            let how = ["conductor schedules set NAME --workflow WORKFLOW --cron '30 2 * * *'"];
            Some(Notice::empty(look, "nothing runs by itself here yet", &how))
        }
        None if shown == 0 => Some(Notice::empty(look, "no schedule matches", &["Esc shows all"])),
        None => None,
    }
}

fn line_view(screen: &SchedulesScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let (shown, all) = (screen.rows().len(), screen.all().len());
    let scale = screen.scale.word();
    let note = match (screen.loaded, shown == all) {
        (false, _) => String::new(),
        (true, true) => format!("{scale}   {}", count(all as u64)),
        (true, false) => format!("{scale}   {} of {}", count(shown as u64), count(all as u64)),
    };
    let (title, detail) = titled("Schedules", screen.columns(), &screen.filter, look);
    let inner =
        Pane { title: &title, detail, note, focused: !screen.reading }.draw(frame, area, look);
    if let Some(message) = instead_of_rows(screen, look) {
        notice(frame, inner, &message, look);
        return;
    }
    let cells = usize::from(inner.width);
    let columns = fit(screen.columns(), room(screen.columns(), cells));
    let left = BEFORE + columns.iter().map(|it| it.gap + it.cells).sum::<usize>();
    let track = cells.saturating_sub(left + 1);
    let axis = axis(shared.data_now(), screen.scale, track);
    let mut head = heads(screen.columns(), &columns, BEFORE, look);
    if track > 0 {
        head.spans.push(Span::raw(" "));
        head.spans.extend(axis.labels(look).spans);
    }
    let height = usize::from(inner.height.saturating_sub(2));
    let window = screen.scroll.window(shown, height);
    let mut lines = vec![head];
    lines.extend(screen.rows().enumerate().skip(window.start).take(window.len()).map(
        |(at, row)| {
            let mut line = self::row(row, at == screen.scroll.cursor, &columns, shared);
            if track > 0 {
                line.spans.push(Span::raw(" "));
                line.spans.extend(times(screen, row, &axis, look));
            }
            line
        },
    ));
    let top = Rect { height: inner.height.saturating_sub(1), ..inner };
    frame.render_widget(Paragraph::new(lines), top);
    let foot = Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner };
    frame.render_widget(Paragraph::new(below(screen, cells, track, look)), foot);
}

/// What stands below the rows: what the signs on the time line mean, or why some are not there.
fn below<'a>(screen: &SchedulesScreen, cells: usize, track: usize, look: &Look) -> Line<'a> {
    let told = |text: &str, meaning: Meaning| {
        let text = ellipsis(text, cells, look.glyphs.ellipsis).into_owned();
        Line::styled(text, look.style(meaning))
    };
    match &screen.freezes {
        Some(Err(fault)) => {
            told(&format!("freezes are not shown: {}", plain(&fault.message)), Meaning::Warn)
        }
        _ if track == 0 => told("the time line has no room beside the columns", Meaning::Dim),
        _ => legend(look, cells),
    }
}

/// Cells for the columns, of so many. A wide list has them all where the time line has no room besides.
fn room(columns: &Arrangement, cells: usize) -> usize {
    let wanted = wants(columns, (cells / 5).saturating_sub(1).clamp(NAME.0, NAME.1));
    let most = cells.saturating_sub(BEFORE);
    let beside = most.saturating_sub(TRACK_LEAST);
    match columns.is_wide() {
        true if wanted > beside => most,
        _ => wanted.min(beside),
    }
}

fn row<'a>(schedule: &Schedule, chosen: bool, columns: &[Fitted], shared: &Shared) -> Line<'a> {
    let look = &shared.look;
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let mut line =
        Line::from(vec![Span::styled(format!("{cursor} "), look.style(Meaning::Accent))]);
    for fitted in columns {
        let (text, meaning) = value(schedule, fitted.column.name, shared);
        line.spans.push(Span::styled(placed(&plain(&text), fitted, look), look.style(meaning)));
    }
    if chosen {
        select(&mut line, look);
    }
    line
}

/// When it is due, on the time line.
fn times<'a>(
    screen: &SchedulesScreen,
    schedule: &Schedule,
    axis: &Axis,
    look: &Look,
) -> Vec<Span<'a>> {
    let told = screen.times_of(schedule).and_then(|times| times.as_ref().ok());
    let freezes = screen.freezes.as_ref().and_then(|found| found.as_deref().ok());
    let known = Known {
        schedule,
        times: told.map(|told| told.times.as_slice()),
        more: told.is_none_or(SchedulesScreen::may_go_on),
        freezes: freezes.unwrap_or_default(),
    };
    track(&known, axis, look)
}

/// Policy or the workflow stands in its way: somebody must act.
pub(super) fn is_trouble(outcome: &ScheduleOutcome) -> bool {
    matches!(outcome.skipped.as_str(), "denied" | "refused")
}

/// How long it is until then.
pub(super) fn until(at: Timestamp, shared: &Shared) -> String {
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
    let focused = screen.reading;
    let inner = Pane { title, detail, focused, ..Pane::default() }.draw(frame, area, look);
    let Some(schedule) = chosen else {
        let words = ["when it is due, and what became of it"];
        notice(frame, inner, &Notice::empty(look, "no schedule is chosen", &words), look);
        return;
    };
    let mut next = vec![Line::styled("Next", look.style(Meaning::Title))];
    match screen.times() {
        Some(Ok(times)) => {
            let first = &times.times[..times.times.len().min(NEXT_SHOWN)];
            next.extend(next_times(schedule, first, shared));
        }
        Some(Err(fault)) => {
            next.push(Line::styled(format!("  {}", fault.message), look.style(Meaning::Danger)));
        }
        None => {
            let text = format!("  {}", look.glyphs.ellipsis);
            next.push(Line::styled(text, look.style(Meaning::Dim)));
        }
    }
    let mut past = vec![Line::styled("Before", look.style(Meaning::Title))];
    if schedule.recent.is_empty() {
        past.push(Line::styled("  nothing yet", look.style(Meaning::Dim)));
    }
    past.extend(schedule.recent.iter().map(|outcome| before(outcome, shared)));
    let mut lines = says(schedule, shared);
    lines.push(Line::default());
    let page =
        |lines: Vec<Line<'static>>| Paragraph::new(Text::from(lines)).wrap(Wrap { trim: false });
    if inner.width >= TWO_COLUMNS {
        let left = inner.width / 2;
        lines.extend(past);
        frame.render_widget(page(lines), Rect { width: left - 1, ..inner });
        let right = Rect { x: inner.x + left, width: inner.width - left, ..inner };
        frame.render_widget(page(next), right);
        return;
    }
    lines.extend(next);
    lines.push(Line::default());
    lines.extend(past);
    frame.render_widget(page(lines), inner);
}

/// What it says, line by line.
fn says(schedule: &Schedule, shared: &Shared) -> Vec<Line<'static>> {
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
        lines.push(field("with", veiled(&spec.inputs_json, &shared.secret_inputs)));
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
    let jitter = match spec.jitter_ms {
        0 => String::new(),
        ms => format!(", spread over {}", spread(ms)),
    };
    let zone = match &spec.trigger {
        Some(schedule_spec::Trigger::Cron(_)) => format!("   {}", spec.zone),
        _ => String::new(),
    };
    format!("{}{zone}{jitter}", pattern(spec))
}

/// When it is due, as it is written: without its zone.
pub(super) fn pattern(spec: &ScheduleSpec) -> String {
    match &spec.trigger {
        Some(schedule_spec::Trigger::Cron(pattern)) => pattern.clone(),
        Some(schedule_spec::Trigger::EveryMs(ms)) => format!("every {}", spread(*ms)),
        Some(schedule_spec::Trigger::At(at)) => format!("once, {at}"),
        None => String::new(),
    }
}

fn spread(ms: u64) -> String {
    time::long(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX)))
}

/// `OVERLAP_SKIP` is `skip`.
fn enum_word(name: &str) -> String {
    name.rsplit('_').next().unwrap_or_default().to_ascii_lowercase()
}

fn next_times(schedule: &Schedule, times: &[FireTime], shared: &Shared) -> Vec<Line<'static>> {
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

fn before(outcome: &ScheduleOutcome, shared: &Shared) -> Line<'static> {
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
