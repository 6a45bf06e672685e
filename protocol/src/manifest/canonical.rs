//! A manifest's normal form as bytes, and its digest.

use super::Manifest;
use crate::jcs::{canonical_json, sha256_digest};

impl Manifest {
    /// The normal form as canonical JSON (RFC 8785). Two manifests that mean the same, in YAML or
    /// JSON, with or without comments, give the same bytes.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a manifest holds text keys and finite numbers only")]
    pub fn canonical_json(&self) -> String {
        canonical_json(self).expect("a manifest is JSON")
    }

    /// `sha256:…` over [`Self::canonical_json`].
    #[must_use]
    pub fn digest(&self) -> String {
        sha256_digest(self.canonical_json().as_bytes())
    }
}
