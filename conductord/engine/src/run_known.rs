//! Runs as artifacts and gates know them: the one place that says which runs there are.

use std::sync::Arc;

use conductor_domain::{
    scope::{Principal, Scope},
    work::{
        run::{Run, RunStatus},
        tracked::{Status, Tracked},
    },
};
use conductor_protocol::id::RunId;

use crate::ports::{Archive, ViewError};

/// What is known of a run, whoever carries it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSummary {
    /// Its id.
    pub id: RunId,
    /// Where it is.
    pub scope: Scope,
    /// Name of its workflow.
    pub workflow: String,
    /// Version of that.
    pub version: String,
    /// Whose it is.
    pub owner: Principal,
    /// How it stands, in a word.
    pub status: &'static str,
    /// It reached its end, and that is a good one.
    pub succeeded: bool,
}

impl RunSummary {
    /// Of a run that is carried out here.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        Self {
            id: run.id,
            scope: run.scope.clone(),
            workflow: run.workflow.name.clone(),
            version: run.workflow.version.clone(),
            owner: run.owner.clone(),
            status: run.status.word(),
            succeeded: run.status == RunStatus::Succeeded,
        }
    }
}

/// The same of a run that something else carries out. Whose it is are the words of whoever tracks it,
/// which give nobody a right.
fn of_tracked(tracked: &Tracked) -> RunSummary {
    let status = tracked.record.status;
    RunSummary {
        id: tracked.id,
        scope: tracked.scope.clone(),
        workflow: String::new(),
        version: String::new(),
        owner: Principal::new(""),
        status: status.word(),
        succeeded: status == Status::Succeeded,
    }
}

/// A run of a tenant.
///
/// # Errors
/// [`ViewError`]
pub fn run_known(
    archive: &dyn Archive,
    tenant: &str,
    id: RunId,
) -> Result<Option<RunSummary>, ViewError> {
    let known: Option<Arc<Run>> = archive.run(tenant, id)?;
    match known {
        Some(run) => Ok(Some(RunSummary::of(&run))),
        None => Ok(archive.tracked(tenant, id)?.map(|run| of_tracked(&run))),
    }
}
