//! People at consoles of their own: each has a home, a key, an agent and a session over TCP.

use conductor_tests::{Answer, Console};

use super::screen::Screen;
use crate::{
    keys::desk::{Agent, Desk, TYPES},
    stage::Stage,
};

/// The file of everybody's key.
const KEY: &str = "key";

/// Somebody who has logged in with their own key.
pub(crate) struct Person {
    desk: Desk,
    agent: Agent,
    console: Console,
    host: String,
}

impl Person {
    /// Gives somebody a role in a tenant, and a key that they log in with.
    pub(crate) fn new(stage: &Stage, tenant: &str, (principal, role): (&str, &str)) -> Self {
        let desk = Desk::new();
        desk.key(KEY, TYPES[0].1);
        let public = desk.path(&format!("{KEY}.pub"));
        let enroll = ["keys", "enroll", principal, "--key", public.to_str().unwrap()];
        let by_owner = |words: &[&str]| {
            drop(stage.owner().call(&[&["--tenant", tenant][..], words].concat()).exits(0));
        };
        by_owner(&["grants", "add", principal, role]);
        by_owner(&enroll);
        // At home, too: a session that is good in one tenant only would be refused elsewhere before
        // policy is asked.
        drop(stage.owner().call(&enroll).exits(0));
        let agent = desk.agent(&[KEY]);
        let console = Console { home: desk.path(""), ..stage.owner() };
        let person = Self { desk, agent, console, host: stage.host.clone() };
        let key = person.desk.path(KEY);
        drop(person.calls(&["login", "--key", key.to_str().unwrap()]).exits(0));
        person
    }

    /// What the console says to a command of theirs.
    pub(crate) fn calls(&self, arguments: &[&str]) -> Answer {
        self.console.call(&[&["--host", self.host.as_str()][..], arguments].concat())
    }

    /// Opens the full-screen console in a tenant's environment, and waits until it is connected.
    pub(crate) fn sits_down(&self, place: &str, size: (u16, u16)) -> Screen {
        let mut screen = self.terminal(size);
        screen.types(&format!("\"$CONSOLE\" {place}\r"));
        screen.is_the_console_s();
        screen.shows(&["live"]);
        screen
    }

    /// A terminal with a shell of theirs.
    pub(crate) fn terminal(&self, size: (u16, u16)) -> Screen {
        let more = [
            ("CONDUCTOR_HOST", self.host.clone()),
            ("SSH_AUTH_SOCK", self.agent.socket().display().to_string()),
        ];
        Screen::open_with(&self.console, &more, size)
    }

    /// Signs a file that lies on their desk as a runbook; what it is called then.
    pub(crate) fn signs(&self, text: &str, signature: &str) -> String {
        self.desk.write("runbook.yaml", text);
        let sign = ["-q", "-Y", "sign", "-n", "runbook@conductor", "-f", KEY, "runbook.yaml"];
        self.desk.keygen(&sign, b"").unwrap();
        let signed = self.desk.path("runbook.yaml.sig");
        let text = std::fs::read_to_string(&signed).unwrap();
        std::fs::remove_file(signed).unwrap();
        self.desk.write(signature, &text);
        text
    }

    /// A file in their home, where their console writes what it exports.
    pub(crate) fn home(&self) -> std::path::PathBuf {
        self.desk.path("")
    }
}
