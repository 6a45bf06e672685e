//! What signatures came to, kept for as long as it is so.

use std::{collections::HashMap, sync::Arc};

use conductor_domain::time::Timestamp;

use super::Vouched;
use crate::limits;

/// Versions by their place in the ledger, with the time since which it is known. Whoever holds it
/// [`clear`](Self::clear)s it when keys, grants or signatures change.
#[derive(Debug, Default)]
pub struct Memo {
    known: HashMap<u64, (Timestamp, Arc<Vouched>)>,
}

impl Memo {
    /// What is known of a version at a time, or what is found out. What does not hold is looked at
    /// each time.
    pub fn get(&mut self, seq: u64, at: Timestamp, find: impl FnOnce() -> Vouched) -> Arc<Vouched> {
        if let Some((since, vouched)) = self.known.get(&seq)
            && *since <= at
            && vouched.until.is_none_or(|until| at <= until)
        {
            return Arc::clone(vouched);
        }
        let vouched = Arc::new(find());
        if self.known.len() >= limits::VOUCHED_MAX {
            self.known.clear();
        }
        if vouched.flaw.is_none() {
            self.known.insert(seq, (at, Arc::clone(&vouched)));
        } else {
            self.known.remove(&seq);
        }
        vouched
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.known.clear();
    }
}
