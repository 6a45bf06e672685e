//! Spans of time on a track, to half a cell: when something ran, beside what else ran.

use ratatui::text::Span as TextSpan;

use crate::{app::Look, theme::Meaning};

/// A piece of the track, in parts of its length (0 to 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) meaning: Meaning,
}

/// Draws spans on a track of so many cells; later spans cover earlier ones.
pub(crate) fn bar<'a>(spans: &[Span], cells: usize, look: &Look) -> Vec<TextSpan<'a>> {
    let mut halves: Vec<Option<Meaning>> = vec![None; cells * 2];
    for span in spans {
        let at = |part: f64| (part.clamp(0.0, 1.0) * halves.len() as f64).round() as usize;
        let from = at(span.from).min(halves.len().saturating_sub(1));
        // Whatever happened is seen, however short it was.
        let to = at(span.to).max(from + 1).min(halves.len());
        if let Some(part) = halves.get_mut(from..to) {
            part.fill(Some(span.meaning));
        }
    }
    let g = look.glyphs;
    let cell = |pair: &[Option<Meaning>]| match (pair[0], pair[1]) {
        (None, None) => (g.track, Meaning::Border),
        // A wait looks other than work, also where there is no colour.
        (Some(Meaning::Waiting), Some(Meaning::Waiting) | None)
        | (None, Some(Meaning::Waiting)) => (g.bar_wait, Meaning::Waiting),
        (Some(left), None) => (g.bar_left, left),
        (None, Some(right)) => (g.bar_right, right),
        (Some(_), Some(right)) => (g.bar, right),
    };
    let mut out: Vec<(String, Meaning)> = Vec::new();
    for (glyph, meaning) in halves.chunks_exact(2).map(cell) {
        match out.last_mut() {
            Some((text, same)) if *same == meaning => text.push_str(glyph),
            _ => out.push((glyph.to_owned(), meaning)),
        }
    }
    out.into_iter().map(|(text, meaning)| TextSpan::styled(text, look.style(meaning))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::look;

    fn drawn(spans: &[(f64, f64)], cells: usize) -> String {
        let spans: Vec<Span> =
            spans.iter().map(|&(from, to)| Span { from, to, meaning: Meaning::Ok }).collect();
        bar(&spans, cells, &look()).iter().map(|span| span.content.clone()).collect()
    }

    #[test]
    fn spans_are_drawn_to_half_a_cell() {
        assert_eq!(drawn(&[], 4), "┈┈┈┈");
        assert_eq!(drawn(&[(0.0, 1.0)], 4), "━━━━");
        assert_eq!(drawn(&[(0.0, 0.375)], 4), "━╸┈┈");
        assert_eq!(drawn(&[(0.375, 0.75)], 4), "┈╺━┈");
    }

    #[test]
    fn a_wait_looks_other_than_work() {
        let wait = Span { from: 0.0, to: 0.5, meaning: Meaning::Waiting };
        let work = Span { from: 0.5, to: 1.0, meaning: Meaning::Running };
        let drawn: String =
            bar(&[wait, work], 4, &look()).iter().map(|s| s.content.clone()).collect();
        assert_eq!(drawn, "╍╍━━");
    }

    #[test]
    fn the_shortest_span_is_seen_and_wild_ones_are_clamped() {
        assert_eq!(drawn(&[(1.0, 1.0)], 3), "┈┈╺");
        assert_eq!(drawn(&[(-5.0, f64::NAN)], 2), "╸┈");
        assert_eq!(drawn(&[(0.0, 9.0)], 0), "");
    }
}
