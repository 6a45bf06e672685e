//! One lease, from its start to its report.

use std::{sync::Arc, time::Duration};

use conductor_engine::ports::{Completion, Lease, WorkPort};
use conductor_protocol::id::{RunId, WorkerId};

use super::{Shared, report::report};
use crate::{
    ended::Ended,
    executor::{Attempt, Executor},
    stop::StopSignal,
};

/// Which attempt it is, for its report.
struct Identity {
    worker: WorkerId,
    run: RunId,
    task: String,
    attempt: u32,
    token: u64,
}

/// Carries out a lease and reports how it ended, unless nobody wants to hear that any more.
pub(super) async fn live<P: WorkPort>(
    shared: Arc<Shared<P>>,
    worker: WorkerId,
    lease: Lease,
    stop: StopSignal,
) {
    let Lease { run, attempt, token, .. } = lease;
    let identity = Identity { worker, run, task: lease.task.clone(), attempt, token };
    let ended = carry_out(&shared, lease, stop.clone()).await;
    shared.held.ended(token);
    report(&shared, identity.completion(ended), stop).await;
    shared.held.release(token);
}

async fn carry_out<P: WorkPort>(shared: &Shared<P>, lease: Lease, stop: StopSignal) -> Ended {
    let Some(executor) = Executor::named(&lease.uses) else {
        let known: Vec<&str> = Executor::ALL.iter().map(|known| known.uses()).collect();
        let known = known.join(", ");
        return Ended::failed(format!("this worker has no `{}`; it has {known}", lease.uses));
    };
    let token = lease.token;
    let (bound_ms, over) = shared.executors.bound(executor, &lease);
    // Where secrets come from may take its time, whatever the executor.
    let at_once = executor == Executor::Noop && lease.secrets.is_empty();
    let (port, dice) = (shared.port.clone(), Arc::clone(&shared.options.dice));
    let attempt = Attempt { lease, port, stop, dice, redactor: None, access: None };
    let executors = shared.executors.clone();
    if at_once {
        return executors.run(executor, attempt).await;
    }
    // In a task of its own, so that a bug in an executor costs this attempt and not its report.
    let mut running = tokio::spawn(async move { executors.run(executor, attempt).await });
    let in_time = tokio::select! {
        biased;
        ended = &mut running => ended,
        () = time_is_over(bound_ms) => {
            shared.held.stop(token, over);
            running.await
        }
    };
    in_time.unwrap_or_else(|error| {
        tracing::error!(%error, "an executor failed; this is a bug");
        Ended::failed("the executor itself failed, which is a bug in the worker")
    })
}

/// Waits for the attempt's bound; for ever when it has none.
async fn time_is_over(timeout_ms: u64) {
    match timeout_ms {
        0 => std::future::pending().await,
        ms => tokio::time::sleep(Duration::from_millis(ms)).await,
    }
}

impl Identity {
    fn completion(self, ended: Ended) -> Completion {
        let Self { worker, run, task, attempt, token } = self;
        Completion {
            worker,
            run,
            task,
            attempt,
            token,
            outcome: ended.outcome,
            message: ended.message,
            exit_code: ended.exit_code,
            status_code: ended.status_code,
            failure: ended.failure,
            outputs: ended.outputs,
            log: ended.log,
            artifacts: ended.artifacts,
            confinement: ended.confinement,
        }
    }
}
