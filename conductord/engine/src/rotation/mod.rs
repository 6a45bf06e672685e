//! Has the next key sign the log, once somebody ordered it.
//!
//! [`Rotation`] follows a running engine. An order is in the ledger, so that one that a crash got in the
//! way of is carried out after it. Nothing else is signed meanwhile: what the old key signs is of a
//! shorter log than what the new one does. From the moment that the handover is durable the new key is
//! in force, and before it the old one, whatever is on disk besides.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use conductor_domain::{
    time::Timestamp,
    trust::signing_key::{Order, Rotated, SigningKeys},
};
use conductor_keys::{
    chain::{Chain, ChainError},
    note::VerifierKey,
    signing::{Held, Ring, Sign},
};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{
    command::Rejection,
    kernel::{Commit, SigningKeyNews},
    limits::{ROTATION_PAUSE_MS, ROTATION_SOON_MS, ROTATION_TRIES_MAX},
    ports::KeyKeeper,
    service::Engine,
};

/// How the key in force stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The keys, and the one in force.
    pub chain: Arc<Chain>,
    /// Where the key in force is.
    pub place: String,
    /// What is on record of them.
    pub known: Arc<SigningKeys>,
    /// Where the next one is or will be made, or what has to be configured first.
    pub next: Result<String, String>,
    /// When the next one is to take over.
    pub due_at: Option<Timestamp>,
    /// It is time, or will be soon.
    pub due: Due,
    /// Why a handover that is on record is not kept; empty when it is.
    pub problem: String,
}

/// Whether it is time for the next key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Not for a while.
    Later,
    /// Within a week.
    Soon,
    /// It is.
    Now,
}

/// See the module.
#[derive(Debug)]
pub struct Rotation {
    engine: Engine,
    ring: Arc<Ring>,
    keeper: Arc<dyn KeyKeeper>,
    every_ms: Option<u64>,
    problem: Mutex<String>,
}

impl Rotation {
    /// One for an engine, whose keys are to be replaced when they are so old, in milliseconds.
    #[must_use]
    pub fn new(
        engine: Engine,
        ring: Arc<Ring>,
        keeper: Arc<dyn KeyKeeper>,
        every_ms: Option<u64>,
    ) -> Self {
        Self { engine, ring, keeper, every_ms, problem: Mutex::default() }
    }

    /// How the key in force stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let known = self.engine.views().signing_keys();
        let due_at = self.every_ms.and_then(|every_ms| known.due_at(every_ms));
        let now = self.engine.now();
        let due = match due_at {
            Some(at) if at <= now => Due::Now,
            Some(at) if at.ms_since(now) <= ROTATION_SOON_MS => Due::Soon,
            _ => Due::Later,
        };
        let chain = self.ring.chain();
        Standing {
            next: self.keeper.next_place(&chain),
            chain,
            place: self.ring.place(),
            known,
            due_at,
            due,
            problem: self.problem().clone(),
        }
    }

    /// Carries out orders until the engine is gone.
    pub async fn run(self: Arc<Self>, mut commits: broadcast::Receiver<Arc<Commit>>) {
        loop {
            let order = self.engine.views().signing_keys().ordered().cloned();
            if let Some(order) = order {
                let this = Arc::clone(&self);
                // A key may make this wait, and others must not.
                let carried = tokio::task::spawn_blocking(move || this.carry_out(&order)).await;
                match carried {
                    Ok(Carried::Out) => continue,
                    Ok(Carried::Later) => {}
                    Ok(Carried::Stuck) | Err(_) => return,
                }
                tokio::time::sleep(Duration::from_millis(ROTATION_PAUSE_MS)).await;
                continue;
            }
            if matches!(commits.recv().await, Err(RecvError::Closed)) {
                return;
            }
        }
    }

    /// Carries out one order. Blocks.
    pub fn carry_out(&self, order: &Order) -> Carried {
        let held = self.ring.hold();
        match self.hand_over(&held, order) {
            Ok(handed) => self.take_over(held, handed),
            Err(Trouble::Busy(why)) => {
                tracing::warn!(problem = why, "the signing key is not replaced yet");
                Carried::Later
            }
            Err(Trouble::Unknown(why)) => {
                // The handover may be on record or not. The next start knows, and this process signs
                // nothing any more that could contradict it.
                tracing::error!(problem = why, "whether another key signs is not known");
                self.note(why);
                held.stay();
                Carried::Stuck
            }
            Err(Trouble::Over(problem)) => {
                tracing::error!(
                    problem,
                    "the signing key is not replaced; the one in force goes on"
                );
                let news = SigningKeyNews::Failed { order: order.seq, problem };
                match self.engine.signing_key_news(news) {
                    Ok(()) => Carried::Out,
                    Err(_) => Carried::Later,
                }
            }
        }
    }

    /// Has both keys sign the handover, and the ledger take it up.
    fn hand_over(&self, held: &Held<'_>, order: &Order) -> Result<Handed, Trouble> {
        let chain = self.ring.chain();
        let new = self.keeper.next(&chain).map_err(Trouble::Over)?;
        // Whatever was signed before this was of a log that was no longer than this.
        let from = self.engine.ledger().last_seq() + 1;
        let note = held.hand_over(&*new, from, self.engine.now().unix_ms);
        let note = note.map_err(|error| Trouble::Over(error.to_string()))?;
        let mut longer = (*chain).clone();
        let broken = |error: ChainError| Trouble::Over(error.to_string());
        let number = longer.append(&note).map_err(broken)?.number;
        let done = Rotated {
            number,
            old_key: chain.current().to_string(),
            new_key: new.verifier().to_string(),
            from,
            handover: note.clone(),
            place: new.place(),
            order: order.seq,
            ordered_by: order.by.clone(),
            reason: order.reason.clone(),
        };
        let told = self.engine.signing_key_news(SigningKeyNews::Rotated(Box::new(done)));
        told.map_err(|rejection| match rejection {
            Rejection::Busy { .. } => Trouble::Busy(rejection.to_string()),
            rejection => Trouble::Unknown(rejection.to_string()),
        })?;
        let known = self.engine.views().signing_keys();
        match known.rotations().last() {
            Some(last) if last.event.handover == note => Ok(Handed { chain: longer, note, new }),
            _ => Err(Trouble::Over("the ledger did not take the handover up".to_owned())),
        }
    }

    /// The ledger says that the new key is in force: nothing is signed until that is kept.
    fn take_over(&self, held: Held<'_>, Handed { chain, note, new }: Handed) -> Carried {
        for _ in 0..ROTATION_TRIES_MAX {
            match self.keeper.keep(&chain) {
                Ok(()) => {
                    self.note(String::new());
                    let (key, place) = (new.verifier().to_string(), new.place());
                    if let Err(error) = held.switch(&note, new) {
                        tracing::error!(%error, "the new signing key is not taken up");
                        held.stay();
                        return Carried::Stuck;
                    }
                    tracing::info!(key, place, "another key signs the log from here on");
                    metrics::counter!("conductor_signing_key_rotations_total").increment(1);
                    return Carried::Out;
                }
                Err(problem) => {
                    tracing::error!(problem, "which signing key is in force can't be kept");
                    self.note(problem);
                    std::thread::park_timeout(Duration::from_millis(ROTATION_PAUSE_MS));
                }
            }
        }
        // The ledger says it: the next start keeps it, and until then nothing is signed.
        held.stay();
        Carried::Stuck
    }

    fn note(&self, problem: String) {
        *self.problem() = problem;
    }

    fn problem(&self) -> MutexGuard<'_, String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// It is over, one way or the other, and on record.
    Out,
    /// It is to be tried again.
    Later,
    /// Nothing is signed any more until the daemon was started again.
    Stuck,
}

/// A handover that is on record.
struct Handed {
    chain: Chain,
    note: String,
    new: Arc<dyn Sign>,
}

/// Why there is none.
enum Trouble {
    /// It may come: the kernel has too much to do.
    Busy(String),
    /// The daemon is stopping, or its ledger failed.
    Unknown(String),
    /// It will not.
    Over(String),
}

/// The chain that the ledger's records tell of, from its first key on.
///
/// # Errors
/// When a handover in it does not hold.
pub fn chain_of(first: &Chain, known: &SigningKeys) -> Result<Chain, ChainError> {
    let first = known.rotations().first().map_or_else(
        || Ok(first.first().clone()),
        |rotation| VerifierKey::parse(&rotation.event.old_key),
    );
    let mut chain = Chain::from(first.map_err(|error| ChainError::Form(error.to_string()))?);
    for rotation in known.rotations() {
        chain.append(&rotation.event.handover)?;
    }
    Ok(chain)
}
