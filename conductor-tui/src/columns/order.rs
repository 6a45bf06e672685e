//! Sorting rows by the value that they have in a column.

use std::cmp::Ordering;

use super::{arrangement::Arrangement, table::Direction};

/// What a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Compared as a number.
    Number(i64),
    /// A version: its numbers, then what follows.
    Version(Vec<u64>, String),
    /// Compared as text, in any case.
    Text(String),
    /// There is no value: it comes last, whichever way the others are sorted.
    Nothing,
}

impl Key {
    /// Text in any case; nothing where it is empty.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_lowercase()) }
    }

    /// A version, so that 1.10.0 comes after 1.9.0, and 1.10.0-rc.1 before 1.10.0.
    #[must_use]
    pub fn version(text: &str) -> Self {
        if text.is_empty() {
            return Self::Nothing;
        }
        let (numbers, rest) = text.split_once('-').unwrap_or((text, ""));
        let parts: Result<Vec<u64>, _> = numbers.split('.').map(str::parse).collect();
        // A version that is done comes after what led to it.
        let rest = if rest.is_empty() { "\u{10ffff}" } else { rest };
        parts.map_or_else(|_| Self::text(text), |parts| Self::Version(parts, rest.to_owned()))
    }
}

/// The places of rows in another order, by the keys that they have. Rows with the same key stay in the order
/// they came in; rows without a value come last.
#[must_use]
pub fn order(keys: &[Key], direction: Direction) -> Vec<usize> {
    let mut places: Vec<usize> = (0..keys.len()).collect();
    places.sort_by(|one, other| compare(&keys[*one], &keys[*other], direction));
    places
}

/// The places of so many rows as they are arranged, by the key that a row has in a column.
pub(crate) fn places(
    arrangement: &Arrangement,
    rows: usize,
    key: impl Fn(usize, &str) -> Key,
) -> Vec<usize> {
    let sort = arrangement.sort();
    let keys: Vec<Key> = (0..rows).map(|at| key(at, sort.column.name)).collect();
    order(&keys, sort.direction)
}

fn compare(one: &Key, other: &Key, direction: Direction) -> Ordering {
    match (one, other) {
        (Key::Nothing, _) | (_, Key::Nothing) => one.cmp(other),
        _ if direction == Direction::Desc => other.cmp(one),
        _ => one.cmp(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let versions = ["1.9.0", "1.10.0-rc.1", "1.10.0", "2.0.0", "nightly", ""];
        let keys = versions.map(Key::version);
        assert_eq!(order(&keys, Direction::Asc), [0, 1, 2, 3, 4, 5]);
        assert_eq!(order(&keys, Direction::Desc), [4, 3, 2, 1, 0, 5], "what has none comes last");
    }

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof![
            (-3_i64..3).prop_map(Key::Number),
            "[a-cA-C]{0,2}".prop_map(|text| Key::text(&text)),
            Just(Key::Nothing),
        ]
    }

    proptest! {
        #[test]
        fn sorting_is_a_stable_permutation_either_way(
            keys in prop::collection::vec(key(), 0..40),
            down in any::<bool>(),
        ) {
            let direction = if down { Direction::Desc } else { Direction::Asc };
            let places = order(&keys, direction);
            let mut all = places.clone();
            all.sort_unstable();
            prop_assert_eq!(all, (0..keys.len()).collect::<Vec<_>>());
            for pair in places.windows(2) {
                let (one, other) = (pair[0], pair[1]);
                let found = compare(&keys[one], &keys[other], direction);
                prop_assert_ne!(found, Ordering::Greater);
                if found == Ordering::Equal {
                    prop_assert!(one < other, "those that are equal stay as they came");
                }
                let missing = |at: usize| keys[at] == Key::Nothing;
                prop_assert!(!missing(one) || missing(other), "what has none comes last");
            }
        }
    }
}
