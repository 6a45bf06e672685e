//! The console in a real terminal, under a real shell, at the smallest size it promises and at a
//! large one.

mod apart;
mod background;
mod contexts;
mod elsewhere;
mod ends;
mod first;
mod flood;
mod full;
mod killed;
mod listens;
mod lone;
mod modes;
mod people;
mod recorded;
mod requested;
pub(crate) mod screen;
mod signing;
mod storm;

use conductor_protocol::v1::RunStatus;
use conductor_tests::Daemon;

use crate::workflows;
use lone::Lone;
use screen::Screen;

/// Sizes that are promised: columns and rows.
const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (200, 60);

const CTRL_Z: &str = "\x1a";
const ESC: &str = "\x1b";
const ENTER: &str = "\r";

fn daemon() -> Daemon {
    let daemon = Daemon::start();
    daemon.console().publish(workflows::NOOP);
    daemon.console().publish(workflows::FAILING);
    daemon.console().publish(BRIEF);
    daemon
}

/// Long enough to be seen running.
const BRIEF: &str = "
name: brief
version: 1.0.0
tasks:
  - id: wait
    uses: pkg:builtin/sleep@1
    with: {seconds: 1}
  - id: speak
    uses: pkg:builtin/shell@1
    needs: [wait]
    with: {run: echo all is well}
";

fn opens_filters_and_quits(size: (u16, u16)) {
    let daemon = daemon();
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    drop(daemon.console().call(&["run", "failing", "--follow"]).exits(1));
    let mut screen = Screen::open(&daemon.console(), size);
    screen.enter_console();
    screen.shows(&["live", "noop", "failing", "default", "dev"]);

    screen.types("/");
    screen.types("status:failed");
    screen.types(ENTER);
    screen.until("only what failed is listed", |shown| {
        shown.contains("failing") && !shown.contains("noop")
    });
    screen.types(ESC);
    screen.shows(&["noop"]);
    screen.types("?");
    screen.shows(&["Help", "filter"]);
    screen.types(ESC);
    // Whatever followed the Esc at once would be taken for a key with Alt.
    screen.until("no help", |shown| !shown.contains("Esc closes"));
    screen.quit();
}

#[test]
fn opens_filters_and_quits_at_80_by_24() {
    opens_filters_and_quits(SMALL);
}

#[test]
fn opens_filters_and_quits_at_200_by_60() {
    opens_filters_and_quits(LARGE);
}

async fn follows_a_run_to_its_end(size: (u16, u16)) {
    let daemon = daemon();
    let mut screen = Screen::open(&daemon.console(), size);
    screen.enter_console();
    screen.shows(&["live"]);
    let run = daemon.console().start("brief", &[]);
    screen.shows(&["brief", "running"]);
    screen.types(ENTER);
    let ended = daemon.api().await.ended(&run).await.summary.unwrap();
    assert_eq!(ended.status(), RunStatus::Succeeded);
    screen.shows(&["brief", "succeeded"]);
    screen.quit();
}

#[tokio::test]
async fn follows_a_run_to_its_end_at_80_by_24() {
    follows_a_run_to_its_end(SMALL).await;
}

#[tokio::test]
async fn follows_a_run_to_its_end_at_200_by_60() {
    follows_a_run_to_its_end(LARGE).await;
}

/// sxyazi/yazi#2843: what a terminal says of itself is no keys, however late it comes.
#[test]
fn an_answer_of_the_terminal_is_never_typed() {
    let daemon = daemon();
    let mut screen = Screen::open(&daemon.console(), SMALL);
    screen.enter_console();
    screen.shows(&["live"]);
    screen.types("\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    screen.types("\x1b[?997;1n");
    screen.types("?");
    screen.shows(&["Help", "filter"]);
    screen.types(ESC);
    screen.until("no help", |shown| !shown.contains("Esc closes"));
    screen.quit();
}

/// rundeck/rundeck#8335: a run on 700 to 800 nodes takes minutes to render.
#[test]
fn eight_hundred_instances_are_walked_through() {
    let daemon = Daemon::start();
    daemon.console().publish(MANY);
    drop(daemon.console().call(&["run", "many", "--follow"]).exits(0));
    let mut screen = Screen::open(&daemon.console(), SMALL);
    screen.enter_console();
    screen.shows(&["live", "many"]);
    screen.types(ENTER);
    screen.shows(&["801 of 801 tasks done"]);
    // So many are folded into one row.
    screen.shows(&["each 800/800"]);
    screen.types("z");
    screen.shows(&["each 800/800"]);
    screen.types("G");
    screen.shows(&["log · each[799]"]);
    screen.types("kk");
    screen.shows(&["log · each[797]"]);
    screen.quit();
}

const MANY: &str = "
name: many
version: 1.0.0
tasks:
  - id: each
    uses: pkg:builtin/noop@1
    foreach: '{{ range(800) | list }}'
    with: {n: '{{ item }}'}
";

#[test]
fn says_that_it_is_stale_while_the_daemon_is_away_and_goes_on_by_itself() {
    let mut daemon = daemon();
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    let mut screen = Screen::open(&daemon.console(), SMALL);
    screen.enter_console();
    screen.shows(&["live", "noop"]);
    daemon.kill();
    screen.shows(&["stale", "noop"]);
    daemon.launch();
    screen.shows(&["live", "noop"]);
    drop(daemon.console().call(&["run", "failing", "--follow"]).exits(1));
    screen.shows(&["failing"]);
    screen.quit();
}

#[test]
fn opens_before_there_is_a_daemon_and_says_so() {
    let daemon = Daemon::prepare(conductor_tests::Setup::default());
    let mut screen = Screen::open(&daemon.console(), SMALL);
    screen.enter_console();
    screen.shows(&["conductor up"]);
    screen.quit();
}

#[test]
fn ctrl_z_gives_the_shell_back_and_fg_the_console() {
    let daemon = daemon();
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    let mut screen = Screen::open(&daemon.console(), SMALL);
    screen.enter_console();
    screen.shows(&["live", "noop"]);
    screen.types(CTRL_Z);
    screen.is_the_shell_s();
    screen.types("fg\r");
    screen.is_the_console_s();
    screen.shows(&["live", "noop"]);
    screen.quit();
}

#[test]
fn survives_being_made_tiny_and_large_again() {
    let daemon = daemon();
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    let mut screen = Screen::open(&daemon.console(), SMALL);
    screen.enter_console();
    screen.shows(&["live", "noop"]);
    screen.resizes((1, 1));
    screen.resizes(LARGE);
    screen.shows(&["live", "noop"]);
    screen.quit();
}

#[test]
fn a_panic_and_a_signal_restore_the_terminal() {
    let daemon = daemon();
    for end in [":debug panic\r", "SIGTERM", "SIGHUP"] {
        let mut screen = Screen::open(&daemon.console(), SMALL);
        screen.enter_console();
        screen.shows(&["live"]);
        match end {
            "SIGTERM" => screen.signals(rustix::process::Signal::TERM),
            "SIGHUP" => screen.signals(rustix::process::Signal::HUP),
            keys => screen.types(keys),
        }
        screen.is_the_shell_s();
    }
}

#[test]
fn a_terminal_that_goes_away_takes_the_console_with_it() {
    let daemon = daemon();
    // In a session of its own nothing tells the console but the terminal itself.
    for start in ["exec \"$CONSOLE\"", "setsid --wait \"$CONSOLE\""] {
        let lone = Lone::open(&daemon.console(), start);
        assert!(lone.hangs_up(), "it outlives its terminal: {start}");
    }
}
