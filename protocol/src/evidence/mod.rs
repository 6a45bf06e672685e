//! Evidence: what a file says of how something was made, what is in it and what speaks against it.
//!
//! A file is recognised by what is in it and never by its name: `CycloneDX` 1.4 to 1.6 and SPDX 2.3
//! as JSON, in-toto statements with SLSA provenance v1 or v0.2 (bare, in a DSSE envelope, in a
//! sigstore bundle, or several of these one a line), `OpenVEX`, and the risk assessment of
//! `risk.rs`. A file that claims to be one of them and is not is an error; any other file holds no
//! evidence.

mod cyclonedx;
mod dsse;
mod limits;
mod openvex;
mod risk;
mod spdx;
mod statement;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize, de::IgnoredAny};

pub use dsse::{Enveloped, Material, SignatureInside};
pub use limits::{EVIDENCE_BYTES_MAX, LINES_MAX};

/// Which kinds of evidence there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// What something is made of.
    #[serde(default)]
    pub sbom_present: bool,
    /// How it was built.
    #[serde(default)]
    pub slsa_provenance_present: bool,
    /// What speaks against it, and what was done about that.
    #[serde(default)]
    pub risk_assessment_present: bool,
}

impl Flags {
    /// Whether all of it is there.
    #[must_use]
    pub const fn all(self) -> bool {
        self.sbom_present && self.slsa_provenance_present && self.risk_assessment_present
    }

    /// The flags by their names in requests.
    #[must_use]
    pub const fn named(self) -> [(&'static str, bool); 3] {
        [
            ("sbom_present", self.sbom_present),
            ("slsa_provenance_present", self.slsa_provenance_present),
            ("risk_assessment_present", self.risk_assessment_present),
        ]
    }

    const fn or(self, other: Self) -> Self {
        Self {
            sbom_present: self.sbom_present || other.sbom_present,
            slsa_provenance_present: self.slsa_provenance_present || other.slsa_provenance_present,
            risk_assessment_present: self.risk_assessment_present || other.risk_assessment_present,
        }
    }
}

/// What was found in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// What is in it.
    pub flags: Flags,
    /// The same in words, a sentence part for each document: `CycloneDX 1.6 with 12 components`.
    pub what: Vec<String>,
    /// What of it is inside of signed envelopes. Whose signatures those are is not said here.
    pub envelopes: Vec<Enveloped>,
    /// It has envelopes, and beside them something that is in none.
    pub partly: bool,
}

impl Found {
    fn new(flags: Flags, what: String) -> Self {
        Self { flags, what: vec![what], ..Self::default() }
    }

    fn and(mut self, other: Self) -> Self {
        self.flags = self.flags.or(other.flags);
        self.envelopes.extend(other.envelopes);
        if self.what.len() < limits::WORDS_MAX {
            self.what.extend(other.what);
        }
        self
    }

    /// In one line, for people.
    #[must_use]
    pub fn words(&self) -> String {
        if self.what.is_empty() {
            return "nothing of a format that is known".to_owned();
        }
        self.what.join(", ")
    }
}

/// A file that claims to be evidence and is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read the {format}: {problem}")]
pub struct EvidenceError {
    /// What it claims to be.
    pub format: &'static str,
    /// What is wrong, and where.
    pub problem: String,
}

impl EvidenceError {
    fn new(format: &'static str, problem: impl Into<String>) -> Self {
        Self { format, problem: problem.into() }
    }

    fn json(format: &'static str, error: &serde_json::Error) -> Self {
        Self::new(format, error.to_string())
    }
}

/// What tells the formats apart.
#[derive(Deserialize)]
struct Probe {
    #[serde(rename = "bomFormat")]
    bom_format: Option<IgnoredAny>,
    #[serde(rename = "spdxVersion")]
    spdx_version: Option<IgnoredAny>,
    #[serde(rename = "_type")]
    statement: Option<IgnoredAny>,
    #[serde(rename = "payloadType")]
    payload_type: Option<IgnoredAny>,
    #[serde(rename = "dsseEnvelope")]
    envelope: Option<IgnoredAny>,
    #[serde(rename = "@context")]
    context: Option<serde_json::Value>,
    format: Option<serde_json::Value>,
}

/// Looks at a whole file.
///
/// # Errors
/// [`EvidenceError`] when it claims to be of one of the formats and breaks its rules, or is larger
/// than [`EVIDENCE_BYTES_MAX`] and so can't be looked at.
pub fn read(bytes: &[u8]) -> Result<Found, EvidenceError> {
    if bytes.len() > EVIDENCE_BYTES_MAX {
        let problem = format!("it has more than {EVIDENCE_BYTES_MAX} bytes");
        return Err(EvidenceError::new("file", problem));
    }
    // A byte order mark is no JSON, and some tools write one.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Ok(Found::default());
    }
    match serde_json::from_slice::<Probe>(bytes) {
        Ok(probe) => document(&probe, bytes),
        Err(_) => lines(bytes),
    }
}

/// One document.
fn document(probe: &Probe, bytes: &[u8]) -> Result<Found, EvidenceError> {
    if probe.bom_format.is_some() {
        return cyclonedx::read(bytes);
    }
    if probe.spdx_version.is_some() {
        return spdx::read(bytes);
    }
    if probe.payload_type.is_some() {
        return dsse::read(bytes);
    }
    if probe.envelope.is_some() {
        return dsse::read_bundle(bytes);
    }
    if probe.statement.is_some() {
        return statement::read(bytes);
    }
    let is = |value: &Option<serde_json::Value>, prefix: &str| {
        value.as_ref().and_then(|value| value.as_str()).is_some_and(|text| text.starts_with(prefix))
    };
    if is(&probe.context, openvex::CONTEXT) {
        return openvex::read(bytes);
    }
    if is(&probe.format, risk::FORMAT) {
        return risk::read(bytes);
    }
    Ok(Found::default())
}

/// Several documents, one a line, as in-toto's attestation bundles are. A file of which some line is
/// no JSON object is none of these, and holds no evidence.
fn lines(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let mut found = Found::default();
    let mut documents = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
        if line.is_empty() {
            continue;
        }
        if documents.len() == LINES_MAX {
            let problem = format!("it has more than {LINES_MAX} lines");
            return Err(EvidenceError::new("attestation bundle", problem));
        }
        let Ok(probe) = serde_json::from_slice::<Probe>(line) else { return Ok(Found::default()) };
        documents.push((probe, line));
    }
    let mut bare = false;
    for (probe, line) in &documents {
        let one = document(probe, line)?;
        bare |= one.envelopes.is_empty();
        found = found.and(one);
    }
    found.partly = bare && !found.envelopes.is_empty();
    Ok(found)
}

/// So many of something, in words.
fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
