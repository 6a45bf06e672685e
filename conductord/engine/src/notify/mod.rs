//! Notifications: whom a fact is told to, and how it gets there.
//!
//! Every target that is configured follows the ledger from a place of its own. What a fact gives rise
//! to is a function of the fact and of the daemon's records (`arise`); what a target is told of is its
//! [`Filter`]. A [`Letter`] waits in the target's [`Outbox`], which is kept whole, until the target takes
//! it or so many attempts have failed: at least once, each with an id that follows from the fact, so
//! that whoever gets it twice can tell. The ledger is the queue: an outbox that is full reads no further.
//!
//! A notification says who wants what, where and until when, and how to look at it. Nothing in it does
//! anything: no token, no link, and the command that it names only shows.

mod arise;
mod cloud_event;
mod follower;
mod notice;
mod notifier;
mod outbox;
mod target;
#[cfg(test)]
mod tests;
mod words;

pub use arise::{Facts, arise};
pub use cloud_event::cloud_event;
pub use follower::{Follower, Step, World};
pub use notice::{Audience, Kind, Notice, StageOf};
pub use notifier::{Notifier, Standing, Tried};
pub use outbox::{Fate, Letter, Outbox, Patience};
pub use target::{Filter, Reach, Target, is_event, is_target_name};
pub use words::{subject, text};
