//! Reading an executor's `with`: every wrong or unknown parameter is named.

use std::time::Duration;

use conductor_protocol::manifest::{parse_duration_ms, with_keys};
use serde_json::{Map, Value};

use crate::executor::Executor;

/// Refuses parameters that the executor does not know; the manifest's parser has the same list.
///
/// # Errors
/// A sentence that names the first unknown one and those that exist.
pub(crate) fn only_known(executor: Executor, with: &Map<String, Value>) -> Result<(), String> {
    let Some(known) = with_keys(executor.uses()) else { return Ok(()) };
    match with.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(format!(
            "`with` has no parameter `{key}` here; it takes {}",
            known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        )),
    }
}

/// What a value is, for a sentence.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A string parameter, when it is there.
///
/// # Errors
/// A sentence, when it is not a string.
pub(crate) fn text<'a>(with: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>, String> {
    match with.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("`with.{key}` must be a string, not {}", kind_of(other))),
    }
}

/// The script of `run`, of at most `bytes_max` bytes.
///
/// # Errors
/// A sentence, when it is missing, no string, larger, or holds a zero byte.
pub(crate) fn script(with: &Map<String, Value>, bytes_max: usize) -> Result<&str, String> {
    let script = text(with, "run")?.ok_or("`with.run` is missing")?;
    if script.contains('\0') {
        return Err("`with.run` contains a zero byte".into());
    }
    if script.len() > bytes_max {
        return Err(format!(
            "`with.run` is {} bytes long after its templates were filled in, more than the \
             {bytes_max} that a script may have; pass large data through a file",
            script.len()
        ));
    }
    Ok(script)
}

/// A span of time: a number of seconds, or a string such as `1.5`, `2s`,
/// `500ms`, `1m30s`.
///
/// # Errors
/// A sentence, when it is neither, negative, or more than `max`.
pub(crate) fn span(
    with: &Map<String, Value>,
    key: &str,
    max: Duration,
) -> Result<Option<Duration>, String> {
    let seconds = match with.get(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => seconds_of(text.trim()),
        Some(other) => {
            return Err(format!("`with.{key}` must be a span of time, not {}", kind_of(other)));
        }
    };
    let span = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    match span {
        Some(span) if span <= max => Ok(Some(span)),
        Some(_) => Err(format!("`with.{key}` is more than the {} s allowed", max.as_secs())),
        None => Err(format!(
            "`with.{key}` must be seconds, such as `1.5`, or a span, such as `500ms`, `2s`, `3m`"
        )),
    }
}

fn seconds_of(text: &str) -> Option<f64> {
    let of_duration = || parse_duration_ms(text).map(|ms| Duration::from_millis(ms).as_secs_f64());
    text.parse().ok().or_else(of_duration)
}

#[cfg(test)]
mod tests {

    use serde_json::json;

    use super::*;

    #[test]
    fn spans_of_time() {
        let check = |value: Value, expected: Option<u128>| {
            let with = json!({ "seconds": value });
            let span = span(with.as_object().unwrap(), "seconds", Duration::from_secs(3600));
            assert_eq!(span.ok().map(|s| s.unwrap().as_millis()), expected, "{value}");
        };
        check(json!(0), Some(0));
        check(json!(1.5), Some(1500));
        check(json!("1.5"), Some(1500));
        check(json!("2s"), Some(2000));
        check(json!("500ms"), Some(500));
        check(json!("3m"), Some(180_000));
        check(json!("1m30s"), Some(90_000));
        check(json!("nan"), None);
        check(json!("1h"), Some(3_600_000));
        check(json!("2h"), None);
        check(json!(-1), None);
        check(json!("-1"), None);
        check(json!(""), None);
        check(json!("soon"), None);
        check(json!("1d"), None);
        check(json!("3 m"), None);
        check(json!(1e300), None);
        check(json!([1]), None);
    }

    #[test]
    fn scripts() {
        let check = |value: Value, complaint: &str| {
            let with = json!({ "run": value });
            let read = script(with.as_object().unwrap(), 4).map_err(|why| why.contains(complaint));
            let expected =
                if complaint.is_empty() { Ok(value.as_str().unwrap()) } else { Err(true) };
            assert_eq!(read, expected, "{value}");
        };
        check(json!("true"), "");
        check(json!("false"), "5 bytes long");
        check(json!("a\0b"), "zero byte");
        check(json!(null), "missing");
        check(json!(7), "must be a string");
    }

    #[test]
    fn unknown_parameters_are_named() {
        let with = json!({"run": "x", "rum": "y"});
        let error = only_known(Executor::Shell, with.as_object().unwrap()).unwrap_err();
        assert_eq!(error, "`with` has no parameter `rum` here; it takes `run`, `artifacts`");
        only_known(Executor::Noop, with.as_object().unwrap()).unwrap();
    }
}
