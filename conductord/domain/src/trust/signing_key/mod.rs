//! Keys that the log is signed by, one after another: who ordered that the next takes over, from where
//! in the log it signs, and when it is time for that.
//!
//! An order is decided here and carried out beside the kernel, where the keys are: they sign, and may be
//! slow or away. What came of it is a fact again. The handover itself is a note that both keys signed;
//! what is in it is not looked into here.

mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

pub use decide::{ROTATIONS_MAX, failed, fell_due, order, rotated};
pub use event::{Due, Rotated, RotationFailed, RotationOrdered};
pub use view::{Order, Rotation, SigningKeys};
