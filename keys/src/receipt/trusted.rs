//! The key that receipts are checked by, and the log's other keys as far as it vouches for them.

use crate::{
    bundle::Bundle,
    chain::{Chain, ChainError},
    dsse,
    note::{Checkpoint, NoteError, VerifierKey, bytes_of_pem},
};

/// A public key that somebody trusts: with its name, or by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    key: VerifierKey,
    named: bool,
    chain: Option<Chain>,
}

/// The name that a key has here which came without one.
const UNNAMED: &str = "unnamed";

impl Trusted {
    /// Reads C2SP's text of a verifier key, `name+hash+key`, or PEM as `openssl pkey -pubout` writes it.
    ///
    /// # Errors
    /// [`NoteError`]
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.trim();
        if text.starts_with("-----BEGIN") {
            let key = VerifierKey::from_bytes(UNNAMED, &bytes_of_pem(text)?)?;
            return Ok(Self { key, named: false, chain: None });
        }
        Ok(Self { key: VerifierKey::parse(text)?, named: true, chain: None })
    }

    /// The same with the keys that the log had before and after it, each for its own time.
    ///
    /// # Errors
    /// [`ChainError::Foreign`] when the key is none of them.
    pub fn with_chain(self, chain: Chain) -> Result<Self, ChainError> {
        let chain = chain.trusting(&self.key)?;
        if self.named && self.key.name() != chain.name() {
            return Err(ChainError::Foreign(self.key.to_string()));
        }
        Ok(Self { chain: Some(chain), ..self })
    }

    /// Whether the log's other keys are known.
    pub(crate) const fn has_chain(&self) -> bool {
        self.chain.is_some()
    }

    /// The key that made a bundle, by the name that stands in it.
    pub(crate) fn signer(&self, bundle: &Bundle) -> Result<Self, &'static str> {
        match &self.chain {
            None if bundle.hint == self.key.hint() => Ok(self.clone()),
            None => Err("it is by another key than the one that is trusted; where the log had \
                         several, give the chain of them, as `conductor ledger keys export` writes it"),
            Some(chain) => match chain.of_hint(&bundle.hint) {
                Some(span) => {
                    Ok(Self { key: span.key.clone(), named: true, chain: Some(chain.clone()) })
                }
                None => Err("it is by a key that is none of the log's"),
            },
        }
    }

    /// By which a bundle names it.
    #[must_use]
    pub fn hint(&self) -> String {
        self.key.hint()
    }

    /// What is wrong with it that this key signed something about a log of so many records.
    pub(crate) fn in_its_time(&self, size: u64) -> Result<(), String> {
        let Some(chain) = &self.chain else { return Ok(()) };
        if chain.at(size).as_bytes() == self.key.as_bytes() {
            return Ok(());
        }
        let spans = chain.spans().find(|span| span.key == &self.key);
        let (from, until) = spans.map_or((0, None), |span| (span.from, span.until));
        let until = until.map_or(String::new(), |until| format!(" to {}", until.saturating_sub(1)));
        Err(format!(
            "the key that signed it was in force for a log of {from}{until} records, and it is of one of {size}"
        ))
    }

    /// Whether this key comes before another in the chain.
    pub(crate) fn is_before(&self, other: &[u8; 32]) -> bool {
        let chain = self.chain.as_ref();
        chain.is_some_and(|chain| chain.place_of(self.public()) < chain.place_of(other))
    }

    pub(super) fn public(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    pub(crate) fn signed(&self, bundle: &Bundle) -> bool {
        self.key.verifies(&dsse::pae(&bundle.payload_type, &bundle.payload), &bundle.signature)
    }

    /// What a checkpoint by this key states. A key without a name has the one that stands there: the
    /// name is a part of what is signed.
    pub(super) fn checkpoint(&self, note: &str) -> Result<Checkpoint, NoteError> {
        if self.named {
            return self.key.verify_checkpoint(note);
        }
        let origin = note.lines().next().unwrap_or_default();
        VerifierKey::from_bytes(origin, self.key.as_bytes())?.verify_checkpoint(note)
    }
}

impl From<VerifierKey> for Trusted {
    fn from(key: VerifierKey) -> Self {
        Self { key, named: true, chain: None }
    }
}
