//! The loop: what happened goes into `update`, what it wants done goes out, and when the model
//! has changed it is drawn, at most thirty times a second.

#![expect(clippy::disallowed_methods, reason = "the owner of the console's clock")]

use std::{
    collections::HashMap,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use conductor_client::Connection;
use crossterm::event::{Event, EventStream, KeyEvent, KeyEventKind, MouseEventKind};
use jiff::{Timestamp, tz::TimeZone};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{Notify, mpsc},
};
use tokio_stream::StreamExt;

use super::{
    doer::{Doer, Todo, load_theme},
    effect::Effect,
    model::{Model, Start},
    msg::{Msg, What},
    options::Options,
    paint::{Painter, Writer},
    scope::Out,
    shared::Look,
    update::{go, update},
};
use crate::{
    input::Keymap,
    screen::Tab,
    terminal::{Caps, Session, Switch, end_with_terminal, restore_on_panic, stop_process_group},
    theme::{self, ASCII, Depth, ThemeStore, UNICODE},
    widget::Target,
};

/// Time between two frames at least.
const FRAME_EVERY: Duration = Duration::from_millis(33);
/// Messages taken before a frame is due again, so that a flood can't keep the screen still.
const DRAIN_MAX: usize = 1024;
/// Messages that wait for the loop; streams wait when it is full.
const QUEUE: usize = 1024;

/// Why the console could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something in the configuration is wrong.
    #[error("start the console: {0}")]
    Config(String),
    /// The terminal is gone or is none.
    #[error("use the terminal")]
    Terminal(#[from] io::Error),
}

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The operator left.
    Quit,
    /// A signal with this number asked it to end; the terminal was restored.
    Signal(i32),
}

/// Runs the console on a daemon until it is left. Must be called inside a tokio runtime.
///
/// # Errors
///
/// A keymap or theme that can't be used, before anything is drawn; a terminal that is gone.
pub async fn run(options: Options, connection: Connection) -> Result<Exit, Error> {
    let mut caps = Caps::from_env(options.color);
    caps.ascii |= options.ascii;
    caps.reduced_motion |= options.reduced_motion;
    let mut console = Console::new(&options, connection, caps)?;
    restore_on_panic();
    let mut switches = vec![Switch::Raw, Switch::AlternateScreen, Switch::HiddenCursor];
    switches.push(Switch::BracketedPaste);
    if options.mouse {
        switches.push(Switch::Mouse);
    }
    let session = Session::enter(&switches)?;
    end_with_terminal()?;
    let result = console.go_on(&session, options).await;
    drop(session);
    result
}

struct Console {
    model: Model,
    doer: Doer,
    news: mpsc::Receiver<What>,
    painter: Painter,
    writer: Writer,
    drawn_at: Option<Instant>,
    quit: bool,
}

struct Signals {
    term: Signal,
    hangup: Signal,
    interrupt: Signal,
    quit: Signal,
    go_on: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            go_on: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// The number of the signal that came; none for going on after a stop.
    async fn next(&mut self) -> Option<i32> {
        tokio::select! {
            _ = self.term.recv() => Some(SignalKind::terminate().as_raw_value()),
            _ = self.hangup.recv() => Some(SignalKind::hangup().as_raw_value()),
            _ = self.interrupt.recv() => Some(SignalKind::interrupt().as_raw_value()),
            _ = self.quit.recv() => Some(SignalKind::quit().as_raw_value()),
            _ = self.go_on.recv() => None,
        }
    }
}

impl Console {
    fn new(options: &Options, connection: Connection, caps: Caps) -> Result<Self, Error> {
        let store = ThemeStore::shipped();
        let store = match &options.themes_dir {
            Some(folder) => store.with_folder(folder),
            None => store,
        };
        let usual = if caps.light { "light" } else { "dark" };
        let name = options.theme.as_deref().unwrap_or(usual);
        let name = if caps.depth == Depth::Mono { "mono" } else { name };
        let palette =
            load_theme(name, options.themes_dir.clone(), caps.depth).map_err(Error::Config)?;
        let size = crossterm::terminal::size()?;
        let start = Start {
            now: Timestamp::now(),
            size,
            look: Look {
                palette,
                glyphs: if caps.ascii { &ASCII } else { &UNICODE },
                reduced_motion: caps.reduced_motion,
                zone: TimeZone::system(),
            },
            scope: options.scope.clone(),
            read_only: options.read_only,
            // Who wants it quiet wants no bell either.
            bell: options.bell && !caps.reduced_motion,
            endpoint: connection.endpoint().to_string(),
            keymap: Keymap::new(&options.keys).map_err(Error::Config)?,
            themes: store.names().map(str::to_owned).collect(),
        };
        let mut model = Model::new(start);
        if let Some(name) = &options.start {
            model.tab = Tab::named(name).map_err(Error::Config)?;
        }
        let (out, news) = mpsc::channel(QUEUE);
        let doer = Doer {
            connection,
            out: Out { sender: out, epoch: 0 },
            broken: Arc::new(Notify::new()),
            themes_dir: options.themes_dir.clone(),
            depth: caps.depth,
            wrapping: caps.wrapping,
            feeds: HashMap::new(),
            link: None,
            keys: options.keys_at.clone(),
        };
        Ok(Self {
            model,
            doer,
            news,
            painter: Painter::new(size)?,
            writer: Writer::start()?,
            drawn_at: None,
            quit: false,
        })
    }

    async fn go_on(&mut self, session: &Session, options: Options) -> Result<Exit, Error> {
        let mut signals = Signals::new()?;
        let mut input = EventStream::new();
        // The first frame comes before the connection.
        self.draw()?;
        self.doer.keep_link(options.scope);
        let _watcher = options.themes_dir.as_deref().and_then(|folder| {
            let out = self.doer.out.sender.clone();
            theme::watch(folder, move || drop(out.try_send(What::ThemesChanged)))
        });
        if let Some(id) = options.open {
            let effects = go(&mut self.model, Target::Run(id));
            self.carry_out(effects, session, &mut input)?;
        }
        let result = self.turn(session, &mut signals, &mut input).await;
        self.doer.unlink();
        result
    }

    async fn turn(
        &mut self,
        session: &Session,
        signals: &mut Signals,
        input: &mut EventStream,
    ) -> Result<Exit, Error> {
        while !self.quit {
            let wake = until(self.model.next_wake());
            let frame_due =
                self.drawn_at.map_or(Duration::ZERO, |at| FRAME_EVERY.saturating_sub(at.elapsed()));
            let wants_frame = self.model.changed && !self.writer.is_busy();
            tokio::select! {
                biased;
                number = signals.next() => match number {
                    Some(number) => return Ok(Exit::Signal(number)),
                    // Stopped from outside and continued: the shell has had the terminal.
                    None => self.take_back(session)?,
                },
                event = input.next() => self.on_input(event, session, input)?,
                what = self.news.recv() => {
                    if let Some(what) = what {
                        self.handle(what, session, input)?;
                    }
                }
                written = self.writer.written(), if self.writer.is_busy() => written?,
                () = tokio::time::sleep(frame_due), if wants_frame => {}
                () = tokio::time::sleep(wake) => self.handle(What::Tick, session, input)?,
            }
            self.drain(session, input).await?;
            let due = self.drawn_at.is_none_or(|at| at.elapsed() >= FRAME_EVERY);
            if self.model.changed && due && !self.writer.is_busy() && !self.quit {
                self.draw()?;
            }
        }
        Ok(Exit::Quit)
    }

    /// Takes everything that is ready, so that a burst is drawn once.
    async fn drain(&mut self, session: &Session, input: &mut EventStream) -> Result<(), Error> {
        for _ in 0..DRAIN_MAX {
            if self.quit {
                return Ok(());
            }
            tokio::select! {
                biased;
                event = input.next() => self.on_input(event, session, input)?,
                Some(what) = self.news.recv() => self.handle(what, session, input)?,
                () = std::future::ready(()) => return Ok(()),
            }
        }
        Ok(())
    }

    fn draw(&mut self) -> Result<(), Error> {
        let frame = self.painter.frame(&self.model)?;
        self.model.changed = false;
        self.drawn_at = Some(Instant::now());
        Ok(self.writer.write(frame)?)
    }

    fn on_input(
        &mut self,
        event: Option<io::Result<Event>>,
        session: &Session,
        input: &mut EventStream,
    ) -> Result<(), Error> {
        let event = event.ok_or_else(|| io::Error::other("the terminal hung up"))??;
        let what = match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => What::Key(key),
            Event::Paste(text) => What::Paste(text),
            Event::Resize(columns, rows) => What::Resize(columns, rows),
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollUp => {
                    What::Key(KeyEvent::from(crossterm::event::KeyCode::Up))
                }
                MouseEventKind::ScrollDown => {
                    What::Key(KeyEvent::from(crossterm::event::KeyCode::Down))
                }
                _ => return Ok(()),
            },
            _ => return Ok(()),
        };
        self.handle(what, session, input)
    }

    fn handle(
        &mut self,
        what: What,
        session: &Session,
        input: &mut EventStream,
    ) -> Result<(), Error> {
        let effects = update(&mut self.model, Msg { at: Timestamp::now(), what });
        self.carry_out(effects, session, input)
    }

    fn carry_out(
        &mut self,
        effects: Vec<Effect>,
        session: &Session,
        input: &mut EventStream,
    ) -> Result<(), Error> {
        for effect in effects {
            match self.doer.carry_out(effect) {
                None => {}
                Some(Todo::Quit) => self.quit = true,
                Some(Todo::Redraw) => {
                    self.painter.forget();
                    self.model.changed = true;
                }
                Some(Todo::Send(bytes)) => {
                    use io::Write;
                    let mut out = io::stdout().lock();
                    out.write_all(&bytes)?;
                    out.flush()?;
                }
                Some(Todo::Suspend) => {
                    session.pause()?;
                    // Whoever has the terminal now must get its keys.
                    *input = EventStream::new();
                    stop_process_group()?;
                    self.take_back(session)?;
                }
            }
        }
        Ok(())
    }

    /// The terminal is ours again: switch everything on and draw the whole screen.
    fn take_back(&mut self, session: &Session) -> Result<(), Error> {
        session.pause()?;
        session.resume()?;
        self.painter.forget();
        let (columns, rows) = crossterm::terminal::size()?;
        let effects = update(
            &mut self.model,
            Msg { at: Timestamp::now(), what: What::Resize(columns, rows) },
        );
        for effect in effects {
            self.doer.carry_out(effect);
        }
        self.model.changed = true;
        Ok(())
    }
}

/// Time until a moment; none when it has passed.
fn until(at: Timestamp) -> Duration {
    let left = at.duration_since(Timestamp::now());
    Duration::try_from(left).unwrap_or(Duration::ZERO)
}
