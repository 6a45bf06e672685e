//! Whose each record is: its tenant's, or that of the data subject that a run is about. With the run go its
//! tasks, its child runs, the approvals of starting it, its decisions, artifacts and receipts, so that
//! forgetting takes whole runs and never half of one.

use std::sync::Arc;

use conductor_domain::{event::Event, scope::Scope, trust::receipt::Issued};
use conductor_protocol::id::{ApprovalId, RunId};
use serde_json::Value;

use super::{Input, Kernel, turn::Turn};
use crate::{
    command::Command,
    ports::{Keyring, Owner},
};

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
            Event::ReceiptIssued(issued) => self.subject_of_receipt(tenant, issued),
            Event::ApprovalRequested(event) => match &event.happened {
                Some(happened) => self.subject_of_approval(tenant, happened.approval),
                None => self.subject_asked(tenant, &event.command),
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
                _ if self.about.tenant == tenant => self.about.subject.clone(),
                _ => String::new(),
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
        let tenant = context.scope.tenant.as_str();
        Owner { tenant: tenant.to_owned(), subject: self.subject_of_command(tenant, command) }
    }

    fn subject_of_command(&self, tenant: &str, command: &Command) -> String {
        match command {
            Command::Start { subject, .. } => subject.clone(),
            Command::Change { run, .. } | Command::Rerun { run, .. } => {
                self.subject_of_run(tenant, *run)
            }
            Command::RecordArtifact(wanted) => self.subject_of_run(tenant, wanted.run),
            Command::CheckGate(wanted) => self.subject_of_run(tenant, wanted.run),
            Command::Approval { approval, .. } => self.subject_of_approval(tenant, *approval),
            Command::Ask(command) | Command::Glass(command) => {
                self.subject_of_command(tenant, command)
            }
            _ => String::new(),
        }
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
            _ => self.subject_asked(tenant, &known.command),
        }
    }

    /// Whom a command is about that is kept for an approval.
    fn subject_asked(&self, tenant: &str, kept: &Value) -> String {
        let command = serde_json::from_value::<Command>(kept.clone());
        command.map_or_else(
            |_| String::new(),
            |command| match command {
                // An approval is never about another one.
                Command::Approval { .. } => String::new(),
                command => self.subject_of_command(tenant, &command),
            },
        )
    }

    /// The receipt of a record is whose the record is.
    fn subject_of_receipt(&self, tenant: &str, issued: &Issued) -> String {
        if let Some(run) = issued.run {
            return self.subject_of_run(tenant, run);
        }
        let approval = issued.subject.parse();
        approval.map_or_else(|_| String::new(), |id| self.subject_of_approval(tenant, id))
    }
}
