//! The key in force, and how another takes its place.
//!
//! A handover says from which length of the log on the new key signs. So that no old signature is ever
//! over a longer one, nothing is signed while a handover is under way: it is [held](Ring::hold) first,
//! then that length is looked up, and everything signed before was of a shorter log.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{Sign, SignError, sign_checkpoint, sign_note};
use crate::{
    chain::{Chain, ChainError},
    merkle::Hash,
    note::VerifierKey,
};

/// See the module.
#[derive(Debug)]
pub struct Ring {
    state: RwLock<State>,
}

#[derive(Debug)]
struct State {
    chain: Arc<Chain>,
    current: Arc<dyn Sign>,
    /// The key before, while it is still at hand.
    before: Option<Arc<dyn Sign>>,
    /// No checkpoint was signed by the key in force so far.
    switching: bool,
    held: bool,
}

impl Ring {
    /// A key that never had another before it.
    #[must_use]
    pub fn of(key: Arc<dyn Sign>) -> Self {
        Self::new(Chain::from(key.verifier()), key)
    }

    /// The last key of a chain.
    #[must_use]
    pub fn new(chain: Chain, current: Arc<dyn Sign>) -> Self {
        let chain = Arc::new(chain);
        let state = State { chain, current, before: None, switching: false, held: false };
        Self { state: RwLock::new(state) }
    }

    /// Takes a chain up, with the key that is in force by it. With the key before it, and no checkpoint
    /// by the one in force so far, the next one is signed by both.
    pub fn settle(&self, chain: Chain, current: Arc<dyn Sign>, before: Option<Arc<dyn Sign>>) {
        let mut state = self.write();
        let switching = before.is_some();
        *state = State { chain: Arc::new(chain), current, before, switching, held: false };
    }

    /// The keys there were, and the one in force.
    #[must_use]
    pub fn chain(&self) -> Arc<Chain> {
        Arc::clone(&self.read().chain)
    }

    /// The key in force.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        self.read().chain.current().clone()
    }

    /// Where the key in force is.
    #[must_use]
    pub fn place(&self) -> String {
        self.read().current.place()
    }

    /// The key that signs a log of so many records.
    ///
    /// # Errors
    /// [`SignError::HandingOver`] while a handover is under way, and [`SignError::Unavailable`] for a log
    /// of a time whose key is gone.
    pub fn key_for(&self, size: u64) -> Result<Arc<dyn Sign>, SignError> {
        self.read().key_for(size)
    }

    /// The key in force, for what is said of no length of the log.
    ///
    /// # Errors
    /// [`SignError::HandingOver`] while a handover is under way.
    pub fn key(&self) -> Result<Arc<dyn Sign>, SignError> {
        self.read().key_for(u64::MAX)
    }

    /// Signs a checkpoint by the key of its time. The first by a new key is signed by the old one, too,
    /// where that still can: who knows that one alone takes it as any before.
    ///
    /// # Errors
    /// [`SignError`]
    pub fn sign_checkpoint(&self, size: u64, root: &Hash) -> Result<String, SignError> {
        let (key, before) = {
            let state = self.read();
            let key = state.key_for(size)?;
            let first = state.switching && key.verifier() == *state.chain.current();
            (key, state.before.clone().filter(|_| first))
        };
        let Some(before) = before else { return sign_checkpoint(&[&*key], size, root) };
        sign_checkpoint(&[&*key, &*before], size, root)
            .or_else(|_| sign_checkpoint(&[&*key], size, root))
    }

    /// A checkpoint of so many records is kept: by that both keys have signed one.
    pub fn signed(&self, size: u64) {
        let mut state = self.write();
        if state.switching && *state.chain.at(size) == *state.chain.current() {
            state.switching = false;
        }
    }

    /// Has nothing signed until the guard is gone.
    #[must_use]
    pub fn hold(&self) -> Held<'_> {
        self.write().held = true;
        Held { ring: self, stays: false }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        // What is in it is whole at every moment.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn key_for(&self, size: u64) -> Result<Arc<dyn Sign>, SignError> {
        if self.held {
            return Err(SignError::HandingOver);
        }
        let wanted = self.chain.at(size);
        if wanted == self.chain.current() {
            return Ok(Arc::clone(&self.current));
        }
        let before = self.before.as_ref().filter(|before| before.verifier() == *wanted);
        before.cloned().ok_or_else(|| SignError::Unavailable {
            place: self.current.place(),
            problem: "a log of that length was signed by an old key".to_owned(),
        })
    }
}

/// A handover under way. Nothing is signed but the handover itself.
#[derive(Debug)]
pub struct Held<'r> {
    ring: &'r Ring,
    stays: bool,
}

impl Held<'_> {
    /// The note by which this key takes over from a log of `from` records on, signed by both.
    ///
    /// # Errors
    /// [`HandoverError`]
    pub fn hand_over(
        &self,
        new: &dyn Sign,
        from: u64,
        unix_ms: u64,
    ) -> Result<String, HandoverError> {
        let (chain, old) = {
            let state = self.ring.read();
            (Arc::clone(&state.chain), Arc::clone(&state.current))
        };
        let text = chain.draft(&new.verifier(), from, unix_ms)?;
        Ok(sign_note(&[&*old, new], text.as_bytes())?)
    }

    /// The new key is in force.
    ///
    /// # Errors
    /// [`ChainError`] when the note is not the next handover to it.
    pub fn switch(&self, note: &str, new: Arc<dyn Sign>) -> Result<(), ChainError> {
        let mut state = self.ring.write();
        let mut chain = (*state.chain).clone();
        let handover = chain.append(note)?;
        if handover.new != new.verifier() {
            return Err(ChainError::Foreign(new.verifier().to_string()));
        }
        state.chain = Arc::new(chain);
        state.before = Some(std::mem::replace(&mut state.current, new));
        state.switching = true;
        drop(state);
        Ok(())
    }
}

impl Held<'_> {
    /// Nothing is signed any more by this process.
    pub fn stay(mut self) {
        self.stays = true;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if !self.stays {
            self.ring.write().held = false;
        }
    }
}

/// Why a key could not be handed over to.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// It can't be the next.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// One of the two does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}
