//! The schedules: what runs by itself, when next, and what became of the times before.

mod screen;
mod view;

pub(crate) use self::screen::SchedulesScreen;
