//! The output of a run: of all its tasks and hosts beside one another, as it comes.

mod draw;
mod screen;
mod told;
mod view;

pub(crate) use self::{
    draw::{dropped, follows, words_of},
    screen::LogsScreen,
};
