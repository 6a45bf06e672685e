//! Named contexts: where a daemon is and what is acted in there, under a name of one's own, with a word
//! and a tone that are seen wherever something could be changed. Going to another one is going to
//! another daemon: nothing of the one before is left.

use std::{fmt, future::Future, pin::Pin, str::FromStr, sync::Arc};

use conductor_client::Connection;
use conductor_protocol::v1::Scope;
use serde::{Deserialize, Serialize};

use super::{
    effect::Effect,
    messages::Level,
    model::Model,
    obey, place,
    shared::{Availability, is_production},
    update::say,
};
use crate::{
    settings::Row,
    widget::{Entry, Target},
};

/// What leads back to the context of before, as in `cd -`.
const BEFORE: &str = "-";

/// How a context feels at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tone {
    /// As production does.
    Danger,
    /// It wants care.
    Warn,
    /// Nothing here hurts anybody.
    Ok,
    /// It is one among others.
    Accent,
}

impl Tone {
    const ALL: [(&str, Self); 4] = [
        ("danger", Self::Danger),
        ("warn", Self::Warn),
        ("ok", Self::Ok),
        ("accent", Self::Accent),
    ];

    /// As in the config file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, tone)| *tone == self).map_or("", |(name, _)| name)
    }
}

impl FromStr for Tone {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, tone)| *tone).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
            format!("`{name}` is not a tone: there are {}", names.join(", "))
        })
    }
}

/// A context, as it is seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// As in the config file.
    pub name: String,
    /// What is shown of it.
    pub word: String,
    /// How that looks. Production looks like production whatever this is.
    pub tone: Tone,
    /// It is the one that a plain command acts in.
    pub is_default: bool,
}

impl Context {
    /// A context of which only its name and its environment need to be known.
    #[must_use]
    pub fn new((name, environment): (&str, &str), word: Option<&str>, tone: Option<Tone>) -> Self {
        let felt = if is_production(environment) { Tone::Danger } else { Tone::Accent };
        Self {
            name: name.to_owned(),
            word: word.map_or_else(|| name.to_uppercase(), str::to_owned),
            tone: tone.unwrap_or(felt),
            is_default: false,
        }
    }

    /// A command as a shell takes it to act here: it names the context, unless a plain one acts there.
    pub(crate) fn in_command(&self, commands: &str) -> String {
        let line = |line: &str| match line.strip_prefix("conductor ") {
            Some(rest) if !self.is_default && !rest.starts_with('@') => {
                format!("conductor @{} {rest}", self.name)
            }
            _ => line.to_owned(),
        };
        commands.lines().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// What holds in a context, and what said so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrived {
    /// The context; nothing for what holds without one.
    pub context: Option<Context>,
    /// All that there are.
    pub names: Vec<String>,
    /// Tenant, environment and region; empty ones are the daemon's defaults.
    pub scope: Scope,
    /// Where the daemon listens.
    pub endpoint: String,
    /// Nothing can be changed there.
    pub read_only: bool,
    /// The usual theme, and that of production.
    pub theme: Option<String>,
    /// See `theme`.
    pub theme_production: Option<String>,
    /// Every setting as it is told there.
    pub told: Vec<Row>,
}

/// What must be done before a daemon is asked anything: who asks is found out, and whether the daemon's
/// ledger goes on from where it was last seen.
pub type Readying =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// A daemon that can be gone to. Nothing is connected yet.
pub struct Reached {
    /// What holds there.
    pub arrived: Arrived,
    /// The way to it.
    pub connection: Connection,
    /// See [`Readying`].
    pub ready: Readying,
}

/// Finds the daemon of a context by its name, or says why it can't.
type Find = dyn Fn(&str) -> Result<Reached, String> + Send + Sync;

/// Finds the daemon of a context; the empty name is what holds without one.
#[derive(Clone)]
pub struct Reach(Arc<Find>);

impl Reach {
    /// By this.
    pub fn new(find: impl Fn(&str) -> Result<Reached, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }

    /// The daemon of the context of that name.
    pub(crate) fn find(&self, name: &str) -> Result<Reached, String> {
        (self.0)(name)
    }
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reach")
    }
}

impl Default for Reach {
    /// There is no context.
    fn default() -> Self {
        Self::new(|name| Err(format!("there is no context `{name}`: the config file has none")))
    }
}

/// Contexts as the console is started with them.
#[derive(Debug, Clone, Default)]
pub struct Contexts {
    /// The one that is acted in.
    pub now: Option<Context>,
    /// All that there are.
    pub names: Vec<String>,
    /// Nothing can be changed in this one.
    pub read_only: bool,
    /// The way to the others.
    pub reach: Reach,
}

/// What the console knows of contexts while it runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) names: Vec<String>,
    /// Nothing can be changed in any of them.
    pub(crate) read_only: bool,
    /// The one of before; empty for none.
    before: Option<String>,
    /// What was typed to be done once the daemon answers.
    then: Option<String>,
}

impl Known {
    pub(crate) fn new(names: Vec<String>, read_only: bool) -> Self {
        Self { names, read_only, ..Self::default() }
    }

    /// Nothing of what was typed is done any more.
    pub(super) fn forget(&mut self) {
        self.then = None;
    }
}

/// The context that a typed line names, and the rest of it. One at its end is only taken for one where
/// there are contexts at all; `'@name'` in quotes never is.
pub(super) fn named<'l>(line: &'l str, known: &Known) -> Option<(&'l str, &'l str)> {
    let line = line.trim();
    let bare = ["conductor ", "maestro "].iter().find_map(|word| line.strip_prefix(word));
    let line = bare.unwrap_or(line).trim_start();
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    if let Some(name) = first.strip_prefix('@') {
        return Some((name, rest.trim()));
    }
    let (rest, last) = line.rsplit_once(' ')?;
    let name = last.strip_prefix('@').filter(|name| *name == BEFORE || is_name(name))?;
    (!known.names.is_empty()).then_some((name, rest.trim()))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
}

/// Goes to a context, and does there what was typed behind it.
pub(super) fn enter(model: &mut Model, name: &str, then: &str) -> Vec<Effect> {
    let here = model.shared.context.as_ref().map_or("", |context| context.name.as_str());
    let name = match (name, &model.contexts.before) {
        (BEFORE, Some(before)) => before.clone(),
        (BEFORE, None) => {
            return say(model, Level::Warn, "this is the first context", ":context lists them");
        }
        (name, _) => name.to_owned(),
    };
    if name == here && then.is_empty() {
        return say(model, Level::Info, &format!("this is @{name} already"), "");
    }
    if name == here {
        return obey::done(model, then);
    }
    model.contexts.then = Some(then.to_owned()).filter(|then| !then.is_empty());
    vec![Effect::Reach(name)]
}

/// Says which there are.
pub(super) fn list(model: &mut Model) -> Vec<Effect> {
    if model.contexts.names.is_empty() {
        let text = "there are no contexts: [contexts.NAME] in the config file makes one";
        return say(model, Level::Info, text, "conductor contexts list");
    }
    let here = model.shared.context.as_ref().map(|context| context.name.clone());
    let one = |name: &String| match here.as_ref() == Some(name) {
        true => format!("{name} (here)"),
        false => name.clone(),
    };
    let all: Vec<String> = model.contexts.names.iter().map(one).collect();
    let text = format!("contexts: {}", all.join(", "));
    say(model, Level::Info, &text, "conductor contexts list")
}

/// The way to another daemon was found, or was not.
pub(super) fn reached(model: &mut Model, arrived: Result<Box<Arrived>, String>) -> Vec<Effect> {
    let then = model.contexts.then.take();
    let arrived = match arrived {
        Ok(arrived) => *arrived,
        Err(problem) => {
            return say(model, Level::Error, &problem, "the console stays where it is");
        }
    };
    let mut effects = place::go_to(model, arrived.scope);
    let shared = &mut model.shared;
    let before = std::mem::replace(&mut shared.context, arrived.context);
    shared.link.endpoint = arrived.endpoint;
    shared.read_only = model.contexts.read_only || arrived.read_only;
    shared.told.rows = arrived.told;
    shared.look.choice.usual = arrived.theme;
    shared.look.choice.production = arrived.theme_production;
    model.contexts.names = arrived.names;
    model.contexts.before = Some(before.map(|context| context.name).unwrap_or_default());
    model.contexts.then = then;
    // A shell gets there by the context's name.
    model.moved = false;
    effects.extend(model.shared.fit_theme());
    let (now, twin) = match &model.shared.context {
        Some(Context { name, .. }) => {
            (format!("this is @{name} now"), format!("conductor @{name}"))
        }
        None => (format!("this is {} now", model.shared.link.endpoint), String::new()),
    };
    effects.extend(say(model, Level::Info, &now, &twin));
    // The top line says it, too; in the messages it parts what was said there from what is said here.
    let shared = &mut model.shared;
    shared.messages.dismiss(shared.now);
    effects
}

/// The daemon answers: what was typed for it is done.
pub(super) fn go_on(model: &mut Model) -> Vec<Effect> {
    let then = model.contexts.then.take();
    then.map(|line| obey::done(model, &line)).unwrap_or_default()
}

/// A command as a shell takes it to act in this context.
pub(super) fn in_shell(model: &Model, command: &str) -> String {
    let context = model.shared.context.as_ref();
    context.map_or_else(|| command.to_owned(), |context| context.in_command(command))
}

/// The other contexts, for the palette.
pub(super) fn entries(model: &Model) -> Vec<Entry> {
    let here = model.shared.context.as_ref().map(|context| &context.name);
    let others = model.contexts.names.iter().filter(|name| Some(*name) != here);
    let entry = |name: &String| Entry {
        kind: "context",
        title: name.clone(),
        detail: "go to its daemon".to_owned(),
        availability: Availability::Ready,
        target: Target::Context(name.clone()),
    };
    others.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_named_first_or_last_and_never_in_quotes() {
        let some = Known::new(vec!["prod".to_owned()], false);
        let none = Known::default();
        for (line, expected) in [
            ("@prod", Some(("prod", ""))),
            ("@-", Some(("-", ""))),
            ("@prod runs list", Some(("prod", "runs list"))),
            ("conductor @prod  runs", Some(("prod", "runs"))),
            ("runs list --status failed @prod", Some(("prod", "runs list --status failed"))),
            ("runs @-", Some(("-", "runs"))),
            ("runs list --text '@prod'", None),
            ("run deploy@1.2.0", None),
            ("runs @", None),
            ("runs", None),
        ] {
            assert_eq!(named(line, &some), expected, "{line}");
        }
        assert_eq!(named("runs @bob", &none), None, "where there are none it is a word");
        assert_eq!(
            named("@prod", &none),
            Some(("prod", "")),
            "and is told so where it is asked for"
        );
    }

    #[test]
    fn a_context_shows_its_name_and_what_is_production() {
        let plain = Context::new(("stage", "dev"), None, None);
        assert_eq!((plain.word.as_str(), plain.tone), ("STAGE", Tone::Accent));
        let prod = Context::new(("eu", "prod"), Some("PROD EU"), None);
        assert_eq!((prod.word.as_str(), prod.tone), ("PROD EU", Tone::Danger));
        let tame = Context::new(("eu", "prod"), None, Some(Tone::Ok));
        assert_eq!(tame.tone, Tone::Ok);
        for (name, tone) in Tone::ALL {
            assert_eq!((name.parse(), tone.name()), (Ok(tone), name));
        }
        assert!("red".parse::<Tone>().unwrap_err().contains("danger, warn, ok, accent"));
    }
}
