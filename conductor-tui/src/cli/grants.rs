//! `conductor grants`: who holds which role.

use clap::{Args, Subcommand};
use conductor_protocol::v1;
use serde_json::json;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, to_value},
};

/// What can be done with grants.
#[derive(Debug, Subcommand)]
pub(crate) enum GrantsCommand {
    /// List who holds which role
    #[command(visible_alias = "ls")]
    List,
    /// Give a principal a role
    #[command(after_help = "\
Roles: conductor_admin, workflow_author, workflow_reviewer, operator, tenant_admin, read_only.

Example:
  conductor grants add uid:1001 operator")]
    Add(GrantArgs),
    /// Take a role from a principal
    Remove(GrantArgs),
}

/// Who and what.
#[derive(Debug, Args)]
pub(crate) struct GrantArgs {
    /// Such as `uid:1000`
    principal: String,
    /// Such as `operator`
    role: String,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    idempotency_key: String,
}

/// Runs the command.
pub(super) async fn run(command: GrantsCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        GrantsCommand::List => list(context).await,
        GrantsCommand::Add(args) => add(args, context).await,
        GrantsCommand::Remove(args) => remove(args, context).await,
    }
}

async fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::ListGrantsRequest { scope: context.scope() };
    let grants = context.connection.list_grants(request).await?.grants;
    if context.output.listed(&grants)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("principal"),
        Column::fixed("role"),
        Column::text("granted by"),
        Column::fixed("granted"),
    ]);
    for grant in grants {
        table.row([
            Cell::of(grant.principal, Meaning::Strong),
            grant.role.into(),
            grant.granted_by.into(),
            context.output.clock.date_time(grant.granted_at.as_ref()).into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

async fn add(args: GrantArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let GrantArgs { principal, role, idempotency_key } = args;
    let said = format!("{principal} now holds the role {role}");
    let request = v1::GrantRequest { scope: context.scope(), principal, role, idempotency_key };
    let grant = context.connection.grant(request).await?.grant.unwrap_or_default();
    match context.output.is_table() {
        true => context.output.line(said)?,
        false => context.output.document(&to_value(&grant))?,
    }
    Ok(())
}

async fn remove(args: GrantArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let GrantArgs { principal, role, idempotency_key } = args;
    let said = format!("{principal} no longer holds the role {role}");
    let document = json!({ "principal": principal, "role": role, "revoked": true });
    let request = v1::RevokeRequest { scope: context.scope(), principal, role, idempotency_key };
    context.connection.revoke(request).await?;
    match context.output.is_table() {
        true => context.output.line(said)?,
        false => context.output.document(&document)?,
    }
    Ok(())
}
