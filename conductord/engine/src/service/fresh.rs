//! What is made anew, of time and chance.

use conductor_domain::time::Timestamp;
use conductor_protocol::id::{DecisionId, TraceId};

use super::Engine;

impl Engine {
    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// How far that is ahead of the system's clock, in milliseconds.
    #[must_use]
    pub fn clock_ahead_ms(&self) -> u64 {
        self.shared.clock.ahead_ms()
    }

    /// A fresh id for a request.
    #[must_use]
    pub fn fresh_trace(&self) -> TraceId {
        TraceId::new(self.now().unix_ms, self.shared.dice.roll())
    }

    /// A fresh id for a decision.
    #[must_use]
    pub fn fresh_decision(&self) -> DecisionId {
        DecisionId::new(self.now().unix_ms, self.shared.dice.roll())
    }

    /// 128 random bits.
    #[must_use]
    pub fn fresh_bits(&self) -> u128 {
        self.shared.dice.roll()
    }
}
