//! Bundles of policy in a running daemon: followed, refused as a whole, gone back from, signed,
//! fetched, swapped under load, and compared with what is wanted.

mod shops;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use conductor_policy::Bundle;
use conductor_protocol::v1;
use conductor_tests::{Answer, Daemon, Setup};
use rustix::process::Signal;
use serde_json::Value;

use self::shops::{Shop, TlsShop, make_issuer, make_key, signed};

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

#[test]
fn a_signed_bundle_comes_over_http_and_only_as_it_was_signed() {
    let shop = Shop::open();
    let mut daemon = Daemon::prepare(Setup::default());
    let folder = daemon.folder().to_owned();
    make_key(&folder, "release");
    daemon.configure(shop.config("release"));
    shop.offer(signed(&folder, "release", "a", false));
    daemon.launch();
    assert_eq!(revision(&daemon), **bundle("a").revision());
    let shown = daemon.console().json(&["policy", "bundles"]);
    assert_eq!(shown["bundles"][0]["signedBy"], "release");
    until("an answer that nothing changed", || shop.unchanged.load(Ordering::Relaxed) > 2);
    shop.offer(signed(&folder, "release", "b", false));
    let b = bundle("b").revision().to_string();
    until("the second bundle", || revision(&daemon) == b);
    for wrong in [
        signed(&folder, "release", "c", true),
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
    shop.offer(signed(&folder, "release", "e", false));
    let e = bundle("e").revision().to_string();
    until("a good bundle again", || revision(&daemon) == e);
}

/// Whether the newest bundle of the source is refused now.
fn is_refused(daemon: &Daemon) -> bool {
    daemon.console().json(&["policy", "bundles"])["refused"].is_object()
}

fn roll_back(daemon: &Daemon, revision: &str) -> Answer {
    daemon.console().call(&["policy", "rollback", revision, "--reason", "on-call is denied"])
}

#[test]
fn what_is_kept_is_checked_by_the_key_of_today() {
    let shop = Shop::open();
    let mut daemon = Daemon::start();
    let folder = daemon.folder().to_owned();
    let built_in = revision(&daemon);
    let (a, b) = (bundle("a").revision().to_string(), bundle("b").revision().to_string());
    for key in ["first", "second"] {
        make_key(&folder, key);
    }
    daemon.stop();
    daemon.configure(shop.config("first"));
    shop.offer(signed(&folder, "first", "a", false));
    daemon.launch();
    assert_eq!(revision(&daemon), a);
    shop.offer(signed(&folder, "first", "b", false));
    until("the second bundle", || revision(&daemon) == b);

    // The key is another one from here on, and the bundle that decides is signed with it anew.
    shop.offer(signed(&folder, "second", "b", false));
    until("the refusal of the new key", || is_refused(&daemon));
    daemon.configure(shop.config("second"));
    daemon.signal(Signal::HUP);
    until("the new key", || !is_refused(&daemon));
    assert_eq!(revision(&daemon), b);
    let not_signed = "the key that is configured now did not sign it as it is";
    let told = roll_back(&daemon, &a).exits(8);
    drop(told.complains_of(&[
        &a,
        not_signed,
        "key `first`",
        "deploy it anew, signed with the key",
    ]));
    assert_eq!(revision(&daemon), b);

    // A source that has nothing good: what decided last is used by the key of today, too.
    shop.offer(b"no archive at all".to_vec());
    daemon.stop();
    daemon.launch();
    assert_eq!(revision(&daemon), b);
    daemon.stop();
    daemon.configure(shop.config("first"));
    let refused = daemon.command(&[]).output().unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success(), "{told}");
    for part in ["unpack it", &b, "can't be used either", not_signed, "key `second`"] {
        assert!(told.contains(part), "{part}: {told}");
    }

    // With the first key the first bundle is good again.
    shop.offer(signed(&folder, "first", "b", false));
    daemon.launch();
    drop(roll_back(&daemon, &a).exits(0));
    assert_eq!(revision(&daemon), a);
    let shown = daemon.console().json(&["policy", "bundles"]);
    assert_eq!(shown["bundles"][0]["signedBy"], "first");

    // What was gone back to is nothing to the second key: at a start the source's decides, and that
    // is on record. The one of the program needs no key.
    daemon.stop();
    daemon.configure(shop.config("second"));
    shop.offer(signed(&folder, "second", "b", false));
    daemon.launch();
    assert_eq!(revision(&daemon), b);
    let refused = events(&daemon, "policy.refused");
    let told = refused.last().unwrap()["problem"].as_str().unwrap();
    assert!(told.contains(&a) && told.contains("can't be gone back to any more"), "{told}");
    drop(roll_back(&daemon, &built_in).exits(0));
    assert_eq!(revision(&daemon), built_in);

    // As earlier versions kept it: it can be gone back to while nobody has to sign anything.
    let kept = folder.join(format!("data/policy/{}.tar.gz", a.strip_prefix("sha256:").unwrap()));
    fs::write(kept, bundle("a").to_archive().unwrap()).unwrap();
    let told = roll_back(&daemon, &a).exits(8);
    drop(told.complains_of(&[not_signed, "there is no .signatures.json in it"]));
    daemon.configure(format!("[policy]\nbundle = '{}'\npoll = '100ms'\n", shop.url));
    daemon.signal(Signal::HUP);
    until("a configuration without a key", || roll_back(&daemon, &a).code == Some(0));
    assert_eq!(revision(&daemon), a);
}

#[test]
fn a_packed_file_is_followed_as_it_is_replaced() {
    let mut daemon = Daemon::prepare(Setup::default());
    let folder = daemon.folder().to_owned();
    // Made beside it and put in its place: whoever looks sees the one or the other.
    let deploy = |letter: &str| {
        fs::write(folder.join("policy.tar.gz.new"), bundle(letter).to_archive().unwrap()).unwrap();
        fs::rename(folder.join("policy.tar.gz.new"), folder.join("policy.tar.gz")).unwrap();
    };
    daemon.configure("[policy]\nbundle = 'policy.tar.gz'\n");
    deploy("a");
    daemon.launch();
    assert_eq!(revision(&daemon), **bundle("a").revision());
    daemon.console().publish(NOOP);
    for letter in ["b", "c"] {
        deploy(letter);
        let wanted = bundle(letter).revision().to_string();
        until("the file that was put in its place", || revision(&daemon) == wanted);
    }
    daemon.console().start("noop", &[]);
    let newest =
        daemon.console().json(&["decisions", "list", "--action", "run.start", "--limit", "1"]);
    assert_eq!(newest[0]["decision"]["reasons"][0], "by bundle c");
    // Half a file is none.
    let whole = bundle("d").to_archive().unwrap();
    fs::write(folder.join("half"), &whole[..whole.len() / 2]).unwrap();
    fs::rename(folder.join("half"), folder.join("policy.tar.gz")).unwrap();
    until("the alarm", || is_refused(&daemon));
    assert_eq!(revision(&daemon), **bundle("c").revision());
    deploy("e");
    let wanted = bundle("e").revision().to_string();
    until("a whole file again", || revision(&daemon) == wanted);
    assert!(!is_refused(&daemon));
}

#[test]
fn a_bundle_comes_over_https_from_whom_the_system_trusts_alone() {
    let shelves = tempfile::tempdir().unwrap();
    let (known, unknown) = (shelves.path().join("known"), shelves.path().join("unknown"));
    for folder in [&known, &unknown] {
        fs::create_dir(folder).unwrap();
        make_issuer(folder, "issuer");
    }
    let offer = |folder: &Path, letter: &str| {
        fs::write(folder.join("new"), bundle(letter).to_archive().unwrap()).unwrap();
        fs::rename(folder.join("new"), folder.join("bundle.tar.gz")).unwrap();
    };
    offer(&known, "a");
    offer(&unknown, "x");
    let (shop, stranger) = (TlsShop::open(&known, "issuer"), TlsShop::open(&unknown, "issuer"));
    let trusted = known.join("issuer.ca.pem").display().to_string();
    let environment = vec![("SSL_CERT_FILE", trusted)];
    let mut daemon =
        Daemon::start_with(Setup { config: shop.config(), environment, ..Setup::default() });
    assert_eq!(revision(&daemon), **bundle("a").revision());
    offer(&known, "b");
    let b = bundle("b").revision().to_string();
    until("the second bundle", || revision(&daemon) == b);

    daemon.configure(stranger.config());
    daemon.signal(Signal::HUP);
    until("the alarm", || is_refused(&daemon));
    let refused = events(&daemon, "policy.refused");
    let problem = refused.last().unwrap()["problem"].as_str().unwrap();
    assert!(problem.contains("certificate"), "{problem}");
    assert_eq!(revision(&daemon), b, "the old one stays");
    drop(daemon.console().call(&["doctor"]).exits(1));

    offer(&known, "c");
    daemon.configure(shop.config());
    daemon.signal(Signal::HUP);
    let c = bundle("c").revision().to_string();
    until("whom the system trusts", || revision(&daemon) == c);
    assert!(!is_refused(&daemon));
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
