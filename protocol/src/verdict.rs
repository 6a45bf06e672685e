//! What policy is asked and what it answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::token::TokenScope;

mod obligation;

pub use obligation::{Obligation, Stage, TOUCH};

/// Other tenants that a subject names at most.
pub const ELSEWHERE_MAX: usize = 64;
/// Attributes of a subject.
pub const ATTRIBUTES_MAX: usize = 32;

/// A question to policy. Its JSON is the policy's `input` and is kept with the decision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// Such as `uid:1000`.
    pub principal: String,
    /// Roles held in the tenant that is acted in, sorted.
    pub roles: Vec<String>,
    /// `*` where the principal holds a role in any other tenant. Which ones is nothing of the
    /// tenant's that is acted in; records of earlier versions name up to [`ELSEWHERE_MAX`] of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<String>,
    /// What the daemon's records say of the principal: `business_unit`, `data_sensitivity` (the
    /// most that they may see), `region`, `environment`, `risk_profile`; [`ATTRIBUTES_MAX`] of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Whether the tenant that is acted in let them in, and admits people of a tenant in which they
    /// hold a role; only where they hold none here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
    /// Id of the token that a service came with; empty for everybody else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token: String,
    /// What that token, or the task's, is for: nothing else is permitted with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<TokenScope>,
    /// The task that acts, `RUN/TASK`, with a token of its own; empty for everybody else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub task: String,
    /// Whose run it is a task of: their roles count.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub on_behalf_of: String,
}

impl Subject {
    /// Whether a token, which is for some things only, stands for them.
    #[must_use]
    pub fn has_token(&self) -> bool {
        !self.token.is_empty() || !self.task.is_empty()
    }
}

/// What is acted on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// What the published manifest says that it risks: `low`, `medium`, `high`; empty for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub risk: String,
    /// How sensitive its data is: `public`, `internal`, `confidential`, `restricted`; or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data_sensitivity: String,
    /// Where it may run, sorted; none for anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// What its data is used for, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purpose: Vec<String>,
    /// The version that would run or be published, `NAME@VERSION`; where its signatures matter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub runbook: String,
    /// Its author's signature holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
    /// Its author, where they signed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signer: String,
    /// Somebody else, who may review, signed it as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reviewed: bool,
    /// What is wrong with a signature: a word (`tampered`, `revoked`, …), a colon and a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signature_problem: String,
    /// Name of the workflow that it is of; only where a token may be for some workflows alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub workflow: String,
}

/// What a task would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// What the token of its attempts is for, beside reading its own run, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<TokenScope>,
}

/// Where and how the question is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Situation {
    /// Tenant acted in.
    pub tenant_id: String,
    /// Such as `prod`.
    pub environment: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// How the caller came in: `unix`, `tcp`, `token`, `schedule` (by itself, for its owner) or
    /// `internal`.
    pub channel: String,
    /// What a run would add to its tenant's load; absent where nothing that counts would start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<Load>,
    /// What the daemon's records say of the tenant; absent where they say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantFacts>,
    /// What a run would cost; absent where nothing that costs would start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<Spend>,
}

/// What the daemon's records say of a tenant. What they don't say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TenantFacts {
    /// `active` or `suspended`; what is neither denies.
    #[serde(default)]
    pub status: String,
    /// Its governance: `internal`, `white-label` or `saas`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub profile: String,
    /// `low`, `medium` or `high`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub risk_profile: String,
    /// Such as `payments`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub business_unit: String,
    /// The most sensitive data that it may hold.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data_sensitivity: String,
    /// Its home.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Where it may act, sorted; none for anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// What personal data may be used for, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
}

/// A tenant's budget, in seconds of work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spend {
    /// What the run may take.
    pub asked: u64,
    /// What was spent in the window so far.
    pub spent: u64,
    /// What may be spent in it.
    pub limit: u64,
    /// Such as `day` or `month`.
    pub window: String,
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

/// Policy's answer. The default denies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Whether it may be done. Denied is the default.
    pub allow: bool,
    /// One sentence a reason: which rule, and what would change it.
    pub reasons: Vec<String>,
    /// What must be done besides. One that is not known denies.
    pub obligations: Vec<Obligation>,
    /// `low`, `medium` or `high`.
    pub risk: String,
    /// Revision of the bundle that answered.
    pub bundle_revision: String,
    /// Whether the answer came from the cache.
    pub cached: bool,
    /// The rules behind the reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleHit>,
    /// How long the evaluation took, in microseconds; of an answer from the cache, the first time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub duration_us: u64,
}

impl Verdict {
    /// Whether it may be done just so: allowed, and nothing has to be done besides.
    #[must_use]
    pub fn is_unconditional(&self) -> bool {
        self.allow && self.obligations.iter().all(Obligation::is_advice)
    }
}

/// A rule that had a say, where it stands, and what would change what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleHit {
    /// Package and name below `data.conductor`, such as `quota.problems`.
    pub rule: String,
    /// Of the bundle; empty where it is not found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// Counted from 1; 0 where it is not found.
    #[serde(default, skip_serializing_if = "is_zero_line")]
    pub line: u32,
    /// What would change it; empty where nothing has to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub change: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_zero_line(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_recorded_before_there_was_more_to_say_is_still_read() {
        let old = json!({
            "subject": {"principal": "uid:1", "roles": ["operator"]},
            "action": "run.start",
            "resource": {"kind": "workflow", "id": "x", "owner": ""},
            "context": {"tenant_id": "acme", "environment": "dev", "region": "local", "channel": "unix"},
        });
        let question: Question = serde_json::from_value(old.clone()).unwrap();
        assert_eq!(serde_json::to_value(&question).unwrap(), old);
        let old = json!({
            "allow": false, "reasons": ["no role"], "obligations": [{"type": "sing"}],
            "risk": "low", "bundleRevision": "r", "cached": false,
        });
        let verdict: Verdict = serde_json::from_value(old.clone()).unwrap();
        assert_eq!(serde_json::to_value(&verdict).unwrap(), old);
    }

    #[test]
    fn a_permission_with_a_condition_is_not_unconditional() {
        let obliged = |obligations| Verdict { allow: true, obligations, ..Verdict::default() };
        assert!(!Verdict::default().is_unconditional());
        assert!(obliged(vec![]).is_unconditional());
        assert!(obliged(vec![Obligation::Warn { message: "x".into() }]).is_unconditional());
        assert!(!obliged(vec![Obligation::DryRunOnly]).is_unconditional());
        assert!(!obliged(vec![Obligation::Unknown(json!(1))]).is_unconditional());
    }
}
