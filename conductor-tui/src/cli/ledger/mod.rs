//! `conductor ledger`: verify it, show its checkpoint, prove a record, export it, and what others say
//! of it: witnesses, and what was seen of it before.

mod export;
mod folder;
mod keys;
pub(crate) mod remembered;
mod witness;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use clap::{Args, Subcommand};
use conductor_keys::{
    cosignature::WitnessKey, merkle::Hash, note::VerifierKey, proof::check_inclusion,
};
use conductor_protocol::v1;
use serde_json::json;

use super::{
    context::Context,
    daemon_program,
    failure::Failure,
    output::{Meaning, to_value},
};

/// What can be done with the ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Re-hash every record and compare with the newest checkpoint
    #[command(after_help = "\
Exits with 9 and names the record when a single byte is not what was written. With --offline the \
ledger of a stopped daemon is verified, by `conductord ledger verify`. With --folder what `conductor ledger \
export` wrote is verified, by nothing but the key that you know from elsewhere.")]
    Verify(VerifyArgs),
    /// Write the log into a folder, as static files that anybody can verify
    #[command(after_help = "\
The layout is that of C2SP tlog-tiles: `checkpoint`, `tile/<L>/<N>` and `tile/entries/<N>`. Run again it \
fetches what is new. Records are of all tenants: without the right to export the ledger of each of them \
there are the hashes alone, with --hashes.")]
    Export(ExportArgs),
    /// Say who cosigns checkpoints, and what came of it
    Witness {
        /// Ask all of them now
        #[arg(long)]
        now: bool,
    },
    /// Say which keys sign and signed the log, and have the next one take over
    #[command(subcommand)]
    Keys(keys::LedgerKeysCommand),
    /// List the logs whose last checkpoint is remembered here
    #[command(after_help = "\
A log that does not continue what was seen of it before is refused: by the commands of `conductor ledger`, and \
when the console connects.")]
    Remembered,
    /// Forget the last checkpoint of a log, so that the next is taken without a look back
    Forget {
        /// Origin of the log, as `conductor ledger remembered` lists it
        origin: String,
    },
    /// Print the newest signed checkpoint; its signature is checked
    Checkpoint,
    /// Prove that a record is in the ledger; the proof is checked
    Prove {
        /// Sequence number of the record
        seq: u64,
    },
}

/// What is verified.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Verify the ledger in this data folder; no daemon may run on it
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    offline: Option<PathBuf>,
    /// Verify the log that was exported into this folder
    #[arg(long, value_name = "DIR", requires = "key")]
    folder: Option<PathBuf>,
    /// A verifier key of the log, `name+hash+key`, or a file that holds it; where the log had several, any one of
    /// them with the folder's `keys`
    #[arg(long, value_name = "KEY", requires = "folder")]
    key: Option<String>,
    /// A witness's verifier key, or a file that holds it; may be repeated
    #[arg(long, value_name = "KEY", requires = "folder")]
    witness_key: Vec<String>,
    /// Witnesses of those that must have cosigned; all of them without it
    #[arg(long, value_name = "COUNT", requires = "witness_key")]
    quorum: Option<usize>,
}

/// What is exported.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The folder, which is made when it is not there
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Leave the records out
    #[arg(long)]
    pub(crate) hashes: bool,
}

/// Runs the command.
pub(super) async fn run(command: LedgerCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        LedgerCommand::Verify(VerifyArgs { offline: Some(folder), .. }) => verify_offline(&folder),
        LedgerCommand::Verify(args) if args.folder.is_some() => verify_folder(&args, context),
        LedgerCommand::Verify(_) => verify(context).await,
        LedgerCommand::Export(args) => Box::pin(export::export(args, context)).await,
        LedgerCommand::Witness { now } => {
            look_back(context).await?;
            witness::show(now, context).await
        }
        LedgerCommand::Keys(command) => Box::pin(keys::run(command, context)).await,
        LedgerCommand::Remembered => remembered::show(context),
        LedgerCommand::Forget { origin } => remembered::forget(&origin, context),
        LedgerCommand::Checkpoint => checkpoint(context).await,
        LedgerCommand::Prove { seq } => prove(seq, context).await,
    }
}

async fn verify(context: &mut Context<'_>) -> Result<(), Failure> {
    look_back(context).await?;
    let request = v1::VerifyRequest { scope: context.scope() };
    let mut stream = context.connection.verify(request).await?;
    let mut last = v1::VerifyProgress::default();
    while let Some(progress) = stream.next().await? {
        let (done, total) = (progress.records_done, progress.records_total);
        context.output.progress(&format!("verified {done} of {total} records"))?;
        last = progress;
    }
    context.output.progress_done()?;
    if !context.output.is_table() {
        context.output.document(&to_value(&last))?;
    } else if last.ok {
        let good = context.output.style.paint(Meaning::Good, "ok");
        let text = format!("{good}: {} records, root {}", last.records_done, last.root_hash);
        context.output.line(text)?;
        let (sealed, forgotten) = (last.sealed, last.forgotten);
        context.output.line(format!("{sealed} of them sealed, {forgotten} forgotten"))?;
    }
    match (last.finished, last.ok) {
        (true, true) => Ok(()),
        (true, false) => Err(Failure::Damaged(format!("the ledger is damaged: {}", last.problem))),
        (false, _) => Err(Failure::NotServing {
            message: "the daemon stopped before the ledger was verified".into(),
            hint: "verify again when it serves".into(),
        }),
    }
}

/// Only the daemon knows how the ledger lies on disk.
fn verify_offline(folder: &Path) -> Result<(), Failure> {
    let program = daemon_program::find()?;
    let status = daemon_program::command(&program)
        .args(["ledger", "verify", "--data-dir"])
        .arg(folder)
        .stdin(Stdio::null())
        .status()
        .map_err(|error| Failure::local(format!("start {}", program.display()), error))?;
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(0) => Ok(()),
        code => Err(Failure::Program {
            program: "conductord ledger verify".into(),
            code: code.unwrap_or(u8::MAX),
        }),
    }
}

/// What was exported, by nothing but keys that come from elsewhere.
fn verify_folder(args: &VerifyArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let wrong = |error: conductor_keys::note::NoteError| {
        Failure::usage(error.to_string(), "a key is `name+hash+key`, or a file that holds it")
    };
    let key = key_text(args.key.as_deref().unwrap_or_default())?;
    let key = VerifierKey::parse(&key).map_err(wrong)?;
    let mut witnesses = Vec::with_capacity(args.witness_key.len());
    for text in &args.witness_key {
        witnesses.push(WitnessKey::parse(&key_text(text)?).map_err(wrong)?);
    }
    let folder = folder::Folder::new(args.folder.as_deref().unwrap_or(Path::new(".")));
    let chain = keys::of_folder(&folder, &key)?;
    let (note, stated) = folder.checkpoint(&chain)?.ok_or_else(|| {
        let place = folder.place(folder::CHECKPOINT);
        Failure::NotFound(format!("{} is not there: no log was exported to it", place.display()))
    })?;
    let verified = folder.verify((&note, &stated), &witnesses, &mut |done, all| {
        Ok(context.output.progress(&format!("verified {done} of {all} records"))?)
    });
    context.output.progress_done()?;
    let verified = verified?;
    let quorum = args.quorum.unwrap_or(witnesses.len());
    let enough = verified.witnesses.len() >= quorum;
    let root = BASE64_STANDARD.encode(verified.checkpoint.root);
    let size = verified.checkpoint.size;
    if context.output.is_table() {
        if enough {
            let good = context.output.style.paint(Meaning::Good, "ok");
            let what = if verified.entries { "records" } else { "hashes of records" };
            context.output.line(format!("{good}: {size} {what}, root {root}"))?;
        }
        for witness in &verified.witnesses {
            context.output.line(format!("cosigned by {witness}"))?;
        }
    } else {
        let document = json!({
            "ok": enough, "origin": verified.checkpoint.origin, "size": size, "rootHash": root,
            "entries": verified.entries, "witnesses": verified.witnesses,
        });
        context.output.document(&document)?;
    }
    if enough {
        return Ok(());
    }
    let message =
        format!("{} of {quorum} witnesses cosigned the checkpoint", verified.witnesses.len());
    Err(Failure::Damaged(message))
}

/// A key that is given, or is in the file of that name.
fn key_text(given: &str) -> Result<String, Failure> {
    if given.contains('+') || !Path::new(given).exists() {
        return Ok(given.to_owned());
    }
    let read = fs::read_to_string(given);
    let text = read.map_err(|error| Failure::local(format!("read {given}"), error))?;
    Ok(text.trim().to_owned())
}

/// The checkpoint, believed only with a good signature and when it continues what is remembered.
async fn signed_checkpoint(context: &mut Context<'_>) -> Result<v1::CheckpointResponse, Failure> {
    let seen = remembered::check(&context.connection, &context.settings.paths).await?;
    if let Some(why) = seen.unkept {
        context.output.note(format!("warning: the checkpoint is not remembered: {why}"))?;
    }
    Ok(seen.answer)
}

/// The same where the command can do without.
async fn look_back(context: &Context<'_>) -> Result<(), Failure> {
    remembered::check_where_it_can_be(&context.connection, &context.settings.paths).await
}

async fn checkpoint(context: &mut Context<'_>) -> Result<(), Failure> {
    let answer = signed_checkpoint(context).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    // The note alone on standard output, so that it can be kept in a file and verified there.
    context.output.raw(answer.note.as_bytes())?;
    Ok(context.output.note(format!("verifier key: {}", answer.verifier_key))?)
}

/// How often the daemon is asked for a checkpoint that covers a record, and the wait between: it
/// signs one within a second of a record.
const ASKED_MAX: u32 = 20;
const ASK_EVERY: Duration = Duration::from_millis(150);

/// The checkpoint once it covers a record; the newest where that does not come.
async fn checkpoint_over(
    seq: u64,
    context: &mut Context<'_>,
) -> Result<v1::CheckpointResponse, Failure> {
    let mut checkpoint = signed_checkpoint(context).await?;
    let request = v1::StatusRequest { scope: context.scope() };
    let last = context.connection.status(request).await?.ledger_seq;
    for _ in 0..ASKED_MAX {
        if checkpoint.size >= seq || seq > last {
            break;
        }
        tokio::time::sleep(ASK_EVERY).await;
        checkpoint = signed_checkpoint(context).await?;
    }
    Ok(checkpoint)
}

async fn prove(seq: u64, context: &mut Context<'_>) -> Result<(), Failure> {
    let checkpoint = checkpoint_over(seq, context).await?;
    let tree_size = checkpoint.size;
    let request = v1::InclusionProofRequest { scope: context.scope(), seq, tree_size };
    let proof = context.connection.inclusion_proof(request).await?;
    let holds = holds(&proof, &checkpoint);
    if context.output.is_table() {
        let index = proof.index;
        let text = format!("record {seq} is leaf {index} of {tree_size}: {}", proof.leaf_hash);
        context.output.line(text)?;
        for step in &proof.hashes {
            context.output.line(format!("  with {step}"))?;
        }
        let root = format!("leads to {}, the root of the signed checkpoint", checkpoint.root_hash);
        context.output.line(root)?;
    } else {
        let (proof, checkpoint) = (to_value(&proof), to_value(&checkpoint));
        let document = json!({ "seq": seq, "ok": holds, "proof": proof, "checkpoint": checkpoint });
        context.output.document(&document)?;
    }
    match holds {
        true => Ok(()),
        false => Err(Failure::Damaged(format!("the proof of record {seq} does not hold"))),
    }
}

/// Whether the proof leads from its leaf to the root that was signed.
fn holds(proof: &v1::InclusionProofResponse, checkpoint: &v1::CheckpointResponse) -> bool {
    let path: Option<Vec<Hash>> = proof.hashes.iter().map(|step| hash(step)).collect();
    let ends = hash(&proof.leaf_hash).zip(hash(&checkpoint.root_hash));
    path.zip(ends).is_some_and(|(path, (leaf, root))| {
        check_inclusion(&path, (checkpoint.size, &root), (proof.index, &leaf)).is_ok()
    })
}

fn hash(text: &str) -> Option<Hash> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use conductor_keys::merkle::{leaf_hash, node_hash};

    use super::*;

    #[test]
    fn a_proof_holds_only_for_its_own_leaf_and_root() {
        let (first, second) = (leaf_hash(b"one"), leaf_hash(b"two"));
        let text = |hash: &Hash| BASE64_STANDARD.encode(hash);
        let checkpoint = v1::CheckpointResponse {
            size: 2,
            root_hash: text(&node_hash(&first, &second)),
            ..<_>::default()
        };
        let good = v1::InclusionProofResponse {
            index: 0,
            tree_size: 2,
            hashes: vec![text(&second)],
            leaf_hash: text(&first),
            root_hash: checkpoint.root_hash.clone(),
        };
        assert!(holds(&good, &checkpoint));
        let bad = [
            v1::InclusionProofResponse { index: 1, ..good.clone() },
            v1::InclusionProofResponse { leaf_hash: text(&second), ..good.clone() },
            v1::InclusionProofResponse { hashes: vec!["?".into()], ..good.clone() },
            v1::InclusionProofResponse { hashes: vec![], ..good },
        ];
        for proof in bad {
            assert!(!holds(&proof, &checkpoint), "{proof:?}");
        }
    }
}
