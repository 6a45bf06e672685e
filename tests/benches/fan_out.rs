//! A fan-out of `true` over fifty SSH servers, beside `xargs -P` with the same client and options, by
//! turns in one run: `cargo build --release && CONDUCTOR_TEST_BINARIES=target/release
//! cargo bench -p conductor-tests --bench fan_out`.
#![expect(clippy::disallowed_methods, reason = "a measurement starts the programs")]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a measurement that can't be made ends with a panic")]

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use conductor_tests::{Daemon, Fleet};

const HOSTS: usize = 50;
const ROUNDS: usize = 7;

const WORKFLOW: &str = "
name: fan-out-true
version: 1.0.0
tasks:
  - id: all
    uses: pkg:builtin/ssh@1
    hosts: role:web
    with: {host: \"{{ host.name }}\", run: 'true'}
";

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let names: Vec<String> = (1..=HOSTS).map(|number| format!("web-{number:02}")).collect();
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    let Some(fleet) = Fleet::start(&words) else { return };
    let inventory = ("hosts.ini", "[web]\nweb-[01:50] role=web\n");
    let mut daemon = Daemon::with_hosts(inventory, &fleet.settings());
    daemon.launch();
    let console = daemon.console();
    console.publish(WORKFLOW);
    let shared = daemon.folder().join("mux");
    fs::create_dir(&shared).unwrap();
    let mut figures: [Vec<Duration>; 4] = Default::default();
    for round in 0..ROUNDS {
        // The first round opens the connections of both; the others find them open.
        let own = timed(|| drop(console.call(&["run", "fan-out-true", "--follow"]).exits(0)));
        let path = format!("ControlPath={}/%C", shared.display());
        let options = ["-o", "ControlMaster=auto", "-o", "ControlPersist=60", "-o", &path];
        let peer = timed(|| xargs(&fleet, &words, &options));
        let alone = timed(|| xargs(&fleet, &words, &["-o", "ControlPath=none"]));
        let place = usize::from(round > 0) * 2;
        figures[place].push(own);
        figures[place + 1].push(peer);
        println!("round {round}: conductor {own:.2?}, xargs {peer:.2?}, unshared {alone:.2?}");
    }
    for (words, place) in [("connections to be opened", 0), ("connections open", 2)] {
        let [own, peer] = [place, place + 1].map(|place| median(&mut figures[place]));
        let ratio = own.as_secs_f64() / peer.as_secs_f64();
        println!("{words}: conductor {own:.2?}, xargs {peer:.2?}, ratio {ratio:.2}");
    }
    for host in fleet.hosts() {
        let mut exit = Command::new("ssh");
        exit.arg("-F")
            .arg(fleet.config())
            .args(["-o", &format!("ControlPath={}/%C", shared.display())]);
        exit.args(["-O", "exit", &host.name]).stderr(Stdio::null());
        exit.status().unwrap();
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

fn median(figures: &mut [Duration]) -> Duration {
    figures.sort();
    figures[figures.len() / 2]
}

fn xargs(fleet: &Fleet, names: &[&str], options: &[&str]) {
    let mut xargs = Command::new("xargs");
    xargs.args(["-P", "50", "-I", "{}", "ssh", "-n", "-F"]).arg(fleet.config());
    xargs.args(["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"]).args(options);
    xargs.args(["{}", "true"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = xargs.spawn().unwrap();
    child.stdin.take().unwrap().write_all(names.join("\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "xargs failed");
}
