//! Forgetting: what holds it up is found, and what is forgotten is recorded. The keys are destroyed when the
//! daemon begins again, which it does at once; until then it takes no commands, so that nothing more is
//! written that nobody could read.

use std::sync::Arc;

use conductor_domain::{
    event::Event,
    intent::schedule::goes_on,
    trust::forgotten::{self, Gone, InTheWay, Wanted},
};
use conductor_protocol::id::{ApprovalId, DecisionId};

use super::turn::{Author, Turn};
use crate::{
    command::{Answer, Command, Context, Rejection},
    ports::{ViewError, subject_digest},
};

impl Turn<'_> {
    /// Forgets a tenant, asked for in the home tenant, or a data subject of the tenant of the context.
    pub(super) fn forget(
        &mut self,
        context: &Context,
        author: Author,
        command: Command,
    ) -> Result<Answer, Rejection> {
        let Command::Forget { tenant, subject_digest, reason } = command else {
            return Ok(Answer::Denied);
        };
        let (wanted, in_the_way) = self
            .to_forget(&tenant, &subject_digest)
            .map_err(|error| Rejection::Unavailable(error.to_string()))?;
        let decision = context.ruling.id;
        let event = forgotten::forget(Wanted { reason, decision, ..wanted }, &in_the_way)?;
        self.rule(context, &author);
        // Of the home tenant, or of the tenant's own: sealed with a key that stays.
        let event = match subject_digest.is_empty() {
            true => Event::TenantForgotten(Box::new(event)),
            false => Event::SubjectForgotten(Box::new(event)),
        };
        let seq = self.record(&context.scope, author, event);
        self.kernel.forgets = true;
        self.gone(seq)
    }

    /// The answer to what was asked before.
    pub(super) fn gone_then(&self, command: &Command) -> Result<Answer, Rejection> {
        let Command::Forget { tenant, subject_digest, .. } = command else {
            return Ok(Answer::Denied);
        };
        let same = |gone: &&Arc<Gone>| {
            gone.of.tenant == *tenant && gone.of.subject_digest == *subject_digest
        };
        let found = self.kernel.state.forgotten.all().filter(same).last();
        let found = found.ok_or_else(|| {
            Rejection::Unavailable("what was forgotten is not on record here".to_owned())
        })?;
        Ok(Answer::Forgotten(Arc::clone(found)))
    }

    fn gone(&self, seq: u64) -> Result<Answer, Rejection> {
        let found = self.kernel.state.forgotten.all().find(|gone| gone.seq == seq);
        found.cloned().map(Answer::Forgotten).ok_or(Rejection::StaleDecision)
    }

    /// What would be forgotten, and what holds it up.
    fn to_forget(&self, tenant: &str, digest: &str) -> Result<(Wanted, InTheWay), ViewError> {
        let whole = digest.is_empty();
        let meant = |subject: &str| whole || subject_digest(subject) == digest;
        let held = self.kernel.keyring.held(tenant, None);
        let held: Vec<_> = held.into_iter().filter(|(_, owner)| meant(&owner.subject)).collect();
        let state = &self.kernel.state;
        let mut open = Vec::new();
        for run in state.runs.values() {
            let theirs = run.scope.tenant == tenant && meant(&run.subject);
            if theirs && !run.status.is_terminal() {
                open.push(run.id);
            }
        }
        open.sort_unstable();
        let about = |id: ApprovalId| meant(&self.subject_of_approval(tenant, id));
        let waiting = state.approvals.pending().filter(|known| known.scope.tenant == tenant);
        let waiting = waiting.map(|known| known.id).filter(|id| about(*id));
        let broken = state.glasses.of_tenant(tenant).map(|glass| glass.approval);
        let incidents = state.incidents.of_tenant(tenant).filter(|one| one.ended.is_none());
        let incidents = incidents.filter(|one| about(one.approval)).map(|one| one.id);
        let schedules = state.schedules.all().filter(|known| {
            !whole && known.scope.tenant == tenant && meant(&known.spec.subject) && goes_on(known)
        });
        let schedules = schedules.map(|known| known.name.clone()).collect();
        let mut artifacts = Vec::new();
        for artifact in self.archive.held_artifacts(tenant)? {
            if whole || meant(&self.subject_of_run(tenant, artifact.run)) {
                artifacts.push(artifact.id);
            }
        }
        let mut runs = state.counts.get(tenant).map_or(0, |counts| counts.total);
        if !whole {
            runs = 0;
            for (_, owner) in &held {
                runs += self.archive.runs_of_subject(tenant, &owner.subject)?.len() as u64;
            }
        }
        let in_the_way = InTheWay {
            goes_on: whole && !state.tenants.suspends(tenant),
            runs: open,
            approvals: waiting.collect(),
            glasses: broken.filter(|id| about(*id)).collect(),
            incidents: incidents.collect(),
            held: artifacts,
            schedules,
        };
        let wanted = Wanted {
            tenant: tenant.to_owned(),
            subject_digest: digest.to_owned(),
            keys: held.into_iter().map(|(id, _)| id).collect(),
            runs,
            reason: String::new(),
            decision: DecisionId::from_bits(0),
        };
        Ok((wanted, in_the_way))
    }
}

/// Refuses what is asked while the daemon is about to begin again.
pub(super) fn closed() -> Rejection {
    Rejection::Unavailable(
        "the daemon forgets what it was told to, and begins again; ask again in a moment"
            .to_owned(),
    )
}
