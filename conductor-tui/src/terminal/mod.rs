//! The terminal itself: what it can show, what was switched on in it and must be switched off
//! again, its clipboard, and stopping and going on.

mod caps;
mod clipboard;
mod decode;
mod edit;
mod encode;
mod hangup;
mod reader;
mod sequence;
mod session;
mod suspend;

pub use self::caps::{Caps, ColorWish};
pub(crate) use self::{
    caps::Wrapping,
    clipboard::copy_sequence,
    decode::Input,
    edit::edit,
    encode::Encoder,
    hangup::end_with_terminal,
    reader::Reader,
    session::{Session, Switch, restore_on_panic},
    suspend::stop_process_group,
};
