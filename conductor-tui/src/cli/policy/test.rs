//! `conductor policy test`: scenarios asked of a policy bundle.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use conductor_policy::trial;
use conductor_protocol::v1;

use super::{bundle::BundleArgs, scenarios};
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Meaning, Output, with_glyph},
};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
A file holds a list of scenarios:

  scenarios:
    - name: an operator runs it
      who: {principal: 'uid:1000', roles: [operator]}
      what: {action: run.start, kind: workflow, id: disk-clean, risk: low}
      where: {tenant: default, environment: prod, region: local, profile: internal}
      expect: allow
      why: whoever is on call must not wait for anybody

`who` and `what` are needed, with `roles` and `action`; the rest may be left out. `expect` is allow \
or deny, `because` may name a part of the reason that policy gives, `obliged` the types of all its \
obligations. Exits with 1 when an answer is another.

Examples:
  conductor policy test policy
  conductor policy test --bundle ./bundle policy/disk-clean.yaml -o json
  conductor policy test --daemon policy")]
pub(crate) struct TestArgs {
    /// Files of scenarios, or folders of them
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    bundle: BundleArgs,
}

/// Runs the command.
pub(super) async fn run(args: TestArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let scenarios = scenarios::files(&args.paths)?;
    let tested = if args.bundle.daemon {
        let (scope, candidate) = (context.scope(), args.bundle.candidate()?);
        let request = v1::TestPolicyRequest { scope, candidate, scenarios };
        context.connection.test_policy(request).await?
    } else {
        trial::test(&args.bundle.local()?, &scenarios)?
    };
    if !context.output.listed(&tested.scenarios)? {
        for scenario in &tested.scenarios {
            tell(scenario, context.output)?;
        }
    }
    match (tested.scenarios.len(), tested.failed) {
        (0, _) => Err(Failure::NotFound("there is no scenario in what was named".into())),
        (_, 0) => Ok(()),
        (asked, failed) => Err(Failure::NotGood(format!("{failed} of {asked} scenarios fail"))),
    }
}

fn tell(scenario: &v1::PolicyTested, output: &mut Output) -> std::io::Result<()> {
    let met = scenario.ok;
    let (mark, meaning) = if met { ("ok", Meaning::Good) } else { ("fail", Meaning::Bad) };
    let mark = output.style.paint(meaning, &with_glyph(mark, output.style));
    output.line(format!("{mark}  {}: {}", scenario.file, scenario.name))?;
    if met {
        return Ok(());
    }
    output.line(format!("    {}", scenario.problem))?;
    if !scenario.why.is_empty() {
        output.line(format!("    it should, because {}", scenario.why))?;
    }
    Ok(())
}
