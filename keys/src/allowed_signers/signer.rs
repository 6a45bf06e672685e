//! A line taken apart, for whoever keeps signers elsewhere than in a file; and the line again.

use std::fmt::{self, Write as _};

use jiff::tz::TimeZone;

use super::{
    AllowedSignersError, date, file,
    line::{BLANK, Entry},
};
use crate::ssh_key::PublicKey;

/// Who may sign what with a key, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerLine {
    /// Patterns of those it signs for, as they are written.
    pub principals: Vec<String>,
    /// It is a CA: not the key itself signs, but those that it gave certificates.
    pub is_authority: bool,
    /// Patterns of what it may sign; none for anything.
    pub namespaces: Option<Vec<String>>,
    /// The first second in which it may, since 1970.
    pub valid_after: Option<u64>,
    /// The last second in which it may, since 1970.
    pub valid_before: Option<u64>,
    /// The key.
    pub key: PublicKey,
    /// What stands behind it.
    pub comment: String,
}

impl SignerLine {
    /// Reads every line of a file, each with its number, from 1. Times without a `Z` are in this
    /// zone.
    ///
    /// # Errors
    /// [`AllowedSignersError`]
    pub fn read_all(
        text: &str,
        zone: &TimeZone,
    ) -> Result<Vec<(usize, Self)>, AllowedSignersError> {
        let entries = file::entries(text, zone)?.into_iter();
        Ok(entries.map(|(number, entry)| (number, Self::of(entry))).collect())
    }

    fn of(entry: Entry) -> Self {
        Self {
            principals: entry.principals.written(),
            is_authority: entry.is_authority,
            namespaces: entry.namespaces.map(|patterns| patterns.written()),
            valid_after: entry.valid_after,
            valid_before: entry.valid_before,
            key: entry.key,
            comment: entry.comment,
        }
    }
}

impl fmt::Display for SignerLine {
    /// The line, with its times in UTC: the same to whoever reads it, wherever.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut options = String::new();
        if self.is_authority {
            options.push_str("cert-authority,");
        }
        if let Some(namespaces) = &self.namespaces {
            write!(options, "namespaces={},", quoted(&namespaces.join(",")))?;
        }
        for (name, seconds) in
            [("valid-after", self.valid_after), ("valid-before", self.valid_before)]
        {
            if let Some(seconds) = seconds {
                write!(options, "{name}=\"{}\",", date::written(seconds))?;
            }
        }
        let principals = self.principals.join(",");
        let is_odd = principals.contains(BLANK) || principals.contains('"');
        if is_odd || principals.starts_with('#') {
            f.write_str(&quoted(&principals))?;
        } else {
            f.write_str(&principals)?;
        }
        if let Some(options) = options.strip_suffix(',') {
            write!(f, " {options}")?;
        }
        write!(f, " {}", self.key.to_openssh())?;
        if self.comment.is_empty() { Ok(()) } else { write!(f, " {}", self.comment) }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\\\""))
}
