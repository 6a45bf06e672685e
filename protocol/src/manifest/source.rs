//! The text that a workflow is published from, byte for byte, and which form it has.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Manifest, Problem, parse, parse_runbook, runbook};
use crate::jcs::sha256_digest;

/// The form of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MediaType {
    /// A manifest in YAML, or in JSON, which is a part of it.
    #[default]
    #[serde(rename = "application/yaml")]
    Yaml,
    /// A runbook in Markdown.
    #[serde(rename = "text/markdown")]
    Markdown,
}

impl MediaType {
    /// Its registered name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yaml => "application/yaml",
            Self::Markdown => "text/markdown",
        }
    }

    /// The form of a file: by its ending, and where that says nothing, by how the text begins.
    #[must_use]
    pub fn of_file(name: &str, text: &str) -> Self {
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("md" | "markdown") => Self::Markdown,
            Some("yaml" | "yml" | "json") => Self::Yaml,
            _ if runbook::has_front_matter(text) => Self::Markdown,
            _ => Self::Yaml,
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no form of a workflow's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no form of a workflow's text: `application/yaml` and `text/markdown` are")]
pub struct UnknownMediaType(String);

impl FromStr for MediaType {
    type Err = UnknownMediaType;

    /// Nothing at all means YAML.
    fn from_str(name: &str) -> Result<Self, UnknownMediaType> {
        match name {
            "" | "application/yaml" | "application/json" => Ok(Self::Yaml),
            "text/markdown" => Ok(Self::Markdown),
            other => Err(UnknownMediaType(other.chars().take(80).collect())),
        }
    }
}

/// What a version is published from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// Which form it has.
    pub media_type: MediaType,
    /// All of it, a byte order mark included.
    pub text: String,
}

impl Source {
    /// The workflow that it says.
    ///
    /// # Errors
    /// Everything that is wrong, by position, as [`parse`] and [`parse_runbook`] have it.
    pub fn parse(&self) -> Result<Manifest, Vec<Problem>> {
        match self.media_type {
            MediaType::Yaml => parse(&self.text),
            MediaType::Markdown => parse_runbook(&self.text),
        }
    }

    /// `sha256:…` over its bytes.
    #[must_use]
    pub fn digest(&self) -> String {
        sha256_digest(self.text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_its_form_by_its_ending_or_by_its_beginning() {
        let check = |name: &str, text: &str, form| {
            assert_eq!(MediaType::of_file(name, text), form, "{name} {text:?}");
        };
        check("a.md", "name: x", MediaType::Markdown);
        check("a.b/c.markdown", "", MediaType::Markdown);
        check("a.yaml", "---\nname: x\n---\n", MediaType::Yaml);
        check("a.json", "{}", MediaType::Yaml);
        check("-", "---\nname: x\n---\n", MediaType::Markdown);
        check("-", "\u{feff}---\r\nname: x\r\n---\r\n# x", MediaType::Markdown);
        check("-", "---\nname: x\n", MediaType::Yaml);
        check("-", "name: x\n", MediaType::Yaml);
    }

    #[test]
    fn names_of_forms_are_read_as_they_are_written() {
        for form in [MediaType::Yaml, MediaType::Markdown] {
            assert_eq!(form.as_str().parse(), Ok(form));
            assert_eq!(serde_json::to_value(form).unwrap(), form.as_str());
        }
        assert_eq!("".parse(), Ok(MediaType::Yaml));
        assert!("text/html".parse::<MediaType>().is_err());
    }
}
