//! `:set` and the screen of settings: how this console behaves until it ends. What is to stay is written
//! into the config file.

use super::{
    attention, effect::Effect, messages::Level, model::Model, shared::Availability, update::say,
};
use crate::{
    settings::{AUTO, Kind, Spec, Written, spec},
    theme::GlyphSet,
    widget::{Entry, Target},
};

/// What is on or off.
fn toggles() -> impl Iterator<Item = &'static Spec> {
    changeable().filter(|spec| spec.kind == Kind::Toggle)
}

/// How a setting stands.
fn is_on(model: &Model, spec: &Spec) -> bool {
    match spec.short() {
        "mouse" => model.mouse,
        "read_only" => model.shared.read_only,
        "reduced_motion" => model.shared.look.reduced_motion,
        _ => model.shared.told.value(spec.name) == "on",
    }
}

/// The settings, each the other way round, for the palette.
pub(super) fn entries(model: &Model) -> Vec<Entry> {
    let entry = |spec: &'static Spec| {
        let (on, name) = (is_on(model, spec), spec.short());
        let locked = name == "read_only" && on;
        let why = || "a console that is read-only stays so".to_owned();
        let how = |on| if on { "on" } else { "off" };
        Entry {
            kind: "setting",
            title: format!("set {name} {}", how(!on)),
            detail: format!("now {}. {}", how(on), spec.help),
            availability: if locked { Availability::Refused(why()) } else { Availability::Ready },
            target: Target::Set(name, !on),
        }
    };
    toggles().map(entry).collect()
}

/// Shows a theme that somebody asked for, and no other by itself from then on.
pub(crate) fn wear(model: &mut Model, theme: String) -> Vec<Effect> {
    model.shared.look.choice.by_hand = Some(theme.clone());
    model.shared.told.change("theme", &theme);
    vec![Effect::LoadTheme(theme)]
}

/// Lists how everything stands.
pub(super) fn list(model: &mut Model) -> Vec<Effect> {
    let how = |spec: &Spec| if is_on(model, spec) { "on" } else { "off" };
    let all: Vec<String> =
        toggles().map(|spec| format!("{} {}", spec.short(), how(spec))).collect();
    say(model, Level::Info, &format!("settings: {}", all.join(", ")), ":set NAME on|off")
}

/// Reads what was typed, and does it.
pub(super) fn typed(model: &mut Model, name: &str, word: &str) -> Vec<Effect> {
    match spec(name) {
        Some(spec) if spec.kind == Kind::Text => {
            let how = format!("conductor settings set {} VALUE", spec.name);
            say(model, Level::Warn, &format!("`{}` holds from the start on", spec.short()), &how)
        }
        Some(spec) => match spec.read(word) {
            Ok(value) if model.shared.told.choices(spec).contains(&value) => {
                choose(model, spec.name, &value)
            }
            Ok(value) => {
                let there = model.shared.told.choices(spec).join(", ");
                let text = format!("`{}` is one of {there}, not `{value}`", spec.short());
                say(model, Level::Warn, &text, "")
            }
            Err(problem) => say(model, Level::Warn, &problem, ""),
        },
        None => {
            let names: Vec<&str> = changeable().map(Spec::short).collect();
            let text = format!("`{name}` is not a setting: there are {}", names.join(", "));
            say(model, Level::Warn, &text, "")
        }
    }
}

/// Settings that can be changed from here.
pub(super) fn changeable() -> impl Iterator<Item = &'static Spec> {
    crate::settings::SETTINGS.iter().filter(|spec| spec.kind != Kind::Text)
}

/// Changes a setting for this session to one of its values.
pub(super) fn choose(model: &mut Model, name: &'static str, value: &str) -> Vec<Effect> {
    let Some(spec) = spec(name) else { return Vec::new() };
    let name = spec.short();
    let mut effects = match name {
        _ if spec.kind == Kind::Toggle => return set(model, name, value == "on"),
        "theme" if value == AUTO => {
            (model.shared.look.choice.by_hand, model.shared.look.choice.usual) = (None, None);
            model.shared.fit_theme().into_iter().collect()
        }
        "theme" => wear(model, value.to_owned()),
        "theme_production" => {
            let production = (value != AUTO).then(|| value.to_owned());
            model.shared.look.choice.production = production;
            model.shared.fit_theme().into_iter().collect()
        }
        "glyphs" => {
            let usual = if model.shared.told.ascii { GlyphSet::Ascii } else { GlyphSet::Unicode };
            model.shared.look.glyphs = value.parse().unwrap_or(usual).glyphs();
            Vec::new()
        }
        // The next start asks for it.
        _ => Vec::new(),
    };
    model.shared.told.change(name, value);
    let text = match spec.live {
        true => format!("{name} is {value} until this console ends"),
        false => format!("{name} is {value} from the next start on, once it is written"),
    };
    effects.extend(say(model, Level::Info, &text, &to_stay(model)));
    effects
}

/// By which key a setting is written.
fn to_stay(model: &Model) -> String {
    let key = model.keymap.keys(crate::input::Action::WriteSetting).first();
    let key = key.map(ToString::to_string);
    key.map_or_else(String::new, |key| format!("to stay: {key} in the settings"))
}

/// A setting was written, or could not be.
pub(super) fn written(model: &mut Model, written: Result<Written, String>) -> Vec<Effect> {
    let written = match written {
        Ok(written) => written,
        Err(problem) => {
            let more = "nothing was written; it holds until this console ends";
            return say(model, Level::Error, &problem, more);
        }
    };
    let before = model.shared.told.written(&written);
    let line = written.lines.get(&written.name).copied().unwrap_or_default();
    let place = format!("{}, line {line}", written.path.display());
    let text = format!("wrote {} = {} to {place}", written.name, written.value);
    let more = before.map(|origin| format!("{origin} still goes before it")).unwrap_or_default();
    say(model, Level::Info, &text, &more)
}

/// Changes a setting for this session, and says how it would stay.
pub(super) fn set(model: &mut Model, name: &str, on: bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    match name {
        "mouse" => {
            model.mouse = on;
            effects.push(Effect::Mouse(on));
        }
        "read_only" if !on && model.shared.read_only => {
            let text = "a console that is read-only stays so: start another";
            return say(model, Level::Warn, text, "conductor");
        }
        "read_only" => (model.shared.read_only, model.contexts.read_only) = (on, on),
        "reduced_motion" => model.shared.look.reduced_motion = on,
        _ => {}
    }
    model.shared.told.change(name, if on { "on" } else { "off" });
    // What somebody is told of has a stream of its own.
    effects.extend(attention::settle(model));
    let text = format!("{name} is {} until this console ends", if on { "on" } else { "off" });
    effects.extend(say(model, Level::Info, &text, &to_stay(model)));
    effects
}
