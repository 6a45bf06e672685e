//! `conductor runs list`: page after page up to the limit.

use conductor_protocol::v1;
use conductor_tui::words;

use super::{
    context::Context,
    failure::Failure,
    output::{
        Cell, Column, Meaning, Output, Table, duration, meaning_of, one_line, to_value, with_glyph,
    },
    pages::PAGE_SIZE,
    runs::ListArgs,
};

/// Runs the command.
pub(super) async fn run(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut left = if args.all { u32::MAX } else { args.limit };
    let mut request = args.filter.request(context.scope());
    request.page_token = args.page_token.unwrap_or_default();
    let mut table = new_table();
    let mut shown = 0_usize;
    context.output.list_begin();
    let total = loop {
        request.page_size = left.min(PAGE_SIZE);
        let page = context.connection.list_runs(request.clone()).await?;
        for run in &page.runs {
            match context.output.is_table() {
                true => add(&mut table, run, context.output),
                false => context.output.list_item(&to_value(run))?,
            }
        }
        shown += page.runs.len();
        left = left.saturating_sub(u32::try_from(page.runs.len()).unwrap_or(u32::MAX));
        request.page_token = page.next_page_token;
        if left == 0 || request.page_token.is_empty() {
            break page.total;
        }
    };
    if !context.output.is_table() {
        context.output.list_end()?;
    } else if shown > 0 {
        context.output.table(&table)?;
    } else {
        context.output.note(format!("no run matches, of {total}"))?;
    }
    if !request.page_token.is_empty() {
        let more =
            format!("{shown} shown; more with --page-token {} (or --all)", request.page_token);
        context.output.note(more)?;
    }
    Ok(())
}

fn new_table() -> Table {
    Table::new(&[
        Column::fixed("run"),
        Column::text("workflow"),
        Column::fixed("version"),
        Column::fixed("status"),
        Column::fixed("tasks"),
        Column::fixed("started"),
        Column::fixed("took"),
        Column::text("owner"),
        Column::text("note"),
    ])
}

fn add(table: &mut Table, run: &v1::RunSummary, output: &Output) {
    let status = words::run_status(run.status());
    table.row([
        run.run_id.clone().into(),
        Cell::of(&run.workflow, Meaning::Strong),
        run.version.clone().into(),
        Cell::of(with_glyph(status, output.style), meaning_of(status)),
        format!("{}/{}", run.tasks_done, run.tasks_total).into(),
        output.clock.date_time(run.started_at.as_ref()).into(),
        duration(run.started_at.as_ref(), run.ended_at.as_ref()).into(),
        run.owner.clone().into(),
        Cell::of(one_line(&run.note), Meaning::Dim),
    ]);
}
