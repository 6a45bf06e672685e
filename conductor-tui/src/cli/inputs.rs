//! A run's inputs from the command line: `-i name=value`, typed by the workflow's JSON Schema, on
//! top of a file of inputs.

use std::path::Path;

use serde_json::{Map, Value};

use super::{failure::Failure, manifest_file};

/// One `-i name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    name: String,
    value: String,
}

impl Assignment {
    /// Name and value, as they were written.
    pub(crate) fn parts(&self) -> (&str, &str) {
        (&self.name, &self.value)
    }

    /// Name and value, as they were written.
    pub(crate) fn into_parts(self) -> (String, String) {
        (self.name, self.value)
    }
}

impl std::str::FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Self { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err("write name=value".into()),
        }
    }
}

/// Inputs of a file; `-` is standard input.
pub(crate) fn read_file(path: &Path) -> Result<Map<String, Value>, Failure> {
    let text = manifest_file::read(path)?;
    // YAML holds JSON.
    let value: Value = serde_yaml_ng::from_str(&text)
        .map_err(|error| Failure::Invalid(format!("{}: {error}", path.display())))?;
    match value {
        Value::Object(inputs) => Ok(inputs),
        Value::Null => Ok(Map::new()),
        _ => Err(Failure::Invalid(format!("{}: the inputs are not an object", path.display()))),
    }
}

/// The inputs with the assignments put in, in order; a later one wins.
pub(crate) fn assign(
    base: Map<String, Value>,
    assignments: &[Assignment],
    schema: &Value,
) -> Result<Map<String, Value>, String> {
    let mut inputs = base;
    for Assignment { name, value } in assignments {
        let property = schema.get("properties").and_then(|all| all.get(name));
        let typed = typed(value, property.unwrap_or(&Value::Null), schema)
            .map_err(|wanted| format!("input `{name}` takes {wanted}, and `{value}` is none"))?;
        inputs.insert(name.clone(), typed);
    }
    Ok(inputs)
}

/// The text as the first type of its schema that it can be; a string where nothing is said. The
/// error names what is taken.
fn typed(text: &str, schema: &Value, root: &Value) -> Result<Value, String> {
    let schema = resolved(schema, root);
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(untyped(text, schema)),
    };
    let found = types.iter().find_map(|wanted| as_type(text, wanted, schema, root));
    found.ok_or_else(|| types.iter().map(|t| article(t)).collect::<Vec<_>>().join(" or "))
}

fn article(kind: &str) -> String {
    match kind {
        "integer" | "array" | "object" => format!("an {kind}"),
        other => format!("a {other}"),
    }
}

/// Without a type an `enum` may still tell numbers from texts.
fn untyped(text: &str, schema: &Value) -> Value {
    let choices = schema.get("enum").and_then(Value::as_array);
    let literal = serde_json::from_str::<Value>(text).ok();
    literal
        .filter(|literal| choices.is_some_and(|choices| choices.contains(literal)))
        .unwrap_or_else(|| text.into())
}

fn as_type(text: &str, wanted: &str, schema: &Value, root: &Value) -> Option<Value> {
    match wanted {
        "string" => Some(text.into()),
        "integer" => {
            let signed = text.parse::<i64>().ok().map(Value::from);
            signed.or_else(|| text.parse::<u64>().ok().map(Value::from))
        }
        // JSON's own numbers only: `inf` and `0x10` are none.
        "number" => serde_json::from_str(text).ok().filter(Value::is_number),
        "boolean" => match text {
            "true" | "yes" | "on" => Some(true.into()),
            "false" | "no" | "off" => Some(false.into()),
            _ => None,
        },
        "null" => matches!(text, "" | "null").then_some(Value::Null),
        "array" if text.trim_start().starts_with('[') => {
            serde_json::from_str(text).ok().filter(Value::is_array)
        }
        "array" => {
            let items = schema.get("items").unwrap_or(&Value::Null);
            let parts = text.split(',').filter(|part| !part.is_empty());
            parts.map(|part| typed(part, items, root).ok()).collect()
        }
        "object" => serde_json::from_str(text).ok().filter(Value::is_object),
        _ => None,
    }
}

/// What a reference to the schema's own definitions stands for; one step, as deep as inputs go.
fn resolved<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/"));
    name.and_then(|name| root.get("$defs")?.get(name)).unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(given: &str, expected: &str) {
        let schema = json!({
            "type": "object",
            "$defs": { "port": { "type": "integer" } },
            "properties": {
                "host": { "type": "string" },
                "count": { "type": "integer" },
                "ratio": { "type": "number" },
                "force": { "type": "boolean" },
                "hosts": { "type": "array", "items": { "type": "string" } },
                "ports": { "type": "array", "items": { "$ref": "#/$defs/port" } },
                "labels": { "type": "object" },
                "limit": { "type": ["integer", "null"] },
                "port": { "$ref": "#/$defs/port" },
                "level": { "enum": [1, 2, "high"] },
            },
        });
        let assignment: Assignment = given.parse().unwrap();
        let shown = match assign(Map::new(), &[assignment], &schema) {
            Ok(inputs) => Value::Object(inputs).to_string(),
            Err(error) => error,
        };
        assert_eq!(shown, expected, "{given}");
    }

    #[test]
    fn values_take_the_type_that_the_schema_says() {
        check("host=db1", r#"{"host":"db1"}"#);
        check("host=5", r#"{"host":"5"}"#);
        check("host=a=b", r#"{"host":"a=b"}"#);
        check("host=", r#"{"host":""}"#);
        check("count=-5", r#"{"count":-5}"#);
        check("count=18446744073709551615", r#"{"count":18446744073709551615}"#);
        check("ratio=0.5", r#"{"ratio":0.5}"#);
        check("force=yes", r#"{"force":true}"#);
        check("hosts=a,b", r#"{"hosts":["a","b"]}"#);
        check("hosts=", r#"{"hosts":[]}"#);
        check(r#"hosts=["a,b"]"#, r#"{"hosts":["a,b"]}"#);
        check("ports=80,443", r#"{"ports":[80,443]}"#);
        check(r#"labels={"a":1}"#, r#"{"labels":{"a":1}}"#);
        check("limit=null", r#"{"limit":null}"#);
        check("limit=3", r#"{"limit":3}"#);
        check("port=22", r#"{"port":22}"#);
        check("level=2", r#"{"level":2}"#);
        check("level=high", r#"{"level":"high"}"#);
        check("unknown=3", r#"{"unknown":"3"}"#);
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        check("count=many", "input `count` takes an integer, and `many` is none");
        check("count=1.5", "input `count` takes an integer, and `1.5` is none");
        check("ratio=inf", "input `ratio` takes a number, and `inf` is none");
        check("force=maybe", "input `force` takes a boolean, and `maybe` is none");
        check("ports=80,x", "input `ports` takes an array, and `80,x` is none");
        check("limit=x", "input `limit` takes an integer or a null, and `x` is none");
    }

    #[test]
    fn a_later_assignment_wins_over_an_earlier_and_over_the_file() {
        let base = Map::from_iter([("a".to_owned(), json!(1)), ("b".to_owned(), json!(2))]);
        let given = ["a=x", "a=y"].map(|text| text.parse().unwrap());
        let inputs = assign(base, &given, &Value::Null).unwrap();
        assert_eq!(Value::Object(inputs), json!({"a": "y", "b": 2}));
    }
}
