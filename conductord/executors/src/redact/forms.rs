//! The forms in which a value is looked for. White space is left out of all of them.

use std::{collections::BTreeSet, fmt::Write as _};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

use super::is_blank;
use crate::limits::{SECRET_BYTES_MIN, SECRET_LINE_BYTES_MIN};

/// Every form of a value that is long enough to be looked for, each once.
pub(super) fn of(value: &str) -> BTreeSet<Vec<u8>> {
    let mut forms = Forms::default();
    forms.all(value);
    if value.contains('\n') {
        let is_long = |line: &&str| significant(line) >= SECRET_LINE_BYTES_MIN;
        value.lines().filter(is_long).for_each(|line| forms.all(line));
    }
    forms.0
}

/// Bytes that are not white space.
pub(super) fn significant(text: &str) -> usize {
    text.bytes().filter(|byte| !is_blank(*byte)).count()
}

#[derive(Default)]
struct Forms(BTreeSet<Vec<u8>>);

impl Forms {
    fn all(&mut self, value: &str) {
        self.text(value);
        self.base64(value.as_bytes());
        self.text(&hex(value, |byte| format!("{byte:02x}")));
        self.text(&hex(value, |byte| format!("{byte:02X}")));
        self.url(value);
        self.json(value);
        // In single quotes, as the shells' traces show it; in Python's and JavaScript's.
        self.text(&value.replace('\'', r"'\''"));
        self.text(&value.replace('\'', r#"'"'"'"#));
        self.text(&value.replace('\\', r"\\").replace('\'', r"\'"));
        self.html(value);
    }

    fn text(&mut self, text: &str) {
        let form: Vec<u8> = text.bytes().filter(|byte| !is_blank(*byte)).collect();
        if form.len() >= SECRET_BYTES_MIN {
            self.0.insert(form);
        }
    }

    /// A value that begins at any place in what is encoded: the characters that hold bits of it
    /// and of nothing else.
    fn base64(&mut self, value: &[u8]) {
        for before in 0..3 {
            let mut bytes = vec![0; before];
            bytes.extend_from_slice(value);
            let whole = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
            for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let encoded = engine.encode(&bytes);
                self.text(encoded.get(whole.clone()).unwrap_or_default());
                if before == 0 {
                    // By itself, to the bits that fill its last character, and padded.
                    self.text(&format!("{encoded}{}", &"=="[..(3 - value.len() % 3) % 3]));
                    self.text(&encoded);
                }
            }
        }
    }

    /// As libraries escape a part of a URL, and as URL parsers escape what stands in one already.
    fn url(&mut self, value: &str) {
        let strict = ["-_.~", "-_.~!*'()", "-_.~/", "-_.*", "-_.~!*'();,/?:@&=+$#"];
        for kept in strict {
            for upper in [true, false] {
                let is_kept =
                    |byte: u8| byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte);
                let escaped = percent(value, is_kept, upper);
                self.text(&escaped.replace("%20", "+"));
                self.text(&escaped);
            }
        }
        let lenient =
            ["\"<>`#?{}", "\"<>`#?{}^", "\"#<>", "\"#<>'", "\"#<>?`{}/:;=@[\\]^|", "\"<>`"];
        for escaped in lenient {
            let is_kept = |byte: u8| byte.is_ascii_graphic() && !escaped.as_bytes().contains(&byte);
            self.text(&percent(value, is_kept, true));
        }
    }

    fn json(&mut self, value: &str) {
        let quoted = serde_json::Value::from(value).to_string();
        let inner = &quoted[1..quoted.len() - 1];
        self.text(inner);
        self.text(&inner.replace('/', r"\/"));
        self.text(&escape_if(inner, |c| matches!(c, '<' | '>' | '&')));
        self.text(&escape_if(inner, |c| !c.is_ascii()));
        // A text in a text, as in a log line of JSON that holds a request's body.
        let twice = serde_json::Value::from(inner).to_string();
        self.text(&twice[1..twice.len() - 1]);
    }

    fn html(&mut self, value: &str) {
        let escaped = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let escaped = escaped.replace('"', "&quot;");
        self.text(&escaped);
        self.text(&escaped.replace('\'', "&#39;"));
        self.text(&escaped.replace('\'', "&#x27;"));
    }
}

fn hex(value: &str, digits: impl Fn(u8) -> String) -> String {
    value.bytes().map(digits).collect()
}

/// Percent-escapes everything but what is kept.
fn percent(value: &str, is_kept: impl Fn(u8) -> bool, upper: bool) -> String {
    value.bytes().fold(String::new(), |mut escaped, byte| {
        // Writing to a string can't fail.
        let _infallible = match byte {
            byte if is_kept(byte) => escaped.write_char(char::from(byte)),
            byte if upper => write!(escaped, "%{byte:02X}"),
            byte => write!(escaped, "%{byte:02x}"),
        };
        escaped
    })
}

/// Writes some characters as JSON's `\uXXXX`.
fn escape_if(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        if is_escaped(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string can't fail.
                let _infallible = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
        escaped
    })
}
