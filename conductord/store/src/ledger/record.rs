//! One record as it lies on disk, and the batch frame around the records of one append.
//!
//! All numbers are little-endian.
//!
//! ```text
//! batch   magic "BTCH" · records u32 · first seq u64 · bytes u32 · crc32 u32 · header crc32 u32
//!         then that many bytes of records
//! record  length u32 · crc32 u32 · body of that length
//! body    version u8 (1) · flags u8 (bit 0: sealed) · seq u64 · at_ms u64
//!         · length of key id u8 · key id · payload
//! ```
//!
//! The leaf of the Merkle tree is the **body**, exactly these bytes: it says the same wherever the
//! record lies, so that segments and batches may be cut differently without changing any proof.
//! A bundle of the tlog-tiles layout takes leaves of 65,535 bytes, so a body that is longer has
//! version 2, and its leaf ends with the payload's length (u32) and its SHA-256 in the payload's place.
//! A record's crc32 is over its body; a batch's is over all its records with their frames; that
//! of a batch header is over the header and its own offset in the segment, so that a header which
//! turns up elsewhere (within a payload, say) is none.

use std::borrow::Cow;

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{Record, RecordDraft};
use sha2::{Digest as _, Sha256};

/// Version of the record body that is written.
pub const FORMAT_VERSION: u8 = 1;
/// Version of one whose leaf names the payload by its digest.
pub const FORMAT_VERSION_LONG: u8 = 2;
/// Bytes of a leaf that a bundle of the tlog-tiles layout can hold.
pub const LEAF_BYTES_MAX: usize = u16::MAX as usize;
/// Payload of one record, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 1024 * 1024;
/// What sealing may add to a payload, in bytes.
pub const SEALING_BYTES_MAX: usize = 64;
/// Key id of one record, in bytes.
pub const KEY_ID_BYTES_MAX: usize = u8::MAX as usize;
/// Length and checksum before each body.
pub const FRAME_LEN: usize = 8;
/// A batch's header.
pub const BATCH_HEADER_LEN: usize = 28;

const FLAG_SEALED: u8 = 1;
const BODY_FIXED_LEN: usize = 19;
const BODY_LEN_MAX: usize =
    BODY_FIXED_LEN + KEY_ID_BYTES_MAX + PAYLOAD_BYTES_MAX + SEALING_BYTES_MAX;
/// What a batch header begins with.
pub(crate) const BATCH_MAGIC: [u8; 4] = *b"BTCH";

/// Why bytes are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The bytes end before the record does.
    #[error("the record is incomplete")]
    Incomplete,
    /// A length that no record has.
    #[error("the record's length of {0} bytes is impossible")]
    Length(u32),
    /// The checksum is of other bytes.
    #[error("the record's checksum does not match")]
    Checksum,
    /// Written by a later version of the program.
    #[error("the record's format version {0} is not known to this program")]
    Version(u8),
    /// Flags that are not known, or do not fit the key id.
    #[error("the record's flags {0:#04x} are not possible")]
    Flags(u8),
    /// The key id is not text.
    #[error("the record's key id is not text")]
    KeyId,
    /// Records are counted from 1.
    #[error("the record has no number")]
    Seq,
}

/// A record found in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// Position in the ledger.
    pub seq: u64,
    /// When the fact came about.
    pub at: Timestamp,
    /// Key that the payload is sealed with; empty when it is not.
    pub key_id: &'a str,
    /// The event.
    pub payload: &'a [u8],
    /// What lies on disk of it; [`leaf`] makes the leaf of the Merkle tree from it.
    pub body: &'a [u8],
    /// Bytes of the whole frame.
    pub frame_len: usize,
}

/// The leaf of the Merkle tree that a sound body stands for.
#[must_use]
pub fn leaf(body: &[u8]) -> Cow<'_, [u8]> {
    if body.first() != Some(&FORMAT_VERSION_LONG) {
        return Cow::Borrowed(body);
    }
    let key_len = body.get(BODY_FIXED_LEN - 1).copied().map_or(0, usize::from);
    let (head, payload) = body.split_at_checked(BODY_FIXED_LEN + key_len).unwrap_or((body, &[]));
    // A payload has at most a megabyte.
    let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let digest = Sha256::digest(payload);
    Cow::Owned([head, &len.to_le_bytes(), digest.as_slice()].concat())
}

impl Decoded<'_> {
    /// As the ports have it.
    #[must_use]
    pub fn to_record(self) -> Record {
        Record {
            seq: self.seq,
            at: self.at,
            key_id: self.key_id.to_owned(),
            payload: self.payload.to_vec(),
        }
    }
}

/// Reads the record that `bytes` begins with. Takes any bytes whatever.
///
/// # Errors
/// [`RecordError`]
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, RecordError> {
    decode_with(bytes, true)
}

/// As [`decode`]; the simulator plants the bug of not checking sums.
pub(crate) fn decode_with(bytes: &[u8], checked: bool) -> Result<Decoded<'_>, RecordError> {
    let body_len = u32_at(bytes, 0).ok_or(RecordError::Incomplete)?;
    let crc = u32_at(bytes, 4).ok_or(RecordError::Incomplete)?;
    let len = body_len as usize;
    if !(BODY_FIXED_LEN..=BODY_LEN_MAX).contains(&len) {
        return Err(RecordError::Length(body_len));
    }
    let body = bytes.get(FRAME_LEN..FRAME_LEN + len).ok_or(RecordError::Incomplete)?;
    if checked && crc32fast::hash(body) != crc {
        return Err(RecordError::Checksum);
    }
    decode_body(body)
}

fn decode_body(body: &[u8]) -> Result<Decoded<'_>, RecordError> {
    let (&[version, flags], fields) =
        body.split_first_chunk::<2>().ok_or(RecordError::Incomplete)?;
    if ![FORMAT_VERSION, FORMAT_VERSION_LONG].contains(&version) {
        return Err(RecordError::Version(version));
    }
    let seq = u64_at(fields, 0).filter(|seq| *seq > 0).ok_or(RecordError::Seq)?;
    let at_ms = u64_at(fields, 8).ok_or(RecordError::Incomplete)?;
    let key_len = usize::from(*fields.get(16).ok_or(RecordError::Incomplete)?);
    let rest = fields.get(17..).ok_or(RecordError::Incomplete)?;
    let (key_id, payload) = rest.split_at_checked(key_len).ok_or(RecordError::Incomplete)?;
    if flags != if key_id.is_empty() { 0 } else { FLAG_SEALED } {
        return Err(RecordError::Flags(flags));
    }
    let key_id = std::str::from_utf8(key_id).map_err(|_| RecordError::KeyId)?;
    let (at, frame_len) = (Timestamp::from_unix_ms(at_ms), FRAME_LEN + body.len());
    Ok(Decoded { seq, at, key_id, payload, body, frame_len })
}

/// The leaf of a record that was read. Its length is the error where no bundle can hold it: what is so
/// long is written with its digest as its leaf.
pub(crate) fn leaf_of(record: &Record) -> Result<Vec<u8>, usize> {
    let Record { seq, at, key_id, payload } = record.clone();
    let mut bytes = Vec::new();
    let draft = RecordDraft { at, key_id, payload, ..RecordDraft::default() };
    let body = encode(seq, &draft, &mut bytes);
    let body = body.map_err(|over| over.bytes)?;
    Ok(leaf(&bytes[body]).into_owned())
}

/// A draft that a record can't hold: how large it is, and the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OverBound {
    pub(crate) bytes: usize,
    pub(crate) bytes_max: usize,
}

/// Appends the record's frame to `out`; gives where its body lies in it.
pub(crate) fn encode(
    seq: u64,
    draft: &RecordDraft,
    out: &mut Vec<u8>,
) -> Result<std::ops::Range<usize>, OverBound> {
    let (payload, key_id) = (&draft.payload, draft.key_id.as_bytes());
    let bytes_max = PAYLOAD_BYTES_MAX + if key_id.is_empty() { 0 } else { SEALING_BYTES_MAX };
    if payload.len() > bytes_max {
        return Err(OverBound { bytes: payload.len(), bytes_max });
    }
    let over = OverBound { bytes: key_id.len(), bytes_max: KEY_ID_BYTES_MAX };
    let key_len = u8::try_from(key_id.len()).map_err(|_| over)?;
    let body_len = BODY_FIXED_LEN + key_id.len() + payload.len();
    let frame_len = u32::try_from(body_len).map_err(|_| over)?;
    let start = out.len();
    out.extend_from_slice(&frame_len.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    let long = body_len > LEAF_BYTES_MAX;
    let version = if long { FORMAT_VERSION_LONG } else { FORMAT_VERSION };
    out.extend_from_slice(&[version, if key_len == 0 { 0 } else { FLAG_SEALED }]);
    out.extend_from_slice(&seq.to_le_bytes());
    out.extend_from_slice(&draft.at.unix_ms.to_le_bytes());
    out.push(key_len);
    out.extend_from_slice(key_id);
    out.extend_from_slice(payload);
    let body = start + FRAME_LEN..out.len();
    let crc = crc32fast::hash(&out[body.clone()]);
    out[start + 4..start + FRAME_LEN].copy_from_slice(&crc.to_le_bytes());
    Ok(body)
}

/// What stands before the records of one append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BatchHeader {
    pub(crate) records: u32,
    pub(crate) first_seq: u64,
    pub(crate) bytes: u32,
    pub(crate) crc: u32,
}

impl BatchHeader {
    /// Offset after the batch when it lies at `offset`.
    pub(crate) fn end(self, offset: u64) -> u64 {
        offset + BATCH_HEADER_LEN as u64 + u64::from(self.bytes)
    }

    /// Number of the record after the batch.
    pub(crate) fn next_seq(self) -> u64 {
        self.first_seq.saturating_add(u64::from(self.records))
    }

    pub(crate) fn encode(self, offset: u64) -> [u8; BATCH_HEADER_LEN] {
        let mut out = [0; BATCH_HEADER_LEN];
        out[..4].copy_from_slice(&BATCH_MAGIC);
        out[4..8].copy_from_slice(&self.records.to_le_bytes());
        out[8..16].copy_from_slice(&self.first_seq.to_le_bytes());
        out[16..20].copy_from_slice(&self.bytes.to_le_bytes());
        out[20..24].copy_from_slice(&self.crc.to_le_bytes());
        let crc = header_crc(&out, offset);
        out[24..].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// The header at the beginning of `bytes`, which lie at `offset` in their segment.
    pub(crate) fn decode(bytes: &[u8], offset: u64) -> Option<Self> {
        let bytes = bytes.first_chunk::<BATCH_HEADER_LEN>()?;
        let header = Self {
            records: u32_at(bytes, 4)?,
            first_seq: u64_at(bytes, 8)?,
            bytes: u32_at(bytes, 16)?,
            crc: u32_at(bytes, 20)?,
        };
        let sound = bytes.starts_with(&BATCH_MAGIC)
            && u32_at(bytes, 24)? == header_crc(bytes, offset)
            && header.records > 0
            && header.first_seq > 0;
        sound.then_some(header)
    }
}

fn header_crc(header: &[u8; BATCH_HEADER_LEN], offset: u64) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&header[..24]);
    hasher.update(&offset.to_le_bytes());
    hasher.finalize()
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn drafts() -> impl Strategy<Value = RecordDraft> {
        let payload = proptest::collection::vec(any::<u8>(), 0..300);
        (any::<u64>(), "[a-z0-9-]{0,20}", payload).prop_map(|(at, key_id, payload)| RecordDraft {
            at: Timestamp::from_unix_ms(at),
            key_id,
            payload,
            ..RecordDraft::default()
        })
    }

    #[test]
    fn a_long_record_has_a_leaf_that_a_bundle_can_hold() {
        let written = |len: usize| {
            let draft = RecordDraft {
                at: Timestamp::from_unix_ms(5),
                key_id: "k".to_owned(),
                payload: vec![7; len],
                ..RecordDraft::default()
            };
            let mut bytes = Vec::new();
            let body = encode(9, &draft, &mut bytes).unwrap();
            assert_eq!(decode(&bytes).unwrap().to_record().payload, draft.payload);
            bytes[body].to_vec()
        };
        let fits = written(LEAF_BYTES_MAX - BODY_FIXED_LEN - 1);
        assert_eq!((fits[0], leaf(&fits).len()), (FORMAT_VERSION, LEAF_BYTES_MAX));
        let long = written(LEAF_BYTES_MAX - BODY_FIXED_LEN);
        let short = leaf(&long);
        assert_eq!((short[0], short.len()), (FORMAT_VERSION_LONG, BODY_FIXED_LEN + 1 + 4 + 32));
        assert_eq!(short[1..20], long[1..20]);
        assert_eq!(short[24..], Sha256::digest(&long[20..])[..]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(seq in 1_u64.., draft in drafts(), after: Vec<u8>) {
            let mut bytes = Vec::new();
            let body = encode(seq, &draft, &mut bytes).unwrap();
            let frame_len = bytes.len();
            bytes.extend_from_slice(&after);
            let read = decode(&bytes).unwrap();
            prop_assert_eq!(read.frame_len, frame_len);
            prop_assert_eq!(read.body, &bytes[body]);
            let expected = Record {
                seq, at: draft.at, key_id: draft.key_id, payload: draft.payload,
            };
            prop_assert_eq!(read.to_record(), expected);
        }

        #[test]
        fn a_changed_byte_is_noticed(draft in drafts(), at: usize, mask in 1_u8..=255) {
            let mut bytes = Vec::new();
            encode(7, &draft, &mut bytes).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= mask;
            prop_assert!(decode(&bytes).is_err());
        }

        #[test]
        fn a_cut_record_is_incomplete(draft in drafts(), at: usize) {
            let mut bytes = Vec::new();
            encode(7, &draft, &mut bytes).unwrap();
            let cut = &bytes[..at % bytes.len()];
            prop_assert_eq!(decode(cut), Err(RecordError::Incomplete));
        }

        #[test]
        fn any_bytes_are_taken(bytes: Vec<u8>, offset: u64) {
            prop_assert!(decode(&bytes).is_err());
            let unchecked = decode_with(&bytes, false);
            prop_assert!(unchecked.is_err() || bytes.len() >= FRAME_LEN + BODY_FIXED_LEN);
            prop_assert_eq!(BatchHeader::decode(&bytes, offset), None);
        }

        #[test]
        fn a_header_counts_only_where_it_was_written(
            records in 1_u32.., first_seq in 1_u64.., bytes: u32, crc: u32, offset: u64,
        ) {
            let header = BatchHeader { records, first_seq, bytes, crc };
            let written = header.encode(offset);
            prop_assert_eq!(BatchHeader::decode(&written, offset), Some(header));
            prop_assert_eq!(BatchHeader::decode(&written, offset ^ 64), None);
        }
    }

    #[test]
    fn bounds_are_kept() {
        let mut draft =
            RecordDraft { payload: vec![0; PAYLOAD_BYTES_MAX + 1], ..RecordDraft::default() };
        assert!(encode(1, &draft, &mut Vec::new()).is_err());
        draft.payload.pop();
        draft.key_id = "k".repeat(KEY_ID_BYTES_MAX + 1);
        assert!(encode(1, &draft, &mut Vec::new()).is_err());
        draft.key_id.pop();
        assert!(encode(1, &draft, &mut Vec::new()).is_ok());
        // What was as long as may be is a little longer when it is sealed.
        draft.payload.resize(PAYLOAD_BYTES_MAX + SEALING_BYTES_MAX, 0);
        let mut bytes = Vec::new();
        encode(1, &draft, &mut bytes).unwrap();
        assert_eq!(decode(&bytes).unwrap().payload.len(), draft.payload.len());
        draft.key_id.clear();
        assert!(encode(1, &draft, &mut Vec::new()).is_err());
    }
}
