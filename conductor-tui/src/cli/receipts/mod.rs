//! `conductor receipts`: signed statements about runs and changes, got here and checked anywhere.

mod pack;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use conductor_protocol::v1;
use conductor_tui::whole;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
    pages,
};

pub(super) use verify::{VerifyArgs, verify};

/// What can be done with receipts.
#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptsCommand {
    /// List receipts, newest first
    #[command(
        visible_alias = "ls",
        after_help = "\
Examples:
  conductor receipts list --kind run.ended
  conductor receipts list --run run_01jd6p5c7se9bs0w1h3m5n7p9q -o json"
    )]
    List(ListArgs),
    /// Show what a receipt stands for, and by which key it is
    Show {
        /// A run or a receipt: `run_…`, `rcpt_…`
        #[arg(value_name = "RUN|RECEIPT")]
        of: String,
    },
    /// Write a receipt as a sigstore bundle
    #[command(after_help = "\
The file has the bundle byte for byte, as it stands in the ledger. conductor-receipts(5) says what is in
it, and how to check it with other tools.

Examples:
  conductor receipts export run_01jd6p5c7se9bs0w1h3m5n7p9q -O run.sigstore.json
  conductor receipts verify run.sigstore.json --key conductord.pub")]
    Export {
        /// A run or a receipt: `run_…`, `rcpt_…`
        #[arg(value_name = "RUN|RECEIPT")]
        of: String,
        /// Write to this file instead of standard output; it is there only once it is whole
        #[arg(short = 'O', long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Check a receipt, or a disclosure pack, without asking anybody: no daemon is needed
    #[command(after_help = "\
What is checked is said line by line: that the key signed the statement, that it is about its record, that
a checkpoint by the same key covers the record, and that who approved signed with the keys that are named.
The first part that does not hold is named, and the command exits with 9.

The key is the daemon's public key, as `conductor ledger checkpoint` and `conductor receipts show` print
it, or PEM. Have it from elsewhere than the receipt. Where the log's key was replaced, any one key of the log
is enough together with --chain, the file that `conductor ledger keys export` writes.

Examples:
  conductor receipts verify run.sigstore.json --key conductord.pub
  conductor receipts verify run_01jd6p5c7se9bs0w1h3m5n7p9q.tgz --key conductord.pub
  conductor receipts verify run.sigstore.json --key first.pub --chain log-keys.json
  conductor receipts verify run.sigstore.json --key 'led_01jd…+9c2a1f00+AX…' -o json")]
    Verify(VerifyArgs),
}

/// Which receipts.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those about this run
    #[arg(long, value_name = "RUN", default_value = "", hide_default_value = true)]
    run: String,
    /// Only those for records of this kind; for a group of kinds when it ends in a dot, such as `run.`
    #[arg(long, value_name = "KIND", default_value = "", hide_default_value = true)]
    kind: String,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: u32,
}

/// Runs the command.
pub(super) async fn run(
    command: ReceiptsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        ReceiptsCommand::List(args) => list(args, context).await,
        ReceiptsCommand::Show { of } => show(of, context).await,
        ReceiptsCommand::Export { of, file } => export(of, file, context).await,
        ReceiptsCommand::Verify(args) => verify(&args, context.output),
    }
}

async fn list(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let (mut receipts, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListReceiptsRequest {
            scope: context.scope(),
            page_size: args.limit.min(pages::PAGE_SIZE),
            page_token,
            run_id: args.run.clone(),
            kind: args.kind.clone(),
        };
        let page = context.connection.list_receipts(request).await?;
        receipts.extend(page.receipts);
        page_token = page.next_page_token;
        if page_token.is_empty() || receipts.len() >= limit {
            break;
        }
    }
    receipts.truncate(limit);
    if context.output.listed(&receipts)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("receipt"),
        Column::fixed("record"),
        Column::text("what"),
        Column::text("about"),
        Column::fixed("when"),
    ]);
    for receipt in &receipts {
        table.row([
            Cell::of(&receipt.receipt_id, Meaning::Strong),
            receipt.record.to_string().into(),
            one_line(&receipt.kind).into(),
            one_line(&receipt.subject).into(),
            context.output.clock.date_time(receipt.recorded_at.as_ref()).into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

async fn show(of: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let found = get(of, context).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&found))?);
    }
    let receipt = found.receipt.unwrap_or_default();
    let clock = &context.output.clock;
    let rows = [
        ("receipt", receipt.receipt_id),
        ("what", receipt.kind),
        ("about", one_line(&receipt.subject)),
        ("record", format!("{} of the ledger", receipt.record)),
        ("recorded", clock.date_time(receipt.recorded_at.as_ref())),
        ("issued", clock.date_time(receipt.issued_at.as_ref())),
        ("size", format!("{} bytes", found.bundle.len())),
        ("key", found.verifier_key),
    ];
    let mut table = Table::new(&[Column::fixed("what"), Column::text("value")]);
    for (what, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        table.row([what.into(), Cell::of(value, Meaning::Strong)]);
    }
    Ok(context.output.table(&table)?)
}

async fn export(
    of: String,
    file: Option<PathBuf>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let found = get(of, context).await?;
    let Some(path) = file else {
        return Ok(context.output.raw(found.bundle.as_bytes())?);
    };
    whole::share(&path, found.bundle.as_bytes())
        .map_err(|error| Failure::local(format!("write {}", path.display()), error))?;
    let id = found.receipt.unwrap_or_default().receipt_id;
    Ok(context.output.note(format!("{}: receipt {id}", path.display()))?)
}

async fn get(of: String, context: &Context<'_>) -> Result<v1::GetReceiptResponse, Failure> {
    let (receipt_id, run_id) =
        if of.starts_with("run_") { (String::new(), of) } else { (of, String::new()) };
    let request = v1::GetReceiptRequest { scope: context.scope(), receipt_id, run_id };
    Ok(context.connection.get_receipt(request).await?)
}
