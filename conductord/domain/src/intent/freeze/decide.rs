//! May this be frozen, stopped, let go on?

use std::collections::BTreeSet;

use conductor_protocol::{error_code::Code, id::DecisionId, verdict::Stage};
use serde::{Deserialize, Serialize};

use super::{
    Freeze, Lifted, Reach, Set, State, Stop, Switched, Window,
    limits::{FREEZES_MAX, LIFTERS_MIN, REASON_BYTES_MAX, WINDOW_MS_MAX, WINDOW_MS_MIN},
    plan_of,
};
use crate::{
    Refusal,
    intent::schedule::{Plan, point_in},
    org::{is_name, shown},
    scope::Principal,
    time::Timestamp,
};

/// A change that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Let nothing start.
    Set(Box<Draft>),
    /// Let it go on before its end.
    Lift {
        /// Why, in the caller's words.
        reason: String,
        /// Which freeze of this name: where in the ledger it was set. Filled in when it is asked
        /// for, so that what is signed lifts no other one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<u64>,
        /// What is signed for, whole. Filled in with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        freeze: Option<Box<Freeze>>,
        /// Who agreed. Nobody can claim it: it is filled in from the approval's signatures.
        #[serde(skip)]
        approved_by: Vec<Principal>,
    },
    /// Stop everything.
    Switch {
        /// Where.
        reach: Reach,
        /// How.
        stop: Stop,
        /// Why, in the caller's words.
        reason: String,
    },
}

/// A freeze as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// What it is to hold up.
    pub reach: Reach,
    /// When.
    pub window: DraftWindow,
    /// Why.
    pub reason: String,
}

/// When, in the words of whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DraftWindow {
    /// Once. Points in time as a schedule takes them, by the zone's clock where they name no offset.
    Once {
        /// Empty for now.
        from: String,
        /// Empty for until it is lifted.
        until: String,
        /// Empty for UTC.
        zone: String,
    },
    /// Again and again.
    Recurring {
        /// When each window begins.
        pattern: String,
        /// Empty for UTC.
        zone: String,
        /// How long it is, in milliseconds.
        for_ms: u64,
    },
}

/// Lets nothing start in a part of a tenant that has `count` freezes. `None` when that is so
/// already, by the very same freeze.
///
/// # Errors
/// `FREEZE_INVALID`, `FREEZE_EXISTS`, `TOO_MANY_FREEZES`
pub fn set(
    (known, count): (Option<&Freeze>, usize),
    name: &str,
    draft: Draft,
    decision: DecisionId,
    now: Timestamp,
) -> Result<Option<Set>, Refusal> {
    if !is_name(name) {
        return Err(invalid(
            format!("`{}` is no name for a freeze", shown(name)),
            "use letters, digits, `_`, `.` and `-`, 64 at most",
        ));
    }
    check_reach(&draft.reach)?;
    let reason = reason(draft.reason)?;
    let open_from = matches!(&draft.window, DraftWindow::Once { from, .. } if from.is_empty());
    let window = window(draft.window, now)?;
    let reach = draft.reach;
    let alive =
        |known: &&Freeze| known.state(plan_of(&known.window).as_deref(), now) != State::Over;
    let Some(known) = known.filter(alive) else {
        if count >= FREEZES_MAX {
            return Err(too_many(count));
        }
        return Ok(Some(Set { name: name.to_owned(), reach, window, reason, decision }));
    };
    let same_window = match (&known.window, &window) {
        (Window::Once { until: was, .. }, Window::Once { until, .. }) if open_from => was == until,
        (was, window) => was == window,
    };
    if known.reach == reach && known.reason == reason && same_window {
        return Ok(None);
    }
    Err(Refusal::new(
        Code::FreezeExists,
        format!("there is another freeze `{name}` already"),
        "set this one under another name; the other one ends by itself, or is lifted",
    ))
}

/// Stops all that runs in a part of a tenant, `runs` of which are under way and not stopped in this
/// way. `None` when the switch is thrown already and there are none.
///
/// # Errors
/// `FREEZE_INVALID`, `TOO_MANY_FREEZES`
pub fn switch(
    (known, count): (Option<&Freeze>, usize),
    (reach, stop, why): (Reach, Stop, String),
    (runs, decision): (u64, DecisionId),
) -> Result<Option<Switched>, Refusal> {
    check_reach(&reach)?;
    let reason = reason(why)?;
    let gentler = |known: &Freeze| known.stop == Some(Stop::Cancel) && stop == Stop::Kill;
    match known {
        Some(known) if runs == 0 && !gentler(known) => return Ok(None),
        None if count >= FREEZES_MAX => return Err(too_many(count)),
        _ => {}
    }
    let name = reach.switch_name();
    Ok(Some(Switched { name, reach, stop, reason, runs, decision }))
}

/// Lets go on what a freeze holds up, before its end: two people agreed besides whoever asks.
///
/// # Errors
/// `FREEZE_NOT_FOUND`, `FREEZE_INVALID`, `APPROVAL_REQUIRED` where not enough people agreed.
pub fn lift(
    (known, plan): (Option<&Freeze>, Option<&Plan>),
    (name, seq, why): (&str, Option<u64>, String),
    (requester, approved_by): (&Principal, &[Principal]),
    decision: DecisionId,
    now: Timestamp,
) -> Result<Lifted, Refusal> {
    let known = known.filter(|known| known.state(plan, now) != State::Over);
    let known = known.ok_or_else(|| not_found(name))?;
    if seq.is_some_and(|seq| seq != known.seq) {
        let message = format!("`{name}` is another freeze by now");
        return Err(Refusal::new(Code::FreezeNotFound, message, "ask for it anew"));
    }
    let reason = reason(why)?;
    let others: BTreeSet<&Principal> =
        approved_by.iter().filter(|principal| *principal != requester).collect();
    if others.len() < LIFTERS_MIN {
        return Err(needs_two());
    }
    let approved_by = others.into_iter().cloned().collect();
    Ok(Lifted { name: name.to_owned(), reason, approved_by, decision })
}

/// Whether stages of an approval are enough to lift a freeze: nobody is asked to sign what would
/// not be done.
///
/// # Errors
/// `APPROVAL_REQUIRED`
pub fn check_two(stages: &[Stage]) -> Result<(), Refusal> {
    let others = stages.iter().filter(|stage| !stage.requester);
    let people: u64 = others.map(|stage| u64::from(stage.quorum)).sum();
    if people >= LIFTERS_MIN as u64 { Ok(()) } else { Err(needs_two()) }
}

fn needs_two() -> Refusal {
    let message = "a freeze is lifted by two people besides whoever asks for it, and policy asks \
                   for fewer";
    let hint = "an administrator has to mend the policy bundle: `freeze.lift` needs \
                `require_approval` with a quorum of two";
    Refusal::new(Code::ApprovalRequired, message, hint)
}

/// That there is no such freeze.
#[must_use]
pub fn not_found(name: &str) -> Refusal {
    Refusal::new(
        Code::FreezeNotFound,
        format!("there is no freeze `{}` that holds or is to come", shown(name)),
        "`conductor freeze list` shows those there are",
    )
}

fn reason(given: String) -> Result<String, Refusal> {
    if !given.trim().is_empty() && given.len() <= REASON_BYTES_MAX {
        return Ok(given);
    }
    Err(invalid(
        format!("a freeze needs a reason of 1 to {REASON_BYTES_MAX} bytes"),
        "say why: whoever is held up reads it",
    ))
}

fn check_reach(reach: &Reach) -> Result<(), Refusal> {
    let (Reach::Workflow(name) | Reach::Environment(name)) = reach else { return Ok(()) };
    if is_name(name) {
        return Ok(());
    }
    let message = format!("`{}` is no name for what is to be frozen", shown(name));
    Err(invalid(message, "name a workflow or an environment as it is, or the whole tenant"))
}

fn window(given: DraftWindow, now: Timestamp) -> Result<Window, Refusal> {
    match given {
        DraftWindow::Once { from, until, zone } => {
            let at = |text: &str| point_in(text, or_utc(&zone)).map_err(as_freeze);
            let from = if from.is_empty() { now } else { at(&from)? };
            let until = if until.is_empty() { None } else { Some(at(&until)?) };
            if until.is_some_and(|until| until <= from || until <= now) {
                let hint = "let it end after it begins, and after now";
                return Err(invalid("the freeze would be over already".to_owned(), hint));
            }
            Ok(Window::Once { from, until })
        }
        DraftWindow::Recurring { pattern, zone, for_ms } => {
            if !(WINDOW_MS_MIN..=WINDOW_MS_MAX).contains(&for_ms) {
                let message = "a window that recurs lasts from a minute to 31 days".to_owned();
                return Err(invalid(message, "say how long it is, such as `8h`"));
            }
            let zone = or_utc(&zone).to_owned();
            let plan = Plan::recurring(&pattern, &zone).map_err(as_freeze)?;
            if plan.next_after(now).is_none() {
                let message = format!("the cron pattern `{pattern}` never comes");
                return Err(invalid(
                    message,
                    "`conductor schedules next --cron` shows when it does",
                ));
            }
            Ok(Window::Recurring { pattern, zone, for_ms })
        }
    }
}

const fn or_utc(zone: &str) -> &str {
    if zone.is_empty() { "UTC" } else { zone }
}

fn too_many(count: usize) -> Refusal {
    let message = format!("the tenant has {count} freezes");
    Refusal::new(Code::TooManyFreezes, message, "have those lifted that are not needed any more")
}

fn as_freeze(refusal: Refusal) -> Refusal {
    Refusal { code: Code::FreezeInvalid, ..refusal }
}

fn invalid(message: String, hint: &str) -> Refusal {
    Refusal::new(Code::FreezeInvalid, message, hint)
}
