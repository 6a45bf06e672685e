//! What goes back over HTTP: bytes with their type and how long they may be kept, or why not.

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    },
    response::Response,
};
use conductor_protocol::id::TraceId;
use serde_json::json;
use tonic::{Code as Grpc, Status};
use tonic_types::StatusExt as _;

use crate::failure::Failure;

/// How long an answer may be kept, by whoever asked and nobody between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caching {
    /// It never changes.
    ForEver,
    /// The next one may be another.
    Never,
}

/// What was asked for.
#[derive(Debug)]
pub(super) struct Found {
    body: Vec<u8>,
    kind: &'static str,
    caching: Caching,
}

impl Found {
    /// A note.
    pub(super) fn text(text: String) -> Self {
        Self { body: text.into_bytes(), kind: "text/plain; charset=utf-8", caching: Caching::Never }
    }

    /// Hashes or entries.
    pub(super) const fn bytes(body: Vec<u8>, caching: Caching) -> Self {
        Self { body, kind: "application/octet-stream", caching }
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        let caching = match self.caching {
            Caching::ForEver => "private, max-age=31536000, immutable",
            Caching::Never => "no-cache",
        };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        response
    }
}

/// A refusal, as JSON.
pub(crate) fn refuse(failure: Failure, trace: TraceId) -> Response {
    of_status(&failure.into_status(trace))
}

pub(super) fn of_status(status: &Status) -> Response {
    let details = status.get_error_details();
    let info = details.error_info();
    let named = |name: &str| info.and_then(|info| info.metadata.get(name)).cloned();
    let body = json!({
        "code": info.map(|info| info.reason.as_str()).unwrap_or_default(),
        "message": status.message(),
        "hint": named("hint").unwrap_or_default(),
        "traceId": named("traceId").unwrap_or_default(),
    });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = http_status(status.code());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let wait = details.retry_info().and_then(|info| info.retry_delay);
    if let Some(wait) = wait {
        let seconds = u64::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX);
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn http_status(code: Grpc) -> StatusCode {
    match code {
        Grpc::Ok => StatusCode::OK,
        Grpc::InvalidArgument | Grpc::OutOfRange => StatusCode::BAD_REQUEST,
        Grpc::Unauthenticated => StatusCode::UNAUTHORIZED,
        Grpc::PermissionDenied => StatusCode::FORBIDDEN,
        Grpc::NotFound => StatusCode::NOT_FOUND,
        Grpc::AlreadyExists | Grpc::FailedPrecondition | Grpc::Aborted => StatusCode::CONFLICT,
        Grpc::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Grpc::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Grpc::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_changes_may_be_kept_and_the_rest_not() {
        let response = Found::bytes(vec![1], Caching::ForEver).into_response();
        assert_eq!(response.headers()["content-type"], "application/octet-stream");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let response = Found::text("x\n".into()).into_response();
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-cache");
    }

    #[test]
    fn a_refusal_has_a_status_and_says_when_to_come_again() {
        let wait = std::time::Duration::from_millis(1_500);
        let response = refuse(Failure::rate_limited("much".into(), wait), TraceId::from_bits(1));
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "2");
    }
}
