//! What may happen: pure deciders and folds.
//!
//! Layer 2. A slice decides (`State`, command → facts or a refusal) and folds (`State`, fact →
//! `State`). There is no clock, randomness, I/O or async here: time and fresh ids come in with the
//! command. See `docs/ARCHITECTURE.md`.

pub mod event;
pub mod health;
pub mod intent;
pub mod org;
pub mod refusal;
pub mod retention;
pub mod scope;
pub mod secret;
pub mod template;
pub mod time;
pub mod trust;
pub mod window;
pub mod work;

pub use refusal::Refusal;
