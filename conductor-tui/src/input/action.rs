//! The one table of actions: keymap, footer, help, palette and command line are made from it.

/// Where an action works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Everywhere.
    Global,
    RunList,
    RunTasks,
    RunLog,
    Relations,
    /// The artifacts of a run.
    RunArtifacts,
    /// One of them.
    RunArtifact,
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
    Pulse,
    Queues,
    Workers,
    Tenants,
    TenantPage,
    Settings,
    /// What a setting can be.
    SettingChoices,
    /// Every key, by its place.
    SettingKeys,
    About,
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
    MarkRow,
    MarkRange,
    MarkAll,
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
    FitTime,
    EarlierTime,
    LaterTime,
    Fold,
    FoldAll,
    Wide,
    InGraph,
    Artifacts,
    Receipt,
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
    CreateTenant,
    TenantProfile,
    TenantLimits,
    SuspendTenant,
    ResumeTenant,
    ForgetTenant,
    CheckTenant,
    SwitchTenant,
    TenantRuns,
    TenantLedger,
    TenantGraph,
    ChangeSetting,
    WriteSetting,
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
    TileLeft,
    TileRight,
    GoPulse,
    GoRuns,
    GoApprovals,
    GoWorkflows,
    GoQueues,
    GoSchedules,
    GoPolicy,
    GoLedger,
    GoGraph,
    GoTenants,
    GoLogs,
    GoSettings,
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
    Tour,
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

pub(super) const RUN_TASK: &[Place] = &[Place::RunTasks, Place::RunLog];
pub(super) const RUNS: &[Place] =
    &[Place::RunList, Place::RunTasks, Place::RunLog, Place::Relations];
pub(super) const APPROVALS: &[Place] = &[Place::ApprovalList, Place::ApprovalPage];
pub(super) const BOOKS: &[Place] = &[Place::Workflows, Place::RunbookPage, Place::RunbookRecord];
pub(super) const PANES: &[Place] = &[
    Place::RunList,
    Place::RunTasks,
    Place::RunLog,
    Place::Relations,
    Place::RunArtifacts,
    Place::RunArtifact,
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
    Place::Queues,
    Place::Workers,
    Place::Tenants,
    Place::TenantPage,
    Place::Settings,
    Place::SettingKeys,
    Place::About,
];
pub(super) const SIDEWAYS: &[Place] = &[
    Place::RunList,
    Place::RunTasks,
    Place::RunLog,
    Place::Relations,
    Place::ApprovalList,
    Place::ApprovalPage,
    Place::Workflows,
    Place::Logs,
];
pub(super) const LISTS: &[Place] = &[
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
    Place::Queues,
    Place::Workers,
    Place::Tenants,
    Place::Settings,
    Place::SettingKeys,
    Place::About,
];
pub(super) const GLOBAL: &[Place] = &[Place::Global];

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
