//! How much there is room for in a pack, and what found none.
//!
//! What a pack takes besides the contents of artifacts is bounded as a whole. Everything is counted with
//! what it takes in the archive, in the list of the README and in the signed statement, rounded up, so that
//! what was let in fits in the end.

use serde_json::{Value, json};

use crate::limits::{PACK_BYTES_MAX, PACK_RESERVE_BYTES};

/// Bytes of a block of a tar: headers and contents are padded to whole ones.
const BLOCK: usize = 512;
/// Bytes of a name that stands in a header itself.
const NAME_BYTES_MAX: usize = 99;
/// What a part's line in the README has besides its name: signs, a number, words.
const LINE_BYTES: usize = 40;
/// What a part's subject in the statement has besides its name.
const SUBJECT_BYTES: usize = 112;

/// See the module.
#[derive(Debug)]
pub(super) struct Room {
    left: usize,
    cuts: Vec<Cut>,
}

/// What was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    /// The part that it is missing in.
    part: &'static str,
    /// What is missing, in a sentence.
    said: String,
}

impl Room {
    /// All of it.
    pub(super) const fn new() -> Self {
        Self { left: PACK_BYTES_MAX - PACK_RESERVE_BYTES, cuts: Vec::new() }
    }

    /// Bytes that are left.
    pub(super) const fn left(&self) -> usize {
        self.left
    }

    /// Bytes that a part takes.
    pub(super) fn taken_by(name: &str, bytes: usize) -> usize {
        let long = match name.len() {
            0..=NAME_BYTES_MAX => 0,
            more => BLOCK + (more + 1).next_multiple_of(BLOCK),
        };
        let archived = BLOCK + long + bytes.next_multiple_of(BLOCK);
        // The statement is in base64.
        archived + name.len() + LINE_BYTES + (name.len() + SUBJECT_BYTES).div_ceil(3) * 4
    }

    /// Whether there was room for so many bytes, which then is gone.
    pub(super) const fn takes(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// Takes room for what can't be left out; all that there is where it is too much.
    pub(super) const fn must_take(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
    }

    /// Something was left out of a part.
    pub(super) fn cut(&mut self, part: &'static str, said: String) {
        self.cuts.push(Cut { part, said });
    }

    /// All that was left out, as it is signed; nothing where that is nothing.
    pub(super) fn signed(&self) -> Option<Value> {
        let one = |Cut { part, said }: &Cut| json!({"part": part, "said": said});
        (!self.cuts.is_empty()).then(|| self.cuts.iter().map(one).collect())
    }

    /// The same for people, in paragraphs of the README.
    pub(super) fn told(&self) -> String {
        if self.cuts.is_empty() {
            return String::new();
        }
        let lines = self.cuts.iter().map(|Cut { part, said }| format!("- of `{part}` {said}\n"));
        format!(
            "Besides the contents of artifacts a pack has up to {PACK_BYTES_MAX} bytes. So this is left out:\n\n{}\n",
            lines.collect::<String>()
        )
    }
}

#[cfg(test)]
mod tests {
    use conductor_protocol::archive::{DISCLOSURE, store};

    use super::*;

    #[test]
    fn no_part_takes_more_than_is_counted() {
        let names = ["a", &"b".repeat(99), &"c".repeat(100), &"d".repeat(101), &"e".repeat(500)];
        let empty = store([], &DISCLOSURE).unwrap().len();
        for name in names {
            for bytes in [0, 1, 511, 512, 513, 70_000, 1_000_000] {
                let content = vec![7; bytes];
                let stored = store([(name, content.as_slice())], &DISCLOSURE).unwrap().len();
                // What stands around stored blocks is in the reserve.
                let blocks = 5 * (stored / 65_000 + 1);
                let counted = Room::taken_by(name, bytes);
                assert!(stored - empty <= counted + blocks, "{bytes} bytes of {name}");
            }
        }
        const { assert!(5 * (PACK_BYTES_MAX / 65_000 + 1) < PACK_RESERVE_BYTES / 4) };
    }

    #[test]
    fn what_has_no_room_is_said() {
        let mut room = Room::new();
        assert_eq!((room.signed(), room.told()), (None, String::new()));
        assert!(room.takes(room.left()) && !room.takes(1) && room.left() == 0);
        room.must_take(5);
        room.cut("logs", "those of 3 attempts".to_owned());
        assert_eq!(
            room.signed().unwrap(),
            json!([{"part": "logs", "said": "those of 3 attempts"}])
        );
        assert!(room.told().contains("- of `logs` those of 3 attempts\n"), "{}", room.told());
    }
}
