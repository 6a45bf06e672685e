//! Draws the output of the chosen task below a rule that says what it is and whether it follows.

use conductor_protocol::v1::{Task, TaskStatus};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{layout::below_rule, open::OpenRun};
use crate::{
    app::{Look, Shared},
    log::{Log, Shape, part},
    screen::logs::{dropped, follows, words_of},
    theme::Meaning,
    widget::{Notice, notice, select, width},
    words,
};

/// A thin line with a title at the left and a note at the right.
pub(crate) fn rule<'a>(
    title: &str,
    note: &str,
    cells: usize,
    focused: bool,
    look: &Look,
) -> Line<'a> {
    let (words, line) = if focused {
        (look.style(Meaning::Accent), look.style(Meaning::Focus))
    } else {
        (look.style(Meaning::Dim), look.style(Meaning::Border))
    };
    let stroke = |n: usize| look.glyphs.rule.repeat(n);
    let note = if note.is_empty() { String::new() } else { format!(" {note} ") };
    let title = format!(" {title} ");
    let fill = cells.saturating_sub(2 + width(&title) + width(&note) + 2);
    Line::from(vec![
        Span::styled(stroke(2), line),
        Span::styled(title, words),
        Span::styled(stroke(fill), line),
        Span::styled(note, look.style(Meaning::Dim)),
        Span::styled(stroke(2), line),
    ])
}

/// What bounded the attempt whose output is shown, where something was to.
fn confined(task: &Task, attempt: u32) -> Option<String> {
    let attempt = task.attempts.iter().find(|known| known.number == attempt);
    let confinement = attempt.or(task.attempts.last())?.confinement.as_ref()?;
    Some(words::confinement(confinement))
}

/// Draws the section.
pub(crate) fn log_view(
    open: &OpenRun,
    frame: &mut Frame<'_>,
    (area, focused): (Rect, bool),
    shared: &Shared,
) {
    let look = &shared.look;
    let (log, task) = (&open.log, open.task());
    let cells = usize::from(area.width);
    let dot = look.glyphs.separator;
    let title = match task {
        Some(task) if log.attempt > 1 => {
            format!("log {dot} {} {dot} attempt {}", task.id, log.attempt)
        }
        Some(task) => format!("log {dot} {}", task.id),
        None => "log".to_owned(),
    };
    let title = match task.and_then(|task| confined(task, log.attempt)) {
        Some(words) => format!("{title} {dot} {words}"),
        None => title,
    };
    let head = Rect { height: 1.min(area.height), ..area };
    frame
        .render_widget(Paragraph::new(rule(&title, &state(log, look), cells, focused, look)), head);
    let body = below_rule(area);
    if let Some(message) = instead_of_lines(open, look) {
        notice(frame, body, &message, look);
        return;
    }
    let shape = shape(body);
    let sight = log.sight(shape);
    let mut rows: Vec<Line<'_>> =
        dropped(log, look).filter(|_| sight.top == 0).into_iter().collect();
    let room = shape.height.saturating_sub(rows.len());
    // Where the mark has a row the cursor keeps its own.
    let top = sight.top.max((sight.cursor + 1).saturating_sub(room));
    rows.extend((top..top + room).map_while(|row| {
        let line = log.line(row)?;
        let mut drawn =
            Line::from(words_of(&line, part(line.text, log.left(), shape.cells), None, look));
        if focused && !log.follows() && row == sight.cursor {
            let fill = " ".repeat(shape.cells.saturating_sub(drawn.width()));
            drawn.push_span(Span::styled(fill, look.style(Meaning::Text)));
            select(&mut drawn, look);
        }
        Some(drawn)
    }));
    frame.render_widget(Paragraph::new(rows), body);
}

/// The window that a log has in an area.
pub(crate) fn shape(area: Rect) -> Shape {
    let (height, cells) = (usize::from(area.height), usize::from(area.width));
    Shape { height, cells, wraps: false }
}

/// All of a log as text.
pub(crate) fn text(log: &Log) -> String {
    log.shown().flat_map(|line| [line.text, "\n"]).collect()
}

fn state(log: &Log, look: &Look) -> String {
    let column =
        if log.left() > 0 { format!("column {}  ", log.left() + 1) } else { String::new() };
    let how = if log.task.is_empty() { String::new() } else { follows(log, look) };
    format!("{column}{how}")
}

fn instead_of_lines(open: &OpenRun, look: &Look) -> Option<Notice> {
    let log = &open.log;
    if let Some(fault) = &log.fault {
        return Some(Notice::fault(look, fault));
    }
    if !log.is_empty() {
        return None;
    }
    let task = open.task()?;
    if open.is_group(task) {
        let more = ["z shows them, each with its own", "L opens all of it side by side"];
        return Some(Notice::empty(look, "what it runs on has the output", &more));
    }
    let head = match task.status() {
        TaskStatus::Waiting if task.needs.is_empty() => "not started yet".to_owned(),
        TaskStatus::Waiting => format!("waits for {}", task.needs.join(", ")),
        TaskStatus::Ready => "waits for a worker with room".to_owned(),
        TaskStatus::Skipped => "skipped, so there is no output".to_owned(),
        _ if task.attempts.is_empty() => "never started".to_owned(),
        _ if log.ended => "it wrote nothing".to_owned(),
        _ => "nothing written so far".to_owned(),
    };
    let why: &[&str] = if task.message.is_empty() { &[] } else { &[&task.message] };
    Some(Notice::empty(look, &head, why))
}
