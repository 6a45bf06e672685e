//! People who ask, sign, deny, hand on and take back, each with keys of their own; and who try what they
//! may not. What they really signed is kept, so that nothing else can count.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use conductor_domain::{
    org::key::{Enrolled, Revoked},
    scope::{Principal, Scope},
    trust::approval::{Approval, Ending, NAMESPACE},
};
use conductor_engine::{
    command::{Command, Context, Ruling, Say},
    ports::{Dice as _, Rules},
};
use conductor_keys::{ssh_key::SecretKey, sshsig};
use conductor_protocol::{
    id::{ApprovalId, DecisionId, RunId, TraceId},
    verdict::{Obligation, Question, Stage, Verdict},
};

use super::{
    chance::Chance,
    client::{BUNDLE, Leave},
};

/// Whoever administers: the one who first started the daemon.
pub(crate) const ADMIN: u32 = 1000;
/// Who asks.
pub(crate) const REQUESTERS: [u32; 2] = [50, 51];
/// Who holds what. Those who ask may sign for others, too.
const ROLES: [(u32, &str); 8] = [
    (1, "workflow_reviewer"),
    (2, "workflow_reviewer"),
    (3, "workflow_reviewer"),
    (4, "operator"),
    (5, "operator"),
    (6, "tenant_admin"),
    (REQUESTERS[0], "workflow_reviewer"),
    (REQUESTERS[1], "operator"),
];
/// Somebody whose key one of those who ask enrolled: a second person of theirs.
const PUPPET: u32 = 3;
/// Keys that a person has: one that is enrolled, and one that may be.
const KEYS: u8 = 2;

/// Policy: which workflows want approvals, and of whom.
#[derive(Debug)]
pub(crate) struct Wants {
    chains: BTreeMap<&'static str, (Vec<Stage>, u64)>,
    /// How many people more it wants since it was changed.
    more: AtomicU32,
}

impl Wants {
    fn by(chance: &Chance) -> Self {
        let stage = |role: &str, most: u64| {
            let quorum = 1 + u32::try_from(chance.below(most)).unwrap_or(0);
            let mut stage = Stage { roles: vec![role.into()], quorum, ..Stage::default() };
            if chance.once_in(2) {
                stage.timeout_seconds = 1 + chance.below(20);
                stage.escalate_to = vec!["tenant_admin".into()];
            }
            stage
        };
        let window = || 5 + chance.below(90);
        let two = (vec![stage("workflow_reviewer", 3)], window());
        let three = (vec![stage("workflow_reviewer", 2), stage("operator", 2)], window());
        Self { chains: [("two", two), ("three", three)].into(), more: AtomicU32::new(0) }
    }

    /// Whether nothing of a workflow starts without an approval.
    pub(crate) fn guards(&self, workflow: &str) -> bool {
        self.chains.contains_key(workflow)
    }

    fn of(&self, workflow: &str) -> Vec<Obligation> {
        let Some((stages, window_seconds)) = self.chains.get(workflow).cloned() else {
            return Vec::new();
        };
        let mut stages = stages;
        stages[0].quorum += self.more.load(Ordering::Relaxed);
        vec![Obligation::RequireApproval { stages, window_seconds }]
    }
}

impl Rules for Wants {
    fn decide(&self, question: &Question) -> Verdict {
        let starts = matches!(question.action.as_str(), "run.start" | "run.rerun");
        let obligations = if starts { self.of(&question.resource.id) } else { Vec::new() };
        Verdict { obligations, ..Leave.decide(question) }
    }
}

/// Something that somebody says.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) by: u32,
    pub(crate) command: Command,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) rules: Arc<Wants>,
    /// What is said next.
    pub(crate) said: Vec<Said>,
    /// Signatures that people made over what they were shown, with a key of their own.
    pub(crate) made: BTreeSet<(ApprovalId, Principal, String)>,
    /// Signatures that were acknowledged as counting.
    pub(crate) acknowledged: BTreeSet<(ApprovalId, Principal)>,
    /// What was granted, as somebody was told.
    pub(crate) granted: BTreeMap<ApprovalId, RunId>,
    /// By idempotency key: the approval that was answered last.
    pub(crate) asked: BTreeMap<String, ApprovalId>,
    /// Who has had their say at the end.
    asked_at_rest: BTreeSet<(ApprovalId, u32)>,
}

impl People {
    pub(crate) fn new(chance: &Chance) -> Self {
        let mut people = Self {
            rules: Arc::new(Wants::by(chance)),
            said: Vec::new(),
            made: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
            granted: BTreeMap::new(),
            asked: BTreeMap::new(),
            asked_at_rest: BTreeSet::new(),
        };
        for (uid, role) in ROLES {
            let grant = Command::Grant { principal: Principal::uid(uid), role: role.to_owned() };
            people.said.push(Said { by: ADMIN, command: grant });
            let by = if uid == PUPPET { REQUESTERS[0] } else { ADMIN };
            people.said.push(Said { by, command: enroll(uid, 0) });
        }
        people
    }

    /// What people do about what waits. While all is troubled they try what they may not as well; then
    /// everybody signs, once.
    pub(crate) fn act(&mut self, pending: &[Arc<Approval>], chance: &Chance, troubled: bool) {
        for approval in pending {
            if !troubled {
                self.come_to_an_end(approval);
            } else if chance.once_in(3) {
                self.meddle(approval, pending, chance);
            }
        }
        if troubled && chance.once_in(10) {
            self.administer(chance);
        }
    }

    fn come_to_an_end(&mut self, approval: &Arc<Approval>) {
        for (uid, _) in ROLES {
            if self.asked_at_rest.insert((approval.id, uid)) {
                self.sign(approval, uid, (uid, 0), &approval.statement);
            }
        }
    }

    fn meddle(&mut self, approval: &Arc<Approval>, pending: &[Arc<Approval>], chance: &Chance) {
        let anybody = || ROLES[usize::try_from(chance.below(ROLES.len() as u64)).unwrap_or(0)].0;
        let (who, other) = (anybody(), anybody());
        let statement = &approval.statement;
        let say = |say: Say| Command::Approval { approval: approval.id, say };
        let reason = || "simulated".to_owned();
        match chance.below(24) {
            // As it should be; what they may not yet, or not any more, among it.
            0..10 => self.sign(approval, who, (who, 0), statement),
            // With another key of theirs, which may be enrolled by now.
            10 | 11 => self.sign(approval, who, (who, 1), statement),
            // Who asked.
            12 => {
                let requester = uid_of(&approval.requester);
                self.sign(approval, requester, (requester, 0), statement);
            }
            // In another one's name.
            13 => self.sign(approval, who, (other, 0), statement),
            // Another approval's statement, or this one with something changed.
            14 => {
                let other = chance.pick(pending).map(|known| known.statement.clone());
                self.sign(approval, who, (who, 0), &other.unwrap_or_default());
            }
            15 => self.sign(approval, who, (who, 0), &statement.replace("simulated", "altered")),
            // A signature of before, for whatever it was.
            16 | 17 => {
                let made: Vec<_> = self.made.iter().cloned().collect();
                if let Some((_, principal, signature)) = chance.pick(&made).cloned() {
                    let brought_by = chance.once_in(2).then(|| Principal::uid(who));
                    let sign = Say::Sign { signature, comment: String::new(), brought_by };
                    self.said.push(Said { by: uid_of(&principal), command: say(sign) });
                }
            }
            18 => {
                let command = say(Say::Deny { reason: reason() });
                self.said.extend(chance.once_in(3).then_some(Said { by: who, command }));
            }
            19 => {
                let command = say(Say::Withdraw { reason: reason() });
                let by = if chance.once_in(3) { uid_of(&approval.requester) } else { who };
                self.said.push(Said { by, command });
            }
            20..22 => {
                let to = Principal::uid(other);
                let command = say(Say::Delegate { to, reason: reason() });
                self.said.push(Said { by: who, command });
            }
            _ => {
                let command = say(Say::Comment { text: reason() });
                self.said.push(Said { by: who, command });
            }
        }
    }

    /// Says yes in somebody's name, with a key that may be another one's, under these bytes.
    fn sign(&mut self, approval: &Approval, by: u32, (owner, number): (u32, u8), bytes: &str) {
        let signature = sshsig::sign(&mut key(owner, number), NAMESPACE, bytes.as_bytes());
        let Ok(signature) = signature else { return };
        if owner == by && bytes == approval.statement {
            self.made.insert((approval.id, Principal::uid(by), signature.clone()));
        }
        let say = Say::Sign { signature, comment: String::new(), brought_by: None };
        self.said.push(Said { by, command: Command::Approval { approval: approval.id, say } });
    }

    /// Keys come and go, roles do, and policy changes its mind.
    fn administer(&mut self, chance: &Chance) {
        let place = usize::try_from(chance.below(ROLES.len() as u64)).unwrap_or(0);
        let (uid, role) = ROLES[place];
        let (principal, role) = (Principal::uid(uid), role.to_owned());
        let number = u8::try_from(chance.below(u64::from(KEYS))).unwrap_or(0);
        let command = match chance.below(6) {
            0 | 1 => Command::RevokeKey(Revoked {
                fingerprint: key(uid, number).credential().key().fingerprint().to_string(),
                principal,
                reason: "simulated".into(),
                decision: String::new(),
            }),
            2 => enroll(uid, 1),
            3 => Command::Revoke { principal, role },
            4 => Command::Grant { principal, role },
            _ => {
                let more = self.rules.more.load(Ordering::Relaxed);
                self.rules.more.store(1 - more.min(1), Ordering::Relaxed);
                return;
            }
        };
        self.said.push(Said { by: ADMIN, command });
    }

    /// Somebody was answered with an approval.
    pub(crate) fn saw(&mut self, by: u32, approval: &Approval) -> Result<(), String> {
        let who = Principal::uid(by);
        if approval.signatures.iter().any(|signed| signed.principal == who) {
            self.acknowledged.insert((approval.id, who));
        }
        let Some(Ending::Granted { run, .. }) = approval.ended.as_ref().map(|ended| &ended.how)
        else {
            return Ok(());
        };
        let run = run.ok_or_else(|| format!("{} was granted, and nothing started", approval.id))?;
        match self.granted.insert(approval.id, run) {
            Some(before) if before != run => {
                Err(format!("{} had started run {before}, and now run {run}", approval.id))
            }
            _ => Ok(()),
        }
    }

    /// Whoever asked under a key was answered with an approval: the same one, unless that one ended
    /// without a run.
    pub(crate) fn waits(
        &mut self,
        key: &str,
        approval: &Approval,
        ended: impl Fn(ApprovalId) -> Option<Ending>,
    ) -> Result<(), String> {
        let Some(before) = self.asked.insert(key.to_owned(), approval.id) else { return Ok(()) };
        if before == approval.id {
            return Ok(());
        }
        match ended(before) {
            None => Err(format!("key {key} waits for {before}, and for {} as well", approval.id)),
            Some(Ending::Granted { .. }) => {
                Err(format!("key {key} was granted as {before}, and waits for {}", approval.id))
            }
            Some(_) => Ok(()),
        }
    }
}

/// The circumstances of what somebody says.
pub(crate) fn context(by: u32, now: u64, chance: &Chance) -> Context {
    let (scope, principal) = (Scope::default(), Principal::uid(by));
    let mut question = Question { action: "approval.give".into(), ..Question::default() };
    question.subject.principal = principal.to_string();
    question.context.tenant_id.clone_from(&scope.tenant);
    let verdict = Leave.decide(&question);
    debug_assert_eq!(verdict.bundle_revision, BUNDLE);
    Context {
        scope,
        principal,
        trace: TraceId::new(now, chance.roll()),
        ruling: Ruling { id: DecisionId::new(now, chance.roll()), question, verdict },
        tasks: Vec::new(),
        idempotency: None,
    }
}

fn enroll(uid: u32, number: u8) -> Command {
    let key = key(uid, number);
    Command::Enroll(vec![Enrolled {
        principal: Principal::uid(uid),
        fingerprint: key.credential().key().fingerprint().to_string(),
        key: key.credential().key().to_openssh(),
        comment: String::new(),
        namespaces: vec![NAMESPACE.to_owned()],
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: String::new(),
    }])
}

/// A person's key: the same in every world.
fn key(uid: u32, number: u8) -> SecretKey {
    let mut seed = [number; 32];
    seed[..4].copy_from_slice(&uid.to_be_bytes());
    SecretKey::ed25519(&seed).unwrap_or_else(|error| panic!("32 bytes are a key: {error}"))
}

fn uid_of(principal: &Principal) -> u32 {
    principal.as_str().trim_start_matches("uid:").parse().unwrap_or(0)
}
