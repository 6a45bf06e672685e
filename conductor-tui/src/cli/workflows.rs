//! `conductor workflows`: validate, publish, list, show.

use std::path::PathBuf;

use clap::Subcommand;
use conductor_protocol::{manifest, v1};
use serde_json::json;

use super::{
    context::Context,
    failure::Failure,
    manifest_file,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
};

/// Rows asked for at once.
const PAGE_SIZE: u32 = 500;

/// What can be done with workflows.
#[derive(Debug, Subcommand)]
pub(crate) enum WorkflowsCommand {
    /// Check manifests, without a daemon
    #[command(after_help = "\
Prints one line a problem, `file:line:column: code: message`, with its mend below, and exits with 8.

Examples:
  conductor workflows validate examples/*.yaml
  conductor workflows validate -o json disk.yaml | jq -r '.[].problems[].code'")]
    Validate {
        /// Manifests, YAML or JSON; `-` for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Publish manifests as immutable versions
    #[command(after_help = "\
Publishing the very same manifest again changes nothing; another manifest under a version that is \
published is refused.")]
    Publish {
        /// Manifests, YAML or JSON; `-` for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Repeat safely: the same key with the same request gives the same answer
        #[arg(long, value_name = "KEY")]
        idempotency_key: Option<String>,
    },
    /// List published workflows
    #[command(visible_alias = "ls")]
    List {
        /// Every version instead of the newest of each
        #[arg(long)]
        all_versions: bool,
    },
    /// Show one workflow
    Show {
        /// Name, or name and version
        #[arg(value_name = "NAME[@VERSION]")]
        workflow: String,
    },
}

/// Runs the command.
pub(super) async fn run(
    command: WorkflowsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        WorkflowsCommand::Validate { files } => validate(&files, context),
        WorkflowsCommand::Publish { files, idempotency_key } => {
            publish_all(&files, &idempotency_key.unwrap_or_default(), context).await
        }
        WorkflowsCommand::List { all_versions } => list(all_versions, context).await,
        WorkflowsCommand::Show { workflow } => show(&workflow, context).await,
    }
}

fn validate(files: &[PathBuf], context: &mut Context<'_>) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    let mut answers = Vec::new();
    for path in files {
        let text = manifest_file::read(path)?;
        let (manifest, problems) = match manifest::parse(&text) {
            Ok(manifest) => (Some(manifest), Vec::new()),
            Err(problems) => (None, problems),
        };
        if !problems.is_empty() {
            wrong.push(manifest_file::invalid(path, problems.len()));
        }
        if !context.output.is_table() {
            let shown: Vec<_> =
                problems.iter().map(|problem| to_value(&manifest_file::wire(problem))).collect();
            answers.push(json!({
                "file": path.display().to_string(),
                "ok": manifest.is_some(),
                "name": manifest.as_ref().map(|m| &m.name),
                "version": manifest.as_ref().map(|m| &m.version),
                "problems": shown,
            }));
            continue;
        }
        for problem in &problems {
            manifest_file::tell(path, problem, context.output)?;
        }
        if let Some(m) = manifest {
            let good = context.output.style.paint(Meaning::Good, "ok");
            let text = format!("{}: {good}, {} {}", path.display(), m.name, m.version);
            context.output.line(text)?;
        }
    }
    if !context.output.is_table() {
        context.output.list(&answers)?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Invalid(wrong.join("; "))) }
}

async fn publish_all(
    files: &[PathBuf],
    key: &str,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if files.len() > 1 && !key.is_empty() {
        let message = "one idempotency key can't stand for several requests";
        return Err(Failure::usage(message, "publish one file a call"));
    }
    // All are checked before the first is published.
    let checked: Vec<_> =
        files.iter().map(|path| manifest_file::load(path, context.output)).collect();
    let checked = checked.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut answers = Vec::new();
    for file in checked {
        let answer = publish(file.text, key, context).await?;
        let workflow = answer.workflow.clone().unwrap_or_default();
        if context.output.is_table() {
            let done = if answer.created { "published" } else { "published before" };
            let (name, version) = (workflow.name, workflow.version);
            context.output.line(format!("{name} {version}: {done} ({})", workflow.digest))?;
        } else {
            answers.push(to_value(&answer));
        }
    }
    match answers.as_slice() {
        [] => {}
        [one] => context.output.document(one)?,
        several => context.output.list(several)?,
    }
    Ok(())
}

/// Publishes a manifest.
pub(super) async fn publish(
    manifest: String,
    key: &str,
    context: &Context<'_>,
) -> Result<v1::PublishWorkflowResponse, Failure> {
    let scope = context.scope();
    let request = v1::PublishWorkflowRequest { scope, manifest, idempotency_key: key.to_owned() };
    Ok(context.connection.publish_workflow(request).await?)
}

async fn list(all_versions: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListWorkflowsRequest {
            scope: context.scope(),
            page_size: PAGE_SIZE,
            page_token,
            all_versions,
        };
        let page = context.connection.list_workflows(request).await?;
        found.extend(page.workflows);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    if !context.output.is_table() {
        let values: Vec<_> = found.iter().map(to_value).collect();
        return Ok(context.output.list(&values)?);
    }
    let mut table = Table::new(&[
        Column::fixed("name"),
        Column::fixed("version"),
        Column::fixed("tasks"),
        Column::fixed("published"),
        Column::text("by"),
        Column::text("description"),
    ]);
    for workflow in &found {
        table.row([
            Cell::of(&workflow.name, Meaning::Strong),
            workflow.version.clone().into(),
            workflow.task_count.to_string().into(),
            context.output.clock.date_time(workflow.published_at.as_ref()).into(),
            workflow.published_by.clone().into(),
            Cell::of(one_line(&workflow.description), Meaning::Dim),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// A name and, after `@`, a version; without one the newest is meant.
pub(super) fn name_and_version(text: &str) -> (String, String) {
    let (name, version) = text.split_once('@').unwrap_or((text, ""));
    (name.to_owned(), version.to_owned())
}

/// One version with its manifest.
pub(super) async fn get(text: &str, context: &Context<'_>) -> Result<v1::Workflow, Failure> {
    let (name, version) = name_and_version(text);
    let request = v1::GetWorkflowRequest { scope: context.scope(), name, version };
    Ok(context.connection.get_workflow(request).await?.workflow.unwrap_or_default())
}

async fn show(text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let workflow = get(text, context).await?;
    let value = to_value(&workflow);
    if !context.output.is_table() {
        return Ok(context.output.document(&value)?);
    }
    let published = context.output.clock.date_time(workflow.published_at.as_ref());
    let output = &mut *context.output;
    let title = format!("{} {}", workflow.name, workflow.version);
    output.line(output.style.paint(Meaning::Strong, &title))?;
    if !workflow.description.is_empty() {
        output.line(one_line(&workflow.description))?;
    }
    output.line(format!("digest     {}", workflow.digest))?;
    output.line(format!("published  {published} by {}", workflow.published_by))?;
    output.line("")?;
    let yaml = serde_yaml_ng::to_string(&value["manifest"]).map_err(std::io::Error::other)?;
    Ok(output.raw(yaml.as_bytes())?)
}
