//! Workers and the leases they hold. Heartbeats are not events: after a restart every worker has
//! one lease's life to come back.

use std::collections::{BTreeMap, HashMap};

use conductor_domain::time::Timestamp;
use conductor_protocol::id::{RunId, WorkerId};

use crate::{limits, ports::WorkerHello};

/// A worker, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerInfo {
    /// Its id.
    pub id: WorkerId,
    /// For humans.
    pub name: String,
    /// Leases it takes at once.
    pub capacity: u32,
    /// Leases it holds: all of them, or those of the tenant that was asked about.
    pub leases: u32,
    /// What it offers.
    pub executors: Vec<String>,
    /// It has an open session.
    pub connected: bool,
    /// Last sign of life.
    pub last_seen_at: Timestamp,
    /// It lives and dies with the daemon.
    pub in_process: bool,
}

/// Workers, and the number of tasks that wait for one.
pub type Inspected = (Vec<WorkerInfo>, usize);

/// A lease that is out.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) worker: WorkerId,
    pub(super) run: RunId,
    pub(super) task: String,
    pub(super) expires_at: Timestamp,
}

#[derive(Debug)]
struct Worker {
    hello: WorkerHello,
    session: Option<u64>,
    leases: u32,
    last_seen_at: Timestamp,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Workers {
    workers: BTreeMap<WorkerId, Worker>,
    leases: HashMap<u64, Held>,
    sessions: u64,
}

impl Workers {
    /// Opens a session; an earlier one of the same worker ends. `None` when there are too many.
    pub(super) fn open(&mut self, id: WorkerId, hello: WorkerHello, now: Timestamp) -> Option<u64> {
        if !self.workers.contains_key(&id) && self.workers.len() >= limits::WORKERS_MAX {
            let idle = |(id, worker): (&WorkerId, &Worker)| {
                (worker.session.is_none() && worker.leases == 0).then_some(*id)
            };
            let forgotten = self.workers.iter().find_map(idle)?;
            self.workers.remove(&forgotten);
        }
        self.sessions += 1;
        let leases = self.leases.values().filter(|held| held.worker == id).count();
        let worker = Worker {
            hello,
            session: Some(self.sessions),
            leases: u32::try_from(leases).unwrap_or(u32::MAX),
            last_seen_at: now,
        };
        self.workers.insert(id, worker);
        Some(self.sessions)
    }

    /// Ends a session. Gives whether it was the present one, and of a worker inside the daemon.
    pub(super) fn close(&mut self, id: WorkerId, session: u64) -> Option<bool> {
        let worker = self.workers.get_mut(&id).filter(|known| known.session == Some(session))?;
        worker.session = None;
        let in_process = worker.hello.in_process;
        if in_process || worker.leases == 0 {
            self.workers.remove(&id);
        }
        Some(in_process)
    }

    /// A connected worker with room that offers the executor: the one with most room.
    pub(super) fn with_room(&self, executor: &str) -> Option<(WorkerId, bool)> {
        let room = |worker: &Worker| worker.hello.capacity.saturating_sub(worker.leases);
        self.workers
            .iter()
            .filter(|(_, worker)| worker.session.is_some() && room(worker) > 0)
            .filter(|(_, worker)| worker.hello.executors.iter().any(|offer| offer == executor))
            .max_by_key(|(_, worker)| room(worker))
            .map(|(id, worker)| (*id, worker.hello.in_process))
    }

    /// Notes a lease.
    pub(super) fn hold(&mut self, token: u64, held: Held) {
        if let Some(worker) = self.workers.get_mut(&held.worker) {
            worker.leases += 1;
        }
        self.leases.insert(token, held);
    }

    /// A lease ended.
    pub(super) fn release(&mut self, token: u64) {
        let Some(held) = self.leases.remove(&token) else { return };
        let Some(worker) = self.workers.get_mut(&held.worker) else { return };
        worker.leases = worker.leases.saturating_sub(1);
        if worker.session.is_none() && worker.leases == 0 {
            self.workers.remove(&held.worker);
        }
    }

    /// Keeps leases alive. Gives the tokens that are not that worker's.
    pub(super) fn heartbeat(&mut self, id: WorkerId, tokens: &[u64], now: Timestamp) -> Vec<u64> {
        if let Some(worker) = self.workers.get_mut(&id) {
            worker.last_seen_at = now;
        }
        let mut lost = Vec::new();
        for token in tokens {
            match self.leases.get_mut(token) {
                Some(held) if held.worker == id => held.expires_at = now + limits::LEASE_TTL_MS,
                _ => lost.push(*token),
            }
        }
        lost
    }

    /// Whose lease it is.
    pub(super) fn holder(&self, token: u64) -> Option<WorkerId> {
        self.leases.get(&token).map(|held| held.worker)
    }

    /// Leases of a worker, by token.
    pub(super) fn leases_of(&self, id: WorkerId) -> Vec<(u64, Held)> {
        self.leases_where(|held| held.worker == id)
    }

    /// Leases whose time is over, by token.
    pub(super) fn expired(&self, now: Timestamp) -> Vec<(u64, Held)> {
        self.leases_where(|held| held.expires_at <= now)
    }

    /// Runs with a lease out, in order.
    pub(super) fn busy_runs(&self) -> Vec<RunId> {
        let mut runs: Vec<RunId> = self.leases.values().map(|held| held.run).collect();
        runs.sort_unstable();
        runs.dedup();
        runs
    }

    fn leases_where(&self, keep: impl Fn(&Held) -> bool) -> Vec<(u64, Held)> {
        let kept = self.leases.iter().filter(|(_, held)| keep(held));
        let mut leases: Vec<_> = kept.map(|(token, held)| (*token, held.clone())).collect();
        leases.sort_unstable_by_key(|(token, _)| *token);
        leases
    }

    pub(super) fn has_leases(&self) -> bool {
        !self.leases.is_empty()
    }

    /// The workers, with their leases of the runs that are counted.
    pub(super) fn list(&self, counted: impl Fn(RunId) -> bool) -> Vec<WorkerInfo> {
        let mut leases: HashMap<WorkerId, u32> = HashMap::new();
        for held in self.leases.values().filter(|held| counted(held.run)) {
            *leases.entry(held.worker).or_default() += 1;
        }
        let info = |(id, worker): (&WorkerId, &Worker)| WorkerInfo {
            id: *id,
            name: worker.hello.name.clone(),
            capacity: worker.hello.capacity,
            leases: leases.get(id).copied().unwrap_or_default(),
            executors: worker.hello.executors.clone(),
            connected: worker.session.is_some(),
            last_seen_at: worker.last_seen_at,
            in_process: worker.hello.in_process,
        };
        self.workers.iter().map(info).collect()
    }
}
