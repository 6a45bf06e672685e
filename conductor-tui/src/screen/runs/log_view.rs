//! Draws the output of the chosen task below a rule that says what it is and whether it follows.

use conductor_protocol::v1::{Task, TaskStatus};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{layout::below_rule, log::Log};
use crate::{
    app::{Look, Shared},
    theme::Meaning,
    widget::{Notice, bytes, count, notice, width},
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
    log: &Log,
    task: Option<&Task>,
    frame: &mut Frame<'_>,
    (area, focused): (Rect, bool),
    shared: &Shared,
) {
    let look = &shared.look;
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
    if let Some(message) = instead_of_lines(log, task, look) {
        notice(frame, body, &message, look);
        return;
    }
    let dropped = dropped(log, look);
    let (body, mark_row) = if dropped.is_some() && log.top(usize::from(body.height)) == 0 {
        (below_rule(body), Rect { height: 1.min(body.height), ..body })
    } else {
        (body, Rect::ZERO)
    };
    if let Some(mark) = dropped {
        frame.render_widget(Paragraph::new(mark), mark_row);
    }
    let height = usize::from(body.height);
    let lines: Vec<Line<'_>> = log
        .lines()
        .iter()
        .skip(log.top(height))
        .take(height)
        .map(|line| {
            let text: String = line.text.chars().skip(log.left).take(cells).collect();
            let meaning = if line.stderr { Meaning::Warn } else { Meaning::Text };
            Line::styled(text, look.style(meaning))
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), body);
}

fn state(log: &Log, look: &Look) -> String {
    let column = if log.left > 0 { format!("column {}  ", log.left + 1) } else { String::new() };
    let how = if log.task.is_empty() {
        String::new()
    } else if !log.follows() && log.unseen > 0 {
        format!("{} new, G follows", count(log.unseen))
    } else if !log.follows() {
        "held, G follows".to_owned()
    } else if log.ended {
        match log.lines().len() as u64 + log.lines_dropped {
            1 => "1 line".to_owned(),
            lines => format!("{} lines", count(lines)),
        }
    } else {
        format!("following {}", look.glyphs.live)
    };
    format!("{column}{how}")
}

fn dropped<'a>(log: &Log, look: &Look) -> Option<Line<'a>> {
    let text = match (log.lines_dropped, log.bytes_dropped) {
        (0, 0) => return None,
        (0, n) => format!("{} were not kept by the daemon", bytes(n)),
        (n, 0) => format!("{} earlier lines are not kept here", count(n)),
        (n, m) => format!("{} earlier lines are not kept here, {} not at all", count(n), bytes(m)),
    };
    Some(Line::styled(format!("{} {text}", look.glyphs.ellipsis), look.style(Meaning::Warn)))
}

fn instead_of_lines(log: &Log, task: Option<&Task>, look: &Look) -> Option<Notice> {
    if let Some(fault) = &log.fault {
        return Some(Notice::fault(look, fault));
    }
    if !log.lines().is_empty() {
        return None;
    }
    let task = task?;
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
