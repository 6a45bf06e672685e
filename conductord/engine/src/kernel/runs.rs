//! Commands about runs: started, changed, run again; and what the end of one lets go on.

use std::{collections::BTreeSet, sync::Arc};

use conductor_domain::{
    Refusal,
    event::Event,
    intent::workflow::Workflow,
    org::tenant,
    work::{
        run::{
            self, Admitted, Bounds, Rerun, Run, StartRequest, Started, StopCause, StopRequested,
        },
        task,
    },
};
use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, RunId},
    manifest::WhenBusy,
};
use serde_json::{Map, Value};

use super::{
    turn::{Author, Turn},
    turns::{Group, group_of},
};
use crate::{
    command::{Answer, Command, Context, Planned, Rejection, RunChange},
    limits,
};

/// The bounds that the run slice works with.
pub(super) const BOUNDS: Bounds = Bounds {
    timeout_default_ms: limits::RUN_TIMEOUT_DEFAULT_MS,
    wait_max_ms: limits::TURN_WAIT_MAX_MS,
    pause_max_ms: limits::PAUSE_MAX_MS,
};

impl Turn<'_> {
    pub(super) fn start(
        &mut self,
        context: &Context,
        author: Author,
        command: Command,
    ) -> Result<Answer, Rejection> {
        let Command::Start { workflow, version, inputs, reason, hosts, plan, rehearsal, subject } =
            command
        else {
            return Ok(Answer::Denied);
        };
        let plan = match plan {
            Some(Planned { changed: Some(refusal), .. }) => return Err((*refusal).into()),
            Some(plan) => plan.digest,
            None => String::new(),
        };
        let id = RunId::new(self.now.unix_ms, self.dice.roll());
        let plain = StartRequest::new(id, inputs, context.ruling.id);
        let request =
            StartRequest { reason, hosts: Some(hosts), plan, rehearsal, subject, ..plain };
        self.start_run(context, author, (&workflow, &version), request)
    }

    pub(super) fn start_run(
        &mut self,
        context: &Context,
        author: Author,
        (name, version): (&str, &str),
        request: StartRequest,
    ) -> Result<Answer, Rejection> {
        let (id, seq, replaced) = self.begin_run(context, author, (name, version), request)?;
        let decision = context.ruling.id;
        self.go_on(id, replaced);
        Ok(Answer::Started { run: id, seq, decision, replayed: false })
    }

    /// Records that a run is accepted, and nothing more. Gives its id, the event's number, and the
    /// runs that it replaces.
    pub(super) fn begin_run(
        &mut self,
        context: &Context,
        author: Author,
        (name, version): (&str, &str),
        request: StartRequest,
    ) -> Result<(RunId, u64, Vec<RunId>), Rejection> {
        let active = self.kernel.state.active();
        if active >= limits::RUNS_ACTIVE_MAX {
            return Err(Rejection::Busy {
                waiting: active,
                retry_after_ms: limits::SWEEP_INTERVAL_MS,
            });
        }
        // What is a part of a run goes on with it.
        if request.parent.is_none() {
            let tenant = self.kernel.state.tenants.get(&context.scope.tenant);
            tenant::suspended(tenant.map(|known| &**known))?;
        }
        self.refuse_frozen(&context.scope, name, request.parent.as_ref().map(|parent| parent.run))?;
        let catalogue = &self.kernel.state.catalogue;
        let workflow = Arc::clone(catalogue.to_start(&context.scope.tenant, name, version)?);
        self.refuse_flawed(context, &workflow)?;
        let mut event = run::start(&workflow, &context.scope, request, self.now, &BOUNDS)?;
        let replaced = self.take_turn(&context.scope.tenant, &workflow, &mut event)?;
        let id = event.run;
        let before = self.about_subject(&context.scope, event.subject.clone());
        self.rule(context, &author);
        let seq = self.record(&context.scope, author, Event::RunStarted(event));
        self.about = before;
        Ok((id, seq, replaced))
    }

    /// Lets a run that was accepted begin.
    pub(super) fn go_on(&mut self, id: RunId, replaced: Vec<RunId>) {
        self.settle(id);
        for other in replaced {
            self.stop_for(other, id);
        }
    }

    /// Whether a run above this one has its turn in the group: a part of it needs none of its own.
    fn shares_turn(&self, event: &Started, group: &str) -> bool {
        let mut above = event.parent.as_ref().map(|parent| parent.run);
        while let Some(run) = above.and_then(|id| self.run(id)) {
            if run.turn.as_ref().is_some_and(|turn| turn.group == group) {
                return true;
            }
            above = run.parent.as_ref().map(|parent| parent.run);
        }
        false
    }

    /// Finds a run its turn in its group. Gives the runs that it replaces.
    fn take_turn(
        &self,
        tenant: &str,
        workflow: &Workflow,
        event: &mut Started,
    ) -> Result<Vec<RunId>, Rejection> {
        if event.turn.as_ref().is_some_and(|turn| self.shares_turn(event, &turn.group)) {
            event.turn = None;
        }
        let (Some(turn), Some(rule)) = (&mut event.turn, &workflow.manifest.concurrency) else {
            return Ok(Vec::new());
        };
        let group: Group = (tenant.to_owned(), turn.group.clone());
        let others = self.kernel.turns.in_group(&group);
        if others.len() < turn.limit as usize {
            return Ok(Vec::new());
        }
        let full = others.len() >= turn.limit as usize + limits::TURNS_WAITING_MAX;
        if rule.when_busy == WhenBusy::Refuse || full {
            let first = others.first().map(ToString::to_string).unwrap_or_default();
            return Err(Rejection::Refused(Refusal::new(
                Code::ConcurrencyBusy,
                format!(
                    "{} of group `{}` are under way, the first of them {first}, and {} may be",
                    others.len(),
                    turn.group,
                    turn.limit
                ),
                "wait for its end, or cancel it",
            )));
        }
        turn.waits = true;
        event.deadline = self.now + BOUNDS.wait_max_ms;
        Ok(if rule.when_busy == WhenBusy::Replace { others.to_vec() } else { Vec::new() })
    }

    /// Stops a run that another one replaces.
    fn stop_for(&mut self, id: RunId, by: RunId) {
        let under_way = |run: &Arc<Run>| run.stop.is_none() && !run.status.is_terminal();
        if self.run(id).filter(under_way).is_none() {
            return;
        }
        let event = StopRequested {
            run: id,
            cause: StopCause::Cancelled,
            reason: format!("run {by} of its group replaces it"),
            decision: None,
        };
        self.record_of_run(id, Author::system(), Event::RunStopRequested(event));
        self.settle(id);
    }

    /// Lets the next runs of a group begin that have their turn. None overtakes another.
    pub(super) fn admit(&mut self, group: &Group) {
        for id in self.kernel.turns.in_group(group).to_vec() {
            let Some(run) = self.run(id).filter(|run| run.waits) else { continue };
            let others = self.kernel.turns.in_group(group).iter();
            let at_work = others.filter_map(|id| self.run(*id)).filter(|run| !run.waits).count();
            if at_work >= run.turn.as_ref().map_or(1, |turn| turn.limit) as usize {
                return;
            }
            let timeout = self.manifest_of(&run).and_then(|manifest| manifest.timeout_ms);
            let deadline = self.now + timeout.unwrap_or(BOUNDS.timeout_default_ms);
            drop(run);
            let event = Event::RunAdmitted(Admitted { run: id, deadline });
            self.record_of_run(id, Author::system(), event);
            self.settle(id);
        }
    }

    /// What the end of a run lets go on: the run that waits for its turn, the task it stood for.
    pub(super) fn ended(&mut self, id: RunId) {
        let Some(run) = self.run(id) else { return };
        self.kernel.turns.remove(&run);
        if let Some(group) = group_of(&run) {
            self.admit(&group);
        }
        self.end_parents_task(&run);
        self.review_of_ended(id);
    }

    /// Changes a run that has not ended.
    pub(super) fn change_run(
        &mut self,
        context: &Context,
        author: &Author,
        (id, change): (RunId, RunChange),
    ) -> Result<Answer, Rejection> {
        let run = self.find_run(&context.scope.tenant, id)?;
        let decision = context.ruling.id;
        let events: Vec<Event> = match change {
            RunChange::Cancel { reason } => {
                let stop = run::cancel(&run, reason, decision)?;
                stop.map(Event::RunStopRequested).into_iter().collect()
            }
            RunChange::Kill { reason } => {
                let stop = run::kill(&run, reason, decision)?;
                stop.map(Event::RunStopRequested).into_iter().collect()
            }
            RunChange::Pause { reason } => self.pause(&run, &reason, decision)?,
            RunChange::Resume { reason } => self.go_on_from_pause(&run, &reason, decision)?,
            RunChange::Skip { task, reason } => task::skip(&run, &task, &reason, decision)?
                .into_iter()
                .map(Event::TaskSkipped)
                .collect(),
            RunChange::Release { task, answer, reason } => {
                vec![Event::TaskReleased(task::release(&run, &task, (answer, reason), decision)?)]
            }
        };
        drop(run);
        if !events.is_empty() {
            let touched: BTreeSet<RunId> = events.iter().filter_map(Event::run).collect();
            self.rule(context, author);
            for (place, event) in events.into_iter().enumerate() {
                // The key goes with the first of them.
                let mark = author.mark.clone().filter(|_| place == 0);
                self.record(&context.scope, Author { mark, ..author.clone() }, event);
            }
            touched.into_iter().for_each(|run| self.settle(run));
        }
        let status = self.find_run(&context.scope.tenant, id)?.status;
        Ok(Answer::Changed { status, seq: self.seq() })
    }

    /// A run rests with the runs that its tasks stand for.
    fn pause(
        &self,
        run: &Arc<Run>,
        reason: &str,
        decision: DecisionId,
    ) -> Result<Vec<Event>, Refusal> {
        let mut events = Vec::new();
        for part in self.with_children(run) {
            let paused = run::pause(&part, reason.to_owned(), decision, (self.now, &BOUNDS))?;
            events.extend(paused.map(Event::RunPaused));
        }
        Ok(events)
    }

    /// What was paused together goes on together; a part that somebody had paused before rests on.
    fn go_on_from_pause(
        &self,
        run: &Arc<Run>,
        reason: &str,
        decision: DecisionId,
    ) -> Result<Vec<Event>, Refusal> {
        let since = |run: &Run| run.pause.as_ref().map(|pause| pause.at);
        let mut events = Vec::new();
        for part in self.with_children(run).iter().filter(|part| since(part) == since(run)) {
            let resumed = run::resume(part, reason.to_owned(), decision, self.now)?;
            events.extend(resumed.map(Event::RunResumed));
        }
        Ok(events)
    }

    pub(super) fn rerun(
        &mut self,
        context: &Context,
        author: Author,
        command: Command,
    ) -> Result<Answer, Rejection> {
        let Command::Rerun { run: id, how, inputs, version, reason, hosts } = command else {
            return Ok(Answer::Denied);
        };
        let old = self.find_run(&context.scope.tenant, id)?;
        let manifest = self.manifest_of(&old).ok_or_else(|| version_is_gone(&old))?;
        let kept = run::kept_of(&old, &manifest, &how)?;
        let mut all_inputs: Map<String, Value> =
            serde_json::from_str(&old.inputs).unwrap_or_default();
        all_inputs.extend(inputs);
        let fresh = RunId::new(self.now.unix_ms, self.dice.roll());
        // What is repeated in part is repeated on the hosts that it was begun on.
        let hosts = match (&how, hosts) {
            (Rerun::Whole, Some(hosts)) => Some(hosts),
            // It ended before they were known, or has none.
            _ if old.hosts.is_empty() => None,
            _ => serde_json::from_str(&old.hosts).ok(),
        };
        let request = StartRequest {
            reason,
            rerun_of: Some(id),
            subject: old.subject.clone(),
            kept,
            undo_only: how == Rerun::Undo,
            hosts,
            ..StartRequest::new(fresh, all_inputs, context.ruling.id)
        };
        let version = if version.is_empty() { old.workflow.version.clone() } else { version };
        self.start_run(context, author, (&old.workflow.name, &version), request)
    }
}

fn version_is_gone(run: &Run) -> Rejection {
    let (name, version) = (&run.workflow.name, &run.workflow.version);
    Rejection::Unavailable(format!(
        "version {version} of workflow `{name}` is not in the catalogue"
    ))
}
