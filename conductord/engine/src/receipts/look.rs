//! What receipts are made of, read in pieces: records that are asked for lie near one another.

use std::cell::RefCell;

use super::maker::{MakeError, Sources};
use crate::{
    ports::{LedgerReader, Record},
    views::Views,
};

/// Records that are read at once.
const PIECE_RECORDS: usize = 256;
/// Bytes of them.
const PIECE_BYTES: usize = 1024 * 1024;
/// Pieces that are kept: where runs ended, and where they began.
const PIECES_MAX: usize = 2;

/// Records that were read together, in order.
struct Piece {
    after: u64,
    records: Vec<Record>,
}

impl Piece {
    /// So many records after one, where it has them all.
    fn part(&self, after: u64, count: usize) -> Option<Vec<Record>> {
        let from = usize::try_from(after.checked_sub(self.after)?).ok()?;
        Some(self.records.get(from..from.checked_add(count)?)?.to_vec())
    }
}

/// See the module. For as long as one batch of receipts is made.
pub(super) struct Look<'s> {
    pub(super) ledger: &'s dyn LedgerReader,
    pub(super) views: &'s Views,
    /// The one that was used last at the end.
    pieces: RefCell<Vec<Piece>>,
}

impl<'s> Look<'s> {
    pub(super) const fn new(sources: Sources<'s>) -> Self {
        let Sources { ledger, views } = sources;
        Self { ledger, views, pieces: RefCell::new(Vec::new()) }
    }

    /// The records after one, so many of them; fewer at the end.
    pub(super) fn read(&self, after: u64, count: usize) -> Result<Vec<Record>, MakeError> {
        let mut pieces = self.pieces.borrow_mut();
        let known = pieces.iter().enumerate();
        let found = known.rev().find_map(|(at, piece)| Some((at, piece.part(after, count)?)));
        if let Some((at, records)) = found {
            let piece = pieces.remove(at);
            pieces.push(piece);
            return Ok(records);
        }
        let records = self.ledger.read(after, PIECE_RECORDS.max(count), PIECE_BYTES)?;
        let piece = Piece { after, records };
        let part = match piece.part(after, count) {
            Some(part) => part,
            // Larger than a piece, or at the end of the ledger.
            None => self.ledger.read(after, count, usize::MAX)?,
        };
        if pieces.len() >= PIECES_MAX {
            pieces.remove(0);
        }
        pieces.push(piece);
        drop(pieces);
        Ok(part)
    }
}
