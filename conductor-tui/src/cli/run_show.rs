//! `conductor runs show`: one run on a page.

use conductor_protocol::v1;
use conductor_tui::words;

use super::{
    context::Context,
    failure::Failure,
    follow,
    output::{
        Cell, Column, Meaning, Output, Table, bytes, duration, meaning_of, one_line, to_value,
        with_glyph,
    },
};

/// Timeline entries asked for at once.
const PAGE_SIZE: u32 = 500;

/// Runs the command.
pub(super) async fn run(run_id: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::GetRunRequest { scope: context.scope(), run_id: run_id.clone() };
    let run = context.connection.get_run(request).await?.run.unwrap_or_default();
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&run))?);
    }
    head(&run, context.output)?;
    tasks(&run, context.output)?;
    results(&run, context.output)?;
    context.output.line("")?;
    timeline(run_id, context).await
}

fn head(run: &v1::Run, output: &mut Output) -> std::io::Result<()> {
    let summary = run.summary.clone().unwrap_or_default();
    let status = words::run_status(summary.status());
    let title = format!("{} {}", summary.workflow, summary.version);
    let title = output.style.paint(Meaning::Strong, &title);
    let state = output.style.paint(meaning_of(status), &with_glyph(status, output.style));
    output.line(format!("{title}  {state}"))?;
    let started = output.clock.date_time(summary.started_at.as_ref());
    let took = duration(summary.started_at.as_ref(), summary.ended_at.as_ref());
    let fields = [
        ("run", summary.run_id.clone()),
        ("started", format!("{started} by {}", summary.owner)),
        ("took", took),
        ("note", one_line(&summary.note)),
        ("reason", one_line(&run.reason)),
        ("schedule", scheduled(&summary, output)),
        (if run.undo_only { "undoes" } else { "repeats" }, summary.rerun_of.clone()),
        ("part of", part_of(run)),
        ("group", run.group.clone()),
        ("repeated by", run.reruns.join(", ")),
        ("plan", run.plan.clone()),
        ("about", run.subject.clone()),
        ("decision", run.decision_id.clone()),
        ("receipt", words::receipt(run)),
        ("inputs", one_line(&run.inputs_json)),
    ];
    for (name, text) in fields.into_iter().filter(|(_, text)| !text.is_empty() && text != "{}") {
        let name = output.style.paint(Meaning::Dim, &format!("{name:<11}"));
        output.line(format!("{name} {text}"))?;
    }
    output.line("")
}

/// The task of another run that it carries out.
fn part_of(run: &v1::Run) -> String {
    let Some(parent) = &run.parent else { return String::new() };
    format!("task {} of run {}", parent.task_id, parent.run_id)
}

/// A task's id, its instances and their checks below it.
fn indented(task: &v1::Task) -> String {
    let below = matches!(task.role(), v1::TaskRole::Instance | v1::TaskRole::Health);
    if below { format!("  {}", task.id) } else { task.id.clone() }
}

/// What to answer to a task that is held.
fn question(task: &v1::Task) -> String {
    match task.answers.as_slice() {
        [] => one_line(&task.message),
        answers => format!("{} ({})", one_line(&task.message), answers.join(", ")),
    }
}

/// The schedule that started it, and for which time.
fn scheduled(summary: &v1::RunSummary, output: &Output) -> String {
    if summary.schedule.is_empty() {
        return String::new();
    }
    let due = output.clock.date_time(summary.schedule_due.as_ref());
    format!("{}, due {due}", summary.schedule)
}

fn tasks(run: &v1::Run, output: &mut Output) -> std::io::Result<()> {
    let mut table = Table::new(&[
        Column::fixed("task"),
        Column::fixed("status"),
        Column::fixed("attempt"),
        Column::fixed("took"),
        Column::text("uses"),
        Column::text("note"),
    ]);
    for task in &run.tasks {
        let status = words::task_status(task.status());
        let last = task.attempts.last();
        table.row([
            indented(task).into(),
            Cell::of(with_glyph(status, output.style), meaning_of(status)),
            format!("{}/{}", last.map_or(0, |attempt| attempt.number), task.retries + 1).into(),
            last.map(|a| duration(a.started_at.as_ref(), a.ended_at.as_ref()))
                .unwrap_or_default()
                .into(),
            Cell::of(&task.uses, Meaning::Dim),
            question(task).into(),
        ]);
    }
    output.table(&table)?;
    confinements(run, output)
}

/// What bounded the newest attempts, where something was to.
fn confinements(run: &v1::Run, output: &mut Output) -> std::io::Result<()> {
    for task in &run.tasks {
        let confinement = task.attempts.last().and_then(|attempt| attempt.confinement.as_ref());
        if let Some(confinement) = confinement {
            output.line(format!("confined {}: {}", task.id, words::confinement(confinement)))?;
        }
    }
    Ok(())
}

fn results(run: &v1::Run, output: &mut Output) -> std::io::Result<()> {
    if !matches!(run.outputs_json.as_str(), "" | "{}") {
        output.line("")?;
        output.line(format!("outputs {}", one_line(&run.outputs_json)))?;
    }
    for artifact in &run.artifacts {
        let size = bytes(artifact.size_bytes);
        let (name, task, digest) = (&artifact.name, &artifact.task_id, &artifact.digest);
        output.line(format!("artifact {name} of {task}, {size}, {digest}"))?;
    }
    Ok(())
}

async fn timeline(run_id: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut after_seq = 0;
    loop {
        let request = v1::TimelineRequest {
            scope: context.scope(),
            run_id: run_id.clone(),
            after_seq,
            page_size: PAGE_SIZE,
        };
        let page = context.connection.timeline(request).await?;
        for entry in &page.entries {
            follow::show_entry(entry, context.output)?;
        }
        // A token that does not advance would be read for ever.
        if page.next_after_seq <= after_seq {
            return Ok(());
        }
        after_seq = page.next_after_seq;
    }
}
