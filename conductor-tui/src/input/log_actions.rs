//! The rows of the action table that are about logs.

use super::action::{Action, Place, Spec, spec};

const LOGS: &[Place] = &[Place::Logs];

pub(super) const GO: Spec = spec(
    Action::GoLogs,
    "log",
    &["L"],
    ("", "The whole output of the run or the task that is chosen"),
    &[Place::Global],
);
pub(super) const SEARCH: Spec =
    spec(Action::Search, "search", &["/"], ("search", "Look for a text in the lines"), LOGS);
pub(super) const SIFT: Spec = spec(
    Action::Sift,
    "filter-lines",
    &["&"],
    ("filter", "Show only lines with a text, or with !TEXT those without"),
    LOGS,
);
pub(super) const NEXT_MATCH: Spec =
    spec(Action::NextMatch, "next-match", &["n"], ("next", "To the next match"), LOGS);
pub(super) const PREVIOUS_MATCH: Spec =
    spec(Action::PreviousMatch, "previous-match", &["N"], ("", "To the match before"), LOGS);
// `e` writes a file on every screen, so that it can't be the error after, as it is elsewhere.
pub(super) const NEXT_ERROR: Spec =
    spec(Action::NextError, "next-error", &["x"], ("error", "To the next error"), LOGS);
pub(super) const PREVIOUS_ERROR: Spec =
    spec(Action::PreviousError, "previous-error", &["X", "E"], ("", "To the error before"), LOGS);
pub(super) const MARK: Spec =
    spec(Action::Mark, "mark", &["m"], ("mark", "Mark the line, or take its mark"), LOGS);
pub(super) const NEXT_MARK: Spec =
    spec(Action::NextMark, "next-mark", &["M"], ("", "To the next mark, round the end"), LOGS);
pub(super) const TIMES: Spec =
    spec(Action::Times, "times", &["t"], ("times", "When each line came, or not"), LOGS);
pub(super) const WRAP: Spec =
    spec(Action::Wrap, "wrap", &["w"], ("wrap", "Long lines go on in the next row, or not"), LOGS);
pub(super) const HOST_COLUMN: Spec = spec(
    Action::HostColumn,
    "host-column",
    &["H"],
    ("", "Where each line is from: by name, by letter, or not"),
    LOGS,
);
pub(super) const ONLY_HOST: Spec = spec(
    Action::OnlyHost,
    "only-host",
    &["f"],
    ("", "Only lines from where this one is from, or from everywhere"),
    LOGS,
);
pub(super) const STREAMS: Spec = spec(
    Action::Streams,
    "streams",
    &["v"],
    ("", "Both streams, only stderr, or only stdout"),
    LOGS,
);
pub(super) const SINCE_ALL: Spec =
    spec(Action::SinceAll, "since-all", &["s 0"], ("", "Lines of all times"), LOGS);
pub(super) const SINCE_1M: Spec =
    spec(Action::Since1m, "since-1m", &["s 1"], ("", "Lines of the last minute"), LOGS);
pub(super) const SINCE_5M: Spec =
    spec(Action::Since5m, "since-5m", &["s 2"], ("", "Lines of the last 5 minutes"), LOGS);
pub(super) const SINCE_15M: Spec =
    spec(Action::Since15m, "since-15m", &["s 3"], ("", "Lines of the last 15 minutes"), LOGS);
pub(super) const SINCE_1H: Spec =
    spec(Action::Since1h, "since-1h", &["s 4"], ("", "Lines of the last hour"), LOGS);
