//! The parameters of `http`: `method`, `url`, `headers`, `body`, `expect`, `timeout`.

use std::{fmt, time::Duration};

use reqwest::{
    Method, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Map, Value};

use crate::{
    executor::Executor,
    limits::{HTTP_TIMEOUT_DEFAULT, SLEEP_MAX},
    params,
};

/// What to ask and what to make of the answer, checked.
#[derive(Debug)]
pub(super) struct HttpParams {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
    pub(super) expect: Expect,
    pub(super) timeout: Duration,
}

/// Which statuses are a success; every 2xx when none is named.
#[derive(Debug, PartialEq)]
pub(super) struct Expect(Vec<u16>);

impl Expect {
    pub(super) fn takes(&self, status: u16) -> bool {
        if self.0.is_empty() { (200..300).contains(&status) } else { self.0.contains(&status) }
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("200–299");
        }
        let statuses: Vec<String> = self.0.iter().map(u16::to_string).collect();
        f.write_str(&statuses.join(" or "))
    }
}

impl HttpParams {
    /// Reads and checks them.
    ///
    /// # Errors
    /// A sentence that names the wrong parameter, never its value where that may be a secret.
    pub(super) fn of(with: &Map<String, Value>) -> Result<Self, String> {
        params::only_known(Executor::Http, with)?;
        let (body, is_json) = body(with.get("body"));
        let mut headers = headers(with.get("headers"))?;
        if is_json {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        Ok(Self {
            method: method(params::text(with, "method")?.unwrap_or("GET"))?,
            url: url(params::text(with, "url")?.ok_or("`with.url` is missing")?)?,
            headers,
            body,
            expect: expect(with.get("expect"))?,
            timeout: params::span(with, "timeout", SLEEP_MAX)?.unwrap_or(HTTP_TIMEOUT_DEFAULT),
        })
    }

    /// Method and URL for a message.
    pub(super) fn shown(&self) -> String {
        format!("{} {}", self.method, super::shown(&self.url))
    }
}

fn method(text: &str) -> Result<Method, String> {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let upper = text.to_ascii_uppercase();
    match Method::from_bytes(upper.as_bytes()) {
        Ok(method) if KNOWN.contains(&upper.as_str()) => Ok(method),
        _ => Err(format!("`with.method` must be one of {}, not {text:?}", KNOWN.join(", "))),
    }
}

fn url(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("`with.url` is not a URL: {error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(format!("`with.url` must begin with `http://` or `https://`, not `{other}:`")),
    }
}

fn headers(value: Option<&Value>) -> Result<HeaderMap, String> {
    let map = match value {
        None | Some(Value::Null) => return Ok(HeaderMap::new()),
        Some(Value::Object(map)) => map,
        Some(other) => {
            return Err(format!(
                "`with.headers` must be an object, not {}",
                params::kind_of(other)
            ));
        }
    };
    let mut headers = HeaderMap::with_capacity(map.len());
    for (name, value) in map {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            other => {
                let kind = params::kind_of(other);
                return Err(format!("`with.headers.{name}` must be a string, not {kind}"));
            }
        };
        let known: HeaderName =
            name.parse().map_err(|_| format!("{name:?} in `with.headers` is no header's name"))?;
        let mut value = HeaderValue::from_str(&text)
            .map_err(|_| format!("`with.headers.{name}` holds what no header can"))?;
        // Headers carry tokens: none of them is to be seen in any debug output.
        value.set_sensitive(true);
        headers.insert(known, value);
    }
    Ok(headers)
}

/// The body, and whether it was given as data and so becomes JSON.
fn body(value: Option<&Value>) -> (Option<String>, bool) {
    match value {
        None | Some(Value::Null) => (None, false),
        Some(Value::String(text)) => (Some(text.clone()), false),
        Some(data) => (Some(data.to_string()), true),
    }
}

fn expect(value: Option<&Value>) -> Result<Expect, String> {
    let wrong = || "`with.expect` must be a list of statuses, such as `[200, 404]`".to_owned();
    let status = |value: &Value| {
        let status = value.as_u64().and_then(|status| u16::try_from(status).ok());
        status.filter(|status| (100..600).contains(status)).ok_or_else(wrong)
    };
    match value {
        None | Some(Value::Null) => Ok(Expect(Vec::new())),
        Some(Value::Array(list)) if list.is_empty() => Err(wrong()),
        Some(Value::Array(list)) => list.iter().map(status).collect::<Result<_, _>>().map(Expect),
        Some(one) => Ok(Expect(vec![status(one)?])),
    }
}

#[cfg(test)]
mod tests {

    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_parameters_are_named_without_their_secrets() {
        let check = |with: Value, part: &str| {
            let error = HttpParams::of(with.as_object().unwrap()).unwrap_err();
            assert!(error.contains(part), "{error}");
            assert!(!error.contains("secret"), "{error}");
        };
        check(json!({}), "`with.url` is missing");
        check(json!({"url": 1}), "`with.url` must be a string");
        check(json!({"url": "example.org"}), "`with.url` is not a URL");
        check(json!({"url": "file:///secret"}), "must begin with `http://`");
        check(json!({"url": "http://x", "method": "BREW"}), "`with.method` must be one of");
        check(json!({"url": "http://x", "headers": ["a"]}), "`with.headers` must be an object");
        check(json!({"url": "http://x", "headers": {"a b": "c"}}), "\"a b\" in `with.headers`");
        check(json!({"url": "http://x", "headers": {"a": "secret\n"}}), "`with.headers.a` holds");
        check(json!({"url": "http://x", "headers": {"a": []}}), "must be a string, not a list");
        check(json!({"url": "http://x", "expect": "ok"}), "`with.expect` must be a list");
        check(json!({"url": "http://x", "expect": [20]}), "`with.expect` must be a list");
        check(json!({"url": "http://x", "expect": []}), "`with.expect` must be a list");
        check(json!({"url": "http://x", "timeout": "soon"}), "`with.timeout` must be seconds");
        check(json!({"url": "http://x", "follow": true}), "no parameter `follow`");
    }

    #[test]
    fn data_becomes_json_and_text_stays() {
        let of = |with: Value| HttpParams::of(with.as_object().unwrap()).unwrap();
        let data = of(json!({"url": "http://x", "method": "post", "body": {"a": [1]}}));
        assert_eq!(data.method, Method::POST);
        assert_eq!(data.body.as_deref(), Some(r#"{"a":[1]}"#));
        assert_eq!(data.headers[CONTENT_TYPE], "application/json");
        let text = of(json!({"url": "http://x", "body": "{}", "expect": 204}));
        assert_eq!(text.body.as_deref(), Some("{}"));
        assert!(!text.headers.contains_key(CONTENT_TYPE));
        assert!(text.expect.takes(204) && !text.expect.takes(200));
        assert_eq!(
            of(json!({"url": "http://x", "expect": [200, 404]})).expect.to_string(),
            "200 or 404"
        );
    }
}
