//! Receipts: whether one holds, by the daemon's public key alone and without asking anybody.
//!
//! A receipt is a [`Bundle`] around an in-toto statement about one record of the daemon's log. What
//! holds of it hangs together: the key signed the statement; the statement's first subject is the
//! record's hash as the log's tree has it; the statement says where in the tree that is, and a
//! checkpoint that the same key signed says which tree. Signatures of people in it are checked by
//! their own keys.

mod ledger;
mod people;
mod statement;
mod trusted;

use serde_json::Value;

use crate::bundle::{Bundle, BundleError};

pub use ledger::InLedger;
pub use statement::{PREDICATE_TYPE, STATEMENT_TYPE, Statement, Subject};
pub use trusted::Trusted;

/// The part of a receipt that a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The text as a whole.
    Bundle,
    /// The key that it should be by.
    Key,
    /// The daemon's signature.
    Signature,
    /// What was signed.
    Statement,
    /// What it is about.
    Subject,
    /// The signed state of the log.
    Checkpoint,
    /// That the record is in the log.
    Ledger,
    /// Signatures of those who approved.
    Approvals,
}

impl Part {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Statement => "statement",
            Self::Subject => "subject",
            Self::Checkpoint => "checkpoint",
            Self::Ledger => "ledger proof",
            Self::Approvals => "approvals",
        }
    }
}

/// Why a receipt does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the receipt does not hold: {}: {problem}", part.word())]
pub struct ReceiptError {
    /// What fails.
    pub part: Part,
    /// How.
    pub problem: String,
}

impl ReceiptError {
    pub(crate) fn new(part: Part, problem: impl Into<String>) -> Self {
        Self { part, problem: problem.into() }
    }
}

impl From<BundleError> for ReceiptError {
    fn from(error: BundleError) -> Self {
        Self::new(Part::Bundle, error.to_string())
    }
}

/// What was checked, and holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What of it.
    pub part: Part,
    /// What holds, in a sentence.
    pub what: String,
}

/// A receipt that holds. Only [`verify`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    statement: Statement,
    ledger: InLedger,
    checked: Vec<Checked>,
    signer: [u8; 32],
}

impl Verified {
    /// What was signed.
    #[must_use]
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The key that signed it: the trusted one, or one of the log's that it leads to.
    #[must_use]
    pub const fn signer(&self) -> &[u8; 32] {
        &self.signer
    }

    /// Where in the log its record is.
    #[must_use]
    pub const fn ledger(&self) -> &InLedger {
        &self.ledger
    }

    /// Everything that was checked, in the order of the checks.
    #[must_use]
    pub fn checked(&self) -> &[Checked] {
        &self.checked
    }
}

/// Checks everything of a receipt that can be checked without asking anybody.
///
/// # Errors
/// [`ReceiptError`] names the first part that does not hold.
pub fn verify(text: &[u8], trusted: &Trusted) -> Result<Verified, ReceiptError> {
    let bundle = Bundle::parse(text)?;
    let mut checked = Vec::new();
    let mut holds = |part, what: String| checked.push(Checked { part, what });
    let given = trusted;
    let trusted = &given.signer(&bundle).map_err(|why| ReceiptError::new(Part::Key, why))?;
    holds(
        Part::Key,
        match bundle.hint == given.hint() {
            true => format!("it names the trusted key ({})", bundle.hint),
            false => {
                format!("it names a key of the log that the trusted one leads to ({})", bundle.hint)
            }
        },
    );
    if !trusted.signed(&bundle) {
        let problem = "the trusted key did not sign this";
        return Err(ReceiptError::new(Part::Signature, problem));
    }
    holds(Part::Signature, "the trusted key signed the statement".to_owned());
    let statement = Statement::read(&bundle, PREDICATE_TYPE)?;
    holds(Part::Statement, format!("an in-toto statement about {}", statement.subjects[0].name));
    let mut ledger = InLedger::read(&statement.predicate)?;
    ledger.is_of(&statement.subjects[0])?;
    let name = &statement.subjects[0].name;
    let what = format!("{name} is record {} of the ledger, by its hash", ledger.position);
    holds(Part::Subject, what);
    let origin = ledger.check_checkpoint(trusted)?;
    let size = ledger.tree_size;
    trusted.in_its_time(size).map_err(|why| ReceiptError::new(Part::Key, why))?;
    holds(Part::Checkpoint, format!("the trusted key signed {size} records of {origin}"));
    ledger.check_proof()?;
    holds(Part::Ledger, format!("record {} is one of them", ledger.position));
    for what in people::check(&statement.predicate)? {
        holds(Part::Approvals, what);
    }
    Ok(Verified { statement, ledger, checked, signer: *trusted.public() })
}

/// A text below a value.
fn text<'v>(value: &'v Value, name: &str, part: Part) -> Result<&'v str, ReceiptError> {
    let found = value.get(name).and_then(Value::as_str);
    found.ok_or_else(|| ReceiptError::new(part, format!("`{name}` is missing or no text")))
}

/// A list below a value; empty where there is none.
fn list<'v>(value: &'v Value, name: &str, part: Part) -> Result<&'v [Value], ReceiptError> {
    match value.get(name) {
        None => Ok(&[]),
        Some(Value::Array(values)) => Ok(values),
        Some(_) => Err(ReceiptError::new(part, format!("`{name}` is no list"))),
    }
}

/// 32 bytes in lower-case hexadecimal.
fn hash_of(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let bytes: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut hash = [0; 32];
    for (place, pair) in hash.iter_mut().zip(bytes.chunks_exact(2)) {
        *place = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(hash)
}
