//! The checklist of a tenant's rollout: what is there, what is missing and what mends it, and what
//! this version has no part for.

use conductor_domain::{
    org::{
        identity::{Grant, ROLES},
        tenant::{self, CLASSES, Tenant},
    },
    scope::Scope,
};
use conductor_engine::views::DecisionFilter;
use conductor_policy::Bundle;
use conductor_protocol::{
    v1,
    verdict::{Question, Resource, Situation, Subject, TenantFacts},
};

use super::{read, scope_of};
use crate::{call::Call, failure::Outcome};

/// The roles that somebody must hold before a tenant is used: who runs it, who works in it.
const ROLES_NEEDED: [&str; 2] = ["operator", "tenant_admin"];

/// Another tenant, to whoever is asked about.
const ELSEWHERE: &str = "*";

/// What the rollout asks for and this version has no part for.
const NOT_BUILT: [(&str, &str); 8] = [
    ("router", "there is no router of experts: nothing to load candidates into or to shadow"),
    ("throttling", "nothing slows down as a budget runs out: it is warned of, then refused"),
    ("suites", "there are no golden suites"),
    ("runbooks", "there is no registry of signed runbooks; published workflows have their digest"),
    ("edge", "there are no edge nodes"),
    ("slo", "there are no objectives; `conductord` serves metrics to alert on"),
    ("retention", "everything is kept: there is no retention by tenant"),
    ("sign_off", "there are no sign-offs: keep them where the rollout is tracked"),
];

pub(super) async fn check(
    call: &Call,
    request: v1::CheckTenantRequest,
) -> Outcome<v1::CheckTenantResponse> {
    let scope = scope_of(call, request.scope, request.name)?;
    let tenant = read(call, &scope).await?;
    let facts = call.engine().tenant_facts(&tenant.name);
    let actions = Bundle::known_actions();
    let mut checks = vec![
        exists(&tenant),
        roles(&tenant, &call.engine().views().grants(&tenant.name)),
        attributes(&tenant, &facts),
        budget(call, &tenant),
        quota(call, &tenant),
        bundle(call, &tenant, &facts),
        dry_run(call, &scope, (&facts, &actions)),
        stranger(call, &scope, &actions),
        telemetry(call, &tenant)?,
    ];
    let not_built = |(name, message): (&str, &str)| line(name, "not_built", message, "");
    checks.extend(NOT_BUILT.map(not_built));
    Ok(v1::CheckTenantResponse { checks })
}

fn line(name: &str, status: &str, message: &str, mend: &str) -> v1::TenantCheck {
    // A mend is for what is missing.
    let mend = if status == "missing" { mend } else { "" };
    let (name, status) = (name.to_owned(), status.to_owned());
    v1::TenantCheck { name, status, message: message.to_owned(), mend: mend.to_owned() }
}

fn verdict(well: bool) -> &'static str {
    if well { "ok" } else { "missing" }
}

fn exists(tenant: &Tenant) -> v1::TenantCheck {
    let name = &tenant.name;
    if let Err(refusal) = tenant::suspended(Some(tenant)) {
        let mend = format!("conductor tenant resume {name}");
        return line("tenant", "missing", &refusal.message, &mend);
    }
    let message = match &tenant.created_by {
        Some(by) => format!("created by {by}, active"),
        None => "active; it was used before tenants were created".to_owned(),
    };
    line("tenant", "ok", &message, "")
}

fn roles(tenant: &Tenant, grants: &[Grant]) -> v1::TenantCheck {
    let held = |role: &str| grants.iter().filter(|grant| grant.role == role).count();
    let missing: Vec<&str> = ROLES_NEEDED.into_iter().filter(|role| held(role) == 0).collect();
    let counted: Vec<String> = ROLES
        .into_iter()
        .filter(|role| held(role) > 0)
        .map(|role| format!("{role} {}", held(role)))
        .collect();
    let mut message = if counted.is_empty() {
        "nobody holds a role in it".to_owned()
    } else {
        format!("held: {}", counted.join(", "))
    };
    if !missing.is_empty() {
        message = format!("{message}; nobody is {}", missing.join(" or "));
    }
    let role = missing.first().copied().unwrap_or_default();
    let mend = format!("conductor --tenant {} grants add uid:UID {role}", tenant.name);
    line("roles", verdict(missing.is_empty()), &message, &mend)
}

fn attributes(tenant: &Tenant, facts: &TenantFacts) -> v1::TenantCheck {
    let known = [
        ("profile", &facts.profile),
        ("risk-profile", &facts.risk_profile),
        ("data-sensitivity", &facts.data_sensitivity),
    ];
    let missing: Vec<String> = known
        .iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| format!("--{name} WORD"))
        .collect();
    let said: Vec<String> = known
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let message = if said.is_empty() { "none is set".to_owned() } else { said.join(", ") };
    let mend = format!("conductor tenant set {} {}", tenant.name, missing.join(" "));
    line("attributes", verdict(missing.is_empty()), &message, &mend)
}

fn budget(call: &Call, tenant: &Tenant) -> v1::TenantCheck {
    let spends = call.engine().spent(&tenant.name);
    let shown: Vec<String> = spends
        .iter()
        .map(|spend| format!("{} of {} s this {}", spend.spent, spend.limit, spend.window))
        .collect();
    let message = if shown.is_empty() { "none is set".to_owned() } else { shown.join(", ") };
    let mend = format!("conductor tenant set {} --budget month=SECONDS", tenant.name);
    line("budget", verdict(!spends.is_empty()), &message, &mend)
}

fn quota(call: &Call, tenant: &Tenant) -> v1::TenantCheck {
    let quota = call.engine().quota(&tenant.name);
    let shown: Vec<String> = CLASSES
        .into_iter()
        .filter_map(|class| Some(format!("{class} {}", quota.get(class)?)))
        .collect();
    let message = if shown.is_empty() {
        "none is set: policy's own limits count".to_owned()
    } else {
        shown.join(", ")
    };
    let mend = format!("conductor tenant set {} --quota large=TASKS", tenant.name);
    line("quota", verdict(!shown.is_empty()), &message, &mend)
}

fn bundle(call: &Call, tenant: &Tenant, facts: &TenantFacts) -> v1::TenantCheck {
    let profile = if facts.profile.is_empty() { "the bundle's own" } else { &facts.profile };
    let mut message = format!("revision {}, profile {profile}", call.api.guard().revision());
    let known = call.engine().views().deployment();
    let own = known.open().filter(|item| item.drift.tenant == tenant.name);
    let drifts: Vec<String> = own
        .map(|item| format!("{} {} is wanted", item.drift.what, item.drift.desired))
        .chain(known.alarm().map(|_| "a newer bundle is refused".to_owned()))
        .collect();
    if !drifts.is_empty() {
        message = format!("{message}; {}", drifts.join("; "));
    }
    let mend = format!("conductor --tenant {} policy drift", tenant.name);
    line("policy", verdict(drifts.is_empty()), &message, &mend)
}

/// What the bundle says, before anybody relies on it, of every action to whoever holds a role.
fn dry_run(
    call: &Call,
    scope: &Scope,
    (facts, actions): (&TenantFacts, &[String]),
) -> v1::TenantCheck {
    let (mut allowed, mut denied, mut open, mut failed) = (0, 0, Vec::new(), 0);
    for action in actions {
        for role in ROLES {
            let asked = question(scope, action, (vec![role.to_owned()], Vec::new()), Some(facts));
            let ruling = call.decide(asked);
            let faulty = ruling.verdict.reasons.iter().any(|why| why.contains("not be evaluated"));
            failed += usize::from(faulty);
            if ruling.verdict.allow { allowed += 1 } else { denied += 1 }
        }
        if call.decide(question(scope, action, (Vec::new(), Vec::new()), None)).verdict.allow {
            open.push(action.as_str());
        }
    }
    let mut message = format!(
        "{} actions asked for {} roles: {allowed} allowed, {denied} denied",
        actions.len(),
        ROLES.len()
    );
    if failed > 0 {
        message = format!("{message}, {failed} could not be evaluated");
    }
    if !open.is_empty() {
        message = format!("{message}; without any role: {}", open.join(", "));
    }
    let well = allowed > 0 && failed == 0 && open.is_empty();
    line("dry_run", verdict(well), &message, "conductor policy test FOLDER")
}

/// Somebody who holds every role of another tenant, and none of this one, reads here.
fn stranger(call: &Call, scope: &Scope, actions: &[String]) -> v1::TenantCheck {
    let elsewhere = vec![ELSEWHERE.to_owned()];
    let reads = actions.iter().filter(|action| action.ends_with(".read"));
    let (mut denied, mut open) = (0, Vec::new());
    for action in reads {
        let asked = question(scope, action, (Vec::new(), elsewhere.clone()), None);
        if call.decide(asked).verdict.allow { open.push(action.as_str()) } else { denied += 1 }
    }
    let message = if open.is_empty() {
        format!("{denied} reads from another tenant: all denied")
    } else {
        format!("from another tenant it is allowed to {}", open.join(", "))
    };
    line("stranger", verdict(open.is_empty()), &message, "conductor policy test FOLDER")
}

/// What is decided can be read back.
fn telemetry(call: &Call, tenant: &Tenant) -> Outcome<v1::TenantCheck> {
    let views = call.engine().views();
    let newest = views.find_decisions(&tenant.name, &DecisionFilter::default(), 0, 1)?;
    let message = match newest.seqs.first() {
        Some(seq) => format!("decisions are on record, the newest as event {seq}"),
        None => "no decision about it is on record".to_owned(),
    };
    let mend = format!("conductor --tenant {} doctor", tenant.name);
    Ok(line("telemetry", verdict(!newest.seqs.is_empty()), &message, &mend))
}

fn question(
    scope: &Scope,
    action: &str,
    (roles, elsewhere): (Vec<String>, Vec<String>),
    tenant: Option<&TenantFacts>,
) -> Question {
    Question {
        subject: Subject {
            principal: "check:nobody".into(),
            roles,
            elsewhere,
            ..Subject::default()
        },
        action: action.to_owned(),
        resource: Resource {
            kind: action.split('.').next().unwrap_or_default().to_owned(),
            ..Resource::default()
        },
        context: Situation {
            tenant_id: scope.tenant.clone(),
            environment: scope.environment.clone(),
            region: scope.region.clone(),
            channel: "unix".into(),
            tenant: tenant.cloned(),
            ..Situation::default()
        },
    }
}
