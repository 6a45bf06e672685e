//! The lease protocol: tasks are given to workers, kept by heartbeats, ended with a token.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    event::Event,
    secret::Placeholders,
    work::{
        run,
        task::{self, Leased, Settled, TaskStatus},
    },
};
use conductor_protocol::{
    error_code::Code,
    id::{RunId, WorkerId},
};

use super::{
    Reply, TASK_LIMITS, refused,
    taken::Taken,
    turn::{Author, Turn},
    workers::Held,
};
use crate::{
    command::Rejection,
    limits,
    ports::{Completion, Lease, Order, StopReason, WorkerHello},
};

impl Turn<'_> {
    pub(super) fn worker_open(&mut self, mut hello: WorkerHello) -> Result<Reply, Rejection> {
        hello.capacity = hello.capacity.clamp(1, limits::WORKER_CAPACITY_MAX);
        let fresh = WorkerId::new(self.now.unix_ms, self.dice.roll());
        let worker = hello.worker.unwrap_or(fresh);
        let held_tokens = std::mem::take(&mut hello.held_tokens);
        let Some(session) = self.kernel.workers.open(worker, hello, self.now) else {
            return Err(Rejection::Busy {
                waiting: limits::WORKERS_MAX,
                retry_after_ms: limits::LEASE_TTL_MS,
            });
        };
        // What it does not hold any more is taken up again at once; what is not its own it stops.
        for (token, held) in self.kernel.workers.leases_of(worker) {
            if !held_tokens.contains(&token) {
                self.lose(&held, "its worker came back without it");
            }
        }
        let foreign = self.kernel.workers.heartbeat(worker, &held_tokens, self.now);
        self.order(
            worker,
            Order::Welcome {
                worker,
                lease_ttl_ms: limits::LEASE_TTL_MS,
                heartbeat_interval_ms: limits::HEARTBEAT_INTERVAL_MS,
            },
        );
        for token in foreign {
            self.order(worker, Order::Stop { token, reason: StopReason::Lost });
        }
        Ok(Reply::Opened { worker, session })
    }

    pub(super) fn worker_close(&mut self, worker: WorkerId, session: u64) {
        // A worker inside the daemon can't come back; a remote one has until its leases expire.
        if self.kernel.workers.close(worker, session) == Some(true) {
            for (_, held) in self.kernel.workers.leases_of(worker) {
                self.lose(&held, "its worker stopped");
            }
        }
    }

    /// Takes a report. One that was taken before is answered as then, although nothing changes.
    pub(super) fn complete(&mut self, completion: Completion) -> Result<Reply, Rejection> {
        let taken = Taken::of(&completion);
        match self.decide_completion(completion) {
            Ok(Settled::Known) => Ok(Reply::Completed),
            Ok(settled) => {
                self.kernel.taken.remember(taken);
                self.settled(taken.run, settled, Author::worker(taken.worker));
                Ok(Reply::Completed)
            }
            Err(_) if self.kernel.taken.knows(&taken) => Ok(Reply::Completed),
            Err(refusal) => refused(refusal),
        }
    }

    fn decide_completion(&self, completion: Completion) -> Result<Settled, Refusal> {
        let holder = self.kernel.workers.holder(completion.token);
        if holder.is_some_and(|holder| holder != completion.worker) {
            return Err(not_yours());
        }
        let run = self.run(completion.run).ok_or_else(not_yours)?;
        let report = task::Completion {
            task: completion.task,
            attempt: completion.attempt,
            token: completion.token,
            outcome: completion.outcome,
            message: completion.message,
            exit_code: completion.exit_code,
            status_code: completion.status_code,
            failure: completion.failure,
            outputs: completion.outputs,
            log_digest: completion.log.digest,
            log_bytes: completion.log.bytes,
            artifacts: completion.artifacts,
            confinement: completion.confinement,
        };
        let manifest = self.manifest_of(&run);
        let manifest = manifest.ok_or_else(not_yours)?;
        #[expect(clippy::cast_possible_truncation, reason = "the low half of the dice is enough")]
        let chance = self.dice.roll() as u64;
        task::complete(&run, &manifest, report, (self.now, chance), &TASK_LIMITS)
    }

    fn settled(&mut self, id: RunId, settled: Settled, author: Author) {
        match settled {
            Settled::Known => return,
            Settled::Completed(event) => {
                self.record_of_run(id, author, Event::TaskCompleted(*event));
            }
            Settled::Lost(event) => {
                self.record_of_run(id, author, Event::TaskLost(event));
            }
        }
        self.settle(id);
    }

    /// A lease's worker went away.
    pub(super) fn lose(&mut self, held: &Held, why: &str) {
        let settled = self
            .run(held.run)
            .and_then(|run| task::lose(&run, run.task(&held.task)?, why.to_owned(), &TASK_LIMITS));
        match settled {
            Some(settled) => self.settled(held.run, settled, Author::system()),
            None => self.settle(held.run),
        }
    }

    /// Ends what nobody keeps alive, and what was told to end and did not.
    pub(super) fn sweep(&mut self) {
        for (token, held) in self.kernel.workers.expired(self.now) {
            self.lose(&held, "its worker was not heard of in time");
            self.kernel.workers.release(token);
            self.order(held.worker, Order::Stop { token, reason: StopReason::Lost });
        }
        for id in self.kernel.workers.busy_runs() {
            let Some(run) = self.run(id) else { continue };
            let overdue = run::overdue(&run, self.now, limits::STOP_GRACE_MS);
            drop(run);
            for event in overdue {
                let token = event.token;
                let worker = self.kernel.workers.holder(token);
                self.settled(id, Settled::Completed(Box::new(event)), Author::system());
                if let Some(worker) = worker {
                    self.order(worker, Order::Stop { token, reason: StopReason::Lost });
                }
            }
        }
    }

    /// Gives waiting tasks to workers that have room.
    pub(super) fn lease_ready(&mut self) {
        for executor in self.kernel.queue.wanted() {
            while let Some((worker, in_process)) = self.kernel.workers.with_room(&executor) {
                let Some((id, place)) = self.kernel.queue.pop(&executor) else { break };
                self.lease(id, place, (worker, in_process));
            }
        }
    }

    fn lease(&mut self, id: RunId, place: usize, (worker, in_process): (WorkerId, bool)) {
        let may = |run: &Arc<run::Run>| run.stop.is_none() && run.pause.is_none();
        let Some(run) = self.run(id).filter(may) else { return };
        // It is about to be stopped.
        if self.is_switched_off(&run) {
            return;
        }
        let Some(manifest) = self.manifest_of(&run) else { return };
        let Some(task) = run.tasks.get(place) else { return };
        let Some(call) = run.call_of(&manifest, task) else { return };
        if !matches!(task.status, TaskStatus::Waiting | TaskStatus::Backoff { .. }) {
            return;
        }
        let secrets = match call.secrets {
            [] => Placeholders::default(),
            names => Placeholders::new(self.dice.roll(), names),
        };
        let rendered = match run.render(&manifest, task, &secrets) {
            Ok(rendered) => rendered,
            Err(message) => {
                let task = task.id.clone();
                let event = task::Failed { run: id, task, message, retry_at: None };
                self.record_of_run(id, Author::system(), Event::TaskFailed(event));
                return self.settle(id);
            }
        };
        let leased = Leased {
            run: id,
            task: task.id.clone(),
            attempt: u32::try_from(task.attempts.len()).unwrap_or(u32::MAX).saturating_add(1),
            worker,
            in_process,
            timeout_ms: call.timeout_ms.unwrap_or(limits::TASK_TIMEOUT_DEFAULT_MS),
        };
        let expires_at = self.now + limits::LEASE_TTL_MS;
        let effect = task.next_effect();
        let mut lease = Lease {
            run: id,
            task: leased.task.clone(),
            attempt: leased.attempt,
            effect,
            token: 0,
            expires_at,
            uses: call.uses.to_owned(),
            with: rendered.with,
            env: rendered.env,
            secrets,
            timeout_ms: leased.timeout_ms,
            resources: call.resources,
            sandbox: call.sandbox.cloned(),
            scope: run.scope.clone(),
            workflow: run.workflow.name.clone(),
            version: run.workflow.version.clone(),
        };
        drop(run);
        let held = Held { worker, run: id, task: lease.task.clone(), expires_at };
        lease.token = self.record_of_run(id, Author::system(), Event::TaskLeased(leased));
        self.kernel.workers.hold(lease.token, held);
        self.order(worker, Order::Start(Box::new(lease)));
    }
}

fn not_yours() -> Refusal {
    Refusal::new(
        Code::LeaseLost,
        "the lease is no longer this worker's",
        "stop the attempt; another one counts",
    )
}
