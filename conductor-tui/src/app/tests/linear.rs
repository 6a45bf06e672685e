//! The console in lines: keys in, what is told out.

use conductor_protocol::v1::{RunStatus, WatchRunsResponse};
use jiff::SignedDuration;

use super::{
    Console,
    approvals::{Desk, locked_key},
    daemon, looks,
    pictures::compare,
};
use crate::{
    app::{
        Caption, Effect, FeedId, FeedNews, Level,
        linear::{LINEAR_SIZE, Linear, Output},
        msg::What,
        recording::Player,
        tour::Tour,
    },
    screen::Tab,
    theme::Depth,
};

/// A console, and somebody who listens to it.
struct Listener {
    console: Console,
    linear: Linear,
    output: Output,
    heard: String,
}

impl Listener {
    fn new(environment: &str) -> Self {
        let console = Console::with(LINEAR_SIZE, looks("mono", false), environment);
        let (linear, output) = (Linear::default(), Output::default());
        let mut listener = Self { console, linear, output, heard: String::new() };
        listener.listen();
        listener
    }

    fn live(environment: &str) -> Self {
        let mut listener = Self::new(environment);
        listener.console.connect();
        listener.listen();
        listener
    }

    /// What is told now; empty where nothing is.
    fn listen(&mut self) -> String {
        let (lines, input) = self.linear.tell(&self.console.model);
        let bytes = self.output.write(&lines, &input);
        let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        assert!(!text.contains('\u{1b}'), "{text:?}");
        self.heard.push_str(&text);
        text
    }

    /// Presses keys as a person does: what is told after each, and after its answer.
    fn press(&mut self, keys: &str) -> String {
        let mut all = String::new();
        for key in keys.split(' ') {
            self.heard.extend(["\n    [", key, "]\n"]);
            let effects = self.console.send(What::Key(daemon::key(key)));
            self.linear.noticed(true, &effects, self.console.model.shared.now);
            if effects.contains(&Effect::Redraw) {
                self.linear.forget();
            }
            self.console.answer(effects);
            all.push_str(&self.listen());
        }
        all
    }

    fn write(&mut self, text: &str) -> String {
        let mut all = String::new();
        for c in text.chars() {
            let effects = self.console.send(What::Key(crossterm::event::KeyCode::Char(c).into()));
            self.linear.noticed(true, &effects, self.console.model.shared.now);
            self.console.answer(effects);
            all.push_str(&self.listen());
        }
        all
    }

    /// Time goes on, and what is answered.
    fn pass(&mut self, seconds: i64) -> String {
        let effects = self.console.pass(SignedDuration::from_secs(seconds));
        self.console.answer(effects);
        self.listen()
    }
}

#[test]
fn every_screen_says_where_it_is_and_what_is_chosen() {
    for tab in Tab::ALL {
        let mut listener = Listener::live("dev");
        listener.heard.clear();
        let key = listener.console.model.keymap.keys(tab.action())[0].to_string();
        listener.press(&key);
        listener.pass(1);
        listener.press("j j k Enter");
        listener.pass(1);
        listener.press("Tab j");
        let name = listener.console.model.screens.get(*tab).title().to_lowercase();
        compare(&format!("plain-{name}"), &listener.heard);
    }
}

#[test]
fn the_start_the_link_and_everything_again() {
    let mut listener = Listener::new("prod");
    listener.console.connect();
    listener.listen();
    listener.console.disconnect();
    listener.listen();
    listener.press("c ^l");
    listener.console.connect();
    listener.listen();
    listener.press("q");
    compare("plain-start", &listener.heard);
}

#[test]
fn what_lies_over_the_screen_is_told_and_typed_into() {
    let mut listener = Listener::live("prod");
    listener.heard.clear();
    listener.press("?");
    listener.press("Esc c");
    listener.write("dis");
    listener.press("Backspace Esc /");
    listener.write("status:bogus");
    listener.press("Enter Esc :");
    listener.write("ru");
    listener.press("Tab Tab Esc ^p");
    listener.write("led");
    listener.press("Down Esc !");
    listener.press("j Esc");
    compare("plain-layers", &listener.heard);
}

#[test]
fn a_form_says_its_fields_and_what_is_wrong() {
    let mut listener = Listener::live("dev");
    listener.press("3");
    listener.heard.clear();
    listener.press("j j s Enter Tab Tab");
    listener.write("x");
    listener.press("Enter Enter Enter Enter Enter");
    listener.press("Esc Esc");
    compare("plain-form", &listener.heard);
}

#[test]
fn nothing_is_told_twice_and_time_tells_nothing() {
    let mut listener = Listener::live("dev");
    listener.press("j");
    assert_eq!(listener.listen(), "");
    assert_eq!(listener.pass(3), "");
    assert_eq!(listener.pass(40), "");
    assert!(listener.press("j").starts_with("run "), "{}", listener.heard);
}

#[test]
fn news_interrupt_nobody_but_for_what_failed() {
    let mut listener = Listener::live("dev");
    listener.press("j j");
    listener.pass(20);
    let now = listener.console.model.shared.now;
    let mut newer = daemon::summary(0, now);
    (newer.run_id, newer.status) = ("run_01jd1".into(), RunStatus::Running as i32);
    let tell = |listener: &mut Listener, run| {
        let runs = vec![run];
        let news = WatchRunsResponse { seq: 91, runs, total: 41, ..WatchRunsResponse::default() };
        listener.console.send(What::Feed(FeedId(1), FeedNews::Runs(news)));
        listener.listen()
    };
    assert_eq!(tell(&mut listener, newer.clone()), "");
    newer.status = RunStatus::Failed as i32;
    let failed = format!("attention: run {} failed\n", newer.workflow);
    assert_eq!(tell(&mut listener, newer.clone()), failed);
    assert_eq!(tell(&mut listener, newer), "", "it is known");
    let now = listener.console.model.shared.now;
    listener.console.model.shared.messages.say(now, Level::Error, "no disk", "df tells more");
    assert_eq!(listener.listen(), "error: no disk; df tells more\n");
    assert_eq!(listener.listen(), "");
}

#[test]
fn what_is_hidden_is_not_told() {
    let mut listener = Listener::new("prod");
    let now = listener.console.model.shared.now;
    listener.console.daemon.desk = Desk::full(now);
    listener.console.daemon.desk.keys.choices = vec![locked_key()];
    listener.console.connect();
    listener.listen();
    listener.press("2");
    listener.pass(1);
    listener.heard.clear();
    listener.press("j");
    listener.pass(1);
    listener.press("k");
    listener.pass(1);
    // Nothing is signed that was not read.
    listener.press("a");
    listener.pass(1);
    listener.press("a");
    listener.write("restart-payments");
    listener.press("Enter Enter");
    assert!(listener.heard.contains("passphrase of "), "{}", listener.heard);
    assert_eq!(listener.write("correct horse"), "");
    compare("plain-approve", &listener.heard);
}

#[test]
fn chords_a_paused_view_and_saved_views_are_told_in_lines() {
    let mut listener = Listener::live("dev");
    listener.pass(20);
    listener.heard.clear();
    listener.press("g");
    listener.pass(1);
    listener.press("Esc P");
    let now = listener.console.model.shared.now;
    let newer = conductor_protocol::v1::RunSummary {
        run_id: "run_01jd1".into(),
        ..daemon::summary(0, now)
    };
    let runs = vec![newer];
    let news = WatchRunsResponse { seq: 91, runs, total: 41, ..WatchRunsResponse::default() };
    listener.console.send(What::Feed(FeedId(1), FeedNews::Runs(news)));
    listener.listen();
    listener.press("^l P \" a :");
    listener.write("views");
    listener.press("Enter d d Esc '");
    listener.pass(1);
    compare("plain-held", &listener.heard);
}

/// What somebody hears of something that is played.
fn told(linear: &mut Linear, output: &mut Output, player: &mut Player) -> String {
    if let Some(effects) = player.take_typed() {
        linear.noticed(true, &effects, player.model.shared.now);
    }
    let (lines, input) = linear.tell(&player.model);
    let text = String::from_utf8(output.write(&lines, &input)).unwrap().replace("\r\n", "\n");
    assert!(!text.contains('\u{1b}'), "{text:?}");
    text
}

#[test]
fn the_tour_is_told_page_by_page() {
    let grammar = crate::input::grammar::tests::grammar;
    let mut tour = Tour::new(LINEAR_SIZE, Depth::Mono, grammar).unwrap();
    let (mut linear, mut output) = (Linear::default(), Output::default());
    let mut heard = String::new();
    loop {
        tour.finish_page();
        let caption = tour.player.model.caption.as_ref().map(Caption::told).unwrap();
        let page = told(&mut linear, &mut output, &mut tour.player);
        assert!(!page.trim().is_empty(), "{caption}");
        heard.extend(["\n", &caption, "\n", &page]);
        if !tour.turn() {
            break;
        }
    }
    compare("plain-tour", &heard);
}

#[test]
fn a_recording_is_told_as_its_session_would_have_been() {
    let mut console = Console::recorded((120, 40));
    console.connect();
    for keys in ["j j", "Enter", "Tab", "Esc", "3", "j", "?"] {
        console.press(keys);
        let asked = console.pass(SignedDuration::from_millis(200));
        console.answer(asked);
    }
    let file = console.recorder.take().unwrap().into_inner();
    let file = String::from_utf8(file).unwrap();
    let grammar = crate::input::grammar::tests::grammar;
    let mut player = Player::read(("session", &file), Depth::Mono, grammar).unwrap();
    player.resize(LINEAR_SIZE.0, LINEAR_SIZE.1);
    let (mut linear, mut output) = (Linear::default(), Output::default());
    let mut heard = told(&mut linear, &mut output, &mut player);
    while player.step() {
        heard.push_str(&told(&mut linear, &mut output, &mut player));
    }
    compare("plain-replay", &heard);
}
