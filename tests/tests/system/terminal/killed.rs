//! The daemon is killed, and started again, under a list of runs that somebody looks at.

use std::fs;

use conductor_tests::{Daemon, until};

use super::{ENTER, ESC, SMALL, screen::Screen};

/// A workflow of that name that ends at once, or when a file is there.
fn manifest(name: &str, waits_in: &str) -> String {
    let run = match waits_in {
        "" => "echo done".to_owned(),
        folder => format!("while [ ! -e '{folder}/go' ]; do sleep 0.05; done"),
    };
    format!(
        "name: {name}\nversion: 1.0.0\ntasks:\n  - id: it\n    uses: pkg:builtin/shell@1\n    \
         with: {{run: \"{run}\"}}\n"
    )
}

fn runs(daemon: &Daemon) -> usize {
    daemon.console().json(&["runs", "list"]).as_array().unwrap().len()
}

/// Which lines name a workflow: of the list alone, where nothing is open beside it.
fn listed(shown: &str, name: &str) -> usize {
    shown.lines().filter(|line| line.contains(name)).count()
}

#[test]
fn a_list_goes_stale_refuses_and_comes_back_as_it_was_with_nothing_lost() {
    let mut daemon = Daemon::start();
    let folder = daemon.folder().join("held");
    fs::create_dir(&folder).unwrap();
    for name in ["tidy-a", "tidy-b", "tidy-c", "tidy-d", "other"] {
        daemon.console().publish(&manifest(name, ""));
    }
    daemon.console().publish(&manifest("tidy-held", folder.to_str().unwrap()));
    for name in ["tidy-a", "tidy-b", "other"] {
        drop(daemon.console().call(&["run", name, "--follow"]).exits(0));
    }
    let mut screen = Screen::open(&daemon.console(), SMALL);
    screen.enter_console();
    screen.types(&format!("/tidy{ENTER}"));
    screen.until("what the filter leaves", |shown| {
        shown.contains("live") && listed(shown, "tidy-") == 2 && !shown.contains("other")
    });
    daemon.console().start("tidy-held", &[]);
    drop(daemon.console().call(&["run", "tidy-c", "--follow"]).exits(0));
    screen.until("two more", |shown| listed(shown, "tidy-") == 4 && shown.contains("running"));
    screen.types("gg");
    screen.types("jj");
    let at_b = |shown: &str| shown.lines().any(|line| line.contains("▸ ✓ tidy-b"));
    screen.until("the third is chosen", at_b);
    // The question is open when the link breaks.
    screen.types("r");
    screen.shows(&["Run this again?"]);
    let before = runs(&daemon);
    daemon.kill();
    screen.until("how old it is", |shown| {
        let word = shown.split("stale ").nth(1).unwrap_or_default();
        word.starts_with(|c: char| c.is_ascii_digit()) && shown.contains("retrying")
    });
    screen.types("\t\r");
    screen.shows(&["the change was refused, not queued"]);
    screen.types(ESC);
    screen.until("no message", |shown| !shown.contains("refused"));
    screen.types("r");
    screen.shows(&["not connected"]);
    screen.until("all is there still", |shown| listed(shown, "tidy-") == 4 && at_b(shown));

    daemon.launch();
    screen.until("it goes on", |shown| shown.contains("● live") && at_b(shown));
    fs::write(folder.join("go"), "").unwrap();
    drop(daemon.console().call(&["run", "tidy-d", "--follow"]).exits(0));
    drop(daemon.console().call(&["run", "other", "--follow"]).exits(0));
    screen.until("each is there once, and the filter and the choice are", |shown| {
        let all = ["tidy-a", "tidy-b", "tidy-c", "tidy-d", "tidy-held"];
        let rows = shown.lines().filter(|line| line.contains("succeeded"));
        all.iter().all(|name| rows.clone().filter(|line| line.contains(name)).count() == 1)
            && at_b(shown)
            && !shown.contains("other")
    });
    screen.quit();
    until("nothing that was refused was done", || runs(&daemon) == before + 2);
}
