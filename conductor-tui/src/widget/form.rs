//! A form made from a workflow's inputs: one line each, checked as it is typed. What a JSON
//! Schema says beyond simple types is left to the daemon, which checks everything again.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span},
    widgets::Paragraph,
};
use serde_json::{Map, Value, json};

use super::{Pane, ellipsis, pad, popup};
use crate::{app::Look, input::Line, theme::Meaning};

/// Fields of a form that asks for a reason.
pub(crate) const REASON: &str = "reason";
pub(crate) const INSTEAD: &str = "instead";

/// What a field takes.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Text {
        min: usize,
        max: usize,
    },
    Integer {
        min: f64,
        max: f64,
    },
    Number {
        min: f64,
        max: f64,
    },
    Boolean,
    Choice(Vec<Value>),
    /// Lists and objects, written as JSON.
    Json,
}

#[derive(Debug, Clone, PartialEq)]
struct Field {
    name: String,
    help: String,
    kind: Kind,
    required: bool,
    line: Line,
}

/// The answer to a task that is held.
pub(crate) const ANSWER: &str = "answer";

/// What a form is filled in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    Start,
    Plan,
    Deprecate,
    Retire,
    /// A task is left out.
    Skip(TaskOfRun),
    /// A task that is held is answered.
    Release(TaskOfRun),
}

/// The task that a form is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaskOfRun {
    pub(crate) run_id: String,
    pub(crate) task_id: String,
}

/// The open form of one workflow.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Form {
    pub(crate) purpose: Purpose,
    pub(crate) workflow: String,
    pub(crate) version: String,
    fields: Vec<Field>,
    cursor: usize,
    /// Problems are named for fields that were left, and for all after a try to go on.
    tried: bool,
}

/// What came of a key.
#[derive(Debug, PartialEq)]
pub(crate) enum Submit {
    Open,
    Closed,
    /// The inputs as a JSON object.
    Inputs(Map<String, Value>),
}

impl Form {
    /// Makes a form from the schema of an object; values that were given are filled in.
    pub(crate) fn new(
        workflow: &str,
        version: &str,
        schema: &Map<String, Value>,
        given: &[(String, String)],
    ) -> Self {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|all| all.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let properties = schema.get("properties").and_then(Value::as_object);
        let field = |(name, schema): (&String, &Value)| {
            let given = given.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            let default = schema.get("default").map(shown);
            let text = given.or(default).unwrap_or_default();
            Field {
                name: name.clone(),
                help: schema.get("description").and_then(Value::as_str).unwrap_or("").to_owned(),
                kind: kind(schema),
                required: required.contains(&name.as_str()),
                line: Line::new(&text),
            }
        };
        Self {
            purpose: Purpose::Start,
            workflow: workflow.to_owned(),
            version: version.to_owned(),
            fields: properties.into_iter().flatten().map(field).collect(),
            cursor: 0,
            tried: false,
        }
    }

    /// Asks for the reason of something else than a start.
    pub(crate) fn reason(purpose: Purpose, workflow: &str, version: &str) -> Self {
        let text = |help: &str| json!({"type": "string", "description": help, "maxLength": 1000});
        let mut properties = Map::new();
        let help = match purpose {
            Purpose::Skip(_) => "Why; kept with the run",
            _ => "Why; whoever wants to start it reads this",
        };
        properties.insert(REASON.into(), text(help));
        if purpose == Purpose::Deprecate {
            properties.insert(INSTEAD.into(), text("What to use instead, NAME or NAME@VERSION"));
        }
        properties[REASON]["minLength"] = 1.into();
        Self::asking(purpose, (workflow, version), properties, REASON)
    }

    /// Asks for the answer to a task that is held, one of `answers`, and why.
    pub(crate) fn answer(
        task: TaskOfRun,
        (workflow, version): (&str, &str),
        (message, answers): (&str, &[String]),
    ) -> Self {
        let mut properties = Map::new();
        let answer = json!({
            "enum": answers,
            "default": answers.first(),
            "description": message,
        });
        properties.insert(ANSWER.into(), answer);
        let reason = json!({
            "type": "string",
            "description": "Why; kept with the run",
            "maxLength": 1000,
        });
        properties.insert(REASON.into(), reason);
        Self::asking(Purpose::Release(task), (workflow, version), properties, ANSWER)
    }

    fn asking(
        purpose: Purpose,
        (workflow, version): (&str, &str),
        properties: Map<String, Value>,
        required: &str,
    ) -> Self {
        let mut schema = Map::new();
        schema.insert("required".into(), json!([required]));
        schema.insert("properties".into(), properties.into());
        Self { purpose, ..Self::new(workflow, version, &schema, &[]) }
    }

    /// Names that were given and that the workflow does not take.
    pub(crate) fn unknown<'a>(&self, given: &'a [(String, String)]) -> Option<&'a str> {
        let known = |name: &str| self.fields.iter().any(|field| field.name == name);
        given.iter().map(|(name, _)| name.as_str()).find(|name| !known(name))
    }

    /// The inputs, when every field is good.
    pub(crate) fn inputs(&self) -> Option<Map<String, Value>> {
        let mut inputs = Map::new();
        for field in &self.fields {
            if let Some(value) = field.value().ok()? {
                inputs.insert(field.name.clone(), value);
            }
        }
        Some(inputs)
    }

    pub(crate) fn paste(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.cursor) {
            field.line.insert(text);
        }
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent) -> Submit {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let last = self.fields.len().saturating_sub(1);
        match (key.code, control) {
            (KeyCode::Esc, _) | (KeyCode::Char('c'), true) => return Submit::Closed,
            (KeyCode::Enter, _) if self.cursor < last => self.cursor += 1,
            (KeyCode::Enter, _) => return self.submit(),
            (KeyCode::Tab | KeyCode::Down, _) => self.cursor = (self.cursor + 1).min(last),
            (KeyCode::BackTab | KeyCode::Up, _) => self.cursor = self.cursor.saturating_sub(1),
            _ => {
                if let Some(field) = self.fields.get_mut(self.cursor) {
                    field.on_key(key);
                }
            }
        }
        Submit::Open
    }

    fn submit(&mut self) -> Submit {
        self.tried = true;
        match self.inputs() {
            Some(inputs) => Submit::Inputs(inputs),
            None => {
                let bad = self.fields.iter().position(|field| field.value().is_err());
                self.cursor = bad.unwrap_or(self.cursor);
                Submit::Open
            }
        }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let title = match &self.purpose {
            Purpose::Start => format!("Run {}", self.workflow),
            Purpose::Plan => format!("Plan {}", self.workflow),
            Purpose::Deprecate => format!("Deprecate {}", self.workflow),
            Purpose::Retire => format!("Retire {}", self.workflow),
            Purpose::Skip(task) => format!("Leave out {} of {}", task.task_id, self.workflow),
            Purpose::Release(task) => format!("Answer {} of {}", task.task_id, self.workflow),
        };
        let note = format!("Tab next   {} go on   Esc close", look.glyphs.enter);
        let pane = Pane { title: &title, detail: self.version.clone(), note, focused: true };
        let rows = u16::try_from(self.fields.len() * 2 + 3).unwrap_or(u16::MAX).max(5);
        let inner = popup(frame, area, (76, rows), &pane, look);
        if self.fields.is_empty() {
            let words = format!("it takes no inputs; {} goes on", look.glyphs.enter);
            frame.render_widget(
                Paragraph::new(Span::styled(words, look.style(Meaning::Dim))),
                inner,
            );
        }
        let names = self.fields.iter().map(|field| super::width(&field.name)).max();
        let names = names.unwrap_or(0).min(20) + 4;
        let fit = usize::from(inner.height) / 2;
        let skip = (self.cursor + 1).saturating_sub(fit.max(1));
        let lines: Vec<TextLine<'_>> = self
            .fields
            .iter()
            .enumerate()
            .skip(skip)
            .flat_map(|(i, field)| {
                let problem = field.value().err();
                let named = self.tried || i < self.cursor || !field.line.is_empty();
                let problem = problem.filter(|_| named);
                field.lines(i == self.cursor, problem, (names, usize::from(inner.width)), look)
            })
            .collect();
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

impl Field {
    fn on_key(&mut self, key: KeyEvent) {
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
    fn value(&self) -> Result<Option<Value>, String> {
        let text = self.line.text();
        if text.is_empty() && !(self.required && matches!(self.kind, Kind::Text { min: 0, .. })) {
            return if self.required { Err("is required".into()) } else { Ok(None) };
        }
        let between = |n: f64, (min, max): (f64, f64)| {
            if n < min {
                Err(format!("must be at least {min}"))
            } else if n > max {
                Err(format!("must be at most {max}"))
            } else {
                Ok(())
            }
        };
        let value = match &self.kind {
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
            Kind::Integer { min, max } => {
                let n: i64 = text.parse().map_err(|_| "must be a whole number".to_owned())?;
                between(n as f64, (*min, *max))?;
                Value::from(n)
            }
            Kind::Number { min, max } => {
                let n: f64 = text.parse().map_err(|_| "must be a number".to_owned())?;
                between(n, (*min, *max))?;
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
            Kind::Json => serde_json::from_str(&text).map_err(|e| format!("must be JSON: {e}"))?,
        };
        Ok(Some(value))
    }

    fn type_word(&self) -> String {
        match &self.kind {
            Kind::Text { .. } => "text".into(),
            Kind::Integer { .. } => "whole number".into(),
            Kind::Number { .. } => "number".into(),
            Kind::Boolean => "true or false".into(),
            Kind::Choice(values) => either(values),
            Kind::Json => "JSON".into(),
        }
    }

    fn lines<'a>(
        &self,
        chosen: bool,
        problem: Option<String>,
        (names, cells): (usize, usize),
        look: &Look,
    ) -> Vec<TextLine<'a>> {
        let mark = look.glyphs.ellipsis;
        let name = if chosen { Meaning::Accent } else { Meaning::Text };
        let star = if self.required { " *" } else { "" };
        let (before, after) = self.line.split();
        let mut first = vec![
            Span::styled(if chosen { look.glyphs.cursor } else { " " }, look.style(name)),
            Span::styled(
                format!(" {}", pad(&format!("{}{star}", self.name), names, mark)),
                look.style(name),
            ),
            Span::raw(before),
        ];
        if chosen {
            first.push(Span::styled(" ", look.style(Meaning::Button)));
        }
        first.push(Span::raw(after));
        let (words, style) = match problem {
            Some(problem) => (format!("{} {problem}", look.glyphs.failed), Meaning::Danger),
            None if self.help.is_empty() => (self.type_word(), Meaning::Dim),
            None => (format!("{} ({})", self.help, self.type_word()), Meaning::Dim),
        };
        let words = ellipsis(&words, cells.saturating_sub(names + 2), mark).into_owned();
        let second = vec![Span::raw(" ".repeat(names + 2)), Span::styled(words, look.style(style))];
        vec![TextLine::from(first), TextLine::from(second)]
    }
}

/// A value as it is typed.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn either(values: &[Value]) -> String {
    values.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn kind(schema: &Value) -> Kind {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return Kind::Choice(values.clone());
    }
    let bound = |key: &str, open: f64| schema.get(key).and_then(Value::as_f64).unwrap_or(open);
    let length = |key: &str, open: usize| {
        let value = schema.get(key).and_then(Value::as_u64);
        value.and_then(|n| usize::try_from(n).ok()).unwrap_or(open)
    };
    let (min, max) = (bound("minimum", f64::NEG_INFINITY), bound("maximum", f64::INFINITY));
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => {
            Kind::Text { min: length("minLength", 0), max: length("maxLength", usize::MAX) }
        }
        Some("integer") => Kind::Integer { min, max },
        Some("number") => Kind::Number { min, max },
        Some("boolean") => Kind::Boolean,
        _ => Kind::Json,
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn form(given: &[(&str, &str)]) -> Form {
        let schema = json!({
            "required": ["host"],
            "properties": {
                "host": {"type": "string", "minLength": 2},
                "count": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
                "ratio": {"type": "number"},
                "dry": {"type": "boolean", "default": true},
                "size": {"enum": ["s", "m", 3]},
                "tags": {"type": "array"},
            },
        });
        let given: Vec<_> = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Form::new("triage", "1.0.0", schema.as_object().unwrap(), &given)
    }

    fn problem(name: &str, value: &str) -> Option<String> {
        let form = form(&[(name, value)]);
        form.fields.iter().find(|field| field.name == name).unwrap().value().err()
    }

    #[test]
    fn defaults_and_given_values_become_typed_inputs() {
        let given =
            [("host", "pay-1"), ("size", "3"), ("tags", "[1]"), ("ratio", "0.5"), ("dry", "no")];
        let inputs = form(&given).inputs().map(Value::Object);
        let expected = json!({
            "host": "pay-1", "count": 3, "ratio": 0.5, "dry": false, "size": 3, "tags": [1],
        });
        assert_eq!(inputs, Some(expected));
    }

    #[test]
    fn what_is_wrong_is_said_while_typing() {
        let table = [
            ("host", "", "is required"),
            ("host", "x", "at least 2 characters"),
            ("count", "0", "at least 1"),
            ("count", "10", "at most 9"),
            ("count", "1.5", "whole number"),
            ("ratio", "half", "must be a number"),
            ("dry", "maybe", "`true` or `false`"),
            ("size", "xl", "must be s, m, 3"),
            ("tags", "[", "must be JSON"),
        ];
        for (name, value, part) in table {
            let problem = problem(name, value).unwrap_or_default();
            assert!(problem.contains(part), "{name}={value}: {problem}");
        }
        assert_eq!(problem("ratio", ""), None);
    }

    #[test]
    fn going_on_with_a_mistake_leads_to_it() {
        let mut form = form(&[]);
        form.cursor = 5;
        assert_eq!(form.on_key(KeyCode::Enter.into()), Submit::Open);
        assert_eq!((form.cursor, form.tried), (0, true));
    }

    #[test]
    fn choices_are_gone_through_with_the_arrows() {
        let mut form = form(&[]);
        form.cursor = 4;
        for expected in ["s", "m", "3", "s"] {
            form.on_key(KeyCode::Right.into());
            assert_eq!(form.fields[4].line.text(), expected);
        }
        form.on_key(KeyCode::Left.into());
        assert_eq!(form.fields[4].line.text(), "3");
    }

    #[test]
    fn an_input_that_does_not_exist_is_named() {
        let given = [("hots".to_owned(), "x".to_owned())];
        assert_eq!(form(&[]).unknown(&given), Some("hots"));
    }
}
