//! What was recorded is played to the same screen, and has no secret in it.

use super::{Player, Problem, Recorder, Setting};
use crate::{
    app::tests::{Console, text_of},
    theme::Depth,
};

fn read(text: &str, depth: Depth) -> Result<Player, Problem> {
    Player::read(("session", text), depth, crate::input::grammar::tests::grammar)
}

/// Records a session of keys, and gives its last screen and the file.
fn recorded(keys: &[&str]) -> (String, String) {
    let mut console = Console::recorded((120, 40));
    console.connect();
    for keys in keys {
        console.press(keys);
        let ask = console.pass(jiff::SignedDuration::from_millis(200));
        console.answer(ask);
    }
    let screen = console.text();
    let file = console.recorder.take().unwrap().into_inner();
    (screen, String::from_utf8(file).unwrap())
}

#[test]
fn what_was_recorded_is_played_to_the_same_screen() {
    for keys in [&["j j", "Enter", "Tab"][..], &["3", "j", "5", "7"], &["^p", "Esc", "?"]] {
        let (screen, file) = recorded(keys);
        let mut player = read(&file, Depth::True).unwrap();
        assert!(player.length() > jiff::SignedDuration::ZERO);
        player.finish();
        assert_eq!(text_of(&player.model), screen, "{keys:?}");
    }
}

#[test]
fn every_prefix_of_a_recording_plays() {
    let (_, file) = recorded(&["j", "Enter", "3", "7"]);
    let lines: Vec<&str> = file.lines().collect();
    for count in 1..=lines.len() {
        let mut player = read(&lines[..count].join("\n"), Depth::Mono).unwrap();
        player.finish();
        text_of(&player.model);
    }
    // Killed in the middle of a line.
    let cut = &file[..file.len() - 9];
    assert!(read(cut, Depth::True).is_ok());
}

#[test]
fn what_is_no_recording_is_refused_with_its_line() {
    let line = |text: &str| match read(text, Depth::True) {
        Err(Problem::Line { line, reason, .. }) => (line, reason),
        other => panic!("{other:?}"),
    };
    assert_eq!(line("").0, 1);
    assert!(line("hello\n").1.contains("no recording"), "{:?}", line("hello\n"));
    let (_, file) = recorded(&["j"]);
    assert!(
        line(&file.replace("\"conductorRecording\":1", "\"conductorRecording\":2"))
            .1
            .contains("form 2")
    );
    let mut lines: Vec<&str> = file.lines().collect();
    lines[2] = "{\"ms\":1}";
    assert_eq!(line(&lines.join("\n")).0, 3);
}

#[test]
fn the_setting_is_read_as_it_was_written() {
    let console = Console::recorded((80, 24));
    let setting = console.setting;
    let text = serde_json::to_string(&setting).unwrap();
    assert_eq!(serde_json::from_str::<Setting>(&text).unwrap(), setting);
}

// Kept here so that the recorder is used as the loop uses it.
impl Recorder<Vec<u8>> {
    pub(crate) fn for_tests(setting: &Setting) -> Self {
        Self::begin(Vec::new(), setting).unwrap()
    }
}
