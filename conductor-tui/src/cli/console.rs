//! `conductor` without a subcommand: hands over to the full-screen console.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use conductor_client::{Bearer, Connection};
use conductor_tui::{
    app::{self, Contexts, Exit as Ended, Manner, Options},
    signing::Places,
    terminal::ColorWish,
    theme::GlyphSet,
};

use super::{
    args::ConsoleArgs,
    failure::Failure,
    ledger::remembered,
    login::kept,
    oidc,
    output::{ColorChoice, Output},
    reach, replay, themes, tour,
};
use crate::config::{Environment, Flags, Overrides, Settings, told};

/// Threads of the console: one draws, one has time for what takes longer.
const THREADS: usize = 2;

/// How long the look back at the daemon's last checkpoint may take before the screen is drawn.
pub(super) const LOOK_BACK_MAX: Duration = Duration::from_secs(2);

/// Runs the console until it is left.
pub(super) fn run(
    args: &ConsoleArgs,
    color: ColorChoice,
    (settings, environment): (Settings, &Environment),
    output: &mut Output,
) -> Result<(), Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        let message = "the full-screen console needs a terminal";
        return Err(Failure::usage(message, "give a command; `conductor --help` lists them"));
    }
    for warning in &settings.warnings {
        output.note(format!("warning: {}: {warning}", settings.paths.config_file.display()))?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(|error| Failure::local("start the runtime", error))?;
    let (endpoint, scope) = (settings.endpoint.clone(), settings.scope.clone());
    let token = runtime.block_on(kept::token(&settings, environment))?;
    let bearer = Bearer::of(token.as_ref());
    runtime.spawn(oidc::keep_fresh(kept::place(&settings, environment), bearer.clone()));
    let paths = settings.paths.clone();
    let begins = tour::is_due(std::env::args_os(), &settings, environment);
    let own = flags(args, &Flags::new());
    let contexts = reach::contexts(&settings, environment, own, runtime.handle());
    let options = Options { contexts, ..options(args, color, (settings, environment)) };
    if begins && app::tour_has_room() && app::tour_is_new(&paths.console_state()) {
        let Options { color, reduced_motion, plain, .. } = options;
        let manner = Manner { color, reduced_motion, plain };
        let played = runtime.block_on(app::tour(manner, options.grammar));
        if let Ok(Ended::Signal(signal)) = played {
            return Err(Failure::Signal(signal));
        }
        // Whatever kept it from being shown keeps nobody from the console.
    }
    let ended = runtime.block_on(async {
        let connection = Connection::lazy_with_questions(endpoint, scope).with_bearer(bearer);
        // What SSH asks is asked while the terminal is still the user's.
        connection.open().await?;
        // A daemon that takes its time is looked at without: the screen says how it does.
        let looked = remembered::check_where_it_can_be(&connection, &paths);
        tokio::time::timeout(LOOK_BACK_MAX, looked).await.unwrap_or(Ok(()))?;
        Ok::<_, Failure>(Box::pin(app::run(options, connection)).await)
    })?;
    // What is still under way must not hold up a user who has left.
    runtime.shutdown_background();
    match ended {
        Ok(Ended::Quit) => Ok(()),
        Ok(Ended::Signal(signal)) => Err(Failure::Signal(signal)),
        Err(app::Error::Recording(problem)) => Err(replay::wrong(problem)),
        Err(app::Error::Config(message)) => {
            Err(Failure::usage(message, "correct the config file or the flag"))
        }
        Err(app::Error::Terminal(error)) => Err(Failure::local("use the terminal", error)),
    }
}

/// Whether the console is told in lines: because somebody said so, or the terminal is no other.
pub(super) fn is_told(said: bool, environment: &Environment) -> bool {
    // What can't move its cursor can't be painted on either.
    let dumb = environment.get("TERM") == Some("dumb");
    said || dumb || environment.get("CONDUCTOR_PLAIN").is_some()
}

/// How a recording or the tour is played. Either wants no config file, and a mistake in it keeps nobody
/// from them.
pub(super) fn manner(
    said: bool,
    color: ColorChoice,
    (overrides, environment): (Overrides, &Environment),
) -> Manner {
    let file = Settings::load(overrides, environment).map(|settings| settings.console);
    let (plain, reduced_motion) =
        file.map_or((false, false), |file| (file.plain, file.reduced_motion));
    let plain = is_told(said || plain, environment);
    Manner { color: color_wish(color), reduced_motion, plain }
}

/// What the flag says, as the console takes it.
const fn color_wish(color: ColorChoice) -> ColorWish {
    match color {
        ColorChoice::Auto => ColorWish::Auto,
        ColorChoice::Always => ColorWish::Always,
        ColorChoice::Never => ColorWish::Never,
    }
}

/// The flags on top of the config file's `[console]`.
fn options(
    args: &ConsoleArgs,
    color: ColorChoice,
    (settings, environment): (Settings, &Environment),
) -> Options {
    let themes = themes::folder(&settings);
    let told = told(&settings, environment, &flags(args, &settings.flags));
    let paths = places(&settings);
    let file = settings.console;
    let plain = is_told(args.plain || file.plain, environment);
    let glyphs = match (&args.glyphs, args.ascii, &file.glyphs, file.ascii) {
        (Some(flag), ..) => flag.parse().ok(),
        (None, true, ..) => Some(GlyphSet::Ascii),
        (None, false, Some(set), _) => set.get_ref().parse().ok(),
        (None, false, None, ascii) => ascii.then_some(GlyphSet::Ascii),
    };
    Options {
        scope: settings.scope,
        start: file.start,
        theme: file.theme,
        theme_production: file.theme_production,
        theme_now: args.theme.clone(),
        themes_dir: Some(themes),
        told,
        config_file: Some(settings.paths.config_file.clone()),
        paths,
        keys: file.keys,
        keys_at: Places {
            agent: environment.path("SSH_AUTH_SOCK"),
            folder: environment.path("HOME").map(|home| home.join(".ssh")),
        },
        editor: ["VISUAL", "EDITOR"]
            .iter()
            .find_map(|name| environment.get(name))
            .unwrap_or("vi")
            .to_owned(),
        open: args.open.clone(),
        contexts: Contexts::default(),
        read_only: args.read_only || file.read_only,
        color: color_wish(color),
        glyphs,
        reduced_motion: args.reduced_motion || file.reduced_motion,
        plain,
        mouse: (args.mouse || file.mouse) && !plain,
        record: args.record.clone(),
        grammar: super::grammar::grammar,
        state_dir: Some(settings.paths.console_state()),
        home: environment.path("HOME"),
    }
}

/// Settings that the flags of this call said.
fn flags(args: &ConsoleArgs, more: &Flags) -> Flags {
    let on = |flag: bool| flag.then(|| "on".to_owned());
    let glyphs = args.glyphs.clone().or_else(|| args.ascii.then(|| "ascii".to_owned()));
    let own = [
        ("console.theme", args.theme.clone()),
        ("console.glyphs", glyphs),
        ("console.reduced_motion", on(args.reduced_motion)),
        ("console.mouse", on(args.mouse)),
        ("console.read_only", on(args.read_only)),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
    more.iter().cloned().chain(own).collect()
}

/// Where things lie, as `conductor paths` has it.
fn places(settings: &Settings) -> Vec<(String, String)> {
    let paths = &settings.paths;
    let place = |name: &str, path: &std::path::Path| (name.to_owned(), path.display().to_string());
    vec![
        place("config", &paths.config_file),
        place("themes", &themes::folder(settings)),
        place("data", &paths.data_dir),
        place("state", &paths.state_dir),
        place("daemon log", &paths.daemon_log()),
    ]
}
