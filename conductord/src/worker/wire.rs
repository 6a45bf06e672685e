//! Leases as they come over the wire, and reports as they go.

use conductor_domain::{scope::Scope, secret::Placeholders, time::Timestamp};
use conductor_engine::ports::{Completion, Confinement, FailureKind, Lease, Outcome, WorkError};
use conductor_protocol::{
    manifest::{ResourceClass, Sandbox, SandboxLevel},
    v1,
};
use serde_json::Value;

pub(super) fn misunderstood(what: &str) -> WorkError {
    WorkError::Unavailable(format!("understand the daemon: {what}"))
}

pub(super) fn parse<T: std::str::FromStr>(text: &str) -> Result<T, WorkError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| misunderstood(&error.to_string()))
}

pub(super) fn lease(lease: v1::Lease) -> Result<Lease, WorkError> {
    let Value::Object(with) = serde_json::from_str(&lease.with_json)
        .map_err(|error| misunderstood(&error.to_string()))?
    else {
        return Err(misunderstood("a lease's parameters are no object"));
    };
    let scope = lease.scope.unwrap_or_default();
    let at = lease.expires_at.unwrap_or_default();
    let unix_ms = u64::try_from(at.seconds).unwrap_or(0) * 1_000
        + u64::try_from(at.nanos).unwrap_or(0) / 1_000_000;
    Ok(Lease {
        run: parse(&lease.run_id)?,
        task: lease.task_id,
        attempt: lease.attempt,
        // An older daemon says nothing of it.
        effect: if lease.effect == 0 { lease.attempt } else { lease.effect },
        token: lease.token,
        expires_at: Timestamp::from_unix_ms(unix_ms),
        uses: lease.uses,
        with,
        env: lease.env.into_iter().collect(),
        secrets: placeholders(&lease.secrets, &lease.secret_nonce)?,
        timeout_ms: lease.timeout_ms,
        resources: class(&lease.resources)?,
        sandbox: lease.sandbox.map(sandbox).transpose()?,
        scope: Scope { tenant: scope.tenant, environment: scope.environment, region: scope.region },
        workflow: lease.workflow,
        version: lease.version,
    })
}

const fn failure(kind: FailureKind) -> v1::FailureKind {
    match kind {
        FailureKind::Program => v1::FailureKind::Program,
        FailureKind::Unreachable => v1::FailureKind::Unreachable,
        FailureKind::Lost => v1::FailureKind::Lost,
        FailureKind::Refused => v1::FailureKind::Refused,
        FailureKind::Invalid => v1::FailureKind::Invalid,
    }
}

fn placeholders(names: &[String], nonce: &[u8]) -> Result<Placeholders, WorkError> {
    if names.is_empty() {
        return Ok(Placeholders::default());
    }
    let nonce = nonce.try_into().map_err(|_| misunderstood("a lease's secrets have no number"))?;
    Ok(Placeholders::new(u128::from_be_bytes(nonce), names))
}

/// A class that this worker does not know must not become none.
fn class(word: &str) -> Result<Option<ResourceClass>, WorkError> {
    match word {
        "" => Ok(None),
        word => match ResourceClass::named(word) {
            Some(class) => Ok(Some(class)),
            None => Err(misunderstood(&format!("`{word}` is no resource class"))),
        },
    }
}

fn sandbox(sandbox: v1::Sandbox) -> Result<Sandbox, WorkError> {
    let v1::Sandbox { level, read, write, network } = sandbox;
    let Some(level) = SandboxLevel::named(&level) else {
        return Err(misunderstood(&format!("`{level}` is no level of a sandbox")));
    };
    Ok(Sandbox { level, read, write, network })
}

fn confinement(confinement: Confinement) -> v1::Confinement {
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    v1::Confinement {
        resources: word(confinement.class.map(ResourceClass::word)),
        cpu: confinement.cpu.word().to_owned(),
        memory: confinement.memory.word().to_owned(),
        processes: confinement.processes.word().to_owned(),
        sandbox: word(confinement.sandbox.map(SandboxLevel::word)),
        user: confinement.user,
        missing: confinement.missing,
        refused: confinement.refused,
    }
}

pub(super) fn report(completion: Completion) -> v1::CompleteRequest {
    let outcome = match completion.outcome {
        Outcome::Succeeded => v1::Outcome::Succeeded,
        Outcome::Failed => v1::Outcome::Failed,
        Outcome::TimedOut => v1::Outcome::TimedOut,
        Outcome::Cancelled => v1::Outcome::Cancelled,
    };
    let artifact = |artifact: conductor_engine::ports::ArtifactRef| v1::Artifact {
        name: artifact.name,
        digest: artifact.digest,
        size_bytes: artifact.size_bytes,
        task_id: completion.task.clone(),
    };
    v1::CompleteRequest {
        worker_id: completion.worker.to_string(),
        run_id: completion.run.to_string(),
        task_id: completion.task.clone(),
        attempt: completion.attempt,
        token: completion.token,
        outcome: outcome.into(),
        message: completion.message,
        exit_code: completion.exit_code,
        status_code: completion.status_code.map(u32::from),
        failure: completion.failure.map_or(v1::FailureKind::Unspecified, failure).into(),
        outputs_json: Value::Object(completion.outputs).to_string(),
        log_digest: completion.log.digest,
        log_bytes: completion.log.bytes,
        artifacts: completion.artifacts.into_iter().map(artifact).collect(),
        confinement: completion.confinement.map(confinement),
    }
}
