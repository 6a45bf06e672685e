//! What signs receipts: the daemon's key, wherever it is kept.

use conductor_keys::note::{SigningKey, VerifierKey};

/// Signs with one Ed25519 key. A signature may take its time: nothing waits for it but receipts.
pub trait ReceiptSigner: Send + Sync {
    /// The public half, by the name of the log that it signs.
    fn key(&self) -> VerifierKey;

    /// Signs these bytes: 64 bytes, as Ed25519 has them. Blocks.
    ///
    /// # Errors
    /// Why it can't, in a sentence; it is tried again.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String>;
}

impl ReceiptSigner for SigningKey {
    fn key(&self) -> VerifierKey {
        self.verifier()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        Ok(Self::sign(self, message).to_vec())
    }
}
