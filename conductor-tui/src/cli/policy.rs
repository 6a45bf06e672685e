//! `conductor policy test`: scenarios asked of a policy bundle, without a daemon.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use conductor_policy::Guard;
use conductor_protocol::verdict::{Question, Resource, Situation, Subject, TaskAsked, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    failure::Failure,
    output::{Meaning, Output, with_glyph},
};

/// Bytes of a file of scenarios.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// What can be asked of the policy.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Ask scenarios, and fail when an answer is not the expected one
    #[command(after_help = "\
A file holds a list of scenarios:

  scenarios:
    - name: an operator runs it
      who: {principal: 'uid:1000', roles: [operator]}
      what: {action: run.start, kind: workflow, id: disk-clean}
      where: {tenant: default, environment: prod, region: local}
      expect: allow
      why: whoever is on call must not wait for anybody

`who` and `what` are needed, with `roles` and `action`; the rest may be left out. `expect` is allow \
or deny, `because` may name a part of the reason that policy gives. Exits with 1 when an answer is \
another.

Examples:
  conductor policy test policy
  conductor policy test --bundle ./bundle policy/disk-clean.yaml -o json")]
    Test {
        /// Files of scenarios, or folders of them
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Ask the bundle in this folder instead of the built-in one
        #[arg(long, value_name = "DIR")]
        bundle: Option<PathBuf>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenarios {
    scenarios: Vec<Scenario>,
}

/// One question with the answer that it must have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    who: Who,
    what: What,
    #[serde(default, rename = "where")]
    place: Place,
    expect: Expect,
    /// Part of a reason that policy must give.
    #[serde(default)]
    because: String,
    /// For people.
    #[serde(default)]
    why: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    #[serde(default = "somebody")]
    principal: String,
    roles: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct What {
    action: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    owner: String,
    /// What runs the task; where the action is `task.run`.
    #[serde(default)]
    executor: Option<String>,
    /// The hosts that it acts on.
    #[serde(default)]
    hosts: Vec<String>,
    /// Its resource class.
    #[serde(default)]
    resources: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Place {
    tenant: String,
    environment: String,
    region: String,
}

impl Default for Place {
    fn default() -> Self {
        Self { tenant: "default".into(), environment: "dev".into(), region: "local".into() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expect {
    Allow,
    Deny,
}

fn somebody() -> String {
    "uid:1000".to_owned()
}

impl Scenario {
    fn question(&self) -> Question {
        let (who, what, place) = (self.who.clone(), self.what.clone(), self.place.clone());
        Question {
            subject: Subject { principal: who.principal, roles: who.roles, ..Subject::default() },
            action: what.action,
            resource: Resource {
                kind: what.kind,
                id: what.id,
                owner: what.owner,
                secrets: Vec::new(),
                task: what.executor.map(|executor| TaskAsked {
                    executor,
                    hosts: what.hosts,
                    hosts_known: true,
                    resources: what.resources,
                }),
                ..Resource::default()
            },
            context: Situation {
                tenant_id: place.tenant,
                environment: place.environment,
                region: place.region,
                channel: "unix".to_owned(),
                ..Situation::default()
            },
        }
    }

    fn is_met(&self, verdict: &Verdict) -> bool {
        let because = verdict.reasons.iter().any(|reason| reason.contains(&self.because));
        answer(verdict) == self.expect && (self.because.is_empty() || because)
    }
}

const fn answer(verdict: &Verdict) -> Expect {
    if verdict.allow { Expect::Allow } else { Expect::Deny }
}

const fn word(answer: Expect) -> &'static str {
    match answer {
        Expect::Allow => "allow",
        Expect::Deny => "deny",
    }
}

/// Runs the command.
pub(super) fn run(command: &PolicyCommand, output: &mut Output) -> Result<(), Failure> {
    let PolicyCommand::Test { paths, bundle } = command;
    let guard = match bundle {
        Some(folder) => Guard::from_dir(folder),
        None => Guard::embedded(),
    };
    let guard = guard.map_err(|error| Failure::Invalid(format!("the policy bundle: {error}")))?;
    let (mut asked, mut wrong) = (0, 0);
    let mut answers = Vec::new();
    for path in files(paths)? {
        for scenario in read(&path)? {
            let verdict = guard.decide(&scenario.question());
            let met = scenario.is_met(&verdict);
            asked += 1;
            wrong += usize::from(!met);
            if output.is_table() {
                tell(&path, &scenario, &verdict, output)?;
                continue;
            }
            answers.push(json!({
                "file": path.display().to_string(),
                "name": scenario.name,
                "ok": met,
                "expected": scenario.expect,
                "got": answer(&verdict),
                "reasons": verdict.reasons,
                "why": scenario.why,
                "bundleRevision": verdict.bundle_revision,
            }));
        }
    }
    if !output.is_table() {
        output.list(&answers)?;
    }
    match (asked, wrong) {
        (0, _) => Err(Failure::NotFound("there is no scenario in what was named".into())),
        (_, 0) => Ok(()),
        (asked, wrong) => Err(Failure::NotGood(format!("{wrong} of {asked} scenarios fail"))),
    }
}

fn tell(
    path: &Path,
    scenario: &Scenario,
    verdict: &Verdict,
    output: &mut Output,
) -> Result<(), Failure> {
    let met = scenario.is_met(verdict);
    let (mark, meaning) = if met { ("ok", Meaning::Good) } else { ("fail", Meaning::Bad) };
    let mark = output.style.paint(meaning, &with_glyph(mark, output.style));
    output.line(format!("{mark}  {}: {}", path.display(), scenario.name))?;
    if met {
        return Ok(());
    }
    let (expected, got) = (word(scenario.expect), word(answer(verdict)));
    let reasons = verdict.reasons.join("; ");
    output.line(format!("    expected {expected}, policy says {got}: {reasons}"))?;
    if !scenario.because.is_empty() && answer(verdict) == scenario.expect {
        output.line(format!("    no reason holds `{}`", scenario.because))?;
    }
    if !scenario.why.is_empty() {
        output.line(format!("    it should, because {}", scenario.why))?;
    }
    Ok(())
}

/// The files that were named, folders by the YAML files in them.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let failed = |error| Failure::local(format!("read {}", path.display()), error);
        let entries = fs::read_dir(path).map_err(failed)?;
        let mut found = Vec::new();
        for entry in entries {
            let file = entry.map_err(failed)?.path();
            let ending = file.extension().and_then(|ending| ending.to_str());
            if matches!(ending, Some("yaml" | "yml")) {
                found.push(file);
            }
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<Scenario>, Failure> {
    let failed = |error: io::Error| Failure::local(format!("read {}", path.display()), error);
    if fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        let message = format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display());
        return Err(Failure::Invalid(message));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let read: Scenarios = serde_yaml_ng::from_str(&text)
        .map_err(|error| Failure::Invalid(format!("{}: {error}", path.display())))?;
    Ok(read.scenarios)
}

#[cfg(test)]
mod tests {
    use super::{super::output::Format, *};

    fn ask(text: &str) -> (Result<(), Failure>, String) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("s.yaml"), text).unwrap();
        let (mut output, out, _) = Output::captured(Format::Json);
        let paths = vec![folder.path().to_owned()];
        let asked = run(&PolicyCommand::Test { paths, bundle: None }, &mut output);
        (asked, out.text())
    }

    fn scenario(roles: &str, expect: &str, more: &str) -> String {
        format!(
            "scenarios:\n- name: x\n  who: {{roles: [{roles}]}}\n  what: {{action: run.start}}\n  \
             expect: {expect}\n{more}"
        )
    }

    #[test]
    fn an_answer_other_than_expected_fails() {
        assert!(ask(&scenario("operator", "allow", "")).0.is_ok());
        assert!(ask(&scenario("read_only", "deny", "  because: operator")).0.is_ok());
        for (roles, expect, more) in [
            ("operator", "deny", ""),
            ("read_only", "allow", ""),
            ("read_only", "deny", "  because: something else"),
        ] {
            let (asked, out) = ask(&scenario(roles, expect, more));
            assert!(matches!(asked, Err(Failure::NotGood(_))), "{roles} {expect} {more}: {out}");
            let said: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert_eq!(said[0]["ok"], false);
        }
    }

    #[test]
    fn what_is_no_scenario_is_refused_by_name() {
        for text in ["scenarios: 1", "scenario: []", &scenario("operator", "maybe", "")] {
            let (asked, _) = ask(text);
            let Err(Failure::Invalid(message)) = asked else { panic!("{text}") };
            assert!(message.contains("s.yaml"), "{message}");
        }
        assert!(matches!(ask("scenarios: []").0, Err(Failure::NotFound(_))));
    }
}
