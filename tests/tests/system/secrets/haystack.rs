//! Everything that is kept or shown, and where in it a value is, in any form.

use std::{fs, path::Path};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// Texts and files by name, without white space: a value that was wrapped is whole again.
#[derive(Default)]
pub(super) struct Haystack(Vec<(String, String)>);

impl Haystack {
    pub(super) fn add(&mut self, name: &str, text: &str) {
        self.0.push((name.to_owned(), close_up(text.as_bytes())));
    }

    /// Every file below a folder.
    pub(super) fn add_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.add_folder(&path);
            } else if path.is_file() {
                self.0.push((path.display().to_string(), close_up(&fs::read(&path).unwrap())));
            }
        }
    }

    /// Where a value is, and in which form.
    pub(super) fn places_of(&self, value: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (form, needle) in needles(value) {
            assert!(needle.len() >= 8, "{form} of {value} is too short to look for");
            for (name, text) in &self.0 {
                if text.contains(&needle) {
                    found.push(format!("{name} ({form})"));
                }
            }
        }
        found
    }
}

/// The forms of a value, made here and not by the code under test.
fn needles(value: &str) -> Vec<(String, String)> {
    let mut needles: Vec<(String, String)> = Vec::new();
    let mut add = |form: &str, text: &str| {
        needles.push((form.to_owned(), close_up(text.as_bytes())));
    };
    add("itself", value);
    for line in value.lines() {
        add("a line", line);
    }
    // Not the whole of it, either.
    add("all but its end", value.get(..value.len() - 6).unwrap());
    add("all but its beginning", value.get(6..).unwrap());
    for before in 0..3 {
        let padded = [vec![b'x'; before], value.as_bytes().to_vec()].concat();
        let from = (before * 8).div_ceil(6);
        let to = padded.len() * 8 / 6;
        add("base64", &STANDARD_NO_PAD.encode(&padded)[from..to]);
        add("base64 for URLs", &URL_SAFE_NO_PAD.encode(&padded)[from..to]);
    }
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    add("hexadecimal", &hex);
    add("upper hexadecimal", &hex.to_uppercase());
    let escaped = |upper: bool| -> String {
        let escape = |byte: u8| match byte {
            b if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) => char::from(b).to_string(),
            b if upper => format!("%{b:02X}"),
            b => format!("%{b:02x}"),
        };
        value.bytes().map(escape).collect()
    };
    add("escaped for a URL", &escaped(true));
    add("escaped for a URL, lower", &escaped(false));
    let json = serde_json::Value::from(value).to_string();
    add("escaped for JSON", &json[1..json.len() - 1]);
    let twice = serde_json::Value::from(&json[1..json.len() - 1]).to_string();
    add("escaped for JSON twice", &twice[1..twice.len() - 1]);
    needles
}

/// Bytes that are no text become signs that no needle has.
fn close_up(text: &[u8]) -> String {
    let close: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    String::from_utf8_lossy(&close).into_owned()
}
