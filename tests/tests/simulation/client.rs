//! Clients: they publish, start, cancel and run again, and ask again when they got no answer.

use conductor_domain::scope::{Principal, Scope};
use conductor_engine::{
    command::{Command, Context, IdempotencyKey, Ruling},
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

/// The circumstances of a request that policy allowed.
pub(crate) fn context(request: &Request, now: u64, chance: &Chance) -> Context {
    use conductor_engine::ports::Dice as _;
    let scope = Scope::default();
    let principal = Principal::uid(1000);
    let question = Question {
        subject: Subject { principal: principal.to_string(), roles: vec!["operator".into()] },
        action: "simulated".into(),
        resource: Resource {
            kind: "run".into(),
            id: String::new(),
            owner: String::new(),
            secrets: Vec::new(),
        },
        context: Situation {
            tenant_id: scope.tenant.clone(),
            environment: scope.environment.clone(),
            region: scope.region.clone(),
            channel: "unix".into(),
            load: None,
        },
    };
    let verdict = Leave.decide(&question);
    Context {
        scope,
        principal,
        trace: TraceId::new(now, chance.roll()),
        ruling: Ruling { id: DecisionId::new(now, chance.roll()), question, verdict },
        idempotency: request
            .key
            .clone()
            .map(|key| IdempotencyKey { body: format!("body of {key}"), key }),
    }
}

/// A workflow with a random graph. Every need points back, so there is no cycle.
pub(crate) fn random_manifest(name: &str, chance: &Chance) -> Manifest {
    let count = 1 + chance.below(5);
    let mut tasks = Vec::new();
    for place in 0..count {
        let mut task = format!(
            "- id: t{place}\n  uses: {}\n  with: {{run: 'true'}}\n  retries: {}\n  timeout: {}s\n",
            EXECUTORS[usize::from(chance.once_in(2))],
            chance.below(3),
            1 + chance.below(60),
        );
        let needs: Vec<String> =
            (0..place).filter(|_| chance.once_in(2)).map(|need| format!("t{need}")).collect();
        if !needs.is_empty() {
            task += "  needs: [";
            task += &needs.join(", ");
            task += "]\n";
            if chance.once_in(4) {
                task += "  when: \"tasks.";
                task += &needs[0];
                task += ".status == 'succeeded'\"\n";
            }
        }
        match chance.below(8) {
            0 => task.push_str("  on_failure: continue\n"),
            1 => task.push_str("  on_failure: stop\n"),
            _ => {}
        }
        tasks.push(task);
    }
    let source = format!("name: {name}\nversion: 1.0.0\ntimeout: 10m\ntasks:\n{}", tasks.concat());
    conductor_protocol::manifest::parse(&source)
        .unwrap_or_else(|problems| panic!("{problems:?}\n{source}"))
}
