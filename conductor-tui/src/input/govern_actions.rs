//! The rows of the action table that are about policy, the ledger and the graph.

use super::action::{Action, Place, Spec, spec};

const GLOBAL: &[Place] = &[Place::Global];
const POLICY: &[Place] =
    &[Place::Decisions, Place::Decision, Place::Bundles, Place::CandidateFiles, Place::Flips];
const TRIAL: &[Place] = &[Place::CandidateFiles, Place::Flips];
const LEDGER: &[Place] = &[Place::Ledger, Place::LedgerPage];
const GRAPH: &[Place] = &[Place::GraphEdges, Place::GraphWalk, Place::GraphPage];

pub(super) const EDIT_FILE: Spec = spec(
    Action::EditFile,
    "edit",
    &["Enter", "E"],
    ("edit", "Open the file in your editor; $VISUAL or $EDITOR says which"),
    &[Place::CandidateFiles],
);
pub(super) const TRY_OUT: Spec = spec(
    Action::TryOut,
    "try",
    &["t"],
    ("try", "Try a bundle out: which decisions would flip, and for whom"),
    POLICY,
);
pub(super) const CANDIDATE: Spec = spec(
    Action::Candidate,
    "candidate",
    &["c"],
    ("other", "Try another bundle out, or decisions of more days"),
    TRIAL,
);
pub(super) const BUNDLES: Spec = spec(
    Action::Bundles,
    "bundles",
    &["b"],
    ("bundles", "The bundle that decides, and those of before"),
    POLICY,
);
pub(super) const ROLL_BACK: Spec = spec(
    Action::RollBack,
    "rollback",
    &["R"],
    ("go back", "Have policy decide by the chosen bundle of before"),
    &[Place::Bundles],
)
.asks("policy.edit");
pub(super) const PROVE: Spec = spec(
    Action::Prove,
    "prove",
    &["p"],
    ("prove", "Prove that the chosen record is in the signed ledger"),
    LEDGER,
);
pub(super) const CHECKPOINTS: Spec = spec(
    Action::Checkpoints,
    "checkpoints",
    &["c"],
    ("checkpoints", "The signed checkpoints, and who cosigned them"),
    LEDGER,
);
pub(super) const VERIFY: Spec = spec(
    Action::Verify,
    "verify",
    &["v"],
    ("verify", "Have every record hashed again and compared with the checkpoint"),
    LEDGER,
);
pub(super) const SAVE_PROOF: Spec = spec(
    Action::SaveProof,
    "save-proof",
    &["s"],
    ("save", "Write the receipt, or the proof, to a file in the current folder"),
    LEDGER,
);
pub(super) const STOP: Spec = spec(
    Action::Stop,
    "stop",
    &["x"],
    ("stop", "Stop what goes on here: the trial, or the verification"),
    &[Place::CandidateFiles, Place::Flips, Place::Ledger, Place::LedgerPage],
);
pub(super) const WALK_BACK: Spec = spec(
    Action::WalkBack,
    "walk-back",
    &["Backspace"],
    ("back", "Back to the entity before"),
    GRAPH,
);
pub(super) const EDGE_KIND: Spec = spec(
    Action::EdgeKind,
    "edge-kind",
    &["f"],
    ("kind", "Show edges of the next kind only, then of all"),
    &[Place::GraphEdges],
);
pub(super) const BLAST: Spec = spec(
    Action::Blast,
    "blast",
    &["b"],
    ("blast", "What depends on it: what is concerned when it is bad"),
    GRAPH,
);
pub(super) const CAME_FROM: Spec =
    spec(Action::CameFrom, "came-from", &["u"], ("came from", "What it came from"), GRAPH);
pub(super) const CAME_OF: Spec =
    spec(Action::CameOf, "came-of", &["d"], ("came of it", "What came of it"), GRAPH);
pub(super) const OPEN_THERE: Spec = spec(
    Action::OpenThere,
    "open-there",
    &["s"],
    ("screen", "Open it on the screen of its kind"),
    GRAPH,
);
pub(super) const GO_POLICY: Spec = spec(
    Action::GoPolicy,
    "policy",
    &["6"],
    ("", "What policy decided, by which bundle, and what another would change"),
    GLOBAL,
);
pub(super) const GO_GRAPH: Spec =
    spec(Action::GoGraph, "graph", &["8"], ("", "What has to do with what"), GLOBAL);
