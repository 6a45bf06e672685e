//! The daemon's clock and its dice: the only place that asks the system for either.

#![expect(clippy::disallowed_methods, reason = "the owner of the wall clock and of chance")]

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::SystemTime,
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

    #[test]
    fn the_dice_never_fall_alike() {
        let (one, other) = (SystemDice::new().unwrap(), SystemDice::new().unwrap());
        let rolls = [one.roll(), one.roll(), other.roll(), other.roll()];
        let different: std::collections::HashSet<u128> = rolls.into_iter().collect();
        assert_eq!(different.len(), rolls.len());
    }
}
