//! Chance from a seed.

use std::sync::{Mutex, PoisonError};

use conductor_engine::ports::Dice;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// Everything random in a world comes from here.
#[derive(Debug)]
pub(crate) struct Chance {
    rng: Mutex<ChaCha8Rng>,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: Mutex::new(ChaCha8Rng::seed_from_u64(seed)) }
    }

    pub(crate) fn bits(&self) -> u64 {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).next_u64()
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&self, end: u64) -> u64 {
        self.bits() % end
    }

    /// Whether something that happens once in `odds` happens now.
    pub(crate) fn once_in(&self, odds: u64) -> bool {
        self.below(odds) == 0
    }

    pub(crate) fn pick<'a, T>(&self, items: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(items.len()).ok().filter(|count| *count > 0)?;
        items.get(usize::try_from(self.below(count)).ok()?)
    }
}

impl Dice for Chance {
    fn roll(&self) -> u128 {
        u128::from(self.bits()) << 64 | u128::from(self.bits())
    }
}
