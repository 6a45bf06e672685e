//! May versions be deprecated, brought back, retired?

use std::sync::Arc;

use conductor_protocol::error_code::Code;
use serde::{Deserialize, Serialize};

use super::{Catalogue, Deprecated, Retired, Standing, Undeprecated, Workflow};
use crate::Refusal;

/// Which versions are meant.
#[derive(Debug, Clone, Copy)]
pub struct Versions<'a> {
    /// Whose.
    pub tenant: &'a str,
    /// Name of the workflow.
    pub name: &'a str,
    /// One version; empty for all of them.
    pub version: &'a str,
}

/// Why, and what to use instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deprecation {
    /// In the caller's words.
    pub reason: String,
    /// `NAME` or `NAME@VERSION`; may be empty.
    pub instead: String,
}

impl Versions<'_> {
    /// The versions that are meant, ascending.
    ///
    /// # Errors
    /// `WORKFLOW_NOT_FOUND`
    pub fn of(self, catalogue: &Catalogue) -> Result<Vec<&Arc<Workflow>>, Refusal> {
        let all = catalogue.versions(self.tenant, self.name).iter();
        let wanted = |known: &&Arc<Workflow>| {
            self.version.is_empty() || known.manifest.version == self.version
        };
        let found: Vec<_> = all.filter(wanted).collect();
        if found.is_empty() { Err(not_found(self.name, self.version)) } else { Ok(found) }
    }

    /// Those that are not retired.
    fn alive(self, catalogue: &Catalogue) -> Result<Vec<&Arc<Workflow>>, Refusal> {
        let mut found = self.of(catalogue)?;
        let first = Arc::clone(found[0]);
        found.retain(|workflow| !workflow.is_retired());
        if found.is_empty() { Err(retired(&first)) } else { Ok(found) }
    }
}

/// Warns whoever starts these versions. `None` when it is said of all of them already.
///
/// # Errors
/// `WORKFLOW_NOT_FOUND`, also for what is to be used instead; `WORKFLOW_RETIRED` for what is
/// retired already; `REQUEST_INVALID` without a reason, or when it is to be replaced by itself.
pub fn deprecate(
    catalogue: &Catalogue,
    wanted: Versions<'_>,
    how: Deprecation,
    decision: String,
) -> Result<Option<Deprecated>, Refusal> {
    reason_given(&how.reason)?;
    let mut found = wanted.alive(catalogue)?;
    if !how.instead.is_empty() {
        let instead = replacement(catalogue, wanted.tenant, &how.instead)?;
        if found.iter().any(|workflow| Arc::ptr_eq(workflow, instead)) {
            let message = format!("`{}` can't be used instead of itself", how.instead);
            return Err(invalid(message, "name another version, or deprecate only the older ones"));
        }
    }
    found.retain(|workflow| match &workflow.standing {
        Standing::Deprecated(notice) => {
            (&notice.reason, &notice.instead) != (&how.reason, &how.instead)
        }
        _ => true,
    });
    Ok(names(&found).map(|versions| Deprecated {
        name: wanted.name.to_owned(),
        versions,
        reason: how.reason,
        instead: how.instead,
        decision,
    }))
}

/// Takes the warning back. `None` when there is none.
///
/// # Errors
/// `WORKFLOW_NOT_FOUND`, `WORKFLOW_RETIRED`
pub fn undeprecate(
    catalogue: &Catalogue,
    wanted: Versions<'_>,
    reason: String,
    decision: String,
) -> Result<Option<Undeprecated>, Refusal> {
    let mut found = wanted.alive(catalogue)?;
    found.retain(|workflow| matches!(workflow.standing, Standing::Deprecated(_)));
    let name = wanted.name.to_owned();
    Ok(names(&found).map(|versions| Undeprecated { name, versions, reason, decision }))
}

/// Lets nothing start from these versions any more. `None` when nothing could already.
///
/// # Errors
/// `WORKFLOW_NOT_FOUND`; `REQUEST_INVALID` without a reason.
pub fn retire(
    catalogue: &Catalogue,
    wanted: Versions<'_>,
    reason: String,
    decision: String,
) -> Result<Option<Retired>, Refusal> {
    reason_given(&reason)?;
    let mut found = wanted.of(catalogue)?;
    found.retain(|workflow| !workflow.is_retired());
    let name = wanted.name.to_owned();
    Ok(names(&found).map(|versions| Retired { name, versions, reason, decision }))
}

fn names(found: &[&Arc<Workflow>]) -> Option<Vec<String>> {
    let names: Vec<_> = found.iter().map(|known| known.manifest.version.clone()).collect();
    (!names.is_empty()).then_some(names)
}

/// What is to be used instead must be there, and be for use.
fn replacement<'a>(
    catalogue: &'a Catalogue,
    tenant: &str,
    instead: &str,
) -> Result<&'a Arc<Workflow>, Refusal> {
    let (name, version) = instead.split_once('@').unwrap_or((instead, ""));
    catalogue.to_start(tenant, name, version)
}

pub(super) fn reason_given(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() {
        return Err(invalid("a reason is missing".into(), "say why: others will read it"));
    }
    Ok(())
}

fn invalid(message: String, hint: &str) -> Refusal {
    Refusal::new(Code::RequestInvalid, message, hint)
}

pub(super) fn not_found(name: &str, version: &str) -> Refusal {
    let message = match version {
        "" => format!("no workflow `{name}` is published here"),
        version => format!("no version `{version}` of `{name}` is published here"),
    };
    let hint = "`conductor workflows list --all-versions` shows what is published";
    Refusal::new(Code::WorkflowNotFound, message, hint)
}

/// Nothing starts from this version.
pub(super) fn retired(workflow: &Workflow) -> Refusal {
    let (name, version) = (&workflow.manifest.name, &workflow.manifest.version);
    let (why, instead) = match &workflow.standing {
        Standing::Retired(notice) => {
            (format!(" by {}: {}", notice.by, notice.reason), notice.instead.as_str())
        }
        _ => (String::new(), ""),
    };
    let hint = match instead {
        "" => {
            format!("`conductor workflows list --all-versions` shows what else there is of {name}")
        }
        instead => format!("use {instead} instead"),
    };
    let message = format!("version {version} of workflow `{name}` was retired{why}");
    Refusal::new(Code::WorkflowRetired, message, hint)
}
