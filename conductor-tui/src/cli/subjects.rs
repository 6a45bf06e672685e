//! `conductor subjects`: whom runs and schedules are about, and how what is recorded of them is forgotten.

use clap::Subcommand;
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, to_value},
    tenants::{ForgetArgs, RepeatArgs, forgotten},
};

/// What can be done with data subjects.
#[derive(Debug, Subcommand)]
pub(crate) enum SubjectsCommand {
    /// List whom runs and schedules of the tenant are about
    #[command(visible_alias = "ls")]
    List,
    /// Make the runs and schedules that are about a data subject unreadable for good
    #[command(after_help = "\
The key that these runs are sealed with is destroyed, with their child runs, approvals, decisions and receipts, \
and their logs and artifacts are removed. Schedules that are about them go with that; one that goes on is paused or \
removed before. The ledger still verifies. Others have to approve it. The daemon begins \
again by itself, as after a restart.

Backups, and whoever read it before, still have it.

Example:
  conductor run export-data -i customer=4711 --subject customer-4711
  conductor subjects forget customer-4711 --dry-run
  conductor subjects forget customer-4711 --reason 'request of 3 May'")]
    Forget {
        /// By the name that runs were started, or schedules set, with
        subject: String,
        #[command(flatten)]
        how: ForgetArgs,
    },
}

/// Runs the command.
pub(super) async fn run(
    command: SubjectsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let scope = context.scope();
    match command {
        SubjectsCommand::List => {
            let request = v1::ListSubjectsRequest { scope };
            let found = context.connection.list_subjects(request).await?;
            list(&found, context)
        }
        SubjectsCommand::Forget { subject, how } => {
            let ForgetArgs { reason, dry_run, key: RepeatArgs { idempotency_key } } = how;
            let reason = reason.unwrap_or_default();
            let request =
                v1::ForgetSubjectRequest { scope, subject, reason, dry_run, idempotency_key };
            let answer = context.connection.forget_subject(request).await?;
            forgotten(&answer, context)
        }
    }
}

fn list(found: &v1::ListSubjectsResponse, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        let values: Vec<_> = found.subjects.iter().map(to_value).collect();
        return Ok(context.output.list(&values)?);
    }
    let mut table =
        Table::new(&[Column::fixed("subject"), Column::fixed("runs"), Column::text("sha256")]);
    for subject in &found.subjects {
        table.row([
            Cell::of(&subject.name, Meaning::Strong),
            subject.runs.to_string().into(),
            Cell::of(&subject.digest, Meaning::Dim),
        ]);
    }
    context.output.table(&table)?;
    if found.more {
        context.output.note("there are more than are told")?;
    }
    Ok(())
}
