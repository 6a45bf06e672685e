//! What every file owes its reader.

use std::{fs, path::Path};

/// Lines of production code in a file.
const FILE_LINES_MAX: usize = 400;

/// Text files under a folder, without what is generated or built.
fn files(folder: &Path, endings: &[&str], found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the entry is readable").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !["target", ".git", "generated", "node_modules"].contains(&name) {
                files(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(&path).expect("the file is text");
            let relative = path.strip_prefix(super::root()).unwrap_or(&path);
            found.push((relative.display().to_string(), text));
        }
    }
}

fn all(endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(&super::root(), endings, &mut found);
    found.sort();
    assert!(!found.is_empty(), "there are {endings:?} files");
    found
}

fn is_test(name: &str) -> bool {
    name.contains("/tests/") || name.starts_with("tests/") || name.ends_with("/tests.rs")
}

fn check(problems: &[String]) {
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = |(name, text): &(String, String)| {
        (!text.starts_with("//!") && !text.starts_with("#!")).then(|| name.clone())
    };
    check(&all(&[".rs"]).iter().filter_map(silent).collect::<Vec<_>>());
}

#[test]
fn no_file_is_too_long_to_be_one_thing() {
    let too_long = |(name, text): &(String, String)| {
        let production = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = production.lines().count();
        (lines > FILE_LINES_MAX && !is_test(name)).then(|| format!("{name}: {lines} lines"))
    };
    check(&all(&[".rs"]).iter().filter_map(too_long).collect::<Vec<_>>());
}

#[test]
fn nothing_is_put_off_and_no_lint_is_silenced_without_a_reason() {
    // Written in two halves, so that this file does not find itself.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[al", "low("),
        concat!("unimpl", "emented!"),
    ];
    let mut problems = Vec::new();
    for (name, text) in all(&[".rs", ".toml", ".proto", ".rego"]) {
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                problems.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    check(&problems);
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut problems = Vec::new();
    for (name, text) in all(&[".md"]) {
        let folder = super::root().join(&name).parent().map(Path::to_owned).unwrap_or_default();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            let outside = target.contains("://") || target.is_empty() || target.contains(' ');
            if !outside && !folder.join(target).exists() {
                problems.push(format!("{name}: {link}"));
            }
        }
    }
    check(&problems);
}

#[test]
fn the_changelog_keeps_its_shape() {
    let text = fs::read_to_string(super::root().join("CHANGELOG.md")).expect("there is one");
    let mut versions = text.lines().filter(|line| line.starts_with("## "));
    assert_eq!(versions.next(), Some("## [Unreleased]"));
    let headings = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
    for heading in text.lines().filter_map(|line| line.strip_prefix("### ")) {
        assert!(headings.contains(&heading), "{heading}");
    }
}
