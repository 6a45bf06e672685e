//! What waits for room, by workflow, and the workers who make it.

mod columns;
mod lines;
mod rows;
mod screen;
mod told;
mod view;

pub(crate) use self::screen::QueuesScreen;
