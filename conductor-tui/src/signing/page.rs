//! An approval in lines: who asks, why, where, what it does, who signs, what is signed.

use std::time::Duration;

use conductor_protocol::{manifest::TaskSpec, v1, verdict::Stage};
use serde_json::Value;

use super::{Checked, Statement};
use crate::{
    app::is_production,
    planned::{Line, Tone, executor, lay::Page, plain},
    words::span,
};

/// How far what is said of a task or a stage stands from the left.
const INDENT: usize = 4;
/// Hosts of a task that are named; all of them are signed.
const HOSTS_MAX: usize = 24;
/// Characters of a parameter or an input that are shown; all of them are signed.
const VALUE_CHARS_MAX: usize = 480;

/// Whoever reads, and when.
pub struct Reader<'r> {
    /// Columns that they have.
    pub width: usize,
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// A time in milliseconds since 1970, as they read times.
    pub clock: &'r dyn Fn(u64) -> String,
    /// What policy said when it asked for the approval, as far as they may see it.
    pub policy: &'r [String],
    /// The key that would sign; empty where that is not said here.
    pub key: &'r str,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("width", &self.width).finish_non_exhaustive()
    }
}

/// The approval in lines of at most so many columns, but for words that are longer than that.
#[must_use]
pub fn lines(checked: &Checked, approval: &v1::Approval, reader: &Reader<'_>) -> Vec<Line> {
    let mut page = Page::new(reader.width);
    head(checked, approval, (reader, &mut page));
    alone(&checked.statement, (reader, &mut page));
    deeds(checked, &mut page);
    signers(checked, approval, (reader, &mut page));
    said(approval, reader, &mut page);
    page.gap();
    page.whole("signing", &checked.digest);
    if !reader.key.is_empty() {
        page.whole("with", reader.key);
    }
    page.lines
}

/// What is missing still: `stage 1 of 2: 1 more person of workflow_reviewer`; empty where it does
/// not wait.
#[must_use]
pub fn progress(approval: &v1::Approval) -> String {
    let Some(open) = approval.stages.iter().position(|stage| stage.open) else {
        return String::new();
    };
    let (stage, of) = (&approval.stages[open], approval.stages.len());
    let touch = if stage.touch { ", touching a security key" } else { "" };
    if stage.requester {
        return format!("stage {} of {of}: {}, who asks{touch}", open + 1, approval.requester);
    }
    let missing = (stage.quorum as usize).saturating_sub(stage.signatures.len());
    let people = if missing == 1 { "person" } else { "people" };
    let more = if stage.signatures.is_empty() { "" } else { "more " };
    let roles = any_of(&stage.roles);
    format!("stage {} of {of}: {missing} {more}{people} of {roles}{touch}", open + 1)
}

fn any_of(roles: &[String]) -> String {
    match roles {
        [] => "nobody who is named".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

fn head(checked: &Checked, approval: &v1::Approval, (reader, page): (&Reader<'_>, &mut Page)) {
    let Statement { action, resource, version, scope, .. } = &checked.statement;
    let what = [action, resource, version].map(|part| plain(part)).join(" ");
    let (tone, state) = state(approval);
    page.line(vec![
        (Tone::Strong, what.trim_end().to_owned()),
        (Tone::Dim, "  ".to_owned()),
        (tone, state),
    ]);
    let one = |tone, text: &str| [(tone, plain(text))];
    let asked = (reader.clock)(checked.statement.requested_at);
    page.field(
        "asked by",
        &one(Tone::Strong, &format!("{}, {asked}", checked.statement.requester)),
    );
    let reason = &checked.statement.reason;
    let no_reason = reason.trim().is_empty();
    let (tone, reason) = if no_reason {
        (Tone::Warn, "no reason was given")
    } else {
        (Tone::Plain, reason.as_str())
    };
    page.field("why", &one(tone, reason));
    let danger = is_production(&scope.environment);
    let environment = if danger { Tone::Bad } else { Tone::Plain };
    page.field(
        "where",
        &[
            (Tone::Plain, format!("{} / ", plain(&scope.tenant))),
            (environment, plain(&scope.environment)),
            (Tone::Plain, format!(" / {}", plain(&scope.region))),
        ],
    );
    let risk = match checked.statement.risk.as_str() {
        "high" => Tone::Bad,
        "medium" => Tone::Warn,
        _ => Tone::Plain,
    };
    page.field("risk", &one(risk, &checked.statement.risk));
    for said in reader.policy {
        page.field("policy", &one(Tone::Plain, said));
    }
    let until = checked.statement.expires_at;
    let ended = approval.ended.as_ref();
    let (tone, left) = match (ended, until.checked_sub(reader.now_ms)) {
        (Some(ended), _) => (Tone::Plain, format!("it {}", ended.sentence)),
        (None, Some(left)) => {
            let left = span(Duration::from_millis(left));
            (Tone::Strong, format!("{left}, until {}", (reader.clock)(until)))
        }
        (None, None) => (Tone::Bad, format!("its time is over since {}", (reader.clock)(until))),
    };
    page.field(if ended.is_some() { "ended" } else { "left" }, &one(tone, &left));
}

/// That somebody goes ahead alone, or did and this is the review.
fn alone(statement: &Statement, (reader, page): (&Reader<'_>, &mut Page)) {
    let one = |tone, text: String| [(tone, plain(&text))];
    if let Some(glass) = &statement.glass {
        let text = "BREAK-GLASS: whoever asks goes ahead alone, by this touch".to_owned();
        page.field("alone", &one(Tone::Bad, text));
        for stage in &glass.skips {
            let who = format!("{} of {}", stage.quorum, any_of(&stage.roles));
            page.field("left out", &one(Tone::Warn, who));
        }
        if !glass.through.is_empty() {
            page.field("through", &one(Tone::Warn, format!("freeze {}", glass.through.join(", "))));
        }
        let within = span(Duration::from_secs(glass.review_seconds));
        let (people, roles) = (glass.review.quorum, any_of(&glass.review.roles));
        let due = format!("{people} people of {roles} within {within}, or it is an incident");
        page.field("review", &one(Tone::Strong, due));
    }
    if let Some(happened) = &statement.happened {
        let at = (reader.clock)(happened.at);
        let who = &statement.requester;
        let text = format!("{who} did `{}` alone, {at}", happened.action);
        page.field("review of", &one(Tone::Warn, text));
        if !happened.run.is_empty() {
            page.field("run", &one(Tone::Plain, format!("{} {}", happened.run, happened.outcome)));
        }
        page.field("broken by", &one(Tone::Dim, happened.approval.clone()));
    }
}

/// How it stands, in a word.
fn state(approval: &v1::Approval) -> (Tone, String) {
    let (tone, word) = match approval.status() {
        v1::ApprovalStatus::Pending => (Tone::Warn, "waits"),
        v1::ApprovalStatus::Granted => (Tone::Good, "approved and carried out"),
        v1::ApprovalStatus::Denied => (Tone::Bad, "denied"),
        v1::ApprovalStatus::Withdrawn => (Tone::Dim, "withdrawn"),
        v1::ApprovalStatus::Void => (Tone::Bad, "void"),
        v1::ApprovalStatus::Expired => (Tone::Dim, "expired"),
        v1::ApprovalStatus::Unspecified => (Tone::Plain, "?"),
    };
    (tone, word.to_owned())
}

/// What would be done.
fn deeds(checked: &Checked, page: &mut Page) {
    page.heading("What it does");
    let statement = &checked.statement;
    if !statement.inputs.is_empty() {
        for (name, value) in &statement.inputs {
            page.labelled(2, "input", &[(Tone::Strong, format!("{} ", plain(name))), shown(value)]);
        }
    }
    match &checked.manifest {
        Some(manifest) => {
            for (number, task) in (1..).zip(&manifest.tasks) {
                deed(number, task, statement, page);
            }
        }
        None if statement.manifest.is_empty() => whole_command(&checked.command, page),
        None => {
            let text = "the daemon has the text of this version no more".to_owned();
            page.labelled(2, "tasks", &[(Tone::Warn, text)]);
        }
    }
    for (label, digest) in [("manifest", &statement.manifest), ("plan", &statement.plan)] {
        if !digest.is_empty() {
            page.labelled(2, label, &[(Tone::Dim, digest.clone())]);
        }
    }
}

fn deed(number: usize, task: &TaskSpec, statement: &Statement, page: &mut Page) {
    let mut line = vec![
        (Tone::Dim, format!("  {number:>2} ")),
        (Tone::Strong, format!("{:<14} ", task.id)),
        (Tone::Plain, executor(task.uses.as_str())),
    ];
    if let Some(hosts) = statement.targets.get(&task.id) {
        line.push((Tone::Strong, format!(" on {}", named(hosts))));
    } else if task.spread.is_some() {
        line.push((Tone::Warn, " on what is known when it starts".to_owned()));
    }
    page.line(line);
    for (name, value) in &task.with {
        let mut label = name.as_str();
        for line in shown_in_lines(value) {
            page.labelled(INDENT, label, &[line]);
            label = "";
        }
    }
    // What it may ask of the daemon in the name of whoever starts it.
    let scopes: Vec<String> = task.scopes.iter().map(ToString::to_string).collect();
    if !scopes.is_empty() {
        page.labelled(INDENT, "token for", &[(Tone::Warn, scopes.join(", "))]);
    }
}

/// A script keeps its lines: joined they would read as another one.
fn shown_in_lines(value: &Value) -> Vec<(Tone, String)> {
    let (tone, whole) = shown(value);
    let Value::String(text) = value else { return vec![(tone, whole)] };
    let cut: String = text.trim_end().chars().take(VALUE_CHARS_MAX).collect();
    let mut lines: Vec<_> = cut.lines().map(|line| (tone, plain(line))).collect();
    let left = text.trim_end().chars().count().saturating_sub(VALUE_CHARS_MAX);
    if let (Some((_, last)), 1..) = (lines.last_mut(), left) {
        *last = format!("{last}… ({left} letters more)");
    }
    if lines.is_empty() { vec![(tone, whole)] } else { lines }
}

fn named(hosts: &[String]) -> String {
    let mut text =
        hosts.iter().take(HOSTS_MAX).map(|host| plain(host)).collect::<Vec<_>>().join(", ");
    let more = hosts.len().saturating_sub(HOSTS_MAX);
    if more > 0 {
        text = format!("{text} and {more} more");
    }
    if text.is_empty() { "no host".to_owned() } else { text }
}

/// What is no run and no manifest: field by field, as the daemon keeps it.
fn whole_command(command: &Value, page: &mut Page) {
    let Some((name, fields)) = command.as_object().and_then(|command| command.iter().next()) else {
        return page.labelled(2, "command", &[shown(command)]);
    };
    page.labelled(2, "command", &[(Tone::Strong, name.replace('_', " "))]);
    match fields.as_object() {
        Some(fields) => {
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                page.labelled(INDENT, name, &[shown(value)]);
            }
        }
        None => page.labelled(INDENT, "", &[shown(fields)]),
    }
}

/// A value on one line. That something of it is not shown is said.
fn shown(value: &Value) -> (Tone, String) {
    let text = match value {
        Value::String(text) => plain(text),
        other => plain(&other.to_string()),
    };
    let letters = text.chars().count();
    if letters <= VALUE_CHARS_MAX {
        return (Tone::Plain, text);
    }
    let cut: String = text.chars().take(VALUE_CHARS_MAX).collect();
    (Tone::Plain, format!("{cut}… ({} letters more)", letters - VALUE_CHARS_MAX))
}

/// Who has signed, and who can.
fn signers(checked: &Checked, approval: &v1::Approval, (reader, page): (&Reader<'_>, &mut Page)) {
    page.heading("Who must sign");
    let of = checked.statement.stages.len();
    for (place, stage) in checked.statement.stages.iter().enumerate() {
        // Who must is signed; who has is what the daemon says.
        let known = approval.stages.get(place).cloned().unwrap_or_default();
        let turn = if known.open { "  now" } else { "" };
        page.line(vec![
            (Tone::Dim, format!("  stage {} of {of}  ", place + 1)),
            (Tone::Strong, who(stage)),
            (Tone::Warn, turn.to_owned()),
        ]);
        for signed in &known.signatures {
            signature(signed, (reader, page));
        }
        if !known.escalated_to.is_empty() {
            let text = format!("{} may sign it as well by now", any_of(&known.escalated_to));
            page.labelled(INDENT, "escalated", &[(Tone::Warn, text)]);
        }
        if let Some(at) = known.escalates_at.as_ref() {
            let text = format!("{} as well from {}", any_of(&known.escalate_to), clock(reader, at));
            page.labelled(INDENT, "escalates", &[(Tone::Dim, text)]);
        }
    }
    for handed in &approval.delegations {
        let text = format!(
            "stage {}: {} has {} sign instead: {}",
            handed.stage, handed.from, handed.to, handed.reason
        );
        page.labelled(2, "handed on", &[(Tone::Plain, plain(&text))]);
    }
    if approval.ended.is_none() {
        let (tone, text) = match approval.can_sign {
            true => (Tone::Good, "you can sign it now".to_owned()),
            false => (Tone::Dim, format!("you can't: {}", plain(&approval.cannot_because))),
        };
        page.labelled(2, "you", &[(tone, text)]);
    }
}

fn who(stage: &Stage) -> String {
    let people = if stage.quorum == 1 { "person" } else { "people" };
    let touch = if stage.touch { ", touching a security key" } else { "" };
    match stage.requester {
        true => format!("whoever asks{touch}"),
        false => format!("{} {people} of {}{touch}", stage.quorum, any_of(&stage.roles)),
    }
}

fn signature(signed: &v1::ApprovalSignature, (reader, page): (&Reader<'_>, &mut Page)) {
    let at = signed.at.as_ref().map(|at| clock(reader, at)).unwrap_or_default();
    let touched = if signed.user_present { ", touched" } else { "" };
    let brought = match signed.brought_by.as_str() {
        "" => String::new(),
        by => format!(", brought by {by}"),
    };
    let said =
        if signed.comment.is_empty() { String::new() } else { format!(": {}", signed.comment) };
    let text = format!(", {at}, {}{touched}{brought}{said}", signed.fingerprint);
    page.labelled(
        INDENT,
        "signed",
        &[(Tone::Good, plain(&signed.principal)), (Tone::Plain, plain(&text))],
    );
}

fn said(approval: &v1::Approval, reader: &Reader<'_>, page: &mut Page) {
    if approval.comments.is_empty() {
        return;
    }
    page.heading("What was said");
    for comment in &approval.comments {
        let at = comment.at.as_ref().map(|at| clock(reader, at)).unwrap_or_default();
        page.line(vec![
            (Tone::Strong, format!("  {}", plain(&comment.by))),
            (Tone::Dim, format!(", {at}: ")),
            (Tone::Plain, plain(&comment.text)),
        ]);
    }
}

fn clock(reader: &Reader<'_>, at: &pbjson_types::Timestamp) -> String {
    let seconds = u64::try_from(at.seconds).unwrap_or_default();
    (reader.clock)(seconds.saturating_mul(1_000))
}
