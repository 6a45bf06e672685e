//! `conductor plan`: what a run would do, of a published workflow or of a file that need not be.

use std::path::{Path, PathBuf};

use clap::Args;
use conductor_protocol::v1;
use conductor_tui::planned::{self, Tone, Word};
use serde_json::Value;

use super::{
    context::Context,
    failure::Failure,
    inputs::{self, Assignment},
    manifest_file,
    output::{Meaning, Output, Style, to_value},
    run::is_file,
    workflows,
};

/// Columns of a page where no terminal says how many there are.
const WIDTH_DEFAULT: usize = 80;
/// Columns that are never passed, so that lines can be read.
const WIDTH_MAX: usize = 120;

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
The daemon checks the inputs, fills in the templates, chooses the hosts, asks policy about the start \
and about every task, and looks at how long it took before. Nothing is started, published, recorded \
or written, here or there. What depends on the outputs of tasks is shown as it is written, with the \
tasks that it is known after.

The digest stands for what would run: the workflow's version, the inputs, the hosts, what each task is \
given, and the policy. `conductor run … --plan DIGEST` starts only if that is still the same.

Exit codes: 0 when nothing is in the way, 3 when policy denies it, \
4 when others have to approve it first, 8 when a run could not be started or \
a task of it would fail; the plan is shown all the same.

Examples:
  conductor plan restart -i filter='role:web'
  conductor plan ./restart.yaml -I inputs.json
  conductor plan restart -o json | jq -j .binding | sha256sum")]
pub(crate) struct PlanArgs {
    /// Name of a published workflow, name and version, or the file of a manifest or a runbook
    #[arg(value_name = "NAME[@VERSION]|FILE")]
    target: String,
    /// An input; may be given again
    #[arg(short = 'i', long = "input", value_name = "NAME=VALUE")]
    assignments: Vec<Assignment>,
    /// A file with inputs, a JSON or YAML object; `-` for standard input
    #[arg(short = 'I', long, value_name = "FILE")]
    inputs: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn run(args: PlanArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let base = args.inputs.as_deref().map(inputs::read_file).transpose()?.unwrap_or_default();
    let (what, schema) = target(&args, context).await?;
    let inputs = inputs::assign(base, &args.assignments, &schema).map_err(Failure::Invalid)?;
    let inputs_json = Value::Object(inputs).to_string();
    let request = v1::PlanRunRequest { scope: context.scope(), inputs_json, ..what };
    let plan = context.connection.plan_run(request).await?.plan.unwrap_or_default();
    if context.output.is_table() {
        show(&plan, &next(&args, &plan), context.output)?;
    } else {
        context.output.document(&to_value(&plan))?;
    }
    end(&plan)
}

/// What is planned, and the schema of its inputs where it is needed.
async fn target(
    args: &PlanArgs,
    context: &Context<'_>,
) -> Result<(v1::PlanRunRequest, Value), Failure> {
    if is_file(&args.target) {
        // The daemon says what is wrong with it, with everything else.
        let source = manifest_file::source(Path::new(&args.target))?;
        let parsed = source.parse().ok();
        let schema = parsed.map_or(Value::Null, |parsed| Value::Object(parsed.inputs));
        let media_type = source.media_type.to_string();
        let request = v1::PlanRunRequest { manifest: source.text, media_type, ..<_>::default() };
        return Ok((request, schema));
    }
    let (workflow, version) = workflows::name_and_version(&args.target);
    if args.assignments.is_empty() {
        return Ok((v1::PlanRunRequest { workflow, version, ..<_>::default() }, Value::Null));
    }
    let found = workflows::get(&args.target, context).await?;
    let manifest: Value = serde_json::from_str(&found.manifest_json).unwrap_or_default();
    let schema = manifest.get("inputs").cloned().unwrap_or_default();
    let version = found.version;
    Ok((v1::PlanRunRequest { workflow, version, ..<_>::default() }, schema))
}

fn show(plan: &v1::Plan, next: &str, output: &mut Output) -> std::io::Result<()> {
    let width = output.width.unwrap_or(WIDTH_DEFAULT).min(WIDTH_MAX);
    for line in planned::lines(plan, width) {
        output.line(painted(&line, output.style))?;
    }
    if !next.is_empty() {
        // Never broken: it is to be copied.
        let label = output.style.paint(Meaning::Dim, "next      ");
        output.line(format!("{label} {next}"))?;
    }
    Ok(())
}

/// A line of a page, in colour where that is seen.
pub(super) fn painted(line: &planned::Line, style: Style) -> String {
    line.iter().map(|(tone, text)| style.paint(meaning(*tone), text)).collect()
}

const fn meaning(tone: Tone) -> Meaning {
    match tone {
        Tone::Plain => Meaning::Plain,
        Tone::Strong => Meaning::Strong,
        Tone::Dim => Meaning::Dim,
        Tone::Good => Meaning::Good,
        Tone::Warn => Meaning::Warn,
        Tone::Bad => Meaning::Bad,
    }
}

/// What to type to run just this.
fn next(args: &PlanArgs, plan: &v1::Plan) -> String {
    let startable = plan.problems.is_empty() && planned::of_plan(plan) != Word::Denied;
    if !startable || args.target == "-" {
        return String::new();
    }
    let target = match is_file(&args.target) {
        true => args.target.clone(),
        false => format!("{}@{}", plan.workflow, plan.version),
    };
    let mut words = vec!["conductor".to_owned(), "run".to_owned(), target];
    if let Some(path) = &args.inputs {
        words.extend(["-I".to_owned(), path.display().to_string()]);
    }
    for (name, value) in args.assignments.iter().map(Assignment::parts) {
        words.extend(["-i".to_owned(), format!("{name}={value}")]);
    }
    words.extend(["--plan".to_owned(), plan.digest.clone()]);
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

/// One word of a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The exit code says what the plan says.
fn end(plan: &v1::Plan) -> Result<(), Failure> {
    let word = planned::of_plan(plan);
    // Of what can't be read policy was not asked.
    let asked = plan.start.is_some() || plan.problems.is_empty();
    if asked && word == Word::Denied {
        return Err(Failure::Denied("policy does not allow this run".to_owned()));
    }
    match plan.problems.len() {
        0 if word == Word::Waits => {
            Err(Failure::Waits("this run has to be approved before it starts".to_owned()))
        }
        0 => Ok(()),
        1 => Err(Failure::Invalid("the plan has a problem".to_owned())),
        many => Err(Failure::Invalid(format!("the plan has {many} problems"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> v1::Plan {
        v1::Plan {
            workflow: "disk".into(),
            version: "1.0.0".into(),
            digest: "sha256:1".into(),
            start: Some(v1::Decision { allow: true, ..<_>::default() }),
            ..<_>::default()
        }
    }

    fn args(target: &str, assignments: &[&str]) -> PlanArgs {
        PlanArgs {
            target: target.into(),
            assignments: assignments.iter().map(|text| text.parse().unwrap()).collect(),
            inputs: None,
        }
    }

    #[test]
    fn what_to_type_next_pins_the_version_and_the_plan() {
        assert_eq!(
            next(&args("disk", &["path=/var log"]), &plan()),
            "conductor run disk@1.0.0 -i 'path=/var log' --plan sha256:1"
        );
        assert_eq!(next(&args("./a.yaml", &[]), &plan()), "conductor run ./a.yaml --plan sha256:1");
        assert_eq!(next(&args("-", &[]), &plan()), "");
    }

    #[test]
    fn the_exit_code_tells_denied_from_impossible() {
        assert!(end(&plan()).is_ok());
        let problem = v1::PlanProblem::default();
        let wrong = v1::Plan { problems: vec![problem], ..plan() };
        assert_eq!(end(&wrong).unwrap_err().exit(), super::super::failure::Exit::Invalid);
        assert_eq!(next(&args("disk", &[]), &wrong), "");
        let unread = v1::Plan { start: None, ..wrong };
        assert_eq!(end(&unread).unwrap_err().exit(), super::super::failure::Exit::Invalid);
        let denied = v1::PlannedTask { decision: Some(<_>::default()), ..<_>::default() };
        let sub = v1::PlannedWorkflow { tasks: vec![denied], ..<_>::default() };
        let inside = v1::PlannedTask { runs: Some(sub), ..<_>::default() };
        let denied = v1::Plan { tasks: vec![inside], ..plan() };
        assert_eq!(end(&denied).unwrap_err().exit(), super::super::failure::Exit::Denied);
    }
}
