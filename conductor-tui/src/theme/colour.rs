//! Colours: parsing, contrast, and the ladder from true colour down to sixteen.

use std::{fmt, str::FromStr};

use ratatui::style::Color;

/// Contrast that WCAG asks of text on its ground.
pub(crate) const CONTRAST_TEXT_MIN: f64 = 4.5;

/// A colour as a theme names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// How many colours the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None at all: attributes only.
    Mono,
    /// The sixteen of ANSI.
    Ansi16,
    /// The xterm palette.
    Ansi256,
    /// 24 bits.
    True,
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl FromStr for Rgb {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii());
        let part = |d: &str, at: usize| u8::from_str_radix(&d[at..at + 2], 16).ok();
        digits.and_then(|d| Some(Self(part(d, 0)?, part(d, 2)?, part(d, 4)?))).ok_or_else(|| {
            format!("`{text}` is neither `#rrggbb`, `none`, nor a name from [colors]")
        })
    }
}

/// xterm's default values of the sixteen; a terminal may show others, near enough to choose by.
const ANSI: [(Rgb, Color); 16] = [
    (Rgb(0, 0, 0), Color::Black),
    (Rgb(205, 0, 0), Color::Red),
    (Rgb(0, 205, 0), Color::Green),
    (Rgb(205, 205, 0), Color::Yellow),
    (Rgb(0, 0, 238), Color::Blue),
    (Rgb(205, 0, 205), Color::Magenta),
    (Rgb(0, 205, 205), Color::Cyan),
    (Rgb(229, 229, 229), Color::Gray),
    (Rgb(127, 127, 127), Color::DarkGray),
    (Rgb(255, 0, 0), Color::LightRed),
    (Rgb(0, 255, 0), Color::LightGreen),
    (Rgb(255, 255, 0), Color::LightYellow),
    (Rgb(92, 92, 255), Color::LightBlue),
    (Rgb(255, 0, 255), Color::LightMagenta),
    (Rgb(0, 255, 255), Color::LightCyan),
    (Rgb(255, 255, 255), Color::White),
];

const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Contrast ratio after WCAG 2, from 1 to 21.
pub(crate) fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = linear(colour);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Red, green and blue as light, from 0 to 1: sRGB without its curve.
pub(crate) fn linear(Rgb(r, g, b): Rgb) -> [f64; 3] {
    [r, g, b].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

/// Squared distance weighted as the eye weighs red, green and blue.
fn distance(a: Rgb, b: Rgb) -> u32 {
    let part = |x: u8, y: u8, weight: u32| u32::from(x.abs_diff(y)).pow(2) * weight;
    part(a.0, b.0, 2) + part(a.1, b.1, 4) + part(a.2, b.2, 3)
}

/// A ground at this depth: the nearest colour there is.
pub(crate) fn ground(colour: Rgb, depth: Depth) -> Shown {
    nearest(colour, depth, |_| 0)
}

/// Text at this depth: the nearest colour that can still be read on all of its grounds, or, where
/// there is none, on most of them.
pub(crate) fn text(colour: Rgb, on: &[Rgb], depth: Depth) -> Shown {
    nearest(colour, depth, |shown| {
        on.iter().filter(|on| contrast(shown, **on) < CONTRAST_TEXT_MIN).count()
    })
}

/// What a colour that was chosen above looks like; none for the terminal's own.
#[cfg(test)]
pub(crate) fn looks(shown: Color) -> Option<Rgb> {
    match shown {
        Color::Rgb(r, g, b) => Some(Rgb(r, g, b)),
        Color::Indexed(_) => xterm().find(|known| known.colour == shown).map(|known| known.rgb),
        _ => ANSI.iter().find(|(_, colour)| *colour == shown).map(|(rgb, _)| *rgb),
    }
}

/// What is sent to the terminal, and what it looks like there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) colour: Color,
    pub(crate) rgb: Rgb,
}

/// The colour with the fewest misfits, and of those the nearest.
fn nearest(wanted: Rgb, depth: Depth, misfits: impl Fn(Rgb) -> usize) -> Shown {
    let pick = |candidates: &mut dyn Iterator<Item = Shown>| {
        candidates.min_by_key(|c| (misfits(c.rgb), distance(c.rgb, wanted)))
    };
    let exact = Shown { colour: Color::Rgb(wanted.0, wanted.1, wanted.2), rgb: wanted };
    match depth {
        Depth::Mono => Some(Shown { colour: Color::Reset, rgb: wanted }),
        Depth::Ansi16 => pick(&mut ANSI.iter().map(|&(rgb, colour)| Shown { colour, rgb })),
        Depth::Ansi256 => pick(&mut xterm()),
        Depth::True => Some(exact),
    }
    .unwrap_or(exact)
}

/// The colour cube and the greys, without the sixteen that users redefine.
fn xterm() -> impl Iterator<Item = Shown> {
    let cube = (0..216_u8).map(|i| {
        let part = |n: u8| CUBE[usize::from(n % 6)];
        Shown { colour: Color::Indexed(16 + i), rgb: Rgb(part(i / 36), part(i / 6), part(i)) }
    });
    let greys = (0..24_u8).map(|i| {
        let level = 8 + 10 * i;
        Shown { colour: Color::Indexed(232 + i), rgb: Rgb(level, level, level) }
    });
    cube.chain(greys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_spans_one_to_twenty_one() {
        assert!((contrast(Rgb(0, 0, 0), Rgb(255, 255, 255)) - 21.0).abs() < 0.01);
        assert!((contrast(Rgb(9, 9, 9), Rgb(9, 9, 9)) - 1.0).abs() < 0.01);
    }

    #[test]
    fn the_ladder_finds_the_nearest_colour() {
        let of = |depth| ground(Rgb(254, 1, 2), depth).colour;
        assert_eq!(of(Depth::True), Color::Rgb(254, 1, 2));
        assert_eq!(of(Depth::Ansi256), Color::Indexed(196));
        assert_eq!(of(Depth::Ansi16), Color::LightRed);
        assert_eq!(of(Depth::Mono), Color::Reset);
    }

    #[test]
    fn text_prefers_what_can_be_read() {
        // Blue is nearest, and unreadable on black.
        let shown = text(Rgb(0, 0, 230), &[Rgb(0, 0, 0)], Depth::Ansi16);
        assert!(contrast(shown.rgb, Rgb(0, 0, 0)) >= CONTRAST_TEXT_MIN, "{shown:?}");
        // Nothing is read on black and on white; what is read on one of them is the next best.
        let both = [Rgb(0, 0, 0), Rgb(255, 255, 255)];
        let shown = text(Rgb(0, 255, 0), &both, Depth::Ansi16);
        assert_eq!(shown.colour, Color::LightGreen);
    }

    #[test]
    fn a_bad_colour_is_refused_by_name() {
        assert_eq!("#01020a".parse(), Ok(Rgb(1, 2, 10)));
        for bad in ["red", "#12345", "#12345g", "#é234"] {
            assert!(bad.parse::<Rgb>().is_err_and(|e| e.contains(bad)), "{bad}");
        }
    }
}
