//! How large the parts of the screen are, as they are drawn and as keys move in them.

use ratatui::layout::Rect;

use super::{
    chart_view,
    layout::{self, Focus, panes},
    log_view::shape,
    screen::RunsScreen,
};
use crate::{
    app::{Shared, body},
    log::Shape,
};

impl RunsScreen {
    pub(super) fn areas(&self, shared: &Shared) -> layout::Panes {
        self.panes(body(shared.size))
    }

    /// A list that is wide has the whole window while it is gone through.
    pub(super) fn panes(&self, area: Rect) -> layout::Panes {
        if self.seen.focus == Focus::List && self.list.arrangement().is_wide() {
            return layout::Panes { list: Some(area), ..layout::Panes::default() };
        }
        panes(area, self.seen)
    }

    pub(super) fn list_height(&self, shared: &Shared) -> usize {
        let pane = self.areas(shared).list.unwrap_or_default();
        usize::from(layout::below_rule(layout::inside(pane)).height)
    }

    /// The parts of the run's pane.
    fn run_parts(&self, shared: &Shared) -> layout::Sections {
        let pane = self.areas(shared).run.unwrap_or_default();
        let rows = self.open.as_ref().map_or(0, |open| open.chart.rows().len());
        layout::sections(layout::inside(pane), rows, self.seen)
    }

    /// The log's window.
    pub(super) fn log_shape(&self, shared: &Shared) -> Shape {
        shape(layout::below_rule(self.run_parts(shared).log))
    }

    /// Rows of tasks in sight.
    pub(super) fn chart_height(&self, shared: &Shared) -> usize {
        chart_view::height(self.run_parts(shared).tasks, self.seen.wide)
    }
}
