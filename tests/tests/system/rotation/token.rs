//! The next key is in a token behind PKCS#11, whose PIN is one of the daemon's secrets: what stands in the way
//! leaves everything as it was, and once it has taken over it signs after every start.

use std::process::Command;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use conductor_keys::chain::Chain;
use conductor_tests::skipped;

use super::*;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "80417369";
const OFFICER: &str = "19263750";
/// Asks for the PIN.
const CURIOUS: &str = "
name: curious
version: 1.0.0
tasks:
  - {id: look, uses: pkg:builtin/shell@1, secrets: [hsm_pin], env: {P: '{{ secrets.hsm_pin }}'}, with: {run: 'echo $P'}}
";

fn tool(folder: &Path, program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new(program);
    command.args(arguments).env("SOFTHSM2_CONF", folder.join("softhsm2.conf"));
    let output = command.output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// A token with a key pair in a folder; its public half as `public_key` wants it, and nothing where the
/// programs are not there.
fn token(folder: &Path) -> Option<String> {
    let tokens = folder.join("tokens");
    fs::create_dir(&tokens).unwrap();
    let config = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    fs::write(folder.join("softhsm2.conf"), config).unwrap();
    if !Path::new(MODULE).exists() {
        return None;
    }
    let label = ["--init-token", "--free", "--label", "conductor"];
    let pins = ["--so-pin", OFFICER, "--pin", PIN];
    tool(folder, "softhsm2-util", &[&label[..], &pins].concat())?;
    let there = ["--module", MODULE, "--token-label", "conductor"];
    let login = [&there[..], &["--login", "--pin", PIN]].concat();
    let pair = ["--keypairgen", "--key-type", "EC:edwards25519", "--label", "ledger-2"];
    tool(folder, "pkcs11-tool", &[&login[..], &pair].concat())?;
    let read = ["--read-object", "--type", "pubkey", "--label", "ledger-2"];
    let public = tool(folder, "pkcs11-tool", &[&there[..], &read].concat())?;
    // As PEM, or by older versions as DER: the key is at its end.
    let text = String::from_utf8_lossy(&public);
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let der =
        if text.starts_with('-') { BASE64_STANDARD.decode(body).ok()? } else { public.clone() };
    Some(BASE64_STANDARD.encode(&der[der.len().checked_sub(32)?..]))
}

fn private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Starts it again with more in its configuration.
fn restart_with(scene: &mut Stage, more: &str) {
    assert!(scene.daemon.stop().success());
    let tcp = scene.host.trim_start_matches("http://");
    let config = format!("listen = '{tcp}'\n{more}");
    scene.daemon.configure(config);
    scene.daemon.launch();
}

fn place(scene: &Stage) -> String {
    let keys = keys(scene);
    let last = keys["keys"].as_array().unwrap().last().unwrap();
    last["place"].as_str().unwrap_or_default().to_owned()
}

fn signs_on(scene: &Stage, key: &str) {
    drop(scene.owner().call(&["run", "noop", "--follow"]).exits(0));
    let last = scene.owner().json(&["status"])["ledgerSeq"].as_u64();
    until("the key in force signs what there is", || {
        let newest = scene.owner().json(&["ledger", "checkpoint"]);
        newest["verifierKey"] == *key && newest["size"].as_u64() >= last
    });
}

#[test]
fn a_key_in_a_token_takes_over_from_a_key_file_and_signs_after_a_start() {
    let mut scene = scene();
    let folder = scene.daemon.folder().to_owned();
    let Some(public) = token(&folder) else {
        return skipped("no token: apt-get install softhsm2 opensc");
    };
    let conf = folder.join("softhsm2.conf").display().to_string();
    scene.daemon.environment(vec![("SOFTHSM2_CONF", conf)]);
    let before = evidence(&scene, "before");
    let first = scene.owner().json(&["ledger", "checkpoint"])["verifierKey"].clone();
    let first = first.as_str().unwrap().to_owned();
    let pin = folder.join("hsm.pin");
    let table = |name: &str| {
        format!(
            "[secrets.hsm_pin]\nfile = '{}'\n[{name}]\nmodule = '{MODULE}'\ntoken = 'conductor'\n\
             key = 'ledger-2'\npin_secret = 'hsm_pin'\npublic_key = '{public}'\n",
            pin.display()
        )
    };

    // A PIN that is wrong: nothing is handed over, and it is said why.
    private(&pin, "00000000\n");
    restart_with(&mut scene, &table("signing.next.pkcs11"));
    rotate(&scene);
    until("it failed", || {
        keys(&scene)["failedProblem"].as_str().is_some_and(|why| why.contains("PinIncorrect"))
    });
    assert_eq!(count(&scene), 1);
    signs_on(&scene, &first);

    private(&pin, &format!("{PIN}\n"));
    rotate(&scene);
    until("the token's key is in force", || count(&scene) == 2);
    assert!(place(&scene).contains("the key `ledger-2` of the token `conductor`"));
    let data = scene.daemon.data_dir();
    assert!(!data.join("key").exists(), "the key file is put aside");
    let old = fs::read_dir(&data).unwrap().flatten().map(|entry| entry.file_name());
    assert!(old.into_iter().any(|name| name.to_string_lossy().ends_with(".old")));
    let after = evidence(&scene, "after");

    // Both keys signed the handover, and whoever has the first one follows it.
    let chain = folder.join("log-keys.json");
    let export = ["ledger", "keys", "export", "--file", chain.to_str().unwrap()];
    drop(scene.owner().call(&export).exits(0));
    let known = Chain::parse(&fs::read(&chain).unwrap()).unwrap();
    let [handover] = known.handovers() else { panic!("{known:?}") };
    let second = known.current().to_string();
    assert_eq!(handover.old.to_string(), first);
    assert_eq!(BASE64_STANDARD.encode(known.current().as_bytes()), public);
    let signatures = handover.note.lines().filter(|line| line.starts_with('\u{2014}'));
    assert_eq!(signatures.count(), 2, "{}", handover.note);
    verifies(&scene, [&before, &after], (&first, &chain));

    // After a kill, and with the table where it belongs now.
    scene.daemon.kill();
    scene.daemon.launch();
    signs_on(&scene, &second);
    restart_with(&mut scene, &table("signing.pkcs11"));
    signs_on(&scene, &second);
    assert_eq!(count(&scene), 2);
    drop(scene.owner().call(&["ledger", "verify"]).exits(0));
    is_kept_to_itself(&scene);
    assert!(scene.daemon.stop().success());
    let offline = data.display().to_string();
    drop(scene.owner().call(&["ledger", "verify", "--offline", &offline]).exits(0));
}

/// Receipts and packs of both times, and the whole log, by the first key and the chain.
fn verifies(scene: &Stage, evidence: [&[String; 2]; 2], (first, chain): (&str, &Path)) {
    let chain = chain.to_str().unwrap();
    for file in evidence.into_iter().flatten() {
        let verify = ["receipts", "verify", file, "--key", first, "--chain", chain];
        drop(scene.owner().call(&verify).exits(0));
    }
    let alone = ["receipts", "verify", &evidence[1][0], "--key", first];
    drop(scene.owner().call(&alone).exits(9));
    let log = scene.daemon.folder().join("log").display().to_string();
    until("the token's key has signed a checkpoint", || {
        scene.owner().json(&["ledger", "checkpoint"])["verifierKey"] != *first
    });
    drop(scene.owner().call(&["ledger", "export", &log]).exits(0));
    drop(scene.owner().call(&["ledger", "verify", "--folder", &log, "--key", first]).exits(0));
}

/// No task gets the PIN, and it stands nowhere.
fn is_kept_to_itself(scene: &Stage) {
    let owner = scene.owner();
    owner.publish(CURIOUS);
    let run = owner.start("curious", &[]);
    until("the run failed", || owner.show(&run)["status"] == "failed");
    let shown = owner.show(&run).to_string();
    assert!(shown.contains("SECRET_NOT_ALLOWED"), "{shown}");
    let said = [shown, scene.daemon.log(), scene.daemon.recorded()].concat();
    assert!(!said.contains(PIN), "the PIN is nowhere");
}
