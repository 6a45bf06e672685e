//! The leases that a worker holds, by fencing token.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::time::Instant;

use crate::stop::{Stop, StopSender, StopSignal};

/// Never more programs that run than the worker's capacity; what has ended and is being reported
/// takes no room, because the kernel gives the next lease as soon as it has the report, which may be
/// before the worker has the kernel's answer.
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
    /// As many programs as the worker takes run.
    Full,
}

impl Held {
    /// Takes a lease, unless `capacity` is reached.
    pub(super) fn take(&self, token: u64, capacity: usize) -> Result<StopSignal, NotTaken> {
        let mut held = self.lock();
        if held.contains_key(&token) {
            return Err(NotTaken::Known);
        }
        if held.values().filter(|holding| holding.running).count() >= capacity {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_that_waits_for_the_answer_to_its_report_leaves_room_for_the_next() {
        let held = Held::default();
        assert!(held.take(1, 1).is_ok());
        assert_eq!(held.take(2, 1).err(), Some(NotTaken::Full));
        held.ended(1);
        assert_eq!(held.take(1, 1).err(), Some(NotTaken::Known));
        assert!(held.take(2, 1).is_ok());
        assert_eq!(held.tokens(), [1, 2]);
        assert_eq!(held.take(3, 1).err(), Some(NotTaken::Full));
    }
}
