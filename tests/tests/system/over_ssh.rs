//! A daemon behind SSH: the console reaches it through a real sshd, by name and as a forced command,
//! and says what stands in the way where it does not.

use std::{
    fs,
    io::Read as _,
    os::unix::{fs::PermissionsExt as _, net::UnixListener, process::CommandExt as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use conductor_tests::{
    Answer, Daemon, Fleet, Setup, binaries, ended_within, nobody_uid, running_as_root, skipped,
    until,
};
use rustix::process::Signal;

use crate::{terminal::screen::Screen, workflows};

/// How long a program may take to end when what it speaks to is gone.
const ENDS_WITHIN: Duration = Duration::from_secs(30);
/// Where everything that is not ours is looked for.
const USUAL_PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
const BASTION: &str = "ssh://bastion";

/// A daemon, an SSH server beside it, and a client whose configuration knows the server.
struct Scene {
    daemon: Daemon,
    fleet: Fleet,
}

impl Scene {
    /// One where a login finds `conductord`, and that finds its daemon; nothing where there is no
    /// sshd.
    fn set() -> Option<Self> {
        Self::with(Setup::default())
    }

    fn with(setup: Setup) -> Option<Self> {
        let fleet = Fleet::start(&["bastion"])?;
        let scene = Self { daemon: Daemon::start_with(setup), fleet };
        let far = scene.daemon.folder().join("far.toml");
        fs::write(&far, format!("socket = '{}'\n", scene.daemon.socket().display())).unwrap();
        scene.far_environment(&format!("CONDUCTORD_CONFIG={}", far.display()));
        // Whoever uses the console has their configuration in a file that `ssh` reads by itself.
        let near = scene.near();
        fs::create_dir(&near).unwrap();
        let ssh = format!(
            "#!/bin/sh\necho \"$*\" >> {}\nexec /usr/bin/ssh -F {} \"$@\"\n",
            near.join("called").display(),
            scene.fleet.config().display()
        );
        fs::write(near.join("ssh"), ssh).unwrap();
        fs::set_permissions(near.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
        Some(scene)
    }

    fn near(&self) -> PathBuf {
        self.daemon.folder().join("near")
    }

    /// What logins find in their environment.
    fn far_environment(&self, variables: &str) {
        let programs = binaries().conductord.parent().unwrap();
        let path = format!("PATH={}:{USUAL_PATH}", programs.display());
        self.fleet.serve_with("bastion", &format!("{path} {variables}"));
    }

    /// Everybody who logs in runs this and nothing else.
    fn force(&self, command: &str) {
        let key = fs::read_to_string(self.fleet.path("id.pub")).unwrap();
        let line = format!("command=\"{command}\",restrict {key}");
        fs::write(self.fleet.path("authorized_keys"), line).unwrap();
    }

    fn stdio_by_path(&self) -> String {
        let program = binaries().conductord.display();
        format!("{program} stdio --socket {}", self.daemon.socket().display())
    }

    fn path(&self) -> String {
        format!("{}:{USUAL_PATH}", self.near().display())
    }

    fn command(&self, host: &str, arguments: &[&str]) -> Command {
        // Without a terminal: nobody is there to be asked.
        let mut command = Command::new("/usr/bin/setsid");
        let console = self.daemon.console();
        command.arg("--wait").arg(&binaries().conductor).args(arguments);
        command.current_dir(&console.home).env_clear().envs(console.environment());
        command.env("CONDUCTOR_HOST", host).env("PATH", self.path()).stdin(Stdio::null());
        command
    }

    fn call_at(&self, host: &str, arguments: &[&str]) -> Answer {
        let output = self.command(host, arguments).output().unwrap();
        Answer::of(arguments.join(" "), &output)
    }

    fn call(&self, arguments: &[&str]) -> Answer {
        self.call_at(BASTION, arguments)
    }

    /// What is said when it can't be reached.
    fn fails(&self, words: &[&str]) {
        drop(self.call(&["status"]).exits(5).complains_of(words));
    }

    /// How often the client connected.
    fn connections(&self) -> usize {
        let called = fs::read_to_string(self.near().join("called")).unwrap_or_default();
        called.lines().filter(|line| line.ends_with("conductord stdio")).count()
    }

    /// Calls `ssh` as somebody who wants more than is offered.
    fn ssh(&self, command: &[&str]) -> Answer {
        let output = Command::new(self.near().join("ssh"))
            .args(["-T", "-o", "BatchMode=yes", "bastion"])
            .args(command)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Answer::of(format!("ssh {}", command.join(" ")), &output)
    }
}

/// A step that goes on when a file is there.
const GATED: &str = "
name: gated
version: 1.0.0
inputs: {type: object, required: [folder], properties: {folder: {type: string}}}
tasks:
  - id: wait
    uses: pkg:builtin/shell@1
    with:
      run: |
        cd {{ inputs.folder | sh }}
        echo began; echo began > began
        while [ ! -e go ]; do sleep 0.05; done
        echo went on
";

/// More than one window of the transport.
const WORDY: &str = "
name: wordy
version: 1.0.0
tasks:
  - id: speak
    uses: pkg:builtin/shell@1
    with: {run: 'i=0; while [ $i -lt 20000 ]; do echo \"$i and a line of the usual length\"; i=$((i+1)); done'}
";

#[test]
fn it_is_as_if_the_daemon_were_here() {
    let Some(scene) = Scene::set() else { return };
    let file = scene.daemon.folder().join("wordy.yaml");
    fs::write(&file, WORDY).unwrap();
    drop(scene.call(&["workflows", "publish", file.to_str().unwrap()]).exits(0));
    let listed = scene.call(&["workflows", "list", "-o", "json"]).exits(0).json();
    assert_eq!(listed[0]["name"], "wordy", "{listed}");
    let status = scene.call(&["status"]).exits(0);
    assert!(status.stdout.contains("ssh://bastion"), "{status:?}");

    // Its streams and calls share one client.
    let before = scene.connections();
    let run = scene.call(&["run", "wordy", "--follow", "--logs"]).exits(0);
    assert!(run.stdout.contains("19999 and a line"), "the last line is missing");
    assert_eq!(scene.connections() - before, 1);
    let runs = scene.daemon.console().json(&["runs", "list"]);
    let id = runs[0]["runId"].as_str().unwrap();
    let there = scene.call(&["runs", "logs", id]).exits(0);
    let here = scene.daemon.console().call(&["runs", "logs", id]).exits(0);
    assert!(there.stdout == here.stdout && here.stdout.len() > 500_000, "{}", here.stdout.len());
    let ledger = scene.call(&["ledger", "verify"]).exits(0);
    assert!(!ledger.stdout.is_empty(), "{ledger:?}");

    // Two at a time, and a place that is given in parts.
    let port = scene.fleet.host("bastion").port;
    let start = |host: &str| {
        let mut command = scene.command(host, &["whoami", "-o", "json"]);
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    let both = [start(BASTION), start(&format!("ssh://127.0.0.1:{port}"))];
    for child in both {
        let answer = Answer::of("whoami".into(), &child.wait_with_output().unwrap()).exits(0);
        let uid = rustix::process::getuid().as_raw();
        assert_eq!(answer.json()["principal"], format!("uid:{uid}"));
    }
    // What needs no daemon needs no connection.
    let before = scene.connections();
    drop(scene.call(&["paths"]).exits(0));
    drop(scene.call(&["up"]).exits(2).complains_of(&["this machine"]));
    assert_eq!(scene.connections(), before);
}

#[test]
fn the_daemon_knows_the_user_whom_ssh_logged_in() {
    if !running_as_root() {
        return skipped("only root starts a daemon as somebody else");
    }
    let config = "socket_mode = '0666'\n".to_owned();
    let setup = Setup { config, uid: Some(nobody_uid()), ..Setup::default() };
    let Some(scene) = Scene::with(setup) else { return };
    let owner = scene.daemon.owner().json(&["whoami"]);
    assert_eq!(owner["principal"], format!("uid:{}", nobody_uid()));
    let me = scene.call(&["whoami", "-o", "json"]).exits(0).json();
    assert_eq!(me["principal"], "uid:0");
    drop(scene.call(&["runs", "list"]).exits(3));
    drop(scene.daemon.owner().call(&["grants", "add", "uid:0", "read_only"]).exits(0));
    drop(scene.call(&["runs", "list"]).exits(0));
}

#[test]
fn a_bastion_offers_nothing_but_conductor() {
    let Some(scene) = Scene::set() else { return };
    // It works whatever a login would find there, and whatever the client asks for.
    scene.fleet.serve_with("bastion", "");
    scene.force(&scene.stdio_by_path());
    drop(scene.call(&["status"]).exits(0));
    let said = "this account offers nothing but Conductor";
    for other in [&["id"][..], &["conductord", "serve"], &["sh", "-c", "'conductord stdio'"]] {
        let refused = scene.ssh(other).exits(2).complains_of(&[said]);
        assert_eq!(refused.stdout, "", "{refused:?}");
        assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
    }
    // No command at all is a client that knows no other way; its input ends at once.
    drop(scene.ssh(&[]).exits(0));
}

#[test]
fn an_account_can_be_the_console() {
    let Some(scene) = Scene::set() else { return };
    let socket = scene.daemon.socket();
    scene.far_environment(&format!("CONDUCTOR_HOST=unix://{} LANG=C.UTF-8", socket.display()));
    scene.force("conductor ssh-command");
    assert_eq!(scene.ssh(&["runs", "list", "-o", "json"]).exits(0).json(), serde_json::json!([]));
    drop(scene.ssh(&["conductor", "status"]).exits(0));
    drop(scene.ssh(&["run", "'no such'"]).exits(6).complains_of(&["no such"]));
    drop(scene.ssh(&["@nowhere", "status"]).exits(2).complains_of(&["`nowhere`"]));
    drop(scene.ssh(&["id"]).exits(2).complains_of(&["'id'"]));
    drop(scene.ssh(&["status;", "id"]).exits(2).complains_of(&["'status;'"]));
    drop(scene.ssh(&["runs", "'list"]).exits(2).complains_of(&["not closed", "runs cancel"]));
    drop(scene.ssh(&["ssh-command"]).exits(2).complains_of(&["conductor-ssh(7)"]));

    let key = fs::read_to_string(scene.fleet.path("id.pub")).unwrap();
    let line = format!("command=\"conductor ssh-command\",no-port-forwarding {key}");
    fs::write(scene.fleet.path("authorized_keys"), line).unwrap();
    let mut screen = Screen::open(&scene.daemon.console(), (80, 24));
    screen.types(&format!("ssh -F {} bastion\r", scene.fleet.config().display()));
    screen.is_the_console_s();
    screen.shows(&["live", "nothing has run here yet"]);
    screen.quit();
}

#[test]
fn what_stands_in_the_way_is_said_with_its_mend() {
    let Some(mut scene) = Scene::set() else { return };
    drop(scene.call(&["status"]).exits(0));

    scene.fleet.forget_key("bastion");
    scene.fails(&["reach the daemon at ssh://bastion", "host key is not known", "fingerprint"]);
    // A configuration that accepts every key is not taken at its word.
    scene.fleet.configure("StrictHostKeyChecking no");
    scene.fails(&["host key is not known"]);
    scene.fleet.trust_key("bastion");
    scene.fleet.change_key("bastion");
    scene.fails(&["host key is not the one that is known", "with `ssh-keygen "]);
    scene.fleet.trust_key("bastion");
    drop(scene.call(&["status"]).exits(0));

    let keys = fs::read_to_string(scene.fleet.path("authorized_keys")).unwrap();
    fs::write(scene.fleet.path("authorized_keys"), "").unwrap();
    scene.fails(&["it refused the login", "Permission denied", "ssh-add -l"]);
    fs::write(scene.fleet.path("authorized_keys"), &keys).unwrap();

    scene.force("echo welcome");
    scene.fails(&["is no daemon, it says `welcome`", "start-up file"]);
    scene.force("echo no logins today >&2; exit 1");
    scene.fails(&["ended there with 1: no logins today"]);
    fs::write(scene.fleet.path("authorized_keys"), &keys).unwrap();

    scene.daemon.stop();
    let socket = scene.daemon.socket().display().to_string();
    scene.fails(&["there is no daemon", &socket, "nothing is there", "start one there"]);
    let told = scene.call(&["-o", "json", "status"]).exits(5);
    let error: serde_json::Value = serde_json::from_str(&told.stderr).unwrap();
    assert!(error["error"]["hint"].as_str().unwrap().contains("start one there"), "{error}");
    drop(scene.call(&["doctor"]).exits(5));

    scene.fleet.serve_with("bastion", &format!("PATH={USUAL_PATH}"));
    scene.fails(&["`conductord` can't be started there", "not found", "in PATH"]);
    scene.fleet.close("bastion");
    scene.fails(&["no sshd listens there", "`ssh bastion`"]);

    let mut without = scene.command(BASTION, &["status"]);
    let output = without.env("PATH", "/nonexistent").output().unwrap();
    let answer = Answer::of("status".into(), &output);
    drop(answer.exits(5).complains_of(&["there is no `ssh` on this machine", "install OpenSSH"]));
    for odd in ["ssh://-oProxyCommand=id", "ssh://a:b@c", "ssh://", "ssh://bastion/x"] {
        drop(scene.call_at(odd, &["status"]).exits(2).complains_of(&["ssh://user@host:port"]));
    }
}

#[test]
fn a_run_is_followed_across_connections_that_break() {
    let Some(mut scene) = Scene::set() else { return };
    scene.daemon.console().publish(GATED);
    let folder = scene.daemon.folder().to_owned();
    let input = format!("folder={}", folder.display());
    let mut follow = scene.command(BASTION, &["run", "gated", "-i", &input, "--follow", "--logs"]);
    let shown = folder.join("shown");
    let written = fs::File::create(&shown).unwrap();
    let child = follow.stdout(written).stderr(Stdio::piped()).spawn().unwrap();
    // The step may begin before whoever asked for it has the answer.
    until("its output", || fs::read_to_string(&shown).unwrap().contains("wait | began"));
    assert_eq!(scene.connections(), 1);
    assert!(scene.fleet.kill_sessions("bastion") > 0);
    until("another connection", || scene.connections() >= 2);
    // What was lost with the daemon is taken up again, and followed as well.
    fs::remove_file(folder.join("began")).unwrap();
    scene.daemon.kill();
    scene.daemon.launch();
    until("the step began anew", || folder.join("began").exists());
    fs::write(folder.join("go"), "").unwrap();
    let answer = Answer::of("run".into(), &child.wait_with_output().unwrap()).exits(0);
    assert!(fs::read_to_string(&shown).unwrap().contains("went on"), "{answer:?}");
    assert!(scene.connections() > 2, "{answer:?}");
}

#[test]
fn questions_are_asked_before_the_screen_and_never_on_it() {
    let Some(scene) = Scene::set() else { return };
    scene.daemon.console().publish(workflows::NOOP);
    drop(scene.daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    let id = scene.fleet.path("id");
    let mut locked = Command::new("ssh-keygen");
    locked.args(["-q", "-p", "-P", "", "-N", "open sesame", "-f"]).arg(&id);
    assert!(locked.status().unwrap().success());
    scene.fleet.forget_key("bastion");

    let mut screen = Screen::open(&scene.daemon.console(), (80, 24));
    screen.types(&format!("export PATH='{}' CONDUCTOR_HOST={BASTION}\r", scene.path()));
    screen.types("\"$CONSOLE\"\r");
    screen.shows(&["authenticity of host", "fingerprint"]);
    screen.types("yes\r");
    screen.shows(&["Enter passphrase for key"]);
    screen.types("open sesame\r");
    screen.is_the_console_s();
    screen.shows(&["live", "noop"]);

    // Without the passphrase there is no way back, and nobody is asked for it here.
    let before = scene.connections();
    assert!(scene.fleet.kill_sessions("bastion") > 0);
    screen.shows(&["stale", "noop"]);
    until("another try", || scene.connections() > before);
    screen.until("no question", |shown| !shown.contains("passphrase for key"));
    screen.quit();

    // With a key that needs none it goes on by itself.
    let mut unlocked = Command::new("ssh-keygen");
    unlocked.args(["-q", "-p", "-P", "open sesame", "-N", "", "-f"]).arg(&id);
    assert!(unlocked.status().unwrap().success());
    screen.enter_console();
    screen.shows(&["live", "noop"]);
    let before = scene.connections();
    assert!(scene.fleet.kill_sessions("bastion") > 0);
    until("another connection", || scene.connections() > before);
    scene.daemon.console().publish(workflows::FAILING);
    drop(scene.daemon.console().call(&["run", "failing", "--follow"]).exits(1));
    screen.shows(&["live", "failing"]);
    screen.quit();
}

/// `conductord stdio` with pipes.
fn stdio(daemon: &Daemon, with: impl FnOnce(&mut Command)) -> Child {
    let mut command = Command::new(&binaries().conductord);
    command.args(["stdio", "--socket"]).arg(daemon.socket());
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    with(&mut command);
    command.spawn().unwrap()
}

fn ended(mut child: Child) -> Answer {
    assert!(ended_within(&mut child, ENDS_WITHIN).is_some(), "it goes on");
    Answer::of("conductord stdio".into(), &child.wait_with_output().unwrap())
}

#[test]
fn the_far_end_ends_with_either_side_and_says_why_it_does_not_begin() {
    let mut daemon = Daemon::start();
    let connected = |daemon: &Daemon| {
        let mut child = stdio(daemon, |_| {});
        // A daemon speaks first.
        let mut first = [1];
        child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        assert_eq!(first, [0]);
        child
    };
    let mut child = connected(&daemon);
    drop(child.stdin.take());
    drop(ended(child).exits(0));
    let mut child = connected(&daemon);
    drop(child.stdout.take());
    drop(child.stdin.take());
    drop(ended(child).exits(0));

    daemon.signal(Signal::STOP);
    let silent = ended(stdio(&daemon, |_| {}));
    daemon.signal(Signal::CONT);
    drop(silent.exits(69).complains_of(&["it says nothing"]));

    if running_as_root() {
        let open = fs::Permissions::from_mode(0o711);
        fs::set_permissions(daemon.folder(), open).unwrap();
        let by_another = |command: &mut Command| {
            command.uid(nobody_uid()).gid(nobody_uid());
        };
        let closed = ended(stdio(&daemon, by_another)).exits(77);
        drop(closed.complains_of(&["conductord: reach the daemon at", "Permission denied"]));
        // Whom the socket is opened to is known by who they are.
        daemon.stop();
        daemon.configure(format!("socket_group = '{}'\n", nobody_uid()));
        daemon.launch();
        let told = daemon.console().by(nobody_uid()).json(&["whoami"]);
        assert_eq!(told["principal"], format!("uid:{}", nobody_uid()));
    }

    let child = connected(&daemon);
    daemon.kill();
    drop(ended(child).exits(0));
    drop(ended(stdio(&daemon, |_| {})).exits(69).complains_of(&["nobody listens there"]));
    fs::remove_file(daemon.socket()).unwrap();
    let none = ended(stdio(&daemon, |_| {})).exits(69).complains_of(&["nothing is there"]);
    assert_eq!(none.stderr.lines().count(), 1, "{none:?}");
    let other = |command: &mut Command| {
        command.env("SSH_ORIGINAL_COMMAND", "scp -t /");
    };
    drop(ended(stdio(&daemon, other)).exits(2).complains_of(&["nothing but Conductor"]));
    // Something that is there and is no daemon.
    let _mute = UnixListener::bind(daemon.socket()).unwrap();
    drop(ended(stdio(&daemon, |_| {})).exits(69).complains_of(&["it says nothing"]));
}
