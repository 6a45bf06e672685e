//! A risk assessment as JSON: what somebody who looked at something thinks of it.
//!
//! ```json
//! {
//!   "format": "conductor-risk-assessment",
//!   "version": 1,
//!   "subject": [{"name": "disk-clean.tar", "digest": {"sha256": "…"}}],
//!   "assessedBy": "alice",
//!   "assessedAt": "2026-01-02T00:00:00Z",
//!   "level": "low",
//!   "summary": "Removes files below one folder.",
//!   "findings": [
//!     {"id": "R-1", "severity": "medium", "status": "mitigated", "note": "The folder is checked."}
//!   ]
//! }
//! ```
//!
//! Levels and severities are `low`, `medium`, `high` and `critical`; a finding is `open`,
//! `mitigated`, `accepted` or `false_positive`. Fields that are not listed are refused.

use serde::Deserialize;

use super::{
    EvidenceError, Flags, Found, counted,
    limits::PARTS_MAX,
    statement::{Subject, check_subjects},
};

/// What `format` says, and what the predicate's type begins with.
pub(super) const FORMAT: &str = "conductor-risk-assessment";
const NAME: &str = "risk assessment";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Document {
    #[serde(rename = "format")]
    _format: String,
    version: u32,
    subject: Vec<Subject>,
    assessed_by: String,
    assessed_at: String,
    level: Level,
    summary: String,
    #[serde(default)]
    findings: Vec<Finding>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Finding {
    id: String,
    #[serde(rename = "severity")]
    _severity: Level,
    status: Status,
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    Mitigated,
    Accepted,
    FalsePositive,
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let document: Document =
        serde_json::from_slice(bytes).map_err(|error| EvidenceError::json(NAME, &error))?;
    check(&document)
}

/// Checks the rules and says what is in it.
pub(super) fn check(document: &Document) -> Result<Found, EvidenceError> {
    let refuse = |problem: String| Err(EvidenceError::new(NAME, problem));
    if document.version != 1 {
        return refuse(format!("`version` is {}, and 1 is taken", document.version));
    }
    check_subjects(NAME, &document.subject)?;
    if document.assessed_by.trim().is_empty() || document.summary.trim().is_empty() {
        return refuse("it says not who assessed what, or nothing of what came of it".to_owned());
    }
    if document.assessed_at.parse::<jiff::Timestamp>().is_err() {
        return refuse("`assessedAt` is no time".to_owned());
    }
    if document.findings.len() > PARTS_MAX {
        return refuse(format!("it has more than {PARTS_MAX} findings"));
    }
    if document.findings.iter().any(|finding| finding.id.trim().is_empty()) {
        return refuse("a finding has no id".to_owned());
    }
    let open = document.findings.iter().filter(|one| one.status == Status::Open).count();
    let level = match document.level {
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High => "high",
        Level::Critical => "critical",
    };
    let flags = Flags { risk_assessment_present: true, ..Flags::default() };
    let count = counted(document.findings.len(), "finding");
    let what = format!("a risk assessment of level {level} with {count}, {open} open");
    Ok(Found::new(flags, what))
}
