//! What is proven: the Merkle tree over a log, its proofs, signed checkpoints, the daemon's keys and how one follows another,
//! receipts and disclosure packs in bundles that other tools check, signatures by people's SSH keys and who may make them,
//! and signatures of other tools and of OpenID providers.
//!
//! Layer 1: knows the published formats (RFC 6962, C2SP tlog-tiles, checkpoint and signed note, DSSE,
//! in-toto statements, sigstore bundles, OpenSSH's SSHSIG, keys, certificates and allowed signers, JSON
//! web tokens) and nothing of storage, of the wire or of what a log holds. Everything here but key files,
//! the agent and keys that are elsewhere is pure;
//! time and bytes come in from outside, and chance but for the nonces that a signature algorithm
//! draws for itself.

pub mod agent;
pub mod allowed_signers;
pub mod bundle;
pub mod chain;
pub mod cosignature;
pub mod dsse;
pub mod jwt;
pub mod key_file;
pub mod merkle;
pub mod note;
pub mod pack;
pub mod proof;
pub mod receipt;
pub mod sealing;
pub mod signer;
pub mod signing;
pub mod ssh_key;
pub mod sshsig;
mod strict_json;
pub mod tile;
pub mod webhook;
mod wire;
