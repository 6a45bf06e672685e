//! Whose each record is: its tenant's, or that of the data subject that a run or a schedule is about. With the
//! run go its tasks, its child runs, the approvals of starting it, its decisions, artifacts and receipts, so
//! that forgetting takes whole runs and never half of one; with the schedule all its versions and what became
//! of its due times.

use std::sync::Arc;

use conductor_domain::{
    event::Event, intent::schedule::Change, scope::Scope, trust::receipt::Issued,
};
use conductor_protocol::id::{ApprovalId, RunId};
use serde_json::Value;

use super::{Input, Kernel, turn::Turn};
use crate::{
    command::Command,
    ports::{Keyring, Owner},
    receipts::Made,
};

/// What the kinds of records about schedules begin with.
const SCHEDULES: &str = "schedule.";

impl Kernel {
    /// The same, over a ledger that is sealed with the keys of a keyring.
    #[must_use]
    pub fn with_keyring(self, keyring: Arc<dyn Keyring>) -> Self {
        Self { keyring, ..self }
    }
}

impl Turn<'_> {
    /// Whose the record of an event is.
    pub(super) fn owner_of(&self, scope: &Scope, event: &Event) -> Owner {
        let tenant = scope.tenant.as_str();
        let subject = match event {
            Event::RunStarted(event) => event.subject.clone(),
            Event::ScheduleSet(event) => event.spec.subject.clone(),
            Event::SchedulePaused(event) => self.subject_of_schedule(scope, &event.name),
            Event::ScheduleResumed(event) => self.subject_of_schedule(scope, &event.name),
            Event::ScheduleRemoved(event) => self.subject_of_schedule(scope, &event.name),
            Event::ScheduleQueued(event) => self.subject_of_schedule(scope, &event.name),
            Event::ScheduleSkipped(event) => self.subject_of_schedule(scope, &event.name),
            Event::ReceiptIssued(issued) => self.subject_of_receipt(tenant, issued),
            Event::ApprovalRequested(event) => match &event.happened {
                Some(happened) => self.subject_of_approval(tenant, happened.approval),
                None => self.subject_asked(scope, &event.command),
            },
            Event::GlassBroken(event) => self.subject_of_approval(tenant, event.approval),
            Event::GlassReviewed(event) => self.subject_of_approval(tenant, event.approval),
            Event::IncidentOpened(event) => self.subject_of_approval(tenant, event.approval),
            Event::IncidentClosed(event) => {
                let known = self.kernel.state.incidents.get(tenant, event.incident);
                known.map_or_else(String::new, |known| {
                    self.subject_of_approval(tenant, known.approval)
                })
            }
            Event::DisclosureCreated(event) => self.subject_of_run(tenant, event.run),
            event => match (event.run(), event.approval()) {
                (Some(run), _) => self.subject_of_run(tenant, run),
                (_, Some(approval)) => self.subject_of_approval(tenant, approval),
                // A decision, say, that something comes of.
                _ => self.subject_now(tenant),
            },
        };
        Owner { tenant: tenant.to_owned(), subject }
    }

    /// From here on it is about a data subject; gives whom it was about before.
    pub(super) fn about_subject(&mut self, scope: &Scope, subject: String) -> Owner {
        let about = Owner { tenant: scope.tenant.clone(), subject };
        std::mem::replace(&mut self.about, about)
    }

    /// Whom an input is about.
    pub(super) fn owner_of_input(&self, input: &Input) -> Owner {
        let Input::Command { context, command, .. } = input else { return Owner::default() };
        let subject = self.subject_of_command(&context.scope, command);
        Owner { tenant: context.scope.tenant.clone(), subject }
    }

    /// Whom it is about that is worked on now.
    fn subject_now(&self, tenant: &str) -> String {
        let subject = Some(&self.about).filter(|about| about.tenant == tenant);
        subject.map(|about| about.subject.clone()).unwrap_or_default()
    }

    fn subject_of_command(&self, scope: &Scope, command: &Command) -> String {
        let tenant = scope.tenant.as_str();
        match command {
            Command::Start { subject, .. } => subject.clone(),
            Command::Change { run, .. } | Command::Rerun { run, .. } => {
                self.subject_of_run(tenant, *run)
            }
            Command::RecordArtifact(wanted) => self.subject_of_run(tenant, wanted.run),
            Command::CheckGate(wanted) => self.subject_of_run(tenant, wanted.run),
            Command::Approval { approval, .. } => self.subject_of_approval(tenant, *approval),
            Command::Ask(command) | Command::Glass(command) => {
                self.subject_of_command(scope, command)
            }
            Command::Schedule { name, change } => match change {
                Change::Set(draft) if !draft.subject.is_empty() => draft.subject.clone(),
                _ => self.subject_of_schedule(scope, name),
            },
            _ => String::new(),
        }
    }

    fn subject_of_schedule(&self, scope: &Scope, name: &str) -> String {
        let known = self.kernel.state.schedules.get(scope, name);
        known.map_or_else(String::new, |known| known.spec.subject.clone())
    }

    pub(super) fn subject_of_run(&self, tenant: &str, id: RunId) -> String {
        let hot = self.run(id).filter(|run| run.scope.tenant == tenant);
        let known = hot.or_else(|| self.archive.run(tenant, id).ok().flatten());
        known.map_or_else(String::new, |run| run.subject.clone())
    }

    pub(super) fn subject_of_approval(&self, tenant: &str, id: ApprovalId) -> String {
        let hot = self.kernel.state.approvals.get(tenant, id).cloned();
        let known = hot.or_else(|| self.archive.approval(tenant, id).ok().flatten());
        let Some(known) = known else { return String::new() };
        match &known.happened {
            // A review: of what was done by another approval.
            Some(happened) if happened.approval != id => {
                self.subject_of_approval(tenant, happened.approval)
            }
            _ => self.subject_asked(&known.scope, &known.command),
        }
    }

    /// Whom a command is about that is kept for an approval.
    fn subject_asked(&self, scope: &Scope, kept: &Value) -> String {
        let command = serde_json::from_value::<Command>(kept.clone());
        command.map_or_else(
            |_| String::new(),
            |command| match command {
                // An approval is never about another one.
                Command::Approval { .. } => String::new(),
                command => self.subject_of_command(scope, &command),
            },
        )
    }

    /// The receipt of a record is whose the record is.
    fn subject_of_receipt(&self, tenant: &str, issued: &Issued) -> String {
        if let Some(run) = issued.run {
            return self.subject_of_run(tenant, run);
        }
        let approval = issued.subject.parse();
        approval
            .map_or_else(|_| self.subject_now(tenant), |id| self.subject_of_approval(tenant, id))
    }

    /// Whom the record of a schedule is about. The schedule itself may be gone by the time of its receipt, or
    /// another one of its name be there: the key that the record is sealed with says it.
    pub(super) fn subject_of_sealed(&self, tenant: &str, of: &Made) -> String {
        if !of.issued.kind.starts_with(SCHEDULES) {
            return String::new();
        }
        let held = self.kernel.keyring.held(tenant, None);
        let owner = held.into_iter().find(|(id, _)| *id == of.key_id);
        owner.map_or_else(String::new, |(_, owner)| owner.subject)
    }
}
