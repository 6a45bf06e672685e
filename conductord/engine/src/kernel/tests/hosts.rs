//! Laws of hosts that nobody's request brought: wanted once, again after a crash, frozen when found.

use std::collections::BTreeMap;

use conductor_domain::work::{run::RunStatus, task::TaskStatus};
use conductor_protocol::id::RunId;
use serde_json::json;

use super::bench::{Bench, started};
use crate::{
    kernel::Input,
    ports::{Archive as _, Order, Outcome},
};

const CHILD: &str = "\
name: sweep
version: 1.0.0
inputs: {properties: {role: {type: string}}, required: [role]}
tasks:
- {id: look, uses: 'pkg:builtin/noop@1', hosts: 'role:{{ inputs.role }}', with: {at: '{{ host.name }}'}}
";
const PARENT: &str = "\
name: laws
version: 1.0.0
tasks:
- {id: all, uses: 'pkg:workflow/sweep@1.0.0', with: {role: web}}
";

/// A run with a sub-workflow that wants hosts, and that one's id.
fn bench() -> (Bench, RunId, RunId) {
    let mut bench = Bench::new();
    bench.publish(CHILD);
    bench.publish(PARENT);
    bench.open_worker(true);
    let parent = started(bench.start(None));
    let run = bench.kernel.state().runs[&parent].clone();
    let child = run.tasks[0].child.unwrap();
    (bench, parent, child)
}

#[test]
fn a_sub_workflow_waits_for_its_hosts_and_is_spread_over_them() {
    let (mut bench, parent, child) = bench();
    let wanted = std::mem::take(&mut bench.wanted);
    assert_eq!((wanted.len(), wanted[0].run), (1, child));
    assert_eq!(wanted[0].filters["look"], "role:web");
    assert!(bench.orders.is_empty(), "nothing begins before");

    bench.restart();
    assert_eq!(bench.wanted, wanted, "the next daemon asks again");
    bench.open_worker(true);
    let hosts = BTreeMap::from([("look".to_owned(), vec![json!({"name": "web-1"})])]);
    let found = || Input::HostsFound { run: child, found: Ok(hosts.clone()) };
    bench.step(vec![found(), found()]);
    let found = bench.kinds().iter().filter(|kind| **kind == "run.hosts_found").count();
    assert_eq!(found, 1, "what comes twice counts once");
    let Some(Order::Start(lease)) = bench.orders.pop() else { panic!("a lease") };
    assert_eq!((lease.run, lease.task.as_str()), (child, "look[web-1]"));
    assert_eq!(lease.with["at"], "web-1");
    bench.complete(&lease, Outcome::Succeeded).unwrap();
    let ended = bench.views.run("default", parent).unwrap().unwrap();
    assert_eq!(ended.status, RunStatus::Succeeded, "{}", ended.note);
}

#[test]
fn hosts_that_cannot_be_known_end_it_with_the_reason() {
    let (mut bench, parent, child) = bench();
    let found = Err("the inventory hosts.yaml can't be read".to_owned());
    bench.step(vec![Input::HostsFound { run: child, found }]);
    let run = |id| bench.views.run("default", id).unwrap().unwrap();
    let (below, above) = (run(child), run(parent));
    assert_eq!(below.status, RunStatus::Failed);
    assert_eq!(below.note, "the inventory hosts.yaml can't be read");
    assert_eq!(below.tasks[0].status, TaskStatus::Cancelled);
    assert_eq!(above.status, RunStatus::Failed);
    assert!(above.note.contains(&below.note), "{}", above.note);
    let late = Input::HostsFound { run: child, found: Ok(BTreeMap::new()) };
    let before = bench.kinds().len();
    bench.step(vec![late]);
    assert_eq!(bench.kinds().len(), before, "an end never changes");
}
