//! A daemon in the background: brought up, found up, and brought down in good order.

use std::{
    fs,
    io::copy,
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    thread,
};

use conductor_tests::{Console, Daemon, Setup};

use super::{SMALL, screen::Screen};
use crate::workflows;

/// What a test brought up does not outlive it.
struct Background {
    daemon: Daemon,
    console: Console,
}

impl Background {
    fn new() -> Self {
        let daemon = Daemon::prepare(Setup::default());
        Self { console: daemon.console(), daemon }
    }

    /// Has it brought up and gives its pid.
    fn up(&self) -> u64 {
        let folder = self.daemon.data_dir();
        let told = self.console.json(&["up", "--data-dir", folder.to_str().unwrap()]);
        assert_eq!(told["started"], true, "{told}");
        told["pid"].as_u64().unwrap()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.console.call(&["down"]));
    }
}

/// Whether a process runs; one that nobody has reaped yet does not.
fn runs(pid: u64) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

#[test]
fn it_is_brought_up_once_and_down_for_good_and_remembers() {
    let background = Background::new();
    let console = &background.console;
    let pid = background.up();
    let again = console.json(&["up"]);
    assert_eq!((&again["started"], again["pid"].as_u64()), (&false.into(), Some(pid)));
    console.publish(workflows::NOOP);
    drop(console.call(&["run", "noop", "--follow"]).exits(0));
    let before = console.json(&["runs", "list"]);

    let told = console.json(&["down"]);
    assert_eq!((&told["stopped"], told["pid"].as_u64()), (&true.into(), Some(pid)));
    assert!(!runs(pid), "it answers when the daemon has ended");
    drop(console.call(&["runs", "list"]).exits(5));
    let nothing = console.call(&["down"]).exits(0);
    assert!(nothing.stdout.contains("no daemon listens at unix://"), "{nothing:#?}");

    assert_ne!(background.up(), pid);
    assert_eq!(console.json(&["runs", "list"]), before);
}

#[test]
fn somebody_at_a_terminal_is_asked_first() {
    let background = Background::new();
    let pid = background.up();
    let mut screen = Screen::open(&background.console, SMALL);
    let question = format!("stop conductord, pid {pid}? [y/N]");
    screen.types("\"$CONSOLE\" down\r");
    screen.shows(&[&question]);
    screen.types("\r");
    screen.types("echo ended $?\r");
    screen.shows(&["ended 130"]);
    assert!(runs(pid), "Enter alone is no yes");
    screen.types("clear; \"$CONSOLE\" down\r");
    screen.until("asked anew", |shown| shown.contains(&question) && !shown.contains("ended"));
    screen.types("y\r");
    screen.shows(&[&format!("conductord has stopped: pid {pid}")]);
    assert!(!runs(pid));
}

/// Behind a socket that another program opened, as a service manager's or a container's is, the
/// listener is not the daemon: neither is ended.
#[test]
fn what_another_program_listens_for_is_left_to_it() {
    let background = Background::new();
    let pid = background.up();
    let front = background.daemon.folder().join("front");
    let listener = UnixListener::bind(&front).unwrap();
    let behind = background.console.socket.clone();
    thread::spawn(move || {
        for asks in listener.incoming().map_while(Result::ok) {
            let answers = UnixStream::connect(&behind).unwrap();
            let (mut from, mut to) = (asks.try_clone().unwrap(), answers.try_clone().unwrap());
            thread::spawn(move || {
                copy(&mut from, &mut to).ok();
                to.shutdown(Shutdown::Write).ok();
            });
            thread::spawn(move || copy(&mut &answers, &mut &asks).ok());
        }
    });
    let console = Console { socket: front, ..background.console.clone() };
    assert_eq!(console.json(&["status"])["pid"].as_u64(), Some(pid));
    let refused = console.call(&["down"]).exits(2);
    let me = std::process::id();
    drop(refused.complains_of(&[&format!("pid {me} opened"), "stop it with what started it"]));
    assert!(runs(pid));
}

#[test]
fn a_daemon_elsewhere_is_not_brought_down() {
    let background = Background::new();
    let answer = background.console.call(&["--host", "https://ops.example:8443", "down"]);
    drop(answer.exits(2).complains_of(&["a Unix socket of this machine"]));
}
