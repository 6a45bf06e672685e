//! What the daemon answered, handed to whoever asked.

use conductor_protocol::v1::{StartRunResponse, Workflow};

use super::{
    contexts,
    effect::{Effect, Mutation, Ticket},
    frost, many,
    messages::Level,
    model::{Layer, Model},
    msg::Fault,
    offered::{self, offer},
    palette, planned,
    query::Answer,
    tenancy,
    update::{carry_all, go, say, to_tab},
};
use crate::{
    screen::{Event, Tab, read_manifest},
    widget::{Form, Purpose, Target},
    words::{run_status, workflow_state},
};

pub(crate) fn on_reply(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Answer, Fault>,
) -> Vec<Effect> {
    if answer.is_ok() {
        model.shared.link.heard_at = Some(model.shared.now);
    }
    if let Ticket::Changed(mutation) = &ticket
        && let Some(effects) = many::heard(model, mutation, &answer)
    {
        return effects;
    }
    match (ticket, answer) {
        (ticket @ Ticket::RunsPage { .. }, answer) => {
            to_tab(model, Tab::Runs, Event::Reply(ticket, answer))
        }
        (ticket @ Ticket::Workflows, answer) => {
            to_tab(model, Tab::Workflows, Event::Reply(ticket, answer))
        }
        (ticket @ (Ticket::Schedules | Ticket::NextTimes(_)), answer) => {
            to_tab(model, Tab::Schedules, Event::Reply(ticket, answer))
        }
        (
            ticket @ (Ticket::Approvals { .. }
            | Ticket::Approval(_)
            | Ticket::ApprovalsFrom
            | Ticket::ApprovalTimes
            | Ticket::Because(_)),
            answer,
        ) => {
            // No question is asked of whoever does something else by now.
            if !model.layers.is_empty() {
                model.screens.approvals.rest();
            }
            to_tab(model, Tab::Approvals, Event::Reply(ticket, answer))
        }
        (Ticket::Changed(Mutation::Approval(said)), answer) => {
            let intents = model.screens.approvals.said(&said, answer, &mut model.shared);
            carry_all(model, intents)
        }
        (ticket @ Ticket::Screen(tab, _), answer) => {
            rest(model, tab);
            to_tab(model, tab, Event::Reply(ticket, answer))
        }
        (Ticket::Verdicts(questions), Ok(Answer::Verdicts(answer))) => {
            model.shared.take_verdicts(questions, *answer);
            palette::heard(model);
            Vec::new()
        }
        (Ticket::Form { purpose, inputs }, Ok(Answer::Workflow(answer))) => {
            open_form(model, &answer.workflow.unwrap_or_default(), (purpose, &inputs))
        }
        (Ticket::Plan, Ok(Answer::Plan(answer))) => {
            let plan = answer.plan.unwrap_or_default();
            planned::show(model, plan)
        }
        (Ticket::Changed(mutation), Ok(answer)) => on_changed(model, &mutation, answer),
        (Ticket::Changed(Mutation::Tenant(change)), Err(fault)) if !fault.approval.is_empty() => {
            tenancy::waits(model, &change, fault)
        }
        (Ticket::Changed(_), Err(fault)) if !fault.approval.is_empty() => waits(model, fault),
        (Ticket::Changed(mutation), Err(fault)) => {
            let twin = contexts::in_shell(model, &mutation.twin());
            say_fault(model, &fault, &twin)
        }
        (_, Err(fault)) => say_fault(model, &fault, ""),
        // An answer of another kind than was asked for can't come: the client pairs them.
        (_, Ok(_)) => Vec::new(),
    }
}

/// No question is asked, and no other screen shown, over what somebody does by now.
fn rest(model: &mut Model, tab: Tab) {
    match tab {
        _ if model.layers.is_empty() => {}
        Tab::Approvals => model.screens.approvals.rest(),
        Tab::Workflows => model.screens.workflows.rest(),
        Tab::Runs => model.screens.runs.rest(),
        _ => {}
    }
}

fn open_form(
    model: &mut Model,
    workflow: &Workflow,
    (purpose, inputs): (Purpose, &[(String, String)]),
) -> Vec<Effect> {
    let manifest = match read_manifest(&workflow.manifest_json) {
        Ok(manifest) => manifest,
        Err(fault) => return say_fault(model, &fault, ""),
    };
    let mut form = Form::new(&workflow.name, &workflow.version, &manifest.inputs, inputs);
    form.purpose = purpose;
    let before = model.remembered.iter().find(|(name, _)| *name == workflow.name);
    if let Some((_, before)) = before {
        form.recall(before, inputs);
    }
    if let Some(unknown) = form.unknown(inputs) {
        let text = format!("{} takes no input `{unknown}`", workflow.name);
        say(model, Level::Caution, &text, "it was left out");
    }
    model.shared.secret_inputs.extend(form.secrets().map(str::to_owned));
    model.layers.push(Layer::Form(form));
    Vec::new()
}

fn on_changed(model: &mut Model, mutation: &Mutation, answer: Answer) -> Vec<Effect> {
    let inverse = offered::of(model, mutation, &answer).into_iter().collect();
    let twin = contexts::in_shell(model, &mutation.twin());
    let twin = offered::offer_undo(model, inverse, &twin);
    match (mutation, answer) {
        (Mutation::Start(request, _), Answer::Started(answer)) => {
            started(model, &format!("started {}", request.workflow), &twin, answer)
        }
        (Mutation::Rerun(request), Answer::Started(answer)) => {
            let text = if request.undo { "undoing it" } else { "running it again" };
            started(model, text, &twin, answer)
        }
        (_, Answer::ChangedRun(answer)) => {
            let text = format!("{}: the run is {}", done(mutation), run_status(answer.status()));
            say(model, Level::Info, &text, &twin)
        }
        (Mutation::Cancel(request), _) => {
            let text = match request.kill {
                true => format!("killing {}", request.run_id),
                false => format!("asked {} to end", request.run_id),
            };
            say(model, Level::Info, &text, &twin)
        }
        (Mutation::PauseSchedule(_) | Mutation::ResumeSchedule(_), Answer::Schedule(schedule)) => {
            let how = if schedule.paused { "rests" } else { "goes on" };
            let text = format!("schedule {} {how}", schedule.name);
            model.screens.schedules.changed(*schedule);
            let effects = to_tab(model, Tab::Schedules, Event::Resize);
            say(model, Level::Info, &text, &twin);
            effects
        }
        (Mutation::Deprecate(_) | Mutation::Retire(_), Answer::Lifecycle(answer)) => {
            for workflow in &answer.workflows {
                let word = workflow_state(workflow.state());
                let text = format!("{} {} is {word}", workflow.name, workflow.version);
                say(model, Level::Info, &text, &twin);
            }
            // The list, whatever lies in front.
            to_tab(model, Tab::Workflows, Event::Enter)
        }
        (Mutation::RollBack(_), Answer::RolledBack(answer)) => {
            let text = format!("bundle {} decides from here on", answer.revision);
            say(model, Level::Info, &text, &twin);
            model.screens.policy.rolled_back(&model.shared).into_iter().collect()
        }
        (Mutation::Review(request), Answer::Lifecycle(_)) => {
            let word = if request.accepted { "accepted" } else { "rejected" };
            let text = format!("{} {}: {word}", request.name, request.version);
            say(model, Level::Info, &text, &twin);
            to_tab(model, Tab::Workflows, Event::Enter)
        }
        (Mutation::Countersign(signed), Answer::Countersigned(answer)) => {
            let word = if answer.changed { "countersigned" } else { "countersigned before" };
            let (name, version) = (&signed.name, &signed.version);
            let text = format!("{name} {version}: {word} with {}", signed.key.fingerprint());
            say(model, Level::Info, &text, &twin);
            model.screens.workflows.countersigned(name, version);
            to_tab(model, Tab::Workflows, Event::Enter)
        }
        (Mutation::Frost(_), answer) => frost::done(model, &twin, answer),
        (Mutation::Tenant(change), answer) => tenancy::done(model, change, (answer, &twin)),
        _ => Vec::new(),
    }
}

/// What a change of a run that goes on did.
fn done(mutation: &Mutation) -> String {
    match mutation {
        Mutation::Pause(_) => "paused".to_owned(),
        Mutation::Resume(_) => "resumed".to_owned(),
        Mutation::Skip(request) => format!("left out {}", request.task_id),
        Mutation::Release(request) => format!("answered {}", request.task_id),
        _ => "changed".to_owned(),
    }
}

fn started(model: &mut Model, text: &str, twin: &str, answer: StartRunResponse) -> Vec<Effect> {
    let text = format!("{text} ({})", answer.run_id);
    say(model, Level::Info, &text, twin);
    for warning in &answer.warnings {
        say(model, Level::Caution, warning, "");
    }
    go(model, Target::Run(answer.run_id))
}

/// Others have to approve it first: it waits for them, and nothing went wrong.
pub(super) fn waits(model: &mut Model, fault: Fault) -> Vec<Effect> {
    let mut effects = offer(model, Level::News, &fault.message, Target::Approval(fault.approval));
    let intents = model.screens.approvals.refresh(&mut model.shared);
    effects.extend(carry_all(model, intents));
    effects
}

fn say_fault(model: &mut Model, fault: &Fault, twin: &str) -> Vec<Effect> {
    let mut more: Vec<String> = Vec::new();
    if !fault.hint.is_empty() {
        more.push(fault.hint.clone());
    }
    if !fault.code.is_empty() {
        more.push(format!("code {}", fault.code));
    }
    if !twin.is_empty() {
        more.push(twin.to_owned());
    }
    say(model, Level::Error, &fault.told(), &more.join("   "))
}
