//! What the console wears when it starts: the theme that was asked for, or one that fits.

use tokio::sync::mpsc;

use super::{doer::load_theme, msg::What, options::Options, runtime::Error, shared::is_production};
use crate::{
    terminal::Caps,
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
