//! `conductor workflows diff`: what two manifests differ in.

use std::path::Path;

use clap::Args;
use conductor_protocol::manifest::{self, Change, Manifest};
use conductor_tui::{compared, planned::Tone};
use serde_json::json;

use super::{
    super::{
        context::Context,
        failure::Failure,
        manifest_file,
        output::{Meaning, Style},
        run::is_file,
    },
    look_up,
};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
Compares what manifests mean, not how they are written: comments, the order of keys and the way a \
duration is written make no difference. Of a script the lines that differ are shown.

Without versions the newest is compared with the one below it; with one, that with the newest. A \
file is compared with the newest published version of its workflow, or with the one that is named.

In JSON each change has a path, `old` unless it was added, `new` unless it was removed.

Examples:
  conductor workflows diff disk-clean 1.2.0 1.3.0
  conductor workflows diff disk-clean.yaml --unified
  conductor workflows diff disk-clean -o json | jq -r '.changes[].path'")]
pub(crate) struct DiffArgs {
    /// Name of a published workflow, or the file of a manifest or a runbook
    #[arg(value_name = "NAME|FILE")]
    target: String,
    /// The version on the left
    #[arg(value_name = "VERSION")]
    from: Option<String>,
    /// The version on the right
    #[arg(value_name = "VERSION")]
    to: Option<String>,
    /// The whole as YAML, line by line, as `diff -u` shows it
    #[arg(short, long)]
    unified: bool,
}

/// One side.
struct Side {
    /// Version, or the file's name.
    title: String,
    manifest: Manifest,
}

/// Runs the command.
pub(super) async fn run(args: &DiffArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (old, new) = if is_file(&args.target) {
        with_file(args, context).await?
    } else {
        of_versions(args, context).await?
    };
    let changes = manifest::diff(&old.manifest, &new.manifest);
    let output = &mut *context.output;
    if !output.is_table() {
        let side = |side: &Side| {
            json!({
                "title": side.title,
                "version": side.manifest.version,
                "digest": side.manifest.digest(),
            })
        };
        let name = &new.manifest.name;
        let (from, to) = (side(&old), side(&new));
        let value = json!({ "name": name, "from": from, "to": to, "changes": changes });
        return Ok(output.document(&value)?);
    }
    if args.unified {
        return Ok(output.raw(unified(&old, &new)?.as_bytes())?);
    }
    let title = format!("{} {} → {}", new.manifest.name, old.title, new.title);
    output.line(output.style.paint(Meaning::Strong, &title))?;
    if changes.is_empty() {
        output.line("  no difference")?;
    }
    for line in lines(&changes, output.style) {
        output.line(line)?;
    }
    Ok(())
}

async fn with_file(args: &DiffArgs, context: &mut Context<'_>) -> Result<(Side, Side), Failure> {
    if args.to.is_some() {
        let hint = "name one version, or none for the newest";
        return Err(Failure::usage("a file is compared with one version", hint));
    }
    let file = manifest_file::load(Path::new(&args.target), context.output)?;
    let version = args.from.clone().unwrap_or_default();
    let old = published(&file.manifest.name, &version, context).await?.0;
    Ok((old, Side { title: args.target.clone(), manifest: file.manifest }))
}

async fn of_versions(args: &DiffArgs, context: &Context<'_>) -> Result<(Side, Side), Failure> {
    let name = args.target.as_str();
    let (new, below) = published(name, args.to.as_deref().unwrap_or_default(), context).await?;
    let old = match (&args.from, below.as_str()) {
        (Some(version), _) => version.clone(),
        (None, "") => {
            let message = format!("{name} {} is the first version of it", new.title);
            return Err(Failure::NotFound(message));
        }
        (None, below) => below.to_owned(),
    };
    Ok((published(name, &old, context).await?.0, new))
}

/// A published version, and the name of the one below it.
async fn published(
    name: &str,
    version: &str,
    context: &Context<'_>,
) -> Result<(Side, String), Failure> {
    let text = if version.is_empty() { name.to_owned() } else { format!("{name}@{version}") };
    let found = look_up(&text, context).await?;
    let workflow = found.workflow.unwrap_or_default();
    let manifest = serde_json::from_str(&workflow.manifest_json).map_err(|error| {
        let message = format!("{text} can't be read, the daemon may be newer: {error}");
        Failure::Invalid(message)
    })?;
    Ok((Side { title: workflow.version, manifest }, found.previous_version))
}

/// What stands between what was and what is.
const BECOMES: &str = "→";

/// The changes for a reader.
pub(crate) fn lines(changes: &[Change], style: Style) -> Vec<String> {
    let paint = |(tone, text): &(Tone, String)| match tone {
        Tone::Strong => style.paint(Meaning::Active, text),
        Tone::Bad => style.paint(Meaning::Bad, text),
        Tone::Good => style.paint(Meaning::Good, text),
        _ => text.clone(),
    };
    compared::lines(changes, BECOMES).iter().map(|line| line.iter().map(paint).collect()).collect()
}

fn unified(old: &Side, new: &Side) -> std::io::Result<String> {
    compared::unified((&old.title, &old.manifest), (&new.title, &new.manifest))
}

#[cfg(test)]
mod tests {
    use super::{
        super::super::output::{Format, Output},
        *,
    };

    fn side(title: &str, text: &str) -> Side {
        Side { title: title.into(), manifest: manifest::parse(text).unwrap() }
    }

    #[test]
    fn a_difference_reads_well() {
        let old = "name: disk\nversion: 1.0.0\ntasks:\n- id: a\n  uses: pkg:builtin/shell@1\n  \
                   timeout: 30s\n  with:\n    run: |\n      set -e\n      df /\n      echo done\n";
        let new = old
            .replace("1.0.0", "1.1.0")
            .replace("df /\n", "df /\n      df /var\n")
            .replace("30s", "1m")
            + "- id: b\n  uses: pkg:builtin/noop@1\n  needs: [a]\n";
        let (old, new) = (side("1.0.0", old), side("1.1.0", &new));
        let (output, ..) = Output::captured(Format::Table);
        let shown = lines(&manifest::diff(&old.manifest, &new.manifest), output.style);
        insta::assert_snapshot!(shown.join("\n"), @r"
          version: 1.0.0 → 1.1.0
          tasks[a].with.run, line 3
            + df /var
          tasks[a].timeout_ms: 30000 → 60000
          tasks[b]
            + id: b
            + uses: pkg:builtin/noop@1
            + needs:
            + - a
        ");
        let text = unified(&old, &new).unwrap();
        assert!(text.starts_with("--- 1.0.0\n+++ 1.1.0\n@@"), "{text}");
        assert!(text.contains("\n-  timeout_ms: 30000\n+  timeout_ms: 60000\n"), "{text}");
    }
}
