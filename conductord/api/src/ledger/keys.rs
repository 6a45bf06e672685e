//! The keys that sign the log: which there were, and that the next one takes over.

use conductor_domain::{
    Refusal,
    scope::{HOME_TENANT, Scope},
    trust::signing_key::Rotation as Record,
};
use conductor_engine::{
    command::{Answer, Command},
    rotation::{Due, Standing},
};
use conductor_keys::chain::Span;
use conductor_protocol::{error_code::Code, v1};

use crate::{
    call::{Ask, Call, idempotency},
    convert::{self, time},
    failure::{Failure, Outcome},
    request,
};

const ACTION: &str = "ledger.rotate_key";
const KIND: &str = "signing_key";

/// Which keys there were. Public halves and what leads from one to the next are for whoever may read of
/// the ledger; where a key is, and who ordered what, is the whole daemon's.
pub(super) async fn signing_keys(
    call: &Call,
    request: v1::SigningKeysRequest,
) -> Outcome<v1::SigningKeysResponse> {
    let scope = call.scope(request.scope)?;
    super::shows_hashes(call, &scope, "ledger.read").await?;
    let standing = standing(call)?;
    let whole = call.sees_daemon();
    let known = &standing.known;
    let mut keys = Vec::with_capacity(standing.chain.handovers().len() + 1);
    for (place, span) in standing.chain.spans().enumerate() {
        let record = place.checked_sub(1).and_then(|at| known.rotations().get(at));
        keys.push(shown(&standing, &span, record, whole));
    }
    let order = known.ordered().filter(|_| whole);
    let failed = known.failed().filter(|_| whole);
    let (next_place, next_problem) = match &standing.next {
        _ if !whole => Default::default(),
        Ok(place) => (place.clone(), String::new()),
        Err(problem) => (String::new(), problem.clone()),
    };
    Ok(v1::SigningKeysResponse {
        keys,
        chain: standing.chain.to_json(),
        next_place,
        next_problem,
        due_at: standing.due_at.map(time),
        ordered_by: order.map(|order| order.by.to_string()).unwrap_or_default(),
        ordered_at: order.map(|order| time(order.at)),
        failed_problem: failed.map(|(_, problem)| problem.clone()).unwrap_or_default(),
        failed_at: failed.map(|(at, _)| time(*at)),
    })
}

fn shown(
    standing: &Standing,
    span: &Span<'_>,
    record: Option<&Record>,
    whole: bool,
) -> v1::SigningKey {
    let told = record.filter(|_| whole);
    let in_force = span.until.is_none();
    let place = match (told, whole && in_force) {
        (_, true) => standing.place.clone(),
        (Some(record), false) => record.event.place.clone(),
        (None, false) => String::new(),
    };
    let at = |unix_ms| time(conductor_domain::time::Timestamp::from_unix_ms(unix_ms));
    let since = span.since_unix_ms.map(at);
    v1::SigningKey {
        key: span.key.to_string(),
        public_key_pem: span.key.to_pem(),
        place,
        from_size: span.from,
        until_size: span.until.unwrap_or_default(),
        since: since.or_else(|| standing.known.began().map(time)),
        until: span.until_unix_ms.map(at),
        record: record.map_or(0, |record| record.seq),
        handover: record.map(|record| record.event.handover.clone()).unwrap_or_default(),
        ordered_by: told.map(|record| record.event.ordered_by.to_string()).unwrap_or_default(),
        reason: told.map(|record| record.event.reason.clone()).unwrap_or_default(),
    }
}

/// Puts on record that the next key is to take over; whoever looks after keys reads it there.
pub(super) async fn rotate(
    call: &Call,
    request: v1::RotateSigningKeyRequest,
) -> Outcome<v1::RotateSigningKeyResponse> {
    let scope = Scope { tenant: HOME_TENANT.to_owned(), ..call.scope(request.scope)? };
    let reason = request::reason(request.reason)?;
    let standing = standing(call)?;
    let old_key = standing.chain.current().to_string();
    let ask = Ask::one(ACTION, KIND, &old_key);
    // Nothing is said of what is configured to whom it may not be done.
    call.may_ask(&scope, ask).await?;
    let next_place = standing.next.map_err(|problem| next_missing(&problem))?;
    let key = idempotency(request.idempotency_key, &(convert::scope(&scope), &reason))?;
    let number = standing.chain.handovers().len() as u64 + 1;
    let command = Command::RotateSigningKey { number, reason };
    match call.change(&scope, ask, command, key).await? {
        Answer::Noted => Ok(v1::RotateSigningKeyResponse { old_key, next_place }),
        _ => Err(Failure::bug("an order to replace a key was answered with something else")),
    }
}

/// The chain, as a file for those who verify without a daemon.
pub(crate) fn chain(call: &Call) -> Outcome<String> {
    Ok(standing(call)?.chain.to_json())
}

fn standing(call: &Call) -> Outcome<Standing> {
    let rotation = call.api.rotation();
    let standing = rotation.map(|rotation| rotation.standing());
    standing.ok_or_else(|| Failure::bug("nothing looks after the signing keys of this daemon"))
}

fn next_missing(problem: &str) -> Failure {
    let hint = "the key ceremony in the documentation goes through it step by step";
    Refusal::new(Code::SigningKeyNextMissing, problem, hint).into()
}

/// What the doctor says of the key in force; nothing where nobody looks after it.
pub(crate) fn check(call: &Call) -> Option<(&'static str, String, &'static str)> {
    let standing = call.api.rotation()?.standing();
    if !standing.problem.is_empty() {
        let message = format!("nothing is signed any more: {}", standing.problem);
        return Some(("fail", message, "mend what it names and start the daemon again"));
    }
    let since = standing.known.since().map(|since| since.rfc3339()).unwrap_or_default();
    let (place, key) = (&standing.place, standing.chain.current());
    if let Some((at, problem)) = standing.known.failed() {
        let message =
            format!("{key} is still in force: its successor failed at {}: {problem}", at.rfc3339());
        return Some((
            "warn",
            message,
            "mend that, and order `conductor ledger keys rotate` again",
        ));
    }
    let due = standing.due_at.map(|at| at.rfc3339()).unwrap_or_default();
    let hint = match standing.next {
        Ok(_) => "`conductor ledger keys rotate --reason …` replaces it",
        Err(_) => "make the next key and name it in `[signing.next]`; the key ceremony says how",
    };
    Some(match standing.due {
        Due::Later if due.is_empty() => ("ok", format!("in force since {since}, in {place}"), ""),
        Due::Later => ("ok", format!("in force since {since}, in {place}; until {due}"), ""),
        Due::Soon => ("warn", format!("in force since {since}, and to be replaced by {due}"), hint),
        Due::Now => {
            ("warn", format!("in force since {since}, and was to be replaced by {due}"), hint)
        }
    })
}
