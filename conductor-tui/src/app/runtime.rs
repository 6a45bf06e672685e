//! The loop: what happened goes into `update`, what it wants done goes out, and when the model
//! has changed it is drawn, as often as its pace allows.

#![expect(clippy::disallowed_methods, reason = "the owner of the console's clock")]

mod hold;

use std::{
    io,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use conductor_client::Connection;
use conductor_protocol::v1::Scope;
use jiff::{Timestamp, tz::TimeZone};
use tokio::{sync::mpsc, task::AbortHandle};

use super::{
    contexts::{Reach, Readying},
    daemon,
    display::Display,
    doer::{Doer, Todo},
    dress::{dressed, told},
    effect::Effect,
    kept::Store,
    model::{Model, Start},
    mouse::Click,
    msg::{Msg, What},
    options::Options,
    recording::{Problem, Setting, Tape},
    shared::Look,
    show::Show,
    signals::Signals,
    tour::Again,
    update::{go, update},
};
use crate::{
    input::Keymap,
    screen::Tab,
    terminal::{
        Caps, Input, Reader, Session, Switch, edit, end_with_terminal, restore_on_panic,
        stop_process_group,
    },
    theme::{self, ThemeStore},
    widget::Target,
};

/// Messages taken before a frame is due again, so that a flood can't keep the screen still.
const DRAIN_MAX: usize = 1024;
/// The same in time: a key that comes meanwhile is answered in the next frame.
const DRAIN_FOR: Duration = Duration::from_millis(10);
/// Messages that wait for the loop; streams wait when it is full.
const QUEUE: usize = 1024;

/// Why the console could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something in the configuration is wrong.
    #[error("start the console: {0}")]
    Config(String),
    /// The session can't be recorded, or is no recording.
    #[error(transparent)]
    Recording(#[from] Problem),
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
/// A keymap that can't be used, before anything is drawn; a terminal that is gone.
pub async fn run(options: Options, connection: Connection) -> Result<Exit, Error> {
    let caps = Show::caps(&options);
    // It is decided by now: crossterm's own look at NO_COLOR would send a reset for each colour,
    // which takes the attributes away, too.
    crossterm::style::force_color_output(true);
    let mut console = Console::new(&options, connection, caps)?;
    restore_on_panic();
    let session = Session::enter(&Show::switches(&options, caps))?;
    end_with_terminal()?;
    let result = console.go_on(&session, options).await;
    drop(session);
    result
}

struct Console {
    model: Model,
    doer: Doer,
    news: mpsc::Receiver<What>,
    display: Display,
    tape: Tape,
    /// An editor has just had the terminal.
    edited: bool,
    /// The tour was asked for, and how it is played.
    tours: bool,
    tour: Again,
    quit: bool,
    /// The task that asks whether the daemon is there.
    link: Option<AbortHandle>,
    /// The way to other daemons, and what has to be done at the one that is gone to.
    reach: Reach,
    ready: Option<Readying>,
}

impl Console {
    fn new(options: &Options, connection: Connection, caps: Caps) -> Result<Self, Error> {
        let folder = options.themes_dir.iter();
        let themes =
            folder.fold(ThemeStore::shipped(), |themes, folder| themes.with_folder(folder));
        let store = Store::new(options.state_dir.clone());
        let (out, news) = mpsc::channel(QUEUE);
        let (palette, choice) = dressed(options, caps, &out)?;
        let size = Show::size(options)?;
        let start = Start {
            now: Timestamp::now(),
            size,
            look: Look {
                palette,
                choice,
                glyphs: Show::glyphs(options, caps).glyphs(),
                reduced_motion: caps.reduced_motion,
                zone: TimeZone::system(),
            },
            scope: options.scope.clone(),
            read_only: (options.read_only, options.contexts.read_only),
            notifier: caps.notifier,
            endpoint: connection.endpoint().to_string(),
            contexts: (options.contexts.now.clone(), options.contexts.names.clone()),
            keymap: Keymap::new(&options.keys).map_err(|e| Error::Config(e.to_string()))?,
            themes: themes.names().map(str::to_owned).collect(),
            told: told(options, caps),
            mouse: options.mouse,
            grammar: LazyLock::new(options.grammar),
            commands: store.commands(),
            used: store.used(),
            arrangements: store.arrangements(),
            views: store.views().unwrap_or_default(),
        };
        let mut tape = Tape::new(&options.keys, options.home.as_deref());
        let record = options.record.as_deref();
        let begun = record.map(|path| tape.begin(path, &Setting::of(&start, &options.keys)));
        let mut model = Model::new(start);
        if let Some(name) = &options.start {
            model.tab = Tab::named(name).map_err(Error::Config)?;
        }
        let doer = Doer::new(options, connection, caps, store, out);
        let mut console = Self {
            tape,
            model,
            doer,
            news,
            display: Display::of(options, caps, size)?,
            edited: false,
            tours: false,
            tour: Again::of(options),
            quit: false,
            link: None,
            reach: options.contexts.reach.clone(),
            ready: None,
        };
        if let Some(begun) = begun.transpose()? {
            console.tell(begun)?;
        }
        Ok(console)
    }

    /// Keeps the link in a scope, and in no other any more.
    fn keep_link(&mut self, scope: Scope) {
        let (connection, out) = (self.doer.connection.clone(), self.doer.out.clone());
        let broken = Arc::clone(&self.doer.broken);
        let (ready, epoch) = (self.ready.clone(), self.doer.epoch);
        let link = async move {
            if let Some(ready) = ready {
                daemon::make_ready(&ready, epoch, &out).await;
            }
            daemon::keep_link(connection, (scope, epoch), out, broken).await;
        };
        let before = self.link.replace(tokio::spawn(link).abort_handle());
        before.inspect(AbortHandle::abort);
    }

    async fn go_on(&mut self, session: &Session, options: Options) -> Result<Exit, Error> {
        let mut signals = Signals::new()?;
        let mut input = Reader::start()?;
        if let Err(problem) = self.doer.store.views() {
            self.tell(What::Warned(problem))?;
        }
        // The first frame comes before the connection.
        self.display.refresh(&mut self.model)?;
        self.keep_link(options.scope);
        let _watcher = options.themes_dir.as_deref().and_then(|folder| {
            let out = self.doer.out.clone();
            theme::watch(folder, move || drop(out.try_send(What::ThemesChanged)))
        });
        if let Some(id) = options.open {
            let effects = go(&mut self.model, Target::Run(id));
            self.carry_out(effects, session, &mut input)?;
        }
        let result = self.turn(session, &mut signals, &mut input).await;
        self.display.finish();
        io::Write::write_all(&mut io::stdout(), self.display.show.end().as_bytes()).ok();
        self.tape.end();
        self.link.take().inspect(AbortHandle::abort);
        result
    }

    async fn turn(
        &mut self,
        session: &Session,
        signals: &mut Signals,
        input: &mut Reader,
    ) -> Result<Exit, Error> {
        while !self.quit {
            let wake = until(self.model.next_wake());
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
                turn = self.display.turn(&self.model) => self.display.on(turn)?,
                () = tokio::time::sleep(wake) => self.handle(What::Tick, session, input)?,
            }
            self.drain(session, input).await?;
            if std::mem::take(&mut self.tours) {
                let still = self.model.shared.look.reduced_motion;
                match Box::pin(self.tour.play(session, input, still)).await {
                    Ok(Exit::Quit) => {}
                    // It has no room: that is told where the key was pressed.
                    Err(Error::Config(problem)) => self.tell(What::Warned(problem))?,
                    ended => return ended,
                }
                self.take_back(session)?;
            }
            if std::mem::take(&mut self.edited) {
                signals.forget_interrupts().await;
            }
            if !self.quit {
                self.display.refresh(&mut self.model)?;
            }
        }
        Ok(Exit::Quit)
    }

    /// Takes everything that is ready, so that a burst is drawn once.
    async fn drain(&mut self, session: &Session, input: &mut Reader) -> Result<(), Error> {
        let begin = Instant::now();
        for _ in 0..DRAIN_MAX {
            // What a key does is shown before more news are taken.
            let key_waits = self.display.is_urgent(&self.model);
            if self.quit || key_waits || begin.elapsed() > DRAIN_FOR {
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

    fn on_input(
        &mut self,
        event: io::Result<Input>,
        session: &Session,
        input: &mut Reader,
    ) -> Result<(), Error> {
        let event = event?;
        if event == Input::Here {
            self.display.answered();
        }
        if let Some((column, row)) = event.clicked() {
            self.display.hurry();
            let mut click = Click::new(column, row);
            while let Some(what) = click.next(&self.model) {
                self.handle(what, session, input)?;
            }
            return Ok(());
        }
        let Some(what) = What::of_terminal(event) else {
            return Ok(());
        };
        self.display.hurry();
        self.handle(what, session, input)
    }

    fn handle(&mut self, what: What, session: &Session, input: &mut Reader) -> Result<(), Error> {
        let effects = self.update(what)?;
        self.carry_out(effects, session, input)
    }

    /// Changes the model, and writes down what changed it where that is wanted.
    fn update(&mut self, what: What) -> Result<Vec<Effect>, Error> {
        if self.display.show.passes_over(&what) {
            return Ok(Vec::new());
        }
        let at = Timestamp::now();
        let keyed = what.is_typed();
        let is_awaited = self.display.hears(&what);
        let over = self.tape.note(at, &what, &self.model);
        let mut effects = update(&mut self.model, Msg { at, what });
        self.tape.asked(&effects);
        if is_awaited {
            self.display.asks(&effects);
        }
        if let Some(what) = over {
            effects.extend(update(&mut self.model, Msg { at, what }));
        }
        self.display.show.noticed(keyed, &mut effects, &self.model);
        Ok(effects)
    }

    fn carry_out(
        &mut self,
        effects: Vec<Effect>,
        session: &Session,
        input: &mut Reader,
    ) -> Result<(), Error> {
        for effect in effects {
            match self.doer.carry_out(effect) {
                None => {}
                Some(Todo::Quit) => self.quit = true,
                Some(Todo::Tour) => self.tours = true,
                Some(Todo::Record(path)) => self.record(path.as_deref())?,
                Some(Todo::Link(scope)) => self.keep_link(scope),
                Some(Todo::Reach(name)) => self.go_to(&name)?,
                Some(Todo::Mouse(on)) => session.turn(Switch::Mouse, on)?,
                Some(Todo::Redraw) => {
                    self.display.forget();
                    self.model.changed = true;
                }
                Some(Todo::Send(bytes)) => {
                    use io::Write;
                    let mut out = io::stdout().lock();
                    out.write_all(&bytes)?;
                    out.flush()?;
                }
                Some(Todo::Suspend) => {
                    self.display.finish();
                    session.pause()?;
                    // Whoever has the terminal now must get its keys.
                    input.pause();
                    stop_process_group()?;
                    self.take_back(session)?;
                    input.resume()?;
                }
                Some(Todo::Edit { editor, path }) => {
                    self.display.finish();
                    session.pause()?;
                    // The editor must get the keys, as the shell does.
                    input.pause();
                    let edited = edit(&editor, &path).map(|()| path);
                    self.take_back(session)?;
                    input.resume()?;
                    self.edited = true;
                    self.tell(What::Edited(edited))?;
                }
            }
        }
        Ok(())
    }
}

/// Time until a moment; none when it has passed.
fn until(at: Timestamp) -> Duration {
    let left = at.duration_since(Timestamp::now());
    Duration::try_from(left).unwrap_or(Duration::ZERO)
}
