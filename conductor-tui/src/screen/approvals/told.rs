//! The chosen approval, for somebody who sees no rows.

use super::{
    ask::called,
    list::Part,
    screen::{ApprovalsScreen, Focus},
};
use crate::{
    app::{Shared, time},
    signing::{left_ms, status},
    widget::Told,
};

/// See the module.
pub(super) fn told(screen: &ApprovalsScreen, shared: &Shared) -> Option<Told> {
    let list = &screen.list;
    if screen.focus != Focus::List || list.fault.is_some() {
        return None;
    }
    let (part, approval) = list.row(list.cursor())?;
    let whose = match part {
        Part::Waiting => "waits for you",
        Part::Others => "waits for others",
        Part::Decided => "decided by you",
    };
    let action = if approval.action == "run.start" { "run" } else { &approval.action };
    let what = if approval.breaks_glass { "break glass" } else { action };
    let scope = approval.scope.clone().unwrap_or_default();
    let signed: usize = approval.stages.iter().map(|stage| stage.signatures.len()).sum();
    let quorum: u32 = approval.stages.iter().map(|stage| stage.quorum).sum();
    let now = u64::try_from(shared.data_now().as_millisecond()).unwrap_or_default();
    let left = left_ms(approval, now).and_then(|ms| i64::try_from(ms).ok());
    let left = left.map(|ms| time::spoken(jiff::SignedDuration::from_millis(ms)));
    let standing = match (&approval.ended, left) {
        (Some(_), _) => status(approval.status()).to_owned(),
        (None, Some(left)) => format!("{signed} of {quorum} signed, {left} left"),
        (None, None) => "its time is over".to_owned(),
    };
    let reason = match approval.reason.as_str() {
        "" => String::new(),
        reason => format!("because {reason}"),
    };
    let marked = if screen.marks.has(&approval.approval_id) { "marked" } else { "" };
    let parts = [
        format!("{what} {}", called(approval)),
        marked.to_owned(),
        whose.to_owned(),
        format!("in {}", scope.environment),
        standing,
        format!("asked by {}", approval.requester),
        reason,
    ];
    Some(Told::row(&approval.approval_id, parts, (list.cursor(), list.shown().len())))
}
