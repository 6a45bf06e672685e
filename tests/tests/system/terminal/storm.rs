//! A terminal whose size never stays, while a log streams.

use std::fs;

use conductor_tests::{Daemon, Dice};

use super::{SMALL, screen::Screen};

/// As many changes of size, and every which one is waited for: those between come in bursts.
const SIZES: usize = 200;
const WAIT_EVERY: usize = 3;
/// What is too small, too flat, too thin, and large.
const EXTREMES: [(u16, u16); 8] =
    [(1, 1), (2, 1), (1, 200), (39, 11), (40, 12), (250, 70), (3, 2), (80, 1)];
const SEED: u64 = 20_261_123;

/// Lines until a file is there.
pub(super) const STREAM: &str = r#"
name: stream
version: 1.0.0
inputs: {type: object, required: [folder], properties: {folder: {type: string}}}
tasks:
  - id: speak
    uses: pkg:builtin/shell@1
    with:
      run: |
        cd {{ inputs.folder | sh }}
        n=0
        while [ ! -e stop ]; do
          seq -f "line %.0f of the stream" $n $((n + 499))
          n=$((n + 500))
          sleep 0.05
        done
        echo "the last of $n"
"#;

/// A daemon with a run that streams until [`still`].
pub(super) fn streaming() -> Daemon {
    let daemon = Daemon::start();
    daemon.console().publish(STREAM);
    let folder = daemon.folder().join("stream");
    fs::create_dir(&folder).unwrap();
    daemon.console().start("stream", &[&format!("folder={}", folder.display())]);
    daemon
}

pub(super) fn still(daemon: &Daemon) {
    fs::write(daemon.folder().join("stream/stop"), "").unwrap();
}

/// Opens the whole log of the run.
pub(super) fn at_the_log(daemon: &Daemon, size: (u16, u16)) -> Screen {
    let mut screen = Screen::open(&daemon.console(), size);
    screen.enter_console();
    screen.shows(&["live", "stream"]);
    screen.types("\rL");
    screen.shows(&["Logs", "of the stream"]);
    screen
}

#[test]
fn two_hundred_sizes_later_it_looks_like_one_that_was_just_opened() {
    let daemon = streaming();
    let mut stormed = at_the_log(&daemon, SMALL);
    let mut dice = Dice::seeded(SEED);
    for at in 0..SIZES {
        let size = match dice.below(4) {
            0 => EXTREMES[usize::try_from(dice.below(EXTREMES.len() as u64)).unwrap()],
            _ => {
                let below = |dice: &mut Dice, bound| u16::try_from(dice.below(bound)).unwrap() + 1;
                (below(&mut dice, 250), below(&mut dice, 70))
            }
        };
        let before = stormed.bytes().len();
        stormed.resizes(size);
        if at % WAIT_EVERY == 0 {
            stormed.draws(before);
        }
    }
    still(&daemon);
    stormed.resizes(SMALL);
    stormed.shows(&["the last of"]);
    let mut fresh = at_the_log(&daemon, SMALL);
    fresh.shows(&["the last of"]);
    stormed.looks_like(&fresh);
    for (key, word) in [("1", "1 of 1 tasks done"), ("0", "Incidents"), ("?", "Esc closes")] {
        for screen in [&mut stormed, &mut fresh] {
            screen.types(key);
            screen.shows(&[word]);
        }
        stormed.looks_like(&fresh);
    }
    for screen in [&mut stormed, &mut fresh] {
        screen.types("\x1b");
        screen.until("no help", |shown| !shown.contains("Esc closes"));
        screen.quit();
    }
}
