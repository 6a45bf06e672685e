//! in-toto statements: SLSA provenance, and documents as predicates.

use std::collections::BTreeMap;

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use super::{EvidenceError, Flags, Found, cyclonedx, limits::PARTS_MAX, openvex, risk, spdx};

const FORMAT: &str = "in-toto statement";
const TYPES: [&str; 2] = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];
const SLSA_V1: &str = "https://slsa.dev/provenance/v1";
const SLSA_V02: &str = "https://slsa.dev/provenance/v0.2";
const CYCLONEDX: &str = "https://cyclonedx.org/bom";
const SPDX: &str = "https://spdx.dev/Document";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement<P> {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    predicate_type: String,
    predicate: P,
}

#[derive(Deserialize)]
pub(super) struct Subject {
    #[serde(default)]
    pub(super) digest: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct V1 {
    build_definition: Definition,
    run_details: Details,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    build_type: String,
    #[serde(rename = "externalParameters")]
    _parameters: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
struct Details {
    builder: Builder,
}

#[derive(Deserialize)]
struct Builder {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct V02 {
    builder: Builder,
    build_type: String,
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let statement: Statement<IgnoredAny> = parse(bytes)?;
    if !TYPES.contains(&statement.kind.as_str()) {
        return refuse(format!("`_type` is {:?}", short(&statement.kind)));
    }
    check_subjects(FORMAT, &statement.subject)?;
    let kind = statement.predicate_type.as_str();
    match kind {
        SLSA_V1 => {
            let V1 { build_definition, run_details } = predicate(bytes)?;
            provenance("v1", &build_definition.build_type, &run_details.builder)
        }
        SLSA_V02 => {
            let V02 { builder, build_type } = predicate(bytes)?;
            provenance("v0.2", &build_type, &builder)
        }
        _ if is(kind, CYCLONEDX) => cyclonedx::check(&predicate(bytes)?),
        _ if is(kind, SPDX) => spdx::check(&predicate(bytes)?),
        _ if kind.starts_with(openvex::CONTEXT) => openvex::check(&predicate(bytes)?),
        _ if kind.starts_with(risk::FORMAT) => risk::check(&predicate(bytes)?),
        _ => Ok(Found::new(Flags::default(), format!("an in-toto statement of {}", short(kind)))),
    }
}

/// Whether a type is this one, or a version of it.
fn is(kind: &str, known: &str) -> bool {
    kind.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Refuses what is about nothing that can be found again.
pub(super) fn check_subjects(
    format: &'static str,
    subjects: &[Subject],
) -> Result<(), EvidenceError> {
    let refuse = |problem: String| Err(EvidenceError::new(format, problem));
    if subjects.is_empty() || subjects.len() > PARTS_MAX {
        return refuse("it has no subject".to_owned());
    }
    for (place, subject) in subjects.iter().enumerate() {
        let hex = |digest: &String| {
            !digest.is_empty() && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        if subject.digest.is_empty() || !subject.digest.values().all(hex) {
            return refuse(format!("subject {place} has no digest in hexadecimal"));
        }
    }
    Ok(())
}

fn provenance(version: &str, build: &str, builder: &Builder) -> Result<Found, EvidenceError> {
    if build.trim().is_empty() || builder.id.trim().is_empty() {
        return refuse("the provenance names no build type or no builder".to_owned());
    }
    let flags = Flags { slsa_provenance_present: true, ..Flags::default() };
    Ok(Found::new(flags, format!("SLSA provenance {version} by {}", short(&builder.id))))
}

fn parse<P: DeserializeOwned>(bytes: &[u8]) -> Result<Statement<P>, EvidenceError> {
    serde_json::from_slice(bytes).map_err(|error| EvidenceError::json(FORMAT, &error))
}

fn predicate<P: DeserializeOwned>(bytes: &[u8]) -> Result<P, EvidenceError> {
    parse::<P>(bytes).map(|statement| statement.predicate)
}

fn refuse<T>(problem: String) -> Result<T, EvidenceError> {
    Err(EvidenceError::new(FORMAT, problem))
}

fn short(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(120).collect()
}
