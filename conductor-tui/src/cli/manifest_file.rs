//! A manifest or a runbook in a file: read, checked without a daemon, its problems told as compilers do.

use std::{io::Read as _, path::Path};

use conductor_protocol::{
    manifest::{MANIFEST_BYTES_MAX, Manifest, MediaType, Problem, Source},
    v1,
};

use super::{
    failure::Failure,
    output::{Meaning, Output, one_line},
};

/// A manifest as written and as understood.
pub(crate) struct ManifestFile {
    pub(crate) source: Source,
    pub(crate) manifest: Manifest,
}

/// Reads the text; `-` is standard input. What is far too long is not read to its end: the
/// parser refuses it by its length.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let limit = u64::try_from(MANIFEST_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let done = match path.to_str() {
        Some("-") => std::io::stdin().take(limit).read_to_end(&mut bytes),
        _ => std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    done.map_err(|error| Failure::local(format!("read {}", path.display()), error))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::Invalid(format!("{} is not UTF-8 text", path.display())))
}

/// Reads a workflow as it is written, in the form that the file's name says, or its beginning.
pub(crate) fn source(path: &Path) -> Result<Source, Failure> {
    let text = read(path)?;
    let media_type = MediaType::of_file(&path.to_string_lossy(), &text);
    Ok(Source { media_type, text })
}

/// Reads and checks; problems are told before it fails.
pub(crate) fn load(path: &Path, output: &mut Output) -> Result<ManifestFile, Failure> {
    let source = source(path)?;
    match source.parse() {
        Ok(manifest) => Ok(ManifestFile { source, manifest }),
        Err(problems) => {
            for problem in &problems {
                tell(path, problem, output)?;
            }
            Err(Failure::Invalid(invalid(path, problems.len())))
        }
    }
}

/// How many problems a file has, in words.
pub(crate) fn invalid(path: &Path, problems: usize) -> String {
    let plural = if problems == 1 { "problem" } else { "problems" };
    format!("{} has {problems} {plural}", path.display())
}

/// One problem as `file:line:column: code: message`, with its mend below.
pub(crate) fn tell(path: &Path, problem: &Problem, output: &mut Output) -> std::io::Result<()> {
    let style = output.note_style;
    let place = format!("{}:{}:{}:", path.display(), problem.line, problem.column);
    let code = style.paint(Meaning::Bad, problem.code.as_str());
    let at = if problem.path.is_empty() { String::new() } else { format!("{}: ", problem.path) };
    let message = one_line(&problem.message);
    output.note(format!("{} {code}: {at}{message}", style.paint(Meaning::Strong, &place)))?;
    if !problem.hint.is_empty() {
        let mend = style.paint(Meaning::Active, "mend:");
        output.note(format!("  {mend} {}", one_line(&problem.hint)))?;
    }
    Ok(())
}

/// A problem in the protocol's shape, for the other formats.
pub(crate) fn wire(problem: &Problem) -> v1::Problem {
    v1::Problem {
        code: problem.code.as_str().to_owned(),
        message: problem.message.clone(),
        line: problem.line,
        column: problem.column,
        path: problem.path.clone(),
        hint: problem.hint.clone(),
    }
}
