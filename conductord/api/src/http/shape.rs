//! JSON whose shape is not that of a message of the protocol: checked and described by one table.

use serde_json::{Map, Value, json};

use super::refused::Refused;
use crate::limits::{HTTP_LIST_ITEMS_MAX, HTTP_TEXT_BYTES_MAX};

/// What a value looks like.
#[derive(Debug)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// One of these.
    Word(&'static [&'static str]),
    /// RFC 3339.
    Time,
    /// A number from 0.
    Amount,
    /// A whole number from 0.
    Count,
    /// `true` or `false`.
    Flag,
    /// A list of such values.
    List(&'static Shape),
    /// Any JSON object.
    Anything,
    /// An object of these fields.
    Object(&'static [Field]),
    /// That, or `null`.
    Maybe(&'static Shape),
}

/// A field of an object, or a parameter of a query.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    /// Whether it has to be there; of an answer, all are.
    pub(super) needed: bool,
    pub(super) about: &'static str,
}

impl Field {
    /// One that has to be there.
    pub(super) const fn needed(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, needed: true, about }
    }

    /// One that may be left out.
    pub(super) const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self { name, shape, needed: false, about }
    }
}

impl Shape {
    /// Checks what came in.
    pub(super) fn check(&self, value: &Value, place: &str) -> Result<(), Refused> {
        let wrong = |hint: &str| Err(Refused::field(shown(place), "is of another type", hint));
        match (self, value) {
            (Self::Maybe(_), Value::Null) => Ok(()),
            (Self::Maybe(shape), value) => shape.check(value, place),
            (Self::Text, Value::String(text)) => match text.len() {
                0..=HTTP_TEXT_BYTES_MAX => Ok(()),
                _ => {
                    let hint = format!("at most {HTTP_TEXT_BYTES_MAX} bytes are taken");
                    Err(Refused::field(shown(place), "is too long", &hint))
                }
            },
            (Self::Word(words), Value::String(text)) if words.contains(&text.as_str()) => Ok(()),
            (Self::Word(words), _) => {
                let hint = format!("write one of {}", words.join(", "));
                Err(Refused::field(shown(place), "is none of its words", &hint))
            }
            (Self::Time, Value::String(_)) => {
                match serde_json::from_value::<pbjson_types::Timestamp>(value.clone()) {
                    Ok(_) => Ok(()),
                    Err(_) => wrong("write a time such as 2025-11-22T10:30:00Z"),
                }
            }
            (Self::Amount, Value::Number(number)) if number.as_f64().is_some_and(is_amount) => {
                Ok(())
            }
            (Self::Count, Value::Number(number)) if number.is_u64() => Ok(()),
            (Self::Flag, Value::Bool(_)) | (Self::Anything, Value::Object(_)) => Ok(()),
            (Self::List(shape), Value::Array(items)) if items.len() <= HTTP_LIST_ITEMS_MAX => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(n, item)| shape.check(item, &format!("{place}[{n}]")))
            }
            (Self::List(_), Value::Array(_)) => {
                let hint = format!("at most {HTTP_LIST_ITEMS_MAX} are taken");
                Err(Refused::field(shown(place), "has too many items", &hint))
            }
            (Self::Object(fields), Value::Object(object)) => check_fields(fields, object, place),
            (Self::Text, _) => wrong("write a text"),
            (Self::Time, _) => wrong("write a time such as 2025-11-22T10:30:00Z"),
            (Self::Amount, _) => wrong("write a number from 0"),
            (Self::Count, _) => wrong("write a whole number from 0"),
            (Self::Flag, _) => wrong("write true or false"),
            (Self::List(_), _) => wrong("write a list"),
            (Self::Anything | Self::Object(_), _) => wrong("write an object"),
        }
    }

    /// As JSON Schema; `out` for answers, of which every field is always there.
    pub(super) fn schema(&self, out: bool) -> Value {
        match self {
            Self::Text if out => json!({"type": "string"}),
            Self::Text => json!({"type": "string", "maxLength": HTTP_TEXT_BYTES_MAX}),
            Self::Word(words) => json!({"type": "string", "enum": words}),
            Self::Time => json!({"type": "string", "format": "date-time"}),
            Self::Amount => json!({"type": "number", "minimum": 0}),
            Self::Count => json!({"type": "integer", "minimum": 0}),
            Self::Flag => json!({"type": "boolean"}),
            Self::List(shape) if out => json!({"type": "array", "items": shape.schema(out)}),
            Self::List(shape) => {
                json!({"type": "array", "items": shape.schema(out), "maxItems": HTTP_LIST_ITEMS_MAX})
            }
            Self::Anything => json!({"type": "object"}),
            Self::Maybe(shape) => json!({"anyOf": [shape.schema(out), {"type": "null"}]}),
            Self::Object(fields) => {
                let properties: Map<String, Value> = fields
                    .iter()
                    .map(|field| (field.name.to_owned(), described(field, out)))
                    .collect();
                let needed = fields.iter().filter(|field| out || field.needed);
                let required: Vec<&str> = needed.map(|field| field.name).collect();
                let mut schema = json!({"type": "object", "properties": properties});
                if !required.is_empty() {
                    schema["required"] = json!(required);
                }
                if !out {
                    schema["additionalProperties"] = json!(false);
                }
                schema
            }
        }
    }

    /// What a text of a query is as such a value.
    fn of_text(&self, text: &str) -> Value {
        match self {
            Self::Count | Self::Amount | Self::Flag => {
                serde_json::from_str(text).unwrap_or_else(|_| text.into())
            }
            _ => text.into(),
        }
    }
}

fn described(field: &Field, out: bool) -> Value {
    let mut schema = field.shape.schema(out);
    if let (Some(object), false) = (schema.as_object_mut(), field.about.is_empty()) {
        object.insert("description".to_owned(), field.about.into());
    }
    schema
}

fn check_fields(fields: &[Field], object: &Map<String, Value>, place: &str) -> Result<(), Refused> {
    for (key, value) in object {
        let inner = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
        let Some(field) = fields.iter().find(|field| field.name == key) else {
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            let hint = format!("known are {}", names.join(", "));
            return Err(Refused::field(&inner, "is no field that is known here", &hint));
        };
        // A field that need not be there is also left out by saying that it is nothing.
        if field.needed || !value.is_null() {
            field.shape.check(value, &inner)?;
        }
    }
    match fields.iter().find(|field| field.needed && !object.contains_key(field.name)) {
        Some(field) => {
            let inner = match place {
                "" => field.name.to_owned(),
                place => format!("{place}.{}", field.name),
            };
            Err(Refused::field(&inner, "is missing", field.about))
        }
        None => Ok(()),
    }
}

/// The query as an object, checked.
pub(super) fn from_query(
    fields: &'static [Field],
    pairs: &[(String, String)],
) -> Result<Map<String, Value>, Refused> {
    let mut object = Map::new();
    for (key, text) in pairs {
        let field = fields.iter().find(|field| field.name == key);
        let value = field.map_or_else(|| text.as_str().into(), |field| field.shape.of_text(text));
        if object.insert(key.clone(), value).is_some() {
            return Err(Refused::field(key, "stands there twice", "say it once"));
        }
    }
    check_fields(fields, &object, "")?;
    Ok(object)
}

/// Parameters of a query, for the description.
pub(super) fn parameters(fields: &'static [Field]) -> impl Iterator<Item = Value> {
    fields.iter().map(|field| {
        json!({
            "name": field.name,
            "in": "query",
            "required": field.needed,
            "description": field.about,
            "schema": field.shape.schema(false),
        })
    })
}

fn is_amount(number: f64) -> bool {
    number.is_finite() && number >= 0.0
}

fn shown(place: &str) -> &str {
    if place.is_empty() { "the body" } else { place }
}
