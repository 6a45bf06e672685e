//! A question to policy in words of the command line.

use std::{collections::BTreeMap, fs, io::Read as _, path::PathBuf};

use clap::{Args, ValueHint};
use conductor_policy::{
    QUESTION_BYTES_MAX,
    scenario::{Expect, Place, Scenario, What, Who},
};
use conductor_protocol::{token::TokenScope, v1::Scope, verdict::TenantFacts};

use crate::cli::failure::Failure;

/// Stands for the id of a token that is made up.
const TOKEN: &str = "tok_asked";

/// See the module. What is not said is as a scenario has it.
#[derive(Debug, Args)]
pub(crate) struct QuestionArgs {
    /// What is asked for, such as `run.start`
    #[arg(required_unless_present = "question")]
    action: Option<String>,
    /// A file with the whole question, as `decisions show -o json` has it under `input`; `-` for
    /// standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "action")]
    question: Option<PathBuf>,
    /// A role that is held in the tenant; may be given again
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Who asks
    #[arg(long, value_name = "PRINCIPAL", default_value = "uid:1000")]
    principal: String,
    /// Another tenant in which they hold a role; may be given again
    #[arg(long, value_name = "TENANT")]
    elsewhere: Vec<String>,
    /// They were let in from another tenant, as a guest
    #[arg(long)]
    guest: bool,
    /// What the daemon's records say of them; may be given again
    #[arg(long = "attribute", value_name = "NAME=VALUE", value_parser = pair)]
    attributes: Vec<(String, String)>,
    /// They come with a token that is for this, such as `run.start@prod`; may be given again
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<TokenScope>,
    /// What kind of thing it is asked about; by the action when it is left out
    #[arg(long)]
    kind: Option<String>,
    /// Its name or id
    #[arg(long, default_value = "")]
    id: String,
    /// Who owns it
    #[arg(long, value_name = "PRINCIPAL", default_value = "")]
    owner: String,
    /// The workflow that it is of, where a token is for some alone
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    workflow: String,
    /// What its manifest says that it risks
    #[arg(long, value_parser = ["low", "medium", "high"])]
    risk: Option<String>,
    /// How sensitive its data is
    #[arg(long, value_parser = ["public", "internal", "confidential", "restricted"])]
    data_sensitivity: Option<String>,
    /// Where it may run; may be given again
    #[arg(long = "runs-in", value_name = "REGION")]
    regions: Vec<String>,
    /// What its data is used for; may be given again
    #[arg(long)]
    purpose: Vec<String>,
    /// Its author has not signed it
    #[arg(long)]
    unsigned: bool,
    /// Nobody else has reviewed it
    #[arg(long)]
    unreviewed: bool,
    /// A secret that it uses; may be given again
    #[arg(long = "secret", value_name = "NAME")]
    secrets: Vec<String>,
    /// What runs the task, for `task.run`
    #[arg(long, value_name = "USES")]
    executor: Option<String>,
    /// A host that the task acts on; may be given again
    #[arg(long = "on-host", value_name = "NAME", requires = "executor")]
    hosts: Vec<String>,
    /// Its resource class
    #[arg(long, value_name = "CLASS", value_parser = ["small", "medium", "large"])]
    resources: Option<String>,
    /// The governance profile of the tenant
    #[arg(long, value_parser = ["internal", "white-label", "saas"])]
    profile: Option<String>,
    /// The tenant is suspended
    #[arg(long)]
    suspended: bool,
    /// How the caller came in
    #[arg(long, default_value = "unix")]
    channel: String,
}

impl QuestionArgs {
    /// The question as JSON. Where it is asked is the scope of the command line.
    pub(super) fn json(self, scope: Option<Scope>) -> Result<String, Failure> {
        if let Some(path) = &self.question {
            return read(path);
        }
        let question = self.scenario(scope.unwrap_or_default()).question();
        serde_json::to_string(&question).map_err(|error| Failure::Invalid(error.to_string()))
    }

    fn scenario(self, scope: Scope) -> Scenario {
        let action = self.action.unwrap_or_default();
        let kind = self.kind.unwrap_or_else(|| kind_of(&action).to_owned());
        let status = if self.suspended { "suspended" } else { "active" };
        let facts = (self.suspended || self.profile.is_some())
            .then(|| TenantFacts { status: status.to_owned(), ..TenantFacts::default() });
        Scenario {
            name: String::new(),
            who: Who {
                principal: self.principal,
                roles: self.roles,
                elsewhere: self.elsewhere,
                attributes: BTreeMap::from_iter(self.attributes),
                guest: self.guest,
                token: if self.scopes.is_empty() { String::new() } else { TOKEN.to_owned() },
                scopes: self.scopes,
                task: String::new(),
                on_behalf_of: String::new(),
            },
            what: What {
                action,
                kind,
                id: self.id,
                owner: self.owner,
                executor: self.executor,
                hosts: self.hosts,
                resources: self.resources.unwrap_or_default(),
                secrets: self.secrets,
                risk: self.risk.unwrap_or_default(),
                data_sensitivity: self.data_sensitivity.unwrap_or_default(),
                regions: self.regions,
                purpose: self.purpose,
                unsigned: self.unsigned,
                unreviewed: self.unreviewed,
                signature_problem: String::new(),
                scopes: Vec::new(),
                workflow: self.workflow,
            },
            place: Place {
                channel: self.channel,
                profile: self.profile.unwrap_or_default(),
                facts,
                ..Place::at(scope.tenant, scope.environment, scope.region)
            },
            expect: Expect::Allow,
            because: String::new(),
            obliged: None,
            why: String::new(),
        }
    }
}

/// What an action is asked about, where nobody says.
fn kind_of(action: &str) -> &str {
    match action {
        "run.start" | "run.plan" => "workflow",
        action => action.split('.').next().unwrap_or_default(),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn read(path: &std::path::Path) -> Result<String, Failure> {
    let failed = |error| Failure::local(format!("read {}", path.display()), error);
    let mut text = String::new();
    let bound = QUESTION_BYTES_MAX as u64 + 1;
    if path.as_os_str() == "-" {
        std::io::stdin().take(bound).read_to_string(&mut text).map_err(failed)?;
    } else {
        let file = fs::File::open(path).map_err(failed)?;
        file.take(bound).read_to_string(&mut text).map_err(failed)?;
    }
    if text.len() > QUESTION_BYTES_MAX {
        let message = format!("a question has {QUESTION_BYTES_MAX} bytes at most");
        return Err(Failure::Invalid(message));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use conductor_protocol::verdict::Question;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        asked: QuestionArgs,
    }

    fn question(line: &str) -> Question {
        let scope =
            Scope { tenant: "acme".into(), environment: "prod".into(), region: "eu".into() };
        question_at(Some(scope), line)
    }

    fn question_at(scope: Option<Scope>, line: &str) -> Question {
        let line = Line::try_parse_from(line.split_whitespace()).unwrap();
        serde_json::from_str(&line.asked.json(scope).unwrap()).unwrap()
    }

    #[test]
    fn words_become_a_question() {
        let asked = question(
            "eval run.start --role workflow_author --risk high --profile saas --runs-in eu \
             --attribute region=eu",
        );
        assert_eq!(asked.subject.roles, ["workflow_author"]);
        assert_eq!(asked.subject.attributes["region"], "eu");
        assert_eq!(
            (asked.resource.kind.as_str(), asked.resource.risk.as_str()),
            ("workflow", "high")
        );
        assert_eq!(asked.context.environment, "prod");
        let tenant = asked.context.tenant.unwrap();
        assert_eq!((tenant.profile.as_str(), tenant.status.as_str()), ("saas", "active"));
        let plain = question("eval task.run --executor pkg:builtin/ssh@1 --on-host web-1");
        assert_eq!((plain.resource.kind.as_str(), plain.context.tenant), ("task", None));
        assert_eq!(plain.resource.task.unwrap().hosts, ["web-1"]);
    }

    /// Who tries it out is answered by the policy's rules and told of nothing that is missing.
    #[test]
    fn what_is_not_said_is_as_the_daemon_has_it() {
        let bundle = conductor_policy::Bundle::embedded().unwrap();
        let asked = question_at(None, "eval run.start --role operator");
        let place = &asked.context;
        assert_eq!((place.tenant_id.as_str(), place.region.as_str()), ("default", "local"));
        assert_eq!(place.environment, "dev");
        assert_eq!(place.tenant.as_ref().unwrap().status, "active");
        assert!(bundle.decide(&asked).allow);
        let reasons = bundle.decide(&question_at(None, "eval run.start --role read_only")).reasons;
        assert!(reasons[0].contains("read_only may not run.start"), "{reasons:?}");
    }

    #[test]
    fn what_is_no_question_is_refused() {
        for line in
            ["eval", "eval run.start -q file", "eval run.start --risk huge", "eval a --attribute b"]
        {
            assert!(Line::try_parse_from(line.split_whitespace()).is_err(), "{line}");
        }
    }
}
