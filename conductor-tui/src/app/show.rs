//! How the console shows itself: painted as a grid, or told in lines.

use std::io;

use super::{
    effect::Effect,
    linear::{LINEAR_SIZE, Linear, Output},
    model::Model,
    msg::What,
    options::{Manner, Options},
    paint::Painter,
};
use crate::{
    terminal::{Caps, Switch},
    theme::{Depth, GlyphSet},
};

/// See the module.
pub(super) enum Show {
    Grid(Box<Painter>),
    Lines(Box<Lines>),
}

/// What tells, and to what kind of terminal.
pub(super) struct Lines {
    linear: Linear,
    output: Output,
    /// It understands text and line ends, and nothing else.
    dumb: bool,
    /// Told before everything else.
    first: Vec<String>,
}

impl Show {
    pub(super) fn of(options: &Options, caps: Caps, size: (u16, u16)) -> io::Result<Self> {
        if !options.plain {
            return Ok(Self::Grid(Box::new(Painter::new(size)?)));
        }
        let (linear, output) = (Linear::default(), Output::default());
        let dumb = !caps.can_be_asked;
        Ok(Self::Lines(Box::new(Lines { linear, output, dumb, first: Vec::new() })))
    }

    /// For what is played, in this size where it is painted.
    pub(super) fn of_played(manner: Manner, caps: Caps, size: (u16, u16)) -> io::Result<Self> {
        let plain = Options { plain: manner.plain, ..Options::default() };
        Self::of(&plain, caps, size)
    }

    /// What is switched on in the terminal where something is played.
    pub(super) fn switches_played(manner: Manner) -> &'static [Switch] {
        match manner.plain {
            true => &[Switch::Raw],
            false => &[Switch::Raw, Switch::AlternateScreen, Switch::HiddenCursor],
        }
    }

    /// What the terminal can show where something is played.
    pub(super) fn caps_played(manner: Manner) -> Caps {
        let Manner { color, reduced_motion, plain } = manner;
        Self::caps(&Options { color, reduced_motion, plain, ..Options::default() })
    }

    /// What the terminal can show, as far as it is made use of.
    pub(super) fn caps(options: &Options) -> Caps {
        let mut caps = Caps::from_env(options.color);
        caps.reduced_motion |= options.reduced_motion || options.plain;
        if options.plain {
            caps.depth = Depth::Mono;
        }
        caps
    }

    /// What is drawn with. Told in lines, what is drawn is left out, and must not look like text.
    pub(super) fn glyphs(options: &Options, caps: Caps) -> GlyphSet {
        match (options.plain, options.glyphs, caps.ascii) {
            (true, ..) | (false, None, false) => GlyphSet::Unicode,
            (false, Some(set), _) => set,
            (false, None, true) => GlyphSet::Ascii,
        }
    }

    /// The size of the screen.
    pub(super) fn size(options: &Options) -> io::Result<(u16, u16)> {
        if options.plain { Ok(LINEAR_SIZE) } else { crossterm::terminal::size() }
    }

    /// What is switched on in the terminal.
    pub(super) fn switches(options: &Options, caps: Caps) -> Vec<Switch> {
        if options.plain {
            let asked = [Switch::BracketedPaste, Switch::Focus].into_iter();
            let asked = asked.filter(|_| caps.can_be_asked);
            return [Switch::Raw].into_iter().chain(asked).collect();
        }
        let mut switches = vec![Switch::Raw, Switch::AlternateScreen, Switch::HiddenCursor];
        switches.push(Switch::BracketedPaste);
        if options.mouse {
            switches.push(Switch::Mouse);
        }
        if caps.can_be_asked {
            switches.push(Switch::Focus);
        }
        let follows = options.theme.is_none() && options.theme_now.is_none();
        if follows && caps.can_be_asked && caps.depth != Depth::Mono {
            switches.push(Switch::Ground);
        }
        switches
    }

    /// Whether what has happened is nothing to the console: lines have no size.
    pub(super) const fn passes_over(&self, what: &What) -> bool {
        matches!((self, what), (Self::Lines(_), What::Resize(..)))
    }

    /// Takes notice of what has happened, before what came of it is carried out.
    pub(super) fn noticed(&mut self, keyed: bool, effects: &mut Vec<Effect>, model: &Model) {
        let Self::Lines(lines) = self else { return };
        lines.linear.noticed(keyed, effects, model.shared.now);
        // Without a picture there is nothing to point at.
        effects.retain(|effect| !matches!(effect, Effect::Mouse(_)));
        if lines.dumb {
            // Its clipboard can't be reached: what is copied is told, to be taken from there.
            effects.retain(|effect| match effect {
                Effect::Copy(text) => {
                    lines.first.push(format!("to copy: {text}"));
                    false
                }
                _ => true,
            });
        }
    }

    /// Takes notice of what was typed in what is played.
    pub(super) fn heard(&mut self, effects: &[Effect], model: &Model) {
        if let Self::Lines(lines) = self {
            lines.linear.noticed(true, effects, model.shared.now);
        }
    }

    /// Has a line told before everything else; what is painted says it by itself.
    pub(super) fn say(&mut self, line: impl FnOnce() -> String) {
        if let Self::Lines(lines) = self {
            lines.first.push(line());
        }
    }

    /// The bytes that bring the terminal to this model.
    pub(super) fn frame(&mut self, model: &Model) -> io::Result<Vec<u8>> {
        match self {
            Self::Grid(painter) => painter.frame(model),
            Self::Lines(lines) => {
                let mut all = std::mem::take(&mut lines.first);
                let (told, input) = lines.linear.tell(model);
                all.extend(told);
                Ok(lines.output.write(&all, &input))
            }
        }
    }

    /// What the terminal shows is not what it was brought to.
    pub(super) fn forget(&mut self) {
        match self {
            Self::Grid(painter) => painter.forget(),
            Self::Lines(lines) => lines.linear.forget(),
        }
    }

    /// The same where only a picture is lost: what was told was told.
    pub(super) fn repaint(&mut self) {
        if let Self::Grid(painter) = self {
            painter.forget();
        }
    }

    /// What ends the last line.
    pub(super) fn end(&mut self) -> &'static str {
        match self {
            Self::Grid(_) => "",
            Self::Lines(lines) => lines.output.end(),
        }
    }
}
