//! A whole tenant is forgotten: everything that was its own is in no file any more and in no list, the tenants
//! beside it are as they were, and one of the same name begins empty.

use conductor_tests::Answer;

use super::*;

/// Runs once a year, and is named as nothing else is.
const SCHEDULE: &str = "canary-of-a-schedule-22ce";
/// What is brought for a run that something else carries out.
const BROUGHT: &str = "canary-of-what-was-brought-90ab";
/// Nobody takes what is told of the tenant: its letters wait.
const TARGET: &str = "[[notify]]\nname = 'pager'\nkind = 'command'\nargv = ['/bin/false']\ntries = 1\n\
                      tenants = ['acme']\nevents = ['run.*']\n";

fn acme(scene: &Stage, arguments: &[&str]) -> Answer {
    scene.owner().call(&[&["--tenant", "acme"][..], arguments].concat())
}

/// The tenant `acme` with the workflow, whose name is the canary.
fn found(scene: &Stage) {
    drop(scene.owner().call(&["tenant", "create", "acme"]).exits(0));
    let file = scene.desk.write("acme.yaml", &MANIFEST.replace("export-data", CANARY));
    drop(acme(scene, &["workflows", "publish", file.to_str().unwrap()]).exits(0));
}

/// Runs it there to its end; the run's id, once its receipt is there.
fn run_there(scene: &Stage, about: &[&str]) -> String {
    let input = format!("who={CANARY}");
    let start = ["run", CANARY, "-i", &input, "--follow", "-o", "json"];
    let started = acme(scene, &[&start[..], about].concat()).exits(0).json();
    let run = started["runId"].as_str().unwrap().to_owned();
    until("the run has its receipt", || acme(scene, &["receipts", "show", &run]).code == Some(0));
    run
}

/// What something else carries out, with a file; its id.
fn tracked_there(scene: &Stage) -> String {
    let name = format!("report of {CANARY}");
    let create = ["tracked", "create", &name, "--owner", "bob", "-o", "json"];
    let tracked = acme(scene, &create).exits(0).json()["runId"].as_str().unwrap().to_owned();
    let file = scene.desk.write("brought", BROUGHT);
    let upload = ["artifacts", "upload", file.to_str().unwrap(), "--run", &tracked];
    drop(acme(scene, &upload).exits(0));
    tracked
}

/// A schedule, and a program that may act there; its token.
fn entrusts(scene: &Stage) -> String {
    let input = format!("who={CANARY}");
    let set = ["schedules", "set", SCHEDULE, "--workflow", CANARY, "--cron", "30 2 1 1 *"];
    drop(acme(scene, &[&set[..], &["-i", &input]].concat()).exits(0));
    drop(acme(scene, &["grants", "add", "service:deploy", "operator"]).exits(0));
    let file = scene.desk.path("deploy.token");
    let token = ["tokens", "create", "--service", "deploy", "--scope", "run.read"];
    let more = ["--expires", "2d", "--file", file.to_str().unwrap()];
    drop(acme(scene, &[&token[..], &more].concat()).exits(0));
    fs::read_to_string(file).unwrap()
}

fn by_token(scene: &Stage, token: &str) -> Answer {
    let words = ["--tenant", "acme", "runs", "list"];
    let output = scene.owner().command(&words).env("CONDUCTOR_TOKEN", token).output().unwrap();
    Answer::of(words.join(" "), &output)
}

fn tenants(scene: &Stage) -> String {
    scene.owner().call(&["tenant", "list", "-o", "json"]).stdout
}

/// Somebody on TCP wants the tenant forgotten, and alice approves it.
fn forget_acme(scene: &Stage) {
    let forget = ["tenant", "forget", "acme", "--reason", "contract ended", "-o", "json"];
    let id = approval_of(&scene.asks(&forget).exits(4), "APPROVAL_REQUIRED");
    assert!(tenants(scene).contains("acme"), "nothing happens before others approve it");
    drop(scene.signs(&id, "alice").exits(0));
    until("the tenant is not listed any more", || {
        let tenants = tenants(scene);
        tenants.contains("default") && !tenants.contains("acme")
    });
}

/// Nothing of the tenant is in a list, and each says since when.
fn is_gone(scene: &Stage, [run, tracked]: [&str; 2], token: &str) {
    for words in [
        &["grants", "add", "uid:7", "operator"][..],
        &["runs", "list"],
        &["workflows", "list"],
        &["schedules", "list"],
        &["artifacts", "list"],
        &["receipts", "list"],
        &["tokens", "list"],
    ] {
        let refused = acme(scene, words).exits(6);
        let says = ["TENANT_UNKNOWN", "`acme` was forgotten", "conductor tenant create acme"];
        drop(refused.complains_of(&says));
    }
    for words in [
        &["run", "export-data", "-i", "who=x"][..],
        &["runs", "show", run],
        &["tracked", "show", tracked],
        &["graph", "show", run],
        &["tenant", "show", "acme"],
    ] {
        drop(acme(scene, words).exits(6));
    }
    assert_ne!(by_token(scene, token).code, Some(0), "a token of it is good no more");
    let dead = scene.owner().call(&["notifications", "dead", "list", "-o", "json"]).exits(0);
    assert_eq!(dead.json(), serde_json::json!([]));
}

#[test]
fn a_tenant_that_is_forgotten_stands_nowhere_any_more_and_may_begin_anew() {
    let mut scene = scene_with(TARGET);
    scene.grant(ASKS, "conductor_admin");
    found(&scene);
    let stays = run(&scene, OTHER, &[]);
    let (gone, tracked) = (run_there(&scene, &[]), tracked_there(&scene));
    run_there(&scene, &["--subject", WHO]);
    let token = entrusts(&scene);
    drop(by_token(&scene, &token).exits(0));
    let data = scene.daemon.data_dir();
    until("letters of it wait", || !files_with(&data.join("notify"), CANARY).is_empty());
    let found = files_with(&data, CANARY);
    let is_in = |folder: &str| found.iter().any(|file| file.contains(folder));
    assert!(is_in("/logs/") && is_in("/blobs/") && !is_in("/ledger/"), "{found:#?}");
    assert!(!files_with(&data.join("blobs"), BROUGHT).is_empty());
    let key =
        scene.owner().json(&["ledger", "checkpoint"])["verifierKey"].as_str().unwrap().to_owned();
    let bundle = scene.desk.path("receipt.json");
    let export = ["receipts", "export", &stays, "--file", bundle.to_str().unwrap()];
    drop(scene.owner().call(&export).exits(0));

    // It is suspended first, and says so.
    let dry = ["tenant", "forget", "acme", "--dry-run"];
    let would = scene.owner().json(&dry);
    assert!(would["inTheWay"].to_string().contains("not suspended"), "{would:#}");
    drop(scene.owner().call(&["tenant", "suspend", "acme", "--reason", "contract ended"]).exits(0));
    let would = scene.owner().json(&dry);
    assert_eq!((would["runs"].as_u64(), would["contents"].as_u64()), (Some(2), Some(2)));
    assert_eq!(would["keys"].as_array().unwrap().len(), 2, "{would:#}");
    assert!(would["receipts"].as_u64() >= Some(2), "{would:#}");
    assert!(would["inTheWay"].as_array().is_none_or(Vec::is_empty), "{would:#}");
    forget_acme(&scene);

    for canary in [CANARY, WHO, SCHEDULE, BROUGHT] {
        let holds = || files_with(&data, canary);
        until("no file holds it", || holds().is_empty());
    }
    assert!(!files_with(&data, OTHER).is_empty());
    assert!(scene.daemon.lives(), "it is the same process");
    is_gone(&scene, [&gone, &tracked], &token);
    proves(&scene, &key, &stays, ("tenant.forgotten", 2));
    begins_anew(&scene);

    assert!(scene.daemon.stop().success());
    let offline = scene.daemon.call(&["ledger", "verify"]).exits(0);
    assert!(offline.stdout.contains("verified"), "{offline:?}");
    scene.daemon.launch();
    assert!(tenants(&scene).contains("acme") && runs(&scene).contains(&stays));
    assert_eq!(acme(&scene, &["runs", "list", "-o", "json"]).json().as_array().unwrap().len(), 1);
    drop(scene.owner().call(&["run", "export-data", "-i", "who=x", "--follow"]).exits(0));
}

/// Somebody else of the same name has nothing of it.
fn begins_anew(scene: &Stage) {
    drop(scene.owner().call(&["tenant", "create", "acme"]).exits(0));
    for words in [&["runs", "list"][..], &["schedules", "list"], &["tokens", "list"]] {
        let listed = acme(scene, &[words, &["-o", "json"]].concat()).exits(0);
        assert_eq!(listed.json(), serde_json::json!([]), "{words:?}");
    }
    let file = scene.desk.write("anew.yaml", MANIFEST);
    drop(acme(scene, &["workflows", "publish", file.to_str().unwrap()]).exits(0));
    drop(acme(scene, &["run", "export-data", "-i", "who=x", "--follow"]).exits(0));
    let told = acme(scene, &["events", "tail", "-o", "json"]).exits(0).stdout;
    assert!(told.contains("run.started") && !told.contains("sealed with a key"), "{told}");
    let shown = scene.owner().json(&["tenant", "show", "acme"]);
    assert_eq!(shown["status"], "active", "{shown:#}");
}
