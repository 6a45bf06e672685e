//! `OpenVEX`: which vulnerabilities touch something, and which don't.

use serde::Deserialize;
use serde_json::Value;

use super::{EvidenceError, Flags, Found, counted, limits::PARTS_MAX};

/// What its context begins with.
pub(super) const CONTEXT: &str = "https://openvex.dev/ns";
const FORMAT: &str = "OpenVEX document";
const STATUSES: [&str; 4] = ["not_affected", "affected", "fixed", "under_investigation"];

#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(rename = "@id")]
    id: String,
    author: String,
    timestamp: String,
    #[serde(default)]
    statements: Vec<Statement>,
}

#[derive(Deserialize)]
struct Statement {
    /// A text up to 0.0.1, an object with a name since.
    vulnerability: Value,
    status: String,
    justification: Option<String>,
    impact_statement: Option<String>,
    action_statement: Option<String>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let document: Document =
        serde_json::from_slice(bytes).map_err(|error| EvidenceError::json(FORMAT, &error))?;
    check(&document)
}

/// Checks the rules and says what is in it.
pub(super) fn check(document: &Document) -> Result<Found, EvidenceError> {
    let refuse = |problem: String| Err(EvidenceError::new(FORMAT, problem));
    if document.id.trim().is_empty() || document.author.trim().is_empty() {
        return refuse("its `@id` or its author is empty".to_owned());
    }
    if document.timestamp.parse::<jiff::Timestamp>().is_err() {
        return refuse("`timestamp` is no time".to_owned());
    }
    if document.statements.is_empty() || document.statements.len() > PARTS_MAX {
        return refuse("it has no statements".to_owned());
    }
    for (place, statement) in document.statements.iter().enumerate() {
        let name = statement.vulnerability.get("name").unwrap_or(&statement.vulnerability);
        if name.as_str().is_none_or(|name| name.trim().is_empty()) {
            return refuse(format!("statement {place} names no vulnerability"));
        }
        let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let reasoned = match statement.status.as_str() {
            "not_affected" => given(&statement.justification) || given(&statement.impact_statement),
            "affected" => given(&statement.action_statement),
            status if STATUSES.contains(&status) => true,
            status => {
                let status: String = status.chars().take(40).collect();
                return refuse(format!("statement {place} has the unknown status {status:?}"));
            }
        };
        if !reasoned {
            return refuse(format!("statement {place} does not say why, or what is to be done"));
        }
    }
    let flags = Flags { risk_assessment_present: true, ..Flags::default() };
    let count = counted(document.statements.len(), "statement");
    Ok(Found::new(flags, format!("OpenVEX with {count}")))
}
