//! How an answer came about: the rules behind it, and the lines that were looked at on the way.

use conductor_protocol::verdict::{Question, Verdict};
use serde::Serialize;

use crate::{
    bundle::{Bundle, ENTRY_POINT, PolicyError, input},
    coverage::{Line, reached},
};

/// An answer with what led to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What was asked.
    pub question: Question,
    /// The answer: its reasons, and the rules behind them with what would change them.
    pub verdict: Verdict,
    /// What was looked at, by file.
    pub visited: Vec<Visited>,
}

/// The lines of a file that an evaluation looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Visited {
    /// Its name inside of the bundle.
    pub file: String,
    /// In their order.
    pub lines: Vec<Line>,
}

/// Decides, and tells how. Slower than deciding: the interpreter does it again and is watched.
///
/// # Errors
/// When the question is too large, or the interpreter fails at it.
pub fn explain(bundle: &Bundle, question: &Question) -> Result<Explanation, PolicyError> {
    let verdict = bundle.decide(question);
    let mut engine = bundle.interpreter().clone();
    engine.set_enable_coverage(true);
    engine.set_input(input(question).map_err(PolicyError::Bounds)?);
    engine
        .eval_rule(ENTRY_POINT.to_owned())
        .map_err(|error| PolicyError::Compile(format!("{error:#}")))?;
    let visited = reached(&engine)?.files.into_iter().filter(|file| !file.reached.is_empty());
    let visited = visited
        .map(|file| {
            let found = bundle.files().iter().find(|(name, _)| *name == file.file);
            let lines: Vec<&str> = found.map_or_else(Vec::new, |(_, text)| text.lines().collect());
            let text = |line: u32| lines.get(line as usize - 1).copied().unwrap_or_default();
            let shown = |line: u32| Line { line, text: text(line).trim().to_owned() };
            Visited { file: file.file, lines: file.reached.into_iter().map(shown).collect() }
        })
        .collect();
    Ok(Explanation { question: question.clone(), verdict, visited })
}
