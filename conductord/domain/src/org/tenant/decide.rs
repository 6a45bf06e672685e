//! May this tenant be created, configured, suspended, resumed? Who may be let in as a guest stands
//! in `guest`.

use std::collections::BTreeMap;

use conductor_protocol::error_code::Code;
use serde::{Deserialize, Serialize};

use super::{
    CLASSES, Configured, Created, OpenRuns, Resumed, Settings, Suspended, Tenant,
    limits::{NAMES_MAX, REASON_BYTES_MAX},
};
use crate::{
    Refusal,
    org::{
        PROFILES, RISKS, SENSITIVITIES,
        words::{NAME_CHARS_MAX, is_name, shown},
    },
    retention::{Part, RETENTION_DAYS_MAX, Retention},
    scope::{HOME_TENANT, Principal},
    time::Timestamp,
    window::Window,
};

/// A change that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Make it.
    Create(Box<Patch>),
    /// Set something for it.
    Configure(Box<Patch>),
    /// Let nothing start in it. The text is why, in the caller's words.
    Suspend(String, OpenRuns),
    /// Let it be as it was.
    Resume(String),
    /// Let somebody of another tenant read in it.
    Admit {
        /// Who.
        principal: Principal,
        /// For how long.
        ms: u64,
        /// Why, in the caller's words.
        reason: String,
    },
    /// End that somebody is a guest.
    Dismiss(Principal),
}

/// What is to be set, and what is to be set no more. What is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Patch {
    /// Empty for not set; so are the words that follow.
    pub profile: Option<String>,
    /// How much may go wrong.
    pub risk_profile: Option<String>,
    /// Such as `payments`.
    pub business_unit: Option<String>,
    /// The most sensitive data.
    pub data_sensitivity: Option<String>,
    /// The home region.
    pub region: Option<String>,
    /// Where it may act; empty for not set.
    pub regions: Option<Vec<String>>,
    /// What data may be used for; empty for not set.
    pub purposes: Option<Vec<String>>,
    /// Tenants whose people may be let in as guests; empty for not set.
    pub admits: Option<Vec<String>>,
    /// By resource class; none for not set.
    pub quotas: BTreeMap<String, Option<u32>>,
    /// Seconds by window; none for not set.
    pub budgets: BTreeMap<Window, Option<u64>>,
    /// Days that contents of artifacts are kept for, by part of their time; none for the usual.
    pub retention: BTreeMap<Part, Option<u32>>,
    /// The version of the settings that the caller edits.
    pub edits_version: Option<u32>,
}

/// Creates a tenant.
///
/// # Errors
/// `TENANT_EXISTS`, `TENANT_INVALID`
pub fn create(
    known: Option<&Tenant>,
    name: &str,
    patch: Patch,
    decision: String,
) -> Result<Created, Refusal> {
    if known.is_some() {
        return Err(Refusal::new(
            Code::TenantExists,
            format!("tenant `{}` is there already", shown(name)),
            "`conductor tenant set` changes what is set for it",
        ));
    }
    if !is_name(name) {
        return Err(invalid(
            format!("`{}` is no name for a tenant", shown(name)),
            format!("use 1 to {NAME_CHARS_MAX} letters, digits, `_`, `.` and `-`"),
        ));
    }
    let settings = patched(&Settings::default(), patch)?;
    Ok(Created { name: name.to_owned(), settings, decision })
}

/// Sets something for a tenant. `None` when that is set already.
///
/// # Errors
/// `TENANT_INVALID`, and `TENANT_VERSION_CONFLICT` when somebody else was quicker.
pub fn configure(
    known: &Tenant,
    patch: Patch,
    decision: String,
) -> Result<Option<Configured>, Refusal> {
    if patch.edits_version.is_some_and(|expected| expected != known.version) {
        return Err(Refusal::new(
            Code::TenantVersionConflict,
            format!(
                "the settings of tenant `{}` are at version {} by now",
                known.name, known.version
            ),
            "`conductor tenant show` says what is set now; edit that",
        ));
    }
    let settings = patched(&known.settings, patch)?;
    let (name, version) = (known.name.clone(), known.version + 1);
    let configured = Configured { name, version, settings, decision };
    Ok((configured.settings != known.settings).then_some(configured))
}

/// Lets nothing start in a tenant. `None` when that is so already, in the same way.
///
/// # Errors
/// `TENANT_HOME`, `TENANT_INVALID`, and `TENANT_SUSPENDED` when it is so in another way.
pub fn suspend(
    known: &Tenant,
    (reason, runs): (String, OpenRuns),
    decision: String,
) -> Result<Option<Suspended>, Refusal> {
    if known.name == HOME_TENANT {
        return Err(Refusal::new(
            Code::TenantHome,
            format!("tenant `{HOME_TENANT}` is home to the administrators of all tenants"),
            "pause its schedules and runs instead",
        ));
    }
    if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
        return Err(invalid(
            format!("a suspension needs a reason of 1 to {REASON_BYTES_MAX} bytes"),
            "say why: whoever is turned away reads it".to_owned(),
        ));
    }
    if known.suspended.as_ref().is_some_and(|known| known.runs != runs) {
        suspended(Some(known))?;
    }
    let suspended = Suspended { name: known.name.clone(), reason, runs, decision };
    Ok(known.suspended.is_none().then_some(suspended))
}

/// Lets a tenant be as it was. `None` when it is not suspended.
#[must_use]
pub fn resume(known: &Tenant, reason: &str, decision: String) -> Option<Resumed> {
    known.suspended.as_ref()?;
    let reason = reason.chars().take(REASON_BYTES_MAX / 4).collect();
    Some(Resumed { name: known.name.clone(), reason, decision })
}

/// That there is no such tenant.
#[must_use]
pub fn unknown(name: &str) -> Refusal {
    let name = shown(name);
    let hint =
        format!("`conductor tenant create {name}` makes one; `conductor tenant list` lists them");
    Refusal::new(Code::TenantUnknown, format!("there is no tenant `{name}` here"), hint)
}

/// That there is no such tenant any more: it was forgotten then, by that record.
#[must_use]
pub fn forgotten(name: &str, at: Timestamp, record: u64) -> Refusal {
    let name = shown(name);
    let message = format!(
        "tenant `{name}` was forgotten at {}, by ledger record {record}: nothing of it is left",
        at.rfc3339()
    );
    let hint = format!("`conductor tenant create {name}` makes a new one, which begins empty");
    Refusal::new(Code::TenantUnknown, message, hint)
}

/// That nothing starts in a suspended tenant; nothing, when it is not.
///
/// # Errors
/// `TENANT_SUSPENDED`
pub fn suspended(tenant: Option<&Tenant>) -> Result<(), Refusal> {
    let Some(tenant) = tenant else { return Ok(()) };
    let Some(suspension) = &tenant.suspended else { return Ok(()) };
    Err(Refusal::new(
        Code::TenantSuspended,
        format!("tenant `{}` is suspended: {}", tenant.name, suspension.reason),
        format!("`conductor tenant resume {}` by who may edit tenants lets it go on", tenant.name),
    ))
}

fn patched(known: &Settings, patch: Patch) -> Result<Settings, Refusal> {
    let mut settings = known.clone();
    let words = [
        (&mut settings.profile, patch.profile),
        (&mut settings.risk_profile, patch.risk_profile),
        (&mut settings.business_unit, patch.business_unit),
        (&mut settings.data_sensitivity, patch.data_sensitivity),
        (&mut settings.region, patch.region),
    ];
    for (word, given) in words {
        if let Some(given) = given {
            *word = given;
        }
    }
    for (names, given) in [
        (&mut settings.regions, patch.regions),
        (&mut settings.purposes, patch.purposes),
        (&mut settings.admits, patch.admits),
    ] {
        if let Some(mut given) = given {
            given.sort();
            given.dedup();
            *names = given;
        }
    }
    for (class, tasks) in patch.quotas {
        match tasks {
            Some(tasks) => settings.quotas.insert(class, tasks),
            None => settings.quotas.remove(&class),
        };
    }
    for (window, seconds) in patch.budgets {
        match seconds {
            Some(seconds) => settings.budgets.insert(window, seconds),
            None => settings.budgets.remove(&window),
        };
    }
    let mut retention = settings.retention.unwrap_or_default();
    for (part, days) in patch.retention {
        retention.set(part, days);
    }
    settings.retention = (retention != Retention::default()).then_some(retention);
    check_settings(&settings)?;
    Ok(settings)
}

/// Whether settings say only what can be.
///
/// # Errors
/// `TENANT_INVALID`, with what would do.
pub fn check_settings(settings: &Settings) -> Result<(), Refusal> {
    one_of("profile", &settings.profile, &PROFILES)?;
    one_of("risk profile", &settings.risk_profile, &RISKS)?;
    one_of("data sensitivity", &settings.data_sensitivity, &SENSITIVITIES)?;
    for (what, names) in [
        ("business unit", std::slice::from_ref(&settings.business_unit)),
        ("region", std::slice::from_ref(&settings.region)),
        ("region", &settings.regions),
        ("purpose", &settings.purposes),
        ("tenant", &settings.admits),
    ] {
        let single = names.len() == 1 && names[0].is_empty();
        if let Some(bad) = names.iter().find(|name| !single && !is_name(name)) {
            let hint = format!("use 1 to {NAME_CHARS_MAX} letters, digits, `_`, `.` and `-`");
            return Err(invalid(format!("`{}` is no name for a {what}", shown(bad)), hint));
        }
        if names.len() > NAMES_MAX {
            let message = format!("{} of a kind are named, and {NAMES_MAX} are taken", names.len());
            return Err(invalid(message, format!("name each {what} once")));
        }
    }
    let mut classes = settings.quotas.keys();
    if let Some(bad) = classes.find(|class| !CLASSES.contains(&class.as_str())) {
        let message = format!("there is no resource class `{}` for a quota", shown(bad));
        return Err(invalid(message, format!("the classes are {}", CLASSES.join(", "))));
    }
    if settings.retention.is_some_and(|retention| !retention.is_valid()) {
        return Err(invalid(
            "contents of artifacts are kept for no such days".to_owned(),
            format!("use hot <= warm <= cold, of 1 to {RETENTION_DAYS_MAX} days"),
        ));
    }
    let home = &settings.region;
    if !home.is_empty() && !settings.regions.is_empty() && !settings.regions.contains(home) {
        return Err(invalid(
            format!("the home region `{home}` is not one of the allowed regions"),
            "allow it, or name another one".to_owned(),
        ));
    }
    Ok(())
}

fn one_of(what: &str, given: &str, words: &[&str]) -> Result<(), Refusal> {
    if given.is_empty() || words.contains(&given) {
        return Ok(());
    }
    let message = format!("`{}` is no {what}", shown(given));
    Err(invalid(message, format!("it is one of {}, or empty for not set", words.join(", "))))
}

fn invalid(message: String, hint: String) -> Refusal {
    Refusal::new(Code::TenantInvalid, message, hint)
}
