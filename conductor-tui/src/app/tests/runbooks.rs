//! The screen of runbooks: what it asks, shows, compares and changes.

use conductor_protocol::v1::{
    GetWorkflowResponse, ListWorkflowsRequest, ListWorkflowsResponse, Question, RunbookSignature,
    Workflow, WorkflowState,
};
use jiff::{SignedDuration, Timestamp};

use super::{Console, looks, pictures::compare};
use crate::{
    app::{Effect, Mutation, Query, Ticket, model::Layer, msg::What, time::to_wire},
    input::Place,
    screen::Tab,
};

/// What policy says of the risk of a start.
pub(super) fn risk(question: &Question) -> String {
    let risk = if question.resource.starts_with("restart") { "high" } else { "low" };
    if question.action == "run.start" { risk.into() } else { String::new() }
}

pub(super) fn signature(principal: &str, review: bool, now: Timestamp) -> RunbookSignature {
    RunbookSignature {
        principal: principal.into(),
        fingerprint: format!("SHA256:kX{}", principal.repeat(8)),
        at: Some(to_wire(now - SignedDuration::from_hours(28))),
        review,
        ..RunbookSignature::default()
    }
}

/// The versions of a workflow, and one of another that has its name in its text.
pub(super) fn versions(all: &[Workflow], request: &ListWorkflowsRequest) -> ListWorkflowsResponse {
    let newest = all.iter().find(|workflow| workflow.name == request.text).cloned();
    let newest = newest.unwrap_or_default();
    let at = newest.published_at.as_ref().map_or(0, |at| at.seconds);
    let older = |version: &str, days: i64| Workflow {
        version: version.into(),
        published_at: Some(pbjson_types::Timestamp { seconds: at - days * 86_400, nanos: 0 }),
        ..newest.clone()
    };
    let retired = Workflow {
        state: WorkflowState::Retired.into(),
        signatures: Vec::new(),
        signature_problem: String::new(),
        ..older("1.2.0", 90)
    };
    let other = Workflow { name: format!("not-{}", newest.name), ..newest.clone() };
    let workflows = vec![retired, older("1.3.0", 9), newest, other];
    ListWorkflowsResponse { workflows, ..<_>::default() }
}

/// A version as it was asked for; older ones had fewer retries and another text.
pub(super) fn version(found: Option<Workflow>, wanted: &str) -> GetWorkflowResponse {
    let Some(mut workflow) = found else { return GetWorkflowResponse::default() };
    let below = match wanted {
        "1.2.0" => "",
        "1.3.0" => "1.2.0",
        _ => "1.3.0",
    };
    if matches!(wanted, "1.2.0" | "1.3.0") {
        workflow.version = wanted.into();
        let older = workflow.manifest_json.replace("\"retries\":3", "\"retries\":1");
        workflow.manifest_json = older.replace("1.4.0", wanted);
        if let Some(source) = &mut workflow.source {
            let older = source.text.replace("retries=3", "retries=1").replace("1.4.0", wanted);
            source.text = older.replace("Nothing is changed here.", "Look, don't touch.");
        }
    }
    GetWorkflowResponse { workflow: Some(workflow), previous_version: below.into() }
}

/// Lets the cursor rest until nothing more is asked.
fn rest(console: &mut Console) {
    for _ in 0..8 {
        let asked = console.pass(SignedDuration::from_millis(200));
        console.answer(asked);
    }
}

/// A console that shows the runbooks, with what was asked of the chosen one.
fn shown(size: (u16, u16), keys: &str) -> Console {
    let mut console = Console::live(size);
    console.press("3");
    for key in keys.split(' ').filter(|key| !key.is_empty()) {
        console.press(key);
        rest(&mut console);
    }
    rest(&mut console);
    console
}

#[test]
fn runbooks_in_every_size() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let console = shown(size, "G");
        compare(&format!("runbooks-{}x{}", size.0, size.1), &console.text());
        let console = shown(size, "G Tab G k k k k k k");
        compare(&format!("runbook-{}x{}", size.0, size.1), &console.text());
        let console = shown(size, "G Tab Tab j");
        compare(&format!("runbook-record-{}x{}", size.0, size.1), &console.text());
    }
    for (name, look) in [("ascii", looks("dark", true)), ("mono", looks("mono", false))] {
        let mut console = Console::with((120, 40), look, "prod");
        console.connect();
        console.press("3 G Tab");
        rest(&mut console);
        console.press("^d");
        compare(&format!("runbook-120x40-{name}"), &console.text());
    }
}

#[test]
fn empty_loading_stale_denied_and_failed() {
    let mut console = Console::new((80, 24));
    console.daemon.books = false;
    console.connect();
    console.press("3");
    compare("runbooks-empty-80x24", &console.text());

    let mut console = Console::live((80, 24));
    console.press("3 Tab");
    compare("runbook-loading-80x24", &console.text());

    let mut console = shown((120, 40), "");
    console.disconnect();
    console.pass(SignedDuration::from_secs(14));
    console.press("s");
    compare("runbooks-stale-120x40", &console.text());

    let mut console = Console::new((80, 24));
    console.daemon.faults = true;
    console.connect();
    console.press("3");
    let answer = Err(super::daemon::fault(crate::app::FaultKind::Denied));
    console.send(What::Reply(Ticket::Workflows, answer));
    console.press("Esc Esc Esc Esc");
    compare("runbooks-denied-80x24", &console.text());

    let mut console = Console::live((80, 24));
    console.press("3");
    console.daemon.faults = true;
    console.press("Tab Tab");
    rest(&mut console);
    compare("runbook-record-denied-80x24", &console.text());
}

#[test]
fn the_step_and_its_prose_are_marked_together() {
    let mut console = shown((120, 40), "G Tab");
    // Down to the prose of the second step.
    while !console.text().lines().any(|line| line.contains("▸ Drain ")) {
        let before = console.text();
        console.press("j");
        assert_ne!(before, console.text(), "the end came before the step:\n{before}");
    }
    let text = console.text();
    // Behind the rule stand the steps.
    let marked: Vec<&str> = text.lines().filter(|line| line.contains("│ ┃")).collect();
    assert!(marked.iter().any(|line| line.contains("hctl drain")), "{text}");
    assert!(!marked.iter().any(|line| line.contains("systemctl is-active")), "{text}");
}

#[test]
fn what_is_read_is_asked_for_once_and_only_when_the_cursor_rests() {
    let mut console = Console::live((200, 60));
    let asks = |effects: &[Effect]| {
        let ask = |e: &&Effect| matches!(e, Effect::Ask(Ticket::Screen(Tab::Workflows, _), _));
        effects.iter().filter(ask).count()
    };
    assert_eq!(asks(&console.press("3")), 0);
    assert_eq!(asks(&console.press("j")), 0, "not for every row that is passed");
    let mut asked = 0;
    for _ in 0..20 {
        let effects = console.pass(SignedDuration::from_millis(200));
        assert!(asks(&effects) <= 1, "one after the other");
        asked += asks(&effects);
        console.answer(effects);
    }
    assert_eq!(asked, 4, "the version, the one below, its versions, its runs");
    console.press("Tab Tab j");
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(2))), 0);
}

#[test]
fn two_versions_are_compared_by_what_they_mean_and_as_text() {
    let mut console = shown((80, 24), "G Tab v");
    let text = console.text();
    assert!(text.contains("1.3.0 to 1.4.0") && text.contains("tasks[drain].retries"), "{text}");
    compare("runbook-compared-80x24", &text);
    console.press("t");
    let text = console.text();
    assert!(text.contains("-Look, don't touch.") || text.contains("- "), "{text}");
    compare("runbook-compared-text-80x24", &text);
    assert_eq!(
        console.press("Y"),
        [Effect::Copy("conductor workflows diff restart-payments 1.3.0 1.4.0 --unified".into())]
    );
    console.press("Esc");
    assert!(!console.text().contains("1.3.0 to 1.4.0"));

    // Any two of them: one is marked, the other under the cursor.
    let mut console = shown((200, 60), "G Tab Tab j j m k k v");
    assert!(console.text().contains("1.2.0 to 1.4.0"), "{}", console.text());
    console.press("Esc");
    assert_eq!(console.model.screen().places(), [Place::RunbookPage]);
}

#[test]
fn an_older_version_is_read_and_not_started() {
    let mut console = shown((120, 40), "G Tab Tab j Enter");
    let text = console.text();
    assert!(text.contains("1.3.0 published"), "{text}");
    console.press("s");
    assert!(console.model.layers.is_empty());
    assert!(console.text().contains("another version is shown"), "{}", console.text());
    console.press("Esc Esc s");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]), "{}", console.text());
}

#[test]
fn enter_opens_and_never_starts_anything() {
    let mut console = shown((80, 24), "G");
    console.press("Enter");
    assert_eq!(console.model.screen().places(), [Place::RunbookPage]);
    console.press("Enter");
    assert_eq!(console.model.screen().places(), [Place::RunbookRecord]);
    rest(&mut console);
    console.press("G Enter");
    assert_eq!(console.model.tab, Tab::Runs);
    assert_eq!(console.model.screen().filter_text(), "workflow:restart-payments");
    assert_eq!(console.daemon.changes, []);
}

#[test]
fn a_review_and_a_rehearsal_are_asked_for_and_confirmed() {
    let mut console = shown((120, 40), "G a");
    console.press("Right Enter");
    console.write("tried it");
    console.press("Enter");
    assert!(console.text().contains("Accept this?"), "{}", console.text());
    assert_eq!(console.daemon.changes, []);
    console.press("Tab Enter");
    let [Mutation::Review(request)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    let said = (request.name.as_str(), request.version.as_str(), request.accepted);
    assert_eq!(said, ("restart-payments", "1.4.0", true));
    assert_eq!(
        console.daemon.changes[0].twin(),
        "conductor runbooks review restart-payments@1.4.0 --accept --reason 'tried it'"
    );
    let mut console = shown((120, 40), "G R");
    console.write("nginx");
    console.press("Enter Enter Enter Enter");
    assert!(console.text().contains("Rehearse this?"), "{}", console.text());
    console.press("Tab Enter");
    let [Mutation::Start(request, _)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    assert!(request.rehearsal);
    assert!(console.daemon.changes[0].twin().starts_with("conductor runbooks rehearse restart-"));
}

#[test]
fn who_may_not_review_is_told_why() {
    let mut console = Console::new((120, 40));
    console.daemon.denied = vec!["workflow.review"];
    console.connect();
    console.press("3 G");
    rest(&mut console);
    console.press("a");
    assert!(console.model.layers.is_empty());
    assert!(console.text().contains("can't review: policy"), "{}", console.text());
}

#[test]
fn it_is_opened_by_name_and_by_its_old_one() {
    let mut console = Console::live((120, 40));
    for (command, tab) in [
        ("workflows", Tab::Workflows),
        ("runs", Tab::Runs),
        ("runbooks", Tab::Workflows),
        ("runbooks show restart-payments", Tab::Workflows),
    ] {
        console.press(":");
        console.write(command);
        console.press("Enter");
        assert_eq!(console.model.tab, tab, "{command}");
    }
    assert_eq!(console.press("y"), [Effect::Copy("restart-payments@1.4.0".into())]);
}

#[test]
fn a_list_is_asked_about_in_questions_that_the_daemon_answers() {
    let console = Console::live((80, 24));
    let names: Vec<String> = (0..450).map(|n| format!("book-{n}")).collect();
    let effects = console.model.shared.ask_policy_of("run.start", &names);
    let sizes: Vec<usize> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask(_, Query::Verdicts(request)) => Some(request.questions.len()),
            _ => None,
        })
        .collect();
    assert_eq!(sizes, [200, 200, 50]);
}

#[test]
fn a_comparison_has_no_letter_that_a_plain_terminal_lacks() {
    let mut console = Console::with((80, 24), looks("dark", true), "dev");
    console.connect();
    for key in ["3", "G", "Tab", "v"] {
        console.press(key);
        rest(&mut console);
    }
    let text = console.text();
    assert!(text.contains("tasks[drain].retries"), "{text}");
    assert!(text.is_ascii(), "{text}");
}
