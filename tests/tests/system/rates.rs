//! Rate limits as whoever meets them sees them: a refusal with its mend, and what the doctor shows.

use conductor_tests::{Daemon, Setup};

use crate::workflows;

#[test]
fn what_is_asked_too_often_is_refused_with_its_mend() {
    let config = "[rates]\nchange = 1\nowner = true\n".to_owned();
    let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
    let console = daemon.console();
    console.publish(workflows::NOOP);
    // The next one is a minute away: longer than the console waits by itself.
    let file = daemon.folder().join("manifest.yaml");
    let words = ["workflows", "publish", file.to_str().unwrap()];
    let refused = console.call(&words).exits(5);
    let words =
        ["RATE_LIMITED", "1 changes a minute are taken from you", "[rates]", "ask again in"];
    drop(refused.complains_of(&words));
    // What is not a change goes on.
    drop(console.call(&["workflows", "list"]).exits(0));
    let doctor = console.call(&["doctor"]);
    for words in ["rate limits", "change 1,", "the daemon's own user, too"] {
        assert!(doctor.stdout.contains(words), "`{words}` is not in {doctor:#?}");
    }
}

#[test]
fn who_is_refused_for_a_moment_is_let_in_by_itself() {
    let config = "[rates]\nregistry = 20\nowner = true\n".to_owned();
    let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
    let console = daemon.console();
    let mut told = String::new();
    for _ in 0..22 {
        told = console.call(&["workflows", "list"]).exits(0).stderr + &told;
    }
    assert!(told.contains("slowed down: 20 look-ups of workflows a minute"), "{told}");
}

#[test]
fn whoever_asks_sees_what_is_left() {
    let told = |config: &str| {
        let daemon = Daemon::start_with(Setup { config: config.to_owned(), ..Setup::default() });
        daemon.owner().call(&["status"]).exits(0).stdout
    };
    // So few that none comes back meanwhile.
    let counted = told("[rates]\nowner = true\nread = 4\ntenant = 3\n");
    for words in [" of 4 (read), ", " of 3 (tenant) a minute are left"] {
        assert!(counted.contains(words), "{counted}");
    }
    let owner = told("");
    assert!(owner.contains("not counted: you come as the daemon's own user"), "{owner}");
}
