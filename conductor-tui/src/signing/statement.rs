//! What is signed, read and checked here, whatever the daemon says of it.

use std::collections::BTreeMap;

use conductor_protocol::{jcs, manifest::Manifest, v1, verdict::Stage};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The namespace of a signature under an approval.
pub const NAMESPACE: &str = "approval@conductor";
/// What every statement says that it is.
const KIND: &str = "conductor/approval/v1";

/// Why nobody should sign what came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The digest is of something else.
    #[error("the digest of what is to be signed is {found}, and the daemon says {said}")]
    Digest {
        /// What the bytes give.
        found: String,
        /// What came with them.
        said: String,
    },
    /// It says something that this version does not know, or says it in another form.
    #[error("what is to be signed is not a statement that this version can show whole: {0}")]
    Unknown(String),
    /// It is about something else than what was asked for.
    #[error("what is to be signed is about the {what} `{found}`, and `{wanted}` was meant")]
    Another {
        /// Such as `approval`.
        what: &'static str,
        /// What it says.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// Something that the statement has the digest of is not what came with it.
    #[error("the {0} that came is not the one that is to be signed")]
    Beside(&'static str),
}

/// Where something would be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Whose it is.
    pub tenant: String,
    /// Such as `prod`.
    #[serde(rename = "env")]
    pub environment: String,
    /// Such as `eu-west-1`.
    pub region: String,
}

/// What somebody leaves out who goes ahead alone, and what falls due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Glass {
    /// Who would have had to approve it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skips: Vec<Stage>,
    /// Names of the freezes that it goes through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// Who reviews it afterwards.
    pub review: Stage,
    /// Within how many seconds.
    pub review_seconds: u64,
}

/// What a review is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Happened {
    /// By which approval the glass was broken.
    pub approval: String,
    /// What was done, such as `run.start`.
    pub action: String,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// The run that was started by it; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub run: String,
    /// How it stood, or ended; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
}

/// The fields of a statement, as the daemon writes them. All of them are read: of a field that is
/// not known here nobody could be shown what they sign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    kind: String,
    /// Of which approval.
    pub approval: String,
    /// Where.
    pub scope: Place,
    /// Who asks.
    pub requester: String,
    /// Why, in their words.
    pub reason: String,
    /// Such as `run.start`.
    pub action: String,
    /// Such as `workflow`.
    pub resource_kind: String,
    /// Its name or id.
    pub resource: String,
    /// The workflow's version; empty where none is concerned.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The digest of the manifest that would run or be published.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub manifest: String,
    /// The digest of the plan that whoever asks has seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plan: String,
    /// The inputs of a run.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
    /// The hosts that a run acts on, by task, as far as they are known before it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, Vec<String>>,
    /// The digest of the whole command.
    pub command: String,
    /// The decision that asks for the approval.
    pub decision: String,
    /// The bundle that it was made by.
    pub bundle_revision: String,
    /// `low`, `medium` or `high`.
    pub risk: String,
    /// Who must sign, in their order.
    pub stages: Vec<Stage>,
    /// Somebody goes ahead alone: what is left out, and what falls due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glass: Option<Glass>,
    /// What was done alone, where this is a review of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<Happened>,
    nonce: String,
    /// When it was asked for, in milliseconds since 1970.
    pub requested_at: u64,
    /// Until when it can be signed, in milliseconds since 1970.
    pub expires_at: u64,
}

/// A statement that fits everything that came with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// What it says.
    pub statement: Statement,
    /// The bytes that are signed.
    pub text: String,
    /// SHA-256 over them, `sha256:…`.
    pub digest: String,
    /// The manifest that would run or be published; none where none is concerned, or where the
    /// daemon has it no more.
    pub manifest: Option<Manifest>,
    /// What would be done, as the daemon keeps it.
    pub command: Value,
}

impl Checked {
    /// Checks what came as the approval of this id, in this tenant.
    ///
    /// # Errors
    /// [`Mismatch`]: then nobody should sign it.
    pub fn new(approval: &v1::Approval, (id, tenant): (&str, &str)) -> Result<Self, Mismatch> {
        let text = &approval.statement;
        let digest = jcs::sha256_digest(text.as_bytes());
        if digest != approval.digest {
            return Err(Mismatch::Digest { found: digest, said: approval.digest.clone() });
        }
        let statement = read(text)?;
        let same = |what, found: &str, wanted: &str| {
            let (found, wanted) = (found.to_owned(), wanted.to_owned());
            if found == wanted { Ok(()) } else { Err(Mismatch::Another { what, found, wanted }) }
        };
        same("approval", &statement.approval, id)?;
        same("tenant", &statement.scope.tenant, tenant)?;
        let is_command = |json: &str| jcs::sha256_digest(json.as_bytes()) == statement.command;
        if !is_command(&approval.command_json) {
            return Err(Mismatch::Beside("command"));
        }
        let command = serde_json::from_str(&approval.command_json);
        let command = command.map_err(|_| Mismatch::Beside("command"))?;
        let manifest = manifest(&statement, &approval.manifest_json)?;
        Ok(Self { statement, text: text.clone(), digest, manifest, command })
    }
}

/// Reads the bytes that are signed. Written again they have to be the same: then nothing in them
/// was left unread, and nothing can be read in two ways.
fn read(text: &str) -> Result<Statement, Mismatch> {
    let unknown = |error: &dyn std::fmt::Display| Mismatch::Unknown(error.to_string());
    let statement: Statement = serde_json::from_str(text).map_err(|error| unknown(&error))?;
    let again = jcs::canonical_json(&statement).map_err(|error| unknown(&error))?;
    if again != text {
        return Err(Mismatch::Unknown("it says more than can be read of it here".to_owned()));
    }
    if statement.kind != KIND {
        return Err(Mismatch::Unknown(format!("it is a `{}`", statement.kind)));
    }
    Ok(statement)
}

fn manifest(statement: &Statement, json: &str) -> Result<Option<Manifest>, Mismatch> {
    if json.is_empty() {
        return Ok(None);
    }
    if jcs::sha256_digest(json.as_bytes()) != statement.manifest {
        return Err(Mismatch::Beside("manifest"));
    }
    let manifest = serde_json::from_str(json);
    manifest.map(Some).map_err(|error| Mismatch::Unknown(format!("its manifest: {error}")))
}
