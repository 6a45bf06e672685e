//! The rows of the action table for what is done to things: runbooks, schedules, approvals, runs, logs.

use super::{
    action::{APPROVALS, Action, BOOKS, LISTS, Place, RUN_TASK, RUNS, SIGNED, Spec, spec},
    govern_actions, log_actions, run_actions,
};

/// See the module.
pub(super) const DOING: &[Spec] = &[
    spec(
        Action::Open,
        "open",
        &["Enter"],
        ("open", "Open what is chosen"),
        &[
            Place::RunList,
            Place::RunTasks,
            Place::Relations,
            Place::RunArtifacts,
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
            Place::Pulse,
            Place::Queues,
            Place::Tenants,
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
        Action::Countersign,
        "countersign",
        &["S"],
        ("sign", "Sign the version as its reviewer, after a look at all that is signed"),
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
        SIGNED,
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
    run_actions::SORT,
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
    run_actions::MARK_ROW,
    run_actions::MARK_RANGE,
    run_actions::MARK_ALL,
    run_actions::ARTIFACTS,
    run_actions::AGAINST_PLAN,
    run_actions::WIDE,
    run_actions::WIDE_LIST,
    run_actions::FOLD,
    run_actions::IN_GRAPH,
    run_actions::RECEIPT,
    run_actions::ZOOM_IN,
    run_actions::ZOOM_OUT,
    run_actions::FOLD_ALL,
    run_actions::FIT_TIME,
    run_actions::EARLIER_TIME,
    run_actions::LATER_TIME,
];
