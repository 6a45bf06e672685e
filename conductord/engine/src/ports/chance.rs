//! Time and chance, given from outside so that a simulation can choose them.

use conductor_domain::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;

    /// How far it is ahead of the system's clock, in milliseconds: that was put back, or is behind
    /// the ledger.
    fn ahead_ms(&self) -> u64 {
        0
    }
}

/// Gives random bits, for ids and for spreading retries.
pub trait Dice: Send + Sync {
    /// The next 128 bits.
    fn roll(&self) -> u128;
}
