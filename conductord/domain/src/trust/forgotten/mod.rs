//! Forgetting: what is recorded of a tenant, or of a data subject of one, is made unreadable by destroying
//! the keys that it is sealed with.
//!
//! That it was done is recorded before it is: who asked, which keys, and whom they were of. A data subject is
//! named by the SHA-256 of its name from then on.

mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

pub use decide::{InTheWay, Wanted, forget, unknown};
pub use event::Forgotten;
pub use view::{Forgets, Gone};
