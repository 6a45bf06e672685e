//! The ledger in files: segments of records, the stored Merkle tree, the newest checkpoint.
//!
//! ```text
//! ledger/
//!   00000000000000000001.seg   records, in batches (see `segment` and `record`)
//!   tiles/0 …                  hashes of the Merkle tree (see `tiles`); can be computed again
//!   checkpoint                 the newest signed checkpoint, a C2SP signed note
//!   manifest                   left by a clean stop, so that the next start is quick
//!   lock                       held by the one daemon that uses the folder
//! ```
//!
//! An append is one write and one `fdatasync`. Everything else is derived from the segments,
//! except for the checkpoint, which is evidence of what they must contain.

pub mod disk;
mod lock;
mod manifest;
mod open;
mod quirks;
mod reader;
pub mod record;
mod repair;
mod segment;
mod tiles;
mod verify;
mod walk;
mod writer;

#[cfg(test)]
mod tests;

pub use lock::{Lock, lock};
pub use open::{LedgerOptions, open, open_on};
pub use quirks::Quirks;
pub use reader::FilesReader;
pub use repair::{RepairError, RepairReport, repair};
pub use segment::ORIGIN_BYTES_MAX;
pub use verify::verify_dir;
pub use writer::FilesLedger;

use std::io;

use conductor_engine::ports::LedgerError;

/// Size of a segment; a batch that is larger gets a segment of its own size.
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;
/// Records of one append, in bytes.
pub const BATCH_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Name of the file with the newest checkpoint.
const CHECKPOINT: &str = "checkpoint";
/// A checkpoint is a few lines.
const CHECKPOINT_BYTES_MAX: u64 = 64 * 1024;

/// Turns what the disk said into the ledger's error.
fn refused(attempt: impl Into<String>) -> impl FnOnce(io::Error) -> LedgerError {
    let attempt = attempt.into();
    |source| LedgerError::Io { attempt, source }
}
