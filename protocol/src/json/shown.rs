//! A message on its way out.

use prost_types::{DescriptorProto, FieldDescriptorProto, field_descriptor_proto::Type};
use serde_json::{Map, Value, json};

use super::{FLATTENED, Shapes, TIMESTAMP, called, holds_json, is_list, is_map, shapes, word};

/// A message as scripts get it, of what protobuf's own mapping to JSON gives. `name` is its full
/// name, with the leading dot.
#[must_use]
pub fn shown(name: &str, plain: Value) -> Value {
    shapes().shown(name, plain)
}

impl Shapes {
    fn shown(&self, name: &str, value: Value) -> Value {
        let (Some(shape), Value::Object(mut given)) = (self.messages.get(name), value) else {
            return Value::Null;
        };
        let mut shown = Map::new();
        for field in &shape.field {
            let value = self.field(field, shape, given.remove(field.json_name()));
            if FLATTENED.contains(&(name, field.json_name())) {
                shown.extend(value.as_object().cloned().unwrap_or_default());
                continue;
            }
            shown.insert(called(field).into(), value);
        }
        Value::Object(shown)
    }

    fn field(
        &self,
        field: &FieldDescriptorProto,
        shape: &DescriptorProto,
        given: Option<Value>,
    ) -> Value {
        if is_map(field, shape) {
            return given.unwrap_or_else(|| json!({}));
        }
        if is_list(field) {
            let Some(Value::Array(items)) = given else { return json!([]) };
            return items.into_iter().map(|item| self.one(field, Some(item))).collect();
        }
        if given.is_none() && field.proto3_optional() {
            return Value::Null;
        }
        self.one(field, given)
    }

    fn one(&self, field: &FieldDescriptorProto, given: Option<Value>) -> Value {
        match field.r#type() {
            Type::Message if field.type_name() == TIMESTAMP => time(given),
            Type::Message => {
                given.map_or(Value::Null, |value| self.shown(field.type_name(), value))
            }
            Type::Enum => {
                let name = field.type_name().rsplit('.').next().unwrap_or_default();
                let value = given.as_ref().and_then(Value::as_str).unwrap_or("UNSPECIFIED");
                word(name, value).into()
            }
            Type::String if holds_json(field) => embedded(given.as_ref()),
            Type::String | Type::Bytes => given.unwrap_or_else(|| json!("")),
            Type::Bool => given.unwrap_or_else(|| json!(false)),
            _ => number(given),
        }
    }
}

/// JSON that came as text; text that is none stays text, so that nothing is hidden.
fn embedded(given: Option<&Value>) -> Value {
    let text = given.and_then(Value::as_str).unwrap_or_default();
    match text {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// A time as protobuf's mapping writes it; UTC is `Z`, as most tools have it.
#[must_use]
pub fn time(given: Option<Value>) -> Value {
    match given.as_ref().and_then(Value::as_str).and_then(|text| text.strip_suffix("+00:00")) {
        Some(utc) => format!("{utc}Z").into(),
        None => given.unwrap_or_default(),
    }
}

fn number(given: Option<Value>) -> Value {
    match given {
        None => json!(0),
        Some(Value::String(digits)) => {
            serde_json::from_str(&digits).unwrap_or(Value::String(digits))
        }
        Some(other) => other,
    }
}
