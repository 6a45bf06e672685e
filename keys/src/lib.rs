//! What is proven: the Merkle tree over a log, its proofs, signed checkpoints, the daemon's key, and
//! signatures of others.
//!
//! Layer 1: knows the published formats (RFC 6962, C2SP tlog-tiles, checkpoint and signed note)
//! and nothing of storage, of the wire or of what a log holds. Everything here but the key file
//! is pure; randomness and bytes come in from outside.

pub mod key_file;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod signer;
