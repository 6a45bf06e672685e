//! The lease protocol: orders going out, reports coming in.

use conductor_domain::work::task::{ArtifactRef, FailureKind, Outcome};
use conductor_engine::{
    kernel::WorkerInfo,
    limits::{ARTIFACTS_MAX, OUTPUTS_BYTES_MAX},
    ports::{Completion, Lease, LogDigest, LogStreamKind, Order, StopReason},
};
use conductor_protocol::{
    id::{RunId, WorkerId},
    v1::{self, work_order},
};
use serde_json::{Map, Value};

use super::{confinement, narrow, scope, time};
use crate::{
    failure::{Failure, Outcome as Answer},
    request,
};

/// An order as it goes out; one that starts a script goes with a token for it.
pub(crate) fn order(order: Order, task_token: Option<String>) -> v1::WorkOrder {
    let order = match order {
        Order::Welcome { worker, lease_ttl_ms, heartbeat_interval_ms } => {
            work_order::Order::Welcome(v1::Welcome {
                worker_id: worker.to_string(),
                lease_ttl_ms: u32::try_from(lease_ttl_ms).unwrap_or(u32::MAX),
                heartbeat_interval_ms: u32::try_from(heartbeat_interval_ms).unwrap_or(u32::MAX),
            })
        }
        Order::Start(granted) => work_order::Order::Start(v1::Lease {
            task_token: task_token.unwrap_or_default(),
            ..lease(*granted)
        }),
        // The token alone names the lease; the worker knows what it started under it.
        Order::Stop { token, reason } => work_order::Order::Stop(v1::StopOrder {
            token,
            reason: reason_word(reason).to_owned(),
            ..v1::StopOrder::default()
        }),
    };
    v1::WorkOrder { order: Some(order) }
}

const fn reason_word(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Cancelled => "cancelled",
        StopReason::Killed => "killed",
        StopReason::TimedOut => "timed_out",
        StopReason::Lost => "lost",
    }
}

fn lease(lease: Lease) -> v1::Lease {
    let secrets = &lease.secrets;
    v1::Lease {
        secret_nonce: if secrets.is_empty() {
            Vec::new()
        } else {
            secrets.nonce().to_be_bytes().into()
        },
        secrets: secrets.names().to_vec(),
        idempotency_key: lease.idempotency_key(),
        run_id: lease.run.to_string(),
        task_id: lease.task,
        attempt: lease.attempt,
        effect: lease.effect,
        token: lease.token,
        expires_at: Some(time(lease.expires_at)),
        uses: lease.uses,
        with_json: Value::Object(lease.with).to_string(),
        env: lease.env.into_iter().collect(),
        timeout_ms: lease.timeout_ms,
        resources: lease.resources.map(|class| class.word().to_owned()).unwrap_or_default(),
        sandbox: lease.sandbox.map(confinement::sandbox),
        scope: Some(scope(&lease.scope)),
        workflow: lease.workflow,
        version: lease.version,
        task_token: String::new(),
    }
}

/// A report, checked for its form; whether it counts is the kernel's to say.
pub(crate) fn completion(
    worker: WorkerId,
    run: RunId,
    report: v1::CompleteRequest,
) -> Answer<Completion> {
    let (outcome, failure) = (outcome(report.outcome())?, failure(report.failure()));
    if report.artifacts.len() > ARTIFACTS_MAX {
        let message = format!("an attempt may leave {ARTIFACTS_MAX} artifacts behind");
        return Err(Failure::invalid(message, "pack them into one"));
    }
    let artifacts = report.artifacts.into_iter().map(artifact).collect::<Answer<_>>()?;
    Ok(Completion {
        worker,
        run,
        task: report.task_id,
        attempt: report.attempt,
        token: report.token,
        outcome,
        message: request::text("message", report.message)?,
        exit_code: report.exit_code,
        status_code: report.status_code.map(status_code).transpose()?,
        failure,
        outputs: outputs(&report.outputs_json)?,
        log: LogDigest { digest: digest(report.log_digest)?, bytes: report.log_bytes },
        artifacts,
        confinement: report.confinement.map(confinement::reported).transpose()?,
    })
}

fn status_code(status: u32) -> Answer<u16> {
    u16::try_from(status)
        .map_err(|_| Failure::invalid(format!("{status} is no status"), "report 100 to 599"))
}

fn outcome(outcome: v1::Outcome) -> Answer<Outcome> {
    match outcome {
        v1::Outcome::Succeeded => Ok(Outcome::Succeeded),
        v1::Outcome::Failed => Ok(Outcome::Failed),
        v1::Outcome::TimedOut => Ok(Outcome::TimedOut),
        v1::Outcome::Cancelled => Ok(Outcome::Cancelled),
        v1::Outcome::Unspecified => {
            Err(Failure::invalid("the report has no outcome", "say how the attempt ended"))
        }
    }
}

const fn failure(kind: v1::FailureKind) -> Option<FailureKind> {
    match kind {
        v1::FailureKind::Unspecified => None,
        v1::FailureKind::Program => Some(FailureKind::Program),
        v1::FailureKind::Unreachable => Some(FailureKind::Unreachable),
        v1::FailureKind::Lost => Some(FailureKind::Lost),
        v1::FailureKind::Refused => Some(FailureKind::Refused),
        v1::FailureKind::Invalid => Some(FailureKind::Invalid),
    }
}

fn outputs(json: &str) -> Answer<Map<String, Value>> {
    if json.is_empty() {
        return Ok(Map::new());
    }
    if json.len() > OUTPUTS_BYTES_MAX {
        let message =
            format!("the outputs have {} bytes, {OUTPUTS_BYTES_MAX} are taken", json.len());
        return Err(Failure::invalid(message, "put what is large into an artifact"));
    }
    serde_json::from_str(json).map_err(|error| {
        Failure::invalid(format!("the outputs are not a JSON object: {error}"), "send an object")
    })
}

/// `sha256:` and 64 hexadecimal digits, or nothing.
fn digest(text: String) -> Answer<String> {
    let hex = |rest: &str| {
        rest.len() == 64 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    if text.is_empty() || text.strip_prefix("sha256:").is_some_and(hex) {
        return Ok(text);
    }
    Err(Failure::invalid(
        format!("`{}` is no digest", request::shown(&text)),
        "use `sha256:` and 64 hexadecimal digits",
    ))
}

fn artifact(artifact: v1::Artifact) -> Answer<ArtifactRef> {
    if artifact.name.is_empty() || artifact.digest.is_empty() {
        return Err(Failure::invalid("an artifact lacks its name or digest", "name both"));
    }
    Ok(ArtifactRef {
        name: request::text("name of an artifact", artifact.name)?,
        digest: digest(artifact.digest)?,
        size_bytes: artifact.size_bytes,
    })
}

/// Which output a chunk is of.
pub(crate) fn stream(stream: v1::LogStream) -> Answer<LogStreamKind> {
    match stream {
        v1::LogStream::Stdout => Ok(LogStreamKind::Stdout),
        v1::LogStream::Stderr => Ok(LogStreamKind::Stderr),
        v1::LogStream::Unspecified => {
            Err(Failure::invalid("a chunk names no stream", "say whether it is stdout or stderr"))
        }
    }
}

/// A worker as lists show it.
pub(crate) fn worker(info: WorkerInfo) -> v1::Worker {
    v1::Worker {
        worker_id: info.id.to_string(),
        name: info.name,
        capacity: info.capacity,
        leases: info.leases,
        executors: info.executors,
        connected: info.connected,
        last_seen_at: Some(time(info.last_seen_at)),
        in_process: info.in_process,
    }
}

/// Workers with the depth of the queue.
pub(crate) fn workers(workers: Vec<WorkerInfo>, depth: usize) -> v1::ListWorkersResponse {
    v1::ListWorkersResponse {
        workers: workers.into_iter().map(worker).collect(),
        queue_depth: u64::from(narrow(depth)),
    }
}
