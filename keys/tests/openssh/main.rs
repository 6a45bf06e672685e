//! Signatures, keys, certificates, signers and agents, against OpenSSH itself: what we make it
//! accepts, what it makes we accept, and both refuse the same.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod agent;
mod certificates;
mod files;
mod hostile;
mod signers;
mod stock;
mod table;
