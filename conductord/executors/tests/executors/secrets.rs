//! Secrets on their way through a worker: filled in, used, and gone from all that leaves.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use axum::{Router, routing::any};
use conductor_domain::secret::Placeholders;
use conductor_engine::ports::{Completion, Lease, Outcome, StopReason};
use conductor_executors::{
    DaemonAddress, Executor, ExecutorsOptions, Program, Provider, SecretSetting, Vault, limits,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{
    fixture::{Fixture, lease, options, shell},
    testing::MemoryPort,
};

const SECRET: &str = "hunter2-hunter2";

/// A worker that knows a password and something slow.
struct Kept {
    fixture: Fixture,
    _folder: TempDir,
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, SECRET).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let slow = Program {
            argv: vec!["sleep".into(), "300".into()],
            pass_env: Vec::new(),
            timeout: Duration::from_secs(300),
        };
        let settings = [("password", Provider::File(path)), ("slow", Provider::Exec(slow))];
        let settings = settings.map(|(name, at)| (name.to_owned(), SecretSetting::new(at)));
        let fixture = Fixture::with_vault(Vault::new(settings.into()));
        Self { fixture, _folder: folder }
    }

    async fn run(&self, lease: &Lease) -> Completion {
        self.fixture.run(lease.clone()).await
    }

    fn printed(&self, lease: &Lease) -> String {
        String::from_utf8(self.fixture.port.log(&lease.log_key()).stdout).unwrap()
    }
}

/// The lease of a task that uses the password: `<secret>` stands for it.
fn using(token: u64, executor: Executor, with: &Value) -> Lease {
    let secrets = Placeholders::new(u128::from(token) << 64, &["password".to_owned()]);
    let mark = secrets.to_value()["password"].as_str().unwrap().to_owned();
    let with: Value = serde_json::from_str(&with.to_string().replace("<secret>", &mark)).unwrap();
    let env = [("S".to_owned(), mark)].into();
    Lease { secrets, env, ..lease(token, executor, &with) }
}

fn script(token: u64, script: &str) -> Lease {
    using(token, Executor::Shell, &json!({ "run": script }))
}

#[tokio::test]
async fn a_program_gets_the_value_and_its_output_does_not() {
    let kept = Kept::new();
    let lease =
        script(1, r#"[ "$S" = hunter2-hunter2 ] && echo "<$S>"; echo "$S" | base64; echo end"#);
    let ended = kept.run(&lease).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{ended:?}");
    let printed = kept.printed(&lease);
    assert!(printed.starts_with("<[redacted:password]>\n[redacted:password]"), "{printed}");
    assert!(printed.ends_with("\nend\n"), "{printed}");
    let log = kept.fixture.port.log(&lease.log_key());
    assert_eq!(ended.log.bytes, log.bytes);
}

#[tokio::test]
async fn live_output_stays_live_and_shows_no_more_than_three_bytes_of_a_beginning() {
    let kept = Kept::new();
    let go = kept.fixture.folder.path().join("go");
    let waits = format!("while [ ! -e {} ]; do :; done", go.display());
    let lease = script(1, &format!("printf 'live: hunter2'; {waits}; printf -- '-hunter2.'"));
    kept.fixture.port.start(lease.clone()).await;
    kept.fixture.port.printed(&lease.log_key(), "live: hun").await;
    fs::write(go, "").unwrap();
    assert_eq!(kept.fixture.port.completion(1).await.outcome, Outcome::Succeeded);
    assert_eq!(kept.printed(&lease), "live: hun[redacted:password].");
}

#[tokio::test]
async fn much_output_is_whole_and_in_order() {
    let kept = Kept::new();
    let lease = script(
        1,
        r#"i=0; while [ $i -lt 3000 ]; do echo "$i hunter $S hunter2-$i"; i=$((i+1)); done"#,
    );
    assert_eq!(kept.run(&lease).await.outcome, Outcome::Succeeded);
    let expected: String =
        (0..3000).map(|i| format!("{i} hunter [redacted:password] hunter2-{i}\n")).collect();
    assert!(kept.printed(&lease) == expected, "it is not what was printed");
    let log = kept.fixture.port.log(&lease.log_key());
    assert!(log.chunk_bytes_max <= limits::OUTPUT_CHUNK_BYTES);
}

#[tokio::test]
async fn values_and_messages_say_the_name_only() {
    let kept = Kept::new();
    let gives = r#"echo "a=x $S" >>$CONDUCTOR_OUTPUT; echo "b=y" >>$CONDUCTOR_OUTPUT"#;
    let ended = kept.run(&script(1, gives)).await;
    assert_eq!(Value::Object(ended.outputs), json!({"a": "x [redacted:password]", "b": "y"}));
    assert_eq!(ended.message, "its output `a` held `password`: secrets are taken out");

    let ended = kept.run(&script(2, r#"echo "no: $S" >&2; exit 7"#)).await;
    assert_eq!(ended.message, "exit status 7: no: [redacted:password]");

    // The error quotes the line, and cuts it.
    let blunders = r#"printf '%060d%s' 0 "$S" | tail -c 65 >>$CONDUCTOR_OUTPUT"#;
    let ended = kept.run(&script(3, blunders)).await;
    assert!(ended.message.contains("line 1 of its outputs"), "{}", ended.message);
    assert!(!ended.message.contains("hunt"), "{}", ended.message);

    let noop = using(4, Executor::Noop, &json!({"v": "<secret>", "n": 1}));
    let ended = kept.run(&noop).await;
    assert_eq!(Value::Object(ended.outputs), json!({"v": "[redacted:password]", "n": 1}));
}

#[tokio::test]
async fn an_artifact_with_a_secret_is_not_kept() {
    let kept = Kept::new();
    let keeps = |token, script: &str| {
        using(token, Executor::Shell, &json!({"run": script, "artifacts": {"r": "report"}}))
    };
    let ended = kept.run(&keeps(1, r#"echo "$S" | base64 >report"#)).await;
    assert_eq!((ended.outcome, ended.artifacts.len()), (Outcome::Failed, 0));
    assert_eq!(
        ended.message,
        "the artifact `r` holds the secret `password` and is not kept: leave it out of the file"
    );
    let ended = kept.run(&keeps(2, "echo fine >report")).await;
    assert_eq!((ended.outcome, ended.artifacts.len()), (Outcome::Succeeded, 1));
}

#[tokio::test]
async fn a_request_carries_it_and_its_answer_does_not_give_it_back() {
    let kept = Kept::new();
    let echo = Router::new().route("/echo", any(|body: String| async move { body })).route(
        "/long",
        any(|body: String| async move {
            format!("{}{body}", "x".repeat(limits::HTTP_BODY_BYTES_MAX - 9))
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, echo).await });
    let asks = |token, path: &str| {
        let url = format!("http://{server}{path}");
        using(
            token,
            Executor::Http,
            &json!({"method": "POST", "url": url, "body": "is <secret> it"}),
        )
    };
    let ended = kept.run(&asks(1, "/echo")).await;
    assert_eq!(ended.outputs["body"], "is [redacted:password] it");
    // The bound cuts the answer in the middle of the value.
    let ended = kept.run(&asks(2, "/long")).await;
    assert_eq!(ended.outputs["truncated"], true);
    let body = ended.outputs["body"].as_str().unwrap();
    assert!(body.ends_with("xis [redacted:password]"), "{}", &body[body.len() - 40..]);
    // An error names the URL.
    let ended = kept.run(&asks(3, "/no/<secret>/there")).await;
    assert!(ended.message.contains("/no/[redacted:password]/there answered 404"), "{ended:?}");
}

#[tokio::test]
async fn without_its_secret_nothing_of_a_task_begins() {
    let kept = Kept::new();
    let began = kept.fixture.folder.path().join("began");
    let named = |token, name: &str| Lease {
        secrets: Placeholders::new(7, &[name.to_owned()]),
        ..script(token, &format!(": >{}", began.display()))
    };
    let ended = kept.run(&named(1, "other")).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(ended.message.contains("(SECRET_UNKNOWN)"), "{}", ended.message);
    // A provider that hangs can be stopped, and counts to the attempt's time.
    kept.fixture.port.start(named(2, "slow")).await;
    kept.fixture.stop(2, StopReason::Cancelled).await;
    assert_eq!(kept.fixture.port.completion(2).await.outcome, Outcome::Cancelled);
    for uses in [Executor::Shell, Executor::Noop] {
        let token = if uses == Executor::Noop { 4 } else { 3 };
        let slow = Lease { timeout_ms: 200, uses: uses.uses().into(), ..named(token, "slow") };
        assert_eq!(kept.run(&slow).await.outcome, Outcome::TimedOut, "{uses:?}");
    }
    assert!(!began.exists());
}

#[tokio::test]
async fn a_script_has_the_token_of_its_attempt_and_nothing_that_leaves_shows_it() {
    let token = conductor_protocol::token::of_bits("ctt_", [1, 2]);
    let fixture = |host: Option<&str>| {
        let port = MemoryPort::new();
        let daemon = host.map(|host| DaemonAddress { host: host.to_owned(), ca: None });
        port.give_token(&token);
        Fixture::of(port, options(), |folder| ExecutorsOptions {
            daemon,
            ..ExecutorsOptions::new(folder)
        })
    };
    let script = "printf %s \"$CONDUCTOR_TOKEN\" | wc -c; echo \"$CONDUCTOR_TOKEN\"; \
                  echo \"$CONDUCTOR_HOST $CONDUCTOR_TENANT $CONDUCTOR_ENV\"; \
                  echo \"no $CONDUCTOR_TOKEN\" >&2; exit 1";
    let with = fixture(Some("unix:///run/d.sock"));
    let lease = shell(1, script);
    let ended = with.run(lease.clone()).await;
    let printed = String::from_utf8(with.port.log(&lease.log_key()).stdout).unwrap();
    let lines: Vec<&str> = printed.lines().map(str::trim).collect();
    assert_eq!(
        lines,
        ["76", "[redacted:CONDUCTOR_TOKEN]", "unix:///run/d.sock default dev"],
        "{printed}"
    );
    assert!(ended.message.contains("no [redacted:CONDUCTOR_TOKEN]"), "{}", ended.message);
    // Where nobody said how the daemon is reached there is nothing to reach it with.
    let without = fixture(None);
    let lease = shell(2, script);
    without.run(lease.clone()).await;
    let printed = String::from_utf8(without.port.log(&lease.log_key()).stdout).unwrap();
    assert!(printed.starts_with('0') && !printed.contains("redacted"), "{printed}");
}
