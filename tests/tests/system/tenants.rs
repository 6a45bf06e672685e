//! A tenant's life, as whoever runs the daemon lives it: created, filled, checked, suspended; and
//! entered by guests.

use conductor_tests::{Console, Daemon, Setup};
use serde_json::Value;

use crate::{walk::free_address, workflows};

fn call(owner: &Console, line: &str, code: i32) -> conductor_tests::Answer {
    owner.call(&line.split(' ').collect::<Vec<_>>()).exits(code)
}

fn publish(daemon: &Daemon, tenant: &str, code: i32) {
    let file = daemon.folder().join("manifest.yaml");
    std::fs::write(&file, workflows::NOOP).unwrap();
    let owner = daemon.owner();
    let arguments = ["--tenant", tenant, "workflows", "publish", file.to_str().unwrap()];
    drop(owner.call(&arguments).exits(code));
}

#[test]
fn a_tenant_is_created_before_it_is_used() {
    let daemon = Daemon::start();
    let owner = daemon.owner();
    publish(&daemon, "acme", 6);
    drop(
        call(&owner, "--tenant acme grants add uid:7 operator", 6)
            .complains_of(&["TENANT_UNKNOWN", "conductor tenant create acme"]),
    );
    drop(call(&owner, "--tenant acme runs list", 6));
    drop(call(&owner, "tenant create acme", 0));
    drop(call(&owner, "tenant create acme", 7).complains_of(&["TENANT_EXISTS"]));
    publish(&daemon, "acme", 0);
    let listed = call(&owner, "tenant list -o json", 0).json();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().filter_map(|tenant| tenant["name"].as_str()).collect();
    assert_eq!(names, ["acme", "default"]);
}

#[test]
fn what_is_set_for_a_tenant_stands_above_the_configuration() {
    let config = "[tenant_defaults]\nrisk_profile = 'low'\nregions = ['eu', 'us']\n\
                  [quotas.acme]\nlarge = 2\nsmall = 3\n";
    let mut daemon = Daemon::start_with(Setup { config: config.into(), ..Setup::default() });
    let owner = daemon.owner();
    drop(call(&owner, "tenant create acme --risk-profile medium --quota large=1", 0));
    drop(call(&owner, "tenant set acme --budget day=60 --home-region eu", 0));
    drop(call(&owner, "tenant set acme --budget year=60", 8));
    drop(call(&owner, "tenant set acme --profile free", 8).complains_of(&["TENANT_INVALID"]));
    drop(call(&owner, "tenant set acme --home-region eu --if-version 1", 7));
    let check = |owner: &Console| {
        let shown = call(owner, "tenant show acme -o json", 0).json();
        let (own, effective) = (&shown["settings"], &shown["effective"]);
        assert_eq!(own["riskProfile"], "medium");
        assert_eq!(effective["riskProfile"], "medium");
        assert_eq!(effective["regions"], serde_json::json!(["eu", "us"]));
        assert_eq!(effective["quotas"], serde_json::json!({"large": 1, "small": 3}));
        assert_eq!(shown["spends"][0]["limit"], 60, "{shown}");
        assert_eq!(shown["version"], 2);
    };
    check(&owner);
    drop(call(&owner, "tenant show acme", 0));
    daemon.stop();
    daemon.launch();
    check(&daemon.owner());
}

#[test]
fn a_suspended_tenant_starts_nothing_and_can_be_read() {
    let daemon = Daemon::start();
    let owner = daemon.owner();
    drop(call(&owner, "tenant create acme", 0));
    publish(&daemon, "acme", 0);
    drop(call(&owner, "--tenant acme run noop", 0));
    drop(call(&owner, "tenant suspend default --reason x", 7).complains_of(&["TENANT_HOME"]));
    drop(call(&owner, "tenant suspend acme --reason unpaid", 0));
    let refused = owner.call(&["--tenant", "acme", "run", "noop"]);
    assert!(matches!(refused.code, Some(3 | 7)), "{refused:#?}");
    let runs = call(&owner, "--tenant acme runs list -o json", 0).json();
    assert_eq!(runs.as_array().unwrap().len(), 1);
    let shown = call(&owner, "tenant show acme -o json", 0).json();
    assert_eq!(
        (&shown["status"], &shown["suspended"]["reason"]),
        (&"suspended".into(), &"unpaid".into())
    );
    drop(call(&owner, "tenant resume acme", 0));
    drop(call(&owner, "--tenant acme run noop", 0));
}

#[test]
fn the_checklist_names_what_is_missing_and_the_command_that_mends_it() {
    let daemon = Daemon::start();
    let owner = daemon.owner();
    drop(call(&owner, "tenant create acme", 0));
    let lines = |code: i32| -> Vec<Value> {
        call(&owner, "tenant check acme -o json", code).json().as_array().unwrap().clone()
    };
    let of = |lines: &[Value], status: &str| -> Vec<String> {
        let named = lines.iter().filter(|line| line["status"] == status);
        named.map(|line| line["name"].as_str().unwrap().to_owned()).collect()
    };
    let before = lines(1);
    assert_eq!(of(&before, "missing"), ["roles", "attributes", "budget", "quota"]);
    assert_eq!(of(&before, "ok"), ["tenant", "policy", "dry_run", "stranger", "telemetry"]);
    assert!(of(&before, "not_built").contains(&"retention".to_owned()));
    // Each mend, with its blanks filled in, mends.
    for (line, fill) in [
        ("roles", [("UID", "7"), ("", "")]),
        ("attributes", [("", ""), ("", "")]),
        ("budget", [("SECONDS", "3600"), ("", "")]),
        ("quota", [("TASKS", "4"), ("", "")]),
    ] {
        let found = before.iter().find(|known| known["name"] == line).unwrap();
        let mut mend = found["mend"].as_str().unwrap().trim_start_matches("conductor ").to_owned();
        for (blank, word) in fill.into_iter().filter(|(blank, _)| !blank.is_empty()) {
            mend = mend.replace(blank, word);
        }
        let mend = mend
            .replace("--profile WORD", "--profile internal")
            .replace("--risk-profile WORD", "--risk-profile low")
            .replace("--data-sensitivity WORD", "--data-sensitivity public");
        drop(call(&owner, &mend, 0));
    }
    // Two roles are needed, and one mend is named at a time.
    assert_eq!(of(&lines(1), "missing"), ["roles"]);
    drop(call(&owner, "--tenant acme grants add uid:8 tenant_admin", 0));
    assert!(of(&lines(0), "missing").is_empty());
    drop(call(&owner, "tenant suspend acme --reason unpaid", 0));
    assert!(of(&lines(1), "missing").contains(&"tenant".to_owned()));
}

#[test]
fn what_is_known_of_a_principal_is_in_the_question() {
    let daemon = Daemon::start();
    let owner = daemon.owner();
    drop(call(&owner, "tenant create acme --business-unit payments", 0));
    publish(&daemon, "acme", 0);
    let me = call(&owner, "whoami -o json", 0).json()["principal"].as_str().unwrap().to_owned();
    drop(call(&owner, &format!("--tenant acme grants add {me} operator"), 0));
    let set =
        format!("--tenant acme grants attribute {me} data_sensitivity=restricted region=local");
    drop(call(&owner, &set, 0));
    drop(call(&owner, &format!("--tenant acme grants attribute {me} region="), 0));
    let bad = format!("--tenant acme grants attribute {me} tenant_id=globex");
    drop(call(&owner, &bad, 8).complains_of(&["ATTRIBUTE_INVALID"]));
    drop(call(&owner, "--tenant acme run noop --follow", 0));
    drop(call(&owner, "tenant set acme --budget month=100", 0));
    drop(call(&owner, "--tenant acme run noop --follow", 0));
    let listed = call(&owner, "--tenant acme decisions list -o json", 0).json();
    let of_start = |decision: &&Value| decision["action"] == "run.start";
    let starts: Vec<Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(of_start)
        .map(|decision| decision["input"].clone())
        .collect();
    let (last, first) = (&starts[0], &starts[1]);
    let known = serde_json::json!({"data_sensitivity": "restricted"});
    assert_eq!(last["subject"]["attributes"], known);
    assert_eq!(last["subject"]["elsewhere"], serde_json::json!(["*"]));
    assert_eq!(last["context"]["tenant"]["business_unit"], "payments");
    assert_eq!(last["context"]["spend"]["limit"], 100);
    assert!(
        first["context"].get("spend").is_none(),
        "without a budget nothing is counted: {first}"
    );
}

#[test]
fn a_guest_reads_once_two_have_let_them_in_and_both_tenants_know() {
    let tcp = free_address();
    let config = format!("listen = '{tcp}'\n");
    let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
    let owner = daemon.owner();
    let guest = |line: &str, code: i32| {
        call(&owner, &format!("--host http://{tcp} --tenant acme {line}"), code)
    };
    let admit = "--tenant acme tenant admit tcp:anonymous --for 4h --reason incident";
    for tenant in ["acme", "globex"] {
        drop(call(&owner, &format!("tenant create {tenant}"), 0));
    }
    publish(&daemon, "acme", 0);
    let started = call(&owner, "--tenant acme run noop -o json", 0).json();
    let run = started["runId"].as_str().unwrap().to_owned();
    drop(call(&owner, "--tenant globex grants add tcp:anonymous operator", 0));

    drop(guest("runs list", 3).complains_of(&["conductor tenant admit tcp:anonymous"]));
    drop(call(&owner, admit, 7).complains_of(&["GUEST_NOT_ADMITTED", "--admit"]));
    drop(call(&owner, "tenant set acme --admit globex", 0));
    drop(guest("runs list", 3));
    let me = call(&owner, "whoami -o json", 0).json()["principal"].as_str().unwrap().to_owned();
    let own = format!("--tenant acme tenant admit {me} --for 4h --reason incident");
    drop(call(&owner, &own, 7).complains_of(&["GUEST_SELF"]));
    drop(call(&owner, admit, 0));
    drop(guest("runs list", 0));
    drop(guest(&format!("runs show {run}"), 0));
    drop(guest("run noop", 3).complains_of(&["only reads"]));
    drop(guest("tenant show", 3));
    let shown = call(&owner, "tenant show acme -o json", 0).json();
    assert_eq!(shown["guests"][0]["principal"], "tcp:anonymous", "{shown:#}");
    assert_eq!(shown["guests"][0]["reason"], "incident");
    assert_eq!(shown["settings"]["admits"], serde_json::json!(["globex"]));

    // The allow alone, and the approval alone, let nobody in.
    drop(call(&owner, "tenant set acme --admit initech", 0));
    drop(guest("runs list", 3));
    drop(call(&owner, "tenant set acme --admit globex", 0));
    drop(guest("runs list", 0));
    drop(call(&owner, "--tenant acme tenant dismiss tcp:anonymous", 0));
    drop(guest("runs list", 3));
    let shown = call(&owner, "tenant show acme -o json", 0).json();
    assert!(shown.get("guests").is_none_or(|guests| guests == &serde_json::json!([])), "{shown:#}");

    for tenant in ["acme", "globex"] {
        let list = format!("--tenant {tenant} decisions list -o json");
        let decisions = call(&owner, &list, 0).json();
        let found = |action: &str, principal: &str| {
            let decisions = decisions.as_array().unwrap().iter();
            decisions
                .filter(|known| known["action"] == action && known["principal"] == principal)
                .filter(|known| known["decision"]["allow"] == true)
                .cloned()
                .collect::<Vec<_>>()
        };
        let reads = found("run.read", "tcp:anonymous");
        assert!(!reads.is_empty(), "{tenant}: {decisions:#}");
        let whole = reads.iter().any(|read| read.to_string().contains(&run));
        assert_eq!(whole, tenant == "acme", "{reads:#?}");
        let by = if tenant == "acme" { me.as_str() } else { "system" };
        let admitted = found("tenant.admit", by);
        assert_eq!(admitted.len(), 1, "{tenant}: {decisions:#}");
        assert_eq!(admitted[0].to_string().contains(&me), tenant == "acme", "{admitted:#?}");
        assert_eq!(found("tenant.dismiss", by).len(), 1, "{tenant}: {decisions:#}");
    }
}
