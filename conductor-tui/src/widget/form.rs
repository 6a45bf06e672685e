//! A form made from a workflow's inputs: one line each, checked as it is typed. What a JSON
//! Schema says beyond simple types is left to the daemon, which checks everything again.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span},
    widgets::Paragraph,
};
use serde_json::{Map, Value};

use super::{
    Aloud, Pane,
    asking::Purpose,
    field::{Field, kind, shown},
    popup,
};
use crate::{
    app::Look,
    input::{Line, is_secret_input},
    theme::Meaning,
};

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
            let default = schema.get("default").or_else(|| schema.get("const")).map(shown);
            let text = given.or(default).unwrap_or_default();
            Field {
                name: name.clone(),
                help: schema.get("description").and_then(Value::as_str).unwrap_or("").to_owned(),
                kind: kind(schema),
                required: required.contains(&name.as_str()),
                secret: is_secret_input(name, schema),
                remembered: false,
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

    /// Fills in what was given the last time, where nothing was given now; what may be a secret is not
    /// remembered.
    pub(crate) fn recall(&mut self, before: &[(String, String)], given: &[(String, String)]) {
        for field in &mut self.fields {
            let name = |(known, _): &&(String, String)| *known == field.name;
            if given.iter().any(|it| name(&it)) || field.secret {
                continue;
            }
            if let Some((_, value)) = before.iter().find(name) {
                field.remembered = field.line.text() != *value;
                field.line = Line::new(value);
            }
        }
    }

    /// What is to be remembered of it: as it was typed, without what may be a secret.
    pub(crate) fn typed(&self) -> Vec<(String, String)> {
        let plain = self.fields.iter().filter(|field| !field.secret && !field.line.is_empty());
        plain.map(|field| (field.name.clone(), field.line.text())).collect()
    }

    /// Whether what is typed now is shown to nobody.
    pub(crate) fn hides(&self) -> bool {
        self.fields.get(self.cursor).is_some_and(|field| field.secret)
    }

    /// Whether a field of this name is shown to nobody.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.secret && field.name == name)
    }

    /// The names of the fields that are shown to nobody.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|field| field.secret).map(|field| field.name.as_str())
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

    /// The field that is typed into, for somebody who sees no form.
    pub(crate) fn told(&self) -> Aloud {
        let count = self.fields.len();
        let mut head = vec![format!("{} {}", self.title(), self.version).trim().to_owned()];
        head.push(match count {
            0 => "it takes no inputs; Enter goes on, Esc closes".to_owned(),
            1 => "1 field; Enter goes on, Esc closes".to_owned(),
            _ => format!("{count} fields; Tab goes to the next, Enter goes on, Esc closes"),
        });
        let Some(field) = self.fields.get(self.cursor) else {
            return Aloud { head, ..Aloud::default() };
        };
        let now = vec![format!("{}, {} of {count}", field.told(), self.cursor + 1)];
        let named = self.tried || !field.line.is_empty();
        let problem = field.value().err().filter(|_| named);
        let input = Some(format!("{}: {}", field.name, field.told_value()));
        Aloud { head, now, input, problem }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let title = self.title();
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

#[cfg(test)]
mod tests {

    use serde_json::json;

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
            ("tags", "1", "JSON list"),
        ];
        for (name, value, part) in table {
            let problem = problem(name, value).unwrap_or_default();
            assert!(problem.contains(part), "{name}={value}: {problem}");
        }
        assert_eq!(problem("ratio", ""), None);
    }

    #[test]
    fn what_was_given_is_remembered_but_no_secret() {
        let schema = json!({"properties": {
            "host": {"type": "string"}, "n": {"type": "integer", "default": 1},
            "key": {"type": "string", "writeOnly": true},
            "pass": {"type": "string", "format": "password"},
            "api_token": {"type": "string"},
        }});
        let form = |given: &[(String, String)]| {
            Form::new("triage", "1.0.0", schema.as_object().unwrap(), given)
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let all = [
            pair("host", "pay-1"),
            pair("n", "3"),
            pair("key", "k"),
            pair("pass", "p"),
            pair("api_token", "t"),
        ];
        let typed = form(&all).typed();
        assert_eq!(typed, [pair("host", "pay-1"), pair("n", "3")]);
        let mut next = form(&[pair("n", "2")]);
        next.recall(&all, &[pair("n", "2")]);
        assert_eq!(next.typed(), [pair("host", "pay-1"), pair("n", "2")]);
        assert!(next.is_secret("pass") && !next.is_secret("host"));
        assert_eq!(next.secrets().collect::<Vec<_>>(), ["key", "pass", "api_token"]);
    }

    #[test]
    fn a_secret_is_sent_and_neither_shown_nor_told() {
        let schema = json!({"properties": {
            "token": {"type": "string", "minLength": 9},
            "pin": {"type": "array", "items": {"type": "integer"}},
        }});
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = |token: &str, pin: &str| {
            let given = [pair("token", token), pair("pin", pin)];
            Form::new("triage", "1.0.0", schema.as_object().unwrap(), &given)
        };
        let seen = |form: &Form| {
            let look = crate::app::tests::looks("dark", false);
            let mut terminal =
                ratatui::Terminal::new(ratatui::backend::TestBackend::new(100, 20)).unwrap();
            terminal.draw(|frame| form.view(frame, frame.area(), &look)).unwrap();
            crate::app::tests::text(terminal.backend().buffer()) + &format!("{:?}", form.told())
        };
        let mut good = form("hunter-two", "1,2");
        let sent = good.inputs().map(Value::Object);
        assert_eq!(sent, Some(json!({"token": "hunter-two", "pin": [1, 2]})));
        for at in 0..2 {
            good.cursor = at;
            assert!(good.hides());
            let seen = seen(&good);
            assert!(seen.contains("**********") && seen.contains("***"), "{seen}");
            assert!(!seen.contains("hunter") && !seen.contains("1,2"), "{seen}");
        }
        let mut bad = form("short", "1,x7");
        (bad.tried, bad.cursor) = (true, 1);
        let seen = seen(&bad);
        assert!(seen.contains("at least 9 characters"), "{seen}");
        assert!(!seen.contains("short") && !seen.contains("x7"), "{seen}");
        // What a recording has in its place goes on as the value did.
        assert!(form("*********", "***").inputs().is_some());
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
