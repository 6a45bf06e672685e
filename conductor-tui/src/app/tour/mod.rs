//! The tour: a recording that ships with the console, with a word on each page of it. It asks no daemon
//! and changes nothing.

mod script;
mod seen;

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use jiff::SignedDuration;
use tokio::time::Instant;

#[cfg(test)]
pub(crate) use self::script::Press;
pub(crate) use self::script::{Page, pages};
pub use self::seen::tour_is_new;
use super::{
    Error, Exit,
    options::Options,
    paint::{Painter, Writer},
    recording::Player,
    signals::Signals,
};
use crate::{
    input::Grammar,
    terminal::{
        Caps, ColorWish, Input, Reader, Session, Switch, restore_on_panic, stop_process_group,
    },
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
pub async fn tour(
    color: ColorWish,
    reduced_motion: bool,
    grammar: fn() -> Grammar,
) -> Result<Exit, Error> {
    crossterm::style::force_color_output(true);
    restore_on_panic();
    let caps = Caps::from_env(color);
    let still = caps.reduced_motion || reduced_motion;
    Box::pin(show(caps.depth, still, grammar)).await
}

/// What a console that is running needs to play it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Again {
    color: ColorWish,
    grammar: fn() -> Grammar,
}

impl Again {
    pub(super) const fn of(options: &Options) -> Self {
        Self { color: options.color, grammar: options.grammar }
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
        let caps = Caps::from_env(self.color);
        let still = caps.reduced_motion || still;
        let played = Box::pin(show(caps.depth, still, self.grammar)).await;
        input.resume()?;
        played
    }
}

async fn show(depth: Depth, still: bool, grammar: fn() -> Grammar) -> Result<Exit, Error> {
    let tour = Tour::new(crossterm::terminal::size()?, depth, grammar)?;
    let session = Session::enter(&[Switch::Raw, Switch::AlternateScreen, Switch::HiddenCursor])?;
    let (painter, writer) = (Painter::new(tour.player.model.shared.size)?, Writer::start()?);
    let mut show = Show { tour, painter, writer, still, due: Instant::now() };
    if still {
        show.tour.finish_page();
    }
    let result = show.go_on(&session).await;
    drop(session);
    result
}

struct Show {
    tour: Tour,
    painter: Painter,
    writer: Writer,
    /// Nothing moves by itself: a page is there at once, and stays until a key.
    still: bool,
    /// When the next thing happens.
    due: Instant,
}

impl Show {
    async fn go_on(&mut self, session: &Session) -> Result<Exit, Error> {
        let (mut input, mut signals) = (Reader::start()?, Signals::new()?);
        loop {
            if self.tour.player.model.changed && !self.writer.is_busy() {
                let frame = self.painter.frame(&self.tour.player.model)?;
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
                        self.painter.forget();
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
        self.due = Instant::now();
        more
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
        self.painter.forget();
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
