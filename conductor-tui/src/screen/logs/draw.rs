//! How lines of a log look: their text with what is looked for in it, and what stands before it.

use std::ops::Range;

use jiff::Timestamp;
use ratatui::text::{Line as TextLine, Span};

use crate::{
    app::{Look, time},
    log::{Line, Log, Needle, Source},
    theme::Meaning,
    widget::{bytes, caret, count, pad},
};

/// Cells of a time and the blank after it.
const TIME: usize = 13;
/// Cells of the longest host that stands whole, and of its letter.
const NAME_MAX: usize = 16;
const LETTER: usize = 2;
/// Cells before everything: the cursor, and what kind of line it is.
const GUTTER: usize = 3;
/// What tells hosts apart beside their letter.
const COLOURS: [Meaning; 6] = [
    Meaning::Accent,
    Meaning::Ok,
    Meaning::Waiting,
    Meaning::Running,
    Meaning::Title,
    Meaning::Warn,
];

/// How the host of a line is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Hosts {
    /// By name where there is room and more than one.
    #[default]
    Auto,
    Name,
    Letter,
    Off,
}

/// What stands before the text of each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) times: bool,
    /// Cells of the host's name; 0 for its letter alone; nothing for neither.
    name: Option<usize>,
}

impl Columns {
    pub(crate) fn of(log: &Log, times: bool, hosts: Hosts, cells: usize) -> Self {
        let longest = || {
            let names = log.sources().all().iter().map(|source| crate::widget::width(&source.name));
            names.max().unwrap_or(0).min(NAME_MAX)
        };
        let name = match hosts {
            Hosts::Off => None,
            Hosts::Auto if log.sources().hosts() < 2 => None,
            Hosts::Auto if cells < 76 => Some(0),
            Hosts::Letter => Some(0),
            Hosts::Auto | Hosts::Name => Some(longest()),
        };
        Self { times, name }
    }

    /// Cells that they take of a row.
    pub(crate) fn width(&self) -> usize {
        let name = self.name.map_or(0, |name| LETTER + name + usize::from(name > 0));
        GUTTER + usize::from(self.times) * TIME + name
    }

    /// Cells of the text in a row of so many.
    pub(crate) fn text(&self, cells: usize) -> usize {
        cells.saturating_sub(self.width()).max(2)
    }

    /// What stands before a line.
    pub(crate) fn before<'a>(
        &self,
        line: &Line<'_>,
        log: &Log,
        chosen: bool,
        look: &Look,
    ) -> Vec<Span<'a>> {
        let g = look.glyphs;
        let (mark, meaning) = match line.tag {
            _ if log.is_marked(line.number) => (g.flag, Meaning::Accent),
            tag if tag.error => (g.failed, Meaning::Danger),
            tag if tag.stderr => ("e", Meaning::Warn),
            _ => (" ", Meaning::Text),
        };
        let cursor = if chosen { g.cursor } else { " " };
        let accent = look.style(Meaning::Accent);
        let mut spans = vec![
            Span::styled(cursor, if chosen { caret(accent) } else { accent }),
            Span::styled(mark, look.style(meaning)),
            Span::raw(" "),
        ];
        if self.times {
            spans
                .push(Span::styled(format!("{} ", at(line, &look.zone)), look.style(Meaning::Dim)));
        }
        if let Some(cells) = self.name {
            let source = log.source(line);
            let colour = source.map_or(Meaning::Dim, colour);
            let letter = source.map_or('?', letter);
            let name = match cells {
                0 => format!("{letter} "),
                _ => {
                    let name = source.map_or("", |source| source.name.as_str());
                    format!("{letter} {} ", pad(name, cells, g.ellipsis))
                }
            };
            spans.push(Span::styled(name, look.style(colour)));
        }
        spans
    }
}

/// When a line came, to the millisecond.
pub(crate) fn at(line: &Line<'_>, zone: &jiff::tz::TimeZone) -> String {
    match Timestamp::from_millisecond(line.tag.at_ms) {
        Ok(at) if line.tag.at_ms != 0 => {
            format!("{}.{:03}", time::clock(at, zone), at.subsec_millisecond())
        }
        _ => " ".repeat(TIME - 1),
    }
}

/// A letter of each host; the alphabet is gone through again where there are more.
pub(crate) fn letter(source: &Source) -> char {
    char::from(b'A' + (source.host % 26) as u8)
}

fn colour(source: &Source) -> Meaning {
    COLOURS[usize::from(source.host) % COLOURS.len()]
}

/// A part of a line, with what is looked for in it.
pub(crate) fn words_of<'a>(
    line: &Line<'_>,
    part: Range<usize>,
    needle: Option<&Needle>,
    look: &Look,
) -> Vec<Span<'a>> {
    let meaning = match line.tag {
        tag if tag.error => Meaning::Danger,
        tag if tag.stderr => Meaning::Warn,
        _ => Meaning::Text,
    };
    let mut spans = Vec::new();
    let mut from = part.start;
    let mut say = |range: Range<usize>, meaning: Meaning| {
        if let Some(text) = line.text.get(range).filter(|text| !text.is_empty()) {
            spans.push(Span::styled(text.to_owned(), look.style(meaning)));
        }
    };
    for place in needle.map(|needle| needle.places(line.text)).unwrap_or_default() {
        let (begin, end) = (place.start.max(from), place.end.min(part.end));
        if begin < end {
            say(from..begin, meaning);
            say(begin..end, Meaning::Match);
            from = end;
        }
    }
    say(from..part.end, meaning);
    spans
}

/// Whether it follows, and what has come meanwhile.
pub(crate) fn follows(log: &Log, look: &Look) -> String {
    let unseen = log.unseen() as u64;
    if !log.follows() && unseen > 0 {
        format!("{} new, G follows", count(unseen))
    } else if !log.follows() {
        "held, G follows".to_owned()
    } else if log.ended {
        match log.lines_come() {
            1 => "1 line".to_owned(),
            lines => format!("{} lines", count(lines)),
        }
    } else {
        format!("following {}", look.glyphs.live)
    }
}

/// What is not there any more, where something is not.
pub(crate) fn dropped<'a>(log: &Log, look: &Look) -> Option<TextLine<'a>> {
    let text = match (log.lines_dropped(), log.bytes_dropped()) {
        (0, 0) => return None,
        (0, n) => format!("{} were not kept by the daemon", bytes(n)),
        (n, 0) => format!("{} earlier lines are not kept here", count(n)),
        (n, m) => format!("{} earlier lines are not kept here, {} not at all", count(n), bytes(m)),
    };
    Some(TextLine::styled(format!("{} {text}", look.glyphs.ellipsis), look.style(Meaning::Warn)))
}
