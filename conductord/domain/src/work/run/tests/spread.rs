//! Laws of instances: batches, failures that are put up with, health, canaries, reruns, undo.

use serde_json::{Value, json};

use super::*;
use crate::secret::Placeholders;
use crate::work::task::{Answer, Released};

/// Plays a run to where nobody but a person can help: what becomes ready ends as `outcome` says.
fn play_on(bench: &mut Bench, outcome: &dyn Fn(&str) -> Outcome) -> Vec<String> {
    let mut order = Vec::new();
    for _ in 0..1_000 {
        let ready = bench.ready();
        let Some(place) = ready.first().copied() else { break };
        let id = bench.run.tasks[place].id.clone();
        let token = bench.lease(place);
        bench.report(place, token, outcome(&id)).unwrap();
        order.push(id);
        bench.now = bench.now + 100_000;
    }
    order
}

fn answer(bench: &mut Bench, task: &str, answer: Answer) -> Result<(), Refusal> {
    let said = (answer, "because".to_owned());
    let released: Released = task::release(&bench.run, task, said, DecisionId::new(9, 9))?;
    bench.apply(Event::TaskReleased(released));
    Ok(())
}

const ROLLOUT: &str = "\
- id: restart
  uses: pkg:builtin/noop@1
  foreach: [a, b, c, d, e, f]
  with: {name: '{{ item }}'}
  rollout: {batch: [1, 2], max_failures: 1, health: {uses: 'pkg:builtin/noop@1'}}
- {id: after, uses: 'pkg:builtin/noop@1', needs: [restart]}
";

#[test]
fn instances_start_batch_by_batch_with_a_look_at_their_health_between() {
    let mut bench = Bench::new(&source(ROLLOUT));
    let order = play_on(&mut bench, &|_| Outcome::Succeeded);
    let expected = [
        "restart[a]",
        "restart.health[1]",
        "restart[b]",
        "restart[c]",
        "restart.health[2]",
        "restart[d]",
        "restart[e]",
        "restart.health[3]",
        "restart[f]",
        "restart.health[4]",
        "after",
    ];
    assert_eq!(order, expected);
    assert_eq!(bench.run.status, RunStatus::Succeeded, "{}", bench.run.note);
}

#[test]
fn one_failure_too_many_stops_the_rollout_and_is_said() {
    let mut bench = Bench::new(&source(ROLLOUT));
    let failing = ["restart[b]", "restart[c]"];
    let outcome = |id: &str| match failing.contains(&id) {
        true => Outcome::Failed,
        false => Outcome::Succeeded,
    };
    let order = play_on(&mut bench, &outcome);
    assert_eq!(order, ["restart[a]", "restart.health[1]", "restart[b]", "restart[c]"]);
    let statuses = bench.statuses();
    assert_eq!((statuses["restart[d]"], statuses["restart"]), ("skipped", "failed"));
    assert_eq!(bench.run.note, "restart: 2 of 6 failed, and 1 are put up with");
}

#[test]
fn a_failure_that_is_put_up_with_is_noted() {
    let mut bench = Bench::new(&source(ROLLOUT));
    let one = |id: &str| if id == "restart[b]" { Outcome::Failed } else { Outcome::Succeeded };
    play_on(&mut bench, &one);
    assert_eq!(bench.run.status, RunStatus::Succeeded);
    assert_eq!(bench.run.task("restart").unwrap().message, "1 of 6 failed");
}

/// argoproj/argo-rollouts#1411: a failed analysis does not stop the rollout; #1329: one that was
/// ended before it had measured anything counts as a success.
#[test]
fn only_a_health_check_that_succeeds_lets_the_next_batch_begin() {
    for outcome in [Outcome::Failed, Outcome::TimedOut, Outcome::Cancelled] {
        let mut bench = Bench::new(&source(ROLLOUT));
        let sick = |id: &str| if id == "restart.health[2]" { outcome } else { Outcome::Succeeded };
        play_on(&mut bench, &sick);
        assert_eq!(bench.run.status, RunStatus::Failed);
        assert_eq!(bench.run.note, "restart: the health check after batch 2 failed");
        assert_eq!(bench.statuses()["restart[d]"], "skipped");
    }
}

#[test]
fn parallel_bounds_what_runs_at_once() {
    let tasks = "\
- id: t
  uses: pkg:builtin/noop@1
  foreach: [1, 2, 3, 4, 5]
  rollout: {parallel: 2, max_failures: 5}
";
    let mut bench = Bench::new(&source(tasks));
    let ready = bench.ready();
    assert_eq!(ready.len(), 2);
    let token = bench.lease(ready[0]);
    assert_eq!(bench.ready().len(), 1);
    let second = bench.ready()[0];
    bench.lease(second);
    assert!(bench.ready().is_empty());
    bench.report(ready[0], token, Outcome::Failed).unwrap();
    assert_eq!(bench.ready().len(), 1, "the next one starts");
}

#[test]
fn a_manual_canary_holds_the_run_until_somebody_says_so() {
    let tasks = ROLLOUT.replace("batch: [1, 2]", "canary: manual, batch: [1, 2]");
    let mut bench = Bench::new(&source(&tasks));
    let order = play_on(&mut bench, &|_| Outcome::Succeeded);
    assert_eq!(order, ["restart[a]", "restart.health[1]"]);
    assert_eq!(bench.run.status, RunStatus::Held);
    let refused = answer(&mut bench, "restart", Answer::Retry).unwrap_err();
    assert_eq!(refused.code.as_str(), "TASK_NOT_HELD");
    answer(&mut bench, "restart", Answer::GoOn).unwrap();
    assert_eq!(play_on(&mut bench, &|_| Outcome::Succeeded).len(), 9);
    assert_eq!(bench.run.status, RunStatus::Succeeded);

    let mut bench = Bench::new(&source(&tasks));
    play_on(&mut bench, &|_| Outcome::Succeeded);
    answer(&mut bench, "restart", Answer::GiveUp).unwrap();
    assert!(play_on(&mut bench, &|_| Outcome::Succeeded).is_empty());
    assert_eq!(bench.run.status, RunStatus::Failed);
    assert_eq!(bench.run.note, "restart: given up by uid:1: because");
}

#[test]
fn an_automatic_canary_that_fails_stops_what_would_have_been_put_up_with() {
    let tasks = ROLLOUT.replace("batch: [1, 2]", "canary: automatic, batch: [1, 2]");
    let mut bench = Bench::new(&source(&tasks));
    let first = |id: &str| if id == "restart[a]" { Outcome::Failed } else { Outcome::Succeeded };
    assert_eq!(play_on(&mut bench, &first), ["restart[a]"]);
    assert_eq!(bench.run.note, "restart: the canary failed");
}

#[test]
fn a_matrix_has_every_combination_and_later_tasks_read_the_instances() {
    let tasks = "\
- id: m
  uses: pkg:builtin/noop@1
  matrix: {zone: [a, b], size: [1, 2]}
  with: {where: '{{ matrix.zone }}{{ matrix.size }}'}
- id: all
  uses: pkg:builtin/noop@1
  needs: [m]
  with: {keys: \"{{ tasks.m.instances | map(attribute='key') | join(' ') }}\"}
";
    let mut bench = Bench::new(&source(tasks));
    bench.ready();
    let last = bench.run.tasks.last().unwrap().clone();
    let rendered = bench.run.render(&bench.manifest, &last, &Placeholders::default()).unwrap();
    assert_eq!(rendered.with["where"], "b2");
    play_on(&mut bench, &|_| Outcome::Succeeded);
    let all = bench.run.task("all").unwrap().clone();
    let keys =
        bench.run.render(&bench.manifest, &all, &Placeholders::default()).unwrap().with["keys"]
            .clone();
    // Axes in the order of their names, values in the order they were given.
    assert_eq!(keys, "size=1,zone=a size=1,zone=b size=2,zone=a size=2,zone=b");
}

#[test]
fn a_list_from_a_task_may_be_empty_and_one_that_is_none_fails_the_task() {
    let tasks = "\
- {id: list, uses: 'pkg:builtin/noop@1', outputs: {names: LIST}}
- {id: each, uses: 'pkg:builtin/noop@1', needs: [list], foreach: '{{ tasks.list.outputs.names }}'}
";
    let mut bench = Bench::new(&source(&tasks.replace("LIST", "[]")));
    play_on(&mut bench, &|_| Outcome::Succeeded);
    assert_eq!(bench.run.status, RunStatus::Succeeded);
    assert_eq!(bench.run.task("each").unwrap().message, "there was nothing to do it for");
    let mut bench = Bench::new(&source(&tasks.replace("LIST", "3")));
    play_on(&mut bench, &|_| Outcome::Succeeded);
    assert_eq!(bench.run.note, "each: foreach: it is no list");
}

#[test]
fn keys_are_plain_and_unique() {
    let tasks =
        "- {id: t, uses: 'pkg:builtin/noop@1', foreach: ['a/b', 'a b', 'a b', {x: 1}, '']}\n";
    let mut bench = Bench::new(&source(tasks));
    bench.ready();
    let ids: Vec<&str> = bench.run.tasks[1..].iter().map(|task| task.id.as_str()).collect();
    assert_eq!(ids, ["t[a_b]", "t[a_b#1]", "t[a_b#2]", "t[__x_:1_]", "t[#4]"]);
}

#[test]
fn a_script_for_a_host_runs_there_unless_it_names_another() {
    let tasks = "\
- id: t
  uses: pkg:builtin/ssh@1
  hosts: 'role:web'
  with: {run: uptime}
  compensate: {uses: 'pkg:builtin/ssh@1', with: {run: undo}}
- {id: elsewhere, uses: 'pkg:builtin/ssh@1', hosts: all, with: {run: date, host: bastion}}
- {id: plain, uses: 'pkg:builtin/noop@1', hosts: all}
";
    let host = json!({"name": "web-1", "address": "10.0.0.1", "user": "deploy"});
    let frozen = |task: &str| (task.to_owned(), vec![host.clone()]);
    let mut bench = with_hosts(tasks, ["t", "elsewhere", "plain"].map(frozen).into());
    play_on(&mut bench, &|_| Outcome::Succeeded);
    let given = |bench: &Bench, task: &str| {
        let task = bench.run.task(task).unwrap();
        let rendered = bench.run.render(&bench.manifest, task, &Placeholders::default()).unwrap();
        rendered.with.get("host").cloned()
    };
    assert_eq!(given(&bench, "t[web-1]"), Some(host.clone()));
    assert_eq!(given(&bench, "elsewhere[web-1]"), Some(json!("bastion")));
    assert_eq!(given(&bench, "plain[web-1]"), None, "only a script over SSH has a place to run");
    let mut undo = bench.rerun(&Rerun::Undo).unwrap();
    play_on(&mut undo, &|_| Outcome::Succeeded);
    assert_eq!(given(&undo, "t[web-1].undo"), Some(host), "undone where it was done");
}

#[test]
fn no_id_of_a_run_is_longer_than_the_bound() {
    let (task, item) = ("t".repeat(64), "i".repeat(60));
    let list: Vec<&str> = vec![&item; manifest::INSTANCES_MAX];
    let tasks = format!(
        "- id: {task}\n  uses: pkg:builtin/noop@1\n  foreach: {}\n  \
         compensate: {{uses: 'pkg:builtin/noop@1'}}\n",
        json!(list)
    );
    let mut bench = Bench::new(&source(&tasks));
    bench.ready();
    let longest = bench.run.tasks.iter().map(|task| task.id.len()).max().unwrap();
    assert_eq!(longest, 64 + 2 + 48 + "#999".len());
    assert!(longest + ".undo".len() <= task::TASK_ID_BYTES_MAX);
}

/// A run that was started with these hosts, by task.
fn with_hosts(tasks: &str, hosts: BTreeMap<String, Vec<Value>>) -> Bench {
    let bench = Bench::new(&source(tasks));
    let Event::RunStarted(started) = &bench.events[0].event else { panic!("the first") };
    let started = Started { hosts, hosts_wanted: false, ..started.clone() };
    Bench::of(&bench.manifest, &started, bench.now)
}

const ON_HOSTS: &str = "\
- {id: first, uses: 'pkg:builtin/noop@1'}
- {id: t, uses: 'pkg:builtin/noop@1', hosts: 'role:web', with: {n: '{{ host.name }}'}}
";

#[test]
fn a_run_whose_hosts_are_looked_up_begins_when_they_are_found() {
    let mut bench = Bench::new(&source(ON_HOSTS));
    assert!(bench.run.awaits_hosts && bench.ready().is_empty());
    assert_eq!(bench.run.status, RunStatus::Queued);
    let hosts = BTreeMap::from([("t".to_owned(), vec![json!({"name": "web-1"})])]);
    bench.apply(Event::RunHostsFound(HostsFound { run: bench.run.id, hosts }));
    assert_eq!(play_on(&mut bench, &|_| Outcome::Succeeded), ["first", "t[web-1]"]);
    assert_eq!(bench.run.status, RunStatus::Succeeded);

    let mut bench = Bench::new(&source(ON_HOSTS));
    let reason = "the inventory can't be read".to_owned();
    let cause = StopCause::HostsUnknown;
    let stop = StopRequested { run: bench.run.id, cause, reason, decision: None };
    bench.apply(Event::RunStopRequested(stop));
    assert!(bench.ready().is_empty());
    assert_eq!(bench.run.status, RunStatus::Failed);
    assert_eq!(bench.run.note, "the inventory can't be read");
    assert_eq!(bench.statuses()["first"], "cancelled", "nothing of it began");
}

#[test]
fn hosts_come_frozen_from_the_start_and_none_is_a_failure() {
    let tasks =
        "- {id: t, uses: 'pkg:builtin/noop@1', hosts: 'role:web', with: {n: '{{ host.name }}'}}\n";
    let mut bench = with_hosts(tasks, BTreeMap::new());
    assert!(bench.ready().is_empty());
    assert_eq!(bench.run.note, "t: the run was started without the hosts of `role:web`");

    let with = |hosts: Vec<Value>| with_hosts(tasks, BTreeMap::from([("t".to_owned(), hosts)]));
    let mut bench = with(vec![json!({"name": "web-1"}), json!({"name": "web-2"})]);
    assert_eq!(play_on(&mut bench, &|_| Outcome::Succeeded), ["t[web-1]", "t[web-2]"]);
    let mut bench = with(Vec::new());
    bench.ready();
    assert_eq!(bench.run.note, "t: no host of the inventory fits `role:web`");
}

/// Rundeck forgets nodes that did not start or were killed when failed ones are retried.
/// rundeck/rundeck#1130, #3153 and #126: no rerun from what failed; #5155, #6114 and #3391: it
/// forgets what was killed or never started.
#[test]
fn a_rerun_takes_up_failed_killed_and_not_started_instances_and_keeps_the_good_ones() {
    let tasks = ROLLOUT.replace("max_failures: 1, ", "").replace("[1, 2]", "[2]");
    let mut bench = Bench::new(&source(&tasks));
    // `a` succeeds, `b` is killed by its time, the others never start.
    let outcome =
        |id: &str| if id == "restart[b]" { Outcome::TimedOut } else { Outcome::Succeeded };
    play_on(&mut bench, &outcome);
    assert_eq!(bench.run.status, RunStatus::Failed);

    let mut again = bench.rerun(&Rerun::FromFailed { skip: Vec::new() }).unwrap();
    let order = play_on(&mut again, &|_| Outcome::Succeeded);
    assert!(!order.contains(&"restart[a]".to_owned()), "{order:?}");
    for id in ["restart[b]", "restart[c]", "restart[f]", "after"] {
        assert!(order.contains(&id.to_owned()), "{id} of {order:?}");
    }
    assert_eq!(again.run.status, RunStatus::Succeeded);
    let nothing = again.rerun(&Rerun::FromFailed { skip: Vec::new() }).err().unwrap();
    assert_eq!(nothing.code.as_str(), "NOTHING_TO_DO");
}

/// Argo can't skip a step that an operator mended by hand.
/// argoproj/argo-workflows#16921: a step that an operator mended by hand can't be skipped.
#[test]
fn a_rerun_leaves_out_what_was_mended_by_hand() {
    let bench = play(CHAIN, &[("a", Outcome::Failed)]);
    let skip = vec![("a".to_owned(), "mended by hand".to_owned())];
    let mut again = bench.rerun(&Rerun::FromFailed { skip }).unwrap();
    assert_eq!(play_on(&mut again, &|_| Outcome::Succeeded), ["b"]);
    assert_eq!(again.run.status, RunStatus::Succeeded);
    assert_eq!(again.run.task("a").unwrap().message, "mended by hand");
    let unknown = vec![("x".to_owned(), String::new())];
    let refused = bench.rerun(&Rerun::FromFailed { skip: unknown }).err().unwrap();
    assert_eq!(refused.code.as_str(), "TASK_NOT_FOUND");
}

const UNDO: &str = "\
- id: each
  uses: pkg:builtin/noop@1
  foreach: [x, y]
  with: {n: '{{ item }}'}
  compensate: {uses: 'pkg:builtin/noop@1', with: {back: '{{ item }}'}}
- {id: plain, uses: 'pkg:builtin/noop@1', needs: [each]}
- {id: last, uses: 'pkg:builtin/noop@1', needs: [plain], compensate: {uses: 'pkg:builtin/noop@1'}}
- {id: bad, uses: 'pkg:builtin/noop@1', needs: [last], compensate: {uses: 'pkg:builtin/noop@1'}}
";

fn fails_at_the_end(id: &str) -> Outcome {
    if id == "bad" { Outcome::Failed } else { Outcome::Succeeded }
}

#[test]
fn a_run_that_fails_undoes_what_it_finished_in_reverse() {
    let undo = UNDO.to_owned();
    let mut bench = Bench::new(&format!("undo: on_failure\n{}", source(&undo)));
    let order = play_on(&mut bench, &fails_at_the_end);
    assert_eq!(order[4..], ["bad", "last.undo", "each[y].undo", "each[x].undo"]);
    assert_eq!(bench.run.status, RunStatus::Failed);
    assert_eq!(bench.run.note, "bad: m; undone: 3 of 3");
}

#[test]
fn a_compensation_that_fails_stops_and_asks_a_person() {
    let manifest = format!("undo: on_failure\n{}", source(UNDO));
    let outcome = |id: &str| match id {
        "bad" | "each[y].undo" => Outcome::Failed,
        _ => Outcome::Succeeded,
    };
    let mut bench = Bench::new(&manifest);
    let order = play_on(&mut bench, &outcome);
    assert_eq!(order.last().unwrap(), "each[y].undo", "nothing after it");
    assert_eq!(bench.run.status, RunStatus::Held);
    answer(&mut bench, "each[y].undo", Answer::Retry).unwrap();
    let order = play_on(&mut bench, &fails_at_the_end);
    assert_eq!(order, ["each[y].undo", "each[x].undo"]);
    assert_eq!(bench.run.note, "bad: m; undone: 3 of 3");

    let mut bench = Bench::new(&manifest);
    play_on(&mut bench, &outcome);
    answer(&mut bench, "each[y].undo", Answer::GiveUp).unwrap();
    assert!(play_on(&mut bench, &fails_at_the_end).is_empty());
    assert_eq!(bench.run.status, RunStatus::Failed);
    assert_eq!(bench.run.note, "bad: m; undone: 1 of 3; 2 still stand");
}

#[test]
fn an_ended_run_is_undone_by_a_run_of_its_own_and_only_once() {
    let mut bench = Bench::new(&source(UNDO));
    play_on(&mut bench, &|_| Outcome::Succeeded);
    assert_eq!(bench.run.status, RunStatus::Succeeded);
    let mut undo = bench.rerun(&Rerun::Undo).unwrap();
    let order = play_on(&mut undo, &|_| Outcome::Succeeded);
    assert_eq!(order, ["bad.undo", "last.undo", "each[y].undo", "each[x].undo"]);
    assert_eq!(undo.run.status, RunStatus::Succeeded, "{}", undo.run.note);
    let undone = undo.run.task("each[y].undo").unwrap().clone();
    let rendered = undo.run.render(&undo.manifest, &undone, &Placeholders::default()).unwrap();
    assert_eq!(rendered.with["back"], "y");
    let refused = undo.rerun(&Rerun::Undo).err().unwrap();
    assert_eq!(refused.code.as_str(), "NOTHING_TO_DO");
}

/// PrefectHQ/prefect#22664: what has lost its worker eats a place for ever.
#[test]
fn an_instance_that_lost_its_worker_or_waited_for_a_retry_keeps_its_place() {
    let tasks = "- id: restart\n  uses: pkg:builtin/noop@1\n  foreach: [a, b, c]\n  retries: 1\n  \
                 rollout: {parallel: 2}\n";
    let mut bench = Bench::new(&source(tasks));
    let ids = |bench: &mut Bench| -> Vec<String> {
        let ready = bench.ready();
        ready.into_iter().map(|place| bench.run.tasks[place].id.clone()).collect()
    };
    let first = bench.ready();
    assert_eq!(ids(&mut bench), ["restart[a]", "restart[b]"]);
    let tokens: Vec<u64> = first.iter().map(|place| bench.lease(*place)).collect();
    bench.report(first[0], tokens[0], Outcome::Failed).unwrap();
    let (run, task) = (bench.run.id, "restart[b]".to_owned());
    let lost = task::Lost { run, task, attempt: 1, token: tokens[1], message: "gone".into() };
    bench.apply(Event::TaskLost(lost));
    assert_eq!(ids(&mut bench), ["restart[b]"], "no third one before the first two have ended");
    bench.now = bench.now + 100_000;
    assert_eq!(ids(&mut bench), ["restart[a]", "restart[b]"]);
}
