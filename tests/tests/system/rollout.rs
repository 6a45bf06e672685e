//! One task over fifty real SSH servers: batches, hosts that fail in every way there is, a daemon
//! that is killed in the middle, and the failed ones taken up again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use conductor_protocol::v1::{Event, Run, Task, TaskStatus};
use conductor_tests::{Api, Console, Daemon, Fleet};
use serde_json::Value;

/// How long each step of the story may take.
const WITHIN: Duration = Duration::from_secs(120);
/// Hosts of the story.
const HOSTS: usize = 50;

const RESTART: &str = r#"
name: restart-fleet
version: 1.0.0
inputs:
  type: object
  required: [folder]
  properties:
    folder: {type: string}
tasks:
  - id: restart
    uses: pkg:builtin/ssh@1
    hosts: role:web and not host:web-51
    rollout:
      batch: [1, 9, 100%]
      parallel: 12
      max_failures: 7
      health:
        uses: pkg:builtin/shell@1
        with:
          run: echo {{ batch.number }} >> {{ inputs.folder | sh }}/health
    retries: 1
    retry: {backoff: 100ms}
    timeout: 60s
    with:
      host: "{{ host.name }}"
      connect_timeout: 5s
      run: |
        cd {{ inputs.folder | sh }}
        echo "$CONDUCTOR_ATTEMPT" >> "$CONDUCTOR_HOST.begin"
        while [ -e "$CONDUCTOR_HOST.gate" ]; do sleep 0.05; done
        [ ! -e "$CONDUCTOR_HOST.broken" ] || exit 3
        echo done >> "$CONDUCTOR_HOST.end"
  - id: report
    uses: pkg:builtin/noop@1
    needs: [restart]
    with:
      failed: "{{ tasks.restart.instances | rejectattr('status', 'eq', 'succeeded') | map(attribute='key') | list }}"
"#;

/// The hosts and what happened on them.
struct Story {
    fleet: Fleet,
    daemon: Daemon,
    folder: PathBuf,
}

fn name(number: usize) -> String {
    format!("web-{number:02}")
}

fn instance(number: usize) -> String {
    format!("restart[{}]", name(number))
}

impl Story {
    fn begin() -> Option<Self> {
        let names: Vec<String> = (1..=HOSTS).map(name).collect();
        let fleet = Fleet::start(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
        let inventory = "[web]\nweb-[01:51] role=web\n\n[db]\ndb-1 role=db\n";
        let mut daemon = Daemon::with_hosts(("hosts.ini", inventory), &fleet.settings());
        let folder = daemon.folder().join("story");
        fs::create_dir(&folder).unwrap();
        daemon.launch();
        daemon.owner().publish(RESTART);
        Some(Self { fleet, daemon, folder })
    }

    fn mark(&self, number: usize, what: &str) {
        fs::write(self.folder.join(format!("{}.{what}", name(number))), "").unwrap();
    }

    fn clear(&self, number: usize, what: &str) {
        fs::remove_file(self.folder.join(format!("{}.{what}", name(number)))).unwrap();
    }

    fn start(&self) -> String {
        self.daemon.owner().start("restart-fleet", &[&format!("folder={}", self.folder.display())])
    }
}

/// Lines of a file that hosts wrote, none when they did not.
fn lines_of(folder: &Path, number: usize, what: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(format!("{}.{what}", name(number))));
    text.unwrap_or_default().lines().map(str::to_owned).collect()
}

fn lines(folder: &Path, number: usize, what: &str) -> usize {
    lines_of(folder, number, what).len()
}

fn task<'r>(run: &'r Run, id: &str) -> &'r Task {
    run.tasks.iter().find(|task| task.id == id).unwrap_or_else(|| panic!("no task {id}"))
}

/// The run once it is so; looked at again and again, for files tell nobody that they have changed.
async fn when(api: &Api, run_id: &str, so: impl Fn(&Run) -> bool) -> Run {
    let deadline = Instant::now() + WITHIN;
    loop {
        let run = api.run(run_id).await;
        if so(&run) {
            return run;
        }
        assert!(Instant::now() < deadline, "waited in vain:\n{}", told(&run));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Where its tasks stand, a line each.
fn told(run: &Run) -> String {
    let line = |task: &Task| {
        let last = task.attempts.last().cloned().unwrap_or_default();
        let attempts = task.attempts.len();
        let (id, status) = (&task.id, task.status().as_str_name());
        format!("{id} {status} {attempts} {} {}\n", last.failure, last.message)
    };
    run.tasks.iter().map(line).collect()
}

fn failure_of(run: &Run, number: usize) -> (usize, &str, &str) {
    let task = task(run, &instance(number));
    assert_eq!(task.status(), TaskStatus::Failed, "{task:?}");
    let last = task.attempts.last().unwrap();
    // One that was under way when the daemon was killed counts for nothing.
    let reported = task.attempts.iter().filter(|attempt| attempt.outcome != "lost").count();
    (reported, last.failure.as_str(), last.message.as_str())
}

/// Hosts that closed their port, one that says nothing, one with another key, one that dies in the
/// middle, one whose script fails.
const REFUSE: [usize; 3] = [4, 17, 33];
const HANGS: usize = 21;
const CHANGED: usize = 26;
const DIES: usize = 38;
const BROKEN: usize = 44;
/// Hosts at work when the daemon is killed.
const AT_WORK: [usize; 3] = [11, 12, 13];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_hosts_roll_out_past_failures_and_a_killed_daemon() {
    let Some(mut story) = Story::begin() else { return };
    REFUSE.iter().for_each(|&host| story.fleet.close(&name(host)));
    story.fleet.silence(&name(HANGS));
    story.fleet.change_key(&name(CHANGED));
    story.mark(BROKEN, "broken");
    story.mark(DIES, "gate");
    AT_WORK.iter().for_each(|&host| story.mark(host, "gate"));
    let run = story.start();

    // The last batch is under way: some are done, three are in their middle.
    let api = story.daemon.api().await;
    let folder = story.folder.clone();
    let at_kill = when(&api, &run, |run| {
        let begun = AT_WORK.iter().all(|&host| lines(&folder, host, "begin") == 1);
        let is_done = |host| {
            let id = instance(host);
            run.tasks.iter().any(|task| task.id == id && task.status() == TaskStatus::Succeeded)
        };
        begun && (11..=HOSTS).filter(|&host| is_done(host)).count() >= 3
    })
    .await;
    story.daemon.kill();
    AT_WORK.iter().for_each(|&host| story.clear(host, "gate"));
    story.daemon.launch();

    // One dies with its server, while its script runs.
    let api = story.daemon.api().await;
    let dies = instance(DIES);
    let began = |run: &Run| {
        let task = task(run, &dies);
        // Not the count of lines: an attempt that the kill met while it connected wrote none.
        let begun = lines_of(&folder, DIES, "begin").pop();
        let attempt = task.attempts.last().map(|attempt| attempt.number.to_string());
        task.status() == TaskStatus::Running && begun == attempt
    };
    drop(when(&api, &run, began).await);
    story.fleet.close(&name(DIES));
    let run = api.ended(&run).await;
    story.ends_right(&run);
    story.nothing_finished_ran_again(&at_kill, &run, &api.events(&["task."]).await);
    story.failed_ones_are_taken_up(&run);
}

impl Story {
    fn ends_right(&self, run: &Run) {
        let summary = run.summary.as_ref().unwrap();
        assert_eq!(task(run, "restart").status(), TaskStatus::Succeeded, "{}", summary.note);
        assert_eq!(task(run, "report").status(), TaskStatus::Succeeded);
        let instances = run.tasks.iter().filter(|task| task.group_id == "restart");
        let hosts = instances.filter(|task| task.id.ends_with(']') && !task.id.contains('.'));
        assert_eq!(hosts.count(), HOSTS, "neither web-51 nor db-1");

        for host in REFUSE {
            let (attempts, failure, message) = failure_of(run, host);
            assert_eq!((attempts, failure), (2, "unreachable"), "{message}");
            assert!(message.contains("nothing listens there"), "{message}");
        }
        let (attempts, failure, message) = failure_of(run, HANGS);
        assert_eq!((attempts, failure), (2, "unreachable"), "{message}");
        let (attempts, failure, message) = failure_of(run, CHANGED);
        assert_eq!((attempts, failure), (1, "refused"), "{message}");
        assert!(message.contains("key"), "{message}");
        let (attempts, failure, message) = failure_of(run, BROKEN);
        assert_eq!((attempts, failure), (1, "program"), "a script's own end is no connection's");
        assert!(message.contains('3'), "{message}");
        let died = task(run, &instance(DIES));
        let kinds: BTreeSet<&str> =
            died.attempts.iter().map(|attempt| attempt.failure.as_str()).collect();
        assert!(kinds.contains("lost"), "it broke in the middle: {:?}", died.attempts);
        assert_eq!(died.attempts.last().unwrap().failure, "unreachable");

        let failed: Value = serde_json::from_str(&task(run, "report").outputs_json).unwrap();
        let mut expected = [&REFUSE[..], &[HANGS, CHANGED, DIES, BROKEN]].concat();
        expected.sort_unstable();
        let expected: Vec<Value> = expected.into_iter().map(|host| name(host).into()).collect();
        assert_eq!(failed["failed"], Value::from(expected));
        let health = fs::read_to_string(self.folder.join("health")).unwrap();
        assert_eq!(health.lines().collect::<Vec<_>>(), ["1", "2", "3"]);
        self.batches_kept_their_order(run);
    }

    /// Nothing of a batch began before the one before it had ended.
    fn batches_kept_their_order(&self, run: &Run) {
        let mut spans = BTreeMap::new();
        for task in run.tasks.iter().filter(|task| task.batch > 0) {
            for attempt in &task.attempts {
                let begin = attempt.started_at.as_ref().map(|at| (at.seconds, at.nanos));
                let end = attempt.ended_at.as_ref().map(|at| (at.seconds, at.nanos));
                let span = spans.entry(task.batch).or_insert((begin, end));
                *span = (begin.min(span.0), end.max(span.1));
            }
        }
        let sizes = [1, 9, HOSTS - 10];
        for (batch, size) in (1..).zip(sizes) {
            let hosts =
                run.tasks.iter().filter(|task| task.batch == batch && task.id.ends_with(']'));
            assert_eq!(hosts.filter(|task| !task.id.contains('.')).count(), size, "batch {batch}");
        }
        assert!(spans[&1].1 <= spans[&2].0 && spans[&2].1 <= spans[&3].0, "{spans:?}");
    }

    fn nothing_finished_ran_again(&self, at_kill: &Run, run: &Run, events: &[Event]) {
        let done = |task: &&Task| task.status() == TaskStatus::Succeeded && task.id.ends_with(']');
        let kept: Vec<&str> =
            at_kill.tasks.iter().filter(done).map(|task| task.id.as_str()).collect();
        assert!(kept.len() >= 10, "{kept:?}");
        for id in &kept {
            let before = &task(at_kill, id).attempts;
            assert_eq!(before.len(), task(run, id).attempts.len(), "{id} ran again");
        }
        let lost = |host: usize| {
            let of_host =
                |event: &&Event| event.data_json.contains(&format!("{}\"", instance(host)));
            events.iter().filter(|event| event.kind == "task.lost").filter(of_host).count()
        };
        for host in 1..=HOSTS {
            let attempts = task(run, &instance(host)).attempts.len();
            let begun = lines(&self.folder, host, "begin");
            assert!(begun <= attempts, "{} began {begun} times", name(host));
            // One that ended while the daemon was killed nobody had heard of: it is told as lost.
            if lost(host) == 0 {
                assert!(lines(&self.folder, host, "end") <= 1, "{} ended twice", name(host));
            }
        }
        // What was in its middle is told as lost with the daemon, and taken up once.
        for host in AT_WORK {
            assert_eq!(lost(host), 1, "{}", name(host));
            assert_eq!(task(run, &instance(host)).attempts.len(), 2);
            assert_eq!(task(run, &instance(host)).status(), TaskStatus::Succeeded);
        }
    }

    /// Mended hosts alone are done again; the one that hangs is left out.
    fn failed_ones_are_taken_up(&self, run: &Run) {
        let run_id = &run.summary.as_ref().unwrap().run_id;
        for host in REFUSE.iter().chain([&DIES]) {
            self.fleet.launch(self.fleet.host(&name(*host)));
        }
        self.fleet.trust_key(&name(CHANGED));
        self.clear(BROKEN, "broken");
        self.clear(DIES, "gate");
        let before: Vec<usize> =
            (1..=HOSTS).map(|host| lines(&self.folder, host, "begin")).collect();
        let skip = format!("{}=in repair", instance(HANGS));
        let owner: Console = self.daemon.owner();
        let again = ["runs", "rerun", run_id, "--from-failed", "--skip", &skip, "--follow"];
        drop(owner.call(&again).exits(0));
        let newest = owner.json(&["runs", "list"])[0]["runId"].as_str().unwrap().to_owned();
        let shown = owner.show(&newest);
        assert_eq!(shown["rerunOf"], run_id.as_str(), "{shown}");
        for host in 1..=HOSTS {
            let again = lines(&self.folder, host, "begin") - before[host - 1];
            let mended = [&REFUSE[..], &[CHANGED, DIES, BROKEN]].concat().contains(&host);
            assert_eq!(again, usize::from(mended), "{}", name(host));
        }
        let left_out = shown["tasks"].as_array().unwrap().iter();
        let left_out = left_out.filter(|task| task["status"] == "skipped").collect::<Vec<_>>();
        assert_eq!(left_out.len(), 1, "{left_out:?}");
        assert!(left_out[0]["message"].as_str().unwrap().contains("in repair"), "{left_out:?}");
    }
}
