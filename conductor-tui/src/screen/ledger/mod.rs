//! The ledger: every fact in order, as it becomes durable.

mod screen;
mod view;

pub(crate) use self::screen::LedgerScreen;
