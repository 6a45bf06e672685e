//! What must hold of approvals at the end of every world, read from the ledger alone and held against
//! what people really did. Who may sign what is worked out anew here, not by the code that decides it.

use std::collections::{BTreeMap, BTreeSet};

use conductor_domain::{
    event::{Envelope, Event},
    scope::Principal,
    trust::approval::{NAMESPACE, Requested, Signed},
    work::run::Started,
};
use conductor_engine::{ports::LedgerReader, record};
use conductor_keys::{ssh_key::Credential, sshsig};
use conductor_protocol::id::{ApprovalId, RunId};
use serde_json::Value;

use super::people::People;

/// An approval as the ledger tells of it.
struct Trace {
    asked: Requested,
    requester: Principal,
    /// For which stage, whose, with which key.
    signatures: Vec<(u32, Principal, String)>,
    /// For which stage, by whom, to whom.
    handed: Vec<(u32, Principal, Principal)>,
    more: BTreeMap<u32, Vec<String>>,
    /// Where the last signature stands.
    complete_at: Option<u64>,
    ended: Option<&'static str>,
}

/// A key as it stands.
struct Known {
    principal: Principal,
    by: Principal,
    line: String,
    revoked: bool,
}

/// Everything so far.
struct Reading<'p> {
    people: &'p People,
    roles: BTreeSet<(Principal, String)>,
    keys: BTreeMap<String, Known>,
    approvals: BTreeMap<ApprovalId, Trace>,
    /// Runs that policy wants approved and nothing has said yet that they were.
    unapproved: BTreeMap<RunId, (u64, Started)>,
    runs: BTreeMap<RunId, ApprovalId>,
}

/// How many approvals were granted.
pub(crate) fn check(reader: &dyn LedgerReader, people: &People) -> Result<usize, String> {
    let mut reading = Reading {
        people,
        roles: BTreeSet::new(),
        keys: BTreeMap::new(),
        approvals: BTreeMap::new(),
        unapproved: BTreeMap::new(),
        runs: BTreeMap::new(),
    };
    let records = reader.read(0, usize::MAX, usize::MAX).map_err(|error| error.to_string())?;
    for found in records {
        let envelope = record::decode(&found).map_err(|error| error.to_string())?;
        let envelope = envelope.ok_or("a key was destroyed")?;
        reading
            .take(found.seq, &envelope)
            .map_err(|problem| format!("record {}: {problem}", found.seq))?;
    }
    reading.settle()
}

impl Reading<'_> {
    fn take(&mut self, seq: u64, envelope: &Envelope) -> Result<(), String> {
        match &envelope.event {
            Event::IdentityGranted(event) => {
                self.roles.insert((event.principal.clone(), event.role.clone()));
            }
            Event::IdentityRevoked(event) => {
                self.roles.remove(&(event.principal.clone(), event.role.clone()));
            }
            Event::KeyEnrolled(event) => {
                let (principal, line) = (event.principal.clone(), event.key.clone());
                let by = envelope.principal.clone();
                let known = Known { principal, by, line, revoked: false };
                self.keys.insert(event.fingerprint.clone(), known);
            }
            Event::KeyRevoked(event) => {
                if let Some(key) = self.keys.get_mut(&event.fingerprint) {
                    key.revoked = true;
                }
            }
            Event::RunStarted(event) if self.people.rules.guards(&event.workflow.name) => {
                self.unapproved.insert(event.run, (seq, event.clone()));
            }
            Event::ApprovalRequested(event) => {
                let trace = Trace {
                    asked: (**event).clone(),
                    requester: envelope.principal.clone(),
                    signatures: Vec::new(),
                    handed: Vec::new(),
                    more: BTreeMap::new(),
                    complete_at: None,
                    ended: None,
                };
                if self.approvals.insert(event.approval, trace).is_some() {
                    return Err(format!("{} was asked for twice", event.approval));
                }
            }
            event => return self.of_approval(seq, envelope, event),
        }
        Ok(())
    }

    fn of_approval(&mut self, seq: u64, envelope: &Envelope, event: &Event) -> Result<(), String> {
        let Some(id) = event.approval() else { return Ok(()) };
        let known = self.approvals.get(&id).ok_or_else(|| format!("{id} was never asked for"))?;
        if let Some(how) = known.ended {
            return Err(format!("{} after {id} was {how}", event.kind()));
        }
        if let Event::ApprovalSigned(event) = event {
            self.is_valid(envelope, known, event).map_err(|problem| format!("{id}: {problem}"))?;
        }
        if let Event::ApprovalGranted(event) = event {
            let run = event.run.ok_or_else(|| format!("{id} was granted, and started nothing"))?;
            self.granted((seq, id), run).map_err(|problem| format!("{id}: {problem}"))?;
        }
        let Some(known) = self.approvals.get_mut(&id) else { return Ok(()) };
        match event {
            Event::ApprovalSigned(event) => {
                let key = event.fingerprint.clone();
                known.signatures.push((event.stage, event.principal.clone(), key));
                if known.is_complete() {
                    known.complete_at = Some(seq);
                }
            }
            Event::ApprovalDelegated(event) => {
                known.handed.push((event.stage, envelope.principal.clone(), event.to.clone()));
            }
            Event::ApprovalEscalated(event) => {
                known.more.insert(event.stage, event.roles.clone());
            }
            Event::ApprovalGranted(_) => known.ended = Some("granted"),
            Event::ApprovalDenied(_) => known.ended = Some("denied"),
            Event::ApprovalWithdrawn(_) => known.ended = Some("withdrawn"),
            Event::ApprovalVoided(_) => known.ended = Some("void"),
            Event::ApprovalExpired(_) if known.complete_at.is_some() => {
                return Err(format!("{id} expired although all had signed"));
            }
            Event::ApprovalExpired(_) => known.ended = Some("expired"),
            _ => {}
        }
        Ok(())
    }

    /// Whether a signature is one that counts: of a person who really made it, may sign this stage now, and
    /// has not signed before, with a key of theirs that stands.
    fn is_valid(&self, envelope: &Envelope, known: &Trace, event: &Signed) -> Result<(), String> {
        let (who, stage) = (&event.principal, event.stage);
        let made = (event.approval, who.clone(), event.signature.clone());
        if !self.people.made.contains(&made) {
            return Err(format!("{who} never signed it so"));
        }
        let key = self.keys.get(&event.fingerprint).ok_or("a key that nobody enrolled")?;
        if key.revoked || key.principal != *who || key.by == known.requester {
            return Err(format!("{} is no key for {who} here", event.fingerprint));
        }
        let statement = known.asked.statement.as_bytes();
        let verified = sshsig::verify(&event.signature, NAMESPACE, statement);
        let verified = verified.map_err(|error| format!("the signature is none: {error}"))?;
        let enrolled = Credential::from_openssh(&key.line).map_err(|error| error.to_string())?;
        if verified.fingerprint() != enrolled.key().fingerprint() {
            return Err("another key made the signature".into());
        }
        if envelope.at >= known.asked.expires_at {
            return Err(format!("{who} signed after its window"));
        }
        if *who == known.requester {
            return Err(format!("{who} asked for it"));
        }
        if known.signatures.iter().any(|(_, other, key)| other == who || *key == event.fingerprint)
        {
            return Err(format!("{who} signed twice"));
        }
        if known.open() != Some(stage) {
            return Err(format!("stage {stage} is not the one that is open"));
        }
        if !self.may(known, who, stage) {
            return Err(format!("stage {stage} is not for {who}"));
        }
        Ok(())
    }

    fn may(&self, known: &Trace, who: &Principal, stage: u32) -> bool {
        let mine = |handed: &&(u32, Principal, Principal)| {
            handed.0 == stage && (handed.1 == *who || handed.2 == *who)
        };
        match known.handed.iter().rev().find(mine) {
            Some((_, _, to)) => to == who,
            None => {
                let roles = &known.asked.stages[stage as usize].roles;
                let more = known.more.get(&stage).into_iter().flatten();
                let mut roles = roles.iter().chain(more);
                roles.any(|role| self.roles.contains(&(who.clone(), role.clone())))
            }
        }
    }

    /// Whether a run is what was signed, and began after the last signature, for this approval alone.
    fn granted(&mut self, (seq, id): (u64, ApprovalId), run: RunId) -> Result<(), String> {
        let known = &self.approvals[&id];
        let complete = known.complete_at.ok_or("it was granted without its quorum")?;
        let (began, started) =
            self.unapproved.remove(&run).ok_or_else(|| format!("run {run} was no new one"))?;
        if !(complete < began && began < seq) {
            return Err(format!("run {run} at {began} is not between {complete} and {seq}"));
        }
        let statement: Value =
            serde_json::from_str(&known.asked.statement).map_err(|error| error.to_string())?;
        let workflow = &started.workflow;
        let signed = (&statement["version"], &statement["manifest"]);
        if signed != (&Value::from(workflow.version.clone()), &Value::from(workflow.digest.clone()))
        {
            return Err(format!("{signed:?} was signed, and {workflow:?} runs"));
        }
        match self.runs.insert(run, id) {
            Some(other) => Err(format!("run {run} is {other}'s")),
            None => Ok(()),
        }
    }

    fn settle(&self) -> Result<usize, String> {
        if let Some((run, (seq, started))) = self.unapproved.first_key_value() {
            let name = &started.workflow.name;
            return Err(format!("run {run} of {name} at {seq} was started without an approval"));
        }
        for (id, known) in &self.approvals {
            match known.ended {
                None => return Err(format!("{id} never ended")),
                Some("granted" | "void") => {}
                Some(how) if known.complete_at.is_some() => {
                    return Err(format!("{id} was signed by all, and {how}"));
                }
                Some(_) => {}
            }
        }
        for (id, who) in &self.people.acknowledged {
            let known = self.approvals.get(id);
            let counts = known
                .is_some_and(|known| known.signatures.iter().any(|(_, other, _)| other == who));
            if !counts {
                return Err(format!("{who}'s signature of {id} was acknowledged and is gone"));
            }
        }
        for (id, run) in &self.people.granted {
            if self.runs.get(run) != Some(id) {
                return Err(format!("{id} was told to have started run {run}, and has not"));
            }
        }
        Ok(self.runs.len())
    }
}

impl Trace {
    /// The first stage that lacks people.
    fn open(&self) -> Option<u32> {
        let lacks = |(stage, wanted): (u32, u32)| {
            let people: BTreeSet<&Principal> = self
                .signatures
                .iter()
                .filter(|(of, _, _)| *of == stage)
                .map(|(_, who, _)| who)
                .collect();
            ((people.len() as u64) < u64::from(wanted)).then_some(stage)
        };
        let wanted = self.asked.stages.iter().map(|stage| stage.quorum);
        (0..).zip(wanted).find_map(lacks)
    }

    fn is_complete(&self) -> bool {
        self.open().is_none()
    }
}
