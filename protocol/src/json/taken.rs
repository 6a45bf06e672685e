//! A message on its way in: every field is known and of its type, or its place is told.

use std::fmt;

use prost_types::{DescriptorProto, FieldDescriptorProto, field_descriptor_proto::Type};
use serde_json::{Map, Value};

use super::{Shapes, TIMESTAMP, called, holds_json, is_list, is_map, shapes};

/// Names of fields that a refusal lists.
const NAMES_LISTED_MAX: usize = 24;

/// Why JSON is no such message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Where, such as `skip[0].reason`; empty for the whole.
    pub place: String,
    /// What is wrong there, as it follows the place.
    pub problem: String,
    /// What would do.
    pub hint: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.place.is_empty() { "the request" } else { &self.place };
        write!(f, "`{place}` {}", self.problem)
    }
}

impl Misfit {
    fn new(place: &str, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { place: place.to_owned(), problem: problem.into(), hint: hint.into() }
    }
}

/// The same object as protobuf's own mapping reads it. `name` is the message's full name, with the
/// leading dot; fields in `hidden` are set in another way and not taken here.
///
/// # Errors
/// [`Misfit`]
pub fn taken(name: &str, given: &Map<String, Value>, hidden: &[&str]) -> Result<Value, Misfit> {
    shapes().taken(name, given, ("", hidden))
}

/// What a query says, as the object that [`taken`] takes.
///
/// # Errors
/// [`Misfit`]
pub fn from_query(
    name: &str,
    pairs: &[(String, String)],
    hidden: &[&str],
) -> Result<Map<String, Value>, Misfit> {
    let shapes = shapes();
    let Some(shape) = shapes.messages.get(name) else { return Ok(Map::new()) };
    let mut object: Map<String, Value> = Map::new();
    for (key, text) in pairs {
        let field = find(shape, key, ("", hidden))?;
        let value = of_text(field, text).ok_or_else(|| {
            Misfit::new(key, format!("is `{text}`, which is of another type"), wanted(field))
        })?;
        if is_list(field) {
            let list = object.entry(key.clone()).or_insert_with(|| Value::Array(Vec::new()));
            list.as_array_mut().into_iter().for_each(|list| list.push(value.clone()));
        } else if object.insert(key.clone(), value).is_some() {
            return Err(Misfit::new(key, "stands there twice", "say it once"));
        }
    }
    Ok(object)
}

fn of_text(field: &FieldDescriptorProto, text: &str) -> Option<Value> {
    Some(match field.r#type() {
        Type::Bool => Value::Bool(text.parse().ok()?),
        Type::String if holds_json(field) => serde_json::from_str(text).ok()?,
        Type::String | Type::Bytes | Type::Enum | Type::Message => text.into(),
        Type::Int32 | Type::Int64 => text.parse::<i64>().ok()?.into(),
        Type::Uint32 | Type::Uint64 => text.parse::<u64>().ok()?.into(),
        _ => serde_json::from_str(text).ok()?,
    })
}

fn find<'a>(
    shape: &'a DescriptorProto,
    key: &str,
    (place, hidden): (&str, &[&str]),
) -> Result<&'a FieldDescriptorProto, Misfit> {
    let known = || {
        let fields = shape.field.iter();
        fields.filter(|field| !hidden.contains(&field.json_name()))
    };
    known().find(|field| called(field) == key).ok_or_else(|| {
        let names: Vec<&str> = known().map(called).take(NAMES_LISTED_MAX).collect();
        let hint = match names.as_slice() {
            [] => "nothing is taken here".to_owned(),
            names => format!("known are {}", names.join(", ")),
        };
        Misfit::new(&join(place, key), "is no field that is known here", hint)
    })
}

fn join(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

/// What a field takes, in words.
fn wanted(field: &FieldDescriptorProto) -> &'static str {
    match field.r#type() {
        Type::Bool => "write true or false",
        Type::String | Type::Bytes => "write a text",
        Type::Enum => "write one of its words",
        Type::Message if field.type_name() == TIMESTAMP => {
            "write a time such as 2025-11-22T10:30:00Z"
        }
        Type::Message => "write an object",
        Type::Int32 | Type::Int64 => "write a whole number",
        Type::Uint32 | Type::Uint64 => "write a whole number from 0",
        _ => "write a number",
    }
}

impl Shapes {
    fn taken(
        &self,
        name: &str,
        given: &Map<String, Value>,
        (place, hidden): (&str, &[&str]),
    ) -> Result<Value, Misfit> {
        let Some(shape) = self.messages.get(name) else {
            return Err(Misfit::new(place, "is no message of the protocol", ""));
        };
        let mut taken = Map::new();
        for (key, value) in given {
            let field = find(shape, key, (place, hidden))?;
            if value.is_null() {
                continue;
            }
            let place = join(place, key);
            let value = if is_map(field, shape) {
                texts(value, &place)?
            } else if is_list(field) {
                let Value::Array(items) = value else {
                    return Err(Misfit::new(&place, "is no list", "write a list"));
                };
                let items = items.iter().enumerate();
                let items =
                    items.map(|(n, one)| self.one_taken(field, one, &format!("{place}[{n}]")));
                Value::Array(items.collect::<Result<_, _>>()?)
            } else {
                self.one_taken(field, value, &place)?
            };
            taken.insert(field.json_name().to_owned(), value);
        }
        Ok(Value::Object(taken))
    }

    fn one_taken(
        &self,
        field: &FieldDescriptorProto,
        given: &Value,
        place: &str,
    ) -> Result<Value, Misfit> {
        let wrong = || Misfit::new(place, "is of another type", wanted(field));
        match (field.r#type(), given) {
            (Type::Message, Value::String(text)) if field.type_name() == TIMESTAMP => {
                let time = Value::String(text.clone());
                match serde_json::from_value::<pbjson_types::Timestamp>(time.clone()) {
                    Ok(_) => Ok(time),
                    Err(_) => Err(Misfit::new(place, "is no time", wanted(field))),
                }
            }
            (Type::Message, Value::Object(object)) if field.type_name() != TIMESTAMP => {
                self.taken(field.type_name(), object, (place, &[]))
            }
            (Type::Enum, Value::String(given)) => {
                let words = self.words(field.type_name());
                let found = words.iter().find(|(word, _)| word == given);
                found.map(|(_, value)| value.as_str().into()).ok_or_else(|| {
                    let words: Vec<&str> = words.iter().skip(1).map(|(word, _)| &**word).collect();
                    let hint = format!("write one of {}", words.join(", "));
                    Misfit::new(place, format!("is `{given}`, which is none of its words"), hint)
                })
            }
            (Type::String, given) if holds_json(field) => Ok(given.to_string().into()),
            (Type::String | Type::Bytes, Value::String(_)) | (Type::Bool, Value::Bool(_)) => {
                Ok(given.clone())
            }
            (Type::Int32 | Type::Int64, Value::Number(number)) if number.is_i64() => {
                let narrow = field.r#type() == Type::Int64
                    || number.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
                if narrow { Ok(given.clone()) } else { Err(wrong()) }
            }
            (Type::Uint32 | Type::Uint64, Value::Number(number)) if number.is_u64() => {
                let narrow = field.r#type() == Type::Uint64
                    || number.as_u64().is_some_and(|number| u32::try_from(number).is_ok());
                if narrow { Ok(given.clone()) } else { Err(wrong()) }
            }
            (Type::Double | Type::Float, Value::Number(_)) => Ok(given.clone()),
            _ => Err(wrong()),
        }
    }
}

/// A map of texts.
fn texts(given: &Value, place: &str) -> Result<Value, Misfit> {
    let Value::Object(object) = given else {
        return Err(Misfit::new(place, "is of another type", "write an object"));
    };
    match object.iter().find(|(_, value)| !value.is_string()) {
        Some((key, _)) => Err(Misfit::new(&join(place, key), "is no text", "write a text")),
        None => Ok(given.clone()),
    }
}
