//! A key in SoftHSM2, made by OpenSC's `pkcs11-tool`: it signs, and what stands in the way is said.

#![expect(clippy::disallowed_methods, reason = "the test starts the programs that make a token")]
#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use conductor_keys::{
    note::SigningKey,
    signing::{PinGiver, PinSource, Pkcs11Key, Pkcs11Options, Ring, sign, sign_checkpoint},
};
use zeroize::Zeroizing;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// Set for the copy of this program that finds its tokens in a folder of its own.
const FOLDER: &str = "CONDUCTOR_TEST_TOKENS";

fn run(program: &str, folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.env("SOFTHSM2_CONF", folder.join("softhsm2.conf")).args(arguments);
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// A token with a key pair; false where the programs are not there.
fn made(folder: &Path) -> bool {
    fs::create_dir(folder.join("tokens")).unwrap();
    let tokens = folder.join("tokens");
    let config = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    fs::write(folder.join("softhsm2.conf"), config).unwrap();
    let token =
        ["--init-token", "--free", "--label", "conductor", "--so-pin", "1234", "--pin", "5678"];
    let pair = [
        "--module",
        MODULE,
        "--token-label",
        "conductor",
        "--login",
        "--pin",
        "5678",
        "--keypairgen",
        "--key-type",
        "EC:edwards25519",
        "--label",
        "ledger",
    ];
    run("softhsm2-util", folder, &token) && run("pkcs11-tool", folder, &pair)
}

fn options(folder: &Path, pin: &str) -> Pkcs11Options {
    let file = folder.join(format!("pin-{pin}"));
    fs::write(&file, format!("{pin}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    Pkcs11Options {
        module: MODULE.into(),
        token: "conductor".into(),
        key: "ledger".into(),
        pin: PinSource::File(file),
    }
}

/// The library reads its configuration from the environment: the rest happens in a process of its own.
#[test]
fn a_token_signs_and_its_troubles_are_told() {
    let folder = tempfile::tempdir().unwrap();
    if !Path::new(MODULE).exists() || !made(folder.path()) {
        // Said where a test may say something, captured or not.
        let said = b"skipped: no token; apt-get install softhsm2 opensc\n";
        std::io::stderr().write_all(said).unwrap();
        return;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "in_a_process_of_its_own", "--nocapture"])
        .env("SOFTHSM2_CONF", folder.path().join("softhsm2.conf"))
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
}

#[test]
fn in_a_process_of_its_own() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let check = |options: Pkcs11Options, words: &str| {
        let refused = Pkcs11Key::find("ldg_1", options).unwrap_err().to_string();
        assert!(refused.contains(words), "{refused}");
        assert!(!refused.contains("9999") && !refused.contains("5678"), "{refused}");
    };
    let good = options(folder, "5678");
    check(Pkcs11Options { pin: options(folder, "9999").pin, ..good.clone() }, "PinIncorrect");
    check(Pkcs11Options { token: "other".into(), ..good.clone() }, "no token of that label");
    check(Pkcs11Options { key: "other".into(), ..good.clone() }, "no Ed25519 key pair");
    check(Pkcs11Options { module: "/nonexistent.so".into(), ..good.clone() }, "nonexistent");
    let open = folder.join("open");
    fs::write(&open, "5678").unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    check(Pkcs11Options { pin: PinSource::File(open), ..good.clone() }, "set its mode to 0600");

    let giver = |pin: Result<&'static str, &'static str>| {
        let give = move || pin.map(|pin| Zeroizing::new(pin.to_owned())).map_err(str::to_owned);
        Pkcs11Options { pin: PinSource::Given(PinGiver::new("hsm_pin", give)), ..good.clone() }
    };
    check(giver(Err("the vault is sealed")), "`hsm_pin` with the PIN can't be had: the vault is");
    check(giver(Ok("9999")), "PinIncorrect");
    // A log that was begun with a key file goes on with the token's.
    let in_token = Pkcs11Key::find("ldg_1", giver(Ok("5678\n"))).unwrap();
    let ring = Ring::of(Arc::new(SigningKey::from_seed("ldg_1", [1; 32]).unwrap()));
    let held = ring.hold();
    let handover = held.hand_over(&in_token, 10, 0).unwrap();
    held.switch(&handover, Arc::new(in_token)).unwrap();
    drop(held);
    let first = ring.sign_checkpoint(10, &[3; 32]).unwrap();
    for span in ring.chain().spans() {
        span.key.verify_checkpoint(&first).unwrap();
    }

    let key = Pkcs11Key::find("ldg_1", good).unwrap();
    sign(&key, &[7; 100_000]).unwrap();
    let note = sign_checkpoint(&[&key], 12, &[3; 32]).unwrap();
    let verifier = conductor_keys::signing::Sign::verifier(&key);
    assert_eq!(verifier.verify_checkpoint(&note).unwrap().size, 12);
}
