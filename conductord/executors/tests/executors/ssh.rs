//! `ssh` against real servers: how scripts end, and that nothing of them is left.

use std::{collections::BTreeMap, time::Duration};

use conductor_engine::ports::{Completion, FailureKind, Lease, Order, Outcome, StopReason};
use conductor_executors::{
    Executor, Executors, ExecutorsOptions, HostKeys, SshOptions, Worker, WorkerOptions,
};
use conductor_tests::Fleet;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{
    fixture::{self, TERM_GRACE, is_alive, lease},
    testing::MemoryPort,
};

/// Servers, and a worker that knows them.
struct Rig {
    fleet: Fleet,
    port: MemoryPort,
    folder: TempDir,
    shutdown: CancellationToken,
    working: tokio::task::JoinHandle<()>,
}

impl Rig {
    /// Nothing where sshd is not installed.
    fn start(names: &[&str]) -> Option<Self> {
        Self::with(names, |options| options)
    }

    fn with(names: &[&str], change: impl FnOnce(SshOptions) -> SshOptions) -> Option<Self> {
        let fleet = Fleet::start(names)?;
        let ssh = SshOptions { config: Some(fleet.config()), ..SshOptions::default() };
        let folder = tempfile::tempdir().unwrap();
        let options = ExecutorsOptions {
            term_grace: TERM_GRACE,
            ssh: change(ssh),
            ..ExecutorsOptions::new(folder.path())
        };
        let port = MemoryPort::new();
        let executors = Executors::open(&options).unwrap();
        let dice = conductor_executors::system_dice();
        let worker =
            Worker::new(port.clone(), executors, WorkerOptions { dice, ..fixture::options() });
        let shutdown = CancellationToken::new();
        let until = shutdown.clone();
        let working = tokio::spawn(async move {
            worker.run(until).await.unwrap();
        });
        Some(Self { fleet, port, folder, shutdown, working })
    }

    async fn run(&self, token: u64, with: Value) -> Completion {
        self.port.start(ssh(token, &with)).await;
        self.port.completion(token).await
    }

    fn stdout(&self, token: u64) -> String {
        String::from_utf8(self.port.log(&ssh(token, &json!({})).log_key()).stdout).unwrap()
    }

    fn stderr(&self, token: u64) -> String {
        String::from_utf8(self.port.log(&ssh(token, &json!({})).log_key()).stderr).unwrap()
    }

    async fn shut_down(self) -> (Fleet, TempDir) {
        self.shutdown.cancel();
        self.working.await.unwrap();
        (self.fleet, self.folder)
    }
}

fn ssh(token: u64, with: &Value) -> Lease {
    lease(token, Executor::Ssh, with)
}

/// How it ended, in one tuple.
fn how(ended: &Completion) -> (Outcome, Option<i32>, Option<FailureKind>) {
    (ended.outcome, ended.exit_code, ended.failure)
}

const PROGRAM: Option<FailureKind> = Some(FailureKind::Program);
const REFUSED: Option<FailureKind> = Some(FailureKind::Refused);
const UNREACHABLE: Option<FailureKind> = Some(FailureKind::Unreachable);

#[tokio::test]
async fn exit_codes_and_signals_are_the_scripts_own() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let check = async |token: u64, script: &str, expected, message: &str| {
        let ended = rig.run(token, json!({"host": "web-1", "run": script})).await;
        assert_eq!((how(&ended), ended.message.as_str()), (expected, message), "{script}");
    };
    check(1, "echo hello", (Outcome::Succeeded, Some(0), None), "").await;
    assert_eq!((rig.stdout(1), rig.stderr(1)), ("hello\n".into(), String::new()));
    let failed = |code| (Outcome::Failed, Some(code), PROGRAM);
    check(2, "echo the disk is full >&2; exit 3", failed(3), "exit status 3: the disk is full")
        .await;
    assert_eq!(rig.stderr(2), "the disk is full\n");
    // What the client itself exits with when a connection fails.
    check(3, "exit 255", failed(255), "exit status 255").await;
    check(4, "exit 137", failed(137), "exit status 137").await;
    let killed = (Outcome::Failed, None, PROGRAM);
    check(5, "kill -KILL $$", killed, "killed by signal 9 (SIGKILL)").await;
    check(6, "kill -TERM $$", killed, "killed by signal 15 (SIGTERM)").await;
    check(7, "nonesuch", failed(127), "exit status 127: sh: 1: nonesuch: not found").await;
    let ended =
        rig.run(8, json!({"host": "web-1", "run": "echo $0 $-", "shell": "bash -eu"})).await;
    assert_eq!(ended.exit_code, Some(0), "{}", ended.message);
    assert!(rig.stdout(8).starts_with("bash "), "{}", rig.stdout(8));
    let ended = rig.run(9, json!({"host": "web-1", "run": "true", "shell": "nonesuch"})).await;
    assert_eq!(how(&ended), failed(127));
    assert!(ended.message.contains("nonesuch: not found"), "{}", ended.message);
}

#[tokio::test]
async fn what_reads_its_input_does_not_swallow_the_rest() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    // As `sudo`, `ssh` and `read` do (atuinsh/desktop#89).
    let script = "cat; read line; echo \"read:$line\"; cat > /dev/null\necho after";
    let ended = rig.run(1, json!({"host": "web-1", "run": script})).await;
    assert_eq!(ended.exit_code, Some(0), "{}", ended.message);
    assert_eq!(rig.stdout(1), "read:\nafter\n");
}

#[tokio::test]
async fn nothing_in_a_script_or_its_environment_is_read_by_a_shell_on_the_way() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let nasty = "it's \"$HOME\" `id` \\ !! $(id) %s {a,b} * ~ # ; & | é\u{1e}conductor:\n\ttab";
    let script = format!(
        "printf '%s' \"$NASTY\"; cat <<'END'\n{nasty}\nEND\necho \"$CONDUCTOR_HOST \
         $CONDUCTOR_TASK_ID $CONDUCTOR_ATTEMPT $CONDUCTOR_RUN_ID $CONDUCTOR_IDEMPOTENCY_KEY\""
    );
    let with = json!({"host": "web-1", "run": script});
    let env = BTreeMap::from([("NASTY".to_owned(), nasty.to_owned())]);
    let lease = Lease { env, ..ssh(1, &with) };
    let (run, key) = (lease.run, lease.idempotency_key());
    rig.port.start(lease).await;
    let ended = rig.port.completion(1).await;
    assert_eq!(ended.exit_code, Some(0), "{}", ended.message);
    assert_eq!(rig.stdout(1), format!("{nasty}{nasty}\nweb-1 task 1 {run} {key}\n"));
}

/// ansible/awx#6534: lines of the output are missing.
#[tokio::test]
async fn values_come_back_and_large_output_whole() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let script = "echo percent=91 >> \"$CONDUCTOR_OUTPUT\"; \
                  printf 'list:json<<E\\n[1,\\n2]\\nE\\n' >> \"$CONDUCTOR_OUTPUT\"";
    let ended = rig.run(1, json!({"host": "web-1", "run": script})).await;
    assert_eq!(Value::Object(ended.outputs), json!({"percent": "91", "list": [1, 2]}));
    let script = "yes 0123456789abcde | head -c 1048576; yes x | head -c 4000 >&2";
    let ended = rig.run(2, json!({"host": "web-1", "run": script})).await;
    assert_eq!((ended.exit_code, ended.log.bytes), (Some(0), 1_048_576 + 4_000));
    assert_eq!(rig.stdout(2), "0123456789abcde\n".repeat(65_536));
    assert_eq!(rig.stderr(2), "x\n".repeat(2_000));
    let ended = rig.run(3, json!({"host": "web-1", "run": "echo wrong > $CONDUCTOR_OUTPUT"})).await;
    assert!(ended.message.contains("line 1 of its outputs"), "{}", ended.message);
    let script = "head -c 200000 /dev/zero | tr '\\0' x > $CONDUCTOR_OUTPUT";
    let ended = rig.run(4, json!({"host": "web-1", "run": script})).await;
    assert!(ended.message.contains("larger than"), "{}", ended.message);
    let script = format!("true {}", "x".repeat(120_000));
    let ended = rig.run(5, json!({"host": "web-1", "run": script})).await;
    assert_eq!(ended.exit_code, Some(0), "{}", ended.message);
}

/// ansible/awx#3699: output comes hours late.
#[tokio::test]
async fn output_comes_while_the_script_runs() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let go = rig.folder.path().join("go");
    let script = format!("echo ready; while [ ! -e {} ]; do sleep 0.05; done", go.display());
    let lease = ssh(1, &json!({"host": "web-1", "run": script}));
    rig.port.start(lease.clone()).await;
    rig.port.printed(&lease.log_key(), "ready\n").await;
    std::fs::write(go, "").unwrap();
    assert_eq!(rig.port.completion(1).await.exit_code, Some(0));
}

/// rundeck/rundeck#9619: host keys are not checked unless somebody asks for it.
#[tokio::test]
async fn what_befalls_a_connection_is_told_apart() {
    let names = ["unknown", "changed", "closed", "silent", "locked"];
    let Some(rig) = Rig::start(&names) else { return };
    rig.fleet.forget_key("unknown");
    rig.fleet.change_key("changed");
    rig.fleet.close("closed");
    rig.fleet.silence("silent");
    rig.fleet.configure("Host locked\n  IdentityFile /dev/null\n  PubkeyAuthentication no");
    let check = async |token: u64, host: &str, kind, part: &str| {
        let patience = if host == "silent" { "2s" } else { "30s" };
        let with = json!({"host": host, "run": "echo began", "connect_timeout": patience});
        let ended = rig.run(token, with).await;
        assert_eq!(how(&ended), (Outcome::Failed, None, kind), "{}", ended.message);
        assert!(ended.message.starts_with(&format!("`{host}`: ")), "{}", ended.message);
        assert!(ended.message.contains(part), "{}", ended.message);
        assert_eq!(rig.stdout(token), "");
    };
    check(1, "unknown", REFUSED, "host key is not known").await;
    check(2, "changed", REFUSED, "not the one that is known").await;
    check(3, "closed", UNREACHABLE, "nothing listens there").await;
    check(4, "silent", UNREACHABLE, "did not answer in time").await;
    check(5, "locked", REFUSED, "refused the login").await;
    check(6, "no-such-host.invalid", UNREACHABLE, "its name is not known").await;
    assert!(rig.stderr(3).contains("Connection refused"), "{}", rig.stderr(3));
    // A new key may be remembered where that was asked for; a changed one never.
    let with = json!({"host": "unknown", "run": "true", "host_keys": "accept_new"});
    assert_eq!(rig.run(7, with).await.exit_code, Some(0));
    assert_eq!(rig.run(8, json!({"host": "unknown", "run": "true"})).await.exit_code, Some(0));
    let with = json!({"host": "changed", "run": "true", "host_keys": "accept_new"});
    assert_eq!(rig.run(9, with).await.failure, REFUSED);
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_middle_is_lost_and_no_exit_code_is_made_up() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let lease = ssh(1, &json!({"host": "web-1", "run": "echo $$; sleep 1000"}));
    rig.port.start(lease.clone()).await;
    rig.port.printed(&lease.log_key(), "\n").await;
    let pid = rig.stdout(1);
    assert!(rig.fleet.kill_sessions("web-1") > 0);
    let ended = rig.port.completion(1).await;
    assert_eq!(how(&ended), (Outcome::Failed, None, Some(FailureKind::Lost)));
    assert!(ended.message.contains("the connection was lost"), "{}", ended.message);
    // The host saw it too.
    until_gone(&pid).await;
    let ended = rig.run(2, json!({"host": "web-1", "run": "echo again"})).await;
    assert_eq!(ended.exit_code, Some(0), "a new connection is made: {}", ended.message);
}

/// Waits until a process of a host is gone; it is on this machine.
async fn until_gone(pid: &str) {
    let gone = async {
        while is_alive(pid) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.expect("the process ends");
}

#[tokio::test]
async fn a_stopped_task_leaves_nothing_behind_on_its_host() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let check = async |token: u64, script: &str, reason: StopReason| {
        let lease = ssh(token, &json!({"host": "web-1", "run": script}));
        rig.port.start(lease.clone()).await;
        rig.port.printed(&lease.log_key(), "ready").await;
        rig.port.order(Order::Stop { token, reason }).await;
        let message = match reason {
            StopReason::Killed => "killed on request",
            _ => "stopped on request",
        };
        let ended = rig.port.completion(token).await;
        assert_eq!((ended.outcome, ended.message.as_str()), (Outcome::Cancelled, message));
        for pid in rig.stdout(token).lines().filter(|line| line.parse::<u32>().is_ok()) {
            until_gone(pid).await;
        }
        let folder = rig.stdout(token).lines().next().unwrap().to_owned();
        assert!(folder.contains("/conductor.") && !std::path::Path::new(&folder).exists());
    };
    let begin = "dirname $CONDUCTOR_OUTPUT; echo $$;";
    let on_request = StopReason::Cancelled;
    check(1, &format!("{begin} sleep 1000 & echo $!; echo ready; wait"), on_request).await;
    // What ignores TERM is killed.
    let script = "trap '' TERM; sleep 1000 & echo $!; echo ready; while :; do sleep 0.1; done";
    check(2, &format!("{begin} {script}"), on_request).await;
    // What left the process group is found by its mark.
    check(3, &format!("{begin} setsid sleep 1000 & echo $!; echo ready; wait"), on_request).await;
    // Time to clean up is given.
    let script = "trap 'echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    check(4, &format!("{begin} {script}"), on_request).await;
    assert!(rig.stdout(4).ends_with("cleaned\n"));
    // And none by a kill.
    check(5, &format!("{begin} {script}"), StopReason::Killed).await;
    assert!(!rig.stdout(5).contains("cleaned"));
}

#[tokio::test]
async fn what_a_script_leaves_in_the_background_ends_with_it() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let ended = rig.run(1, json!({"host": "web-1", "run": "sleep 1000 & echo $!"})).await;
    assert_eq!(ended.exit_code, Some(0));
    until_gone(&rig.stdout(1)).await;
}

#[tokio::test]
async fn connections_are_shared_and_end_with_the_worker() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    for token in 1..=5 {
        assert_eq!(
            rig.run(token, json!({"host": "web-1", "run": "true"})).await.exit_code,
            Some(0)
        );
    }
    let logins = rig.fleet.host("web-1").log(&rig.fleet).matches("Accepted publickey").count();
    assert_eq!(logins, 1);
    let sockets = rig.folder.path().join("ssh");
    let (fleet, folder) = rig.shut_down().await;
    let sessions = async {
        while !fleet.host("web-1").sessions().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), sessions).await.expect("sessions end");
    assert_eq!(std::fs::read_dir(sockets).unwrap().count(), 0);
    drop(folder);
}

#[tokio::test]
async fn without_sharing_every_task_logs_in() {
    let unshared = |options| SshOptions { persist: Duration::ZERO, ..options };
    let Some(rig) = Rig::with(&["web-1"], unshared) else { return };
    for token in 1..=2 {
        assert_eq!(
            rig.run(token, json!({"host": "web-1", "run": "true"})).await.exit_code,
            Some(0)
        );
    }
    let logins = rig.fleet.host("web-1").log(&rig.fleet).matches("Accepted publickey").count();
    assert_eq!(logins, 2);
}

#[tokio::test]
async fn the_operators_configuration_counts_jump_hosts_agents_and_certificates() {
    let Some(rig) = Rig::start(&["bastion", "inner"]) else { return };
    rig.fleet.configure("Host inner\n  ProxyJump bastion");
    let ended = rig.run(1, json!({"host": "inner", "run": "echo inside"})).await;
    assert_eq!(ended.exit_code, Some(0), "{} {}", ended.message, rig.stderr(1));
    let bastion = rig.fleet.host("bastion");
    assert!(bastion.log(&rig.fleet).contains("Accepted publickey"));
    // A jump host whose key is not known is refused like any other.
    rig.fleet.forget_key("bastion");
    let with = json!({"host": "inner", "run": "true", "options": {"ConnectionAttempts": 1}});
    let ended = rig.run(2, with).await;
    assert_eq!(ended.failure, REFUSED, "{}", ended.message);

    // The key by a certificate alone.
    rig.fleet.certify_key();
    let ended =
        rig.run(3, json!({"host": "inner", "run": "true", "options": {"ProxyJump": "none"}})).await;
    assert_eq!(ended.exit_code, Some(0), "{} {}", ended.message, rig.stderr(3));
    let log = rig.fleet.host("inner").log(&rig.fleet);
    assert!(log.contains("ED25519-CERT"), "{log}");
}

#[tokio::test]
async fn a_key_in_an_agent_is_enough() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let socket = rig.folder.path().join("agent");
    let mut agent = std::process::Command::new("ssh-agent")
        .args(["-D", "-a"])
        .arg(&socket)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let key = rig.fleet.path("id");
    let added = async {
        loop {
            let add = std::process::Command::new("ssh-add")
                .arg("-q")
                .arg(&key)
                .env("SSH_AUTH_SOCK", &socket)
                .stderr(std::process::Stdio::null())
                .status();
            if add.unwrap().success() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), added).await.expect("the agent takes the key");
    std::fs::remove_file(&key).unwrap();
    let agent_line = format!("Host web-1\n  IdentityAgent {}", socket.display());
    rig.fleet.configure(&agent_line);
    let ended = rig.run(1, json!({"host": "web-1", "run": "true"})).await;
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert_eq!(ended.exit_code, Some(0), "{} {}", ended.message, rig.stderr(1));
}

#[tokio::test]
async fn a_host_of_an_inventory_is_reached_where_it_says() {
    let Some(rig) = Rig::start(&["web-1"]) else { return };
    let port = rig.fleet.host("web-1").port;
    let host = json!({
        "name": "somewhere", "address": "127.0.0.1", "port": port, "labels": {"role": "web"},
    });
    let ended = rig.run(1, json!({"host": host, "run": "echo $CONDUCTOR_HOST"})).await;
    assert_eq!(ended.exit_code, Some(0), "{} {}", ended.message, rig.stderr(1));
    assert_eq!(rig.stdout(1), "somewhere\n");
    let ended = rig.run(2, json!({"host": "web-1", "port": 1, "run": "true"})).await;
    assert_eq!(ended.failure, UNREACHABLE, "{}", ended.message);
}

#[tokio::test]
async fn wrong_parameters_are_named_and_never_tried_again() {
    let Some(rig) = Rig::start(&[]) else { return };
    let check = async |token: u64, with: Value, part: &str| {
        let ended = rig.run(token, with.clone()).await;
        assert_eq!(how(&ended), (Outcome::Failed, None, Some(FailureKind::Invalid)), "{with}");
        assert!(ended.message.contains(part), "{with}: {}", ended.message);
    };
    check(1, json!({"run": "true"}), "`with.host` is missing").await;
    check(2, json!({"host": "a"}), "`with.run` is missing").await;
    check(3, json!({"host": "-oProxyCommand=id", "run": "true"}), "no `-` first").await;
    check(4, json!({"host": {"name": "a"}, "run": "true"}), "no host of an inventory").await;
    let host = json!({"name": "a", "address": "-oProxyCommand=id"});
    check(5, json!({"host": host, "run": "true"}), "address").await;
    check(6, json!({"host": "a", "user": "-l", "run": "true"}), "the user").await;
    check(7, json!({"host": "a", "port": 0, "run": "true"}), "1 to 65535").await;
    let options = json!({"ProxyCommand": "id"});
    check(8, json!({"host": "a", "options": options, "run": "true"}), "takes no `ProxyCommand`")
        .await;
    let options = json!({"ProxyJump": "a\nb"});
    check(9, json!({"host": "a", "options": options, "run": "true"}), "one line").await;
    check(10, json!({"host": "a", "run": "true", "rum": "x"}), "no parameter `rum`").await;
    check(11, json!({"host": "a", "run": "x\u{0}y"}), "zero byte").await;
    check(12, json!({"host": "a", "run": "x".repeat(200_000)}), "200000 bytes").await;
    check(13, json!({"host": "a", "run": "true", "host_keys": "off"}), "`strict` or `accept_new`")
        .await;
    assert_eq!(HostKeys::default(), HostKeys::Strict);
}
