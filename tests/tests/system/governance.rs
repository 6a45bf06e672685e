//! Governance as a running daemon carries it out: the configured profile and a tenant's own above
//! it, the packs, the kill switch, and what is on record of an answer from the cache.

use conductor_tests::{Answer, Daemon, Setup, until};

use crate::walk::free_address;

/// A daemon with one tenant, and somebody who comes over TCP with roles in it.
struct Stage {
    daemon: Daemon,
    url: String,
}

impl Stage {
    fn set(config: &str, roles: &[&str]) -> Self {
        let tcp = free_address();
        let config = format!("listen = '{tcp}'\n{config}");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let stage = Self { daemon, url: format!("http://{tcp}") };
        drop(stage.owner("tenant create acme").exits(0));
        for role in roles {
            let grant = format!("--tenant acme grants add tcp:anonymous {role}");
            drop(stage.owner(&grant).exits(0));
        }
        stage
    }

    fn owner(&self, line: &str) -> Answer {
        self.daemon.owner().call(&line.split(' ').collect::<Vec<_>>())
    }

    /// What the other one says, in the tenant.
    fn other(&self, line: &str) -> Answer {
        self.owner(&format!("--host {} --tenant acme {line}", self.url))
    }

    /// Publishes in the tenant; `governance` is what the manifest says besides its tasks.
    fn publish(&self, name: &str, governance: &str, task: &str) {
        let file = self.daemon.folder().join(format!("{name}.yaml"));
        let manifest = format!(
            "name: {name}\nversion: 1.0.0\n{governance}\n\
             inputs: {{type: object, properties: {{card: {{type: string}}}}}}\n\
             tasks:\n- {{id: a, {task}}}\n"
        );
        std::fs::write(&file, manifest).unwrap();
        let line = format!("--tenant acme workflows publish {}", file.display());
        drop(self.owner(&line).exits(0));
    }
}

const SLEEP: &str = "uses: pkg:builtin/sleep@1, with: {seconds: 600}";
const NOOP: &str = "uses: pkg:builtin/noop@1";

#[test]
fn the_configured_profile_decides_and_a_tenants_own_stands_above_it() {
    let stage = Stage::set("[tenant_defaults]\nprofile = 'white-label'\n", &["operator"]);
    stage.publish("endless", "", SLEEP);
    let started = stage.other("run endless -o json").exits(0).json();
    let run = started["runId"].as_str().unwrap();
    let denied = stage.other(&format!("runs cancel {run} --kill")).exits(3);
    drop(denied.complains_of(&["conductor-governance-white-label", "may kill"]));
    drop(stage.owner("tenant set acme --profile internal").exits(0));
    drop(stage.other(&format!("runs cancel {run} --kill --reason wrong")).exits(0));
    let show = format!("runs show {run} -o json");
    until("the run's end", || stage.other(&show).exits(0).json()["status"] == "cancelled");
    let stops = stage.other("events tail --kind run.stop_requested -o json").exits(0).json();
    assert_eq!(stops[0]["data"]["event"]["data"]["cause"], "killed", "{stops:#}");
}

#[test]
fn what_a_tenant_has_spent_stops_its_next_start() {
    let stage = Stage::set("", &["operator"]);
    stage.publish("short", "", "uses: pkg:builtin/sleep@1, with: {seconds: 1.1}");
    drop(stage.owner("tenant set acme --budget day=1").exits(0));
    drop(stage.other("run short --follow").exits(0));
    let denied = stage.other("run short").exits(3);
    drop(denied.complains_of(&["budget", "acme"]));
    drop(stage.owner("tenant set acme --budget day=1000").exits(0));
    drop(stage.other("run short").exits(0));
}

#[test]
fn a_region_that_is_not_the_tenants_is_warned_of_or_denied_as_the_risk_is() {
    let stage = Stage::set("", &["operator"]);
    stage.publish("harmless", "risk: low", NOOP);
    stage.publish("harmful", "risk: high", NOOP);
    drop(stage.owner("tenant set acme --allow-region eu").exits(0));
    let warned = stage.other("--region us run harmless").exits(0);
    assert!(warned.stderr.contains("may act in eu"), "{warned:#?}");
    drop(stage.other("--region us run harmful").exits(3).complains_of(&["may act in eu"]));
    drop(stage.other("--region eu run harmful").exits(0));
    drop(stage.other("--region ru-central-1 run harmless").exits(3).complains_of(&["Russia"]));
}

#[test]
fn who_is_not_cleared_sees_that_it_ran_and_not_with_what() {
    let stage = Stage::set("", &["operator"]);
    stage.publish("billing", "risk: low\ndata_sensitivity: restricted\npurpose: [billing]", NOOP);
    drop(stage.owner("tenant set acme --allow-purpose billing").exits(0));
    drop(stage.owner("--tenant acme run billing --follow -i card=4711").exits(0));
    let runs = stage.owner("--tenant acme runs list -o json").exits(0).json();
    let run = runs[0]["runId"].as_str().unwrap().to_owned();
    let shown = stage.other(&format!("runs show {run} -o json")).exits(0);
    assert!(!shown.stdout.contains("4711"), "{}", shown.stdout);
    assert_eq!(shown.json()["status"], "succeeded");
    let clear = "--tenant acme grants attribute tcp:anonymous data_sensitivity=restricted";
    drop(stage.owner(clear).exits(0));
    let shown = stage.other(&format!("runs show {run} -o json")).exits(0);
    assert!(shown.stdout.contains("4711"), "{}", shown.stdout);
}

#[test]
fn an_answer_from_the_cache_is_on_record_as_one() {
    let stage = Stage::set("", &["operator", "workflow_author"]);
    stage.publish("noop", "", NOOP);
    drop(stage.owner("--tenant acme schedules set nightly --workflow noop --every 1d").exits(0));
    for change in ["pause nightly --reason holidays", "resume nightly"].repeat(2) {
        drop(stage.other(&format!("schedules {change}")).exits(0));
    }
    let list = "--tenant acme decisions list --action schedule.pause -o json";
    let decisions = stage.owner(list).exits(0).json();
    let cached: Vec<bool> = decisions
        .as_array()
        .unwrap()
        .iter()
        .filter(|decision| decision["principal"] == "tcp:anonymous")
        .map(|decision| decision["decision"]["cached"] == true)
        .collect();
    assert!(cached.len() >= 2 && cached[0] && !cached[cached.len() - 1], "{decisions:#}");
}
