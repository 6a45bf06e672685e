//! Forgetting: what holds it up is found, and what is forgotten is recorded. The keys are destroyed when the
//! daemon begins again, which it does at once; until then it takes no commands, so that nothing more is
//! written that nobody could read.

use conductor_domain::{
    event::Event,
    scope::Scope,
    trust::{
        approval::Approval,
        forgotten::{self, Gone, InTheWay, Wanted},
    },
    work::run::Run,
};
use conductor_protocol::id::ApprovalId;

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
    pub(super) fn gone_then(
        &self,
        tenant: &str,
        subject_digest: &str,
    ) -> Result<Answer, Rejection> {
        let same = |gone: &&std::sync::Arc<Gone>| {
            gone.of.tenant == tenant && gone.of.subject_digest == subject_digest
        };
        let found = self.kernel.state.forgotten.all().filter(same).last();
        let found = found.ok_or_else(|| {
            Rejection::Unavailable("what was forgotten is not on record here".to_owned())
        })?;
        Ok(Answer::Forgotten(std::sync::Arc::clone(found)))
    }

    fn gone(&self, seq: u64) -> Result<Answer, Rejection> {
        let found = self.kernel.state.forgotten.all().find(|gone| gone.seq == seq);
        found.cloned().map(Answer::Forgotten).ok_or(Rejection::StaleDecision)
    }

    /// What would be forgotten, and what holds it up.
    fn to_forget(&self, tenant: &str, digest: &str) -> Result<(Wanted, InTheWay), ViewError> {
        let held = self.kernel.keyring.held(tenant, None);
        let meant = |subject: &str| digest.is_empty() || subject_digest(subject) == digest;
        let held: Vec<_> = held.into_iter().filter(|(_, owner)| meant(&owner.subject)).collect();
        let state = &self.kernel.state;
        let of_run = |run: &Run| run.scope.tenant == tenant && meant(&run.subject);
        let open = |run: &&std::sync::Arc<Run>| of_run(run) && !run.status.is_terminal();
        let scope = Scope { tenant: tenant.to_owned(), ..Scope::default() };
        let about = |id: ApprovalId| meant(&self.subject_of_approval(&scope.tenant, id));
        let waits = |approval: &&std::sync::Arc<Approval>| {
            approval.scope.tenant == tenant && approval.ended.is_none() && about(approval.id)
        };
        let glasses = state.glasses.of_tenant(tenant).map(|glass| glass.approval);
        let incidents = state.incidents.of_tenant(tenant);
        let unclosed = incidents.filter(|one| one.ended.is_none() && about(one.approval));
        let mut runs = 0;
        let mut artifacts = Vec::new();
        for (_, owner) in &held {
            // A whole tenant's are counted once, with its own key.
            if !digest.is_empty() {
                runs += self.archive.runs_of_subject(tenant, &owner.subject)?.len();
            }
        }
        if digest.is_empty() {
            runs = usize::try_from(state.counts.get(tenant).map_or(0, |counts| counts.total))
                .unwrap_or(usize::MAX);
        }
        for artifact in self.archive.held_artifacts(tenant)? {
            if digest.is_empty() || meant(&self.subject_of_run(tenant, artifact.run)) {
                artifacts.push(artifact.id);
            }
        }
        let mut open: Vec<_> = state.runs.values().filter(open).map(|run| run.id).collect();
        open.sort_unstable();
        let in_the_way = InTheWay {
            goes_on: digest.is_empty() && !state.tenants.suspends(tenant),
            runs: open,
            approvals: state.approvals.pending().filter(waits).map(|known| known.id).collect(),
            glasses: glasses.filter(|id| about(*id)).collect(),
            incidents: unclosed.map(|one| one.id).collect(),
            held: artifacts,
        };
        let wanted = Wanted {
            tenant: tenant.to_owned(),
            subject_digest: digest.to_owned(),
            keys: held.into_iter().map(|(id, _)| id).collect(),
            runs: runs as u64,
            reason: String::new(),
            decision: conductor_protocol::id::DecisionId::from_bits(0),
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
