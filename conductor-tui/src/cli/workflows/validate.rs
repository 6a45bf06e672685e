//! `conductor workflows validate`: manifests checked without a daemon.

use std::path::PathBuf;

use serde_json::json;

use super::super::{
    context::Context,
    failure::Failure,
    manifest_file,
    output::{Meaning, to_value},
};

/// Runs the command.
pub(super) fn run(files: &[PathBuf], context: &mut Context<'_>) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    let mut answers = Vec::new();
    for path in files {
        let (manifest, problems) = match manifest_file::source(path)?.parse() {
            Ok(manifest) => (Some(manifest), Vec::new()),
            Err(problems) => (None, problems),
        };
        if !problems.is_empty() {
            wrong.push(manifest_file::invalid(path, problems.len()));
        }
        if !context.output.is_table() {
            let shown: Vec<_> =
                problems.iter().map(|problem| to_value(&manifest_file::wire(problem))).collect();
            answers.push(json!({
                "file": path.display().to_string(),
                "ok": manifest.is_some(),
                "name": manifest.as_ref().map(|m| &m.name),
                "version": manifest.as_ref().map(|m| &m.version),
                "problems": shown,
            }));
            continue;
        }
        for problem in &problems {
            manifest_file::tell(path, problem, context.output)?;
        }
        if let Some(m) = manifest {
            let good = context.output.style.paint(Meaning::Good, "ok");
            let text = format!("{}: {good}, {} {}", path.display(), m.name, m.version);
            context.output.line(text)?;
        }
    }
    if !context.output.is_table() {
        context.output.list(&answers)?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Invalid(wrong.join("; "))) }
}
