//! Contents whose time is over and that their store does not let go yet, and how far it was told what the
//! ledger says: a small document that the contents' thread keeps, and that forgetting adds to before it.

use std::{collections::BTreeMap, io};

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
}

impl Left {
    /// One that is locked until then.
    pub(crate) fn until(until: Timestamp) -> Self {
        Self { until_ms: until.unix_ms, why: format!("kept until {}", until.rfc3339()) }
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

/// Notes contents that are to go, for the contents' thread that begins after this. What there is no room for
/// is left to the store, and said in the log.
///
/// # Errors
/// When it can't be kept.
pub(crate) fn note(notes: &dyn OutboxStore, left: BTreeMap<String, Left>) -> io::Result<()> {
    let mut place = Place::load(notes)?;
    for (digest, one) in left {
        if place.left.len() >= CONTENTS_LEFT_MAX && !place.left.contains_key(&digest) {
            tracing::warn!(digest, "it is left to the store: too many contents are kept there");
            continue;
        }
        place.left.insert(digest, one);
    }
    place.keep(notes)
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

    #[test]
    fn what_is_noted_comes_on_top_of_what_was_left_before() {
        let notes = Notes::default();
        let one = Left::until(Timestamp::from_unix_ms(86_400_000));
        assert_eq!(one.why, "kept until 1970-01-02T00:00:00Z");
        let before = Place { seq: 7, left: [("a".to_owned(), one.clone())].into() };
        before.keep(&notes).unwrap();
        let later = Left { until_ms: 3, why: "away".into() };
        note(&notes, [("b".to_owned(), later.clone()), ("a".to_owned(), later.clone())].into())
            .unwrap();
        let found = Place::load(&notes).unwrap();
        assert_eq!((found.seq, found.left.len()), (7, 2));
        assert_eq!(found.left["a"], later);
        // Twice is once.
        note(&notes, [("b".to_owned(), later)].into()).unwrap();
        assert_eq!(Place::load(&notes).unwrap(), found);
    }

    #[test]
    fn there_is_room_for_so_many() {
        let notes = Notes::default();
        let one = Left { until_ms: 3, why: "away".into() };
        let many = (0..CONTENTS_LEFT_MAX + 5).map(|number| (number.to_string(), one.clone()));
        note(&notes, many.collect()).unwrap();
        assert_eq!(Place::load(&notes).unwrap().left.len(), CONTENTS_LEFT_MAX);
    }
}
