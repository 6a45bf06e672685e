//! The keys that a log was signed by, one after another, each with where in the log it began.
//!
//! A key is followed by another through a [`Handover`]: a signed note that both of them signed, the old
//! one as the word that this is its successor, the new one as proof that somebody holds it. Each names
//! the digest of the handover before it, so that the newest stands for all: whoever trusts any one key
//! of a chain can check the keys after it by the word of those before, and the keys before it by what
//! it signed itself. The name stays the same, since it is the log's.
//!
//! A key counts for the checkpoints of its own time and for no others. What a stolen old key signs of a
//! log that is longer is refused.

mod handover;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use signed_note::Note;
use tlog_tiles::checkpoint::Checkpoint as Body;

pub use handover::Handover;

use self::handover::{Said, read};
use crate::{
    cosignature::split_note,
    note::{Checkpoint, NoteError, VerifierKey},
    strict_json,
};

/// Of which form a file with a chain says that it is.
pub const FORM: &str = "urn:conductor:log-keys:v1";
/// Handovers of a log: more than a hundred years of them.
pub const HANDOVERS_MAX: usize = 1_000;
/// Bytes of a file with a chain.
pub const CHAIN_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Why keys don't hang together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The text is no chain at all.
    #[error("read the log's keys: {0}")]
    Form(String),
    /// A handover does not hold.
    #[error("the log's keys: handover {number}: {problem}")]
    Broken {
        /// Which, from 1.
        number: u64,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A key that is trusted is not among them.
    #[error("the log's keys: {0} is not one of them")]
    Foreign(String),
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    first: VerifierKey,
    handovers: Vec<Handover>,
}

/// A key with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<'c> {
    /// The key.
    pub key: &'c VerifierKey,
    /// The shortest log that it signs, in records.
    pub from: u64,
    /// The shortest log that it signs no more; none for the key in force.
    pub until: Option<u64>,
    /// When it was handed over to, in milliseconds since 1970; none for the first.
    pub since_unix_ms: Option<u64>,
    /// When it was handed over from.
    pub until_unix_ms: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    form: String,
    /// The first key, `name+hash+key`.
    first: String,
    /// Signed notes, in order.
    handovers: Vec<String>,
}

impl From<VerifierKey> for Chain {
    /// The key of a log that never had another.
    fn from(first: VerifierKey) -> Self {
        Self { first, handovers: Vec::new() }
    }
}

impl Chain {
    /// Reads what [`Self::to_json`] wrote, and checks that all of it hangs together.
    ///
    /// # Errors
    /// [`ChainError`]
    pub fn parse(text: &[u8]) -> Result<Self, ChainError> {
        if text.len() > CHAIN_BYTES_MAX {
            return Err(ChainError::Form(format!("it has more than {CHAIN_BYTES_MAX} bytes")));
        }
        let wrong = |error: serde_json::Error| ChainError::Form(error.to_string());
        let file: File =
            serde_json::from_value(strict_json::read(text).map_err(wrong)?).map_err(wrong)?;
        if file.form != FORM {
            return Err(ChainError::Form(format!("its form is not {FORM}")));
        }
        let first = VerifierKey::parse(&file.first);
        let mut chain = Self::from(first.map_err(|error| ChainError::Form(error.to_string()))?);
        for note in &file.handovers {
            chain.append(note)?;
        }
        Ok(chain)
    }

    /// As a file for those who verify without a daemon.
    #[must_use]
    pub fn to_json(&self) -> String {
        let file = File {
            form: FORM.to_owned(),
            first: self.first.to_string(),
            handovers: self.handovers.iter().map(|one| one.note.clone()).collect(),
        };
        // Text in a struct of text: there is nothing in it that JSON can't have.
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The text that the key in force and this one have to sign, so that it is the next from a log of
    /// `from` records on.
    ///
    /// # Errors
    /// [`ChainError`] when it can't be the next.
    pub fn draft(&self, new: &VerifierKey, from: u64, unix_ms: u64) -> Result<String, ChainError> {
        let said = Said {
            number: self.next_number(),
            from,
            unix_ms,
            old: self.current().clone(),
            new: new.clone(),
            after: self.digest(),
        };
        self.fits(&said.new, from)
            .map_err(|problem| ChainError::Broken { number: said.number, problem })?;
        Ok(said.text())
    }

    /// Takes up the next handover, when it holds and follows on the last.
    ///
    /// # Errors
    /// [`ChainError::Broken`]
    pub fn append(&mut self, note: &str) -> Result<&Handover, ChainError> {
        let number = self.next_number();
        let wrong = |problem| ChainError::Broken { number, problem };
        let handover = read(note).map_err(wrong)?;
        if handover.number != number {
            return Err(wrong("it has another number: one is missing, or they are out of order"));
        }
        if handover.old != *self.current() {
            return Err(wrong("it is not by the key before it"));
        }
        if handover.after != self.digest() {
            return Err(wrong("it follows on another handover than the one before it"));
        }
        self.fits(&handover.new, handover.from).map_err(wrong)?;
        let at = self.handovers.len();
        self.handovers.push(handover);
        Ok(&self.handovers[at])
    }

    /// Whether a key may come next.
    fn fits(&self, new: &VerifierKey, from: u64) -> Result<(), &'static str> {
        if self.handovers.len() >= HANDOVERS_MAX {
            return Err("there are more handovers than a log may have");
        }
        if new.name() != self.name() {
            return Err("the new key is for another log");
        }
        if self.place_of(new.as_bytes()).is_some() {
            return Err("the new key signed the log before");
        }
        if from <= self.handovers.last().map_or(1, |last| last.from) {
            return Err("the new key would begin before the old one");
        }
        Ok(())
    }

    fn next_number(&self) -> u64 {
        self.handovers.len() as u64 + 1
    }

    /// SHA-256 of the last handover's text.
    fn digest(&self) -> Option<[u8; 32]> {
        let (text, _) = split_note(&self.handovers.last()?.note)?;
        Some(Sha256::digest(text).into())
    }

    /// The log's name, which all keys have.
    #[must_use]
    pub fn name(&self) -> &str {
        self.first.name()
    }

    /// The first key.
    #[must_use]
    pub const fn first(&self) -> &VerifierKey {
        &self.first
    }

    /// The key in force.
    #[must_use]
    pub fn current(&self) -> &VerifierKey {
        self.handovers.last().map_or(&self.first, |last| &last.new)
    }

    /// The handovers, in order.
    #[must_use]
    pub fn handovers(&self) -> &[Handover] {
        &self.handovers
    }

    /// The keys with their times, in order.
    pub fn spans(&self) -> impl Iterator<Item = Span<'_>> {
        (0..=self.handovers.len()).map(|place| {
            let before = place.checked_sub(1).and_then(|at| self.handovers.get(at));
            let next = self.handovers.get(place);
            Span {
                key: before.map_or(&self.first, |before| &before.new),
                from: before.map_or(0, |before| before.from),
                until: next.map(|next| next.from),
                since_unix_ms: before.map(|before| before.unix_ms),
                until_unix_ms: next.map(|next| next.unix_ms),
            }
        })
    }

    /// The key that signs a log of so many records.
    #[must_use]
    pub fn at(&self, size: u64) -> &VerifierKey {
        let after = self.handovers.partition_point(|handover| handover.from <= size);
        let before = after.checked_sub(1).and_then(|at| self.handovers.get(at));
        before.map_or(&self.first, |before| &before.new)
    }

    /// Which one of the keys this is, from 0.
    #[must_use]
    pub fn place_of(&self, key: &[u8; 32]) -> Option<usize> {
        self.spans().position(|span| span.key.as_bytes() == key)
    }

    /// The key that a bundle names so.
    #[must_use]
    pub fn of_hint(&self, hint: &str) -> Option<Span<'_>> {
        self.spans().find(|span| span.key.hint() == hint)
    }

    /// This chain as somebody believes it who trusts a key: it has to be one of these.
    ///
    /// # Errors
    /// [`ChainError::Foreign`]
    pub fn trusting(self, key: &VerifierKey) -> Result<Self, ChainError> {
        match self.place_of(key.as_bytes()) {
            Some(_) => Ok(self),
            None => Err(ChainError::Foreign(key.to_string())),
        }
    }

    /// Verifies a signed checkpoint by the key of its time.
    ///
    /// # Errors
    /// [`NoteError`]
    pub fn verify_checkpoint(&self, note: &str) -> Result<Checkpoint, NoteError> {
        self.at(stated_size(note)?).verify_checkpoint(note)
    }
}

/// How many records a checkpoint says that it covers, whoever signed it.
fn stated_size(note: &str) -> Result<u64, NoteError> {
    let note = Note::from_bytes(note.as_bytes())
        .map_err(|_| NoteError::Malformed("it is not a signed note"))?;
    let body = Body::from_bytes(note.text())
        .map_err(|_| NoteError::Malformed("its text is not a checkpoint"))?;
    Ok(body.size())
}
