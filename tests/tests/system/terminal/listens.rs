//! A session of two people who see nothing: the console tells them in lines what others look at, on a
//! terminal that understands text and line ends, and nothing else.

use std::fs;

use conductor_tests::until;

use super::{
    ENTER, ESC,
    people::{Person, Scene},
    requested::{self, CTRL_P, PLACE, WHY},
    screen::Screen,
};

const CTRL_L: &str = "\x0c";
/// What a told line has at most, in characters. It is said in `conductor(1)`.
const LINE_CHARS_MAX: usize = 400;
/// As many as are told of a log before somebody leaves off listening to its end.
const FIRST_LINES: usize = 40;

/// Tells some lines, and more once a file is there.
const TALK: &str = "
name: talk
version: 1.0.0
risk: low
inputs: {type: object, required: [gate], properties: {gate: {type: string}}}
tasks:
  - id: speak
    uses: pkg:builtin/shell@1
    with:
      run: |
        seq -f 'word %.0f' 40
        until [ -e {{ inputs.gate | sh }} ]; do sleep 0.05; done
        seq -f 'word %.0f' 41 60
        until [ -e {{ inputs.gate | sh }}.end ]; do sleep 0.05; done
";

/// Somebody at a console that tells in lines.
struct Listener {
    screen: Screen,
    /// Bytes that were heard.
    heard: usize,
    /// The line discipline before.
    settings: String,
}

impl Listener {
    /// Starts the console, and hears where they are.
    fn sits_down(person: &Person, start: &str) -> Self {
        // Wide enough that what the shell echoes is one row.
        let mut screen = person.terminal((200, 50));
        let settings = screen.settings();
        let heard = screen.bytes().len();
        screen.types(&format!("{start} {PLACE}; echo status $?\r"));
        let mut listener = Self { screen, heard, settings };
        listener.hears(&["conductor, connecting", "this is production", "Runs, acme, prod"]);
        listener
    }

    fn types(&mut self, keys: &str) {
        self.screen.types(keys);
    }

    /// Waits until all of it was told, since what was waited for before.
    fn hears(&mut self, words: &[&str]) {
        self.heard = self.screen.says(self.heard, words);
    }

    /// All that was sent to the terminal.
    fn all(&self) -> String {
        String::from_utf8(self.screen.bytes()).unwrap()
    }

    /// Leaves, and finds the terminal as it was.
    fn leaves(mut self) -> String {
        self.types(":q\r");
        self.hears(&["status 0"]);
        self.screen.is_the_shell_s();
        assert_eq!(self.screen.settings(), self.settings);
        self.all()
    }
}

/// Listens to a log that goes on, turns back, and is not taken along by what comes.
fn listens_to_a_log(alice: &mut Listener, scene: &Scene) {
    let gate = scene.alice.home().join("gate");
    let input = format!("gate={}", gate.display());
    let start = ["--tenant", "acme", "--env", "prod", "run", "talk", "-i", &input, "-o", "json"];
    let run = scene.alice.calls(&start).exits(0).json()["runId"].as_str().unwrap().to_owned();
    // Nobody is interrupted by a run that is well.
    while_not_told(alice, "run talk, running");
    alice.types(ENTER);
    alice.hears(&["talk, 1.0.0", &run]);
    while_not_told(alice, "speak, running");
    alice.types("L");
    alice.hears(&["Logs, acme, prod"]);
    let last = format!("word {FIRST_LINES}, {FIRST_LINES} of {FIRST_LINES}");
    while_not_told(alice, &last);
    alice.types("k");
    alice.hears(&["word 39, 39 of 40"]);
    fs::write(&gate, "").unwrap();
    // What came meanwhile moves nobody; it is there when they ask for it.
    until("all has come", || {
        let logs = ["--tenant", "acme", "--env", "prod", "runs", "logs", &run];
        scene.stage.owner().call(&logs).stdout.contains("word 60")
    });
    alice.types("k");
    alice.hears(&["word 38, 38 of "]);
    alice.types("G");
    while_not_told(alice, "word 60, 60 of 60");
    fs::write(gate.with_extension("end"), "").unwrap();
    ended(scene, "talk");
    alice.types("1");
    alice.hears(&["talk, 1.0.0"]);
    while_not_told(alice, "speak, succeeded");
    alice.types(ESC);
    alice.hears(&["run talk, succeeded"]);
}

/// Asks for everything again until it is what the daemon has: lines come as they come.
fn while_not_told(listener: &mut Listener, words: &str) {
    until(words, || {
        let told = listener.all()[listener.heard..].contains(words);
        if !told {
            listener.types(CTRL_L);
        }
        told
    });
    listener.hears(&[words]);
}

fn ended(scene: &Scene, workflow: &str) {
    let list = ["--tenant", "acme", "--env", "prod", "runs", "list", "-o", "json"];
    until("it has ended", || {
        let runs = scene.stage.owner().call(&list).exits(0).json();
        let mut runs = runs.as_array().unwrap().iter();
        runs.any(|run| run["workflow"] == workflow && run["status"] == "succeeded")
    });
}

/// From the palette over the form and the plan to the question, by ear.
fn asks(alice: &mut Listener) {
    alice.types(CTRL_P);
    alice.hears(&["find anything"]);
    alice.types("restart-pay");
    alice.hears(&["start, restart-payments", "requires approval (1)"]);
    alice.types(ENTER);
    alice.hears(&["Run restart-payments", "service, text, required"]);
    alice.types("pay-7");
    alice.types(ENTER);
    alice.hears(&["echo restarting pay-7", "waits for approval"]);
    alice.types("s");
    alice.hears(&["Ask for restart-payments", "whoever approves it reads this"]);
    alice.types(WHY);
    alice.types(ENTER);
    alice.hears(&[
        "Ask others to approve this run?",
        "PROD: this is production",
        "the same in a shell: conductor ",
        "type restart-payments to go on",
    ]);
    // Enter alone keeps everything as it is.
    alice.types(ENTER);
    alice.hears(&["back in the form"]);
    alice.types(ENTER);
    alice.hears(&["Ask others to approve this run?"]);
    alice.types("restart-payments\r");
    alice.hears(&["Enter does it"]);
    alice.types(ENTER);
    alice.hears(&["waits for approval"]);
}

/// Is told of it, hears what they sign, and types its name.
fn approves(bob: &mut Listener) {
    bob.hears(&["run.start restart-payments"]);
    bob.types("2");
    bob.hears(&[
        "Approvals, acme, prod",
        "run restart-payments, waits for you",
        "asked by ssh:alice",
    ]);
    bob.types(ENTER);
    bob.hears(&["run.start restart-payments 1.0.0", WHY, "input, service pay-7"]);
    bob.types("a");
    bob.hears(&["Sign this?", "PROD: this is production", "type restart-payments to go on"]);
    // Half of the name is not yes.
    bob.types("restart\r");
    bob.hears(&["back in "]);
    bob.types("a");
    bob.hears(&["Sign this?"]);
    bob.types("restart-payments\r");
    bob.hears(&["Enter does it"]);
    bob.types(ENTER);
    bob.hears(&["signed restart-payments; carried out: run run_"]);
}

#[test]
fn a_whole_session_is_done_by_ear() {
    let scene = requested::set();
    scene.publishes(TALK, true);
    // One says that they listen; of the other the terminal says it.
    let mut alice = Listener::sits_down(&scene.alice, "TERM=dumb \"$CONSOLE\" --plain");
    let mut bob = Listener::sits_down(&scene.bob, "TERM=dumb \"$CONSOLE\"");
    alice.hears(&["keys: ", "connected as ssh:alice"]);
    bob.hears(&["keys: ", "connected as ssh:bob"]);
    listens_to_a_log(&mut alice, &scene);
    asks(&mut alice);
    approves(&mut bob);
    alice.hears(&["restart-payments in prod, which you asked for, was approved and carried out"]);
    ended(&scene, "restart-payments");
    // The newest is the first.
    alice.types("gg");
    while_not_told(&mut alice, "run restart-payments, succeeded, 1 of 1 task");
    for heard in [alice.leaves(), bob.leaves()] {
        assert!(!heard.contains('\x1b'), "{heard}");
        let long = heard.lines().find(|line| line.chars().count() > LINE_CHARS_MAX);
        assert_eq!(long, None);
    }
}

/// Where the terminal understands more, it is asked to mark what is pasted and to say when somebody
/// looks elsewhere, and nothing else.
#[test]
fn a_terminal_that_can_do_more_is_told_no_more() {
    let scene = requested::set();
    let alice = Listener::sits_down(&scene.alice, "\"$CONSOLE\" --plain");
    let mut heard = alice.leaves();
    for asked in ["\x1b[?2004h", "\x1b[?1004h", "\x1b[?1004l", "\x1b[?2004l"] {
        assert_eq!(heard.matches(asked).count(), 1, "{asked:?} in {heard}");
        heard = heard.replace(asked, "");
    }
    assert!(!heard.contains('\x1b'), "{heard}");
}
