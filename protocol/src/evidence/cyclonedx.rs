//! `CycloneDX` 1.4 to 1.6 as JSON.

use serde::Deserialize;

use super::{EvidenceError, Flags, Found, counted, limits::PARTS_MAX};

const FORMAT: &str = "CycloneDX document";
const VERSIONS: [&str; 3] = ["1.4", "1.5", "1.6"];
/// Types of components, of all versions that are taken.
const TYPES: [&str; 13] = [
    "application",
    "framework",
    "library",
    "container",
    "platform",
    "operating-system",
    "device",
    "device-driver",
    "firmware",
    "file",
    "machine-learning-model",
    "data",
    "cryptographic-asset",
];
/// What an analysis of a vulnerability may come to.
const STATES: [&str; 6] = [
    "resolved",
    "resolved_with_pedigree",
    "exploitable",
    "in_triage",
    "false_positive",
    "not_affected",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    bom_format: String,
    spec_version: String,
    serial_number: Option<String>,
    version: Option<u64>,
    metadata: Option<Metadata>,
    #[serde(default)]
    components: Vec<Component>,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Metadata {
    component: Option<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: Option<String>,
    analysis: Option<Analysis>,
}

#[derive(Deserialize)]
struct Analysis {
    state: Option<String>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let document: Document =
        serde_json::from_slice(bytes).map_err(|error| EvidenceError::json(FORMAT, &error))?;
    check(&document)
}

/// Checks the rules and says what is in it.
pub(super) fn check(document: &Document) -> Result<Found, EvidenceError> {
    let refuse = |problem: String| Err(EvidenceError::new(FORMAT, problem));
    if document.bom_format != "CycloneDX" {
        return refuse(format!("`bomFormat` is {:?}", short(&document.bom_format)));
    }
    let version = document.spec_version.as_str();
    if !VERSIONS.contains(&version) {
        let version = short(version);
        return refuse(format!("`specVersion` is {version:?}, and 1.4 to 1.6 are taken"));
    }
    if document.version == Some(0) {
        return refuse("`version` is counted from 1".to_owned());
    }
    if let Some(serial) = document.serial_number.as_deref()
        && serial.strip_prefix("urn:uuid:").and_then(|id| uuid::Uuid::try_parse(id).ok()).is_none()
    {
        return refuse(format!("`serialNumber` is no `urn:uuid:…`: {:?}", short(serial)));
    }
    if document.components.len() > PARTS_MAX || document.vulnerabilities.len() > PARTS_MAX {
        return refuse(format!("it has more than {PARTS_MAX} components or vulnerabilities"));
    }
    let main = document.metadata.as_ref().and_then(|metadata| metadata.component.as_ref());
    for (place, component) in document.components.iter().chain(main).enumerate() {
        if component.name.trim().is_empty() {
            return refuse(format!("component {place} has no name"));
        }
        if !TYPES.contains(&component.kind.as_str()) {
            let (name, kind) = (short(&component.name), short(&component.kind));
            return refuse(format!("component {name:?} is of the unknown type {kind:?}"));
        }
    }
    let assessed = assessed(document)?;
    let flags = Flags {
        // What lists nothing is no list of what something is made of.
        sbom_present: !document.components.is_empty() || main.is_some(),
        slsa_provenance_present: false,
        risk_assessment_present: assessed > 0,
    };
    let count = counted(document.components.len(), "component");
    let more = match assessed {
        0 => String::new(),
        assessed => format!(" and {assessed} analysed vulnerabilities"),
    };
    Ok(Found::new(flags, format!("CycloneDX {version} with {count}{more}")))
}

/// Vulnerabilities that somebody has thought about.
fn assessed(document: &Document) -> Result<usize, EvidenceError> {
    let mut assessed = 0;
    for vulnerability in &document.vulnerabilities {
        let analysis = vulnerability.analysis.as_ref();
        let Some(state) = analysis.and_then(|analysis| analysis.state.as_deref()) else { continue };
        if !STATES.contains(&state) {
            let id = short(vulnerability.id.as_deref().unwrap_or("without an id"));
            let problem = format!("vulnerability {id} has the unknown state {:?}", short(state));
            return Err(EvidenceError::new(FORMAT, problem));
        }
        assessed += 1;
    }
    Ok(assessed)
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
