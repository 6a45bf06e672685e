//! Forgetting: a tenant, asked for in the home tenant, or a data subject of the tenant that is acted in.

use conductor_domain::{
    org::identity::HOME_TENANT,
    scope::Scope,
    trust::forgotten::{self, Gone},
    work::run::check_subject,
};
use conductor_engine::{
    command::{Answer, Command},
    ports::subject_digest,
    service::{Forgettable, ReadError},
};
use conductor_protocol::v1;

use crate::{
    call::{Ask, Call, idempotency},
    convert,
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
};

/// Data subjects that are told at once.
const SUBJECTS_MAX: usize = 1_000;
/// Runs that a dry run names.
const RUNS_MAX: usize = 100;
/// Schedules that a dry run names.
const SCHEDULES_MAX: usize = 100;

pub(super) async fn tenant(
    call: &Call,
    request: v1::ForgetTenantRequest,
) -> Outcome<v1::ForgetResponse> {
    let name = request::text("name", request.name)?;
    if name.is_empty() {
        return Err(Failure::invalid("the request names no tenant", "name it"));
    }
    let given = request.scope.unwrap_or_default();
    // What says so must stay readable: it is not of the tenant that is forgotten.
    let scope = call.scope(Some(v1::Scope { tenant: HOME_TENANT.to_owned(), ..given }))?;
    let ask = Ask::one("tenant.forget", "tenant", &name);
    let whom = (name.as_str(), "");
    let how = How { dry_run: request.dry_run, reason: request.reason };
    forget(call, (&scope, ask), whom, how, request.idempotency_key).await
}

pub(super) async fn subject(
    call: &Call,
    request: v1::ForgetSubjectRequest,
) -> Outcome<v1::ForgetResponse> {
    let scope = call.scope(request.scope)?;
    let subject = request::text("name of the data subject", request.subject)?;
    check_subject(&subject)?;
    if subject.is_empty() {
        return Err(Failure::invalid("the request names no data subject", "name one"));
    }
    // What stays on record of it does not name them.
    let digest = subject_digest(&subject);
    let resource = format!("sha256:{digest}");
    let ask = Ask::one("subject.forget", "subject", &resource);
    let whom = (scope.tenant.as_str(), digest.as_str());
    let how = How { dry_run: request.dry_run, reason: request.reason };
    forget(call, (&scope, ask), whom, how, request.idempotency_key).await
}

struct How {
    dry_run: bool,
    reason: String,
}

async fn forget(
    call: &Call,
    (scope, ask): (&Scope, Ask<'_>),
    (tenant, digest): (&str, &str),
    how: How,
    key: String,
) -> Outcome<v1::ForgetResponse> {
    let (tenant, subject_digest) = (tenant.to_owned(), digest.to_owned());
    if how.dry_run {
        call.may_ask(scope, ask).await?;
        let engine = call.engine().clone();
        let (of, whom) = (tenant.clone(), subject_digest.clone());
        let looked = on_disk(move || engine.forgettable(&of, &whom)).await?;
        let looked = looked.ok_or_else(|| forgotten::unknown(&tenant, &subject_digest))?;
        return Ok(would(looked, digest));
    }
    let reason = request::reason(how.reason)?;
    let key = idempotency(key, &(convert::scope(scope), &tenant, digest, &reason))?;
    // A name that nothing has is told now, not once somebody has approved it. What repeats a request that was
    // carried out finds no key either: the kernel knows what it was answered then.
    if key.is_none() {
        call.may_ask(scope, ask).await?;
        let (engine, of, whom) = (call.engine().clone(), tenant.clone(), subject_digest.clone());
        if !on_disk(move || Ok::<_, ReadError>(engine.seals_for(&of, &whom))).await? {
            return Err(forgotten::unknown(&tenant, &subject_digest).into());
        }
    }
    let command = Command::Forget { tenant, subject_digest, reason };
    match call.change(scope, ask, command, key).await? {
        Answer::Forgotten(gone) => Ok(done(&gone)),
        _ => Err(Failure::bug("forgetting was answered with something else")),
    }
}

fn done(gone: &Gone) -> v1::ForgetResponse {
    v1::ForgetResponse {
        seq: gone.seq,
        subject_digest: gone.of.subject_digest.clone(),
        keys: gone.of.keys.clone(),
        runs: gone.of.runs,
        ..v1::ForgetResponse::default()
    }
}

fn would(looked: Forgettable, digest: &str) -> v1::ForgetResponse {
    let newest = looked.runs.iter().rev().take(RUNS_MAX);
    let mut in_the_way = Vec::new();
    if looked.goes_on {
        in_the_way.push("the tenant is not suspended".to_owned());
    }
    in_the_way.extend(looked.open.iter().map(|run| format!("run {run} has not ended")));
    in_the_way.extend(looked.approvals.iter().map(|id| format!("approval {id} waits")));
    in_the_way.extend(looked.glasses.iter().map(|id| format!("{id} is not reviewed")));
    in_the_way.extend(looked.incidents.iter().map(|id| format!("incident {id} is open")));
    let schedules = looked.schedules_going_on.iter();
    in_the_way.extend(schedules.map(|name| format!("schedule {name} goes on")));
    in_the_way.extend(looked.held.iter().map(|id| format!("artifact {id} is held")));
    v1::ForgetResponse {
        seq: 0,
        subject_digest: digest.to_owned(),
        keys: looked.keys,
        runs: looked.runs.len() as u64,
        run_ids: newest.map(ToString::to_string).collect(),
        records: looked.records,
        receipts: looked.receipts,
        contents: looked.contents,
        unsealed: looked.unsealed,
        in_the_way,
        schedules: looked.schedules.into_iter().take(SCHEDULES_MAX).collect(),
    }
}

pub(super) async fn subjects(
    call: &Call,
    request: v1::ListSubjectsRequest,
) -> Outcome<v1::ListSubjectsResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("subject.read", "subject")).await?;
    let engine = call.engine().clone();
    let found = on_disk(move || engine.views().subjects(&scope.tenant)).await?;
    let more = found.len() > SUBJECTS_MAX;
    let told = found.into_iter().take(SUBJECTS_MAX);
    let subjects = told.map(|(name, runs)| v1::DataSubject {
        digest: subject_digest(&name),
        runs: runs.len() as u64,
        name,
    });
    Ok(v1::ListSubjectsResponse { subjects: subjects.collect(), more })
}
