//! Pulse: what it asks, what it finds wrong, and where each tile leads.

use conductor_protocol::v1::{
    DoctorCheck, Freeze, FreezeReach, Incident, ListIncidentsResponse, ListRunsResponse, RunStatus,
    RunSummary, StatusResponse, freeze_reach::Reach,
};
use jiff::{SignedDuration, Timestamp};

use super::{Console, approvals::Desk, daemon::fault, looks, pictures::compare};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, Feed, FeedNews, Query, Ticket, msg::What, time::to_wire,
    },
    screen::Tab,
};

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

fn ago(now: Timestamp, seconds: i64) -> Option<pbjson_types::Timestamp> {
    Some(to_wire(now - SignedDuration::from_secs(seconds)))
}

/// How the daemon is, and what it was told of.
#[derive(Debug, Default)]
pub(crate) struct Ward {
    pub(crate) status: StatusResponse,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) checks: Vec<DoctorCheck>,
    /// Runs under way beside the usual ones.
    pub(crate) active: Vec<RunSummary>,
    /// Runs that ended well beside the usual ones.
    pub(crate) succeeded: Vec<RunSummary>,
}

impl Ward {
    /// Nothing is wrong.
    pub(crate) fn well(now: Timestamp) -> Self {
        let check = |name: &str, message: &str| DoctorCheck {
            name: name.into(),
            status: "ok".into(),
            message: message.into(),
            hint: String::new(),
        };
        Self {
            status: StatusResponse {
                version: env!("CARGO_PKG_VERSION").into(),
                state: "serving".into(),
                started_at: ago(now, 300_000),
                ledger_seq: 90,
                views_seq: 90,
                workers: 1,
                bundle_revision: "r7".into(),
                ..StatusResponse::default()
            },
            checks: vec![
                check("ledger", "90 events, the last one durable"),
                check("disk", "40960 MiB are free"),
            ],
            ..Self::default()
        }
    }

    /// Everything is.
    pub(super) fn ill(now: Timestamp) -> Self {
        let mut ward = Self::well(now);
        let freeze = Freeze {
            name: "storm".into(),
            reach: Some(FreezeReach { reach: Some(Reach::Environment("dev".into())) }),
            reason: "storage is being moved".into(),
            set_by: "carol".into(),
            until: Some(to_wire(now + SignedDuration::from_hours(2))),
            ..Freeze::default()
        };
        ward.status.freezes = vec![freeze];
        (ward.status.queue_depth, ward.status.workers) = (17, 0);
        ward.incidents = vec![Incident {
            incident_id: "inc_01jd0000000000000000000001".into(),
            sentence: "what was done alone was not reviewed in time".into(),
            opened_at: ago(now, 4_000),
            approval_id: "apr_01jd0000000000000000000001".into(),
            principal: "bob".into(),
            ..Incident::default()
        }];
        ward.checks[1].status = "fail".into();
        ward.checks[1].message = "120 MiB are free".into();
        ward.checks[1].hint = "make room in the data folder".into();
        let run =
            |at: u64, workflow: &str, status: RunStatus, age: i64, took: Option<i64>| RunSummary {
                run_id: format!("run_01jd{at:022}"),
                workflow: workflow.into(),
                status: status.into(),
                owner: "bob".into(),
                started_at: ago(now, age),
                ended_at: took.and_then(|took| ago(now, age - took)),
                tasks_total: 4,
                ..RunSummary::default()
            };
        ward.active = vec![
            run(1, "rollout-edge", RunStatus::Held, 500, None),
            run(2, "sync-mirror", RunStatus::Paused, 7_000, None),
            run(3, "vacuum-db", RunStatus::Running, 9_000, None),
        ];
        let vacuum =
            |at: i64| run(10 + at as u64, "vacuum-db", RunStatus::Succeeded, at * 9_000, Some(600));
        ward.succeeded = (1..5).map(vacuum).collect();
        ward
    }

    /// Puts its runs before those of a page that was asked for.
    pub(crate) fn add(&self, statuses: &[i32], mut page: ListRunsResponse) -> ListRunsResponse {
        let more = self.active.iter().chain(&self.succeeded);
        let wanted = more.filter(|run| statuses.contains(&run.status)).cloned();
        page.runs = wanted.chain(page.runs).collect();
        page
    }

    pub(crate) fn incidents(&self) -> Answer {
        let incidents = self.incidents.clone();
        Answer::Incidents(Box::new(ListIncidentsResponse { incidents }))
    }
}

/// A console at the front of which it is, with what is wrong.
fn ill(size: (u16, u16), ascii: bool) -> Console {
    let mut console = Console::with(size, looks("dark", ascii), "dev");
    let now = console.model.shared.now;
    console.daemon.desk = Desk::full(now);
    console.daemon.ward = Ward::ill(now);
    console.connect();
    console.press("0");
    console.model.shared.messages.dismiss(now);
    console
}

/// One where nothing is.
fn well(size: (u16, u16)) -> Console {
    let mut console = Console::new(size);
    console.daemon.runs = 0;
    console.daemon.calm = true;
    console.connect();
    console.press("0");
    console
}

fn line_with<'a>(text: &'a str, part: &str) -> &'a str {
    text.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("no {part}:\n{text}"))
}

#[test]
fn what_is_wrong_is_seen_in_every_size() {
    for size in SIZES {
        let console = ill(size, false);
        compare(&format!("pulse-{}x{}", size.0, size.1), &console.text());
        let text = console.text();
        for tile in ["Incidents", "Approvals", "Failed", "Stuck", "Queue", "Freezes", "Daemon"] {
            assert!(text.contains(tile), "{tile} at {size:?}:\n{text}");
        }
    }
    compare("pulse-80x24-ascii", &ill((80, 24), true).text());
}

#[test]
fn where_nothing_is_wrong_it_is_quiet() {
    for size in [(40, 12), (80, 24), (200, 60)] {
        let text = well(size).text();
        assert!(text.contains("nothing wants you"), "{text}");
        compare(&format!("pulse-well-{}x{}", size.0, size.1), &text);
    }
}

#[test]
fn loading_stale_denied_and_in_part_unknown() {
    let mut console = Console::live((80, 24));
    let asked = console.send(What::Key(super::daemon::key("0")));
    assert_eq!(asked.iter().filter(|effect| matches!(effect, Effect::Ask(..))).count(), 8);
    compare("pulse-loading-80x24", &console.text());

    let mut console = ill((80, 24), false);
    console.disconnect();
    console.pass(SignedDuration::from_secs(14));
    compare("pulse-stale-80x24", &console.text());

    let mut console = Console::new((80, 24));
    console.daemon.faults = true;
    console.connect();
    console.press("0");
    console.press("Esc Esc Esc");
    compare("pulse-denied-80x24", &console.text());

    let mut console = well((80, 24));
    let broken = Fault {
        kind: FaultKind::Other,
        code: "VIEWS_REBUILDING".into(),
        message: "the views are being rebuilt, 40 % done".into(),
        ..fault(FaultKind::Other)
    };
    let asked = console.pass(SignedDuration::from_secs(20));
    for effect in asked {
        let Effect::Ask(ticket, query) = effect else { continue };
        let answer = match query {
            Query::Incidents(_) => Err(fault(FaultKind::Denied)),
            Query::Status(_) => Err(broken.clone()),
            _ => continue,
        };
        console.send(What::Reply(ticket, answer));
    }
    let text = console.text();
    assert!(line_with(&text, "nothing waits, 1 worker").contains("but can'"), "{text}");
    compare("pulse-unknown-80x24", &text);
}

#[test]
fn each_tile_opens_its_list() {
    let mut console = ill((80, 24), false);
    console.press("Enter");
    assert!(console.text().contains("what was done alone"), "{}", console.text());
    compare("pulse-incidents-80x24", &console.text());
    console.press("Esc");
    // The worst four are incidents, failures, the queue and the daemon.
    console.press("l");
    console.press("Enter");
    assert_eq!(console.model.tab, Tab::Runs);
    assert_eq!(console.model.screen().filter_text(), "status:failed,timed_out");
    console.press("0 j h Enter");
    assert_eq!(console.model.tab, Tab::Queues);
    console.press("0 l Enter");
    assert!(console.text().contains("make room in the data folder"), "{}", console.text());
    compare("pulse-daemon-80x24", &console.text());
    console.press("q");
    assert_eq!(console.model.tab, Tab::Pulse, "q leaves the tile's list first");
    console.press("j h Enter");
    assert_eq!(console.model.tab, Tab::Approvals);
    console.press("0 l Enter");
    assert_eq!(console.model.tab, Tab::Runs);
    assert!(console.model.screen().filter_text().contains("held"));
}

#[test]
fn a_tile_stays_chosen_when_another_gets_worse() {
    let mut console = well((80, 24));
    console.press("G");
    let chosen = |console: &Console| console.model.screen().chosen(&console.model.shared);
    let before = chosen(&console).unwrap();
    console.daemon.ward.status.workers = 0;
    let asked = console.pass(SignedDuration::from_secs(20));
    console.answer(asked);
    assert!(console.text().contains("no worker is there"), "{}", console.text());
    assert_eq!(chosen(&console).unwrap().split(':').next(), before.split(':').next());
}

fn asks(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Ask(..))).count()
}

#[test]
fn it_asks_at_a_bounded_pace_and_not_at_the_back() {
    let mut console = well((80, 24));
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(10))), 0, "nothing is due yet");
    let asked = console.pass(SignedDuration::from_secs(10));
    assert_eq!(asks(&asked), 7, "all but the checks, once");
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(100))), 1, "no answer, no question");
    console.answer(asked);
    let left = console.press("1");
    assert_eq!(left.iter().filter(|effect| matches!(effect, Effect::Unwatch(_))).count(), 2);
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(100))), 0);
}

#[test]
fn news_of_runs_are_read_soon_but_no_more_often_than_that() {
    let mut console = Console::live((80, 24));
    let asked = console.send(What::Key(super::daemon::key("0")));
    let mut feed = None;
    for effect in asked {
        for what in console.daemon.answer(effect) {
            for effect in console.send(what) {
                if let Effect::Watch(id, Feed::Runs(_)) = effect {
                    feed = Some(id);
                }
            }
        }
    }
    let feed = feed.unwrap();
    for _ in 0..1000 {
        assert_eq!(console.send(What::Feed(feed, FeedNews::Runs(<_>::default()))), []);
    }
    assert_eq!(asks(&console.pass(SignedDuration::from_millis(2_100))), 4, "what runs change");
}

#[test]
fn equal_answers_draw_the_same_and_old_ones_count_for_nothing() {
    let mut console = well((80, 24));
    let before = console.text();
    let asked = console.pass(SignedDuration::from_secs(16));
    console.answer(asked);
    let body = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(body(&console.text()), body(&before));
    let stray = StatusResponse { state: "draining".into(), ..StatusResponse::default() };
    let stray = Answer::Status(Box::new(stray));
    console.send(What::Reply(Ticket::Screen(Tab::Pulse, 0), Ok(stray)));
    assert!(!console.text().contains("draining"), "{}", console.text());
}
