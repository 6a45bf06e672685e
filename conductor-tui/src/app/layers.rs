//! Keys while something lies over the screen: the top layer takes them, and `Esc` closes only it.

use conductor_protocol::v1::StartRunRequest;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    arranging, confirming, contexts,
    effect::{Effect, Mutation},
    frost,
    messages::Level,
    model::{Layer, Model},
    obey, palette, planned,
    shared::Availability,
    update::{carry_all, go, say},
    views,
};
use crate::{
    input::{ACTIONS, Action, Key, Known, Lookup, Place, Spec},
    screen::{end, release, roll_back, say_it, skip},
    widget::{
        Confirm, Entry, Finder, Form, Found, Help, HelpRow, Prompt, PromptKind, Purpose, Submit,
        Typed, ViewList, ViewListed,
    },
};

/// Workflows whose inputs are remembered.
const REMEMBERED_MAX: usize = 50;

/// A paste goes where text goes.
pub(crate) fn on_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Prompt(prompt)) => {
            prompt.paste(text);
            prompt_changed(model)
        }
        Some(Layer::Finder(finder)) => vec![finder.paste(text)],
        Some(Layer::Form(form)) => {
            form.paste(text);
            Vec::new()
        }
        Some(Layer::Confirm(confirm)) => {
            confirm.paste(text);
            Vec::new()
        }
        Some(Layer::Unlock(unlock)) => {
            unlock.paste(text);
            Vec::new()
        }
        // Pasted text is never taken for keys.
        _ => Vec::new(),
    }
}

pub(crate) fn on_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    // Taken off while it is handled, and put back unless it closes.
    let Some(layer) = model.layers.pop() else { return Vec::new() };
    match layer {
        Layer::Prompt(prompt) => on_prompt(model, prompt, key),
        Layer::Finder(finder) => on_finder(model, finder, key),
        Layer::Form(form) => on_form(model, form, key),
        Layer::Confirm(confirm) => confirming::on_confirm(model, confirm, key),
        Layer::Plan(plan) => planned::on_key(model, plan, key),
        Layer::Unlock(unlock) => confirming::on_unlock(model, unlock, key),
        Layer::Columns(chooser) => arranging::on_key(model, chooser, key),
        Layer::Views(list) => on_views(model, list, key),
        reading => on_reading(model, reading, key),
    }
}

fn on_prompt(model: &mut Model, mut prompt: Prompt, key: KeyEvent) -> Vec<Effect> {
    let known = Known { grammar: &model.grammar, names: &model.names };
    let history = if prompt.kind.narrows() { &model.filters } else { &model.commands };
    match prompt.on_key(key, history, known) {
        Typed::Nothing => {
            model.layers.push(Layer::Prompt(prompt));
            Vec::new()
        }
        Typed::Changed => {
            prompt.problem = None;
            model.layers.push(Layer::Prompt(prompt));
            prompt_changed(model)
        }
        Typed::Undone if prompt.kind.narrows() => {
            let before = prompt.before().to_owned();
            narrow(model, prompt.kind, &before, false).unwrap_or_default()
        }
        Typed::Undone => Vec::new(),
        Typed::Done if prompt.kind.narrows() => {
            model.filters.push(&prompt.text());
            match narrow(model, prompt.kind, &prompt.text(), true) {
                Ok(effects) => effects,
                Err(problem) => {
                    prompt.problem = Some(problem);
                    model.layers.push(Layer::Prompt(prompt));
                    Vec::new()
                }
            }
        }
        Typed::Done => match obey::line(model, &prompt.text()) {
            Ok(effects) => effects,
            Err(problem) => {
                prompt.problem = Some(problem);
                model.layers.push(Layer::Prompt(prompt));
                Vec::new()
            }
        },
    }
}

/// A filter narrows at every key; what is not understood yet changes nothing.
fn prompt_changed(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Prompt(prompt)) = model.layers.last() else { return Vec::new() };
    if !prompt.kind.narrows() {
        return Vec::new();
    }
    let (kind, text) = (prompt.kind, prompt.text());
    match narrow(model, kind, &text, false) {
        Ok(effects) => effects,
        Err(problem) => {
            if let Some(Layer::Prompt(prompt)) = model.layers.last_mut() {
                prompt.problem = Some(problem);
            }
            Vec::new()
        }
    }
}

/// Filters what is in front, or looks for something in it.
fn narrow(
    model: &mut Model,
    kind: PromptKind,
    text: &str,
    done: bool,
) -> Result<Vec<Effect>, String> {
    if kind != PromptKind::Search {
        return filter(model, text);
    }
    let (screen, shared) = model.screen_mut(model.tab);
    screen.search(text, done, shared);
    Ok(Vec::new())
}

/// Filters the list in front.
fn filter(model: &mut Model, text: &str) -> Result<Vec<Effect>, String> {
    let (screen, shared) = model.screen_mut(model.tab);
    let intents = screen.filter(text, shared)?;
    Ok(carry_all(model, intents))
}

fn on_finder(model: &mut Model, mut finder: Finder, key: KeyEvent) -> Vec<Effect> {
    match finder.on_key(key) {
        Found::Closed => Vec::new(),
        Found::Nothing => {
            model.layers.push(Layer::Finder(finder));
            Vec::new()
        }
        Found::Rank(effect) => {
            model.layers.push(Layer::Finder(finder));
            vec![*effect]
        }
        Found::Chosen(Entry { availability: Availability::Refused(why), title, .. }) => {
            model.layers.push(Layer::Finder(finder));
            say(model, Level::Warn, &format!("can't: {title}"), &why)
        }
        Found::Chosen(entry) => {
            let mut effects = vec![palette::chosen(model, &entry.target)];
            effects.extend(go(model, entry.target));
            effects
        }
    }
}

fn on_form(model: &mut Model, mut form: Form, key: KeyEvent) -> Vec<Effect> {
    match form.on_key(key) {
        Submit::Closed => Vec::new(),
        Submit::Open => {
            model.layers.push(Layer::Form(form));
            Vec::new()
        }
        Submit::Inputs(inputs) => {
            let confirm = match &form.purpose {
                Purpose::Plan | Purpose::Request => {
                    remember(model, &form);
                    let ask = planned::ask(model, &form, inputs);
                    model.layers.push(Layer::Form(form));
                    return vec![ask];
                }
                Purpose::AskFor => return planned::ask_for(model, form, &inputs),
                Purpose::Start => {
                    remember(model, &form);
                    start(model, &form, inputs)
                }
                Purpose::Rehearse => start(model, &form, inputs),
                Purpose::Deprecate | Purpose::Retire | Purpose::Review => {
                    end(&form, &inputs, &model.shared)
                }
                Purpose::Skip(task) => skip(&form, task, &inputs, &model.shared),
                Purpose::Release(task) => release(&form, task, &inputs, &model.shared),
                Purpose::Say(saying) => say_it(&form, saying, &inputs, &model.shared),
                Purpose::RollBack(revision) => roll_back(revision, &inputs, &model.shared),
                Purpose::DenyMarked => {
                    let screen = &model.screens.approvals;
                    match screen.deny_marked(&inputs, &model.shared) {
                        Some(confirm) => confirm,
                        None => return Vec::new(),
                    }
                }
                Purpose::Candidate => {
                    let intents = model.screens.policy.try_out(&inputs, &mut model.shared);
                    return carry_all(model, intents);
                }
                Purpose::Freeze(word) => frost::ask(*word, &inputs, &model.shared),
                Purpose::Tenant(word) => {
                    let screen = &model.screens.tenants;
                    match screen.confirm(*word, &form, &inputs, &model.shared) {
                        Ok(confirm) => confirm,
                        Err(problem) => {
                            model.layers.push(Layer::Form(form));
                            return say(model, Level::Warn, &problem, "");
                        }
                    }
                }
            };
            // The form stays below, so that Esc leads back to it.
            model.layers.push(Layer::Form(form));
            model.layers.push(Layer::Confirm(confirm));
            Vec::new()
        }
    }
}

/// What was typed is there the next time, until the console ends: never in a file.
fn remember(model: &mut Model, form: &Form) {
    model.remembered.retain(|(workflow, _)| *workflow != form.workflow);
    model.remembered.push((form.workflow.clone(), form.typed()));
    if model.remembered.len() > REMEMBERED_MAX {
        model.remembered.remove(0);
    }
}

/// The question before a start.
fn start(
    model: &Model,
    form: &Form,
    inputs: serde_json::Map<String, serde_json::Value>,
) -> Confirm {
    let scope = &model.shared.scope;
    let dot = model.shared.look.glyphs.separator;
    let place = [&scope.tenant, &scope.environment, &scope.region];
    let place = place.map(String::as_str).join(&format!(" {dot} "));
    let mut lines = vec![format!("{} {}   in {place}", form.workflow, form.version)];
    lines.extend(inputs.iter().map(|(name, value)| match form.is_secret(name) {
        true => format!("{name} is not shown"),
        false => format!("{name} = {value}"),
    }));
    let request = StartRunRequest {
        scope: Some(scope.clone()),
        workflow: form.workflow.clone(),
        version: form.version.clone(),
        inputs_json: serde_json::Value::Object(inputs).to_string(),
        rehearsal: form.purpose == Purpose::Rehearse,
        ..StartRunRequest::default()
    };
    let mutation = |request| Mutation::Start(request, model.shared.secret_inputs.clone());
    let words = match request.rehearsal {
        true => ("Rehearse this?", "start the rehearsal"),
        false => ("Run this?", "start the run"),
    };
    Confirm::new(words, lines, &form.workflow, mutation(request), &model.shared)
}

/// The list of views has keys of its own, and is moved in with those of a screen.
fn on_views(model: &mut Model, mut list: ViewList, key: KeyEvent) -> Vec<Effect> {
    let own = if model.typed.is_empty() { list.on_key(key) } else { None };
    if let Some(came) = own {
        return views::listed(model, list, came);
    }
    model.typed.push(Key::from(key));
    let lookup = model.keymap.lookup(&model.typed, &[]);
    if lookup != Lookup::Partial {
        model.typed.clear();
    }
    let came = match lookup {
        Lookup::Found(action) => list.act(action, model.shared.size.1),
        Lookup::Letter(Action::JumpView, letter) => ViewListed::Chosen(letter.to_string()),
        _ => ViewListed::Open,
    };
    views::listed(model, list, came)
}

/// Help and messages are moved in with the screen's own keys.
fn on_reading(model: &mut Model, mut layer: Layer, key: KeyEvent) -> Vec<Effect> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    if key.code == KeyCode::Esc && !model.typed.is_empty() {
        // It drops the chord, and closes nothing.
        model.typed.clear();
        model.layers.push(layer);
        return Vec::new();
    }
    // Esc closes whatever lies on top, also where `back` has another key.
    if key.code == KeyCode::Esc || (key.code == KeyCode::Char('c') && control) {
        model.typed.clear();
        return Vec::new();
    }
    model.typed.push(Key::from(key));
    let lookup = model.keymap.lookup(&model.typed, &[]);
    if lookup != Lookup::Partial {
        model.typed.clear();
    }
    let mut effects = Vec::new();
    if let Lookup::Found(action) = lookup {
        match (&mut layer, action) {
            (_, Action::Back | Action::Quit | Action::Interrupt) => return Vec::new(),
            (Layer::Help(_), Action::Help) | (Layer::Journal(_), Action::Messages) => {
                return Vec::new();
            }
            (Layer::Help(help), moving) => help.act(moving, model.shared.size.1),
            (Layer::Journal(journal), Action::Copy) => {
                effects.extend(journal.chosen(&model.shared).map(Effect::Copy));
            }
            (Layer::Journal(journal), moving) => {
                journal.act(moving, &model.shared, model.shared.size.1);
            }
            _ => {}
        }
    }
    model.layers.push(layer);
    effects
}

pub(crate) fn works_here(model: &Model, spec: &Spec) -> bool {
    let places = model.screen().places();
    spec.places.iter().any(|place| *place == Place::Global || places.contains(place))
}

pub(crate) fn open_help(model: &mut Model) -> Vec<Effect> {
    let row = |spec: &Spec| HelpRow {
        keys: keys(model, spec.action, " or "),
        name: spec.name,
        help: spec.help,
        availability: model.availability(spec.action),
    };
    let rows = |global: bool| {
        let specs = ACTIONS.iter().filter(|spec| works_here(model, spec));
        specs.filter(|s| s.places.contains(&Place::Global) == global).map(row).collect::<Vec<_>>()
    };
    let (here, everywhere) = (rows(false), rows(true));
    let title = model.screen().title();
    let twin = contexts::in_shell(model, &model.screen().twin());
    model.layers.push(Layer::Help(Help::new(title, here, everywhere, twin)));
    Vec::new()
}

/// Keys of an action as they really are.
fn keys(model: &Model, action: Action, between: &str) -> String {
    let keys = model.keymap.keys(action).iter().map(ToString::to_string);
    keys.collect::<Vec<_>>().join(between)
}
