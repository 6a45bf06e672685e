//! `conductor freeze` and `conductor kill-switch`: what nothing starts in.

mod args;
mod shown;

use conductor_protocol::v1;

pub(crate) use self::args::{FreezesCommand, SwitchArgs};
pub(crate) use self::shown::brief;
use self::shown::{list, show};
use super::{context::Context, failure::Failure, output::to_value};

/// Runs `conductor freeze`.
pub(super) async fn run(command: FreezesCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let (connection, scope) = (context.connection.clone(), context.scope());
    match command {
        FreezesCommand::List => {
            let known = connection.list_freezes(v1::ListFreezesRequest { scope }).await?.freezes;
            list(&known, context)
        }
        FreezesCommand::Show { name } => {
            let found = connection.get_freeze(v1::GetFreezeRequest { scope, name }).await?.freeze;
            show(&found.unwrap_or_default(), context)
        }
        FreezesCommand::Set(args) => {
            let answer = connection.set_freeze(args.request(scope)).await?;
            if !context.output.is_table() {
                return Ok(context.output.document(&to_value(&answer))?);
            }
            let freeze = answer.freeze.unwrap_or_default();
            let done = if answer.changed { "set" } else { "set already" };
            let when = brief(&freeze, &context.output.clock);
            Ok(context.output.line(format!("freeze {} is {done}: {when}", freeze.name))?)
        }
        FreezesCommand::Lift { name, reason, idempotency_key } => {
            let shown = name.clone();
            let request = v1::LiftFreezeRequest { scope, name, reason, idempotency_key };
            let answer = connection.lift_freeze(request).await?;
            if !context.output.is_table() {
                return Ok(context.output.document(&to_value(&answer))?);
            }
            Ok(context.output.line(format!("freeze {shown} is lifted"))?)
        }
    }
}

/// Runs `conductor kill-switch`.
pub(super) async fn switch(args: SwitchArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let SwitchArgs { reach, kill, reason, idempotency_key } = args;
    let (scope, reach) = (context.scope(), Some(reach.reach()));
    let request = v1::SwitchKillRequest { scope, reach, kill, reason, idempotency_key };
    let answer = context.connection.switch_kill(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let freeze = answer.freeze.unwrap_or_default();
    let runs = match answer.runs {
        1 => "1 run is stopped".to_owned(),
        runs => format!("{runs} runs are stopped"),
    };
    let done = if answer.changed { runs } else { "it was thrown already".to_owned() };
    let name = &freeze.name;
    context.output.line(format!("the kill switch is thrown: {done}; nothing starts there"))?;
    let lift = format!("conductor freeze lift {name} --reason …");
    Ok(context.output.line(format!("`{lift}` asks two others to let it go on"))?)
}
