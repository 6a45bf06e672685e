//! What a run is related to, as a tree: the workflow's version, who and what allowed it, runs
//! that it repeats and that repeat it, its tasks, what it made, who did the work.

use std::collections::BTreeSet;

use conductor_protocol::v1::{Attempt, Run, Task};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};
use serde_json::{Map, Value};

use super::open::OpenRun;
use crate::{
    app::Shared,
    input::{SecretNames, veiled},
    screen::Tab,
    theme::{Glyphs, Meaning},
    widget::{Notice, Pane, Target, bytes, ellipsis, notice, plain, select, task_mark},
};

/// Fields that are listed of inputs and of outputs; all are in what `e` writes.
const FIELDS_MAX: usize = 50;

/// One line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    depth: usize,
    label: &'static str,
    text: String,
    meaning: Meaning,
    /// What Enter opens.
    pub(crate) target: Option<Target>,
    /// What `y` copies.
    pub(crate) copy: String,
    /// What the graph calls it, where it is in there.
    pub(crate) entity: Option<String>,
    /// The artifact that Enter opens, by its name.
    pub(crate) artifact: Option<String>,
}

fn node(depth: usize, label: &'static str, text: &str) -> Node {
    let (text, meaning) = (text.to_owned(), Meaning::Text);
    let (target, entity, artifact) = (None, None, None);
    Node { depth, label, copy: text.clone(), text, meaning, target, entity, artifact }
}

fn run_node(depth: usize, label: &'static str, id: &str) -> Node {
    let target = Some(Target::Run(id.to_owned()));
    let entity = Some(id.to_owned());
    Node { meaning: Meaning::Accent, target, entity, ..node(depth, label, id) }
}

/// The tree of a run, from top to bottom.
pub(crate) fn nodes(run: &Run, g: &Glyphs, secrets: &SecretNames) -> Vec<Node> {
    let summary = run.summary.clone().unwrap_or_default();
    let mut nodes = vec![node(0, "run", &summary.run_id)];
    nodes.push(Node {
        target: Some(Target::At(Tab::Workflows, summary.workflow.clone())),
        ..node(1, "workflow", &format!("{} {}", summary.workflow, summary.version))
    });
    if !run.workflow_digest.is_empty() {
        nodes.push(Node { meaning: Meaning::Dim, ..node(2, "", &run.workflow_digest) });
    }
    nodes.extend(fields("inputs", &veiled(&run.inputs_json, secrets)));
    nodes.push(node(1, "owner", &summary.owner));
    if !run.reason.is_empty() {
        nodes.push(node(2, "because", &run.reason));
    }
    if !run.decision_id.is_empty() {
        nodes.push(Node { meaning: Meaning::Ok, ..node(1, "decision", "policy allowed it") });
        nodes.push(Node {
            meaning: Meaning::Dim,
            target: Some(Target::At(Tab::Policy, run.decision_id.clone())),
            entity: Some(run.decision_id.clone()),
            ..node(2, "", &run.decision_id)
        });
    }
    if !summary.schedule.is_empty() {
        let due = summary.schedule_due.as_ref().map(crate::app::time::from_wire);
        let due = due.map(|due| format!(", due {due}")).unwrap_or_default();
        nodes.push(Node {
            copy: summary.schedule.clone(),
            target: Some(Target::At(Tab::Schedules, summary.schedule.clone())),
            ..node(1, "schedule", &format!("{}{due}", summary.schedule))
        });
    }
    if !summary.rerun_of.is_empty() {
        nodes.push(run_node(1, "rerun of", &summary.rerun_of));
    }
    if !run.reruns.is_empty() {
        nodes.push(node(1, "rerun as", &run.reruns.len().to_string()));
        nodes.extend(run.reruns.iter().map(|id| run_node(2, "", id)));
    }
    nodes.extend(task_nodes(run, g));
    nodes.extend(fields("outputs", &run.outputs_json));
    nodes.extend(left_behind(run));
    let attempts = run.tasks.iter().flat_map(|task| &task.attempts);
    let workers: BTreeSet<&str> =
        attempts.map(|attempt| attempt.worker_id.as_str()).filter(|id| !id.is_empty()).collect();
    if !workers.is_empty() {
        nodes.push(node(1, "workers", &workers.len().to_string()));
        nodes.extend(workers.into_iter().map(|id| node(2, "", id)));
    }
    nodes
}

/// What it made, and the receipt of its end.
fn left_behind(run: &Run) -> Vec<Node> {
    let mut nodes = Vec::new();
    if !run.artifacts.is_empty() {
        nodes.push(node(1, "artifacts", &run.artifacts.len().to_string()));
        for artifact in &run.artifacts {
            let text = format!("{} {}", artifact.name, bytes(artifact.size_bytes));
            let entity = Some(artifact.digest.clone());
            let (copy, name) = (artifact.digest.clone(), Some(artifact.name.clone()));
            nodes.push(Node { copy, entity, artifact: name, ..node(2, "", &text) });
        }
    }
    let receipt = crate::words::receipt(run);
    // The id has a line of its own.
    let state = receipt.split(' ').next().unwrap_or_default();
    let id = &run.receipt_id;
    // Where it is checked, by the key that the ledger is signed with.
    let target = (!id.is_empty()).then(|| Target::At(Tab::Ledger, id.clone()));
    if !state.is_empty() {
        nodes.push(Node { copy: id.clone(), target: target.clone(), ..node(1, "receipt", state) });
    }
    if !id.is_empty() {
        let entity = Some(id.clone());
        nodes.push(Node { meaning: Meaning::Dim, target, entity, ..node(2, "", id) });
    }
    nodes
}

fn task_nodes(run: &Run, g: &Glyphs) -> Vec<Node> {
    let done = run.tasks.iter().filter(|task| !task.attempts.is_empty()).count();
    let head = node(1, "tasks", &format!("{done} of {} started", run.tasks.len()));
    let run_id = run.summary.as_ref().map(|summary| summary.run_id.as_str()).unwrap_or_default();
    let task = |task: &Task| {
        let mark = task_mark(task.status(), g);
        let needs = if task.needs.is_empty() {
            String::new()
        } else {
            format!(" after {}", task.needs.join(", "))
        };
        let text = format!("{} {} {}{needs}", mark.glyph, task.id, mark.word);
        let entity = Some(format!("task:{run_id}/{}", task.id));
        Node { meaning: mark.meaning, copy: task.id.clone(), entity, ..node(2, "", &text) }
    };
    let of_task =
        |each: &Task| std::iter::once(task(each)).chain(attempts(each)).collect::<Vec<_>>();
    std::iter::once(head).chain(run.tasks.iter().flat_map(of_task)).collect()
}

/// Attempts of a task, and why each ended as it did; nothing where the first went well.
fn attempts(task: &Task) -> Vec<Node> {
    let plainly = |attempt: &Attempt| matches!(attempt.outcome.as_str(), "" | "succeeded");
    if task.attempts.len() < 2 && task.attempts.iter().all(plainly) {
        return Vec::new();
    }
    let one = |attempt: &Attempt| {
        let (outcome, meaning) = match attempt.outcome.as_str() {
            "" => ("running", Meaning::Running),
            "succeeded" => ("succeeded", Meaning::Ok),
            "cancelled" => ("cancelled", Meaning::Warn),
            other => (other, Meaning::Danger),
        };
        let mut text = format!("attempt {} {outcome}", attempt.number);
        if !attempt.message.is_empty() {
            text = format!("{text}: {}", plain(&attempt.message));
        } else if let Some(code) = attempt.exit_code {
            text = format!("{text}: exit code {code}");
        }
        Node { meaning, copy: plain(&attempt.message), ..node(3, "", &text) }
    };
    task.attempts.iter().map(one).collect()
}

/// The fields of a JSON object, each in a line; nothing where there are none.
fn fields(label: &'static str, json: &str) -> Vec<Node> {
    let object: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    if object.is_empty() {
        return Vec::new();
    }
    let head = node(1, label, &object.len().to_string());
    let field = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::String(text) => plain(text),
            other => other.to_string(),
        };
        Node { copy: value.clone(), ..node(2, "", &format!("{} = {value}", plain(name))) }
    };
    std::iter::once(head).chain(object.iter().take(FIELDS_MAX).map(field)).collect()
}

/// The lines that lead to a node.
fn branches(nodes: &[Node], at: usize, g: &Glyphs) -> String {
    let depth = nodes[at].depth;
    let goes_on = |level: usize| {
        let after = nodes[at + 1..].iter().take_while(|node| node.depth >= level);
        after.into_iter().any(|node| node.depth == level)
    };
    (1..=depth)
        .map(|level| match (level == depth, goes_on(level)) {
            (true, true) => g.tree_branch,
            (true, false) => g.tree_last,
            (false, true) => g.tree_down,
            (false, false) => "  ",
        })
        .collect()
}

/// Draws the pane.
pub(crate) fn relations_view(
    open: Option<&OpenRun>,
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
    shared: &Shared,
) {
    let look = &shared.look;
    let pane = Pane { title: "Relations", focused, ..Pane::default() };
    let inner = pane.draw(frame, area, look);
    let Some((open, run)) = open.and_then(|open| Some((open, open.run.as_ref()?))) else {
        let words = ["what a run came from and what it made"];
        notice(frame, inner, &Notice::empty(look, "no run is open", &words), look);
        return;
    };
    let nodes = nodes(run, look.glyphs, &shared.secret_inputs);
    let cells = usize::from(inner.width);
    let window = open.relations.window(nodes.len(), usize::from(inner.height));
    let lines: Vec<Line<'_>> = window
        .map(|at| {
            let node = &nodes[at];
            let lead = branches(&nodes, at, look.glyphs);
            let label =
                if node.label.is_empty() { String::new() } else { format!("{} ", node.label) };
            let room = cells.saturating_sub(crate::widget::width(&lead) + label.len());
            let text = ellipsis(&node.text, room, look.glyphs.ellipsis).into_owned();
            let mut line = Line::from(vec![
                Span::styled(lead, look.style(Meaning::Border)),
                Span::styled(label, look.style(Meaning::Dim)),
                Span::styled(text, look.style(node.meaning)),
            ]);
            if focused && at == open.relations.cursor {
                let fill = " ".repeat(cells.saturating_sub(line.width()));
                line.push_span(Span::styled(fill, look.style(Meaning::Text)));
                select(&mut line, look);
            }
            line
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}
