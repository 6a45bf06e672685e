//! A request's body: JSON, bounded in size and time.

use axum::{
    body::{Body, to_bytes},
    http::{
        HeaderMap,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
};
use serde_json::Value;

use super::refused::Refused;
use crate::{
    failure::Failure,
    limits::{HTTP_BODY_TIMEOUT, MESSAGE_BYTES_MAX},
};

/// What `curl` says of a body where it is told nothing.
const FORM: &str = "application/x-www-form-urlencoded";

/// The body; nothing where it is empty. `unsaid` takes JSON also where the request only says what
/// `curl` says by itself: no page in a browser is answered, so that nothing hangs on it.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    unsaid: bool,
) -> Result<Option<Value>, Refused> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length: usize = length.and_then(|text| text.parse().ok()).unwrap_or(0);
    if length > MESSAGE_BYTES_MAX {
        return Err(Failure::too_large().into());
    }
    let reading = to_bytes(body, MESSAGE_BYTES_MAX);
    let bytes = match tokio::time::timeout(HTTP_BODY_TIMEOUT, reading).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) if is_too_long(&error) => return Err(Failure::too_large().into()),
        Ok(Err(_)) => {
            return Err(Refused::malformed("the body broke off", "send the request again"));
        }
        Err(_elapsed) => return Err(Refused::slow()),
    };
    if bytes.is_empty() {
        return Ok(None);
    }
    let unsaid = unsaid && headers.get(CONTENT_TYPE).is_some_and(|kind| kind == FORM);
    if !is_json(headers) && !unsaid {
        return Err(Refused::media_type());
    }
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            let message = format!("the body is no JSON: {place}");
            Err(Refused::malformed(message, "send one JSON value in UTF-8"))
        }
    }
}

/// Whether an error is that there was more than is taken.
fn is_too_long(error: &axum::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Whether the request says that its body is JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(CONTENT_TYPE).iter();
    let (Some(kind), None) = (given.next(), given.next()) else { return false };
    let kind = kind.to_str().unwrap_or_default();
    let (kind, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    let charset = parameters.trim().to_ascii_lowercase();
    kind.trim().eq_ignore_ascii_case("application/json")
        && matches!(charset.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\"")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(kind: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(kind).unwrap());
        headers
    }

    #[tokio::test]
    async fn only_json_is_taken() {
        for good in ["application/json", "Application/JSON; charset=UTF-8"] {
            assert!(read(&of(good), Body::from("{}"), false).await.unwrap().is_some(), "{good}");
        }
        for bad in ["text/plain", "application/json; charset=latin1", "application/x-json"] {
            let refused = read(&of(bad), Body::from("{}"), false).await.unwrap_err();
            assert_eq!(refused.status.as_u16(), 415, "{bad}");
        }
        assert!(read(&HeaderMap::new(), Body::empty(), false).await.unwrap().is_none());
        assert!(read(&of(FORM), Body::from("{}"), true).await.unwrap().is_some());
        assert!(read(&of(FORM), Body::from("{}"), false).await.is_err());
        let broken = read(&of("application/json"), Body::from("{"), false).await.unwrap_err();
        assert_eq!(broken.status.as_u16(), 400);
    }

    #[tokio::test]
    async fn a_body_is_bounded_whether_or_not_its_length_is_said() {
        let large = vec![b' '; MESSAGE_BYTES_MAX + 1];
        let refused = read(&of("application/json"), Body::from(large), false).await.unwrap_err();
        assert_eq!(refused.status.as_u16(), 413);
        let mut headers = of("application/json");
        headers.insert(CONTENT_LENGTH, HeaderValue::from(MESSAGE_BYTES_MAX + 1));
        let refused = read(&headers, Body::empty(), false).await.unwrap_err();
        assert_eq!(refused.status.as_u16(), 413);
    }
}
