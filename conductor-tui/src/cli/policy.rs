//! `conductor policy test`: scenarios asked of a policy bundle, without a daemon.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use conductor_policy::{
    Bundle,
    scenario::{self, Expect, FILE_BYTES_MAX, Scenario},
};
use conductor_protocol::verdict::Verdict;
use serde_json::json;

use super::{
    failure::Failure,
    output::{Meaning, Output, with_glyph},
};

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
or deny, `because` may name a part of the reason that policy gives, and `obliged` the types of all \
obligations. Exits with 1 when an answer is another.

Examples:
  conductor policy test policy
  conductor policy test --bundle ./bundle policy/disk-clean.yaml -o json")]
    Test {
        /// Files of scenarios, or folders of them
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Ask the bundle in this folder or archive instead of the built-in one
        #[arg(long, value_name = "PATH")]
        bundle: Option<PathBuf>,
    },
    /// List the bundles that decided, newest first, and one that was refused
    Bundles,
    /// Have policy decide by a bundle that was accepted before
    #[command(after_help = "\
The daemon keeps the bundles that it accepted; `conductor policy bundles` lists them. What the source has now is \
passed over until it has another one.

Example:
  conductor policy rollback sha256:56f215c86c7b --reason 'the new one denies on-call'")]
    Rollback {
        /// Its revision, or its first digits
        #[arg(value_name = "REVISION")]
        revision: String,
        /// Why, for those who read it later
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// List what is deployed for the tenant and is not what the daemon's configuration wants
    #[command(after_help = "Exits with 1 while an item is open.")]
    Drift {
        /// Those that were settled, too
        #[arg(long)]
        all: bool,
    },
}

impl PolicyCommand {
    /// Whether it needs no daemon.
    pub(super) const fn is_offline(&self) -> bool {
        matches!(self, Self::Test { .. })
    }
}

/// Runs the command.
pub(super) fn run(command: &PolicyCommand, output: &mut Output) -> Result<(), Failure> {
    let PolicyCommand::Test { paths, bundle } = command else { return Ok(()) };
    let bundle = match bundle {
        Some(path) => Bundle::load(path, None),
        None => Bundle::embedded(),
    };
    let bundle = bundle.map_err(|error| Failure::Invalid(format!("the policy bundle: {error}")))?;
    let (mut asked, mut wrong) = (0, 0);
    let mut answers = Vec::new();
    for path in files(paths)? {
        for scenario in read(&path)? {
            let verdict = bundle.decide(&scenario.question());
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
                "got": Expect::of(&verdict),
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
    let problem = scenario.problem(verdict);
    let (mark, meaning) =
        if problem.is_none() { ("ok", Meaning::Good) } else { ("fail", Meaning::Bad) };
    let mark = output.style.paint(meaning, &with_glyph(mark, output.style));
    output.line(format!("{mark}  {}: {}", path.display(), scenario.name))?;
    let Some(problem) = problem else { return Ok(()) };
    output.line(format!("    {problem}"))?;
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
    scenario::read(&text).map_err(|error| Failure::Invalid(format!("{}: {error}", path.display())))
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
