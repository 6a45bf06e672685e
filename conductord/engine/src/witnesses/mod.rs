//! Witnesses of the log: after new checkpoints they are asked, behind everybody's back, to cosign them.
//!
//! All of them are asked for the same checkpoint, in rounds, so that their cosignatures are found
//! together under one note. A witness that does not answer is left alone for longer each time; the
//! daemon waits for none of them.

#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use conductor_keys::cosignature::{Cosignature, WitnessKey, add_checkpoint, split_note};
use tokio::{task::JoinSet, time::Instant};

use crate::{
    limits::{
        WITNESS_ASKS_MAX, WITNESS_EVERY_MS, WITNESS_PROBLEM_CHARS_MAX, WITNESS_WAIT_MAX_MS,
        WITNESS_WAIT_MS,
    },
    ports::{CosignedStore, LedgerReader, SignedCheckpoint, Witness, WitnessAnswer},
    service::Engine,
};

/// How a witness does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessStanding {
    /// Its name.
    pub name: String,
    /// Its key, `name+hash+key`.
    pub key: String,
    /// Where it is asked.
    pub url: String,
    /// Records of the newest checkpoint that it cosigned; 0 before the first.
    pub size: u64,
    /// When it did, by its own clock, in seconds since 1970.
    pub at_seconds: u64,
    /// Why it did not cosign the newest one that it was asked for.
    pub problem: Option<String>,
}

/// A checkpoint with cosignatures under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The note: the log's signature, then those of its witnesses.
    pub note: String,
    /// Records that it covers.
    pub size: u64,
    /// Whose cosignatures are under it.
    pub witnesses: Vec<String>,
}

struct One {
    key: WitnessKey,
    url: String,
    witness: Arc<dyn Witness>,
    state: Mutex<OneState>,
}

#[derive(Default)]
struct OneState {
    /// The size that it is taken to know.
    knows: u64,
    cosigned: Option<(u64, Cosignature)>,
    problem: Option<String>,
    waits_ms: u64,
    not_before: Option<Instant>,
}

#[derive(Default)]
struct Found {
    /// The newest with any cosignature.
    newest: Option<Cosigned>,
    /// The newest with enough of them.
    enough: Option<Cosigned>,
}

struct Shared {
    witnesses: Vec<One>,
    quorum: usize,
    reader: Arc<dyn LedgerReader>,
    store: Arc<dyn CosignedStore>,
    found: Mutex<Found>,
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Witnesses {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Witnesses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Witnesses").field("standings", &self.standings()).finish_non_exhaustive()
    }
}

impl Witnesses {
    /// These witnesses of the log, by key and address, of whom so many have to cosign a checkpoint.
    /// What was kept counts as far as its signatures hold. Blocks.
    ///
    /// # Errors
    /// When what was kept can't be read, in a sentence.
    pub fn open(
        witnesses: Vec<(WitnessKey, String, Arc<dyn Witness>)>,
        quorum: usize,
        reader: Arc<dyn LedgerReader>,
        store: Arc<dyn CosignedStore>,
    ) -> Result<Self, String> {
        let kept =
            store.load().map_err(|error| format!("read the cosigned checkpoint: {error}"))?;
        let one = |(key, url, witness)| One { key, url, witness, state: Mutex::default() };
        let witnesses = witnesses.into_iter().map(one).collect();
        let shared = Shared { witnesses, quorum, reader, store, found: Mutex::default() };
        if let Some(note) = kept {
            shared.take_up(&note);
        }
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shared.witnesses.is_empty()
    }

    /// How many have to cosign a checkpoint.
    #[must_use]
    pub fn quorum(&self) -> usize {
        self.shared.quorum
    }

    /// All of them, as they are configured.
    #[must_use]
    pub fn standings(&self) -> Vec<WitnessStanding> {
        self.shared.witnesses.iter().map(One::standing).collect()
    }

    /// The newest checkpoint that enough witnesses cosigned.
    #[must_use]
    pub fn cosigned(&self) -> Option<Cosigned> {
        lock(&self.shared.found).enough.clone()
    }

    /// A checkpoint's note with the cosignatures that there are for it.
    #[must_use]
    pub fn complete(&self, signed: &SignedCheckpoint) -> String {
        let found = lock(&self.shared.found);
        let same = |cosigned: &&Cosigned| {
            cosigned.size == signed.size
                && split_note(&cosigned.note).map(|(text, _)| text)
                    == split_note(&signed.note).map(|(text, _)| text)
        };
        found.newest.as_ref().filter(same).map_or_else(|| signed.note.clone(), |c| c.note.clone())
    }

    /// Asks them after each new checkpoint, until what is given is dropped.
    #[must_use]
    pub fn follow(&self, engine: &Engine) -> JoinSet<()> {
        let mut following = JoinSet::new();
        if !self.is_empty() {
            let (shared, mut signing) = (Arc::clone(&self.shared), engine.signing());
            following.spawn(async move {
                loop {
                    let open = shared.round().await;
                    tokio::time::sleep(Duration::from_millis(WITNESS_EVERY_MS)).await;
                    // While somebody has not cosigned yet they are asked again without anything new.
                    if !open && signing.changed().await.is_err() {
                        return;
                    }
                }
            });
        }
        following
    }

    /// Asks everybody once for the newest checkpoint, as [`Self::follow`] does again and again.
    pub async fn ask_now(&self) {
        for one in &self.shared.witnesses {
            lock(&one.state).not_before = None;
        }
        self.shared.round().await;
    }
}

impl Shared {
    /// What was kept at an earlier time.
    fn take_up(&self, note: &str) {
        let Some((text, lines)) = split_note(note) else { return };
        let size = text.lines().nth(1).and_then(|size| size.parse().ok());
        let Some(size) = size.filter(|size| *size <= self.reader.last_seq()) else { return };
        for one in &self.witnesses {
            if let Some(cosignature) = one.key.find(text, lines) {
                let mut state = lock(&one.state);
                state.knows = size;
                state.cosigned = Some((size, cosignature));
            }
        }
        self.gather(size, note);
    }

    /// Asks those who have not cosigned the newest checkpoint; true while somebody is left.
    async fn round(&self) -> bool {
        let newest = match self.reader.latest_checkpoint() {
            Ok(Some(newest)) if newest.size > 0 => newest,
            _ => return false,
        };
        let asking = self.witnesses.iter().map(|one| self.ask(one, &newest));
        for asked in asking.collect::<Vec<_>>() {
            // One after the other: each is bounded in time, and there are few.
            asked.await;
        }
        self.gather(newest.size, &newest.note);
        self.witnesses.iter().any(|one| !one.has(newest.size))
    }

    async fn ask(&self, one: &One, newest: &SignedCheckpoint) {
        let waits = lock(&one.state).not_before.is_some_and(|until| until > Instant::now());
        if waits || one.has(newest.size) {
            return;
        }
        let asked = self.exchange(one, newest).await;
        let mut state = lock(&one.state);
        match asked {
            Ok(cosignature) => {
                state.knows = newest.size;
                state.cosigned = Some((newest.size, cosignature));
                (state.problem, state.waits_ms, state.not_before) = (None, 0, None);
            }
            Err(problem) => {
                let problem: String = problem.chars().take(WITNESS_PROBLEM_CHARS_MAX).collect();
                let name = one.key.name();
                if state.problem.as_ref() != Some(&problem) {
                    tracing::warn!(witness = name, problem, "a checkpoint is not cosigned");
                }
                metrics::counter!("conductor_witness_failures_total", "witness" => name.to_owned())
                    .increment(1);
                state.problem = Some(problem);
                state.waits_ms = match state.waits_ms {
                    0 => WITNESS_WAIT_MS,
                    waited => (waited * 2).min(WITNESS_WAIT_MAX_MS),
                };
                state.not_before = Some(Instant::now() + Duration::from_millis(state.waits_ms));
            }
        }
    }

    /// Asks one, a second time where it knows the log up to another size than was thought.
    async fn exchange(&self, one: &One, newest: &SignedCheckpoint) -> Result<Cosignature, String> {
        let mut knows = lock(&one.state).knows.min(newest.size);
        for _ in 0..WITNESS_ASKS_MAX {
            let body = self.request(knows, newest)?;
            match one.witness.add_checkpoint(body).await? {
                WitnessAnswer::Cosigned(lines) => {
                    let text = split_note(&newest.note).map_or("", |(text, _)| text);
                    let found = one.key.find(text, &lines);
                    return found.ok_or_else(|| "what it answered holds no cosignature".to_owned());
                }
                WitnessAnswer::Knows(size) if size > newest.size => {
                    return Err(format!(
                        "it knows {size} records of this log, and there are {}: records were lost, \
                         or somebody else signs with the log's key",
                        newest.size
                    ));
                }
                WitnessAnswer::Knows(size) if size == knows => {
                    return Err(format!(
                        "it knows another history of the first {size} records of this log"
                    ));
                }
                WitnessAnswer::Knows(size) => {
                    knows = size;
                    lock(&one.state).knows = size;
                }
            }
        }
        Err("it says each time that it knows the log up to another size".to_owned())
    }

    fn request(&self, knows: u64, newest: &SignedCheckpoint) -> Result<String, String> {
        let proof = if knows == 0 || knows == newest.size {
            Vec::new()
        } else {
            let proof = self.reader.consistency_proof(knows, newest.size);
            proof.map_err(|error| error.to_string())?.path
        };
        let body = add_checkpoint(knows, &proof, &newest.note);
        body.ok_or_else(|| "the proof is longer than a request takes".to_owned())
    }

    /// Puts the cosignatures of one checkpoint under its note, and keeps it where there are enough.
    fn gather(&self, size: u64, note: &str) {
        let (mut complete, mut witnesses) = (note.to_owned(), Vec::new());
        for one in &self.witnesses {
            let cosigned = lock(&one.state).cosigned.clone();
            let Some((_, cosignature)) = cosigned.filter(|(of, _)| *of == size) else { continue };
            if !complete.contains(&cosignature.line) {
                complete.push_str(&cosignature.line);
            }
            witnesses.push(cosignature.witness);
        }
        if witnesses.is_empty() {
            return;
        }
        let enough = witnesses.len() >= self.quorum;
        let cosigned = Cosigned { note: complete, size, witnesses };
        let mut found = lock(&self.found);
        let news = found.enough.as_ref() != Some(&cosigned);
        found.newest = Some(cosigned.clone());
        if enough && news {
            if let Err(error) = self.store.keep(&cosigned.note) {
                tracing::warn!(%error, "a cosigned checkpoint could not be kept");
            }
            found.enough = Some(cosigned);
        }
        drop(found);
    }
}

impl One {
    fn has(&self, size: u64) -> bool {
        lock(&self.state).cosigned.as_ref().is_some_and(|(of, _)| *of >= size)
    }

    fn standing(&self) -> WitnessStanding {
        let state = lock(&self.state);
        let cosigned = state.cosigned.as_ref();
        WitnessStanding {
            name: self.key.name().to_owned(),
            key: self.key.to_string(),
            url: self.url.clone(),
            size: cosigned.map_or(0, |(size, _)| *size),
            at_seconds: cosigned.map_or(0, |(_, cosignature)| cosignature.at_seconds),
            problem: state.problem.clone(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is in it is whole at every moment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
