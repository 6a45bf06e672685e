//! The folder `docs/console/`: each screen as text and as picture, drawn from the real buffer, and a
//! page that shows them all.

use std::{fmt::Write as _, fs, path::PathBuf};

use super::{
    STAGES,
    dress::{colour, light},
    stage::{Stage, State},
    svg::svg,
};
use crate::{
    app::tests::{Console, text},
    widget::conflict_drawn,
};

/// The window of the pictures.
const SIZE: (u16, u16) = (120, 36);

/// What is said of conflicts.
const CONFLICT: &str = "Two nodes wrote to one value without knowing of each other: what was there \
    before, what each made of it, and how that came about.";
/// A part of the console that no key leads to.
const CONFLICT_ROW: &str = "Nothing brings conflicts to the console yet, so that no screen opens it. \
    Keys in it: `h` and `l` take a side of a field, `L` and `R` one side of all, `e` writes a value by \
    hand, `z` puts it off, `Enter` decides.\n\n\
    ![Conflict](conflict.svg)\n\n[As text](conflict.txt)\n";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/console")
}

/// The name of a stage as a heading.
fn heading(stage: &Stage) -> String {
    let mut letters = stage.name.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str()).replace('-', " ")
}

/// The keys that lead there, as one would say them.
fn keys(stage: &Stage) -> String {
    let keys = stage.way.split(' ').filter(|key| !key.is_empty());
    let said = keys.map(|key| match key.strip_prefix('=') {
        Some(text) if !text.is_empty() => format!("“{}”", text.replace('_', " ").trim()),
        _ => format!("`{key}`"),
    });
    said.collect::<Vec<_>>().join(" ")
}

fn row(stage: &Stage, console: &Console) -> String {
    let name = stage.name;
    let mut text = format!("\n## {}\n\n{}", heading(stage), stage.says);
    match keys(stage) {
        keys if keys.is_empty() => text.push_str(" The console begins here."),
        keys => drop(write!(text, " Keys: {keys}.")),
    }
    if !stage.is_layer {
        let _ = write!(text, " The same from a shell: `{}`.", console.model.screen().twin());
    }
    let _ = write!(text, "\n\n![{}]({name}.svg)\n\n[As text]({name}.txt)\n", heading(stage));
    if stage.name == "runs" {
        text.push_str("\nThe same in the light theme:\n\n![Runs, light](runs-light.svg)\n");
    }
    if stage.name == "run" {
        text.push_str("\nWith `w` it has the whole window:\n\n![A run, wide](run-wide.svg)\n");
    }
    text
}

/// Every file of the folder by its name.
fn files() -> Vec<(String, String)> {
    let mut page = "# The console in pictures\n\n\
        Drawn by a test from what the console really draws, in a window of 120 columns and 36 rows, \
        with a daemon of a few lines behind it. What each looks like when there is nothing, while it is \
        read, when the link is lost, when policy says no and when something went wrong is in \
        [`conductor-tui/tests/screens/states/`](../../conductor-tui/tests/screens/states/), at 80×24, \
        120×40 and 40×12, without colours and in ASCII. After a change of a screen: \
        `CONDUCTOR_REGENERATE=1 cargo test -p conductor-tui --lib matrix::docs`.\n"
        .to_owned();
    let mut files = Vec::new();
    for stage in STAGES.iter().filter(|stage| !stage.says.is_empty()) {
        let console = stage.open(State::Full, SIZE, colour());
        let title = format!("{}: {}", heading(stage), stage.says);
        files.push((format!("{}.txt", stage.name), console.text()));
        files.push((format!("{}.svg", stage.name), svg(&console.draw(), &title)));
        if stage.name == "runs" {
            let console = stage.open(State::Full, SIZE, light());
            files.push(("runs-light.svg".into(), svg(&console.draw(), &title)));
        }
        if stage.name == "run" {
            let mut console = stage.open(State::Full, SIZE, colour());
            console.press("w");
            files.push(("run-wide.svg".into(), svg(&console.draw(), &title)));
        }
        page.push_str(&row(stage, &console));
    }
    let conflict = conflict_drawn(SIZE, &colour());
    files.push(("conflict.txt".into(), text(&conflict)));
    files.push(("conflict.svg".into(), svg(&conflict, &format!("Conflict: {CONFLICT}"))));
    let _ = write!(page, "\n## Conflict\n\n{CONFLICT} {CONFLICT_ROW}");
    files.push(("README.md".into(), page));
    files
}

#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn regenerates() -> bool {
    std::env::var_os("CONDUCTOR_REGENERATE").is_some()
}

/// `CONDUCTOR_REGENERATE=1` writes them anew.
#[test]
fn the_folder_shows_the_screens_as_they_are() {
    let folder = folder();
    let files = files();
    let names: Vec<&String> = files.iter().map(|(name, _)| name).collect();
    if regenerates() {
        fs::create_dir_all(&folder).unwrap();
        for entry in fs::read_dir(&folder).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (name, text) in &files {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(&&name), "docs/console/{name} belongs to no screen");
    }
    for (name, text) in &files {
        let kept = fs::read_to_string(folder.join(name)).unwrap_or_default();
        let mend = "CONDUCTOR_REGENERATE=1 cargo test -p conductor-tui --lib matrix::docs";
        assert!(kept == *text, "docs/console/{name} is not what is drawn; mend it with:\n{mend}");
    }
}
