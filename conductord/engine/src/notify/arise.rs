//! What a fact gives rise to: a function of the fact and of what the daemon knows.

use std::sync::Arc;

use conductor_domain::{
    event::{Envelope, Event},
    org::identity::{ADMIN, Grant},
    scope::{HOME_TENANT, Principal},
    trust::{
        approval::{self, Approval},
        decision::Recorded,
        gate,
    },
    work::{
        run::{self, Run, RunStatus},
        tracked,
    },
};
use conductor_protocol::{
    id::{ApprovalId, RunId},
    verdict::{Obligation, Question, Stage},
};

use super::notice::{Audience, Kind, Notice, StageOf, TRACKED};
use crate::ports::ViewError;

/// What is known of what facts are about.
pub trait Facts: Send + Sync {
    /// An approval of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    fn approval(&self, tenant: &str, id: ApprovalId) -> Result<Option<Arc<Approval>>, ViewError>;

    /// A run of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    fn run(&self, tenant: &str, id: RunId) -> Result<Option<Arc<Run>>, ViewError>;

    /// Who holds which role in a tenant.
    fn grants(&self, tenant: &str) -> Vec<Grant>;
}

/// Who holds one of these roles in a tenant: administrators of the home tenant are that everywhere.
pub(super) fn holders(facts: &dyn Facts, tenant: &str, roles: &[String]) -> Vec<Principal> {
    let mut grants = facts.grants(tenant);
    if tenant != HOME_TENANT {
        grants.extend(facts.grants(HOME_TENANT).into_iter().filter(|grant| grant.role == ADMIN));
    }
    let mut held: Vec<Principal> = grants
        .into_iter()
        .filter(|grant| roles.contains(&grant.role))
        .map(|grant| grant.principal)
        .collect();
    held.sort();
    held.dedup();
    held
}

/// What is to be told of a fact, in an order that is always the same.
///
/// # Errors
/// [`ViewError`] when what it is about can't be read.
pub fn arise(seq: u64, envelope: &Envelope, facts: &dyn Facts) -> Result<Vec<Notice>, ViewError> {
    if let Event::DecisionRecorded(recorded) = &envelope.event {
        return Ok(told(seq, envelope, recorded));
    }
    if let Event::RunEnded(ended) = &envelope.event {
        let run = facts.run(&envelope.scope.tenant, ended.run)?;
        return Ok(run.and_then(|run| over(seq, envelope, (ended, &run))).into_iter().collect());
    }
    if let Event::GlassBroken(_) | Event::IncidentOpened(_) = &envelope.event {
        return Ok(of_glass((seq, envelope), facts)?.into_iter().collect());
    }
    if let Event::GateChecked(answer) = &envelope.event {
        return Ok(held_back(seq, envelope, answer).into_iter().collect());
    }
    if let Event::TrackedChanged(changed) = &envelope.event {
        return Ok(over_elsewhere(seq, envelope, changed).into_iter().collect());
    }
    if let Some(notice) = of_signing_key(seq, envelope) {
        return Ok(vec![notice]);
    }
    let Some(id) = envelope.event.approval() else { return Ok(Vec::new()) };
    let Some(known) = facts.approval(&envelope.scope.tenant, id)? else { return Ok(Vec::new()) };
    Ok(of_approval(seq, envelope, &known).into_iter().collect())
}

/// What becomes of the key that signs the log, to whoever may replace it.
fn of_signing_key(seq: u64, envelope: &Envelope) -> Option<Notice> {
    let (kind, key, message) = match &envelope.event {
        Event::SigningKeyDue(event) => {
            let since = format!(": it has been in force since {}", event.since.rfc3339());
            (Kind::SigningKeyDue, String::new(), since)
        }
        Event::SigningKeyRotated(event) => {
            let message = format!(" from {} records on: {}", event.from, event.new_key);
            (Kind::SigningKeyRotated, event.new_key.clone(), message)
        }
        Event::SigningKeyRotationFailed(event) => {
            (Kind::SigningKeyFailed, String::new(), format!(": {}", event.problem))
        }
        _ => return None,
    };
    let audience = Audience { roles: vec![ADMIN.to_owned()], ..Audience::default() };
    let mut asked = Question { action: "ledger.rotate_key".to_owned(), ..Question::default() };
    asked.resource.kind = "signing_key".to_owned();
    asked.resource.id.clone_from(&key);
    Some(Notice { subject: key, message, ..new((seq, envelope), (kind, audience), &asked) })
}

/// That a run may not be released, to whoever asked. An answer that is not news is no fact.
fn held_back(seq: u64, envelope: &Envelope, answer: &gate::Checked) -> Option<Notice> {
    if answer.passed {
        return None;
    }
    let audience = Audience { principals: vec![envelope.principal.clone()], ..Audience::default() };
    let mut asked = Question { action: "gate.check".to_owned(), ..Question::default() };
    asked.resource.kind = "run".to_owned();
    asked.resource.id = answer.run.to_string();
    Some(Notice {
        subject: answer.run.to_string(),
        message: answer.message.clone(),
        ..new((seq, envelope), (Kind::GateFailed, audience), &asked)
    })
}

/// That somebody went ahead alone, to those who have to review it; that nobody did in time, or that it
/// is disputed, to whoever did it as well.
fn of_glass(
    (seq, envelope): (u64, &Envelope),
    facts: &dyn Facts,
) -> Result<Option<Notice>, ViewError> {
    let (approval, who) = match &envelope.event {
        Event::GlassBroken(event) => (event.approval, &event.principal),
        Event::IncidentOpened(event) => (event.approval, &event.principal),
        _ => return Ok(None),
    };
    let known = facts.approval(&envelope.scope.tenant, approval)?;
    let terms = known.as_ref().and_then(|known| known.glass.as_ref());
    let roles = terms.map(|terms| terms.review.roles.clone()).unwrap_or_default();
    let asked = known.as_ref().map(|known| known.question.clone()).unwrap_or_default();
    let audience = Audience { roles, ..Audience::default() };
    let (kind, subject, audience, expires_at, message) = match &envelope.event {
        Event::IncidentOpened(event) => {
            let audience = Audience { principals: vec![who.clone()], ..audience };
            let (subject, message) = (event.incident.to_string(), event.kind.sentence());
            (Kind::IncidentOpened, subject, audience, None, message)
        }
        Event::GlassBroken(event) => {
            let audience = Audience { except: vec![who.clone()], ..audience };
            (Kind::GlassBroken, approval.to_string(), audience, Some(event.due), "")
        }
        _ => return Ok(None),
    };
    Ok(Some(Notice {
        subject,
        expires_at,
        requester: who.clone(),
        message: message.to_owned(),
        ..new((seq, envelope), (kind, audience), &asked)
    }))
}

fn of_approval(seq: u64, envelope: &Envelope, known: &Approval) -> Option<Notice> {
    let requester =
        || Audience { principals: vec![known.requester.clone()], ..Audience::default() };
    let (kind, place, audience) = match &envelope.event {
        Event::ApprovalRequested(_) => {
            let audience = signers(known, 0, known.stages.first()?);
            (Kind::ApprovalRequested, Some(0), audience)
        }
        Event::ApprovalSigned(signed) => {
            let next = opened_by(known, signed)?;
            let audience = signers(known, next, &known.stages[next]);
            (Kind::ApprovalRequested, Some(next), audience)
        }
        Event::ApprovalDelegated(event) => {
            let to = Audience { principals: vec![event.to.clone()], ..Audience::default() };
            (Kind::ApprovalDelegated, Some(place(event.stage)), to)
        }
        Event::ApprovalEscalated(event) => {
            let except = spent(known, place(event.stage));
            let roles = Audience { roles: event.roles.clone(), except, ..Audience::default() };
            (Kind::ApprovalEscalated, Some(place(event.stage)), roles)
        }
        Event::ApprovalGranted(_) => (Kind::ApprovalGranted, None, requester()),
        Event::ApprovalDenied(_) => (Kind::ApprovalDenied, None, requester()),
        Event::ApprovalWithdrawn(_) => (Kind::ApprovalWithdrawn, None, requester()),
        Event::ApprovalVoided(_) => (Kind::ApprovalVoided, None, requester()),
        Event::ApprovalExpired(_) => (Kind::ApprovalExpired, None, requester()),
        _ => return None,
    };
    let stage = place.and_then(|place| {
        let stage = known.stages.get(place)?;
        Some(StageOf {
            number: number(place) + 1,
            of: number(known.stages.len()),
            quorum: stage.quorum,
        })
    });
    Some(Notice {
        stage,
        expires_at: place.map(|_| known.expires_at),
        requester: known.requester.clone(),
        subject: known.id.to_string(),
        ..new((seq, envelope), (kind, audience), &known.question)
    })
}

/// Whom a stage waits for: those who hold its roles, those that it was handed to; where whoever asks
/// has to prove who they are, that one.
fn signers(known: &Approval, place: usize, stage: &Stage) -> Audience {
    if stage.requester {
        return Audience { principals: vec![known.requester.clone()], ..Audience::default() };
    }
    let handed = known.delegations.iter().filter(|handed| handed.stage as usize == place);
    Audience {
        roles: stage.roles.clone(),
        principals: handed.map(|handed| handed.to.clone()).collect(),
        except: spent(known, place),
    }
}

/// Who can't sign a stage, whatever roles they hold: whoever asked, who signed, who handed it on.
fn spent(known: &Approval, place: usize) -> Vec<Principal> {
    let handed = known.delegations.iter().filter(|handed| handed.stage as usize == place);
    let signed = known.signatures.iter().map(|signed| &signed.principal);
    let spent = std::iter::once(&known.requester).chain(signed).chain(handed.map(|one| &one.from));
    let mut spent: Vec<Principal> = spent.cloned().collect();
    spent.sort();
    spent.dedup();
    spent
}

/// The stage that opens with a signature, if it is the last one of the stage before it. What came
/// after it doesn't matter: everybody signs once.
fn opened_by(known: &Approval, signed: &approval::Signed) -> Option<usize> {
    let of_event =
        |one: &approval::Signature| one.stage == signed.stage && one.principal == signed.principal;
    let upto = known.signatures.iter().position(of_event)?;
    let signatures = known.signatures[..=upto].iter().filter(|one| one.stage == signed.stage);
    let stage = known.stages.get(place(signed.stage))?;
    let next = place(signed.stage) + 1;
    (signatures.count() == stage.quorum as usize && next < known.stages.len()).then_some(next)
}

/// The end of a run that somebody, or a schedule, started: what runs within another one ends there.
fn over(seq: u64, envelope: &Envelope, (ended, run): (&run::Ended, &Run)) -> Option<Notice> {
    if run.parent.is_some() {
        return None;
    }
    let kind = match ended.status {
        RunStatus::Failed | RunStatus::TimedOut => Kind::RunFailed,
        _ => Kind::RunEnded,
    };
    let audience = Audience { principals: vec![run.owner.clone()], ..Audience::default() };
    let mut asked = Question { action: "run.start".to_owned(), ..Question::default() };
    asked.resource.kind = "workflow".to_owned();
    asked.resource.id = format!("{}@{}", run.workflow.name, run.workflow.version);
    Some(Notice {
        requester: run.owner.clone(),
        subject: run.id.to_string(),
        status: word(ended.status).to_owned(),
        ..new((seq, envelope), (kind, audience), &asked)
    })
}

/// The end of a run that something else carried out, to its owner and to whoever says so. Owners there are
/// in the words of whoever tracks the run: one who is no principal has no address.
fn over_elsewhere(seq: u64, envelope: &Envelope, changed: &tracked::Changed) -> Option<Notice> {
    let record = &changed.record;
    if !record.status.is_terminal() || changed.from == record.status {
        return None;
    }
    let kind = match record.status {
        tracked::Status::Failed => Kind::RunFailed,
        _ => Kind::RunEnded,
    };
    let owner = Principal::new(record.owner.as_str());
    let mut principals = vec![owner.clone(), envelope.principal.clone()];
    principals.dedup();
    let audience = Audience { principals, ..Audience::default() };
    let mut asked = Question { action: "tracked.change".to_owned(), ..Question::default() };
    asked.resource.kind = TRACKED.to_owned();
    asked.resource.id.clone_from(&record.name);
    Some(Notice {
        requester: owner,
        subject: changed.run.to_string(),
        status: record.status.word().to_owned(),
        ..new((seq, envelope), (kind, audience), &asked)
    })
}

const fn word(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Succeeded => "succeeded",
        RunStatus::Failed => "failed",
        RunStatus::Cancelled => "cancelled",
        RunStatus::TimedOut => "timed_out",
        _ => "ended",
    }
}

/// What policy wants told of a decision. What stands in another tenant as evidence tells nothing there.
fn told(seq: u64, envelope: &Envelope, recorded: &Recorded) -> Vec<Notice> {
    if recorded.input.context.tenant_id != envelope.scope.tenant {
        return Vec::new();
    }
    let notice = |obligation: &Obligation| {
        let Obligation::Notify { roles, message } = obligation else { return None };
        let audience = Audience { roles: roles.clone(), ..Audience::default() };
        Some(Notice {
            requester: envelope.principal.clone(),
            subject: recorded.id.to_string(),
            message: message.clone(),
            ..new((seq, envelope), (Kind::PolicyNotify, audience), &recorded.input)
        })
    };
    recorded.verdict.obligations.iter().filter_map(notice).collect()
}

fn new(
    (seq, envelope): (u64, &Envelope),
    (kind, audience): (Kind, Audience),
    asked: &Question,
) -> Notice {
    Notice {
        kind,
        seq,
        at: envelope.at,
        scope: envelope.scope.clone(),
        subject: String::new(),
        action: asked.action.clone(),
        resource_kind: asked.resource.kind.clone(),
        resource: asked.resource.id.clone(),
        requester: envelope.principal.clone(),
        by: envelope.principal.clone(),
        stage: None,
        expires_at: None,
        status: String::new(),
        message: String::new(),
        audience,
    }
}

fn place(stage: u32) -> usize {
    usize::try_from(stage).unwrap_or(usize::MAX)
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
