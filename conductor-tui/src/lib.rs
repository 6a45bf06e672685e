//! The full-screen console of Conductor, as a library: the binary `conductor` adds the command
//! line to it.

pub mod against;
pub mod app;
pub mod columns;
pub mod compared;
pub mod input;
mod log;
pub mod planned;
mod screen;
pub mod settings;
pub mod signing;
pub mod terminal;
pub mod theme;
pub mod whole;
mod widget;
pub mod words;
