//! `conductor workers`: who does the work.

use clap::Subcommand;
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Table, meaning_of, with_glyph},
};

/// What can be done with workers.
#[derive(Debug, Subcommand)]
pub(crate) enum WorkersCommand {
    /// List workers, their leases and the queue
    #[command(visible_alias = "ls")]
    List,
}

/// Runs the command.
pub(super) async fn run(
    WorkersCommand::List: &WorkersCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let request = v1::ListWorkersRequest { scope: context.scope() };
    let answer = context.connection.list_workers(request).await?;
    if context.output.listed(&answer.workers)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("worker"),
        Column::text("name"),
        Column::fixed("state"),
        Column::fixed("leases"),
        Column::fixed("last seen"),
        Column::text("executors"),
    ]);
    for worker in answer.workers {
        let state = if worker.connected { "connected" } else { "disconnected" };
        let place = if worker.in_process { " (in the daemon)" } else { "" };
        table.row([
            worker.worker_id.into(),
            format!("{}{place}", worker.name).into(),
            Cell::of(with_glyph(state, context.output.style), meaning_of(state)),
            format!("{}/{}", worker.leases, worker.capacity).into(),
            context.output.clock.date_time(worker.last_seen_at.as_ref()).into(),
            worker.executors.join(" ").into(),
        ]);
    }
    context.output.table(&table)?;
    Ok(context.output.note(format!("{} tasks wait for room", answer.queue_depth))?)
}
