//! The page of a version: its prose, and its steps beside it or where they stand in it. Each line knows
//! the step that it belongs to.

use conductor_protocol::{
    manifest::{Change, Passage, Spread, TaskSpec},
    v1::Workflow,
};
use ratatui::text::{Line, Span};

use super::{describe::describe, layout::STEPS_BESIDE, read::tame, registry::Detail};
use crate::{
    app::{Look, Shared},
    compared,
    planned::executor,
    theme::Meaning,
    widget::{broken, more_lines, painted, prose, wrapped},
};

/// Columns that mark what belongs together, left of the text.
pub(super) const MARGIN: usize = 2;
/// How far what goes on stands from the left in what is said of a version.
const HANG: usize = 10;
/// Lines of a step's parameters that are shown; the rest is in the manifest.
const GIVEN_LINES_MAX: usize = 40;

/// A line and the step it belongs to, counted from 0.
#[derive(Debug, Clone)]
pub(super) struct PageRow {
    pub(super) line: Line<'static>,
    pub(super) step: Option<usize>,
}

/// A page within a width.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) rows: Vec<PageRow>,
    /// The steps, where they stand beside the prose.
    pub(super) steps: Vec<PageRow>,
    /// Columns of the prose, its margin not counted.
    pub(super) prose_columns: usize,
}

impl Page {
    /// The step that the line under the cursor belongs to.
    pub(super) fn step(&self, cursor: usize) -> Option<usize> {
        self.rows.get(cursor)?.step
    }

    fn push(&mut self, lines: Vec<Line<'static>>, step: Option<usize>) {
        self.rows.extend(lines.into_iter().map(|line| PageRow { line, step }));
    }

    fn gap(&mut self, step: Option<usize>) {
        if self.rows.last().is_some_and(|row| row.line.width() > 0) {
            self.rows.push(PageRow { line: Line::default(), step });
        }
    }
}

/// A version to be read, in a pane that is so wide inside.
pub(super) fn read_page(
    listed: &Workflow,
    detail: &Detail,
    changes: Option<(&str, Vec<Change>)>,
    columns: usize,
    shared: &Shared,
) -> Page {
    let look = &shared.look;
    let columns = columns.saturating_sub(MARGIN);
    let beside = !detail.passages.is_empty() && columns >= STEPS_BESIDE;
    let prose_columns = if beside { columns * 56 / 100 } else { columns };
    let mut page = Page { prose_columns, ..Page::default() };
    let about = describe(listed, detail, changes, shared);
    page.push(about.into_iter().flat_map(|line| fold(line, prose_columns)).collect(), None);
    page.gap(None);
    if detail.passages.is_empty() {
        page.push(vec![Line::styled("Does", look.style(Meaning::Title))], None);
        for (index, task) in detail.manifest.tasks.iter().enumerate() {
            page.push(step((index, Some(task)), &given(task), prose_columns, look), Some(index));
            page.gap(Some(index));
        }
        return page;
    }
    let beside_columns = columns.saturating_sub(prose_columns + 3 + MARGIN);
    let mut before = None;
    for (at, passage) in detail.passages.iter().enumerate() {
        match passage {
            Passage::Prose(lines) => {
                let next = detail.passages[at + 1..].iter().find_map(index_of);
                for (part, of) in parts(lines, before, next) {
                    page.push(prose(part, prose_columns, look), of);
                    page.gap(of);
                }
            }
            Passage::Step { index, lines } => {
                let task = (*index, detail.manifest.tasks.get(*index));
                if beside {
                    let lines = step(task, lines, beside_columns, look);
                    let row = |line| PageRow { line, step: Some(*index) };
                    page.steps.extend(lines.into_iter().map(row));
                    page.steps.push(PageRow { line: Line::default(), step: Some(*index) });
                } else {
                    page.push(step(task, lines, prose_columns, look), Some(*index));
                    page.gap(Some(*index));
                }
                before = Some(*index);
            }
        }
    }
    page
}

fn index_of(passage: &Passage) -> Option<usize> {
    match passage {
        Passage::Step { index, .. } => Some(*index),
        Passage::Prose(_) => None,
    }
}

/// A passage by the steps that its parts belong to: what stands before its first heading goes on from
/// the step before, and from its last heading on it is about the next.
fn parts(
    lines: &[String],
    before: Option<usize>,
    next: Option<usize>,
) -> Vec<(&[String], Option<usize>)> {
    let heading = |line: &String| line.trim_start().starts_with('#');
    let first = lines.iter().position(heading);
    let last = lines.iter().rposition(heading);
    let (Some(first), Some(last)) = (first, last) else { return vec![(lines, next)] };
    let all = [(&lines[..first], before), (&lines[first..last], None), (&lines[last..], next)];
    let said =
        |(part, _): &(&[String], Option<usize>)| part.iter().any(|line| !line.trim().is_empty());
    all.into_iter().filter(said).collect()
}

/// A step: what it is called, what runs it, how it goes about it, and what is given to it.
fn step(
    (index, task): (usize, Option<&TaskSpec>),
    given: &[String],
    columns: usize,
    look: &Look,
) -> Vec<Line<'static>> {
    let dim = look.style(Meaning::Dim);
    let id = task.map(|task| task.id.clone()).unwrap_or_default();
    let uses = task.map(|task| format!("  {}", executor(task.uses.as_str())));
    let head = vec![
        Span::styled(format!("{:>2} ", index + 1), dim),
        Span::styled(id, look.style(Meaning::Accent)),
        Span::styled(uses.unwrap_or_default(), dim),
    ];
    let mut lines = wrapped(head, columns, 3);
    for text in task.map(manners).unwrap_or_default() {
        lines.extend(wrapped(vec![Span::styled(format!("   {text}"), dim)], columns, 5));
    }
    for line in given.iter().take(GIVEN_LINES_MAX) {
        // As it is written: spaces count.
        let text = tame(line);
        let parts = broken(&text, columns.saturating_sub(5)).into_iter();
        let code = look.style(Meaning::Text);
        let line = |part: String| {
            Line::from(vec![
                Span::styled(format!("   {}", look.glyphs.tree_down), look.style(Meaning::Border)),
                Span::styled(part, code),
            ])
        };
        lines.extend(parts.map(line));
    }
    if let Some(more @ 1..) = given.len().checked_sub(GIVEN_LINES_MAX) {
        let text = format!("   {}: conductor workflows show", more_lines(more));
        lines.push(Line::styled(text, dim));
    }
    lines
}

/// How a step goes about it, where that is not as usual.
fn manners(task: &TaskSpec) -> Vec<String> {
    let mut how = Vec::new();
    if !task.needs.is_empty() {
        let any = if task.needs_any { "any of " } else { "" };
        how.push(format!("after {any}{}", task.needs.join(", ")));
    }
    how.extend(task.when.as_ref().map(|when| format!("when {}", tame(when))));
    how.extend(task.spread.as_ref().map(|spread| match spread {
        Spread::Hosts(filter) => format!("on every host of {}", tame(filter)),
        Spread::Foreach(_) => "for each of a list".to_owned(),
        Spread::Matrix(_) => "for every combination of a matrix".to_owned(),
    }));
    if task.retries > 0 {
        how.push(format!("tried {} times at most", task.retries + 1));
    }
    if task.at_most_once {
        how.push("never started twice".to_owned());
    }
    if !task.secrets.is_empty() {
        how.push(format!("secrets {}", task.secrets.join(", ")));
    }
    how.extend(
        task.compensate.as_ref().map(|undo| format!("undone by {}", executor(undo.uses.as_str()))),
    );
    how
}

/// What a step of a manifest in YAML is given, line by line.
fn given(task: &TaskSpec) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, value) in &task.with {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match text.trim_end().split_once('\n') {
            None => lines.push(format!("{name}: {}", text.trim_end())),
            Some(_) => {
                lines.push(format!("{name}:"));
                lines.extend(text.trim_end().lines().map(|line| format!("  {line}")));
            }
        }
    }
    lines
}

/// What one version changed from another, by what they mean or as text.
pub(super) fn compare_page(
    (old, new): (&Detail, &Detail),
    as_text: bool,
    columns: usize,
    look: &Look,
) -> Page {
    let columns = columns.saturating_sub(MARGIN);
    let changes = conductor_protocol::manifest::diff(&old.manifest, &new.manifest);
    let same = "no difference in what they mean".to_owned();
    let dim = look.style(Meaning::Dim);
    let texts = old.text.as_deref().zip(new.text.as_deref());
    let (how, lines) = match (as_text, texts) {
        (true, Some((old, new))) => {
            ("as text, as it was published; t: by what they mean", compared::texts(old, new))
        }
        (true, None) => {
            let yaml =
                |detail: &Detail| serde_yaml_ng::to_string(&detail.manifest).unwrap_or_default();
            let lines = compared::texts(&yaml(old), &yaml(new));
            ("as YAML, for the text was not kept; t: by what they mean", lines)
        }
        (false, _) => {
            ("by what they mean; t: as text", compared::lines(&changes, look.glyphs.becomes))
        }
    };
    let mut page = Page { prose_columns: columns, ..Page::default() };
    page.push(wrapped(vec![Span::styled(how, dim)], columns, 0), None);
    page.gap(None);
    if lines.is_empty() {
        page.push(vec![Line::styled(same, dim)], None);
    }
    for line in lines {
        let line = line.into_iter().map(|(tone, text)| (tone, tame(&text))).collect();
        page.push(fold(painted(line, look), columns), None);
    }
    page
}

/// A line in as many as it takes.
fn fold(line: Line<'_>, columns: usize) -> Vec<Line<'static>> {
    if line.width() == 0 {
        return vec![Line::default()];
    }
    let style = line.style;
    let spans = line
        .spans
        .into_iter()
        .map(|span| Span::styled(span.content.into_owned(), style.patch(span.style)));
    let spans: Vec<Span<'static>> = spans.collect();
    // What goes on behind a label stands below what it began with.
    let labelled = spans.len() > 1 && spans[0].width() == HANG;
    wrapped(spans, columns, if labelled { HANG } else { 0 })
}
