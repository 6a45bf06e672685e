//! The system's clock put on, and back again: what was over stays over.

use std::path::PathBuf;

use conductor_tests::skipped;

use super::{ALICE, Scene};

/// The library that tells a program another time (libfaketime); nothing where it is not installed.
fn other_time() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten();
    let library = |folder: std::fs::DirEntry| folder.path().join("faketime/libfaketimeMT.so.1");
    folders.map(library).find(|library| library.exists())
}

#[test]
fn a_clock_that_is_put_back_brings_nothing_back() {
    let Some(library) = other_time() else {
        return skipped("libfaketime is not installed (package `faketime`)");
    };
    let mut scene = Scene::set();
    let id = scene.ask("pay");
    let doctor = |scene: &Scene| {
        let checks = scene.owner().call(&["doctor", "-o", "json"]).json();
        let checks = checks.as_array().unwrap().clone();
        checks.into_iter().find(|check| check["name"] == "clock").unwrap()
    };
    assert_eq!(doctor(&scene)["status"], "ok");

    scene.daemon.kill();
    scene.daemon.environment(vec![
        ("LD_PRELOAD", library.display().to_string()),
        ("FAKETIME", "+30d".to_owned()),
        ("DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]);
    scene.daemon.launch();
    let expired = scene.shown(&id);
    assert_eq!(expired["status"], "expired", "{expired:#}");

    scene.daemon.kill();
    scene.daemon.environment(Vec::new());
    scene.daemon.launch();
    assert_eq!(scene.shown(&id)["status"], "expired");
    let refused = scene.sign_elsewhere(&id, ALICE.1).exits(7);
    drop(refused.complains_of(&["APPROVAL_OVER"]));
    let clock = doctor(&scene);
    assert_eq!(clock["status"], "warn", "{clock:#}");
    assert!(clock["message"].as_str().unwrap().contains("behind the ledger"), "{clock:#}");
    // What is asked for now has its whole time, counted from where the ledger is.
    let next = scene.ask("ship");
    let (before, after) = (scene.shown(&id), scene.shown(&next));
    assert!(before["ended"]["at"].as_str() <= after["requestedAt"].as_str(), "{after:#}");
    drop(scene.sign_elsewhere(&next, ALICE.1).exits(0));
}
