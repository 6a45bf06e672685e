//! The ledger: every fact in order, as it becomes durable; what is signed of it, and proven here.

mod asking;
mod checkpoints;
mod page;
mod proof;
mod screen;
mod told;
mod verify;
mod view;

pub(crate) use self::screen::LedgerScreen;
