//! The outputs of `http`: `status`, `headers`, `body`, `truncated`.

use conductor_engine::limits::OUTPUTS_BYTES_MAX;
use reqwest::{
    Response,
    header::{
        CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName,
        LAST_MODIFIED, LOCATION, RETRY_AFTER, SERVER,
    },
};
use serde_json::{Map, Value};

use crate::{
    ended::json_len,
    limits::{HTTP_BODY_BYTES_MAX, HTTP_HEADER_CHARS_MAX},
    redact::Redactor,
};

/// The headers that are kept: those that later tasks ask for and that carry no session.
const KEPT: [HeaderName; 9] = [
    CACHE_CONTROL,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    DATE,
    ETAG,
    LAST_MODIFIED,
    LOCATION,
    RETRY_AFTER,
    SERVER,
];

/// Reads the answer, as far as it is kept, into outputs that are within a task's bound.
///
/// A whole body of a JSON type that is JSON is given as data, any other as text.
///
/// # Errors
/// When the connection breaks.
pub(super) async fn outputs(mut response: Response) -> Result<Map<String, Value>, reqwest::Error> {
    let mut outputs = Map::new();
    outputs.insert("status".into(), response.status().as_u16().into());
    outputs.insert("headers".into(), Value::Object(headers(response.headers())));
    let is_json = is_json(response.headers());
    let (bytes, truncated) = read_body(&mut response).await?;
    // What comes after the bound is not read: the connection is closed with it.
    drop(response);
    let data = if is_json && !truncated { serde_json::from_slice(&bytes).ok() } else { None };
    let body = data.unwrap_or_else(|| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    outputs.insert("body".into(), body);
    outputs.insert("truncated".into(), truncated.into());
    fit(&mut outputs, &bytes);
    Ok(outputs)
}

async fn read_body(response: &mut Response) -> Result<(Vec<u8>, bool), reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = HTTP_BODY_BYTES_MAX - bytes.len();
        if chunk.len() > room {
            bytes.extend_from_slice(&chunk[..room]);
            return Ok((bytes, true));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, false))
}

fn headers(all: &HeaderMap) -> Map<String, Value> {
    let text = |name: &HeaderName| {
        let value = String::from_utf8_lossy(all.get(name)?.as_bytes()).into_owned();
        Some(value.chars().take(HTTP_HEADER_CHARS_MAX).collect::<String>())
    };
    KEPT.iter()
        .filter_map(|name| Some((name.as_str().to_owned(), Value::String(text(name)?))))
        .collect()
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// Takes secrets out of texts that were cut, where the beginning of one may stand at the end. The
/// rest is looked at with all other outputs.
pub(super) fn redact_cuts(outputs: &mut Map<String, Value>, redactor: &Redactor) {
    let cut = |text: &mut String| {
        // A character that was cut in two became this one.
        *text = redactor.text(text.trim_end_matches('\u{fffd}'), true).0;
    };
    let truncated = outputs.get("truncated") == Some(&Value::Bool(true));
    if let Some(Value::String(body)) = outputs.get_mut("body").filter(|_| truncated) {
        cut(body);
    }
    let headers = outputs.get_mut("headers").and_then(Value::as_object_mut);
    for header in headers.into_iter().flat_map(|headers| headers.values_mut()) {
        match header {
            Value::String(text) if text.chars().count() == HTTP_HEADER_CHARS_MAX => cut(text),
            _ => {}
        }
    }
}

/// Text full of control characters grows as JSON: it is cut until it fits.
fn fit(outputs: &mut Map<String, Value>, bytes: &[u8]) {
    let mut kept = bytes.len();
    while json_len(outputs) > OUTPUTS_BYTES_MAX && kept > 0 {
        kept /= 2;
        let text = String::from_utf8_lossy(&bytes[..kept]).into_owned();
        outputs.insert("body".into(), Value::String(text));
        outputs.insert("truncated".into(), true.into());
    }
}
