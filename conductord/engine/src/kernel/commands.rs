//! Commands: checked against policy's ruling and the idempotency keys, then decided by a slice.

use conductor_domain::{
    Refusal,
    event::{Event, IdempotencyMark},
    intent::{freeze, schedule::Change},
    org::{
        identity::{self, Grant, Granted, Revoked},
        tenant,
    },
    scope::Principal,
    trust::incident,
    work::run::Run,
};
use conductor_protocol::{
    error_code::Code,
    id::{IncidentId, RunId},
};

use super::{
    approvals::APPROVED,
    repeated::{key_digest, same_request},
    turn::{Author, Turn},
};
use crate::{
    command::{Answer, Command, Context, IdempotencyKey, Lifecycle, Rejection, Ruling, Say},
    limits,
    obligations::{self, Effect, Proofs},
    state::{Made, Remembered},
};

impl Command {
    /// A stable name, part of what makes idempotency keys equal.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Publish { .. } => "workflow.publish",
            Self::Countersign { .. } => "workflow.countersign",
            Self::Lifecycle { change: Lifecycle::Retire { .. }, .. } => "workflow.retire",
            Self::Lifecycle { change: Lifecycle::Review(_), .. } => "workflow.review",
            Self::Lifecycle { .. } => "workflow.deprecate",
            Self::Start { .. } => "run.start",
            Self::Change { change, .. } => change.name(),
            Self::Rerun { .. } => "run.rerun",
            Self::Grant { .. } => "identity.grant",
            Self::Revoke { .. } => "identity.revoke",
            Self::Schedule { change, .. } => match change {
                Change::Set(_) => "schedule.set",
                Change::Pause(_) => "schedule.pause",
                Change::Resume => "schedule.resume",
                Change::Remove => "schedule.remove",
                Change::Backfill(..) => "schedule.backfill",
            },
            Self::RollBack(_) => "policy.rollback",
            Self::Describe(_) => "identity.describe",
            Self::Enroll(_) => "key.enroll",
            Self::RevokeKey(_) => "key.revoke",
            Self::OpenSession(_) => "session.open",
            Self::EndSession { .. } => "session.end",
            Self::IssueToken(_) => "token.issue",
            Self::RevokeToken(_) => "token.revoke",
            Self::Tenant { change, .. } => match change {
                tenant::Change::Create(_) => "tenant.create",
                tenant::Change::Configure(_) => "tenant.configure",
                tenant::Change::Suspend(..) => "tenant.suspend",
                tenant::Change::Resume(_) => "tenant.resume",
                tenant::Change::Admit { .. } => "tenant.admit",
                tenant::Change::Dismiss(_) => "tenant.dismiss",
            },
            Self::Freeze { change, .. } => match change {
                freeze::Change::Set(_) => "freeze.set",
                freeze::Change::Lift { .. } => "freeze.lift",
                freeze::Change::Switch { .. } => "kill.switch",
            },
            Self::Ask(command) | Self::Glass(command) => command.name(),
            Self::Incident { .. } => "incident.close",
            Self::Approval { say, .. } => say.name(),
            Self::RecordArtifact(_) => "artifact.create",
            Self::Artifact { change, .. } => change.action(),
            Self::ExpireArtifacts(_) => "artifact.expire",
            Self::CheckGate(_) => "gate.check",
            Self::Forget { subject_digest, .. } if subject_digest.is_empty() => "tenant.forget",
            Self::Forget { .. } => "subject.forget",
            Self::Tend(wanted) => wanted.care.name(),
            Self::RotateSigningKey { .. } => "ledger.rotate_key",
            Self::Track(_) => "tracked.create",
            Self::ChangeTracked { .. } => "tracked.change",
            Self::Disclose(_) => "disclosure.create",
            Self::Deny { .. } => "deny",
            Self::Note => "note",
        }
    }
}

/// Whether what was ruled on may be done: policy allows it, and its obligations are met.
pub(super) fn leave(ruling: &Ruling, proofs: Proofs) -> Result<(), Box<Refusal>> {
    // A command's answer is ids and states, which nothing masks.
    obligations::meet(ruling, Effect::Change, proofs).map(drop)
}

impl Turn<'_> {
    pub(super) fn command(
        &mut self,
        context: &Context,
        command: Command,
    ) -> Result<Answer, Rejection> {
        match command {
            Command::Deny { unmet } => return Ok(self.deny(context, unmet)),
            Command::Note => return Ok(self.deny(context, None)),
            _ => {}
        }
        let verdict = &context.ruling.verdict;
        if verdict.bundle_revision != self.kernel.bundle_revision {
            return Err(Rejection::StaleDecision);
        }
        let proofs = match command {
            // What is asked of others need not have their approval yet.
            Command::Ask(_) | Command::Glass(_) => APPROVED,
            // Whether its key was touched is found out with whose it is.
            Command::Approval { say: Say::Break { .. }, .. } => {
                Proofs { stepped_up: true, reviewed: true, ..Proofs::default() }
            }
            Command::Approval { say: Say::Sign { .. }, .. } => {
                Proofs { stepped_up: true, ..Proofs::default() }
            }
            _ => Proofs::default(),
        };
        for ruling in context.rulings() {
            leave(ruling, proofs).map_err(|refusal| Rejection::Refused(*refusal))?;
        }
        let mark = match &context.idempotency {
            None => None,
            Some(key) => {
                let digest = key_digest(context, &command, key);
                if let Some(known) = self.remembered(&digest)? {
                    return self.repeat(&known, key, context, &command);
                }
                Some(IdempotencyMark { key: digest, body: key.body.clone() })
            }
        };
        self.carry_out(context, mark, command)
    }

    /// Carries out what policy lets be done.
    pub(super) fn carry_out(
        &mut self,
        context: &Context,
        mark: Option<IdempotencyMark>,
        command: Command,
    ) -> Result<Answer, Rejection> {
        self.refuse_by_tenant(&context.scope, &command)?;
        let author =
            Author { principal: context.principal.clone(), trace: Some(context.trace), mark };
        match command {
            Command::Publish { manifest, provenance, signatures } => {
                self.publish(context, author, (*manifest, *provenance, signatures))
            }
            Command::Countersign { workflow, version, signature } => {
                self.countersign(context, author, (&workflow, &version), &signature)
            }
            Command::Lifecycle { workflow, version, change } => {
                self.lifecycle(context, author, (&workflow, &version), change)
            }
            Command::Start { .. } => self.start(context, author, command),
            Command::Change { run, change } => self.change_run(context, &author, (run, change)),
            Command::Rerun { .. } => self.rerun(context, author, command),
            Command::Grant { principal, role } => self.grant(context, author, (principal, role)),
            Command::Revoke { principal, role } => self.revoke(context, author, (principal, role)),
            Command::Schedule { name, change } => {
                self.change_schedule(context, author, (name, change))
            }
            Command::RollBack(event) => Ok(self.roll_back(context, author, *event)),
            Command::Describe(wanted) => self.describe(context, author, wanted),
            Command::Enroll(wanted) => self.enroll(context, author, wanted),
            Command::RevokeKey(wanted) => self.revoke_key(context, author, wanted),
            Command::OpenSession(wanted) => self.open_session(context, author, *wanted),
            Command::EndSession { session, cause } => {
                self.end_session(context, author, (session, cause))
            }
            Command::IssueToken(wanted) => self.issue_token(context, author, *wanted),
            Command::RevokeToken(wanted) => self.revoke_token(context, author, wanted),
            Command::Tenant { change } => self.change_tenant(context, &author, change),
            Command::Freeze { name, change } => {
                self.change_freeze(context, &author, (name, change))
            }
            Command::Ask(command) => self.ask_approval(context, author, *command),
            Command::Glass(command) => self.break_glass(context, author, *command),
            Command::Incident { incident, reason } => {
                self.close_incident(context, author, (incident, reason))
            }
            Command::Approval { approval, say } => {
                self.change_approval(context, &author, (approval, say))
            }
            Command::RecordArtifact(wanted) => self.record_artifact(context, author, *wanted),
            Command::Artifact { artifact, change } => {
                self.change_artifact(context, author, (artifact, change))
            }
            Command::ExpireArtifacts(ids) => self.expire_artifacts(context, &author, ids),
            Command::CheckGate(answer) => self.check_gate(context, author, *answer),
            Command::Forget { .. } => self.forget(context, author, command),
            Command::Tend(wanted) => Ok(self.tend(context, author, wanted)),
            Command::RotateSigningKey { number, reason } => {
                self.order_rotation(context, author, (number, reason))
            }
            Command::Track(wanted) => self.track(context, author, *wanted),
            Command::ChangeTracked { run, patch } => {
                self.change_tracked(context, author, (run, *patch))
            }
            Command::Disclose(wanted) => self.disclose(context, author, *wanted),
            Command::Deny { .. } | Command::Note => Ok(Answer::Denied),
        }
    }

    fn remembered(&self, digest: &str) -> Result<Option<Remembered>, Rejection> {
        let known = match self.fresh.get(digest) {
            Some(known) => Some(known.clone()),
            None => self
                .archive
                .remembered(digest)
                .map_err(|error| Rejection::Unavailable(error.to_string()))?,
        };
        Ok(known.filter(|known| self.now.ms_since(known.at) < limits::IDEMPOTENCY_WINDOW_MS))
    }

    /// The answer to a command that was taken before.
    fn repeat(
        &self,
        known: &Remembered,
        key: &IdempotencyKey,
        context: &Context,
        command: &Command,
    ) -> Result<Answer, Rejection> {
        same_request(known, key)?;
        let tenant = context.scope.tenant.as_str();
        match (&known.made, command) {
            (Made::Tracked(_) | Made::Disclosure(_), _) => self.tracked_then(tenant, &known.made),
            (Made::Run { run, decision }, _) => Ok(Answer::Started {
                run: *run,
                seq: known.seq,
                decision: *decision,
                replayed: true,
            }),
            (Made::Artifact(id), _) | (Made::Other, Command::Artifact { artifact: id, .. }) => {
                self.artifact_answer(tenant, *id, false)
            }
            (Made::Other, Command::ExpireArtifacts(_)) => Ok(Answer::Expired(Vec::new(), 0)),
            (Made::Other, Command::Publish { manifest, .. }) => {
                Ok(Answer::Published(self.published(tenant, manifest)?, false))
            }
            (Made::Other, Command::Countersign { workflow, version, .. }) => {
                let found = self.standing((tenant, workflow, version))?;
                Ok(Answer::Published(found[0].clone(), false))
            }
            (Made::Other, Command::Lifecycle { workflow, version, .. }) => {
                Ok(Answer::Standing(self.standing((tenant, workflow, version))?, false))
            }
            (Made::Other, Command::Change { run, .. }) => {
                let status = self.find_run(tenant, *run)?.status;
                Ok(Answer::Changed { status, seq: known.seq })
            }
            (Made::Other, Command::Grant { principal, role }) => {
                Ok(Answer::Granted(self.held(context, principal, role)))
            }
            (Made::Other, Command::Schedule { change: Change::Remove, .. }) => {
                Ok(Answer::Unscheduled)
            }
            (Made::Other, Command::RollBack(_)) => Ok(Answer::RolledBack { replayed: true }),
            (Made::Other, Command::Schedule { name, .. }) => self.scheduled(&context.scope, name),
            (Made::Other, Command::Describe(wanted)) => {
                let known = self.kernel.state.grants.attributes(tenant, &wanted.principal);
                Ok(Answer::Described(known))
            }
            (Made::Other, Command::Enroll(wanted)) => {
                let named = wanted.iter().map(|one| one.fingerprint.as_str());
                Ok(self.keys_of(tenant, named, false))
            }
            (Made::Other, Command::RevokeKey(wanted)) => {
                Ok(self.keys_of(tenant, [wanted.fingerprint.as_str()], false))
            }
            (Made::Other, Command::RevokeToken(wanted)) => {
                self.token_of(tenant, wanted.token, false)
            }
            (Made::Other, Command::Tenant { .. }) => {
                let known = self.kernel.state.tenants.get(tenant).cloned();
                Ok(Answer::Tenant(known.ok_or_else(|| tenant::unknown(tenant))?, false))
            }
            (Made::Other, Command::Freeze { name, change }) => {
                self.frozen_then(tenant, name, change)
            }
            (Made::Other, Command::Incident { incident, .. }) => {
                self.incident_then(tenant, *incident)
            }
            (Made::Other, Command::Approval { approval, say: Say::Break { .. } }) => {
                Ok(Answer::Approval(self.went_alone(tenant, *approval)?))
            }
            (Made::Other, Command::Approval { approval, .. }) => {
                Ok(Answer::Approval(self.find_approval(tenant, *approval)?))
            }
            (Made::Other, Command::Forget { .. }) => self.gone_then(command),
            (Made::Other, Command::Tend(_) | Command::RotateSigningKey { .. }) => Ok(Answer::Noted),
            (Made::Other, _) => Ok(Answer::Revoked),
        }
    }

    fn incident_then(&self, tenant: &str, id: IncidentId) -> Result<Answer, Rejection> {
        let known = self.kernel.state.incidents.get(tenant, id).cloned();
        Ok(Answer::Incident(known.ok_or_else(|| incident::not_found(tenant, id))?))
    }

    fn close_incident(
        &mut self,
        context: &Context,
        author: Author,
        (id, reason): (IncidentId, String),
    ) -> Result<Answer, Rejection> {
        let tenant = &context.scope.tenant;
        let known = self.kernel.state.incidents.get(tenant, id).cloned();
        let known = known.ok_or_else(|| incident::not_found(tenant, id))?;
        let event = incident::close(&known, &context.principal, reason, context.ruling.id)?;
        self.rule(context, &author);
        self.record(&known.scope, author, Event::IncidentClosed(event));
        self.incident_then(tenant, id)
    }

    fn grant(
        &mut self,
        context: &Context,
        author: Author,
        (principal, role): (Principal, String),
    ) -> Result<Answer, Rejection> {
        let decision = context.ruling.id.to_string();
        let wanted = Granted { principal: principal.clone(), role: role.clone(), decision };
        let tenant = &context.scope.tenant;
        if let Some(event) = identity::grant(&self.kernel.state.grants, tenant, wanted)? {
            self.rule(context, &author);
            self.record(&context.scope, author, Event::IdentityGranted(event));
        }
        Ok(Answer::Granted(self.held(context, &principal, &role)))
    }

    fn revoke(
        &mut self,
        context: &Context,
        author: Author,
        (principal, role): (Principal, String),
    ) -> Result<Answer, Rejection> {
        let decision = context.ruling.id.to_string();
        let wanted = Revoked { principal, role, decision };
        let event = identity::revoke(&self.kernel.state.grants, &context.scope.tenant, wanted)?;
        self.rule(context, &author);
        self.record(&context.scope, author, Event::IdentityRevoked(event));
        Ok(Answer::Revoked)
    }

    /// The grant as it stands, or as it would now be written.
    fn held(&self, context: &Context, principal: &Principal, role: &str) -> Grant {
        let grants = self.kernel.state.grants.of_tenant(&context.scope.tenant);
        let held = |grant: &Grant| grant.principal == *principal && grant.role == role;
        grants.into_iter().find(held).unwrap_or_else(|| Grant {
            scope: context.scope.clone(),
            principal: principal.clone(),
            role: role.to_owned(),
            by: context.principal.clone(),
            at: self.now,
        })
    }

    /// A run of the tenant, whether it has ended or not.
    pub(super) fn find_run(
        &self,
        tenant: &str,
        id: RunId,
    ) -> Result<std::sync::Arc<Run>, Rejection> {
        let hot = self.run(id).filter(|run| run.scope.tenant == tenant);
        if let Some(run) = hot {
            return Ok(run);
        }
        let cold = self
            .archive
            .run(tenant, id)
            .map_err(|error| Rejection::Unavailable(error.to_string()))?;
        cold.ok_or_else(|| {
            Rejection::Refused(Refusal::new(
                Code::RunNotFound,
                format!("tenant `{tenant}` has no run {id} in it"),
                "`conductor runs list` shows the runs there are",
            ))
        })
    }
}
