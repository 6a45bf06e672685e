//! The leases that a worker holds, by fencing token.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::time::Instant;

use crate::stop::{Stop, StopSender, StopSignal};

/// Never more than the worker's capacity.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<HashMap<u64, Holding>>);

/// One lease that is held.
#[derive(Debug)]
struct Holding {
    stop: StopSender,
    /// When the kernel was last known to count it as ours.
    confirmed_at: Instant,
    /// Its program runs; afterwards only the report is due.
    running: bool,
}

/// Why a lease is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// It is held already: the order came twice.
    Known,
    /// As many as the worker takes are held.
    Full,
}

impl Held {
    /// Takes a lease, unless `capacity` is reached.
    pub(super) fn take(&self, token: u64, capacity: usize) -> Result<StopSignal, NotTaken> {
        let mut held = self.lock();
        if held.contains_key(&token) {
            return Err(NotTaken::Known);
        }
        if held.len() >= capacity {
            return Err(NotTaken::Full);
        }
        let (stop, signal) = StopSender::new();
        held.insert(token, Holding { stop, confirmed_at: Instant::now(), running: true });
        drop(held);
        Ok(signal)
    }

    /// Its program ended: from here only the kernel can say that the lease is lost.
    pub(super) fn ended(&self, token: u64) {
        if let Some(holding) = self.lock().get_mut(&token) {
            holding.running = false;
        }
    }

    /// It was reported, or is not to be.
    pub(super) fn release(&self, token: u64) {
        self.lock().remove(&token);
    }

    /// Asks an attempt to stop. Gives whether it is held.
    pub(super) fn stop(&self, token: u64, stop: Stop) -> bool {
        self.lock().get(&token).map(|holding| holding.stop.stop(stop)).is_some()
    }

    /// Asks every attempt to stop. Gives how many.
    pub(super) fn stop_all(&self, stop: Stop) -> usize {
        let held = self.lock();
        held.values().for_each(|holding| holding.stop.stop(stop));
        held.len()
    }

    /// The kernel counted these as ours at that time.
    pub(super) fn confirm(&self, tokens: &[u64], at: Instant) {
        let mut held = self.lock();
        for token in tokens {
            if let Some(holding) = held.get_mut(token) {
                holding.confirmed_at = holding.confirmed_at.max(at);
            }
        }
    }

    /// Running attempts last confirmed at `at` or before.
    pub(super) fn running_unconfirmed_since(&self, at: Instant) -> Vec<u64> {
        let is_stale = |holding: &Holding| holding.running && holding.confirmed_at <= at;
        self.lock().iter().filter(|(_, h)| is_stale(h)).map(|(token, _)| *token).collect()
    }

    /// The tokens, in order.
    pub(super) fn tokens(&self) -> Vec<u64> {
        let mut tokens: Vec<u64> = self.lock().keys().copied().collect();
        tokens.sort_unstable();
        tokens
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Holding>> {
        // Every change to the map is one insertion or removal, whole even when a holder panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
