//! The questions before a tenant is made, set, suspended, resumed or forgotten: each says what it will
//! touch. Policy says how hard they are asked: where it wants more than one person, and where everybody
//! in the tenant feels it, its name has to be typed.

use conductor_protocol::v1::{
    Bound, ConfigureTenantRequest, CreateTenantRequest, ForgetResponse, ForgetTenantRequest, Names,
    OpenRuns, ResumeTenantRequest, SuspendTenantRequest, TenantPatch, TenantSettings,
};
use serde_json::{Map, Value};

use super::screen::TenantsScreen;
use crate::{
    app::{Mutation, Shared, TenantChange},
    input::Action,
    planned::plain,
    screen::Intent,
    widget::{Confirm, Form, NAME, REASON, TenantWord, count},
};

/// The words of a question and of its button, the change, and what policy is asked.
pub(super) type Asked = ((&'static str, &'static str), TenantChange, &'static str);

/// Before the number of the version that a form edits.
const VERSION: &str = "version ";

impl TenantsScreen {
    /// The form that is filled in before a change.
    pub(super) fn ask(&self, action: Action) -> Option<Intent> {
        let form = match action {
            Action::CreateTenant => Form::tenant(TenantWord::Create, ("", ""), &[]),
            Action::TenantProfile => self.settings_form(TenantWord::Profile)?,
            Action::TenantLimits => self.settings_form(TenantWord::Limits)?,
            Action::SuspendTenant => {
                Form::tenant_reason(TenantWord::Suspend, &self.selected()?.name)
            }
            Action::ResumeTenant => Form::tenant_reason(TenantWord::Resume, &self.selected()?.name),
            Action::ForgetTenant => Form::tenant_reason(TenantWord::Forget, &self.selected()?.name),
            Action::AdmitGuest => self.guest_form(TenantWord::Admit)?,
            Action::DismissGuest => self.guest_form(TenantWord::Dismiss)?,
            _ => return None,
        };
        Some(Intent::Form(Box::new(form)))
    }

    fn settings_form(&self, word: TenantWord) -> Option<Form> {
        let tenant = self.selected()?;
        let own = tenant.settings.clone().unwrap_or_default();
        let known: Vec<(String, String)> = word
            .settings()
            .iter()
            .map(|setting| ((*setting).to_owned(), set(&own, setting)))
            .collect();
        let version = format!("{VERSION}{}", tenant.version);
        Some(Form::tenant(word, (&tenant.name, &version), &known))
    }

    /// Asks before what a form was filled in for.
    ///
    /// # Errors
    ///
    /// Nothing would be different.
    pub(crate) fn confirm(
        &self,
        word: TenantWord,
        form: &Form,
        given: &Map<String, Value>,
        shared: &Shared,
    ) -> Result<Confirm, String> {
        let reason = text(given, REASON);
        let name = match word {
            TenantWord::Create => text(given, NAME),
            _ => form.workflow.clone(),
        };
        let mut lines = vec![format!("tenant {name}")];
        let (words, change, policy) = match word {
            TenantWord::Create => {
                let settings = Some(patch(word, given, &TenantSettings::default(), &mut lines));
                lines.push("nobody holds a role in it before somebody is given one".to_owned());
                let scope = Some(shared.scope.clone());
                let request = CreateTenantRequest { scope, name, settings, ..<_>::default() };
                let words = ("Create this tenant?", "create it");
                (words, TenantChange::Create(request), "tenant.create")
            }
            TenantWord::Profile | TenantWord::Limits => {
                let known = self.all().iter().find(|known| known.name == name);
                let own = known.and_then(|known| known.settings.clone()).unwrap_or_default();
                let before = lines.len();
                let mut patch = patch(word, given, &own, &mut lines);
                if lines.len() == before {
                    return Err("nothing is different from what is set".to_owned());
                }
                patch.edits_version =
                    form.version.strip_prefix(VERSION).and_then(|version| version.parse().ok());
                let (scope, patch) = (Some(shared.scope.clone()), Some(patch));
                let request = ConfigureTenantRequest { scope, name, patch, ..<_>::default() };
                let words = ("Set this for the tenant?", "set it");
                (words, TenantChange::Configure(request), "tenant.edit")
            }
            TenantWord::Admit | TenantWord::Dismiss => {
                self.guest(word, (name, given), (&mut lines, shared))
            }
            TenantWord::Suspend | TenantWord::Resume | TenantWord::Forget => {
                self.stand(word, (name, given), (&mut lines, shared))
            }
        };
        if !reason.is_empty() {
            lines.push(format!("because: {}", plain(&reason)));
        }
        Ok(question(words, lines, change, (policy, shared)))
    }

    /// What changes how a tenant stands: the words of the question, the change, and what policy is asked.
    fn stand(
        &self,
        word: TenantWord,
        (name, given): (String, &Map<String, Value>),
        (lines, shared): (&mut Vec<String>, &Shared),
    ) -> Asked {
        let (scope, reason) = (Some(shared.scope.clone()), text(given, REASON));
        match word {
            TenantWord::Suspend => {
                let pauses = text(given, "runs") == "pause";
                lines.extend(self.suspends(&name, pauses));
                let runs = if pauses { OpenRuns::Pause } else { OpenRuns::Finish }.into();
                let request = SuspendTenantRequest { scope, name, reason, runs, ..<_>::default() };
                let words = ("Suspend this tenant?", "suspend it");
                (words, TenantChange::Suspend(request), "tenant.suspend")
            }
            TenantWord::Forget => {
                lines.extend(self.looked(&name).map(goes).unwrap_or_default());
                let request = ForgetTenantRequest { scope, name, reason, ..<_>::default() };
                let words = ("Forget this tenant for good?", "forget it for good");
                (words, TenantChange::Forget(request), "tenant.forget")
            }
            _ => {
                lines.push("runs and schedules start there again; paused runs go on".to_owned());
                let request = ResumeTenantRequest { scope, name, reason, ..<_>::default() };
                let words = ("Let this tenant go on?", "let it go on");
                (words, TenantChange::Resume(request), "tenant.suspend")
            }
        }
    }

    fn suspends(&self, name: &str, pauses: bool) -> Vec<String> {
        let runs = self.all().iter().find(|known| known.name == name).map(|it| it.runs_active);
        let what = if pauses { "paused until it goes on" } else { "go on to their ends" };
        vec![
            "nothing starts there any more; it can still be read".to_owned(),
            match (runs.unwrap_or_default(), pauses) {
                (0, _) => "no run is under way".to_owned(),
                (1, true) => format!("1 run under way is {what}"),
                (1, false) => "1 run under way goes on to its end".to_owned(),
                (n, true) => format!("{} runs under way are {what}", count(n)),
                (n, false) => format!("{} runs under way {what}", count(n)),
            },
        ]
    }
}

/// The question, as hard as policy wants it.
pub(crate) fn question(
    words: (&str, &'static str),
    mut lines: Vec<String>,
    change: TenantChange,
    (policy, shared): (&str, &Shared),
) -> Confirm {
    let name = change.name().to_owned();
    let of = if policy == "tenant.create" { "" } else { name.as_str() };
    let besides = shared.besides(policy, of).map(str::to_owned);
    let felt = matches!(change, TenantChange::Suspend(_) | TenantChange::Forget(_));
    if let Some(besides) = &besides {
        lines.push(format!("policy: {besides}"));
    }
    let confirm = Confirm::new(words, lines, &name, Mutation::Tenant(Box::new(change)), shared);
    if felt || besides.is_some() { confirm.typed(&name) } else { confirm }
}

/// What forgetting takes, in lines.
pub(super) fn goes(looked: &ForgetResponse) -> Vec<String> {
    let mut lines = vec![
        format!(
            "what nobody can read any more: records {}, of runs {}",
            count(looked.records),
            count(looked.runs)
        ),
        format!(
            "what goes: receipts {}, contents of artifacts {}, schedules {}",
            count(looked.receipts),
            count(looked.contents),
            looked.schedules.len()
        ),
        format!("keys that are destroyed: {}; this can't be taken back", looked.keys.len()),
    ];
    if looked.unsealed > 0 {
        let unsealed = count(looked.unsealed);
        lines.push(format!("{unsealed} records from before sealing keep their text in its files"));
    }
    lines
}

/// What is different of the settings that a form asked for; each is told in a line.
fn patch(
    word: TenantWord,
    given: &Map<String, Value>,
    own: &TenantSettings,
    lines: &mut Vec<String>,
) -> TenantPatch {
    let mut patch = TenantPatch::default();
    for setting in word.settings() {
        let (before, now) = (set(own, setting), text(given, setting));
        if before == now {
            continue;
        }
        let nothing = |text: &str| match text {
            "" => "not set".to_owned(),
            text => plain(text),
        };
        let label = setting.replace('_', " ");
        lines.push(match before.is_empty() {
            true => format!("{label}: {}", nothing(&now)),
            false => format!("{label}: {}, was {}", nothing(&now), nothing(&before)),
        });
        put(&mut patch, setting, now);
    }
    patch
}

fn put(patch: &mut TenantPatch, setting: &str, now: String) {
    let names = |text: &str| {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Some(Names { names: names.map(str::to_owned).collect() })
    };
    match setting {
        "profile" => patch.profile = Some(now),
        "risk_profile" => patch.risk_profile = Some(now),
        "business_unit" => patch.business_unit = Some(now),
        "data_sensitivity" => patch.data_sensitivity = Some(now),
        "home_region" => patch.region = Some(now),
        "allow_region" => patch.regions = names(&now),
        "allow_purpose" => patch.purposes = names(&now),
        "admit" => patch.admits = names(&now),
        bound => {
            let (kind, name) = bound.split_once('_').unwrap_or(("", bound));
            let bounds = match kind {
                "quota" => &mut patch.quotas,
                "budget" => &mut patch.budgets,
                _ => &mut patch.retention,
            };
            bounds.insert(name.to_owned(), Bound { value: now.parse().ok() });
        }
    }
}

/// A setting as it is typed; empty where the tenant's record says nothing.
fn set(own: &TenantSettings, setting: &str) -> String {
    match setting {
        "profile" => own.profile.clone(),
        "risk_profile" => own.risk_profile.clone(),
        "business_unit" => own.business_unit.clone(),
        "data_sensitivity" => own.data_sensitivity.clone(),
        "home_region" => own.region.clone(),
        "allow_region" => own.regions.join(", "),
        "allow_purpose" => own.purposes.join(", "),
        "admit" => own.admits.join(", "),
        bound => {
            let (kind, name) = bound.split_once('_').unwrap_or(("", bound));
            let number = match kind {
                "quota" => own.quotas.get(name).map(u32::to_string),
                "budget" => own.budgets.get(name).map(u64::to_string),
                _ => own.retention.get(name).map(u32::to_string),
            };
            number.unwrap_or_default()
        }
    }
}

/// What was given, as it is typed; lists come in the order of the record: sorted.
pub(super) fn text(given: &Map<String, Value>, name: &str) -> String {
    match given.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) => {
            let mut names: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            names.sort_unstable();
            names.join(", ")
        }
        Some(other) => other.to_string(),
    }
}
