//! A plan over the screen: asked for with a form's inputs, looked at, and started from.

use conductor_protocol::v1::{Plan, PlanRunRequest, StartRunRequest};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::{Map, Value};

use super::{
    effect::{Effect, Mutation, Ticket, input_flags},
    messages::Level,
    model::{Layer, Model},
    query::Query,
    shared::{Availability, Shared, Subject},
    update::say,
};
use crate::{
    input::{Action, Key, Lookup, Place},
    planned,
    widget::{Confirm, Form, PlanPage, Purpose, REASON},
};

/// Asks for the plan of what a form says.
pub(crate) fn ask(model: &Model, form: &Form, inputs: Map<String, Value>) -> Effect {
    let request = PlanRunRequest {
        scope: Some(model.shared.scope.clone()),
        workflow: form.workflow.clone(),
        version: form.version.clone(),
        inputs_json: Value::Object(inputs).to_string(),
        ..PlanRunRequest::default()
    };
    Effect::Ask(Ticket::Plan, Query::Plan(request))
}

/// Plans that are remembered, to tell what became different.
const PLANS_MAX: usize = 32;

/// Shows a plan, beside what is different from the last one of the workflow.
pub(crate) fn show(model: &mut Model, plan: Plan) -> Vec<Effect> {
    if model.plans.len() >= PLANS_MAX && !model.plans.contains_key(&plan.workflow) {
        model.plans.clear();
    }
    let before = match plan.workflow.is_empty() {
        true => None,
        false => model.plans.insert(plan.workflow.clone(), plan.clone()),
    };
    let page = PlanPage::new(plan, before, &model.shared.secret_inputs);
    model.layers.push(Layer::Plan(Box::new(page)));
    Vec::new()
}

/// The keys of the screen move in it; that of a start asks whether to start just this.
pub(crate) fn on_key(model: &mut Model, mut page: Box<PlanPage>, key: KeyEvent) -> Vec<Effect> {
    if key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL) {
        return Vec::new();
    }
    model.typed.push(Key::from(key));
    let lookup = model.keymap.lookup(&model.typed, &[Place::Workflows]);
    if lookup != Lookup::Partial {
        model.typed.clear();
    }
    let Lookup::Found(action) = lookup else {
        model.layers.push(Layer::Plan(page));
        return Vec::new();
    };
    let effects = match action {
        Action::Back | Action::Quit | Action::Interrupt => return Vec::new(),
        Action::Start => return start(model, page),
        Action::Copy => vec![Effect::Copy(page.plan.digest.clone())],
        Action::CopyCommand => vec![Effect::Copy(twin(&page.plan, &model.shared))],
        Action::Export => export(&page).into_iter().collect(),
        moving => {
            page.act(moving, model.shared.size);
            Vec::new()
        }
    };
    model.layers.push(Layer::Plan(page));
    effects
}

/// The command that shows the same.
fn twin(plan: &Plan, shared: &Shared) -> String {
    let flags = input_flags(&plan.inputs_json, &shared.secret_inputs);
    format!("conductor plan {}@{}{flags}", plan.workflow, plan.version)
}

fn export(page: &PlanPage) -> Option<Effect> {
    let text = serde_json::to_string_pretty(&page.plan).ok()?;
    Some(Effect::Export { name: format!("plan-{}.json", page.plan.workflow), text })
}

/// Asks before the start of this very plan, unless something is in its way.
fn start(model: &mut Model, page: Box<PlanPage>) -> Vec<Effect> {
    let plan = &page.plan;
    let subject = Subject::Of(plan.workflow.clone());
    let why = match model.shared.availability(Action::Start, subject) {
        Availability::Refused(why) => Some(why),
        _ if !planned::can_be_asked_for(plan) => {
            Some("something is in the way of this plan".to_owned())
        }
        _ => None,
    };
    if let Some(why) = why {
        let text = format!("can't start this plan: {why}");
        model.layers.push(Layer::Plan(page));
        return say(model, Level::Warn, &text, "");
    }
    if !plan.startable {
        let form = Form::reason(Purpose::AskFor, &plan.workflow, &plan.version);
        model.layers.push(Layer::Plan(page));
        model.layers.push(Layer::Form(form));
        return Vec::new();
    }
    let confirm = question(&model.shared, plan, "");
    // The plan stays below, so that Esc leads back to it.
    model.layers.push(Layer::Plan(page));
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}

/// Asks before others are asked for the plan that lies below a form, for the reason that was typed there.
pub(crate) fn ask_for(model: &mut Model, form: Form, inputs: &Map<String, Value>) -> Vec<Effect> {
    let reason = inputs.get(REASON).and_then(Value::as_str).unwrap_or_default();
    let Some(Layer::Plan(page)) = model.layers.last() else {
        return Vec::new();
    };
    let confirm = question(&model.shared, &page.plan, reason);
    model.layers.push(Layer::Form(form));
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}

/// The question before just this plan is started, or asked for.
fn question(shared: &Shared, plan: &Plan, reason: &str) -> Confirm {
    let scope = &shared.scope;
    let dot = shared.look.glyphs.separator;
    let place = [&scope.tenant, &scope.environment, &scope.region];
    let place = place.map(String::as_str).join(&format!(" {dot} "));
    let mut lines = vec![
        format!("{} {}   in {place}", plan.workflow, plan.version),
        "just this plan; if anything is different by now, nothing starts".to_owned(),
    ];
    if !reason.is_empty() {
        lines.push(format!("because: {reason}"));
    }
    let request = StartRunRequest {
        scope: Some(scope.clone()),
        workflow: plan.workflow.clone(),
        version: plan.version.clone(),
        inputs_json: plan.inputs_json.clone(),
        plan: plan.digest.clone(),
        reason: reason.to_owned(),
        ..StartRunRequest::default()
    };
    let start = Mutation::Start(request, shared.secret_inputs.clone());
    let words = match plan.startable {
        true => ("Run this plan?", "start the run"),
        false => ("Ask others to approve this run?", "ask for the run"),
    };
    Confirm::new(words, lines, &plan.workflow, start, shared)
}
