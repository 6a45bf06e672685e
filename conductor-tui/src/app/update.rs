//! The one function that changes the model.

use super::{
    answers, arranging, attention, contexts,
    effect::{Effect, FeedId, Ticket},
    frost, keys, layers, link,
    messages::Level,
    model::{Layer, Model, QUIT_ARMED},
    msg::{FeedNews, Msg, What},
    obey,
    offered::{self, offer},
    palette, pause, place,
    query::Query,
    settings,
    shared::Availability,
    trail,
    view::{COLUMNS_MIN, ROWS_MIN},
    views,
};
use crate::{
    input::{Action, Part},
    screen::{Event, Intent, Tab},
    widget::{Journal, Prompt, PromptKind, Purpose, Target},
};

/// How long a broken stream waits before it is opened again.
const RESUME_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_secs(1);

/// Takes one message: changes the model and says what is to be done.
pub(crate) fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let (of_link, typed) = (pause::is_of_link(&msg.what), msg.what.is_typed());
    let effects = happened(model, msg);
    pause::note(model, of_link, &effects);
    if typed {
        model.attention.typed(model.shared.now);
        model.typed_at = (!model.typed.is_empty()).then_some(model.shared.now);
    }
    effects
}

fn happened(model: &mut Model, msg: Msg) -> Vec<Effect> {
    model.shared.now = msg.at;
    let waits_to_be_drawn = std::mem::replace(&mut model.changed, true);
    match msg.what {
        What::Key(key) => keys::pressed(model, key, waits_to_be_drawn),
        What::Paste(text) => layers::on_paste(model, &text),
        What::Act(action) => {
            model.typed.clear();
            act(model, action)
        }
        What::Resize(columns, rows) => {
            model.shared.size = (columns, rows);
            // In a window where nothing can be read everything stays where it is.
            let fits = columns >= COLUMNS_MIN && rows >= ROWS_MIN;
            if fits { to_screen(model, Event::Resize) } else { Vec::new() }
        }
        What::Tick => on_tick(model),
        What::Link(news) => link::heard(model, news),
        What::Reply(ticket, answer) => answers::on_reply(model, ticket, answer),
        What::Keys(found) => {
            let intents = model.screens.approvals.take_keys(found, &mut model.shared);
            carry_all(model, intents)
        }
        What::BookKeys(found) => {
            let intents = model.screens.workflows.take_keys(found, &mut model.shared);
            carry_all(model, intents)
        }
        What::Focus(focused) => {
            model.attention.focus(focused);
            // Nothing looks different for it.
            model.changed = waits_to_be_drawn;
            Vec::new()
        }
        What::Feed(id, news) => fed(model, id, news),
        What::Ranked { generation, order } => {
            if let Some(Layer::Finder(finder)) = model.layers.last_mut() {
                finder.ranked(generation, order);
            }
            Vec::new()
        }
        What::Theme(Ok(palette)) => {
            model.shared.look.palette = palette;
            Vec::new()
        }
        What::Theme(Err(problem)) => {
            say(model, Level::Error, &problem, "the theme stays as it was")
        }
        What::Reached(arrived) => contexts::reached(model, arrived),
        What::Recording(taped) => place::recording(model, taped),
        What::Warned(warning) => {
            // Lists are asked for again and again: what is in the messages is not said twice.
            let known = model.shared.messages.all().any(|message| message.text == warning);
            if known { Vec::new() } else { say(model, Level::Caution, &warning, "") }
        }
        What::Of(epoch, what) if epoch == model.epoch => {
            happened(model, Msg { what: *what, ..msg })
        }
        What::Of(epoch, what) => place::left_behind(model, epoch, *what),
        What::ThemesChanged => vec![Effect::LoadTheme(model.shared.look.palette.name.clone())],
        What::Ground { light } => {
            model.shared.look.choice.light = light;
            model.shared.fit_theme().into_iter().collect()
        }
        What::Copied(Ok(bytes)) => say(model, Level::Info, &format!("copied {bytes} bytes"), ""),
        What::Copied(Err(problem)) => say(model, Level::Error, &problem, "nothing was copied"),
        What::Edited(edited) => {
            let intents = model.screens.policy.edited(edited, &mut model.shared);
            carry_all(model, intents)
        }
        What::Written(written) => settings::written(model, written),
        What::Exported(Ok(path)) => say(model, Level::Info, &format!("wrote {path}"), ""),
        What::Exported(Err(problem)) => say(model, Level::Error, &problem, "nothing was written"),
    }
}

/// What came over a stream, for whoever asked for it.
fn fed(model: &mut Model, id: FeedId, news: FeedNews) -> Vec<Effect> {
    if attention::owns(model, id) {
        return attention::news(model, news);
    }
    model.shared.link.heard_at = heard(model, &news);
    if matches!(news, FeedNews::Ended(Some(_))) && model.shared.link.is_live() {
        model.resume_at = Some(model.shared.now + RESUME_AFTER);
    }
    to_screen(model, Event::Feed(id, news))
}

fn heard(model: &Model, news: &FeedNews) -> Option<jiff::Timestamp> {
    let broken = matches!(news, FeedNews::Ended(Some(_)));
    if broken { model.shared.link.heard_at } else { Some(model.shared.now) }
}

/// Says something in a toast and keeps it in the messages.
pub(crate) fn say(model: &mut Model, level: Level, text: &str, more: &str) -> Vec<Effect> {
    let now = model.shared.now;
    model.shared.messages.say(now, level, text, more);
    Vec::new()
}

/// Hands an event to the screen in front and carries out what it wants.
pub(crate) fn to_screen(model: &mut Model, event: Event) -> Vec<Effect> {
    let tab = model.tab;
    to_tab(model, tab, event)
}

pub(crate) fn to_tab(model: &mut Model, tab: Tab, event: Event) -> Vec<Effect> {
    let event = match pause::hold(model, tab, event) {
        Ok(event) => event,
        Err(effects) => return effects,
    };
    let (screen, shared) = model.screen_mut(tab);
    let intents = screen.update(event, shared);
    carry_all(model, intents)
}

pub(crate) fn carry_all(model: &mut Model, intents: Vec<Intent>) -> Vec<Effect> {
    intents.into_iter().flat_map(|intent| carry(model, intent)).collect()
}

/// Does what a screen or a layer wants.
pub(crate) fn carry(model: &mut Model, intent: Intent) -> Vec<Effect> {
    match intent {
        Intent::Do(effect) => vec![effect],
        Intent::Confirm(confirm) => {
            model.layers.push(Layer::Confirm(*confirm));
            Vec::new()
        }
        Intent::Form(form) => {
            model.layers.push(Layer::Form(*form));
            Vec::new()
        }
        Intent::Go(target) => go(model, target),
        Intent::Tell(kind, text) => attention::tell(model, kind, &text),
        Intent::Offer { level, text, target } => offer(model, level, &text, target),
    }
}

/// Opens something by name.
pub(crate) fn go(model: &mut Model, target: Target) -> Vec<Effect> {
    if target.screen().is_some() {
        model.trail.went(target.clone());
    }
    match target {
        Target::Act(action) => act(model, action),
        Target::Theme(name) => settings::wear(model, name),
        Target::Set(name, on) => settings::set(model, name, on),
        Target::Choose(name, value) => settings::choose(model, name, &value),
        Target::Context(name) => contexts::enter(model, &name, ""),
        Target::Tenant(name) => place::change(model, Part::Tenant, &name),
        Target::Request(name) => ask_form(model, &name, (Purpose::Request, Vec::new())),
        Target::Workflow(name) => ask_form(model, &name, (Purpose::Start, Vec::new())),
        Target::Plan(name) => ask_form(model, &name, (Purpose::Plan, Vec::new())),
        Target::Rehearsal(name) => ask_form(model, &name, (Purpose::Rehearse, Vec::new())),
        Target::Runs(text) => {
            let mut effects = show(model, Tab::Runs);
            let (screen, shared) = model.screen_mut(Tab::Runs);
            match screen.filter(&text, shared) {
                Ok(intents) => effects.extend(carry_all(model, intents)),
                Err(problem) => {
                    say(model, Level::Error, &problem, "the filter stays as it was");
                }
            }
            effects
        }
        Target::Approval(id) => {
            let mut effects = show(model, Tab::Approvals);
            let intents = model.screens.approvals.choose(&id, &mut model.shared);
            effects.extend(carry_all(model, intents));
            effects
        }
        Target::At(tab, what) => {
            let mut effects = show(model, tab);
            let (screen, shared) = model.screen_mut(tab);
            let intents = screen.open(&what, shared);
            effects.extend(carry_all(model, intents));
            effects
        }
        Target::View(tab, name) => views::open(model, tab, &name),
        Target::Run(id) => {
            let mut effects = show(model, Tab::Runs);
            let intents = model.screens.runs.open_run(&id, &mut model.shared);
            effects.extend(carry_all(model, intents));
            effects.extend(to_screen(model, Event::Resize));
            effects
        }
    }
}

/// Reads a workflow's manifest to make a form of it.
pub(crate) fn ask_form(
    model: &mut Model,
    name: &str,
    (purpose, inputs): (Purpose, Vec<(String, String)>),
) -> Vec<Effect> {
    let (name, version) = name.split_once('@').unwrap_or((name, ""));
    let subject = super::Subject::Of(name.to_owned());
    let action = if purpose == Purpose::Plan { Action::Plan } else { Action::Start };
    if let Availability::Refused(why) = model.shared.availability(action, subject) {
        return say(model, Level::Warn, &format!("can't run {name}: {why}"), "");
    }
    let request = Query::Workflow(conductor_protocol::v1::GetWorkflowRequest {
        scope: Some(model.shared.scope.clone()),
        name: name.to_owned(),
        version: version.to_owned(),
    });
    vec![Effect::Ask(Ticket::Form { purpose, inputs }, request)]
}

/// Brings a screen to the front.
pub(crate) fn show(model: &mut Model, tab: Tab) -> Vec<Effect> {
    if model.tab == tab {
        return Vec::new();
    }
    let mut effects = pause::resume(model);
    effects.extend(to_screen(model, Event::Leave));
    model.tab = tab;
    effects.extend(to_screen(model, Event::Enter));
    effects
}

/// Does an action, if it can be done here now; says why not otherwise.
pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if !matches!(action, Action::Quit | Action::Interrupt) {
        model.quit_until = None;
    }
    // What was named for a shell is copied by the very next key, or not at all.
    let to_copy = model.to_copy.take();
    match model.availability(action) {
        Availability::Ready => {}
        _ if action == Action::Copy && to_copy.is_some() => {}
        Availability::Absent => return Vec::new(),
        Availability::Refused(why) => {
            let text = format!("can't {}: {why}", action.spec().name);
            return say(model, Level::Warn, &text, "");
        }
    }
    if model.held.is_some() && pause::is_change(action) {
        return pause::change(model, action);
    }
    match action {
        Action::Quit | Action::Interrupt => quit(model, action),
        Action::Suspend => vec![Effect::Suspend],
        Action::Redraw => vec![Effect::Redraw],
        Action::Tour => vec![Effect::Tour],
        Action::Follow => offered::follow(model),
        Action::Back if model.shared.messages.dismiss(model.shared.now) => Vec::new(),
        Action::Sort => arranging::open(model),
        Action::WideList => arranging::widen(model),
        Action::PauseView => pause::turn(model),
        Action::Back if model.held.is_some() => pause::resume(model),
        Action::Views | Action::JumpView | Action::KeepView => views::by_name(model, action),
        Action::Filter | Action::Search | Action::Sift | Action::Command => {
            open_prompt(model, action)
        }
        Action::Palette => palette::open(model),
        Action::Help => layers::open_help(model),
        Action::Messages => open_journal(model),
        Action::Freeze | Action::Lift | Action::KillSwitch | Action::Frozen => {
            frost::begin(model, action)
        }
        Action::Copy if to_copy.is_some() => to_copy.map(Effect::Copy).into_iter().collect(),
        Action::Copy => {
            let text = model.screen().chosen(&model.shared).filter(|text| !text.is_empty());
            text.map(Effect::Copy).into_iter().collect()
        }
        Action::CopyCommand => {
            vec![Effect::Copy(place::for_shell(model, &model.screen().twin()))]
        }
        Action::Earlier => trail::step(model, -1),
        Action::Later => trail::step(model, 1),
        Action::LastScreen => match model.trail.last_screen() {
            Some(tab) => act(model, tab.action()),
            None => say(model, Level::Info, "this is the first screen", ""),
        },
        Action::Export => export(model),
        other => match Tab::of(other) {
            Some(tab) => match model.screen().leads_to(tab) {
                Some(what) => go(model, Target::At(tab, what)),
                None => {
                    model.trail.went(Target::Act(other));
                    show(model, tab)
                }
            },
            None => to_screen(model, Event::Act(other)),
        },
    }
}

fn open_prompt(model: &mut Model, action: Action) -> Vec<Effect> {
    let kind = match action {
        Action::Filter => PromptKind::Filter,
        Action::Search => PromptKind::Search,
        Action::Sift => PromptKind::Lines,
        _ => PromptKind::Command,
    };
    let text = match kind {
        PromptKind::Command => String::new(),
        PromptKind::Filter | PromptKind::Lines => model.screen().filter_text(),
        PromptKind::Search => model.screen().search_text(),
    };
    if kind == PromptKind::Command {
        obey::refresh_names(model);
    }
    model.layers.push(Layer::Prompt(Prompt::new(kind, &text)));
    Vec::new()
}

fn open_journal(model: &mut Model) -> Vec<Effect> {
    model.shared.messages.dismiss(model.shared.now);
    model.layers.push(Layer::Journal(Journal::default()));
    Vec::new()
}

fn export(model: &mut Model) -> Vec<Effect> {
    let tab = model.tab;
    if let Some(intents) = model.screens.get_mut(tab).save(&mut model.shared) {
        return carry_all(model, intents);
    }
    let Some((name, text)) = model.screen().export() else {
        return say(model, Level::Warn, "there is nothing to write yet", "");
    };
    let stamp = model.shared.now.strftime("%Y%m%dT%H%M%SZ");
    vec![Effect::Export { name: format!("conductor-{name}-{stamp}.json"), text }]
}

/// Leaves a part of the screen with `q`; at the outermost asks by wanting it twice.
fn quit(model: &mut Model, action: Action) -> Vec<Effect> {
    let now = model.shared.now;
    if model.quit_until.is_some_and(|until| now < until) {
        return vec![Effect::Quit];
    }
    if action == Action::Quit && !model.screen().outermost() {
        return to_screen(model, Event::Act(Action::Back));
    }
    model.quit_until = Some(now + QUIT_ARMED);
    Vec::new()
}

fn on_tick(model: &mut Model) -> Vec<Effect> {
    let now = model.shared.now;
    if model.quit_until.is_some_and(|until| until <= now) {
        model.quit_until = None;
    }
    if model.trail_until.is_some_and(|until| until <= now) {
        model.trail_until = None;
    }
    let mut effects = to_screen(model, Event::Tick);
    effects.extend(attention::tick(model));
    effects.extend(attention::settle(model));
    if model.resume_at.is_some_and(|due| due <= now) {
        model.resume_at = None;
        effects.extend(to_screen(model, Event::Enter));
    }
    effects
}
