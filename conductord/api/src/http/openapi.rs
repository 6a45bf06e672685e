//! The description of the HTTP API, OpenAPI 3.1, made of the table that serves it.

use std::collections::BTreeMap;

use conductor_engine::limits::IDEMPOTENCY_KEY_BYTES_MAX;
use conductor_protocol::json::{Direction, components, inner, message_schema, query_schemas};
use serde_json::{Map, Value, json};

use super::{
    asked::{Reply, SCOPE},
    route::{Gives, Route, Takes, Verb},
    shape, table,
};

/// Which version of the description is written.
const OPENAPI: &str = "3.1.0";

pub(super) const ROUTES: &[Route] = &[Route {
    verb: Verb::Get,
    path: "/api/conductor/v1/openapi.json",
    id: "describe",
    about: "This description.",
    rpc: "/conductor.v1.System/WhoAmI",
    takes: Takes::Shape(&[], None),
    gives: Gives::Document,
    success: 200,
    conditional: false,
    handler: |asked| {
        Box::pin(async move {
            asked.shaped()?;
            Ok(Reply::json(document()))
        })
    },
}];

/// The description of the HTTP API, OpenAPI 3.1. It says nothing of the daemon that gives it: it is the
/// same for everybody.
#[must_use]
pub fn document() -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in table::routes() {
        let item = paths.entry(route.path).or_default();
        item.insert(route.verb.as_str().to_ascii_lowercase(), operation(route));
    }
    let responses = json!({"Refused": refused()});
    let schemas = referenced(schemas(), [&json!(paths), &responses]);
    json!({
        "openapi": OPENAPI,
        "info": {
            "title": "Conductor",
            "version": "v1",
            "summary": "The HTTP API of a Conductor daemon.",
            "description": "Every answer carries `X-Conductor-API-Version` and `X-Conductor-Trace-Id`. An answer that is no success holds `code`, `message` and `traceId`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The daemon that gave this."}],
        "security": [{"token": []}, {"certificate": []}, {}],
        "tags": [
            {"name": "conductor", "description": "What the daemon does."},
            {"name": "maestro", "description": "What something else does and is kept record of."},
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Of a session, a service, a task or an OpenID provider."},
                "certificate": {"type": "mutualTLS", "description": "Over TLS; on the Unix socket the peer's user is known."},
            },
            "headers": headers(),
            "responses": responses,
            "schemas": schemas,
        },
    })
}

fn headers() -> Value {
    let text = |about: &str| json!({"description": about, "schema": {"type": "string"}});
    json!({
        "ApiVersion": {"description": "Which API answered.", "required": true, "schema": {"const": "v1"}},
        "TraceId": {"description": "The request, for finding it in the log and in events.", "required": true, "schema": {"type": "string"}},
        "ETag": text("What `If-None-Match` and `If-Match` name."),
        "FileName": text("What to call the file."),
        "Link": text("Where the next page is, `rel=\"next\"`."),
        "Location": text("Where what was made is."),
        "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
        "Warning": text("A sentence of policy for whoever asked."),
    })
}

fn refused() -> Value {
    json!({
        "description": "It was not done, and why.",
        "headers": {
            "X-Conductor-API-Version": {"$ref": "#/components/headers/ApiVersion"},
            "X-Conductor-Trace-Id": {"$ref": "#/components/headers/TraceId"},
            "Retry-After": {"$ref": "#/components/headers/RetryAfter"},
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
    })
}

fn schemas() -> BTreeMap<String, Value> {
    let mut roots: Vec<(&str, Direction)> = Vec::new();
    for route in table::routes() {
        let (input, output) = route.messages();
        if matches!(route.takes, Takes::Message) {
            roots.push((input, Direction::In));
        }
        match route.gives {
            Gives::Message(_) | Gives::Events => roots.push((output, Direction::Out)),
            Gives::Shape(_) | Gives::Document | Gives::Bytes(_) => {}
        }
    }
    let mut schemas = components(&roots);
    // Requests stand where they are sent: what a path names is no field of their bodies.
    for (input, _) in roots.iter().filter(|(_, direction)| *direction == Direction::In) {
        schemas.remove(&format!("{}Given", input.rsplit('.').next().unwrap_or_default()));
    }
    schemas.remove("ScopeGiven");
    schemas.insert(
        "Refusal".to_owned(),
        json!({
            "type": "object",
            "required": ["code", "message", "traceId", "hint"],
            "properties": {
                "code": {"type": "string", "description": "Stable, such as `RUN_NOT_FOUND`."},
                "message": {"type": "string"},
                "traceId": {"type": "string"},
                "hint": {"type": "string", "description": "What would make it go through."},
                "details": {"type": "object", "description": "More for programs; `place` names the field that is wrong."},
            },
        }),
    );
    schemas
}

/// Those of the schemas that something points to: a message that only wraps what is given is named by
/// nothing.
fn referenced<'v>(
    mut schemas: BTreeMap<String, Value>,
    roots: impl IntoIterator<Item = &'v Value>,
) -> BTreeMap<String, Value> {
    let (mut wanted, mut kept) = (Vec::new(), BTreeMap::new());
    roots.into_iter().for_each(|root| names(root, &mut wanted));
    while let Some(name) = wanted.pop() {
        if let Some(schema) = schemas.remove(&name) {
            names(&schema, &mut wanted);
            kept.insert(name, schema);
        }
    }
    kept
}

/// Adds the names of the schemas that a part of the description points to.
fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let named = fields.get("$ref").and_then(Value::as_str);
            let named = named.and_then(|named| named.strip_prefix("#/components/schemas/"));
            found.extend(named.map(str::to_owned));
            fields.values().for_each(|field| names(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

fn operation(route: &Route) -> Value {
    let tag = if route.path.starts_with("/maestro") { "maestro" } else { "conductor" };
    let mut operation = json!({
        "operationId": route.id,
        "summary": route.about,
        "tags": [tag],
        "parameters": parameters(route),
        "responses": responses(route),
    });
    if let Some(schema) = body(route) {
        let required = matches!(route.takes, Takes::Shape(_, Some(_)));
        operation["requestBody"] =
            json!({"required": required, "content": {"application/json": {"schema": schema}}});
    }
    operation
}

/// What a body looks like; nothing where none is taken.
fn body(route: &Route) -> Option<Value> {
    match route.takes {
        Takes::Shape(_, body) => body.map(|shape| shape.schema(false)),
        Takes::Message if !route.verb.has_body() => None,
        Takes::Message => {
            let (input, _) = route.messages();
            Some(message_schema(input, Direction::In, &route.hidden()))
        }
    }
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut parameters: Vec<Value> = route
        .names()
        .into_iter()
        .map(|name| {
            let schema = json!({"type": "string", "minLength": 1});
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    match route.takes {
        Takes::Shape(fields, _) => parameters.extend(shape::parameters(fields)),
        Takes::Message if route.verb.has_body() => {}
        Takes::Message => {
            let (input, _) = route.messages();
            let mut hidden = route.hidden();
            if matches!(route.gives, Gives::Events) {
                hidden.push("afterSeq");
            }
            parameters.extend(query_schemas(input, &hidden).into_iter().map(query_parameter));
        }
    }
    parameters.extend(SCOPE.map(|name| {
        let about = format!("The {name} that it is about; the daemon's default where it is left out.");
        let schema = json!({"type": "string"});
        json!({"name": name, "in": "query", "required": false, "description": about, "schema": schema})
    }));
    parameters.extend(header_parameters(route));
    parameters
}

fn query_parameter((name, schema, many): (String, Value, bool)) -> Value {
    let mut parameter = json!({"name": name, "in": "query", "required": false, "schema": schema});
    if many {
        parameter["style"] = json!("form");
        parameter["explode"] = json!(true);
    }
    parameter
}

fn header_parameters(route: &Route) -> Vec<Value> {
    let header = |name: &str, about: &str, schema: Value| json!({"name": name, "in": "header", "required": false, "description": about, "schema": schema});
    let text = || json!({"type": "string"});
    let mut parameters = Vec::new();
    if route.verb.has_body() {
        let about = "Makes a request that is sent again the same.";
        let key = json!({"type": "string", "minLength": 1, "maxLength": IDEMPOTENCY_KEY_BYTES_MAX});
        parameters.push(header("Idempotency-Key", about, key));
    }
    if route.conditional {
        let about = "Only if what is there has this `ETag`.";
        parameters.push(header("If-Match", about, text()));
    }
    match route.gives {
        Gives::Events => {
            let about = "The `id` of the last event that came.";
            let seq = json!({"type": "integer", "minimum": 0});
            parameters.push(header("Last-Event-ID", about, seq));
        }
        _ if route.verb == Verb::Get => {
            let about = "Only if what is there has another `ETag`.";
            parameters.push(header("If-None-Match", about, text()));
        }
        _ => {}
    }
    parameters
}

fn responses(route: &Route) -> Value {
    let mut responses = Map::new();
    responses.insert(route.success.to_string(), success(route));
    if route.verb == Verb::Get && !matches!(route.gives, Gives::Events) {
        responses.insert("304".to_owned(), json!({"description": "Whoever asks has it."}));
    }
    let mut refusals = vec![400, 401, 403, 404, 405, 409, 422, 429, 500, 501, 503, 504];
    if route.verb.has_body() {
        refusals.extend([408, 413, 415]);
    }
    if route.conditional {
        refusals.push(412);
    }
    if matches!(route.gives, Gives::Bytes(_)) {
        refusals.extend([410, 413]);
    }
    // Of a head that is too large nobody reads enough to answer in words.
    let head = json!({"description": "The address and the headers are longer than is read."});
    responses.insert("431".to_owned(), head);
    for status in refusals {
        let refused = json!({"$ref": "#/components/responses/Refused"});
        responses.insert(status.to_string(), refused);
    }
    Value::Object(responses)
}

fn success(route: &Route) -> Value {
    let (_, output) = route.messages();
    let reference = |name: &str| {
        let name = name.rsplit('.').next().unwrap_or_default();
        json!({"$ref": format!("#/components/schemas/{name}")})
    };
    let (media, schema) = match route.gives {
        Gives::Message("") => ("application/json", reference(output)),
        Gives::Message(field) => {
            ("application/json", reference(inner(output, field).unwrap_or_default()))
        }
        Gives::Shape(shape) => ("application/json", shape.schema(true)),
        Gives::Document => ("application/json", json!({"type": "object"})),
        Gives::Events => ("text/event-stream", json!({"type": "string"})),
        Gives::Bytes(media) if media.ends_with("+json") => (media, json!({"type": "object"})),
        Gives::Bytes(media) => (media, json!({"type": "string", "format": "binary"})),
    };
    let mut headers = json!({
        "X-Conductor-API-Version": {"$ref": "#/components/headers/ApiVersion"},
        "X-Conductor-Trace-Id": {"$ref": "#/components/headers/TraceId"},
        "X-Conductor-Warning": {"$ref": "#/components/headers/Warning"},
    });
    if route.verb == Verb::Get && !matches!(route.gives, Gives::Events) || route.conditional {
        headers["ETag"] = json!({"$ref": "#/components/headers/ETag"});
    }
    if route.verb == Verb::Get && route.rpc.contains("/List") {
        headers["Link"] = json!({"$ref": "#/components/headers/Link"});
    }
    if matches!(route.gives, Gives::Bytes(media) if !media.ends_with("+json")) {
        headers["Content-Disposition"] = json!({"$ref": "#/components/headers/FileName"});
    }
    if route.success == 201 {
        headers["Location"] = json!({"$ref": "#/components/headers/Location"});
    }
    let about = match route.gives {
        Gives::Events => {
            "Server-sent events. The data of each is JSON; its `id` is a number of the ledger."
        }
        _ => "It was done, or is shown.",
    };
    json!({"description": about, "headers": headers, "content": {media: {"schema": schema}}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_pointed_to() {
        let document = document();
        let text = document.to_string();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        assert!(schemas.contains_key("Refusal") && schemas.contains_key("ArtifactSigner"));
        for name in schemas.keys() {
            assert!(text.contains(&format!("\"#/components/schemas/{name}\"")), "{name}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a variable asks for a regeneration")]
    fn the_committed_description_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let fresh = format!("{}\n", serde_json::to_string_pretty(&document()).unwrap());
        if std::env::var_os("CONDUCTOR_REGENERATE").is_some() {
            std::fs::write(path, &fresh).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == fresh, "docs/openapi.json is stale; run `cargo xtask gen`");
    }
}
