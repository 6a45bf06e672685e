//! Facts about workflows.

use std::sync::Arc;

use conductor_protocol::manifest::{Manifest, Source};
use serde::{Deserialize, Serialize};

use crate::{scope::Principal, time::Timestamp};

/// A version was published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    /// Name of the workflow.
    pub name: String,
    /// Its semantic version.
    pub version: String,
    /// `sha256:…` over the manifest's canonical JSON.
    pub digest: String,
    /// The manifest's normal form.
    pub manifest: Arc<Manifest>,
    /// The decision that allowed it.
    pub decision: String,
    /// Where the manifest came from.
    #[serde(default, skip_serializing_if = "Provenance::is_unknown")]
    pub provenance: Provenance,
    /// Its author's signature under that text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signed>,
}

/// A person's signature under a version's source, as it was taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signed {
    /// As `ssh-keygen -Y sign` writes it.
    pub signature: String,
    /// Whose key made it.
    pub principal: Principal,
    /// The key's, `SHA256:…`.
    pub fingerprint: String,
    /// When it was taken up: a signature itself says no time.
    pub at: Timestamp,
}

/// Somebody else signed the same text: they have reviewed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Countersigned {
    /// Name of the workflow.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The reviewer's signature.
    pub signature: Signed,
    /// The decision that allowed it.
    pub decision: String,
}

/// Where a manifest came from. All but the digest and the text is the publisher's word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// Name of the file, as the publisher called it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// `sha256:…` over the bytes as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source_digest: String,
    /// Program and version that published it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client: String,
    /// The git repository that the file was in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<Repository>,
    /// The text, byte for byte. What was published before texts were kept has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Arc<Source>>,
}

/// A git repository as it was when something of it was published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Repository {
    /// The commit that was checked out, in hexadecimal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commit: String,
    /// The remote's address, without credentials.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remote: String,
    /// The file's path inside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Something differed from the commit.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dirty: bool,
}

impl Provenance {
    /// Whether nothing is known, as of what was published before this was recorded.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Versions may still be started, and should not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deprecated {
    /// Name of the workflow.
    pub name: String,
    /// The versions, ascending.
    pub versions: Vec<String>,
    /// Why.
    pub reason: String,
    /// What to use instead, `NAME` or `NAME@VERSION`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instead: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// Versions are not deprecated any longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Undeprecated {
    /// Name of the workflow.
    pub name: String,
    /// The versions, ascending.
    pub versions: Vec<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// Nothing starts from these versions any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Retired {
    /// Name of the workflow.
    pub name: String,
    /// The versions, ascending.
    pub versions: Vec<String>,
    /// Why.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// Somebody who did not publish it said what they think of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reviewed {
    /// Name of the workflow.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Digest of its manifest.
    pub digest: String,
    /// It may be used, as far as they are concerned.
    pub accepted: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}
