//! A request that was understood and is not allowed.

use conductor_protocol::error_code::Code;

/// Why something is not done, and what would make it possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Stable code; each has a page.
    pub code: Code,
    /// What is refused, in a sentence.
    pub message: String,
    /// What would make it allowed.
    pub hint: String,
    /// More for programs: names and JSON, bounded by whoever adds it.
    pub details: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal with its code, sentence and mend.
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into(), details: Vec::new() }
    }

    /// With something more for programs.
    #[must_use]
    pub fn with(mut self, name: &'static str, json: String) -> Self {
        self.details.push((name, json));
        self
    }
}
