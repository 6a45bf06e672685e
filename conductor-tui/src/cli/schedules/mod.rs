//! `conductor schedules`: what runs by itself, when, and what became of it.

mod args;
mod shown;

use conductor_protocol::v1;
use serde_json::{Map, Value};

pub(crate) use self::args::SchedulesCommand;
use self::{
    args::{KeyArgs, Missed, NextArgs, Overlap, SetArgs},
    shown::{history, list, next_times, show},
};
use super::{context::Context, failure::Failure, inputs, output::to_value, workflows};

/// Runs the command.
pub(super) async fn run(
    command: SchedulesCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let scope = context.scope();
    let connection = context.connection.clone();
    let changed = match command {
        SchedulesCommand::Set(args) => return set(*args, context).await,
        SchedulesCommand::List { workflow } => return list(workflow, context).await,
        SchedulesCommand::Show { name, history: true } => return history(name, context).await,
        SchedulesCommand::Next(args) => return next(*args, context).await,
        SchedulesCommand::Show { name, .. } => {
            let request = v1::GetScheduleRequest { scope, name };
            connection.get_schedule(request).await?.schedule
        }
        SchedulesCommand::Pause { name, reason, key: KeyArgs { idempotency_key } } => {
            let request = v1::PauseScheduleRequest { scope, name, reason, idempotency_key };
            connection.pause_schedule(request).await?.schedule
        }
        SchedulesCommand::Resume { name, key: KeyArgs { idempotency_key } } => {
            let request = v1::ResumeScheduleRequest { scope, name, idempotency_key };
            connection.resume_schedule(request).await?.schedule
        }
        SchedulesCommand::Remove { name, key: KeyArgs { idempotency_key } } => {
            let request = v1::RemoveScheduleRequest { scope, name: name.clone(), idempotency_key };
            connection.remove_schedule(request).await?;
            return removed(&name, context);
        }
        SchedulesCommand::Backfill { name, from, to, key: KeyArgs { idempotency_key } } => {
            let (from, to) = (Some(from), Some(to));
            let request = v1::BackfillScheduleRequest { scope, name, from, to, idempotency_key };
            connection.backfill_schedule(request).await?.schedule
        }
    };
    show(&changed.unwrap_or_default(), context)
}

fn removed(name: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    if context.output.is_table() {
        return Ok(context.output.line(format!("schedule {name}: removed"))?);
    }
    Ok(context.output.document(&serde_json::json!({ "name": name, "removed": true }))?)
}

async fn set(args: SetArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (workflow, workflow_version) = workflows::name_and_version(&args.workflow);
    let schema = if args.assignments.is_empty() {
        Value::Null
    } else {
        let found = workflows::get(&args.workflow, context).await?;
        let manifest: Value = serde_json::from_str(&found.manifest_json).unwrap_or_default();
        manifest.get("inputs").cloned().unwrap_or_default()
    };
    let inputs =
        inputs::assign(Map::new(), &args.assignments, &schema).map_err(Failure::Invalid)?;
    let spec = v1::ScheduleSpec {
        workflow,
        workflow_version,
        inputs_json: Value::Object(inputs).to_string(),
        trigger: Some(args.trigger.trigger()?),
        from: args.from,
        zone: args.zone,
        overlap: match args.overlap {
            Overlap::Skip => v1::Overlap::Skip,
            Overlap::Queue => v1::Overlap::Queue,
            Overlap::Replace => v1::Overlap::Replace,
        }
        .into(),
        missed: match args.missed {
            Missed::Skip => v1::Missed::Skip,
            Missed::Once => v1::Missed::Once,
            Missed::All => v1::Missed::All,
        }
        .into(),
        missed_window_ms: args.missed_window,
        jitter_ms: args.jitter,
        description: args.description,
        subject: args.subject,
    };
    let request = v1::SetScheduleRequest {
        scope: context.scope(),
        name: args.name,
        spec: Some(spec),
        edits_version: args.if_version,
        idempotency_key: args.key.idempotency_key,
    };
    let answer = context.connection.set_schedule(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let schedule = answer.schedule.unwrap_or_default();
    let done = if answer.changed { "set" } else { "says this already" };
    let next = schedule.next.as_ref().map_or("it rests", |next| next.shown.as_str());
    let text =
        format!("schedule {}: {done}, version {}; next {next}", schedule.name, schedule.version);
    Ok(context.output.line(text)?)
}

async fn next(args: NextArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let spec = match args.name {
        Some(_) => None,
        None => Some(v1::ScheduleSpec {
            trigger: Some(args.trigger.trigger()?),
            zone: args.zone,
            ..v1::ScheduleSpec::default()
        }),
    };
    let request = v1::NextScheduleRequest {
        scope: context.scope(),
        name: args.name.unwrap_or_default(),
        spec,
        count: args.count,
        after: args.after,
    };
    let times = context.connection.next_schedule(request).await?.times;
    next_times(&times, context)
}
