//! The palette: what it finds, with policy's word, in which order, and the whole way to a run.

use conductor_protocol::{
    error_code::Code,
    v1::{AuthorizeResponse, Decision, Obligation, Question},
};
use jiff::SignedDuration;

use super::{Console, pictures};
use crate::{
    app::{Answer, Effect, Mutation, Ticket, kept::Keep, model::Layer, msg::What},
    screen::Tab,
    widget::Target,
};

const WIDE: (u16, u16) = (200, 60);

/// Policy lets everything be started, once two others have approved it.
fn two_must_approve(console: &mut Console) {
    let names = ["disk-clean", "first-response-triage", "restart-payments"];
    let question = |name: &&str| Question { action: "run.start".into(), resource: (*name).into() };
    let value_json = r#"{"type": "require_approval", "window_seconds": 600,
        "stages": [{"roles": ["approver"], "quorum": 2}]}"#;
    let obligation = Obligation { value_json: value_json.into(), ..Obligation::default() };
    // The daemon allows nothing that somebody has to approve first, and says what is in the way.
    let unmet = Code::ApprovalRequired.as_str().to_owned();
    let decision = Decision { unmet, obligations: vec![obligation], ..Decision::default() };
    let decisions = names.iter().map(|_| decision.clone()).collect();
    let ticket = Ticket::Verdicts(names.iter().map(question).collect());
    let answer = Answer::Verdicts(Box::new(AuthorizeResponse { decisions }));
    console.send(What::Reply(ticket, Ok(answer)));
}

fn rows(console: &Console) -> Vec<String> {
    let text = console.text();
    let found = text.lines().filter(|line| line.contains("│ ")).map(str::to_owned);
    found.collect()
}

#[test]
fn policys_word_stands_beside_what_it_is_about_also_when_it_comes_late() {
    let mut console = Console::live((100, 30));
    console.press("^p");
    console.write("payments");
    assert!(!console.text().contains("requires approval"));
    two_must_approve(&mut console);
    let text = console.text();
    assert!(text.contains("requires approval (2)"), "{text}");
    pictures::compare("palette-approval-100x30", &text);
    // Asking for it is how others come to approve it.
    console.press("Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]), "{}", console.text());
}

#[test]
fn everything_is_found_by_its_kind() {
    let mut console = Console::live(WIDE);
    for (typed, kind) in [
        ("plan triage", "plan"),
        ("runbook restart", "runbook"),
        ("ledger screen", "screen"),
        ("set mouse", "setting"),
        ("theme light", "theme"),
        ("kill-switch", "action"),
    ] {
        console.press("^p");
        console.write(typed);
        let chosen =
            rows(&console).into_iter().find(|line| line.contains("▸ ") && line.contains(kind));
        assert!(chosen.is_some(), "{typed}: {}", console.text());
        console.press("Esc");
    }
}

#[test]
fn from_the_palette_a_workflow_is_filled_in_planned_and_requested_by_keys() {
    let mut console = Console::live(WIDE);
    console.press("^p");
    console.write("restartp");
    console.press("Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]));
    console.write("payments");
    console.press("Enter Enter Enter Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_), Layer::Plan(_)]));
    console.press("s");
    assert!(matches!(console.model.layers[..], [_, Layer::Plan(_), Layer::Confirm(_)]));
    assert!(console.daemon.changes.is_empty(), "looking at it changes nothing");
    console.press("Right Enter");
    let [Mutation::Start(request, _)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    assert!(!request.plan.is_empty(), "just what was planned");
    assert!(console.model.layers.is_empty());
}

#[test]
fn what_was_typed_is_there_the_next_time_and_in_no_file() {
    let mut console = Console::live(WIDE);
    let effects = |console: &mut Console| {
        console.press("^p");
        console.write("restartp");
        console.press("Enter")
    };
    let kept = effects(&mut console);
    let [Effect::Keep(Keep::Used { place, what, .. }), Effect::Ask(..)] = &kept[..] else {
        panic!("{kept:?}")
    };
    assert_eq!(what, "workflow restart-payments");
    assert!(place.ends_with(" acme"), "{place}");
    console.write("payments");
    console.press("Enter Enter Enter Enter Esc Esc");
    effects(&mut console);
    let text = console.text();
    assert!(text.contains("payments") && text.contains("as the last time"), "{text}");
}

#[test]
fn what_was_chosen_comes_first_until_it_is_long_ago() {
    let mut console = Console::live(WIDE);
    console.press("^p");
    console.write("theme light");
    console.press("Enter");
    let place = "unix:///run/user/1000/conductor/conductord.sock acme";
    let now = console.model.shared.now;
    let key = Target::Theme("light".into()).key();
    assert!(console.model.used.score(place, &key, now) > 0.9);
    let later = now + SignedDuration::from_hours(24 * 7);
    assert!(console.model.used.score(place, &key, later) < 0.51);
    console.press("^p");
    let finder = console.model.layers.iter().find_map(|layer| match layer {
        Layer::Finder(finder) => finder.chosen(),
        _ => None,
    });
    assert_eq!(finder.map(|entry| entry.target), Some(Target::Theme("light".into())));
}

#[test]
fn a_runbook_is_opened_to_be_read() {
    let mut console = Console::live(WIDE);
    console.press("^p");
    console.write("runbook disk");
    console.press("Enter");
    assert_eq!(console.model.tab, Tab::Workflows);
    assert!(!console.model.screen().outermost());
    assert_eq!(console.press("y"), [Effect::Copy("disk-clean@1.4.0".into())]);
}

#[test]
fn refused_things_say_why_and_do_nothing() {
    let mut console = Console::new(WIDE);
    console.daemon.denied = vec!["run.start"];
    console.connect();
    console.press("^p");
    console.write("restartp");
    let effects = console.press("Enter");
    assert!(effects.is_empty(), "{effects:?}");
    let said = console.model.shared.messages.all().next_back().unwrap();
    assert!(said.more.contains("operator is needed"), "{}", said.more);
    assert!(matches!(console.model.layers[..], [Layer::Finder(_)]));
}
