//! One field of a form: what it takes by its JSON Schema, what is wrong with what was typed, and how
//! it is drawn.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::text::{Line as TextLine, Span};
use serde_json::Value;

use super::{caret, ellipsis, pad};
use crate::{app::Look, input::Line, theme::Meaning};

/// What a field takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Characters, at least and at most.
    Text {
        min: usize,
        max: usize,
    },
    Integer(Bounds),
    Number(Bounds),
    Boolean,
    Choice(Vec<Value>),
    /// Values of one simple kind, divided by commas, or as a JSON list; how many, at least and at most,
    /// and whether each may be there only once.
    List {
        of: Box<Kind>,
        min: usize,
        max: usize,
        unique: bool,
    },
    /// An object, written as JSON.
    Object,
    /// Anything else, written as JSON.
    Json,
}

/// Between which a number is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    min: f64,
    max: f64,
    /// The ends themselves are outside.
    open: (bool, bool),
    /// It is a multiple of this.
    step: Option<f64>,
}

impl Bounds {
    fn of(schema: &Value) -> Self {
        let number = |key: &str| schema.get(key).and_then(Value::as_f64);
        let (above, below) = (number("exclusiveMinimum"), number("exclusiveMaximum"));
        Self {
            min: above.or_else(|| number("minimum")).unwrap_or(f64::NEG_INFINITY),
            max: below.or_else(|| number("maximum")).unwrap_or(f64::INFINITY),
            open: (above.is_some(), below.is_some()),
            step: number("multipleOf").filter(|step| *step > 0.0),
        }
    }

    fn check(self, n: f64) -> Result<(), String> {
        let Self { min, max, open, step } = self;
        match open {
            (true, _) if n <= min => return Err(format!("must be more than {min}")),
            (_, true) if n >= max => return Err(format!("must be less than {max}")),
            _ if n < min => return Err(format!("must be at least {min}")),
            _ if n > max => return Err(format!("must be at most {max}")),
            _ => {}
        }
        match step {
            Some(step) if ((n / step).round() - n / step).abs() > 1e-9 => {
                Err(format!("must be a multiple of {step}"))
            }
            _ => Ok(()),
        }
    }
}

/// A field and what was typed into it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// Its value is neither shown nor remembered.
    pub(super) secret: bool,
    /// It holds what was given the last time.
    pub(super) remembered: bool,
    pub(super) line: Line,
}

impl Field {
    pub(super) fn on_key(&mut self, key: KeyEvent) {
        let step: isize = match key.code {
            KeyCode::Left => -1,
            KeyCode::Right | KeyCode::Char(' ') => 1,
            _ => 0,
        };
        let choices: Vec<String> = match &self.kind {
            Kind::Choice(values) => values.iter().map(shown).collect(),
            Kind::Boolean => vec!["true".into(), "false".into()],
            _ => Vec::new(),
        };
        self.remembered = false;
        if step == 0 || choices.is_empty() {
            self.line.on_key(key);
            return;
        }
        let now = choices.iter().position(|choice| *choice == self.line.text());
        let next = now.map_or(0, |now| {
            now.checked_add_signed(step).unwrap_or(choices.len() - 1) % choices.len()
        });
        self.line = Line::new(&choices[next]);
    }

    /// The value, none when it was left out, or what is wrong.
    pub(super) fn value(&self) -> Result<Option<Value>, String> {
        let text = self.line.text();
        if text.is_empty() && !(self.required && matches!(self.kind, Kind::Text { min: 0, .. })) {
            return if self.required { Err("is required".into()) } else { Ok(None) };
        }
        // A recording has stars in place of a secret; the form it is played to goes on as that one did.
        if self.secret && text.chars().all(|c| c == '*') {
            return Ok(Some(Value::String(text)));
        }
        let read = read(&self.kind, text).map(Some);
        match self.kind {
            Kind::Text { .. } => read,
            // What is wrong with a list or with JSON may name a part of it.
            _ => read.map_err(|problem| match self.secret {
                true => format!("must be {}", type_word(&self.kind)),
                false => problem,
            }),
        }
    }

    /// Its name, what it takes and what it is for.
    pub(super) fn told(&self) -> String {
        let mut parts = vec![self.name.clone(), type_word(&self.kind)];
        parts.push(if self.required { "required" } else { "may be left out" }.to_owned());
        if self.secret {
            parts.push("not shown".to_owned());
        }
        if self.remembered {
            parts.push("as the last time".to_owned());
        }
        parts.extend((!self.help.is_empty()).then(|| self.help.clone()));
        parts.join(", ")
    }

    /// What was typed, as far as it may be shown.
    pub(super) fn told_value(&self) -> String {
        let text = self.line.text();
        if self.secret { "*".repeat(text.chars().count()) } else { text }
    }

    pub(super) fn lines<'a>(
        &self,
        chosen: bool,
        problem: Option<String>,
        (names, cells): (usize, usize),
        look: &Look,
    ) -> Vec<TextLine<'a>> {
        let mark = look.glyphs.ellipsis;
        let name = if chosen { Meaning::Accent } else { Meaning::Panel };
        let star = if self.required { " *" } else { "" };
        let (before, after) = self.line.split();
        let hide = |text: String| if self.secret { "*".repeat(text.chars().count()) } else { text };
        let mut first = vec![
            Span::styled(if chosen { look.glyphs.cursor } else { " " }, look.style(name)),
            Span::styled(
                format!(" {}", pad(&format!("{}{star}", self.name), names, mark)),
                look.style(name),
            ),
            Span::raw(hide(before)),
        ];
        if chosen {
            first.push(Span::styled(" ", caret(look.style(Meaning::Button))));
        }
        first.push(Span::raw(hide(after)));
        if self.remembered {
            first.push(Span::styled("  as the last time", look.style(Meaning::Dim)));
        }
        let (words, style) = match problem {
            Some(problem) => (format!("{} {problem}", look.glyphs.failed), Meaning::Danger),
            None if self.help.is_empty() => (type_word(&self.kind), Meaning::Dim),
            None => (format!("{} ({})", self.help, type_word(&self.kind)), Meaning::Dim),
        };
        let words = ellipsis(&words, cells.saturating_sub(names + 2), mark).into_owned();
        let second = vec![Span::raw(" ".repeat(names + 2)), Span::styled(words, look.style(style))];
        vec![TextLine::from(first), TextLine::from(second)]
    }
}

/// Reads what was typed as a value of a kind.
fn read(kind: &Kind, text: String) -> Result<Value, String> {
    Ok(match kind {
        Kind::Text { min, max } => {
            let length = text.chars().count();
            if length < *min {
                return Err(format!("must be at least {min} characters"));
            }
            if length > *max {
                return Err(format!("must be at most {max} characters"));
            }
            Value::String(text)
        }
        Kind::Integer(bounds) => {
            let n: i64 = text.parse().map_err(|_| "must be a whole number".to_owned())?;
            bounds.check(n as f64)?;
            Value::from(n)
        }
        Kind::Number(bounds) => {
            let n: f64 = text.parse().map_err(|_| "must be a number".to_owned())?;
            bounds.check(n)?;
            Value::from(n)
        }
        Kind::Boolean => match text.as_str() {
            "true" | "yes" => Value::Bool(true),
            "false" | "no" => Value::Bool(false),
            _ => return Err("must be `true` or `false`".into()),
        },
        Kind::Choice(values) => {
            let chosen = values.iter().find(|value| shown(value) == text);
            chosen.cloned().ok_or_else(|| format!("must be {}", either(values)))?
        }
        Kind::List { of, min, max, unique } => list(of, (*min, *max, *unique), &text)?,
        Kind::Object => match json(&text)? {
            object @ Value::Object(_) => object,
            _ => return Err("must be a JSON object, such as {\"a\": 1}".into()),
        },
        Kind::Json => json(&text)?,
    })
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("must be JSON: {error}"))
}

/// `a, b` or `["a", "b"]`.
fn list(of: &Kind, (min, max, unique): (usize, usize, bool), text: &str) -> Result<Value, String> {
    let values: Vec<Value> = if text.trim_start().starts_with('[') {
        match json(text)? {
            Value::Array(values) => values,
            _ => Vec::new(),
        }
    } else if matches!(of, Kind::Json | Kind::Object | Kind::List { .. }) {
        return Err("must be a JSON list, such as [1, 2]".into());
    } else {
        text.split(',')
            .map(str::trim)
            .map(|part| read(of, part.to_owned()))
            .collect::<Result<_, _>>()?
    };
    for value in &values {
        let fits = match of {
            Kind::Text { .. } => value.is_string(),
            Kind::Integer(_) => value.is_i64() || value.is_u64(),
            Kind::Number(_) => value.is_number(),
            Kind::Boolean => value.is_boolean(),
            Kind::Choice(values) => values.contains(value),
            Kind::Object => value.is_object(),
            Kind::List { .. } => value.is_array(),
            Kind::Json => true,
        };
        if !fits {
            return Err(format!("{value} is not {}", type_word(of)));
        }
    }
    if values.len() < min {
        return Err(format!("must be at least {min}"));
    }
    if values.len() > max {
        return Err(format!("must be at most {max}"));
    }
    let twice = values.iter().enumerate().find(|(at, value)| values[..*at].contains(value));
    match twice.filter(|_| unique) {
        Some((_, value)) => Err(format!("{value} is there twice")),
        None => Ok(Value::Array(values)),
    }
}

fn type_word(kind: &Kind) -> String {
    match kind {
        Kind::Text { .. } => "text".into(),
        Kind::Integer(_) => "whole number".into(),
        Kind::Number(_) => "number".into(),
        Kind::Boolean => "true or false".into(),
        Kind::Choice(values) => either(values),
        Kind::List { of, .. } => match **of {
            Kind::Json | Kind::Object | Kind::List { .. } => "JSON list".into(),
            ref of => format!("{}, divided by commas", type_word(of)),
        },
        Kind::Object => "JSON object".into(),
        Kind::Json => "JSON".into(),
    }
}

/// A value as it is typed.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn either(values: &[Value]) -> String {
    values.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// What a schema takes.
pub(super) fn kind(schema: &Value) -> Kind {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return Kind::Choice(values.clone());
    }
    if let Some(value) = schema.get("const") {
        return Kind::Choice(vec![value.clone()]);
    }
    let size = |key: &str, open: usize| {
        let value = schema.get(key).and_then(Value::as_u64);
        value.and_then(|n| usize::try_from(n).ok()).unwrap_or(open)
    };
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => {
            Kind::Text { min: size("minLength", 0), max: size("maxLength", usize::MAX) }
        }
        Some("integer") => Kind::Integer(Bounds::of(schema)),
        Some("number") => Kind::Number(Bounds::of(schema)),
        Some("boolean") => Kind::Boolean,
        Some("array") => Kind::List {
            of: Box::new(schema.get("items").map_or(Kind::Json, kind)),
            min: size("minItems", 0),
            max: size("maxItems", usize::MAX),
            unique: schema.get("uniqueItems").and_then(Value::as_bool) == Some(true),
        },
        Some("object") => Kind::Object,
        _ => Kind::Json,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(schema: &Value, text: &str) -> Result<Value, String> {
        read(&kind(schema), text.to_owned())
    }

    #[test]
    fn lists_are_typed_with_commas_or_as_json() {
        let names = json!({"type": "array", "items": {"type": "string"}, "minItems": 1,
            "maxItems": 3, "uniqueItems": true});
        assert_eq!(value(&names, "pay-1, pay-2"), Ok(json!(["pay-1", "pay-2"])));
        assert_eq!(value(&names, r#"["a, b"]"#), Ok(json!(["a, b"])));
        let ports = json!({"type": "array", "items": {"type": "integer", "maximum": 65535}});
        assert_eq!(value(&ports, "80,443"), Ok(json!([80, 443])));
        let table = [
            (&names, "[]", "at least 1"),
            (&names, "a,b,c,d", "at most 3"),
            (&names, "a,a", "there twice"),
            (&names, "[1]", "1 is not text"),
            (&ports, "80,http", "whole number"),
            (&ports, "70000", "at most 65535"),
            (&ports, "[80", "must be JSON"),
        ];
        for (schema, text, part) in table {
            let problem = value(schema, text).unwrap_err();
            assert!(problem.contains(part), "{text}: {problem}");
        }
        let any = json!({"type": "array"});
        assert_eq!(value(&any, "[1, {}]"), Ok(json!([1, {}])));
        assert!(value(&any, "1, 2").unwrap_err().contains("JSON list"));
    }

    #[test]
    fn numbers_keep_to_their_bounds_and_objects_are_objects() {
        let ratio = json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1});
        assert!(value(&ratio, "0").unwrap_err().contains("more than 0"));
        assert!(value(&ratio, "1").unwrap_err().contains("less than 1"));
        let even = json!({"type": "integer", "multipleOf": 2});
        assert!(value(&even, "3").unwrap_err().contains("multiple of 2"));
        assert_eq!(value(&even, "4"), Ok(json!(4)));
        let labels = json!({"type": "object"});
        assert_eq!(value(&labels, r#"{"a": 1}"#), Ok(json!({"a": 1})));
        assert!(value(&labels, "[1]").unwrap_err().contains("JSON object"));
        assert_eq!(value(&json!({"const": 3}), "3"), Ok(json!(3)));
    }
}
