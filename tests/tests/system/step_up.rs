//! A second proof of who somebody is: a touch of a security key, over what they asked for.

use std::path::Path;

use conductor_tests::{Answer, skipped};

use crate::{
    keys::desk::{DEVICE, TYPES},
    stage::{ASKS, Stage, approval_of},
    terminal::screen::Screen,
};

/// A tenant under the strictest profile, and its administrator, who comes over TCP.
fn scene() -> Stage {
    let scene = Stage::set();
    let create = ["tenant", "create", "acme", "--profile", "saas", "--home-region", "local"];
    drop(scene.owner().call(&create).exits(0));
    drop(acme(&scene, &["grants", "add", ASKS, "tenant_admin"]).exits(0));
    scene.desk.security_key("touched", &[]);
    scene.desk.security_key("untouched", &["-O", "no-touch-required"]);
    scene.desk.key("plain", TYPES[0].1);
    for name in ["touched", "untouched", "plain"] {
        let file = scene.desk.path(&format!("{name}.pub"));
        let enroll = ["keys", "enroll", ASKS, "--key", file.to_str().unwrap()];
        drop(acme(&scene, &enroll).exits(0));
    }
    scene
}

/// Whoever runs the daemon, in the tenant.
fn acme(scene: &Stage, arguments: &[&str]) -> Answer {
    scene.owner().call(&[&["--tenant", "acme"][..], arguments].concat())
}

/// The administrator, with what an agent holds.
fn admin(scene: &Stage, arguments: &[&str], agent: &Path) -> Answer {
    scene.asks_with(&[&["--tenant", "acme"][..], arguments].concat(), agent)
}

fn holds(scene: &Stage, principal: &str) -> bool {
    let grants = acme(scene, &["grants", "list", "-o", "json"]).exits(0).json();
    grants.as_array().unwrap().iter().any(|grant| grant["principal"] == principal)
}

fn grant(scene: &Stage, principal: &str, agent: &Path) -> String {
    let grant = ["grants", "add", principal, "operator", "-o", "json"];
    approval_of(&admin(scene, &grant, agent).exits(3), "STEP_UP_REQUIRED")
}

#[test]
fn only_a_touch_of_whoever_asked_does_it() {
    if !Path::new(DEVICE).exists() {
        return skipped("security keys without a device: apt-get install openssh-tests");
    }
    let scene = scene();
    let agent = scene.desk.agent(&["touched", "untouched", "plain"]);
    let agent = agent.socket();
    let id = grant(&scene, "uid:3001", &agent);
    assert!(!holds(&scene, "uid:3001"));
    let approve = |key: &str| {
        let fingerprint = scene.desk.fingerprint(key);
        admin(&scene, &["approvals", "approve", &id, "--yes", "--key", &fingerprint], &agent)
    };
    for key in ["plain", "untouched"] {
        drop(approve(key).exits(3).complains_of(&["STEP_UP_REQUIRED", "touch"]));
    }
    // Not even whoever runs the daemon says so in somebody else's place.
    let owner = acme(&scene, &["approvals", "approve", &id, "--yes"]).exits(3);
    drop(owner.complains_of(&["who asked for it, has to prove first who they are"]));
    assert!(!holds(&scene, "uid:3001"));
    let page = acme(&scene, &["approvals", "show", &id]).exits(0).stdout;
    assert!(page.contains("whoever asks, touching a security key"), "{page}");

    drop(approve("touched").exits(0));
    assert!(holds(&scene, "uid:3001"));
    drop(approve("touched").exits(3).complains_of(&["carried out"]));
    let done = acme(&scene, &["approvals", "show", &id, "-o", "json"]).exits(0).json();
    let signed = &done["stages"][0]["signatures"][0];
    assert_eq!((&signed["userPresent"], &signed["principal"]), (&true.into(), &ASKS.into()));
    // And for another grant it is another one.
    assert_ne!(grant(&scene, "uid:3002", &agent), id);
    assert!(!holds(&scene, "uid:3002"));
}

/// At a terminal the touch is asked for at once, and what was asked for is done with it.
#[test]
fn at_a_terminal_the_touch_is_asked_for_at_once() {
    if !Path::new(DEVICE).exists() {
        return skipped("security keys without a device: apt-get install openssh-tests");
    }
    let scene = scene();
    let agent = scene.desk.agent(&["touched"]);
    let mut screen = Screen::open(&scene.owner(), (200, 60));
    let socket = agent.socket();
    let there = format!("--host {} --tenant acme", scene.host);
    screen.types(&format!(
        "SSH_AUTH_SOCK={} \"$CONSOLE\" {there} grants add uid:3003 operator\r",
        socket.display()
    ));
    screen.shows(&["policy asks who you are once more", "identity.grant", "uid:3003", "sign this"]);
    assert!(!holds(&scene, "uid:3003"));
    screen.types("y\r");
    screen.shows(&["touch your security key", "it was approved and carried out"]);
    screen.is_the_shell_s();
    assert!(holds(&scene, "uid:3003"));
}
