//! Why a request over HTTP was not carried out, and the one place where that becomes an answer.

use std::time::Duration;

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::Response,
};
use conductor_protocol::{error_code::Code, id::TraceId, json::Misfit};
use serde_json::{Map, Value, json};
use tonic::{Code as Grpc, Status};
use tonic_types::StatusExt as _;

use super::JSON;
use crate::{failure::Failure, limits::HTTP_RETRY_DEFAULT};

/// Why a request was not carried out.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    told: Box<Told>,
}

/// What is told of it.
#[derive(Debug)]
struct Told {
    code: String,
    message: String,
    hint: String,
    details: Map<String, Value>,
    retry_after: Option<Duration>,
    /// Methods that would do.
    allow: Vec<&'static str>,
}

impl Refused {
    fn new(status: StatusCode, code: Code, message: impl Into<String>, hint: &str) -> Self {
        let told = Told {
            code: code.as_str().to_owned(),
            message: message.into(),
            hint: hint.to_owned(),
            details: Map::new(),
            retry_after: None,
            allow: Vec::new(),
        };
        Self { status, told: Box::new(told) }
    }

    /// Nothing is answered there.
    pub(super) fn no_route(path: &str) -> Self {
        let path: String = path.chars().take(200).collect();
        let hint = "/api/conductor/v1/openapi.json describes what there is";
        Self::new(StatusCode::NOT_FOUND, Code::RouteUnknown, format!("nothing is at {path}"), hint)
    }

    /// Something is there, for other methods.
    pub(super) fn method(allow: Vec<&'static str>) -> Self {
        let message = format!("this is asked for with {}", allow.join(" or "));
        let hint = "/api/conductor/v1/openapi.json describes what there is";
        let mut refused =
            Self::new(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, message, hint);
        refused.told.allow = allow;
        refused
    }

    /// The body is no JSON at all.
    pub(super) fn malformed(message: impl Into<String>, hint: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::RequestInvalid, message, hint)
    }

    /// The body is not said to be JSON.
    pub(super) fn media_type() -> Self {
        let message = "only JSON is taken, and the request does not say that it is that";
        let hint = "send `Content-Type: application/json`";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::MediaTypeUnsupported, message, hint)
    }

    /// The body did not come in time.
    pub(super) fn slow() -> Self {
        let hint = "send the request at once";
        let message = "the request's body did not come in time";
        Self::new(StatusCode::REQUEST_TIMEOUT, Code::DeadlineExceeded, message, hint)
    }

    /// A browser, or somebody who was led here by a name that is not this listener's.
    pub(super) fn browser(message: impl Into<String>) -> Self {
        let hint = "ask from a program, at localhost or 127.0.0.1, without `Origin`";
        Self::new(StatusCode::FORBIDDEN, Code::BrowserRefused, message, hint)
    }

    /// A field, a parameter or a header that is wrong, and where.
    pub(super) fn field(place: &str, problem: &str, hint: &str) -> Self {
        let message = format!("`{place}` {problem}");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let mut refused = Self::new(status, Code::RequestInvalid, message, hint);
        refused.told.details.insert("place".to_owned(), place.into());
        refused
    }

    /// What is there is not what whoever asks has seen.
    pub(super) fn precondition() -> Self {
        let message = "what is there is not what `If-Match` names: it changed meanwhile";
        let hint = "look at it again, and ask with the `ETag` that it has now";
        Self::new(StatusCode::PRECONDITION_FAILED, Code::PreconditionFailed, message, hint)
    }

    /// A bug.
    pub(super) fn bug(what: &str) -> Self {
        Failure::bug(what).into_status(TraceId::from_bits(0)).into()
    }

    /// Its JSON.
    pub(super) fn sentence(&self, trace: TraceId) -> String {
        let mut body = json!({
            "code": self.told.code,
            "message": self.told.message,
            "traceId": trace.to_string(),
            "hint": self.told.hint,
        });
        if let (Some(body), false) = (body.as_object_mut(), self.told.details.is_empty()) {
            body.insert("details".to_owned(), Value::Object(self.told.details.clone()));
        }
        body.to_string()
    }

    /// As it goes over the wire.
    pub(super) fn into_response(self, trace: TraceId) -> Response {
        let mut response = Response::new(Body::from(self.sentence(trace)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        if let Some(wait) = self.told.retry_after {
            let seconds = wait.as_millis().div_ceil(1_000).max(1);
            headers.extend(HeaderValue::from_str(&seconds.to_string()).map(|v| (RETRY_AFTER, v)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if !self.told.allow.is_empty() {
            headers.extend(HeaderValue::from_str(&self.told.allow.join(", ")).map(|v| (ALLOW, v)));
        }
        response
    }
}

impl From<Misfit> for Refused {
    fn from(misfit: Misfit) -> Self {
        let place = if misfit.place.is_empty() { "the request" } else { &misfit.place };
        Self::field(place, &misfit.problem, &misfit.hint)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        // The trace is put in where the answer is written.
        failure.into_status(TraceId::from_bits(0)).into()
    }
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        let told = status.get_error_details();
        let info = told.error_info();
        let known = info.and_then(|info| info.reason.parse::<Code>().ok());
        let code = known.unwrap_or(Code::Internal);
        let mut details = Map::new();
        let mut hint = String::new();
        for (name, text) in info.map(|info| info.metadata.clone()).unwrap_or_default() {
            match name.as_str() {
                "hint" => hint = text,
                "traceId" => {}
                _ => {
                    let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
                    details.insert(name, value);
                }
            }
        }
        let http = status_of(code, status.code());
        let told = told.retry_info().and_then(|info| info.retry_delay);
        let waits = matches!(http, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        let mut refused = Self::new(http, code, status.message(), &hint);
        refused.told.details = details;
        refused.told.retry_after = told.or(waits.then_some(HTTP_RETRY_DEFAULT));
        refused
    }
}

/// The status of HTTP for an error: that of its gRPC status, but for the few codes of which HTTP
/// says more.
pub(super) const fn status_of(code: Code, grpc: Grpc) -> StatusCode {
    match code {
        Code::MessageTooLarge => return StatusCode::PAYLOAD_TOO_LARGE,
        Code::PreconditionFailed => return StatusCode::PRECONDITION_FAILED,
        Code::MediaTypeUnsupported => return StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::ArtifactExpired => return StatusCode::GONE,
        Code::MethodNotAllowed => return StatusCode::METHOD_NOT_ALLOWED,
        // What can be no id is the id of nothing.
        Code::IdInvalid => return StatusCode::NOT_FOUND,
        _ => {}
    }
    match grpc {
        Grpc::Ok => StatusCode::OK,
        Grpc::InvalidArgument | Grpc::OutOfRange => StatusCode::UNPROCESSABLE_ENTITY,
        Grpc::NotFound => StatusCode::NOT_FOUND,
        Grpc::AlreadyExists | Grpc::FailedPrecondition | Grpc::Aborted => StatusCode::CONFLICT,
        Grpc::PermissionDenied => StatusCode::FORBIDDEN,
        Grpc::Unauthenticated => StatusCode::UNAUTHORIZED,
        Grpc::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Grpc::Unavailable | Grpc::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
        Grpc::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Grpc::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Grpc::Internal | Grpc::DataLoss | Grpc::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
