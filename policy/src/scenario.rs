//! Scenarios: questions in words that people write and review, with the answer that policy must
//! give to each, and why.

use std::collections::BTreeMap;

use conductor_protocol::{
    token::TokenScope,
    verdict::{
        Load, Question, Resource, Situation, Spend, Subject, TaskAsked, TenantFacts, Verdict,
    },
};
use serde::{Deserialize, Serialize};

/// Bytes of a file of scenarios.
pub const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Why a text is no list of scenarios.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// It is too long.
    #[error("it is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// It is not what a file of scenarios looks like.
    #[error("{0}")]
    Format(#[from] serde_yaml_ng::Error),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenarios {
    scenarios: Vec<Scenario>,
}

/// One question with the answer that it must have.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is called.
    pub name: String,
    /// Who asks.
    pub who: Who,
    /// For what.
    pub what: What,
    /// Where.
    #[serde(default, rename = "where")]
    pub place: Place,
    /// The answer.
    pub expect: Expect,
    /// Part of a reason that policy must give; empty for any.
    #[serde(default)]
    pub because: String,
    /// The types of the obligations that policy must give, and no others; absent for any.
    #[serde(default)]
    pub obliged: Option<Vec<String>>,
    /// For people.
    #[serde(default)]
    pub why: String,
}

/// Who asks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// Such as `uid:1000`, which it is where nothing is said.
    #[serde(default = "somebody")]
    pub principal: String,
    /// Roles held in the tenant.
    pub roles: Vec<String>,
    /// Other tenants in which a role is held.
    #[serde(default)]
    pub elsewhere: Vec<String>,
    /// What the daemon's records say of them.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Whether they were let in from another tenant.
    #[serde(default)]
    pub guest: bool,
    /// Id of the token that they come with.
    #[serde(default)]
    pub token: String,
    /// What it is for.
    #[serde(default)]
    pub scopes: Vec<TokenScope>,
    /// The task that acts with a token of its own, `RUN/TASK`.
    #[serde(default)]
    pub task: String,
    /// Whose run it is a task of.
    #[serde(default)]
    pub on_behalf_of: String,
}

/// What is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct What {
    /// Such as `run.start`.
    pub action: String,
    /// Such as `workflow`.
    #[serde(default)]
    pub kind: String,
    /// Its name or id.
    #[serde(default)]
    pub id: String,
    /// Who owns it.
    #[serde(default)]
    pub owner: String,
    /// What runs the task; where the action is `task.run`.
    #[serde(default)]
    pub executor: Option<String>,
    /// The hosts that it acts on.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Its resource class.
    #[serde(default)]
    pub resources: String,
    /// Names of the secrets that it uses.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// What its manifest says that it risks.
    #[serde(default)]
    pub risk: String,
    /// How sensitive its data is.
    #[serde(default)]
    pub data_sensitivity: String,
    /// Where it may run.
    #[serde(default)]
    pub regions: Vec<String>,
    /// What its data is used for.
    #[serde(default)]
    pub purpose: Vec<String>,
    /// What the token of the task's attempts is for.
    #[serde(default)]
    pub scopes: Vec<TokenScope>,
    /// The workflow that it is of, as somebody with a token is asked about it.
    #[serde(default)]
    pub workflow: String,
    /// Its author has not signed it. Where nothing is said what would run or be published is signed,
    /// and reviewed.
    #[serde(default)]
    pub unsigned: bool,
    /// Nobody else has reviewed it.
    #[serde(default)]
    pub unreviewed: bool,
    /// What is wrong with its signature: a word, a colon, a sentence.
    #[serde(default)]
    pub signature_problem: String,
}

/// The actions for which it matters who signed the runbook.
pub const SIGNED_ACTIONS: [&str; 4] = ["workflow.publish", "run.start", "run.rerun", "task.run"];

impl What {
    /// What would run, as its signatures have it.
    fn signed(&self, resource: Resource) -> Resource {
        let signed = SIGNED_ACTIONS.contains(&self.action.as_str())
            && !self.unsigned
            && self.signature_problem.is_empty();
        let reviewed = signed && !self.unreviewed;
        let signature_problem = self.signature_problem.clone();
        Resource { signed, reviewed, signature_problem, ..resource }
    }
}

/// Where and how it is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Place {
    /// The tenant, `default` where nothing is said.
    pub tenant: String,
    /// The environment, `dev` where nothing is said.
    pub environment: String,
    /// The region, `local` where nothing is said.
    pub region: String,
    /// How the caller came in, `unix` where nothing is said.
    pub channel: String,
    /// The tenant's governance profile; empty for the default one.
    pub profile: String,
    /// What the daemon's records say of the tenant besides.
    pub facts: Option<TenantFacts>,
    /// The tenant's load.
    pub load: Option<Load>,
    /// The tenant's budget.
    pub spend: Option<Spend>,
}

impl Place {
    /// A place of which some is said; what is empty is as where nothing is said.
    #[must_use]
    pub fn at(tenant: String, environment: String, region: String) -> Self {
        let place = Self::default();
        let said = |said: String, default| if said.is_empty() { default } else { said };
        Self {
            tenant: said(tenant, place.tenant),
            environment: said(environment, place.environment),
            region: said(region, place.region),
            ..place
        }
    }
}

impl Default for Place {
    fn default() -> Self {
        Self {
            tenant: "default".into(),
            environment: "dev".into(),
            region: "local".into(),
            channel: "unix".into(),
            profile: String::new(),
            facts: None,
            load: None,
            spend: None,
        }
    }
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// It may be done; perhaps with obligations.
    Allow,
    /// It may not.
    Deny,
}

impl Expect {
    /// The answer of a verdict.
    #[must_use]
    pub const fn of(verdict: &Verdict) -> Self {
        if verdict.allow { Self::Allow } else { Self::Deny }
    }

    /// `allow` or `deny`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

fn somebody() -> String {
    "uid:1000".to_owned()
}

/// Reads the scenarios of a file's text.
///
/// # Errors
/// [`ScenarioError`]
pub fn read(text: &str) -> Result<Vec<Scenario>, ScenarioError> {
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(ScenarioError::TooLarge);
    }
    let read: Scenarios = serde_yaml_ng::from_str(text)?;
    Ok(read.scenarios)
}

impl Scenario {
    /// What it asks of policy.
    #[must_use]
    pub fn question(&self) -> Question {
        let (who, what) = (self.who.clone(), self.what.clone());
        Question {
            subject: Subject {
                principal: who.principal,
                roles: who.roles,
                elsewhere: who.elsewhere,
                attributes: who.attributes,
                guest: who.guest,
                token: who.token,
                scopes: who.scopes,
                task: who.task,
                on_behalf_of: who.on_behalf_of,
            },
            action: what.action.clone(),
            resource: what.clone().signed(Resource {
                kind: what.kind,
                id: what.id,
                owner: what.owner,
                secrets: what.secrets,
                task: what.executor.map(|executor| TaskAsked {
                    executor,
                    hosts: what.hosts,
                    hosts_known: true,
                    resources: what.resources,
                    scopes: what.scopes,
                }),
                risk: what.risk,
                data_sensitivity: what.data_sensitivity,
                regions: what.regions,
                purpose: what.purpose,
                workflow: what.workflow,
                ..Resource::default()
            }),
            context: self.place.situation(self.who.guest || !self.who.roles.is_empty()),
        }
    }

    /// Whether a verdict is the one that it must have.
    #[must_use]
    pub fn is_met(&self, verdict: &Verdict) -> bool {
        self.problem(verdict).is_none()
    }

    /// What is wrong with a verdict; nothing where it is the one that it must have.
    #[must_use]
    pub fn problem(&self, verdict: &Verdict) -> Option<String> {
        let got = Expect::of(verdict);
        if got != self.expect {
            let (expected, got) = (self.expect.word(), got.word());
            let reasons = verdict.reasons.join("; ");
            return Some(format!("expected {expected}, policy says {got}: {reasons}"));
        }
        if !verdict.reasons.iter().any(|reason| reason.contains(&self.because))
            && !self.because.is_empty()
        {
            let because = &self.because;
            return Some(format!("no reason holds `{because}`: {}", verdict.reasons.join("; ")));
        }
        let mut obliged: Vec<&str> = verdict.obligations.iter().map(|one| one.kind()).collect();
        let mut expected: Vec<&str> = self.obliged.iter().flatten().map(String::as_str).collect();
        obliged.sort_unstable();
        expected.sort_unstable();
        let differ = self.obliged.is_some() && obliged != expected;
        differ.then(|| {
            let (expected, got) = (expected.join(", "), obliged.join(", "));
            format!("expected the obligations [{expected}], policy gives [{got}]")
        })
    }
}

impl Place {
    /// What is known of the tenant is in it where something is said of it, or where somebody
    /// holds a role there, as the daemon has it.
    fn situation(&self, is_known: bool) -> Situation {
        let place = self.clone();
        let mut facts = place.facts.or_else(|| is_known.then(TenantFacts::default));
        if !place.profile.is_empty() {
            facts.get_or_insert_default().profile = place.profile;
        }
        // A tenant that is said something of is active, unless that is what is said.
        if let Some(facts) = facts.as_mut().filter(|facts| facts.status.is_empty()) {
            facts.status = "active".into();
        }
        Situation {
            tenant_id: place.tenant,
            environment: place.environment,
            region: place.region,
            channel: place.channel,
            load: place.load,
            tenant: facts,
            spend: place.spend,
        }
    }
}

#[cfg(test)]
mod tests {
    use conductor_protocol::verdict::Obligation;

    use super::*;

    const TEXT: &str = "
scenarios:
- name: x
  who: {roles: [operator], elsewhere: [globex], attributes: {region: eu}}
  what: {action: run.start, risk: high, purpose: [billing]}
  where: {environment: prod, profile: saas, facts: {region: eu}}
  expect: deny
  because: no such
  obliged: [warn]
";

    #[test]
    fn words_become_a_question() {
        let asked = read(TEXT).unwrap()[0].question();
        assert_eq!(asked.subject.principal, "uid:1000");
        assert_eq!(asked.context.region, "local");
        let facts = asked.context.tenant.unwrap();
        assert_eq!((facts.status.as_str(), facts.profile.as_str()), ("active", "saas"));
        assert_eq!((facts.region.as_str(), asked.resource.risk.as_str()), ("eu", "high"));
    }

    #[test]
    fn a_tenant_is_known_to_who_holds_a_role_in_it() {
        let asked = |who: &str| {
            let text = format!(
                "scenarios: [{{name: x, who: {who}, what: {{action: run.read}}, expect: deny}}]"
            );
            read(&text).unwrap()[0].question().context.tenant
        };
        assert_eq!(asked("{roles: [operator]}").unwrap().status, "active");
        assert_eq!(asked("{roles: [], elsewhere: [globex]}"), None);
    }

    #[test]
    fn each_part_of_an_answer_counts() {
        let scenario = &read(TEXT).unwrap()[0];
        let warn = Obligation::Warn { message: "x".into() };
        let good = Verdict {
            reasons: vec!["there is no such thing".into()],
            obligations: vec![warn],
            ..Verdict::default()
        };
        assert_eq!(scenario.problem(&good), None);
        for (verdict, part) in [
            (Verdict { allow: true, ..good.clone() }, "expected deny"),
            (Verdict { reasons: vec![], ..good.clone() }, "no reason holds"),
            (Verdict { obligations: vec![], ..good }, "expected the obligations [warn]"),
        ] {
            let problem = scenario.problem(&verdict).unwrap();
            assert!(problem.contains(part) && !scenario.is_met(&verdict), "{problem}");
        }
    }

    #[test]
    fn what_is_no_scenario_is_refused() {
        for text in ["scenarios: 1", "scenario: []", &TEXT.replace("deny", "maybe")] {
            assert!(matches!(read(text), Err(ScenarioError::Format(_))), "{text}");
        }
        let long = " ".repeat(usize::try_from(FILE_BYTES_MAX).unwrap() + 1);
        assert!(matches!(read(&long), Err(ScenarioError::TooLarge)));
    }
}
