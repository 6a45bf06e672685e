//! The chosen schedule, for somebody who sees no rows and no line of time.

use super::screen::SchedulesScreen;
use crate::{
    app::{Shared, time},
    widget::{Told, counted},
};

/// See the module.
pub(super) fn told(screen: &SchedulesScreen, shared: &Shared) -> Option<Told> {
    let schedule = screen.selected().filter(|_| !screen.reading && screen.fault.is_none())?;
    let fires_at = schedule.next.as_ref().and_then(|next| next.fires_at.as_ref());
    let next = match fires_at.map(time::from_wire) {
        Some(at) => {
            let left = at.duration_since(shared.data_now());
            let day = at.to_zoned(shared.look.zone.clone()).strftime("%d %b %H:%M").to_string();
            format!("starts in {}, {day}", time::spoken(left))
        }
        None if schedule.paused => format!("paused by {}", schedule.paused_by),
        None => "done".to_owned(),
    };
    let spec = schedule.spec.clone().unwrap_or_default();
    let last = schedule.recent.first().map(|outcome| match outcome.skipped.as_str() {
        "" => "the last time it started a run".to_owned(),
        why => format!("the last time was left out: {why}"),
    });
    let parts = [
        format!("schedule {}", schedule.name),
        next,
        format!("runs {}", spec.workflow),
        last.unwrap_or_default(),
        counted(schedule.waiting.into(), "run waits", "runs wait"),
    ];
    let at = (screen.scroll.cursor, screen.rows().len());
    Some(Told::row(&schedule.name, parts, at))
}
