//! A request's query and path, decoded.

/// The pairs of a query, or nothing where it is not well-formed.
pub(super) fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(key, true)?, decoded(value, true)?))
        })
        .collect()
}

/// A text without its percent signs; `plus` is a space in queries.
pub(super) fn decoded(text: &str, plus: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let (high, low) = (rest.next()?, rest.next()?);
                digit(high)? << 4 | digit(low)?
            }
            b'+' if plus => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// A text as it may stand in a query.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                encoded.push('%');
                encoded.extend(
                    [byte >> 4, byte & 15]
                        .map(|half| char::from_digit(u32::from(half), 16).unwrap_or('0'))
                        .map(|digit| digit.to_ascii_uppercase()),
                );
            }
        }
    }
    encoded
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_again() {
        for text in ["", "a b", "ä&=%+", "uid:1000", "\u{1F980}"] {
            assert_eq!(decoded(&encoded(text), true).unwrap(), text);
        }
        assert_eq!(decoded("a+b", true).unwrap(), "a b");
        assert_eq!(decoded("a+b", false).unwrap(), "a+b");
        for bad in ["%", "%4", "%zz", "%ff"] {
            assert!(decoded(bad, true).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_query_is_pairs() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(pairs("a=1&&b&a=%20").unwrap(), [pair("a", "1"), pair("b", ""), pair("a", " ")]);
    }
}
