//! `conductor tracked`: runs that something else carries out and that are kept record of here.

mod args;
mod shown;

use conductor_protocol::v1;
use serde_json::json;

pub(crate) use self::args::TrackedCommand;
use self::args::{ChangeArgs, CreateArgs, ListArgs};
use super::{
    context::Context,
    failure::Failure,
    output::to_value,
    pages::{self, PAGE_SIZE},
};

/// Runs the command.
pub(super) async fn run(command: TrackedCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        TrackedCommand::List(args) => list(args, context).await,
        TrackedCommand::Show { run_id } => show(run_id, context).await,
        TrackedCommand::Create(args) => create(args, context).await,
        TrackedCommand::Change(args) => change(args, context).await,
    }
}

async fn list(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let ListArgs { status, owner, limit, all } = args;
    let mut left = if all { u32::MAX } else { limit };
    let wanted: Vec<v1::TrackedStatus> = status.into_iter().map(Into::into).collect();
    // The daemon looks for one state; of several, those that are not meant are left out here.
    let asked = match wanted.as_slice() {
        [one] => *one,
        _ => v1::TrackedStatus::Unspecified,
    };
    let mut request = v1::ListTrackedRequest {
        scope: context.scope(),
        page_size: 0,
        page_token: String::new(),
        owner,
        status: asked.into(),
    };
    let mut table = shown::table();
    let mut count = 0_u32;
    context.output.list_begin();
    loop {
        request.page_size = PAGE_SIZE;
        let page = context.connection.list_tracked(request.clone()).await?;
        let is_meant = |run: &&v1::TrackedRun| wanted.is_empty() || wanted.contains(&run.status());
        for run in page.runs.iter().filter(is_meant) {
            if left == 0 {
                break;
            }
            (left, count) = (left - 1, count + 1);
            match context.output.is_table() {
                true => {
                    let how = (&context.output.clock, context.output.style);
                    shown::add(&mut table, run, how);
                }
                false => context.output.list_item(&to_value(run))?,
            }
        }
        request.page_token = page.next_page_token;
        if left == 0 || request.page_token.is_empty() {
            break;
        }
    }
    if !context.output.is_table() {
        context.output.list_end()?;
    } else if count > 0 {
        context.output.table(&table)?;
    } else {
        context.output.note("no tracked run matches")?;
    }
    if left == 0 && !all {
        context.output.note(format!("{count} shown; more with --limit, or --all"))?;
    }
    Ok(())
}

async fn show(run_id: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::GetTrackedRequest { scope: context.scope(), run_id: run_id.clone() };
    let run = context.connection.get_tracked(request).await?.run.unwrap_or_default();
    let (connection, scope) = (&context.connection, context.scope());
    let said = pages::all(|page_token| {
        let (scope, run_id, page_size) = (scope.clone(), run_id.clone(), PAGE_SIZE);
        let request = v1::ListDisclosuresRequest { scope, page_size, page_token, run_id };
        async move {
            let page = connection.list_disclosures(request).await?;
            Ok((page.disclosures, page.next_page_token))
        }
    });
    let said = said.await?;
    if context.output.is_table() {
        return shown::one(&run, &said, context);
    }
    let mut document = to_value(&run);
    let said: Vec<_> = said.iter().map(to_value).collect();
    document["disclosures"] = json!(said);
    Ok(context.output.document(&document)?)
}

async fn create(args: CreateArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let status: v1::TrackedStatus = args.status.map(Into::into).unwrap_or_default();
    let request = v1::CreateTrackedRequest {
        scope: context.scope(),
        name: args.name,
        owner: args.owner,
        status: status.into(),
        cost_estimate_micros: args.cost_estimate,
        related_entity_ids: args.related_entity_ids,
        related_decision_ids: args.related_decision_ids,
        metadata_json: args.metadata.unwrap_or_default(),
        idempotency_key: args.idempotency_key,
    };
    let run = context.connection.create_tracked(request).await?.run.unwrap_or_default();
    told(&run, "is tracked", context)
}

async fn change(args: ChangeArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let status: v1::TrackedStatus = args.status.map(Into::into).unwrap_or_default();
    let request = v1::ChangeTrackedRequest {
        scope: context.scope(),
        run_id: args.run_id,
        status: status.into(),
        cost_estimate_micros: args.cost_estimate,
        cost_actual_micros: args.cost,
        metadata_json: args.metadata.unwrap_or_default(),
        expected_seq: args.expected_seq,
        idempotency_key: args.idempotency_key,
        ..Default::default()
    };
    let run = context.connection.change_tracked(request).await?.run.unwrap_or_default();
    let what = format!("is {}", conductor_tui::words::tracked_status(run.status()));
    told(&run, &what, context)
}

fn told(run: &v1::TrackedRun, what: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(run))?);
    }
    Ok(context.output.line(format!("run {} {what}", run.run_id))?)
}
