//! Tenants, to the wire and from it.

use std::collections::{BTreeMap, HashMap};

use conductor_domain::{
    org::tenant::{Guest, OpenRuns, Patch, Settings, Suspension, Tenant},
    retention::{Part, Retention},
    scope::Principal,
    time::Timestamp,
    window::Window,
};
use conductor_protocol::{
    v1,
    verdict::{Spend, TasksByClass, TenantFacts},
};

use super::time;
use crate::{
    failure::{Failure, Outcome},
    request,
};

/// What the records and the configuration say of a tenant.
pub(crate) struct Shown<'t> {
    pub(crate) tenant: &'t Tenant,
    pub(crate) facts: &'t TenantFacts,
    pub(crate) admits: Vec<String>,
    pub(crate) quota: TasksByClass,
    pub(crate) spent: Vec<Spend>,
    pub(crate) runs_active: u64,
    /// Guests whose time has ended by then are none.
    pub(crate) now: Timestamp,
}

pub(crate) fn tenant(shown: Shown<'_>) -> v1::Tenant {
    let Shown { tenant, facts, admits, quota, spent, runs_active, now } = shown;
    let guests = tenant.guests.iter().filter(|(_, guest)| guest.until > now);
    let budgets = spent.iter().map(|spend| (spend.window.clone(), spend.limit)).collect();
    v1::Tenant {
        name: tenant.name.clone(),
        status: tenant.status().to_owned(),
        settings: Some(settings(&tenant.settings)),
        effective: Some(v1::TenantSettings {
            profile: facts.profile.clone(),
            risk_profile: facts.risk_profile.clone(),
            business_unit: facts.business_unit.clone(),
            data_sensitivity: facts.data_sensitivity.clone(),
            region: facts.region.clone(),
            regions: facts.regions.clone(),
            purposes: facts.purposes.clone(),
            admits,
            quotas: quota.into_iter().collect(),
            budgets,
            retention: days(Some(tenant.settings.retention.unwrap_or_default())),
        }),
        version: tenant.version,
        changed_at: (tenant.version > 0).then(|| time(tenant.changed_at)),
        created_by: tenant.created_by.as_ref().map(ToString::to_string).unwrap_or_default(),
        created_at: tenant.created_by.is_some().then(|| time(tenant.since)),
        suspended: tenant.suspended.as_ref().map(suspension),
        spends: spent.into_iter().map(spend).collect(),
        runs_active,
        guests: guests.map(guest).collect(),
    }
}

fn guest((principal, known): (&Principal, &Guest)) -> v1::TenantGuest {
    v1::TenantGuest {
        principal: principal.to_string(),
        until: Some(time(known.until)),
        by: known.by.to_string(),
        at: Some(time(known.at)),
        reason: known.reason.clone(),
    }
}

fn settings(settings: &Settings) -> v1::TenantSettings {
    let Settings {
        profile,
        risk_profile,
        business_unit,
        data_sensitivity,
        region,
        regions,
        purposes,
        admits,
        quotas,
        budgets,
        retention,
    } = settings.clone();
    v1::TenantSettings {
        profile,
        risk_profile,
        business_unit,
        data_sensitivity,
        region,
        regions,
        purposes,
        admits,
        quotas: quotas.into_iter().collect(),
        budgets: budgets
            .into_iter()
            .map(|(window, seconds)| (window.word().to_owned(), seconds))
            .collect(),
        retention: days(retention),
    }
}

fn suspension(known: &Suspension) -> v1::TenantSuspension {
    v1::TenantSuspension {
        by: known.by.to_string(),
        at: Some(time(known.at)),
        reason: known.reason.clone(),
        runs: match known.runs {
            OpenRuns::Finish => v1::OpenRuns::Finish,
            OpenRuns::Pause => v1::OpenRuns::Pause,
        }
        .into(),
    }
}

fn spend(spend: Spend) -> v1::TenantSpend {
    let Spend { window, spent, limit, .. } = spend;
    v1::TenantSpend { window, spent, limit }
}

/// What becomes of the runs under way: they go on, when nothing is said.
pub(crate) fn open_runs(given: i32) -> Outcome<OpenRuns> {
    match v1::OpenRuns::try_from(given) {
        Ok(v1::OpenRuns::Unspecified | v1::OpenRuns::Finish) => Ok(OpenRuns::Finish),
        Ok(v1::OpenRuns::Pause) => Ok(OpenRuns::Pause),
        Err(_) => Err(Failure::invalid(
            format!("{given} is no way to suspend runs"),
            "use OPEN_RUNS_FINISH or OPEN_RUNS_PAUSE",
        )),
    }
}

/// A patch. The slice decides whether its words are good; here they become bounded.
pub(crate) fn patch(given: v1::TenantPatch) -> Outcome<Patch> {
    let word = |what: &str, given: Option<String>| {
        given.map(|given| request::text(what, given)).transpose()
    };
    let names = |given: Option<v1::Names>| given.map(|given| given.names);
    Ok(Patch {
        profile: word("profile", given.profile)?,
        risk_profile: word("risk profile", given.risk_profile)?,
        business_unit: word("business unit", given.business_unit)?,
        data_sensitivity: word("data sensitivity", given.data_sensitivity)?,
        region: word("region", given.region)?,
        regions: names(given.regions),
        purposes: names(given.purposes),
        admits: names(given.admits),
        quotas: quotas(given.quotas.into_iter().collect())?,
        budgets: budgets(given.budgets.into_iter().collect())?,
        retention: retention(given.retention.into_iter().collect())?,
        edits_version: given.edits_version,
    })
}

fn quotas(given: BTreeMap<String, v1::Bound>) -> Outcome<BTreeMap<String, Option<u32>>> {
    let tasks = |(class, bound): (String, v1::Bound)| match bound.value.map(u32::try_from) {
        None => Ok((class, None)),
        Some(Ok(tasks)) => Ok((class, Some(tasks))),
        Some(Err(_)) => Err(Failure::invalid(
            format!("a quota of class `{}` is beyond {}", request::shown(&class), u32::MAX),
            "leave it out where nothing is to bound it",
        )),
    };
    given.into_iter().map(tasks).collect()
}

/// Days by part of a retention.
fn days(retention: Option<Retention>) -> HashMap<String, u32> {
    let named = retention.map(Retention::named).into_iter().flatten();
    named.map(|(part, days)| (part.to_owned(), days)).collect()
}

fn retention(given: BTreeMap<String, v1::Bound>) -> Outcome<BTreeMap<Part, Option<u32>>> {
    let days = |(word, bound): (String, v1::Bound)| {
        let days = bound.value.map(u32::try_from).transpose();
        match (Part::named(&word), days) {
            (Some(part), Ok(days)) => Ok((part, days)),
            _ => Err(Failure::invalid(
                format!("there is no such retention for `{}`", request::shown(&word)),
                "set days of `hot`, `warm` or `cold`",
            )),
        }
    };
    given.into_iter().map(days).collect()
}

fn budgets(given: BTreeMap<String, v1::Bound>) -> Outcome<BTreeMap<Window, Option<u64>>> {
    let seconds = |(word, bound): (String, v1::Bound)| match Window::of_word(&word) {
        Some(window) => Ok((window, bound.value)),
        None => Err(Failure::invalid(
            format!("there is no budget for a `{}`", request::shown(&word)),
            "a budget is for a day, week or month",
        )),
    };
    given.into_iter().map(seconds).collect()
}
