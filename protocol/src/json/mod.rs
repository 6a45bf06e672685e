//! The protocol's messages as the JSON that scripts and the HTTP API speak. One mapping, driven by
//! the protocol's own descriptors, in both directions:
//!
//! - Field names are the protocol's, in lowerCamelCase, and every field is always there: what is
//!   not set is `null`, `0`, `""`, `false`, `[]` or `{}` as its type has it.
//! - 64-bit integers are JSON numbers (protobuf's own mapping makes them strings, which `jq`
//!   compares as text).
//! - An enum is its value's short word: `RUN_STATUS_TIMED_OUT` is `timed_out`.
//! - A field that holds JSON as text (`inputs_json`, `manifest_json`, …) is that JSON, under its
//!   name without the ending: `inputs`, `manifest`. One that is empty is `null`.
//! - Times are RFC 3339 in UTC, bytes are base64.
//! - A run's `summary` stands at the top of the run, so that a row of a list and the answer to a
//!   question about one run have the same fields in the same places.

mod schema;
mod shown;
mod taken;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::OnceLock};

use prost::Message as _;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet,
    field_descriptor_proto::{Label, Type},
};

pub use schema::{Direction, components, inner, message_schema, query_schemas};
pub use shown::{shown, time};
pub use taken::{Misfit, from_query, taken};

/// Messages whose fields stand in the message that holds them.
const FLATTENED: &[(&str, &str)] = &[(".conductor.v1.Run", "summary")];
/// Ending of the fields that hold JSON as text.
const JSON_ENDING: &str = "Json";
/// The one message of protobuf's own that is a single value here.
const TIMESTAMP: &str = ".google.protobuf.Timestamp";

/// The protocol's messages, enums and methods by full name.
struct Shapes {
    messages: HashMap<String, DescriptorProto>,
    enums: HashMap<String, EnumDescriptorProto>,
    methods: HashMap<String, (String, String)>,
}

fn shapes() -> &'static Shapes {
    static SHAPES: OnceLock<Shapes> = OnceLock::new();
    SHAPES.get_or_init(|| {
        // The bytes are compiled in and compared with the sources by a test.
        let set = FileDescriptorSet::decode(crate::DESCRIPTORS).unwrap_or_default();
        let mut shapes =
            Shapes { messages: HashMap::new(), enums: HashMap::new(), methods: HashMap::new() };
        for file in set.file {
            let package = file.package().to_owned();
            for message in file.message_type {
                shapes.messages.insert(format!(".{package}.{}", message.name()), message);
            }
            for one in file.enum_type {
                shapes.enums.insert(format!(".{package}.{}", one.name()), one);
            }
            for service in file.service {
                for method in &service.method {
                    let path = format!("/{package}.{}/{}", service.name(), method.name());
                    let (input, output) = (method.input_type(), method.output_type());
                    shapes.methods.insert(path, (input.to_owned(), output.to_owned()));
                }
            }
        }
        shapes
    })
}

/// Whether there is a message of that full name, with the leading dot.
#[must_use]
pub fn is_message(name: &str) -> bool {
    shapes().messages.contains_key(name)
}

/// What a method takes and gives, as full names with the leading dot, by its path such as
/// `/conductor.v1.Runs/Start`.
#[must_use]
pub fn method(path: &str) -> Option<(&'static str, &'static str)> {
    shapes().methods.get(path).map(|(input, output)| (input.as_str(), output.as_str()))
}

/// The short word of an enum's value: `RUN_STATUS_TIMED_OUT` of `RunStatus` is `timed_out`.
#[must_use]
pub fn word(enum_name: &str, value: &str) -> String {
    let mut prefix = String::new();
    for letter in enum_name.chars() {
        if letter.is_ascii_uppercase() && !prefix.is_empty() {
            prefix.push('_');
        }
        prefix.push(letter.to_ascii_uppercase());
    }
    let bare = value.strip_prefix(&prefix).and_then(|rest| rest.strip_prefix('_'));
    bare.unwrap_or(value).to_ascii_lowercase()
}

impl Shapes {
    /// The short words of an enum, each with its value.
    fn words(&self, full_name: &str) -> Vec<(String, String)> {
        let name = full_name.rsplit('.').next().unwrap_or_default();
        let values = self.enums.get(full_name).map(|one| one.value.as_slice()).unwrap_or_default();
        values.iter().map(|value| (word(name, value.name()), value.name().to_owned())).collect()
    }
}

/// What a field is called here.
fn called(field: &FieldDescriptorProto) -> &str {
    if holds_json(field) {
        field.json_name().strip_suffix(JSON_ENDING).unwrap_or_default()
    } else {
        field.json_name()
    }
}

/// Whether a field holds JSON as text.
fn holds_json(field: &FieldDescriptorProto) -> bool {
    field.r#type() == Type::String && field.json_name().ends_with(JSON_ENDING)
}

/// Whether a field is a map, of texts throughout this protocol.
fn is_map(field: &FieldDescriptorProto, shape: &DescriptorProto) -> bool {
    shape.nested_type.iter().any(|nested| {
        nested.options.as_ref().is_some_and(|options| options.map_entry())
            && field.type_name().ends_with(&format!(".{}", nested.name()))
    })
}

fn is_list(field: &FieldDescriptorProto) -> bool {
    field.label() == Label::Repeated
}
