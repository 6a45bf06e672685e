//! The one table of actions: keymap, footer, help, palette and command line are made from it.

use super::{govern_actions, log_actions};

/// Where an action works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Everywhere.
    Global,
    RunList,
    RunTasks,
    RunLog,
    Relations,
    ApprovalList,
    ApprovalPage,
    Workflows,
    RunbookPage,
    RunbookRecord,
    Schedules,
    /// Decisions of policy, in a list.
    Decisions,
    /// One decision, explained.
    Decision,
    Bundles,
    /// Files of a bundle that is tried out.
    CandidateFiles,
    /// What it would answer differently.
    Flips,
    Ledger,
    /// What is beside the events: a proof, the checkpoints.
    LedgerPage,
    GraphEdges,
    /// What is reached from an entity, as a list.
    GraphWalk,
    /// What is known of an entity.
    GraphPage,
    Logs,
}

/// Everything that a key can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Action {
    Open,
    Filter,
    Logs,
    Search,
    Sift,
    NextMatch,
    PreviousMatch,
    NextError,
    PreviousError,
    Mark,
    NextMark,
    Times,
    Wrap,
    HostColumn,
    OnlyHost,
    Streams,
    SinceAll,
    Since1m,
    Since5m,
    Since15m,
    Since1h,
    Answer,
    Cancel,
    Kill,
    Rerun,
    RerunFailed,
    PauseRun,
    SkipTask,
    Undo,
    Start,
    Plan,
    PauseSchedule,
    ZoomIn,
    ZoomOut,
    Rehearse,
    Review,
    Compare,
    MarkVersion,
    AsText,
    Deprecate,
    Retire,
    Approve,
    Deny,
    Delegate,
    Comment,
    Withdraw,
    BreakGlass,
    NextKey,
    Copy,
    CopyCommand,
    Export,
    Bundles,
    RollBack,
    TryOut,
    Candidate,
    EditFile,
    Stop,
    Prove,
    Checkpoints,
    Verify,
    SaveProof,
    WalkBack,
    EdgeKind,
    Blast,
    CameFrom,
    CameOf,
    OpenThere,
    Up,
    Down,
    HalfUp,
    HalfDown,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Left,
    Right,
    NextPane,
    PreviousPane,
    Back,
    GoRuns,
    GoApprovals,
    GoWorkflows,
    GoSchedules,
    GoPolicy,
    GoLedger,
    GoGraph,
    GoLogs,
    Follow,
    Frozen,
    Freeze,
    Lift,
    KillSwitch,
    Palette,
    Command,
    Help,
    Messages,
    LastScreen,
    Earlier,
    Later,
    Redraw,
    Suspend,
    Interrupt,
    Quit,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    pub(crate) action: Action,
    /// Name in the keymap of the configuration file and on the command line.
    pub(crate) name: &'static str,
    /// Keys unless remapped.
    pub(crate) keys: &'static [&'static str],
    /// One word for the footer; empty keeps it out of there.
    pub(crate) hint: &'static str,
    /// One sentence for help and palette.
    pub(crate) help: &'static str,
    pub(crate) places: &'static [Place],
    /// The policy action that the daemon asks about it, if it changes something.
    pub(crate) policy: Option<&'static str>,
}

const RUN_TASK: &[Place] = &[Place::RunTasks, Place::RunLog];
const RUNS: &[Place] = &[Place::RunList, Place::RunTasks, Place::RunLog, Place::Relations];
const APPROVALS: &[Place] = &[Place::ApprovalList, Place::ApprovalPage];
const BOOKS: &[Place] = &[Place::Workflows, Place::RunbookPage, Place::RunbookRecord];
const PANES: &[Place] = &[
    Place::RunList,
    Place::RunTasks,
    Place::RunLog,
    Place::Relations,
    Place::ApprovalList,
    Place::ApprovalPage,
    Place::Workflows,
    Place::RunbookPage,
    Place::RunbookRecord,
    Place::Schedules,
    Place::Decisions,
    Place::Decision,
    Place::Bundles,
    Place::CandidateFiles,
    Place::Flips,
    Place::Ledger,
    Place::LedgerPage,
    Place::GraphEdges,
    Place::GraphWalk,
    Place::GraphPage,
];
const SIDEWAYS: &[Place] = &[
    Place::RunList,
    Place::RunTasks,
    Place::RunLog,
    Place::Relations,
    Place::ApprovalList,
    Place::ApprovalPage,
    Place::Workflows,
    Place::Logs,
];
const LISTS: &[Place] = &[
    Place::RunList,
    Place::ApprovalList,
    Place::ApprovalPage,
    Place::Workflows,
    Place::Schedules,
    Place::Decisions,
    Place::Decision,
    Place::Ledger,
    Place::LedgerPage,
    Place::GraphEdges,
    Place::GraphWalk,
    Place::GraphPage,
];
const GLOBAL: &[Place] = &[Place::Global];

pub(super) const fn spec(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    (hint, help): (&'static str, &'static str),
    places: &'static [Place],
) -> Spec {
    Spec { action, name, keys, hint, help, places, policy: None }
}

impl Spec {
    pub(super) const fn asks(mut self, policy: &'static str) -> Self {
        self.policy = Some(policy);
        self
    }
}

/// The table, in the order of the footer and the help.
pub(crate) const ACTIONS: &[Spec] = &[
    spec(
        Action::Open,
        "open",
        &["Enter"],
        ("open", "Open what is chosen"),
        &[
            Place::RunList,
            Place::RunTasks,
            Place::Relations,
            Place::ApprovalList,
            Place::ApprovalPage,
            Place::Workflows,
            Place::RunbookPage,
            Place::RunbookRecord,
            Place::Schedules,
            Place::Decisions,
            Place::Flips,
            Place::Ledger,
            Place::GraphEdges,
            Place::GraphWalk,
            Place::Logs,
        ],
    ),
    govern_actions::EDIT_FILE,
    spec(Action::Start, "start", &["s"], ("run", "Fill in a form and run the runbook"), BOOKS)
        .asks("run.start"),
    // It changes nothing: what policy says of a start is part of the plan.
    spec(
        Action::Plan,
        "plan",
        &["p"],
        ("plan", "Fill in a form and see what a run would do, without doing it"),
        BOOKS,
    ),
    spec(
        Action::Compare,
        "compare",
        &["v"],
        ("compare", "Show what a version changed from the one below it, or from the marked one"),
        BOOKS,
    ),
    spec(
        Action::MarkVersion,
        "mark-version",
        &["m"],
        ("mark", "Mark the version that others are compared with"),
        &[Place::RunbookRecord],
    ),
    spec(
        Action::AsText,
        "as-text",
        &["t"],
        ("", "Compare versions as text, or by what they mean"),
        BOOKS,
    ),
    spec(
        Action::Review,
        "review",
        &["a"],
        ("review", "Say what you think of a version that somebody else published"),
        BOOKS,
    )
    .asks("workflow.review"),
    spec(
        Action::Rehearse,
        "rehearse",
        &["R"],
        ("", "Fill in a form and start a run that is to show whether the runbook works"),
        BOOKS,
    )
    .asks("run.start"),
    spec(
        Action::PauseSchedule,
        "pause-schedule",
        &["p"],
        ("pause", "Let the schedule rest, or go on"),
        &[Place::Schedules],
    )
    .asks("schedule.pause"),
    spec(
        Action::ZoomIn,
        "zoom-in",
        &["+", "="],
        ("nearer", "See less time, and more of it"),
        &[Place::Schedules],
    ),
    spec(
        Action::ZoomOut,
        "zoom-out",
        &["_"],
        ("farther", "See more time at once"),
        &[Place::Schedules],
    ),
    spec(
        Action::Deprecate,
        "deprecate",
        &["d"],
        ("deprecate", "Warn whoever starts this version, or take the warning back"),
        BOOKS,
    )
    .asks("workflow.deprecate"),
    spec(
        Action::Retire,
        "retire",
        &["D"],
        ("", "Let nothing start from this version any more"),
        BOOKS,
    )
    .asks("workflow.retire"),
    spec(
        Action::Approve,
        "approve",
        &["a"],
        ("approve", "Sign it with your key, after one more look at what is signed"),
        APPROVALS,
    )
    .asks("approval.give"),
    spec(
        Action::Deny,
        "deny",
        &["d"],
        ("deny", "Say no, with a reason: it ends, whoever has signed so far"),
        APPROVALS,
    )
    .asks("approval.give"),
    spec(
        Action::Delegate,
        "delegate",
        &["x"],
        ("delegate", "Have somebody else sign in your place"),
        APPROVALS,
    )
    .asks("approval.give"),
    spec(
        Action::Comment,
        "comment",
        &["c"],
        ("comment", "Say something that everybody reads who looks at it"),
        APPROVALS,
    )
    .asks("approval.comment"),
    spec(
        Action::Withdraw,
        "withdraw",
        &["w"],
        ("withdraw", "Take back what you asked for"),
        APPROVALS,
    )
    .asks("approval.withdraw"),
    spec(
        Action::BreakGlass,
        "break-glass",
        &["B"],
        ("", "Go ahead alone with what you asked for: others review it afterwards"),
        APPROVALS,
    )
    .asks("approval.break_glass"),
    spec(
        Action::NextKey,
        "next-key",
        &["K"],
        ("", "Sign with the next of your keys instead"),
        APPROVALS,
    ),
    spec(
        Action::Answer,
        "answer",
        &["a"],
        ("answer", "Answer a task that waits for a person"),
        RUNS,
    )
    .asks("run.release"),
    spec(Action::Filter, "filter", &["/"], ("filter", "Show only what matches"), LISTS),
    spec(Action::Logs, "logs", &["l"], ("logs", "Go to the task's output"), RUNS),
    log_actions::SEARCH,
    log_actions::SIFT,
    log_actions::NEXT_MATCH,
    log_actions::PREVIOUS_MATCH,
    log_actions::NEXT_ERROR,
    log_actions::PREVIOUS_ERROR,
    log_actions::MARK,
    log_actions::NEXT_MARK,
    log_actions::TIMES,
    log_actions::WRAP,
    log_actions::HOST_COLUMN,
    log_actions::ONLY_HOST,
    log_actions::STREAMS,
    log_actions::SINCE_ALL,
    log_actions::SINCE_1M,
    log_actions::SINCE_5M,
    log_actions::SINCE_15M,
    log_actions::SINCE_1H,
    spec(Action::Cancel, "cancel", &["c"], ("cancel", "Ask the run to end"), RUNS)
        .asks("run.cancel"),
    spec(Action::Kill, "kill", &["K"], ("", "End the run at once, without time to clean up"), RUNS)
        .asks("run.kill"),
    spec(Action::Rerun, "rerun", &["r"], ("rerun", "Run it again, same version and inputs"), RUNS)
        .asks("run.rerun"),
    spec(
        Action::RerunFailed,
        "rerun-failed",
        &["R"],
        ("", "Run again what failed or did not start, and keep what succeeded"),
        RUNS,
    )
    .asks("run.rerun"),
    spec(
        Action::PauseRun,
        "pause",
        &["p"],
        ("", "Let the run start no more tasks for now, or go on"),
        RUNS,
    )
    .asks("run.pause"),
    spec(
        Action::SkipTask,
        "skip",
        &["x"],
        ("", "Leave out the task under the cursor, with a reason"),
        RUN_TASK,
    )
    .asks("run.skip"),
    spec(
        Action::Undo,
        "undo",
        &["u"],
        ("", "Undo what the run finished, in the reverse order"),
        RUNS,
    )
    .asks("run.rerun"),
    govern_actions::TRY_OUT,
    govern_actions::CANDIDATE,
    govern_actions::BUNDLES,
    govern_actions::ROLL_BACK,
    govern_actions::PROVE,
    govern_actions::CHECKPOINTS,
    govern_actions::VERIFY,
    govern_actions::SAVE_PROOF,
    govern_actions::STOP,
    govern_actions::WALK_BACK,
    govern_actions::EDGE_KIND,
    govern_actions::BLAST,
    govern_actions::CAME_FROM,
    govern_actions::CAME_OF,
    govern_actions::OPEN_THERE,
    spec(Action::Copy, "copy", &["y"], ("copy", "Copy the id of what is chosen"), GLOBAL),
    spec(
        Action::CopyCommand,
        "copy-command",
        &["Y"],
        ("", "Copy the command that gives the same as this screen"),
        GLOBAL,
    ),
    spec(
        Action::Export,
        "export",
        &["e"],
        ("export", "Write what is on the screen to a file in the current folder"),
        GLOBAL,
    ),
    spec(Action::Down, "down", &["j", "Down"], ("", "Down"), GLOBAL),
    spec(Action::Up, "up", &["k", "Up"], ("", "Up"), GLOBAL),
    spec(Action::HalfDown, "half-down", &["^d"], ("", "Half a page down"), GLOBAL),
    spec(Action::HalfUp, "half-up", &["^u"], ("", "Half a page up"), GLOBAL),
    spec(Action::PageDown, "page-down", &["PgDn", "^f"], ("", "A page down"), GLOBAL),
    spec(Action::PageUp, "page-up", &["PgUp", "^b"], ("", "A page up"), GLOBAL),
    spec(Action::Top, "top", &["g g", "Home"], ("", "To the first"), GLOBAL),
    spec(
        Action::Bottom,
        "bottom",
        &["G", "End"],
        ("", "To the last; in a log: follow again"),
        GLOBAL,
    ),
    spec(
        Action::Right,
        "right",
        &["Right"],
        ("", "The pane to the right; in a log: scroll right"),
        SIDEWAYS,
    ),
    spec(
        Action::Left,
        "left",
        &["Left", "h"],
        ("", "The pane to the left; in a log: scroll left"),
        SIDEWAYS,
    ),
    spec(Action::NextPane, "next-pane", &["Tab"], ("pane", "The next pane"), PANES),
    spec(Action::PreviousPane, "previous-pane", &["S-Tab"], ("", "The pane before"), PANES),
    spec(Action::GoRuns, "runs", &["1"], ("", "The runs"), GLOBAL),
    spec(Action::GoApprovals, "approvals", &["2"], ("", "What waits for signatures"), GLOBAL),
    spec(Action::GoWorkflows, "runbooks", &["3"], ("", "The runbooks"), GLOBAL),
    spec(Action::GoSchedules, "schedules", &["5"], ("", "What runs by itself"), GLOBAL),
    govern_actions::GO_POLICY,
    spec(Action::GoLedger, "ledger", &["7"], ("", "The ledger's events"), GLOBAL),
    govern_actions::GO_GRAPH,
    log_actions::GO,
    spec(Action::Follow, "follow", &["o"], ("", "Open what the last message was about"), GLOBAL),
    spec(Action::Frozen, "frozen", &[], ("", "What is frozen here, until when and why"), GLOBAL),
    spec(
        Action::Freeze,
        "freeze",
        &[],
        ("", "Let nothing start in the tenant, a workflow or an environment for a time"),
        GLOBAL,
    )
    .asks("freeze.set"),
    spec(Action::Lift, "lift", &[], ("", "Ask two others to lift a freeze before its end"), GLOBAL)
        .asks("freeze.lift"),
    spec(
        Action::KillSwitch,
        "kill-switch",
        &[],
        ("", "Stop all that runs in the tenant, a workflow or an environment"),
        GLOBAL,
    )
    .asks("kill.switch"),
    spec(Action::Palette, "palette", &["^p"], ("palette", "Find anything by name"), GLOBAL),
    spec(Action::Command, "command", &[":"], ("command", "Type a command"), GLOBAL),
    spec(Action::Help, "help", &["?"], ("help", "What works here"), GLOBAL),
    spec(Action::Messages, "messages", &["!"], ("", "Everything the console said"), GLOBAL),
    spec(Action::LastScreen, "last-screen", &["-"], ("", "The screen before this one"), GLOBAL),
    spec(Action::Earlier, "earlier", &["["], ("", "Back on the way that you came"), GLOBAL),
    spec(Action::Later, "later", &["]"], ("", "Forward again"), GLOBAL),
    spec(Action::Back, "back", &["Esc"], ("", "Close the top layer, or go back"), GLOBAL),
    spec(Action::Redraw, "redraw", &["^l"], ("", "Draw the whole screen again"), GLOBAL),
    spec(
        Action::Suspend,
        "suspend",
        &["^z"],
        ("", "Stop the console; `fg` brings it back"),
        GLOBAL,
    ),
    spec(
        Action::Interrupt,
        "interrupt",
        &["^c"],
        ("", "Put away what is being typed; twice: quit"),
        GLOBAL,
    ),
    spec(Action::Quit, "quit", &["q"], ("", "Leave the console"), GLOBAL),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_has_exactly_one_row() {
        let rows: BTreeSet<Action> = ACTIONS.iter().map(|spec| spec.action).collect();
        assert_eq!(rows.len(), ACTIONS.len());
        // `Quit` is the last variant, so this counts the enum.
        assert_eq!(rows.len(), Action::Quit as usize + 1);
    }

    #[test]
    fn names_are_unique_and_moving_never_changes_anything() {
        let names: BTreeSet<&str> = ACTIONS.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        let moves = ["up", "down", "left", "right", "top", "bottom", "next-pane", "back"];
        assert!(ACTIONS.iter().filter(|s| moves.contains(&s.name)).all(|s| s.policy.is_none()));
    }
}
