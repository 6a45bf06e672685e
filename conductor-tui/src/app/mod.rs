//! The console: a model, what can happen to it, what it wants done, and the loop around them.
//!
//! `update` is the only code that changes the model, and it is pure: time comes with each message
//! and what is to be done goes out as effects. `view` only reads. The runtime does the rest.

mod answers;
mod approval;
mod arranging;
mod attention;
mod awaited;
mod chord;
mod confirming;
mod contexts;
mod daemon;
mod display;
mod doer;
mod dress;
mod effect;
mod fetch;
mod frost;
mod headless;
mod judged;
mod kept;
mod keyring;
mod keys;
mod layers;
mod linear;
mod link;
pub(crate) mod many;
mod messages;
mod model;
mod mouse;
mod msg;
mod obey;
mod offered;
mod once;
mod options;
mod pace;
mod paint;
mod palette;
mod pause;
mod place;
mod planned;
mod query;
mod rank;
mod recording;
mod replay;
mod runtime;
mod settings;
mod shared;
mod show;
mod signals;
mod tenancy;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod time;
mod told;
mod tour;
mod trail;

mod update;
mod used;
mod view;
mod views;

pub(crate) use self::{
    approval::{Approve, Countersign, Say, Secret, Signs},
    attention::Kind as AttentionKind,
    effect::{Effect, Feed, FeedId, Mutation, Ticket},
    fetch::{Fetch, Fetched, SHOWN_BYTES_MAX},
    judged::{Verdict, counts, reasons},
    keyring::{ENROLL, Keyring, key_name},
    messages::{Level, Message},
    msg::{Fault, FaultKind, FeedNews},
    once::{Trial, Tried},
    query::{Answer, Query},
    shared::{Availability, LinkState, Look, Shared, Subject, is_production},
    tenancy::{HOME_TENANT, TenantChange},
    told::Told,
    tour::Caption,
    view::body,
    views::ViewWord,
};
pub use self::{
    contexts::{Arrived, Context, Contexts, Reach, Reached, Readying, Tone},
    headless::Headless,
    options::{Manner, Options},
    recording::Problem as RecordingProblem,
    replay::{last_screen, replay},
    runtime::{Error, Exit, run},
    tour::{tour, tour_has_room, tour_is_new},
};
pub use crate::input::{
    command::console_commands,
    grammar::{Flag, Grammar, Verb, split},
};
pub use crate::screen::screens;
