//! What a run would do: planned, and a start checked against a plan.
//!
//! Policy is asked and nothing of its answers is recorded: a plan leaves no trace but, like every
//! request, that somebody was denied it.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use conductor_domain::{
    Refusal,
    intent::workflow::Workflow,
    scope::Scope,
    work::run::plan::{self, Basis, Binding, Estimate, Plan},
};
use conductor_engine::{
    command::Planned,
    limits::CHILD_DEPTH_MAX,
    ports::{Inventory, InventoryError},
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    inventory::{Filter, Host},
    v1,
};
use serde_json::{Map, Value, json};

use super::{asked, draft::Draft};
use crate::{
    call::{Ask, Call},
    convert::{
        plan::{self as wire, Asked},
        workflow,
    },
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
};

/// A plan with what is said of it.
pub(super) struct Made {
    pub(super) plan: Plan,
    pub(super) binding: Binding,
    pub(super) estimate: Estimate,
}

pub(super) async fn plan(call: &Call, request: v1::PlanRunRequest) -> Outcome<v1::PlanRunResponse> {
    let scope = call.scope(request.scope)?;
    let called = request::text("name of the workflow", request.workflow)?;
    let version = request::text("version", request.version)?;
    let inputs = request::inputs(&request.inputs_json)?;
    let source = workflow::source(&request.media_type, request.manifest)?;
    let parsed = (!source.text.is_empty()).then(|| source.parse());
    let name = match &parsed {
        Some(Ok(parsed)) => parsed.name.clone(),
        Some(Err(_)) => String::new(),
        None => called,
    };
    let governed = match &parsed {
        Some(Ok(parsed)) => Some(call.engine().views().governed_draft(&scope.tenant, parsed)),
        _ => None,
    };
    let ask = Ask {
        workflow: (&name, &version),
        draft: governed.as_ref(),
        ..Ask::one("run.plan", "workflow", &name)
    };
    call.may(&scope, ask).await?;
    let draft = match parsed {
        Some(Err(problems)) => {
            let plan = Some(wire::unreadable(&scope, &problems));
            return Ok(v1::PlanRunResponse { plan });
        }
        Some(Ok(parsed)) => Draft::of_manifest(call, &scope, parsed),
        None => Draft::published(call, &scope, (&name, &version))?,
    };
    let made = make(call, &scope, (Arc::clone(&draft.workflow), inputs)).await?;
    let asked = asked::ask(call, &scope, &made.plan).await?;
    call.api.plans().remember(&scope.tenant, &made.binding);
    let Draft { published, problems, mut warnings, .. } = draft;
    warnings.extend(asked.warnings);
    let said = Asked { decisions: asked.decisions, published, problems, warnings };
    Ok(v1::PlanRunResponse {
        plan: Some(wire::plan(&made.plan, &made.binding, &made.estimate, said)),
    })
}

/// Works out what a run of the workflow would do. The inventory may be slow, and the history is
/// on disk: a thread that may wait does it.
pub(super) async fn make(
    call: &Call,
    scope: &Scope,
    (workflow, inputs): (Arc<Workflow>, Map<String, Value>),
) -> Outcome<Made> {
    let (engine, scope) = (call.engine().clone(), scope.clone());
    let inventory = Arc::clone(call.api.inventory());
    let policy = call.api.guard().revision();
    on_disk(move || {
        let mut plan = made(&engine, &scope, (&workflow, inputs), &*inventory);
        let mut histories = BTreeMap::new();
        let names: BTreeSet<String> =
            plan.top.levels().into_iter().map(|level| level.workflow.name.clone()).collect();
        for name in names {
            let history = engine.views().history(&scope, &name)?;
            histories.insert(name, history);
        }
        let estimate = plan.estimate(&histories);
        let binding = plan.binding(&policy);
        let binding = binding.map_err(|_| Failure::bug("a plan has no canonical form"))?;
        Ok::<_, Failure>(Made { plan, binding, estimate })
    })
    .await
}

fn made(
    engine: &Engine,
    scope: &Scope,
    (workflow, inputs): (&Workflow, Map<String, Value>),
    inventory: &dyn Inventory,
) -> Plan {
    // Read once, and only where a task asks for hosts.
    let hosts: OnceCell<Result<Arc<[Host]>, InventoryError>> = OnceCell::new();
    let basis = Basis {
        scope,
        find: &|name, version| engine.views().to_start(&scope.tenant, name, version),
        hosts: &|filter| {
            let filter = Filter::parse(filter).map_err(|problem| {
                let place = format!("line {}, column {}", problem.line, problem.column);
                let message = format!("{place}: {}", problem.message);
                Refusal::new(Code::HostFilter, message, problem.hint)
            })?;
            let hosts = hosts.get_or_init(|| inventory.hosts(scope)).as_ref();
            let hosts = hosts
                .map_err(|error| Refusal::new(error.code(), error.to_string(), error.hint()))?;
            let named = hosts.iter().filter(|host| filter.matches(host));
            Ok(named.map(|host| json!(host)).collect())
        },
        depth_max: CHILD_DEPTH_MAX,
    };
    plan::plan(workflow, inputs, &basis)
}

/// The hosts that a start freezes, when it is to carry out a plan; and whether it does.
pub(super) async fn check(
    call: &Call,
    scope: &Scope,
    (workflow, inputs): (Arc<Workflow>, Map<String, Value>),
    digest: String,
) -> Outcome<(BTreeMap<String, Vec<Value>>, Planned)> {
    let Made { plan, binding, .. } = make(call, scope, (workflow, inputs)).await?;
    let changed = if binding.digest == digest {
        plan.problems.first().map(|problem| {
            let message = format!("{}: {}", problem.path, problem.message);
            Refusal::new(problem.code, message, problem.hint.clone())
        })
    } else {
        Some(changed(call, (&scope.tenant, &digest), (&binding, &plan)))
    };
    Ok((plan.top.frozen_hosts(), Planned { digest, changed: changed.map(Box::new) }))
}

fn changed(
    call: &Call,
    (tenant, digest): (&str, &str),
    (binding, plan): (&Binding, &Plan),
) -> Refusal {
    let changes = call.api.plans().changes(tenant, digest, &binding.value);
    let what = match changes.as_slice() {
        [] => "the old plan is not remembered here, so what changed is not known".to_owned(),
        [first, second, third, _, ..] => format!("{first}; {second}; {third}; and more"),
        changes => changes.join("; "),
    };
    let message = format!("what would run now is {} and not the plan: {what}", binding.digest);
    let hint = format!("`conductor plan {}` shows what would run now", plan.top.workflow.name);
    Refusal::new(Code::PlanChanged, message, hint)
        .with("changes", json!(changes).to_string())
        .with("planned", json!(binding.digest).to_string())
}

/// A digest as it was given.
pub(super) fn digest(given: String) -> Outcome<Option<String>> {
    if given.is_empty() {
        return Ok(None);
    }
    let hex = given.strip_prefix("sha256:").unwrap_or_default();
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hex.len() == 64 && hex.bytes().all(is_hex) {
        return Ok(Some(given));
    }
    let message = format!("`{}` is no digest of a plan", request::shown(&given));
    Err(Failure::invalid(message, "copy the whole of it, `sha256:…`, from `conductor plan`"))
}
