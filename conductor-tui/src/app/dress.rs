//! What the console wears when it starts: the theme that was asked for, or one that fits; and what it says
//! of the terminal that it wears it on.

use tokio::sync::mpsc;

use super::{
    doer::load_theme, msg::What, options::Options, runtime::Error, shared::is_production,
    told::Told,
};
use crate::{
    terminal::{Caps, Wrapping},
    theme::{Choice, Depth, Palette},
};

/// The theme to begin with, and what it was chosen by.
pub(super) fn dressed(
    options: &Options,
    caps: Caps,
    out: &mpsc::Sender<What>,
) -> Result<(Palette, Choice), Error> {
    let choice = Choice {
        by_hand: options.theme_now.clone(),
        usual: options.theme.clone(),
        production: options.theme_production.clone(),
        light: caps.light,
        mono: caps.depth == Depth::Mono,
    };
    let production = is_production(&options.scope.environment);
    let name = choice.name(production);
    let palette = load_theme(name, options.themes_dir.clone(), caps.depth).or_else(|problem| {
        // Nobody is kept out by how things look: they go on with what fits, and are told.
        out.try_send(What::Theme(Err(problem))).ok();
        let fits = Choice { light: caps.light, mono: choice.mono, ..Choice::default() };
        load_theme(fits.name(production), None, caps.depth).map_err(Error::Config)
    })?;
    Ok((palette, choice))
}

/// What is known of how the console was started, for the screen of settings.
pub(super) fn told(options: &Options, caps: Caps) -> Told {
    let yes = |on: bool| if on { "yes" } else { "no" };
    let row = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let terminal = vec![
        row(
            "colours",
            match caps.depth {
                Depth::Mono => "none",
                Depth::Ansi16 => "16",
                Depth::Ansi256 => "256",
                Depth::True => "16,777,216",
            },
        ),
        row("locale", if caps.ascii { "ASCII" } else { "UTF-8" }),
        row("link", if caps.is_far { "far, over SSH" } else { "near, this machine" }),
        row(
            "clipboard",
            match caps.wrapping {
                Wrapping::None => "OSC 52",
                Wrapping::Tmux => "OSC 52 through tmux",
                Wrapping::Screen => "OSC 52 through screen",
            },
        ),
        row("notify, auto", caps.notifier.name()),
        row("can be asked", yes(caps.can_be_asked)),
        row("mouse", "clicks and the wheel, where `mouse` is on"),
    ];
    let told = Told {
        rows: options.told.clone(),
        file: options.config_file.clone(),
        paths: options.paths.clone(),
        terminal,
        ascii: caps.ascii,
        ..Told::default()
    };
    told.with_keys(&options.keys)
}
