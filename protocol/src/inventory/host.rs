//! A host, and what one source says of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::limits::{HOST_CHARS_MAX, LABEL_CHARS_MAX, LABEL_VALUE_CHARS_MAX};

/// Variables that become labels when nothing else is configured.
const LABELS_BY_CUSTOM: &[&str] = &[
    "app",
    "cluster",
    "datacenter",
    "env",
    "environment",
    "os",
    "rack",
    "region",
    "role",
    "service",
    "site",
    "team",
    "tier",
    "zone",
];

/// A machine that tasks act on, as it is frozen into a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Host {
    /// Unique in its inventory.
    pub name: String,
    /// Where to connect to: a name or an IP address. The name, where the inventory gives none.
    pub address: String,
    /// Where it is not the client's own choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Where it is not the client's own choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Names and values to choose it by.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The groups that it is in, directly or through others.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<String>,
}

impl Host {
    /// A host of which nothing but its name is known.
    ///
    /// # Errors
    /// A sentence, when it is no name that a host can have.
    pub fn named(name: &str) -> Result<Self, String> {
        check_name("host name", name)?;
        Ok(HostDraft::named(name).finish())
    }

    /// Checks what came from elsewhere and will be part of a command line.
    ///
    /// # Errors
    /// A sentence that names what is wrong.
    pub fn check(&self) -> Result<(), String> {
        check_name("host name", &self.name)?;
        check_name("address", &self.address)?;
        self.user.as_deref().map_or(Ok(()), check_user)
    }
}

/// What one source says of a host. What it does not say, another may.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostDraft {
    /// Unique in its source.
    pub name: String,
    /// Where to connect to.
    pub address: Option<String>,
    /// The port of its SSH server.
    pub port: Option<u16>,
    /// Who to log in as.
    pub user: Option<String>,
    /// Names and values.
    pub labels: BTreeMap<String, String>,
    /// Directly or through others.
    pub groups: BTreeSet<String>,
}

impl HostDraft {
    /// Of which nothing is said.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The host that this describes.
    #[must_use]
    pub fn finish(self) -> Host {
        let Self { name, address, port, user, labels, groups } = self;
        Host { address: address.unwrap_or_else(|| name.clone()), name, port, user, labels, groups }
    }
}

/// Which variables of an inventory are labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRules {
    names: BTreeSet<String>,
}

impl LabelRules {
    /// These and no others.
    #[must_use]
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: names.into_iter().collect() }
    }

    /// Whether this variable is one.
    #[must_use]
    pub fn takes(&self, variable: &str) -> bool {
        self.names.contains(variable)
    }
}

impl Default for LabelRules {
    fn default() -> Self {
        Self::of(LABELS_BY_CUSTOM.iter().map(|name| (*name).to_owned()))
    }
}

/// Refuses what is no name or address of a host, above all what a program would take for an
/// option.
pub(super) fn check_name(what: &str, name: &str) -> Result<(), String> {
    let shown = name.chars().take(60).collect::<String>().escape_debug().to_string();
    if name.contains("{{") {
        return Err(format!("the {what} `{shown}` is a template, which only Ansible fills in"));
    }
    let fits = (1..=HOST_CHARS_MAX).contains(&name.len())
        && !name.starts_with(['-', '.'])
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:%".contains(&b));
    if fits {
        return Ok(());
    }
    Err(format!(
        "the {what} `{shown}` is not one: letters, digits, `.`, `-`, `_` and `:`, up to \
         {HOST_CHARS_MAX} of them, no `-` first"
    ))
}

/// Refuses what can't be a user's name.
pub(super) fn check_user(user: &str) -> Result<(), String> {
    let fits = (1..=LABEL_CHARS_MAX).contains(&user.len())
        && !user.starts_with('-')
        && user.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@+\\".contains(&b));
    if fits {
        return Ok(());
    }
    let shown = user.chars().take(60).collect::<String>().escape_debug().to_string();
    Err(format!("the user `{shown}` is no name that a user can have"))
}

/// Refuses what can't be the name of a label or a group.
pub(super) fn check_label(what: &str, name: &str) -> Result<(), String> {
    let fits = (1..=LABEL_CHARS_MAX).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b));
    if fits {
        return Ok(());
    }
    let shown = name.chars().take(60).collect::<String>().escape_debug().to_string();
    Err(format!(
        "the {what} `{shown}` is not one: 1 to {LABEL_CHARS_MAX} letters, digits, `.`, `-`, `_` \
         and `/`"
    ))
}

/// Refuses what can't be the value of a label.
pub(super) fn check_label_value(name: &str, value: &str) -> Result<(), String> {
    let chars = value.chars().count();
    if chars <= LABEL_VALUE_CHARS_MAX && !value.chars().any(char::is_control) {
        return Ok(());
    }
    Err(format!(
        "the value of the label `{name}` is not one: up to {LABEL_VALUE_CHARS_MAX} characters on \
         one line"
    ))
}
