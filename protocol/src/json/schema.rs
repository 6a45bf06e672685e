//! Messages as JSON Schema, for the description of the HTTP API.

use std::collections::BTreeMap;

use prost_types::{DescriptorProto, FieldDescriptorProto, field_descriptor_proto::Type};
use serde_json::{Map, Value, json};

use super::{FLATTENED, Shapes, TIMESTAMP, called, holds_json, is_list, is_map, shapes};

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the daemon: fields may be left out, and none that is unknown is taken.
    In,
    /// From the daemon: every field is there, and more may be some day.
    Out,
}

/// The schema of a message without the fields in `hidden`. Messages within it are references to
/// [`components`].
#[must_use]
pub fn message_schema(name: &str, direction: Direction, hidden: &[&str]) -> Value {
    let shapes = shapes();
    let Some(shape) = shapes.messages.get(name) else { return json!({}) };
    shapes.object((name, shape), direction, hidden)
}

/// The schemas of a query's parameters: name, schema, and whether it may stand there more than once.
#[must_use]
pub fn query_schemas(name: &str, hidden: &[&str]) -> Vec<(String, Value, bool)> {
    let shapes = shapes();
    let Some(shape) = shapes.messages.get(name) else { return Vec::new() };
    let fields = shape.field.iter().filter(|field| !hidden.contains(&field.json_name()));
    fields
        .map(|field| {
            let schema = shapes.field_schema(field, shape, Direction::In);
            (called(field).to_owned(), schema, is_list(field))
        })
        .collect()
}

/// The message that a field of a message is, by the field's name.
#[must_use]
pub fn inner(name: &str, field: &str) -> Option<&'static str> {
    let shape = shapes().messages.get(name)?;
    let field = shape.field.iter().find(|one| one.json_name() == field)?;
    (field.r#type() == Type::Message).then(|| field.type_name())
}

/// Every component that these messages reach, and they themselves, by name.
#[must_use]
pub fn components(roots: &[(&str, Direction)]) -> BTreeMap<String, Value> {
    let shapes = shapes();
    let mut waiting: Vec<(String, Direction)> =
        roots.iter().map(|(name, direction)| ((*name).to_owned(), *direction)).collect();
    let mut found = BTreeMap::new();
    while let Some((name, direction)) = waiting.pop() {
        let Some(shape) = shapes.messages.get(&name) else { continue };
        let key = component(&name, direction);
        if found.contains_key(&key) {
            continue;
        }
        found.insert(key, shapes.object((&name, shape), direction, &[]));
        let inner = shape.field.iter().filter(|field| {
            field.r#type() == Type::Message
                && field.type_name() != TIMESTAMP
                && !is_map(field, shape)
        });
        waiting.extend(inner.map(|field| (field.type_name().to_owned(), direction)));
    }
    found
}

/// What a message is called among the components.
fn component(name: &str, direction: Direction) -> String {
    let bare = name.rsplit('.').next().unwrap_or_default();
    match direction {
        Direction::In => format!("{bare}Given"),
        Direction::Out => bare.to_owned(),
    }
}

impl Shapes {
    fn object(
        &self,
        (name, shape): (&str, &DescriptorProto),
        direction: Direction,
        hidden: &[&str],
    ) -> Value {
        let mut properties = Map::new();
        for field in shape.field.iter().filter(|field| !hidden.contains(&field.json_name())) {
            let flat = FLATTENED.contains(&(name, field.json_name()));
            if let Some(inner) = self.messages.get(field.type_name()).filter(|_| flat) {
                let whole = self.object((field.type_name(), inner), direction, &[]);
                properties.extend(whole["properties"].as_object().cloned().unwrap_or_default());
                continue;
            }
            properties.insert(called(field).to_owned(), self.field_schema(field, shape, direction));
        }
        match direction {
            Direction::In => {
                json!({"type": "object", "properties": properties, "additionalProperties": false})
            }
            Direction::Out => {
                let required: Vec<&String> = properties.keys().collect();
                json!({"type": "object", "required": required, "properties": properties})
            }
        }
    }

    fn field_schema(
        &self,
        field: &FieldDescriptorProto,
        shape: &DescriptorProto,
        direction: Direction,
    ) -> Value {
        if is_map(field, shape) {
            return json!({"type": "object", "additionalProperties": {"type": "string"}});
        }
        let (one, always_there) = self.one_schema(field, direction);
        if is_list(field) {
            return json!({"type": "array", "items": one});
        }
        match direction == Direction::In || always_there && !field.proto3_optional() {
            true => one,
            false => nullable(one),
        }
    }

    /// The schema of one value, and whether there is always one.
    fn one_schema(&self, field: &FieldDescriptorProto, direction: Direction) -> (Value, bool) {
        let schema = match field.r#type() {
            Type::Message if field.type_name() == TIMESTAMP => {
                return (json!({"type": "string", "format": "date-time"}), false);
            }
            Type::Message => {
                let name = component(field.type_name(), direction);
                let there = json!({"$ref": format!("#/components/schemas/{name}")});
                return (there, false);
            }
            Type::Enum => {
                let words = self.words(field.type_name()).into_iter().map(|(word, _)| word);
                json!({"type": "string", "enum": words.collect::<Vec<_>>()})
            }
            Type::String if holds_json(field) => json!({}),
            Type::String => json!({"type": "string"}),
            Type::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
            Type::Bool => json!({"type": "boolean"}),
            Type::Uint32 => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
            Type::Uint64 => json!({"type": "integer", "minimum": 0}),
            Type::Int32 => json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX}),
            Type::Int64 => json!({"type": "integer"}),
            _ => json!({"type": "number"}),
        };
        (schema, true)
    }
}

/// The same, or nothing.
fn nullable(schema: Value) -> Value {
    match schema {
        Value::Object(mut object) if object.get("type").is_some_and(Value::is_string) => {
            let one = object.remove("type").unwrap_or_default();
            object.insert("type".to_owned(), json!([one, "null"]));
            Value::Object(object)
        }
        Value::Object(object) if object.is_empty() => Value::Object(object),
        other => json!({"anyOf": [other, {"type": "null"}]}),
    }
}
