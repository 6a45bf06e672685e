//! Schedules: edited by command, fired by the clock, each run for its owner and by policy's leave.
//!
//! What a look at a schedule records, the start of its run included, is in one batch: a crash leaves
//! all of it or nothing, and the next daemon looks again from where the ledger ends.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{
    Refusal,
    event::Event,
    intent::schedule::{
        self, Cause, Change, Draft, Plan, Schedule, Skipped, Why, arrivals, next_waiting,
    },
    scope::{Principal, Scope},
    time::Timestamp,
    work::run::{self, ScheduledFor, StartRequest, StopCause, StopRequested},
};
use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, RunId, TraceId},
    verdict::{Question, Resource, Situation},
};
use serde_json::Value;

use super::{
    alarms::Key,
    runs::BOUNDS,
    turn::{Author, Turn},
};
use crate::{
    command::{Answer, Context, Rejection, Ruling},
    limits,
};

impl Turn<'_> {
    /// Looks at the schedules that are due or changed.
    pub(super) fn schedules(&mut self) {
        for _ in 0..limits::SCHEDULES_LOOKED_AT_MAX {
            let Some(key) = self.kernel.alarms.pop(self.now) else { return };
            // It is looked at again when its tenant goes on.
            if self.rests_with_tenant(&key) || self.rests_in_frost(&key) {
                continue;
            }
            self.pass_time(&key);
            self.fire_waiting(&key);
            if let Some(schedule) = self.schedule(&key) {
                self.kernel.alarms.arm(&key, &schedule);
            }
        }
    }

    /// Takes up the schedules of the ledger: whatever became due without a daemon is looked at.
    pub(super) fn resume_schedules(&mut self) {
        let schedules: Vec<_> = self.kernel.state.schedules.all().cloned().collect();
        for schedule in schedules {
            self.plan(&schedule);
        }
    }

    /// What the kernel itself keeps up to date with an event about a schedule or its run.
    pub(super) fn after_schedule(&mut self, scope: &Scope, event: &Event) {
        let key = |name: &str| Key::new((scope.clone(), name.to_owned()));
        match event {
            Event::ScheduleSet(event) => {
                let schedule = self.kernel.state.schedules.get(scope, &event.name).cloned();
                if let Some(schedule) = schedule {
                    self.plan(&schedule);
                }
            }
            Event::ScheduleRemoved(event) => self.kernel.alarms.remove(&key(&event.name)),
            Event::SchedulePaused(event) => self.kernel.alarms.touch(key(&event.name)),
            Event::ScheduleResumed(event) => self.kernel.alarms.touch(key(&event.name)),
            Event::ScheduleQueued(event) => self.kernel.alarms.touch(key(&event.name)),
            Event::RunEnded(event) => {
                let run = self.run(event.run);
                if let Some(by) = run.as_ref().and_then(|run| run.schedule.as_ref()) {
                    self.kernel.alarms.touch(key(&by.name));
                }
            }
            _ => {}
        }
    }

    fn plan(&mut self, schedule: &Schedule) {
        let key = Key::new((schedule.scope.clone(), schedule.name.clone()));
        match Plan::of(&schedule.spec) {
            Ok(plan) => self.kernel.alarms.set(key, plan),
            Err(refusal) => {
                tracing::error!(name = schedule.name, %refusal, "a schedule can't be kept");
            }
        }
    }

    pub(super) fn schedule(&self, key: &Key) -> Option<Arc<Schedule>> {
        self.kernel.state.schedules.get(&key.0, &key.1).cloned()
    }

    /// Settles what became due up to now.
    fn pass_time(&mut self, key: &Key) {
        let Some(schedule) = self.schedule(key) else { return };
        let Some(plan) = self.kernel.alarms.plan(key) else { return };
        let arrivals = arrivals(&schedule, &plan, self.now);
        for fact in arrivals.facts {
            self.record(&schedule.scope, Author::system(), fact);
        }
        if let Some(due) = arrivals.fire {
            self.fire(&schedule, due, Cause::Due);
        }
        if arrivals.stops {
            self.replace(&schedule);
        }
    }

    /// Runs the due time that waited longest, when nothing stands in its way any more.
    fn fire_waiting(&mut self, key: &Key) {
        let Some(schedule) = self.schedule(key) else { return };
        let Some((due, cause)) = next_waiting(&schedule) else { return };
        if !self.fire(&schedule, due, cause) {
            self.kernel.alarms.touch(Arc::clone(key));
        }
    }

    /// Stops the run that a new one is to replace.
    fn replace(&mut self, schedule: &Schedule) {
        let Some(active) = schedule.active else { return };
        let Some(run) = self.run(active.run).filter(|run| run.stop.is_none()) else { return };
        drop(run);
        let event = StopRequested {
            run: active.run,
            cause: StopCause::Cancelled,
            reason: format!("schedule `{}` is due again and replaces it", schedule.name),
            decision: None,
        };
        self.record_of_run(active.run, Author::system(), Event::RunStopRequested(event));
        self.settle(active.run);
    }

    /// Settles a due time: by a run of its owner, or with the reason why there is none.
    fn fire(&mut self, schedule: &Schedule, due: Timestamp, cause: Cause) -> bool {
        // What is decided of it is theirs, too, whom it is about.
        let before = self.about_subject(&schedule.scope, schedule.spec.subject.clone());
        let started = self.start_due(schedule, due, cause);
        self.about = before;
        started
    }

    fn start_due(&mut self, schedule: &Schedule, due: Timestamp, cause: Cause) -> bool {
        let spec = &schedule.spec;
        let workflow = (spec.workflow.as_str(), spec.workflow_version.as_str());
        // As its owner, with the roles held now.
        let who = (&schedule.scope, &schedule.owner);
        let given = (&spec.inputs, &Default::default());
        let context = match self.leave_to_start(who, (workflow, "schedule"), given) {
            Ok(context) => context,
            Err(refused) => {
                let (denied, refusal) = *refused;
                self.deny(&denied, Some(refusal.code));
                self.skip(schedule, (due, cause), (Why::Denied, refusal.message));
                return false;
            }
        };
        let id = RunId::new(self.now.unix_ms, self.dice.roll());
        let request = StartRequest {
            reason: spec.description.clone(),
            schedule: Some(ScheduledFor {
                name: schedule.name.clone(),
                version: schedule.version,
                due,
                cause,
            }),
            subject: spec.subject.clone(),
            ..StartRequest::new(id, spec.inputs.clone(), context.ruling.id)
        };
        let author =
            Author { principal: schedule.owner.clone(), trace: Some(context.trace), mark: None };
        match self.start_run(&context, author, workflow, request) {
            Ok(_) => true,
            Err(rejection) => {
                self.skip(schedule, (due, cause), (Why::Refused, rejection.to_string()));
                false
            }
        }
    }

    fn skip(
        &mut self,
        schedule: &Schedule,
        (due, cause): (Timestamp, Cause),
        (why, note): (Why, String),
    ) {
        let name = schedule.name.clone();
        let note = note.chars().take(limits::NOTE_CHARS_MAX).collect();
        let skipped = Skipped { name, due, until: due, count: 1, cause, why, note };
        self.record(&schedule.scope, Author::system(), Event::ScheduleSkipped(skipped));
    }

    /// What policy says to the start of a workflow that the daemon does for somebody, on the hosts
    /// that are known by task.
    pub(super) fn on_behalf_of(
        &mut self,
        scope: &Scope,
        owner: &Principal,
        (workflow, version): (&str, &str),
        (channel, hosts): (&str, &BTreeMap<String, Vec<Value>>),
    ) -> Context {
        let catalogue = &self.kernel.state.catalogue;
        let records = self.records();
        let subject = records.subject(&scope.tenant, owner, self.now);
        let tenant = records.tenant_for(&subject, &scope.tenant);
        // Who is nobody here is judged by nothing of the tenant's.
        let known = tenant.is_some();
        let found = catalogue.find(&scope.tenant, workflow, version).filter(|_| known).cloned();
        let secrets = found.as_ref().map(|found| catalogue.secrets(&scope.tenant, &found.manifest));
        let governed =
            found.as_ref().map(|found| catalogue.governed(&scope.tenant, &found.manifest));
        let vouched = found.as_ref().map(|found| self.vouched(found)).unwrap_or_default();
        let load = found.and_then(|found| self.load(&scope.tenant, &found.manifest, hosts));
        let question = Question {
            action: "run.start".into(),
            resource: vouched.onto(governed.unwrap_or_default().onto(Resource {
                kind: "workflow".into(),
                id: workflow.to_owned(),
                secrets: secrets.unwrap_or_default(),
                ..Resource::default()
            })),
            context: Situation {
                tenant_id: scope.tenant.clone(),
                environment: scope.environment.clone(),
                region: scope.region.clone(),
                channel: channel.to_owned(),
                tenant,
                spend: self.records().spend(&scope.tenant, workflow, self.now).filter(|_| known),
                load,
            },
            subject,
        };
        let verdict = self.kernel.rules.decide(&question);
        let id = DecisionId::new(self.now.unix_ms, self.dice.roll());
        Context {
            scope: scope.clone(),
            principal: owner.clone(),
            trace: TraceId::new(self.now.unix_ms, self.dice.roll()),
            ruling: Ruling { id, question, verdict },
            tasks: Vec::new(),
            idempotency: None,
        }
    }

    /// Carries out a change that policy allowed.
    pub(super) fn change_schedule(
        &mut self,
        context: &Context,
        author: Author,
        (name, change): (String, Change),
    ) -> Result<Answer, Rejection> {
        let key = Key::new((context.scope.clone(), name));
        // What is due by now is due by what the schedule said so far.
        self.pass_time(&key);
        let known = self.schedule(&key);
        let decision = context.ruling.id.to_string();
        let gone = matches!(change, Change::Remove);
        let event = if let Change::Set(draft) = change {
            self.set_schedule(context, (known.as_deref(), &key.1), *draft)?
        } else {
            let known = known.ok_or_else(|| schedule::not_found(&key.1))?;
            match change {
                Change::Pause(reason) => {
                    schedule::pause(&known, reason, decision).map(Event::SchedulePaused)
                }
                Change::Resume => schedule::resume(&known, decision).map(Event::ScheduleResumed),
                Change::Backfill(from, to) => {
                    let queued = schedule::backfill(&known, (from, to), decision, self.now)?;
                    Some(Event::ScheduleQueued(queued))
                }
                Change::Remove | Change::Set(_) => {
                    Some(Event::ScheduleRemoved(schedule::remove(&known, decision)))
                }
            }
        };
        if let Some(event) = event {
            self.rule(context, &author);
            self.record(&context.scope, author, event);
        }
        if gone { Ok(Answer::Unscheduled) } else { self.scheduled(&key.0, &key.1) }
    }

    fn set_schedule(
        &mut self,
        context: &Context,
        (known, name): (Option<&Schedule>, &str),
        draft: Draft,
    ) -> Result<Option<Event>, Rejection> {
        if known.is_none() && self.kernel.state.schedules.len() >= limits::SCHEDULES_MAX {
            return Err(Rejection::Refused(Refusal::new(
                Code::TooManySchedules,
                format!("{} schedules are set", limits::SCHEDULES_MAX),
                "remove what is not needed any more",
            )));
        }
        let catalogue = &self.kernel.state.catalogue;
        let tenant = &context.scope.tenant;
        let found = catalogue.to_start(tenant, &draft.workflow, &draft.workflow_version)?;
        let workflow = &Arc::clone(found);
        self.refuse_flawed(context, workflow)?;
        // What could not be started now will not start at night either.
        let inputs = draft.inputs.clone();
        let plain = StartRequest::new(RunId::from_bits(0), inputs, context.ruling.id);
        let trial = StartRequest { subject: draft.subject.clone(), ..plain };
        run::start(workflow, &context.scope, trial, self.now, &BOUNDS)?;
        let by = (&context.principal, context.ruling.id.to_string());
        Ok(schedule::set(known, name, draft, by, self.now)?.map(Event::ScheduleSet))
    }

    /// A schedule as it stands.
    pub(super) fn scheduled(&self, scope: &Scope, name: &str) -> Result<Answer, Rejection> {
        let found = self.kernel.state.schedules.get(scope, name).cloned();
        Ok(Answer::Scheduled(found.ok_or_else(|| schedule::not_found(name))?))
    }
}
