//! One handover: a note in which a key says which one signs the log after it, and that one agrees.

use signed_note::{Note, VerifierList};

use crate::{merkle::Hash, note::VerifierKey};

/// What the text of every handover begins with. A checkpoint's begins with the name of its log.
const HEADING: &str = "conductor signing key handover v1";
/// Stands for the handover before the first.
const NOTHING: &str = "none";
/// Bytes of a note.
pub(super) const NOTE_BYTES_MAX: usize = 4096;
/// What a signature's line begins with.
const LINE: &str = "\u{2014} ";

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Which one of the log it is, from 1.
    pub number: u64,
    /// Records from which on the log is signed by the new key: a checkpoint over that many is.
    pub from: u64,
    /// When it was signed, in milliseconds since 1970.
    pub unix_ms: u64,
    /// The key before.
    pub old: VerifierKey,
    /// The key from then on.
    pub new: VerifierKey,
    /// SHA-256 of the handover's text before it: with that it stands for all that went before.
    pub(super) after: Option<Hash>,
    /// The note, as it was signed.
    pub note: String,
}

/// What stands in a handover's text.
pub(super) struct Said {
    pub(super) number: u64,
    pub(super) from: u64,
    pub(super) unix_ms: u64,
    pub(super) old: VerifierKey,
    pub(super) new: VerifierKey,
    pub(super) after: Option<Hash>,
}

impl Said {
    /// The text that both keys sign.
    pub(super) fn text(&self) -> String {
        let after = self.after.as_ref().map_or_else(|| NOTHING.to_owned(), hex);
        let Self { number, from, unix_ms, old, new, .. } = self;
        let log = new.name();
        format!(
            "{HEADING}\nlog {log}\nnumber {number}\nfrom {from}\nunix_ms {unix_ms}\nold {old}\nnew {new}\n\
             after {after}\n"
        )
    }
}

/// Reads a note that both of its keys signed.
pub(super) fn read(note: &str) -> Result<Handover, &'static str> {
    if note.len() > NOTE_BYTES_MAX {
        return Err("it is too long");
    }
    let parsed = Note::from_bytes(note.as_bytes()).map_err(|_| "it is no signed note")?;
    let text = std::str::from_utf8(parsed.text()).map_err(|_| "it is not text")?;
    let said = parse(text).ok_or("its text is not that of a handover")?;
    // What is read is what would be written: nothing else was signed.
    if said.text() != text {
        return Err("its text is not that of a handover");
    }
    let signatures = note.lines().filter(|line| line.starts_with(LINE)).count();
    if signatures != 2 {
        return Err("it has not two signatures");
    }
    let signed =
        |key: &VerifierKey| parsed.verify(&VerifierList::new(vec![Box::new(key.clone())])).is_ok();
    if !signed(&said.old) {
        return Err("the old key did not sign it");
    }
    if !signed(&said.new) {
        return Err("the new key did not sign it");
    }
    let Said { number, from, unix_ms, old, new, after } = said;
    Ok(Handover { number, from, unix_ms, old, new, after, note: note.to_owned() })
}

fn parse(text: &str) -> Option<Said> {
    let mut lines = text.lines();
    let mut next = |name: &str| lines.next()?.strip_prefix(name);
    next(HEADING).filter(|rest| rest.is_empty())?;
    let log = next("log ")?;
    let number = next("number ")?.parse().ok()?;
    let from = next("from ")?.parse().ok()?;
    let unix_ms = next("unix_ms ")?.parse().ok()?;
    let old = VerifierKey::parse(next("old ")?).ok()?;
    let new = VerifierKey::parse(next("new ")?).ok()?;
    let after = match next("after ")? {
        NOTHING => None,
        text => Some(unhex(text)?),
    };
    let same_log = old.name() == log && new.name() == log;
    same_log.then_some(Said { number, from, unix_ms, old, new, after })
}

fn hex(hash: &Hash) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    hash.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn unhex(text: &str) -> Option<Hash> {
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut hash = [0; 32];
    for (place, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *place = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(hash)
}
