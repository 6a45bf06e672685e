//! Clients: they publish, start, cancel and run again, and ask again when they got no answer.

use std::fmt;

use conductor_domain::{
    intent::workflow::Deprecation,
    scope::{Principal, Scope},
};
use conductor_engine::{
    command::{Command, Context, IdempotencyKey, Lifecycle, Ruling},
    ports::Rules,
};
use conductor_protocol::{
    id::{DecisionId, RunId, TraceId},
    manifest::Manifest,
    verdict::{Question, Resource, Situation, Subject, Verdict},
};

use super::{chance::Chance, worker::EXECUTORS};

pub(crate) const BUNDLE: &str = "simulated";

/// Allows everything.
#[derive(Debug)]
pub(crate) struct Leave;

impl Rules for Leave {
    fn decide(&self, _question: &Question) -> Verdict {
        Verdict {
            allow: true,
            reasons: Vec::new(),
            obligations: Vec::new(),
            risk: "low".into(),
            bundle_revision: BUNDLE.into(),
            cached: false,
            ..Verdict::default()
        }
    }
}

/// A request that may have to be repeated.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) command: Command,
    pub(crate) key: Option<String>,
    /// The run that a cancel is about.
    pub(crate) cancels: Option<RunId>,
}

impl Request {
    /// Whether it is what a person does by what they see, and not repeated when it gets no answer.
    pub(crate) fn is_change(&self) -> bool {
        matches!(self.command, Command::Change { .. }) && self.cancels.is_none()
    }
}

/// The circumstances of a request that policy allowed.
pub(crate) fn context(request: &Request, now: u64, chance: &Chance) -> Context {
    use conductor_engine::ports::Dice as _;
    let scope = Scope::default();
    let principal = Principal::uid(1000);
    let question = Question {
        subject: Subject {
            principal: principal.to_string(),
            roles: vec!["operator".into()],
            ..Subject::default()
        },
        action: "simulated".into(),
        resource: Resource {
            kind: "run".into(),
            id: String::new(),
            owner: String::new(),
            ..Resource::default()
        },
        context: Situation {
            tenant_id: scope.tenant.clone(),
            environment: scope.environment.clone(),
            region: scope.region.clone(),
            channel: "unix".into(),
            ..Situation::default()
        },
    };
    let verdict = Leave.decide(&question);
    Context {
        scope,
        principal,
        trace: TraceId::new(now, chance.roll()),
        ruling: Ruling { id: DecisionId::new(now, chance.roll()), question, verdict },
        tasks: Vec::new(),
        idempotency: request.key.clone().map(|key| IdempotencyKey { body: body_of(&key), key }),
    }
}

/// Data subjects that runs may be about.
pub(crate) const SUBJECTS: [&str; 2] = ["customer-1", "customer-2"];

/// Whom a run under a key is about; every other one is about nobody.
pub(crate) fn subject_of(number: u64) -> String {
    match number % 4 {
        1 => SUBJECTS[0].to_owned(),
        3 => SUBJECTS[1].to_owned(),
        _ => String::new(),
    }
}

/// The digest of a request under a key: of the same key it is the same request.
pub(crate) fn body_of(key: &str) -> String {
    format!("body of {key}")
}

/// Now and then: another version of a workflow, or what becomes of one that may be there.
pub(crate) fn random_lifecycle(name: &str, chance: &Chance) -> Option<Command> {
    let version = format!("1.{}.0", chance.below(6));
    let (workflow, reason) = (name.to_owned(), "simulated".to_owned());
    let change = match chance.below(60) {
        0..6 => {
            let manifest = Box::new(manifest_of((name, &version), None, chance));
            return Some(Command::Publish {
                manifest,
                provenance: Box::default(),
                signatures: Vec::new(),
            });
        }
        6..10 => Lifecycle::Deprecate(Deprecation { reason, instead: String::new() }),
        10..12 => Lifecycle::Undeprecate { reason },
        12..15 => Lifecycle::Retire { reason },
        _ => return None,
    };
    Some(Command::Lifecycle { workflow, version, change })
}

/// A workflow with a random graph. Every need points back, so there is no cycle. `child` is one
/// that is published already.
pub(crate) fn random_manifest(name: &str, child: Option<&str>, chance: &Chance) -> Manifest {
    manifest_of((name, "1.0.0"), child, chance)
}

fn manifest_of((name, version): (&str, &str), child: Option<&str>, chance: &Chance) -> Manifest {
    let count = 1 + chance.below(5);
    let tasks: Vec<String> = (0..count).map(|place| random_task(place, child, chance)).collect();
    let mut head = String::new();
    if chance.once_in(4) {
        let busy = chance.pick(&["queue", "replace", "refuse"]).copied().unwrap_or("queue");
        let limit = 1 + chance.below(2);
        head = format!("concurrency: {{group: g, limit: {limit}, when_busy: {busy}}}\n");
    }
    if chance.once_in(3) {
        head.push_str("undo: on_failure\n");
    }
    let source =
        format!("name: {name}\nversion: {version}\ntimeout: 10m\n{head}tasks:\n{}", tasks.concat());
    conductor_protocol::manifest::parse(&source)
        .unwrap_or_else(|problems| panic!("{problems:?}\n{source}"))
}

fn random_task(place: u64, child: Option<&str>, chance: &Chance) -> String {
    let mut task = format!("- id: t{place}\n");
    let works = match (chance.below(12), child) {
        (0, _) => {
            task.push_str("  uses: pkg:builtin/gate@1\n  with: {message: look}\n");
            false
        }
        (1, _) => {
            let seconds = 1 + chance.below(30);
            let wait = format!("  uses: pkg:builtin/wait@1\n  with: {{for: {seconds}s}}\n");
            task.push_str(&wait);
            false
        }
        (2 | 3, Some(child)) => {
            task.push_str(&line(format_args!("  uses: pkg:workflow/{child}@1.0.0")));
            false
        }
        _ => {
            let uses = EXECUTORS[usize::from(chance.once_in(2))];
            task.push_str(&line(format_args!("  uses: {uses}\n  with: {{run: 'true'}}")));
            true
        }
    };
    task.push_str(&line(format_args!("  timeout: {}s", 1 + chance.below(60))));
    if works {
        match chance.below(6) {
            0 => task.push_str("  at_most_once: true\n"),
            1 => task.push_str("  retries: 2\n  retry: {backoff: 2s, factor: 3, jitter: 0}\n"),
            _ => task.push_str(&line(format_args!("  retries: {}", chance.below(3)))),
        }
        if chance.once_in(3) {
            task.push_str("  compensate: {uses: 'pkg:builtin/noop@1', timeout: 20s}\n");
        }
        if chance.once_in(4) {
            task.push_str(&random_spread(chance));
        }
    }
    let needs: Vec<String> =
        (0..place).filter(|_| chance.once_in(2)).map(|need| format!("t{need}")).collect();
    if !needs.is_empty() {
        let list = needs.join(", ");
        let any = chance.once_in(5);
        let wanted = if any { format!("{{any: [{list}]}}") } else { format!("[{list}]") };
        task.push_str(&line(format_args!("  needs: {wanted}")));
        if chance.once_in(4) {
            task.push_str(&line(format_args!(
                "  when: \"tasks.{}.status == 'succeeded'\"",
                needs[0]
            )));
        }
    }
    match chance.below(8) {
        0 => task.push_str("  on_failure: continue\n"),
        1 => task.push_str("  on_failure: stop\n"),
        _ => {}
    }
    task
}

/// A line of a manifest.
fn line(text: fmt::Arguments<'_>) -> String {
    format!("{text}\n")
}

fn random_spread(chance: &Chance) -> String {
    let count = 1 + chance.below(5);
    let items: Vec<String> = (0..count).map(|item| format!("i{item}")).collect();
    let mut spread = format!("  foreach: [{}]\n", items.join(", "));
    if chance.once_in(3) {
        return spread;
    }
    let mut rollout = vec![format!("max_failures: {}", chance.below(3))];
    if chance.once_in(2) {
        rollout.push(format!("parallel: {}", 1 + chance.below(3)));
    }
    if chance.once_in(2) {
        rollout.push("batch: [1, 50%]".to_owned());
        match chance.below(4) {
            0 => rollout.push("canary: manual".to_owned()),
            1 => rollout.push("canary: automatic".to_owned()),
            2 => rollout.push("health: {uses: 'pkg:builtin/noop@1', timeout: 20s}".to_owned()),
            _ => {}
        }
    }
    spread.push_str(&line(format_args!("  rollout: {{{}}}", rollout.join(", "))));
    spread
}
