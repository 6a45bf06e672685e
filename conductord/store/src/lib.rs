//! Where it is kept: the ledger in files, the views in sled, blobs in a folder or an S3 store, logs in
//! folders.
//!
//! Layer 4: implements the engine's ports and knows nothing of the API, of executors or of what
//! the bytes mean that it keeps. Only the ledger must survive; every view can be made again.

pub mod blobs;
pub mod cosigned;
pub mod keyring;
pub mod ledger;
pub mod limits;
pub mod logs;
pub mod outboxes;
pub mod shelf;
pub mod views;

pub use ledger::record;
#[cfg(any(test, feature = "simulation"))]
pub mod testing;
