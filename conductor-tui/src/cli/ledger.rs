//! `conductor ledger`: verify it, show its checkpoint, prove a record.

use std::{path::PathBuf, process::Stdio, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use clap::Subcommand;
use conductor_keys::{merkle::Hash, note::VerifierKey, proof::check_inclusion};
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
ledger of a stopped daemon is verified, by `conductord ledger verify`.")]
    Verify {
        /// Verify the ledger in this data folder; no daemon may run on it
        #[arg(long, value_name = "DIR")]
        offline: Option<PathBuf>,
    },
    /// Print the newest signed checkpoint; its signature is checked
    Checkpoint,
    /// Prove that a record is in the ledger; the proof is checked
    Prove {
        /// Sequence number of the record
        seq: u64,
    },
}

/// Runs the command.
pub(super) async fn run(command: LedgerCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        LedgerCommand::Verify { offline: Some(folder) } => verify_offline(&folder),
        LedgerCommand::Verify { offline: None } => verify(context).await,
        LedgerCommand::Checkpoint => checkpoint(context).await,
        LedgerCommand::Prove { seq } => prove(seq, context).await,
    }
}

async fn verify(context: &mut Context<'_>) -> Result<(), Failure> {
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
fn verify_offline(folder: &std::path::Path) -> Result<(), Failure> {
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

/// The checkpoint, believed only with a good signature.
async fn signed_checkpoint(context: &Context<'_>) -> Result<v1::CheckpointResponse, Failure> {
    let request = v1::CheckpointRequest { scope: context.scope() };
    let answer = context.connection.checkpoint(request).await?;
    let checked = VerifierKey::parse(&answer.verifier_key)
        .and_then(|key| key.verify_checkpoint(&answer.note))
        .map_err(|error| Failure::Damaged(format!("the checkpoint can't be believed: {error}")))?;
    if checked.size != answer.size || hash(&answer.root_hash) != Some(checked.root) {
        let message = "the checkpoint's signed text is not what the daemon says it is";
        return Err(Failure::Damaged(message.into()));
    }
    Ok(answer)
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
    context: &Context<'_>,
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
