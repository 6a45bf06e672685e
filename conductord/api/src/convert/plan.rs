//! Plans, within the bound of a message.

use std::collections::HashMap;

use conductor_domain::{
    scope::Scope,
    work::run::plan::{
        Binding, Demand, Estimate, Fate, HEALTH, Level, Plan, PlanProblem, PlannedCall,
        PlannedInstance, PlannedTask, Span, UNDO, on_failure,
    },
};
use conductor_engine::{command::Ruling, obligations};
use conductor_protocol::{
    manifest::{Canary, Problem, ResourceClass, Undo, WhenBusy},
    v1,
    verdict::Obligation,
};
use serde_json::{Map, Value};

use super::{decision::asked, narrow, scope};
use crate::limits::{PLAN_BINDING_BYTES_MAX, PLAN_BYTES_MAX, PLAN_CALL_BYTES_MAX};

/// What policy said of a plan.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    /// By workflow and version.
    pub(crate) starts: HashMap<(String, String), Ruling>,
    /// By workflow, version and what is asked.
    pub(crate) tasks: HashMap<(String, String, Demand), Ruling>,
}

/// What is said of a plan beside it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) decisions: Decisions,
    pub(crate) published: bool,
    pub(crate) problems: Vec<PlanProblem>,
    pub(crate) warnings: Vec<PlanProblem>,
}

/// A manifest that can't be read has nothing planned but its problems.
pub(crate) fn unreadable(within: &Scope, problems: &[Problem]) -> v1::Plan {
    let problem = |problem: &Problem| v1::PlanProblem {
        code: problem.code.as_str().to_owned(),
        path: match problem.path.as_str() {
            "" => format!("line {}, column {}", problem.line, problem.column),
            path => format!("{path} (line {}, column {})", problem.line, problem.column),
        },
        message: problem.message.clone(),
        hint: problem.hint.clone(),
    };
    v1::Plan {
        scope: Some(scope(within)),
        problems: problems.iter().map(problem).collect(),
        ..v1::Plan::default()
    }
}

/// A plan as it goes over the wire.
pub(crate) fn plan(plan: &Plan, binding: &Binding, estimate: &Estimate, said: Asked) -> v1::Plan {
    let Asked { decisions, published, problems, warnings } = said;
    let mut writer = Writer { decisions: &decisions, left: PLAN_BYTES_MAX, cut: 0 };
    let (top, manifest) = (&plan.top, &plan.top.manifest);
    let tasks = writer.tasks(top);
    let denied = decisions.starts.values().chain(decisions.tasks.values());
    let denied = denied.filter(|ruling| crate::call::met(ruling).is_err()).count() > 0;
    let problems: Vec<v1::PlanProblem> =
        problems.iter().chain(&plan.problems).map(problem).collect();
    let group = manifest.concurrency.as_ref().filter(|_| plan.turn.is_some());
    v1::Plan {
        digest: binding.digest.clone(),
        scope: Some(scope(&plan.scope)),
        workflow: top.workflow.name.clone(),
        version: top.workflow.version.clone(),
        workflow_digest: top.workflow.digest.clone(),
        published,
        inputs_json: json(&top.inputs),
        bundle_revision: binding.value["policy"].as_str().unwrap_or_default().to_owned(),
        start: writer.start(top),
        startable: problems.is_empty() && !denied && published,
        tasks,
        problems,
        warnings: warnings.iter().map(problem).collect(),
        approvals: approvals(plan, &decisions),
        estimate: Some(self::estimate(estimate)),
        group: plan.turn.as_ref().map(|turn| turn.group.clone()).unwrap_or_default(),
        group_limit: group.map_or(0, |group| group.limit),
        when_busy: group.map(|group| busy(group.when_busy)).unwrap_or_default(),
        secrets: secrets(plan),
        timeout_ms: manifest.timeout_ms.unwrap_or(0),
        undo_on_failure: manifest.undo == Undo::OnFailure,
        left_out: narrow(plan.left_out),
        cut: writer.cut,
        binding: match binding.json.len() <= PLAN_BINDING_BYTES_MAX {
            true => binding.json.clone(),
            false => String::new(),
        },
    }
}

fn busy(when: WhenBusy) -> String {
    let word = match when {
        WhenBusy::Queue => "queue",
        WhenBusy::Replace => "replace",
        WhenBusy::Refuse => "refuse",
    };
    word.to_owned()
}

fn secrets(plan: &Plan) -> Vec<String> {
    let levels = plan.top.levels().into_iter();
    let mut names: Vec<String> = levels.flat_map(|level| level.manifest.secrets()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn problem(problem: &PlanProblem) -> v1::PlanProblem {
    v1::PlanProblem {
        code: problem.code.as_str().to_owned(),
        path: problem.path.clone(),
        message: problem.message.clone(),
        hint: problem.hint.clone(),
    }
}

/// Whether somebody has to do something before a start that is obliged to this.
const fn stops_a_start(obligation: &Obligation) -> bool {
    match obligation {
        Obligation::RequireApproval { .. }
        | Obligation::DryRunOnly
        | Obligation::StepUp { .. }
        | Obligation::RequireReview { .. }
        | Obligation::Filter { .. }
        | Obligation::Unknown(_) => true,
        Obligation::Mask { .. }
        | Obligation::Notify { .. }
        | Obligation::RequestApproval { .. }
        | Obligation::Warn { .. } => false,
    }
}

/// Gates, canaries, and what policy would have done besides.
fn approvals(plan: &Plan, decisions: &Decisions) -> Vec<v1::PlannedApproval> {
    let rulings = decisions.starts.values().chain(decisions.tasks.values());
    let mut obliged: Vec<v1::PlannedApproval> = rulings
        .flat_map(|ruling| ruling.verdict.obligations.iter().map(move |one| (ruling, one)))
        .filter(|(_, obligation)| stops_a_start(obligation))
        .map(|(ruling, obligation)| v1::PlannedApproval {
            task_id: match ruling.question.resource.task {
                Some(_) => ruling.question.resource.id.clone(),
                None => String::new(),
            },
            kind: "policy".to_owned(),
            message: obligations::sentence(obligation),
            timeout_ms: match obligation {
                Obligation::RequireApproval { window_seconds, .. } => {
                    window_seconds.saturating_mul(1_000)
                }
                _ => 0,
            },
        })
        .collect();
    obliged.sort_by(|one, two| one.task_id.cmp(&two.task_id));
    let people = plan.top.people().into_iter().map(|person| v1::PlannedApproval {
        task_id: person.task,
        kind: if person.canary { "canary" } else { "gate" }.to_owned(),
        message: person.message,
        timeout_ms: person.timeout_ms.unwrap_or(0),
    });
    obliged.extend(people);
    obliged
}

fn estimate(estimate: &Estimate) -> v1::PlanEstimate {
    let costs = estimate.costs.iter().map(|cost| v1::PlanCost {
        resources: cost.class.clone(),
        p50_ms: cost.p50_ms,
        p90_ms: cost.p90_ms,
    });
    v1::PlanEstimate {
        p50_ms: estimate.p50_ms,
        p90_ms: estimate.p90_ms,
        runs: estimate.history.runs,
        succeeded: estimate.history.succeeded,
        whole: estimate.history.whole.map(span),
        unknown: estimate.unknown.clone(),
        unknown_count: estimate.unknown_count,
        waits_for_people: estimate.waits_for_people,
        costs: costs.collect(),
    }
}

const fn span(span: Span) -> v1::PlanSpan {
    v1::PlanSpan { p50_ms: span.p50_ms, p90_ms: span.p90_ms, samples: span.samples }
}

fn json(values: &Map<String, Value>) -> String {
    serde_json::to_string(values).unwrap_or_default()
}

/// Writes what may be long, as long as there is room.
struct Writer<'a> {
    decisions: &'a Decisions,
    left: usize,
    cut: u32,
}

impl Writer<'_> {
    /// The text, or nothing where it is too long for what is left.
    fn room(&mut self, text: String) -> String {
        if text.len() <= self.left.min(PLAN_CALL_BYTES_MAX) {
            self.left -= text.len();
            return text;
        }
        self.cut += 1;
        String::new()
    }

    fn start(&self, level: &Level) -> Option<v1::Decision> {
        let which = (level.workflow.name.clone(), level.workflow.version.clone());
        self.decisions.starts.get(&which).map(asked)
    }

    fn tasks(&mut self, level: &Level) -> Vec<v1::PlannedTask> {
        level.tasks.iter().filter_map(|task| self.task(level, task)).collect()
    }

    fn task(&mut self, level: &Level, task: &PlannedTask) -> Option<v1::PlannedTask> {
        let spec = task.spec(&level.manifest)?;
        let (fate, fate_after) = match &task.fate {
            Fate::Runs => (v1::PlannedFate::Runs, Vec::new()),
            Fate::Skipped => (v1::PlannedFate::Skipped, Vec::new()),
            Fate::Later(after) => (v1::PlannedFate::Later, after.iter().cloned().collect()),
        };
        let rollout = spec.rollout.as_ref();
        let spread = task.spread.as_ref();
        let total = spread.map_or(0, |spread| spread.instances.len());
        let canary = rollout.and_then(|rollout| rollout.canary).map(|canary| match canary {
            Canary::Manual => "manual",
            Canary::Automatic => "automatic",
        });
        let health = rollout.and_then(|rollout| rollout.health.as_ref());
        let planned = spread.is_none_or(|spread| !spread.after.is_empty());
        let shows_call = planned && task.fate != Fate::Skipped;
        Some(v1::PlannedTask {
            id: spec.id.clone(),
            uses: spec.uses.as_str().to_owned(),
            step: task.step,
            needs: spec.needs.clone(),
            needs_any: spec.needs_any,
            fate: fate.into(),
            when: spec.when.clone().unwrap_or_default(),
            fate_after,
            call: shows_call.then(|| self.call(&task.call)),
            spread: spread.map(|spread| spread.kind.to_owned()).unwrap_or_default(),
            filter: spread.map(|spread| spread.filter.clone()).unwrap_or_default(),
            instances_after: spread.map(|s| s.after.iter().cloned().collect()).unwrap_or_default(),
            instances_total: narrow(total),
            instances: spread
                .map(|spread| spread.instances.iter().map(|each| self.instance(each)).collect())
                .unwrap_or_default(),
            batches: spread
                .map(|spread| spread.batches.iter().map(|size| narrow(*size)).collect())
                .unwrap_or_default(),
            parallel: rollout.and_then(|rollout| rollout.parallel).unwrap_or(0),
            max_failures: rollout.map_or(0, |rollout| narrow(rollout.max_failures.of(total))),
            canary: canary.unwrap_or_default().to_owned(),
            health: health.map(|side| side.uses.as_str().to_owned()).unwrap_or_default(),
            retries: spec.retries,
            timeout_ms: spec.timeout_ms.unwrap_or(0),
            at_most_once: spec.at_most_once,
            on_failure: on_failure(spec).to_owned(),
            undone_by: spec
                .compensate
                .as_ref()
                .map(|side| side.uses.as_str().to_owned())
                .unwrap_or_default(),
            secrets: spec.secrets.clone(),
            resources: spec.resources.map_or("", ResourceClass::word).to_owned(),
            decision: self.decision(level, (&spec.id, "")),
            span: task.span.map(span),
            runs: task.sub.as_ref().map(|sub| self.level(sub)),
            health_calls: task.health.iter().map(|call| self.call(call)).collect(),
            undo_call: task.undo.as_ref().map(|call| self.call(call)),
            health_decision: self.decision(level, (&spec.id, HEALTH)),
            undo_decision: self.decision(level, (&spec.id, UNDO)),
        })
    }

    /// Policy's word on a task, or on a part of it.
    fn decision(&self, level: &Level, (task, part): (&str, &str)) -> Option<v1::Decision> {
        let of_part = |demand: &&Demand| demand.task.strip_prefix(task) == Some(part);
        let demand = level.demands.iter().find(of_part)?;
        let (name, version) = (level.workflow.name.clone(), level.workflow.version.clone());
        self.decisions.tasks.get(&(name, version, demand.clone())).map(asked)
    }

    fn level(&mut self, level: &Level) -> v1::PlannedWorkflow {
        v1::PlannedWorkflow {
            workflow: level.workflow.name.clone(),
            version: level.workflow.version.clone(),
            workflow_digest: level.workflow.digest.clone(),
            inputs_json: self.room(json(&level.inputs)),
            start: self.start(level),
            tasks: self.tasks(level),
        }
    }

    fn instance(&mut self, instance: &PlannedInstance) -> v1::PlannedInstance {
        v1::PlannedInstance {
            key: instance.key.clone(),
            batch: instance.batch,
            call: instance.call.as_ref().map(|call| self.call(call)),
            values_json: self.room(json(&instance.values)),
            undo_call: instance.undo.as_ref().map(|call| self.call(call)),
            runs: instance.sub.as_ref().map(|sub| self.level(sub)),
        }
    }

    fn call(&mut self, call: &PlannedCall) -> v1::PlannedCall {
        let later = call.after.iter().map(|(field, after)| v1::PlannedLater {
            field: field.clone(),
            after: after.iter().cloned().collect(),
        });
        let env = &call.env;
        let bytes: usize = env.iter().map(|(name, text)| name.len() + text.len()).sum();
        let fits = bytes <= self.left.min(PLAN_CALL_BYTES_MAX);
        if fits {
            self.left -= bytes;
        } else {
            self.cut += 1;
        }
        v1::PlannedCall {
            with_json: self.room(json(&call.with)),
            env: env.iter().filter(|_| fits).map(|(n, t)| (n.clone(), t.clone())).collect(),
            later: later.collect(),
        }
    }
}
