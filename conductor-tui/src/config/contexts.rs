//! `[contexts.NAME]` of the config file: which one holds, and what it says.

use std::collections::BTreeMap;

use conductor_client::TrustFiles;
use conductor_tui::app::{Context, Tone};
use serde::Deserialize;
use toml::Spanned;

use super::{
    environment::Environment,
    file::{ConfigFile, TlsFile},
    settings::{ConfigError, Origin, Overrides},
    told::Flags,
};

/// The variable that names one.
const VARIABLE: &str = "CONDUCTOR_CONTEXT";
/// The variables that name a host.
pub(super) const HOSTS: [&str; 2] = ["CONDUCTOR_ADDRESS", "CONDUCTOR_HOST"];

/// What a context may say. What it does not say is as it is without it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ContextFile {
    pub(super) host: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) region: Option<String>,
    pub(super) tls: TlsFile,
    /// The theme there, in production, too.
    pub(super) theme: Option<String>,
    pub(super) read_only: Option<bool>,
    /// What is shown of it; its name in capitals where it says nothing.
    pub(super) word: Option<String>,
    /// How that looks.
    pub(super) tone: Option<Spanned<String>>,
}

impl ContextFile {
    /// What it says, by the names of the settings that it says it of.
    fn said(&self) -> Flags {
        let tls = [
            ("tls.ca", &self.tls.ca),
            ("tls.certificate", &self.tls.certificate),
            ("tls.key", &self.tls.key),
        ];
        let texts = [
            ("host", &self.host),
            ("tenant", &self.tenant),
            ("environment", &self.environment),
            ("region", &self.region),
            ("console.theme", &self.theme),
            ("console.theme_production", &self.theme),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?)));
        let files = tls.into_iter().filter_map(|(name, file)| {
            Some((name, file.as_ref().map(|path| path.display().to_string())?))
        });
        let read_only = self.read_only.filter(|on| *on).map(|_| "on".to_owned());
        texts.chain(files).chain(read_only.map(|on| ("console.read_only", on))).collect()
    }

    fn tone(&self) -> Option<Tone> {
        self.tone.as_ref().and_then(|tone| tone.get_ref().parse().ok())
    }
}

/// The context that holds.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    name: String,
    pub(super) by: Origin,
    pub(super) file: ContextFile,
    /// It is that of a plain command, too.
    is_default: bool,
}

impl Chosen {
    #[cfg(test)]
    pub(super) fn for_tests(by: Origin, file: ContextFile) -> Self {
        Self { name: "test".to_owned(), by, file, is_default: false }
    }

    /// It was named on the command line: what it says goes before the environment's variables.
    pub(super) fn is_typed(&self) -> bool {
        self.by == Origin::Flag
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What it says of a setting.
    pub(super) fn says(&self, setting: &str) -> Option<String> {
        self.file.said().into_iter().find(|(name, _)| *name == setting).map(|(_, value)| value)
    }

    /// The name of the line in the config file that says it.
    pub(super) fn line_of(&self, setting: &str) -> String {
        let key = match setting {
            "console.theme_production" => "theme",
            other => other.strip_prefix("console.").unwrap_or(other),
        };
        format!("contexts.{}.{key}", self.name)
    }

    /// As it is seen, where this is the environment.
    pub(crate) fn seen(&self, environment: &str) -> Context {
        let word = self.file.word.as_deref();
        let context = Context::new((&self.name, environment), word, self.file.tone());
        Context { is_default: self.is_default, ..context }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.file.read_only == Some(true)
    }
}

/// The context that holds: that of the command line, of the environment, or the file's own.
pub(super) fn choose(
    flags: &Overrides,
    environment: &Environment,
    file: &ConfigFile,
) -> Result<Option<Chosen>, ConfigError> {
    let plain = default(environment, file);
    // Who names a host on the command line means another daemon than the file's own context.
    let unless_elsewhere = plain.filter(|(_, by)| *by != Origin::File || flags.host.is_none());
    let typed = flags.context.as_deref().map(|name| (name, Origin::Flag));
    let Some((name, by)) = typed.or(unless_elsewhere) else {
        return Ok(None);
    };
    let found = file.contexts.get(name).cloned();
    let says = found.ok_or_else(|| ConfigError::Context {
        name: name.to_owned(),
        origin: by,
        known: names(&file.contexts),
    })?;
    let is_default = plain.is_some_and(|(plain, _)| plain == name);
    Ok(Some(Chosen { name: name.to_owned(), by, file: says, is_default }))
}

/// The name of the context of a plain command, and what says so. Where the environment names a host the
/// file's own does not count: it would be shown over another daemon.
fn default<'a>(environment: &'a Environment, file: &'a ConfigFile) -> Option<(&'a str, Origin)> {
    let variable = environment.get(VARIABLE).map(|name| (name, Origin::Environment));
    let elsewhere = HOSTS.iter().any(|name| environment.get(name).is_some());
    let own = file.context.as_deref().filter(|_| !elsewhere).map(|name| (name, Origin::File));
    variable.or(own)
}

/// The names of those that there are, in a sentence.
fn names(contexts: &BTreeMap<String, ContextFile>) -> String {
    let names: Vec<&str> = contexts.keys().map(String::as_str).collect();
    match names.is_empty() {
        true => "the config file has none, [contexts.NAME] makes one".to_owned(),
        false => format!("there are {}", names.join(", ")),
    }
}

/// Lays what a context says over its layer: over the flags that are not there where it was typed, else
/// over the rest of the file.
pub(super) fn lay(chosen: &Chosen, flags: &mut Overrides, file: &mut ConfigFile) {
    let says = chosen.file.clone();
    let over = |mine: &mut Option<String>, its: Option<String>| {
        if chosen.is_typed() { *mine = mine.take().or(its) } else { *mine = its.or(mine.take()) }
    };
    if let Some(theme) = says.theme {
        file.console.theme = Some(theme.clone());
        file.console.theme_production = Some(theme);
    }
    if chosen.is_typed() {
        over(&mut flags.host, says.host);
        over(&mut flags.tenant, says.tenant);
        over(&mut flags.environment, says.environment);
        over(&mut flags.region, says.region);
        let TrustFiles { ca, certificate, key } = &mut flags.tls;
        *ca = ca.take().or(says.tls.ca);
        if certificate.is_none() && says.tls.certificate.is_some() {
            *certificate = says.tls.certificate;
            *key = key.take().or(says.tls.key);
        }
        return;
    }
    over(&mut file.host, says.host);
    over(&mut file.tenant, says.tenant);
    over(&mut file.environment, says.environment);
    over(&mut file.region, says.region);
    file.tls.ca = says.tls.ca.or(file.tls.ca.take());
    // A certificate and a key of two layers would hardly go together.
    if says.tls.certificate.is_some() {
        (file.tls.certificate, file.tls.key) = (says.tls.certificate, says.tls.key);
    }
}

/// A context as a list shows it: what it says, and what holds without it where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) context: Context,
    /// Empty for the daemon of this machine.
    pub(crate) host: String,
    pub(crate) tenant: String,
    pub(crate) environment: String,
    pub(crate) region: String,
    pub(crate) read_only: bool,
}

/// Every context of a file.
pub(super) fn listed(environment: &Environment, file: &ConfigFile) -> Vec<Listed> {
    let plain = default(environment, file);
    let is_default = |name: &str| plain.is_some_and(|(plain, _)| plain == name);
    let text = |its: &Option<String>, file: &Option<String>| {
        its.as_ref().or(file.as_ref()).cloned().unwrap_or_default()
    };
    let one = |(name, says): (&String, &ContextFile)| {
        let environment = text(&says.environment, &file.environment);
        let context = Context::new((name, &environment), says.word.as_deref(), says.tone());
        Listed {
            context: Context { is_default: is_default(name), ..context },
            host: text(&says.host, &file.host),
            tenant: text(&says.tenant, &file.tenant),
            environment,
            region: text(&says.region, &file.region),
            read_only: says.read_only == Some(true) || file.console.read_only,
        }
    };
    file.contexts.iter().map(one).collect()
}
