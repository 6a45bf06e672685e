//! People at consoles of their own: each has a home, a key, an agent and a session over TCP.

use std::fs;

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
        let text = fs::read_to_string(&signed).unwrap();
        fs::remove_file(signed).unwrap();
        self.desk.write(signature, &text);
        text
    }

    /// A file in their home, where their console writes what it exports.
    pub(crate) fn home(&self) -> std::path::PathBuf {
        self.desk.path("")
    }
}

/// A tenant under the strictest profile, somebody who asks there, and somebody who reviews.
pub(super) struct Scene {
    pub(super) stage: Stage,
    pub(super) alice: Person,
    pub(super) bob: Person,
}

impl Scene {
    pub(super) fn set() -> Self {
        let stage = Stage::set();
        let create = ["tenant", "create", "acme", "--profile", "saas", "--home-region", "local"];
        drop(stage.owner().call(&create).exits(0));
        let alice = Person::new(&stage, "acme", ("ssh:alice", "operator"));
        let bob = Person::new(&stage, "acme", ("ssh:bob", "workflow_reviewer"));
        Self { stage, alice, bob }
    }

    /// Publishes what alice wrote and signed; with bob's signature, too, where it is reviewed.
    pub(super) fn publishes(&self, text: &str, reviewed: bool) {
        self.alice.signs(text, "author.sig");
        let named = |name: &str| self.alice.home().join(format!("runbook.yaml{name}"));
        fs::rename(self.alice.home().join("author.sig"), named(".sig")).unwrap();
        if reviewed {
            fs::write(named(".review.sig"), self.bob.signs(text, "review.sig")).unwrap();
        }
        let file = named("");
        let publish = ["--tenant", "acme", "workflows", "publish", file.to_str().unwrap()];
        drop(self.stage.owner().call(&publish).exits(0));
        // The next text is signed under the same name.
        fs::remove_file(named(".sig")).unwrap();
        fs::remove_file(named(".review.sig")).ok();
    }
}
