//! What a lease carries: secrets and bounds of the task, whichever part of it runs.

use conductor_protocol::manifest::{ResourceClass, SandboxLevel};

use super::bench::{Bench, started};
use crate::ports::{Lease, Order, Outcome};

const UNDONE: &str = "\
name: laws
version: 1.0.0
undo: on_failure
tasks:
- id: t
  uses: pkg:builtin/shell@1
  foreach: [a]
  secrets: [token]
  resources: small
  sandbox: strict
  with: {run: 'true'}
  env: {T: '{{ secrets.token }}'}
  rollout:
    health: {uses: 'pkg:builtin/shell@1', with: {run: 'true'}, env: {T: '{{ secrets.token }}'}}
  compensate: {uses: 'pkg:builtin/shell@1', with: {run: 'true'}, env: {T: '{{ secrets.token }}'}}
- {id: last, uses: 'pkg:builtin/shell@1', needs: [t], with: {run: 'false'}}
";

/// Every lease of a run in which the task of that id fails.
fn leases(bench: &mut Bench, failing: &str) -> Vec<Lease> {
    let mut leases = Vec::new();
    while let Some(order) = bench.orders.pop() {
        let Order::Start(lease) = order else { continue };
        let failed = lease.task == failing;
        let outcome = if failed { Outcome::Failed } else { Outcome::Succeeded };
        bench.complete(&lease, outcome).unwrap();
        leases.push(*lease);
    }
    leases
}

#[test]
fn every_part_of_a_task_gets_its_secrets_and_its_bounds() {
    let mut bench = Bench::new();
    bench.publish(UNDONE);
    bench.open_worker(true);
    started(bench.start(None));
    let leases = leases(&mut bench, "last");
    let tasks: Vec<&str> = leases.iter().map(|lease| lease.task.as_str()).collect();
    assert_eq!(tasks, ["t[a]", "t.health[1]", "last", "t[a].undo"]);
    for lease in leases.iter().filter(|lease| lease.task != "last") {
        let (task, secrets) = (&lease.task, lease.secrets.to_value());
        assert_eq!(lease.resources, Some(ResourceClass::Small), "{task}");
        let level = lease.sandbox.as_ref().map(|sandbox| sandbox.level);
        assert_eq!(level, Some(SandboxLevel::Strict), "{task}");
        assert_eq!(secrets["token"], lease.env["T"].as_str(), "{task}");
    }
    let last = &leases[2];
    assert!(last.secrets.is_empty() && last.resources.is_none() && last.sandbox.is_none());
}
