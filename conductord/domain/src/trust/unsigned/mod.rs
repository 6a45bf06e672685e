//! Runbooks that were refused because nobody who counts has signed them: the alert, who asked, and
//! how a flood of them is kept small.

mod event;
#[cfg(test)]
mod tests;
mod view;

pub use event::{Refused, Why};
pub use view::{ALERTS_KEPT, Alert, Alerts, RefusalBounds, Refusals};
