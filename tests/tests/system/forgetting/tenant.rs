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

impl Scene {
    fn acme(&self, arguments: &[&str]) -> Answer {
        self.owner().call(&[&["--tenant", "acme"][..], arguments].concat())
    }

    /// The tenant `acme` with the workflow, whose name is the canary.
    fn found(&self) {
        drop(self.owner().call(&["tenant", "create", "acme"]).exits(0));
        let file = self.desk.write("acme.yaml", &MANIFEST.replace("export-data", CANARY));
        drop(self.acme(&["workflows", "publish", file.to_str().unwrap()]).exits(0));
    }

    /// Runs it there to its end; the run's id, once its receipt is there.
    fn run_there(&self, about: &[&str]) -> String {
        let input = format!("who={CANARY}");
        let start = ["run", CANARY, "-i", &input, "--follow", "-o", "json"];
        let started = self.acme(&[&start[..], about].concat()).exits(0).json();
        let run = started["runId"].as_str().unwrap().to_owned();
        until("the run has its receipt", || self.acme(&["receipts", "show", &run]).code == Some(0));
        run
    }

    /// What something else carries out, with a file; its id.
    fn tracked_there(&self) -> String {
        let name = format!("report of {CANARY}");
        let create = ["tracked", "create", &name, "--owner", "bob", "-o", "json"];
        let tracked = self.acme(&create).exits(0).json()["runId"].as_str().unwrap().to_owned();
        let file = self.desk.write("brought", BROUGHT);
        let upload = ["artifacts", "upload", file.to_str().unwrap(), "--run", &tracked];
        drop(self.acme(&upload).exits(0));
        tracked
    }

    /// A schedule, and a program that may act there; its token.
    fn entrusts(&self) -> String {
        let input = format!("who={CANARY}");
        let set = ["schedules", "set", SCHEDULE, "--workflow", CANARY, "--cron", "30 2 1 1 *"];
        drop(self.acme(&[&set[..], &["-i", &input]].concat()).exits(0));
        drop(self.acme(&["grants", "add", "service:deploy", "operator"]).exits(0));
        let file = self.desk.path("deploy.token");
        let token = ["tokens", "create", "--service", "deploy", "--scope", "run.read"];
        let more = ["--expires", "2d", "--file", file.to_str().unwrap()];
        drop(self.acme(&[&token[..], &more].concat()).exits(0));
        fs::read_to_string(file).unwrap()
    }

    fn by_token(&self, token: &str) -> Answer {
        let words = ["--tenant", "acme", "runs", "list"];
        let output = self.owner().command(&words).env("CONDUCTOR_TOKEN", token).output().unwrap();
        Answer::of(words.join(" "), &output)
    }

    fn tenants(&self) -> String {
        self.owner().call(&["tenant", "list", "-o", "json"]).stdout
    }

    /// Somebody on TCP wants the tenant forgotten, and alice approves it.
    fn forget_acme(&self) {
        let there = ["--host", &self.host];
        let forget = ["tenant", "forget", "acme", "--reason", "contract ended", "-o", "json"];
        let refused = self.owner().call(&[&there[..], &forget].concat()).exits(4);
        let error: Value = serde_json::from_str(&refused.stderr).unwrap();
        let id = error["error"]["approval"]["id"].as_str().unwrap().to_owned();
        assert!(self.tenants().contains("acme"), "nothing happens before others approve it");
        self.alice_signs(&id);
        until("the tenant is not listed any more", || {
            let tenants = self.tenants();
            tenants.contains("default") && !tenants.contains("acme")
        });
    }
}

/// Nothing of the tenant is in a list, and each says since when.
fn is_gone(scene: &Scene, [run, tracked]: [&str; 2], token: &str) {
    for words in [
        &["grants", "add", "uid:7", "operator"][..],
        &["runs", "list"],
        &["workflows", "list"],
        &["schedules", "list"],
        &["artifacts", "list"],
        &["receipts", "list"],
        &["tokens", "list"],
    ] {
        let refused = scene.acme(words).exits(6);
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
        drop(scene.acme(words).exits(6));
    }
    assert_ne!(scene.by_token(token).code, Some(0), "a token of it is good no more");
    let dead = scene.owner().call(&["notifications", "dead", "list", "-o", "json"]).exits(0);
    assert_eq!(dead.json(), serde_json::json!([]));
}

#[test]
fn a_tenant_that_is_forgotten_stands_nowhere_any_more_and_may_begin_anew() {
    let mut scene = Scene::with(TARGET);
    drop(scene.owner().call(&["grants", "add", "tcp:anonymous", "conductor_admin"]).exits(0));
    scene.found();
    let stays = scene.run(OTHER, &[]);
    let (gone, tracked) = (scene.run_there(&[]), scene.tracked_there());
    scene.run_there(&["--subject", WHO]);
    let token = scene.entrusts();
    drop(scene.by_token(&token).exits(0));
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
    scene.forget_acme();

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
    assert!(scene.tenants().contains("acme") && scene.runs().contains(&stays));
    assert_eq!(scene.acme(&["runs", "list", "-o", "json"]).json().as_array().unwrap().len(), 1);
    drop(scene.owner().call(&["run", "export-data", "-i", "who=x", "--follow"]).exits(0));
}

/// Somebody else of the same name has nothing of it.
fn begins_anew(scene: &Scene) {
    drop(scene.owner().call(&["tenant", "create", "acme"]).exits(0));
    for words in [&["runs", "list"][..], &["schedules", "list"], &["tokens", "list"]] {
        let listed = scene.acme(&[words, &["-o", "json"]].concat()).exits(0);
        assert_eq!(listed.json(), serde_json::json!([]), "{words:?}");
    }
    let file = scene.desk.write("anew.yaml", MANIFEST);
    drop(scene.acme(&["workflows", "publish", file.to_str().unwrap()]).exits(0));
    drop(scene.acme(&["run", "export-data", "-i", "who=x", "--follow"]).exits(0));
    let told = scene.acme(&["events", "tail", "-o", "json"]).exits(0).stdout;
    assert!(told.contains("run.started") && !told.contains("sealed with a key"), "{told}");
    let shown = scene.owner().json(&["tenant", "show", "acme"]);
    assert_eq!(shown["status"], "active", "{shown:#}");
}
