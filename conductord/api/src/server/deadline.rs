//! What surrounds every call: its deadline (`grpc-timeout`, as the gRPC protocol writes it), and a
//! word of our own for messages that are too large to be looked at.

use std::{future::Future, time::Duration};

use axum::{extract::Request, response::Response};
use conductor_protocol::id::TraceId;
use tonic::{Code, Status};

use crate::{failure::Failure, limits::DEADLINE_MAX};

/// Answers a request, or says that its deadline passed first. What was begun is given up, but
/// for what the kernel has taken: that is carried out.
pub(super) async fn answer<F, E>(request: Request, call: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Result<Response, E>>,
    E: Into<std::convert::Infallible>,
{
    let header = request.headers().get("grpc-timeout").map(|value| value.to_str());
    let deadline = match header {
        None => None,
        Some(text) => match text.ok().and_then(parse) {
            Some(deadline) => Some(deadline.min(DEADLINE_MAX)),
            None => return respond(Failure::invalid("`grpc-timeout` is no time", "write `5S`")),
        },
    };
    let answering = call(request);
    let answered = match deadline {
        None => answering.await,
        Some(deadline) => match tokio::time::timeout(deadline, answering).await {
            Ok(answered) => answered,
            Err(_elapsed) => return respond(Failure::deadline()),
        },
    };
    match answered {
        Ok(response) if is_too_large(&response) => respond(Failure::too_large()),
        Ok(response) => response,
        Err(never) => match never.into() {},
    }
}

/// Whether the message was refused before any handler saw it. Nothing of ours has this status.
fn is_too_large(response: &Response) -> bool {
    let status = response.headers().get("grpc-status").map(|value| value.as_bytes());
    status.map(Code::from_bytes) == Some(Code::OutOfRange)
}

/// A refusal of what no handler saw.
pub(super) fn respond(failure: Failure) -> Response {
    // The request never got as far as a trace of its own.
    let status: Status = failure.into_status(TraceId::from_bits(0));
    status.into_http()
}

/// At most eight digits and a unit.
fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(count * 3_600),
        "M" => Duration::from_secs(count * 60),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_the_protocol_writes_them() {
        let check = |text: &str, expected: Option<Duration>| assert_eq!(parse(text), expected);
        check("5S", Some(Duration::from_secs(5)));
        check("250m", Some(Duration::from_millis(250)));
        check("99999999H", Some(Duration::from_secs(99_999_999 * 3_600)));
        for bad in ["", "S", "5", "5s", "-5S", "123456789S", "5SS", "ä"] {
            check(bad, None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_passed_deadline_is_told_with_its_code() {
        let request = |timeout: &str| {
            Request::builder().header("grpc-timeout", timeout).body(axum::body::Body::empty())
        };
        let never = |_| std::future::pending::<Result<Response, std::convert::Infallible>>();
        let response = answer(request("10m").unwrap(), never).await;
        assert_eq!(response.headers()["grpc-status"], "4");
        let response = answer(request("soon").unwrap(), never).await;
        assert_eq!(response.headers()["grpc-status"], "3");
    }
}
