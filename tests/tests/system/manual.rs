//! The manual pages: written from the console's own words, and without fault for mandoc.

use std::{fs, path::PathBuf, process::Command};

use conductor_tests::{binaries, root, skipped};

#[test]
fn the_console_s_pages_are_what_the_console_says_of_itself() {
    for page in ["conductor.1", "conductor-keymap.5", "conductor-theme.5"] {
        let said = Command::new(&binaries().conductor).args(["man", page]).output().unwrap();
        assert!(said.status.success(), "{said:?}");
        let committed = fs::read_to_string(root().join("man").join(page)).unwrap_or_default();
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(said == committed, "man/{page} is out of date: `cargo xtask man` writes it anew");
    }
}

#[test]
fn mandoc_finds_no_fault() {
    let lint = Command::new("mandoc").args(["-T", "lint", "-W", "warning"]).args(pages()).output();
    let Ok(lint) = lint else {
        skipped("mandoc is not installed: apt-get install mandoc");
        return;
    };
    assert!(lint.status.success(), "{}", String::from_utf8_lossy(&lint.stdout));
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<_> =
        fs::read_dir(root().join("man")).unwrap().map(|page| page.unwrap().path()).collect();
    // A second name is only a line that leads to the page, where pages are installed.
    pages.retain(|page| !fs::read_to_string(page).unwrap().starts_with(".so "));
    pages.sort();
    assert!(pages.len() >= 4, "{pages:?}");
    pages
}
