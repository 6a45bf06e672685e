//! `:set`: how this console behaves until it ends. What is to stay is written into the config file.

use super::{effect::Effect, messages::Level, model::Model, shared::Availability, update::say};
use crate::widget::{Entry, Target};

/// Settings, and what each is for.
pub(super) const NAMES: [(&str, &str); 4] = [
    ("bell", "the bell rings when something new waits for you"),
    ("mouse", "the wheel scrolls; the terminal's own selection needs Shift"),
    ("read_only", "nothing can be changed from this console"),
    ("reduced_motion", "nothing moves by itself"),
];

/// How a setting stands.
fn value(model: &Model, name: &str) -> Option<bool> {
    Some(match name {
        "bell" => model.shared.bell,
        "mouse" => model.mouse,
        "read_only" => model.shared.read_only,
        "reduced_motion" => model.shared.look.reduced_motion,
        _ => return None,
    })
}

/// The settings, each the other way round, for the palette.
pub(super) fn entries(model: &Model) -> Vec<Entry> {
    let entry = |(name, help): &(&'static str, &'static str)| {
        let on = value(model, name)?;
        let locked = *name == "read_only" && on;
        let why = || "a console that is read-only stays so".to_owned();
        let how = |on| if on { "on" } else { "off" };
        Some(Entry {
            kind: "setting",
            title: format!("set {name} {}", how(!on)),
            detail: format!("now {}: {help}", how(on)),
            availability: if locked { Availability::Refused(why()) } else { Availability::Ready },
            target: Target::Set(name, !on),
        })
    };
    NAMES.iter().filter_map(entry).collect()
}

/// Lists how everything stands.
pub(super) fn list(model: &mut Model) -> Vec<Effect> {
    let how = |name: &str| if value(model, name) == Some(true) { "on" } else { "off" };
    let all: Vec<String> = NAMES.iter().map(|(name, _)| format!("{name} {}", how(name))).collect();
    say(model, Level::Info, &format!("settings: {}", all.join(", ")), ":set NAME on|off")
}

/// Reads what was typed, and does it.
pub(super) fn typed(model: &mut Model, name: &str, word: &str) -> Vec<Effect> {
    let plain = name.replace('-', "_");
    let known = NAMES.iter().find(|(known, _)| *known == plain);
    let on = match word {
        "on" | "true" | "yes" => Some(true),
        "off" | "false" | "no" => Some(false),
        _ => None,
    };
    match (known, on) {
        (Some((name, _)), Some(on)) => set(model, name, on),
        (Some((name, _)), None) => {
            say(model, Level::Warn, &format!("`{name}` is `on` or `off`, not `{word}`"), "")
        }
        (None, _) => {
            let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
            let text = format!("`{name}` is not a setting: there are {}", names.join(", "));
            say(model, Level::Warn, &text, "")
        }
    }
}

/// Changes a setting for this session, and says how it would stay.
pub(super) fn set(model: &mut Model, name: &str, on: bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    match name {
        "bell" => model.shared.bell = on,
        "mouse" => {
            model.mouse = on;
            effects.push(Effect::Mouse(on));
        }
        "read_only" if !on && model.shared.read_only => {
            let text = "a console that is read-only stays so: start another";
            return say(model, Level::Warn, text, "conductor");
        }
        "read_only" => model.shared.read_only = on,
        _ => model.shared.look.reduced_motion = on,
    }
    let text = format!("{name} is {} until this console ends", if on { "on" } else { "off" });
    effects.extend(say(model, Level::Info, &text, &format!("to stay: [console] {name} = {on}")));
    effects
}
