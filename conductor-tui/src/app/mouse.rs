//! What a click means: the keys and actions that lead to what was clicked. A screen, a pane or a row is gone to, a
//! row that is chosen already is opened, and a hint at the bottom does what it says; each asks what it always asks.
//! What lies where is read from the picture itself, drawn into memory with the marks of the focus and of the chosen
//! row. So a recording has no places on a screen in it, and plays in a window of any size.

use crossterm::event::KeyCode;
use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use super::{
    layers::works_here,
    model::{Layer, Model},
    msg::What,
    view::{self, Bottom},
};
use crate::{
    input::Action,
    widget::{Picked, picked},
};

/// Panes that are tried until the one that was clicked has the focus.
const PANES_MAX: usize = 8;

/// A click, on its way to what was clicked.
#[derive(Debug)]
pub(crate) struct Click {
    at: Position,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Begin,
    /// The focus goes from pane to pane, from the first one on.
    Panes {
        first: Option<Rect>,
        tried: usize,
    },
    /// The cursor goes to the row that was clicked. A list may scroll on the way: it is as many rows further all the same.
    Rows {
        pane: Option<Rect>,
        down: bool,
        left: usize,
    },
    /// The same action, so often.
    Again {
        action: Action,
        left: usize,
    },
    Done,
}

impl Click {
    pub(crate) fn new(column: u16, row: u16) -> Self {
        Self { at: Position::new(column, row), stage: Stage::Begin }
    }

    /// What is to happen next, as things are now.
    pub(crate) fn next(&mut self, model: &Model) -> Option<What> {
        match self.stage {
            Stage::Begin => self.begin(model),
            Stage::Panes { first, tried } => self.aim_at_pane(model, first, tried),
            Stage::Rows { pane, down, left } => self.aim_at_row(model, (pane, down), left),
            Stage::Again { action, left } => {
                self.stage = Stage::Again { action, left: left.checked_sub(1)? };
                Some(What::Act(action))
            }
            Stage::Done => None,
        }
    }

    fn begin(&mut self, model: &Model) -> Option<What> {
        let at = self.at;
        self.stage = Stage::Done;
        if model.playing.is_some() || !view::fits(model.shared.size) {
            return None;
        }
        if !model.layers.is_empty() {
            return self.on_layer(model);
        }
        let middle = view::body(model.shared.size);
        if middle.contains(at) {
            let first = seen(model, at).pane;
            return self.aim_at_pane(model, first, 0);
        }
        if at.y + 1 == middle.y {
            return view::tab_at(model, at.x).map(|tab| What::Act(tab.action()));
        }
        match view::bottom(model) {
            _ if at.y != middle.bottom() => None,
            Bottom::Keys => view::hint_at(model, at.x).map(What::Act),
            Bottom::Trail => {
                let by = view::stop_at(model, at.x)?;
                let action = if by < 0 { Action::Earlier } else { Action::Later };
                self.stage = Stage::Again { action, left: by.unsigned_abs() };
                self.next(model)
            }
            _ => None,
        }
    }

    /// A list that lies over the screen is chosen from. What asks for something is answered by keys alone.
    fn on_layer(&mut self, model: &Model) -> Option<What> {
        let opens = match model.layers.last()? {
            Layer::Finder(_) | Layer::Views(_) => true,
            Layer::Help(_) | Layer::Journal(_) | Layer::Columns(_) => false,
            _ => return None,
        };
        let now = seen(model, self.at);
        if now.row == Some(self.at.y) && now.is_in(self.at) {
            return opens.then(|| What::Key(KeyCode::Enter.into()));
        }
        self.aim_at_rows(model, now)
    }

    fn aim_at_pane(&mut self, model: &Model, first: Option<Rect>, tried: usize) -> Option<What> {
        self.stage = Stage::Done;
        let now = seen(model, self.at);
        if tried > 0 && now.pane == first {
            // Every pane has had the focus: what was clicked is none.
            return None;
        }
        if let Some(action) = towards(model, now.pane?, self.at).filter(|_| tried < PANES_MAX) {
            self.stage = Stage::Panes { first, tried: tried + 1 };
            return Some(What::Act(action));
        }
        let is_chosen = now.row == Some(self.at.y) && now.is_in(self.at);
        if is_chosen || are_tiles(model) {
            let opens = tried == 0 && works_here(model, Action::Open.spec());
            return opens.then_some(What::Act(Action::Open));
        }
        self.aim_at_rows(model, now)
    }

    fn aim_at_rows(&mut self, model: &Model, now: Picked) -> Option<What> {
        let row = now.row.filter(|_| now.is_text && now.is_in(self.at))?;
        self.aim_at_row(model, (now.pane, self.at.y > row), row.abs_diff(self.at.y).into())
    }

    fn aim_at_row(
        &mut self,
        model: &Model,
        (pane, down): (Option<Rect>, bool),
        left: usize,
    ) -> Option<What> {
        let now = seen(model, self.at);
        let is_there = now.row.is_none_or(|row| row == self.at.y || (row > self.at.y) == down);
        self.stage = Stage::Rows { pane, down, left: left.checked_sub(1)? };
        if now.pane != pane || is_there {
            self.stage = Stage::Done;
            return None;
        }
        Some(match (model.layers.is_empty(), down) {
            (true, true) => What::Act(Action::Down),
            (true, false) => What::Act(Action::Up),
            (false, true) => What::Key(KeyCode::Down.into()),
            (false, false) => What::Key(KeyCode::Up.into()),
        })
    }
}

/// What brings the focus nearer to where was clicked; nothing where it is.
fn towards(model: &Model, pane: Rect, at: Position) -> Option<Action> {
    if pane.contains(at) {
        return None;
    }
    if !are_tiles(model) {
        return Some(Action::NextPane).filter(|action| works_here(model, action.spec()));
    }
    Some(match at {
        _ if at.y >= pane.bottom() => Action::Down,
        _ if at.y < pane.y => Action::Up,
        _ if at.x >= pane.right() => Action::TileRight,
        _ => Action::TileLeft,
    })
}

/// Whether panes lie there as tiles, among which the arrows move.
fn are_tiles(model: &Model) -> bool {
    works_here(model, Action::TileRight.spec()) && model.screen().outermost()
}

/// What is to be seen where was clicked.
fn seen(model: &Model, at: Position) -> Picked {
    let draw = |frame: &mut Frame<'_>| view::paint(model, frame);
    view::in_memory(model.shared.size, draw, |buffer| picked(buffer, at))
}
