//! `conductor sessions`: who is logged in.

use clap::{Args, Subcommand};
use conductor_protocol::{error_code::Code, v1};

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
    pages::{self, PAGE_SIZE},
};

/// What can be done with sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// List the open sessions of the tenant
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// End a session; your own, too
    #[command(after_help = "\
Example:
  conductor sessions end ses_01jd6p5c7se9bs0w1h3m5n7p9q")]
    End {
        /// As `conductor sessions list` shows it: `ses_…`
        session: String,
    },
}

/// Whose sessions.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those of this principal, such as `uid:1001`
    principal: Option<String>,
    /// Only your own, which everybody may list
    #[arg(long, conflicts_with = "principal")]
    mine: bool,
}

/// Runs the command.
pub(super) async fn run(
    command: SessionsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        SessionsCommand::List(args) => list(args, context).await,
        SessionsCommand::End { session } => end(session, context).await,
    }
}

async fn list(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let sessions = match args.principal {
        _ if args.mine => own(context).await?,
        Some(principal) => of(&principal, context).await?,
        None => every(context).await?,
    };
    if context.output.listed(&sessions)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("session"),
        Column::fixed("principal"),
        Column::text("key"),
        Column::text("from"),
        Column::fixed("opened"),
        Column::fixed("last used"),
        Column::fixed("ends"),
        Column::text("note"),
    ]);
    for session in sessions {
        let time = |at: &Option<_>| context.output.clock.date_time(at.as_ref());
        let times = [&session.opened_at, &session.seen_at, &session.ends_at].map(time);
        let [opened, seen, ends] = times;
        let note = if session.current { "this one" } else { "" };
        table.row([
            session.session_id.into(),
            Cell::of(one_line(&session.principal), Meaning::Strong),
            session.fingerprint.into(),
            one_line(&session.origin).into(),
            opened.into(),
            seen.into(),
            ends.into(),
            note.into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// Those of the tenant, or the caller's own, said to be that, where policy does not show the others.
async fn every(context: &mut Context<'_>) -> Result<Vec<v1::Session>, Failure> {
    match of("", context).await {
        Err(Failure::Client(error)) if error.is(Code::PermissionDenied) => {
            let sessions = own(context).await?;
            context.output.note("you may not list those of others: these are your own")?;
            Ok(sessions)
        }
        listed => listed,
    }
}

async fn own(context: &Context<'_>) -> Result<Vec<v1::Session>, Failure> {
    let request = v1::WhoAmIRequest { scope: context.scope() };
    let principal = context.connection.who_am_i(request).await?.principal;
    of(&principal, context).await
}

/// Those of a principal; of everybody without one.
async fn of(principal: &str, context: &Context<'_>) -> Result<Vec<v1::Session>, Failure> {
    let (connection, scope) = (&context.connection, context.scope());
    let sessions = pages::all(|page_token| {
        let (scope, principal) = (scope.clone(), principal.to_owned());
        let request =
            v1::ListSessionsRequest { scope, principal, page_size: PAGE_SIZE, page_token };
        async move {
            let page = connection.list_sessions(request).await?;
            Ok((page.sessions, page.next_page_token))
        }
    });
    sessions.await
}

async fn end(session_id: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::EndSessionRequest { scope: context.scope(), session_id };
    let session = context.connection.end_session(request).await?.session.unwrap_or_default();
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&session))?);
    }
    let said = format!("session {} of {} is over", session.session_id, session.principal);
    Ok(context.output.line(said)?)
}
