//! The built-in bundle, asked from outside: its whole matrix, its scenarios, its coverage, a second
//! engine, and its way through an archive with a signature.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod candidate;
mod coverage;
mod matrix;
mod scenarios;
mod second_engine;
mod signed;
mod swap;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use conductor_policy::{
    Bundle,
    matrix::{Cell, ROLES},
    scenario::{self, Scenario},
};
use conductor_protocol::verdict::Question;

/// The built-in bundle, compiled once.
static BUILT_IN: LazyLock<Bundle> = LazyLock::new(|| Bundle::embedded().unwrap());

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The committed files: their names inside the bundle, and their text.
fn committed() -> Vec<(String, String)> {
    Bundle::from_dir(&folder("bundle")).unwrap().files().to_vec()
}

/// The committed scenarios, with the file that each is in.
fn committed_scenarios() -> Vec<(String, Scenario)> {
    let mut files: Vec<_> =
        fs::read_dir(folder("scenarios")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .flat_map(|path| {
            let name = path.file_name().unwrap().display().to_string();
            let read = scenario::read(&fs::read_to_string(path).unwrap());
            read.unwrap_or_else(|error| panic!("{name}: {error}"))
                .into_iter()
                .map(move |scenario| (name.clone(), scenario))
        })
        .collect()
}

fn question(role: &str, action: &str) -> Question {
    Cell { role, action, profile: "internal", environment: "dev", risk: "" }.question()
}

/// Every role with every action.
fn every_question() -> Vec<Question> {
    let actions = BUILT_IN.actions();
    actions.iter().flat_map(|action| ROLES.map(|role| question(role, action))).collect()
}

/// Something in a committed file, changed.
fn changed(file: &str, from: &str, to: &str) -> Vec<(String, String)> {
    let mut files = committed();
    let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
    assert!(text.contains(from), "{file} no longer holds {from}");
    *text = text.replace(from, to);
    files
}
