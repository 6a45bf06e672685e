//! Receipts: signed statements about records of the ledger, each about exactly one.
//!
//! What is signed is made outside; this says which records have a receipt coming, and that each of them
//! gets one. The ledger itself knows what is missing: whoever folds it again finds the same.

mod decide;
mod due;
mod event;
#[cfg(test)]
mod tests;
mod view;

pub use decide::issue;
pub use due::{is_due, run_of};
pub use event::Issued;
pub use view::Receipts;
