//! What policy, the workers and the secrets' catalogue say of a plan. Nothing of it is recorded.

use std::collections::BTreeSet;

use conductor_domain::{
    scope::Scope,
    work::run::plan::{Fate, Level, Plan, PlanProblem},
};
use conductor_engine::{command::Ruling, quotas};
use conductor_protocol::{error_code::Code, manifest::needs_worker};

use super::secrets;
use crate::{
    call::{Ask, Call},
    convert::plan::Decisions,
    failure::Outcome,
};

/// See the module.
pub(super) struct Answers {
    pub(super) decisions: Decisions,
    pub(super) warnings: Vec<PlanProblem>,
}

pub(super) async fn ask(call: &Call, scope: &Scope, plan: &Plan) -> Outcome<Answers> {
    let mut decisions = Decisions::default();
    for level in plan.top.levels() {
        let start = start(call, scope, (level, std::ptr::eq(level, &plan.top)));
        for demand in &level.demands {
            let name = &level.workflow.name;
            decisions.tasks.insert(
                (name.clone(), level.workflow.version.clone(), demand.clone()),
                call.rule_task(&start, name, demand),
            );
        }
        let which = (level.workflow.name.clone(), level.workflow.version.clone());
        decisions.starts.entry(which).or_insert(start);
    }
    let mut warnings = missing_executors(call, plan).await?;
    warnings.extend(missing_secrets(call, scope, plan));
    Ok(Answers { decisions, warnings })
}

/// What policy says of the start: of the workflow itself, or of one that a task runs.
fn start(call: &Call, scope: &Scope, (level, is_top): (&Level, bool)) -> Ruling {
    let secrets = secrets::used(call.engine().views(), &scope.tenant, &level.manifest);
    let asked = quotas::asked(&level.manifest, &level.hosts).filter(|_| is_top);
    let governed = call.engine().views().governed_draft(&scope.tenant, &level.manifest);
    let ask = Ask {
        secrets: &secrets,
        asked: asked.as_ref(),
        draft: Some(&governed),
        workflow: (&level.workflow.name, &level.workflow.version),
        ..Ask::one("run.start", "workflow", &level.workflow.name)
    };
    let asked = call.rule(scope, ask);
    if is_top {
        return asked;
    }
    // As the kernel asks when it comes to that task.
    let mut question = asked.question;
    question.context.channel = "workflow".into();
    call.decide(question)
}

/// Tasks that would wait for a worker that is not there.
async fn missing_executors(call: &Call, plan: &Plan) -> Outcome<Vec<PlanProblem>> {
    let (workers, _) =
        call.engine().inspect(None).await.map_err(|rejection| call.rejected(rejection))?;
    let offered: BTreeSet<&str> = workers
        .iter()
        .filter(|worker| worker.connected)
        .flat_map(|worker| worker.executors.iter().map(String::as_str))
        .collect();
    let mut missing = Vec::new();
    let mut told = BTreeSet::new();
    for level in plan.top.levels() {
        for task in level.tasks.iter().filter(|task| task.fate != Fate::Skipped) {
            let Some(spec) = task.spec(&level.manifest) else { continue };
            let uses = spec.uses.as_str();
            if needs_worker(uses) && !offered.contains(uses) && told.insert(uses.to_owned()) {
                missing.push(PlanProblem {
                    code: Code::ExecutorMissing,
                    path: format!("tasks[{}].uses", task.place),
                    message: format!("no connected worker has `{uses}`: `{}` would wait", spec.id),
                    hint: "`conductor workers list` shows what each one has".to_owned(),
                });
            }
        }
    }
    Ok(missing)
}

/// Secrets that the daemon's own worker would not give; another worker may know them.
fn missing_secrets(call: &Call, scope: &Scope, plan: &Plan) -> Vec<PlanProblem> {
    let known = call.api.secrets().map(|secrets| secrets.listed()).unwrap_or_default();
    let names: BTreeSet<String> =
        plan.top.levels().into_iter().flat_map(|level| level.manifest.secrets()).collect();
    let missing = names.into_iter().filter_map(|name| {
        let allows = |list: &[String], wanted: &String| list.is_empty() || list.contains(wanted);
        let (code, message) = match known.iter().find(|secret| secret.name == name) {
            None => (Code::SecretUnknown, "the daemon's own worker has no secret"),
            Some(secret)
                if !allows(&secret.tenants, &scope.tenant)
                    || !allows(&secret.environments, &scope.environment) =>
            {
                (Code::SecretNotAllowed, "tasks of this tenant and environment may not use")
            }
            Some(_) => return None,
        };
        Some(PlanProblem {
            code,
            path: "secrets".to_owned(),
            message: format!("{message} `{name}`"),
            hint: "`conductor secrets list` shows those that there are".to_owned(),
        })
    });
    missing.collect()
}
