//! kill -9 at any moment loses nothing that was acknowledged and runs nothing again that was
//! completed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use conductor_protocol::v1::Event;
use conductor_tests::{Api, Daemon, Dice};
use serde_json::Value;
use tokio::{sync::watch, task::JoinSet};

use crate::{peers::nothing_happens_after_an_end, workflows};

/// How often the daemon is killed.
const KILLS: u32 = 30;
/// Callers that start runs all the while.
const CALLERS: u32 = 6;
/// Acknowledgements between a start and the next kill, at most.
const ACKNOWLEDGEMENTS_MAX: u64 = 60;
/// Wait after the last of them, at most, so that kills fall between steps too.
const DELAY_MS_MAX: u64 = 40;
/// The kills fall at the same moments, as near as a real machine allows.
const SEED: u64 = 0x00C0_FFEE;

/// What the callers were promised: idempotency key → run.
type Promises = Arc<Mutex<BTreeMap<String, String>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_kills_lose_nothing_and_repeat_nothing() {
    let mut daemon = Daemon::start();
    daemon.console().publish(workflows::NOOP);
    daemon.console().publish(workflows::TRACKS);
    let tracks = daemon.folder().join("tracks");
    let (lives, life) = watch::channel(1_u32);
    let promises = Promises::default();
    let (counted, count) = watch::channel(0_u64);
    let counted = Arc::new(counted);
    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        let caller = Caller {
            number,
            socket: daemon.socket(),
            tracks: tracks.clone(),
            promises: Arc::clone(&promises),
            counted: Arc::clone(&counted),
            life: life.clone(),
        };
        callers.spawn(caller.call());
    }
    let mut dice = Dice::seeded(SEED);
    for kill in 1..=KILLS {
        let enough = *count.borrow() + 1 + dice.below(ACKNOWLEDGEMENTS_MAX);
        count.clone().wait_for(|&seen| seen >= enough).await.unwrap();
        tokio::time::sleep(Duration::from_millis(dice.below(DELAY_MS_MAX))).await;
        daemon.kill();
        daemon.launch();
        lives.send_replace(if kill == KILLS { 0 } else { kill + 1 });
    }
    while callers.join_next().await.transpose().unwrap().is_some() {}

    let promises = promises.lock().unwrap().clone();
    assert!(promises.len() >= KILLS as usize, "{} runs are too few", promises.len());
    let api = daemon.api().await;
    for run in promises.values() {
        // Views are compared below: a receipt that came in between would be a difference.
        api.receipted(run).await;
    }
    let events = api.events(&["run.", "task."]).await;
    every_promise_is_kept(&promises, &events);
    nothing_happens_after_an_end(&events);
    nothing_completed_ran_again(&events, &tracks);
    drop(daemon.console().call(&["ledger", "verify"]).exits(0));
    rebuilt_views_are_the_same(&mut daemon);
}

/// Starts one run after the other until it is told that the last life has begun.
struct Caller {
    number: u32,
    socket: PathBuf,
    tracks: PathBuf,
    promises: Promises,
    counted: Arc<watch::Sender<u64>>,
    life: watch::Receiver<u32>,
}

impl Caller {
    async fn call(mut self) {
        let inputs = serde_json::json!({ "file": self.tracks }).to_string();
        let mut started = 0_u32;
        loop {
            let life = *self.life.borrow_and_update();
            if life == 0 {
                return;
            }
            if let Ok(api) = Api::try_connect(&self.socket).await {
                // The key is used again until an answer comes: a caller can't know whether the
                // start that it got no answer to was recorded.
                loop {
                    let key = format!("caller-{}-{started}", self.number);
                    let workflow = if started.is_multiple_of(3) { "tracks" } else { "noop" };
                    let inputs = if workflow == "tracks" { inputs.as_str() } else { "{}" };
                    let Ok(run) = api.start(workflow, inputs, &key).await else { break };
                    self.promises.lock().unwrap().insert(key, run);
                    self.counted.send_modify(|count| *count += 1);
                    started += 1;
                    if *self.life.borrow() == 0 {
                        return;
                    }
                }
            }
            // The next life, or the end of all.
            let next = self.life.wait_for(|&now| now != life);
            if tokio::time::timeout(Duration::from_secs(60), next).await.is_err() {
                panic!("the daemon did not come back");
            }
        }
    }
}

fn every_promise_is_kept(promises: &BTreeMap<String, String>, events: &[Event]) {
    let started: Vec<_> =
        events.iter().filter(|e| e.kind == "run.started").map(|e| &e.subject).collect();
    let distinct: BTreeSet<_> = started.iter().collect();
    assert_eq!(distinct.len(), started.len(), "a run was started twice");
    let promised: BTreeSet<_> = promises.values().collect();
    assert_eq!(promised.len(), promises.len(), "two keys were given one run");
    for (key, run) in promises {
        assert!(distinct.contains(&run), "{run} was promised to {key} and is gone");
    }
}

/// A task's recorded success is its last word: no attempt of it is leased or runs afterwards, and
/// no attempt runs twice.
fn nothing_completed_ran_again(events: &[Event], tracks: &Path) {
    let mut succeeded: BTreeMap<(String, String), u64> = BTreeMap::new();
    for event in events {
        let stored: Value = serde_json::from_str(&event.data_json).unwrap();
        let data = &stored["event"]["data"];
        let Some(task) = data["task"].as_str() else { continue };
        let task = (event.subject.clone(), task.to_owned());
        assert!(!succeeded.contains_key(&task), "after its success: {event:?}");
        if event.kind == "task.completed" && data["outcome"] == "succeeded" {
            succeeded.insert(task, data["attempt"].as_u64().unwrap());
        }
    }
    let mut executed: BTreeMap<(String, String, u64), u32> = BTreeMap::new();
    for line in fs::read_to_string(tracks).unwrap().lines() {
        let mut words = line.split(' ').map(str::to_owned);
        let (run, task) = (words.next().unwrap(), words.next().unwrap());
        let attempt = words.next().unwrap().parse().unwrap();
        *executed.entry((run, task, attempt)).or_default() += 1;
    }
    assert!(!executed.is_empty(), "no shell step ran, so nothing was proven");
    for ((run, task, attempt), times) in &executed {
        assert_eq!(*times, 1, "attempt {attempt} of {task} in {run} ran more than once");
        let last = succeeded[&(run.clone(), task.clone())];
        assert!(
            *attempt <= last,
            "attempt {attempt} of {task} in {run} ran after {last} succeeded"
        );
    }
}

fn rebuilt_views_are_the_same(daemon: &mut Daemon) {
    let before = everything_shown(daemon);
    assert!(daemon.stop().success());
    drop(daemon.call(&["rebuild"]).exits(0));
    daemon.launch();
    let after = everything_shown(daemon);
    assert!(before == after, "the rebuilt views differ");
}

fn everything_shown(daemon: &Daemon) -> Vec<Value> {
    let console = daemon.console();
    let runs = console.json(&["runs", "list", "--limit", "1000"]);
    let mut shown = vec![console.json(&["workflows", "list"])];
    for run in runs.as_array().unwrap().iter().take(100) {
        shown.push(console.show(run["runId"].as_str().unwrap()));
    }
    shown.push(runs);
    shown
}
