//! `conductor run`: start a run, of a published workflow or of a file that is published first.

use std::path::{Path, PathBuf};

use clap::Args;
use conductor_protocol::v1;
use serde_json::Value;

use super::{
    context::Context,
    failure::Failure,
    follow::{self, Follow},
    inputs::{self, Assignment},
    manifest_file,
    output::{Format, Meaning, to_value},
    runbooks, workflows,
};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
The run's id is printed as soon as the start is durable; from then on the run survives anything. \
With --follow the timeline is shown as it happens, and the exit code is the run's: 0 when it \
succeeded, 1 when not. Ctrl-C then detaches (exit 130) and the run goes on.

Values of -i are typed by the workflow's inputs: `-i count=3` is a number where the schema says \
integer or number, `-i hosts=a,b` a list where it says array, true or false where it says boolean, \
and a text everywhere else.

Examples:
  conductor run triage --follow --logs
  conductor run disk-clean@1.2.0 -i host=db1 -i threshold=90 --reason 'INC-204'
  conductor run ./disk.yaml -I inputs.json -o json | jq -r .runId")]
pub(crate) struct RunArgs {
    /// Name of a published workflow, name and version, or the file of a manifest or a runbook
    #[arg(value_name = "NAME[@VERSION]|FILE")]
    target: String,
    /// An input; may be given again
    #[arg(short = 'i', long = "input", value_name = "NAME=VALUE")]
    assignments: Vec<Assignment>,
    /// A file with inputs, a JSON or YAML object; `-` for standard input
    #[arg(short = 'I', long, value_name = "FILE")]
    inputs: Option<PathBuf>,
    /// Repeat safely: the same key with the same request gives the same run
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Why, in your words; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Start only if what would run is this plan, by its digest: see `conductor plan`
    #[arg(long, value_name = "DIGEST")]
    plan: Option<String>,
    /// It is to show whether the workflow works: a success counts as a rehearsal
    #[arg(long)]
    rehearsal: bool,
    /// Whose data it works on, by your name for them, such as `customer-4711`: what is recorded of the run
    /// is sealed with a key of theirs, and `conductor subjects forget` makes it unreadable
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<String>,
    /// Go ahead alone where others would have to approve it, or a freeze holds it up: policy has to let
    /// you, you touch a security key for it, and two others review it afterwards. Needs --reason
    #[arg(long, requires = "reason")]
    break_glass: bool,
    /// With a file: say nothing of its name and of the git repository that it is in
    #[arg(long)]
    no_provenance: bool,
    /// Show the timeline until the run ends
    #[arg(short, long)]
    follow: bool,
    /// With --follow: show the tasks' output, too
    #[arg(long, requires = "follow")]
    logs: bool,
}

impl RunArgs {
    /// The same as a rehearsal.
    pub(super) fn rehearsal(self) -> Self {
        Self { rehearsal: true, ..self }
    }
}

/// Runs the command.
pub(super) async fn run(args: RunArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let base = args.inputs.as_deref().map(inputs::read_file).transpose()?.unwrap_or_default();
    let (workflow, version, schema) = target(&args, context).await?;
    let inputs = inputs::assign(base, &args.assignments, &schema).map_err(Failure::Invalid)?;
    let request = v1::StartRunRequest {
        scope: context.scope(),
        workflow,
        version,
        inputs_json: Value::Object(inputs).to_string(),
        idempotency_key: args.idempotency_key.unwrap_or_default(),
        reason: args.reason.unwrap_or_default(),
        plan: args.plan.unwrap_or_default(),
        rehearsal: args.rehearsal,
        break_glass: args.break_glass,
        subject: args.subject.unwrap_or_default(),
    };
    let started = context.connection.start_run(request).await?;
    let follow = args.follow.then_some(Follow { logs: args.logs });
    answer(&started, follow, context).await
}

/// Says which run it is and stays with it when asked to.
pub(super) async fn answer(
    started: &v1::StartRunResponse,
    follow: Option<Follow>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let output = &mut *context.output;
    match output.format {
        Format::Table => {
            let id = output.style.paint(Meaning::Strong, &started.run_id);
            let how = if started.replayed { "was started before" } else { "started" };
            output.line(format!("run {id} {how}"))?;
        }
        // One document in the end: the run as it ended.
        Format::Json | Format::Yaml if follow.is_some() => {
            output.note(format!("run {} started", started.run_id))?;
        }
        _ => output.document(&to_value(started))?,
    }
    for warning in &started.warnings {
        let word = output.note_style.paint(Meaning::Warn, "warning:");
        output.note(format!("{word} {warning}"))?;
    }
    output.flush()?;
    match follow {
        Some(follow) => follow::run(&started.run_id, follow, context).await,
        None => Ok(()),
    }
}

/// The workflow's name and version, and the schema of its inputs where it is needed.
async fn target(
    args: &RunArgs,
    context: &mut Context<'_>,
) -> Result<(String, String, Value), Failure> {
    if is_file(&args.target) {
        let file = manifest_file::load(Path::new(&args.target), context.output)?;
        let (path, told) = (Path::new(&args.target), !args.no_provenance);
        let signatures = runbooks::beside(path, &[])?;
        let source = workflows::Source { path, written: file.source, told, signatures };
        workflows::publish(source, "", context).await?;
        let schema = Value::Object(file.manifest.inputs);
        return Ok((file.manifest.name, file.manifest.version, schema));
    }
    let (name, version) = workflows::name_and_version(&args.target);
    if args.assignments.is_empty() {
        return Ok((name, version, Value::Null));
    }
    let workflow = workflows::get(&args.target, context).await?;
    let manifest: Value = serde_json::from_str(&workflow.manifest_json).unwrap_or_default();
    // The version that the types were taken from, should another be published meanwhile.
    Ok((name, workflow.version, manifest.get("inputs").cloned().unwrap_or_default()))
}

/// A name has neither a slash nor an ending, so the two can't be taken for each other.
pub(super) fn is_file(target: &str) -> bool {
    let ending = Path::new(target).extension().and_then(|ending| ending.to_str());
    target == "-"
        || target.contains('/')
        || (matches!(ending, Some("yaml" | "yml" | "json" | "md" | "markdown"))
            && !target.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_names() {
        for file in ["disk.yaml", "./disk", "/a/b.json", "x.yml", "drain.md", "-"] {
            assert!(is_file(file), "{file}");
        }
        for name in ["disk", "disk@1.2.0", "disk-clean@1.0.0-rc.json"] {
            assert!(!is_file(name), "{name}");
        }
    }
}
