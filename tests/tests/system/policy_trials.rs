//! Policy tried out from the command line, with and without a daemon.

use std::{
    fs,
    io::Write as _,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use conductor_policy::trial::job::{Answer, JOB_BYTES_MAX, Job, Told, Work};
use conductor_protocol::{v1, verdict::Question};
use conductor_tests::{Api, Console, Daemon, binaries, root};
use prost::Message as _;
use rustix::process::Signal;
use serde_json::Value;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::workflows;

/// A copy of the built-in bundle in which nobody starts what is called `noop`.
fn not_noop(folder: &Path) -> String {
    let to = folder.join("candidate");
    copy(&root().join("policy/bundle"), &to);
    let authz = to.join("authz/authz.rego");
    let rule = "
problems contains {
	\"rule\": \"authz.not_noop\",
	\"what\": \"`noop` is not started any more\",
	\"change\": \"start another\",
} if {
	input.action == \"run.start\"
	input.resource.id == \"noop\"
}
";
    fs::write(&authz, fs::read_to_string(&authz).unwrap() + rule).unwrap();
    to.display().to_string()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// The answer of an `eval`, and that it exits as it says.
fn eval(console: &Console, words: &[&str]) -> Value {
    let line = [&["-o", "json", "policy", "eval"][..], words].concat();
    let answered = console.call(&line);
    let answer = answered.json()["answer"].clone();
    let expected = if answer["allow"] == true { 0 } else { 3 };
    assert_eq!(answered.code, Some(expected), "{answered:?}");
    answer
}

const AUTHOR_IN_SAAS: [&str; 9] = [
    "run.start",
    "--role",
    "workflow_author",
    "--risk",
    "high",
    "--profile",
    "saas",
    "--env",
    "prod",
];

#[test]
fn whether_an_author_may_start_what_is_risky_in_production_is_one_question() {
    let daemon = Daemon::start();
    let console = daemon.owner();
    let answer = eval(&console, &AUTHOR_IN_SAAS);
    assert_eq!(answer["allow"], false, "{answer:#}");
    assert!(!answer["reasons"].as_array().unwrap().is_empty());
    assert!(answer["rules"].as_array().unwrap().iter().any(|rule| rule["line"].as_u64() > Some(0)));
    let asked = [&AUTHOR_IN_SAAS[..], &["--daemon"]].concat();
    let by_daemon = eval(&console, &asked);
    for field in ["allow", "reasons", "rules", "risk", "obligations", "bundleRevision"] {
        assert_eq!(by_daemon[field], answer[field], "{field}");
    }
    let words = [&["policy", "explain"][..], &AUTHOR_IN_SAAS].concat();
    let explained = console.call(&words).exits(3);
    for part in ["workflow_author", "what would change it", ".rego:", "run.start"] {
        assert!(explained.stdout.contains(part), "{part}: {}", explained.stdout);
    }
    let started = eval(&console, &["run.start", "--role", "operator"]);
    assert_eq!(started["allow"], true, "{started:#}");
    drop(console.call(&["policy", "eval"]).exits(2));
    drop(console.call(&["policy", "eval", "run.start", "--risk", "huge"]).exits(2));
}

#[test]
fn it_is_asked_without_a_daemon_and_without_a_place_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = Daemon::prepare(conductor_tests::Setup::default());
    let console = nobody.console();
    assert_eq!(eval(&console, &AUTHOR_IN_SAAS)["allow"], false);
    let asked = [&["policy", "eval"][..], &AUTHOR_IN_SAAS, &["--daemon"]].concat();
    drop(console.call(&asked).exits(5));
    let candidate = not_noop(folder.path());
    let scenario = folder.path().join("s.yaml");
    let text = "scenarios:\n- {name: it starts, who: {roles: [operator]}, \
                what: {action: run.start, id: noop}, expect: allow}\n";
    fs::write(&scenario, text).unwrap();
    let scenario = scenario.to_str().unwrap();
    drop(console.call(&["policy", "test", scenario]).exits(0));
    let failed = console.call(&["policy", "test", scenario, "--bundle", &candidate]).exits(1);
    assert!(failed.stdout.contains("it starts") && failed.stdout.contains("policy says deny"));
    let covered = console.call(&["policy", "coverage", scenario, "--min", "10"]).exits(0);
    assert!(covered.stdout.contains("authz/authz.rego"), "{}", covered.stdout);
    drop(console.call(&["policy", "coverage", scenario, "--no-tests", "--min", "100"]).exits(1));
    let own = root().join("policy/bundle").display().to_string();
    drop(console.call(&["policy", "diff", &own, scenario]).exits(0));
    let differ = ["-o", "json", "policy", "diff", &candidate, scenario, "--no-matrix"];
    let differ = console.call(&differ).exits(1).json();
    assert_eq!((&differ["asked"], &differ["differ"]), (&1.into(), &1.into()), "{differ:#}");
    assert_eq!(differ["differences"][0]["change"], "denied");
    assert_eq!(differ["files"][0]["file"], "authz/authz.rego");

    let broken = folder.path().join("candidate/authz/authz.rego");
    fs::write(&broken, "package conductor.authz\nx if {").unwrap();
    drop(console.call(&["policy", "diff", &candidate]).exits(8).complains_of(&["authz.rego"]));
    drop(console.call(&["policy", "diff", "/nowhere"]).exits(6));
}

#[test]
fn what_was_decided_is_replayed_against_a_bundle_that_is_to_come() {
    let daemon = Daemon::start();
    let console = daemon.owner();
    console.publish(workflows::NOOP);
    for _ in 0..3 {
        console.start("noop", &[]);
    }
    let candidate = not_noop(daemon.folder());
    let replayed = console.call(&["-o", "json", "policy", "replay", &candidate]).exits(1).json();
    let flips = replayed["flips"].as_array().unwrap();
    assert_eq!((flips.len(), &replayed["summary"]["flipped"]), (3, &3.into()), "{replayed:#}");
    assert!(flips.iter().all(|flip| flip["resource"] == "noop" && flip["change"] == "denied"));
    let whom = &replayed["summary"]["principals"][0];
    assert_eq!(whom["count"], 3);
    let table = console.call(&["policy", "replay", &candidate]).exits(1);
    assert!(table.stdout.contains("not started any more"), "{}", table.stdout);
    assert!(table.stdout.contains(whom["principal"].as_str().unwrap()), "{}", table.stdout);
    let own = root().join("policy/bundle").display().to_string();
    let same = console.call(&["-o", "json", "policy", "replay", &own]).exits(0).json();
    assert_eq!(same["summary"]["flipped"], 0, "{same:#}");
    // It is still the daemon's own bundle that decides.
    console.start("noop", &[]);
}

/// A bundle that allows everything once it has found out that something is so.
fn candidate(condition: &str, rules: &str) -> v1::PolicyBundle {
    let text = format!(
        "package conductor.authz\n\nimport rego.v1\n\n\
         decision := {{\"allow\": {condition}, \"reasons\": [], \"obligations\": [], \
         \"risk\": \"low\"}}\n\n{rules}"
    );
    v1::PolicyBundle { files: vec![v1::PolicyFile { name: "authz.rego".into(), text }] }
}

/// A text that is doubled so often, rule by rule.
fn doubling(times: usize) -> v1::PolicyBundle {
    let rules: String = (1..=times)
        .map(|step| format!("s{step} := concat(\"\", [s{0}, s{0}])\n", step - 1))
        .collect();
    candidate(&format!("count(s{times}) > 0"), &format!("s0 := \"x\"\n{rules}"))
}

fn asking(candidate: Option<v1::PolicyBundle>) -> v1::EvalPolicyRequest {
    let question_json = serde_json::to_string(&Question::default()).unwrap();
    v1::EvalPolicyRequest { candidate, question_json, ..Default::default() }
}

async fn allows(api: &Api, candidate: Option<v1::PolicyBundle>) -> Result<bool, Status> {
    let told = api.policy().eval(asking(candidate)).await?.into_inner();
    Ok(told.answer.unwrap().allow)
}

/// The most that a process ever held, in KiB.
fn peak_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_that_takes_all_memory_is_refused_and_the_daemon_holds_none_of_it() {
    /// What the daemon may need for the requests, the processes and their answers.
    const GROWTH_KIB_MAX: u64 = 64 * 1024;
    let daemon = Daemon::start();
    let api = daemon.api().await;
    assert!(allows(&api, Some(doubling(4))).await.unwrap());
    let before = peak_kib(daemon.pid());
    for _ in 0..2 {
        let refused = allows(&api, Some(doubling(40))).await.unwrap_err();
        let details = refused.get_error_details();
        assert_eq!(details.error_info().unwrap().reason, "POLICY_INVALID", "{refused:?}");
        let (said, hint) = (refused.message(), &details.error_info().unwrap().metadata["hint"]);
        assert!(said.contains("the candidate needed more than 1024 MiB"), "{said}");
        assert!(hint.contains("larger and larger"), "{hint}");
    }
    let grown = peak_kib(daemon.pid()) - before;
    assert!(grown < GROWTH_KIB_MAX, "the daemon grew by {grown} KiB");
    assert!(allows(&api, Some(doubling(4))).await.unwrap());
    assert!(!allows(&api, None).await.unwrap(), "an empty question is denied");
    daemon.console().publish(workflows::NOOP);
    daemon.console().start("noop", &[]);
}

/// The process that the daemon has for a trial, given a job by a shell that bounds it first.
fn tried_in_a_process(shell: &str, job: &[u8]) -> Output {
    let mut process = Command::new("sh")
        .args(["-c", &format!("{shell}; exec \"$0\" try-bundle")])
        .arg(&binaries().conductord)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that ends early reads none of it.
    process.stdin.take().unwrap().write_all(job).ok();
    process.wait_with_output().unwrap()
}

/// What a process answered and complained of, as text.
fn said(ended: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().take(500).collect::<String>();
    format!("{}: {} {}", ended.status, text(&ended.stdout), text(&ended.stderr))
}

#[test]
fn the_process_of_a_trial_is_bounded_by_itself() {
    let job = |candidate| Job { work: Some(Work::Eval(asking(Some(candidate)))) }.encode_to_vec();
    let well = tried_in_a_process("true", &job(doubling(4)));
    assert!(well.status.success(), "{}", said(&well));
    let Some(Told::Eval(told)) = Answer::decode(&well.stdout[..]).unwrap().told else {
        panic!("{}", said(&well));
    };
    assert!(told.answer.unwrap().allow);

    // A test of its own that looks at a thousand millions of triples, within a second of a processor.
    let letters = (0..1_000).map(|number| number.to_string()).collect::<Vec<_>>().join(",\n");
    let mut hangs = candidate("true", &format!("many := [{letters}]\n"));
    let text = "package conductor.authz_test\n\nimport rego.v1\n\nimport data.conductor.authz.many\n\n\
                test_x if count([1 | some a in many; some b in many; some c in many; a + b + c < 0]) == 0\n";
    hangs.files.push(v1::PolicyFile { name: "authz_test.rego".into(), text: text.into() });
    let ended = tried_in_a_process("ulimit -S -t 1", &job(hangs));
    assert_eq!(ended.status.signal(), Some(Signal::XCPU.as_raw()), "{}", said(&ended));

    // What is left to it of memory is what it had, where that was less.
    let ended = tried_in_a_process("ulimit -S -v 400000", &job(doubling(40)));
    assert_eq!(ended.status.signal(), Some(Signal::ABORT.as_raw()), "{}", said(&ended));

    let no_job = tried_in_a_process("true", b"what is this?");
    assert_eq!((no_job.status.code(), no_job.stdout.len()), (Some(1), 0), "{}", said(&no_job));
    let long = tried_in_a_process("true", &vec![0; JOB_BYTES_MAX + 1]);
    assert_eq!((long.status.code(), long.stdout.len()), (Some(7), 0), "{}", said(&long));
}
