//! A runbook in Markdown: prose for people, and steps that run.
//!
//! The file begins with front matter, YAML between two lines `---`: what a manifest has beside its
//! tasks, so `name`, `version`, `inputs`, `outputs` and all else; `title` is the first heading of the
//! first level where it is not given. A block with a fence and the word `step` behind it is a task, in
//! the order of the file. All other blocks, headings and text are for people and run nothing.
//!
//! ````markdown
//! ---
//! name: drain-host
//! version: 1.0.0
//! inputs:
//!   properties: {host: {type: string}}
//! ---
//! # Drain a host
//!
//! First see whether it is there at all.
//!
//! ```sh step=look timeout=30s env.HOST="{{ inputs.host }}"
//! getent hosts "$HOST"
//! ```
//!
//! ```yaml step=tell
//! uses: pkg:builtin/http@1
//! with: {url: "https://example.org/drained/{{ inputs.host }}"}
//! ```
//! ````
//!
//! | behind the fence | what it is |
//! | --- | --- |
//! | `sh step=NAME` | a script, for the executor `shell`; with `hosts` or `host` for `ssh` |
//! | `yaml step=NAME`, `yaml step` | a task as manifests have it; its `id` may be in the block |
//!
//! Behind `sh` there may be, each once, as `name=value` or `name="a value"`: `needs=a,b`, `hosts`, `host`,
//! `when`, `timeout`, `retries`, `on_failure`, `resources`, `sandbox`, `secrets=a,b`, `at_most_once` and
//! `env.NAME`. They are what the fields of that name are in a manifest. A text between quotes is taken as
//! it is.
//!
//! A step needs the one before it, unless `needs` says otherwise: `needs=look` names another, `needs=`
//! (`needs: []` in YAML) none. It becomes the same [`Manifest`](super::Manifest), with the same digest,
//! that the same tasks in YAML become, and problems stand in the lines of the Markdown file.
//!
//! Steps may stand in lists and quotations. What is in an HTML comment is no block, and runs nothing.

mod fence;
mod front;
mod place;
mod step;

use super::{
    Manifest,
    node::{Data, Entry, Layout, Node},
    parse,
    problem::{Problem, Problems},
};
use crate::error_code::Code;
use fence::Found;
use place::Lines;

/// Whether a text begins as a runbook in Markdown does: with front matter that ends.
pub(super) fn has_front_matter(source: &str) -> bool {
    front::bounds(without_mark(source)).is_some()
}

/// Reads a runbook that is not too long.
pub(super) fn read(source: &str, problems: &mut Problems) -> Option<Manifest> {
    let text = without_mark(source);
    let lines = Lines::of(text);
    if let Some(offset) = lone_return(text) {
        let message = "a carriage return that ends no line: readers disagree about what it is";
        let problem = Problem::new(Code::ManifestSyntax, lines.at(offset), "", message);
        problems.add(problem.mend("end lines with a line feed"));
        return None;
    }
    let front = front::read(text, problems)?;
    let found = fence::read(text, front.end, &lines);
    let mut document = front.node;
    let tasks = tasks(&found, (text, &lines), problems);
    if let Data::Map(entries) = &mut document.data {
        complete(entries, tasks, &found, problems);
    }
    parse::workflow(&document, text, problems)
}

fn without_mark(source: &str) -> &str {
    source.strip_prefix('\u{feff}').unwrap_or(source)
}

fn lone_return(text: &str) -> Option<usize> {
    text.match_indices('\r')
        .map(|(index, _)| index)
        .find(|index| !text[index + 1..].starts_with('\n'))
}

/// The steps as a list of tasks; refused as a whole where one of them can't be read, so that what
/// refers to that one is not reported as well.
fn tasks(found: &Found<'_>, (text, lines): (&str, &Lines<'_>), problems: &mut Problems) -> Node {
    let mut tasks: Vec<Node> = Vec::new();
    let mut whole = true;
    for block in &found.blocks {
        if !step::is_step(block, problems) {
            continue;
        }
        let before = tasks.last().and_then(|task| task.entry("id"));
        let before = before.and_then(|id| id.value.text()).map(str::to_owned);
        match step::task(block, (tasks.len(), before.as_deref()), problems) {
            Some(task) => tasks.push(task),
            None => whole = false,
        }
    }
    let end = lines.at(text.trim_end().len());
    let at = tasks.first().map_or(end, |task| task.at);
    if tasks.is_empty() && whole {
        let problem = Problem::new(Code::ManifestNoTasks, end, "", "there is no step");
        problems.add(problem.mend("add a block whose fence says what it is: ```sh step=NAME"));
        whole = false;
    }
    Node { at, data: if whole { Data::List(tasks) } else { Data::Refused } }
}

/// Puts the tasks into the front matter, and a title where it has none.
fn complete(entries: &mut Vec<Entry>, tasks: Node, found: &Found<'_>, problems: &mut Problems) {
    if let Some(place) = entries.iter().position(|entry| entry.key == "tasks") {
        let given = entries.remove(place);
        let message = "the tasks of a runbook in Markdown are its steps";
        let problem = Problem::new(Code::RunbookTasks, given.at, "tasks", message);
        problems.add(problem.mend("move each into a block of its own: ```yaml step"));
    }
    if let Some((title, at)) = &found.title
        && !entries.iter().any(|entry| entry.key == "title")
    {
        let data = Data::Text(title.trim().to_owned(), Layout::Other);
        let value = Node { at: *at, data };
        entries.push(Entry { key: "title".to_owned(), at: *at, value });
    }
    entries.push(Entry { key: "tasks".to_owned(), at: tasks.at, value: tasks });
}
