//! A run beside its plan, in lines: the differences first, each with its shape and its word.

use super::{Against, Basis, Kind, Told};
use crate::planned::{Line, Tone, lay::Page, plain};

/// How far what is said of a difference stands from the left.
const INDENT: usize = 4;

/// The comparison in lines of at most so many columns, but for words that are longer than that.
#[must_use]
pub fn lines(against: &Against, width: usize) -> Vec<Line> {
    let mut page = Page::new(width);
    head(against, &mut page);
    if !against.problems.is_empty() {
        page.gap();
        for problem in &against.problems {
            page.line(vec![(Tone::Plain, "  ".to_owned()), (Tone::Warn, plain(problem))]);
        }
        return page.lines;
    }
    differences(against, &mut page);
    listed("Not over yet", ('.', Tone::Warn), &against.open, &mut page);
    listed("As planned", ('=', Tone::Good), &against.as_planned, &mut page);
    times(against, &mut page);
    digests(against, &mut page);
    page.lines
}

/// What it is compared with, and how much differs.
fn head(against: &Against, page: &mut Page) {
    let (tone, text) = match against.basis {
        Basis::Recorded => (Tone::Good, "the plan that it was started by"),
        Basis::Changed => {
            (Tone::Warn, "what the manifest gives now: it was started by another plan")
        }
        Basis::Unrecorded => {
            (Tone::Warn, "what the manifest gives now: it was started without a plan")
        }
    };
    page.field("against", &[(tone, text.to_owned())]);
}

fn differences(against: &Against, page: &mut Page) {
    let count = against.differences.len();
    page.heading(&match count {
        0 => "Nothing came otherwise than planned".to_owned(),
        1 => "1 thing came otherwise".to_owned(),
        count => format!("{count} things came otherwise"),
    });
    for one in &against.differences {
        let task = if one.task.is_empty() { "the run" } else { &one.task };
        page.line(vec![
            (Tone::Plain, String::new()),
            (tone(one.kind), format!("{} {:<13} ", one.kind.shape(), one.kind.word())),
            (Tone::Strong, plain(task)),
        ]);
        page.labelled(INDENT, "planned", &[(Tone::Plain, plain(&one.planned))]);
        page.labelled(INDENT, "came", &[(Tone::Plain, plain(&one.came))]);
    }
}

const fn tone(kind: Kind) -> Tone {
    match kind {
        Kind::Outcome => Tone::Bad,
        Kind::Shorter => Tone::Dim,
        _ => Tone::Warn,
    }
}

fn listed(title: &str, (shape, tone): (char, Tone), all: &[Told], page: &mut Page) {
    if all.is_empty() {
        return;
    }
    page.heading(title);
    for one in all {
        page.line(vec![
            (Tone::Plain, String::new()),
            (tone, format!("{shape} ")),
            (Tone::Strong, format!("{:<14} ", plain(&one.task))),
            (Tone::Plain, plain(&one.came)),
        ]);
    }
}

/// The digests: of a plan nothing else is kept.
fn digests(against: &Against, page: &mut Page) {
    page.gap();
    if against.basis == Basis::Changed {
        page.whole("started by", &against.recorded);
    }
    page.whole("plan", &against.plan);
}

/// What the times of a plan are worth.
fn times(against: &Against, page: &mut Page) {
    let text = match against.runs_before {
        0 => "no run of it has ended here: nothing is known of how long it takes".to_owned(),
        1 => "how long it takes is by 1 run that has ended by now, this one maybe".to_owned(),
        runs => format!(
            "how long it takes is by {runs} runs that have ended by now, this one maybe among them"
        ),
    };
    page.gap();
    page.field("times", &[(Tone::Dim, text)]);
}
