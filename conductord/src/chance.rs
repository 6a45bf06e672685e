//! The daemon's clock and its dice: the only place that asks the system for either.

#![expect(clippy::disallowed_methods, reason = "the owner of the wall clock and of chance")]

use std::{
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Instant, SystemTime},
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{Clock, Dice};
use rand_chacha::{
    ChaCha12Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use rustix::rand::{GetRandomFlags, getrandom};

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 counts as 1970: nothing here can be older.
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix_ms(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// The system's clock, but never back: not behind what it told before, nor behind the newest record
/// of the ledger. Where the system's is put back, time goes on at its pace from where it was, so that
/// what is over stays over.
#[derive(Debug)]
pub(crate) struct SteadyClock {
    began: Instant,
    /// The system's time less what has passed since `began`, at its greatest; milliseconds.
    offset: AtomicU64,
}

impl SteadyClock {
    /// A clock that is not behind a time.
    pub(crate) fn after(newest: Timestamp) -> Self {
        Self { began: Instant::now(), offset: AtomicU64::new(newest.unix_ms) }
    }

    /// The time, when the system's clock says `wall` and so many milliseconds have passed.
    fn tell(&self, wall: Timestamp, passed_ms: u64) -> Timestamp {
        let offset = wall.unix_ms.saturating_sub(passed_ms);
        let greatest = self.offset.fetch_max(offset, Ordering::Relaxed).max(offset);
        Timestamp::from_unix_ms(greatest) + passed_ms
    }

    fn passed_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        self.tell(SystemClock.now(), self.passed_ms())
    }

    fn ahead_ms(&self) -> u64 {
        let wall = SystemClock.now();
        self.tell(wall, self.passed_ms()).ms_since(wall)
    }
}

/// Dice seeded by the operating system.
#[derive(Debug)]
pub(crate) struct SystemDice(Mutex<ChaCha12Rng>);

impl SystemDice {
    /// Dice with a fresh seed.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(Mutex::new(ChaCha12Rng::from_seed(seed()?))))
    }
}

impl Dice for SystemDice {
    fn roll(&self) -> u128 {
        // Whatever state a panicking holder left it in is as good as any.
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (u128::from(dice.next_u64()) << 64) | u128::from(dice.next_u64())
    }
}

/// 32 random bytes of the operating system, good for a key.
pub(crate) fn seed() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    let mut filled = 0;
    while filled < seed.len() {
        filled += getrandom(&mut seed[filled..], GetRandomFlags::empty())?;
    }
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(unix_ms: u64) -> Timestamp {
        Timestamp::from_unix_ms(unix_ms)
    }

    #[test]
    fn time_never_goes_back_and_never_stands() {
        let clock = SteadyClock::after(at(1_000));
        // Behind the ledger's newest record: on from there.
        assert_eq!(clock.tell(at(400), 0), at(1_000));
        assert_eq!(clock.tell(at(450), 50), at(1_050));
        // The system's clock has caught up.
        assert_eq!(clock.tell(at(5_000), 60), at(5_000));
        // It is put back, while time passes.
        assert_eq!(clock.tell(at(2_000), 70), at(5_010));
        assert_eq!(clock.tell(at(2_500), 570), at(5_510));
        // And put on.
        assert_eq!(clock.tell(at(9_000), 600), at(9_000));
    }

    #[test]
    fn where_nobody_touches_it_it_is_the_systems() {
        let clock = SteadyClock::after(at(1_000));
        assert!(clock.ahead_ms() <= 1, "{}", clock.ahead_ms());
        let before = SystemClock.now();
        assert!(clock.now() >= before);
    }

    #[test]
    fn the_dice_never_fall_alike() {
        let (one, other) = (SystemDice::new().unwrap(), SystemDice::new().unwrap());
        let rolls = [one.roll(), one.roll(), other.roll(), other.roll()];
        let different: std::collections::HashSet<u128> = rolls.into_iter().collect();
        assert_eq!(different.len(), rolls.len());
    }
}
