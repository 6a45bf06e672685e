//! Bundles of policy in a running daemon: followed, refused as a whole, gone back from, signed,
//! fetched, swapped under load, and compared with what is wanted.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use conductor_policy::{Bundle, pack, signing_input};
use conductor_protocol::v1;
use conductor_tests::{Daemon, Setup};
use rustix::process::Signal;
use serde_json::Value;

const NOOP: &str = "name: noop\nversion: 1.0.0\ntasks: [{id: a, uses: pkg:builtin/noop@1}]\n";
/// How long the daemon has to see a change, on a busy machine.
const SEEN_WITHIN: Duration = Duration::from_secs(60);

/// A bundle that allows everything and says which one it is.
fn rules(letter: &str) -> String {
    format!(
        "package conductor.authz\n\nimport rego.v1\n\n\
         decision := {{\"allow\": true, \"reasons\": [\"by bundle {letter}\"], \
         \"obligations\": [], \"risk\": \"low\"}}\n"
    )
}

fn bundle(letter: &str) -> Bundle {
    Bundle::from_files(vec![("authz.rego".to_owned(), rules(letter))]).unwrap()
}

fn write(folder: &Path, text: &str) {
    fs::create_dir_all(folder).unwrap();
    // As editors do: whole or not at all.
    fs::write(folder.join(".new"), text).unwrap();
    fs::rename(folder.join(".new"), folder.join("authz.rego")).unwrap();
}

#[track_caller]
fn until(what: &str, mut seen: impl FnMut() -> bool) {
    let deadline = Instant::now() + SEEN_WITHIN;
    while !seen() {
        assert!(Instant::now() < deadline, "{what} was not seen");
        thread::sleep(Duration::from_millis(20));
    }
}

fn revision(daemon: &Daemon) -> String {
    let status = daemon.console().json(&["status"]);
    status["bundleRevision"].as_str().unwrap().to_owned()
}

fn events(daemon: &Daemon, kind: &str) -> Vec<Value> {
    events_in(daemon, "default", kind)
}

fn events_in(daemon: &Daemon, tenant: &str, kind: &str) -> Vec<Value> {
    let events = daemon.console().json(&["--tenant", tenant, "events", "tail", "--kind", kind]);
    let events = events.as_array().unwrap().iter();
    events.map(|event| event["data"]["event"]["data"].clone()).collect()
}

#[test]
fn a_broken_bundle_is_refused_with_an_alarm_and_one_can_go_back() {
    let config = "policy_dir = 'policy'\n";
    let mut daemon = Daemon::prepare(Setup { config: config.into(), ..Setup::default() });
    let folder = daemon.folder().join("policy");
    write(&folder, &rules("a"));
    daemon.launch();
    let (a, b) = (bundle("a").revision().to_string(), bundle("b").revision().to_string());
    assert_eq!(revision(&daemon), a);
    let console = daemon.console();
    console.publish(NOOP);

    write(&folder, &format!("{}\nbroken {{{{", rules("b")));
    until("the alarm", || events(&daemon, "policy.refused").len() == 1);
    assert_eq!(revision(&daemon), a, "the old one stays");
    let doctor = console.call(&["doctor"]).exits(1);
    assert!(doctor.stdout.contains("is refused"), "{}", doctor.stdout);
    drop(console.call(&["status"]).exits(0).complains_of(&["is refused and the old one goes on"]));
    // A test that fails refuses all of it, too.
    fs::write(
        folder.join("a_test.rego"),
        "package a_test\n\nimport rego.v1\n\ntest_no if 1 == 2\n",
    )
    .unwrap();
    write(&folder, &rules("b"));
    until("the failing test", || {
        let refused = events(&daemon, "policy.refused");
        refused.iter().any(|event| event["problem"].as_str().unwrap().contains("test_no"))
    });
    assert_eq!(revision(&daemon), a);

    fs::remove_file(folder.join("a_test.rego")).unwrap();
    until("the mended bundle", || revision(&daemon) == b);
    console.call(&["doctor"]);
    let quiet = console.call(&["status"]).exits(0);
    assert!(!quiet.stderr.contains("refused"), "{}", quiet.stderr);

    // One command, by the first digits; what the folder has is passed over, after a start, too.
    drop(console.call(&["policy", "rollback", &a[..20], "--reason", "b denies on-call"]).exits(0));
    assert_eq!(revision(&daemon), a);
    console.start("noop", &[]);
    let newest = console.json(&["decisions", "list", "--action", "run.start", "--limit", "1"]);
    assert_eq!(newest[0]["decision"]["reasons"][0], "by bundle a");
    daemon.signal(Signal::HUP);
    until("the reload", || daemon.log().contains("still has what was gone back from"));
    assert_eq!(revision(&daemon), a);
    daemon.stop();
    daemon.launch();
    assert_eq!(revision(&daemon), a);
    let shown = daemon.console().json(&["policy", "bundles"]);
    let causes: Vec<&str> =
        shown["bundles"].as_array().unwrap().iter().map(|b| b["cause"].as_str().unwrap()).collect();
    assert!(causes.contains(&"rolled_back"), "{causes:?}");
    drop(daemon.console().call(&["policy", "rollback", "sha256:00000000"]).exits(6));
    write(&folder, &rules("c"));
    let c = bundle("c").revision().to_string();
    until("a third bundle", || revision(&daemon) == c);
}

/// Several go back at once, and some of them don't wait for the answer: what the ledger has last is
/// what decides, and nothing is left half done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rollbacks_that_cross_or_are_given_up_leave_one_bundle() {
    const ROUNDS: u64 = 6;
    let config = "policy_dir = 'policy'\n";
    let mut daemon = Daemon::prepare(Setup { config: config.into(), ..Setup::default() });
    let folder = daemon.folder().join("policy");
    write(&folder, &rules("a"));
    daemon.launch();
    daemon.console().publish(NOOP);
    for letter in ["b", "c"] {
        write(&folder, &rules(letter));
        let wanted = bundle(letter).revision().to_string();
        until("another bundle", || revision(&daemon) == wanted);
    }
    let api = daemon.api().await;
    for round in 0..ROUNDS {
        let back = |letter: &str, patience: Duration| {
            let revision = bundle(letter).revision().to_string();
            let reason = "on-call is denied".to_owned();
            let asked = v1::RollBackRequest { revision, reason, ..Default::default() };
            let mut client = api.bundles();
            tokio::spawn(async move {
                // Whoever gives up drops the request in its middle.
                tokio::time::timeout(patience, client.roll_back(asked)).await.ok()
            })
        };
        let (hasty, patient) = (Duration::from_millis(4 * round), Duration::from_secs(60));
        let crossing =
            [back("a", hasty), back("b", patient), back("c", patient), back("a", patient)];
        for one in crossing {
            // One that comes while another is carried out may be told to ask again.
            let refused = one.await.unwrap().and_then(Result::err);
            assert!(refused.is_none_or(|refused| refused.code() == tonic::Code::Aborted));
        }
        // A change is decided: nothing of it is stale.
        api.start("noop", "{}", &format!("round-{round}")).await.unwrap();
        let shown = daemon.console().json(&["policy", "bundles"]);
        assert_eq!(shown["bundles"][0]["revision"], revision(&daemon), "{shown:#}");
    }
}

/// A server of one file that knows about ETags, on a thread of its own.
struct Shop {
    url: String,
    file: Arc<Mutex<Vec<u8>>>,
    unchanged: Arc<AtomicUsize>,
}

impl Shop {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/bundle.tar.gz", listener.local_addr().unwrap());
        let file: Arc<Mutex<Vec<u8>>> = Arc::default();
        let unchanged = Arc::new(AtomicUsize::new(0));
        let (served, counted) = (Arc::clone(&file), Arc::clone(&unchanged));
        // Ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let mut known = String::new();
                while let Some(Ok(line)) = lines.next() {
                    if let Some(etag) = line.to_lowercase().strip_prefix("if-none-match: ") {
                        known = etag.to_owned();
                    }
                    if line.is_empty() {
                        break;
                    }
                }
                let bytes = served.lock().unwrap().clone();
                let etag = format!("\"{:08x}\"", crc32fast::hash(&bytes));
                let mut stream = stream;
                let sent = if known == etag {
                    counted.fetch_add(1, Ordering::Relaxed);
                    write!(
                        stream,
                        "HTTP/1.1 304 Not Modified\r\netag: {etag}\r\nconnection: close\r\n\r\n"
                    )
                } else {
                    let head = format!(
                        "HTTP/1.1 200 OK\r\netag: {etag}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                        bytes.len()
                    );
                    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes))
                };
                sent.ok();
            }
        });
        Self { url, file, unchanged }
    }

    fn offer(&self, packed: Vec<u8>) {
        *self.file.lock().unwrap() = packed;
    }
}

fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A packed bundle with OPA's signature over it.
fn signed(folder: &Path, letter: &str, tampered: bool) -> Vec<u8> {
    let text = rules(letter);
    let files = [("authz.rego", text.as_bytes())];
    let input = signing_input("RS256", "release", files).unwrap();
    fs::write(folder.join("input"), &input).unwrap();
    let signature = openssl(folder, &["dgst", "-sha256", "-sign", "key.pem", "input"]);
    let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature));
    let signatures = serde_json::json!({"signatures": [token]}).to_string();
    let text = if tampered { text.replace("true", "true ") } else { text };
    pack([("authz.rego", text.as_bytes()), (".signatures.json", signatures.as_bytes())]).unwrap()
}

#[test]
fn a_signed_bundle_comes_over_http_and_only_as_it_was_signed() {
    let shop = Shop::open();
    let mut daemon = Daemon::prepare(Setup::default());
    let folder = daemon.folder().to_owned();
    openssl(&folder, &["genrsa", "-out", "key.pem", "2048"]);
    openssl(&folder, &["rsa", "-in", "key.pem", "-pubout", "-out", "public.pem"]);
    let config = format!(
        "[policy]\nbundle = '{}'\nkey = 'public.pem'\nkey_id = 'release'\npoll = '100ms'\n",
        shop.url
    );
    daemon.configure(config);
    shop.offer(signed(&folder, "a", false));
    daemon.launch();
    assert_eq!(revision(&daemon), **bundle("a").revision());
    let shown = daemon.console().json(&["policy", "bundles"]);
    assert_eq!(shown["bundles"][0]["signedBy"], "release");
    until("an answer that nothing changed", || shop.unchanged.load(Ordering::Relaxed) > 2);
    shop.offer(signed(&folder, "b", false));
    let b = bundle("b").revision().to_string();
    until("the second bundle", || revision(&daemon) == b);
    for wrong in [
        signed(&folder, "c", true),
        bundle("d").to_archive().unwrap(),
        b"no archive at all".to_vec(),
    ] {
        let before = events(&daemon, "policy.refused").len();
        shop.offer(wrong);
        until("the refusal", || events(&daemon, "policy.refused").len() > before);
        assert_eq!(revision(&daemon), b);
    }
    // While the shop has nothing that is good, the daemon starts with what it has.
    daemon.stop();
    daemon.launch();
    assert_eq!(revision(&daemon), b);
    shop.offer(signed(&folder, "e", false));
    let e = bundle("e").revision().to_string();
    until("a good bundle again", || revision(&daemon) == e);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_swap_under_load_drops_no_request_and_mixes_no_revisions() {
    const SWAPS: usize = 8;
    const CALLERS: usize = 8;
    let config = "policy_dir = 'policy'\n";
    let mut daemon = Daemon::prepare(Setup { config: config.into(), ..Setup::default() });
    let folder = daemon.folder().join("policy");
    write(&folder, &rules("0"));
    daemon.launch();
    daemon.console().publish(
        "name: many\nversion: 1.0.0\ntasks:\n- {id: a, uses: pkg:builtin/noop@1}\n\
         - {id: b, uses: pkg:builtin/noop@1}\n- {id: c, uses: pkg:builtin/noop@1}\n",
    );
    let over = Arc::new(AtomicBool::new(false));
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let (api, over) = (daemon.api().await, Arc::clone(&over));
        callers.push(tokio::spawn(async move {
            let mut started = 0;
            while !over.load(Ordering::Relaxed) {
                let key = format!("{caller}-{started}");
                api.start("many", "{}", &key).await.unwrap_or_else(|dropped| panic!("{dropped:?}"));
                started += 1;
            }
            started
        }));
    }
    for swap in 1..=SWAPS {
        let letter = swap.to_string();
        write(&folder, &rules(&letter));
        let wanted = bundle(&letter).revision().to_string();
        until("the swap", || revision(&daemon) == wanted);
    }
    over.store(true, Ordering::Relaxed);
    let mut started = 0;
    for caller in callers {
        started += caller.await.unwrap();
    }
    assert!(started > SWAPS * CALLERS, "{started} starts are no load");
    let by_revision: BTreeMap<String, String> = (0..=SWAPS)
        .map(|letter| {
            let letter = letter.to_string();
            (bundle(&letter).revision().to_string(), format!("by bundle {letter}"))
        })
        .collect();
    let recorded = events(&daemon, "decision.recorded");
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for decision in &recorded {
        let verdict = &decision["verdict"];
        let revision = verdict["bundleRevision"].as_str().unwrap();
        assert_eq!(verdict["reasons"][0].as_str().unwrap(), by_revision[revision], "{decision}");
        *used.entry(revision).or_default() += 1;
    }
    assert!(used.len() > SWAPS / 2, "{used:?}");
}

#[test]
fn what_is_not_as_wanted_is_an_item_until_it_is() {
    let a = bundle("a").revision().to_string();
    let other = format!("sha256:{}", "0".repeat(64));
    let config = |digest: &str| {
        format!(
            "policy_dir = 'policy'\n[policy.desired]\nbundle = '{digest}'\nprofile = 'internal'\n"
        )
    };
    let mut daemon = Daemon::prepare(Setup::default());
    let folder = daemon.folder().to_owned();
    daemon.configure(config(&other));
    write(&folder.join("policy"), &rules("a"));
    daemon.launch();
    until("the drift", || events(&daemon, "policy.drifted").len() == 1);
    let open = daemon.console().call(&["policy", "drift", "-o", "json"]).exits(1).json();
    assert_eq!((&open[0]["what"], &open[0]["desired"]), (&"bundle".into(), &other.clone().into()));
    assert_eq!(open[0]["deployed"], a.clone());
    let doctor = daemon.console().json(&["doctor"]);
    let check = doctor.as_array().unwrap().iter().find(|check| check["name"] == "policy drift");
    assert_eq!(check.unwrap()["status"], "warn");
    // It is opened once, however often it is looked at, and settled when it is as wanted.
    daemon.configure(config(&a));
    daemon.signal(Signal::HUP);
    until("the end of the drift", || events(&daemon, "policy.settled").len() == 1);
    assert_eq!(events(&daemon, "policy.drifted").len(), 1);
    drop(daemon.console().call(&["policy", "drift"]).exits(0));
    let all = daemon.console().json(&["policy", "drift", "--all"]);
    assert!(all[0]["settledAt"].is_string(), "{all}");
    // What drifts of a tenant's own is recorded in that tenant, and nowhere else.
    let console = daemon.console();
    drop(console.call(&["tenant", "create", "acme", "--profile", "saas"]).exits(0));
    daemon.signal(Signal::HUP);
    until("the drift of the tenant", || events_in(&daemon, "acme", "policy.drifted").len() == 1);
    let drift = &events_in(&daemon, "acme", "policy.drifted")[0];
    assert_eq!((&drift["what"], &drift["deployed"]), (&"profile".into(), &"saas".into()));
    assert_eq!(events(&daemon, "policy.drifted").len(), 1);
}
