//! The blocks of a Markdown file that have a fence, and the words in the line that opens one.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{
    super::{limits::RUNBOOK_WORDS_MAX, problem::Position},
    place::{Lines, Places},
};

/// A word behind an opening fence: `name`, `name=value`, `name="a value"`.
#[derive(Debug)]
pub(super) struct Word<'s> {
    pub(super) name: &'s str,
    pub(super) at: Position,
    /// The value as it is written, without its quotes.
    pub(super) value: Option<&'s str>,
    /// Where the value begins, behind its quote.
    pub(super) value_at: Position,
    /// A quote was opened and not closed, or something follows one.
    pub(super) broken: bool,
}

/// A block with a fence.
#[derive(Debug)]
pub(super) struct Block<'s> {
    /// Where its fence stands.
    pub(super) at: Position,
    /// What stands behind the fence, at most [`RUNBOOK_WORDS_MAX`] and one more.
    pub(super) words: Vec<Word<'s>>,
    /// What is inside, its lines ended by `\n`.
    pub(super) body: String,
    /// Where the lines of the body begin.
    pub(super) places: Places,
    /// Whether a fence closes it.
    pub(super) closed: bool,
    /// Its first and its last line in the file, fences included.
    pub(super) lines: (u32, u32),
}

/// What a Markdown file has that matters here.
#[derive(Debug, Default)]
pub(super) struct Found<'s> {
    pub(super) blocks: Vec<Block<'s>>,
    /// The first heading of the first level, and where it stands.
    pub(super) title: Option<(String, Position)>,
}

/// Reads the Markdown from byte `from` on.
pub(super) fn read<'s>(text: &'s str, from: usize, lines: &Lines<'s>) -> Found<'s> {
    let mut found = Found::default();
    let mut open: Option<(Block<'s>, usize)> = None;
    let mut heading: Option<(String, Position)> = None;
    let markdown = text.get(from..).unwrap_or_default();
    let events = Parser::new_ext(markdown, Options::empty()).into_offset_iter();
    for (event, range) in events {
        let range = range.start + from..range.end + from;
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                open = Some((begin(text, &range, lines), range.start));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((mut block, content_end)) = open.take() {
                    end(&mut block, (text, &range), content_end, lines);
                    found.blocks.push(block);
                }
            }
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if found.title.is_none() => {
                heading = Some((String::new(), lines.at(range.start)));
            }
            Event::End(TagEnd::Heading(_)) => {
                let whole = heading.take().filter(|(title, _)| !title.trim().is_empty());
                found.title = found.title.or(whole);
            }
            Event::Text(piece) | Event::Code(piece) => {
                if let Some((block, content_end)) = &mut open {
                    take(block, &piece, &range, lines);
                    *content_end = range.end;
                } else if let Some((title, _)) = &mut heading {
                    title.push_str(&piece);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((title, _)) = &mut heading {
                    title.push(' ');
                }
            }
            _ => {}
        }
    }
    found
}

/// A block from its opening fence.
fn begin<'s>(text: &'s str, range: &Range<usize>, lines: &Lines<'s>) -> Block<'s> {
    let first = lines.line(range.start);
    let fence = first.chars().next().unwrap_or('`');
    let behind = first.trim_start_matches(fence);
    let offset = range.start + (first.len() - behind.len());
    debug_assert!(text.is_char_boundary(offset));
    let at = lines.at(range.start);
    Block {
        at,
        words: words(behind, offset, lines),
        body: String::new(),
        places: Places(Vec::new()),
        closed: false,
        lines: (at.line, at.line),
    }
}

/// Takes up a piece of a block's inside.
fn take(block: &mut Block<'_>, piece: &str, range: &Range<usize>, lines: &Lines<'_>) {
    let mut offset = range.start;
    for line in piece.split_inclusive('\n') {
        if block.body.is_empty() || block.body.ends_with('\n') {
            block.places.0.push(lines.at(offset));
        }
        block.body.push_str(line);
        offset += line.len();
    }
}

/// A block's end: it is closed when its last line is no part of its inside.
fn end(
    block: &mut Block<'_>,
    (text, range): (&str, &Range<usize>),
    content_end: usize,
    lines: &Lines<'_>,
) {
    let whole = text.get(range.clone()).unwrap_or_default().trim_end();
    let last = whole.rfind('\n').map(|newline| range.start + newline + 1);
    block.closed = last.is_some_and(|last| last >= content_end);
    block.lines.1 = lines.at(range.start + whole.len()).line;
    if block.places.0.is_empty() {
        block.places.0.push(block.at);
    }
}

/// The words of a text that stands at `offset`.
fn words<'s>(text: &'s str, offset: usize, lines: &Lines<'s>) -> Vec<Word<'s>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && words.len() <= RUNBOOK_WORDS_MAX {
        let start = offset + (text.len() - rest.len());
        let name_end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(name_end);
        let mut word = Word {
            name,
            at: lines.at(start),
            value: None,
            value_at: lines.at(start),
            broken: false,
        };
        rest = behind;
        if let Some(given) = behind.strip_prefix('=') {
            let quote = given.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, behind) = match quote {
                Some(quote) => quoted(given, quote, &mut word.broken),
                None => given.split_at(given.find(char::is_whitespace).unwrap_or(given.len())),
            };
            let skipped = 1 + quote.map_or(0, char::len_utf8);
            word.value_at = lines.at(start + name.len() + skipped);
            word.value = Some(value);
            rest = behind;
        }
        words.push(word);
        rest = rest.trim_start();
    }
    words
}

/// What stands between quotes, and what follows.
fn quoted<'s>(given: &'s str, quote: char, broken: &mut bool) -> (&'s str, &'s str) {
    let inside = &given[quote.len_utf8()..];
    match inside.find(quote) {
        Some(end) => {
            let behind = &inside[end + quote.len_utf8()..];
            *broken = !behind.is_empty() && !behind.starts_with(char::is_whitespace);
            (&inside[..end], behind)
        }
        None => {
            *broken = true;
            (inside, "")
        }
    }
}
