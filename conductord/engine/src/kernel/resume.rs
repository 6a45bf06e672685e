//! Taking over a ledger: the first administrator, and what the last daemon left unfinished.

use std::sync::Arc;

use conductor_domain::{
    event::{DaemonStarted, Event},
    org::identity::{ADMIN, Granted},
    scope::{Principal, Scope},
    work::{run::Run, task::TaskStatus},
};
use conductor_protocol::id::RunId;

use super::{
    timers::Timer,
    turn::{Author, Turn},
    workers::Held,
};
use crate::limits;

impl Turn<'_> {
    pub(super) fn resume(&mut self, version: String, first_admin: Principal, scope: &Scope) {
        self.kernel.home = scope.clone();
        let bundle_revision = self.kernel.bundle_revision.clone();
        let event = Event::DaemonStarted(DaemonStarted { version, bundle_revision });
        self.record(scope, Author::system(), event);
        if self.kernel.state.grants.is_empty() {
            let event =
                Granted { principal: first_admin, role: ADMIN.into(), decision: String::new() };
            self.record(scope, Author::system(), Event::IdentityGranted(event));
        }
        let mut runs: Vec<RunId> = self.kernel.state.runs.keys().copied().collect();
        runs.sort_unstable();
        for id in runs {
            if let Some(run) = self.run(id) {
                self.stop_swapped(&run);
            }
            if let Some(run) = self.run(id) {
                self.resume_run(&run);
            }
        }
        self.resume_schedules();
        self.resume_approvals();
        self.resume_sessions();
        self.resume_switches();
        self.resume_glass();
    }

    fn resume_run(&mut self, run: &Arc<Run>) {
        self.kernel.timers.add(run.deadline, Timer::RunDeadline(run.id));
        let mut dead = Vec::new();
        for task in &run.tasks {
            if let TaskStatus::Backoff { until }
            | TaskStatus::Deferred { until }
            | TaskStatus::Held { until: Some(until), .. } = task.status
            {
                self.kernel.timers.add(until, Timer::Retry(run.id));
            }
            let Some(attempt) = task.running() else { continue };
            let held = Held {
                worker: attempt.worker,
                run: run.id,
                task: task.id.clone(),
                expires_at: self.now + limits::LEASE_TTL_MS,
            };
            self.kernel.workers.hold(attempt.token, held.clone());
            if attempt.in_process {
                dead.push(held);
            }
        }
        for held in dead {
            self.lose(&held, "the daemon was restarted");
        }
        self.want_hosts(run.id);
        self.settle(run.id);
    }
}
