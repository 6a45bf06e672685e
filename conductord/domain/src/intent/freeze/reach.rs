//! What a freeze holds up.

use serde::{Deserialize, Serialize};

/// A tenant, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reach {
    /// All of the tenant.
    Tenant,
    /// One workflow, in whichever environment.
    Workflow(String),
    /// One environment, in whichever region.
    Environment(String),
}

impl Reach {
    /// Whether it reaches runs of a workflow in an environment.
    #[must_use]
    pub fn covers(&self, environment: &str, workflow: &str) -> bool {
        match self {
            Self::Tenant => true,
            Self::Workflow(name) => name == workflow,
            Self::Environment(name) => name == environment,
        }
    }

    /// Whether somebody who works in an environment may find something of theirs held up.
    #[must_use]
    pub fn concerns(&self, environment: &str) -> bool {
        match self {
            Self::Tenant | Self::Workflow(_) => true,
            Self::Environment(name) => name == environment,
        }
    }

    /// What policy knows it by: `tenant`, `workflow/NAME` or `environment/NAME`.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Tenant => "tenant".to_owned(),
            Self::Workflow(name) => format!("workflow/{name}"),
            Self::Environment(name) => format!("environment/{name}"),
        }
    }

    /// The same for people.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Tenant => "the whole tenant".to_owned(),
            Self::Workflow(name) => format!("workflow `{name}`"),
            Self::Environment(name) => format!("environment `{name}`"),
        }
    }

    /// The name of the freeze that its kill switch leaves: no other one can be called so.
    #[must_use]
    pub fn switch_name(&self) -> String {
        match self {
            Self::Tenant => "kill-switch:tenant".to_owned(),
            Self::Workflow(name) => format!("kill-switch:workflow:{name}"),
            Self::Environment(name) => format!("kill-switch:environment:{name}"),
        }
    }
}
