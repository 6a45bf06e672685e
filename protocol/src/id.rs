//! Typed identifiers in TypeID form: a prefix that names the kind and a sortable UUIDv7, such as
//! `run_01jd6p5c7se9bs0w1h3m5n7p9q`.
//!
//! Format: the TypeID specification 0.3 (<https://github.com/jetify-com/typeid>): 128 bits as 26
//! characters of Crockford's base32 in lower case. The kinds are registered at the end of this
//! file, append-only.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX_LEN: usize = 26;
/// What [`DIGITS`] has for a byte that is no digit.
const NO_DIGIT: u8 = u8::MAX;
/// The digit that each byte stands for.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        digits[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    digits
};

/// A text that is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {kind} id: expected `{prefix}_` and 26 characters of base32")]
pub struct ParseIdError {
    text: String,
    kind: &'static str,
    prefix: &'static str,
}

fn encode_suffix(bits: u128) -> String {
    let (mut left, mut text) = (bits, [0; SUFFIX_LEN]);
    for place in text.iter_mut().rev() {
        *place = ALPHABET[usize::from(left.to_le_bytes()[0] & 31)];
        left >>= 5;
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

fn decode_suffix(suffix: &str) -> Option<u128> {
    let bytes = suffix.as_bytes();
    // The first character holds three bits: more would overflow 128.
    if bytes.len() != SUFFIX_LEN || bytes[0] > b'7' {
        return None;
    }
    let mut bits = 0;
    for byte in bytes {
        let digit = DIGITS[usize::from(*byte)];
        if digit == NO_DIGIT {
            return None;
        }
        bits = bits << 5 | u128::from(digit);
    }
    Some(bits)
}

/// The 128 bits of a UUIDv7 made of a time and randomness, both given by the caller.
#[must_use]
pub fn uuid_v7_bits(unix_ms: u64, random: u128) -> u128 {
    const VERSION: u128 = 7 << 76;
    const VARIANT: u128 = 0b10 << 62;
    let random_a = (random >> 64) & 0xfff;
    let random_b = random & ((1 << 62) - 1);
    (u128::from(unix_ms) << 80) | VERSION | (random_a << 64) | VARIANT | random_b
}

macro_rules! id_kinds {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// What stands before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier from a time and randomness, both given by the caller.
            #[must_use]
            pub fn new(unix_ms: u64, random: u128) -> Self {
                Self(uuid_v7_bits(unix_ms, random))
            }

            /// The UUID's bits, most significant first.
            #[must_use]
            pub const fn bits(self) -> u128 {
                self.0
            }

            /// The identifier with these bits.
            #[must_use]
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }

            /// The time part, in milliseconds since 1970.
            #[must_use]
            pub fn unix_ms(self) -> u64 {
                (self.0 >> 80) as u64
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, encode_suffix(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode_suffix)
                    .map(Self)
                    .ok_or_else(|| ParseIdError {
                        text: text.chars().take(64).collect(),
                        kind: $kind,
                        prefix: $prefix,
                    })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

id_kinds! {
    /// A run of a workflow.
    RunId, "run", "run";
    /// A recorded policy decision.
    DecisionId, "dec", "decision";
    /// A worker that takes leases.
    WorkerId, "wrk", "worker";
    /// A ledger; the origin of its checkpoints.
    LedgerId, "led", "ledger";
    /// One request through the API, for finding it again in logs and events.
    TraceId, "trc", "trace";
    /// A ledger record that somebody was given as a proof.
    ReceiptId, "rcpt", "receipt";
    /// Something that was asked for and waits for other people.
    ApprovalId, "apr", "approval";
    /// What a login gives: somebody's, until it is over.
    SessionId, "ses", "session";
    /// Something that one target is told of one fact.
    NotificationId, "ntf", "notification";
    /// Something that has to be looked into.
    IncidentId, "inc", "incident";
    /// What a service acts with, until it expires or is revoked.
    TokenId, "tok", "token";
    /// What somebody says of a run, and what bears it out.
    DisclosureId, "dsc", "disclosure pack";
    /// A file that belongs to a run.
    ArtifactId, "art", "artifact";
}

impl ReceiptId {
    /// The receipt for a ledger record: made of its time and the first half of its hash (the leaf
    /// in the ledger's tree), so that everybody who has the record finds the same.
    #[must_use]
    pub fn of_record(unix_ms: u64, hash: &[u8; 32]) -> Self {
        let half = hash[..16].iter().fold(0, |bits: u128, byte| bits << 8 | u128::from(*byte));
        Self::new(unix_ms, half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_examples_hold() {
        // From the TypeID specification's `valid.yml`.
        let check = |bits: u128, suffix: &str| {
            assert_eq!(encode_suffix(bits), suffix);
            assert_eq!(decode_suffix(suffix), Some(bits));
        };
        check(0, "00000000000000000000000000");
        check(1, "00000000000000000000000001");
        check(u128::MAX, "7zzzzzzzzzzzzzzzzzzzzzzzzz");
        check(0x0110_c853_1d09_52d8_d73e_1194_e95b_5f19, "0123456789abcdefghjkmnpqrs");
        check(0x0188_9c89_df6b_7f1c_a388_9139_6ec3_14bc, "01h2e8kqvbfwea724h75qc655w");
    }

    #[test]
    fn ids_round_trip_sort_by_time_and_carry_version_seven() {
        let early = RunId::new(1_700_000_000_000, u128::MAX);
        let late = RunId::new(1_700_000_000_001, 0);
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.to_string().parse(), Ok(early));
        assert_eq!(early.unix_ms(), 1_700_000_000_000);
        assert_eq!((early.bits() >> 76) & 15, 7);
        assert_eq!((early.bits() >> 62) & 3, 0b10);
    }

    #[test]
    fn a_receipt_is_made_of_its_record() {
        let (hash, mut other) = ([7; 32], [7; 32]);
        other[15] = 8;
        let receipt = ReceiptId::of_record(1_700_000_000_000, &hash);
        assert_eq!(receipt, ReceiptId::of_record(1_700_000_000_000, &hash));
        assert_ne!(receipt, ReceiptId::of_record(1_700_000_000_000, &other));
        assert_eq!(receipt.unix_ms(), 1_700_000_000_000);
        assert!(receipt.to_string().starts_with("rcpt_"));
    }

    #[test]
    fn another_kind_and_bad_texts_are_refused() {
        let run = RunId::new(1, 1).to_string();
        assert!(run.parse::<WorkerId>().is_err());
        for text in ["", "run_", "run_8zzzzzzzzzzzzzzzzzzzzzzzzz", "run_0000000000000000000000000U"]
        {
            assert!(text.parse::<RunId>().is_err(), "{text}");
        }
    }
}
