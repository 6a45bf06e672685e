//! Follows the ledger for one target: takes up what it is told of, and has it delivered.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use conductor_domain::{
    event::{Envelope, Event},
    time::Timestamp,
};
use conductor_protocol::id::NotificationId;
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast::{self, error::RecvError};

use super::{
    arise::{Facts, arise},
    outbox::{Fate, Letter, Outbox},
    target::Target,
};
use crate::{
    kernel::Commit,
    limits::{NOTIFY_KEEP_EVERY, NOTIFY_PAUSE_MS, NOTIFY_READ_MAX},
    ports::{Courier, OutboxStore, Record, Undelivered},
    record,
};

/// How long nothing is looked at when nothing waits: the clock may have been turned.
const IDLE: Duration = Duration::from_secs(60);

/// What notifications are made of.
pub trait World: Facts {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Chance.
    fn roll(&self) -> u64;
    /// The last event of the ledger.
    fn last_seq(&self) -> u64;
    /// Records after one, in order, at most so many.
    ///
    /// # Errors
    /// Why they can't be read, in a sentence.
    fn read(&self, after_seq: u64, records_max: usize) -> Result<Vec<Record>, String>;
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// This is to be delivered.
    Deliver(Box<Letter>),
    /// Nothing, before then or before something happens.
    Wait(Option<Timestamp>),
}

/// See the module.
pub struct Follower {
    target: Target,
    courier: Arc<dyn Courier>,
    world: Arc<dyn World>,
    store: Arc<dyn OutboxStore>,
    state: Mutex<State>,
}

struct State {
    outbox: Outbox,
    /// The place in the ledger that was kept.
    kept: u64,
    /// Something changed that was not kept yet.
    dirty: bool,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("target", &self.target.name).finish_non_exhaustive()
    }
}

impl Follower {
    /// Goes on where the target was left; one that is new, or was not configured for a while, is told of
    /// what happens from now on. Blocks.
    ///
    /// # Errors
    /// When what was kept can't be read or written, in a sentence.
    pub fn open(
        target: Target,
        courier: Arc<dyn Courier>,
        world: Arc<dyn World>,
        store: Arc<dyn OutboxStore>,
    ) -> Result<Self, String> {
        let name = &target.name;
        let failed = |error: &dyn std::fmt::Display| format!("the outbox of `{name}`: {error}");
        let outbox = match store.load(name).map_err(|error| failed(&error))? {
            None => Outbox::beginning(world.last_seq()),
            Some(kept) => {
                let mut known: Outbox =
                    serde_json::from_slice(&kept).map_err(|error| failed(&error))?;
                // A ledger that is shorter is another one.
                if std::mem::take(&mut known.away) || known.position > world.last_seq() {
                    known.position = world.last_seq();
                }
                forget_letters(&mut known, &*world)?;
                known
            }
        };
        let state = State { kept: outbox.position, outbox, dirty: true };
        let follower = Self { target, courier, world, store, state: Mutex::new(state) };
        follower.keep(&mut follower.state())?;
        Ok(follower)
    }

    /// What it follows for.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// Where it stands.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        self.state().outbox.clone()
    }

    /// Looks at what happened since it last looked, as far as there is room. Blocks.
    ///
    /// # Errors
    /// In a sentence: it may be tried again.
    pub fn take_up(&self) -> Result<(), String> {
        loop {
            let after = {
                let mut state = self.state();
                if !state.outbox.has_room() {
                    return self.keep(&mut state);
                }
                state.outbox.position
            };
            let records = self.world.read(after, NOTIFY_READ_MAX)?;
            if records.is_empty() {
                return self.keep(&mut self.state());
            }
            for record in records {
                if !self.look_at(&record)? {
                    break;
                }
            }
        }
    }

    /// Looks at one record; whether there is room for what comes after it.
    fn look_at(&self, found: &Record) -> Result<bool, String> {
        let envelope = record::decode(found).map_err(|error| error.to_string())?;
        // Of what nobody can read nobody is told.
        let letters = match &envelope {
            Some(envelope) => self.letters(found, envelope)?,
            None => Vec::new(),
        };
        let mut state = self.state();
        if let Some(Event::NotificationTended(tended)) = envelope.as_ref().map(|known| &known.event)
            && tended.target == self.target.name
        {
            state.outbox.tend(tended, self.world.now());
            state.dirty = true;
        }
        state.dirty |= !letters.is_empty();
        state.outbox.open.extend(letters);
        state.outbox.position = found.seq;
        state.dirty |= found.seq.saturating_sub(state.kept) >= NOTIFY_KEEP_EVERY;
        let room = state.outbox.has_room();
        drop(state);
        Ok(room)
    }

    fn letters(&self, found: &Record, envelope: &Envelope) -> Result<Vec<Letter>, String> {
        let facts: &dyn Facts = &*self.world;
        let notices = arise(found.seq, envelope, facts).map_err(|error| error.to_string())?;
        let mut letters = Vec::new();
        for (number, notice) in notices.into_iter().enumerate() {
            if !self.target.filter.lets(&notice, facts) {
                continue;
            }
            for to in self.target.reach.addresses(&notice, facts) {
                letters.push(Letter {
                    id: id(found, (&self.target.name, number, &to)),
                    to,
                    notice: notice.clone(),
                    attempts: 0,
                    next_at: self.world.now(),
                    given_up_at: None,
                    problem: String::new(),
                });
            }
        }
        Ok(letters)
    }

    /// What is to be done next.
    #[must_use]
    pub fn step(&self) -> Step {
        let state = self.state();
        match state.outbox.due(self.world.now()) {
            Some(letter) => Step::Deliver(Box::new(letter.clone())),
            None => Step::Wait(state.outbox.next_at()),
        }
    }

    /// Keeps what came of a letter. Blocks.
    ///
    /// # Errors
    /// When it can't be kept, in a sentence: the letter may go out again.
    pub fn settle(&self, letter: &Letter, came: &Result<(), Undelivered>) -> Result<(), String> {
        let mut state = self.state();
        let outcome = self.note(&mut state.outbox, letter, came);
        state.dirty = true;
        let kept = self.keep(&mut state);
        drop(state);
        let target = self.target.name.clone();
        metrics::counter!("conductor_notifications_total", "target" => target, "outcome" => outcome)
            .increment(1);
        kept
    }

    /// What came of a letter, in a word.
    fn note(
        &self,
        outbox: &mut Outbox,
        letter: &Letter,
        came: &Result<(), Undelivered>,
    ) -> &'static str {
        let (id, now) = (letter.id, self.world.now());
        let Err(why) = came else {
            outbox.taken(id, now);
            return "delivered";
        };
        let fate = outbox.failed(id, (now, self.world.roll()), why, self.target.patience);
        let (name, problem) = (&self.target.name, &outbox.problem);
        tracing::warn!(
            target_name = name, notification = %id, problem, ?fate,
            "a notification was not taken"
        );
        if fate == Fate::Dead { "dead" } else { "failed" }
    }

    /// Sends a letter once, and keeps nothing of it.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn try_out(&self, letter: &Letter) -> Result<(), Undelivered> {
        self.courier.deliver(letter).await
    }

    /// Follows until the engine is gone.
    pub async fn run(self: Arc<Self>, mut commits: broadcast::Receiver<Arc<Commit>>) {
        loop {
            // A disk may make this wait, and others must not.
            let this = Arc::clone(&self);
            let taken = tokio::task::spawn_blocking(move || this.take_up()).await;
            let step = match taken {
                Ok(Ok(())) => self.step(),
                Ok(Err(problem)) => self.pause(&problem),
                Err(_) => self.pause("looking at the ledger panicked"),
            };
            match step {
                Step::Deliver(letter) => {
                    let came = self.courier.deliver(&letter).await;
                    let this = Arc::clone(&self);
                    let settled =
                        tokio::task::spawn_blocking(move || this.settle(&letter, &came)).await;
                    if let Ok(Err(problem)) = settled {
                        tracing::error!(
                            target_name = self.target.name,
                            problem,
                            "a notification may go out again"
                        );
                        tokio::time::sleep(Duration::from_millis(NOTIFY_PAUSE_MS)).await;
                    }
                }
                Step::Wait(until) => {
                    let now = self.world.now();
                    let wait = until.map_or(IDLE, |at| Duration::from_millis(at.ms_since(now)));
                    tokio::select! {
                        // One that fell behind reads the ledger anyway.
                        commit = commits.recv() => if matches!(commit, Err(RecvError::Closed)) { return },
                        () = tokio::time::sleep(wait.min(IDLE)) => {}
                    }
                }
            }
        }
    }

    fn pause(&self, problem: &str) -> Step {
        tracing::error!(
            target_name = self.target.name,
            problem,
            "notifications are not looked for"
        );
        Step::Wait(Some(self.world.now() + NOTIFY_PAUSE_MS))
    }

    fn keep(&self, state: &mut State) -> Result<(), String> {
        if !state.dirty {
            return Ok(());
        }
        let failed = |why: &dyn std::fmt::Display| {
            format!("the outbox of `{}` can't be kept: {why}", self.target.name)
        };
        let bytes = serde_json::to_vec(&state.outbox).map_err(|error| failed(&error))?;
        self.store.keep(&self.target.name, &bytes).map_err(|error| failed(&error))?;
        (state.kept, state.dirty) = (state.outbox.position, false);
        metrics::gauge!("conductor_notifications_dead", "target" => self.target.name.clone())
            .set(state.outbox.dead.len() as f64);
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What a panic left half done is in memory only, and is done again from what was kept.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops what is about facts that nobody can read any more. Whether there was any.
pub(super) fn forget_letters(outbox: &mut Outbox, world: &dyn World) -> Result<bool, String> {
    let mut forgotten = HashSet::new();
    for letter in outbox.open.iter().chain(&outbox.dead).filter(|letter| letter.notice.seq > 0) {
        let seq = letter.notice.seq;
        let found = world.read(seq - 1, 1)?;
        if found.first().is_some_and(|record| record.seq == seq && record.is_forgotten()) {
            forgotten.insert(letter.id);
        }
    }
    outbox.open.retain(|letter| !forgotten.contains(&letter.id));
    outbox.dead.retain(|letter| !forgotten.contains(&letter.id));
    Ok(!forgotten.is_empty())
}

/// The same whenever the same fact is told to the same place.
fn id(found: &Record, (target, number, to): (&str, usize, &str)) -> NotificationId {
    let mut hasher = Sha256::new();
    hasher.update(found.seq.to_be_bytes());
    hasher.update(Sha256::digest(&found.payload));
    for part in [target, to] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.update(number.to_be_bytes());
    let hash = hasher.finalize();
    let half = hash[..16].iter().fold(0, |bits: u128, byte| bits << 8 | u128::from(*byte));
    NotificationId::new(found.at.unix_ms, half)
}
