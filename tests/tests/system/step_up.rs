//! A second proof of who somebody is: a touch of a security key, over what they asked for.

use std::path::Path;

use conductor_tests::{Answer, Console, Daemon, Setup, skipped};
use serde_json::Value;

use crate::{
    keys::desk::{DEVICE, Desk, TYPES},
    terminal::screen::Screen,
    walk::free_address,
};

const WHO: &str = "tcp:anonymous";

/// A tenant under the strictest profile, and its administrator, who comes over TCP.
struct Scene {
    daemon: Daemon,
    host: String,
    desk: Desk,
}

impl Scene {
    fn set() -> Self {
        let tcp = free_address();
        let config = format!("listen = '{tcp}'\n");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let scene = Self { daemon, host: format!("http://{tcp}"), desk: Desk::new() };
        let create = ["tenant", "create", "acme", "--profile", "saas", "--home-region", "local"];
        drop(scene.owner().call(&create).exits(0));
        drop(scene.acme(&["grants", "add", WHO, "tenant_admin"]).exits(0));
        scene.desk.security_key("touched", &[]);
        scene.desk.security_key("untouched", &["-O", "no-touch-required"]);
        scene.desk.key("plain", TYPES[0].1);
        for name in ["touched", "untouched", "plain"] {
            let file = scene.desk.path(&format!("{name}.pub"));
            drop(scene.acme(&["keys", "enroll", WHO, "--key", file.to_str().unwrap()]).exits(0));
        }
        scene
    }

    fn owner(&self) -> Console {
        self.daemon.owner()
    }

    /// Whoever runs the daemon, in the tenant.
    fn acme(&self, arguments: &[&str]) -> Answer {
        self.owner().call(&[&["--tenant", "acme"][..], arguments].concat())
    }

    /// The administrator, with what an agent holds.
    fn admin(&self, arguments: &[&str], agent: &Path) -> Answer {
        let all = [&["--host", &self.host, "--tenant", "acme"][..], arguments].concat();
        let output = self.owner().command(&all).env("SSH_AUTH_SOCK", agent).output().unwrap();
        Answer::of(all.join(" "), &output)
    }

    fn holds(&self, principal: &str) -> bool {
        let grants = self.acme(&["grants", "list", "-o", "json"]).exits(0).json();
        grants.as_array().unwrap().iter().any(|grant| grant["principal"] == principal)
    }

    fn grant(&self, principal: &str, agent: &Path) -> String {
        let grant = ["grants", "add", principal, "operator", "-o", "json"];
        let refused = self.admin(&grant, agent).exits(3);
        let error: Value = serde_json::from_str(&refused.stderr).unwrap();
        assert_eq!(error["error"]["code"], "STEP_UP_REQUIRED", "{error:#}");
        error["error"]["approval"]["id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn only_a_touch_of_whoever_asked_does_it() {
    if !Path::new(DEVICE).exists() {
        return skipped("security keys without a device: apt-get install openssh-tests");
    }
    let scene = Scene::set();
    let agent = scene.desk.agent(&["touched", "untouched", "plain"]);
    let agent = agent.socket();
    let id = scene.grant("uid:3001", &agent);
    assert!(!scene.holds("uid:3001"));
    let approve = |key: &str| {
        let fingerprint = scene.desk.fingerprint(key);
        scene.admin(&["approvals", "approve", &id, "--yes", "--key", &fingerprint], &agent)
    };
    for key in ["plain", "untouched"] {
        drop(approve(key).exits(3).complains_of(&["STEP_UP_REQUIRED", "touch"]));
    }
    // Not even whoever runs the daemon says so in somebody else's place.
    let owner = scene.acme(&["approvals", "approve", &id, "--yes"]).exits(3);
    drop(owner.complains_of(&["who asked for it, has to prove first who they are"]));
    assert!(!scene.holds("uid:3001"));
    let page = scene.acme(&["approvals", "show", &id]).exits(0).stdout;
    assert!(page.contains("whoever asks, touching a security key"), "{page}");

    drop(approve("touched").exits(0));
    assert!(scene.holds("uid:3001"));
    drop(approve("touched").exits(3).complains_of(&["carried out"]));
    let done = scene.acme(&["approvals", "show", &id, "-o", "json"]).exits(0).json();
    let signed = &done["stages"][0]["signatures"][0];
    assert_eq!((&signed["userPresent"], &signed["principal"]), (&true.into(), &WHO.into()));
    // And for another grant it is another one.
    assert_ne!(scene.grant("uid:3002", &agent), id);
    assert!(!scene.holds("uid:3002"));
}

/// At a terminal the touch is asked for at once, and what was asked for is done with it.
#[test]
fn at_a_terminal_the_touch_is_asked_for_at_once() {
    if !Path::new(DEVICE).exists() {
        return skipped("security keys without a device: apt-get install openssh-tests");
    }
    let scene = Scene::set();
    let agent = scene.desk.agent(&["touched"]);
    let mut screen = Screen::open(&scene.owner(), (200, 60));
    let socket = agent.socket();
    let there = format!("--host {} --tenant acme", scene.host);
    screen.types(&format!(
        "SSH_AUTH_SOCK={} \"$CONSOLE\" {there} grants add uid:3003 operator\r",
        socket.display()
    ));
    screen.shows(&["policy asks who you are once more", "identity.grant", "uid:3003", "sign this"]);
    assert!(!scene.holds("uid:3003"));
    screen.types("y\r");
    screen.shows(&["touch your security key", "it was approved and carried out"]);
    screen.is_the_shell_s();
    assert!(scene.holds("uid:3003"));
}
