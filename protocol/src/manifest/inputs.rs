//! `inputs`: the JSON Schema (2020-12) of what a run takes. Here is what of JSON Schema a
//! manifest may use, so that a typing error is refused and checking a value can't hang or reach
//! out of the machine.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    check::{Place, mapping},
    input_values::InputRules,
    node::{Data, Entry, Node, field_path, item_path, to_map},
    problem::{Problem, Problems, listed, quoted, similar},
};
use crate::error_code::Code;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What stands under a keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Value,
    Schema,
    Schemas,
    NamedSchemas,
}

/// The keywords that a manifest may use.
const KEYWORDS: &[(&str, Holds)] = &[
    ("$comment", Holds::Value),
    ("$defs", Holds::NamedSchemas),
    ("$ref", Holds::Value),
    ("$schema", Holds::Value),
    ("additionalProperties", Holds::Schema),
    ("allOf", Holds::Schemas),
    ("anyOf", Holds::Schemas),
    ("const", Holds::Value),
    ("contains", Holds::Schema),
    ("default", Holds::Value),
    ("dependentRequired", Holds::Value),
    ("dependentSchemas", Holds::NamedSchemas),
    ("deprecated", Holds::Value),
    ("description", Holds::Value),
    ("else", Holds::Schema),
    ("enum", Holds::Value),
    ("examples", Holds::Value),
    ("exclusiveMaximum", Holds::Value),
    ("exclusiveMinimum", Holds::Value),
    ("format", Holds::Value),
    ("if", Holds::Schema),
    ("items", Holds::Schema),
    ("maxContains", Holds::Value),
    ("maxItems", Holds::Value),
    ("maxLength", Holds::Value),
    ("maxProperties", Holds::Value),
    ("maximum", Holds::Value),
    ("minContains", Holds::Value),
    ("minItems", Holds::Value),
    ("minLength", Holds::Value),
    ("minProperties", Holds::Value),
    ("minimum", Holds::Value),
    ("multipleOf", Holds::Value),
    ("not", Holds::Schema),
    ("oneOf", Holds::Schemas),
    ("pattern", Holds::Value),
    ("patternProperties", Holds::NamedSchemas),
    ("prefixItems", Holds::Schemas),
    ("properties", Holds::NamedSchemas),
    ("propertyNames", Holds::Schema),
    ("readOnly", Holds::Value),
    ("required", Holds::Value),
    ("then", Holds::Schema),
    ("title", Holds::Value),
    ("type", Holds::Value),
    ("uniqueItems", Holds::Value),
    ("writeOnly", Holds::Value),
];

/// Keywords by which a schema can take properties that its `properties` does not name.
const OPENING: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "dependentSchemas",
    "else",
    "if",
    "oneOf",
    "patternProperties",
    "then",
];

/// The names of a workflow's inputs.
pub(super) enum InputNames {
    /// Exactly these.
    Closed(BTreeSet<String>),
    /// The schema takes more than it names.
    Open,
}

impl InputNames {
    pub(super) fn of(schema: &Map<String, Value>) -> Self {
        if OPENING.iter().any(|keyword| schema.get(*keyword).is_some_and(|v| *v != false)) {
            return Self::Open;
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        Self::Closed(properties.into_iter().flat_map(Map::keys).cloned().collect())
    }

    /// The names, where there are no others.
    pub(super) fn closed(&self) -> Option<&BTreeSet<String>> {
        match self {
            Self::Closed(names) => Some(names),
            Self::Open => None,
        }
    }
}

/// Checks the schema and gives it without positions.
pub(super) fn read(node: &Node, problems: &mut Problems) -> Map<String, Value> {
    let path = "inputs";
    let Some(entries) = mapping(node, path, "a JSON Schema of an object", problems) else {
        return Map::new();
    };
    let mut own = Problems::default();
    refuse_other_types(entries, &mut own);
    let definitions: Vec<&str> = match node.entry("$defs").map(|entry| &entry.value.data) {
        Some(Data::Map(definitions)) => definitions.iter().map(|d| d.key.as_str()).collect(),
        _ => Vec::new(),
    };
    SchemaCheck { definitions, problems: &mut own }.schema(node, path, true);
    let schema = to_map(entries);
    // What is wrong with a keyword was said above, with its place, better than the compiler can.
    if own.is_empty() {
        compile(node, &schema, &mut own);
    }
    for problem in own.into_sorted() {
        problems.add(problem);
    }
    schema
}

fn refuse_other_types(entries: &[Entry], problems: &mut Problems) {
    let Some(kind) = entries.iter().find(|entry| entry.key == "type") else { return };
    if kind.value.text() != Some("object") && !kind.value.is_refused() {
        let message = "the inputs of a run are an object";
        let problem = Problem::new(Code::ManifestInputs, kind.value.at, "inputs.type", message);
        problems.add(problem.mend("write `type: object` and the inputs under `properties`"));
    }
}

struct SchemaCheck<'a, 'p> {
    definitions: Vec<&'a str>,
    problems: &'p mut Problems,
}

impl SchemaCheck<'_, '_> {
    fn schema(&mut self, node: &Node, path: &str, root: bool) {
        let Data::Map(entries) = &node.data else {
            if !matches!(node.data, Data::Bool(_) | Data::Refused) {
                let message = format!("expected a schema, found {}", node.kind());
                self.refuse(
                    Place { at: node.at, path },
                    message,
                    "write a mapping, like `{type: string}`",
                );
            }
            return;
        };
        for entry in entries {
            let path = field_path(path, &entry.key);
            match KEYWORDS.iter().find(|(name, _)| *name == entry.key) {
                None => self.unknown_keyword(entry, &path, root),
                Some((_, holds)) => self.below(entry, *holds, &path),
            }
        }
    }

    fn below(&mut self, entry: &Entry, holds: Holds, path: &str) {
        let node = &entry.value;
        match (holds, &node.data) {
            (Holds::Schema, _) => self.schema(node, path, false),
            (Holds::Schemas, Data::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.schema(item, &item_path(path, index), false);
                }
            }
            (Holds::NamedSchemas, Data::Map(entries)) => {
                for entry in entries {
                    self.schema(&entry.value, &field_path(path, &entry.key), false);
                }
            }
            (Holds::Value, _) if entry.key == "$ref" => self.reference(node, path),
            (Holds::Value, _) if entry.key == "$schema" && node.text() != Some(DIALECT) => {
                let hint = format!("remove it or write `{DIALECT}`");
                self.refuse(
                    Place { at: node.at, path },
                    "another dialect of JSON Schema".into(),
                    &hint,
                );
            }
            // Where the value has another type, the metaschema says so.
            _ => {}
        }
    }

    fn unknown_keyword(&mut self, entry: &Entry, path: &str, root: bool) {
        let message = format!("JSON Schema has no keyword {} here", quoted(&entry.key));
        let names = KEYWORDS.iter().map(|(name, _)| *name);
        let hint = match similar(&entry.key, names) {
            Some(name) => format!("write `{name}`"),
            None if root => "put the inputs under `properties`".to_owned(),
            None => "remove it".to_owned(),
        };
        self.refuse(Place { at: entry.at, path }, message, &hint);
    }

    /// A reference may name a definition of the same schema, and so can never leave the file.
    fn reference(&mut self, node: &Node, path: &str) {
        let Some(target) = node.text() else { return };
        let name = target.strip_prefix("#/$defs/");
        if !name.is_some_and(|name| self.definitions.contains(&name)) {
            let message = format!("{} is no definition of this schema", quoted(target));
            let hint = match self.definitions.as_slice() {
                [] => "define it under `inputs: {$defs: …}` and write `#/$defs/NAME`".to_owned(),
                names => {
                    format!("write `#/$defs/NAME`; there is {}", listed(names.iter().copied()))
                }
            };
            self.refuse(Place { at: node.at, path }, message, &hint);
        }
    }

    fn refuse(&mut self, place: Place<'_>, message: String, hint: &str) {
        let problem = Problem::new(Code::ManifestInputs, place.at, place.path, message);
        self.problems.add(problem.mend(hint));
    }
}

/// Has the validator compile the schema, and the schema's own defaults pass it.
fn compile(node: &Node, schema: &Map<String, Value>, problems: &mut Problems) {
    if let Some(name) = circular_definition(schema) {
        let at = node.descend(["$defs", name.as_str()].into_iter()).at;
        let message =
            format!("the definition {} refers to itself with nothing between", quoted(&name));
        let path = field_path("inputs.$defs", &name);
        let problem = Problem::new(Code::ManifestInputs, at, path, message);
        problems.add(problem.mend("let it refer to itself below `properties` or `items` only"));
        return;
    }
    let rules = match InputRules::of(schema) {
        Ok(rules) => rules,
        Err((pointer, message)) => {
            let at = node.descend(pointer.split('/').skip(1)).at;
            let path =
                pointer.split('/').skip(1).fold("inputs".to_owned(), |path, segment| match segment
                    .parse()
                {
                    Ok(index) => item_path(&path, index),
                    Err(_) => field_path(&path, segment),
                });
            let problem = Problem::new(Code::ManifestInputs, at, path, message);
            problems.add(problem.mend("see JSON Schema 2020-12 for what the keyword takes"));
            return;
        }
    };
    for (name, message) in rules.wrong_defaults() {
        let default = node.descend(["properties", name.as_str(), "default"].into_iter());
        let path = field_path(&field_path("inputs.properties", &name), "default");
        let message = format!("the default is not what the input takes: {message}");
        let problem = Problem::new(Code::ManifestInputs, default.at, path, message);
        problems.add(problem.mend("change the default or the schema of the input"));
    }
}

/// A definition that leads back to itself without going into the value, which no validator
/// would get out of.
fn circular_definition(schema: &Map<String, Value>) -> Option<String> {
    let definitions = schema.get("$defs")?.as_object()?;
    let targets = |name: &str| {
        let mut found = Vec::new();
        if let Some(definition) = definitions.get(name) {
            in_place_references(definition, &mut found);
        }
        found
    };
    definitions.keys().find_map(|start| {
        let mut seen = BTreeSet::new();
        let mut open = targets(start);
        while let Some(next) = open.pop() {
            if next == *start {
                return Some(start.clone());
            }
            if seen.insert(next.clone()) {
                open.extend(targets(&next));
            }
        }
        None
    })
}

/// The definitions that apply to the same value as `schema` does.
fn in_place_references(schema: &Value, found: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else { return };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        found.extend(target.strip_prefix("#/$defs/").map(str::to_owned));
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let members = schema.get(keyword).and_then(Value::as_array);
        members.into_iter().flatten().for_each(|member| in_place_references(member, found));
    }
    for keyword in ["if", "then", "else", "not"] {
        schema.get(keyword).into_iter().for_each(|member| in_place_references(member, found));
    }
    let dependent = schema.get("dependentSchemas").and_then(Value::as_object);
    dependent
        .into_iter()
        .flat_map(Map::values)
        .for_each(|member| in_place_references(member, found));
}
