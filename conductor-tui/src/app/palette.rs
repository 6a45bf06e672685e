//! What the palette finds: everything that can be done or opened, with policy's word, ranked by what
//! was chosen often and lately.

use super::{
    arranging, contexts,
    effect::Effect,
    kept::Keep,
    layers::works_here,
    model::{Layer, Model},
    settings,
    shared::{Availability, Shared},
    views,
};
use crate::{
    input::{ACTIONS, Action, Names, Spec},
    screen::Tab,
    widget::{Entry, Finder, Target},
};

/// Questions to policy in one request; the daemon takes no more than 256.
const QUESTIONS_MAX: usize = 200;

/// Opens the palette, and asks policy for its word where that is not known yet.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let found = entries(model);
    let asked = questions(model, &found);
    let words = found.iter().map(|entry| word(&model.shared, &entry.target)).collect();
    model.layers.push(Layer::Finder(Finder::new(found, words)));
    asked
}

/// Policy has answered: an open palette shows it at once.
pub(super) fn heard(model: &mut Model) {
    let open = model.layers.iter().position(|layer| matches!(layer, Layer::Finder(_)));
    let Some(at) = open else { return };
    let fresh = entries(model);
    let words: Vec<String> = fresh.iter().map(|it| word(&model.shared, &it.target)).collect();
    if let Layer::Finder(finder) = &mut model.layers[at] {
        finder.refresh(&fresh, &words);
    }
}

/// It was chosen: it comes earlier from now on, here and in later sessions.
pub(super) fn chosen(model: &mut Model, target: &Target) -> Effect {
    let (place, what, at) = (model.shared.place(), target.key(), model.shared.now);
    model.used.choose(&place, &what, at);
    Effect::Keep(Keep::Used { place, what, at })
}

/// What policy asks for besides, where it allows it: `requires approval (2)`.
fn word(shared: &Shared, target: &Target) -> String {
    let known = match target {
        Target::Workflow(name) | Target::Request(name) => shared.besides("run.start", name),
        _ => None,
    };
    known.unwrap_or_default().to_owned()
}

fn questions(model: &Model, entries: &[Entry]) -> Vec<Effect> {
    let names = entries.iter().filter_map(|entry| match &entry.target {
        Target::Request(name) => Some(("run.start", name.clone())),
        _ => None,
    });
    let names: Vec<_> = names.collect();
    let asked = names.chunks(QUESTIONS_MAX);
    asked.filter_map(|names| model.shared.ask_policy(names.to_vec())).collect()
}

fn entries(model: &Model) -> Vec<Entry> {
    let mut entries = Vec::new();
    for tab in Tab::ALL {
        entries.extend(model.screens.get(*tab).offers(&model.shared));
    }
    let mut beside = Vec::new();
    for entry in &mut entries {
        let name = match &entry.target {
            Target::Workflow(name) => name.clone(),
            // A tenant is looked at; what is known of it is on its own screen.
            Target::At(_, name) if entry.kind == "tenant" => {
                entry.target = Target::Tenant(name.clone());
                continue;
            }
            _ => continue,
        };
        beside.extend(of_workflow(&name, &entry.detail));
        entry.target = Target::Request(name);
    }
    entries.extend(beside);
    // There are many of them, and what is to be done is looked for more often.
    let runs = entries.extract_if(.., |entry| entry.kind == "run").collect::<Vec<_>>();
    entries.extend(ACTIONS.iter().filter(|spec| !moves(spec)).filter_map(|it| action(model, it)));
    entries.extend(views::entries(model));
    entries.extend(settings::entries(model));
    entries.extend(contexts::entries(model));
    entries.extend(model.themes.iter().map(|name| Entry {
        kind: "theme",
        title: name.clone(),
        detail: "how the console looks".to_owned(),
        availability: Availability::Ready,
        target: Target::Theme(name.clone()),
    }));
    entries.extend(runs);
    // What was chosen often and lately comes first; the sort is stable.
    let place = model.shared.place();
    let mut scored: Vec<(f64, Entry)> = entries
        .into_iter()
        .map(|entry| (model.used.score(&place, &entry.target.key(), model.shared.now), entry))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().map(|(_, entry)| entry).collect()
}

/// What can be done with a workflow besides running it: nobody is kept from reading and planning.
fn of_workflow(name: &str, detail: &str) -> [Entry; 2] {
    let entry = |kind, words: &str, target| Entry {
        kind,
        title: name.to_owned(),
        detail: format!("{words}{detail}"),
        availability: Availability::Ready,
        target,
    };
    [
        entry("plan", "what a run would do: ", Target::Plan(name.to_owned())),
        entry("runbook", "read it: ", Target::At(Tab::Workflows, name.to_owned())),
    ]
}

fn action(model: &Model, spec: &Spec) -> Option<Entry> {
    let availability = match works_here(model, spec) {
        true => model.availability(spec.action),
        false => return None,
    };
    let screen = Tab::of(spec.action).is_some();
    (availability != Availability::Absent).then(|| Entry {
        kind: if screen { "screen" } else { "action" },
        title: spec.name.to_owned(),
        detail: spec.help.to_owned(),
        availability,
        target: Target::Act(spec.action),
    })
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

/// Names that the command line completes: those that the screens know.
pub(super) fn names(model: &Model) -> Names {
    let mut names = Names {
        themes: model.themes.clone(),
        contexts: model.contexts.names.clone(),
        views: views::names(model),
        settings: settings::changeable().map(|spec| spec.short().to_owned()).collect(),
        columns: arranging::names(model),
        ..Names::default()
    };
    for tab in Tab::ALL {
        for entry in model.screens.get(*tab).offers(&model.shared) {
            match (entry.kind, entry.target) {
                (_, Target::Workflow(name)) => names.workflows.push(name),
                (_, Target::Run(id)) => names.runs.push(id),
                (_, Target::Approval(id)) => names.approvals.push(id),
                ("schedule", Target::At(_, name)) => names.schedules.push(name),
                ("tenant", Target::At(_, name) | Target::Tenant(name)) => names.tenants.push(name),
                _ => {}
            }
        }
    }
    names
}
