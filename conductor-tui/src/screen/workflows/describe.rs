//! One version in words: what is said of it before its steps.

use conductor_protocol::{
    manifest::{Change, Manifest, Risk},
    v1::{Workflow, WorkflowState},
};
use ratatui::text::{Line, Span};
use serde_json::Value;

use super::{
    read::{registered, row},
    registry::Detail,
};
use crate::{
    app::{Look, Shared, time},
    input::is_secret_input,
    planned::plain,
    signing::{Vouched, signed_by},
    theme::Meaning,
    widget::pad,
    words::workflow_state,
};

/// Differences from the version below that are shown.
const CHANGES_SHOWN: usize = 12;

/// What is said of a version before its steps: how it stands, what it is, who vouches for it, what it
/// takes, what it changed.
pub(super) fn describe<'a>(
    listed: &Workflow,
    detail: &Detail,
    changes: Option<(&str, Vec<Change>)>,
    shared: &Shared,
) -> Vec<Line<'a>> {
    let (look, manifest) = (&shared.look, &detail.manifest);
    let dim = look.style(Meaning::Dim);
    let workflow = &detail.workflow;
    let mut lines = standing(workflow, shared);
    if !manifest.title.is_empty() {
        lines.push(title(&plain(&manifest.title), look));
    }
    if !manifest.description.is_empty() {
        let text = manifest.description.split_whitespace().collect::<Vec<_>>().join(" ");
        lines.extend([Line::raw(plain(&text)), Line::default()]);
    }
    let short: String = workflow.digest.chars().take(19).collect();
    let by = format!("published by {}   {short}{}", workflow.published_by, look.glyphs.ellipsis);
    lines.push(Line::styled(by, dim));
    lines.push(signatures(workflow, look));
    lines.extend(origin(workflow, detail).map(|text| Line::styled(text, dim)));
    lines.extend(risk(manifest, shared));
    // When it was last rehearsed is told beside the newest version only.
    let rehearsed = workflow.rehearsed.clone().or_else(|| listed.rehearsed.clone());
    lines.extend(registered(&Workflow { rehearsed, ..workflow.clone() }, shared));
    lines.push(Line::default());
    lines.extend(takes(manifest, look));
    if let Some((below, changes)) = changes {
        lines.push(Line::default());
        lines.extend(changed(below, &changes, look));
    }
    lines
}

/// How much harm a run can do: by the manifest, and by policy where that says something else.
fn risk<'a>(manifest: &Manifest, shared: &Shared) -> Option<Line<'a>> {
    let own = manifest.risk.map(Risk::word);
    let policy = shared.risks.get(&manifest.name).map(String::as_str);
    let text = match (own, policy) {
        (None, None) => return None,
        (Some(own), Some(policy)) if own != policy => format!("{own}, by policy {policy} here"),
        (Some(word), _) => word.to_owned(),
        (None, Some(policy)) => format!("{policy}, by policy"),
    };
    let data = manifest.data_sensitivity.map(|data| format!(", {} data", data.word()));
    let high = own == Some("high") || policy == Some("high");
    let meaning = if high { Meaning::Warn } else { Meaning::Text };
    let text = format!("{text}{}", data.unwrap_or_default());
    Some(row("risk", text, meaning, &shared.look))
}

fn title<'a>(text: &str, look: &Look) -> Line<'a> {
    Line::styled(text.to_owned(), look.style(Meaning::Title))
}

/// Who signed it and who reviewed it: a shape, a word, the names.
fn signatures<'a>(workflow: &Workflow, look: &Look) -> Line<'a> {
    let told = signed_by(workflow);
    let (glyph, meaning, text) = match Vouched::of(workflow) {
        Vouched::Unsigned => (look.glyphs.queued, Meaning::Dim, told),
        Vouched::Signed | Vouched::Countersigned => (look.glyphs.succeeded, Meaning::Ok, told),
        Vouched::Broken => {
            let problem = plain(&workflow.signature_problem);
            (look.glyphs.failed, Meaning::Danger, format!("does not run: {problem}"))
        }
    };
    Line::styled(format!("{glyph} {text}"), look.style(meaning))
}

/// Why it should not be used, or can't be.
fn standing<'a>(workflow: &Workflow, shared: &Shared) -> Vec<Line<'a>> {
    let Some(notice) = &workflow.notice else { return Vec::new() };
    let look = &shared.look;
    let retired = workflow.state() == WorkflowState::Retired;
    let meaning = if retired { Meaning::Danger } else { Meaning::Warn };
    let at = notice.at.as_ref().map(time::from_wire);
    let age = at.map(|at| format!(", {} ago", time::age(at, shared.data_now())));
    let word = workflow_state(workflow.state());
    let head = format!("{word} by {}{}", notice.by, age.unwrap_or_default());
    let mut lines = vec![Line::styled(head, look.style(meaning)), Line::raw(plain(&notice.reason))];
    if !notice.instead.is_empty() {
        lines.push(Line::raw(plain(&format!("use {} instead", notice.instead))));
    }
    lines.push(Line::default());
    lines
}

/// The proof, and what it was published from.
fn origin(workflow: &Workflow, detail: &Detail) -> impl Iterator<Item = String> {
    let receipt =
        detail.receipt.as_ref().map(|receipt| format!("{} for record {}", receipt.id, receipt.seq));
    let from = workflow.provenance.as_ref().map(|provenance| {
        let file = match provenance.file.as_str() {
            "" => "a file that was not named",
            file => file,
        };
        let commit = provenance.repository.as_ref().map(|repository| {
            let short: String = repository.commit.chars().take(12).collect();
            let dirty = if repository.dirty { ", with changes that are not in it" } else { "" };
            format!(" at {short}{dirty}")
        });
        format!("from {file}{}", commit.unwrap_or_default())
    });
    receipt.into_iter().chain(from)
}

fn takes<'a>(manifest: &Manifest, look: &Look) -> Vec<Line<'a>> {
    let dim = look.style(Meaning::Dim);
    let mut lines = vec![title("Takes", look)];
    let properties = manifest.inputs.get("properties").and_then(Value::as_object);
    let required = manifest.inputs.get("required").and_then(Value::as_array);
    let is_required =
        |name: &str| required.is_some_and(|all| all.iter().any(|r| r.as_str() == Some(name)));
    if properties.is_none_or(serde_json::Map::is_empty) {
        lines.push(Line::styled("  nothing", dim));
    }
    for (name, schema) in properties.into_iter().flatten() {
        let kind = schema.get("type").and_then(Value::as_str).unwrap_or("any");
        let default = schema
            .get("default")
            .filter(|_| !is_secret_input(name, schema))
            .map(|value| format!(", {value} unless given"));
        let must = if is_required(name) { ", required" } else { "" };
        lines.push(Line::from(vec![
            Span::raw(format!("  {}", pad(name, 16, look.glyphs.ellipsis))),
            Span::styled(format!("  {kind}{must}{}", default.unwrap_or_default()), dim),
        ]));
    }
    lines
}

/// What differs from the version below.
fn changed<'a>(below: &str, changes: &[Change], look: &Look) -> Vec<Line<'a>> {
    let mut lines = vec![title(&format!("Changed since {below}"), look)];
    let told = changes.iter().take(CHANGES_SHOWN);
    let told = told.map(|change| plain(&format!("  {change}")).replace('→', look.glyphs.becomes));
    lines.extend(told.map(Line::raw));
    if let Some(more @ 1..) = changes.len().checked_sub(CHANGES_SHOWN) {
        let text = format!("  and {more} more: v compares them");
        lines.push(Line::styled(text, look.style(Meaning::Dim)));
    }
    lines
}
