//! The console: a model, what can happen to it, what it wants done, and the loop around them.
//!
//! `update` is the only code that changes the model, and it is pure: time comes with each message
//! and what is to be done goes out as effects. `view` only reads. The runtime does the rest.

mod answers;
mod approval;
mod confirming;
mod daemon;
mod doer;
mod effect;
mod frost;
mod layers;
mod messages;
mod model;
mod msg;
mod options;
mod paint;
mod planned;
mod query;
mod rank;
mod runtime;
mod scope;
mod shared;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod time;
mod update;
mod view;

pub(crate) use self::{
    approval::{Approve, Say, Secret},
    effect::{Effect, Feed, FeedId, Mutation, Ticket},
    messages::{Level, Message},
    msg::{Fault, FaultKind, FeedNews},
    query::{Answer, Query},
    shared::{Availability, LinkState, Look, Shared, Subject, is_production},
    view::body,
};
pub use self::{
    options::Options,
    runtime::{Error, Exit, run},
};
