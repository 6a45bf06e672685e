//! Keys while something lies over the screen: the top layer takes them, and `Esc` closes only it.

use conductor_protocol::v1::StartRunRequest;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    confirming,
    effect::{Effect, Mutation},
    frost,
    messages::Level,
    model::{Layer, Model},
    planned, scope,
    shared::Availability,
    update::{act, ask_form, carry_all, go, say, show},
};
use crate::{
    input::{ACTIONS, Action, Command, Key, Known, Lookup, Place, Spec},
    screen::{Tab, end, release, say_it, skip},
    widget::{
        Confirm, Entry, Finder, Form, Found, Help, HelpRow, Prompt, PromptKind, Purpose, Submit,
        Target, Typed,
    },
};

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
        reading => on_reading(model, reading, key),
    }
}

fn on_prompt(model: &mut Model, mut prompt: Prompt, key: KeyEvent) -> Vec<Effect> {
    let names: Vec<String> = model.screens.workflows.all().iter().map(|w| w.name.clone()).collect();
    let known = Known { workflows: &names, themes: &model.themes };
    let history = if prompt.kind == PromptKind::Filter { &model.filters } else { &model.commands };
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
        Typed::Undone if prompt.kind == PromptKind::Filter => {
            let before = prompt.before().to_owned();
            filter(model, &before).unwrap_or_default()
        }
        Typed::Undone => Vec::new(),
        Typed::Done if prompt.kind == PromptKind::Filter => {
            model.filters.push(&prompt.text());
            match filter(model, &prompt.text()) {
                Ok(effects) => effects,
                Err(problem) => {
                    prompt.problem = Some(problem);
                    model.layers.push(Layer::Prompt(prompt));
                    Vec::new()
                }
            }
        }
        Typed::Done => {
            model.commands.push(&prompt.text());
            match Command::parse(&prompt.text()) {
                Ok(command) => obey(model, command),
                Err(problem) => {
                    prompt.problem = Some(problem);
                    model.layers.push(Layer::Prompt(prompt));
                    Vec::new()
                }
            }
        }
    }
}

/// A filter narrows at every key; what is not understood yet changes nothing.
fn prompt_changed(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Prompt(prompt)) = model.layers.last() else { return Vec::new() };
    if prompt.kind != PromptKind::Filter {
        return Vec::new();
    }
    let text = prompt.text();
    match filter(model, &text) {
        Ok(effects) => effects,
        Err(problem) => {
            if let Some(Layer::Prompt(prompt)) = model.layers.last_mut() {
                prompt.problem = Some(problem);
            }
            Vec::new()
        }
    }
}

/// Filters the list in front.
fn filter(model: &mut Model, text: &str) -> Result<Vec<Effect>, String> {
    let (screen, shared) = model.screen_mut(model.tab);
    let intents = screen.filter(text, shared)?;
    Ok(carry_all(model, intents))
}

/// Does what was typed after `:`.
fn obey(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Act(Action::Quit) => vec![Effect::Quit],
        Command::Act(action) => act(model, action),
        Command::Show(id) => go(model, Target::Run(id)),
        Command::Approval(id) => go(model, Target::Approval(id)),
        Command::Run { workflow, inputs } => ask_form(model, &workflow, (Purpose::Start, inputs)),
        Command::Plan { workflow, inputs } => ask_form(model, &workflow, (Purpose::Plan, inputs)),
        Command::Theme(Some(name)) => vec![Effect::LoadTheme(name)],
        Command::Theme(None) => {
            let text = format!("themes: {}", model.themes.join(", "));
            say(model, Level::Info, &text, ":theme NAME")
        }
        Command::Scope { tenant, environment } => scope::go_to(model, tenant, environment),
        Command::Runs(wanted) => {
            let mut effects = show(model, Tab::Runs);
            match wanted.map_or(Ok(Vec::new()), |text| filter(model, &text)) {
                Ok(more) => effects.extend(more),
                Err(problem) => {
                    say(model, Level::Error, &problem, "the filter stays as it was");
                }
            }
            effects
        }
    }
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
        Found::Chosen(entry) => go(model, entry.target),
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
                Purpose::Plan => {
                    let ask = planned::ask(model, &form, inputs);
                    model.layers.push(Layer::Form(form));
                    return vec![ask];
                }
                Purpose::Start => start(model, &form, inputs),
                Purpose::Deprecate | Purpose::Retire => end(&form, &inputs, &model.shared),
                Purpose::Skip(task) => skip(&form, task, &inputs, &model.shared),
                Purpose::Release(task) => release(&form, task, &inputs, &model.shared),
                Purpose::Say(saying) => say_it(&form, saying, &inputs, &model.shared),
                Purpose::Freeze(word) => frost::ask(*word, &inputs, &model.shared),
            };
            // The form stays below, so that Esc leads back to it.
            model.layers.push(Layer::Form(form));
            model.layers.push(Layer::Confirm(confirm));
            Vec::new()
        }
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
    lines.extend(inputs.iter().map(|(name, value)| format!("{name} = {value}")));
    let request = StartRunRequest {
        scope: Some(scope.clone()),
        workflow: form.workflow.clone(),
        version: form.version.clone(),
        inputs_json: serde_json::Value::Object(inputs).to_string(),
        ..StartRunRequest::default()
    };
    let words = ("Run this?", "start the run");
    Confirm::new(words, lines, &form.workflow, Mutation::Start(request), &model.shared)
}

/// Help and messages are moved in with the screen's own keys.
fn on_reading(model: &mut Model, mut layer: Layer, key: KeyEvent) -> Vec<Effect> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    if key.code == KeyCode::Char('c') && control {
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

/// Everything that can be opened or done, with policy's word.
pub(crate) fn open_finder(model: &mut Model) -> Vec<Effect> {
    let mut entries = Vec::new();
    for tab in Tab::ALL {
        entries.extend(model.screens.get(*tab).offers(&model.shared));
    }
    // There are many of them, and what is to be done is looked for more often.
    entries.sort_by_key(|entry| entry.kind == "run");
    let things = entries.iter().take_while(|entry| entry.kind != "run").count();
    let runs = entries.split_off(things);
    for spec in ACTIONS.iter().filter(|spec| !moves(spec)) {
        let here = works_here(model, spec);
        let availability = if here { model.availability(spec.action) } else { continue };
        if availability == Availability::Absent {
            continue;
        }
        entries.push(Entry {
            kind: "action",
            title: spec.name.to_owned(),
            detail: spec.help.to_owned(),
            availability,
            target: Target::Act(spec.action),
        });
    }
    entries.extend(model.themes.iter().map(|name| Entry {
        kind: "theme",
        title: name.clone(),
        detail: "how the console looks".to_owned(),
        availability: Availability::Ready,
        target: Target::Theme(name.clone()),
    }));
    entries.extend(runs);
    // What was chosen lately comes first; the sort is stable.
    let used = |entry: &Entry| model.recent.iter().position(|known| *known == entry.target);
    entries.sort_by_key(|entry| used(entry).unwrap_or(usize::MAX));
    model.layers.push(Layer::Finder(Finder::new(entries)));
    Vec::new()
}

/// Moving about is no thing to be found by name.
fn moves(spec: &Spec) -> bool {
    use Action::{Back, Down, HalfDown, HalfUp, Interrupt, Left, PageDown, PageUp, Right, Top, Up};
    let moving = [Back, Down, HalfDown, HalfUp, Interrupt, Left, PageDown, PageUp, Right, Top, Up];
    moving.contains(&spec.action)
        || matches!(
            spec.action,
            Action::Bottom | Action::NextPane | Action::PreviousPane | Action::Palette
        )
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
    model.layers.push(Layer::Help(Help::new(title, here, everywhere, model.screen().twin())));
    Vec::new()
}

/// Keys of an action as they really are.
fn keys(model: &Model, action: Action, between: &str) -> String {
    let keys = model.keymap.keys(action).iter().map(ToString::to_string);
    keys.collect::<Vec<_>>().join(between)
}
