//! The page's state: which field is looked at, what was chosen for each, what is written by hand.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::{Map, Value};

use super::{
    data::Conflict,
    fields::{Choice, Field, Side, fields, resolved},
};
use crate::input::Line;

/// What came of a key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Nothing,
    Closed,
    /// To be confirmed, and then sent as an operation.
    Decided(Resolution),
}

/// What is to become of a conflict.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Resolution {
    /// A new version of the value, none to remove it. Both heads are its parents, so that whoever
    /// gets it knows that it replaces both.
    Write { conflict: String, parents: [String; 2], value: Option<Value> },
    /// It stays in the list, at its end.
    PutOff { conflict: String },
}

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct ConflictPage {
    pub(crate) conflict: Conflict,
    pub(crate) fields: Vec<Field>,
    agreed: Map<String, Value>,
    pub(crate) cursor: usize,
    /// The field under the cursor is written by hand.
    pub(crate) editing: Option<Line>,
    /// Why the last key did nothing.
    pub(crate) problem: Option<String>,
}

impl ConflictPage {
    pub(crate) fn new(conflict: Conflict) -> Self {
        let (fields, agreed) = fields(&conflict);
        Self { conflict, fields, agreed, cursor: 0, editing: None, problem: None }
    }

    /// Fields that nobody has said anything of.
    pub(crate) fn open(&self) -> usize {
        self.fields.iter().filter(|field| field.choice.is_none()).count()
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent) -> Outcome {
        self.problem = None;
        if self.editing.is_some() {
            return self.on_edit(key);
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match (key.code, control) {
            (KeyCode::Esc | KeyCode::Char('q'), _) | (KeyCode::Char('c'), true) => {
                return Outcome::Closed;
            }
            (KeyCode::Down | KeyCode::Char('j'), _) => {
                self.cursor = (self.cursor + 1).min(self.fields.len().saturating_sub(1));
            }
            (KeyCode::Up | KeyCode::Char('k'), _) => self.cursor = self.cursor.saturating_sub(1),
            (KeyCode::Left | KeyCode::Char('h'), _) => self.take(Side::Left),
            (KeyCode::Right | KeyCode::Char('l'), _) => self.take(Side::Right),
            (KeyCode::Char('L'), _) => self.take_all(Side::Left),
            (KeyCode::Char('R'), _) => self.take_all(Side::Right),
            (KeyCode::Char('e'), false) => self.edit(),
            (KeyCode::Char('z'), false) => {
                let conflict = self.conflict.id.clone();
                return Outcome::Decided(Resolution::PutOff { conflict });
            }
            (KeyCode::Enter, _) => return self.decide(),
            _ => {}
        }
        Outcome::Nothing
    }

    /// Takes a side of the field, and goes on to the next that waits for a word.
    fn take(&mut self, side: Side) {
        let Some(field) = self.fields.get_mut(self.cursor) else { return };
        field.choice = Some(Choice::Take(side));
        self.go_on();
    }

    /// Takes one side of all that both changed.
    fn take_all(&mut self, side: Side) {
        for field in self.fields.iter_mut().filter(|field| field.contested) {
            field.choice = Some(Choice::Take(side));
        }
    }

    fn go_on(&mut self) {
        let next = self.fields.iter().skip(self.cursor).position(|field| field.choice.is_none());
        if let Some(next) = next {
            self.cursor += next;
        }
    }

    fn edit(&mut self) {
        let Some(field) = self.fields.get(self.cursor) else { return };
        let start = field.chosen().or(field.sides[0].as_ref()).or(field.before.as_ref());
        self.editing = Some(Line::new(&start.map(written).unwrap_or_default()));
    }

    fn on_edit(&mut self, key: KeyEvent) -> Outcome {
        let Some(line) = &mut self.editing else { return Outcome::Nothing };
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match (key.code, control) {
            (KeyCode::Esc, _) | (KeyCode::Char('c'), true) => self.editing = None,
            (KeyCode::Enter, _) => {
                let value = read(&line.text());
                if let Some(field) = self.fields.get_mut(self.cursor) {
                    field.choice = Some(Choice::Merged(value));
                }
                self.editing = None;
                self.go_on();
            }
            _ => {
                line.on_key(key);
            }
        }
        Outcome::Nothing
    }

    fn decide(&mut self) -> Outcome {
        match resolved(&self.fields, &self.agreed) {
            Ok(value) => Outcome::Decided(Resolution::Write {
                conflict: self.conflict.id.clone(),
                parents: self.conflict.sides.each_ref().map(|side| side.operation.clone()),
                value,
            }),
            Err(open) => {
                let fields =
                    if open == 1 { "1 field waits" } else { &format!("{open} fields wait") };
                self.problem = Some(format!("{fields} for a word: take a side, or e to write it"));
                self.cursor =
                    self.fields.iter().position(|f| f.choice.is_none()).unwrap_or(self.cursor);
                Outcome::Nothing
            }
        }
    }
}

/// A value as it is shown and written: text without its quotes unless it would be read as something
/// else, all else as JSON.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::String(text) if read(text) == *value => text.clone(),
        other => other.to_string(),
    }
}

/// What was written: JSON where it is some, text otherwise.
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
