//! `conductor receipts verify`: whether a receipt holds, by a public key and nothing else.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use clap::Args;
use conductor_keys::{
    chain::{CHAIN_BYTES_MAX, Chain},
    receipt::{self, Trusted, Verified},
};
use conductor_protocol::{archive::DISCLOSURE, id::ReceiptId};
use serde_json::{Value, json};

use super::pack;
use crate::cli::{
    failure::Failure,
    output::{Meaning, Output, one_line},
};

/// Bytes of what may be checked.
const PACK_BYTES_MAX: usize = DISCLOSURE.packed_bytes_max as usize;
/// Bytes of a public key, as text or PEM.
const KEY_BYTES_MAX: usize = 16 * 1024;

/// What is checked, and by what.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The bundle, as `conductor receipts export` writes it, or the pack that `conductor runs export` does
    file: PathBuf,
    /// The daemon's public key: a file, or its text
    #[arg(long, value_name = "FILE|TEXT")]
    key: String,
    /// The keys that the log had, as `conductor ledger keys export` writes them: by them any one key of the log
    /// is enough
    #[arg(long, value_name = "FILE")]
    chain: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn verify(args: &VerifyArgs, output: &mut Output) -> Result<(), Failure> {
    let trusted = Trusted::parse(&key_text(&args.key)?)
        .map_err(|error| Failure::Invalid(format!("the key can't be used: {error}")))?;
    let trusted = match &args.chain {
        None => trusted,
        Some(path) => leading(trusted, path)?,
    };
    let name = args.file.display();
    let bundle = read(&args.file, PACK_BYTES_MAX)?;
    if pack::is_one(&bundle) {
        return pack::verify((&name.to_string(), &bundle), &trusted, output);
    }
    let damaged = |why: String| Failure::Damaged(format!("{name}: {why}"));
    let verified =
        receipt::verify(&bundle, &trusted).map_err(|error| damaged(error.to_string()))?;
    let id = id_of(&verified)
        .map_err(|why| damaged(format!("the receipt does not hold: receipt id: {why}")))?;
    let mut checks: Vec<(&str, String)> = verified
        .checked()
        .iter()
        .map(|checked| (checked.part.word(), checked.what.clone()))
        .collect();
    checks.push(("receipt id", format!("{id} is made of the record's time and hash")));
    if !output.is_table() {
        return Ok(output.document(&document(&verified, id, &checks))?);
    }
    for (part, what) in checks {
        let word = output.style.paint(Meaning::Good, "ok");
        output.line(format!("{word}  {part:<13} {}", one_line(&what)))?;
    }
    Ok(output.line(format!("{name}: the receipt holds"))?)
}

/// The trusted key with those that it leads to.
fn leading(trusted: Trusted, path: &Path) -> Result<Trusted, Failure> {
    let chain = Chain::parse(&read(path, CHAIN_BYTES_MAX)?);
    chain
        .and_then(|chain| trusted.with_chain(chain))
        .map_err(|error| Failure::Damaged(format!("{}: {error}", path.display())))
}

/// The id that the receipt of this record has to have.
fn id_of(verified: &Verified) -> Result<ReceiptId, String> {
    let said = &verified.statement().predicate["conductor_receipt"];
    let at = said["recordedAtUnixMs"].as_u64().ok_or("it says no time of the record")?;
    let due = ReceiptId::of_record(at, &verified.ledger().leaf);
    match said["id"].as_str() {
        Some(id) if id == due.to_string() => Ok(due),
        Some(id) => Err(format!("it says {}, and {due} is due", one_line(id))),
        None => Err("it says none".to_owned()),
    }
}

fn document(verified: &Verified, id: ReceiptId, checks: &[(&str, String)]) -> Value {
    let statement = verified.statement();
    let subjects = statement.subjects.iter();
    let subjects = subjects.map(|of| json!({"name": of.name, "digest": of.digest}));
    let ledger = verified.ledger();
    json!({
        "holds": true,
        "receiptId": id.to_string(),
        "checked": checks
            .iter()
            .map(|(part, what)| json!({"part": part, "what": what}))
            .collect::<Vec<_>>(),
        "subjects": subjects.collect::<Vec<_>>(),
        "position": ledger.position,
        "treeSize": ledger.tree_size,
        "predicate": statement.predicate,
    })
}

/// What `--key` means: a file of that name, or the key itself.
fn key_text(given: &str) -> Result<String, Failure> {
    let path = Path::new(given);
    if !path.is_file() {
        return Ok(given.to_owned());
    }
    let bytes = read(path, KEY_BYTES_MAX)?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::Invalid(format!("{}: it is no public key", path.display())))
}

fn read(path: &Path, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::local(format!("read {}", path.display()), error);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    // One more than is taken, so that what is longer is seen to be.
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
