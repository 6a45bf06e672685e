//! The graph: one entity in the middle with what it has to do with, walked from one to the next.

mod card;
mod edges;
mod names;
mod reached;
mod screen;
mod told;
mod view;

pub(crate) use self::screen::GraphScreen;
