//! The view store in sled, and how it is opened without trusting it.
//!
//! Views are derived from the ledger. What matters here is that a store which lost or changed
//! anything is *noticed* and then rebuilt, and never takes the daemon down with it.

mod seal;
mod sled_views;

#[cfg(test)]
mod tests;

pub use sled_views::{SledViews, open_views, wipe_views};
