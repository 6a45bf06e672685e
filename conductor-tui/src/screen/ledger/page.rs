//! Draws what is below or beside the events: the chosen one as it is stored, its proof, the checkpoints,
//! the verification.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    screen::{LedgerScreen, Page},
    verify::Stage,
    view::panes,
};
use crate::{
    app::{Look, Shared, body},
    planned::{self, Tone, lay, plain},
    theme::Meaning,
    widget::{BarSpan, Notice, Pane, Sheet, bar, notice, plain as harmless},
};

/// Lines of the page, and rows that it is read in.
pub(super) fn size(screen: &LedgerScreen, shared: &Shared) -> (usize, usize) {
    let (_, place) = panes(screen, body(shared.size));
    let inner = Rect {
        width: place.width.saturating_sub(4),
        height: place.height.saturating_sub(2),
        ..place
    };
    (lines(screen, inner, shared).len(), usize::from(inner.height))
}

/// Draws it.
pub(super) fn view(screen: &LedgerScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let (title, detail, note) = frame_of(screen);
    let focused = screen.reading;
    let inner = Pane { title, detail, note, focused }.draw(frame, area, look);
    if let Some(message) = instead(screen, look) {
        notice(frame, inner, &message, look);
        return;
    }
    let lines = lines(screen, inner, shared);
    if screen.page != Page::Verify {
        screen.sheet.view(frame, inner, lines, look);
        return;
    }
    // The bar is above what it says in words.
    let top = Rect { height: 1.min(inner.height), ..inner };
    let meaning = match screen.verify.stage {
        Stage::Done if screen.verify.progress.ok => Meaning::Ok,
        Stage::Done => Meaning::Danger,
        Stage::Running => Meaning::Running,
        _ => Meaning::Warn,
    };
    let part = screen.verify.part();
    let span = BarSpan { from: 0.0, to: part, meaning };
    let spans = if part > 0.0 { vec![span] } else { Vec::new() };
    let drawn: Vec<Span<'_>> = bar(&spans, Sheet::columns(inner), look);
    frame.render_widget(Paragraph::new(Line::from(drawn)), top);
    let below = Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner };
    screen.sheet.view(frame, below, lines, look);
}

fn frame_of(screen: &LedgerScreen) -> (&'static str, String, String) {
    let saves = "s saves it".to_owned();
    match screen.page {
        Page::Stored => {
            let trace = screen.selected().map(|event| format!("trace {}", plain(&event.trace_id)));
            ("As it is stored", String::new(), trace.unwrap_or_default())
        }
        Page::Proof => {
            let of = screen.proof.as_ref().map(|proof| format!("record {}", proof.seq));
            ("Proof", of.unwrap_or_default(), saves)
        }
        Page::Checkpoints => ("Checkpoints", String::new(), "y copies the newest".to_owned()),
        Page::Verify => ("Verification", "by the daemon".to_owned(), String::new()),
    }
}

/// What is drawn where there is nothing to read.
fn instead(screen: &LedgerScreen, look: &Look) -> Option<Notice> {
    match screen.page {
        Page::Stored if screen.selected().is_some() => None,
        Page::Stored => Some(Notice::empty(look, "no event is chosen", &["it is shown here"])),
        Page::Proof => match screen.proof.as_ref().map(|proof| (&proof.proven, proof.tries)) {
            Some((Some(Ok(_)), _)) => None,
            Some((Some(Err(fault)), _)) => Some(Notice::fault(look, fault)),
            Some((None, tries)) if tries > 0 => {
                Some(Notice::loading(look, "a checkpoint that covers the record"))
            }
            Some((None, _)) => Some(Notice::loading(look, "the proof")),
            None => Some(Notice::empty(look, "nothing is proven", &["p proves the chosen record"])),
        },
        Page::Checkpoints => match (screen.checkpoints.newest(), &screen.checkpoints.fault) {
            (Some(_), _) => None,
            (None, Some(fault)) => Some(Notice::fault(look, fault)),
            (None, None) => Some(Notice::loading(look, "the newest checkpoint")),
        },
        Page::Verify => match &screen.verify.stage {
            Stage::Failed(fault) => Some(Notice::fault(look, fault)),
            Stage::Nothing => {
                let words = ["v has every record hashed again"];
                Some(Notice::empty(look, "nothing is verified", &words))
            }
            _ => None,
        },
    }
}

fn lines(screen: &LedgerScreen, inner: Rect, shared: &Shared) -> Vec<planned::Line> {
    let mut page = lay::Page::new(Sheet::columns(inner));
    match screen.page {
        Page::Stored => stored(screen, &mut page),
        Page::Proof => {
            if let Some(proof) = &screen.proof
                && let Some(Ok(proven)) = &proof.proven
            {
                proof.tell(proven, &mut page);
            }
        }
        Page::Checkpoints => screen.checkpoints.tell(&mut page, shared),
        Page::Verify => screen.verify.tell(&screen.checkpoints, &mut page),
    }
    page.lines
}

fn stored(screen: &LedgerScreen, page: &mut lay::Page) {
    let Some(event) = screen.selected() else { return };
    let pretty = serde_json::from_str::<serde_json::Value>(&event.data_json)
        .and_then(|value| serde_json::to_string_pretty(&value));
    let text = pretty.unwrap_or_else(|_| event.data_json.clone());
    for line in text.lines() {
        page.line(vec![(Tone::Dim, String::new()), (Tone::Dim, harmless(line))]);
    }
}
