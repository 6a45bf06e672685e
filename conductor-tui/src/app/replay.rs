//! Plays a recorded session on a terminal, painted or told in lines, at its own pace or a key at a time;
//! and as text.

use std::{
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use jiff::SignedDuration;
use ratatui::{Terminal, backend::TestBackend};
use tokio::time::Instant;

use super::{
    Error, Exit,
    linear::LINEAR_SIZE,
    model::Playing,
    options::Manner,
    paint::Writer,
    recording::{Player, Problem},
    show::Show,
    view::{how_far, view},
};
use crate::{
    input::Grammar,
    terminal::{Input, Reader, Session, restore_on_panic, stop_process_group},
    theme::{Depth, GlyphSet},
};

/// The longest wait between two things: nobody sits through the pauses of somebody else.
const WAIT_MAX: Duration = Duration::from_secs(2);
/// How often the pace is doubled or halved at most.
const PACE_MAX: i8 = 5;
/// A recording that is larger is none of ours.
const FILE_BYTES_MAX: u64 = 128 * 1024 * 1024;

fn read(path: &Path, depth: Depth, grammar: fn() -> Grammar) -> Result<Player, Problem> {
    let name = path.display().to_string();
    let failed = |error| Problem::File(name.clone(), error);
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > FILE_BYTES_MAX {
        let reason = format!("{size} bytes are more than a recording has ({FILE_BYTES_MAX})");
        return Err(Problem::Line { path: name, line: 1, reason });
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    Player::read((&name, &text), depth, grammar)
}

/// The last screen of a recording as text, in the size that it was recorded in.
///
/// # Errors
///
/// The file is no recording, or can't be read.
pub fn last_screen(path: &Path, grammar: fn() -> Grammar) -> Result<String, Problem> {
    let mut player = read(path, Depth::Mono, grammar)?;
    player.finish();
    let (columns, rows) = player.model.shared.size;
    let Ok(mut terminal) = Terminal::new(TestBackend::new(columns, rows));
    let Ok(_) = terminal.draw(|frame| view(&player.model, frame));
    let cells = terminal.backend().buffer();
    let row = |cells: &[ratatui::buffer::Cell]| {
        let text: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
        format!("{}\n", text.trim_end())
    };
    Ok(cells.content.chunks(usize::from(columns.max(1))).map(row).collect())
}

/// The keys, for somebody who sees no line of them.
const KEYS: &str = "Space pauses, Right goes on by one key or answer, + and - change the pace, g begins again, \
    ^l tells everything again, q leaves";

/// Plays a recording until it is left. Must be called inside a tokio runtime.
///
/// # Errors
///
/// The file is no recording; the terminal is gone.
pub async fn replay(path: &Path, manner: Manner, grammar: fn() -> Grammar) -> Result<Exit, Error> {
    let caps = Show::caps_played(manner);
    crossterm::style::force_color_output(true);
    let player = read(path, caps.depth, grammar)?;
    restore_on_panic();
    let session = Session::enter(Show::switches_played(manner))?;
    // Lines have no size.
    let size = if manner.plain { LINEAR_SIZE } else { crossterm::terminal::size()? };
    let mut play = Play {
        player,
        show: Show::of_played(manner, caps, size)?,
        plain: manner.plain,
        writer: Writer::start()?,
        paused: false,
        pace: 0,
        due: Instant::now(),
    };
    play.player.resize(size.0, size.1);
    play.dress();
    play.show.say(|| format!("{}: {KEYS}", path.display()));
    let result = play.turn(&session).await;
    play.writer.finish();
    io::stdout().write_all(play.show.end().as_bytes()).ok();
    drop(session);
    result
}

struct Play {
    player: Player,
    show: Show,
    plain: bool,
    writer: Writer,
    paused: bool,
    /// A power of two.
    pace: i8,
    /// When the next thing happens.
    due: Instant,
}

impl Play {
    async fn turn(&mut self, session: &Session) -> Result<Exit, Error> {
        let mut input = Reader::start()?;
        loop {
            if !self.writer.is_busy() {
                self.draw()?;
            }
            let plays = !self.paused && self.player.next_at().is_some();
            tokio::select! {
                biased;
                event = input.next() => match event? {
                    Input::Event(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                        if is_stop(key) {
                            self.stop(session, &mut input)?;
                        } else if self.on_key(key) {
                            return Ok(Exit::Quit);
                        }
                    }
                    Input::Event(Event::Resize(columns, rows)) if !self.plain => {
                        self.player.resize(columns, rows);
                    }
                    _ => {}
                },
                written = self.writer.written(), if self.writer.is_busy() => written?,
                () = tokio::time::sleep_until(self.due), if plays => self.step(),
            }
        }
    }

    /// What is told must not look like what is drawn with letters.
    fn dress(&mut self) {
        if self.plain {
            self.player.model.shared.look.glyphs = GlyphSet::Unicode.glyphs();
        }
    }

    fn step(&mut self) {
        let before = self.player.next_at();
        self.player.step();
        let gap = match (before, self.player.next_at()) {
            (Some(before), Some(next)) => next - before,
            _ => SignedDuration::ZERO,
        };
        let gap = Duration::try_from(gap).unwrap_or(Duration::ZERO).min(WAIT_MAX);
        let factor = f64::from(self.pace).exp2();
        self.due = Instant::now() + gap.div_f64(factor);
    }

    /// Whether it was the last key.
    fn on_key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return true,
            KeyCode::Char('c') if control => return true,
            KeyCode::Char('l') if control => {
                self.show.forget();
                self.player.model.changed = true;
            }
            KeyCode::Char(' ') => self.paused = !self.paused,
            KeyCode::Right | KeyCode::Char('l' | 'n') => {
                self.paused = true;
                self.step();
            }
            KeyCode::Char('+') => self.pace = (self.pace + 1).min(PACE_MAX),
            KeyCode::Char('-') => self.pace = (self.pace - 1).max(-PACE_MAX),
            KeyCode::Home | KeyCode::Char('g') => {
                self.player.again();
                self.dress();
                self.show.forget();
                self.due = Instant::now();
            }
            _ => {}
        }
        false
    }

    fn draw(&mut self) -> Result<(), Error> {
        let at = self.player.played();
        let of = self.player.length();
        let playing = Playing { at, of, paused: self.paused, pace: self.pace };
        let typed = self.player.take_typed();
        let model = &mut self.player.model;
        if let Some(effects) = typed {
            self.show.heard(&effects, model);
        }
        if !model.changed && model.playing == Some(playing) {
            return Ok(());
        }
        let before = model.playing.replace(playing);
        if before.is_none_or(|before| is_news(before, playing)) {
            self.show.say(|| how_far(playing));
        }
        model.changed = false;
        let frame = self.show.frame(model)?;
        Ok(self.writer.write(frame)?)
    }

    fn stop(&mut self, session: &Session, input: &mut Reader) -> Result<(), Error> {
        session.pause()?;
        input.pause();
        stop_process_group()?;
        session.resume()?;
        input.resume()?;
        self.show.forget();
        self.player.model.changed = true;
        Ok(())
    }
}

/// Whether somebody who sees no clock wants to hear of it: not of every second.
fn is_news(before: Playing, now: Playing) -> bool {
    let ended = |playing: Playing| playing.at >= playing.of;
    (before.paused, before.pace, ended(before)) != (now.paused, now.pace, ended(now))
}

fn is_stop(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('z') && key.modifiers.contains(KeyModifiers::CONTROL)
}
