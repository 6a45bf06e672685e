//! Checks that an operator can act on. What all tenants have a part in, such as how much waits, is for
//! whoever may read the system in the home tenant.

use conductor_domain::scope::Scope;
use conductor_engine::{
    limits::COMMANDS_WAITING_MAX,
    ports::{Health, KeyringReport},
};
use conductor_protocol::v1;

use crate::{
    call::{Ask, Call},
    disk::on_disk,
    failure::{Failure, Outcome},
    freezes, incidents, keys, ledger, notifications, rates, receipts,
    system::{MENDERS, secrets::known},
    tokens,
    vouched::told,
};

/// Less free space than this is a failure, in bytes.
const SPACE_FAIL_BYTES: u64 = 256 * 1024 * 1024;
/// Less free space than this is a warning, in bytes.
const SPACE_WARN_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// The system's clock may be so far behind the daemon's without a warning.
const CLOCK_AHEAD_WARN_MS: u64 = 2_000;
/// Records that the stored views may be behind without a warning.
const VIEWS_BEHIND_WARN: u64 = 50_000;

pub(super) async fn doctor(call: &Call, request: v1::DoctorRequest) -> Outcome<v1::DoctorResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("system.read", "system")).await?;
    let whole = call.sees_daemon();
    let mut checks = vec![engine(call, whole)];
    if whole {
        let space = space(call).await;
        checks.extend([queue(call), views(call), checkpoint(call).await, space, clock(call)]);
        checks.push(notifications::check(call));
        checks.push(receipts::check(call));
        let key = ledger::keys::check(call);
        checks.extend(key.map(|(status, told, hint)| check("signing key", status, told, hint)));
        checks.push(sealing(call));
        let witnesses = ledger::witnesses::check(call);
        checks.extend(witnesses.map(|(status, told, hint)| check("witnesses", status, told, hint)));
    }
    checks.extend([
        workers(call, (!whole).then_some(scope.tenant.as_str())).await,
        policy(call),
        drift(call, &scope.tenant),
        freezes::check(call, &scope),
        incidents::check(call, &scope),
        secrets(call, &scope.tenant).await,
    ]);
    let roles = call.engine().views().roles(&scope.tenant, call.peer.principal());
    if roles.iter().any(|role| MENDERS.contains(&role.as_str())) {
        checks.push(keys::check(call, &scope.tenant));
        checks.push(tokens::check(call, &scope.tenant));
        checks.push(super::logins::doctor(call, &scope.tenant));
        checks.push(runbooks(call, &scope));
    }
    if !whole {
        return Ok(v1::DoctorResponse { checks });
    }
    checks.extend(certificate(call));
    checks.extend(opened(call));
    checks.push(check("rate limits", "ok", rates::check(call), ""));
    let api = call.api.clone();
    // The first look tries things out.
    if let Ok(machine) = on_disk(move || Ok::<_, Failure>(api.machine_checks())).await {
        checks.extend(machine);
    }
    checks.extend(contents(call).await);
    Ok(v1::DoctorResponse { checks })
}

pub(super) fn check(name: &str, status: &str, message: String, hint: &str) -> v1::DoctorCheck {
    // A hint is for what is not well.
    let hint = if status == "ok" { "" } else { hint };
    v1::DoctorCheck { name: name.into(), status: status.into(), message, hint: hint.into() }
}

/// How a store of contents is that is elsewhere, and how far it was told what the ledger says.
async fn contents(call: &Call) -> Vec<v1::DoctorCheck> {
    let engine = call.engine().clone();
    let found = on_disk(move || Ok::<_, Failure>(engine.blobs().checks())).await;
    let mut checks: Vec<v1::DoctorCheck> = found
        .unwrap_or_default()
        .into_iter()
        .map(|one| {
            let status = match one.health {
                Health::Ok => "ok",
                Health::Warn => "warn",
                Health::Fail => "fail",
            };
            check(&one.name, status, one.message, &one.hint)
        })
        .collect();
    let state = call.engine().contents();
    if !state.follows {
        return checks;
    }
    let behind = call.engine().views().seq().saturating_sub(state.seq);
    let told = match (&state.problem, state.left) {
        (Some(problem), _) => ("warn", format!("{behind} events are not told to it: {problem}")),
        (None, 0) => ("ok", "was told of all holds, releases and ends".to_owned()),
        (None, left) => {
            let why = &state.left_why;
            ("warn", format!("keeps {left} contents whose time is over; the first: {why}"))
        }
    };
    let hint = "what is kept goes when its lock ends; a legal hold that was put on there is taken off there";
    checks.push(check("artifact holds", told.0, told.1, hint));
    checks
}

/// Whether anybody on this machine may act as somebody.
fn opened(call: &Call) -> Option<v1::DoctorCheck> {
    let opened = call.api.opened()?;
    let message =
        format!("whoever reaches {} acts as {} without proof", opened.listen, opened.principal);
    let hint = "remove `[http.open]` from conductord.toml when nothing needs it any more";
    Some(check("open listener", "warn", message, hint))
}

fn engine(call: &Call, whole: bool) -> v1::DoctorCheck {
    let failure = call.engine().failure().borrow().clone();
    match failure {
        None if !whole => check("ledger", "ok", "all that is in it is durable".into(), ""),
        None => {
            let last = call.engine().ledger().last_seq();
            check("ledger", "ok", format!("{last} events, the last one durable"), "")
        }
        Some(problem) => check("ledger", "fail", problem, "restart the daemon; nothing is lost"),
    }
}

/// Which keys there are, and where the one is without which they open nothing.
fn sealing(call: &Call) -> v1::DoctorCheck {
    let KeyringReport { live, destroyed, wrapped_by } = call.engine().keyring().report();
    let message = format!(
        "payloads are sealed with {live} keys, wrapped by {wrapped_by}; {destroyed} were destroyed"
    );
    check("sealing", "ok", message, "")
}

fn queue(call: &Call) -> v1::DoctorCheck {
    let waiting = call.engine().commands_waiting();
    let status = if waiting > COMMANDS_WAITING_MAX / 2 { "warn" } else { "ok" };
    let message = format!("{waiting} of {COMMANDS_WAITING_MAX} commands wait");
    check("commands", status, message, "the disk is slow, or too many callers ask at once")
}

fn views(call: &Call) -> v1::DoctorCheck {
    let engine = call.engine();
    let behind = engine.views().seq().saturating_sub(engine.stored_views_seq());
    let status = if behind > VIEWS_BEHIND_WARN { "warn" } else { "ok" };
    let message = format!("the stored views are {behind} events behind the ledger");
    check("views", status, message, "they catch up by themselves; the next start takes longer")
}

async fn checkpoint(call: &Call) -> v1::DoctorCheck {
    let hint = "`conductord ledger verify` says what is wrong and where";
    let engine = call.engine().clone();
    let problem = engine.signing().borrow().problem.clone();
    match on_disk(move || engine.ledger().latest_checkpoint()).await {
        Ok(Some(signed)) if problem.is_some() => {
            let why = problem.unwrap_or_default();
            let message = format!("none is signed beyond {} events: {why}", signed.size);
            check("checkpoint", "warn", message, "`[signing]` of conductord.toml names the key")
        }
        Ok(Some(signed)) => {
            check("checkpoint", "ok", format!("signed over {} events", signed.size), "")
        }
        Ok(None) => check("checkpoint", "warn", "none was signed so far".into(), hint),
        Err(failure) => check("checkpoint", "fail", failure.code().to_string(), hint),
    }
}

async fn space(call: &Call) -> v1::DoctorCheck {
    let hint = "free space on the disk that holds the daemon's data";
    let folder = call.api.about().data_dir.clone();
    let free = on_disk(move || {
        let disk = rustix::fs::statvfs(&folder);
        let disk = disk.map_err(|error| Failure::disk("look at the disk", &error.into()))?;
        Ok::<_, Failure>(disk.f_bavail.saturating_mul(disk.f_frsize))
    });
    match free.await {
        Ok(free) => {
            let status = match free {
                0..SPACE_FAIL_BYTES => "fail",
                SPACE_FAIL_BYTES..SPACE_WARN_BYTES => "warn",
                _ => "ok",
            };
            check("disk", status, format!("{} MiB are free", free / (1024 * 1024)), hint)
        }
        Err(failure) => check("disk", "fail", failure.code().to_string(), hint),
    }
}

/// Whether the system's clock is behind what is on record.
fn clock(call: &Call) -> v1::DoctorCheck {
    let ahead = call.engine().clock_ahead_ms();
    if ahead <= CLOCK_AHEAD_WARN_MS {
        return check("clock", "ok", "the system's clock goes on as it did".into(), "");
    }
    let seconds = ahead / 1_000;
    let message = format!("the system's clock is {seconds} s behind the ledger, which goes on");
    check("clock", "warn", message, "set the clock right; until then the daemon's is ahead of it")
}

async fn workers(call: &Call, tenant: Option<&str>) -> v1::DoctorCheck {
    let hint = "start `conductord worker`, or the daemon with --workers";
    match call.engine().inspect(tenant).await {
        Ok((workers, depth)) => {
            let connected = workers.iter().filter(|worker| worker.connected).count();
            let status = if connected == 0 { "fail" } else { "ok" };
            let message = format!("{connected} are connected, {depth} tasks wait for one");
            check("workers", status, message, hint)
        }
        Err(rejection) => check("workers", "fail", rejection.to_string(), hint),
    }
}

/// How the server's certificate is, where there is one.
fn certificate(call: &Call) -> Option<v1::DoctorCheck> {
    let tls = call.api.tls()?;
    let hint =
        "renew it in the files of `[tls]` of conductord.toml; they are read again by themselves";
    Some(match tls.warning() {
        None => check("tls", "ok", tls.lasts(), ""),
        Some(problem) if tls.is_over() => check("tls", "fail", problem, hint),
        Some(problem) => check("tls", "warn", problem, hint),
    })
}

/// Which bundle decides, and whether a newer one was refused.
fn policy(call: &Call) -> v1::DoctorCheck {
    let decides = format!("bundle {} decides", call.api.guard().revision());
    match call.engine().views().deployment().alarm() {
        None => check("policy", "ok", decides, ""),
        Some((_, refused)) => {
            let (source, problem) = (&refused.source, &refused.problem);
            let message = format!("{decides}; the one of {source} is refused: {problem}");
            check(
                "policy",
                "fail",
                message,
                "mend that bundle, or go back with `conductor policy rollback`",
            )
        }
    }
}

/// Whether what is deployed for the tenant is what the configuration wants.
fn drift(call: &Call, tenant: &str) -> v1::DoctorCheck {
    let known = call.engine().views().deployment();
    let open = known.open().filter(|item| item.drift.tenant == tenant).map(|item| {
        let drift = &item.drift;
        format!("the {} is {} and not {}", drift.what, drift.deployed, drift.desired)
    });
    let open: Vec<String> = open.collect();
    if open.is_empty() {
        return check("policy drift", "ok", "what is deployed is what is wanted".into(), "");
    }
    check("policy drift", "warn", open.join("; "), "`conductor policy drift` lists what is open")
}

/// Whether runbooks were refused lately because of their signatures.
fn runbooks(call: &Call, scope: &Scope) -> v1::DoctorCheck {
    let alerts = call.alerts(scope);
    let Some(last) = alerts.last() else {
        return check(
            "runbooks",
            "ok",
            "none was refused in a day because of its signatures".into(),
            "",
        );
    };
    let count = match alerts.len() {
        1 => "one was".to_owned(),
        count => format!("{count} were"),
    };
    let message =
        format!("{count} refused in a day because of signatures, the last: {}", told(last));
    check(
        "runbooks",
        "warn",
        message,
        "`conductor events tail --kind runbook.refused` shows who asked",
    )
}

async fn secrets(call: &Call, tenant: &str) -> v1::DoctorCheck {
    let known = known(call, tenant).await;
    let failing: Vec<&str> = known
        .iter()
        .filter(|secret| !secret.problem.is_empty())
        .map(|secret| secret.name.as_str())
        .collect();
    let message = match (known.len(), failing.as_slice()) {
        (0, _) => "the daemon's own worker has none".to_owned(),
        (known, []) => format!("the daemon's own worker can get all of its {known}"),
        (known, failing) => {
            format!("{} of {known} can't be got: {}", failing.len(), failing.join(", "))
        }
    };
    let status = if failing.is_empty() { "ok" } else { "warn" };
    check("secrets", status, message, "`conductor secrets list` says why")
}
