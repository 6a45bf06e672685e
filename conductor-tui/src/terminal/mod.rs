//! The terminal itself: what it can show, what was switched on in it and must be switched off
//! again, its clipboard and its notifications, and stopping and going on.

mod caps;
mod clipboard;
mod decode;
mod edit;
mod encode;
mod hangup;
mod notify;
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
    notify::Notifier,
    reader::Reader,
    session::{Session, Switch, restore_on_panic},
    suspend::stop_process_group,
};
