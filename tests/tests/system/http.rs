//! HTTP against the real daemon, by tools that are not ours: `curl` and `jq` carry out every example of
//! the documentation as it stands there, one validator reads the description, and another asks what
//! comes to its mind.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use conductor_tests::{Daemon, Setup, root, skipped, until};

use crate::{walk::free_address, workflows};

/// Who comes through the open listener.
const PRINCIPAL: &str = "service:ci";
/// What the examples' ids stand for: those that were answered before.
const IDS: [(&str, &str); 6] = [
    ("run-abc123", "BOUND_RUN"),
    ("{run_id}", "BOUND_RUN"),
    ("pack-xyz789", "BOUND_PACK"),
    ("art-1", "BOUND_ART_1"),
    ("art-2", "BOUND_ART_2"),
    ("art-3", "BOUND_ART_3"),
];
/// Remembers what was answered last, and the ids that come by.
const PRELUDE: &str = r#"
set -euo pipefail
ARTS=0
curl() {
  command curl -sS --max-time 30 "$@" > "$LAST"
  cat "$LAST"
  local id
  id=$(jq -r 'if type == "object" then .id // "" else "" end' "$LAST")
  case "$id" in
    run_*) BOUND_RUN=${BOUND_RUN:-$id} ;;
    dsc_*) BOUND_PACK=${BOUND_PACK:-$id} ;;
    art_*) case " ${SEEN:-} " in *" $id "*) ;; *)
      ARTS=$((ARTS + 1)); declare -g "BOUND_ART_$ARTS=$id"; SEEN="${SEEN:-} $id" ;;
    esac ;;
  esac
}
holds() {
  jq -e "$1" "$LAST" > /dev/null || { echo "does not hold: $1"; cat "$LAST"; exit 1; }
}
"#;

/// A daemon with a listener that is open to a service which is an operator.
fn open_daemon(more: &str) -> (Daemon, String) {
    let address = free_address();
    let config = format!("{more}[http.open]\nlisten = '{address}'\nprincipal = '{PRINCIPAL}'\n");
    let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
    drop(daemon.owner().call(&["grants", "add", PRINCIPAL, "operator"]).exits(0));
    (daemon, address)
}

/// The examples of a document as one script.
fn script(document: &str, address: &str) -> String {
    let mut script = PRELUDE.to_owned();
    let mut inside = false;
    for line in document.lines() {
        match line.trim() {
            "```bash" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            line_of_comment if line_of_comment.starts_with("# holds: ") => {
                let filter = line_of_comment.trim_start_matches("# holds: ");
                script.extend(["holds '", filter, "'\n"]);
            }
            _ => {
                script.push_str(line);
                script.push('\n');
            }
        }
    }
    bound(&script.replace("localhost:8001", address))
}

/// The same with what stands for an id in place of the example's: outside of single quotes a variable,
/// inside of them one that the quotes are left for.
fn bound(script: &str) -> String {
    let (head, examples) = script.split_at(PRELUDE.len());
    let (mut bound, mut quoted, mut rest) = (head.to_owned(), false, examples);
    while let Some(letter) = rest.chars().next() {
        if let Some((name, variable)) = IDS.iter().find(|(name, _)| rest.starts_with(name)) {
            let value = format!("${{{variable}}}");
            let (before, after) = if quoted { ("'\"", "\"'") } else { ("", "") };
            bound.extend([before, &value, after]);
            rest = &rest[name.len()..];
            continue;
        }
        let in_comment = letter == '#' && bound.ends_with('\n') && !quoted;
        if in_comment {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        quoted ^= letter == '\'';
        bound.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    bound
}

fn bash(script: &str, folder: &Path) -> Output {
    let file = folder.join("examples.sh");
    fs::write(&file, script).unwrap();
    let mut bash = Command::new("bash");
    bash.arg(&file).env("LAST", folder.join("last.json")).stdin(Stdio::null());
    bash.output().unwrap()
}

fn is_installed(program: &str) -> bool {
    let tried = Command::new(program).arg("--version").stdout(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

#[test]
fn every_example_of_the_documentation_does_what_it_says() {
    if !is_installed("curl") || !is_installed("jq") {
        skipped("curl and jq are not installed");
        return;
    }
    let (daemon, address) = open_daemon("");
    let document = fs::read_to_string(root().join("docs/TRACKED-RUNS.md")).unwrap();
    let script = script(&document, &address);
    let examples = document.matches("\ncurl ").count() + document.matches("$(curl ").count();
    assert!(examples >= 15, "only {examples} examples were found");
    let output = bash(&script, daemon.folder());
    let (told, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}\n{told}\n{errors}");
    let doctor = daemon.owner().call(&["doctor"]);
    assert!(doctor.stdout.contains("open listener"), "{doctor:?}");
}

/// Fetches a file with `curl`; the status, where an answer came.
fn fetched(daemon: &Daemon, path: &str, file: &Path, more: &[&str]) -> String {
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--max-time", "30", "-w", "%{http_code}", "--unix-socket"]);
    curl.arg(daemon.socket()).arg("-o").arg(file).args(more);
    let output = curl.arg(format!("http://localhost{path}")).output().unwrap();
    assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_pack_that_curl_fetched_is_listed_by_tar_and_holds_without_the_daemon() {
    if ["curl", "tar"].iter().any(|program| !is_installed(program)) {
        skipped("curl and tar are not installed");
        return;
    }
    let mut daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::NOOP);
    let run = console.start("noop", &[]);
    let path = format!("/api/conductor/v1/executions/{run}");
    let file = |name: &str| console.home.join(name);
    let (receipt, pack, tag) = (file("receipt.json"), file("pack.tgz"), file("pack.etag"));
    until("the run has its receipt", || {
        fetched(&daemon, &format!("{path}/receipt"), &receipt, &[]) == "200"
    });
    let key = console.json(&["receipts", "show", &run]);
    let key = key["verifierKey"].as_str().unwrap().to_owned();
    let (path, tag) = (format!("{path}/disclosure.tgz"), tag.to_str().unwrap());
    assert_eq!(fetched(&daemon, &path, &pack, &["--etag-save", tag]), "200");
    // Who has it is not sent it again; what our console exports is the same file.
    let again = fetched(&daemon, &path, &file("again.tgz"), &["--etag-compare", tag]);
    assert_eq!(again, "304");
    let exported = file("exported.tgz");
    let words = ["runs", "export", &run, "-O", exported.to_str().unwrap()];
    drop(console.call(&words).exits(0));
    assert!(fs::read(&exported).unwrap() == fs::read(&pack).unwrap());
    daemon.kill();

    let listed = Command::new("tar").arg("-tzf").arg(&pack).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for part in ["README.md", "run.json", "decisions.json", "key.pem"] {
        assert!(listed.lines().any(|name| name.ends_with(part)), "{part}: {listed}");
    }
    for fetched in [&receipt, &pack] {
        let words = ["receipts", "verify", fetched.to_str().unwrap(), "--key", &key];
        drop(console.call(&words).exits(0));
    }
}

#[test]
fn nobody_opens_a_listener_to_others() {
    let config = format!("[http.open]\nlisten = '0.0.0.0:0'\nprincipal = '{PRINCIPAL}'\n");
    let daemon = Daemon::prepare(Setup { config, ..Setup::default() });
    let refused = daemon.call(&[]);
    drop(refused.exits(8).complains_of(&["[http.open]", "reached from elsewhere", "127.0.0.1"]));
}

/// A program of Python's, where its package is installed.
fn python_tool(module: &str, program: &str) -> Option<PathBuf> {
    let installed = root().join("target").join(module).join("bin").join(program);
    [installed, program.into()].into_iter().find(|tool| {
        let mut tried = Command::new(tool);
        let quiet = tried.arg("--help").stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    })
}

#[test]
fn the_description_is_openapi() {
    let Some(validator) = python_tool("openapi_spec_validator", "openapi-spec-validator") else {
        skipped("openapi-spec-validator is not installed");
        return;
    };
    let document = root().join("docs/openapi.json");
    let output = Command::new(validator).arg(document).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.contains("OK"), "{told}");
}

/// By all recommended rules of the linter that most people have, and no exception.
#[test]
fn the_description_has_nothing_that_a_linter_would_change() {
    let folder = root().join("target/redocly");
    let linter = folder.join("node_modules/@redocly/cli/bin/cli.js");
    if !linter.is_file() {
        skipped("@redocly/cli is not installed: cargo xtask test installs it into target/redocly");
        return;
    }
    let output = Command::new("node")
        .arg(linter)
        .args(["lint", "--extends", "recommended-strict"])
        .arg(root().join("docs/openapi.json"))
        // It asks nobody for anything.
        .envs([("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&told));
}

/// Whatever is asked: no crash, and no answer that the description does not have.
#[test]
fn what_comes_to_a_strangers_mind_is_answered_as_described() {
    let Some(tool) = python_tool("schemathesis", "schemathesis") else {
        skipped("schemathesis is not installed");
        return;
    };
    let (mut daemon, address) = open_daemon(
        "[rates]\nstart = 0\nchange = 0\nstop = 0\nadminister = 0\napprove = 0\nask = 0\ntry = 0\n\
         registry = 0\nread = 0\nother = 0\ntenant_start = 0\ntenant = 0\n",
    );
    daemon
        .owner()
        .publish("name: noop\nversion: 1.0.0\ntasks:\n  - {id: a, uses: pkg:builtin/noop@1}\n");
    let url = format!("http://{address}");
    let output = Command::new(tool)
        .arg("run")
        .arg(format!("{url}/api/conductor/v1/openapi.json"))
        .args(["--url", &url, "--max-examples", "15", "--seed", "7", "--workers", "1"])
        .args(["--phases", "examples,coverage,fuzzing", "--no-color"])
        // A stream has no end that could be waited for.
        .args(["--exclude-path-regex", "/events$"])
        .args([
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,\
             response_headers_conformance,response_schema_conformance,unsupported_method",
        ])
        .current_dir(daemon.folder())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", daemon.log());
    assert!(daemon.lives(), "it crashed: {}", daemon.log());
    drop(daemon.owner().call(&["status"]).exits(0));
}
