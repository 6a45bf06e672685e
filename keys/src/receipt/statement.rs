//! What a receipt states: an in-toto Statement v1 whose predicate is SLSA provenance v1.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Part, ReceiptError};
use crate::{bundle::Bundle, dsse, strict_json};

/// The form of statements.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The form of their predicates.
pub const PREDICATE_TYPE: &str = "https://slsa.dev/provenance/v1";
/// Things that one statement is about.
const SUBJECTS_MAX: usize = 100_000;

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// What it is about: first the record that the receipt stands for.
    pub subjects: Vec<Subject>,
    /// What it says of that.
    pub predicate: Value,
}

/// Something that a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its name or id.
    pub name: String,
    /// Its digests, by algorithm, in hexadecimal.
    pub digest: Map<String, Value>,
}

impl Subject {
    /// Its SHA-256, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> Option<&str> {
        self.digest.get("sha256").and_then(Value::as_str)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Form {
    #[serde(rename = "_type")]
    form: String,
    subject: Vec<Subject>,
    predicate_type: String,
    predicate: Value,
}

impl Statement {
    /// Reads one whose predicate has this form.
    pub(crate) fn read(bundle: &Bundle, predicate_type: &str) -> Result<Self, ReceiptError> {
        let wrong = |problem: String| ReceiptError::new(Part::Statement, problem);
        if bundle.payload_type != dsse::IN_TOTO {
            return Err(wrong(format!("what was signed is no statement: {}", bundle.payload_type)));
        }
        let read = strict_json::read(&bundle.payload).map_err(|error| wrong(error.to_string()))?;
        let form: Form = serde_json::from_value(read).map_err(|error| wrong(error.to_string()))?;
        if form.form != STATEMENT_TYPE {
            return Err(wrong(format!("its _type is not {STATEMENT_TYPE}")));
        }
        if form.predicate_type != predicate_type {
            return Err(wrong(format!("its predicateType is not {predicate_type}")));
        }
        if form.subject.is_empty() || form.subject.len() > SUBJECTS_MAX {
            return Err(wrong(format!("it is about {} things", form.subject.len())));
        }
        Ok(Self { subjects: form.subject, predicate: form.predicate })
    }
}
