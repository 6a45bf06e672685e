//! Laws of freezes.

use conductor_protocol::{error_code::Code, verdict::Stage};
use proptest::prelude::*;

use super::*;
use crate::{
    Refusal,
    event::{Envelope, Event},
};

const HOUR: u64 = 3_600_000;

fn at(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().unwrap();
    Timestamp::from_unix_ms(u64::try_from(at.as_millisecond()).unwrap())
}

fn start() -> Timestamp {
    at("2027-01-04T00:00:00Z")
}

fn decision() -> DecisionId {
    DecisionId::new(1, 1)
}

fn envelope(at: Timestamp, event: Event) -> Envelope {
    Envelope {
        at,
        scope: Scope { tenant: "acme".into(), environment: "prod".into(), ..Scope::default() },
        principal: Principal::uid(1),
        trace: None,
        idempotency: None,
        event,
    }
}

fn place(environment: &str) -> Scope {
    Scope { tenant: "acme".into(), environment: environment.into(), ..Scope::default() }
}

fn once(from: &str, until: &str) -> DraftWindow {
    DraftWindow::Once { from: from.into(), until: until.into(), zone: String::new() }
}

fn recurring(pattern: &str, hours: u64) -> DraftWindow {
    DraftWindow::Recurring { pattern: pattern.into(), zone: String::new(), for_ms: hours * HOUR }
}

fn draft(reach: Reach, window: DraftWindow) -> Draft {
    Draft { reach, window, reason: "release".into() }
}

/// A tenant's freezes, with what is done to them taken up at once.
#[derive(Default)]
struct Tenant {
    freezes: Freezes,
    seq: u64,
}

impl Tenant {
    fn take(&mut self, now: Timestamp, event: Event) -> Vec<String> {
        self.seq += 1;
        self.freezes.apply(&envelope(now, event), self.seq)
    }

    fn set(&mut self, name: &str, wanted: Draft, now: Timestamp) -> Result<bool, Refusal> {
        let known = self.freezes.get("acme", name).map(|known| Freeze::clone(known));
        let count = self.freezes.of_tenant("acme", now).len();
        let event = set((known.as_ref(), count), name, wanted, decision(), now)?;
        Ok(event.map(|event| self.take(now, Event::FreezeSet(event))).is_some())
    }

    fn switch(&mut self, reach: &Reach, stop: Stop, runs: u64, now: Timestamp) -> bool {
        let known =
            self.freezes.get("acme", &reach.switch_name()).map(|known| Freeze::clone(known));
        let asked = (reach.clone(), stop, "now".to_owned());
        let event = switch((known.as_ref(), 0), asked, (runs, decision())).unwrap();
        event.map(|event| self.take(now, Event::KillSwitched(event))).is_some()
    }

    fn lift(&mut self, name: &str, by: &[u32], now: Timestamp) -> Result<(), Refusal> {
        let known = self.freezes.get("acme", name).map(|known| Freeze::clone(known));
        let people: Vec<Principal> = by.iter().map(|uid| Principal::uid(*uid)).collect();
        let plan = self.freezes.plan("acme", name).cloned();
        let asked = (name, None, "done".to_owned());
        let agreed = (&Principal::uid(1), people.as_slice());
        let event = lift((known.as_ref(), plan.as_ref()), asked, agreed, decision(), now)?;
        self.take(now, Event::FreezeLifted(event));
        Ok(())
    }

    fn held(&self, environment: &str, workflow: &str, now: Timestamp) -> Option<String> {
        let hold = self.freezes.hold(&place(environment), workflow, None, now);
        hold.map(|hold| hold.freeze.name.clone())
    }
}

#[test]
fn a_freeze_holds_from_its_beginning_until_its_end() {
    let mut acme = Tenant::default();
    let window = once("2027-01-04T10:00:00Z", "2027-01-04T12:00:00Z");
    assert!(acme.set("f", draft(Reach::Tenant, window.clone()), start()).unwrap());
    assert!(!acme.set("f", draft(Reach::Tenant, window), start()).unwrap(), "it is so already");
    let (from, until) = (at("2027-01-04T10:00:00Z"), at("2027-01-04T12:00:00Z"));
    assert_eq!(acme.held("dev", "w", from - 1), None);
    assert_eq!(acme.held("dev", "w", from).as_deref(), Some("f"));
    assert_eq!(acme.held("dev", "w", until - 1).as_deref(), Some("f"));
    assert_eq!(acme.held("dev", "w", until), None);
    let other = Scope { tenant: "globex".into(), ..place("prod") };
    assert!(acme.freezes.hold(&other, "w", None, from).is_none(), "another tenant goes on");
}

#[test]
fn each_reach_holds_up_its_own_and_nothing_else() {
    for (reach, held) in [
        (Reach::Tenant, [true, true, true]),
        (Reach::Workflow("w".into()), [true, true, false]),
        (Reach::Environment("prod".into()), [true, false, true]),
    ] {
        let mut acme = Tenant::default();
        assert!(acme.set("f", draft(reach.clone(), once("", "")), start()).unwrap());
        let here = [("prod", "w"), ("dev", "w"), ("prod", "other")];
        let found = here.map(|(env, workflow)| acme.held(env, workflow, start()).is_some());
        assert_eq!(found, held, "{reach:?}");
    }
}

#[test]
fn a_window_recurs_by_its_zones_clock_and_those_that_touch_are_one() {
    let mut acme = Tenant::default();
    let nights = DraftWindow::Recurring {
        pattern: "0 22 * * *".into(),
        zone: "Europe/Berlin".into(),
        for_ms: 8 * HOUR,
    };
    assert!(acme.set("nights", draft(Reach::Tenant, nights), start()).unwrap());
    for (now, state) in [
        // In winter 22:00 there is 21:00 UTC.
        ("2027-01-04T20:59:59Z", State::Comes(at("2027-01-04T21:00:00Z"))),
        ("2027-01-04T21:00:00Z", State::Holds(Some(at("2027-01-05T05:00:00Z")))),
        ("2027-01-05T04:59:59Z", State::Holds(Some(at("2027-01-05T05:00:00Z")))),
        ("2027-01-05T05:00:00Z", State::Comes(at("2027-01-05T21:00:00Z"))),
        ("2027-07-05T20:00:00Z", State::Holds(Some(at("2027-07-06T04:00:00Z")))),
    ] {
        let known = acme.freezes.of_tenant("acme", at(now));
        assert_eq!(known[0].1, state, "{now}");
    }
    let mut acme = Tenant::default();
    assert!(acme.set("two", draft(Reach::Tenant, recurring("0 1,2 * * *", 1)), start()).unwrap());
    let known = acme.freezes.of_tenant("acme", start() + HOUR);
    assert_eq!(known[0].1, State::Holds(Some(start() + 3 * HOUR)));
    let mut acme = Tenant::default();
    assert!(acme.set("all", draft(Reach::Tenant, recurring("0 * * * *", 1)), start()).unwrap());
    let known = acme.freezes.of_tenant("acme", start() + HOUR);
    assert_eq!(known[0].1, State::Holds(None), "it never ends by itself");
}

#[test]
fn what_can_not_be_is_refused() {
    let mut acme = Tenant::default();
    let reach = || Reach::Tenant;
    for (name, wanted) in [
        ("", draft(reach(), once("", ""))),
        ("a b", draft(reach(), once("", ""))),
        ("kill-switch:tenant", draft(reach(), once("", ""))),
        ("f", draft(Reach::Workflow(String::new()), once("", ""))),
        ("f", draft(Reach::Environment("a/b".into()), once("", ""))),
        ("f", draft(reach(), once("2027-01-05T00:00:00Z", "2027-01-05T00:00:00Z"))),
        ("f", draft(reach(), once("", "2027-01-03T00:00:00Z"))),
        ("f", draft(reach(), once("soon", ""))),
        ("f", draft(reach(), recurring("every day", 1))),
        ("f", draft(reach(), recurring("0 0 30 2 *", 1))),
        ("f", draft(reach(), recurring("@daily", 0))),
        ("f", draft(reach(), recurring("@daily", 24 * 32))),
        ("f", Draft { reason: " ".into(), ..draft(reach(), once("", "")) }),
    ] {
        let refused = acme.set(name, wanted.clone(), start()).unwrap_err();
        assert_eq!(refused.code, Code::FreezeInvalid, "{name:?} {wanted:?}");
    }
    for n in 0..limits::FREEZES_MAX {
        assert!(acme.set(&format!("f{n}"), draft(reach(), once("", "")), start()).unwrap());
    }
    let refused = acme.set("more", draft(reach(), once("", "")), start()).unwrap_err();
    assert_eq!(refused.code, Code::TooManyFreezes);
}

#[test]
fn a_freeze_is_not_changed_and_its_name_is_free_when_it_is_over() {
    let mut acme = Tenant::default();
    let until = |text: &str| draft(Reach::Tenant, once("", text));
    assert!(acme.set("f", until("2027-01-05T00:00:00Z"), start()).unwrap());
    let later = start() + HOUR;
    assert!(!acme.set("f", until("2027-01-05T00:00:00Z"), later).unwrap(), "the very same");
    for other in ["2027-01-04T02:00:00Z", "2028-01-01T00:00:00Z"] {
        assert_eq!(acme.set("f", until(other), later).unwrap_err().code, Code::FreezeExists);
    }
    let over = at("2027-01-05T00:00:00Z");
    assert_eq!(acme.lift("f", &[2, 3], over).unwrap_err().code, Code::FreezeNotFound);
    let event = set((None, 0), "g", until(""), decision(), over).unwrap().unwrap();
    assert_eq!(acme.take(over, Event::FreezeSet(event)), ["f", "g"], "what is over is forgotten");
    assert!(acme.set("f", until(""), over).unwrap());
}

#[test]
fn a_freeze_is_lifted_by_two_others() {
    let mut acme = Tenant::default();
    assert!(acme.set("f", draft(Reach::Tenant, once("", "")), start()).unwrap());
    for too_few in [&[][..], &[2], &[2, 2], &[1, 2], &[1, 1]] {
        let refused = acme.lift("f", too_few, start()).unwrap_err();
        assert_eq!(refused.code, Code::ApprovalRequired, "{too_few:?}");
        assert!(acme.held("prod", "w", start()).is_some());
    }
    let known = acme.freezes.get("acme", "f").unwrap();
    let people = [Principal::uid(2), Principal::uid(3)];
    let agreed = (&Principal::uid(1), &people[..]);
    let asked = ("f", Some(known.seq + 1), "done".to_owned());
    let refused = lift((Some(known), None), asked, agreed, decision(), start()).unwrap_err();
    assert_eq!(refused.code, Code::FreezeNotFound, "what was signed for is another one");
    acme.lift("f", &[2, 3], start()).unwrap();
    assert_eq!(acme.held("prod", "w", start()), None);
    let stage = |quorum| Stage { roles: vec!["operator".into()], quorum, ..Stage::default() };
    assert!(check_two(&[stage(2)]).is_ok() && check_two(&[stage(1), stage(1)]).is_ok());
    assert!(check_two(&[stage(1)]).is_err() && check_two(&[Stage::step_up(), stage(1)]).is_err());
}

#[test]
fn a_switch_is_thrown_once_unless_there_is_more_to_stop() {
    let mut acme = Tenant::default();
    let prod = Reach::Environment("prod".into());
    assert!(acme.switch(&prod, Stop::Cancel, 3, start()));
    assert!(!acme.switch(&prod, Stop::Cancel, 0, start()), "it is thrown");
    assert!(acme.switch(&prod, Stop::Kill, 3, start()), "now without grace");
    assert!(!acme.switch(&prod, Stop::Kill, 0, start()));
    assert!(!acme.switch(&prod, Stop::Cancel, 0, start()), "it is harsher than that already");
    assert!(acme.switch(&prod, Stop::Kill, 1, start()), "something runs there again");
    let freeze = acme.freezes.get("acme", "kill-switch:environment:prod").unwrap().clone();
    assert!(freeze.stops(freeze.seq - 1) && !freeze.stops(freeze.seq + 1));
    let stopping = |began| acme.freezes.stopping(&place("prod"), "w", began).count();
    assert_eq!((stopping(1), stopping(freeze.seq)), (1, 0));
    assert_eq!(acme.freezes.stopping(&place("dev"), "w", 1).count(), 0);
    acme.lift(&freeze.name, &[2, 3], start()).unwrap();
    assert_eq!(acme.held("prod", "w", start()), None);
}

#[test]
fn a_part_of_a_run_goes_on_with_it_where_it_was_under_way() {
    let mut acme = Tenant::default();
    let hold = |acme: &Tenant, within| acme.freezes.hold(&place("prod"), "w", within, start());
    assert!(acme.set("f", draft(Reach::Workflow("w".into()), once("", "")), start()).unwrap());
    assert!(hold(&acme, None).is_some());
    assert!(hold(&acme, Some("outer")).is_some(), "from outside of it nothing comes in");
    assert!(hold(&acme, Some("w")).is_none());
    let mut acme = Tenant::default();
    assert!(acme.set("f", draft(Reach::Tenant, once("", "")), start()).unwrap());
    assert!(hold(&acme, Some("outer")).is_none());
    assert!(acme.switch(&Reach::Tenant, Stop::Cancel, 1, start()));
    assert!(hold(&acme, Some("outer")).is_some(), "what is being stopped begins nothing");
}

#[test]
fn a_refusal_says_which_until_when_and_what_to_do() {
    let mut acme = Tenant::default();
    let window = once("", "2027-01-04T06:00:00Z");
    let prod = Reach::Environment("prod".into());
    assert!(acme.set("release", draft(prod, window), start()).unwrap());
    let hold = acme.freezes.hold(&place("prod"), "w", None, start()).unwrap();
    let refusal = hold.refusal();
    assert_eq!(refusal.code, Code::Frozen);
    for word in ["environment `prod`", "until 2027-01-04T06:00:00Z", "uid:1", "release"] {
        assert!(refusal.message.contains(word), "{word}: {refusal}");
    }
    assert!(refusal.hint.contains("conductor freeze lift release"));
    let detail: serde_json::Value = serde_json::from_str(&refusal.details[0].1).unwrap();
    assert_eq!(detail["path"], "environment/prod/release");
}

/// What somebody does, at a distance of some minutes from what was done before.
#[derive(Debug, Clone)]
enum Act {
    Set { name: u8, reach: u8, from: u64, minutes: Option<u64> },
    Recur { name: u8, reach: u8, hour: u64, hours: u64 },
    Switch { reach: u8 },
    Lift { name: u8, by: Vec<u32> },
    Start { environment: u8, workflow: u8 },
}

fn acts() -> impl Strategy<Value = Vec<(u64, Act)>> {
    let minutes = proptest::option::of(1_u64..600);
    let set = (0_u8..4, 0_u8..5, 0_u64..300, minutes)
        .prop_map(|(name, reach, from, minutes)| Act::Set { name, reach, from, minutes });
    let recur = (0_u8..4, 0_u8..5, 0_u64..24, 1_u64..30)
        .prop_map(|(name, reach, hour, hours)| Act::Recur { name, reach, hour, hours });
    let switch = (0_u8..5).prop_map(|reach| Act::Switch { reach });
    let by = proptest::collection::vec(1_u32..5, 0..4);
    let lift = (0_u8..9, by).prop_map(|(name, by)| Act::Lift { name, by });
    let begin =
        (0_u8..2, 0_u8..2).prop_map(|(environment, workflow)| Act::Start { environment, workflow });
    let act = prop_oneof![2 => set, 1 => recur, 1 => switch, 3 => lift, 6 => begin];
    proptest::collection::vec((0_u64..200, act), 1..60)
}

fn reach_of(number: u8) -> Reach {
    match number {
        0 => Reach::Tenant,
        1 | 2 => Reach::Workflow(format!("w{}", number - 1)),
        _ => Reach::Environment(format!("e{}", number - 3)),
    }
}

/// What the model keeps of a freeze: what it reaches, and whether it holds at a time.
type Simple = (Reach, Box<dyn Fn(u64) -> bool>);

proptest! {
    /// No start in a frozen part, whatever the interleaving; no lift without two others; nothing
    /// else held up.
    #[test]
    fn nothing_starts_where_it_is_frozen_and_one_alone_lifts_nothing(acts in acts()) {
        let mut acme = Tenant::default();
        let mut model: std::collections::BTreeMap<String, Simple> = Default::default();
        let mut now = start();
        for (minutes, act) in acts {
            now = now + minutes * 60_000;
            match act {
                Act::Set { name, reach, from, minutes } => {
                    let (name, reach) = (format!("f{name}"), reach_of(reach));
                    let from = now + from * 60_000;
                    let until = minutes.map(|minutes| from + minutes * 60_000);
                    let text = until.map(Timestamp::rfc3339).unwrap_or_default();
                    let window = once(&from.rfc3339(), &text);
                    if acme.set(&name, draft(reach.clone(), window), now) == Ok(true) {
                        let end = until.map_or(u64::MAX, |until| until.unix_ms);
                        let holds = move |now| (from.unix_ms..end).contains(&now);
                        model.insert(name, (reach, Box::new(holds)));
                    }
                }
                Act::Recur { name, reach, hour, hours } => {
                    let (name, reach) = (format!("f{name}"), reach_of(reach));
                    let window = recurring(&format!("0 {hour} * * *"), hours);
                    if acme.set(&name, draft(reach.clone(), window), now) == Ok(true) {
                        let holds = move |now: u64| {
                            let since = (now + 24 * HOUR - hour * HOUR) % (24 * HOUR);
                            since < hours * HOUR || hours >= 24
                        };
                        model.insert(name, (reach, Box::new(holds)));
                    }
                }
                Act::Switch { reach } => {
                    let reach = reach_of(reach);
                    if acme.switch(&reach, Stop::Cancel, 1, now) {
                        model.insert(reach.switch_name(), (reach, Box::new(|_| true)));
                    }
                }
                Act::Lift { name, by } => {
                    let switch = || reach_of(name - 4).switch_name();
                    let name = if name < 4 { format!("f{name}") } else { switch() };
                    let others: std::collections::BTreeSet<_> =
                        by.iter().filter(|uid| **uid != 1).collect();
                    let lifted = acme.lift(&name, &by, now).is_ok();
                    prop_assert!(!lifted || others.len() >= 2, "{by:?} lifted {name}");
                    if lifted {
                        prop_assert!(model.remove(&name).is_some());
                    }
                }
                Act::Start { environment, workflow } => {
                    let (environment, workflow) = (format!("e{environment}"), format!("w{workflow}"));
                    let wanted = model.values().any(|(reach, holds)| {
                        reach.covers(&environment, &workflow) && holds(now.unix_ms)
                    });
                    let held = acme.held(&environment, &workflow, now);
                    prop_assert_eq!(held.is_some(), wanted, "{:?}", held);
                }
            }
        }
    }
}
