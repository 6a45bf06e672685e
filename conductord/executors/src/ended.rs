//! How an attempt ended, as its executor saw it.

use conductor_engine::{
    limits::OUTPUTS_BYTES_MAX,
    ports::{ArtifactRef, Confinement, FailureKind, LogDigest, Outcome},
};
use serde_json::{Map, Value};

use crate::{limits::REDACTED_NAMED_MAX, redact::Redactor, stop::Stop};

/// How an attempt ended; with the lease it makes a completion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ended {
    /// How.
    pub(crate) outcome: Outcome,
    /// Why, in a sentence, when it did not succeed.
    pub(crate) message: String,
    /// Of the program, where there was one.
    pub(crate) exit_code: Option<i32>,
    /// Of the answer that it got, where it asked for one.
    pub(crate) status_code: Option<u16>,
    /// What kind of failure it was, where that is known.
    pub(crate) failure: Option<FailureKind>,
    /// Values for later tasks.
    pub(crate) outputs: Map<String, Value>,
    /// Of the captured output.
    pub(crate) log: LogDigest,
    /// Files it leaves behind.
    pub(crate) artifacts: Vec<ArtifactRef>,
    /// What bounded its program, where something was to.
    pub(crate) confinement: Option<Confinement>,
}

impl Ended {
    /// It did what it should and gave these values.
    pub(crate) fn succeeded(outputs: Map<String, Value>) -> Self {
        Self { outputs, ..Self::plain(Outcome::Succeeded, String::new()) }
    }

    /// It failed, for this reason.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::plain(Outcome::Failed, message.into())
    }

    /// It failed in this way, for this reason.
    pub(crate) fn failed_as(failure: FailureKind, message: impl Into<String>) -> Self {
        Self { failure: Some(failure), ..Self::failed(message) }
    }

    /// It took longer than it may.
    pub(crate) fn timed_out(message: impl Into<String>) -> Self {
        Self::plain(Outcome::TimedOut, message.into())
    }

    /// It was stopped.
    pub(crate) fn stopped(stop: Stop) -> Self {
        Self::plain(stop.outcome(), stop.to_string())
    }

    /// The same without secrets, and with a word about the outputs that they were taken out of.
    pub(crate) fn redacted(mut self, redactor: &Redactor) -> Self {
        self.message = redactor.text(&self.message, false).0;
        let mut notes = Vec::new();
        for (name, value) in &mut self.outputs {
            let found = redactor.value(value);
            if !found.is_empty() {
                notes.push(format!("its output `{name}` held {}", redactor.named(found)));
            }
        }
        // The names of outputs, too; what is in their values is gone by now.
        redactor.fields(&mut self.outputs);
        if !notes.is_empty() {
            notes.truncate(REDACTED_NAMED_MAX);
            let note = redactor.text(&notes.join(", "), false).0;
            let before = if self.message.is_empty() { "" } else { "; " };
            self.message = format!("{}{before}{note}: secrets are taken out", self.message);
        }
        self
    }

    /// The same, unless its outputs are larger than a task's may be: then it failed.
    pub(crate) fn bounded(self) -> Self {
        let bytes = json_len(&self.outputs);
        if bytes <= OUTPUTS_BYTES_MAX {
            return self;
        }
        let message = format!(
            "its outputs take {bytes} bytes as JSON, more than the {OUTPUTS_BYTES_MAX} that a \
             task may give; keep large data as an artifact"
        );
        let outcome = match self.outcome {
            Outcome::Succeeded => Outcome::Failed,
            other => other,
        };
        let message = if self.message.is_empty() { message } else { self.message };
        Self { outcome, message, outputs: Map::new(), ..self }
    }

    fn plain(outcome: Outcome, message: String) -> Self {
        Self {
            outcome,
            message,
            exit_code: None,
            status_code: None,
            failure: None,
            outputs: Map::new(),
            log: LogDigest::default(),
            artifacts: Vec::new(),
            confinement: None,
        }
    }
}

/// Length of the values as JSON, without building it.
pub(crate) fn json_len(outputs: &Map<String, Value>) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    if outputs.is_empty() {
        return 2;
    }
    let mut count = Count(0);
    // A map of JSON values always serialises, and counting can't fail; an error would only make
    // the length too large to pass.
    serde_json::to_writer(&mut count, outputs).map_or(usize::MAX, |()| count.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_at_the_bound_pass_and_one_byte_more_fails() {
        let with_len = |len: usize| {
            let mut outputs = Map::new();
            // `{"a":"…"}` is eight bytes around the text.
            outputs.insert("a".into(), Value::String("x".repeat(len - 8)));
            Ended::succeeded(outputs).bounded()
        };
        assert_eq!(with_len(OUTPUTS_BYTES_MAX).outcome, Outcome::Succeeded);
        let over = with_len(OUTPUTS_BYTES_MAX + 1);
        assert_eq!(over.outcome, Outcome::Failed);
        assert!(over.outputs.is_empty());
        assert!(over.message.contains("65537 bytes"), "{}", over.message);
    }
}
