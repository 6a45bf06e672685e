//! Every screen and every layer in every state that it was designed for: brought there by messages
//! alone, drawn at every size and in every dress, and held to the same rules.
//!
//! A row of [`STAGES`] adds one: to the pictures in `tests/screens/states/`, to the rules, to the walk
//! over all keys and, where it says something, to the folder `docs/console/`.

mod docs;
mod dress;
mod pictures;
mod rules;
mod stage;
mod svg;
mod walk;

use self::stage::{FEW, Stage, State, WHOLE};
use crate::screen::Tab;

/// Windows that every state is drawn in.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

/// States of a screen that asks the daemon nothing.
const OWN: &[State] = &[State::Full, State::Empty, State::Stale];

/// Every screen, the parts of them that keys lead to, and what lies over them.
const STAGES: &[Stage] = &[
    Stage {
        tab: Some(Tab::Pulse),
        says: "What needs somebody now: each tile says one thing and opens its list.",
        told: &[(State::Empty, "nothing wants you")],
        ..Stage::screen("pulse", "0")
    },
    Stage {
        tab: Some(Tab::Runs),
        says: "What runs and what ran, as it happens, with the chosen run beside the list.",
        ..Stage::screen("runs", "")
    },
    Stage {
        tab: Some(Tab::Approvals),
        says: "What waits for a second person: for you, for others, and what you decided.",
        ..Stage::screen("approvals", "2")
    },
    Stage {
        tab: Some(Tab::Workflows),
        says: "Runbooks with their signatures and states; the chosen one as prose beside its steps.",
        ..Stage::screen("runbooks", "3 G")
    },
    Stage {
        tab: Some(Tab::Queues),
        says: "What waits for a worker and what holds it up; who works.",
        ..Stage::screen("queues", "4")
    },
    Stage {
        tab: Some(Tab::Schedules),
        says: "What starts by itself, on a line of time with what became of the times before.",
        ..Stage::screen("schedules", "5")
    },
    Stage {
        tab: Some(Tab::Policy),
        says: "Every decision of policy, and why it was made.",
        ..Stage::screen("policy", "6")
    },
    Stage {
        tab: Some(Tab::Ledger),
        says: "The records as they are written, and as they are stored.",
        told: &[(State::Empty, "is written")],
        ..Stage::screen("ledger", "7")
    },
    Stage {
        tab: Some(Tab::Graph),
        says: "What belongs to what: it begins at the newest runs.",
        ..Stage::screen("graph", "8")
    },
    Stage {
        tab: Some(Tab::Tenants),
        says: "Whom the daemon works for: what each may use, and who works in it.",
        ..Stage::screen("tenants", "9")
    },
    Stage {
        tab: Some(Tab::Settings),
        says: "What the console is set to, and what said so.",
        states: OWN,
        instead: &[(State::Empty, ", / =nothing-is-called-so Enter")],
        told: &[(State::Empty, "no setting matches")],
        ..Stage::screen("settings", ",")
    },
    Stage {
        tab: Some(Tab::Logs),
        says: "The output of a run over all hosts, followed until you read.",
        instead: &[
            (State::Empty, ": =logs_run_7 Enter"),
            (State::Loading, ": =logs_run_7 Enter"),
            (State::Denied, ": =logs_run_7 Enter"),
            (State::Error, ": =logs_run_7 Enter"),
        ],
        ..Stage::screen("logs", "L")
    },
    Stage {
        says: "One run: its tasks on a line of time, what it was given, and what came of it.",
        instead: &[(State::Loading, "j+Enter"), (State::Denied, "j+Enter")],
        ..Stage::part("run", "Enter", FEW)
    },
    Stage {
        says: "An approval, with everything that a signature covers.",
        ..Stage::part("approval", "2+Enter", FEW)
    },
    Stage {
        says: "A runbook as it is read, each step beside its prose.",
        ..Stage::part("runbook", "3+G+Tab", FEW)
    },
    Stage::part("runbook-record", "3+G+Tab+Tab", FEW),
    Stage {
        says: "A decision explained: what was asked, which rule said what, what would change it.",
        ..Stage::part("decision", "6 j+Enter", &[State::Full, State::Stale, State::Denied])
    },
    Stage::part("bundles", "6+b", FEW),
    Stage {
        says: "A bundle tried out before it decides: who would be answered differently.",
        ..Stage::part("trial", "6 t =./policy Enter Enter", FEW)
    },
    Stage {
        says: "The proof that a record is in the signed log, worked out here.",
        ..Stage::part("proof", "7 k p", FEW)
    },
    Stage::part("checkpoints", "7 c", FEW),
    Stage {
        says: "A thing in the middle of what it belongs to; each edge is walked with Enter.",
        ..Stage::part("entity", "8 Enter", FEW)
    },
    Stage::part("blast", "8 Enter b", FEW),
    Stage::part("incidents", "0 Enter", &[State::Full, State::Stale]),
    Stage {
        says: "Everything by its name, with policy's word beside it.",
        instead: &[(State::Empty, "^p =nothing-has-this-name")],
        told: &[(State::Empty, "nothing")],
        ..Stage::layer("palette", "^p =re", &[State::Full, State::Empty, State::Stale])
    },
    Stage {
        instead: &[(State::Error, ": =nonsense Enter")],
        told: &[(State::Error, "is not a")],
        ..Stage::layer("command", ": =runs_", &[State::Full, State::Error, State::Stale])
    },
    Stage {
        says: "A form made of what the runbook asks for.",
        instead: &[(State::Error, "3 G s Enter Enter Enter Enter")],
        told: &[(State::Error, "is required")],
        ..Stage::layer("form", "3 G s", &[State::Full, State::Error, State::Stale])
    },
    Stage {
        says: "What a run would do, before anybody asks for it.",
        ..Stage::layer("plan", "3 G p =nginx Enter Enter Enter Enter", &[State::Full, State::Stale])
    },
    Stage {
        environment: "prod",
        says: "The question before a change; in production the name is typed.",
        ..Stage::layer("confirm", "c", &[State::Full, State::Stale])
    },
    Stage {
        environment: "prod",
        prepare: |console| console.daemon.desk.keys.choices = vec![super::approvals::locked_key()],
        ..Stage::layer("unlock", "2 Enter a =restart-payments Enter Enter", &[State::Full])
    },
    Stage {
        says: "The keys of the part that is in front, and those that work everywhere.",
        ..Stage::layer("help", "?", &[State::Full, State::Stale])
    },
    Stage {
        says: "Everything that was said so far; errors stay until they were seen.",
        instead: &[(State::Empty, "!")],
        told: &[(State::Empty, "nothing")],
        ..Stage::layer(
            "messages",
            "r j j c =n : =mouse Enter Esc Esc !",
            &[State::Full, State::Empty, State::Stale],
        )
    },
];

/// Every picture there is: a stage and one of its states.
fn cells() -> impl Iterator<Item = (&'static Stage, State)> {
    STAGES.iter().flat_map(|stage| stage.states.iter().map(move |state| (stage, *state)))
}

#[test]
fn every_screen_has_a_stage_with_every_state() {
    for tab in Tab::ALL {
        let stage = STAGES.iter().find(|stage| stage.tab == Some(*tab));
        let stage = stage.unwrap_or_else(|| panic!("{tab:?} has no row in `STAGES`"));
        // What asks the daemon nothing neither waits for it nor is refused by it.
        let wanted = if *tab == Tab::Settings { OWN } else { WHOLE };
        assert_eq!(stage.states, wanted, "{}: a screen has every state", stage.name);
        assert!(!stage.says.is_empty(), "{}: docs/console/ wants a sentence", stage.name);
        let console = stage.open(State::Full, (80, 24), dress::colour());
        assert_eq!(console.model.tab, *tab, "{}: its keys lead elsewhere", stage.name);
    }
    let mut names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), STAGES.len(), "two stages have one name");
}
