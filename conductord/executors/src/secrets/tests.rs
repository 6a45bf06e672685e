//! Every provider, what can be wrong with it, and that an attempt gets what it names and no more.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use conductor_domain::{scope::Scope, secret::Placeholders};
use conductor_engine::ports::{Lease, SecretCatalogue as _};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::limits::SECRET_BYTES_MAX;

const VALUE: &str = "hunter2-hunter2";

fn exec(argv: &[&str]) -> Provider {
    let argv = argv.iter().map(|part| (*part).to_owned()).collect();
    Provider::Exec(Program { argv, pass_env: Vec::new(), timeout: Duration::from_secs(20) })
}

fn sh(script: &str) -> Provider {
    exec(&["sh", "-c", script])
}

fn file(folder: &TempDir, content: impl AsRef<[u8]>, mode: u32) -> PathBuf {
    let path = folder.path().join("secret");
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

async fn get(provider: &Provider) -> Result<String, String> {
    provider::value(provider).await.map(|value| value.to_string())
}

#[track_caller]
fn is_wrong(got: Result<String, String>, part: &str) {
    let problem = got.expect_err(part);
    assert!(problem.contains(part), "{problem}");
    assert!(!problem.contains("hunter"), "{problem}");
}

#[tokio::test]
async fn a_variable_of_the_worker_is_a_secret() {
    let got = get(&Provider::Env("CARGO_PKG_NAME".into())).await;
    assert_eq!(got.as_deref(), Ok("conductor-executors"));
    is_wrong(get(&Provider::Env("NO_SUCH_VARIABLE".into())).await, "no variable `NO_SUCH");
}

#[tokio::test]
async fn a_file_is_a_secret_when_others_have_no_rights_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let of = |content: &str, mode| Provider::File(file(&folder, content, mode));
    assert_eq!(get(&of("hunter2-hunter2\n", 0o600)).await.as_deref(), Ok(VALUE));
    assert_eq!(get(&of("hunter2-hunter2\r\n", 0o640)).await.as_deref(), Ok(VALUE));
    assert_eq!(get(&of("hunter2\n\n", 0o400)).await.as_deref(), Ok("hunter2\n"));
    for mode in [0o604, 0o602, 0o601, 0o644] {
        is_wrong(get(&of(VALUE, mode)).await, "is open to everybody");
    }
    is_wrong(get(&Provider::File(folder.path().join("missing"))).await, "can't read");
    is_wrong(get(&Provider::File(folder.path().into())).await, "not a plain file");
    is_wrong(get(&Provider::File("/dev/null".into())).await, "not a plain file");
    fs::write(folder.path().join("secret"), [0xff; 16]).unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("secret", &link).unwrap();
    fs::set_permissions(&link, fs::Permissions::from_mode(0o600)).unwrap();
    is_wrong(get(&Provider::File(link)).await, "not a text");
}

#[tokio::test]
async fn what_can_not_be_taken_out_of_logs_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let of = |content: &str| Provider::File(file(&folder, content, 0o600));
    is_wrong(get(&of("")).await, "fewer than 4 bytes");
    is_wrong(get(&of("abc")).await, "fewer than 4 bytes");
    is_wrong(get(&of("a  \n\t b")).await, "fewer than 4 bytes");
    is_wrong(get(&of("ab\0cdef")).await, "not a text");
    is_wrong(get(&of(&"x".repeat(SECRET_BYTES_MAX + 1))).await, "more than 16384 bytes");
    assert!(get(&of(&format!("{}\n", "x".repeat(SECRET_BYTES_MAX)))).await.is_ok());
}

#[tokio::test]
async fn a_program_prints_a_secret_and_sees_little() {
    assert_eq!(get(&exec(&["printf", "%s\n", VALUE])).await.as_deref(), Ok(VALUE));
    let looks = sh("tr '\\0' '\\n' </proc/$$/environ | sed 's/=.*//' | sort | xargs; pwd");
    assert_eq!(get(&looks).await.as_deref(), Ok("HOME LANG PATH\n/"));
    let Provider::Exec(program) = sh("printenv CARGO_PKG_NAME") else { panic!() };
    let passed = Program { pass_env: vec!["CARGO_PKG_NAME".into(), "NO_SUCH".into()], ..program };
    assert_eq!(get(&Provider::Exec(passed)).await.as_deref(), Ok("conductor-executors"));
}

#[tokio::test]
async fn a_program_that_fails_says_nothing_of_the_secret() {
    let failing = sh("echo hunter2 >&2; echo hunter2; exit 3");
    is_wrong(get(&failing).await, "ended with exit status: 3, and 8 bytes on standard error");
    is_wrong(get(&exec(&["/no/such/program"])).await, "can't run `/no/such/program`");
    is_wrong(get(&sh("head -c 100000 /dev/zero | tr '\\0' h")).await, "more than 16384 bytes");
    is_wrong(get(&sh("kill -9 $$")).await, "signal: 9");
}

#[tokio::test]
async fn a_program_has_a_time_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("sleep 300 & echo $! >{}; wait", pid.display());
    let Provider::Exec(program) = sh(&script) else { panic!() };
    let slow = Program { timeout: Duration::from_millis(700), ..program };
    let began = Instant::now();
    is_wrong(get(&Provider::Exec(slow)).await, "took longer than 0.7 s");
    assert!(began.elapsed() < Duration::from_secs(20));
    let pid = fs::read_to_string(pid).unwrap();
    let is_gone = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
    };
    while !is_gone() {
        assert!(began.elapsed() < Duration::from_secs(20), "{pid} lives on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn lease(names: &[&str], environment: &str) -> Lease {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let secrets = Placeholders::new(42, &names);
    let mark = |name: &str| secrets.to_value()[name].as_str().unwrap_or_default().to_owned();
    let env = [("A".to_owned(), format!("<{}>", mark("a")))].into();
    let with = json!({
        "url": "http://x", "headers": {"x": [mark("a")]}, "method": mark("a"),
        "body": "{conductor-secret:0000000000000000000000000000002b:a}",
    });
    Lease {
        run: conductor_protocol::id::RunId::new(1, 0),
        task: "task".into(),
        attempt: 1,
        effect: 1,
        token: 1,
        expires_at: Default::default(),
        uses: "pkg:builtin/http@1".into(),
        with: with.as_object().unwrap().clone(),
        env,
        secrets,
        timeout_ms: 60_000,
        resources: None,
        sandbox: None,
        scope: Scope { environment: environment.into(), ..Scope::default() },
        workflow: "test".into(),
        version: "1.0.0".into(),
    }
}

fn vault(path: &Path) -> Vault {
    let only = |environment: &str| SecretSetting {
        environments: vec![environment.into()],
        ..SecretSetting::new(Provider::File(path.into()))
    };
    let other = SecretSetting { tenants: vec!["other".into()], ..only("dev") };
    let missing = SecretSetting::new(Provider::Env("NO_SUCH_VARIABLE".into()));
    Vault::new(
        [("a", only("dev")), ("o", other), ("m", missing)].map(|(n, s)| (n.into(), s)).into(),
    )
}

#[tokio::test]
async fn an_attempt_gets_what_it_names_where_secrets_may_stand() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&file(&folder, VALUE, 0o600));
    let mut lease = lease(&["a"], "dev");
    let method = lease.with["method"].clone();
    vault.reveal(&lease, None).await.unwrap().fill(&mut lease);
    assert_eq!(lease.env["A"], format!("<{VALUE}>"));
    assert_eq!(lease.with["headers"]["x"][0], VALUE);
    // No place for one, and another attempt's number.
    assert_eq!(lease.with["method"], method);
    assert_eq!(lease.with["body"], "{conductor-secret:0000000000000000000000000000002b:a}");
    wipe(&mut lease.env, &mut lease.with);
    assert_eq!((lease.env["A"].as_str(), &lease.with["headers"]["x"][0]), ("", &json!("")));
}

#[tokio::test]
async fn an_attempt_does_not_get_what_is_not_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&file(&folder, VALUE, 0o600));
    let refused = async |name: &str, environment: &str| {
        let Err(problem) = vault.reveal(&lease(&[name], environment), None).await else {
            panic!("{name} was given in {environment}");
        };
        problem
    };
    assert_eq!(refused("x", "dev").await.code, Code::SecretUnknown);
    assert_eq!(refused("a", "prod").await.code, Code::SecretNotAllowed);
    assert_eq!(refused("o", "dev").await.code, Code::SecretNotAllowed);
    let missing = refused("m", "dev").await;
    assert_eq!(missing.code, Code::SecretUnavailable);
    assert_eq!(
        missing.to_string(),
        "can't get the secret `m`: the worker's environment has no variable `NO_SUCH_VARIABLE` \
         (SECRET_UNAVAILABLE)"
    );
    vault.set(SecretSettings::new());
    assert_eq!(refused("a", "dev").await.code, Code::SecretUnknown);
}

#[tokio::test]
async fn what_is_the_daemons_own_no_task_gets_and_the_daemon_does() {
    let folder = tempfile::tempdir().unwrap();
    let setting = SecretSetting {
        daemon_only: true,
        ..SecretSetting::new(Provider::File(file(&folder, VALUE, 0o600)))
    };
    let vault = Vault::new([("pin".to_owned(), setting)].into());
    let Err(problem) = vault.reveal(&lease(&["pin"], "dev"), None).await else {
        panic!("a task got it");
    };
    assert_eq!(problem.code, Code::SecretNotAllowed);
    assert!(problem.to_string().contains("the daemon's own"), "{problem}");
    vault.value("pin").await.unwrap();
}

#[tokio::test]
async fn operators_see_everything_but_values() {
    let folder = tempfile::tempdir().unwrap();
    let states = vault(&file(&folder, VALUE, 0o600)).check().await;
    let names: Vec<(&str, &str, bool)> = states
        .iter()
        .map(|state| (state.name.as_str(), state.provider.as_str(), state.problem.is_empty()))
        .collect();
    assert_eq!(names, [("a", "file", true), ("m", "env", false), ("o", "file", true)]);
    assert!(!format!("{states:?}").contains("hunter"));
}
