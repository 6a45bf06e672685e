//! What policy is asked and what it answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A question to policy. Its JSON is the policy's `input` and is kept with the decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Question {
    /// Who asks.
    pub subject: Subject,
    /// What they want to do, such as `run.start`.
    pub action: String,
    /// To what.
    pub resource: Resource,
    /// Where and how.
    pub context: Situation,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// Such as `uid:1000`.
    pub principal: String,
    /// Roles held in the tenant that is acted in, sorted.
    pub roles: Vec<String>,
}

/// What is acted on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resource {
    /// Such as `workflow` or `run`.
    pub kind: String,
    /// Its name or id; empty for all of the kind.
    pub id: String,
    /// Principal who owns it; empty where nobody does.
    pub owner: String,
    /// Names of the secrets that the workflow to be started uses, its sub-workflows included,
    /// sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// What the task would do; only where the action is `task.run`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskAsked>,
}

/// What a task would do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaskAsked {
    /// What runs it, as in `uses`.
    pub executor: String,
    /// Names of the hosts that it acts on, as far as they are known, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// No other host comes in while it runs.
    pub hosts_known: bool,
    /// Its resource class; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub resources: String,
}

/// Where and how the question is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Situation {
    /// Tenant acted in.
    pub tenant_id: String,
    /// Such as `prod`.
    pub environment: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// How the caller came in: `unix`, `tcp`, `schedule` (by itself, for its owner) or `internal`.
    pub channel: String,
    /// What a run would add to its tenant's load; absent where nothing that counts would start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<Load>,
}

/// Tasks by their resource class, where that is not none.
pub type TasksByClass = BTreeMap<String, u32>;

/// A tenant's load, and what it may be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Load {
    /// Tasks that the workflow has.
    pub asked: TasksByClass,
    /// Tasks of the tenant's open runs that have not ended.
    pub in_use: TasksByClass,
    /// What the configuration allows this tenant; where it says nothing, policy's own limits count.
    pub limit: TasksByClass,
}

/// Policy's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Whether it may be done. Denied is the default.
    pub allow: bool,
    /// One sentence a reason: which rule, and what would change it.
    pub reasons: Vec<String>,
    /// What must be done besides; none of them is known to this version, so any denies.
    pub obligations: Vec<Value>,
    /// `low`, `medium` or `high`.
    pub risk: String,
    /// Digest of the bundle that answered.
    pub bundle_revision: String,
    /// Whether the answer came from the cache.
    pub cached: bool,
}
