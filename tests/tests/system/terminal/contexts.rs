//! One console and two daemons: going from one to the other by name, and not being kept by one that is
//! stopped.

use std::{fs, path::Path};

use conductor_tests::{Console, Daemon};

use super::{ENTER, SMALL, daemon, screen::Screen};
use crate::workflows;

/// The second daemon's own workflow.
const ELSEWHERE: &str = "
name: elsewhere
version: 1.0.0
tasks:
  - id: speak
    uses: pkg:builtin/shell@1
    with: {run: echo here}
";

/// Names two daemons in the config file of a console.
fn name(console: &Console, here: &Path, there: &Path) {
    let folder = console.home.join("conductor");
    fs::create_dir_all(&folder).unwrap();
    let (here, there) = (here.display(), there.display());
    let text = format!(
        "# Mine.\n[contexts.here]\nhost = \"unix://{here}\"\ntone = \"ok\"\n\n\
         [contexts.there]\nhost = \"unix://{there}\"\nword = \"THE OTHER\"\n"
    );
    fs::write(folder.join("config.toml"), text).unwrap();
}

fn two() -> (Daemon, Daemon, Console) {
    let (here, there) = (daemon(), Daemon::start());
    there.console().publish(ELSEWHERE);
    there.console().publish(workflows::NOOP);
    drop(here.console().call(&["run", "failing", "--follow"]).exits(1));
    drop(there.console().call(&["run", "elsewhere", "--follow"]).exits(0));
    let console = here.console();
    name(&console, &here.socket(), &there.socket());
    (here, there, console)
}

#[test]
fn a_console_goes_to_another_daemon_and_is_not_kept_by_one_that_is_stopped() {
    let (_here, mut there, console) = two();
    let mut screen = Screen::open(&console, SMALL);
    screen.types("\"$CONSOLE\" @here\r");
    screen.is_the_console_s();
    screen.shows(&["HERE", "live", "failing"]);
    screen.types(&format!(":@there{ENTER}"));
    screen.until("the runs of the other one alone", |shown| {
        shown.contains("THE OTHER")
            && shown.contains("live")
            && shown.contains("elsewhere")
            && !shown.contains("failing")
            && !shown.contains("HERE")
    });
    // Its word stands in the question, and the change is made there.
    screen.types("r");
    screen.until("the question names it", |shown| {
        shown.contains("Run this again?") && shown.matches("THE OTHER").count() == 2
    });
    screen.types(&format!("\t{ENTER}"));
    screen.shows(&["running it again"]);
    let listed = console.json(&["@there", "runs", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(console.json(&["@here", "runs", "list"]).as_array().unwrap().len(), 1);

    screen.types(&format!(":@-{ENTER}"));
    screen.until("back", |shown| {
        shown.contains("HERE") && shown.contains("live") && shown.contains("failing")
    });
    // One that is stopped does not block: what was asked of it waits, and one can go back.
    there.stop();
    screen.types(&format!(":runs list --status succeeded @there{ENTER}"));
    screen.until("nobody answers", |shown| {
        shown.contains("THE OTHER") && shown.contains("no daemon") && !shown.contains("failing")
    });
    screen.types(&format!(":@here{ENTER}"));
    screen.until("back again", |shown| {
        shown.contains("HERE") && shown.contains("live") && shown.contains("failing")
    });
    screen.types(&format!(":@nowhere{ENTER}"));
    screen.shows(&["find the context `nowhere`", "there are here, there"]);
    screen.quit();
}

#[test]
fn a_command_acts_in_the_context_that_it_names_and_one_can_be_kept() {
    let (_here, _there, console) = two();
    let names = |context: &str| {
        let runs = console.json(&[context, "runs", "list"]);
        runs.as_array().unwrap().iter().map(|run| run["workflow"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("@here"), ["failing"]);
    assert_eq!(names("--context=there"), ["elsewhere"]);
    drop(
        console
            .call(&["@nowhere", "runs", "list"])
            .exits(2)
            .complains_of(&["find the context `nowhere`", "there are here, there"]),
    );
    let all = console.json(&["@there", "contexts", "list"]);
    assert_eq!((&all[0]["name"], &all[0]["inUse"]), (&"here".into(), &false.into()));
    assert_eq!((&all[1]["word"], &all[1]["inUse"]), (&"THE OTHER".into(), &true.into()));
    drop(console.call(&["contexts", "use", "nowhere"]).exits(2));
    drop(console.call(&["contexts", "use", "there"]).exits(0));
    let file = fs::read_to_string(console.home.join("conductor/config.toml")).unwrap();
    assert!(file.starts_with("context = \"there\"\n# Mine.\n[contexts.here]"), "{file}");
    // The host that the environment names goes before a context that the file alone names.
    let plain = console.json(&["runs", "list"]);
    assert_eq!(plain[0]["workflow"], "failing");
    let mut command = console.command(&["runs", "list", "-o", "json"]);
    let output = command.env_remove("CONDUCTOR_HOST").output().unwrap();
    let plain: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plain[0]["workflow"], "elsewhere");
    let told = console.json(&["@there", "settings", "list"]);
    let host = told.as_array().unwrap().iter().find(|row| row["name"] == "host").unwrap();
    assert_eq!(
        (&host["from"]["kind"], &host["from"]["name"]),
        (&"context".into(), &"there".into())
    );
}
