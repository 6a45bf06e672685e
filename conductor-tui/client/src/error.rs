//! The one error of this crate, and how a gRPC status becomes it.

use std::{collections::BTreeMap, error::Error as _, fmt::Write as _, time::Duration};

use conductor_protocol::error_code::Code;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::ssh::SshFailure;

/// The daemon's domain in `google.rpc.ErrorInfo`.
const DOMAIN: &str = "conductor";
/// How many causes of a lost connection are told.
const CAUSES_MAX: usize = 6;
/// What the transport says of every failure of its own.
const TRANSPORT: &str = "transport error";

/// What came instead of an answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there, or the connection broke.
    #[error("reach the daemon at {endpoint}: {reason}")]
    Unreachable {
        /// Where it was looked for.
        endpoint: String,
        /// Why it could not be reached, in one line.
        reason: String,
        /// What would mend it; empty where nothing special is known.
        hint: String,
        /// Whether there was a connection, so that what was asked for may have been done.
        sent: bool,
    },
    /// One of the two does not trust the other's certificate, or TLS can't be had there.
    #[error("make a trusted connection to {endpoint}: {reason}")]
    Untrusted {
        /// Where it was connected to.
        endpoint: String,
        /// What is wrong.
        reason: String,
        /// What mends it.
        hint: String,
    },
    /// The daemon understood and said no.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// No answer came within the deadline. The request may or may not have been carried out.
    #[error("get an answer from {endpoint} in time")]
    Timeout {
        /// Whom was asked.
        endpoint: String,
    },
    /// What came is not what this version of the console understands.
    #[error("understand the daemon at {endpoint}: {reason}")]
    Protocol {
        /// Who answered.
        endpoint: String,
        /// What was wrong with it.
        reason: String,
    },
}

/// The daemon's no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The stable code, such as `RUN_NOT_FOUND`; empty from something that is no daemon of ours.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What would make it allowed; may be empty.
    pub hint: String,
    /// Finds the request in the daemon's log; may be empty.
    pub trace_id: String,
    /// What else it says for programs, by name: JSON each.
    pub details: BTreeMap<String, String>,
    /// Set when the daemon pushed back: come again after this.
    pub retry_after: Option<Duration>,
    /// The gRPC code that carried it.
    pub grpc: tonic::Code,
}

impl Refusal {
    /// The code, where this version knows it.
    #[must_use]
    pub fn known_code(&self) -> Option<Code> {
        self.code.parse().ok()
    }
}

impl ClientError {
    /// Reads a gRPC status, one that came over the wire or one that the transport made.
    #[must_use]
    pub fn from_status(status: &Status, endpoint: &str) -> Self {
        let details = status.get_error_details();
        if let Some(info) = details.error_info().filter(|info| info.domain == DOMAIN) {
            let meta = |key: &str| info.metadata.get(key).cloned().unwrap_or_default();
            return Self::Refused(Box::new(Refusal {
                code: info.reason.clone(),
                message: status.message().to_owned(),
                hint: meta("hint"),
                trace_id: meta("traceId"),
                details: rest(info.metadata.clone()),
                retry_after: details.retry_info().and_then(|info| info.retry_delay),
                grpc: status.code(),
            }));
        }
        Self::without_code(status, endpoint.to_owned())
    }

    /// A status without our error info: the transport's own, or somebody else's server.
    fn without_code(status: &Status, endpoint: String) -> Self {
        let reason = status.message().to_owned();
        match status.code() {
            tonic::Code::DeadlineExceeded => Self::Timeout { endpoint },
            tonic::Code::Cancelled if status.source().is_some_and(is_timeout) => {
                Self::Timeout { endpoint }
            }
            tonic::Code::Unavailable => Self::unreachable(endpoint, status),
            _ if status.source().is_some() => Self::unreachable(endpoint, status),
            tonic::Code::Internal | tonic::Code::Unknown | tonic::Code::Cancelled
                if is_broken_transport(&reason) =>
            {
                Self::Unreachable { endpoint, reason, hint: String::new(), sent: true }
            }
            tonic::Code::Unimplemented
            | tonic::Code::Internal
            | tonic::Code::Unknown
            | tonic::Code::OutOfRange => Self::Protocol { endpoint, reason },
            grpc => Self::Refused(Box::new(Refusal {
                code: String::new(),
                message: reason,
                hint: String::new(),
                trace_id: String::new(),
                details: BTreeMap::new(),
                retry_after: None,
                grpc,
            })),
        }
    }

    /// The transport failed: SSH says why and how to mend it, others only why.
    fn unreachable(endpoint: String, status: &Status) -> Self {
        let causes = || {
            let causes = std::iter::successors(status.source(), |cause| (*cause).source());
            causes.take(CAUSES_MAX)
        };
        let sent = !causes().any(<dyn std::error::Error>::is::<tonic::ConnectError>);
        let (reason, hint) = match causes().find_map(|cause| cause.downcast_ref::<SshFailure>()) {
            Some(failure) => (failure.why.clone(), failure.mend.clone()),
            None => (told(status), String::new()),
        };
        Self::Unreachable { endpoint, reason, hint, sent }
    }

    /// SSH did not lead to a daemon: nothing was asked of one.
    pub(crate) fn of_ssh(endpoint: String, failure: &SshFailure) -> Self {
        let (reason, hint) = (failure.why.clone(), failure.mend.clone());
        Self::Unreachable { endpoint, reason, hint, sent: false }
    }

    /// The daemon's no, where it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the daemon refused with this code.
    #[must_use]
    pub fn is(&self, code: Code) -> bool {
        self.refusal().is_some_and(|refusal| refusal.code == code.as_str())
    }

    /// How long to wait before the same request has a chance, when the daemon pushed back.
    #[must_use]
    pub fn push_back(&self) -> Option<Duration> {
        self.refusal().and_then(|refusal| refusal.retry_after)
    }

    /// Whether nobody knows if what was asked for was done.
    #[must_use]
    pub const fn is_unclear(&self) -> bool {
        matches!(self, Self::Unreachable { sent: true, .. } | Self::Timeout { .. })
    }

    /// Whether a stream that ended so is worth opening again: the world failed, not the request.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            // Certificates are renewed, at the other end at times.
            Self::Unreachable { .. } | Self::Untrusted { .. } | Self::Timeout { .. } => true,
            Self::Protocol { .. } => false,
            Self::Refused(refusal) => {
                refusal.retry_after.is_some()
                    || matches!(
                        refusal.grpc,
                        tonic::Code::Unavailable
                            | tonic::Code::DeadlineExceeded
                            | tonic::Code::Aborted
                    )
            }
        }
    }
}

/// What stands beside the hint and the trace.
fn rest(metadata: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let known = |name: &str| matches!(name, "hint" | "traceId");
    metadata.into_iter().filter(|(name, _)| !known(name)).collect()
}

fn is_timeout(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<tonic::TimeoutExpired>() || error.source().is_some_and(is_timeout)
}

/// The transport tells a connection that broke in the middle of a stream only in words.
fn is_broken_transport(message: &str) -> bool {
    ["h2 protocol error", "error reading a body", "transport error", "connection", "broken pipe"]
        .iter()
        .any(|part| message.contains(part))
}

/// The status and its causes in one line, each said once, without the transport's own name.
fn told(status: &Status) -> String {
    let mut parts = vec![status.message().to_owned()];
    let mut source = status.source();
    while let Some(cause) = source.filter(|_| parts.len() < CAUSES_MAX) {
        parts.push(cause.to_string());
        source = cause.source();
    }
    let mut text = String::new();
    for part in parts.iter().filter(|part| *part != TRANSPORT) {
        if !text.contains(part.as_str()) {
            let _ = write!(text, "{}{part}", if text.is_empty() { "" } else { ": " });
        }
    }
    if text.is_empty() { TRANSPORT.to_owned() } else { text }
}
