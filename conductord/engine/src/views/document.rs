//! Values of the view store: postcard, which is compact and quick. The layout may change with any
//! version; [`VERSION`] then changes too and the views are rebuilt.

use std::sync::Arc;

use conductor_domain::{
    intent::workflow::Workflow,
    scope::{Principal, Scope},
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::ports::ViewError;

/// Version of keys and values.
pub(super) const VERSION: u32 = 2;

/// How far the views have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) version: u32,
    pub(super) seq: u64,
}

/// A workflow, with its manifest as JSON: postcard can't hold the manifest's open values.
#[derive(Serialize, Deserialize)]
pub(super) struct WorkflowDocument {
    scope: Scope,
    manifest: String,
    digest: String,
    published_by: Principal,
    published_at: Timestamp,
    decision: String,
}

impl WorkflowDocument {
    pub(super) fn of(workflow: &Workflow) -> Self {
        Self {
            scope: workflow.scope.clone(),
            manifest: serde_json::to_string(&*workflow.manifest).unwrap_or_default(),
            digest: workflow.digest.clone(),
            published_by: workflow.published_by.clone(),
            published_at: workflow.published_at,
            decision: workflow.decision.clone(),
        }
    }

    pub(super) fn into_workflow(self) -> Result<Workflow, ViewError> {
        let manifest = serde_json::from_str(&self.manifest)
            .map_err(|error| damaged("workflow", &error.to_string()))?;
        Ok(Workflow {
            scope: self.scope,
            manifest: Arc::new(manifest),
            digest: self.digest,
            published_by: self.published_by,
            published_at: self.published_at,
            decision: self.decision,
        })
    }
}

/// The bytes of a value.
#[expect(clippy::expect_used, reason = "view documents hold nothing that postcard can't")]
pub(super) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("a view document serialises")
}

/// The value of bytes; `what` names it in errors.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, ViewError> {
    postcard::from_bytes(bytes).map_err(|error| damaged(what, &error.to_string()))
}

fn damaged(what: &str, problem: &str) -> ViewError {
    ViewError::Damaged { problem: format!("a {what} can't be read: {problem}") }
}
