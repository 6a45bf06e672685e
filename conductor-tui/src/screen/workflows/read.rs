//! A runbook for a reader: who looks after it, when it was last seen to work, what others said of it, and
//! its prose with the steps where they stand.

use conductor_protocol::{
    manifest::{Manifest, Passage},
    v1::Workflow,
};
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
        (!names.is_empty()).then(|| row(label, names.join(", "), Meaning::Text, look))
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

fn row<'a>(label: &str, text: String, meaning: Meaning, look: &Look) -> Line<'a> {
    Line::from(vec![
        Span::styled(format!("{label:<10}"), look.style(Meaning::Dim)),
        Span::styled(text, look.style(meaning)),
    ])
}

/// The prose, and each step in its place.
pub(super) fn told<'a>(passages: &[Passage], manifest: &Manifest, look: &Look) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for passage in passages {
        match passage {
            Passage::Prose(prose) => lines.extend(prose.iter().map(|line| {
                let heading = line.trim_start().starts_with('#');
                let meaning = if heading { Meaning::Title } else { Meaning::Text };
                Line::styled(tame(line), look.style(meaning))
            })),
            Passage::Step { index, lines: inside } => {
                let task = manifest.tasks.get(*index);
                let id = task.map(|task| task.id.clone()).unwrap_or_default();
                let uses = task.map(|task| format!("  {}", task.uses.as_str()));
                lines.push(Line::from(vec![
                    Span::styled(format!("{} ", index + 1), look.style(Meaning::Dim)),
                    Span::styled(id, look.style(Meaning::Accent)),
                    Span::styled(uses.unwrap_or_default(), look.style(Meaning::Dim)),
                ]));
                lines.extend(inside.iter().map(|line| {
                    Line::styled(format!("  {}", tame(line)), look.style(Meaning::Dim))
                }));
            }
        }
    }
    lines
}

/// A line that can't steer the terminal.
fn tame(line: &str) -> String {
    line.replace('\t', "    ")
        .chars()
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}
