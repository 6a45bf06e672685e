//! Whole texts and values.

use serde_json::{Map, Value};
use zeroize::Zeroize as _;

use super::{Found, Redactor};

impl Redactor {
    /// A text without the secrets in it. At the end of one that is only the beginning of a longer
    /// text (`cut`) a short beginning of a secret counts.
    #[must_use]
    pub fn text(&self, text: &str, cut: bool) -> (String, Found) {
        let (bytes, found) = self.bytes(text.as_bytes().to_vec(), cut);
        (String::from_utf8_lossy(&bytes).into_owned(), found)
    }

    /// Bytes without the secrets in them.
    #[must_use]
    pub fn bytes(&self, bytes: Vec<u8>, cut: bool) -> (Vec<u8>, Found) {
        let mut stream = self.stream();
        let mut out = stream.push(bytes);
        out.append(&mut stream.finish(cut));
        (out, stream.found())
    }

    /// Takes the secrets out of every text, number and key of a value. A number that holds one
    /// becomes a text.
    pub fn value(&self, value: &mut Value) -> Found {
        match value {
            Value::Null | Value::Bool(_) => Found::default(),
            Value::Number(number) => {
                let (text, found) = self.text(&number.to_string(), false);
                if !found.is_empty() {
                    *value = Value::String(text);
                }
                found
            }
            Value::String(text) => {
                let (redacted, found) = self.text(text, false);
                if !found.is_empty() {
                    std::mem::replace(text, redacted).zeroize();
                }
                found
            }
            Value::Array(items) => items.iter_mut().fold(Found::default(), |mut found, item| {
                found.add(self.value(item));
                found
            }),
            Value::Object(fields) => self.fields(fields),
        }
    }

    /// The same for an object's fields.
    pub fn fields(&self, fields: &mut Map<String, Value>) -> Found {
        let mut found = Found::default();
        for value in fields.values_mut() {
            found.add(self.value(value));
        }
        let mut in_keys = Found::default();
        for key in fields.keys() {
            in_keys.add(self.text(key, false).1);
        }
        if !in_keys.is_empty() {
            let whole = std::mem::take(fields);
            fields.extend(whole.into_iter().map(|(key, value)| (self.text(&key, false).0, value)));
            found.add(in_keys);
        }
        found
    }
}
