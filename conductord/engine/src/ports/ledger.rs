//! The append-only log: one writer, many readers.

use std::collections::BTreeMap;

use conductor_domain::time::Timestamp;
use conductor_keys::signing::SignError;

use super::{KeyringError, Owner};

/// A record that is not in the ledger yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordDraft {
    /// When the fact came about.
    pub at: Timestamp,
    /// Whose it is, where it is to be sealed. It is not stored.
    pub owner: Owner,
    /// Key that the payload is sealed with, in the clear; empty when it is not sealed.
    pub key_id: String,
    /// The event, as JSON, or its sealed form.
    pub payload: Vec<u8>,
}

/// A durable record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Position, counted from 1 without gaps.
    pub seq: u64,
    /// When the fact came about.
    pub at: Timestamp,
    /// Key that the payload is sealed with, or was before it was opened; empty when it never was.
    pub key_id: String,
    /// The event, as JSON, or its sealed form; nothing when it was read to be opened, and is sealed with a
    /// key that was destroyed, or of a tenant that was forgotten and from before payloads were sealed.
    pub payload: Vec<u8>,
}

impl Record {
    /// Whether nobody reads it any more: its key was destroyed, or its tenant is forgotten.
    #[must_use]
    pub const fn is_forgotten(&self) -> bool {
        self.payload.is_empty()
    }
}

/// Why the ledger could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The disk refused. After a failed append nothing is known of the batch: the ledger refuses
    /// further appends until it is opened again.
    #[error("{attempt}")]
    Io {
        /// What was tried, on what.
        attempt: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Bytes on disk are not what was written.
    #[error("ledger record {seq} is damaged in {place}: {problem}")]
    Damaged {
        /// The record that is wrong, or the first that could not be read.
        seq: u64,
        /// File and byte offset.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A payload can't be sealed or opened.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The key that signs checkpoints can't do so now. Nothing is lost by it.
    #[error("sign a checkpoint: {0}")]
    Unsigned(String),
    /// No checkpoint is signed while one key takes over from another, which is over in a moment.
    #[error("sign a checkpoint: {}", SignError::HandingOver)]
    HandingOver,
    /// A record that can't be taken.
    #[error("a record of {bytes} bytes is over the bound of {bytes_max}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The bound.
        bytes_max: usize,
    },
    /// The ledger gave up after an earlier failure.
    #[error("the ledger takes no more records after an earlier failure; it must be opened again")]
    Poisoned,
}

/// Signs and keeps a checkpoint over what was durable when it was made. It may be called again when it
/// fails.
pub type CheckpointJob = Box<dyn FnMut() -> Result<SignedCheckpoint, LedgerError> + Send>;

/// The writer's side. There is one per ledger.
pub trait Ledger: Send {
    /// Sequence number of the last durable record; 0 when there is none.
    fn last_seq(&self) -> u64;

    /// Appends a batch and makes it durable with one sync. The records get the sequence numbers
    /// `last_seq() + 1 …`. When this returns `Ok` all of them survive a power loss; when it
    /// returns `Err` none may be acknowledged.
    ///
    /// # Errors
    /// [`LedgerError`]; the ledger is poisoned then.
    fn append(&mut self, batch: &[RecordDraft]) -> Result<(), LedgerError>;

    /// Signs a checkpoint over everything durable and keeps it.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when it can't be kept.
    fn checkpoint(&mut self) -> Result<SignedCheckpoint, LedgerError>;

    /// The same in two parts: what has to be done here is done, and the rest, which may take as long
    /// as the key does, may be done on another thread.
    ///
    /// # Errors
    /// [`LedgerError`] when the disk refuses.
    fn checkpoint_later(&mut self) -> Result<CheckpointJob, LedgerError>;

    /// Stops cleanly: a last checkpoint when there is something new, and whatever makes the next
    /// start quick. Dropping the ledger instead loses nothing but that.
    ///
    /// # Errors
    /// [`LedgerError`] when something can't be kept.
    fn close(self: Box<Self>) -> Result<(), LedgerError>;
}

/// A signed statement of what the ledger holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The C2SP signed note.
    pub note: String,
    /// Records it covers.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
    /// C2SP verifier key: `name+hash+key`.
    pub verifier_key: String,
}

/// That a record is in the tree of a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// Leaf index: sequence number minus one.
    pub index: u64,
    /// Size of the tree.
    pub tree_size: u64,
    /// Hash of the leaf.
    pub leaf: [u8; 32],
    /// Root of the tree of that size.
    pub root: [u8; 32],
    /// From the leaf to the root.
    pub path: Vec<[u8; 32]>,
}

/// That a tree is a beginning of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// Size of the older tree.
    pub old_size: u64,
    /// Size of the newer tree.
    pub new_size: u64,
    /// As RFC 6962 orders them.
    pub path: Vec<[u8; 32]>,
}

/// What a full verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Records that were hashed.
    pub records: u64,
    /// Root over them.
    pub root: [u8; 32],
    /// How many of them are sealed, by the key.
    pub sealed: BTreeMap<String, u64>,
    /// What is wrong and where, naming the record; `None` when all is well.
    pub problem: Option<String>,
}

/// The readers' side: shared, sees durable records only.
pub trait LedgerReader: Send + Sync {
    /// Sequence number of the last durable record; 0 when there is none.
    fn last_seq(&self) -> u64;

    /// Records after `after_seq`, in order, at most `records_max` of them and about
    /// `bytes_max` of payload (always at least one when there is one).
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] names the first record that can't be read.
    fn read(
        &self,
        after_seq: u64,
        records_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Record>, LedgerError>;

    /// The same as they are stored: what is sealed stays so.
    ///
    /// # Errors
    /// As those of [`LedgerReader::read`].
    fn read_sealed(
        &self,
        after_seq: u64,
        records_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Record>, LedgerError> {
        self.read(after_seq, records_max, bytes_max)
    }

    /// The newest signed checkpoint; `None` before the first.
    ///
    /// # Errors
    /// [`LedgerError`] when it can't be read.
    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, LedgerError>;

    /// Hashes of a tile of the C2SP tlog-tiles layout, 32 bytes each; `None` where the tree does not
    /// reach that far.
    ///
    /// # Errors
    /// [`LedgerError`] when they can't be read.
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>, LedgerError>;

    /// The leaves `256 × index …`, so many of them, as a bundle of that layout; `None` where the tree
    /// does not reach that far.
    ///
    /// # Errors
    /// [`LedgerError`] when they can't be read, or one can't stand in a bundle.
    fn entries(&self, index: u64, width: u16) -> Result<Option<Vec<u8>>, LedgerError>;

    /// Reads and hashes everything again, against the newest checkpoint and the stored tree.
    /// `progress` is told of records done and in all, now and then.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when the disk refuses; damage is in the report.
    fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<VerifyReport, LedgerError>;

    /// That record `seq` is in the tree of `tree_size` (0: everything durable).
    ///
    /// # Errors
    /// [`LedgerError`] when the tree can't be read or doesn't reach that far.
    fn inclusion_proof(&self, seq: u64, tree_size: u64) -> Result<InclusionProof, LedgerError>;

    /// That the tree of `old_size` is a beginning of the tree of `new_size` (0: everything
    /// durable).
    ///
    /// # Errors
    /// [`LedgerError`] when the tree can't be read or doesn't reach that far.
    fn consistency_proof(
        &self,
        old_size: u64,
        new_size: u64,
    ) -> Result<ConsistencyProof, LedgerError>;
}
