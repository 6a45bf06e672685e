//! A notice as people read it: a line, and a page. There is nothing in either to click.

use super::notice::{Kind, Notice};

/// What policy is asked of whoever reviews what another one did alone.
const REVIEW: &str = "glass.review";

/// A line, of one line whatever is called what.
#[must_use]
pub fn subject(notice: &Notice) -> String {
    let what = format!("{} {}", notice.action, notice.resource);
    let place = format!("{} / {}", notice.scope.tenant, notice.scope.environment);
    let line = match notice.kind {
        kind if notice.action == REVIEW && kind != Kind::PolicyNotify => of_review(notice, &place),
        Kind::ApprovalRequested => format!("{what} waits to be approved in {place}"),
        Kind::ApprovalDelegated => format!("{what} was handed to you to approve in {place}"),
        Kind::ApprovalEscalated => {
            format!("nobody has answered, and you may: {what} waits in {place}")
        }
        Kind::ApprovalGranted => format!("{what} was approved and carried out in {place}"),
        Kind::ApprovalDenied => format!("{what} was denied in {place}"),
        Kind::ApprovalWithdrawn => format!("{what} was withdrawn in {place}"),
        Kind::ApprovalVoided => format!("the approval of {what} in {place} is void"),
        Kind::ApprovalExpired => format!("{what} expired before all had signed in {place}"),
        Kind::RunEnded | Kind::RunFailed => {
            let status = notice.status.replace('_', " ");
            format!("{} {status} in {place}", notice.resource)
        }
        Kind::PolicyNotify => format!("{} in {place}", notice.message),
        Kind::GlassBroken => {
            let (who, resource) = (&notice.requester, &notice.resource);
            format!("{who} broke glass for {resource} in {place}: others have to review it")
        }
        Kind::GateFailed => format!("not released in {place}: {what}: {}", notice.message),
        Kind::IncidentOpened => format!("incident in {place}: {}: {what}", notice.message),
        Kind::SigningKeyDue => {
            format!("the key that signs the log is to be replaced{}", notice.message)
        }
        Kind::SigningKeyRotated => format!("another key signs the log{}", notice.message),
        Kind::SigningKeyFailed => {
            format!("the key that signs the log was not replaced{}", notice.message)
        }
        Kind::Test => "Conductor tries out whether notifications arrive".to_owned(),
    };
    one_line(&line)
}

/// The same of a review of what somebody did alone.
fn of_review(notice: &Notice, place: &str) -> String {
    let done = format!("what {} did alone with {}", notice.requester, notice.resource);
    match notice.kind {
        Kind::ApprovalDelegated => format!("{done} was handed to you to review in {place}"),
        Kind::ApprovalGranted => format!("{done} was reviewed in {place}"),
        Kind::ApprovalDenied => format!("{done} is disputed in {place}"),
        Kind::ApprovalVoided => format!("the review of {done} begins anew in {place}"),
        Kind::ApprovalExpired => format!("nobody reviewed in time {done} in {place}"),
        _ => format!("{done} waits to be reviewed in {place}"),
    }
}

/// A page.
#[must_use]
pub fn text(notice: &Notice) -> String {
    let mut lines = vec![format!("{}.", subject(notice)), String::new()];
    let mut say = |what: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{what:<13}{}", one_line(&value)));
        }
    };
    let (scope, kind) = (&notice.scope, notice.kind);
    if kind != Kind::Test {
        say("what", notice.action.clone());
        say(
            if notice.resource_kind.is_empty() { "on" } else { &notice.resource_kind },
            notice.resource.clone(),
        );
        say("asked by", notice.requester.to_string());
    }
    say("by", if notice.by == notice.requester { String::new() } else { notice.by.to_string() });
    say("where", format!("{} / {} / {}", scope.tenant, scope.environment, scope.region));
    say("when", notice.at.rfc3339());
    if let Some(stage) = &notice.stage {
        let people = if stage.quorum == 1 { "person" } else { "people" };
        let stage = format!("{} of {}: {} {people}", stage.number, stage.of, stage.quorum);
        say("stage", stage);
    }
    say("for", notice.audience.roles.join(", "));
    say("until", notice.expires_at.map(|at| at.rfc3339()).unwrap_or_default());
    let look = notice.look();
    if !look.is_empty() {
        lines.extend([String::new(), "Look at it with".to_owned(), format!("  {look}")]);
    }
    lines.extend([
        String::new(),
        "Nothing can be approved by this message.".to_owned(),
        String::new(),
    ]);
    lines.join("\n")
}

/// What others called something, in one line and without what a terminal would obey.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
