//! `conductor notifications`: where they go, what was not taken, and what is done about it.

mod args;
mod shown;

use conductor_protocol::v1;

pub(crate) use self::args::NotificationsCommand;
use self::args::{DeadCommand, MeantArgs};
use super::{context::Context, failure::Failure, output::to_value};

/// Runs the command.
pub(super) async fn run(
    command: NotificationsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        NotificationsCommand::List => list(context).await,
        NotificationsCommand::Test { target } => test(target, context).await,
        NotificationsCommand::Dead(DeadCommand::List { target }) => {
            list_dead(target.unwrap_or_default(), context).await
        }
        NotificationsCommand::Dead(DeadCommand::Show { id }) => show(id, context).await,
        NotificationsCommand::Dead(DeadCommand::Retry(meant)) => retry(meant, context).await,
        NotificationsCommand::Dead(DeadCommand::Drop(meant)) => drop_letters(meant, context).await,
    }
}

async fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::ListNotificationTargetsRequest { scope: context.scope() };
    let answer = context.connection.list_targets(request).await?;
    shown::targets(&answer.targets, context)
}

async fn test(target: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::TestNotificationRequest { scope: context.scope(), target };
    let answer = context.connection.test_notification(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    Ok(context.output.line(format!("notification {} was taken", answer.notification_id))?)
}

async fn list_dead(target: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::ListDeadLettersRequest { scope: context.scope(), target };
    let answer = context.connection.list_dead(request).await?;
    shown::letters(&answer.letters, context)
}

async fn show(notification_id: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::GetDeadLetterRequest { scope: context.scope(), notification_id };
    let answer = context.connection.get_dead(request).await?;
    let letter = answer.letter.unwrap_or_default();
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&letter))?);
    }
    shown::letter(&letter, context)
}

async fn retry(meant: MeantArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let MeantArgs { target, ids, all: _, idempotency_key } = meant;
    let scope = context.scope();
    let request =
        v1::RetryNotificationsRequest { scope, target, notification_ids: ids, idempotency_key };
    let answer = context.connection.retry_notifications(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    Ok(context.output.line(format!("{} tried anew", counted(answer.letters)))?)
}

async fn drop_letters(meant: MeantArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let MeantArgs { target, ids, all: _, idempotency_key } = meant;
    let scope = context.scope();
    let request =
        v1::DropNotificationsRequest { scope, target, notification_ids: ids, idempotency_key };
    let answer = context.connection.drop_notifications(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    Ok(context.output.line(format!("{} dropped", counted(answer.letters)))?)
}

fn counted(letters: u32) -> String {
    if letters == 1 {
        "1 notification is".to_owned()
    } else {
        format!("{letters} notifications are")
    }
}
