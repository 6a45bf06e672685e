//! Draws the model: the top line, the screens' names, the screen in front, what lies over it, and
//! the keys. Reads only.

use jiff::SignedDuration;
use ratatui::{
    Frame, Terminal,
    backend::TestBackend,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Block, Paragraph, Wrap},
};

use super::{
    chord, contexts,
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

/// Whether there is room for the console.
pub(super) const fn fits((columns, rows): (u16, u16)) -> bool {
    columns >= COLUMNS_MIN && rows >= ROWS_MIN
}

/// Draws everything, and puts the cursor where it belongs.
pub(crate) fn view(model: &Model, frame: &mut Frame<'_>) {
    paint(model, frame);
    widget::place_caret(frame);
}

/// Draws into memory what is drawn into a window of this size, and reads it while its marks are there.
pub(super) fn in_memory<T: Default>(
    size: (u16, u16),
    draw: impl FnOnce(&mut Frame<'_>),
    read: impl FnOnce(&Buffer) -> T,
) -> T {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(size.0, size.1));
    let mut got = T::default();
    let Ok(_) = terminal.draw(|frame| {
        draw(frame);
        got = read(frame.buffer_mut());
    });
    got
}

/// Draws everything, with the marks of the focus and of the chosen row.
pub(super) fn paint(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let look = &model.shared.look;
    frame.render_widget(Block::new().style(look.style(Meaning::Text)), area);
    if !fits((area.width, area.height)) {
        too_small(frame, area);
        return;
    }
    let row = |y: u16| Rect::new(area.x, area.y + y, area.width, 1);
    header(frame, row(0), &model.shared);
    let twin = contexts::in_shell(model, &model.screen().twin());
    tabs(frame, row(1), &labels(model), &twin, &model.shared);
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
    // Nobody answers a question that they can't read whole.
    let question = model.layers.iter().position(Layer::is_question);
    let (below, above) = model.layers.split_at(question.unwrap_or(model.layers.len()));
    layers(model, frame, middle, below);
    toasts(frame, middle, &model.shared);
    layers(model, frame, middle, above);
    if let Some(hints) = chord::hints(model) {
        widget::unmark(frame.buffer_mut());
        chord_box(frame, middle, (&hints.typed, &hints.rows), look);
    }
    let bottom = row(area.height - 1);
    match model.layers.iter().rev().find_map(Layer::prompt) {
        Some(prompt) => {
            prompt.view_offers(frame, middle, look);
            let history = if prompt.kind.narrows() { &model.filters } else { &model.commands };
            prompt.view(frame, bottom, history, look);
        }
        None => bottom_line(model, frame, bottom),
    }
    if let Some(said) = &model.caption {
        widget::unmark(frame.buffer_mut());
        caption(frame, middle, said, look);
    }
}

/// What lies over the screen, the lowest first. A line that is typed has a row of its own.
fn layers(model: &Model, frame: &mut Frame<'_>, area: Rect, shown: &[Layer]) {
    let look = &model.shared.look;
    for layer in shown {
        // The cursor belongs to what lies on top.
        widget::unmark(frame.buffer_mut());
        match layer {
            Layer::Prompt(_) => {}
            Layer::Finder(finder) => finder.view(frame, area, look),
            Layer::Form(form) => form.view(frame, area, look),
            Layer::Confirm(confirm) => confirm.view(frame, area, &model.shared),
            Layer::Help(help) => help.view(frame, area, look),
            Layer::Journal(journal) => journal.view(frame, area, &model.shared),
            Layer::Views(list) => list.view(frame, area, look),
            Layer::Plan(plan) => plan.view(frame, area, look),
            Layer::Unlock(unlock) => unlock.view(frame, area, look),
            Layer::Columns(chooser) => chooser.view(frame, area, model.screen(), look),
        }
    }
}

/// The screens, as they stand on their line.
fn labels(model: &Model) -> Vec<TabLabel> {
    let label = |tab: &Tab| TabLabel {
        key: model.keymap.keys(tab.action()).first().map(ToString::to_string).unwrap_or_default(),
        title: model.screens.get(*tab).title(),
        chosen: *tab == model.tab,
    };
    Tab::ALL.iter().map(label).collect()
}

/// The screen whose name stands at a column.
pub(super) fn tab_at(model: &Model, x: u16) -> Option<Tab> {
    let room = (usize::from(model.shared.size.0), usize::from(x));
    let at = widget::tab_at(&labels(model), room)?;
    Tab::ALL.get(at).copied()
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

/// The stop of that way at a column, counted from the present one.
pub(super) fn stop_at(model: &Model, x: u16) -> Option<isize> {
    let (stops, now) = model.trail.around();
    let between = widget::width(model.shared.look.glyphs.chevron) + 2;
    let mut end = 1;
    let at = stops.iter().position(|stop| {
        let begin = end;
        end += widget::width(&stop.label()) + between;
        (begin..end - between).contains(&usize::from(x))
    })?;
    at.checked_signed_diff(now)
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

/// What the line at the bottom says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bottom {
    /// How the tour goes on.
    Tour,
    Playing(Playing),
    /// Once more leaves the console.
    Leaving,
    /// The way that was come.
    Trail,
    /// Something lies over the screen.
    Covered,
    /// Keys that work here now.
    Keys,
}

pub(super) fn bottom(model: &Model) -> Bottom {
    match model.playing {
        _ if model.caption.is_some() => Bottom::Tour,
        Some(playing) => Bottom::Playing(playing),
        None if model.quit_until.is_some() => Bottom::Leaving,
        None if !model.layers.is_empty() => Bottom::Covered,
        None if model.trail_until.is_some() => Bottom::Trail,
        None => Bottom::Keys,
    }
}

/// Draws the line at the bottom.
fn bottom_line(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let look = &model.shared.look;
    let key = |text: &str| Span::styled(text.to_owned(), look.style(Meaning::Key));
    let said = |text: &'static str| Span::styled(text, look.style(Meaning::Dim));
    let line = match bottom(model) {
        Bottom::Trail => return trail(model, frame, area),
        Bottom::Keys => return keys_line(model, frame, area),
        Bottom::Tour => Line::from(vec![
            key(" any key"),
            said(" goes on   "),
            key("Esc"),
            said(" leaves the tour"),
        ]),
        Bottom::Playing(playing) => playing_line(playing, look),
        Bottom::Leaving => {
            let quit = model.keymap.keys(Action::Quit).first().map(ToString::to_string);
            let text = " again leaves the console; runs go on without it";
            Line::from(vec![
                key(&format!(" {}", quit.unwrap_or_else(|| "^c".into()))),
                Span::styled(text, look.style(Meaning::Warn)),
            ])
        }
        Bottom::Covered => Line::from(vec![key(" Esc"), said(" closes this")]),
    };
    frame.render_widget(Paragraph::new(line), area);
}

/// The key by which a view goes on that stands still.
fn goes_on(model: &Model) -> Option<Hint> {
    let action = Action::PauseView;
    let key = model.keymap.keys(action).first().filter(|_| model.held.is_some())?;
    Some(Hint { action, key: key.to_string(), word: "go on", ready: true })
}

/// Hints of the keys that work here now, and of those that work everywhere.
fn hints(model: &Model) -> (Vec<Hint>, Vec<Hint>) {
    let look = &model.shared.look;
    let general = [Action::Palette, Action::Command, Action::Help];
    let hint = |action: Action| {
        let ready = match model.availability(action) {
            Availability::Ready => true,
            Availability::Refused(_) => false,
            Availability::Absent => return None,
        };
        let key = model.keymap.keys(action).first()?.to_string();
        let key = if key == "Enter" { look.glyphs.enter.to_owned() } else { key };
        Some(Hint { action, key, word: action.spec().hint, ready })
    };
    let live = model.shared.link.was_up();
    let here = ACTIONS
        .iter()
        .filter(|spec| live && !spec.hint.is_empty() && !general.contains(&spec.action))
        .filter(|spec| works_here(model, spec))
        .filter_map(|spec| hint(spec.action));
    (
        goes_on(model).into_iter().chain(here).collect(),
        general.into_iter().filter_map(hint).collect(),
    )
}

/// What the hint at a column is of.
pub(super) fn hint_at(model: &Model, x: u16) -> Option<Action> {
    let (here, general) = hints(model);
    let room = usize::from(model.shared.size.0).saturating_sub(chord_cells(model));
    widget::hint_at((&here, &general), (room, usize::from(x)), &model.shared.look)
}

/// Keys that work here now.
fn keys_line(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let (here, general) = hints(model);
    let area = typed(model, frame, area);
    footer(frame, area, &here, &general, &model.shared.look);
}

/// Keys of a chord that has begun.
fn chord_typed(model: &Model) -> String {
    model.typed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The columns that they take.
fn chord_cells(model: &Model) -> usize {
    let chord = chord_typed(model);
    if chord.is_empty() { 0 } else { widget::width(&chord) + 2 }
}

/// Draws the keys of a chord that has begun at the end of the line; gives the room that is left.
fn typed(model: &Model, frame: &mut Frame<'_>, area: Rect) -> Rect {
    let chord = chord_typed(model);
    if chord.is_empty() {
        return area;
    }
    let cells = u16::try_from(chord_cells(model)).unwrap_or(area.width).min(area.width);
    let left = Rect { width: area.width - cells, ..area };
    let chord = Span::styled(format!(" {chord} "), model.shared.look.style(Meaning::Button));
    let place = Rect { x: left.right(), width: cells, ..area };
    frame.render_widget(Paragraph::new(Line::from(chord)), place);
    left
}
