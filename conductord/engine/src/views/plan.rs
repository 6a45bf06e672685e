//! What a plan looks up: the versions that a start would take, and how the last runs went.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    intent::workflow::Workflow,
    scope::Scope,
    work::run::{RunStatus, plan::History},
};

use super::{RunFilter, Views};
use crate::{limits, ports::ViewError};

impl Views {
    /// The version that a start takes.
    ///
    /// # Errors
    /// `WORKFLOW_NOT_FOUND`, `WORKFLOW_RETIRED`
    pub fn to_start(
        &self,
        tenant: &str,
        name: &str,
        version: &str,
    ) -> Result<Arc<Workflow>, Refusal> {
        self.read().catalogue.to_start(tenant, name, version).cloned()
    }

    /// What the newest finished runs of a workflow say, a bounded number of them.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn history(&self, scope: &Scope, workflow: &str) -> Result<History, ViewError> {
        let filter = RunFilter {
            statuses: RunStatus::ALL.into_iter().filter(|status| status.is_terminal()).collect(),
            workflow: Some(workflow.to_owned()),
            ..RunFilter::default()
        };
        let page = self.list_runs(scope, &filter, None, limits::HISTORY_RUNS_MAX)?;
        Ok(History::of(&page.runs))
    }
}
