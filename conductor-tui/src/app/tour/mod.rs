//! The tour: a recording that ships with the console, with a word on each page of it. It asks no daemon
//! and changes nothing.

mod script;
mod seen;

use std::{
    io::{self, Write as _},
    time::Duration,
};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use jiff::SignedDuration;
use tokio::time::Instant;

#[cfg(test)]
pub(crate) use self::script::Press;
pub(crate) use self::script::{Page, pages};
pub use self::seen::tour_is_new;
use super::{
    Error, Exit,
    linear::LINEAR_SIZE,
    options::{Manner, Options},
    paint::Writer,
    recording::Player,
    show::Show,
    signals::Signals,
};
use crate::{
    input::Grammar,
    terminal::{Input, Reader, Session, restore_on_panic, stop_process_group},
    theme::Depth,
};

/// Shipped, each in the size that it was recorded in: what a screen asks depends on its room. Made of the
/// script by a test.
const SESSIONS: [((u16, u16), &str); 2] = [
    ((130, 36), include_str!("../../../tour/session-130x36.jsonl")),
    ((80, 24), include_str!("../../../tour/session-80x24.jsonl")),
];
/// How long a page is looked at.
pub(crate) const PAGE: SignedDuration = SignedDuration::from_millis(7_500);

/// What is said of the page that is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caption {
    /// From 1, and how many there are.
    pub(crate) page: (usize, usize),
    pub(crate) text: String,
}

impl Caption {
    /// The word, for somebody who sees no box.
    pub(crate) fn told(&self) -> String {
        let (page, of) = self.page;
        format!("tour, page {page} of {of}: {}", self.text)
    }
}

/// The recording at one of its pages.
pub(crate) struct Tour {
    pub(crate) player: Player,
    pages: Vec<Page>,
    at: usize,
}

impl Tour {
    /// At its beginning, in the largest size that there is room for.
    pub(crate) fn new(
        room: (u16, u16),
        depth: Depth,
        grammar: fn() -> Grammar,
    ) -> Result<Self, Error> {
        let Some(session) = session_for(room) else {
            let (columns, rows) = SESSIONS[SESSIONS.len() - 1].0;
            let message = format!("the tour wants a window of {columns} by {rows}");
            return Err(Error::Config(message));
        };
        let player = Player::read(("the tour", session), depth, grammar)?;
        let mut tour = Self { player, pages: pages(), at: 0 };
        tour.say();
        Ok(tour)
    }

    fn say(&mut self) {
        let caption = self.pages.get(self.at).map(|page| Caption {
            page: (self.at + 1, self.pages.len()),
            text: page.caption.clone(),
        });
        self.player.model.caption = caption;
        self.player.model.changed = true;
    }

    /// How long after the start this page ends.
    fn ends(&self) -> SignedDuration {
        PAGE * i32::try_from(self.at + 1).unwrap_or(i32::MAX)
    }

    pub(crate) fn is_last(&self) -> bool {
        self.at + 1 >= self.pages.len()
    }

    /// Everything that happens on this page has happened.
    pub(crate) fn is_over(&self) -> bool {
        self.player.next_at().is_none_or(|at| at > self.ends())
    }

    /// Lets everything of this page happen.
    pub(crate) fn finish_page(&mut self) {
        while !self.is_over() {
            self.player.step();
        }
    }

    /// To the next page; false after the last.
    pub(crate) fn turn(&mut self) -> bool {
        self.finish_page();
        if self.is_last() {
            return false;
        }
        self.at += 1;
        self.say();
        true
    }
}

/// Whether the terminal is large enough for the tour.
#[must_use]
pub fn tour_has_room() -> bool {
    crossterm::terminal::size().is_ok_and(|room| session_for(room).is_some())
}

fn session_for(room: (u16, u16)) -> Option<&'static str> {
    let fits = |size: (u16, u16)| size.0 <= room.0 && size.1 <= room.1;
    SESSIONS.iter().find(|(size, _)| fits(*size)).map(|(_, session)| *session)
}

/// Plays the tour until it is over or left. Must be called inside a tokio runtime.
///
/// # Errors
///
/// The terminal is gone.
pub async fn tour(manner: Manner, grammar: fn() -> Grammar) -> Result<Exit, Error> {
    crossterm::style::force_color_output(true);
    restore_on_panic();
    Box::pin(play(manner, grammar)).await
}

/// What a console that is running needs to play it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Again {
    manner: Manner,
    grammar: fn() -> Grammar,
}

impl Again {
    pub(super) const fn of(options: &Options) -> Self {
        let Options { color, reduced_motion, plain, .. } = *options;
        Self { manner: Manner { color, reduced_motion, plain }, grammar: options.grammar }
    }

    /// Plays it; the console's own hold on the terminal is to be taken again afterwards.
    pub(super) async fn play(
        self,
        session: &Session,
        input: &mut Reader,
        still: bool,
    ) -> Result<Exit, Error> {
        session.pause()?;
        input.pause();
        let manner = Manner { reduced_motion: still, ..self.manner };
        let played = Box::pin(play(manner, self.grammar)).await;
        input.resume()?;
        played
    }
}

async fn play(manner: Manner, grammar: fn() -> Grammar) -> Result<Exit, Error> {
    let caps = Show::caps_played(manner);
    // Lines have no size.
    let room = if manner.plain { LINEAR_SIZE } else { crossterm::terminal::size()? };
    let tour = Tour::new(room, caps.depth, grammar)?;
    let session = Session::enter(Show::switches_played(manner))?;
    let show = Show::of_played(manner, caps, tour.player.model.shared.size)?;
    let (writer, still) = (Writer::start()?, caps.reduced_motion);
    let mut play = Play { tour, show, writer, still, due: Instant::now() };
    if still {
        play.tour.finish_page();
    }
    play.told();
    let result = play.go_on(&session).await;
    play.writer.finish();
    io::stdout().write_all(play.show.end().as_bytes()).ok();
    drop(session);
    result
}

struct Play {
    tour: Tour,
    show: Show,
    writer: Writer,
    /// Nothing moves by itself: a page is there at once, and stays until a key.
    still: bool,
    /// When the next thing happens.
    due: Instant,
}

impl Play {
    async fn go_on(&mut self, session: &Session) -> Result<Exit, Error> {
        let (mut input, mut signals) = (Reader::start()?, Signals::new()?);
        loop {
            if self.tour.player.model.changed && !self.writer.is_busy() {
                if let Some(effects) = self.tour.player.take_typed() {
                    self.show.heard(&effects, &self.tour.player.model);
                }
                let frame = self.show.frame(&self.tour.player.model)?;
                self.tour.player.model.changed = false;
                self.writer.write(frame)?;
            }
            let stands = self.still || (self.tour.is_last() && self.tour.is_over());
            tokio::select! {
                biased;
                number = signals.next() => match number {
                    Some(number) => return Ok(Exit::Signal(number)),
                    None => self.take_back(session, &mut input)?,
                },
                event = input.next() => match event? {
                    Input::Event(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                        if is_control(key, 'z') {
                            session.pause()?;
                            input.pause();
                            stop_process_group()?;
                            self.take_back(session, &mut input)?;
                        } else if leaves(key) || !self.turn() {
                            return Ok(Exit::Quit);
                        }
                    }
                    Input::Event(Event::Resize(..)) => {
                        // It keeps its size; the terminal may have lost what it showed.
                        self.show.repaint();
                        self.tour.player.model.changed = true;
                    }
                    _ => {}
                },
                written = self.writer.written(), if self.writer.is_busy() => written?,
                () = tokio::time::sleep_until(self.due), if !stands => self.step(),
            }
        }
    }

    /// To the next page by a key.
    fn turn(&mut self) -> bool {
        let more = self.tour.turn();
        if self.still {
            self.tour.finish_page();
        }
        if more {
            self.told();
        }
        self.due = Instant::now();
        more
    }

    /// The word on the page, for somebody who sees no box.
    fn told(&mut self) {
        let caption = self.tour.player.model.caption.as_ref();
        self.show.say(|| caption.map(Caption::told).unwrap_or_default());
    }

    /// Lets the next thing happen, and turns the page when its time is over.
    fn step(&mut self) {
        if self.tour.is_over() {
            self.tour.turn();
        } else {
            self.tour.player.step();
        }
        let next = self.tour.player.next_at().unwrap_or_else(|| self.tour.ends());
        let gap = next.min(self.tour.ends()) - self.tour.player.played();
        self.due = Instant::now() + Duration::try_from(gap).unwrap_or(Duration::ZERO);
    }

    fn take_back(&mut self, session: &Session, input: &mut Reader) -> Result<(), Error> {
        session.pause()?;
        session.resume()?;
        input.resume()?;
        self.show.forget();
        self.tour.player.model.changed = true;
        Ok(())
    }
}

fn is_control(key: KeyEvent, letter: char) -> bool {
    key.code == KeyCode::Char(letter) && key.modifiers.contains(KeyModifiers::CONTROL)
}

fn leaves(key: KeyEvent) -> bool {
    matches!(key.code, KeyCode::Esc | KeyCode::Char('q')) || is_control(key, 'c')
}
