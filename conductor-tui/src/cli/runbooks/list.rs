//! `conductor runbooks list`, `search` and `show`.

use clap::Args;
use conductor_protocol::{
    manifest::{self, Manifest, Passage, parse_duration_ms},
    v1,
};

use super::super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table, one_line, to_value},
    pages::PAGE_SIZE,
    when, workflows,
};

pub(super) const HELP: &str = "\
One version of each is shown, the one that `conductor run NAME` takes. A runbook was rehearsed when a run \
of it, of any version, succeeded where policy knows no production, or was started as a rehearsal.

Examples:
  conductor runbooks list --tag web --owner team-web
  conductor runbooks list --stale 90d
  conductor runbooks list --stale 90d -o json | jq -r '.[].name'";

/// What a list is narrowed down to.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Only those with this tag; may be given again
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Only those of this owner
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    owner: String,
    /// Only those that were not rehearsed for so long: `90d`, `12h`
    #[arg(long, value_name = "SPAN", value_parser = span)]
    stale: Option<u64>,
    /// Every version instead of one of each
    #[arg(long)]
    all_versions: bool,
}

fn span(text: &str) -> Result<u64, String> {
    parse_duration_ms(text)
        .filter(|ms| *ms > 0)
        .ok_or_else(|| "write a span like `90d` or `12h`".to_owned())
}

/// Lists them; by words when there are some, the best first.
pub(super) async fn list(
    text: &str,
    filters: &Filters,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let (mut found, mut token, mut partial) = (Vec::new(), String::new(), false);
    loop {
        let request = v1::ListWorkflowsRequest {
            scope: context.scope(),
            page_size: PAGE_SIZE,
            page_token: token,
            all_versions: filters.all_versions,
            text: text.to_owned(),
            tags: filters.tags.clone(),
            owner: filters.owner.clone(),
            stale_ms: filters.stale.unwrap_or_default(),
        };
        let page = context.connection.list_workflows(request).await?;
        found.extend(page.workflows);
        partial |= page.partial;
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let output = &mut *context.output;
    if partial {
        output.note("there is more text than is looked through at once: some was left out")?;
    }
    if output.listed(&found)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("name"),
        Column::fixed("version"),
        Column::fixed("signed"),
        Column::fixed("rehearsed"),
        Column::fixed("reviews"),
        Column::text("owners"),
        Column::text("tags"),
        Column::text("title"),
    ]);
    for workflow in &found {
        let (rehearsed, meaning) = match &workflow.rehearsed {
            Some(rehearsal) => (age(rehearsal), Meaning::Plain),
            None => ("never".to_owned(), Meaning::Warn),
        };
        let (reviews, opinion) = reviews(workflow);
        table.row([
            Cell::of(&workflow.name, Meaning::Strong),
            workflow.version.clone().into(),
            workflows::signed(workflow),
            Cell::of(rehearsed, meaning),
            Cell::of(reviews, opinion),
            workflow.owners.join(", ").into(),
            workflow.tags.join(", ").into(),
            Cell::of(one_line(title(workflow)), Meaning::Dim),
        ]);
    }
    Ok(output.table(&table)?)
}

/// What it is called; or what it does, where that is all there is.
fn title(workflow: &v1::Workflow) -> &str {
    if workflow.title.is_empty() { &workflow.description } else { &workflow.title }
}

/// How long ago it was.
fn age(rehearsal: &v1::Rehearsal) -> String {
    let at = rehearsal.at.as_ref().map_or(0, |at| at.seconds);
    let now = i64::try_from(when::now_ms() / 1_000).unwrap_or(i64::MAX);
    let seconds = now.saturating_sub(at).max(0);
    let (count, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3_600 => (seconds / 60, "m"),
        3_600..86_400 => (seconds / 3_600, "h"),
        _ => (seconds / 86_400, "d"),
    };
    format!("{count}{unit} ago")
}

/// How many say yes and no.
fn reviews(workflow: &v1::Workflow) -> (String, Meaning) {
    let yes = workflow.reviews.iter().filter(|review| review.accepted).count();
    let no = workflow.reviews.len() - yes;
    match (yes, no) {
        (0, 0) => ("none".to_owned(), Meaning::Dim),
        (yes, 0) => (format!("{yes} yes"), Meaning::Good),
        (0, no) => (format!("{no} no"), Meaning::Bad),
        (yes, no) => (format!("{yes} yes, {no} no"), Meaning::Bad),
    }
}

/// Shows one: who looks after it, who signed it, whether it works, and its text with its steps.
pub(super) async fn show(text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let workflow = workflows::get(text, context).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&workflow))?);
    }
    let output = &mut *context.output;
    let name = format!("{} {}", workflow.name, workflow.version);
    output.line(output.style.paint(Meaning::Strong, &name))?;
    for text in [&workflow.title, &workflow.description] {
        if !text.is_empty() {
            output.line(one_line(text))?;
        }
    }
    for (label, names) in [("owners", &workflow.owners), ("tags", &workflow.tags)] {
        if !names.is_empty() {
            output.line(format!("{label:<10} {}", names.join(", ")))?;
        }
    }
    workflows::signatures(&workflow, output)?;
    rehearsal(&workflow, output)?;
    opinions(&workflow, output)?;
    output.line("")?;
    told(&workflow, output)
}

fn rehearsal(workflow: &v1::Workflow, output: &mut Output) -> std::io::Result<()> {
    let Some(found) = &workflow.rehearsed else {
        let never = output.style.paint(Meaning::Warn, "never");
        return output.line(format!("rehearsed  {never}"));
    };
    let at = output.clock.date_time(found.at.as_ref());
    let how = if found.declared { ", as a rehearsal" } else { "" };
    let v1::Rehearsal { run_id, version, environment, .. } = found;
    let ago = age(found);
    output.line(format!("rehearsed  {at} ({ago}), {version} in {environment}{how}: {run_id}"))
}

fn opinions(workflow: &v1::Workflow, output: &mut Output) -> std::io::Result<()> {
    for review in &workflow.reviews {
        let at = output.clock.date_time(review.at.as_ref());
        let (word, meaning) =
            if review.accepted { ("accepted", Meaning::Good) } else { ("rejected", Meaning::Bad) };
        let word = output.style.paint(meaning, &format!("{word:<10}"));
        let why = if review.reason.is_empty() { "" } else { ": " };
        output.line(format!("{word} {at} by {}{why}{}", review.by, one_line(&review.reason)))?;
    }
    Ok(())
}

/// The text as it is written, each step marked; of a manifest in YAML that.
fn told(workflow: &v1::Workflow, output: &mut Output) -> Result<(), Failure> {
    let source = workflow.source.as_ref().filter(|source| source.media_type == "text/markdown");
    let Some(source) = source else {
        let manifest = &to_value(workflow)["manifest"];
        let yaml = serde_yaml_ng::to_string(manifest).map_err(std::io::Error::other)?;
        return Ok(output.raw(yaml.as_bytes())?);
    };
    let manifest: Option<Manifest> = serde_json::from_str(&workflow.manifest_json).ok();
    for passage in manifest::passages(&source.text) {
        match passage {
            Passage::Prose(lines) => {
                for line in lines {
                    output.line(tame(&line))?;
                }
            }
            Passage::Step { index, lines } => {
                let task = manifest.as_ref().and_then(|manifest| manifest.tasks.get(index));
                let head = task.map_or_else(
                    || format!("step {}", index + 1),
                    |task| format!("step {}: {} ({})", index + 1, task.id, task.uses.as_str()),
                );
                output.line(output.style.paint(Meaning::Active, &head))?;
                for line in lines {
                    output.line(format!("  | {}", tame(&line)))?;
                }
            }
        }
    }
    Ok(())
}

/// A line that can't steer the terminal.
fn tame(line: &str) -> String {
    line.chars()
        .map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviews_are_counted_and_a_no_is_seen() {
        let of = |all: &[bool]| {
            let review =
                |accepted: &bool| v1::WorkflowReview { accepted: *accepted, ..<_>::default() };
            let reviews = all.iter().map(review).collect();
            super::reviews(&v1::Workflow { reviews, ..<_>::default() })
        };
        assert_eq!(of(&[]).0, "none");
        assert_eq!(of(&[true, true]), ("2 yes".to_owned(), Meaning::Good));
        assert_eq!(of(&[true, false]), ("1 yes, 1 no".to_owned(), Meaning::Bad));
        assert_eq!(of(&[false]).0, "1 no");
    }

    #[test]
    fn a_span_is_more_than_nothing() {
        assert_eq!(span("90d"), Ok(90 * 86_400_000));
        assert!(span("0d").is_err() && span("soon").is_err());
    }

    #[test]
    fn what_is_shown_can_t_steer_the_terminal() {
        assert_eq!(tame("a\x1b[31m\tb"), "a\u{fffd}[31m\tb");
    }
}
