//! The approvals: what waits for whoever uses the console, what waits for others, what they decided;
//! and beside it everything that is signed, as it was when they read it.

mod ask;
mod bulk;
mod heard;
mod list;
mod marks;
mod news;
mod page;
mod reading;
mod screen;
mod told;
mod view;
mod yes;

pub(crate) use self::{ask::say_it, screen::ApprovalsScreen};
