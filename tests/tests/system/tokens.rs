//! Programs with tokens, against the real daemon: services, and scripts with a token of their own.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use conductor_tests::{Answer, Authority, Console, Daemon, Fleet, Setup, Wanted, binaries};

use crate::worker::Worker;

const OTHER: &str = "
name: other
version: 1.0.0
tasks:
  - {id: a, uses: pkg:builtin/noop@1}
";

/// A script that looks at its own run, tries more than it may, and gives its token away.
const LOOKS: &str = r#"
name: looks
version: 1.0.0
tasks:
  - id: look
    uses: pkg:builtin/shell@1
    with:
      run: |
        "CONDUCTOR" runs show "$CONDUCTOR_RUN_ID" >shown && echo "shows: $?"
        "CONDUCTOR" whoami | grep -e principal -e "acts for"
        "CONDUCTOR" run other; echo "other: $?"
        "CONDUCTOR" runs list >listed; echo "list: $?"
        echo "token: $CONDUCTOR_TOKEN"
        printf %s "$CONDUCTOR_TOKEN" >"FOLDER/kept"
        chmod 644 "FOLDER/kept"
  - id: start
    needs: [look]
    uses: pkg:builtin/shell@1
    scopes: [run.start/other]
    with:
      run: |
        "CONDUCTOR" run other; echo "other: $?"
        "CONDUCTOR" run looks; echo "looks: $?"
"#;

/// A caller with that token.
fn by_token(console: &Console, token: &str, arguments: &[&str]) -> Answer {
    let output = console.command(arguments).env("CONDUCTOR_TOKEN", token).output().unwrap();
    Answer::of(arguments.join(" "), &output)
}

fn looks(folder: &Path) -> String {
    let conductor = binaries().conductor.display().to_string();
    let folder = folder.display().to_string();
    LOOKS.replace("\"CONDUCTOR\"", &format!("\"{conductor}\"")).replace("FOLDER", &folder)
}

/// Every file below a folder that holds some text.
fn holding(folder: &Path, text: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            holding(&entry.path(), text, found);
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(entry.path().display().to_string());
            }
        }
    }
}

#[test]
fn a_script_has_a_token_of_its_own_that_dies_with_it() {
    let daemon = Daemon::start();
    let owner = daemon.owner();
    let folder = tempfile::tempdir().unwrap();
    owner.publish(OTHER);
    owner.publish(&looks(folder.path()));
    let run = owner.json(&["run", "looks", "--follow"])["runId"].as_str().unwrap().to_owned();
    let log = |task: &str| {
        let Answer { stdout, stderr, .. } = owner.call(&["runs", "logs", &run, task]).exits(0);
        format!("{stdout}{stderr}")
    };
    let look = log("look");
    for said in ["shows: 0", "other: 3", "list: 3", "token: [redacted:CONDUCTOR_TOKEN]"] {
        assert!(look.contains(said), "no `{said}` in\n{look}");
    }
    assert!(look.contains(&format!("task:{run}/look")) && look.contains("uid:"), "{look}");
    assert!(look.contains("TOKEN_SCOPE"), "{look}");
    // What its manifest lists it may, and nothing beside that.
    let start = log("start");
    assert!(start.contains("other: 0") && start.contains("looks: 3"), "{start}");
    // It was given away, and is worth nothing by now.
    let token = fs::read_to_string(folder.path().join("kept")).unwrap();
    assert!(token.starts_with("ctt_") && token.len() == 76, "{}", token.len());
    let refused = by_token(&owner, &token, &["runs", "show", &run]).exits(3);
    drop(refused.complains_of(&["TOKEN_REFUSED", "ends with the attempt"]));
    let mut found = Vec::new();
    holding(&daemon.data_dir(), &token, &mut found);
    assert!(!daemon.recorded().contains(&token));
    assert!(found.is_empty(), "{found:?}");
    assert!(!daemon.log().contains(&token));
}

/// The same where another process does the work, which is given the token with the lease.
#[test]
fn a_script_of_a_worker_elsewhere_has_one_too() {
    let config = "[worker]\ncapacity = 0\n".to_owned();
    let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
    let owner = daemon.owner();
    let folder = tempfile::tempdir().unwrap();
    owner.publish(OTHER);
    owner.publish(&looks(folder.path()));
    let _worker = Worker::start(&daemon);
    let run = owner.json(&["run", "looks", "--follow"])["runId"].as_str().unwrap().to_owned();
    let look = owner.call(&["runs", "logs", &run, "look"]).exits(0).stdout;
    for said in ["shows: 0", "other: 3", "token: [redacted:CONDUCTOR_TOKEN]"] {
        assert!(look.contains(said), "no `{said}` in\n{look}");
    }
    let token = fs::read_to_string(folder.path().join("kept")).unwrap();
    let refused = by_token(&owner, &token, &["runs", "show", &run]).exits(3);
    drop(refused.complains_of(&["TOKEN_REFUSED", "ends with the attempt"]));
    let mut found = Vec::new();
    holding(daemon.folder(), &token, &mut found);
    assert!(found.is_empty(), "{found:?}");
}

/// A script on a host that looks at its own run, over TLS, and gives its token away.
const LOOKS_FROM_A_HOST: &str = r#"
name: looks
version: 1.0.0
tasks:
  - id: look
    uses: pkg:builtin/ssh@1
    with:
      host: web-1
      run: |
        echo "on $CONDUCTOR_HOST"
        "CONDUCTOR" runs show "$CONDUCTOR_RUN_ID" >"FOLDER/shown"; echo "shows: $?"
        "CONDUCTOR" run other; echo "other: $?"
        echo "token: $CONDUCTOR_TOKEN"
        printf %s "$CONDUCTOR_TOKEN" >"FOLDER/kept"
  - id: start
    needs: [look]
    uses: pkg:builtin/ssh@1
    scopes: [run.start/other]
    with: {host: web-1, run: '"CONDUCTOR" run other; echo "other: $?"'}
"#;

/// On a host there is one where it is said how the daemon is reached from there, and only there.
#[test]
fn a_script_on_a_host_has_one_where_hosts_reach_the_daemon() {
    let Some(fleet) = Fleet::start(&["web-1"]) else { return };
    let authority = Authority::make("authority");
    let server = authority.issue("server", Wanted::of("/CN=conductord", "DNS:localhost"));
    let (certificate, key) = (server.certificate.display(), server.key.display());
    let ca = authority.certificate().display().to_string();
    let tls = format!(
        "listen = '127.0.0.1:0'\n[tls]\ncertificate = '{certificate}'\nkey = '{key}'\nclient_ca = '{ca}'\n"
    );
    let reached = format!("daemon = 'https://localhost'\ndaemon_ca = '{ca}'\n");
    for reached in [reached.as_str(), ""] {
        let config = format!("{tls}{}{reached}", fleet.settings());
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let owner = daemon.owner();
        let folder = tempfile::tempdir().unwrap();
        let conductor = binaries().conductor.display().to_string();
        let manifest = LOOKS_FROM_A_HOST.replace("CONDUCTOR\"", &format!("{conductor}\""));
        owner.publish(OTHER);
        owner.publish(&manifest.replace("FOLDER", &folder.path().display().to_string()));
        let run = owner.json(&["run", "looks", "--follow"])["runId"].as_str().unwrap().to_owned();
        let log = |task: &str| {
            let Answer { stdout, stderr, .. } = owner.call(&["runs", "logs", &run, task]).exits(0);
            format!("{stdout}{stderr}")
        };
        let (look, start) = (log("look"), log("start"));
        let token = fs::read_to_string(folder.path().join("kept")).unwrap();
        if reached.is_empty() {
            assert!(token.is_empty() && look.contains("on web-1\n"), "{look}");
            assert!(!look.contains("shows: 0") && !start.contains("other: 0"), "{look}{start}");
            continue;
        }
        for said in ["on web-1", "shows: 0", "other: 3", "token: [redacted:CONDUCTOR_TOKEN]"] {
            assert!(look.contains(said), "no `{said}` in\n{look}");
        }
        assert!(look.contains("TOKEN_SCOPE") && start.contains("other: 0"), "{look}{start}");
        assert!(fs::read_to_string(folder.path().join("shown")).unwrap().contains(&run));
        // It was given away, and is worth nothing by now.
        let refused = by_token(&owner, &token, &["runs", "show", &run]).exits(3);
        drop(refused.complains_of(&["TOKEN_REFUSED", "ends with the attempt"]));
        let mut found = Vec::new();
        holding(&daemon.data_dir(), &token, &mut found);
        assert!(!daemon.recorded().contains(&token));
        assert!(found.is_empty(), "{found:?}");
        assert!(!daemon.log().contains(&token));
    }
}

#[test]
fn a_token_of_a_service_is_written_once_and_does_what_it_is_for() {
    let mut daemon = Daemon::start();
    let owner = daemon.owner();
    owner.publish(OTHER);
    owner.publish(&OTHER.replace("name: other", "name: another"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deploy.token");
    let create = |more: &[&str]| {
        let words = ["tokens", "create", "--service", "deploy", "--scope", "run.start/other"];
        owner.call(&[&words[..], &["--scope", "run.read"], more].concat())
    };
    drop(owner.call(&["grants", "add", "service:deploy", "operator"]).exits(0));
    let told = create(&["--expires", "2d", "--file", file.to_str().unwrap()]).exits(0);
    assert!(told.stderr.contains("service:deploy is good until"), "{told:?}");
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    let token = fs::read_to_string(&file).unwrap();
    assert!(!format!("{}{}", told.stdout, told.stderr).contains(&token));
    drop(create(&["--file", file.to_str().unwrap()]).exits(7));
    let me = by_token(&owner, &token, &["whoami"]).exits(0);
    for said in ["service:deploy", "token ", "tok_", "run.start/other"] {
        assert!(me.stdout.contains(said), "no `{said}` in {me:?}");
    }
    assert!(me.stderr.contains("expires within 2 days"), "{me:?}");
    drop(by_token(&owner, &token, &["run", "other"]).exits(0));
    let refused = by_token(&owner, &token, &["run", "another"]).exits(3);
    drop(refused.complains_of(&["TOKEN_SCOPE", "token_scope"]));
    // A crash takes nothing away, and a revocation all.
    daemon.kill();
    daemon.launch();
    drop(by_token(&owner, &token, &["runs", "list"]).exits(0));
    let listed = owner.json(&["tokens", "list"]);
    assert_eq!(
        (&listed[0]["state"], &listed[0]["principal"]),
        (&"active".into(), &"service:deploy".into())
    );
    let id = listed[0]["tokenId"].as_str().unwrap();
    drop(owner.call(&["tokens", "revoke", id, "--reason", "lost"]).exits(0));
    drop(by_token(&owner, &token, &["runs", "list"]).exits(3).complains_of(&["TOKEN_REFUSED"]));
    let cut = by_token(&owner, &token[..50], &["runs", "list"]).exits(3);
    drop(cut.complains_of(&["checksum"]));
    assert!(!daemon.log().contains(&token));
    let mut found = Vec::new();
    holding(&daemon.data_dir(), &token, &mut found);
    assert!(!daemon.recorded().contains(&token));
    assert!(found.is_empty(), "{found:?}");
}
