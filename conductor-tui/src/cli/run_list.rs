//! `conductor runs list`: page after page up to the limit.

use conductor_protocol::v1;

use super::{
    context::Context, failure::Failure, output::to_value, pages::PAGE_SIZE, runs::ListArgs,
};

/// Runs that are sorted by something that the daemon does not sort by: they are all held.
const SORTED_RUNS_MAX: usize = 100_000;

/// Runs the command.
pub(super) async fn run(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut left = if args.all { u32::MAX } else { args.limit };
    let columns = args.columns;
    let mut request = args.filter.request(context.scope());
    request.page_token = args.page_token.unwrap_or_default();
    request.oldest_first = columns.oldest_first();
    // A table and an order are made of everything; the rest is written as it comes.
    let holds = context.output.is_table() || columns.sorts();
    let mut held: Vec<v1::RunSummary> = Vec::new();
    let mut shown = 0_usize;
    context.output.list_begin();
    let total = loop {
        request.page_size = left.min(PAGE_SIZE);
        let page = context.connection.list_runs(request.clone()).await?;
        if page.oldest_first != request.oldest_first {
            return Err(Failure::usage(
                "this daemon can't list the oldest first",
                "leave --sort out, or upgrade the daemon",
            ));
        }
        shown += page.runs.len();
        left = left.saturating_sub(u32::try_from(page.runs.len()).unwrap_or(u32::MAX));
        if holds {
            held.extend(page.runs);
        } else {
            for run in &page.runs {
                context.output.list_item(&to_value(run))?;
            }
        }
        if columns.sorts() && held.len() > SORTED_RUNS_MAX {
            return Err(Failure::usage(
                format!("more than {SORTED_RUNS_MAX} runs can't be sorted {}", columns.words()),
                "narrow them by --since, --status or --workflow, or give a --limit",
            ));
        }
        request.page_token = page.next_page_token;
        if left == 0 || request.page_token.is_empty() {
            break page.total;
        }
    };
    let more = !request.page_token.is_empty();
    if columns.sorts() {
        held = columns.sorted(held);
        if more {
            let note = format!("sorted {}, among the newest {shown} only", columns.words());
            context.output.note(note)?;
        }
    }
    if !context.output.is_table() {
        for run in &held {
            context.output.list_item(&to_value(run))?;
        }
        context.output.list_end()?;
    } else if shown > 0 {
        let table = columns.table(&held, context.output);
        context.output.table(&table)?;
    } else {
        let none = match total {
            0 => "nothing has run here yet: conductor run NAME".to_owned(),
            total => format!("no run matches, of {total}"),
        };
        context.output.note(none)?;
    }
    if more {
        let more =
            format!("{shown} shown; more with --page-token {} (or --all)", request.page_token);
        context.output.note(more)?;
    }
    Ok(())
}
