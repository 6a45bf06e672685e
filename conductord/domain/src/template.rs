//! Jinja templates and conditions of a manifest, evaluated over a run's values.
//!
//! Undefined names are errors, evaluation is bounded, and nothing outside of the given values can
//! be reached.

mod names;
mod reads;

use std::sync::OnceLock;

use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;

pub use names::{Later, Names};
pub use reads::Reads;

/// Instructions that one template may take.
const FUEL: u64 = 100_000;

/// Whether a text has anything to render.
#[must_use]
pub fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Whether anything in a value is to be rendered.
#[must_use]
pub fn is_template_in(value: &Value) -> bool {
    match value {
        Value::String(text) => is_template(text),
        Value::Array(items) => items.iter().any(is_template_in),
        Value::Object(fields) => fields.values().any(is_template_in),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Renders a text.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn render_text(text: &str, names: &Names) -> Result<String, String> {
    if !is_template(text) {
        return Ok(text.to_owned());
    }
    let rendered = environment().render_str(text, names.values());
    if names.was_asked_too_early() {
        return Ok(partly(text, names));
    }
    rendered.map_err(|error| sentence(&error))
}

/// Renders every text in a value. A text that is one expression and nothing else keeps the type
/// of what it gives. `place` names the value in errors.
///
/// # Errors
/// A sentence that names the place and says what is wrong.
pub fn render_value(value: &Value, names: &Names, place: &str) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => match sole_expression(text) {
            Some(expression) => match evaluate(expression, names) {
                _ if names.was_asked_too_early() => Ok(value.clone()),
                given => given,
            },
            None => render_text(text, names).map(Value::String),
        }
        .map_err(|problem| format!("{place}: {problem}"))?,
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(i, item)| render_value(item, names, &format!("{place}[{i}]")))
            .collect::<Result<_, _>>()?,
        Value::Object(fields) => fields
            .iter()
            .map(|(name, item)| {
                Ok((name.clone(), render_value(item, names, &format!("{place}.{name}"))?))
            })
            .collect::<Result<_, String>>()?,
        plain => plain.clone(),
    })
}

/// Evaluates a condition. Where it asked for what comes later, what it gives means nothing.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn is_true(condition: &str, names: &Names) -> Result<bool, String> {
    let expression =
        environment().compile_expression(condition).map_err(|error| sentence(&error))?;
    let value = expression.eval(names.values());
    if names.was_asked_too_early() {
        return Ok(false);
    }
    Ok(value.map_err(|error| sentence(&error))?.is_true())
}

fn evaluate(expression: &str, names: &Names) -> Result<Value, String> {
    let expression =
        environment().compile_expression(expression).map_err(|error| sentence(&error))?;
    let value = expression.eval(names.values()).map_err(|error| sentence(&error))?;
    if value.is_undefined() {
        return Err("it is undefined".into());
    }
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// A text with the expressions filled in that are known, the others as they are written. Where
/// statements decide what is written, nothing is filled in.
fn partly(text: &str, names: &Names) -> String {
    if ["{%", "{#", "{{-", "-}}"].iter().any(|mark| text.contains(mark)) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once("{{") {
        let Some((expression, after)) = opened.split_once("}}") else { break };
        let written = format!("{{{{{expression}}}}}");
        let filled = environment().render_str(&written, names.values());
        shown.push_str(before);
        match filled {
            Ok(filled) if !names.was_asked_too_early() => shown.push_str(&filled),
            _ => {
                names.was_asked_too_early();
                shown.push_str(&written);
            }
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

fn sole_expression(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inner.contains("{{") && !inner.contains("}}") && !inner.contains("{%")).then(|| inner.trim())
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        // The very filters that the manifest was checked with.
        let mut environment = conductor_protocol::manifest::template_environment();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_keep_trailing_newline(true);
        environment
    })
}

fn sentence(error: &minijinja::Error) -> String {
    let detail = error.detail().unwrap_or("");
    match error.kind() {
        ErrorKind::UndefinedError if detail.is_empty() => {
            "a name in the template is not defined".into()
        }
        ErrorKind::OutOfFuel => format!("the template takes more than {FUEL} instructions"),
        kind if detail.is_empty() => kind.to_string(),
        kind => format!("{kind}: {detail}"),
    }
}

#[cfg(test)]
mod tests {

    use serde_json::json;

    use super::*;

    fn check(template: &str, expected: Result<Value, &str>) {
        let names = json!({"inputs": {"n": 3, "who": "it's"}, "list": [1, 2]}).into();
        let got = render_value(&Value::String(template.into()), &names, "x");
        match expected {
            Ok(value) => assert_eq!(got, Ok(value), "{template}"),
            Err(part) => {
                let problem = got.expect_err(template);
                assert!(problem.contains(part), "{template}: {problem}");
            }
        }
    }

    #[test]
    fn a_sole_expression_keeps_its_type_and_a_text_stays_a_text() {
        check("{{ inputs.n }}", Ok(json!(3)));
        check("{{ list }}", Ok(json!([1, 2])));
        check("n={{ inputs.n }}", Ok(json!("n=3")));
        check("{{ inputs.n }}{{ inputs.n }}", Ok(json!("33")));
        check("plain", Ok(json!("plain")));
    }

    #[test]
    fn quoting_for_a_shell_survives_quotes() {
        check("echo {{ inputs.who | sh }}", Ok(json!(r"echo 'it'\''s'")));
    }

    #[test]
    fn what_is_undefined_endless_or_malformed_is_an_error() {
        check("{{ inputs.nothing }}", Err("undefined"));
        check("a {{ nothing.x }}", Err("x: "));
        check(
            "{% for i in range(9000) %}{% for j in range(9000) %}{{ j }}{% endfor %}{% endfor %}",
            Err("instructions"),
        );
        check("{{ inputs. }}", Err("x: "));
    }

    #[test]
    fn conditions_are_evaluated() {
        let names = json!({"inputs": {"n": "91"}}).into();
        assert_eq!(is_true("inputs.n | int > 90", &names), Ok(true));
        assert_eq!(is_true("inputs.n | int > 91", &names), Ok(false));
        assert!(
            is_true("inputs.m", &names).is_ok_and(|truth| !truth)
                || is_true("inputs.m", &names).is_err()
        );
    }
}
