//! A terminal with a shell in it, seen through a terminal emulator.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use conductor_tests::{Console, binaries};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take until it is seen.
const SEEN_WITHIN: Duration = Duration::from_secs(30);
/// What the shell prompts with: nothing else prints it.
const PROMPT: &str = "shell>";
/// What begins and ends a synchronized update, of which a terminal shows nothing before its end.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// The emulator's screen and all that it was told so far, and a bell for whoever waits for it to
/// change.
struct Seen {
    emulator: Mutex<vt100::Parser>,
    bytes: Mutex<Vec<u8>>,
    changed: Condvar,
}

/// A terminal in which a shell runs.
pub(crate) struct Screen {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    shell: Box<dyn Child + Send + Sync>,
    seen: Arc<Seen>,
    commands: u32,
}

impl Screen {
    /// Opens a terminal of so many columns and rows with an interactive shell in it, set up as
    /// `console` is.
    pub(crate) fn open(console: &Console, size: (u16, u16)) -> Self {
        Self::open_with(console, &[], size)
    }

    /// The same, with more in the environment.
    pub(crate) fn open_with(console: &Console, more: &[(&str, String)], size: (u16, u16)) -> Self {
        let pty = native_pty_system().openpty(pty_size(size)).unwrap();
        let mut shell = CommandBuilder::new("/bin/sh");
        shell.args(["-i"]);
        shell.env_clear();
        for (name, value) in console.environment() {
            shell.env(name, value);
        }
        for (name, value) in more {
            shell.env(name, value);
        }
        shell.env("PS1", format!("{PROMPT} "));
        shell.env("CONSOLE", &binaries().conductor);
        shell.cwd(&console.home);
        let shell = pty.slave.spawn_command(shell).unwrap();
        drop(pty.slave);
        let seen = Arc::new(Seen {
            emulator: Mutex::new(emulator(size)),
            bytes: Mutex::default(),
            changed: Condvar::new(),
        });
        watch(pty.master.try_clone_reader().unwrap(), Arc::clone(&seen));
        let keys = pty.master.take_writer().unwrap();
        let mut screen = Self { master: pty.master, keys, shell, seen, commands: 0 };
        screen.is_the_shell_s();
        screen
    }

    /// Starts the console from the shell.
    pub(crate) fn enter_console(&mut self) {
        self.types("\"$CONSOLE\"\r");
        self.is_the_console_s();
    }

    /// Leaves the console as everybody's fingers do.
    pub(crate) fn quit(&mut self) {
        self.types(":q\r");
        self.is_the_shell_s();
    }

    /// Presses keys.
    pub(crate) fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits until each of `words` is on the screen at once.
    pub(crate) fn shows(&self, words: &[&str]) {
        self.until(&format!("{words:?}"), |shown| words.iter().all(|word| shown.contains(word)));
    }

    /// Waits until what is on the screen is as it should be.
    pub(crate) fn until(&self, what: &str, right: impl Fn(&str) -> bool) {
        self.wait(what, |screen| right(&screen.contents()));
    }

    /// What is on the screen now.
    pub(crate) fn contents(&self) -> String {
        self.seen.emulator.lock().unwrap().screen().contents()
    }

    /// Waits until the console has the terminal: its own screen.
    pub(crate) fn is_the_console_s(&self) {
        self.wait("the console's screen", vt100::Screen::alternate_screen);
    }

    /// Waits until the shell has the terminal again, and makes sure that nothing of the console's
    /// is left: the shell's screen, a cursor, no mouse reports, no marked pastes, and a line
    /// discipline that echoes.
    pub(crate) fn is_the_shell_s(&mut self) {
        self.wait("the shell's prompt", |screen| prompt_after(screen, None));
        self.commands += 1;
        // The words are put together by the shell, so that its echo of the line is not taken for
        // the answer.
        let asked = format!(
            "stty -a | grep -cw -e '-icanon' -e '-echo'; echo a''nswer {}\r",
            self.commands
        );
        self.types(&asked);
        let answer = format!("answer {}", self.commands);
        // The next prompt, too: what is typed before it comes would be echoed in front of it.
        self.wait("the shell's answer", |screen| prompt_after(screen, Some(&answer)));
        let screen = self.seen.emulator.lock().unwrap().screen().clone();
        let shown = screen.contents();
        let before: Vec<_> = shown.lines().take_while(|line| line.trim() != answer).collect();
        assert_eq!(before.last().map(|line| line.trim()), Some("0"), "not cooked:\n{shown}");
        assert!(!screen.hide_cursor(), "the cursor is hidden:\n{shown}");
        assert!(!screen.bracketed_paste(), "pastes are still marked:\n{shown}");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "{shown}");
    }

    /// All bytes that the terminal was sent so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen.bytes.lock().unwrap().clone()
    }

    /// What is on the screen below the top line, whose clock never stands still: text and looks.
    pub(crate) fn body(&self) -> Vec<String> {
        body(self.seen.emulator.lock().unwrap().screen())
    }

    /// The settings of the terminal's line discipline.
    pub(crate) fn settings(&self) -> String {
        format!("{:?}", self.master.get_termios().expect("a terminal's settings"))
    }

    /// The process that has the terminal.
    pub(crate) fn foreground(&self) -> i32 {
        self.master.process_group_leader().expect("a foreground process")
    }

    /// Changes the terminal's size.
    pub(crate) fn resizes(&self, size: (u16, u16)) {
        self.seen.emulator.lock().unwrap().set_size(cells(size.1), cells(size.0));
        self.master.resize(pty_size(size)).unwrap();
    }

    /// Sends a signal to what has the terminal.
    pub(crate) fn signals(&self, signal: Signal) {
        let foreground = self.master.process_group_leader().and_then(Pid::from_raw);
        kill_process(foreground.expect("a foreground process"), signal).unwrap();
    }

    /// Waits until each of these words was sent after so many bytes; gives where the last of them ends.
    pub(crate) fn says(&self, from: usize, words: &[&str]) -> usize {
        let deadline = Instant::now() + SEEN_WITHIN;
        let mut emulator = self.seen.emulator.lock().unwrap();
        loop {
            let told = self.seen.bytes.lock().unwrap()[from..].to_vec();
            let ends = |word: &&str| {
                let at = told.windows(word.len()).position(|bytes| bytes == word.as_bytes())?;
                Some(at + word.len())
            };
            let ends: Option<Vec<usize>> = words.iter().map(ends).collect();
            if let Some(ends) = ends {
                return from + ends.into_iter().max().unwrap_or(0);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let told = String::from_utf8_lossy(&told);
            assert!(!left.is_zero(), "{words:?} is not told but:\n{told}");
            emulator = self.seen.changed.wait_timeout(emulator, left).unwrap().0;
        }
    }

    /// Waits until more was drawn than those bytes.
    pub(crate) fn draws(&self, before: usize) {
        self.wait("another frame", |_| self.seen.bytes.lock().unwrap().len() > before);
    }

    /// Waits until the rows below the top line are as they should be.
    pub(crate) fn until_body(&self, what: &str, right: impl Fn(&[String]) -> bool) {
        self.wait(what, |screen| right(&body(screen)));
    }

    /// Waits until it shows what another shows, in the same looks, whatever the clock says.
    pub(crate) fn looks_like(&self, other: &Self) {
        self.until_body("the same as on the other", |body| body == other.body());
    }

    fn wait(&self, what: &str, right: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + SEEN_WITHIN;
        let mut emulator = self.seen.emulator.lock().unwrap();
        while !right(emulator.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {what} but:\n{}", emulator.screen().contents());
            emulator = self.seen.changed.wait_timeout(emulator, left).unwrap().0;
        }
        drop(emulator);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.shell.kill().ok();
        self.shell.wait().ok();
    }
}

/// Text and looks of each row but the first. Of a blank cell only what is seen counts.
fn body(screen: &vt100::Screen) -> Vec<String> {
    let (rows, columns) = screen.size();
    let cell = |row: u16, column: u16| {
        let Some(cell) = screen.cell(row, column) else { return String::new() };
        let (ground, lined) = (cell.bgcolor(), (cell.inverse(), cell.underline()));
        match cell.contents() {
            "" | " " => format!(" {ground:?}{lined:?}"),
            text => {
                let weight = (cell.bold(), cell.dim(), cell.italic());
                format!("{text} {ground:?}{lined:?}{weight:?}{:?}", cell.fgcolor())
            }
        }
    };
    (1..rows.get())
        .map(|row| (0..columns.get()).map(|column| cell(row, column)).collect())
        .collect()
}

/// Whether the cursor stands behind a bare prompt on the shell's screen, in the line after
/// `answer` where one is given.
fn prompt_after(screen: &vt100::Screen, answer: Option<&str>) -> bool {
    let (row, _) = screen.cursor_position();
    let lines: Vec<_> = screen.rows(0, u16::MAX).take(usize::from(row) + 1).collect();
    let before = lines.len().checked_sub(2).map_or("", |at| lines[at].trim());
    let is_prompt = lines.last().is_some_and(|line| line.trim_end() == PROMPT);
    !screen.alternate_screen() && is_prompt && answer.is_none_or(|answer| before == answer)
}

/// Feeds the emulator with what the terminal says, until that ends.
fn watch(mut terminal: Box<dyn Read + Send>, seen: Arc<Seen>) {
    thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        let mut fed = 0;
        while let Ok(len @ 1..) = terminal.read(&mut bytes) {
            // A test that failed while it looked has no use for more.
            let (Ok(mut emulator), Ok(mut all)) = (seen.emulator.lock(), seen.bytes.lock()) else {
                return;
            };
            all.extend_from_slice(&bytes[..len]);
            let whole = fed + whole_frames(&all[fed..]);
            emulator.process(&all[fed..whole]);
            fed = whole;
            drop(all);
            drop(emulator);
            seen.changed.notify_all();
        }
    });
}

/// How much of what was said is no part of a frame that is still being sent. A shell that prompts
/// ends the frame of a console that was killed.
fn whole_frames(said: &[u8]) -> usize {
    let last = |mark: &[u8]| said.windows(mark.len()).rposition(|bytes| bytes == mark);
    let (begun, ended) = (last(BEGIN), last(END).max(last(PROMPT.as_bytes())));
    if let Some(begun) = begun.filter(|_| begun > ended) {
        return begun;
    }
    // The mark itself may come in two parts.
    let split = (1..BEGIN.len()).rev().find(|part| said.ends_with(&BEGIN[..*part]));
    said.len() - split.unwrap_or(0)
}

fn emulator((columns, rows): (u16, u16)) -> vt100::Parser {
    vt100::Parser::new(cells(rows), cells(columns), 0)
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a size above zero")
}

const fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}
