//! Why a request was not carried out, and the one place where that becomes a status on the wire.

use std::{collections::HashMap, error::Error, time::Duration};

use conductor_domain::Refusal;
use conductor_engine::{
    command::Rejection,
    ports::{BlobRefusal, LedgerError, ViewError},
    service::ReadError,
};
use conductor_protocol::{error_code::Code, id::TraceId};
use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::limits::{CHALLENGE_RETRY, MESSAGE_BYTES_MAX, POLICY_TRIAL_RETRY, POLICY_TRIALS_MAX};

/// The `domain` of every `ErrorInfo`.
pub const DOMAIN: &str = "conductor";

/// What a handler gives.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    code: Code,
    message: String,
    hint: String,
    retry_after: Option<Duration>,
    /// More for programs, by name; goes beside the hint.
    details: Vec<(&'static str, String)>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let (message, hint) = (message.into(), hint.into());
        Self { code, message, hint, retry_after: None, details: Vec::new() }
    }

    /// The request itself is wrong.
    pub(crate) fn invalid(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Code::RequestInvalid, message, hint)
    }

    /// The daemon goes away; another one can be asked soon.
    pub(crate) fn shutting_down() -> Self {
        Self::new(
            Code::ShuttingDown,
            "the daemon is stopping",
            "connect again and go on from the last sequence number",
        )
    }

    /// As much policy is tried out as may be at once.
    pub(crate) fn busy_trying() -> Self {
        let message = format!("{POLICY_TRIALS_MAX} bundles are being tried out");
        Self {
            retry_after: Some(POLICY_TRIAL_RETRY),
            ..Self::new(Code::QueueFull, message, "wait a little and try again")
        }
    }

    /// A session is not good in the tenant that was asked for.
    pub(crate) fn elsewhere(tenant: &str) -> Self {
        Self::new(
            Code::SessionElsewhere,
            format!("the session is good in tenant `{tenant}` only, where its key is enrolled"),
            format!("name it with `--tenant {tenant}`, or log in to the other one"),
        )
    }

    /// A token is not good in the tenant that was asked for.
    pub(crate) fn token_elsewhere(tenant: &str) -> Self {
        Self::new(
            Code::TokenElsewhere,
            format!("the token is good in tenant `{tenant}` only, where it was issued"),
            format!("name it with `--tenant {tenant}`, or have one issued in the other one"),
        )
    }

    /// Too many logins failed before this one.
    pub(crate) fn slowed(wait: Duration) -> Self {
        let seconds = wait.as_millis().div_ceil(1_000);
        Self {
            retry_after: Some(wait),
            ..Self::new(
                Code::LoginSlowed,
                format!("too many logins failed: the next one is looked at in {seconds} s"),
                "wait, and log in again with a key that is enrolled here",
            )
        }
    }

    /// As many challenges wait as may.
    pub(crate) fn busy_logging_in() -> Self {
        Self {
            retry_after: Some(CHALLENGE_RETRY),
            ..Self::new(
                Code::QueueFull,
                "too many people are logging in",
                "wait a little and try again",
            )
        }
    }

    /// More is asked than is taken.
    pub(crate) fn rate_limited(message: String, wait: Duration) -> Self {
        let hint = format!(
            "ask again in {}; `[rates]` of conductord.toml sets how much is taken",
            in_words(wait)
        );
        Self { retry_after: Some(wait), ..Self::new(Code::RateLimited, message, hint) }
    }

    /// A stream whose reader takes nothing.
    pub(crate) fn stalled() -> Self {
        Self::new(
            Code::DeadlineExceeded,
            "the stream's reader took nothing for too long",
            "connect again and go on from the last sequence number",
        )
    }

    /// The message is beyond its bound.
    pub(crate) fn too_large() -> Self {
        Self::new(
            Code::MessageTooLarge,
            format!("the message is larger than the {MESSAGE_BYTES_MAX} bytes that are taken"),
            "send less at once",
        )
    }

    /// The caller's deadline has passed.
    pub(crate) fn deadline() -> Self {
        Self::new(
            Code::DeadlineExceeded,
            "the deadline passed before the answer was there",
            "what was asked may have been done: ask again with the same idempotency key",
        )
    }

    /// A bug: the daemon contradicts itself.
    pub(crate) fn bug(what: &str) -> Self {
        tracing::error!(what, "a bug in the API");
        Self::new(Code::Internal, what, "the daemon's log tells more; please report it")
    }

    /// What the system said about files that the daemon needs.
    pub(crate) fn disk(attempt: &str, error: &std::io::Error) -> Self {
        tracing::warn!(attempt, %error, "the disk refused");
        let hint = BlobRefusal::hint_of(error);
        Self::new(
            Code::LedgerUnavailable,
            format!("failed to {attempt}: {error}"),
            hint.unwrap_or("look at the disk that holds the daemon's data"),
        )
    }

    pub(crate) const fn code(&self) -> Code {
        self.code
    }

    /// The status as it goes over the wire.
    pub(crate) fn into_status(self, trace: TraceId) -> Status {
        let mut metadata = HashMap::from([
            ("traceId".to_owned(), trace.to_string()),
            ("hint".to_owned(), self.hint),
        ]);
        metadata.extend(self.details.into_iter().map(|(name, json)| (name.to_owned(), json)));
        let mut details = ErrorDetails::with_error_info(self.code.as_str(), DOMAIN, metadata);
        if self.retry_after.is_some() {
            details.set_retry_info(self.retry_after);
        }
        Status::with_error_details(self.code.grpc(), self.message, details)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let details = refusal.details;
        Self { details, ..Self::new(refusal.code, refusal.message, refusal.hint) }
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        let message = rejection.to_string();
        match rejection {
            Rejection::Refused(refusal) => refusal.into(),
            Rejection::StaleDecision => {
                Self::new(Code::DecisionStale, message, "ask again: policy changes right now")
            }
            Rejection::Busy { retry_after_ms, .. } => Self {
                retry_after: Some(Duration::from_millis(retry_after_ms)),
                ..Self::new(Code::QueueFull, message, "wait a little and ask again")
            },
            Rejection::Unavailable(_) => Self::new(
                Code::LedgerUnavailable,
                message,
                "ask again with the same idempotency key once the daemon is back",
            ),
        }
    }
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Self {
        tracing::error!(%error, "the views can't be read");
        Self::new(Code::ViewStoreDamaged, error.to_string(), "restart the daemon: it rebuilds them")
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let message = chain(&error);
        tracing::error!(error = message, "the ledger can't be read");
        let code = match error {
            LedgerError::Damaged { .. } | LedgerError::Keyring(_) => Code::LedgerDamaged,
            LedgerError::TooLarge { .. } => Code::MessageTooLarge,
            LedgerError::Io { .. }
            | LedgerError::Poisoned
            | LedgerError::Unsigned(_)
            | LedgerError::HandingOver => Code::LedgerUnavailable,
        };
        Self::new(code, message, "`conductord ledger verify` says what is wrong and where")
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Ledger(error) => error.into(),
            ReadError::Views(error) => error.into(),
            ReadError::Decode(error) => {
                let message = chain(&error);
                tracing::error!(error = message, "the ledger can't be understood");
                Self::new(
                    Code::LedgerDamaged,
                    message,
                    "a newer daemon may have written it: start that one",
                )
            }
        }
    }
}

/// A time to wait, rounded up.
fn in_words(wait: Duration) -> String {
    match wait.as_micros().div_ceil(1_000) {
        ms @ ..1_000 => format!("{ms} ms"),
        ms => format!("{} s", ms.div_ceil(1_000)),
    }
}

/// An error with its causes, in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(failure: Failure) -> Status {
        failure.into_status(TraceId::from_bits(7))
    }

    #[test]
    fn a_refusal_carries_its_code_hint_and_trace() {
        let refusal = Refusal::new(Code::RunNotFound, "no run of that id", "list them");
        let status = status(refusal.into());
        assert_eq!(status.code(), tonic::Code::NotFound);
        let details = status.get_error_details();
        let info = details.error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("RUN_NOT_FOUND", "conductor"));
        assert_eq!(info.metadata["hint"], "list them");
        assert_eq!(info.metadata["traceId"], TraceId::from_bits(7).to_string());
        assert!(details.retry_info().is_none());
    }

    #[test]
    fn a_full_queue_says_when_to_come_again() {
        let status = status(Rejection::Busy { waiting: 9, retry_after_ms: 50 }.into());
        assert_eq!(status.code(), tonic::Code::ResourceExhausted);
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "QUEUE_FULL");
        assert_eq!(details.retry_info().unwrap().retry_delay, Some(Duration::from_millis(50)));
    }

    #[test]
    fn who_asks_too_often_is_told_when_to_come_again() {
        for (wait, told) in [(1, "1 ms"), (1_500, "2 ms"), (999_001, "1 s"), (1_000_001, "2 s")] {
            let wait = Duration::from_micros(wait);
            let status = status(Failure::rate_limited("so many a minute".into(), wait));
            assert_eq!(status.code(), tonic::Code::ResourceExhausted);
            let details = status.get_error_details();
            let info = details.error_info().unwrap();
            assert_eq!(info.reason, "RATE_LIMITED");
            let hint = &info.metadata["hint"];
            assert!(hint.starts_with(&format!("ask again in {told};")), "{hint}");
            assert_eq!(details.retry_info().unwrap().retry_delay, Some(wait));
        }
    }

    #[test]
    fn damage_is_told_apart_from_a_disk_that_refuses() {
        let damaged = LedgerError::Damaged { seq: 3, place: "a@9".into(), problem: "crc".into() };
        assert_eq!(status(damaged.into()).code(), tonic::Code::DataLoss);
        assert_eq!(status(LedgerError::Poisoned.into()).code(), tonic::Code::Unavailable);
    }
}
