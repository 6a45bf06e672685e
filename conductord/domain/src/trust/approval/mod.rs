//! Approvals: what somebody asked for and others must sign before it is done, stage by stage.
//!
//! An approval keeps the whole of what was asked for, and the [`Statement`] that everybody who
//! approves puts their signature to. It ends once: carried out, denied, withdrawn, void because
//! something changed, or expired.

mod decide;
mod event;
mod statement;
#[cfg(test)]
mod tests;
mod times;
mod view;

pub use decide::{
    Signer, check, comment, delegate, deny, escalation_due, may_be_added, open_stage_of, required,
    sign, withdraw,
};
pub use event::{
    Commented, Delegated, Denied, Escalated, Expired, Granted, Requested, Signed, Voided, Withdrawn,
};
pub use statement::{KIND, Statement, Targets};
pub use times::Times;
pub use view::{Approval, Approvals, Comment, Delegation, Ended, Ending, Signature};

/// The namespace of a signature under an approval, as `ssh-keygen -Y sign -n` takes it.
pub const NAMESPACE: &str = "approval@conductor";
