//! Contents whose time is over and that their store does not let go yet, and how far it was told what the
//! ledger says: a small document that the contents' thread keeps, and that forgetting adds to before it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use conductor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{limits::CONTENTS_LEFT_MAX, ports::OutboxStore};

/// What it is kept under.
const NAME: &str = "contents";

/// A content that the store keeps though its time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Left {
    /// When it is tried again.
    pub(crate) until_ms: u64,
    /// What the store said.
    pub(crate) why: String,
    /// It belonged to what is forgotten: nobody is about to name it, however lately it came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) forgotten: bool,
}

impl Left {
    /// One that is locked until then.
    pub(super) fn until(until: Timestamp) -> Self {
        let why = format!("kept until {}", until.rfc3339());
        Self { until_ms: until.unix_ms, why, forgotten: false }
    }

    /// One of what is forgotten, whose store was not asked so far.
    fn forgotten(now: Timestamp) -> Self {
        let why = "it belonged to what is forgotten, and is next".to_owned();
        Self { until_ms: now.unix_ms, why, forgotten: true }
    }
}

/// How far it has come, and what is left to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Place {
    pub(super) seq: u64,
    pub(super) left: BTreeMap<String, Left>,
}

impl Place {
    /// As it was kept; one that can't be read begins anew.
    pub(super) fn load(notes: &dyn OutboxStore) -> io::Result<Self> {
        let kept = notes.load(NAME)?;
        Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
    }

    /// Keeps it, durably.
    pub(super) fn keep(&self, notes: &dyn OutboxStore) -> io::Result<()> {
        notes.keep(NAME, &serde_json::to_vec(self)?)
    }
}

/// Notes contents of what is forgotten, for the contents' thread that begins after this: no start waits for a
/// store that is elsewhere. Gives those that there is no room for.
///
/// # Errors
/// When it can't be kept.
pub(crate) fn note(
    notes: &dyn OutboxStore,
    digests: BTreeSet<String>,
    now: Timestamp,
) -> io::Result<Vec<String>> {
    let mut place = Place::load(notes)?;
    let mut beyond = Vec::new();
    for digest in digests {
        if place.left.len() < CONTENTS_LEFT_MAX || place.left.contains_key(&digest) {
            place.left.insert(digest, Left::forgotten(now));
        } else {
            beyond.push(digest);
        }
    }
    place.keep(notes)?;
    Ok(beyond)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Notes(Mutex<Option<Vec<u8>>>);

    impl OutboxStore for Notes {
        fn load(&self, _: &str) -> io::Result<Option<Vec<u8>>> {
            Ok(self.0.lock().unwrap().clone())
        }

        fn keep(&self, _: &str, bytes: &[u8]) -> io::Result<()> {
            *self.0.lock().unwrap() = Some(bytes.to_vec());
            Ok(())
        }

        fn targets(&self) -> io::Result<Vec<String>> {
            Ok(Vec::new())
        }
    }

    const NOW: Timestamp = Timestamp::from_unix_ms(86_400_000);

    fn names(count: usize) -> BTreeSet<String> {
        (0..count).map(|number| number.to_string()).collect()
    }

    #[test]
    fn what_is_noted_comes_on_top_of_what_was_left_before() {
        let notes = Notes::default();
        let one = Left::until(NOW);
        assert_eq!(one.why, "kept until 1970-01-02T00:00:00Z");
        let left = [("0".to_owned(), one.clone()), ("x".to_owned(), one.clone())];
        Place { seq: 7, left: left.into() }.keep(&notes).unwrap();
        assert!(note(&notes, names(2), NOW).unwrap().is_empty());
        let found = Place::load(&notes).unwrap();
        assert_eq!((found.seq, found.left.len()), (7, 3));
        assert!(found.left["0"].forgotten && found.left["1"].forgotten);
        assert_eq!(found.left["x"], one);
        // Twice is once.
        note(&notes, names(2), NOW).unwrap();
        assert_eq!(Place::load(&notes).unwrap(), found);
    }

    #[test]
    fn there_is_room_for_so_many() {
        let notes = Notes::default();
        let beyond = note(&notes, names(CONTENTS_LEFT_MAX + 5), NOW).unwrap();
        assert_eq!(beyond.len(), 5);
        assert_eq!(Place::load(&notes).unwrap().left.len(), CONTENTS_LEFT_MAX);
    }
}
