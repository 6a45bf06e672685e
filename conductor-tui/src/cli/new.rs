//! `conductor init` and `conductor new`: a repository of workflows that passes its own CI from the
//! first minute on. Nothing that is there is ever written over.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use conductor_protocol::manifest::{MediaType, SCHEMA, Source};
use serde_json::json;

use super::{failure::Failure, manifest_file, output::Output};

/// The workflow that a new repository begins with.
const FIRST: &str = "first-look";
/// What stands for the name in a template.
const NAME: &str = "@NAME@";
/// Where the manifest's schema lies in a repository.
const SCHEMA_PATH: &str = "schemas/manifest.v1.schema.json";

const WORKFLOW: &str = include_str!("../../templates/workflow.yaml");
const RUNBOOK: &str = include_str!("../../templates/runbook.yaml");
const RUNBOOK_STEPS: &str = include_str!("../../templates/runbook-steps.md");
const INPUTS: &str = include_str!("../../templates/inputs.yaml");
const RUNBOOK_STORY: &str = include_str!("../../templates/runbook.md");
const SCENARIOS: &str = include_str!("../../templates/scenarios.yaml");

/// Files of a repository that are the same in each: path, text, and whether it is a program.
const REPOSITORY: &[(&str, &str, bool)] = &[
    ("README.md", include_str!("../../templates/repository/README.md"), false),
    (".gitignore", include_str!("../../templates/repository/gitignore"), false),
    (".ci/run", include_str!("../../templates/repository/.ci/run"), true),
    (
        ".github/workflows/ci.yml",
        include_str!("../../templates/repository/.github/workflows/ci.yml"),
        false,
    ),
    (SCHEMA_PATH, SCHEMA, false),
];

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes a README, a workflow that runs anywhere, its policy scenarios, the manifest's JSON Schema for \
editors, and a CI script that passes, with a GitHub Actions file that calls it. The folder may hold \
other files; when one of these is there already nothing is written.

Example:
  conductor init ops && cd ops && .ci/run && conductor run workflows/first-look.yaml --follow")]
pub(crate) struct InitArgs {
    /// The folder; it is made when it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// What can be added.
#[derive(Debug, Subcommand)]
pub(crate) enum NewCommand {
    /// Add a workflow: workflows/NAME.yaml, and its policy scenarios
    Workflow(NewArgs),
    /// Add a runbook: runbooks/NAME.yaml with its story in NAME.md, and its policy scenarios; with
    /// --markdown one file that is both, runbooks/NAME.md
    Runbook(RunbookArgs),
}

/// See [`NewCommand`].
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// 3 to 64 letters, digits, `_` and `-`
    name: String,
    /// The repository's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// See [`NewCommand`].
#[derive(Debug, Args)]
#[command(after_help = "\
A runbook in Markdown has its steps in its text, as blocks with a fence: conductor-runbook(5).

Examples:
  conductor new runbook restart-it
  conductor new runbook drain-host --markdown && conductor plan runbooks/drain-host.md -i service=nginx")]
pub(crate) struct RunbookArgs {
    #[command(flatten)]
    new: NewArgs,
    /// In Markdown: the story and the steps in one file
    #[arg(long)]
    markdown: bool,
}

/// A file that is to be written.
struct NewFile {
    path: PathBuf,
    text: String,
    program: bool,
}

/// Writes a repository.
pub(super) fn init(args: &InitArgs, output: &mut Output) -> Result<(), Failure> {
    let same = |(path, text, program): &(&str, &str, bool)| NewFile {
        path: path.into(),
        text: (*text).to_owned(),
        program: *program,
    };
    let mut files: Vec<NewFile> = REPOSITORY.iter().map(same).collect();
    files.extend(workflow(FIRST));
    write_all(&args.folder, files, output)?;
    if output.is_table() {
        let place = args.folder.display();
        output.line(format!("next: cd {place} && .ci/run"))?;
    }
    Ok(())
}

/// Adds to a repository.
pub(super) fn run(command: &NewCommand, output: &mut Output) -> Result<(), Failure> {
    let (args, mut files) = match command {
        NewCommand::Workflow(args) => (args, workflow(&args.name)),
        NewCommand::Runbook(RunbookArgs { new, markdown: false }) => (new, runbook(&new.name)),
        NewCommand::Runbook(RunbookArgs { new, .. }) => (new, runbook_steps(&new.name)),
    };
    // The manifest's own rules say what a name is; only then is it part of a path.
    let manifest = &files[0];
    let media_type = MediaType::of_file(&manifest.path.to_string_lossy(), &manifest.text);
    let read = Source { media_type, text: manifest.text.clone() }.parse();
    for problem in read.as_ref().err().into_iter().flatten() {
        manifest_file::tell(&manifest.path, problem, output)?;
    }
    // What stands around a name may swallow a part of it, as a line's end is.
    if !read.is_ok_and(|read| read.name == args.name) {
        let name = args.name.escape_debug();
        return Err(Failure::Invalid(format!("`{name}` is no name for a workflow")));
    }
    if !args.dir.join(SCHEMA_PATH).exists() {
        files.push(NewFile { path: SCHEMA_PATH.into(), text: SCHEMA.into(), program: false });
    }
    write_all(&args.dir, files, output)
}

fn workflow(name: &str) -> Vec<NewFile> {
    vec![
        filled(format!("workflows/{name}.yaml"), WORKFLOW, name),
        filled(format!("policy/{name}.yaml"), SCENARIOS, name),
    ]
}

fn runbook(name: &str) -> Vec<NewFile> {
    vec![
        filled(format!("runbooks/{name}.yaml"), RUNBOOK, name),
        filled(format!("runbooks/{name}.md"), RUNBOOK_STORY, name),
        filled(format!("inputs/{name}.yaml"), INPUTS, name),
        filled(format!("policy/{name}.yaml"), SCENARIOS, name),
    ]
}

fn runbook_steps(name: &str) -> Vec<NewFile> {
    vec![
        filled(format!("runbooks/{name}.md"), RUNBOOK_STEPS, name),
        filled(format!("inputs/{name}.yaml"), INPUTS, name),
        filled(format!("policy/{name}.yaml"), SCENARIOS, name),
    ]
}

fn filled(path: String, template: &str, name: &str) -> NewFile {
    NewFile { path: path.into(), text: template.replace(NAME, name), program: false }
}

/// Writes files below a folder; none when one of them is there.
fn write_all(folder: &Path, files: Vec<NewFile>, output: &mut Output) -> Result<(), Failure> {
    let there: Vec<String> = files
        .iter()
        .map(|file| below(folder, file))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if !there.is_empty() {
        return Err(Failure::Exists {
            message: format!("nothing was written: {} is there already", there.join(", ")),
            hint: "nothing is ever written over: move it away, or choose another name".into(),
        });
    }
    let mut written = Vec::new();
    for file in files {
        let path = below(folder, &file);
        write(&path, &file)
            .map_err(|error| Failure::local(format!("write {}", path.display()), error))?;
        written.push(path.display().to_string());
    }
    if output.is_table() {
        for path in written {
            output.line(format!("wrote {path}"))?;
        }
        return Ok(());
    }
    Ok(output.document(&json!({ "written": written }))?)
}

/// Its path, as short as it may be called.
fn below(folder: &Path, file: &NewFile) -> PathBuf {
    if folder == Path::new(".") { file.path.clone() } else { folder.join(&file.path) }
}

fn write(path: &Path, file: &NewFile) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mode = if file.program { 0o755 } else { 0o644 };
    let mut to = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    to.write_all(file.text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{super::output::Format, *};

    fn plain(new: NewArgs) -> NewCommand {
        NewCommand::Runbook(RunbookArgs { new, markdown: false })
    }

    fn in_markdown(new: NewArgs) -> NewCommand {
        NewCommand::Runbook(RunbookArgs { new, markdown: true })
    }

    fn add(kind: fn(NewArgs) -> NewCommand, name: &str, dir: &Path) -> Result<(), Failure> {
        let (mut output, ..) = Output::captured(Format::Table);
        run(&kind(NewArgs { name: name.into(), dir: dir.into() }), &mut output)
    }

    #[test]
    fn what_is_written_is_good_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        add(plain, "restart-it", folder.path()).unwrap();
        add(NewCommand::Workflow, "look_at-2", folder.path()).unwrap();
        for file in ["runbooks/restart-it.yaml", "workflows/look_at-2.yaml"] {
            let text = fs::read_to_string(folder.path().join(file)).unwrap();
            assert_eq!(conductor_protocol::manifest::parse(&text).err(), None, "{file}");
            assert!(text.starts_with("# yaml-language-server: $schema=../schemas/"), "{file}");
            assert!(!text.contains(NAME), "{file}");
        }
        add(in_markdown, "drain-it", folder.path()).unwrap();
        let text = fs::read_to_string(folder.path().join("runbooks/drain-it.md")).unwrap();
        let manifest = conductor_protocol::manifest::parse_runbook(&text).unwrap();
        let steps: Vec<&str> = manifest.tasks.iter().map(|task| task.id.as_str()).collect();
        assert_eq!(
            (manifest.name.as_str(), steps),
            ("drain-it", vec!["look", "plan", "act", "verify"])
        );
        assert!(!folder.path().join("runbooks/drain-it.yaml").exists());
        // The scenarios of the runbook are there: a workflow of that name is refused whole.
        let refused = add(NewCommand::Workflow, "restart-it", folder.path()).unwrap_err();
        assert!(
            matches!(&refused, Failure::Exists { message, .. }
            if message.contains("policy/restart-it.yaml")),
            "{refused}"
        );
        assert!(!folder.path().join("workflows/restart-it.yaml").exists());
    }

    #[test]
    fn a_name_is_one_that_a_manifest_may_have() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["ab", "a b c", "../escape", "", "a/b/c", "x: y", "name\n", "ümlaut"] {
            let refused = add(NewCommand::Workflow, name, folder.path()).unwrap_err();
            assert!(matches!(refused, Failure::Invalid(_)), "{name:?}: {refused}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_repository_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let args = InitArgs { folder: folder.path().join("ops") };
        let (mut output, out, _) = Output::captured(Format::Json);
        init(&args, &mut output).unwrap();
        let said: serde_json::Value = serde_json::from_str(&out.text()).unwrap();
        assert_eq!(said["written"].as_array().unwrap().len(), REPOSITORY.len() + 2);
        fs::remove_file(args.folder.join("README.md")).unwrap();
        let refused = init(&args, &mut output).unwrap_err();
        assert!(refused.to_string().contains(".ci/run"), "{refused}");
        assert!(!args.folder.join("README.md").exists());
    }
}
