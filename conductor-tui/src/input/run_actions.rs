//! The rows of the action table that are about looking at a run: its tasks on a time axis, its graph.

use super::action::{Action, Place, RUNS, Spec, spec};

const LISTS: &[Place] = &[Place::RunList, Place::Queues, Place::Workers, Place::Schedules];
const MARKED: &[Place] = &[Place::RunList, Place::ApprovalList];
const TASKS: &[Place] = &[Place::RunTasks];
const TIMES: &[Place] = &[Place::Schedules, Place::RunTasks];

pub(super) const ZOOM_IN: Spec = spec(
    Action::ZoomIn,
    "zoom-in",
    &["+", "="],
    ("nearer", "See less time, and more of it"),
    TIMES,
);
pub(super) const ZOOM_OUT: Spec =
    spec(Action::ZoomOut, "zoom-out", &["_"], ("farther", "See more time at once"), TIMES);
pub(super) const FIT_TIME: Spec =
    spec(Action::FitTime, "fit-time", &["f"], ("", "See all of the run's time"), TASKS);
pub(super) const EARLIER_TIME: Spec =
    spec(Action::EarlierTime, "earlier-time", &["<"], ("", "See the time before"), TASKS);
pub(super) const LATER_TIME: Spec =
    spec(Action::LaterTime, "later-time", &[">"], ("", "See the time after"), TASKS);
pub(super) const FOLD: Spec = spec(
    Action::Fold,
    "fold",
    &["z"],
    ("fold", "Show or hide the hosts of a task, and the attempts of a host"),
    TASKS,
);
pub(super) const FOLD_ALL: Spec =
    spec(Action::FoldAll, "fold-all", &["Z"], ("", "Show or hide all hosts and attempts"), TASKS);
pub(super) const WIDE: Spec = spec(
    Action::Wide,
    "wide",
    &["w"],
    ("wide", "Give the run the whole window, or give it back"),
    RUNS,
);
pub(super) const SORT: Spec = spec(
    Action::Sort,
    "sort",
    &["s"],
    ("sort", "Sort the list, and choose its columns and their order"),
    LISTS,
);
pub(super) const WIDE_LIST: Spec = spec(
    Action::WideList,
    "wide-list",
    &["W"],
    ("", "Give the list the whole window and every column, or give it back"),
    LISTS,
);
pub(super) const IN_GRAPH: Spec = spec(
    Action::InGraph,
    "in-graph",
    &["v"],
    ("graph", "Look at it in the graph: what it came from, and what came of it"),
    RUNS,
);
pub(super) const ARTIFACTS: Spec = spec(
    Action::Artifacts,
    "artifacts",
    &["A"],
    ("artifacts", "What the run left behind, and what was brought to it"),
    RUNS,
);
pub(super) const AGAINST_PLAN: Spec = spec(
    Action::AgainstPlan,
    "against-plan",
    &["D"],
    ("", "The run beside its plan: what came otherwise than planned"),
    RUNS,
);
pub(super) const RECEIPT: Spec = spec(
    Action::Receipt,
    "receipt",
    &["V"],
    ("", "The run's receipt in the ledger, verified here"),
    RUNS,
);
pub(super) const MARK_ROW: Spec = spec(
    Action::MarkRow,
    "mark-row",
    &["Space"],
    (
        "mark",
        "Mark the row, or take its mark, and go down; what is done next is done to all marked",
    ),
    MARKED,
);
pub(super) const MARK_RANGE: Spec = spec(
    Action::MarkRange,
    "mark-range",
    &["m"],
    ("", "Mark from here to wherever the cursor goes, until the key is pressed again"),
    MARKED,
);
pub(super) const MARK_ALL: Spec = spec(
    Action::MarkAll,
    "mark-all",
    &["^a"],
    ("", "Mark everything that the filter shows: 500 runs at most, or 200 approvals that wait"),
    MARKED,
);
