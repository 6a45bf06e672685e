//! What must be done besides, for a permission to be one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::is_zero;

/// The method of a [`Obligation::StepUp`] that this version knows: a signature with a security key
/// that was touched for it.
pub const TOUCH: &str = "ssh-touch";

/// A condition of a permission; beside a denial, what would help.
///
/// Its JSON is an object whose `type` names it. What is of a type that is not known here, or lacks
/// something, is kept as it is: an answer with such an obligation denies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Obligation {
    /// People must approve, in stages one after the other.
    RequireApproval {
        /// In their order.
        stages: Vec<Stage>,
        /// How long an approval counts, in seconds.
        window_seconds: u64,
    },
    /// These parts are left out of what is shown.
    Mask {
        /// Dotted paths, such as `inputs.ssn`; `*` stands for every element or any key.
        paths: Vec<String>,
    },
    /// Only what has one of these values in a field is shown.
    Filter {
        /// Such as `environment`.
        field: String,
        /// What may be seen.
        allowed: Vec<String>,
    },
    /// It may be tried without effect, and not done.
    DryRunOnly,
    /// Whoever asks must prove once more who they are.
    StepUp {
        /// How: [`TOUCH`]. What asks for another way is not done.
        method: String,
    },
    /// These must be told that it was done.
    Notify {
        /// Who holds one of these roles.
        roles: Vec<String>,
        /// What they are told.
        message: String,
    },
    /// It may be done by one alone, and so many others must review it afterwards.
    RequireReview {
        /// Who holds one of these may review.
        roles: Vec<String>,
        /// How many different people must.
        quorum: u32,
        /// Within how many seconds.
        window_seconds: u64,
        /// Whether a freeze is gone through, too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        freezes: bool,
    },
    /// Only beside a denial: it may be asked for, of whoever holds one of these roles.
    RequestApproval {
        /// Who could approve.
        roles: Vec<String>,
    },
    /// Whoever asks is told.
    Warn {
        /// A sentence.
        message: String,
    },
    /// Not known to this version.
    #[serde(untagged)]
    Unknown(Value),
}

/// A stage of an approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Who holds one of these may approve.
    pub roles: Vec<String>,
    /// How many different people must.
    pub quorum: u32,
    /// After how many seconds without an answer others may sign it, too; 0 for never.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub timeout_seconds: u64,
    /// Who holds one of these may sign it then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate_to: Vec<String>,
    /// Whether nobody but whoever asks signs it. It names no roles then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requester: bool,
    /// Whether only signatures count for which a security key was touched.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub touch: bool,
}

impl Stage {
    /// Whoever asks proves once more who they are, by a touch.
    #[must_use]
    pub fn step_up() -> Self {
        Self { quorum: 1, requester: true, touch: true, ..Self::default() }
    }
}

impl Obligation {
    /// Whether this version knows what it asks for.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// Whether nothing has to be done for it before, during or after: it only tells.
    #[must_use]
    pub const fn is_advice(&self) -> bool {
        matches!(self, Self::Warn { .. } | Self::RequestApproval { .. })
    }

    /// The name of its type; empty for one that has none.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::RequireApproval { .. } => "require_approval",
            Self::Mask { .. } => "mask",
            Self::Filter { .. } => "filter",
            Self::DryRunOnly => "dry_run_only",
            Self::StepUp { .. } => "step_up",
            Self::Notify { .. } => "notify",
            Self::RequireReview { .. } => "require_review",
            Self::RequestApproval { .. } => "request_approval",
            Self::Warn { .. } => "warn",
            Self::Unknown(value) => value.get("type").and_then(Value::as_str).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_is_an_object_with_its_type() {
        let all = json!([
            {"type": "require_approval",
             "stages": [{"roles": ["workflow_reviewer"], "quorum": 2}], "window_seconds": 3600},
            {"type": "mask", "paths": ["inputs.*.ssn"]},
            {"type": "filter", "field": "environment", "allowed": ["dev"]},
            {"type": "dry_run_only"},
            {"type": "step_up", "method": "ssh-touch"},
            {"type": "notify", "roles": ["operator"], "message": "it runs"},
            {"type": "require_review", "roles": ["operator"], "quorum": 2,
             "window_seconds": 86400, "freezes": true},
            {"type": "request_approval", "roles": ["tenant_admin"]},
            {"type": "warn", "message": "look twice"},
        ]);
        let read: Vec<Obligation> = serde_json::from_value(all.clone()).unwrap();
        for (known, value) in read.iter().zip(all.as_array().unwrap()) {
            assert!(known.is_known(), "{known:?}");
            assert_eq!(known.kind(), value["type"].as_str().unwrap());
        }
        assert_eq!(serde_json::to_value(&read).unwrap(), all);
    }

    #[test]
    fn what_is_not_known_or_not_whole_is_kept_as_it_is() {
        for odd in [
            json!({"type": "sing", "loudly": true}),
            json!({"type": "require_approval"}),
            json!({"type": "step_up", "method": 7}),
            json!("mask"),
            json!({}),
        ] {
            let read: Obligation = serde_json::from_value(odd.clone()).unwrap();
            assert!(!read.is_known(), "{read:?}");
            assert_eq!(serde_json::to_value(&read).unwrap(), odd);
        }
    }
}
