//! The columns of a list as they are drawn: what stands over them, and a text in its cells.

use ratatui::text::{Line, Span};

use super::{ellipsis, pad, width};
use crate::{
    app::Look,
    columns::{Arrangement, Fitted, Width},
    theme::{Glyphs, Meaning},
};

/// What stands over the columns, with so many blanks before the first, and an arrow at the one that the rows
/// are sorted by.
pub(crate) fn heads<'a>(
    arrangement: &Arrangement,
    columns: &[Fitted],
    before: usize,
    look: &Look,
) -> Line<'a> {
    let sort = arrangement.sort();
    let mut spans = vec![Span::raw(" ".repeat(before))];
    for fitted in columns {
        let sorts = !arrangement.is_natural() && fitted.column.name == sort.column.name;
        let mut head = fitted.column.head.to_owned();
        if sorts {
            let arrow = arrow(arrangement, look.glyphs);
            // Apart from the word where there is room for that.
            let blank = if width(&head) + 2 <= fitted.cells { " " } else { "" };
            head = format!("{head}{blank}{arrow}");
        }
        let meaning = if sorts { Meaning::Accent } else { Meaning::Dim };
        spans.push(Span::styled(placed(&head, fitted, look), look.style(meaning)));
    }
    Line::from(spans)
}

/// What a list is called, and more of it where there is room: its order, and the filter.
pub(crate) fn titled(
    name: &str,
    arrangement: &Arrangement,
    filter: &str,
    look: &Look,
) -> (String, String) {
    let (by, which) = arrangement.by_words();
    let between = format!(" {} ", look.glyphs.separator);
    let detail = [which, filter].into_iter().filter(|part| !part.is_empty());
    (format!("{name}{by}"), detail.collect::<Vec<_>>().join(&between))
}

/// A column's text in its cells, with the blanks before it.
pub(crate) fn placed(text: &str, fitted: &Fitted, look: &Look) -> String {
    let (gap, cells, mark) = (" ".repeat(fitted.gap), fitted.cells, look.glyphs.ellipsis);
    match fitted.column.width {
        Width::Right(_) => {
            let text = ellipsis(text, cells, mark);
            let fill = cells.saturating_sub(width(&text));
            format!("{gap}{}{text}", " ".repeat(fill))
        }
        Width::Left(_) | Width::Rest(_) => format!("{gap}{}", pad(text, cells, mark)),
    }
}

/// The glyph of the direction, as it is seen in the column.
fn arrow(arrangement: &Arrangement, glyphs: &Glyphs) -> &'static str {
    let sort = arrangement.sort();
    if sort.column.falls(sort.direction) { glyphs.falling } else { glyphs.rising }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        columns::{Direction, RUNS},
        theme::ASCII,
    };

    #[test]
    fn the_arrow_shows_what_is_seen() {
        let mut arrangement = Arrangement::new(&RUNS);
        assert_eq!(arrow(&arrangement, &ASCII), "^", "the newest first: ages grow");
        arrangement.press(RUNS.column("started").unwrap());
        assert_eq!(arrangement.sort().direction, Direction::Asc);
        assert_eq!(arrow(&arrangement, &ASCII), "v");
    }
}
