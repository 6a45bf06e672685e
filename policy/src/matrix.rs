//! The reference matrix: every role against every action, by profile, environment and risk.

use std::fmt::Write as _;

use conductor_protocol::verdict::{
    Obligation, Question, Resource, Situation, Subject, TenantFacts, Verdict,
};

use crate::{bundle::Bundle, scenario::SIGNED_ACTIONS};

/// The roles, the fewest rights first; the first is nobody's.
pub const ROLES: [&str; 7] = [
    "(none)",
    "read_only",
    "operator",
    "workflow_author",
    "workflow_reviewer",
    "tenant_admin",
    "conductor_admin",
];
/// The governance profiles.
pub const PROFILES: [&str; 3] = ["internal", "white-label", "saas"];
/// An environment that is production and one that is not.
pub const ENVIRONMENTS: [&str; 2] = ["dev", "prod"];
/// What a manifest may declare; the first is nothing.
pub const RISKS: [&str; 4] = ["", "low", "medium", "high"];

/// A cell of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    /// One of [`ROLES`].
    pub role: &'a str,
    /// One of [`Bundle::actions`].
    pub action: &'a str,
    /// One of [`PROFILES`].
    pub profile: &'a str,
    /// One of [`ENVIRONMENTS`].
    pub environment: &'a str,
    /// One of [`RISKS`].
    pub risk: &'a str,
}

impl Cell<'_> {
    /// What is asked of policy for it.
    #[must_use]
    pub fn question(&self) -> Question {
        let roles = if self.role == ROLES[0] { vec![] } else { vec![self.role.to_owned()] };
        let kind = self.action.split('.').next().unwrap_or_default();
        Question {
            subject: Subject { principal: "uid:1000".into(), roles, ..Subject::default() },
            action: self.action.to_owned(),
            resource: Resource {
                kind: kind.to_owned(),
                risk: self.risk.to_owned(),
                // Of what is signed and reviewed: what is not, `UNSIGNED` is about.
                signed: SIGNED_ACTIONS.contains(&self.action),
                reviewed: SIGNED_ACTIONS.contains(&self.action),
                ..Resource::default()
            },
            context: Situation {
                tenant_id: "acme".into(),
                environment: self.environment.to_owned(),
                region: "local".into(),
                channel: "unix".into(),
                tenant: Some(TenantFacts {
                    status: "active".into(),
                    profile: self.profile.to_owned(),
                    ..TenantFacts::default()
                }),
                ..Situation::default()
            },
        }
    }

    /// What it is called: `operator run.start saas prod high`.
    #[must_use]
    pub fn name(&self) -> String {
        let risk = said(self.risk);
        let Self { role, action, profile, environment, .. } = self;
        format!("{role} {action} {profile} {environment} {risk}")
    }
}

/// A risk as it is told.
const fn said(risk: &str) -> &str {
    if risk.is_empty() { "undeclared" } else { risk }
}

/// Every cell for these actions.
pub fn cells<'a>(actions: &'a [String]) -> impl Iterator<Item = Cell<'a>> {
    PROFILES.into_iter().flat_map(move |profile| {
        actions.iter().flat_map(move |action| {
            places().flat_map(move |(environment, risk)| {
                let cell = move |role| Cell { role, action, profile, environment, risk };
                ROLES.into_iter().map(cell)
            })
        })
    })
}

fn places() -> impl Iterator<Item = (&'static str, &'static str)> {
    ENVIRONMENTS.into_iter().flat_map(|environment| RISKS.map(|risk| (environment, risk)))
}

/// The whole matrix in Markdown. Environments and risks that make no difference share a row.
#[must_use]
pub fn markdown(bundle: &Bundle) -> String {
    let mut text = String::new();
    let actions = bundle.actions();
    for profile in PROFILES {
        write!(text, "\n## {profile}\n\n| action | where | ").ok();
        text.push_str(&ROLES.join(" | "));
        text.push_str(" |\n| --- | --- |");
        text.push_str(&" --- |".repeat(ROLES.len()));
        text.push('\n');
        for action in &actions {
            rows(bundle, profile, action, &mut text);
        }
    }
    text
}

/// What is different for a runbook that nobody signed, that nobody reviewed, or of which a signature
/// does not hold, where somebody may do it otherwise.
#[must_use]
pub fn signatures(bundle: &Bundle) -> String {
    let mut text = String::from(
        "\n## What is not signed\n\n| profile | action | where | signed, not reviewed | not signed | does not hold |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for profile in PROFILES {
        for action in SIGNED_ACTIONS {
            for (environment, risk) in places() {
                let cell = Cell { role: "conductor_admin", action, profile, environment, risk };
                let asked = |signed: bool, problem: &str| {
                    let mut question = cell.question();
                    question.resource.signed = signed;
                    question.resource.reviewed = false;
                    question.resource.signature_problem = problem.to_owned();
                    answer(&bundle.decide(&question))
                };
                let answers = [asked(true, ""), asked(false, ""), asked(false, "revoked: it is")];
                let (place, answers) = (place(&[(environment, risk)]), answers.join(" | "));
                writeln!(text, "| {profile} | {action} | {place} | {answers} |").ok();
            }
        }
    }
    text
}

/// The rows of an action: those places together that have the same answers.
fn rows(bundle: &Bundle, profile: &str, action: &str, text: &mut String) {
    let mut rows: Vec<(Vec<(&str, &str)>, String)> = Vec::new();
    for (environment, risk) in places() {
        let answers = ROLES.map(|role| {
            let cell = Cell { role, action, profile, environment, risk };
            answer(&bundle.decide(&cell.question()))
        });
        let answers = answers.join(" | ");
        match rows.iter_mut().find(|(_, known)| *known == answers) {
            Some((places, _)) => places.push((environment, risk)),
            None => rows.push((vec![(environment, risk)], answers)),
        }
    }
    for (places, answers) in rows {
        writeln!(text, "| {action} | {} | {answers} |", place(&places)).ok();
    }
}

/// Places as they are told, environment by environment.
fn place(places: &[(&str, &str)]) -> String {
    if places.len() == ENVIRONMENTS.len() * RISKS.len() {
        return "anywhere".to_owned();
    }
    let mut told = Vec::new();
    for environment in ENVIRONMENTS {
        let here = places.iter().filter(|(place, _)| *place == environment);
        let risks: Vec<&str> = here.map(|(_, risk)| said(risk)).collect();
        match risks.len() {
            0 => {}
            all if all == RISKS.len() => told.push(environment.to_owned()),
            _ => told.push(format!("{environment}: {}", risks.join(", "))),
        }
    }
    told.join("; ")
}

/// An answer in a few words.
fn answer(verdict: &Verdict) -> String {
    if !verdict.allow {
        return "no".to_owned();
    }
    let conditions: Vec<String> = verdict.obligations.iter().map(condition).collect();
    if conditions.is_empty() { "yes".to_owned() } else { conditions.join(", ") }
}

fn condition(obligation: &Obligation) -> String {
    match obligation {
        Obligation::RequireApproval { stages, .. } => {
            let people: Vec<String> = stages.iter().map(|stage| stage.quorum.to_string()).collect();
            format!("approval of {}", people.join("+"))
        }
        other => other.kind().replace('_', " "),
    }
}
