//! Keys in, effects and state out.

use conductor_protocol::v1::{
    Freeze, FreezeState, RunStatus, RunSummary, WatchRunsResponse, WorkflowState,
};
use jiff::SignedDuration;

use super::{Console, daemon, looks};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, Feed, FeedNews, Level, Mutation, Query, Ticket,
        model::Layer,
        msg::{LinkNews, What},
    },
    input::Place,
    screen::Tab,
};

const WIDE: (u16, u16) = (200, 60);
const NARROW: (u16, u16) = (80, 24);

fn second() -> SignedDuration {
    SignedDuration::from_secs(1)
}

fn last_said(console: &Console) -> String {
    console.model.shared.messages.all().next_back().map(|m| m.text.clone()).unwrap_or_default()
}

fn feeds(effects: &[Effect]) -> Vec<&Feed> {
    let feed = |effect: &'_ Effect| matches!(effect, Effect::Watch(..));
    effects
        .iter()
        .filter(|e| feed(e))
        .filter_map(|e| if let Effect::Watch(_, feed) = e { Some(feed) } else { None })
        .collect()
}

#[test]
fn the_first_answer_fills_the_list_and_subscribes_after_it() {
    let mut console = Console::new(WIDE);
    let scope = console.model.shared.scope.clone();
    let latency = std::time::Duration::from_millis(9);
    let up = LinkNews::Up {
        principal: "uid:1".into(),
        named: false,
        scope,
        latency,
        approvals: (0, 0),
        freezes: Vec::new(),
        alerts: (0, 0),
    };
    let asked = console.send(What::Link(up));
    let Some(Effect::Ask(ticket, Query::Runs(request))) =
        asked.iter().find(|e| matches!(e, Effect::Ask(Ticket::RunsPage { .. }, _)))
    else {
        panic!("no page was asked for: {asked:?}")
    };
    assert_eq!(request.scope.as_ref().map(|s| s.tenant.as_str()), Some("acme"));
    let page = console.daemon.answer(Effect::Ask(ticket.clone(), Query::Runs(request.clone())));
    let effects: Vec<Effect> = page.into_iter().flat_map(|what| console.send(what)).collect();
    let feeds = feeds(&effects);
    assert!(matches!(feeds[0], Feed::Runs(request) if request.after_seq == 90), "{feeds:?}");
    assert!(matches!(feeds[1], Feed::Run(_)), "the first run is shown beside: {feeds:?}");
}

#[test]
fn the_top_line_names_who_is_logged_in_and_not_the_local_user() {
    let mut console = Console::new(NARROW);
    let mut top = |principal: &str, named: bool| {
        let scope = console.model.shared.scope.clone();
        let (principal, latency) = (principal.into(), std::time::Duration::from_millis(9));
        let (approvals, freezes, alerts) = ((0, 0), Vec::new(), (0, 0));
        let up = LinkNews::Up { principal, named, scope, latency, approvals, freezes, alerts };
        console.send(What::Link(up));
        console.text().lines().next().unwrap().to_owned()
    };
    assert!(!top("uid:1000", false).contains("uid:1000"));
    let named = top("ssh:alice", true);
    assert!(named.contains("as ssh:alice") && named.contains("live 9 ms"), "{named}");
    let long = top(&format!("oidc:{}", "x".repeat(60)), true);
    assert!(long.contains("as oidc:xxx") && long.contains("live 9 ms"), "{long}");
}

#[test]
fn enter_opens_and_escape_goes_back_one_layer_at_a_time() {
    let mut console = Console::live(NARROW);
    let place = |console: &Console| console.model.screen().places()[0];
    assert_eq!(place(&console), Place::RunList);
    console.press("Enter");
    assert_eq!(place(&console), Place::RunTasks);
    console.press("l");
    assert_eq!(place(&console), Place::RunLog);
    console.press("?");
    assert_eq!(console.model.layers.len(), 1);
    console.press("Esc");
    assert_eq!((console.model.layers.len(), place(&console)), (0, Place::RunLog));
    console.press("Esc");
    assert_eq!(place(&console), Place::RunTasks);
    console.press("Esc");
    assert_eq!(place(&console), Place::RunList);
}

#[test]
fn no_key_of_moving_or_opening_changes_anything() {
    let keys = "j k Down Up ^d ^u PgDn PgUp g g G Enter Tab S-Tab Left Right h l 1 2 3 4 5 1 Esc";
    let mut console = Console::live(WIDE);
    console.press(keys);
    assert!(console.daemon.changes.is_empty());
    assert!(!console.model.layers.iter().any(|layer| matches!(layer, Layer::Confirm(_))));
}

#[test]
fn cancel_asks_and_the_focus_is_on_keeping() {
    let mut console = Console::live(WIDE);
    console.press("c Enter");
    assert!(console.daemon.changes.is_empty(), "Enter alone keeps the run");
    console.press("c y");
    assert!(console.daemon.changes.is_empty(), "no letter confirms");
    console.press("Tab Enter");
    assert!(matches!(console.daemon.changes[..], [Mutation::Cancel(_)]));
    assert!(last_said(&console).starts_with("asked run_"));
    let said = console.model.shared.messages.all().next_back().unwrap();
    assert!(said.more.starts_with("conductor runs cancel run_"), "{}", said.more);
}

#[test]
fn a_kill_is_a_key_and_a_question_of_its_own() {
    let mut console = Console::live(WIDE);
    console.press("K Tab Enter");
    let [Mutation::Cancel(request)] = &console.daemon.changes[..] else { panic!("one change") };
    assert!(request.kill);
    let said = console.model.shared.messages.all().next_back().unwrap();
    assert!(said.more.ends_with(" --kill"), "{}", said.more);
    let mut console = Console::new(WIDE);
    console.daemon.denied = vec!["run.kill"];
    console.connect();
    console.press("K");
    assert!(console.model.layers.is_empty(), "who may not kill is not asked");
}

#[test]
fn in_production_the_name_must_be_typed() {
    let mut console = Console::with(WIDE, looks("dark", false), "prod");
    console.connect();
    console.press("c Tab Enter");
    assert!(console.daemon.changes.is_empty(), "without the name nothing can be chosen");
    console.press("c");
    console.write("restart-payment");
    console.press("Tab Enter");
    assert!(console.daemon.changes.is_empty(), "the name was not complete");
    console.press("c");
    console.write("restart-payments");
    console.press("Enter");
    assert!(console.daemon.changes.is_empty(), "the first Enter only moves to the button");
    console.press("Enter");
    assert_eq!(console.daemon.changes.len(), 1);
}

#[test]
fn what_can_not_be_done_says_why() {
    let check = |prepare: &dyn Fn(&mut Console), keys: &str, why: &str| {
        let mut console = Console::live(WIDE);
        prepare(&mut console);
        console.press(keys);
        assert!(console.model.layers.is_empty());
        assert!(last_said(&console).contains(why), "{keys}: {}", last_said(&console));
    };
    check(&|c| c.model.shared.read_only = true, "c", "read-only");
    check(&|c| drop(c.disconnect()), "c", "refused, not queued");
    check(&|_| {}, "r", "has not ended");
    check(&|_| {}, "j j c", "has ended");
}

#[test]
fn policys_no_is_known_before_it_is_tried() {
    let mut console = Console::new(WIDE);
    console.daemon.denied = vec!["run.cancel"];
    console.connect();
    console.press("c");
    assert!(console.model.layers.is_empty());
    assert!(last_said(&console).contains("policy: operator is needed"), "{}", last_said(&console));
}

#[test]
fn a_change_confirmed_after_the_link_broke_is_refused() {
    let mut console = Console::live(WIDE);
    console.press("c Tab");
    console.disconnect();
    let effects = console.press("Enter");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Change(_))));
    assert!(last_said(&console).contains("refused, not queued"));
}

#[test]
fn filters_narrow_while_typing_and_escape_undoes_them() {
    let mut console = Console::live(WIDE);
    console.press("/");
    console.write("status:failed");
    console.press("Enter");
    let failed = |run: &RunSummary| run.status() == RunStatus::Failed;
    assert!(console.model.screens.runs.list.rows().iter().all(failed));
    assert!(console.text().contains("status:failed"), "the filter is always visible");
    console.press("/");
    console.write(" owner:x");
    console.press("Esc");
    assert_eq!(console.model.screens.runs.list.query.to_string(), "status:failed");
    console.press("Esc");
    assert!(console.model.screens.runs.list.query.is_empty());
}

#[test]
fn a_filter_that_is_not_understood_changes_nothing_and_says_why() {
    let mut console = Console::live(WIDE);
    let pages = console.daemon.pages;
    console.press("/");
    console.write("staus:x");
    assert_eq!(console.daemon.pages - pages, 5, "`staus` is text until the colon comes");
    assert!(console.text().contains("did you want `status`?"));
}

#[test]
fn a_workflow_becomes_a_form_a_question_and_a_run() {
    let mut console = Console::live(WIDE);
    console.press("3 j j s");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]));
    console.write("payments");
    console.press("Enter Enter Enter Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_), Layer::Confirm(_)]));
    console.press("Esc");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]), "Esc leads back to the form");
    console.press("Enter Right Enter");
    let [Mutation::Start(request, _)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    let inputs = r#"{"service":"payments","hosts":2,"mode":"rolling","dry":true}"#;
    assert_eq!(request.inputs_json, inputs);
    assert_eq!(console.model.screen().places(), [Place::RunTasks], "the new run is opened");
    assert!(console.model.layers.is_empty());
}

#[test]
fn a_version_is_deprecated_for_a_reason_and_retired_after_a_question() {
    let mut console = Console::live(WIDE);
    console.press("3 d");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]));
    console.press("Enter Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]), "a reason is missing");
    console.write("misses /var");
    console.press("Enter");
    console.write("disk-clean@1.5.0");
    console.press("Enter Right Enter");
    console.press("D");
    console.write("wrong");
    console.press("Enter");
    assert!(console.text().contains("can't be taken back"));
    console.press("Enter");
    assert_eq!(console.daemon.changes.len(), 1, "the focus is on keeping");
    console.press("Enter Right Enter");
    let [Mutation::Deprecate(warn), Mutation::Retire(end)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    let warned = (warn.reason.as_str(), warn.instead.as_str(), warn.version.as_str(), warn.undo);
    assert_eq!(warned, ("misses /var", "disk-clean@1.5.0", "1.4.0", false));
    assert_eq!((end.reason.as_str(), &end.name), ("wrong", &warn.name));
    assert!(console.model.layers.is_empty());
}

#[test]
fn a_deprecated_version_offers_to_take_it_back_and_a_retired_one_nothing() {
    let standing = |state: WorkflowState, keys: &str| {
        let mut console = Console::new(WIDE);
        console.daemon.state = state;
        console.connect();
        console.press("3");
        let ask = console.pass(jiff::SignedDuration::from_millis(200));
        console.answer(ask);
        console.press(keys);
        console
    };
    let console = standing(WorkflowState::Deprecated, "d");
    let text = console.text();
    assert!(text.contains("Take the warning back?") && text.contains("--undo"), "{text}");
    let console = standing(WorkflowState::Deprecated, "d Right Enter");
    assert!(matches!(&console.daemon.changes[..], [Mutation::Deprecate(r)] if r.undo));
    let text = console.text();
    assert!(
        text.contains("deprecated by alice") && text.contains("use it-2@1.0.0 instead"),
        "{text}"
    );
    for keys in ["d", "D", "s"] {
        let console = standing(WorkflowState::Retired, keys);
        assert!(console.model.layers.is_empty(), "{keys}");
        assert!(last_said(&console).contains("the version is retired"), "{keys}");
    }
}

#[test]
fn commands_speak_the_clis_grammar() {
    let mut console = Console::live(WIDE);
    let mut command = |text: &str| {
        console.press(":");
        console.write(text);
        let mut effects = console.press("Enter");
        effects.retain(|effect| !matches!(effect, Effect::Keep(_)));
        (effects, console.model.tab, console.model.layers.len())
    };
    assert_eq!(command("theme light").0, [Effect::LoadTheme("light".into())]);
    assert_eq!(command("workflows").1, Tab::Workflows);
    assert_eq!(command("runs status:failed").1, Tab::Runs);
    assert_eq!(command("run restart-payments service=x1").2, 1);
    console.press("Esc :");
    console.write("nonsense");
    console.press("Enter");
    assert!(console.text().contains("`nonsense` is not a command"));
    console.press("Esc :");
    console.write("q");
    assert_eq!(console.press("Enter").last(), Some(&Effect::Quit));
}

#[test]
fn quitting_wants_the_key_twice_in_a_row() {
    let mut console = Console::live(WIDE);
    assert_eq!(console.press("q"), []);
    assert!(console.text().contains("again leaves"));
    assert_eq!(console.press("q"), [Effect::Quit]);
    let mut console = Console::live(WIDE);
    console.press("^c");
    console.pass(second() * 4);
    assert_eq!(console.press("^c"), [], "too long ago");
    assert_eq!(console.press("^c"), [Effect::Quit]);
    let mut console = Console::live(WIDE);
    console.press("Enter q");
    assert_eq!(console.press("q"), [], "the first only left the run");
}

#[test]
fn copying_and_suspending_are_effects() {
    let mut console = Console::live(WIDE);
    let id = console.model.screens.runs.list.selected().unwrap().run_id.clone();
    assert_eq!(console.press("y"), [Effect::Copy(id)]);
    assert_eq!(console.press("Y"), [Effect::Copy("conductor runs list".into())]);
    assert_eq!(console.press("^z"), [Effect::Suspend]);
    console.press("^p");
    assert_eq!(console.press("^z"), [Effect::Suspend], "whatever takes the keys");
}

#[test]
fn a_lost_link_keeps_the_data_and_goes_on_from_the_last_sequence_number() {
    let mut console = Console::live(WIDE);
    let dropped = console.disconnect();
    assert!(dropped.iter().filter(|e| matches!(e, Effect::Unwatch(_))).count() >= 2);
    console.pass(second() * 14);
    let text = console.text();
    assert!(text.contains("stale 14 s, retrying"), "{text}");
    assert!(text.contains("restart-payments"), "what was read is still there");
    let scope = console.model.shared.scope.clone();
    let latency = std::time::Duration::from_millis(9);
    let up = LinkNews::Up {
        principal: "uid:1".into(),
        named: false,
        scope,
        latency,
        approvals: (0, 0),
        freezes: Vec::new(),
        alerts: (0, 0),
    };
    let effects = console.send(What::Link(up));
    let feeds = feeds(&effects);
    assert!(matches!(feeds[0], Feed::Runs(request) if request.after_seq == 90), "{feeds:?}");
    assert!(matches!(feeds[1], Feed::Run(request) if request.after_seq == 90), "{feeds:?}");
    assert!(last_said(&console).starts_with("connected again"));
}

#[test]
fn news_of_a_stream_that_was_dropped_is_not_taken() {
    let mut console = Console::live(WIDE);
    let old = console.disconnect();
    let ids: Vec<_> = old
        .iter()
        .filter_map(|e| if let Effect::Unwatch(id) = e { Some(*id) } else { None })
        .collect();
    console.connect();
    let reset = WatchRunsResponse { reset: true, ..WatchRunsResponse::default() };
    for id in ids {
        let effects = console.send(What::Feed(id, FeedNews::Runs(reset.clone())));
        assert!(!effects.iter().any(|e| matches!(e, Effect::Ask(Ticket::RunsPage { .. }, _))));
    }
}

#[test]
fn live_changes_update_the_row_and_keep_the_cursor_on_its_run() {
    let mut console = Console::live(WIDE);
    console.press("j j");
    let chosen = console.model.screens.runs.list.selected().unwrap().run_id.clone();
    let id = crate::app::FeedId(1);
    let now = console.model.shared.now;
    let mut newer = daemon::summary(0, now);
    newer.run_id = "run_01jd1".into();
    let mut changed = daemon::summary(0, now);
    changed.status = RunStatus::Succeeded as i32;
    let runs = vec![newer, changed];
    let news = WatchRunsResponse { seq: 91, runs, total: 41, ..WatchRunsResponse::default() };
    console.send(What::Feed(id, FeedNews::Runs(news)));
    let list = &console.model.screens.runs.list;
    assert_eq!(list.rows()[0].run_id, "run_01jd1");
    assert_eq!(list.rows()[1].status(), RunStatus::Succeeded);
    assert_eq!(list.selected().unwrap().run_id, chosen);
    assert_eq!(list.total, 41);
}

#[test]
fn a_stream_that_breaks_while_the_link_is_up_is_opened_again_after_a_pause() {
    let mut console = Console::live(WIDE);
    let id = crate::app::FeedId(1);
    let fault = daemon::fault(FaultKind::Unreachable);
    let effects = console.send(What::Feed(id, FeedNews::Ended(Some(fault))));
    assert_eq!(feeds(&effects).len(), 0, "not at once");
    let effects = console.pass(second() * 2);
    assert!(matches!(feeds(&effects)[..], [Feed::Runs(_)]), "{effects:?}");
}

#[test]
fn the_run_beside_the_list_is_opened_when_the_cursor_rests() {
    let mut console = Console::live(WIDE);
    let effects = console.press("j");
    assert!(feeds(&effects).is_empty(), "not for every row that is passed");
    let effects = console.pass(SignedDuration::from_millis(150));
    assert!(matches!(feeds(&effects)[..], [Feed::Run(_)]), "{effects:?}");
}

#[test]
fn leaving_a_screen_drops_its_subscriptions() {
    let mut console = Console::live(WIDE);
    let effects = console.press("7");
    assert_eq!(effects.iter().filter(|e| matches!(e, Effect::Unwatch(_))).count(), 3);
    let effects = console.press("1");
    assert_eq!(feeds(&effects).len(), 3, "{effects:?}");
}

#[test]
fn a_daemons_no_stays_until_it_was_seen() {
    let mut console = Console::live(WIDE);
    let mutation = Mutation::Cancel(<_>::default());
    let refused = Err(daemon::fault(FaultKind::Denied));
    console.send(What::Reply(Ticket::Changed(mutation), refused));
    console.pass(second() * 60);
    let toasts = console.model.shared.messages.toasts(console.model.shared.now);
    assert_eq!(toasts[0].level, Level::Error);
    assert!(
        toasts[0].more.contains("ask a tenant_admin") && toasts[0].more.contains("POLICY_DENIED")
    );
    console.press("Esc");
    assert!(console.model.shared.messages.toasts(console.model.shared.now).is_empty());
}

#[test]
fn a_change_whose_answer_was_lost_is_not_said_to_have_failed() {
    let mut console = Console::live(WIDE);
    let lost = Fault { message: "connection reset".into(), ..daemon::fault(FaultKind::Unclear) };
    let mutation = Mutation::Cancel(<_>::default());
    console.send(What::Reply(Ticket::Changed(mutation), Err(lost)));
    let said = last_said(&console);
    assert_eq!(said, "it is not known whether this was done: connection reset");
}

/// What just failed waits beside a question, or under it, until it is answered.
#[test]
fn no_message_lies_over_a_question() {
    for size in [(40, 12), (80, 24), (200, 60)] {
        let mut console = Console::live(size);
        console.press("c");
        let question = console.text();
        let refused = Err(daemon::fault(FaultKind::Denied));
        let changed = Ticket::Changed(Mutation::Cancel(<_>::default()));
        console.send(What::Reply(changed, refused));
        let with_message = console.text();
        let asked: Vec<_> = question.lines().filter(|line| line.contains("Cancel")).collect();
        assert!(!asked.is_empty(), "{question}");
        for line in asked {
            let line = line.trim();
            assert!(with_message.contains(line), "{line:?} is not in\n{with_message}");
        }
        console.press("Esc");
        assert!(console.model.layers.is_empty());
        let after = console.text();
        assert!(after.contains("error"), "{after}");
    }
}

/// What was asked for was done, and what is frozen now is no refusal.
#[test]
fn a_freeze_that_holds_is_a_warning_and_nothing_that_was_not_done() {
    let mut console = Console::live(WIDE);
    let freeze = Freeze {
        name: "release-4".into(),
        set_by: "uid:1000".into(),
        reason: "release 4".into(),
        state: FreezeState::Holds.into(),
        ..<_>::default()
    };
    let up = LinkNews::Up {
        principal: "uid:1000".into(),
        named: false,
        scope: console.model.shared.scope.clone(),
        latency: std::time::Duration::from_millis(9),
        approvals: console.daemon.desk.counted(),
        freezes: vec![freeze],
        alerts: (0, 0),
    };
    let effects = console.send(What::Link(up));
    console.answer(effects);
    let toasts = console.model.shared.messages.toasts(console.model.shared.now);
    assert_eq!(toasts.last().unwrap().level, Level::Caution);
    assert!(last_said(&console).starts_with("the whole tenant is frozen"));
    let shown = console.text();
    assert!(shown.contains(" warning ") && !shown.contains(" not done "), "{shown}");
}

#[test]
fn an_unknown_input_is_named_and_left_out() {
    let mut console = Console::live(WIDE);
    console.press(":");
    console.write("run restart-payments sevice=x1");
    console.press("Enter");
    assert!(last_said(&console).contains("`sevice`"), "{}", last_said(&console));
}

#[test]
fn an_answer_to_an_older_question_is_thrown_away() {
    let mut console = Console::live(WIDE);
    let rows = console.model.screens.runs.list.rows().len();
    let ticket = Ticket::RunsPage { generation: 0, page: 0 };
    console.send(What::Reply(ticket, Ok(Answer::Runs(Box::default()))));
    assert_eq!(console.model.screens.runs.list.rows().len(), rows);
}

#[test]
fn what_is_wrong_with_a_command_is_told_whole_in_a_narrow_window() {
    for (size, ascii) in [((40, 12), true), ((80, 24), false)] {
        let mut console = Console::with(size, looks("dark", ascii), "dev");
        console.connect();
        console.press(":");
        console.write("frobnicate everything at once");
        console.press("Enter");
        let Some(Layer::Prompt(prompt)) = console.model.layers.last() else {
            panic!("{}", console.text())
        };
        let problem = prompt.problem.clone().unwrap();
        let text = console.text();
        let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = problem.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&wanted), "{wanted}\n{text}");
        super::pictures::compare(&format!("command-problem-{}x{}", size.0, size.1), &text);
    }
}
