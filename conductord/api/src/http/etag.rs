//! Entity tags: whether somebody has what is there already, or has seen what they change.

use axum::http::{
    HeaderMap, HeaderValue,
    header::{IF_MATCH, IF_NONE_MATCH},
};
use sha2::{Digest as _, Sha256};

use super::refused::Refused;

/// Bytes of the digest that a tag is made of.
const TAG_BYTES: usize = 16;

/// What stands in the `ETag` header, with its quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ETag(String);

impl ETag {
    /// Of the bytes of an answer.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let hex = digest.iter().take(TAG_BYTES).map(|byte| format!("{byte:02x}"));
        Self(format!("\"{}\"", hex.collect::<String>()))
    }

    /// Of something that has a number for each of its changes.
    pub(super) fn numbered(seq: u64) -> Self {
        Self(format!("\"{seq}\""))
    }

    /// Of bytes whose digest is known, `ALGORITHM:DIGITS`.
    pub(super) fn digest(digest: &str) -> Self {
        Self(format!("\"{digest}\""))
    }

    pub(super) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }

    /// Whether whoever asks has it already.
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        let given = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = given.flat_map(|list| list.split(',')).map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.0)
    }
}

/// The number in `If-Match`, of what has numbers; 0 where it is not sent, or anything will do.
pub(super) fn expected(headers: &HeaderMap) -> Result<u64, Refused> {
    let Some(given) = headers.get(IF_MATCH) else { return Ok(0) };
    let text = given.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(0);
    }
    let number = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    // A tag that was never given can't be that of what is there.
    number
        .and_then(|text| text.parse().ok())
        .filter(|seq| *seq > 0)
        .ok_or_else(Refused::precondition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_whoever_names_it() {
        let tag = ETag::of(b"x");
        let headers = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_str(value).unwrap());
            headers
        };
        assert!(!tag.is_known(&HeaderMap::new()));
        assert!(!tag.is_known(&headers("\"other\"")));
        assert!(tag.is_known(&headers("*")));
        assert!(tag.is_known(&headers(&format!("\"other\", W/{}", tag.0))));
    }

    #[test]
    fn only_a_number_that_was_given_is_expected() {
        let headers = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_MATCH, HeaderValue::from_static(value));
            headers
        };
        assert_eq!(expected(&HeaderMap::new()).unwrap(), 0);
        assert_eq!(expected(&headers("*")).unwrap(), 0);
        assert_eq!(expected(&headers("\"7\"")).unwrap(), 7);
        for bad in ["7", "\"\"", "\"0\"", "\"x\"", "W/\"7\""] {
            assert!(expected(&headers(bad)).is_err(), "{bad}");
        }
    }
}
