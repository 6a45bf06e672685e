//! Queues and workers: what waits, what holds it up, who works.

use conductor_protocol::v1::{
    Freeze, FreezeReach, ListWorkersResponse, Worker, freeze_reach::Reach,
};
use jiff::{SignedDuration, Timestamp};

use super::{Console, looks, pictures::compare};
use crate::{
    app::{Answer, Effect, time::to_wire},
    screen::Tab,
};

/// Workers of the daemon.
pub(super) fn workers(now: Timestamp, calm: bool) -> Answer {
    let worker = |name: &str, leases: u32, age: i64| Worker {
        worker_id: format!("wrk_01jd00000000000000000000{:02}", name.len()),
        name: name.into(),
        capacity: 4,
        leases,
        executors: vec!["shell".into(), "http".into()],
        connected: age < 60,
        last_seen_at: Some(to_wire(now - SignedDuration::from_secs(age))),
        in_process: name == "local",
    };
    let workers = match calm {
        true => Vec::new(),
        false => vec![worker("local", 4, 1), worker("edge-1", 0, 2), worker("edge-22", 0, 4_000)],
    };
    Answer::Workers(Box::new(ListWorkersResponse { workers, queue_depth: 17 }))
}

fn shown(size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    let reach = Some(FreezeReach { reach: Some(Reach::Workflow("drain-node".into())) });
    let freeze = Freeze { name: "storm".into(), reach, ..Freeze::default() };
    console.model.shared.freezes = vec![freeze];
    console.press("4");
    console
}

#[test]
fn what_waits_and_who_works_in_every_size() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let mut console = shown(size);
        compare(&format!("queues-{}x{}", size.0, size.1), &console.text());
        if size.0 == 40 {
            console.press("Tab");
            compare("workers-40x12", &console.text());
        }
    }
    let mut console = Console::with((80, 24), looks("dark", true), "dev");
    console.connect();
    console.press("4");
    compare("queues-80x24-ascii", &console.text());
}

#[test]
fn keys_lead_to_the_runs_of_a_workflow_and_to_the_workers() {
    let mut console = shown((80, 24));
    let chosen = |console: &Console| console.model.screen().chosen(&console.model.shared);
    assert_eq!(chosen(&console).as_deref(), Some("drain-node"), "what is held up is first");
    console.press("Tab j");
    assert!(chosen(&console).unwrap().starts_with("wrk_"));
    assert_eq!(console.model.screen().twin(), "conductor workers list");
    console.press("Esc /");
    console.write("restart");
    console.press("Enter");
    assert_eq!(chosen(&console).as_deref(), Some("restart-payments"));
    console.press("Enter");
    assert_eq!(console.model.tab, Tab::Runs);
    assert_eq!(console.model.screen().filter_text(), "status:active workflow:restart-payments");
}

#[test]
fn it_reads_again_by_itself_and_not_at_the_back() {
    let asks = |effects: &[Effect]| {
        effects.iter().filter(|effect| matches!(effect, Effect::Ask(..))).count()
    };
    let mut console = shown((80, 24));
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(9))), 0);
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(2))), 3);
    console.press("1");
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(60))), 0);
}
