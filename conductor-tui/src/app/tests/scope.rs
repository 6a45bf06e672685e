//! Going to another tenant: nothing of the one before stays, and nothing of it comes after.

use conductor_protocol::v1::{ListRunsResponse, RunSummary, Scope};

use super::{Console, approvals::Desk, pictures::compare};
use crate::app::{Answer, Effect, FeedId, FeedNews, LinkState, Query, Ticket, msg::What};
use crate::screen::Tab;

fn globex() -> Scope {
    Scope { tenant: "globex".into(), environment: "prod".into(), region: "eu-west-1".into() }
}

/// A console that has seen a lot of its tenant, and goes to another.
fn gone() -> (Console, Vec<Effect>) {
    let mut console = Console::new((120, 40));
    console.daemon.desk = Desk::full(console.model.shared.now);
    console.connect();
    console.press("0");
    console.press("2");
    console.press("1");
    console.press(":");
    console.write("tenant globex prod");
    let effects = console.press("Enter");
    (console, effects)
}

#[test]
fn nothing_of_the_tenant_before_stays() {
    let (console, effects) = gone();
    assert_eq!(effects.last(), Some(&Effect::Rescope(globex())));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Unwatch(_))), "{effects:?}");
    let text = console.text();
    assert!(text.contains("globex") && text.contains("PROD"), "{text}");
    for word in ["acme", "restart-payments", "alice", "rotate-certs"] {
        assert!(!text.contains(word), "{word}:\n{text}");
    }
    let shared = &console.model.shared;
    assert_eq!((shared.verdicts.len(), shared.approvals_waiting), (0, 0));
    assert_eq!(shared.link.state, LinkState::Connecting);
    assert_eq!((shared.messages.len(), console.model.recent.len()), (0, 0));
    compare("rescoped-120x40", &text);
}

#[test]
fn nothing_that_was_asked_there_is_taken_in_here() {
    let (mut console, _) = gone();
    let stray = RunSummary { workflow: "secret-of-acme".into(), ..RunSummary::default() };
    let page = ListRunsResponse { runs: vec![stray], total: 1, ..ListRunsResponse::default() };
    let late = || {
        vec![
            What::Reply(
                Ticket::RunsPage { generation: 1, page: 0 },
                Ok(Answer::Runs(Box::new(page.clone()))),
            ),
            What::Reply(Ticket::Screen(Tab::Pulse, 11), Ok(Answer::Runs(Box::new(page.clone())))),
            What::Feed(FeedId(1), FeedNews::Ended(None)),
            What::Link(super::LinkNews::Down { problem: "of acme".into() }),
        ]
    };
    let check = |console: &mut Console| {
        for what in late() {
            assert_eq!(console.send(What::Of(0, Box::new(what))), []);
            assert!(!console.model.changed, "not even drawn again");
        }
        assert!(!console.text().contains("of-acme"), "{}", console.text());
        assert_ne!(console.model.shared.link.state, LinkState::Lost("of acme".into()));
    };
    check(&mut console);
    // The same when the new tenant has answered.
    console.connect();
    check(&mut console);
    assert!(console.text().contains("globex"), "{}", console.text());
}

#[test]
fn everything_is_asked_for_anew_and_there() {
    let (mut console, _) = gone();
    let news = super::LinkNews::Up {
        principal: "uid:1000".into(),
        named: false,
        scope: globex(),
        latency: std::time::Duration::from_millis(9),
        approvals: (0, 0),
        freezes: Vec::new(),
        alerts: (0, 0),
    };
    let asked = console.send(What::Of(1, Box::new(What::Link(news))));
    let scopes: Vec<Option<Scope>> = asked
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask(_, Query::Runs(request)) => Some(request.scope.clone()),
            Effect::Ask(_, Query::Workflows(request)) => Some(request.scope.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(scopes, vec![Some(globex()); 2]);
}

#[test]
fn an_environment_is_gone_to_alone_and_where_one_is_one_stays() {
    let mut console = Console::live((80, 24));
    console.press(":");
    console.write("env prod");
    let effects = console.press("Enter");
    let there = Scope { environment: "prod".into(), ..console.model.shared.scope.clone() };
    assert_eq!(effects.last(), Some(&Effect::Rescope(there)));
    assert_eq!(console.model.shared.scope.tenant, "acme");
    console.press(":");
    console.write("tenant acme");
    assert_eq!(console.press("Enter"), []);
    assert!(console.text().contains("this is acme, prod"), "{}", console.text());
}
