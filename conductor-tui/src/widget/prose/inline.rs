//! What stands inside a line of Markdown: emphasis, code and links, wrapped at words.

use ratatui::{
    style::{Modifier, Style},
    text::{Line, Span},
};

use super::{super::width, broken};
use crate::{app::Look, theme::Meaning};

/// Text of one look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) strong: bool,
    pub(super) slanted: bool,
    pub(super) code: bool,
}

impl Piece {
    fn style(&self, look: &Look) -> Style {
        let mut style = look.style(if self.code { Meaning::Accent } else { Meaning::Text });
        if self.strong {
            style = style.add_modifier(Modifier::BOLD);
        }
        if self.slanted {
            style = style.add_modifier(Modifier::ITALIC);
        }
        style
    }
}

/// Takes a line apart. A mark that nothing closes is text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut now = Piece::default();
    let mut rest = text;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        if letter == '\\' && after.starts_with(|c: char| c.is_ascii_punctuation()) {
            now.text.push_str(&after[..1]);
            rest = &after[1..];
            before = 'x';
            continue;
        }
        if letter == '`'
            && let Some((code, beyond)) = code(rest)
        {
            flush(&mut out, &mut now);
            out.push(Piece { text: code.to_owned(), code: true, ..now.clone() });
            rest = beyond;
            before = '`';
            continue;
        }
        if letter == '['
            && let Some((label, target, beyond)) = link(rest)
        {
            now.text.push_str(label);
            if !target.is_empty() && target != label {
                now.text.extend([" (", target, ")"]);
            }
            rest = beyond;
            before = ')';
            continue;
        }
        if let Some((mark, toggles)) = emphasis(rest, before, &now) {
            flush(&mut out, &mut now);
            toggles(&mut now);
            rest = &rest[mark..];
            before = '*';
            continue;
        }
        now.text.push(letter);
        before = letter;
        rest = after;
    }
    flush(&mut out, &mut now);
    out
}

fn flush(out: &mut Vec<Piece>, now: &mut Piece) {
    if !now.text.is_empty() {
        out.push(now.clone());
        now.text.clear();
    }
}

/// What stands between as many backquotes as it begins with.
fn code(text: &str) -> Option<(&str, &str)> {
    let marks = text.len() - text.trim_start_matches('`').len();
    let (mark, inside) = text.split_at(marks);
    let end = inside.find(mark)?;
    Some((inside[..end].trim(), &inside[end + marks..]))
}

/// The label and the address of a link.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (target, rest) = rest.split_once(')')?;
    (!label.contains(['[', ']'])).then_some((label, target.trim(), rest))
}

/// What a mark of emphasis changes.
type Toggle = fn(&mut Piece);

/// A mark of emphasis that opens or closes here: its length, and what it changes.
fn emphasis(text: &str, before: char, now: &Piece) -> Option<(usize, Toggle)> {
    let mark = text.chars().next().filter(|c| matches!(c, '*' | '_'))?;
    let strong = text[1..].starts_with(mark);
    let length = if strong { 2 } else { 1 };
    let after = text[length..].chars().next().unwrap_or(' ');
    let open = if strong { now.strong } else { now.slanted };
    let fits = match open {
        // It closes behind a word, and an underscore not in the middle of one.
        true => !before.is_whitespace() && (mark == '*' || !after.is_alphanumeric()),
        // It opens before one, where something closes it.
        false => {
            !after.is_whitespace()
                && !before.is_alphanumeric()
                && text[length..].contains(&text[..length])
        }
    };
    let toggle: Toggle = match strong {
        true => |piece| piece.strong = !piece.strong,
        false => |piece| piece.slanted = !piece.slanted,
    };
    fits.then_some((length, toggle))
}

/// Wraps pieces at spaces within so many columns.
pub(super) fn wrap<'a>(pieces: Vec<Piece>, columns: usize, look: &Look) -> Vec<Line<'a>> {
    let spans = pieces.into_iter().map(|piece| {
        let style = piece.style(look);
        Span::styled(piece.text, style)
    });
    wrapped(spans.collect(), columns, 0)
}

/// Wraps spans at spaces within so many columns; what goes on is indented by `hang`. A word that is
/// longer than a line is broken.
pub(crate) fn wrapped<'a>(spans: Vec<Span<'a>>, columns: usize, hang: usize) -> Vec<Line<'a>> {
    let hang = hang.min(columns / 2);
    let columns = columns.max(hang + 1);
    let mut lines: Vec<Vec<Span<'a>>> = vec![Vec::new()];
    let mut used = 0;
    // A word may be of several looks; it is not torn apart where they change.
    for word in words(spans) {
        let cells: usize = word.iter().map(|part| width(part.content.trim_end())).sum();
        if used > hang && used + cells > columns {
            lines.push(vec![Span::raw(" ".repeat(hang))]);
            used = hang;
        }
        for part in word {
            let text = part.content.into_owned();
            let room = columns - hang;
            let parts =
                if width(text.trim_end()) > room { broken(&text, room) } else { vec![text] };
            for text in parts {
                if used > hang && used + width(text.trim_end()) > columns {
                    lines.push(vec![Span::raw(" ".repeat(hang))]);
                    used = hang;
                }
                // No space hangs over the edge.
                let over = used + width(&text) > columns;
                let text = if over { text.trim_end().to_owned() } else { text };
                used += width(&text);
                if let Some(line) = lines.last_mut() {
                    line.push(Span::styled(text, part.style));
                }
            }
        }
    }
    lines.into_iter().map(Line::from).collect()
}

/// Spans as words, each with the space behind it.
fn words(spans: Vec<Span<'_>>) -> Vec<Vec<Span<'static>>> {
    let mut words: Vec<Vec<Span<'static>>> = Vec::new();
    let mut open = false;
    for span in spans {
        for text in span.content.split_inclusive(' ') {
            let part = Span::styled(text.to_owned(), span.style);
            match words.last_mut() {
                Some(word) if open => word.push(part),
                _ => words.push(vec![part]),
            }
            open = !text.ends_with(' ');
        }
    }
    words
}
