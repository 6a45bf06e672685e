//! Where the panes go: three from 130 columns, two from 90, else one. What has no room is behind
//! `Tab`. The same function serves drawing and moving, so that they agree.

use ratatui::layout::Rect;

use crate::input::Place;

/// Columns from which there are three panes, and two.
const THREE_PANES: u16 = 130;
const TWO_PANES: u16 = 90;
/// Rows below which a log with the focus takes the timeline's place.
const TIMELINE_ROWS: u16 = 16;
/// Rows from which the timeline may be longer.
const TALL: u16 = 34;

/// Which part of the screen has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Focus {
    #[default]
    List,
    Tasks,
    Log,
    Relations,
    /// The artifacts, in a list.
    Artifacts,
    /// One of them.
    Artifact,
    /// The run beside its plan.
    Against,
}

impl Focus {
    const ORDER: [Self; 4] = [Self::List, Self::Tasks, Self::Log, Self::Relations];

    /// Among the artifacts, which have the whole window.
    pub(crate) const fn is_artifacts(self) -> bool {
        matches!(self, Self::Artifacts | Self::Artifact)
    }

    /// The focus so many steps on, round and round.
    pub(crate) fn step(self, by: usize) -> Self {
        match self {
            Self::Artifacts => return Self::Artifact,
            Self::Artifact => return Self::Artifacts,
            Self::Against => return Self::Tasks,
            _ => {}
        }
        let at = Self::ORDER.iter().position(|focus| *focus == self).unwrap_or(0);
        Self::ORDER[(at + by) % Self::ORDER.len()]
    }

    pub(crate) const fn places(self) -> &'static [Place] {
        match self {
            Self::List => &[Place::RunList],
            Self::Tasks => &[Place::RunTasks],
            Self::Log => &[Place::RunLog],
            Self::Relations => &[Place::Relations],
            Self::Artifacts => &[Place::RunArtifacts],
            Self::Artifact => &[Place::RunArtifact],
            Self::Against => &[Place::RunAgainst],
        }
    }
}

/// What is seen: the part with the focus, and whether the run has the whole window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) focus: Focus,
    pub(crate) wide: bool,
}

/// Where the panes go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Panes {
    pub(crate) list: Option<Rect>,
    pub(crate) run: Option<Rect>,
    pub(crate) relations: Option<Rect>,
    pub(crate) artifacts: Option<Rect>,
    /// The run beside its plan.
    pub(crate) beside: Option<Rect>,
}

/// Divides the screen.
pub(crate) fn panes(area: Rect, Seen { focus, wide }: Seen) -> Panes {
    if focus.is_artifacts() {
        return Panes { artifacts: Some(area), ..Panes::default() };
    }
    if focus == Focus::Against {
        return Panes { beside: Some(area), ..Panes::default() };
    }
    if wide && matches!(focus, Focus::Tasks | Focus::Log) {
        return Panes { run: Some(area), ..Panes::default() };
    }
    let split = |left: u16| {
        let left = left.min(area.width);
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        (Rect { width: left, ..area }, right)
    };
    if area.width >= THREE_PANES {
        let (list, rest) = split((area.width * 34 / 100).clamp(46, 72));
        let relations = (area.width * 22 / 100).clamp(30, 48);
        let run = Rect { width: rest.width - relations, ..rest };
        let relations = Rect { x: run.right(), width: relations, ..rest };
        let (run, relations) = (Some(run), Some(relations));
        return Panes { list: Some(list), run, relations, ..Panes::default() };
    }
    if area.width >= TWO_PANES {
        return if focus == Focus::Relations {
            let (run, relations) = split(area.width * 60 / 100);
            Panes { run: Some(run), relations: Some(relations), ..Panes::default() }
        } else {
            let (list, run) = split(area.width * 42 / 100);
            Panes { list: Some(list), run: Some(run), ..Panes::default() }
        };
    }
    match focus {
        Focus::List => Panes { list: Some(area), ..Panes::default() },
        Focus::Tasks | Focus::Log => Panes { run: Some(area), ..Panes::default() },
        Focus::Relations => Panes { relations: Some(area), ..Panes::default() },
        Focus::Artifacts | Focus::Artifact => Panes { artifacts: Some(area), ..Panes::default() },
        Focus::Against => Panes { beside: Some(area), ..Panes::default() },
    }
}

/// Parts of the run pane, from top to bottom. A part without room has no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sections {
    pub(crate) head: Rect,
    pub(crate) timeline: Rect,
    pub(crate) tasks: Rect,
    pub(crate) log: Rect,
}

/// Rows that the chart of the tasks has besides them: a rule, a ruler, the chosen bar in words.
const AROUND_TASKS: u16 = 3;
/// Rows that the log keeps below the chart of a wide run.
const LOG_LEFT: u16 = 5;

/// Divides what is inside the run pane, with so many rows of tasks; each part but the head begins with
/// a rule.
pub(crate) fn sections(inner: Rect, rows: usize, Seen { focus, wide }: Seen) -> Sections {
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).max(1);
    let head = 2.min(inner.height);
    let free = inner.height - head;
    let room_for_tasks = match focus {
        Focus::Log => free / 3,
        _ if wide => free.saturating_sub(LOG_LEFT).max(free - free / 3),
        _ => free.div_ceil(2),
    };
    let around = AROUND_TASKS + u16::from(wide);
    let tasks = rows.saturating_add(around).min(room_for_tasks.max(2)).min(free);
    let free = free - tasks;
    let timeline = match inner.height {
        ..TIMELINE_ROWS => 0,
        TIMELINE_ROWS..TALL if focus == Focus::Log => 0,
        TIMELINE_ROWS..TALL => 4.min(free / 2),
        _ => 9.min(free / 3),
    };
    let mut y = inner.y;
    let mut take = |height: u16| {
        let part = Rect { y, height, ..inner };
        y += height;
        part
    };
    Sections {
        head: take(head),
        timeline: take(timeline),
        tasks: take(tasks),
        log: take(free - timeline),
    }
}

/// What is inside a pane's frame, as the pane draws it.
pub(crate) fn inside(pane: Rect) -> Rect {
    Rect {
        x: pane.x + 1,
        y: pane.y + 1,
        width: pane.width.saturating_sub(2),
        height: pane.height.saturating_sub(2),
    }
}

/// Below a section's rule.
pub(crate) fn below_rule(section: Rect) -> Rect {
    let rule = 1.min(section.height);
    Rect { y: section.y + rule, height: section.height - rule, ..section }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(width: u16, focus: Focus) -> usize {
        let panes = panes(Rect::new(0, 0, width, 30), Seen { focus, wide: false });
        [panes.list, panes.run, panes.relations].iter().flatten().count()
    }

    #[test]
    fn panes_by_width() {
        for focus in Focus::ORDER {
            let counts = [60, 89, 90, 129, 130, 250].map(|width| count(width, focus));
            assert_eq!(counts, [1, 1, 2, 2, 3, 3], "{focus:?}");
        }
    }

    #[test]
    fn a_wide_run_has_the_whole_window() {
        let area = Rect::new(0, 2, 200, 57);
        let wide = |focus| panes(area, Seen { focus, wide: true });
        assert_eq!(wide(Focus::Tasks), Panes { run: Some(area), ..Panes::default() });
        assert_eq!(wide(Focus::Log).run, Some(area));
        assert!(wide(Focus::List).list.is_some(), "the list is gone to, and seen");
        assert!(wide(Focus::Relations).relations.is_some());
    }

    #[test]
    fn every_part_fits_at_every_size() {
        for height in 0..80 {
            for focus in Focus::ORDER {
                for (tasks, wide) in [(0, false), (1, true), (7, false), (7, true), (500, true)] {
                    let inner = Rect::new(0, 0, 10, height);
                    let s = sections(inner, tasks, Seen { focus, wide });
                    let total = s.head.height + s.timeline.height + s.tasks.height + s.log.height;
                    assert_eq!(total, height);
                    assert_eq!(s.log.bottom(), height);
                }
            }
        }
    }
}
