//! Changes of tenants from the console: made, set, suspended, resumed, forgotten, guests let in and sent away. Each acts in the tenant
//! that it names, whatever the console looks at; that one is forgotten stays on record in the home tenant.

use std::collections::{BTreeMap, HashMap};

use conductor_client::{ClientError, Connection};
use conductor_protocol::v1;

use super::{
    answers,
    effect::{Effect, shell_word},
    messages::Level,
    model::Model,
    msg::Fault,
    offered::offer,
    query::Answer,
    update::{say, to_tab},
};
use crate::{
    screen::{Event, Tab},
    widget::Target,
};

/// Home of the administrators of all tenants, as every daemon calls it.
pub(crate) const HOME_TENANT: &str = "default";

/// Milliseconds of an hour, and of a minute: as exactly as a command says how long.
const HOUR_MS: u64 = 3_600_000;
pub(super) const MINUTE_MS: u64 = 60_000;

/// What can be asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TenantChange {
    Create(v1::CreateTenantRequest),
    Configure(v1::ConfigureTenantRequest),
    Suspend(v1::SuspendTenantRequest),
    Resume(v1::ResumeTenantRequest),
    /// For good. It is no dry run, whatever the request says.
    Forget(v1::ForgetTenantRequest),
    Admit(v1::AdmitGuestRequest),
    Dismiss(v1::DismissGuestRequest),
}

impl TenantChange {
    /// The tenant that it is about.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Create(request) => &request.name,
            Self::Configure(request) => &request.name,
            Self::Suspend(request) => &request.name,
            Self::Resume(request) => &request.name,
            Self::Forget(request) => &request.name,
            Self::Admit(request) => &request.name,
            Self::Dismiss(request) => &request.name,
        }
    }

    /// The tenant that policy is asked in, and whose people approve it.
    fn acts_in(&self) -> &str {
        if matches!(self, Self::Forget(_)) { HOME_TENANT } else { self.name() }
    }

    /// The command that does the same.
    pub(crate) fn twin(&self) -> String {
        let name = shell_word(self.name());
        let because = |reason: &str| match reason {
            "" => String::new(),
            reason => format!(" --reason {}", shell_word(reason)),
        };
        match self {
            Self::Create(request) => {
                format!("conductor tenant create {name}{}", flags(request.settings.as_ref()))
            }
            Self::Configure(request) => {
                format!("conductor tenant set {name}{}", flags(request.patch.as_ref()))
            }
            Self::Suspend(request) => {
                let pause = request.runs() == v1::OpenRuns::Pause;
                let runs = if pause { " --runs pause" } else { "" };
                format!("conductor tenant suspend {name}{}{runs}", because(&request.reason))
            }
            Self::Resume(request) => {
                format!("conductor tenant resume {name}{}", because(&request.reason))
            }
            Self::Forget(request) => {
                format!("conductor tenant forget {name}{}", because(&request.reason))
            }
            Self::Admit(request) => {
                let (who, because) = (shell_word(&request.principal), because(&request.reason));
                let long = match request.duration_ms {
                    ms if ms % HOUR_MS == 0 => format!("{}h", ms / HOUR_MS),
                    ms => format!("{}m", ms / MINUTE_MS),
                };
                format!("conductor --tenant {name} tenant admit {who} --for {long}{because}")
            }
            Self::Dismiss(request) => {
                let who = shell_word(&request.principal);
                format!("conductor --tenant {name} tenant dismiss {who}")
            }
        }
    }
}

/// What is set, as the command line takes it, each flag with a space before it.
fn flags(patch: Option<&v1::TenantPatch>) -> String {
    let Some(patch) = patch else { return String::new() };
    let mut given = Vec::new();
    for (flag, word) in [
        ("profile", &patch.profile),
        ("risk-profile", &patch.risk_profile),
        ("business-unit", &patch.business_unit),
        ("data-sensitivity", &patch.data_sensitivity),
        ("home-region", &patch.region),
    ] {
        given.extend(word.as_ref().map(|word| format!(" --{flag} {}", shell_word(word))));
    }
    for (flag, names) in [
        ("allow-region", &patch.regions),
        ("allow-purpose", &patch.purposes),
        ("admit", &patch.admits),
    ] {
        let names = names.as_ref().map(|names| names.names.join(","));
        given.extend(names.map(|names| format!(" --{flag} {}", shell_word(&names))));
    }
    for (flag, bounds) in
        [("quota", &patch.quotas), ("budget", &patch.budgets), ("retention", &patch.retention)]
    {
        given.extend(sorted(bounds).into_iter().map(|(name, bound)| {
            let number = bound.value.map(|value| value.to_string()).unwrap_or_default();
            format!(" --{flag} {name}={number}")
        }));
    }
    given.extend(patch.edits_version.map(|version| format!(" --if-version {version}")));
    given.concat()
}

/// The same command for the same bounds, every time.
fn sorted(bounds: &HashMap<String, v1::Bound>) -> BTreeMap<&String, &v1::Bound> {
    bounds.iter().collect()
}

/// Carries out what was confirmed.
pub(super) async fn carry_out(
    connection: &Connection,
    wanted: TenantChange,
    idempotency_key: String,
) -> Result<Answer, ClientError> {
    let told = |tenant: Option<v1::Tenant>, changed| {
        Answer::Tenant(Box::new(tenant.unwrap_or_default()), changed)
    };
    match wanted {
        TenantChange::Create(request) => {
            let request = v1::CreateTenantRequest { idempotency_key, ..request };
            let answer = connection.create_tenant(request).await?;
            Ok(told(answer.tenant, true))
        }
        TenantChange::Configure(request) => {
            let request = v1::ConfigureTenantRequest { idempotency_key, ..request };
            let answer = connection.configure_tenant(request).await?;
            Ok(told(answer.tenant, answer.changed))
        }
        TenantChange::Suspend(request) => {
            let request = v1::SuspendTenantRequest { idempotency_key, ..request };
            let answer = connection.suspend_tenant(request).await?;
            Ok(told(answer.tenant, answer.changed))
        }
        TenantChange::Resume(request) => {
            let request = v1::ResumeTenantRequest { idempotency_key, ..request };
            let answer = connection.resume_tenant(request).await?;
            Ok(told(answer.tenant, answer.changed))
        }
        TenantChange::Admit(request) => {
            let request = v1::AdmitGuestRequest { idempotency_key, ..request };
            Ok(told(connection.admit_guest(request).await?.tenant, true))
        }
        TenantChange::Dismiss(request) => {
            let request = v1::DismissGuestRequest { idempotency_key, ..request };
            let answer = connection.dismiss_guest(request).await?;
            Ok(told(answer.tenant, answer.changed))
        }
        TenantChange::Forget(request) => {
            let request = v1::ForgetTenantRequest { idempotency_key, dry_run: false, ..request };
            Ok(Answer::Forgotten(Box::new(connection.forget_tenant(request).await?)))
        }
    }
}

/// What it came to.
pub(super) fn done(
    model: &mut Model,
    change: &TenantChange,
    (answer, more): (Answer, &str),
) -> Vec<Effect> {
    let name = change.name();
    let text = match answer {
        Answer::Tenant(tenant, changed) => {
            let how = match change {
                _ if !changed => "is so already",
                TenantChange::Create(_) => "is created",
                TenantChange::Suspend(_) => "is suspended: nothing starts there",
                TenantChange::Resume(_) => "goes on",
                TenantChange::Admit(_) => "has another guest, who may read",
                TenantChange::Dismiss(_) => "has sent the guest away",
                TenantChange::Configure(_) | TenantChange::Forget(_) => "is set",
            };
            model.screens.tenants.changed(*tenant);
            format!("tenant {name} {how}")
        }
        Answer::Forgotten(gone) => {
            model.screens.tenants.gone(name);
            format!(
                "tenant {name} is forgotten by record {}: {} keys are destroyed, and the daemon begins \
                 again",
                gone.seq,
                gone.keys.len()
            )
        }
        _ => return Vec::new(),
    };
    let effects = to_tab(model, Tab::Tenants, Event::Resize);
    say(model, Level::Info, &text, more);
    effects
}

/// Others have to approve it first. Where that is in another tenant, the way there is offered.
pub(super) fn waits(model: &mut Model, change: &TenantChange, fault: Fault) -> Vec<Effect> {
    let there = change.acts_in();
    if there == model.shared.scope.tenant {
        return answers::waits(model, fault);
    }
    let text = format!("{} It waits under Approvals of tenant {there}.", ended(&fault.message));
    offer(model, Level::News, &text, Target::Tenant(there.to_owned()))
}

/// A sentence with its point.
fn ended(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_have_twins_that_a_shell_takes() {
        let bound = |value| v1::Bound { value };
        let patch = v1::TenantPatch {
            profile: Some(String::new()),
            regions: Some(v1::Names { names: vec!["eu-1".into(), "eu-2".into()] }),
            quotas: HashMap::from([("large".into(), bound(Some(4)))]),
            budgets: HashMap::from([
                ("month".into(), bound(None)),
                ("day".into(), bound(Some(60))),
            ]),
            edits_version: Some(3),
            ..<_>::default()
        };
        let set = v1::ConfigureTenantRequest {
            name: "acme".into(),
            patch: Some(patch),
            ..<_>::default()
        };
        assert_eq!(
            TenantChange::Configure(set).twin(),
            "conductor tenant set acme --profile '' --allow-region eu-1,eu-2 --quota large=4 \
             --budget day=60 --budget month= --if-version 3"
        );
        let suspend = v1::SuspendTenantRequest {
            name: "acme".into(),
            reason: "contract ended".into(),
            runs: v1::OpenRuns::Pause.into(),
            ..<_>::default()
        };
        let suspend = TenantChange::Suspend(suspend);
        assert_eq!(
            suspend.twin(),
            "conductor tenant suspend acme --reason 'contract ended' --runs pause"
        );
        assert_eq!(suspend.acts_in(), "acme");
        let admit = TenantChange::Admit(v1::AdmitGuestRequest {
            name: "acme".into(),
            principal: "uid:1001".into(),
            duration_ms: 4 * HOUR_MS,
            reason: "incident 4711".into(),
            ..<_>::default()
        });
        let twin =
            "conductor --tenant acme tenant admit uid:1001 --for 4h --reason 'incident 4711'";
        assert_eq!((admit.twin().as_str(), admit.acts_in()), (twin, "acme"));
        let forget = v1::ForgetTenantRequest { name: "acme".into(), ..<_>::default() };
        assert_eq!(TenantChange::Forget(forget).acts_in(), HOME_TENANT);
    }
}
