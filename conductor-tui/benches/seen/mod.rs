//! A seat at the real console, and what an emulator shows of it.

use std::{
    num::NonZeroU16,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::seat::Console;

/// How long anything may take.
const WITHIN: Duration = Duration::from_secs(60);
/// How often it is looked when nothing comes.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// See the module.
pub(crate) struct Seen {
    pub(crate) console: Console,
    pub(crate) emulator: vt100::Parser,
}

impl Seen {
    /// Starts it in so many columns and rows, and waits until the daemon has answered.
    pub(crate) fn open(host: &str, size: (u16, u16)) -> Result<Self> {
        let cells = |number| NonZeroU16::new(number).unwrap_or(NonZeroU16::MIN);
        let emulator = vt100::Parser::new(cells(size.1), cells(size.0), 0);
        let mut seen = Self { console: Console::open(host, size)?, emulator };
        // Its first frame is gone: have it drawn anew.
        seen.console.press("\x0c")?;
        seen.until(&["live"])?;
        seen.settle()?;
        Ok(seen)
    }

    /// Takes what comes until nothing more does.
    pub(crate) fn settle(&mut self) -> Result<()> {
        let Self { console, emulator } = self;
        console.silent(|chunk| emulator.process(chunk))
    }

    /// Waits until all of these are on the screen.
    pub(crate) fn until(&mut self, texts: &[&str]) -> Result<()> {
        self.look(&format!("{texts:?} is not seen"), |screen| {
            texts.iter().all(|text| screen.contains(text))
        })
    }

    /// Waits until this is not on the screen any more.
    pub(crate) fn until_gone(&mut self, text: &str) -> Result<()> {
        self.look(&format!("{text:?} stays"), |screen| !screen.contains(text))
    }

    fn look(&mut self, problem: &str, is_there: impl Fn(&str) -> bool) -> Result<()> {
        let begin = Instant::now();
        loop {
            let screen = self.emulator.screen().contents();
            if is_there(&screen) {
                return Ok(());
            }
            ensure!(begin.elapsed() < WITHIN, "{problem}:\n{screen}");
            if let Some(chunk) = self.console.chunk(LOOK_EVERY)? {
                self.emulator.process(&chunk);
            }
        }
    }

    /// Presses keys; how long it took until these were on the screen.
    pub(crate) fn press(&mut self, keys: &str, texts: &[&str]) -> Result<Duration> {
        let begin = Instant::now();
        self.console.press(keys)?;
        self.until(texts)?;
        Ok(begin.elapsed())
    }

    /// Takes what has come until now.
    pub(crate) fn catch_up(&mut self) -> Result<()> {
        while let Some(chunk) = self.console.chunk(Duration::ZERO)? {
            self.emulator.process(&chunk);
        }
        Ok(())
    }
}
