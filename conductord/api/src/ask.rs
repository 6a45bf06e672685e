//! A question to policy, before what the daemon's records say is put to it.

use conductor_domain::work::run::plan::Demand;
use conductor_engine::runbooks::Vouched;
use conductor_protocol::{
    manifest::Governed,
    verdict::{Resource, TasksByClass},
};

/// What is asked of policy: an action on a resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// Such as `run.start`.
    pub(crate) action: &'a str,
    /// Such as `workflow`.
    pub(crate) kind: &'a str,
    /// Name or id; empty for all of the kind.
    pub(crate) id: &'a str,
    /// Who owns it; empty where nobody does.
    pub(crate) owner: &'a str,
    /// Names of the secrets that come into play.
    pub(crate) secrets: &'a [String],
    /// The published workflow that it is about, and its version; the newest without one. What its
    /// manifest says of risk, data, regions and purpose goes with the question.
    pub(crate) workflow: (&'a str, &'a str),
    /// A manifest that need not be published says it instead.
    pub(crate) draft: Option<&'a Governed>,
    /// What governance knew of it when it was asked for says it instead.
    pub(crate) known: Option<&'a Resource>,
    /// What the signatures come to of a manifest that is to be published.
    pub(crate) vouched: Option<&'a Vouched>,
    /// The tasks of a workflow that would run: each is asked about besides, as `task.run`.
    pub(crate) tasks: (&'a str, &'a [Demand]),
    /// What it would add to the tenant's load.
    pub(crate) asked: Option<&'a TasksByClass>,
}

impl<'a> Ask<'a> {
    /// About everything of a kind.
    pub(crate) fn all(action: &'a str, kind: &'a str) -> Self {
        Self::one(action, kind, "")
    }

    /// About one thing that nobody owns.
    pub(crate) fn one(action: &'a str, kind: &'a str, id: &'a str) -> Self {
        let workflow = if kind == "workflow" { (id, "") } else { ("", "") };
        Self {
            action,
            kind,
            id,
            owner: "",
            secrets: &[],
            workflow,
            draft: None,
            known: None,
            vouched: None,
            tasks: ("", &[]),
            asked: None,
        }
    }
}
