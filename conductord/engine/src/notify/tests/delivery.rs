//! Delivery: a ledger in memory, a target whose answers are scripted, a clock that is turned, and a
//! disk that a crash leaves as it was.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    future::Future,
    io,
    pin::Pin,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
};

use conductor_domain::org::notification::{Care, Tended};

use super::*;
use crate::{
    limits::{
        LETTERS_DEAD_MAX, LETTERS_OPEN_MAX, NOTIFY_KEEP_EVERY, NOTIFY_REST_MAX_MS,
        NOTIFY_WAIT_MAX_MS,
    },
    ports::{Courier, OutboxStore, Record, Undelivered},
    record,
};

/// A ledger, a clock and chance.
#[derive(Default)]
struct Scene {
    facts: Mutex<Vec<Envelope>>,
    known: Mutex<Approvals>,
    now: AtomicU64,
    roll: AtomicU64,
    /// Facts that nobody can read any more.
    gone: Mutex<BTreeSet<u64>>,
}

impl Scene {
    fn new() -> Arc<Self> {
        let scene = Self::default();
        scene.now.store(AT.unix_ms, Ordering::Relaxed);
        Arc::new(scene)
    }

    fn happens(&self, fact: Envelope) -> u64 {
        let mut facts = self.facts.lock().unwrap();
        facts.push(fact);
        let seq = facts.len() as u64;
        self.known.lock().unwrap().apply(&facts[facts.len() - 1], seq);
        seq
    }

    /// Something that nobody is told of.
    fn passes(&self) {
        self.happens(decided("acme", Vec::new()));
    }

    /// Something that gives rise to one notification.
    fn tells(&self, number: u64) {
        let message = format!("number {number}");
        self.happens(decided(
            "acme",
            vec![Obligation::Notify { roles: vec!["operator".into()], message }],
        ));
    }

    fn turn(&self, ms: u64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Facts for Scene {
    fn approval(&self, tenant: &str, id: ApprovalId) -> Result<Option<Arc<Approval>>, ViewError> {
        Ok(self.known.lock().unwrap().get(tenant, id).cloned())
    }

    fn run(&self, _: &str, _: RunId) -> Result<Option<Arc<Run>>, ViewError> {
        Ok(None)
    }

    fn grants(&self, _: &str) -> Vec<Grant> {
        Vec::new()
    }
}

impl World for Scene {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.now.load(Ordering::Relaxed))
    }

    fn roll(&self) -> u64 {
        self.roll.load(Ordering::Relaxed)
    }

    fn last_seq(&self) -> u64 {
        self.facts.lock().unwrap().len() as u64
    }

    fn read(&self, after_seq: u64, records_max: usize) -> Result<Vec<Record>, String> {
        let facts = self.facts.lock().unwrap().clone();
        let after = facts.iter().zip(1..).skip(usize::try_from(after_seq).unwrap());
        let found = after.take(records_max).map(|(fact, seq)| {
            let draft = record::encode(fact);
            let gone = self.gone.lock().unwrap().contains(&seq);
            let payload = if gone { Vec::new() } else { draft.payload };
            Record { seq, at: draft.at, key_id: draft.key_id, payload }
        });
        Ok(found.collect())
    }
}

/// Answers as it is told to, then well.
#[derive(Default)]
struct Sink {
    answers: Mutex<VecDeque<Undelivered>>,
    /// Takes nothing at all.
    away: Mutex<bool>,
    got: Mutex<Vec<Letter>>,
    asked: AtomicU64,
}

fn broken(for_good: bool) -> Undelivered {
    Undelivered { why: "it answered 500".into(), for_good }
}

impl Sink {
    fn got(&self) -> Vec<String> {
        let got = self.got.lock().unwrap();
        got.iter().map(|letter| letter.notice.message.clone()).collect()
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Courier for Sink {
    fn deliver<'c>(
        &'c self,
        letter: &'c Letter,
    ) -> Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'c>> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            if *self.away.lock().unwrap() {
                return Err(broken(false));
            }
            match self.answers.lock().unwrap().pop_front() {
                Some(why) => Err(why),
                None => {
                    self.got.lock().unwrap().push(letter.clone());
                    Ok(())
                }
            }
        })
    }
}

/// A disk, whose writes are counted.
#[derive(Default)]
struct Disk {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    writes: AtomicU64,
}

impl OutboxStore for Disk {
    fn load(&self, target: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.files.lock().unwrap().get(target).cloned())
    }

    fn keep(&self, target: &str, bytes: &[u8]) -> io::Result<()> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.files.lock().unwrap().insert(target.to_owned(), bytes.to_owned());
        Ok(())
    }

    fn targets(&self) -> io::Result<Vec<String>> {
        Ok(self.files.lock().unwrap().keys().cloned().collect())
    }
}

struct Rig {
    scene: Arc<Scene>,
    sink: Arc<Sink>,
    disk: Arc<Disk>,
    follower: Follower,
}

const PATIENCE: Patience = Patience { tries: 4, wait_ms: 1_000 };

fn target(name: &str) -> Target {
    Target {
        name: name.to_owned(),
        kind: "webhook",
        place: "https://example.org".to_owned(),
        filter: Filter::default(),
        reach: Reach::Place,
        patience: PATIENCE,
    }
}

fn open(scene: &Arc<Scene>, sink: &Arc<Sink>, disk: &Arc<Disk>) -> Follower {
    let (scene, sink, disk) = (Arc::clone(scene), Arc::clone(sink), Arc::clone(disk));
    Follower::open(target("ops"), sink, scene, disk).unwrap()
}

impl Rig {
    fn new() -> Self {
        let (scene, sink, disk) = (Scene::new(), Arc::<Sink>::default(), Arc::<Disk>::default());
        let follower = open(&scene, &sink, &disk);
        Self { scene, sink, disk, follower }
    }

    /// The daemon dies and comes back: what was in memory is gone.
    fn crash(&mut self) {
        self.follower = open(&self.scene, &self.sink, &self.disk);
    }

    /// Delivers all that is to be delivered now, as the loop does. Gives when there is more.
    fn work(&self) -> Option<Timestamp> {
        loop {
            self.follower.take_up().unwrap();
            match self.follower.step() {
                Step::Deliver(letter) => {
                    let came = now(self.sink.deliver(&letter));
                    self.follower.settle(&letter, &came).unwrap();
                }
                Step::Wait(until) => return until,
            }
        }
    }

    /// The same until nothing waits, with the clock turned as far as it takes; how far that was.
    fn work_off(&self) -> u64 {
        let began = self.scene.now();
        while let Some(next) = self.work() {
            self.scene.turn(next.ms_since(self.scene.now()).max(1));
        }
        self.scene.now().ms_since(began)
    }

    fn dead(&self) -> Vec<NotificationId> {
        self.follower.outbox().dead.iter().map(|letter| letter.id).collect()
    }

    fn tend(&self, care: Care, notifications: Vec<NotificationId>) {
        let tended = Tended { target: "ops".into(), care, notifications, decision: String::new() };
        self.scene.happens(by("uid:0", Event::NotificationTended(tended)));
    }
}

/// What a future that never waits gives.
fn now<T>(mut future: Pin<Box<dyn Future<Output = T> + Send + '_>>) -> T {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn a_new_target_is_told_of_what_comes_from_now_on_in_its_order() {
    let (scene, sink, disk) = (Scene::new(), Arc::<Sink>::default(), Arc::<Disk>::default());
    scene.tells(1);
    let follower = open(&scene, &sink, &disk);
    let rig = Rig { scene, sink, disk, follower };
    assert_eq!(rig.work(), None);
    for number in 2..=4 {
        rig.scene.tells(number);
    }
    assert_eq!(rig.work(), None);
    assert_eq!(rig.sink.got(), ["number 2", "number 3", "number 4"]);
    let outbox = rig.follower.outbox();
    assert_eq!((outbox.delivered, outbox.position, outbox.open.len()), (3, 4, 0));
}

#[test]
fn what_is_not_taken_is_tried_again_later_each_time_and_then_given_up() {
    let rig = Rig::new();
    rig.sink.answers.lock().unwrap().extend([broken(false), broken(false)]);
    rig.scene.tells(1);
    let next = rig.work().unwrap();
    // Half of the wait at least, the rest by chance.
    assert_eq!(next.ms_since(rig.scene.now()), 500);
    assert_eq!(rig.work(), Some(next), "nothing is tried before its time");
    assert_eq!(rig.sink.asked(), 1);
    assert!(rig.follower.outbox().failing_since.is_some());
    assert!(rig.work_off() >= 1_500);
    assert_eq!((rig.sink.got(), rig.sink.asked()), (vec!["number 1".to_owned()], 3));
    assert_eq!(rig.follower.outbox().failing_since, None);
    assert_eq!(rig.follower.outbox().problem, "");

    *rig.sink.away.lock().unwrap() = true;
    rig.scene.tells(2);
    rig.work_off();
    assert_eq!(rig.sink.asked(), 3 + u64::from(PATIENCE.tries));
    let outbox = rig.follower.outbox();
    assert_eq!(outbox.dead.len(), 1);
    let dead = &outbox.dead[0];
    assert_eq!((dead.attempts, dead.problem.as_str()), (PATIENCE.tries, "it answered 500"));
    assert_eq!(dead.given_up_at, Some(rig.scene.now()));
    assert!(outbox.open.is_empty() && outbox.failing_since.is_some());
}

#[test]
fn what_another_attempt_would_not_mend_is_given_up_at_once_and_holds_nothing_up() {
    let rig = Rig::new();
    rig.sink.answers.lock().unwrap().push_back(broken(true));
    rig.scene.tells(1);
    rig.scene.tells(2);
    assert_eq!(rig.work(), None);
    assert_eq!(rig.sink.got(), ["number 2"]);
    assert_eq!(rig.follower.outbox().dead[0].notice.message, "number 1");
}

#[test]
fn chance_spreads_the_waits_and_bounds_hold() {
    for roll in [0, 7, u64::MAX] {
        let rig = Rig::new();
        rig.scene.roll.store(roll, Ordering::Relaxed);
        let mut outbox = Outbox::beginning(0);
        rig.scene.tells(1);
        rig.follower.take_up().unwrap();
        outbox.open = rig.follower.outbox().open;
        let id = outbox.open[0].id;
        let patient = Patience { tries: 40, wait_ms: 1_000 };
        let mut last = 0;
        for attempt in 1..40_u32 {
            outbox.failed(id, (AT, roll), &broken(false), patient);
            let wait = outbox.open[0].next_at.ms_since(AT);
            let full =
                1_000_u64.saturating_mul(1_u64 << (attempt - 1).min(40)).min(NOTIFY_WAIT_MAX_MS);
            assert!((full / 2..full).contains(&wait), "{attempt}: {wait}");
            assert!(wait >= last.min(full / 2), "{attempt}");
            assert!(outbox.rests_until.unwrap().ms_since(AT) < NOTIFY_REST_MAX_MS);
            last = wait;
        }
    }
}

/// The target is down for a day, and a lot happens: it is asked now and then, not for everything, and
/// what waits is bounded. Then it is back, and everything comes, once.
#[test]
fn a_target_that_is_away_is_not_flooded_and_nothing_is_lost() {
    let rig = Rig::new();
    *rig.sink.away.lock().unwrap() = true;
    let many = LETTERS_OPEN_MAX as u64 + 50;
    for number in 1..=many {
        rig.scene.tells(number);
    }
    rig.work();
    assert_eq!(rig.sink.asked(), 1, "what took one not is not asked for all others at once");
    let waiting = rig.follower.outbox();
    assert_eq!(waiting.open.len(), LETTERS_OPEN_MAX);
    assert_eq!(waiting.position, LETTERS_OPEN_MAX as u64, "the ledger is the queue");
    // An hour: at most one attempt in half a minute, once it has rested its longest.
    let until = rig.scene.now() + 3_600_000;
    while let Some(next) = rig.work().filter(|next| *next < until) {
        rig.scene.turn(next.ms_since(rig.scene.now()).max(1));
    }
    assert!(rig.sink.asked() < 140, "{}", rig.sink.asked());
    *rig.sink.away.lock().unwrap() = false;
    rig.work_off();
    let mut told: Vec<NotificationId> =
        rig.sink.got.lock().unwrap().iter().map(|letter| letter.id).collect();
    told.extend(rig.dead());
    let different: BTreeSet<_> = told.iter().copied().collect();
    assert_eq!((told.len() as u64, different.len() as u64), (many, many));
}

#[test]
fn a_crash_at_any_moment_loses_nothing_and_says_the_same_again() {
    // After which of its steps the daemon dies.
    for dies_after in 0..12 {
        let mut rig = Rig::new();
        rig.sink.answers.lock().unwrap().push_back(broken(false));
        for number in 1..=3 {
            rig.scene.tells(number);
        }
        let (mut steps, mut waits) = (0, 0);
        while waits < 20 {
            let crash = |steps: &mut u32| {
                *steps += 1;
                *steps == dies_after + 1
            };
            if crash(&mut steps) {
                rig.crash();
            }
            rig.follower.take_up().unwrap();
            if crash(&mut steps) {
                rig.crash();
                continue;
            }
            match rig.follower.step() {
                Step::Deliver(letter) => {
                    let came = now(rig.sink.deliver(&letter));
                    // Taken, and nobody has written it down.
                    if crash(&mut steps) {
                        rig.crash();
                        continue;
                    }
                    rig.follower.settle(&letter, &came).unwrap();
                }
                Step::Wait(Some(next)) => {
                    rig.scene.turn(next.ms_since(rig.scene.now()).max(1));
                    waits += 1;
                }
                Step::Wait(None) => break,
            }
        }
        let got = rig.sink.got.lock().unwrap().clone();
        let different: BTreeMap<NotificationId, Notice> =
            got.iter().map(|letter| (letter.id, letter.notice.clone())).collect();
        assert_eq!(different.len(), 3, "after {dies_after}: {got:?}");
        assert!(got.len() <= 4, "after {dies_after}: a crash repeats one at most");
        for letter in &got {
            assert_eq!(different[&letter.id], letter.notice, "the same id says the same");
        }
    }
}

#[test]
fn a_crash_in_the_middle_of_retries_forgets_neither_their_number_nor_their_time() {
    let mut rig = Rig::new();
    *rig.sink.away.lock().unwrap() = true;
    rig.scene.tells(1);
    rig.work();
    rig.scene.turn(500);
    let next = rig.work().unwrap();
    assert_eq!(rig.sink.asked(), 2);
    for _ in 0..50 {
        rig.crash();
        assert_eq!(rig.work(), Some(next), "a start is no reason to try again");
    }
    assert_eq!(rig.sink.asked(), 2);
    rig.work_off();
    assert_eq!(rig.sink.asked(), u64::from(PATIENCE.tries));
    assert_eq!(rig.dead().len(), 1);
}

#[test]
fn dead_letters_are_delivered_anew_or_forgotten_once_that_is_on_record() {
    let mut rig = Rig::new();
    *rig.sink.away.lock().unwrap() = true;
    for number in 1..=3 {
        rig.scene.tells(number);
    }
    rig.work_off();
    let dead = rig.dead();
    assert_eq!(dead.len(), 3);
    *rig.sink.away.lock().unwrap() = false;
    rig.tend(Care::Retry, vec![dead[0], NotificationId::from_bits(1)]);
    rig.tend(Care::Drop, vec![dead[1]]);
    rig.tend(Care::Test, vec![dead[2]]);
    // Before anything came of it the daemon died.
    rig.crash();
    assert_eq!(rig.work(), None);
    let got: Vec<NotificationId> =
        rig.sink.got.lock().unwrap().iter().map(|letter| letter.id).collect();
    assert_eq!(got, [dead[0]], "under the id that it had");
    assert_eq!(rig.dead(), [dead[2]]);
    // Another target's are none of this one's.
    let other = Tended {
        target: "mail".into(),
        care: Care::Drop,
        notifications: vec![dead[2]],
        decision: String::new(),
    };
    rig.scene.happens(by("uid:0", Event::NotificationTended(other)));
    rig.work();
    assert_eq!(rig.dead(), [dead[2]]);
    rig.crash();
    assert_eq!((rig.work(), rig.sink.got().len()), (None, 1), "what is done is done once");
}

#[test]
fn dead_letters_are_bounded_and_the_oldest_fall_out() {
    let rig = Rig::new();
    let many = LETTERS_DEAD_MAX as u64 + 5;
    rig.sink.answers.lock().unwrap().extend((0..many).map(|_| broken(true)));
    for number in 1..=many {
        rig.scene.tells(number);
    }
    assert_eq!(rig.work(), None);
    let dead = rig.follower.outbox().dead;
    assert_eq!((dead.len(), dead[0].notice.message.as_str()), (LETTERS_DEAD_MAX, "number 6"));
}

#[test]
fn where_nothing_is_told_little_is_written() {
    let rig = Rig::new();
    let before = rig.disk.writes.load(Ordering::Relaxed);
    for _ in 0..NOTIFY_KEEP_EVERY * 3 {
        rig.scene.passes();
        if rig.scene.last_seq().is_multiple_of(10) {
            rig.work();
        }
    }
    let writes = rig.disk.writes.load(Ordering::Relaxed) - before;
    assert!((2..=4).contains(&writes), "{writes}");
}

#[test]
fn a_target_that_was_not_configured_for_a_while_begins_anew_and_keeps_what_was_given_up() {
    let mut rig = Rig::new();
    rig.sink.answers.lock().unwrap().push_back(broken(true));
    rig.scene.tells(1);
    rig.work();
    let store: Arc<dyn OutboxStore> = Arc::<Disk>::clone(&rig.disk);
    let world: Arc<dyn World> = Arc::<Scene>::clone(&rig.scene);
    let without = Notifier::open(Vec::new(), world, &store).unwrap();
    assert!(without.standings().is_empty());
    rig.scene.tells(2);
    rig.crash();
    rig.scene.tells(3);
    rig.work();
    assert_eq!(rig.sink.got(), ["number 3"]);
    assert_eq!(rig.dead().len(), 1);
}

#[test]
fn letters_about_what_is_forgotten_are_dropped_also_of_a_target_that_is_not_configured() {
    let mut rig = Rig::new();
    *rig.sink.away.lock().unwrap() = true;
    rig.scene.tells(1);
    rig.scene.tells(2);
    rig.work();
    assert_eq!(rig.follower.outbox().open.len(), 2);
    rig.scene.gone.lock().unwrap().insert(1);
    rig.crash();
    assert_eq!(rig.follower.outbox().open.len(), 1);
    // The same of one that was put away before.
    let store: Arc<dyn OutboxStore> = Arc::<Disk>::clone(&rig.disk);
    let put_away = || {
        let world: Arc<dyn World> = Arc::<Scene>::clone(&rig.scene);
        drop(Notifier::open(Vec::new(), world, &store).unwrap());
        String::from_utf8(store.load("ops").unwrap().unwrap()).unwrap()
    };
    assert!(put_away().contains("number 2"));
    rig.scene.gone.lock().unwrap().insert(2);
    assert!(!put_away().contains("number 2"));
    let writes = rig.disk.writes.load(Ordering::Relaxed);
    put_away();
    assert_eq!(rig.disk.writes.load(Ordering::Relaxed), writes, "once");
}

#[test]
fn one_fact_for_two_people_is_two_letters_and_for_two_targets_has_two_ids() {
    let rig = Rig::new();
    let of = |name: &str, to: &[&str]| {
        let to = to.iter().map(|address| (*address).to_owned()).collect();
        let reach = Reach::People { to, addresses: BTreeMap::new() };
        let follower = Follower::open(
            Target { reach, ..target(name) },
            Arc::<Sink>::clone(&rig.sink),
            Arc::<Scene>::clone(&rig.scene),
            Arc::<Disk>::clone(&rig.disk),
        );
        follower.unwrap()
    };
    let followers = [of("one", &["a@x.org", "b@x.org"]), of("two", &["a@x.org"])];
    rig.scene.tells(1);
    let mut ids = BTreeSet::new();
    for follower in &followers {
        follower.take_up().unwrap();
        ids.extend(follower.outbox().open.iter().map(|letter| letter.id));
    }
    assert_eq!(ids.len(), 3);
}
