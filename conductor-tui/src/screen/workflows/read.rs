//! A runbook for a reader: who looks after it, when it was last seen to work, what others said of it.

use conductor_protocol::v1::Workflow;
use ratatui::text::{Line, Span};

use crate::{
    app::{Look, Shared, time},
    theme::Meaning,
};

/// Who looks after it, what it is found by, whether it works, and what others said.
pub(super) fn registered<'a>(workflow: &Workflow, shared: &Shared) -> Vec<Line<'a>> {
    let look = &shared.look;
    let mut lines = Vec::new();
    let named = |label: &str, names: &[String]| {
        (!names.is_empty()).then(|| row(label, tame(&names.join(", ")), Meaning::Text, look))
    };
    lines.extend(named("owners", &workflow.owners));
    lines.extend(named("tags", &workflow.tags));
    lines.push(match &workflow.rehearsed {
        None => row("rehearsed", "never".to_owned(), Meaning::Warn, look),
        Some(found) => {
            let at = found.at.as_ref().map(time::from_wire);
            let age = at.map(|at| format!("{} ago", time::age(at, shared.data_now())));
            let how = if found.declared { ", as a rehearsal" } else { "" };
            let age = age.unwrap_or_default();
            let text = format!("{age}, {} in {}{how}", found.version, found.environment);
            row("rehearsed", text, Meaning::Text, look)
        }
    });
    for review in &workflow.reviews {
        let (word, meaning) =
            if review.accepted { ("accepted", Meaning::Ok) } else { ("rejected", Meaning::Danger) };
        let why = if review.reason.is_empty() { "" } else { ": " };
        lines.push(row(word, format!("{}{why}{}", review.by, tame(&review.reason)), meaning, look));
    }
    lines
}

pub(super) fn row<'a>(label: &str, text: String, meaning: Meaning, look: &Look) -> Line<'a> {
    Line::from(vec![
        Span::styled(format!("{label:<10}"), look.style(Meaning::Dim)),
        Span::styled(text, look.style(meaning)),
    ])
}

/// A line that can't steer the terminal.
pub(super) fn tame(line: &str) -> String {
    line.replace('\t', "    ")
        .chars()
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}
