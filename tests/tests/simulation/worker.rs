//! Workers as bad as they come: they die, come back, are late, repeat themselves.

use std::collections::BTreeMap;

use conductor_engine::ports::{
    Completion, Lease, LogDigest, Order, Outcome, StopReason, WorkerHello,
};
use conductor_protocol::id::WorkerId;
use serde_json::Map;

use super::chance::Chance;

pub(crate) const EXECUTORS: [&str; 2] = ["pkg:builtin/noop@1", "pkg:builtin/shell@1"];

#[derive(Debug)]
struct Held {
    lease: Lease,
    due: u64,
    outcome: Outcome,
}

#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) id: Option<WorkerId>,
    pub(crate) session: Option<u64>,
    pub(crate) in_process: bool,
    held: BTreeMap<u64, Held>,
    /// Reports that were not acknowledged yet.
    pub(crate) unacknowledged: Vec<Completion>,
    pub(crate) heartbeat_due: u64,
}

impl Worker {
    pub(crate) fn new(in_process: bool) -> Self {
        Self {
            id: None,
            session: None,
            in_process,
            held: BTreeMap::new(),
            unacknowledged: Vec::new(),
            heartbeat_due: 0,
        }
    }

    pub(crate) fn hello(&self) -> WorkerHello {
        WorkerHello {
            worker: self.id.filter(|_| !self.in_process),
            name: "simulated".into(),
            capacity: 3,
            executors: EXECUTORS.map(str::to_owned).to_vec(),
            held_tokens: self.tokens(),
            in_process: self.in_process,
        }
    }

    /// What it holds, and what it has finished and not got rid of.
    pub(crate) fn tokens(&self) -> Vec<u64> {
        let reported = self.unacknowledged.iter().map(|report| report.token);
        self.held.keys().copied().chain(reported).collect()
    }

    /// Its process is gone, and everything that it knew.
    pub(crate) fn die(&mut self) {
        *self = Self::new(self.in_process);
    }

    pub(crate) fn obey(&mut self, order: Order, now: u64, chance: &Chance) {
        match order {
            Order::Welcome { worker, .. } => self.id = Some(worker),
            Order::Start(lease) => {
                let outcome = match chance.below(8) {
                    0 => Outcome::Failed,
                    1 => Outcome::TimedOut,
                    _ => Outcome::Succeeded,
                };
                // Most are quick; some outlive their lease or the run.
                let takes = match chance.below(20) {
                    0 => chance.below(120_000),
                    1..4 => chance.below(20_000),
                    _ => chance.below(500),
                };
                self.held.insert(lease.token, Held { lease: *lease, due: now + takes, outcome });
            }
            Order::Stop { token, reason } => {
                let Some(held) = self.held.get_mut(&token) else { return };
                match reason {
                    StopReason::Lost => {
                        self.held.remove(&token);
                    }
                    StopReason::Cancelled | StopReason::Killed => held.outcome = Outcome::Cancelled,
                    StopReason::TimedOut => held.outcome = Outcome::TimedOut,
                }
                // A stubborn program: it does not end although it was told to.
                if let Some(held) = self.held.get_mut(&token)
                    && !chance.once_in(10)
                {
                    held.due = now + chance.below(2_000);
                }
            }
        }
    }

    pub(crate) fn lost(&mut self, tokens: &[u64]) {
        self.held.retain(|token, _| !tokens.contains(token));
        self.unacknowledged.retain(|report| !tokens.contains(&report.token));
    }

    /// Attempts that end now.
    pub(crate) fn finish_due(&mut self, now: u64, chance: &Chance) {
        let Some(worker) = self.id else { return };
        let due: Vec<u64> =
            self.held.iter().filter(|(_, held)| held.due <= now).map(|(token, _)| *token).collect();
        for token in due {
            let Some(Held { lease, outcome, .. }) = self.held.remove(&token) else { continue };
            let mut outputs = Map::new();
            if outcome == Outcome::Succeeded {
                outputs.insert("n".into(), chance.below(10).into());
            }
            self.unacknowledged.push(Completion {
                worker,
                run: lease.run,
                task: lease.task,
                attempt: lease.attempt,
                token,
                outcome,
                message: if outcome == Outcome::Succeeded { "" } else { "simulated" }.into(),
                exit_code: None,
                status_code: None,
                failure: None,
                outputs,
                log: LogDigest::default(),
                artifacts: Vec::new(),
                confinement: None,
            });
        }
    }

    /// When something is due.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.held.values().map(|held| held.due).min()
    }
}
