//! What must hold at the end of every world, read from the ledger alone.

use std::collections::{BTreeMap, BTreeSet};

use conductor_domain::{
    event::Event,
    work::{
        run::StopCause,
        task::{Answer, Completed, Hold, Outcome},
    },
};
use conductor_engine::{ports::LedgerReader, record};
use conductor_protocol::{id::RunId, manifest::Manifest};

use super::model::{AckedEnd, Model};

#[derive(Default)]
struct RunTrace {
    manifest: Option<std::sync::Arc<Manifest>>,
    /// Newest lease of each task, and whether it is out.
    leases: BTreeMap<String, (u64, bool)>,
    settled: BTreeSet<String>,
    succeeded: BTreeSet<String>,
    ended: bool,
    /// It is being stopped; and that it was, before its undoing began.
    stopped: bool,
    was_stopped: bool,
    /// It is paused: nothing starts.
    rests: bool,
    /// It waits for its turn, or ended without one.
    waits: bool,
    /// Why each task is held.
    held: BTreeMap<String, Hold>,
    /// It is part of another run, whose end is its own.
    part: bool,
    /// Tasks that another run carries out: that one may wait for somebody.
    elsewhere: BTreeSet<String>,
    /// Tasks that a person said may start once more.
    again: BTreeSet<String>,
    group: Option<(String, u32)>,
}

/// Reads the whole ledger and checks it against what the outside was told.
pub(crate) fn check_ledger(reader: &dyn LedgerReader, model: &Model) -> Result<(), String> {
    let mut runs: BTreeMap<RunId, RunTrace> = BTreeMap::new();
    let mut manifests = BTreeMap::new();
    let mut retired = BTreeSet::new();
    let mut keys: BTreeMap<String, RunId> = BTreeMap::new();
    let mut ends: BTreeSet<AckedEnd> = BTreeSet::new();
    let mut after = 0;
    loop {
        let records = reader.read(after, 1_000, usize::MAX).map_err(|error| error.to_string())?;
        if records.is_empty() {
            break;
        }
        for found in records {
            after = found.seq;
            let envelope = record::decode(&found).map_err(|error| error.to_string())?;
            // What is forgotten is forgotten whole: of no run of it is anything left, or it would be an event
            // of a run that never started.
            let Some(envelope) = envelope else { continue };
            if let Event::WorkflowPublished(event) = &envelope.event {
                manifests.insert(event.digest.clone(), event.manifest.clone());
            }
            if let Event::WorkflowRetired(event) = &envelope.event {
                let name = &event.name;
                retired
                    .extend(event.versions.iter().map(|version| (name.clone(), version.clone())));
            }
            if let Event::RunStarted(event) = &envelope.event {
                let workflow = &event.workflow;
                if retired.contains(&(workflow.name.clone(), workflow.version.clone())) {
                    return Err(format!("run {} started from a retired version", event.run));
                }
                let manifest = manifests.get(&event.workflow.digest).cloned();
                let settled = event.kept.iter().map(|kept| kept.task.clone());
                let skipped = event.tasks.iter().filter(|_| event.undo_only).cloned();
                let trace = RunTrace {
                    manifest,
                    settled: settled.chain(skipped).collect(),
                    part: event.parent.is_some(),
                    waits: event.turn.as_ref().is_some_and(|turn| turn.waits),
                    group: event.turn.as_ref().map(|turn| (turn.group.clone(), turn.limit)),
                    ..RunTrace::default()
                };
                runs.insert(event.run, trace);
                if let Some(mark) = &envelope.idempotency
                    && let Some(other) = keys.insert(mark.key.clone(), event.run)
                {
                    return Err(format!("one key started runs {other} and {}", event.run));
                }
            }
            step(&mut runs, found.seq, &envelope.event, &mut ends)
                .and_then(|()| turns(&runs, &envelope.event))
                .map_err(|problem| format!("record {}: {problem}", found.seq))?;
        }
    }
    compare(&runs, &ends, model)
}

fn compare(
    runs: &BTreeMap<RunId, RunTrace>,
    ends: &BTreeSet<AckedEnd>,
    model: &Model,
) -> Result<(), String> {
    for run in &model.started {
        if !runs.contains_key(run) {
            return Err(format!("run {run} was acknowledged and is not in the ledger"));
        }
    }
    for (id, run) in runs {
        if !run.ended {
            return Err(format!("run {id} never ended"));
        }
    }
    for run in &model.cancelled {
        let stopped = runs.get(run).is_some_and(|run| run.was_stopped);
        if !stopped {
            return Err(format!("the cancel of run {run} was acknowledged and is gone"));
        }
    }
    match model.completed.iter().find(|end| !ends.contains(*end)) {
        Some(end) => Err(format!("{end:?} was acknowledged and is not in the ledger")),
        None => Ok(()),
    }
}

/// No more runs of a group are at work than the one that begins allows.
fn turns(runs: &BTreeMap<RunId, RunTrace>, event: &Event) -> Result<(), String> {
    let begins = match event {
        Event::RunStarted(event) => {
            event.turn.as_ref().filter(|turn| !turn.waits).map(|_| event.run)
        }
        Event::RunAdmitted(event) => Some(event.run),
        _ => None,
    };
    let Some((group, limit)) = begins.and_then(|run| runs.get(&run)?.group.as_ref()) else {
        return Ok(());
    };
    let at_work = |run: &&RunTrace| {
        let same = run.group.as_ref().is_some_and(|(other, _)| other == group);
        same && !run.ended && !run.waits
    };
    let count = runs.values().filter(at_work).count();
    if count > *limit as usize {
        return Err(format!("{count} runs of group {group} are at work, and {limit} may be"));
    }
    Ok(())
}

fn step(
    runs: &mut BTreeMap<RunId, RunTrace>,
    seq: u64,
    event: &Event,
    ends: &mut BTreeSet<AckedEnd>,
) -> Result<(), String> {
    let Some(id) = event.run() else { return Ok(()) };
    let run = runs.get_mut(&id).ok_or("an event of a run that never started")?;
    if run.ended {
        return Err(format!("{} after the end of run {id}", event.kind()));
    }
    match event {
        Event::RunEnded(_) => {
            run.ended = true;
            let out = run.leases.values().any(|(_, out)| *out);
            return if out { Err("it ended with a lease out".into()) } else { Ok(()) };
        }
        Event::RunStopRequested(event) if event.cause == StopCause::TimedOut && run.is_free() => {
            return Err("it ran out of time, and nothing was in its way".into());
        }
        Event::RunStopRequested(_) => {
            run.stopped = true;
            run.was_stopped = true;
            run.rests = false;
        }
        Event::RunUndoStarted(_) => run.stopped = false,
        Event::RunAdmitted(_) => run.waits = false,
        Event::RunResumed(_) => run.rests = false,
        Event::RunPaused(_) => run.rests = true,
        Event::TaskHeld(event) => run.hold(&event.task, event.cause)?,
        Event::TaskReleased(event) => run.release(&event.task, event.answer)?,
        Event::TaskChildStarted(event) => {
            run.elsewhere.insert(event.task.clone());
        }
        Event::TaskSettled(event) => {
            run.elsewhere.remove(&event.task);
            run.held.remove(&event.task);
            run.settle(&event.task)?;
        }
        Event::TaskLeased(event) => {
            run.may_start(&event.task)?;
            run.again.remove(&event.task);
            run.leases.insert(event.task.clone(), (seq, true));
        }
        Event::TaskCompleted(event) => {
            run.complete(event)?;
            ends.insert(AckedEnd {
                run: id,
                task: event.task.clone(),
                attempt: event.attempt,
                token: event.token,
            });
        }
        Event::TaskLost(event) => run.end_lease(&event.task, event.token)?,
        Event::TaskSkipped(event) => {
            run.held.remove(&event.task);
            run.settle(&event.task)?;
        }
        Event::TaskCancelled(event) => {
            run.held.remove(&event.task);
            run.settle(&event.task)?;
        }
        Event::TaskFailed(event) => {
            run.elsewhere.remove(&event.task);
            if event.retry_at.is_none() {
                run.settle(&event.task)?;
            }
        }
        _ => {}
    }
    Ok(())
}

impl RunTrace {
    fn complete(&mut self, event: &Completed) -> Result<(), String> {
        self.end_lease(&event.task, event.token)?;
        let failed = matches!(event.outcome, Outcome::Failed | Outcome::TimedOut);
        if failed && event.retry_at.is_none() && event.task.ends_with(".undo") {
            self.held.insert(event.task.clone(), Hold::UndoFailed);
        } else if event.retry_at.is_none() {
            self.settled.insert(event.task.clone());
        }
        if event.outcome == Outcome::Succeeded && !self.succeeded.insert(event.task.clone()) {
            return Err(format!("task {} succeeded twice", event.task));
        }
        Ok(())
    }

    /// Whether nothing but the daemon decides when it goes on: nobody is asked, nothing is waited
    /// for, and no worker is at work on it. A run whose child took most of its time may run out of
    /// the rest of it under a worker's hands.
    fn is_free(&self) -> bool {
        let at_work = self.leases.values().any(|(_, out)| *out);
        !(self.rests || self.waits || self.part || at_work)
            && self.held.is_empty()
            && self.elsewhere.is_empty()
    }

    fn hold(&mut self, task: &str, cause: Hold) -> Result<(), String> {
        match self.held.insert(task.to_owned(), cause) {
            Some(_) => Err(format!("task {task} was held twice")),
            None => Ok(()),
        }
    }

    fn release(&mut self, task: &str, answer: Answer) -> Result<(), String> {
        let cause = self.held.remove(task).ok_or("a task that is not held was let go")?;
        match (answer, cause) {
            (_, Hold::Canary) => {}
            (Answer::Retry, _) => {
                self.again.insert(task.to_owned());
            }
            _ => self.settle(task)?,
        }
        Ok(())
    }

    fn may_start(&self, task: &str) -> Result<(), String> {
        if self.stopped {
            return Err(format!("task {task} was leased after the run was stopped"));
        }
        if self.settled.contains(task) {
            return Err(format!("task {task} was leased after its end"));
        }
        if self.leases.get(task).is_some_and(|(_, out)| *out) {
            return Err(format!("task {task} was leased twice at a time"));
        }
        if self.rests || self.waits {
            return Err(format!("task {task} was leased while the run rested"));
        }
        let manifest = self.manifest.as_ref().ok_or("its manifest is not published")?;
        let id = task.split(['[', '.']).next().unwrap_or(task);
        let spec = manifest.tasks.iter().find(|spec| spec.id == id).ok_or("no such task")?;
        let aside = task.ends_with(".undo") || task.contains(".health[");
        let twice = self.leases.contains_key(task) && !self.again.contains(task);
        if spec.at_most_once && !aside && twice {
            return Err(format!("task {task} was started twice, and may be once"));
        }
        if aside || spec.needs_any {
            return Ok(());
        }
        match spec.needs.iter().find(|need| !self.settled.contains(*need)) {
            Some(need) => Err(format!("task {task} started before {need} had ended")),
            None => Ok(()),
        }
    }

    fn end_lease(&mut self, task: &str, token: u64) -> Result<(), String> {
        match self.leases.get_mut(task) {
            Some((newest, out)) if *newest == token && *out => {
                *out = false;
                Ok(())
            }
            Some((newest, _)) => {
                Err(format!("task {task}: token {token} was taken, the newest is {newest}"))
            }
            None => Err(format!("task {task} ended without a lease")),
        }
    }

    fn settle(&mut self, task: &str) -> Result<(), String> {
        if self.leases.get(task).is_some_and(|(_, out)| *out) {
            return Err(format!("task {task} was settled with a lease out"));
        }
        if self.settled.insert(task.to_owned()) {
            Ok(())
        } else {
            Err(format!("task {task} ended twice"))
        }
    }
}
