//! Where in the log a receipt's record is, and the proof of it.

use serde_json::Value;

use super::{Part, ReceiptError, Subject, Trusted, hash_of, list, text};
use crate::{merkle::Hash, proof};

/// What a predicate says of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InLedger {
    /// The record's number, from 1.
    pub position: u64,
    /// Its hash as a leaf of the log's tree.
    pub leaf: Hash,
    /// Records that the checkpoint covers.
    pub tree_size: u64,
    /// From the leaf to the root.
    pub path: Vec<Hash>,
    /// The signed state of the log: a C2SP signed note.
    pub checkpoint: String,
    /// The root that the checkpoint names.
    root: Option<Hash>,
}

/// Hashes of a proof: no tree is higher.
const PATH_MAX: usize = 64;

impl InLedger {
    pub(super) fn read(predicate: &Value) -> Result<Self, ReceiptError> {
        let part = Part::Ledger;
        let missing = |what| ReceiptError::new(part, format!("`{what}` is missing or damaged"));
        let ledger =
            predicate.get("conductor_ledger").ok_or_else(|| missing("conductor_ledger"))?;
        let position = ledger.get("position").and_then(Value::as_u64).filter(|seq| *seq > 0);
        let size = ledger.get("treeSize").and_then(Value::as_u64);
        let path = list(ledger, "inclusionProof", part)?;
        if path.len() > PATH_MAX {
            return Err(missing("inclusionProof"));
        }
        let hash = |value: &Value| value.as_str().and_then(hash_of);
        let path: Option<Vec<Hash>> = path.iter().map(hash).collect();
        Ok(Self {
            position: position.ok_or_else(|| missing("position"))?,
            leaf: ledger.get("leafHash").and_then(hash).ok_or_else(|| missing("leafHash"))?,
            tree_size: size.ok_or_else(|| missing("treeSize"))?,
            path: path.ok_or_else(|| missing("inclusionProof"))?,
            checkpoint: text(ledger, "checkpoint", Part::Checkpoint)?.to_owned(),
            root: None,
        })
    }

    /// Whether a subject is the record.
    pub(super) fn is_of(&self, subject: &Subject) -> Result<(), ReceiptError> {
        if subject.sha256().and_then(hash_of) == Some(self.leaf) {
            return Ok(());
        }
        let problem = format!("the SHA-256 of {} is not the hash of its record", subject.name);
        Err(ReceiptError::new(Part::Subject, problem))
    }

    /// Checks the checkpoint, and gives the log's name.
    pub(super) fn check_checkpoint(&mut self, trusted: &Trusted) -> Result<String, ReceiptError> {
        let part = Part::Checkpoint;
        let stated = trusted
            .checkpoint(&self.checkpoint)
            .map_err(|error| ReceiptError::new(part, error.to_string()))?;
        if stated.size != self.tree_size {
            let (size, said) = (stated.size, self.tree_size);
            let problem = format!("it is of {size} records, and the statement says {said}");
            return Err(ReceiptError::new(part, problem));
        }
        self.root = Some(stated.root);
        Ok(stated.origin)
    }

    pub(super) fn check_proof(&self) -> Result<(), ReceiptError> {
        let wrong = |problem: String| ReceiptError::new(Part::Ledger, problem);
        let root = self.root.ok_or_else(|| wrong("the checkpoint was not checked".to_owned()))?;
        let leaf = (self.position - 1, &self.leaf);
        proof::check_inclusion(&self.path, (self.tree_size, &root), leaf)
            .map_err(|error| wrong(error.to_string()))
    }
}
