//! Which lines of a bundle's rules some questions, and its own tests, reach.

use std::{collections::BTreeMap, fmt};

use conductor_protocol::verdict::Question;
use regorus::Engine;
use serde::Serialize;

use crate::bundle::{Bundle, ENTRY_POINT, PolicyError, Source, input, tests};

/// What was reached. Tests themselves don't count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// By file, in the order of their names.
    pub files: Vec<FileCoverage>,
}

/// What was reached of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCoverage {
    /// Its name inside of the bundle.
    pub file: String,
    /// Lines that were reached, counted from 1.
    pub reached: Vec<u32>,
    /// Lines that were not.
    pub missed: Vec<Line>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Counted from 1.
    pub line: u32,
    /// What stands there.
    pub text: String,
}

impl Coverage {
    /// Lines that were reached, in hundredths of those that could be, rounded down.
    #[must_use]
    pub fn percent(&self) -> usize {
        let reached: usize = self.files.iter().map(|file| file.reached.len()).sum();
        let missed: usize = self.files.iter().map(|file| file.missed.len()).sum();
        // What has no lines misses none.
        (reached * 100).checked_div(reached + missed).unwrap_or(100)
    }

    /// Adds the files of rules that were never entered. The interpreter says nothing of them, so
    /// each of their lines that isn't blank, a comment, a head of the file or a lone bracket
    /// counts as missed.
    fn add_unentered(&mut self, source: &Source) {
        for (name, text) in source.rules().filter(|(name, _)| !name.ends_with("_test.rego")) {
            if self.files.iter().any(|file| file.file == *name) {
                continue;
            }
            let numbered = text.lines().map(str::trim).zip(1..);
            let missed = numbered
                .filter(|(text, _)| is_code(text))
                .map(|(text, line)| Line { line, text: text.to_owned() })
                .collect();
            self.files.push(FileCoverage { file: name.clone(), reached: Vec::new(), missed });
        }
        self.files.sort_unstable_by(|a, b| a.file.cmp(&b.file));
    }
}

/// The lines that were missed, one a line of text.
impl fmt::Display for Coverage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            for Line { line, text } in &file.missed {
                writeln!(formatter, "{}:{line}: {text}", file.file)?;
            }
        }
        Ok(())
    }
}

/// Asks a bundle all of these, and its own tests where they are to count.
///
/// # Errors
/// When the interpreter fails at what the compiled program is never asked.
pub fn coverage<'a, Questions>(
    bundle: &Bundle,
    questions: Questions,
    with_tests: bool,
) -> Result<Coverage, PolicyError>
where
    Questions: IntoIterator<Item = &'a Question>,
{
    let mut engine = bundle.interpreter().clone();
    engine.set_enable_coverage(true);
    for question in questions {
        // What is too large for a question reaches no line.
        let Ok(input) = input(question) else { continue };
        engine.set_input(input);
        engine.eval_rule(ENTRY_POINT.to_owned()).map_err(|error| failed(&error))?;
    }
    if with_tests {
        for (_, test) in tests(bundle.source()) {
            engine.eval_rule(test).map_err(|error| failed(&error))?;
        }
    }
    let mut coverage = reached(&engine)?;
    coverage.add_unentered(bundle.source());
    Ok(coverage)
}

fn is_code(line: &str) -> bool {
    let head = ["#", "package ", "import "].iter().any(|start| line.starts_with(start));
    !head && line.contains(|letter: char| letter.is_alphanumeric())
}

fn failed(error: &anyhow::Error) -> PolicyError {
    PolicyError::Compile(format!("{error:#}"))
}

/// What an engine has reached since it was told to look.
pub(crate) fn reached(engine: &Engine) -> Result<Coverage, PolicyError> {
    let report = engine.get_coverage_report().map_err(|error| failed(&error))?;
    let rules = report.files.into_iter().filter(|file| !file.path.ends_with("_test.rego"));
    let files: BTreeMap<_, _> = rules
        .map(|file| {
            let lines: Vec<&str> = file.code.lines().collect();
            let text = |line: u32| {
                let text = lines.get(line as usize - 1).copied().unwrap_or_default();
                Line { line, text: text.trim().to_owned() }
            };
            let missed = file.not_covered.iter().map(|line| text(*line)).collect();
            let reached = file.covered.iter().copied().collect();
            (file.path.clone(), FileCoverage { file: file.path, reached, missed })
        })
        .collect();
    Ok(Coverage { files: files.into_values().collect() })
}
