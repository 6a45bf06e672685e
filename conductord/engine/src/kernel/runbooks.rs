//! Signatures of runbooks: checked over the bytes that will run wherever a run begins, whatever was
//! found before; and the alert when they do not hold.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    event::Event,
    intent::workflow::{self, Published, Signed, Workflow},
    scope::{Principal, Scope},
    trust::unsigned::{RefusalBounds, Refused, Why},
    work::run::{Run, StopCause, StopRequested, WorkflowRef},
};
use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, TraceId},
    manifest::{Manifest, Source},
    verdict::{Question, Resource},
};
use serde::Serialize;

use super::{
    commands::leave,
    turn::{Author, Turn},
};
use crate::{
    command::{Answer, Command, Context, Rejection, Ruling},
    limits,
    obligations::Proofs,
    runbooks::{self, Draft, Flaw, Vouched},
    signers::Signers,
};

/// How refused runbooks are counted: as denials are.
const BOUNDS: RefusalBounds = RefusalBounds {
    window_ms: limits::DENIAL_WINDOW_MS,
    of_principal: limits::DENIAL_KEYS_OF_PRINCIPAL_MAX,
    of_all: limits::DENIAL_KEYS_MAX,
};
/// What policy is asked about whoever countersigns.
const REVIEW: &str = "workflow.review";
/// How somebody came whose signature another one brought.
const BROUGHT: &str = "signature";

/// Who asked for what, where.
struct Asked<'a> {
    scope: &'a Scope,
    by: &'a Principal,
    trace: Option<TraceId>,
    action: &'a str,
}

impl<'a> Asked<'a> {
    fn of(context: &'a Context, question: &'a Question) -> Self {
        let Context { scope, principal, trace, .. } = context;
        Self { scope, by: principal, trace: Some(*trace), action: &question.action }
    }
}

impl Turn<'_> {
    /// What the signatures of a version come to now.
    pub(super) fn vouched(&mut self, workflow: &Workflow) -> Arc<Vouched> {
        let state = &self.kernel.state;
        let signers = Signers::of(&state.keys, &state.grants, &workflow.scope.tenant);
        let now = self.now;
        self.kernel.vouched.get(workflow.seq, now, || runbooks::vouch(signers, workflow, now))
    }

    /// Refuses a version of which a signature does not hold, and tells of it.
    pub(super) fn refuse_flawed(
        &mut self,
        context: &Context,
        workflow: &Workflow,
    ) -> Result<(), Rejection> {
        let vouched = self.vouched(workflow);
        match &vouched.flaw {
            None => Ok(()),
            Some(flaw) => Err(self.refuse(context, &vouched.runbook, flaw)),
        }
    }

    /// The refusal of a version; the alert is on record with it.
    fn refuse(&mut self, context: &Context, runbook: &str, flaw: &Flaw) -> Rejection {
        let refusal = flaw.refusal(runbook);
        let asked = Asked::of(context, &context.ruling.question);
        self.alert(&asked, runbook, (flaw.why, flaw.message.clone()));
        Rejection::Refused(refusal)
    }

    /// Tells of what policy refused because of its signatures.
    pub(super) fn alert_of_denial(&mut self, context: &Context, ruling: &Ruling, code: Code) {
        let resource = &ruling.question.resource;
        let told = match (code, Flaw::of_fact(&resource.signature_problem)) {
            (Code::RunbookReview | Code::RunbookSignature, Some(flaw)) => (flaw.why, flaw.message),
            (Code::RunbookUnsigned, _) => (Why::Unsigned, "nobody signed it".to_owned()),
            (Code::RunbookReview, None) => (Why::Unreviewed, "nobody else reviewed it".to_owned()),
            (Code::RunbookSignature, None) => (Why::Malformed, resource.signature_problem.clone()),
            _ => return,
        };
        let runbook = match resource.runbook.as_str() {
            "" => &resource.id,
            runbook => runbook,
        };
        self.alert(&Asked::of(context, &ruling.question), runbook, told);
    }

    fn alert(&mut self, asked: &Asked<'_>, runbook: &str, (why, problem): (Why, String)) {
        let (workflow, version) = runbook.split_once('@').unwrap_or((runbook, ""));
        let refused = Refused {
            workflow: workflow.to_owned(),
            version: version.to_owned(),
            action: asked.action.to_owned(),
            by: asked.by.clone(),
            why,
            problem: problem.chars().take(limits::NOTE_CHARS_MAX).collect(),
            count: 1,
        };
        self.tell(refused.clone());
        let first = self.kernel.refusals.take(refused, asked.scope, self.now, BOUNDS);
        if let Some(refused) = first {
            let author = Author { principal: asked.by.clone(), trace: asked.trace, mark: None };
            self.record(asked.scope, author, Event::RunbookRefused(refused));
        }
    }

    /// Stops a run whose manifest is not what was signed any more: another daemon began it, and
    /// what is on disk was changed since.
    pub(super) fn stop_swapped(&mut self, run: &Run) {
        let WorkflowRef { name, version, .. } = &run.workflow;
        let catalogue = &self.kernel.state.catalogue;
        let Some(found) = catalogue.get(&run.scope.tenant, name, version).cloned() else { return };
        let vouched = self.vouched(&found);
        let Some(flaw) = vouched.flaw.as_ref().filter(|flaw| flaw.why == Why::Tampered) else {
            return;
        };
        let asked = Asked { scope: &run.scope, by: &run.owner, trace: None, action: "run.start" };
        self.alert(&asked, &vouched.runbook, (flaw.why, flaw.message.clone()));
        if run.stop.is_none() {
            let (cause, reason) = (StopCause::Cancelled, flaw.refusal(&vouched.runbook).message);
            let event = StopRequested { run: run.id, cause, reason, decision: None };
            self.record_of_run(run.id, Author::system(), Event::RunStopRequested(event));
        }
    }

    /// Records how many more there were in the spans that are over.
    pub(super) fn count_refusals(&mut self) {
        for (scope, refused) in self.kernel.refusals.expire(self.now) {
            self.record(&scope, Author::system(), Event::RunbookRefused(refused));
        }
    }

    /// The signatures under what is to be published, all of which hold.
    pub(super) fn proven(
        &mut self,
        context: &Context,
        draft: Draft<'_>,
    ) -> Result<Vec<Signed>, Rejection> {
        check_signatures(draft.signatures)?;
        let (vouched, proven) = self.draft(&context.scope, draft, &context.principal);
        if let Some(flaw) = &vouched.flaw {
            return Err(self.refuse(context, &vouched.runbook, flaw));
        }
        let same = |source: &Source| source.parse().is_ok_and(|found| found == *draft.manifest);
        if !draft.source.is_none_or(same) {
            let message = "what is to be published is not what its text says".to_owned();
            let flaw = Flaw { why: Why::Tampered, message };
            return Err(self.refuse(context, &vouched.runbook, &flaw));
        }
        Ok(proven)
    }

    fn draft(
        &self,
        scope: &Scope,
        draft: Draft<'_>,
        publisher: &Principal,
    ) -> (Vouched, Vec<Signed>) {
        let state = &self.kernel.state;
        let signers = Signers::of(&state.keys, &state.grants, &scope.tenant);
        runbooks::vouch_draft(signers, draft, publisher, self.now)
    }

    /// Each review with the circumstances in which policy lets its reviewer give it.
    pub(super) fn reviewed(
        &mut self,
        context: &Context,
        reviews: Vec<Signed>,
    ) -> Result<Vec<(Context, Signed)>, Rejection> {
        let mut allowed = Vec::with_capacity(reviews.len());
        for review in reviews {
            let reviewer = self.as_reviewer(context, &review.principal);
            let verdict = &reviewer.ruling.verdict;
            if verdict.bundle_revision != self.kernel.bundle_revision {
                return Err(Rejection::StaleDecision);
            }
            if let Err(refusal) = leave(&reviewer.ruling, Proofs::default()) {
                let (who, why) = (&review.principal, &refusal.message);
                let message = format!("policy does not let {who} review it: {why}");
                let hint = "somebody who may review signs it, or it is published without";
                return Err(Refusal::new(Code::RunbookReview, message, hint).into());
            }
            allowed.push((reviewer, review));
        }
        Ok(allowed)
    }

    /// The circumstances of whoever reviewed what another one brings.
    fn as_reviewer(&mut self, context: &Context, reviewer: &Principal) -> Context {
        let tenant = &context.scope.tenant;
        let records = self.records();
        let subject = records.subject(tenant, reviewer, self.now);
        let mut question = context.ruling.question.clone();
        question.action = REVIEW.to_owned();
        question.context.tenant = records.tenant_for(&subject, tenant);
        question.context.channel = BROUGHT.to_owned();
        // Who is nobody here is judged by nothing of the tenant's.
        if question.context.tenant.is_none() {
            let Resource { kind, id, .. } = question.resource;
            question.resource = Resource { kind, id, ..Resource::default() };
        }
        question.subject = subject;
        let verdict = self.kernel.rules.decide(&question);
        let id = DecisionId::new(self.now.unix_ms, self.dice.roll());
        Context {
            scope: context.scope.clone(),
            principal: reviewer.clone(),
            trace: TraceId::new(self.now.unix_ms, self.dice.roll()),
            ruling: Ruling { id, question, verdict },
            tasks: Vec::new(),
            idempotency: None,
        }
    }

    /// Records a review that holds of a version that is there.
    pub(super) fn add_review(
        &mut self,
        context: &Context,
        author: Author,
        manifest: &Manifest,
        review: Signed,
    ) -> Result<bool, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let decision = context.ruling.id.to_string();
        let which = (tenant, manifest.name.as_str(), manifest.version.as_str());
        let catalogue = &self.kernel.state.catalogue;
        let Some(event) = workflow::countersign(catalogue, which, review, decision)? else {
            return Ok(false);
        };
        self.rule(context, &author);
        self.record(&context.scope, author, Event::WorkflowCountersigned(event));
        Ok(true)
    }

    /// Adds the signature of whoever asks, a reviewer, to a version.
    pub(super) fn countersign(
        &mut self,
        context: &Context,
        author: Author,
        (name, version): (&str, &str),
        signature: &str,
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        check_signatures(&[signature])?;
        let found = Arc::clone(self.kernel.state.catalogue.to_start(tenant, name, version)?);
        let state = &self.kernel.state;
        let signers = Signers::of(&state.keys, &state.grants, tenant);
        let who = &context.principal;
        let proven = runbooks::prove(
            signers,
            who,
            (found.provenance.source.as_deref(), signature),
            self.now,
        );
        let runbook = format!("{}@{}", found.manifest.name, found.manifest.version);
        let review = match proven {
            Ok(review) => review,
            Err(flaw) => return Err(self.refuse(context, &runbook, &flaw)),
        };
        if review.principal != *who {
            let message = format!("the signature is {}'s, and {who} brought it", review.principal);
            let hint = "who reviews signs with a key of their own, and sends it themselves";
            return Err(Refusal::new(Code::RunbookReview, message, hint).into());
        }
        if found.signature.is_some() {
            // Nobody signs beside something that does not hold.
            let mut alone = Workflow::clone(&found);
            alone.countersignatures.clear();
            if let Some(flaw) = runbooks::vouch(signers, &alone, self.now).flaw {
                return Err(self.refuse(context, &runbook, &flaw));
            }
        }
        let changed = self.add_review(context, author, &found.manifest, review)?;
        Ok(Answer::Published(self.published(tenant, &found.manifest)?, changed))
    }

    /// What policy is told of the runbook that a command is about, as it is known now.
    pub(super) fn facts_of(
        &mut self,
        context: (&Scope, &Principal),
        command: &Command,
    ) -> Option<Arc<Vouched>> {
        let (scope, who) = context;
        let tenant = scope.tenant.as_str();
        let (name, version) = match command {
            Command::Publish { manifest, provenance, signatures } => {
                let draft = Draft { manifest, source: provenance.source.as_deref(), signatures };
                return Some(Arc::new(self.draft(scope, draft, who).0));
            }
            Command::Start { workflow, version, .. } => (workflow.clone(), version.clone()),
            Command::Rerun { run, version, .. } => {
                let old = self.find_run(tenant, *run).ok()?;
                let known = &old.workflow;
                let version = if version.is_empty() { &known.version } else { version };
                (known.name.clone(), version.clone())
            }
            _ => return None,
        };
        let found = self.kernel.state.catalogue.find(tenant, &name, &version).cloned()?;
        Some(self.vouched(&found))
    }
}

fn check_signatures(signatures: &[impl AsRef<str>]) -> Result<(), Refusal> {
    let most = limits::SIGNATURES_MAX;
    if signatures.len() > most {
        let message = format!("{} signatures, and {most} are taken", signatures.len());
        return Err(Refusal::new(Code::RequestInvalid, message, "leave some of them out"));
    }
    let bytes = signatures.iter().map(|one| one.as_ref().len()).max().unwrap_or_default();
    if bytes > limits::SIGNATURE_BYTES_MAX {
        let message = format!("a signature has {bytes} bytes, which none has");
        let hint = "send what `ssh-keygen -Y sign` wrote";
        return Err(Refusal::new(Code::RequestInvalid, message, hint));
    }
    Ok(())
}

/// That a version fits into a record of the ledger, its text and its manifest together.
pub(super) fn check_size(event: &Published) -> Result<(), Refusal> {
    fits(event, "the manifest and its text")
}

/// That something fits into a record of the ledger.
pub(super) fn fits(kept: &impl Serialize, what: &str) -> Result<(), Refusal> {
    let bytes = serde_json::to_vec(kept).map_or(usize::MAX, |bytes| bytes.len());
    let most = limits::KEPT_BYTES_MAX;
    if bytes <= most {
        return Ok(());
    }
    let message = format!("{what} take {bytes} bytes as they are kept, and {most} are taken");
    Err(Refusal::new(Code::ManifestLimit, message, "split the workflow in two"))
}
