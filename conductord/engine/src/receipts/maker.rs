//! Makes receipts of records.

use std::sync::Arc;

use conductor_domain::{
    event::Envelope,
    scope::Scope,
    trust::receipt::{Issued, is_due, run_of},
};
use conductor_keys::{
    bundle::Bundle,
    dsse,
    note::VerifierKey,
    signing::{self, Ring, Sign, SignError, sign_checkpoint},
};
use conductor_protocol::id::ReceiptId;
use serde_json::{Value, json};

use super::{
    look::Look,
    statement::{Detail, Found, statement},
};
use crate::{
    limits::{RECEIPT_STATEMENT_BYTES_MAX, RECEIPTS_AT_ONCE_BYTES_MAX},
    ports::{InclusionProof, LedgerError, LedgerReader, ViewError},
    record::{self, DecodeError},
    views::Views,
};

/// Why receipts could not be made. They are tried again.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The ledger can't be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A record is not an event.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The views can't be read.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// A record that should be there is not.
    #[error("ledger record {0} is not there")]
    Missing(u64),
    /// The key does not sign.
    #[error("sign receipts: {0}")]
    Signer(SignError),
    /// Nothing is signed while one key takes over from another.
    #[error("{}", SignError::HandingOver)]
    HandingOver,
    /// Even the shortest statement is too long.
    #[error(
        "the receipt of ledger record {record} has {bytes} bytes, over the bound of {RECEIPT_STATEMENT_BYTES_MAX}"
    )]
    TooLarge {
        /// The record.
        record: u64,
        /// Bytes of its statement.
        bytes: usize,
    },
}

impl From<SignError> for MakeError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::HandingOver => Self::HandingOver,
            error => Self::Signer(error),
        }
    }
}

/// A receipt that is not recorded yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Where the record belongs.
    pub scope: Scope,
    /// Key that the record is sealed with; empty when it is not.
    pub key_id: String,
    /// The receipt.
    pub issued: Issued,
}

/// What receipts are made of.
#[derive(Clone, Copy)]
pub struct Sources<'s> {
    /// The log.
    pub ledger: &'s dyn LedgerReader,
    /// What is looked up.
    pub views: &'s Views,
}

/// See the module.
pub struct Maker {
    ring: Arc<Ring>,
    version: String,
}

impl std::fmt::Debug for Maker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Maker").field("version", &self.version).finish_non_exhaustive()
    }
}

/// The signed state of the log that a batch of receipts rests on.
struct State {
    signer: Arc<dyn Sign>,
    key: VerifierKey,
    size: u64,
    note: String,
}

impl Maker {
    /// One that signs with the key in force, for a daemon of this version.
    #[must_use]
    pub fn new(ring: Arc<Ring>, version: String) -> Self {
        Self { ring, version }
    }

    /// Makes the receipts of these records, which are durable and in the views, up to a bound of bytes.
    /// Blocks.
    ///
    /// # Errors
    /// [`MakeError`], when none could be made. A record that stays out is tried with the next.
    pub fn make(&self, sources: Sources<'_>, records: &[u64]) -> Result<Vec<Made>, MakeError> {
        let Some(first) = records.first() else { return Ok(Vec::new()) };
        let state = self.state(sources.ledger, *first)?;
        let look = Look::new(sources);
        let (mut made, mut bytes, mut failed) = (Vec::with_capacity(records.len()), 0, None);
        for record in records.iter().filter(|record| **record <= state.size) {
            match self.one(&look, &state, *record) {
                Ok(one) => {
                    bytes += one.issued.bundle.len();
                    made.push(one);
                }
                Err(error @ (MakeError::Signer(_) | MakeError::HandingOver)) => return Err(error),
                // What is wrong with one record is in nobody else's way.
                Err(error) => failed = failed.or(Some(error)),
            }
            if bytes >= RECEIPTS_AT_ONCE_BYTES_MAX {
                break;
            }
        }
        match failed {
            Some(error) if made.is_empty() => Err(error),
            _ => Ok(made),
        }
    }

    /// A statement under a signature.
    pub(super) fn vouch(&self, statement: Vec<u8>) -> Result<Bundle, String> {
        let signer = self.ring.key().map_err(|error| error.to_string())?;
        let signature = signed(&*signer, &statement).map_err(|error| error.to_string())?;
        Ok(Bundle::of_statement(statement, signature, &signer.verifier()))
    }

    /// A checkpoint over everything durable, by the key of that length of the log.
    fn state(&self, ledger: &dyn LedgerReader, record: u64) -> Result<State, MakeError> {
        let proof = ledger.inclusion_proof(record, ledger.last_seq())?;
        let signer = self.ring.key_for(proof.tree_size)?;
        let note = sign_checkpoint(&[&*signer], proof.tree_size, &proof.root)?;
        Ok(State { key: signer.verifier(), signer, size: proof.tree_size, note })
    }

    fn one(&self, look: &Look<'_>, state: &State, record: u64) -> Result<Made, MakeError> {
        let mut read = look.read(record - 1, 1)?;
        let kept = read.pop().filter(|kept| kept.seq == record);
        let kept = kept.ok_or(MakeError::Missing(record))?;
        let envelope: Option<Envelope> = record::decode(&kept)?;
        // What nobody can read any more is due to nobody.
        let envelope = envelope.ok_or(MakeError::Missing(record))?;
        debug_assert!(is_due(&envelope.event), "{record}");
        let proof = look.ledger.inclusion_proof(record, state.size)?;
        let found = Found {
            record,
            receipt: ReceiptId::of_record(envelope.at.unix_ms, &proof.leaf),
            leaf: hex(&proof.leaf),
            log: state.key.name(),
            version: &self.version,
            ledger: in_ledger(state, &proof),
            envelope: &envelope,
        };
        let bytes = shortened(look, &found)?;
        let signature = signed(&*state.signer, &bytes)?;
        let bundle = Bundle::of_statement(bytes, signature, &state.key).to_json();
        let issued = Issued {
            receipt: found.receipt,
            record,
            kind: envelope.event.kind().to_owned(),
            subject: envelope.event.subject(),
            run: run_of(&envelope.event),
            recorded_at: envelope.at,
            bundle,
        };
        Ok(Made { scope: envelope.scope, key_id: kept.key_id, issued })
    }
}

/// The signature under a statement.
fn signed(signer: &dyn Sign, statement: &[u8]) -> Result<Vec<u8>, SignError> {
    let message = dsse::pae(dsse::IN_TOTO, statement);
    signing::sign(signer, &message).map(|signature| signature.to_vec())
}

/// The statement in as much detail as there is room for.
fn shortened(look: &Look<'_>, found: &Found<'_>) -> Result<Vec<u8>, MakeError> {
    let mut bytes = 0;
    for detail in [Detail::Whole, Detail::Steps, Detail::Tasks, Detail::Numbers] {
        let text = statement(look, found, detail)?.to_string();
        if text.len() <= RECEIPT_STATEMENT_BYTES_MAX {
            return Ok(text.into_bytes());
        }
        bytes = text.len();
    }
    Err(MakeError::TooLarge { record: found.record, bytes })
}

fn in_ledger(state: &State, proof: &InclusionProof) -> Value {
    json!({
        "origin": state.key.name(),
        "position": proof.index + 1,
        "leafHash": hex(&proof.leaf),
        "treeSize": proof.tree_size,
        "inclusionProof": proof.path.iter().map(hex).collect::<Vec<_>>(),
        "checkpoint": state.note,
    })
}

/// In lower-case hexadecimal.
fn hex(bytes: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
