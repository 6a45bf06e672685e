//! `conductor secrets`: which there are, and whether they can be got. Never their values.

use clap::Subcommand;
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, meaning_of, with_glyph},
};

/// What can be done with secrets.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// List the secrets that the daemon's own worker knows, and whether each can be got
    #[command(visible_alias = "ls")]
    #[command(after_help = "\
Every provider is asked, and its program run, but no value is shown or kept. A worker elsewhere has
secrets of its own: `conductord check-config` there lists them.")]
    List,
}

/// Runs the command.
pub(super) async fn run(
    SecretsCommand::List: &SecretsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let request = v1::ListSecretsRequest { scope: context.scope() };
    let answer = context.connection.list_secrets(request).await?;
    if context.output.listed(&answer.secrets)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("secret"),
        Column::fixed("provider"),
        Column::text("place"),
        Column::fixed("tenants"),
        Column::fixed("environments"),
        Column::text("state"),
    ]);
    for secret in answer.secrets {
        let status = if secret.problem.is_empty() { "ok" } else { "fail" };
        let state = match secret.problem.as_str() {
            "" => with_glyph("ok", context.output.style),
            problem => problem.to_owned(),
        };
        table.row([
            Cell::of(&secret.name, Meaning::Strong),
            secret.provider.into(),
            secret.place.into(),
            some_or_all(&secret.tenants).into(),
            some_or_all(&secret.environments).into(),
            Cell::of(state, meaning_of(status)),
        ]);
    }
    Ok(context.output.table(&table)?)
}

fn some_or_all(names: &[String]) -> String {
    if names.is_empty() { "all".to_owned() } else { names.join(" ") }
}
