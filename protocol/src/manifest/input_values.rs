//! A run's inputs against the workflow's schema: names, values and defaults.

use jsonschema::{PatternOptions, Validator, error::ValidationErrorKind};
use serde_json::{Map, Value};

use super::{
    Manifest,
    inputs::InputNames,
    limits::PROBLEMS_MAX,
    node::{field_path, item_path},
    problem::{Problem, listed, quoted, similar},
};
use crate::error_code::Code;

/// A workflow's `inputs`, compiled: what a run may be started with.
pub struct InputRules {
    schema: Value,
    names: InputNames,
    /// Absent where the workflow takes no inputs, which is most of them and needs no compiler.
    validator: Option<Validator>,
}

impl InputRules {
    /// Compiles the schema. The error is the JSON pointer of the keyword that is wrong and why.
    pub(super) fn of(schema: &Map<String, Value>) -> Result<Self, (String, String)> {
        let names = InputNames::of(schema);
        let schema = Value::Object(schema.clone());
        if schema.as_object().is_some_and(Map::is_empty) {
            return Ok(Self { schema, names, validator: None });
        }
        // The plain regex engine takes time linear in the text, whatever the pattern.
        let validator = jsonschema::draft202012::options()
            .with_pattern_options(PatternOptions::regex())
            .should_validate_formats(true)
            .offline()
            .build(&schema)
            .map_err(|error| (error.instance_path().to_string(), error.to_string()))?;
        Ok(Self { schema, names, validator: Some(validator) })
    }

    /// The inputs with defaults filled in.
    ///
    /// Absent inputs may be `null`. Names that the schema does not have under `properties` are
    /// refused unless it says otherwise (`additionalProperties`, `patternProperties` and the
    /// like).
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with its path, such as `hosts[2].port`; at most
    /// [`PROBLEMS_MAX`].
    pub fn check(&self, inputs: &Value) -> Result<Value, Vec<Problem>> {
        let mut filled = match inputs {
            Value::Null => Value::Object(Map::new()),
            other => other.clone(),
        };
        let mut problems = Vec::new();
        match filled.as_object() {
            Some(given) => self.refuse_unknown_names(given, &mut problems),
            None => problems.push(
                refused("", "the inputs are not an object".to_owned())
                    .mend("give them as names and values, like `{\"host\": \"db1\"}`"),
            ),
        }
        fill_defaults(&self.schema, &mut filled);
        if let Some(validator) = &self.validator {
            let errors = validator.iter_errors(&filled).take(PROBLEMS_MAX);
            problems.extend(errors.map(|error| self.value_problem(&error)));
        }
        problems.truncate(PROBLEMS_MAX);
        if problems.is_empty() { Ok(filled) } else { Err(problems) }
    }

    /// The properties whose own default the schema refuses, and why.
    pub(super) fn wrong_defaults(&self) -> Vec<(String, String)> {
        let mut filled = Value::Object(Map::new());
        fill_defaults(&self.schema, &mut filled);
        let Some(validator) = &self.validator else { return Vec::new() };
        let errors = validator.iter_errors(&filled).filter_map(|error| {
            let path = error.instance_path().to_string();
            let name = path.split('/').nth(1)?.replace("~1", "/").replace("~0", "~");
            Some((name, cut(&error.to_string())))
        });
        errors.take(PROBLEMS_MAX).collect()
    }

    fn refuse_unknown_names(&self, given: &Map<String, Value>, problems: &mut Vec<Problem>) {
        let Some(names) = self.names.closed() else { return };
        for name in given.keys().filter(|name| !names.contains(*name)).take(PROBLEMS_MAX) {
            let known = || names.iter().map(String::as_str);
            let hint = match similar(name, known()) {
                Some(meant) => format!("write `{meant}`"),
                None if names.is_empty() => "leave it out: the workflow takes no inputs".to_owned(),
                None => format!("the inputs are {}", listed(known())),
            };
            let message = format!("the workflow has no input {}", quoted(name));
            problems.push(refused(&field_path("", name), message).mend(hint));
        }
    }

    fn value_problem(&self, error: &jsonschema::ValidationError<'_>) -> Problem {
        let pointer = error.instance_path().to_string();
        let path =
            pointer.split('/').skip(1).fold(String::new(), |path, segment| match segment.parse() {
                Ok(index) if !path.is_empty() => item_path(&path, index),
                _ => field_path(&path, &segment.replace("~1", "/").replace("~0", "~")),
            });
        if let ValidationErrorKind::Required { property } = error.kind() {
            let name = property.as_str().unwrap_or_default();
            let what = self.described(&path, name);
            let message = format!("the input {} is missing", quoted(name));
            return refused(&field_path(&path, name), message).mend(format!("give it{what}"));
        }
        let hint = self.described("", pointer.split('/').nth(1).unwrap_or_default());
        let problem = refused(&path, cut(&error.to_string()));
        match hint.strip_prefix(": ") {
            Some(what) => problem.mend(format!("give {what}")),
            None => problem.mend("change the value to what the workflow's schema takes"),
        }
    }

    /// `: ` and the author's description of an input, where there is one.
    fn described(&self, path: &str, name: &str) -> String {
        let property = self.schema.get("properties").and_then(|all| all.get(name));
        let text = property.and_then(|p| p.get("description")).and_then(Value::as_str);
        text.filter(|_| path.is_empty()).map(|text| format!(": {}", cut(text))).unwrap_or_default()
    }
}

impl Manifest {
    /// The workflow's inputs, compiled, to check many runs' inputs by.
    ///
    /// # Errors
    ///
    /// When `inputs` is no JSON Schema, which the parser would have refused.
    pub fn input_rules(&self) -> Result<InputRules, Vec<Problem>> {
        InputRules::of(&self.inputs).map_err(|(pointer, message)| {
            let path = format!("inputs{}", pointer.replace('/', "."));
            vec![Problem::unplaced(Code::ManifestInputs, path, message)]
        })
    }

    /// A run's inputs, checked, with defaults filled in; see [`InputRules::check`].
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, each with its path.
    pub fn validate_inputs(&self, inputs: &Value) -> Result<Value, Vec<Problem>> {
        self.input_rules()?.check(inputs)
    }
}

fn refused(path: &str, message: String) -> Problem {
    Problem::unplaced(Code::InputsInvalid, path, message)
}

/// Sets what is absent and has a `default`, also in objects that are there.
fn fill_defaults(schema: &Value, value: &mut Value) {
    let properties = schema.get("properties").and_then(Value::as_object);
    let (Some(properties), Some(object)) = (properties, value.as_object_mut()) else { return };
    for (name, property) in properties {
        match (object.get_mut(name), property.get("default")) {
            (Some(given), _) => fill_defaults(property, given),
            (None, Some(default)) => {
                let mut filled = default.clone();
                fill_defaults(property, &mut filled);
                object.insert(name.clone(), filled);
            }
            (None, None) => {}
        }
    }
}

/// The validator's messages hold the value, which may be long.
fn cut(message: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 200;
    let mut shown: String = message.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < message.len() {
        shown.push('…');
    }
    shown.replace('\n', " ")
}
