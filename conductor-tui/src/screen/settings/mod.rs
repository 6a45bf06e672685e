//! What the console is set to and by what, every key by its place, and where everything lies.

mod about;
mod keys;
mod screen;
mod view;

pub(crate) use self::screen::SettingsScreen;
