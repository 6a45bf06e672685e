//! Artifacts of runs.

use conductor_protocol::{
    json::shown,
    v1::{self, artifacts_server::Artifacts as _},
};
use serde_json::{Map, Value, json};

use super::{
    super::{
        asked::{Asked, Reply},
        refused::Refused,
        route::{Gives, Route, Takes, Verb},
        runbooks::{object, text},
        shape::{Field, Shape},
    },
    runs::page_size,
};
use crate::artifacts;

/// Bytes of a name that is made of where something is.
const NAME_BYTES_MAX: usize = 200;

/// What a path without a scheme is kept under.
const PATH: &str = "file:";

/// What an artifact is.
const KIND: Shape = Shape::Word(&[
    "sbom",
    "slsa_provenance",
    "risk_assessment",
    "build_log",
    "test_report",
    "other",
]);

/// What an artifact proves.
const FLAGS: Shape = Shape::Object(&[
    Field::optional("sbom_present", Shape::Flag, "It holds a bill of materials."),
    Field::optional("slsa_provenance_present", Shape::Flag, "It says how it was built."),
    Field::optional("risk_assessment_present", Shape::Flag, "It says what speaks against it."),
    Field::optional("additional_metadata", Shape::Anything, "Anything more."),
]);

/// An artifact.
pub(super) const ARTIFACT: Shape = Shape::Object(&[
    Field::needed("id", Shape::Text, ""),
    Field::needed("run_id", Shape::Text, ""),
    Field::needed("kind", Shape::Text, ""),
    Field::needed("path_or_uri", Shape::Text, "Where it is."),
    Field::needed("content_hash", Shape::Maybe(&Shape::Text), "`null` where nobody said."),
    Field::needed("created_at", Shape::Maybe(&Shape::Time), ""),
    Field::needed("metadata_json", FLAGS, ""),
]);

const NEW_ARTIFACT: Shape = Shape::Object(&[
    Field::needed("run_id", Shape::Text, ""),
    Field::needed("kind", KIND, ""),
    Field::needed("path_or_uri", Shape::Text, "Where it is."),
    Field::optional("content_hash", Shape::Text, "`ALGORITHM:DIGEST`."),
    Field::optional("metadata_json", FLAGS, "What it proves, as whoever adds it says."),
]);

const FILTER: &[Field] = &[
    Field::optional("run_id", Shape::Text, "Only of this run."),
    Field::optional("kind", KIND, "Only of this kind."),
    Field::optional("page_size", Shape::Count, "Rows of a page."),
    Field::optional("page_token", Shape::Text, "Where the page before ended."),
];

pub(in crate::http) const ROUTES: &[Route] = &[
    Route {
        verb: Verb::Post,
        path: "/maestro/artifacts",
        id: "createArtifact",
        about: "Adds an artifact that is somewhere else to a run.",
        rpc: "/conductor.v1.Artifacts/Record",
        takes: Takes::Shape(&[], Some(&NEW_ARTIFACT)),
        gives: Gives::Shape(&ARTIFACT),
        success: 201,
        conditional: false,
        handler: |asked| Box::pin(create(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/maestro/artifacts",
        id: "listArtifacts",
        about: "Artifacts, newest first.",
        rpc: "/conductor.v1.Artifacts/List",
        takes: Takes::Shape(FILTER, None),
        gives: Gives::Shape(&Shape::List(&ARTIFACT)),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(list(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/maestro/artifacts/{artifact_id}",
        id: "getArtifact",
        about: "One artifact.",
        rpc: "/conductor.v1.Artifacts/Get",
        takes: Takes::Shape(&[], None),
        gives: Gives::Shape(&ARTIFACT),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(get(asked)),
    },
];

async fn create(asked: Asked) -> Result<Reply, Refused> {
    let body = asked.shaped()?;
    let uri = text(&body, "path_or_uri");
    let declared = body.get("metadata_json").and_then(Value::as_object);
    let request = v1::RecordArtifactRequest {
        scope: Some(asked.scope.clone()),
        run_id: text(&body, "run_id"),
        kind: text(&body, "kind"),
        name: name_of(&uri),
        media_type: String::new(),
        uri: as_uri(uri),
        content_hash: text(&body, "content_hash"),
        declared: declared.map(flags),
        idempotency_key: asked.idempotency_key()?,
    };
    let answered = artifacts::Service(asked.api.clone()).record(asked.request(request)).await?;
    let made = answered.into_inner().artifact.unwrap_or_default();
    let at = format!("/maestro/artifacts/{}", made.artifact_id);
    Ok(Reply::json(artifact(&made)).at(&at))
}

async fn list(asked: Asked) -> Result<Reply, Refused> {
    let query = asked.shaped()?;
    let request = v1::ListArtifactsRequest {
        scope: Some(asked.scope.clone()),
        run_id: text(&query, "run_id"),
        kind: text(&query, "kind"),
        page_size: page_size(&query),
        page_token: text(&query, "page_token"),
        ..<_>::default()
    };
    let answered = artifacts::Service(asked.api.clone()).list(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    let list: Vec<Value> = message.artifacts.iter().map(artifact).collect();
    Ok(asked.given(Value::Array(list), &metadata).next(&asked, &message.next_page_token))
}

async fn get(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    let (scope, artifact_id) = (Some(asked.scope.clone()), asked.param("artifact_id"));
    let request = asked.request(v1::GetArtifactRecordRequest { scope, artifact_id });
    let answered = artifacts::Service(asked.api.clone()).get(request).await?;
    Ok(Reply::json(artifact(&answered.into_inner().artifact.unwrap_or_default())))
}

/// Artifacts of a run, as many as one answer has.
pub(super) async fn of_run(asked: &Asked, run_id: &str) -> Result<Vec<Value>, Refused> {
    let request = v1::ListArtifactsRequest {
        scope: Some(asked.scope.clone()),
        run_id: run_id.to_owned(),
        page_size: crate::limits::HTTP_TRACKED_LISTED_MAX,
        ..<_>::default()
    };
    let answered = artifacts::Service(asked.api.clone()).list(asked.request(request)).await?;
    // In the order in which they were added.
    Ok(answered.into_inner().artifacts.iter().rev().map(artifact).collect())
}

fn flags(declared: &Map<String, Value>) -> v1::DeclaredFlags {
    let flag = |name| declared.get(name).and_then(Value::as_bool);
    v1::DeclaredFlags {
        sbom_present: flag("sbom_present"),
        slsa_provenance_present: flag("slsa_provenance_present"),
        risk_assessment_present: flag("risk_assessment_present"),
        additional_metadata_json: object(declared, "additional_metadata"),
    }
}

/// An artifact as it is shown here.
fn artifact(known: &v1::ArtifactRecord) -> Value {
    let plain = serde_json::to_value(known).unwrap_or_default();
    let shown = shown(".conductor.v1.ArtifactRecord", plain);
    let (place, hash) = match known.uri.as_str() {
        "" => (known.name.as_str(), known.digest.as_str()),
        uri => (as_path(uri), known.content_hash.as_str()),
    };
    let more = match &shown["additionalMetadata"] {
        Value::Object(object) => Value::Object(object.clone()),
        _ => json!({}),
    };
    json!({
        "id": known.artifact_id,
        "run_id": known.run_id,
        "kind": known.kind,
        "path_or_uri": place,
        "content_hash": Some(hash).filter(|hash| !hash.is_empty()),
        "created_at": shown["createdAt"],
        "metadata_json": {
            "sbom_present": known.sbom_present,
            "slsa_provenance_present": known.slsa_provenance_present,
            "risk_assessment_present": known.risk_assessment_present,
            "additional_metadata": more,
        },
    })
}

/// A path as the URI that it is kept as.
fn as_uri(place: String) -> String {
    let has_scheme = place.split('/').next().is_some_and(|first| first.contains(':'));
    if has_scheme { place } else { format!("{PATH}{place}") }
}

/// The same as it was given.
fn as_path(uri: &str) -> &str {
    let path = uri.strip_prefix(PATH).filter(|path| !path.starts_with("//"));
    path.unwrap_or(uri)
}

/// What something is called by where it is: the last part of that.
fn name_of(uri: &str) -> String {
    let bare = uri.split(['?', '#']).next().unwrap_or_default();
    let last = bare.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let mut end = last.len().min(NAME_BYTES_MAX);
    while !last.is_char_boundary(end) {
        end -= 1;
    }
    match &last[..end] {
        "" => "artifact".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_it_was_given() {
        for place in ["/srv/sbom.json", "reports/a.json", "s3://a/b", "file:///srv/b"] {
            assert_eq!(as_path(&as_uri(place.to_owned())), place);
            assert!(as_uri(place.to_owned()).contains(':'));
        }
    }

    #[test]
    fn a_name_is_the_last_part_of_a_place() {
        for (uri, name) in [
            ("s3://artifacts/2025-11-22/sbom.json", "sbom.json"),
            ("https://example.org/a/b.tgz?version=2", "b.tgz"),
            ("/srv/reports/", "reports"),
            ("", "artifact"),
        ] {
            assert_eq!(name_of(uri), name, "{uri}");
        }
        assert!(name_of(&"\u{e9}".repeat(400)).len() <= NAME_BYTES_MAX);
    }
}
