//! `conductor ledger keys`: which keys sign and signed the log, the file that leads from one to the next,
//! and that the next one takes over.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use conductor_keys::{chain::Chain, note::VerifierKey};
use conductor_protocol::v1;

use super::{folder::Folder, look_back};
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
};

/// Name of the file with the keys in an exported log.
pub(super) const KEYS: &str = "keys";

/// What can be done with the keys of the log.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerKeysCommand {
    /// List them, oldest first, with the time of each and when the one in force is due
    #[command(visible_alias = "ls")]
    List,
    /// Have the next key sign the log, once somebody else has approved it
    #[command(after_help = "\
Where the key in force is the daemon's key file, the daemon makes the next one itself. One that is in a token, or \
with a program, is made by people and named in `[signing.next]` of conductord.toml before. What was signed before \
stays verifiable by the keys of before: publish what `conductor ledger keys export` writes.

Examples:
  conductor ledger keys rotate --reason '90 days are over'")]
    Rotate {
        /// Why; whoever approves it reads it
        #[arg(long)]
        reason: String,
        /// Repeat safely: the same key with the same request gives the same answer
        #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
        idempotency_key: String,
    },
    /// Write the chain of keys, for those who verify without a daemon
    #[command(after_help = "\
The file has the first key, and of each after it the handover that it and the one before it signed. With it and any one \
key of the log that somebody trusts, receipts, packs and exported logs of all its time can be checked.

Examples:
  conductor ledger keys export --file log-keys.json
  conductor receipts verify run.sigstore.json --key first.pub --chain log-keys.json")]
    Export {
        /// Write to this file instead of standard output; it is there only once it is whole
        #[arg(short, long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Runs the command.
pub(super) async fn run(
    command: LedgerKeysCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        LedgerKeysCommand::List => list(context).await,
        LedgerKeysCommand::Rotate { reason, idempotency_key } => {
            rotate((reason, idempotency_key), context).await
        }
        LedgerKeysCommand::Export { file } => export(file.as_deref(), context).await,
    }
}

/// The keys as the daemon gives them, believed only where they hang together.
async fn fetched(context: &Context<'_>) -> Result<(v1::SigningKeysResponse, Chain), Failure> {
    look_back(context).await?;
    let request = v1::SigningKeysRequest { scope: context.scope() };
    let answer = context.connection.signing_keys(request).await?;
    let chain = believed(&answer)?;
    Ok((answer, chain))
}

/// The chain of an answer, when it holds and is what the answer says besides.
pub(super) fn believed(answer: &v1::SigningKeysResponse) -> Result<Chain, Failure> {
    let damaged =
        |why: String| Failure::Damaged(format!("the log's keys can't be believed: {why}"));
    let chain =
        Chain::parse(answer.chain.as_bytes()).map_err(|error| damaged(error.to_string()))?;
    let shown = answer.keys.iter().map(|key| (key.key.clone(), key.from_size));
    let signed = chain.spans().map(|span| (span.key.to_string(), span.from));
    if shown.eq(signed) {
        return Ok(chain);
    }
    Err(damaged("what is listed is not what was signed".to_owned()))
}

async fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let (answer, _) = fetched(context).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let clock = &context.output.clock;
    let mut table = Table::new(&[
        Column::fixed("records"),
        Column::fixed("since"),
        Column::fixed("until"),
        Column::fixed("by record"),
        Column::text("where"),
        Column::text("key"),
    ]);
    for key in &answer.keys {
        let in_force = key.until_size == 0;
        let records = match in_force {
            true => format!("{} on", key.from_size),
            false => format!("{} to {}", key.from_size, key.until_size.saturating_sub(1)),
        };
        let until = match (in_force, &key.until) {
            (true, _) => "in force".to_owned(),
            (false, until) => clock.date_time(until.as_ref()),
        };
        let record = if key.record == 0 { String::new() } else { key.record.to_string() };
        let meaning = if in_force { Meaning::Strong } else { Meaning::Plain };
        table.row([
            records.into(),
            clock.date_time(key.since.as_ref()).into(),
            until.into(),
            record.into(),
            one_line(&key.place).into(),
            Cell::of(&key.key, meaning),
        ]);
    }
    let due = clock.date_time(answer.due_at.as_ref());
    let ordered = clock.date_time(answer.ordered_at.as_ref());
    let failed = clock.date_time(answer.failed_at.as_ref());
    context.output.table(&table)?;
    let mut say = |line: String| context.output.note(line);
    if !due.is_empty() {
        say(format!("the next key is due by {due}"))?;
    }
    if !answer.ordered_by.is_empty() {
        say(format!(
            "{} ordered it at {ordered}; it waits for both keys to sign",
            answer.ordered_by
        ))?;
    }
    if !answer.failed_problem.is_empty() {
        say(format!("the last order, at {failed}, came to nothing: {}", answer.failed_problem))?;
    }
    if !answer.next_place.is_empty() {
        say(format!("the next key: {}", answer.next_place))?;
    }
    if !answer.next_problem.is_empty() {
        say(format!("no next key: {}", answer.next_problem))?;
    }
    Ok(())
}

async fn rotate(
    (reason, idempotency_key): (String, String),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let scope = context.scope();
    let request = v1::RotateSigningKeyRequest { scope, reason, idempotency_key };
    let answer = context.connection.rotate_signing_key(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let place = &answer.next_place;
    context.output.line(format!("{place} takes over from {}", answer.old_key))?;
    Ok(context.output.note("`conductor ledger keys list` shows when it did")?)
}

async fn export(file: Option<&Path>, context: &mut Context<'_>) -> Result<(), Failure> {
    let (_, chain) = fetched(context).await?;
    let text = chain.to_json();
    let Some(path) = file else { return Ok(context.output.raw(text.as_bytes())?) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(KEYS);
    Folder::new(folder.unwrap_or(Path::new("."))).write(name, text.as_bytes())?;
    let keys = chain.spans().count();
    let keys = if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") };
    Ok(context.output.note(format!("{}: {keys} of {}", path.display(), chain.name()))?)
}

/// The keys that are in a folder beside the log, believed as far as a key leads that is trusted; that key
/// alone where there are none.
pub(super) fn of_folder(folder: &Folder, trusted: &VerifierKey) -> Result<Chain, Failure> {
    let Some(bytes) = folder.read(KEYS)? else { return Ok(Chain::from(trusted.clone())) };
    let place = folder.place(KEYS);
    Chain::parse(&bytes)
        .and_then(|chain| chain.trusting(trusted))
        .map_err(|error| Failure::Damaged(format!("{}: {error}", place.display())))
}
