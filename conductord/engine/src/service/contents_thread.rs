//! The contents' thread: tells a store that is elsewhere what the ledger says of its contents. What is
//! held gets a hold of the store's own, what nobody holds any more loses it, what expired is removed,
//! and what is to be kept for a tenant's retention is kept by the store itself.
//!
//! It follows the ledger from a place of its own, so that nothing is missed while the store is away or
//! the daemon is not there; each of these may be said twice. No command and no view waits for it.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread::JoinHandle,
    time::Duration,
};

use conductor_domain::{
    event::{Envelope, Event},
    time::Timestamp,
    trust::artifact::Retention,
};
use conductor_protocol::id::ArtifactId;

use super::{
    Engine, Shared,
    kernel_thread::chain,
    left_contents::{Left, Place},
};
use crate::{
    limits::{
        CONTENTS_CHUNK_BYTES, CONTENTS_CHUNK_RECORDS, CONTENTS_KEEP_RECORDS, CONTENTS_LEFT_MAX,
        CONTENTS_REFUSED_AGAIN_MS, CONTENTS_RETRY_MS,
    },
    ports::{OutboxStore, Removal},
    record,
};

/// How failed attempts are logged again: every so many.
const LOGGED_EVERY: u32 = 20;
/// A day of retention in milliseconds.
const DAY_MS: u64 = 24 * 3_600_000;

/// How far a store was told what the ledger says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContentsState {
    /// Whether the store is told at all: it is elsewhere.
    pub follows: bool,
    /// The last record that it was told of.
    pub seq: u64,
    /// Why it is told no more; nothing while it is.
    pub problem: Option<String>,
    /// Contents whose time is over and that the store does not let go.
    pub left: usize,
    /// Why it keeps the first of them.
    pub left_why: String,
}

/// What is shared of it.
#[derive(Debug, Default)]
pub(super) struct Contents(Mutex<ContentsState>);

impl Contents {
    fn set(&self, change: impl FnOnce(&mut ContentsState)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Engine {
    /// How far the store of contents was told what the ledger says.
    #[must_use]
    pub fn contents(&self) -> ContentsState {
        self.shared.contents.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Follower {
    shared: Arc<Shared>,
    notes: Arc<dyn OutboxStore>,
    place: Place,
    /// What is kept of `place`.
    kept: Place,
}

pub(super) fn spawn(
    shared: Arc<Shared>,
    notes: Arc<dyn OutboxStore>,
    news: Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    let place = Place::load(&*notes)?;
    let mut follower = Follower { shared, notes, place, kept: Place::default() };
    // One of another ledger, or of a backup, is ahead: then all of it is told again.
    if follower.place.seq > follower.shared.reader.last_seq() {
        follower.place.seq = 0;
    }
    follower.kept = follower.place.clone();
    std::thread::Builder::new().name("contents".into()).spawn(move || follower.run(&news))
}

impl Follower {
    fn run(mut self, news: &Receiver<()>) {
        let mut failed = 0;
        loop {
            let done = self.follow().and_then(|()| self.remove_left());
            let kept = self.keep();
            match done.and(kept) {
                Ok(()) => failed = 0,
                Err(problem) => {
                    if failed % LOGGED_EVERY == 0 && !self.stopping() {
                        tracing::warn!(problem, "the store of artifacts is told later");
                    }
                    failed += 1;
                    self.tell(Some(problem));
                }
            }
            let wait = Duration::from_millis(CONTENTS_RETRY_MS);
            match news.recv_timeout(wait) {
                Ok(()) if failed == 0 => {}
                // A store that is away is not asked again with each thing that happens here.
                Ok(()) => {
                    if !rest(news, wait) {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::Acquire)
    }

    fn tell(&self, problem: Option<String>) {
        let first = self.place.left.values().next();
        let why = first.map(|left| left.why.clone()).unwrap_or_default();
        self.shared.contents.set(|state| {
            *state = ContentsState {
                follows: true,
                seq: self.place.seq,
                problem,
                left: self.place.left.len(),
                left_why: why,
            };
        });
    }

    /// Tells of everything that is recorded and seen, in order. It goes no further than what failed.
    fn follow(&mut self) -> Result<(), String> {
        loop {
            let seen = self.shared.views.seq();
            if self.stopping() || self.place.seq >= seen {
                self.tell(None);
                return Ok(());
            }
            let records = self
                .shared
                .reader
                .read(self.place.seq, CONTENTS_CHUNK_RECORDS, CONTENTS_CHUNK_BYTES)
                .map_err(|error| chain(&error))?;
            if records.is_empty() {
                return Ok(());
            }
            for record in records.iter().take_while(|record| record.seq <= seen) {
                if self.stopping() {
                    return Ok(());
                }
                // What is forgotten has no contents left that a server could be told of.
                if let Some(envelope) = record::decode(record).map_err(|error| chain(&error))? {
                    self.take(&envelope)?;
                }
                self.place.seq = record.seq;
            }
            if self.place.seq - self.kept.seq >= CONTENTS_KEEP_RECORDS {
                self.keep()?;
            }
        }
    }

    fn take(&mut self, envelope: &Envelope) -> Result<(), String> {
        let tenant = envelope.scope.tenant.as_str();
        match &envelope.event {
            Event::ArtifactHeld(event) => self.hold(tenant, event.artifact),
            Event::ArtifactReleased(event) => self.hold(tenant, event.artifact),
            Event::ArtifactExpired(event) => self.remove(&event.digest),
            Event::ArtifactRecorded(event) => {
                let digest = event.location.digest().unwrap_or_default();
                self.retain(tenant, digest, envelope.at)
            }
            Event::TaskCompleted(event) => {
                let all = event.artifacts.iter();
                all.map(|one| one.digest.as_str())
                    .try_for_each(|digest| self.retain(tenant, digest, envelope.at))
            }
            _ => Ok(()),
        }
    }

    /// Has the store hold a content exactly where somebody holds it now.
    fn hold(&self, tenant: &str, id: ArtifactId) -> Result<(), String> {
        let views = &self.shared.views;
        let known = views.artifact(tenant, id).map_err(|error| error.to_string())?;
        let Some(digest) = known.as_ref().and_then(|(known, _)| known.location.digest()) else {
            return Ok(());
        };
        let held = views.is_content_held(digest).map_err(|error| error.to_string())?;
        there(self.shared.blobs.hold(digest, held), digest)
    }

    fn retain(&self, tenant: &str, digest: &str, at: Timestamp) -> Result<(), String> {
        if digest.is_empty() || !self.shared.blobs.keeps_retention() {
            return Ok(());
        }
        let known = self.shared.views.tenant(tenant);
        let retention: Retention =
            known.and_then(|known| known.settings.retention).unwrap_or_default();
        let until = at + u64::from(retention.cold_days) * DAY_MS;
        if until <= self.shared.clock.now() {
            return Ok(());
        }
        there(self.shared.blobs.retain(digest, until), digest)
    }

    /// Removes a content that nobody uses any more, or notes why the store keeps it.
    fn remove(&mut self, digest: &str) -> Result<(), String> {
        let used = self.shared.views.is_content_used(digest);
        if digest.is_empty() || used.map_err(|error| error.to_string())? {
            self.place.left.remove(digest);
            return Ok(());
        }
        let now = self.shared.clock.now();
        let forgotten = self.place.left.get(digest).is_some_and(|left| left.forgotten);
        let blobs = &self.shared.blobs;
        let went = if forgotten { blobs.forget(digest, now) } else { blobs.remove(digest, now) };
        let left = match went {
            Ok(Removal::Removed | Removal::Absent) => None,
            Ok(Removal::Kept { until }) => Some(Left { forgotten, ..Left::until(until) }),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Some(Left {
                until_ms: now.unix_ms + CONTENTS_REFUSED_AGAIN_MS,
                why: error.to_string(),
                forgotten,
            }),
            Err(error) => return Err(error.to_string()),
        };
        let Some(left) = left else {
            self.place.left.remove(digest);
            return Ok(());
        };
        tracing::info!(digest, why = left.why, "the content of an expired artifact is kept");
        if self.place.left.len() >= CONTENTS_LEFT_MAX && !self.place.left.contains_key(digest) {
            tracing::warn!(digest, "it is left to the store: too many contents are kept there");
            return Ok(());
        }
        self.place.left.insert(digest.to_owned(), left);
        Ok(())
    }

    /// Tries again what the store kept up to now.
    fn remove_left(&mut self) -> Result<(), String> {
        let now = self.shared.clock.now().unix_ms;
        let due = self.place.left.iter().filter(|(_, left)| left.until_ms <= now);
        let due: Vec<String> = due.map(|(digest, _)| digest.clone()).collect();
        for digest in due {
            if self.stopping() {
                break;
            }
            self.remove(&digest)?;
        }
        self.tell(None);
        Ok(())
    }

    /// Keeps how far it has come, where that is anything new to whoever comes after it.
    fn keep(&mut self) -> Result<(), String> {
        let moved = self.place.seq.saturating_sub(self.kept.seq);
        let new = self.place.left != self.kept.left || moved >= CONTENTS_KEEP_RECORDS;
        if !(new || (self.stopping() && moved > 0)) {
            return Ok(());
        }
        self.place.keep(&*self.notes).map_err(|error| error.to_string())?;
        self.kept = self.place.clone();
        Ok(())
    }
}

/// What is not there needs neither a hold nor a lock.
fn there(done: io::Result<()>, digest: &str) -> Result<(), String> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tracing::warn!(digest, "the store has no such content to keep");
            Ok(())
        }
        done => done.map_err(|error| error.to_string()),
    }
}

/// Lets a time pass. False when there will be no more news.
fn rest(news: &Receiver<()>, wait: Duration) -> bool {
    let until = std::time::Instant::now() + wait;
    loop {
        match news.recv_timeout(until.saturating_duration_since(std::time::Instant::now())) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}
