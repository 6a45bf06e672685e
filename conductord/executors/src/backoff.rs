//! Waiting before the kernel is tried again: longer each time, half of it by chance, bounded.

use std::{
    hash::{BuildHasher, Hasher},
    sync::Arc,
    time::Duration,
};

use conductor_engine::ports::WorkError;

use crate::limits::{BACKOFF_FIRST, BACKOFF_MAX};

/// Gives a number by chance each time.
pub type Dice = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Dice for production, seeded by the operating system. Good for spreading retries, not for
/// secrets.
#[must_use]
pub fn system_dice() -> Dice {
    Arc::new(|| std::hash::RandomState::new().build_hasher().finish())
}

/// How long to wait, this time.
pub(crate) struct Backoff {
    dice: Dice,
    next: Duration,
}

impl Backoff {
    pub(crate) fn new(dice: &Dice) -> Self {
        Self { dice: Arc::clone(dice), next: BACKOFF_FIRST }
    }

    /// The wait before the next try.
    pub(crate) fn step(&mut self) -> Duration {
        let full = self.next;
        self.next = (full * 2).min(BACKOFF_MAX);
        let half_us = u64::try_from(full.as_micros() / 2).unwrap_or(u64::MAX);
        Duration::from_micros(half_us + (self.dice)() % half_us.max(1))
    }
}

/// Calls the kernel until it answers, with another answer than that it is not reachable.
///
/// Ends only with such an answer: bound it by selecting on what makes the call pointless.
///
/// # Errors
/// The kernel's refusal, as `code` and `message`.
pub(crate) async fn until_answered<T, F>(
    dice: &Dice,
    what: &str,
    mut call: impl FnMut() -> F,
) -> Result<T, (String, String)>
where
    F: Future<Output = Result<T, WorkError>>,
{
    let mut backoff = None;
    loop {
        match call().await {
            Ok(answer) => return Ok(answer),
            Err(WorkError::Refused { code, message }) => return Err((code, message)),
            Err(WorkError::Unavailable(why)) => {
                tracing::debug!(what, why, "the kernel is not reachable, trying again");
                tokio::time::sleep(backoff.get_or_insert_with(|| Backoff::new(dice)).step()).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_bound_and_keep_half_for_chance() {
        let waits = |roll: u64| {
            let dice: Dice = Arc::new(move || roll);
            let mut backoff = Backoff::new(&dice);
            (0..12).map(|_| backoff.step()).collect::<Vec<_>>()
        };
        let (shortest, longest) = (waits(0), waits(u64::MAX - 1));
        assert_eq!(shortest[0], BACKOFF_FIRST / 2);
        assert_eq!(shortest[11], BACKOFF_MAX / 2);
        assert!(shortest.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(longest.iter().all(|wait| *wait < BACKOFF_MAX));
    }
}
