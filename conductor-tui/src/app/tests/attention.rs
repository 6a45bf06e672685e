//! Somebody who looks elsewhere is told of what they asked for, and of nothing else.

use conductor_protocol::v1::{RunStatus, WatchRunsResponse};
use jiff::SignedDuration;

use super::{Console, approvals, daemon::fault, summary};
use crate::{
    app::{
        Effect, FaultKind, Feed, FeedId, FeedNews,
        msg::{LinkNews, What},
        offered::Offered,
    },
    widget::Target,
};

const SIZE: (u16, u16) = (120, 40);

/// A console that is looked at no more, with these settings.
fn away(settings: &[&str]) -> Console {
    let mut console = Console::live(SIZE);
    for setting in settings {
        console.command(&format!("set {setting}"));
    }
    console.send(What::Focus(false));
    console
}

fn told(effects: &[Effect]) -> Vec<String> {
    let told = |effect: &Effect| match effect {
        Effect::Notify { by, title, text } => Some(format!("{} {title}: {text}", by.name())),
        _ => None,
    };
    effects.iter().filter_map(told).collect()
}

/// The stream that runs are told of by, and from where on it tells whose.
fn opened(effects: &[Effect]) -> Option<(FeedId, u64, String)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Watch(id, Feed::Runs(request)) => {
            Some((*id, request.after_seq, request.owner.clone()))
        }
        _ => None,
    })
}

fn runs(seq: u64, runs: &[(u64, RunStatus, &str)]) -> FeedNews {
    let now = super::NOW.parse().unwrap();
    let run = |(n, status, owner): &(u64, RunStatus, &str)| {
        let mut run = summary(*n, now);
        run.status = (*status).into();
        run.owner = (*owner).to_owned();
        run
    };
    let runs = runs.iter().map(run).collect();
    FeedNews::Runs(WatchRunsResponse { seq, runs, ..WatchRunsResponse::default() })
}

fn up(alerts: (u32, u32)) -> What {
    What::Link(LinkNews::Up {
        principal: "uid:1000".into(),
        named: false,
        scope: Console::new(SIZE).model.shared.scope,
        latency: std::time::Duration::from_millis(12),
        approvals: (0, 0),
        freezes: Vec::new(),
        alerts,
    })
}

fn down() -> What {
    What::Link(LinkNews::Down { problem: "connection refused".into() })
}

#[test]
fn nobody_is_told_of_what_they_did_not_ask_for() {
    let mut console = away(&[]);
    console.daemon.desk = approvals::Desk::full(console.model.shared.now);
    let effects = approvals::ping(&mut console);
    assert_eq!(told(&effects), Vec::<String>::new());
    assert_eq!(told(&console.send(up((1, 1)))), Vec::<String>::new());
    assert_eq!(told(&console.send(down())), Vec::<String>::new());
}

#[test]
fn an_approval_is_told_by_what_fits_the_terminal_or_by_what_is_set() {
    let told_by = |settings: &[&str]| {
        let mut console = away(settings);
        console.daemon.desk = approvals::Desk::full(console.model.shared.now);
        told(&approvals::ping(&mut console))
    };
    let text = "conductor acme/dev: waits for you: run.start restart-payments in prod";
    for (by, settings) in [
        ("bell", &["notify_approvals on"][..]),
        ("osc777", &["notify_approvals on", "notify osc777"]),
    ] {
        let said = told_by(settings);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(&format!("{by} {text}")), "{said:?}");
    }
    assert_eq!(told_by(&["notify_approvals on", "notify off"]), Vec::<String>::new());
}

#[test]
fn whoever_is_there_sees_it_and_is_not_told() {
    let mut console = away(&["notify_link on"]);
    console.send(What::Focus(true));
    assert_eq!(told(&console.send(down())), Vec::<String>::new());
    console.send(up((0, 0)));
    console.send(What::Focus(false));
    assert_eq!(
        told(&console.send(down())),
        ["bell conductor acme/dev: the daemon does not answer any more"]
    );
}

#[test]
fn where_the_terminal_says_nothing_of_its_focus_a_key_shows_that_somebody_is_there() {
    let mut console = Console::live(SIZE);
    console.command("set notify_link on");
    assert_eq!(told(&console.send(down())), Vec::<String>::new());
    console.send(up((0, 0)));
    console.pass(SignedDuration::from_secs(61));
    assert_eq!(told(&console.send(down())).len(), 1);
}

#[test]
fn somebody_is_told_once_a_minute_and_then_what_came_meanwhile() {
    let mut console = away(&["notify_incidents on", "notify_link on"]);
    assert_eq!(told(&console.send(up((0, 1)))), ["bell conductor acme/dev: an incident is open"]);
    assert_eq!(told(&console.send(up((0, 2)))), Vec::<String>::new());
    assert_eq!(told(&console.send(down())), Vec::<String>::new());
    assert_eq!(told(&console.pass(SignedDuration::from_secs(59))), Vec::<String>::new());
    assert_eq!(
        told(&console.pass(SignedDuration::from_secs(2))),
        ["bell conductor acme/dev: the daemon does not answer any more, and 1 more"]
    );
    assert_eq!(told(&console.pass(SignedDuration::from_secs(300))), Vec::<String>::new());
}

#[test]
fn what_waits_to_be_told_is_forgotten_once_somebody_has_looked() {
    let mut console = away(&["notify_incidents on"]);
    assert_eq!(told(&console.send(up((0, 1)))).len(), 1);
    assert_eq!(told(&console.send(up((0, 2)))), Vec::<String>::new());
    console.send(What::Focus(true));
    console.send(What::Focus(false));
    assert_eq!(told(&console.pass(SignedDuration::from_secs(120))), Vec::<String>::new());
}

#[test]
fn the_end_of_a_run_is_told_on_any_screen_and_the_message_opens_it() {
    let mut console = Console::live(SIZE);
    console.press("6");
    assert_eq!(opened(&console.send(up((0, 0)))), None, "nobody asked");
    console.press(":");
    console.write("set notify_runs on");
    let (feed, after, owner) = opened(&console.press("Enter")).unwrap();
    assert_eq!((after, owner.as_str()), (0, "uid:1000"));
    console.send(What::Focus(false));
    let ended = RunStatus::Succeeded;
    // How things stand is no news, and neither is what is heard of an end twice.
    let first = runs(50, &[(1, ended, "uid:1000"), (2, RunStatus::Running, "uid:1000")]);
    assert_eq!(told(&console.send(What::Feed(feed, first))), Vec::<String>::new());
    let again = runs(51, &[(1, ended, "uid:1000")]);
    assert_eq!(told(&console.send(What::Feed(feed, again))), Vec::<String>::new());
    // An older daemon tells of others' runs, too.
    let other = runs(52, &[(3, ended, "uid:2000")]);
    assert_eq!(told(&console.send(What::Feed(feed, other))), Vec::<String>::new());
    let news = runs(53, &[(2, ended, "uid:1000"), (4, RunStatus::Failed, "uid:1000")]);
    assert_eq!(
        told(&console.send(What::Feed(feed, news))),
        [
            "bell conductor acme/dev: run disk-clean, which you asked for, succeeded in dev, and 1 more ended"
        ]
    );
    let run = summary(2, super::NOW.parse().unwrap()).run_id;
    assert_eq!(console.model.offered, Some(Offered::Opens(Target::Run(run))));
    assert!(console.text().contains("run disk-clean, which you asked for"), "{}", console.text());
}

#[test]
fn any_run_that_fails_is_told_where_that_is_asked_for() {
    let mut console = Console::live(SIZE);
    console.press(":");
    console.write("set notify_failures on");
    let (feed, _, owner) = opened(&console.press("Enter")).unwrap();
    assert_eq!(owner, "", "everybody's");
    console.send(What::Focus(false));
    console.send(What::Feed(feed, runs(50, &[])));
    let news =
        runs(51, &[(3, RunStatus::Failed, "uid:2000"), (5, RunStatus::Succeeded, "uid:1000")]);
    assert_eq!(
        told(&console.send(What::Feed(feed, news))),
        ["bell conductor acme/dev: run failover-db failed in dev"]
    );
    // Taken up again, it may fail again.
    console.pass(SignedDuration::from_secs(61));
    console.send(What::Feed(feed, runs(52, &[(3, RunStatus::Running, "uid:2000")])));
    let news = runs(53, &[(3, RunStatus::TimedOut, "uid:2000")]);
    assert_eq!(
        told(&console.send(What::Feed(feed, news))),
        ["bell conductor acme/dev: run failover-db timed out in dev"]
    );
    // Their own are told of, too: one stream does for both, and goes on from where it was.
    console.press(":");
    console.write("set notify_runs on");
    assert_eq!(opened(&console.press("Enter")), None);
    console.press(":");
    console.write("set nonotify_failures");
    let (_, after, owner) = opened(&console.press("Enter")).unwrap();
    assert_eq!((after, owner.as_str()), (53, "uid:1000"));
}

#[test]
fn the_stream_goes_on_after_the_link_was_lost_or_it_broke_and_not_where_policy_denies_it() {
    let mut console = Console::live(SIZE);
    console.press("6 :");
    console.write("set notify_runs on");
    let (feed, ..) = opened(&console.press("Enter")).unwrap();
    console.send(What::Feed(feed, runs(50, &[])));
    assert!(console.send(down()).contains(&Effect::Unwatch(feed)));
    let (feed, after, _) = opened(&console.send(up((0, 0)))).unwrap();
    assert_eq!(after, 50);
    let fault = |kind| FeedNews::Ended(Some(fault(kind)));
    console.send(What::Feed(feed, fault(FaultKind::Other)));
    let effects = console.pass(SignedDuration::from_secs(2));
    let (feed, after, _) = opened(&effects).unwrap();
    assert_eq!(after, 50);
    console.send(What::Feed(feed, fault(FaultKind::Denied)));
    assert_eq!(opened(&console.pass(SignedDuration::from_secs(300))), None);
    // Elsewhere policy may say otherwise, and what was heard before is of another place.
    console.command("env prod");
    let (_, after, _) = opened(&console.send(up((0, 0)))).unwrap();
    assert_eq!(after, 0);
}

#[test]
fn the_focus_is_no_reason_to_draw() {
    let mut console = away(&[]);
    console.model.changed = false;
    console.send(What::Focus(true));
    assert!(!console.model.changed);
}
