//! The chosen queue or worker, for somebody who sees no rows.

use super::screen::{Focus, QueuesScreen};
use crate::{
    app::{Shared, time},
    widget::{Told, counted},
};

/// See the module.
pub(super) fn told(screen: &QueuesScreen, shared: &Shared) -> Option<Told> {
    match screen.focus {
        Focus::Queues => queue(screen, shared),
        Focus::Workers => worker(screen, shared),
    }
}

fn queue(screen: &QueuesScreen, shared: &Shared) -> Option<Told> {
    let lines = screen.queues(shared).filter(|_| screen.faults.0.is_none())?;
    let line = lines.get(screen.queue_at.cursor)?;
    let oldest = line.oldest.map(|at| time::spoken(shared.data_now().duration_since(at)));
    let parts = [
        line.workflow.clone(),
        format!("{} queued", line.queued),
        format!("{} running", line.running),
        counted(line.tasks, "task", "tasks"),
        oldest.map(|age| format!("the oldest since {age}")).unwrap_or_default(),
        format!("{} ended in the last hour", line.ended),
        if line.is_held() { format!("held by {}", line.held_by.join(", ")) } else { String::new() },
    ];
    Some(Told::row(&line.workflow, parts, (screen.queue_at.cursor, lines.len())))
}

fn worker(screen: &QueuesScreen, shared: &Shared) -> Option<Told> {
    let workers = screen.workers();
    let worker = workers.get(screen.worker_at.cursor).filter(|_| screen.faults.1.is_none())?;
    let heard = worker.last_seen_at.as_ref().map(time::from_wire);
    let heard = heard.map(|at| time::spoken(shared.data_now().duration_since(at)));
    let state = match (worker.connected, worker.in_process) {
        (false, _) => "gone",
        (true, true) => "in the daemon",
        (true, false) => "there",
    };
    let parts = [
        format!("worker {}", worker.name),
        state.to_owned(),
        format!("{} of {} leases", worker.leases, worker.capacity),
        heard.map(|age| format!("heard of {age} ago")).unwrap_or_default(),
        format!("runs {}", worker.executors.join(", ")),
    ];
    Some(Told::row(&worker.worker_id, parts, (screen.worker_at.cursor, workers.len())))
}
