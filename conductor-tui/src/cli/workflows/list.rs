//! `conductor workflows list` and `show`.

use conductor_protocol::v1::{self, WorkflowState};
use conductor_tui::signing::Vouched;

use super::{
    super::{
        context::Context,
        failure::Failure,
        output::{Cell, Column, Meaning, Output, Table, meaning_of, one_line, to_value},
        pages::{self, PAGE_SIZE},
    },
    get,
};

/// Lists them.
pub(super) async fn list(all_versions: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let (connection, scope) = (&context.connection, context.scope());
    let found = pages::all(|page_token| {
        let (scope, page_size) = (scope.clone(), PAGE_SIZE);
        let request = v1::ListWorkflowsRequest {
            scope,
            page_size,
            page_token,
            all_versions,
            ..<_>::default()
        };
        async move {
            let page = connection.list_workflows(request).await?;
            Ok((page.workflows, page.next_page_token))
        }
    })
    .await?;
    if context.output.listed(&found)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("name"),
        Column::fixed("version"),
        Column::fixed("state"),
        Column::fixed("signed"),
        Column::fixed("tasks"),
        Column::fixed("published"),
        Column::text("by"),
        Column::text("description"),
    ]);
    for workflow in &found {
        table.row([
            Cell::of(&workflow.name, Meaning::Strong),
            workflow.version.clone().into(),
            Cell::of(word(workflow), meaning_of(word(workflow))),
            signed(workflow),
            workflow.task_count.to_string().into(),
            context.output.clock.date_time(workflow.published_at.as_ref()).into(),
            workflow.published_by.clone().into(),
            Cell::of(one_line(&workflow.description), Meaning::Dim),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// How its signatures stand, in a word.
pub(in crate::cli) fn signed(workflow: &v1::Workflow) -> Cell {
    let vouched = Vouched::of(workflow);
    Cell::of(vouched.word(), meaning_of_signatures(vouched))
}

const fn meaning_of_signatures(vouched: Vouched) -> Meaning {
    match vouched {
        Vouched::Unsigned => Meaning::Dim,
        Vouched::Signed | Vouched::Countersigned => Meaning::Good,
        Vouched::Broken => Meaning::Bad,
    }
}

/// The state's word.
fn word(workflow: &v1::Workflow) -> &'static str {
    conductor_tui::words::workflow_state(workflow.state())
}

/// Shows one.
pub(super) async fn show(text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let workflow = get(text, context).await?;
    let value = to_value(&workflow);
    if !context.output.is_table() {
        return Ok(context.output.document(&value)?);
    }
    let output = &mut *context.output;
    let title = format!("{} {}", workflow.name, workflow.version);
    output.line(output.style.paint(Meaning::Strong, &title))?;
    if !workflow.title.is_empty() {
        output.line(one_line(&workflow.title))?;
    }
    if !workflow.description.is_empty() {
        output.line(one_line(&workflow.description))?;
    }
    for (label, names) in [("owners", &workflow.owners), ("tags", &workflow.tags)] {
        if !names.is_empty() {
            output.line(format!("{label:<10} {}", names.join(", ")))?;
        }
    }
    output.line(format!("digest     {}", workflow.digest))?;
    origin(&workflow, output)?;
    signatures(&workflow, output)?;
    standing(&workflow, output)?;
    output.line("")?;
    let yaml = serde_yaml_ng::to_string(&value["manifest"]).map_err(std::io::Error::other)?;
    Ok(output.raw(yaml.as_bytes())?)
}

/// The text that one was published from, and nothing else.
pub(crate) async fn source(text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let workflow = get(text, context).await?;
    let Some(source) = &workflow.source else {
        let message = format!("the text of {} {} was not kept", workflow.name, workflow.version);
        return Err(Failure::NotFound(message));
    };
    if context.output.is_table() {
        return Ok(context.output.raw(source.text.as_bytes())?);
    }
    Ok(context.output.document(&to_value(source))?)
}

/// Who published it, from what, and the proof.
fn origin(workflow: &v1::Workflow, output: &mut Output) -> std::io::Result<()> {
    let published = output.clock.date_time(workflow.published_at.as_ref());
    output.line(format!("published  {published} by {}", workflow.published_by))?;
    if let Some(v1::Receipt { id, seq, .. }) = &workflow.receipt {
        output.line(format!("receipt    {id} for ledger record {seq}"))?;
    }
    let Some(provenance) = &workflow.provenance else { return Ok(()) };
    let v1::Provenance { file, source_digest, client, repository } = provenance;
    let with = if client.is_empty() { String::new() } else { format!(" with {client}") };
    let file = if file.is_empty() { "a file that was not named" } else { file };
    output.line(format!("from       {file}{with}"))?;
    output.line(format!("as written {source_digest}"))?;
    let Some(v1::Repository { commit, remote, path, dirty }) = repository else { return Ok(()) };
    let of = if remote.is_empty() { String::new() } else { format!(" of {remote}") };
    let state = if *dirty { ", with changes that are not in it" } else { "" };
    output.line(format!("commit     {commit}, {path}{of}{state}"))
}

/// Who signed it, with which keys, and what is wrong with that.
pub(in crate::cli) fn signatures(
    workflow: &v1::Workflow,
    output: &mut Output,
) -> std::io::Result<()> {
    let meaning = meaning_of_signatures(Vouched::of(workflow));
    if workflow.signatures.is_empty() {
        output.line(output.style.paint(meaning, "unsigned   nobody has signed it"))?;
    }
    for signed in &workflow.signatures {
        let word = output.style.paint(meaning, "signed   ");
        let at = output.clock.date_time(signed.at.as_ref());
        let (who, key) = (one_line(&signed.principal), &signed.fingerprint);
        let second = if signed.review { ", countersigning" } else { "" };
        output.line(format!("{word}  {at} by {who} with {key}{second}"))?;
    }
    if workflow.signature_problem.is_empty() {
        return Ok(());
    }
    let word = output.style.paint(meaning, "broken   ");
    output.line(format!("{word}  {}", one_line(&workflow.signature_problem)))
}

/// Whether it may be used, and why not.
fn standing(workflow: &v1::Workflow, output: &mut Output) -> std::io::Result<()> {
    let word = word(workflow);
    let Some(notice) = &workflow.notice else { return Ok(()) };
    let at = output.clock.date_time(notice.at.as_ref());
    let meaning = match workflow.state() {
        WorkflowState::Retired => Meaning::Bad,
        _ => Meaning::Warn,
    };
    let word = output.style.paint(meaning, &format!("{word:<10}"));
    output.line(format!("{word} {at} by {}: {}", notice.by, one_line(&notice.reason)))?;
    if !notice.instead.is_empty() {
        output.line(format!("instead    {}", notice.instead))?;
    }
    Ok(())
}
