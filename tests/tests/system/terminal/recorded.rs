//! A session that is recorded while somebody signs with a key under a passphrase: what is in the file, and
//! what it plays.

use std::fs;

use super::{ENTER, ESC, LARGE, screen::Screen};
use crate::{keys::desk::TYPES, stage::Stage};

/// What nobody else may read.
const PHRASE: &str = "correct horse battery";
const SECRET: &str = "hunter2hunter2";

/// Somebody who asks over TCP for what another must approve.
const RUNBOOK: &str = "
name: restart
version: 1.0.0
risk: high
inputs: {type: object, properties: {token: {type: string}}}
tasks:
  - {id: restart, uses: pkg:builtin/shell@1, with: {run: echo restarting}}
";

/// The keys that a recording has, one after the other, as if they were typed into one line.
fn typed(recording: &str) -> String {
    let lines = recording.lines().skip(1);
    let keys = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    keys.filter_map(|line| line["key"].as_str().map(str::to_owned)).collect()
}

/// A daemon with something that waits for its owner, whose key lies at home under a passphrase.
fn set() -> Stage {
    let stage = Stage::set();
    let owner = stage.owner();
    let me = owner.json(&["whoami"])["principal"].as_str().unwrap().to_owned();
    stage.grant("tcp:anonymous", "operator");
    owner.publish(RUNBOOK);
    drop(stage.asks(&["--env", "prod", "run", "restart"]).exits(4));
    let folder = owner.home.join(".ssh");
    fs::create_dir_all(&folder).unwrap();
    let key = folder.join("id_ed25519");
    let file = key.to_str().unwrap();
    let make = ["-q", "-N", PHRASE, "-C", "at home", "-f", file];
    stage.desk.keygen(&[&make[..], TYPES[0].1].concat(), b"").unwrap();
    let public = format!("{file}.pub");
    drop(owner.call(&["keys", "enroll", &me, "--key", &public]).exits(0));
    stage
}

fn signs(screen: &mut Screen) {
    screen.types("2");
    screen.shows(&["Waiting for you (1)", "restart"]);
    screen.types(ENTER);
    screen.shows(&["run.start restart 1.0.0", "you can sign it now"]);
    screen.types("a");
    screen.shows(&["Sign this?", "type restart to go on"]);
    screen.types("restart\r\r");
    screen.shows(&["passphrase"]);
    screen.types(PHRASE);
    screen.types(ENTER);
    screen.shows(&["approved and carried out"]);
}

#[test]
fn a_recording_has_no_home_no_key_and_no_secret_in_it_and_plays_to_the_same_screen() {
    let stage = set();
    let owner = stage.owner();
    let home = owner.home.display().to_string();
    let mut screen = Screen::open(&owner, LARGE);
    screen.types("\"$CONSOLE\" --env prod\r");
    screen.is_the_console_s();
    screen.shows(&["live"]);
    screen.types(&format!(":record {home}/session.jsonl\r"));
    // It begins with everything being read anew, as after a start.
    screen.shows(&[" rec ", "● live"]);
    screen.types(&format!(":run restart token={SECRET}\r"));
    screen.shows(&["Run restart", "Esc close"]);
    screen.types(ESC);
    screen.until("no form", |shown| !shown.contains("Run restart"));
    signs(&mut screen);
    // Where files lie is said there.
    screen.types(",");
    screen.shows(&["Settings", "theme"]);
    // What has no age on it, and no message that goes away by itself.
    screen.types("5");
    screen.until("only what does not move", |shown| {
        shown.contains("nothing runs by itself") && !shown.contains("carried out")
    });
    let shown = body(&screen.contents());
    screen.quit();

    let recording = fs::read_to_string(owner.home.join("session.jsonl")).unwrap();
    for secret in [&home, PHRASE, SECRET, "BEGIN OPENSSH"] {
        assert!(!recording.contains(secret), "{secret} is in it");
        let keys = typed(&recording);
        assert!(!keys.contains(secret.trim_matches(' ')), "{secret} was typed: {keys}");
    }
    assert!(recording.contains("~/.ssh/id_ed25519"), "which key it was is in it");
    let file = owner.home.join("session.jsonl");
    let played = owner.call(&["replay", file.to_str().unwrap(), "--last"]).exits(0).stdout;
    assert_eq!(body(&played), shown);
}

/// The rows below the top one, whose clock goes on, as far as something is on them.
fn body(screen: &str) -> Vec<String> {
    let rows = screen.lines().skip(1).map(|row| row.trim_end().to_owned());
    rows.filter(|row| !row.is_empty()).collect()
}
