//! `conductor receipts verify PACK.tgz`: whether a disclosure pack holds, by a public key and nothing else.

use conductor_keys::{pack, receipt::Trusted};
use conductor_protocol::archive::{self, DISCLOSURE};
use serde_json::{Value, json};

use crate::cli::{
    failure::Failure,
    output::{Meaning, Output, one_line},
};

/// How gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The part that a fault of the archive itself is put down to.
const ARCHIVE: &str = "archive";

/// Whether these bytes are packed as a pack is.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(&GZIP)
}

/// Checks a pack and says what was checked.
pub(super) fn verify(
    (name, bytes): (&str, &[u8]),
    trusted: &Trusted,
    output: &mut Output,
) -> Result<(), Failure> {
    let damaged = |part: &str, why: String| {
        Failure::Damaged(format!("{name}: the pack does not hold: {part}: {why}"))
    };
    let parts =
        archive::unpack(bytes, &DISCLOSURE).map_err(|error| damaged(ARCHIVE, error.to_string()))?;
    let verified = pack::verify(&parts, trusted)
        .map_err(|error| Failure::Damaged(format!("{name}: {error}")))?;
    // What nobody signed, names of owners and times in it, can't be anything but what it always is.
    if !archive::is_stored(bytes, &parts, &DISCLOSURE) {
        let why = "its parts hold, but it is not packed as they are: somebody packed it anew";
        return Err(damaged(ARCHIVE, why.to_owned()));
    }
    let mut checked = verified.checked.clone();
    checked.push((ARCHIVE.to_owned(), "it is packed as these parts are".to_owned()));
    if !output.is_table() {
        return Ok(output.document(&document(&verified, &checked))?);
    }
    for (part, what) in &checked {
        let word = output.style.paint(Meaning::Good, "ok");
        output.line(format!("{word}  {}  {}", one_line(part), one_line(what)))?;
    }
    Ok(output.line(format!("{name}: the pack of {} holds", one_line(&verified.run)))?)
}

fn document(verified: &pack::Verified, checked: &[(String, String)]) -> Value {
    let checked: Vec<Value> =
        checked.iter().map(|(part, what)| json!({"part": part, "what": what})).collect();
    json!({
        "holds": true,
        "runId": verified.run,
        "checked": checked,
        "predicate": verified.predicate,
        "receipt": verified.receipt.statement().predicate,
    })
}
