//! Which receipts are issued.

use std::collections::BTreeSet;

use super::{Issued, Receipts};

/// Of these, each whose record waits for one: a second one is nothing, and neither is one for what
/// gets none.
#[must_use]
pub fn issue<T>(known: &Receipts, made: Vec<T>, of: impl Fn(&T) -> &Issued) -> Vec<T> {
    let mut taken = BTreeSet::new();
    let mut first = |one: &T| known.is_due(of(one).record) && taken.insert(of(one).record);
    made.into_iter().filter(|one| first(one)).collect()
}
