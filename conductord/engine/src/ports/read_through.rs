//! A reader of another one's ledger, whose records pass through a function on their way.

use std::ops::Deref;

use super::{
    ConsistencyProof, InclusionProof, LedgerError, LedgerReader, Record, SignedCheckpoint,
    VerifyReport,
};

/// A ledger like another one, but for what its records come to when they are read. What is stored of
/// them, and what is proven of it, is passed on as it is.
#[derive(Debug, Clone)]
pub struct ReadThrough<L, F> {
    ledger: L,
    each: F,
}

impl<L, F> ReadThrough<L, F>
where
    L: Deref<Target: LedgerReader> + Send + Sync,
    F: Fn(Vec<Record>) -> Result<Vec<Record>, LedgerError> + Send + Sync,
{
    /// A reader whose records are what the function makes of those that were read together.
    #[must_use]
    pub const fn new(ledger: L, each: F) -> Self {
        Self { ledger, each }
    }
}

impl<L, F> LedgerReader for ReadThrough<L, F>
where
    L: Deref<Target: LedgerReader> + Send + Sync,
    F: Fn(Vec<Record>) -> Result<Vec<Record>, LedgerError> + Send + Sync,
{
    fn last_seq(&self) -> u64 {
        self.ledger.last_seq()
    }

    fn read(
        &self,
        after_seq: u64,
        records_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Record>, LedgerError> {
        (self.each)(self.ledger.read(after_seq, records_max, bytes_max)?)
    }

    fn read_sealed(
        &self,
        after_seq: u64,
        records_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Record>, LedgerError> {
        self.ledger.read_sealed(after_seq, records_max, bytes_max)
    }

    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        self.ledger.latest_checkpoint()
    }

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        self.ledger.tile(level, index, width)
    }

    fn entries(&self, index: u64, width: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        self.ledger.entries(index, width)
    }

    fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<VerifyReport, LedgerError> {
        self.ledger.verify(progress)
    }

    fn inclusion_proof(&self, seq: u64, tree_size: u64) -> Result<InclusionProof, LedgerError> {
        self.ledger.inclusion_proof(seq, tree_size)
    }

    fn consistency_proof(
        &self,
        old_size: u64,
        new_size: u64,
    ) -> Result<ConsistencyProof, LedgerError> {
        self.ledger.consistency_proof(old_size, new_size)
    }
}
