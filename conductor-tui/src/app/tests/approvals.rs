//! The screen of approvals: what it shows, every key and every refusal, what changes meanwhile.

use conductor_keys::{agent::AgentIdentity, ssh_key::Credential};
use conductor_protocol::v1::{
    self, Approval, ApprovalEnd, ApprovalSignature, ApprovalStatus, ApprovalTimes,
    ApprovalTimesResponse, Decision, GetApprovalResponse, GetDecisionResponse,
    ListApprovalsRequest, ListApprovalsResponse, Obligation, RecordedDecision, RuleHit, Scope,
};
use jiff::{SignedDuration, Timestamp};

use super::{Console, looks, pictures::compare, text_of};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, Feed, FeedNews, Level, Mutation, Query, Say,
        model::Layer, msg::What, recording::Player, time::to_wire,
    },
    input::Place,
    screen::Tab,
    signing::{Choice, Found, Held, tests as sample},
    theme::Depth,
    widget::Confirmed,
};

pub(super) const ME: &str = "uid:1000";
const FIRST: &str = "apr_01jd0000000000000000000001";
const SECOND: &str = "apr_01jd0000000000000000000002";
const FOREIGN: &str = "apr_01jd0000000000000000000003";
const OWN: &str = "apr_01jd0000000000000000000004";
const DONE: &str = "apr_01jd0000000000000000000005";
const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (200, 60);

/// Approvals of the daemon, and the keys here.
#[derive(Default)]
pub(crate) struct Desk {
    pub(super) all: Vec<Approval>,
    pub(crate) keys: Found,
    /// What a signature is refused with.
    pub(super) fault: Option<Fault>,
    /// Starts wait for this approval.
    pub(super) starts_wait: Option<&'static str>,
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// An approval that the caller could sign, until so many minutes from now.
fn waits(id: &str, place: (&str, &str), until: (Timestamp, i64)) -> Approval {
    waits_at(id, place, "high", until)
}

/// The same of something that can do so much harm.
pub(super) fn waits_at(
    id: &str,
    (resource, environment): (&str, &str),
    risk: &str,
    (now, left): (Timestamp, i64),
) -> Approval {
    let until = now + minutes(left);
    let mut statement = sample::statement();
    statement["approval"] = id.into();
    statement["resource"] = resource.into();
    statement["scope"]["env"] = environment.into();
    statement["requester"] = "uid:2000".into();
    statement["risk"] = risk.into();
    statement["requestedAt"] = (now - minutes(3)).as_millisecond().into();
    statement["expiresAt"] = until.as_millisecond().into();
    Approval {
        scope: Some(Scope {
            tenant: "acme".into(),
            environment: environment.into(),
            region: "eu-west-1".into(),
        }),
        requester: "uid:2000".into(),
        requested_at: Some(to_wire(now - minutes(3))),
        expires_at: Some(to_wire(until)),
        action: "run.start".into(),
        resource_kind: "workflow".into(),
        resource: resource.into(),
        version: "1.4.0".into(),
        risk: risk.into(),
        reason: "p99 5 s since deploy 812".into(),
        decision_id: "dec_01jdzzzzzzfffffffffffffff0".into(),
        ..sample::approval(&statement)
    }
}

/// What policy said when it asked for one.
pub(super) fn decision() -> Answer {
    let obligation = Obligation {
        kind: "require_approval".into(),
        text: "2 people of workflow_reviewer must approve: risk high in prod".into(),
        ..<_>::default()
    };
    let decision = Decision {
        obligations: vec![obligation],
        rules: vec![RuleHit { rule: "governance.saas.dual_control".into(), ..<_>::default() }],
        ..<_>::default()
    };
    let decision = RecordedDecision { decision: Some(decision), ..<_>::default() };
    Answer::Decision(Box::new(GetDecisionResponse { decision: Some(decision) }))
}

fn key(line: &str, comment: &str) -> Choice {
    let credential = Credential::from_openssh(line).unwrap();
    let identity = AgentIdentity { credential, comment: comment.into() };
    Choice::Held(Box::new(Held { socket: "/agent".into(), identity }))
}

pub(super) fn own_key() -> Choice {
    key(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy8",
        "alice@laptop",
    )
}

fn other_key() -> Choice {
    key(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJd89qGLGskl44x8ugTWRsKbhSj1jwUEs6stkg0/bROA",
        "alice@desk",
    )
}

pub(super) fn two_keys() -> Vec<Choice> {
    vec![own_key(), other_key()]
}

pub(super) fn locked_key() -> Choice {
    let fingerprint = own_key().fingerprint();
    Choice::File { path: "/home/alice/.ssh/id_ed25519".into(), fingerprint, locked: true }
}

fn ended(approval: Approval, how: ApprovalStatus, (by, sentence): (&str, &str)) -> Approval {
    let end =
        ApprovalEnd { how: how.into(), sentence: sentence.into(), by: by.into(), ..<_>::default() };
    Approval { status: how.into(), ended: Some(end), can_sign: false, ..approval }
}

/// How long approvals waited.
pub(super) fn times() -> Answer {
    let median = |median_ms| {
        Some(ApprovalTimes { asked: 9, granted: 7, median_ms: Some(median_ms), ..<_>::default() })
    };
    Answer::ApprovalTimes(Box::new(ApprovalTimesResponse {
        times: median(250_000),
        before: median(542_000),
        cut: false,
    }))
}

impl Desk {
    /// Two that wait for the caller, two that wait for others, one that the caller decided.
    pub(crate) fn full(now: Timestamp) -> Self {
        let foreign = Approval {
            can_sign: false,
            cannot_because: "uid:1000 holds no role of stage 1".into(),
            ..waits(FOREIGN, ("failover-db", "staging"), (now, 30))
        };
        let own = Approval {
            requester: ME.into(),
            can_sign: false,
            cannot_because: "uid:1000 asked for it, and nobody approves what they asked for".into(),
            ..waits(OWN, ("drain-node", "dev"), (now, 180))
        };
        // Of the environment that the console looks at.
        let mut done = waits(DONE, ("disk-clean", "dev"), (now, 10));
        done.stages[0]
            .signatures
            .push(ApprovalSignature { principal: ME.into(), ..<_>::default() });
        let mut done = ended(done, ApprovalStatus::Granted, ("uid:3000", "was carried out"));
        if let Some(end) = &mut done.ended {
            end.run_id = "run_01jd0000000000009999999997".into();
        }
        Self {
            all: vec![
                done,
                own,
                foreign,
                waits(SECOND, ("rotate-certs", "prod"), (now, 54)),
                waits(FIRST, ("restart-payments", "prod"), (now, 11)),
            ],
            keys: Found { choices: vec![own_key()], problem: String::new() },
            ..Self::default()
        }
    }

    pub(crate) fn waiting(&self) -> u32 {
        self.all.iter().filter(|one| one.can_sign && one.ended.is_none()).count() as u32
    }

    /// How many wait for the caller, and how many the caller asked for.
    pub(crate) fn counted(&self) -> (u32, u32) {
        let asked = self.all.iter().filter(|one| one.requester == ME && one.ended.is_none());
        (self.waiting(), asked.count() as u32)
    }

    pub(super) fn one(&mut self, id: &str) -> &mut Approval {
        self.all.iter_mut().find(|one| one.approval_id == id).unwrap()
    }

    pub(crate) fn list(&self, request: &ListApprovalsRequest) -> Answer {
        let wanted = |one: &&Approval| request.all || one.ended.is_none();
        let listed = |one: &Approval| Approval {
            command_json: String::new(),
            manifest_json: String::new(),
            ..one.clone()
        };
        let approvals = self.all.iter().filter(wanted).map(listed).collect();
        let next_page_token = String::new();
        Answer::Approvals(Box::new(ListApprovalsResponse { approvals, next_page_token }))
    }

    pub(crate) fn get(&self, id: &str) -> Answer {
        let found = self.all.iter().find(|one| one.approval_id == id);
        let approval = Some(found.cloned().unwrap_or_default());
        Answer::Approval(Box::new(GetApprovalResponse { approval }))
    }

    /// Whether a change has to be approved first.
    pub(crate) fn asks_for(&self, mutation: &Confirmed<Mutation>) -> bool {
        self.starts_wait.is_some() && matches!(mutation.get(), Mutation::Start(..))
    }

    pub(crate) fn take(&mut self, mutation: &Mutation) -> Result<Answer, Fault> {
        if let Some(fault) = self.fault.clone() {
            return Err(fault);
        }
        let id = match mutation {
            Mutation::Approval(Say::Approve(approve)) => approve.approval_id.clone(),
            Mutation::Approval(Say::Deny(request)) => request.approval_id.clone(),
            Mutation::Approval(Say::Delegate(request)) => request.approval_id.clone(),
            Mutation::Approval(Say::Withdraw(request)) => request.approval_id.clone(),
            Mutation::Approval(Say::BreakGlass(request)) => request.approval_id.clone(),
            Mutation::Approval(Say::Comment(request)) => request.approval_id.clone(),
            _ => return Err(self.required()),
        };
        let mine = ApprovalSignature { principal: ME.into(), ..<_>::default() };
        let one = self.one(&id);
        match mutation {
            Mutation::Approval(Say::Approve(_)) => {
                one.stages[0].signatures.push(mine);
                one.can_sign = false;
            }
            Mutation::Approval(Say::Deny(request)) => {
                let how = (ME, &*format!("was denied: {}", request.reason));
                *one = ended(one.clone(), ApprovalStatus::Denied, how);
            }
            // It waits for the touch of whoever asked.
            Mutation::Approval(Say::BreakGlass(_)) => return Err(self.touch(&id)),
            Mutation::Approval(Say::Withdraw(_)) => {
                *one = ended(one.clone(), ApprovalStatus::Withdrawn, (ME, "was withdrawn"));
            }
            _ => {}
        }
        Ok(Answer::Said(Box::new(self.one(&id).clone())))
    }

    fn touch(&self, id: &str) -> Fault {
        let message = format!("`run.start` waits for approval {id}: a touch");
        let (code, hint) = ("STEP_UP_REQUIRED".to_owned(), String::new());
        Fault { kind: FaultKind::Other, code, message, hint, approval: id.to_owned() }
    }

    fn required(&self) -> Fault {
        let approval = self.starts_wait.unwrap_or_default().to_owned();
        let message = format!("`run.start` of `restart-payments` waits for approval {approval}");
        let (code, hint) = ("APPROVAL_REQUIRED".to_owned(), "tell them".to_owned());
        Fault { kind: FaultKind::Other, code, message, hint, approval }
    }
}

fn console(size: (u16, u16), prepare: impl FnOnce(&mut Console)) -> Console {
    let mut console = Console::new(size);
    console.daemon.desk = Desk::full(console.model.shared.now);
    prepare(&mut console);
    console.connect();
    console
}

/// A console that shows the first approval that waits.
fn shown(size: (u16, u16)) -> Console {
    let mut console = console(size, |_| {});
    console.press("2");
    rest(&mut console);
    console
}

/// Lets the cursor rest until what is under it was read.
fn rest(console: &mut Console) {
    let asked = console.pass(SignedDuration::from_millis(200));
    console.answer(asked);
}

pub(super) fn said(console: &Console) -> String {
    console.model.shared.messages.all().next_back().map(|m| m.text.clone()).unwrap_or_default()
}

fn selected(console: &Console) -> String {
    console.model.screens.approvals.list.selected().unwrap().approval_id.clone()
}

/// The daemon is asked again how many wait, and answers all that this leads to.
pub(super) fn ping(console: &mut Console) -> Vec<Effect> {
    let scope = console.model.shared.scope.clone();
    let (principal, approvals) = (ME.to_owned(), console.daemon.desk.counted());
    let latency = std::time::Duration::from_millis(12);
    let (freezes, alerts) = (Vec::new(), (0, 0));
    let up =
        super::LinkNews::Up { principal, named: false, scope, latency, approvals, freezes, alerts };
    let mut effects = console.send(What::Link(up));
    let mut all = Vec::new();
    while !effects.is_empty() {
        all.extend(effects.clone());
        let said: Vec<What> =
            effects.drain(..).flat_map(|effect| console.daemon.answer(effect)).collect();
        effects = said.into_iter().flat_map(|what| console.send(what)).collect();
    }
    all
}

#[test]
fn it_shows_what_waits_and_what_would_be_signed() {
    for size in [NARROW, (100, 30), WIDE] {
        let mut console = shown(size);
        compare(&format!("approvals-{}x{}", size.0, size.1), &console.text());
        if size == NARROW {
            console.press("Enter");
            compare("approval-80x24", &console.text());
            console.press("G");
            compare("approval-end-80x24", &console.text());
        }
    }
    let mut console = Console::live(NARROW);
    console.press("2");
    compare("approvals-empty-80x24", &console.text());
}

#[test]
fn without_colours_nothing_is_lost() {
    let mut console = Console::with((100, 30), looks("mono", false), "dev");
    console.daemon.desk = Desk::full(console.model.shared.now);
    console.connect();
    console.press("2");
    rest(&mut console);
    let styles = super::pictures::styles(&console);
    let legend = styles.lines().filter(|line| line.contains(" on "));
    assert!(legend.clone().all(|line| line.contains("Reset on Reset")), "{styles}");
    let mut coloured = shown((100, 30));
    coloured.press("Esc");
    console.press("Esc");
    assert_eq!(console.text(), coloured.text());
}

#[test]
fn a_yes_shows_the_digest_and_the_key_and_is_signed_once_the_name_is_typed() {
    let mut console = shown((100, 30));
    console.press("a");
    compare("approve-prod-100x30", &console.text());
    assert!(console.daemon.changes.is_empty());
    console.press("Tab Enter");
    assert!(console.daemon.changes.is_empty(), "this is production: the name is missing");
    console.press("a");
    console.write("restart-payments");
    console.press("Enter Enter");
    let [Mutation::Approval(Say::Approve(approve))] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    let known = &console.daemon.desk.all[4];
    assert_eq!((&approve.approval_id, &approve.statement), (&FIRST.into(), &known.statement));
    assert_eq!(approve.key, own_key());
    let expected = "signed restart-payments; stage 1 of 2: ";
    assert!(said(&console).starts_with(expected), "{}", said(&console));
    // It is still the one that is read, now among those that were decided.
    assert_eq!(selected(&console), FIRST);
    assert_eq!(console.model.shared.approvals_waiting, 1);
}

#[test]
fn the_last_signature_offers_the_run_that_it_started() {
    let mut console = Console::with(WIDE, looks("dark", false), "prod");
    console.daemon.desk = Desk::full(console.model.shared.now);
    console.connect();
    console.press("2");
    rest(&mut console);
    let id = "run_01jd0000000000009999999999".to_owned();
    let run_id = id.clone();
    let mut done = console.daemon.desk.one(FIRST).clone();
    done = ended(done, ApprovalStatus::Granted, (ME, "was carried out"));
    done.ended = done.ended.map(|end| ApprovalEnd { run_id, ..end });
    console.press("a");
    console.write("restart-payments");
    console.press("Enter");
    let effects = console.send(What::Key(super::daemon::key("Enter")));
    let [Effect::Change(mutation)] = &effects[..] else { panic!("{effects:?}") };
    let ticket = crate::app::Ticket::Changed(mutation.get().clone());
    let answer = Ok(Answer::Said(Box::new(done.clone())));
    *console.daemon.desk.one(FIRST) = done;
    let effects = console.send(What::Reply(ticket, answer));
    console.answer(effects);
    assert!(said(&console).contains(&format!("carried out: run {id}")), "{}", said(&console));
    // Enter and the offer both lead there.
    console.press("Enter");
    assert_eq!((console.model.tab, console.model.screens.runs.open_id()), (Tab::Runs, Some(&*id)));
    console.press("2 o");
    assert_eq!(console.model.tab, Tab::Runs);
}

#[test]
fn a_run_of_another_environment_is_named_with_the_command_that_shows_it() {
    let mut console = console(WIDE, |console| {
        let one = console.daemon.desk.one(DONE);
        one.scope = Some(Scope { environment: "prod".into(), ..one.scope.clone().unwrap() });
    });
    console.press("2 G Enter");
    assert_eq!(console.model.tab, Tab::Approvals);
    let message = console.model.shared.messages.all().next_back().unwrap();
    assert!(message.text.contains("another environment"), "{message:?}");
    assert!(message.more.starts_with("conductor --tenant acme --env prod"), "{message:?}");
    let mut console = shown(WIDE);
    console.press("G Enter");
    assert_eq!(console.model.tab, Tab::Runs);
}

#[test]
fn what_can_not_be_said_says_why() {
    let check = |prepare: &dyn Fn(&mut Console), id: &str, key: &str, why: &str| {
        let mut console = console(WIDE, |console| prepare(console));
        console.press(":");
        console.write(&format!("approvals show {id}"));
        console.press("Enter");
        rest(&mut console);
        console.press(key);
        assert!(console.model.layers.is_empty(), "{key} {why}");
        assert!(said(&console).contains(why), "{key}: {} has no {why}", said(&console));
        assert!(console.daemon.changes.is_empty());
    };
    let nothing = |_: &mut Console| {};
    check(&nothing, OWN, "a", "nobody approves what they asked for");
    check(&nothing, OWN, "d", "you asked for it");
    check(&nothing, OWN, "x", "you asked for it");
    check(&nothing, FOREIGN, "a", "holds no role of stage 1");
    check(&nothing, FIRST, "w", "only uid:2000 can withdraw it");
    for key in ["a", "d", "x", "w", "c"] {
        check(&nothing, DONE, key, "it was carried out");
    }
    let signed = |console: &mut Console| {
        let one = console.daemon.desk.one(FOREIGN);
        let mine = ApprovalSignature { principal: ME.into(), ..<_>::default() };
        one.stages[0].signatures.push(mine);
        one.cannot_because = "uid:1000 signed it already, for stage 1".into();
    };
    check(&signed, FOREIGN, "a", "signed it already");
    check(&signed, FOREIGN, "x", "you signed it already");
    for key in ["a", "d", "x", "c"] {
        check(&|console| console.model.shared.read_only = true, FIRST, key, "read-only");
    }
    let denied = |console: &mut Console| {
        console.daemon.denied = vec!["approval.give", "approval.comment"];
    };
    for key in ["a", "d", "x", "c"] {
        check(&denied, FIRST, key, "policy: operator is needed");
    }
    let no_key = |console: &mut Console| {
        let problem = "there is no ssh-agent here".to_owned();
        console.daemon.desk.keys = Found { choices: Vec::new(), problem };
    };
    check(&no_key, FIRST, "a", "there is no ssh-agent here");
    let tampered = |console: &mut Console| {
        console.daemon.desk.one(FIRST).command_json = "{}".into();
    };
    check(&tampered, FIRST, "a", "don't sign it: the command that came");
}

#[test]
fn who_may_see_none_is_told_so() {
    let mut console = Console::live(NARROW);
    console.daemon.faults = true;
    console.press("2");
    assert!(console.text().contains("denied by policy"), "{}", console.text());
    console.press("a");
    assert!(console.daemon.changes.is_empty());
}

#[test]
fn what_changed_since_it_was_read_is_not_signed_but_shown() {
    let mut console = shown(WIDE);
    let signed = ApprovalSignature { principal: "uid:7".into(), ..<_>::default() };
    console.daemon.desk.one(FIRST).stages[0].signatures.push(signed);
    let before = console.text();
    console.press("a");
    assert!(console.model.layers.is_empty(), "{}", console.text());
    assert_eq!(said(&console), "changed since you read it: uid:7 signed stage 1");
    assert!(!before.contains("Changed since you read it"));
    assert!(console.text().contains("Changed since you read it"), "{}", console.text());
    console.press("a");
    assert!(matches!(console.model.layers[..], [Layer::Confirm(_)]), "now it was read");
}

#[test]
fn what_changes_while_the_question_is_open_is_not_signed() {
    let mut console = shown(WIDE);
    console.press("a");
    console.write("restart-payments");
    let comment = v1::ApprovalComment { by: "uid:7".into(), text: "wait".into(), at: None };
    console.daemon.desk.one(FIRST).comments.push(comment);
    let left = console.pass(SignedDuration::from_secs(16));
    console.answer(left);
    console.press("Enter Enter");
    assert_eq!(console.daemon.changes, []);
    assert_eq!(said(&console), "changed since you read it: uid:7 said: wait");
}

#[test]
fn what_the_cursor_has_come_to_just_now_is_read_first() {
    let mut console = shown(WIDE);
    console.press("j a");
    assert!(console.model.layers.is_empty());
    assert_eq!(said(&console), "read it first, then sign it");
    console.press("a");
    assert!(console.text().contains("type rotate-certs to go on"), "{}", console.text());
    // Whoever goes on before the answers are there is not asked.
    let mut console = shown(WIDE);
    let looking = console.send(What::Key(super::daemon::key("a")));
    console.press("j");
    console.answer(looking);
    assert!(console.model.layers.is_empty());
}

#[test]
fn a_page_that_is_read_never_changes_by_itself() {
    let mut console = shown(WIDE);
    let page = |console: &Console| -> Vec<String> {
        let text = console.text();
        let right = |line: &str| line.chars().skip(60).collect::<String>();
        // Without the frame, which counts down, and the last row, which tells what is new.
        text.lines().skip(5).take(50).map(right).collect()
    };
    let before = page(&console);
    let one = console.daemon.desk.one(FIRST);
    let comment = v1::ApprovalComment { by: "uid:7".into(), text: "wait".into(), at: None };
    one.comments.push(comment);
    let denied = ("uid:7", "was denied: not on a friday");
    *one = ended(one.clone(), ApprovalStatus::Denied, denied);
    ping(&mut console);
    assert_eq!(selected(&console), FIRST, "it stays in the list while it is read");
    let text = console.text();
    assert!(text.contains("changed since you read it: it was denied: not on a friday"), "{text}");
    let after = page(&console);
    let same = |(a, b): (&String, &String)| a == b || a.contains("left ");
    assert!(before.iter().zip(&after).all(same), "{text}");
    console.press("Tab Enter");
    assert!(console.text().contains("uid:7 said: wait"), "{}", console.text());
    // Read, and gone once somebody turns to another one.
    console.press("Tab j");
    rest(&mut console);
    let left = console.pass(SignedDuration::from_secs(16));
    console.answer(left);
    assert!(console.model.screens.approvals.list.shown().all(|one| one.approval_id != FIRST));
}

#[test]
fn the_cursor_stays_on_its_approval_whatever_comes_above() {
    let mut console = shown(NARROW);
    console.press("j");
    assert_eq!(selected(&console), SECOND);
    let now = console.model.shared.now;
    let newer = "apr_01jd0000000000000000000009";
    console.daemon.desk.all.insert(0, waits(newer, ("urgent", "prod"), (now, 2)));
    ping(&mut console);
    let first = console.model.screens.approvals.list.shown().next().unwrap();
    assert_eq!(first.approval_id, newer, "the most urgent comes first");
    assert_eq!(selected(&console), SECOND);
    console.press("/");
    console.write("certs");
    console.press("Enter");
    assert_eq!(selected(&console), SECOND);
    console.press("Esc Esc");
    assert_eq!(console.model.screens.approvals.list.shown().len(), 6);
    assert_eq!(selected(&console), SECOND);
}

#[test]
fn what_is_new_is_told_and_the_message_opens_it() {
    let mut console = console(WIDE, |_| {});
    assert!(console.text().contains("2 approvals"), "{}", console.text());
    assert!(said(&console).is_empty(), "what waited before is no news: {}", said(&console));
    let now = console.model.shared.now;
    let newer = "apr_01jd0000000000000000000009";
    console.daemon.desk.all.insert(0, waits(newer, ("urgent", "prod"), (now, 9)));
    ping(&mut console);
    assert_eq!(said(&console), "waits for you: run.start urgent in prod, asked by uid:2000");
    let message = console.model.shared.messages.all().next_back().unwrap();
    assert_eq!((message.level, &*message.more), (Level::News, "o opens it"));
    let told = console.model.shared.messages.len();
    ping(&mut console);
    assert_eq!(console.model.shared.messages.len(), told, "once");
    assert!(console.text().contains("3 approvals"));
    let more = "apr_01jd0000000000000000000008";
    console.daemon.desk.all.insert(0, waits(more, ("other", "dev"), (now, 9)));
    ping(&mut console);
    assert!(said(&console).contains("run.start other in dev"));
    console.press("o");
    assert_eq!(console.model.tab, Tab::Approvals);
    assert_eq!(console.model.screen().places(), [Place::ApprovalPage]);
    assert_eq!(selected(&console), more);
    assert!(console.daemon.changes.is_empty());
    console.press("o");
    assert!(said(&console).contains("no message offered anything"), "{}", said(&console));
}

#[test]
fn what_became_of_what_one_asked_for_is_told_wherever_one_is() {
    let mut console = console(WIDE, |_| {});
    assert!(said(&console).is_empty(), "{}", said(&console));
    let own = console.daemon.desk.one(OWN);
    *own = ended(own.clone(), ApprovalStatus::Denied, ("uid:2000", "was denied: not now"));
    ping(&mut console);
    let told = "run.start drain-node in dev, which you asked for, was denied: not now (uid:2000)";
    assert_eq!(said(&console), told);
    console.press("o");
    assert_eq!(console.model.tab, Tab::Approvals);
    assert_eq!(selected(&console), OWN);
    // It is told once.
    let before = console.model.shared.messages.all().count();
    ping(&mut console);
    assert_eq!(console.model.shared.messages.all().count(), before);
}

#[test]
fn what_one_took_back_oneself_and_what_ended_before_is_no_news() {
    let mut console = console(WIDE, |_| {});
    let own = console.daemon.desk.one(OWN);
    *own = ended(own.clone(), ApprovalStatus::Withdrawn, (ME, "was withdrawn"));
    ping(&mut console);
    assert!(said(&console).is_empty(), "{}", said(&console));
    let mut late = Console::live(WIDE);
    let now = late.model.shared.now;
    late.daemon.desk = Desk::full(now);
    let own = late.daemon.desk.one(OWN);
    *own = ended(own.clone(), ApprovalStatus::Expired, ("system", "expired before all had signed"));
    ping(&mut late);
    assert!(!said(&late).contains("drain-node"), "{}", said(&late));
}

#[test]
fn many_that_are_new_are_one_message() {
    let mut console = Console::live(WIDE);
    let now = console.model.shared.now;
    console.daemon.desk = Desk::full(now);
    ping(&mut console);
    assert!(said(&console).starts_with("waits for you: "), "{}", said(&console));
    assert!(said(&console).ends_with(", and 1 more"), "{}", said(&console));
}

#[test]
fn a_no_wants_a_reason_and_the_name_in_production() {
    let mut console = shown(WIDE);
    console.press("d Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]), "a reason is missing");
    console.write("not on a friday");
    console.press("Enter Tab Enter");
    assert!(console.daemon.changes.is_empty(), "the name is missing");
    console.press("Enter");
    console.write("restart-payments");
    console.press("Enter Enter");
    let [Mutation::Approval(Say::Deny(request))] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    let given = (request.approval_id.as_str(), request.reason.as_str());
    assert_eq!(given, (FIRST, "not on a friday"));
    assert_eq!(said(&console), "denied restart-payments");
}

#[test]
fn it_is_handed_on_withdrawn_and_spoken_about() {
    let mut console = shown(WIDE);
    console.press("x");
    console.write("uid:1001");
    console.press("Enter");
    console.write("on leave");
    console.press("Enter");
    console.write("restart-payments");
    console.press("Enter Enter");
    let Some(Mutation::Approval(Say::Delegate(request))) = console.daemon.changes.last() else {
        panic!("{:?}", console.daemon.changes)
    };
    assert_eq!((request.to.as_str(), request.reason.as_str()), ("uid:1001", "on leave"));

    // A comment harms nobody: no name is typed, not even in production.
    console.press("c");
    console.write("who has looked?");
    console.press("Enter Tab Enter");
    let Some(Mutation::Approval(Say::Comment(request))) = console.daemon.changes.last() else {
        panic!("{:?}", console.daemon.changes)
    };
    assert_eq!(request.text, "who has looked?");

    console.press(":");
    console.write(&format!("approvals show {OWN}"));
    console.press("Enter w Enter Tab Enter");
    let Some(Mutation::Approval(Say::Withdraw(request))) = console.daemon.changes.last() else {
        panic!("{:?}", console.daemon.changes)
    };
    assert_eq!((request.approval_id.as_str(), request.reason.as_str()), (OWN, ""));
    assert_eq!(said(&console), "withdrew drain-node");
}

#[test]
fn whoever_asked_goes_ahead_alone_by_a_touch_and_a_review_is_seen_as_one() {
    let mut console = shown(WIDE);
    console.press("B");
    assert!(said(&console).contains("goes ahead alone with it"), "{}", said(&console));
    console.press(":");
    console.write(&format!("approvals show {OWN}"));
    console.press("Enter B");
    console.write("nobody answers");
    console.press("Enter Tab Enter");
    let Some(Mutation::Approval(Say::BreakGlass(request))) = console.daemon.changes.last() else {
        panic!("{:?}", console.daemon.changes)
    };
    let given = (request.approval_id.as_str(), request.reason.as_str());
    assert_eq!(given, (OWN, "nobody answers"));
    assert!(said(&console).contains("waits for approval"), "{}", said(&console));

    let mut console = self::console(WIDE, |console| {
        console.daemon.desk.one(FIRST).reviews = "apr_01jd0000000000000000000009".into();
        console.daemon.desk.one(SECOND).breaks_glass = true;
    });
    console.press("2");
    let text = console.text();
    assert!(text.contains("review ") && text.contains("break-glass "), "{text}");
}

#[test]
fn on_a_small_screen_it_is_read_before_it_is_signed() {
    let mut console = shown(NARROW);
    console.press("a");
    assert!(console.model.layers.is_empty());
    assert_eq!(said(&console), "read it first, then sign it");
    assert_eq!(console.model.screen().places(), [Place::ApprovalPage]);
    console.press("a");
    assert!(matches!(console.model.layers[..], [Layer::Confirm(_)]));
    console.press("Esc q");
    assert_eq!(console.model.screen().places(), [Place::ApprovalList]);
}

#[test]
fn it_says_that_a_key_waits_to_be_touched_and_nothing_is_lost_when_nobody_does() {
    let mut console = shown(WIDE);
    console.model.screens.approvals.signs(FIRST, true);
    assert!(console.text().contains("touch your key"), "{}", console.text());
    console.press("a");
    assert!(said(&console).contains("is being signed"), "{}", said(&console));
    console.model.screens.approvals.rest();
    let mut console = shown(WIDE);
    let fault = Fault {
        kind: FaultKind::Other,
        code: String::new(),
        message: "failed to sign with ssh-agent: it refused".into(),
        hint: "nothing was signed".into(),
        approval: String::new(),
    };
    console.daemon.desk.fault = Some(fault);
    console.press("a");
    console.write("restart-payments");
    console.press("Enter Enter");
    let message = console.model.shared.messages.all().next_back().unwrap();
    assert_eq!((message.level, message.text.contains("it refused")), (Level::Error, true));
    assert_eq!(selected(&console), FIRST);
    console.daemon.desk.fault = None;
    console.press("Esc a");
    assert!(matches!(console.model.layers[..], [Layer::Confirm(_)]), "it can be tried again");
}

#[test]
fn a_recording_of_a_signature_has_no_passphrase_and_plays_to_the_same_screen() {
    let mut console = Console::recorded(WIDE);
    console.daemon.desk = Desk::full(console.model.shared.now);
    console.daemon.desk.keys.choices = vec![locked_key(), other_key()];
    console.connect();
    console.press("2");
    rest(&mut console);
    console.press("a");
    console.write("restart-payments");
    console.press("Enter Enter");
    console.write("correct horse");
    let asking = console.text();
    let file = String::from_utf8(console.recorder.take().unwrap().into_inner()).unwrap();
    assert_eq!(file.matches(r#""hidden":1"#).count(), "correct horse".len(), "{file}");
    assert!(!file.contains(r#""key":"h""#) && !file.contains(r#""key":"o""#), "{file}");
    let mut player = Player::read(("session", &file), Depth::True, Default::default).unwrap();
    player.finish();
    assert_eq!(text_of(&player.model), asking);
}

#[test]
fn a_locked_key_file_asks_for_its_passphrase_and_never_shows_it() {
    let mut console = console(WIDE, |console| {
        console.daemon.desk.keys.choices = vec![locked_key()];
    });
    console.press("2");
    rest(&mut console);
    console.press("a");
    console.write("restart-payments");
    console.press("Enter Enter");
    assert!(matches!(console.model.layers[..], [Layer::Unlock(_)]));
    assert!(console.daemon.changes.is_empty());
    console.write("correct horse");
    assert!(!console.text().contains("horse") && !format!("{:?}", console.model).contains("horse"));
    console.press("Esc");
    assert!(console.daemon.changes.is_empty() && console.model.layers.is_empty());
    console.press("a");
    console.write("restart-payments");
    console.press("Enter Enter");
    console.write("correct horse");
    let effects = console.press("Enter");
    assert!(matches!(effects[..], [Effect::Unlock(..)]), "{effects:?}");
    assert!(matches!(console.daemon.changes[..], [Mutation::Approval(Say::Approve(_))]));
}

#[test]
fn of_several_keys_the_first_that_is_enrolled_signs_until_another_is_chosen() {
    let mut console = console(WIDE, |console| {
        console.daemon.desk.keys.choices = vec![own_key(), other_key()];
    });
    console.press("2");
    rest(&mut console);
    let fingerprint = |key: &Choice| key.fingerprint().to_string();
    assert!(console.text().contains(&fingerprint(&own_key())), "{}", console.text());
    console.press("K");
    assert!(said(&console).contains("alice@desk"), "{}", said(&console));
    console.press("a");
    assert!(console.text().contains(&fingerprint(&other_key())), "{}", console.text());
    console.press("Esc K");
    assert!(said(&console).contains("alice@laptop"));
    let mut console = shown(WIDE);
    console.press("K");
    assert!(said(&console).contains("is your only key here"), "{}", said(&console));
}

#[test]
fn a_start_that_waits_for_others_offers_its_approval() {
    let mut console = console(WIDE, |console| console.daemon.desk.starts_wait = Some(OWN));
    console.press(":");
    console.write("run restart-payments service=pay");
    console.press("Enter Enter Enter Enter Enter Tab Enter");
    assert!(matches!(console.daemon.changes[..], [Mutation::Start(..)]));
    assert!(said(&console).contains(&format!("waits for approval {OWN}")), "{}", said(&console));
    console.press("o");
    assert_eq!((console.model.tab, selected(&console)), (Tab::Approvals, OWN.to_owned()));
}

#[test]
fn the_palette_opens_an_approval_and_signs_nothing() {
    let mut console = console(WIDE, |_| {});
    console.press("^p");
    console.write("approve rotate");
    console.press("Enter");
    assert_eq!((console.model.tab, selected(&console)), (Tab::Approvals, SECOND.to_owned()));
    assert!(console.model.layers.is_empty() && console.daemon.changes.is_empty());
    assert_eq!(console.press("y"), [Effect::Copy(SECOND.into())]);
    assert_eq!(console.press("Y"), [Effect::Copy(format!("conductor approvals show {SECOND}"))]);
}

#[test]
fn news_in_the_ledger_make_it_read_the_list_again_and_only_in_front() {
    let mut console = console(WIDE, |_| {});
    let asks = |effects: &[Effect]| {
        let of_list = |effect: &&Effect| matches!(effect, Effect::Ask(_, Query::Approvals(_)));
        effects.iter().filter(of_list).count()
    };
    let entered = console.send(What::Key(super::daemon::key("2")));
    let status = entered.iter().find(|one| matches!(one, Effect::Ask(_, Query::Status(_))));
    let answers = console.daemon.answer(status.unwrap().clone());
    let watched: Vec<Effect> = answers.into_iter().flat_map(|what| console.send(what)).collect();
    let [Effect::Watch(id, Feed::Ledger(request))] = &watched[..] else { panic!("{watched:?}") };
    assert_eq!((&request.kinds[..], request.after_seq), (&["approval.".to_owned()][..], 90));
    let id = *id;
    console.answer(entered);
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(1))), 0);
    console.send(What::Feed(id, FeedNews::Event(<_>::default())));
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(1))), 1);
    let left = console.press("1");
    assert!(left.contains(&Effect::Unwatch(id)), "{left:?}");
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(60))), 0);
}
