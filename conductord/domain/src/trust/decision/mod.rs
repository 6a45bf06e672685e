//! A decision of policy: recorded when it allowed a change, or denied anything.

mod event;
#[cfg(test)]
mod tests;
mod view;

pub use event::Recorded;
pub use view::{DenialBounds, Denials, Place};
