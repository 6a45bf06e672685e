//! Disclosure packs: what is known of a run, in parts, and one statement by the daemon's key over all
//! of them.
//!
//! The statement is in a [`Bundle`], as a receipt's is: an in-toto statement whose subjects are the
//! other parts by name and digest. So a pack holds when the key signed that, when each part is what it
//! says and none is missing or too many, and when the receipt in it holds and is of the same run.

use std::collections::HashSet;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    bundle::Bundle,
    chain::Chain,
    receipt::{self, Checked, ReceiptError, STATEMENT_TYPE, Statement, Subject, Trusted},
};

/// The part with the statement over the others.
pub const STATEMENT: &str = "pack.sigstore.json";
/// The part with the run's receipt.
pub const RECEIPT: &str = "receipt.sigstore.json";
/// The part with the keys that the log had, where it had several: a chain.
pub const KEYS: &str = "keys.json";
/// The form of what the statement says.
pub const PREDICATE_TYPE: &str = "urn:conductor:disclosure:v1";

/// Why a pack does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pack does not hold: {part}: {problem}")]
pub struct PackError {
    /// The name of the part that fails.
    pub part: String,
    /// How.
    pub problem: String,
}

impl PackError {
    fn new(part: &str, problem: impl Into<String>) -> Self {
        Self { part: part.to_owned(), problem: problem.into() }
    }
}

impl From<(&str, ReceiptError)> for PackError {
    fn from((part, error): (&str, ReceiptError)) -> Self {
        Self::new(part, format!("{}: {}", error.part.word(), error.problem))
    }
}

/// A pack that holds. Only [`verify`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The run that it is about.
    pub run: String,
    /// What the statement says besides.
    pub predicate: Value,
    /// The receipt in it.
    pub receipt: receipt::Verified,
    /// What was checked, in the order of the checks.
    pub checked: Vec<(String, String)>,
}

/// What is signed over a pack: its parts, but for [`STATEMENT`] itself, and what is said of them.
#[must_use]
pub fn statement<'p>(
    predicate: &Value,
    parts: impl IntoIterator<Item = (&'p str, &'p [u8])>,
) -> Vec<u8> {
    let subject =
        |(name, bytes): (&str, &[u8])| json!({"name": name, "digest": {"sha256": hex(bytes)}});
    let subjects: Vec<Value> = parts.into_iter().map(subject).collect();
    let statement = json!({
        "_type": STATEMENT_TYPE,
        "subject": subjects,
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    });
    statement.to_string().into_bytes()
}

/// Checks everything of a pack that can be checked without asking anybody.
///
/// # Errors
/// [`PackError`] names the first part that does not hold.
pub fn verify(parts: &[(String, Vec<u8>)], trusted: &Trusted) -> Result<Verified, PackError> {
    let mut names = HashSet::new();
    if let Some((name, _)) = parts.iter().find(|(name, _)| !names.insert(name)) {
        return Err(PackError::new(name, "it is there twice"));
    }
    let part = |name: &str| parts.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes);
    let missing = |name: &str| PackError::new(name, "it is missing");
    let trusted = &leading(trusted, part(KEYS))?;
    let text = part(STATEMENT).ok_or_else(|| missing(STATEMENT))?;
    let (statement, signer) = signed(text, trusted)?;
    let mut checked = vec![(
        STATEMENT.to_owned(),
        format!("the trusted key signed a statement about {} parts", statement.subjects.len()),
    )];
    for subject in &statement.subjects {
        let name = subject.name.as_str();
        let bytes = part(name).ok_or_else(|| missing(name))?;
        check_digest(subject, bytes)?;
        checked.push((name.to_owned(), "its bytes are those that were signed".to_owned()));
    }
    let known = |name: &str| statement.subjects.iter().any(|subject| subject.name == name);
    if let Some((name, _)) = parts.iter().find(|(name, _)| name != STATEMENT && !known(name)) {
        return Err(PackError::new(name, "the statement knows nothing of it"));
    }
    let bytes = part(RECEIPT).ok_or_else(|| missing(RECEIPT))?;
    let receipt = receipt::verify(bytes, trusted).map_err(|error| (RECEIPT, error))?;
    if signer.is_before(receipt.signer()) {
        let problem = "the key that signed the pack was replaced before its receipt was made";
        return Err(PackError::new(STATEMENT, problem));
    }
    let run = statement.predicate["run"].as_str().unwrap_or_default().to_owned();
    let of = &receipt.statement().subjects[0].name;
    if *of != run {
        let problem = format!("it is the receipt of {of}, and the pack is about {run:?}");
        return Err(PackError::new(RECEIPT, problem));
    }
    let (said, position) = (statement.predicate["record"].as_u64(), receipt.ledger().position);
    if said != Some(position) {
        let problem = format!("it is about record {position}, and the pack is about another");
        return Err(PackError::new(RECEIPT, problem));
    }
    let held = receipt.checked().iter();
    checked.extend(
        held.map(|Checked { part, what }| (format!("receipt {}", part.word()), what.clone())),
    );
    Ok(Verified { run, predicate: statement.predicate, receipt, checked })
}

/// The trusted key with what it leads to: a chain that somebody else gave, or the one in the pack, which
/// says nothing but what the trusted key vouches for.
fn leading(trusted: &Trusted, own: Option<&Vec<u8>>) -> Result<Trusted, PackError> {
    let Some(own) = own.filter(|_| !trusted.has_chain()) else { return Ok(trusted.clone()) };
    Chain::parse(own)
        .and_then(|chain| trusted.clone().with_chain(chain))
        .map_err(|error| PackError::new(KEYS, error.to_string()))
}

/// The statement, and the key that signed it.
fn signed(text: &[u8], trusted: &Trusted) -> Result<(Statement, Trusted), PackError> {
    let bundle =
        Bundle::parse(text).map_err(|error| PackError::new(STATEMENT, error.to_string()))?;
    let signer = trusted.signer(&bundle).map_err(|why| PackError::new(STATEMENT, why))?;
    if !signer.signed(&bundle) {
        return Err(PackError::new(STATEMENT, "the trusted key did not sign this"));
    }
    let statement = Statement::read(&bundle, PREDICATE_TYPE).map_err(|error| (STATEMENT, error))?;
    Ok((statement, signer))
}

fn check_digest(subject: &Subject, bytes: &[u8]) -> Result<(), PackError> {
    if subject.sha256() == Some(hex(bytes).as_str()) {
        return Ok(());
    }
    let problem = "its bytes are others than those that were signed";
    Err(PackError::new(&subject.name, problem))
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
