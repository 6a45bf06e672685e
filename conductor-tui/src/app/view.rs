//! Draws the model: the top line, the screens' names, the screen in front, what lies over it, and
//! the keys. Reads only.

use jiff::SignedDuration;
use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Block, Paragraph, Wrap},
};

use super::{
    chord,
    layers::works_here,
    model::{Layer, Model, Playing},
    shared::{Availability, LinkState, Look, Shared},
};
use crate::{
    input::{ACTIONS, Action},
    screen::Tab,
    theme::Meaning,
    widget::{
        self, Hint, Notice, TabLabel, caption, chord_box, footer, header, notice, tabs, toasts,
    },
};

/// The smallest window that is drawn in.
pub(super) const COLUMNS_MIN: u16 = 40;
pub(super) const ROWS_MIN: u16 = 12;

/// The screen's part of the window: all but the two lines above and the one below.
pub(crate) fn body((columns, rows): (u16, u16)) -> Rect {
    Rect::new(0, 2.min(rows), columns, rows.saturating_sub(3))
}

/// Draws everything.
pub(crate) fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let look = &model.shared.look;
    frame.render_widget(Block::new().style(look.style(Meaning::Text)), area);
    if area.width < COLUMNS_MIN || area.height < ROWS_MIN {
        too_small(frame, area);
        return;
    }
    let row = |y: u16| Rect::new(area.x, area.y + y, area.width, 1);
    header(frame, row(0), &model.shared);
    let tab = |tab: &Tab| TabLabel {
        key: model.keymap.keys(tab.action()).first().map(ToString::to_string).unwrap_or_default(),
        title: model.screens.get(*tab).title(),
        chosen: *tab == model.tab,
    };
    let labels: Vec<TabLabel> = Tab::ALL.iter().map(tab).collect();
    tabs(frame, row(1), &labels, &model.screen().twin(), &model.shared);
    let middle = body((area.width, area.height));
    if model.shared.link.was_up() {
        model.screen().view(frame, middle, &model.shared);
        if !model.shared.link.is_live() {
            // What is shown is old, and looks it.
            let old = look.style(Meaning::Dim);
            let old = Style { bg: None, ..old };
            frame.buffer_mut().set_style(middle, old);
        }
    } else {
        no_daemon(frame, middle, &model.shared);
    }
    let mut prompt = None;
    for layer in &model.layers {
        // The cursor belongs to what lies on top.
        widget::unmark(frame.buffer_mut());
        match layer {
            Layer::Prompt(line) => prompt = Some(line),
            Layer::Finder(finder) => finder.view(frame, middle, look),
            Layer::Form(form) => form.view(frame, middle, look),
            Layer::Confirm(confirm) => confirm.view(frame, middle, &model.shared),
            Layer::Help(help) => help.view(frame, middle, look),
            Layer::Journal(journal) => journal.view(frame, middle, &model.shared),
            Layer::Views(list) => list.view(frame, middle, look),
            Layer::Plan(plan) => plan.view(frame, middle, look),
            Layer::Unlock(unlock) => unlock.view(frame, middle, look),
            Layer::Columns(chooser) => chooser.view(frame, middle, model.screen(), look),
        }
    }
    toasts(frame, middle, &model.shared);
    if let Some(hints) = chord::hints(model) {
        widget::unmark(frame.buffer_mut());
        chord_box(frame, middle, (&hints.typed, &hints.rows), look);
    }
    let bottom = row(area.height - 1);
    match prompt {
        Some(prompt) => {
            prompt.view_offers(frame, middle, look);
            let history = if prompt.kind.narrows() { &model.filters } else { &model.commands };
            prompt.view(frame, bottom, history, look);
        }
        None => keys_line(model, frame, bottom),
    }
    if let Some(said) = &model.caption {
        widget::unmark(frame.buffer_mut());
        caption(frame, middle, said, look);
    }
    widget::place_caret(frame);
}

/// The way that was come, after a step on it.
fn trail(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let look = &model.shared.look;
    let (stops, now) = model.trail.around();
    let mut spans = vec![Span::raw(" ")];
    for (at, stop) in stops.iter().enumerate() {
        if at > 0 {
            let between = format!(" {} ", look.glyphs.chevron);
            spans.push(Span::styled(between, look.style(Meaning::Dim)));
        }
        let meaning = if at == now { Meaning::Accent } else { Meaning::Dim };
        spans.push(Span::styled(stop.label(), look.style(meaning)));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// How far a recording is.
pub(super) fn how_far(playing: Playing) -> String {
    let clock = |span: SignedDuration| {
        let seconds = span.as_secs().max(0);
        format!("{:02}:{:02}", seconds / 60, seconds % 60)
    };
    let pace = match playing.pace {
        0 => String::new(),
        faster @ 1.. => format!(" {} times as fast", 1_u32 << faster),
        slower => format!(" {} times slower", 1_u32 << -slower),
    };
    let state = match (playing.at >= playing.of, playing.paused) {
        (true, _) => "the end",
        (false, true) => "paused",
        (false, false) => "plays",
    };
    format!("recording {state} {} of {}{pace}", clock(playing.at), clock(playing.of))
}

/// The same, and the keys that move it.
fn playing_line<'a>(playing: Playing, look: &Look) -> Line<'a> {
    let text = format!(" {}  ", how_far(playing));
    let mut spans = vec![Span::styled(text, look.style(Meaning::Accent))];
    let right = look.glyphs.chevron;
    for (key, word) in
        [("Space", "pause"), (right, "step"), ("+ -", "pace"), ("Home", "again"), ("q", "leave")]
    {
        spans.push(Span::styled(format!(" {key}"), look.style(Meaning::Key)));
        spans.push(Span::styled(format!(" {word} "), look.style(Meaning::Dim)));
    }
    Line::from(spans)
}

fn too_small(frame: &mut Frame<'_>, area: Rect) {
    let text = format!(
        "{}x{} is too small: the console wants {COLUMNS_MIN}x{ROWS_MIN}. Nothing is lost.",
        area.width, area.height
    );
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}

/// Before the daemon has answered for the first time.
fn no_daemon(frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let place = format!("at {}", shared.link.endpoint);
    let message = match &shared.link.state {
        LinkState::Lost(problem) => Notice {
            glyph: look.glyphs.stale,
            meaning: Meaning::Warn,
            head: "no daemon answers".to_owned(),
            body: vec![
                place,
                problem.clone(),
                String::new(),
                "conductor up        starts one for you".to_owned(),
                "conductor doctor    says what is wrong ".to_owned(),
                String::new(),
                "this screen goes on by itself as soon as one answers".to_owned(),
            ],
        },
        _ => Notice {
            glyph: look.glyphs.connecting,
            meaning: Meaning::Accent,
            head: format!("connecting{}", look.glyphs.ellipsis),
            body: vec![place],
        },
    };
    notice(frame, area, &message, look);
}

/// The key by which a view goes on that stands still.
fn goes_on(model: &Model) -> Option<Hint> {
    let key = model.keymap.keys(Action::PauseView).first().filter(|_| model.held.is_some())?;
    Some(Hint { key: key.to_string(), word: "go on", ready: true })
}

/// Keys that work here now.
fn keys_line(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let look = &model.shared.look;
    if model.caption.is_some() {
        let text = Line::from(vec![
            Span::styled(" any key", look.style(Meaning::Key)),
            Span::styled(" goes on   ", look.style(Meaning::Dim)),
            Span::styled("Esc", look.style(Meaning::Key)),
            Span::styled(" leaves the tour", look.style(Meaning::Dim)),
        ]);
        frame.render_widget(Paragraph::new(text), area);
        return;
    }
    if let Some(playing) = model.playing {
        frame.render_widget(Paragraph::new(playing_line(playing, look)), area);
        return;
    }
    if model.quit_until.is_some() {
        let key = model.keymap.keys(Action::Quit).first().map(ToString::to_string);
        let text = Line::from(vec![
            Span::styled(
                format!(" {}", key.unwrap_or_else(|| "^c".into())),
                look.style(Meaning::Key),
            ),
            Span::styled(
                " again leaves the console; runs go on without it",
                look.style(Meaning::Warn),
            ),
        ]);
        frame.render_widget(Paragraph::new(text), area);
        return;
    }
    if model.trail_until.is_some() && model.layers.is_empty() {
        trail(model, frame, area);
        return;
    }
    if !model.layers.is_empty() {
        let text = Line::from(vec![
            Span::styled(" Esc", look.style(Meaning::Key)),
            Span::styled(" closes this", look.style(Meaning::Dim)),
        ]);
        frame.render_widget(Paragraph::new(text), area);
        return;
    }
    let general = [Action::Palette, Action::Command, Action::Help];
    let hint = |action: Action| {
        let ready = match model.availability(action) {
            Availability::Ready => true,
            Availability::Refused(_) => false,
            Availability::Absent => return None,
        };
        let key = model.keymap.keys(action).first()?.to_string();
        let key = if key == "Enter" { look.glyphs.enter.to_owned() } else { key };
        Some(Hint { key, word: action.spec().hint, ready })
    };
    let live = model.shared.link.was_up();
    let here = ACTIONS
        .iter()
        .filter(|spec| live && !spec.hint.is_empty() && !general.contains(&spec.action))
        .filter(|spec| works_here(model, spec))
        .filter_map(|spec| hint(spec.action));
    let here: Vec<Hint> = goes_on(model).into_iter().chain(here).collect();
    let general: Vec<Hint> = general.into_iter().filter_map(hint).collect();
    let area = typed(model, frame, area);
    footer(frame, area, &here, &general, look);
}

/// Draws the keys of a chord that has begun at the end of the line; gives the room that is left.
fn typed(model: &Model, frame: &mut Frame<'_>, area: Rect) -> Rect {
    let chord = model.typed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    if chord.is_empty() {
        return area;
    }
    let cells = u16::try_from(widget::width(&chord) + 2).unwrap_or(area.width).min(area.width);
    let left = Rect { width: area.width - cells, ..area };
    let chord = Span::styled(format!(" {chord} "), model.shared.look.style(Meaning::Button));
    let place = Rect { x: left.right(), width: cells, ..area };
    frame.render_widget(Paragraph::new(Line::from(chord)), place);
    left
}
