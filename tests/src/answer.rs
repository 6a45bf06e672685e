//! What a program answered.

use std::process::Output;

use serde_json::Value;

/// A program's end: what it exited with and what it said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The words it was called with.
    pub called: String,
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Answer {
    /// Of a finished program.
    #[must_use]
    pub fn of(called: String, output: &Output) -> Self {
        Self {
            called,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Itself, when it exited with `code`.
    ///
    /// # Panics
    /// When it did not.
    #[must_use]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Itself, when it said each of `words` on standard error.
    ///
    /// # Panics
    /// When one is missing.
    #[must_use]
    pub fn complains_of(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is not in {self:#?}");
        }
        self
    }

    /// Standard output as JSON.
    ///
    /// # Panics
    /// When it is something else.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}
