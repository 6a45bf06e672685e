//! Inputs of a run as they may be shown and written down: without the values of those that are secrets.
//!
//! An input is one by the word of its JSON Schema, or by its name. Where no schema is at hand, as in what
//! the daemon says of a run, the names that the forms of this session called secret are known besides.

use std::collections::BTreeSet;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::harmless::sounds_secret;

/// SecretNames of inputs that a schema called secret.
pub(crate) type SecretNames = BTreeSet<String>;

/// What stands in place of a value. How long that is, is nobody's business either.
const SIGN: &str = "***";
/// A value that is shorter stands in other texts by chance.
const CHARS_MIN: usize = 4;
/// The field of what the daemon says that holds inputs.
const INPUTS: &str = "inputsJson";
/// Fields of a plan that inputs are filled into.
const FILLED: [&str; 2] = ["withJson", "env"];

/// Whether an input is for nobody's eyes. What is on or off, or one of a few words, is no secret by its
/// name alone: `private: true` says how something is, and not what.
pub(crate) fn is_secret_input(name: &str, schema: &Value) -> bool {
    let is = |key: &str| schema.get(key).and_then(Value::as_bool) == Some(true);
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let few = text("type") == Some("boolean")
        || ["enum", "const"].iter().any(|key| schema.get(key).is_some());
    let inner = schema.get("properties").and_then(Value::as_object);
    is("writeOnly")
        || is("x-secret")
        || text("format") == Some("password")
        || (sounds_secret(name) && !few)
        || inner.into_iter().flatten().any(|(name, schema)| is_secret_input(name, schema))
        || schema.get("items").is_some_and(|items| is_secret_input("", items))
}

/// Whether an input is one, or has one inside, as far as its name says it.
pub(crate) fn has_secret(name: &str, value: &Value, names: &SecretNames) -> bool {
    let mut gone = Vec::new();
    veil_one(name, &mut value.clone(), (names, &mut gone));
    !gone.is_empty()
}

/// Inputs as JSON, with a sign for each secret; as they were where there is none.
pub(crate) fn veiled(json: &str, names: &SecretNames) -> String {
    veil(json, names).map_or_else(|| json.to_owned(), |(shown, _)| shown)
}

/// A message of the daemon as it may be shown: without the secrets among its inputs, also where they were
/// filled in.
pub(crate) fn shown<T: Clone + Serialize + DeserializeOwned>(said: &T, names: &SecretNames) -> T {
    let shown = serde_json::to_value(said).ok().and_then(|mut value| {
        hide(&mut value, names);
        serde_json::from_value(value).ok()
    });
    shown.unwrap_or_else(|| said.clone())
}

/// A line of JSON that is written down, likewise.
pub(crate) fn written(line: String, names: &SecretNames) -> String {
    if !line.contains(INPUTS) {
        return line;
    }
    let Ok(mut value) = serde_json::from_str(&line) else { return line };
    if hide(&mut value, names) { value.to_string() } else { line }
}

/// Says whether there was something to hide.
fn hide(said: &mut Value, names: &SecretNames) -> bool {
    let mut gone = Vec::new();
    each("", said, &mut |field, text| {
        if let Some((shown, values)) = veil(text, names).filter(|_| field == INPUTS) {
            *text = shown;
            gone.extend(values);
        }
    });
    let long = gone.iter().filter(|value| value.chars().count() >= CHARS_MIN);
    for value in long {
        // In JSON inside of JSON it may be written otherwise.
        let quoted = Value::from(value.as_str()).to_string();
        let escaped = &quoted[1..quoted.len() - 1];
        each("", said, &mut |field, text| {
            if FILLED.contains(&field) {
                *text = text.replace(value, SIGN).replace(escaped, SIGN);
            }
        });
    }
    !gone.is_empty()
}

/// Inputs without secrets, and those; nothing where there are none.
fn veil(json: &str, names: &SecretNames) -> Option<(String, Vec<String>)> {
    let mut inputs: Map<String, Value> = serde_json::from_str(json).ok()?;
    let mut gone = Vec::new();
    for (name, value) in &mut inputs {
        veil_one(name, value, (names, &mut gone));
    }
    (!gone.is_empty()).then(|| (Value::Object(inputs).to_string(), gone))
}

fn veil_one(name: &str, value: &mut Value, (names, gone): (&SecretNames, &mut Vec<String>)) {
    let says_what = !matches!(value, Value::Null | Value::Bool(_));
    if names.contains(name) || (says_what && sounds_secret(name)) {
        gone.push(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        each("", value, &mut |_, text| gone.push(text.clone()));
        *value = SIGN.into();
        return;
    }
    match value {
        Value::Object(inner) => {
            inner.iter_mut().for_each(|(name, value)| veil_one(name, value, (names, gone)));
        }
        Value::Array(all) => {
            all.iter_mut().for_each(|value| veil_one("", value, (names, gone)));
        }
        _ => {}
    }
}

/// Each text with the field that it is of; of those inside of a field that is filled in, with that one.
fn each(field: &str, value: &mut Value, take: &mut impl FnMut(&str, &mut String)) {
    match value {
        Value::String(text) => take(field, text),
        Value::Array(all) => all.iter_mut().for_each(|value| each(field, value, take)),
        Value::Object(fields) => {
            for (name, value) in fields {
                each(if FILLED.contains(&field) { field } else { name }, value, take);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_or_a_name_makes_a_secret() {
        let check = |name: &str, schema: Value, secret: bool| {
            assert_eq!(is_secret_input(name, &schema), secret, "{name} {schema}");
        };
        check("token", json!({"type": "string"}), true);
        check("DB_PASSWORD", json!({}), true);
        check("pin", json!({"type": "integer"}), true);
        check("key", json!({"writeOnly": true}), true);
        check("key", json!({"x-secret": true, "enum": ["a"]}), true);
        check("pass", json!({"type": "string", "format": "password"}), true);
        check("db", json!({"properties": {"password": {"type": "string"}}}), true);
        check("keys", json!({"type": "array", "items": {"format": "password"}}), true);
        check("private", json!({"type": "boolean"}), false);
        check("secret_kind", json!({"enum": ["file", "vault"]}), false);
        check("host", json!({"type": "string"}), false);
        check("spinning", json!({"type": "string"}), false);
    }

    #[test]
    fn only_values_of_secrets_go() {
        let names = SecretNames::from(["key".to_owned()]);
        let check = |json: &str, expected: &str| assert_eq!(veiled(json, &names), expected);
        check(r#"{"host": "a", "n": 1}"#, r#"{"host": "a", "n": 1}"#);
        check(r#"{"host":"a","token":"hunter2"}"#, r#"{"host":"a","token":"***"}"#);
        check(r#"{"key":{"a":1},"private":true}"#, r#"{"key":"***","private":true}"#);
        check(
            r#"{"db":[{"password":"x","user":"u"}]}"#,
            r#"{"db":[{"password":"***","user":"u"}]}"#,
        );
        check("no JSON", "no JSON");
    }

    #[test]
    fn what_secrets_are_filled_into_loses_them_too() {
        let said = json!({
            "inputsJson": r#"{"token":"hun\"ter2","pin":"12"}"#,
            "tasks": [{"withJson": r#"{"run":"login hun\"ter2 12"}"#, "env": {"T": "hun\"ter2"}}],
            "digest": "hun",
        });
        let hidden = written(said.to_string(), &SecretNames::new());
        let hidden: Value = serde_json::from_str(&hidden).unwrap();
        let expected = json!({
            "inputsJson": r#"{"token":"***","pin":"***"}"#,
            "tasks": [{"withJson": r#"{"run":"login *** 12"}"#, "env": {"T": "***"}}],
            "digest": "hun",
        });
        assert_eq!(hidden, expected);
        let plain = json!({"inputsJson": "{\"host\": \"a\"}"}).to_string();
        assert_eq!(written(plain.clone(), &SecretNames::new()), plain);
    }
}
