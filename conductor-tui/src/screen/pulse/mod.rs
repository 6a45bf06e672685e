//! Pulse: what wants somebody now. A tile for each kind of trouble, the worst first; what is fine is
//! one quiet line.

mod daemon;
mod grid;
mod heard;
mod page;
mod runs;
mod screen;
mod tile;
mod told;
mod view;
mod work;

pub(crate) use self::screen::PulseScreen;
