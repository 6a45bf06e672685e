//! Draws settings, keys and the rest: beside each other, or one behind `Tab`.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::{Paragraph, Wrap},
};

use super::screen::{Choosing, Focus, SettingsScreen};
use crate::{
    app::Shared,
    settings::{AUTO, Kind, Origin, Row, spec},
    theme::Meaning,
    widget::{Notice, Pane, ellipsis, notice, pad, plain, popup, select, width},
};

/// Columns from which the panes stand beside each other.
const BESIDE_FROM: u16 = 120;
/// Rows of a pane from which what is said of the chosen row has room for everything.
const TALL_FROM: u16 = 14;
/// Rows that say more of the chosen one: where there is little room, and with the rule above them.
const TOLD_ROWS: (u16, u16) = (2, 5);
/// A frame's rows.
const FRAME_ROWS: u16 = 2;
/// The list of choices, with its frame.
const CHOICES_COLUMNS: u16 = 30;

/// The panes' places; one that has none is behind `Tab`.
fn panes(area: Rect, focus: Focus) -> [Option<Rect>; 3] {
    if area.width < BESIDE_FROM {
        return Focus::ALL.map(|pane| (pane == focus).then_some(area));
    }
    let left = Rect { width: area.width / 2, ..area };
    let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
    let upper = Rect { height: right.height * 55 / 100, ..right };
    let lower = Rect { y: right.y + upper.height, height: right.height - upper.height, ..right };
    [Some(left), Some(upper), Some(lower)]
}

/// Rows that say more of the chosen one, with the rule above them.
const fn told_rows(height: u16) -> u16 {
    if height >= TALL_FROM { TOLD_ROWS.1 } else { TOLD_ROWS.0 }
}

/// Rows of each list.
pub(super) fn heights(area: Rect, focus: Focus) -> [usize; 3] {
    let places = panes(area, focus);
    Focus::ALL.map(|pane| {
        let height = places[pane as usize].unwrap_or(area).height.saturating_sub(FRAME_ROWS);
        usize::from(height.saturating_sub(told_rows(height)))
    })
}

/// Draws the screen.
pub(super) fn settings_view(
    screen: &SettingsScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let places = panes(area, screen.focus);
    for pane in Focus::ALL {
        let Some(place) = places[pane as usize] else { continue };
        let inner = framed(screen, pane, (frame, place), shared);
        match pane {
            Focus::Settings => settings(screen, frame, inner, shared),
            Focus::Keys => keys(screen, frame, inner, shared),
            Focus::About => about(screen, frame, inner, shared),
        }
    }
    if let Some(open) = &screen.choosing {
        choices(open, frame, area, shared);
    }
}

/// Draws a pane's frame, which names the panes behind `Tab`, and gives what is inside.
fn framed(
    screen: &SettingsScreen,
    pane: Focus,
    (frame, area): (&mut Frame<'_>, Rect),
    shared: &Shared,
) -> Rect {
    let others = Focus::ALL.into_iter().filter(|other| *other != pane).map(Focus::title);
    let note = match frame.area().width < BESIDE_FROM {
        true => format!("Tab: {}", others.collect::<Vec<_>>().join(", ")),
        false => String::new(),
    };
    let detail = screen.filter.clone();
    let focused = screen.focus == pane && screen.choosing.is_none();
    Pane { title: pane.title(), detail, note, focused }.draw(frame, area, &shared.look)
}

/// The list above, what is said of the chosen row below.
fn split(area: Rect) -> (Rect, Rect) {
    let told = told_rows(area.height).min(area.height);
    let list = Rect { height: area.height - told, ..area };
    (list, Rect { y: list.bottom(), height: told, ..area })
}

fn nothing(frame: &mut Frame<'_>, area: Rect, what: &str, shared: &Shared) {
    let message = Notice::empty(&shared.look, what, &["Esc shows all"]);
    notice(frame, area, &message, &shared.look);
}

fn settings(screen: &SettingsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let rows = screen.settings(shared);
    if rows.is_empty() && screen.filter.is_empty() {
        let body = ["`conductor settings list` tells them"];
        let message = Notice::empty(&shared.look, "nothing is known of how it was started", &body);
        return notice(frame, area, &message, &shared.look);
    }
    if rows.is_empty() {
        return nothing(frame, area, "no setting matches", shared);
    }
    let (list, told) = split(area);
    let at = screen.at[0];
    let own = screen.focus == Focus::Settings;
    let drawn = at
        .window(rows.len(), usize::from(list.height))
        .map(|row| setting(&rows[row], own && row == at.cursor, usize::from(list.width), shared));
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), list);
    if let Some(row) = rows.get(at.cursor) {
        let said = said(row, told.height, shared);
        tell(frame, told, &said, shared);
    }
}

/// What a value looks like: a box for what is on or off, a mark behind what opens a list.
fn shown(row: &Row, shared: &Shared) -> (String, Meaning) {
    let kind = spec(&row.name).map(|spec| spec.kind);
    let value = plain(&row.value);
    let more = shared.look.glyphs.chevron;
    match (kind, value.as_str()) {
        (Some(Kind::Toggle), "on") => ("[x] on".to_owned(), Meaning::Ok),
        (Some(Kind::Toggle), _) => ("[ ] off".to_owned(), Meaning::Text),
        (Some(Kind::Text) | None, "") => ("not said".to_owned(), Meaning::Dim),
        (Some(Kind::Text) | None, value) => (value.to_owned(), Meaning::Text),
        (Some(_), value) => (format!("{value} {more}"), Meaning::Text),
    }
}

fn setting<'a>(row: &Row, chosen: bool, cells: usize, shared: &Shared) -> Line<'a> {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let wide = cells >= 56;
    let (name, value) =
        if wide { (20, cells - 20 - 2 - 16) } else { (16, cells.saturating_sub(27)) };
    let label = spec(&row.name).map_or("", |spec| spec.short());
    let (shown, meaning) = shown(row, shared);
    let origin = match row.origin {
        Origin::Default => Meaning::Dim,
        Origin::Session => Meaning::Warn,
        _ => Meaning::Accent,
    };
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let used = 2 + name + value;
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::raw(format!("{} ", pad(label, name - 1, mark))),
        Span::styled(
            format!("{} ", pad(&shown, value.saturating_sub(1), mark)),
            look.style(meaning),
        ),
        Span::styled(
            pad(&row.origin.short(), cells.saturating_sub(used), mark),
            look.style(origin),
        ),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}

/// What it is for, from where it is, and what can be done about it.
fn said(row: &Row, height: u16, shared: &Shared) -> Vec<(Meaning, String)> {
    let Some(spec) = spec(&row.name) else { return Vec::new() };
    let look = &shared.look;
    let mut said = vec![(Meaning::Text, spec.help.to_owned())];
    let value = plain(&row.value);
    let place = match row.origin {
        Origin::Default if row.value.is_empty() => "nothing says it".to_owned(),
        // The folder's name would push out the line, which is what is wanted.
        Origin::File { .. } if height <= TOLD_ROWS.0 => {
            format!("{value}: from the config file, {}", row.origin.short())
        }
        _ => format!("{value}: from {}", plain(&row.origin.to_string())),
    };
    said.push((Meaning::Dim, place));
    if row.name == "console.theme" && look.palette.name != row.value {
        let why = if row.value == AUTO { "fits here" } else { "is shown instead" };
        said.push((Meaning::Dim, format!("`{}` {why}", look.palette.name)));
    }
    let next = match (spec.kind, spec.live) {
        (Kind::Text, _) => format!("`conductor settings set {} VALUE` writes it", spec.name),
        (_, false) => "it counts from the next start on, once it is written".to_owned(),
        _ => match &row.origin {
            Origin::Session => "not written: it ends with this console".to_owned(),
            _ => String::new(),
        },
    };
    if !next.is_empty() {
        said.push((Meaning::Dim, next));
    }
    said
}

/// Draws what is said of the chosen row below a rule.
fn tell(frame: &mut Frame<'_>, area: Rect, said: &[(Meaning, String)], shared: &Shared) {
    let look = &shared.look;
    if area.height > TOLD_ROWS.0 {
        let rule = look.glyphs.borders.horizontal_top.repeat(usize::from(area.width));
        let top = Rect { height: 1, ..area };
        frame.render_widget(Paragraph::new(Line::styled(rule, look.style(Meaning::Border))), top);
    }
    let skip = u16::from(area.height > TOLD_ROWS.0);
    let place = Rect { y: area.y + skip, height: area.height.saturating_sub(skip), ..area };
    let line = |(meaning, text): &(Meaning, String)| {
        // One line each where there is no room for more, and what is cut is seen to be.
        let text = match (skip, said.len()) {
            (0, 2..) => ellipsis(text, usize::from(area.width), look.glyphs.ellipsis).into_owned(),
            _ => text.clone(),
        };
        Line::styled(text, look.style(*meaning))
    };
    let lines: Vec<Line<'_>> = said.iter().map(line).collect();
    let text = Paragraph::new(lines).wrap(Wrap { trim: true });
    frame.render_widget(text, place);
}

fn keys(screen: &SettingsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let lines = screen.keys();
    if lines.is_empty() {
        return nothing(frame, area, "no key matches", shared);
    }
    let (list, told) = split(area);
    let at = screen.at[Focus::Keys as usize];
    let cells = usize::from(list.width);
    let (keys, place) = if cells >= 56 { (15, 17) } else { (11, 12) };
    let own = screen.focus == Focus::Keys;
    let drawn = at.window(lines.len(), usize::from(list.height)).map(|row| {
        let line = lines[row];
        let chosen = own && row == at.cursor;
        let changed = if line.changed.is_empty() { "" } else { " changed" };
        let named = if line.keys.is_empty() { look.glyphs.minus } else { &line.keys };
        let cursor = if chosen { look.glyphs.cursor } else { " " };
        let room = cells.saturating_sub(2 + keys + place + width(changed));
        let mut drawn = Line::from(vec![
            Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
            Span::styled(format!("{} ", pad(named, keys - 1, mark)), look.style(Meaning::Key)),
            Span::raw(pad(line.action, room, mark)),
            Span::styled(changed, look.style(Meaning::Warn)),
            Span::styled(
                format!(" {}", pad(&line.place, place - 1, mark)),
                look.style(Meaning::Dim),
            ),
        ]);
        if chosen {
            select(&mut drawn, look);
        }
        drawn
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), list);
    if let Some(line) = lines.get(at.cursor) {
        let mut said = vec![(Meaning::Text, line.help.to_owned())];
        said.push(match line.changed.as_str() {
            "" => (Meaning::Dim, "as it comes".to_owned()),
            place => (Meaning::Warn, format!("changed in {}", plain(place))),
        });
        tell(frame, told, &said, shared);
    }
}

fn about(screen: &SettingsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let rows = screen.about(shared);
    if rows.is_empty() {
        return nothing(frame, area, "nothing here matches", shared);
    }
    let at = screen.at[Focus::About as usize];
    let own = screen.focus == Focus::About;
    let (list, told) = split(area);
    let cells = usize::from(list.width);
    let drawn = at.window(rows.len(), usize::from(list.height)).map(|row| {
        let (name, text) = &rows[row];
        let chosen = own && row == at.cursor;
        let cursor = if chosen { look.glyphs.cursor } else { " " };
        let mut line = Line::from(vec![
            Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
            Span::styled(pad(name, 14, mark), look.style(Meaning::Dim)),
            Span::raw(pad(&plain(text), cells.saturating_sub(16), mark)),
        ]);
        if chosen {
            select(&mut line, look);
        }
        line
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), list);
    if let Some((_, text)) = rows.get(at.cursor) {
        tell(frame, told, &[(Meaning::Dim, plain(text))], shared);
    }
}

/// The list of what a setting can be, over the panes.
fn choices(open: &Choosing, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let rows = u16::try_from(open.choices.len()).unwrap_or(u16::MAX).saturating_add(FRAME_ROWS);
    let pane = Pane { title: open.spec.short(), focused: true, ..Pane::default() };
    let inner = popup(frame, area, (CHOICES_COLUMNS, rows), &pane, look);
    let now = shared.told.value(open.spec.name);
    let cells = usize::from(inner.width);
    let drawn = open.at.window(open.choices.len(), usize::from(inner.height)).map(|row| {
        let choice = &open.choices[row];
        let chosen = row == open.at.cursor;
        let cursor = if chosen { look.glyphs.cursor } else { " " };
        let is = if choice == now { " now" } else { "" };
        let mut line = Line::from(vec![
            Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
            Span::raw(pad(
                &plain(choice),
                cells.saturating_sub(2 + is.len()),
                look.glyphs.ellipsis,
            )),
            Span::styled(is, look.style(Meaning::Dim)),
        ]);
        if chosen {
            select(&mut line, look);
        }
        line
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), inner);
}
