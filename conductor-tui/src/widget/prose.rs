//! Markdown as people read it in a terminal: headings, lists, quotations, code and tables, each line
//! within a width. It is text of others: nothing of it steers the terminal, and nothing is hidden.

mod inline;
mod table;

use ratatui::text::{Line, Span};

pub(crate) use self::inline::wrapped;
use self::inline::{pieces, wrap};
use super::{plain, width};
use crate::{app::Look, theme::Meaning};

/// Columns that a block is given at least, however narrow the page is.
const COLUMNS_MIN: usize = 8;

/// The lines of a text in Markdown, each of at most so many columns.
pub(crate) fn prose<'a>(text: &[String], columns: usize, look: &Look) -> Vec<Line<'a>> {
    let columns = columns.max(COLUMNS_MIN);
    let lines: Vec<String> = text.iter().map(|line| plain(line)).collect();
    let mut writer = Writer { columns, look, out: Vec::new() };
    let mut at = 0;
    while at < lines.len() {
        at += writer.block(&lines[at..]).max(1);
    }
    while writer.out.last().is_some_and(|line| line.width() == 0) {
        writer.out.pop();
    }
    writer.out
}

struct Writer<'l, 'a> {
    columns: usize,
    look: &'l Look,
    out: Vec<Line<'a>>,
}

impl Writer<'_, '_> {
    /// Writes the block that the lines begin with; gives how many of them it took.
    fn block(&mut self, lines: &[String]) -> usize {
        let line = lines[0].as_str();
        let next = lines.get(1).map(String::as_str).unwrap_or_default();
        if line.trim().is_empty() {
            self.gap();
            return 1;
        }
        if let Some(fence) = fence(line) {
            return self.code(lines, fence);
        }
        if let Some((level, text)) = heading(line) {
            self.heading(level, text);
            return 1;
        }
        if is_rule(line) {
            let rule = self.look.glyphs.rule.repeat(self.columns);
            self.out.push(Line::styled(rule, self.look.style(Meaning::Border)));
            return 1;
        }
        if let Some(rows) = table::rows(lines) {
            let drawn = table::draw(&rows, self.columns, self.look);
            self.out.extend(drawn);
            return rows.lines;
        }
        // A heading that is underlined.
        if let Some(level) = underline(next) {
            self.heading(level, line.trim());
            return 2;
        }
        self.paragraph(lines)
    }

    /// One empty line, and never two.
    fn gap(&mut self) {
        if self.out.last().is_some_and(|line| line.width() > 0) {
            self.out.push(Line::default());
        }
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.gap();
        let style = self.look.style(if level <= 2 { Meaning::Title } else { Meaning::Accent });
        let words = pieces(text);
        let longest = words.iter().map(|piece| width(&piece.text)).sum::<usize>();
        for line in wrap(words, self.columns, self.look) {
            self.out.push(line.patch_style(style));
        }
        if level == 1 {
            let rule = self.look.glyphs.rule.repeat(longest.min(self.columns));
            self.out.push(Line::styled(rule, self.look.style(Meaning::Border)));
        }
    }

    /// A block between fences, as it is written. Long lines go on in the next.
    fn code(&mut self, lines: &[String], (mark, indent): (&str, usize)) -> usize {
        let closes = |line: &&String| {
            let line = line.trim();
            line.len() >= mark.len() && line.chars().all(|c| mark.starts_with(c))
        };
        let inside: Vec<&String> = lines[1..].iter().take_while(|line| !closes(line)).collect();
        for line in &inside {
            let spaces = line.len() - line.trim_start().len();
            let line = &line[indent.min(spaces)..];
            self.literal(line);
        }
        // The fences; the last one is missing where the text ends before.
        (inside.len() + 2).min(lines.len())
    }

    fn literal(&mut self, line: &str) {
        for part in broken(line, self.columns.saturating_sub(2)) {
            let style = self.look.style(Meaning::Dim);
            self.out.push(Line::from(vec![Span::raw("  "), Span::styled(part, style)]));
        }
    }

    /// Lines up to an empty one or another block; items of lists and quotations keep their marks.
    fn paragraph(&mut self, lines: &[String]) -> usize {
        let (indent, mark, text) = marked(&lines[0]);
        let mut text = text.to_owned();
        let mut taken = 1;
        while let Some(line) = lines.get(taken)
            && goes_on(line, &lines[taken + 1..])
        {
            let hard = lines[taken - 1].ends_with("  ") || lines[taken - 1].ends_with('\\');
            let quoted = mark == ">" && line.trim_start().starts_with('>');
            let line = if quoted { line.trim_start().trim_start_matches('>') } else { line };
            text.truncate(text.trim_end_matches([' ', '\\']).len());
            text.push(if hard { '\n' } else { ' ' });
            text.push_str(line.trim());
            taken += 1;
        }
        let indent = indent.min(self.columns / 2);
        let shown = match mark {
            ">" => self.look.glyphs.tree_down.to_owned(),
            "" => String::new(),
            mark => format!("{mark} "),
        };
        let hang = indent + width(&shown);
        let mut first = true;
        for part in text.split('\n') {
            let dim = mark == ">";
            for line in wrap(pieces(part), self.columns.saturating_sub(hang), self.look) {
                let before = if first || dim { shown.clone() } else { " ".repeat(width(&shown)) };
                let mut spans = vec![
                    Span::raw(" ".repeat(indent)),
                    Span::styled(before, self.look.style(Meaning::Accent)),
                ];
                spans.extend(line.spans);
                first = false;
                self.out.push(Line::from(spans));
            }
        }
        taken
    }
}

/// The mark of a fence and how far it stands from the left.
fn fence(line: &str) -> Option<(&str, usize)> {
    let text = line.trim_start();
    let count = |c: char| text.len() - text.trim_start_matches(c).len();
    let marks = count('`').max(count('~'));
    (marks >= 3).then(|| (&text[..marks], line.len() - text.len()))
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start().trim_start_matches('#');
    let level = line.trim_start().len() - rest.len();
    let text = rest.trim().trim_end_matches('#').trim_end();
    ((1..=6).contains(&level) && (rest.is_empty() || rest.starts_with(' ')))
        .then_some((level, text))
}

/// A line of dashes, stars or underscores.
fn is_rule(line: &str) -> bool {
    let text: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let all = |mark: char| text.chars().all(|c| c == mark);
    text.len() >= 3 && (all('-') || all('*') || all('_'))
}

fn underline(line: &str) -> Option<usize> {
    let text = line.trim();
    let all = |mark: char| text.len() >= 2 && text.chars().all(|c| c == mark);
    if all('=') {
        return Some(1);
    }
    all('-').then_some(2)
}

/// How far a line stands from the left, the mark that it begins with, and the rest.
fn marked(line: &str) -> (usize, &str, &str) {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let digits = word.trim_end_matches(['.', ')']);
    let ordered = digits.len() + 1 == word.len() && digits.parse::<u32>().is_ok();
    if ordered {
        return (indent, word, rest.trim_start());
    }
    if matches!(word, "-" | "*" | "+") {
        return (indent, "-", rest.trim_start());
    }
    if let Some(quoted) = text.strip_prefix('>') {
        return (indent, ">", quoted.trim_start());
    }
    // Without a mark the place says nothing.
    (0, "", text)
}

/// Whether a line is the same paragraph's as the one before it.
fn goes_on(line: &str, after: &[String]) -> bool {
    let next = after.first().map(String::as_str).unwrap_or_default();
    let (_, mark, _) = marked(line);
    !line.trim().is_empty()
        && fence(line).is_none()
        && heading(line).is_none()
        && !is_rule(line)
        && !matches!(mark, "-")
        && !mark.ends_with(['.', ')'])
        && !(line.contains('|') && table::is_divider(next))
        && underline(next).is_none()
}

/// A line in parts of at most so many columns.
pub(crate) fn broken(line: &str, columns: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut used = 0;
    for letter in line.chars() {
        let cells = unicode_width::UnicodeWidthChar::width(letter).unwrap_or(0);
        if used + cells > columns.max(1) {
            parts.push(String::new());
            used = 0;
        }
        used += cells;
        if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::look;

    fn shown(text: &str, columns: usize) -> String {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let drawn = prose(&lines, columns, &look());
        drawn.iter().map(|line| format!("{}\n", line.to_string().trim_end())).collect()
    }

    const SAMPLE: &str = "\
# Drain a host

**When** the host is `slow`: see [the page](https://x.example/a), and\nsay so.

## Before

- one thing that is longer than the line may be here
  and goes on
    - a thing below
1. first
2. second

> Nobody restarts it
> by hand.

| host | what it does | n |
|---|:--|--:|
| web-1 | answers people who wait for an answer | 3 |
| db | keeps | 12 |

```sh
systemctl restart payments --no-block --now
```
***
Setext
------
end\\
of it";

    #[test]
    fn a_page_reads_well() {
        insta::assert_snapshot!(shown(SAMPLE, 40), @r"
        Drain a host
        ────────────

        When the host is slow: see the page
        (https://x.example/a), and say so.

        Before

        - one thing that is longer than the line
          may be here and goes on
            - a thing below
        1. first
        2. second

        │ Nobody restarts it by hand.

        host   what it does                    n
        ─────  ─────────────────────────────  ──
        web-1  answers people who wait for     3
               an answer
        db     keeps                          12

          systemctl restart payments --no-block
          --now
        ────────────────────────────────────────

        Setext
        end
        of it
        ");
    }

    #[test]
    fn no_line_is_wider_than_it_may_be_and_no_word_is_lost() {
        for columns in [8, 20, 33, 76] {
            let text = shown(SAMPLE, columns);
            for line in text.lines() {
                assert!(width(line) <= columns, "{columns}: {line:?}");
            }
        }
        let squeezed: String = shown(SAMPLE, 20).split_whitespace().collect();
        for word in ["payments", "no-block", "https://x.example/a", "keeps", "12"] {
            assert!(squeezed.contains(word), "{word}: {squeezed}");
        }
    }

    #[test]
    fn what_is_broken_breaks_nothing() {
        for text in ["```", "|", "|-|", "#", "> ", "- ", "**", "[x](", "`", "1.", "=\n==", "a\n|-|"]
        {
            shown(text, 10);
        }
        assert_eq!(shown("\u{1b}[2Jx", 20), "x\n");
        assert_eq!(shown("a_b_c * d 2*3*4", 40), "a_b_c * d 2*3*4\n");
    }
}
