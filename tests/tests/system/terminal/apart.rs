//! Two tenants at the consoles of one daemon, with workflows of the same names: nothing of one comes
//! near the other's terminal.

use super::{ENTER, ESC, people::Person, screen::Screen};
use crate::stage::Stage;

const SIZE: (u16, u16) = (160, 45);
const CTRL_P: &str = "\x10";
const CTRL_U: &str = "\x15";

/// The same in both but for one word, which says whose it is wherever it is seen.
fn manifests(word: &str) -> [String; 2] {
    let deploy = format!(
        "name: deploy\nversion: 1.0.0\ndescription: puts {word}-text there\n\
         inputs: {{type: object, properties: {{what: {{type: string, default: {word}-input}}}}}}\n\
         tasks:\n  - id: {word}-task\n    uses: pkg:builtin/shell@1\n    \
         with: {{run: 'echo {word}-log {{{{ inputs.what }}}}'}}\n"
    );
    let only = format!(
        "name: {word}-only\nversion: 1.0.0\nrisk: high\ntasks:\n  - {{id: a, uses: pkg:builtin/noop@1}}\n"
    );
    [deploy, only]
}

/// A tenant with somebody in it who has done a little of everything.
struct Tenant {
    name: &'static str,
    /// What no one else may read.
    word: &'static str,
    person: Person,
}

impl Tenant {
    fn new(stage: &Stage, name: &'static str, who: &'static str, word: &'static str) -> Self {
        let create = ["tenant", "create", name, "--profile", "internal", "--home-region", "local"];
        drop(stage.owner().call(&create).exits(0));
        let person = Person::new(stage, name, (who, "operator"));
        let owner = |words: &[&str], code: i32| {
            stage.owner().call(&[&["--tenant", name][..], words].concat()).exits(code)
        };
        for manifest in manifests(word) {
            let file = person.home().join("manifest.yaml");
            std::fs::write(&file, manifest).unwrap();
            drop(owner(&["workflows", "publish", file.to_str().unwrap()], 0));
        }
        // Whoever reviews may read what was decided.
        drop(owner(&["grants", "add", who, "workflow_reviewer"], 0));
        let in_tenant = |words: &[&str], code: i32| {
            drop(person.calls(&[&["--tenant", name][..], words].concat()).exits(code));
        };
        let reason = format!("{word}-reason");
        in_tenant(&["run", "deploy", "--reason", &reason, "--follow"], 0);
        // One waits for an approval, and something is denied.
        in_tenant(&["--env", "prod", "run", &format!("{word}-only"), "--reason", &reason], 4);
        in_tenant(&["grants", "add", &format!("uid:{word}"), "operator"], 3);
        Self { name, word, person }
    }

    /// Looks at every screen and at what can be opened there.
    fn walks(&self, screen: &mut Screen) {
        let word = self.word;
        screen.shows(&["deploy", "succeeded"]);
        screen.types(ENTER);
        screen.shows(&[&format!("{word}-task"), &format!("{word}-log"), &format!("{word}-reason")]);
        screen.types("L");
        screen.shows(&["Logs", &format!("{word}-log {word}-input")]);
        screen.types("3");
        screen.shows(&["deploy", &format!("{word}-only")]);
        screen.types(ENTER);
        screen.types("7");
        screen.shows(&["Ledger", "run.started", "run.ended"]);
        screen.types("jjjjp");
        screen.shows(&["VERIFIED record", "From the record to the root"]);
        screen.types(ESC);
        screen.until("no proof", |shown| !shown.contains("VERIFIED"));
        let seen =
            [("0", "Incidents"), ("4", "conductord"), ("5", "runs by itself"), ("6", "run.start")];
        for (key, word) in seen {
            screen.types(key);
            screen.shows(&[word]);
        }
        screen.types("8");
        screen.shows(&["Graph", "deploy@1.0.0"]);
        screen.types(CTRL_P);
        screen.shows(&["Find anything"]);
        screen.types(word);
        screen.shows(&[&format!("{word}-only"), "runbook"]);
        screen.types(CTRL_U);
        screen.types("deploy");
        screen.shows(&["▸ deploy", "plan"]);
        screen.types(ESC);
        screen.until("no palette", |shown| !shown.contains("Find anything"));
        screen.types(":env prod\r");
        screen.shows(&["PROD"]);
        screen.types("2");
        screen.shows(&["Approvals", &format!("{word}-only"), "Others (1)"]);
        screen.types(ENTER);
        screen.shows(&[&format!("{word}-reason")]);
    }

    /// Tries to look at the other one, by name and by what is known to be there.
    fn tries(&self, screen: &mut Screen, other: &Self) {
        screen.types(&format!(":tenant {}\r", other.name));
        screen.types("1");
        screen.shows(&["denied by policy", "holds no role in tenant"]);
        for (key, title) in
            [("3", "Runbooks"), ("7", "Ledger"), ("6", "Policy"), ("4", "Queues"), ("8", "Graph")]
        {
            screen.types(key);
            screen.shows(&[title]);
        }
        screen.types("2");
        screen.shows(&["Approvals"]);
        screen.types(CTRL_P);
        screen.shows(&["Find anything"]);
        screen.types("only");
        screen.types(ESC);
        screen.until("no palette", |shown| !shown.contains("Find anything"));
        screen.types("1");
        screen.shows(&["denied by policy"]);
    }
}

/// Words that are in the bytes which a terminal was sent.
fn found(screen: &Screen, words: &[&str]) -> Vec<String> {
    let bytes = screen.bytes();
    let holds = |word: &&&str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    words.iter().filter(holds).map(|word| (*word).to_owned()).collect()
}

#[test]
fn nothing_of_one_tenant_is_in_any_byte_that_the_other_was_sent() {
    let stage = Stage::set();
    let acme = Tenant::new(&stage, "acme", "ssh:alice", "zebra");
    let globex = Tenant::new(&stage, "globex", "ssh:bob", "quokka");
    let mut alice = acme.person.sits_down("--tenant acme", SIZE);
    let mut bob = globex.person.sits_down("--tenant globex", SIZE);
    acme.walks(&mut alice);
    globex.walks(&mut bob);
    // Something happens in each while the other looks.
    for (tenant, screen) in [(&acme, &mut alice), (&globex, &mut bob)] {
        let run = ["--tenant", tenant.name, "run", "deploy", "--follow"];
        drop(tenant.person.calls(&run).exits(0));
        screen.types(":env dev\r1");
        let is_run = |line: &&str| line.contains("deploy") && line.contains("succeeded");
        screen.until("the second run", |shown| shown.lines().filter(is_run).count() >= 2);
    }
    assert!(found(&alice, &["globex", "ssh:bob", "quokka"]).is_empty(), "before it is tried");
    assert!(found(&bob, &["acme", "ssh:alice", "zebra"]).is_empty(), "before it is tried");
    acme.tries(&mut alice, &globex);
    globex.tries(&mut bob, &acme);
    let (at_alice, at_bob) = (["ssh:bob", "quokka"], ["ssh:alice", "zebra"]);
    assert!(found(&alice, &at_alice).is_empty(), "{:?}", found(&alice, &at_alice));
    assert!(found(&bob, &at_bob).is_empty(), "{:?}", found(&bob, &at_bob));
    // What is looked for would be found.
    assert_eq!(found(&alice, &["ssh:alice", "zebra"]).len(), 2);
    alice.quit();
    bob.quit();
}
