//! What leaves the screen: sentences for somebody who sees no rows, what `e` writes, and what is opened
//! elsewhere.

use conductor_protocol::v1::{RunStatus, RunSummary};

use super::{
    layout::Focus, list::RunList, list_view::position, open::OpenRun, screen::RunsScreen,
    subject::logs_of,
};
use crate::{
    app::{Shared, time},
    screen::Tab,
    widget::{Told, counted},
    words::run_status,
};

/// Runs that are looked through for what has failed.
const LOOKED_THROUGH: usize = 200;

/// The chosen run, or the line of output; the rest is read as it is drawn.
pub(super) fn told(screen: &RunsScreen, shared: &Shared) -> Option<Told> {
    match screen.seen.focus {
        Focus::List => {
            let run = screen.list.selected().filter(|_| screen.list.fault.is_none())?;
            let at = (screen.list.scroll.cursor, screen.list.rows().len());
            let place = format!("{}{}", position(&screen.list), ordered(&screen.list));
            Some(Told::row(&run.run_id, row(run, shared), at).at(place))
        }
        Focus::Log => {
            let log = &screen.open.as_ref()?.log;
            let line = log.current(screen.log_shape(shared))?;
            let at = log.sight(screen.log_shape(shared)).cursor;
            Some(Told::row(&at.to_string(), [line.text], (at, log.rows().len())))
        }
        _ => None,
    }
}

/// What the rows are sorted by, where that is not the daemon's order.
fn ordered(list: &RunList) -> String {
    match list.order_words() {
        (_, "") => String::new(),
        (by, which) => format!(", sorted{by}, {which}"),
    }
}

fn row(run: &RunSummary, shared: &Shared) -> [String; 5] {
    let tasks = counted(run.tasks_total.into(), "task", "tasks");
    let since = run.started_at.as_ref().map(time::from_wire);
    let since = since.map(|at| time::spoken(shared.data_now().duration_since(at)));
    [
        format!("run {}", run.workflow),
        run_status(run.status()).replace('_', " "),
        if tasks.is_empty() { tasks } else { format!("{} of {tasks}", run.tasks_done) },
        since.map(|since| format!("started {since} ago")).unwrap_or_default(),
        if run.owner.is_empty() { String::new() } else { format!("asked by {}", run.owner) },
    ]
}

/// Runs of the list that have failed.
pub(super) fn troubles(screen: &RunsScreen) -> Vec<(String, String)> {
    let failed =
        |run: &&RunSummary| matches!(run.status(), RunStatus::Failed | RunStatus::TimedOut);
    let told = |run: &RunSummary| {
        let word = run_status(run.status()).replace('_', " ");
        (run.run_id.clone(), format!("run {} {word}", run.workflow))
    };
    screen.list.rows().iter().take(LOOKED_THROUGH).filter(failed).map(told).collect()
}

/// The rows, or the open run, as JSON.
pub(super) fn export(screen: &RunsScreen) -> Option<(String, String)> {
    if screen.seen.focus == Focus::Against {
        return Some((format!("{}-against-plan", screen.open_id()?), screen.beside_json()?));
    }
    let json = if screen.seen.focus == Focus::List {
        let rows: Vec<&RunSummary> = screen.list.shown().collect();
        ("runs".to_owned(), serde_json::to_string_pretty(&rows))
    } else {
        let run = screen.open.as_ref()?.run.as_ref()?;
        (screen.open_id()?.to_owned(), serde_json::to_string_pretty(run))
    };
    Some((json.0, json.1.ok()?))
}

/// The output of the chosen task, or of the whole run.
pub(super) fn leads_to(screen: &RunsScreen, tab: Tab) -> Option<String> {
    let at_task = matches!(screen.seen.focus, Focus::Tasks | Focus::Log);
    let task = screen.open.as_ref().filter(|_| at_task).and_then(OpenRun::task);
    // A run that was just opened has a name before it is read.
    let known = screen.target().map(|run| run.run_id.as_str());
    let run = known.or_else(|| screen.open_id());
    (tab == Tab::Logs).then(|| logs_of(run, task)).flatten()
}
