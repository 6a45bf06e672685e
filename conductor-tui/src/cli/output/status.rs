//! States: one word each, with a glyph and a meaning, so that no state is told by colour alone.

/// A protocol enum's value as a short word: `RUN_STATUS_TIMED_OUT` of `RunStatus` is `timed_out`.
/// Every status in JSON, in tables and in `--status` is this word.
pub(crate) use conductor_protocol::json::word;

use super::style::{Meaning, Style};

/// What a state's word stands for.
pub(crate) fn meaning_of(word: &str) -> Meaning {
    match word {
        "succeeded" | "ok" | "allow" | "connected" | "serving" => Meaning::Good,
        "failed" | "timed_out" | "fail" | "deny" | "lost" => Meaning::Bad,
        "running" => Meaning::Active,
        "cancelling" | "cancelled" | "backoff" | "warn" | "draining" | "deprecated" => {
            Meaning::Warn
        }
        "waiting" | "skipped" | "unspecified" | "disconnected" | "retired" => Meaning::Dim,
        _ => Meaning::Plain,
    }
}

/// The word with its glyph before it.
pub(crate) fn with_glyph(word: &str, style: Style) -> String {
    let (unicode, ascii) = match word {
        "succeeded" | "ok" | "allow" => ("✓", "+"),
        "failed" | "fail" | "deny" => ("✗", "x"),
        "timed_out" => ("◷", "!"),
        "warn" => ("▲", "!"),
        "running" | "connected" => ("●", "*"),
        "queued" | "ready" => ("○", "o"),
        "cancelling" => ("◐", "~"),
        "cancelled" => ("⊘", "/"),
        "backoff" => ("↻", "%"),
        "skipped" => ("–", "-"),
        _ => ("·", "."),
    };
    format!("{} {word}", if style.unicode { unicode } else { ascii })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enum_values_become_words() {
        assert_eq!(word("RunStatus", "RUN_STATUS_TIMED_OUT"), "timed_out");
        assert_eq!(word("LogStream", "LOG_STREAM_STDERR"), "stderr");
        assert_eq!(word("Outcome", "OUTCOME_SUCCEEDED"), "succeeded");
    }
}
