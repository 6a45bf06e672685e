//! What was recorded is played to the same screen, and has no secret in it.

use std::path::Path;

use super::{Home, Player, Problem, Recorder, Setting};
use crate::{
    app::{
        effect::Effect,
        msg::{Taped, What},
        tests::{Console, answers, arrived, text_of},
    },
    theme::Depth,
};

/// Where whoever records is at home.
const HOME: &str = "/home/carol";

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
fn a_session_that_went_to_another_daemon_plays_without_one() {
    let mut console = Console::recorded((120, 40));
    console.connect();
    console.command("@prod runs list --status failed");
    console.send(What::Reached(Ok(arrived("prod", "prod"))));
    answers(&mut console);
    console.press("j Enter");
    let screen = console.text();
    assert!(screen.contains("PROD") && screen.contains("of-prod"), "{screen}");
    let file = String::from_utf8(console.recorder.take().unwrap().into_inner()).unwrap();
    let mut player = read(&file, Depth::True).unwrap();
    player.finish();
    assert_eq!(text_of(&player.model), screen);
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
        Self::begin(Vec::new(), setting, &Home::of(Some(Path::new(HOME)))).unwrap()
    }
}

/// Begins to record a console that has been used for a while.
fn begin(console: &mut Console) {
    let mut setting = Setting::now(&console.model, console.setting.at, &<_>::default());
    setting.counts.0 += 1;
    drop(crate::app::place::afresh(&mut console.model));
    console.recorder = Some(Recorder::for_tests(&setting));
    console.send(What::Recording(Taped::Begun("session.jsonl".to_owned())));
    console.connect();
}

#[test]
fn a_recording_that_begins_later_plays_by_itself() {
    for before in [&["j j", "Enter"][..], &["3", "j"], &["7", "k", "?"], &["0"]] {
        let mut console = Console::live((120, 40));
        for keys in before {
            console.press(keys);
        }
        begin(&mut console);
        let begun = console.text();
        for keys in ["j", "Enter", "Tab", "5", "j"] {
            console.press(keys);
            let ask = console.pass(jiff::SignedDuration::from_millis(200));
            console.answer(ask);
        }
        let screen = console.text();
        assert!(begun.contains(" rec "), "{begun}");
        let file = console.recorder.take().unwrap().into_inner();
        let mut player = read(&String::from_utf8(file).unwrap(), Depth::True).unwrap();
        player.finish();
        assert_eq!(text_of(&player.model), screen, "{before:?}");
        player.again();
        player.finish();
        assert_eq!(text_of(&player.model), screen, "{before:?}, again");
    }
}

#[test]
fn a_command_with_a_secret_is_masked_and_plays_on() {
    let mut console = Console::recorded((120, 40));
    console.connect();
    console.press(":");
    console.write("run restart-payments service=payments password=hunter2");
    console.press("Enter Esc :");
    console.write("runs token=");
    console.write("hunter3");
    console.press("Esc :");
    console.write("theme");
    console.press("Enter");
    console.press("5");
    let places = console.model.screen().places();
    let file = console.recorder.take().unwrap().into_inner();
    let file = String::from_utf8(file).unwrap();
    let typed = |word: &str| {
        let keys = word.chars().map(|c| format!(r#""key":"{c}""#)).collect::<Vec<_>>();
        let lines: Vec<&str> = file.lines().collect();
        lines.windows(keys.len()).any(|some| some.iter().zip(&keys).all(|(l, k)| l.contains(k)))
    };
    assert!(!file.contains("hunter") && !typed("hunter"), "{file}");
    assert!(file.contains("service=payments password=*******"), "{file}");
    assert!(typed("theme"), "what is harmless is written down key by key");
    let mut player = read(&file, Depth::True).unwrap();
    player.finish();
    assert!(player.model.layers.is_empty());
    assert_eq!(player.model.screen().places(), places);
}

#[test]
fn colon_record_names_its_file_and_never_two() {
    let mut console = Console::live((120, 40));
    let line = |console: &mut Console, text: &str| {
        console.press(":");
        console.write(text);
        console.press("Enter").pop()
    };
    let made_up = Effect::Record(Some("conductor-session-20261121T140322Z.jsonl".into()));
    assert_eq!(line(&mut console, "record"), Some(made_up));
    let named = line(&mut console, "record /tmp/a.jsonl");
    assert_eq!(named, Some(Effect::Record(Some("/tmp/a.jsonl".into()))));
    line(&mut console, "record stop");
    assert!(console.text().contains("nothing is being recorded"), "{}", console.text());
    console.send(What::Recording(Taped::Begun("a.jsonl".to_owned())));
    line(&mut console, "record b.jsonl");
    assert!(console.text().contains("recorded in a.jsonl already"), "{}", console.text());
    assert_eq!(line(&mut console, "record stop"), Some(Effect::Record(None)));
    console.send(What::Recording(Taped::Ended("a.jsonl".to_owned())));
    assert!(console.text().contains("conductor replay a.jsonl"), "{}", console.text());
    assert!(!console.text().contains(" rec "), "{}", console.text());
}

/// The settings and the keys that the console has say where it lies, and it can be typed.
#[test]
fn nobody_s_home_is_in_a_recording() {
    let mut console = Console::live((120, 40));
    let paths = vec![("config".to_owned(), format!("{HOME}/.config/conductor/config.toml"))];
    console.model.shared.told.paths = paths;
    console.model.shared.told.file = Some(Path::new(HOME).join(".config/conductor/config.toml"));
    begin(&mut console);
    console.press(":");
    console.write(&format!("edit {HOME}/x.rego"));
    console.press("Esc , Tab");
    console.send(What::Exported(Ok(format!("{HOME}/settings.json"))));
    console.send(What::Exported(Err(format!("write {HOME}/b: no"))));
    let file = String::from_utf8(console.recorder.take().unwrap().into_inner()).unwrap();
    assert!(!file.contains(HOME) && !file.contains("carol/"), "{file}");
    let keys: Vec<_> = file.lines().filter_map(|line| line.split(r#""key":""#).nth(1)).collect();
    let keys: String = keys.iter().filter_map(|key| key.split('"').next()).collect();
    assert!(!keys.contains(HOME), "{keys}");
    assert!(file.contains("~/.config/conductor/config.toml"), "{file}");
    let mut player = read(&file, Depth::True).unwrap();
    player.finish();
    assert!(text_of(&player.model).contains("~/settings.json"), "{}", text_of(&player.model));
}
