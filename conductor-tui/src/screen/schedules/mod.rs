//! The schedules on a time line: what runs by itself, when next, and what became of the times before.

mod columns;
mod screen;
mod timeline;
mod told;
mod view;

pub(crate) use self::screen::SchedulesScreen;
