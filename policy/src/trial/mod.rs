//! Policy tried out, in the words of the wire: what the daemon's `Policy` service answers, and what the
//! console answers by itself where no daemon is asked. Both give the same, because both are this.
//!
//! Nothing here decides about anything. A trial is bounded by what comes in: bytes of a bundle, files and
//! scenarios; and by what goes out: differences and flips that are told one by one. Room and time are
//! bounded by the process that a [`job`] is carried out in.

mod answer;
mod history;
pub mod job;

use std::collections::{BTreeMap, BTreeSet};

use conductor_protocol::{v1, verdict::Question};

pub use self::{
    answer::answer,
    history::{Asked, History, replay},
};
use crate::{
    bundle::{Bundle, PolicyError},
    coverage::{self, Line},
    diff::{self, Change},
    explain, matrix,
    scenario::{self, Expect, Scenario, ScenarioError},
};

/// Bytes of a bundle that is tried out.
pub const CANDIDATE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Files of scenarios in one trial.
pub const SCENARIO_FILES_MAX: usize = 256;
/// Scenarios in one trial.
pub const SCENARIOS_MAX: usize = 2_000;
/// Differences that are told one by one; more are only counted.
pub const DIFFERENCES_MAX: usize = 1_000;

/// Why something can't be tried out.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The bundle is refused.
    #[error(transparent)]
    Bundle(#[from] PolicyError),
    /// A file of scenarios is none.
    #[error("{file}: {problem}")]
    Scenarios {
        /// Its name.
        file: String,
        /// Why.
        problem: ScenarioError,
    },
    /// A question can't be read.
    #[error("read the question: {0}")]
    Question(#[from] serde_json::Error),
    /// There is more of it than is tried out at once.
    #[error("{0}")]
    Bounds(String),
}

/// The bundle of a request, compiled, its own tests passed.
///
/// # Errors
/// [`TrialError`]
pub fn candidate(given: v1::PolicyBundle) -> Result<Bundle, TrialError> {
    let bytes: usize = given.files.iter().map(|file| file.name.len() + file.text.len()).sum();
    if bytes > CANDIDATE_BYTES_MAX {
        let message = format!("a bundle of {bytes} bytes; {CANDIDATE_BYTES_MAX} are tried out");
        return Err(TrialError::Bounds(message));
    }
    Ok(Bundle::from_files(files(given))?)
}

fn files(given: v1::PolicyBundle) -> Vec<(String, String)> {
    given.files.into_iter().map(|file| (file.name, file.text)).collect()
}

/// A bundle's files as they are sent.
#[must_use]
pub fn sent(bundle: &Bundle) -> v1::PolicyBundle {
    let file =
        |(name, text): &(String, String)| v1::PolicyFile { name: name.clone(), text: text.clone() };
    v1::PolicyBundle { files: bundle.files().iter().map(file).collect() }
}

/// Asks a question, and tells how the answer came about where that is wanted.
///
/// # Errors
/// [`TrialError`]
pub fn eval(
    bundle: &Bundle,
    question: &str,
    explains: bool,
) -> Result<v1::EvalPolicyResponse, TrialError> {
    let question: Question = serde_json::from_str(question)?;
    let question_json = serde_json::to_string(&question)?;
    if !explains {
        let answer = Some(answer(&bundle.decide(&question)));
        return Ok(v1::EvalPolicyResponse { answer, question_json, visited: Vec::new() });
    }
    let explained = explain::explain(bundle, &question)?;
    let visited = explained.visited.into_iter().map(|file| v1::PolicyVisited {
        file: file.file,
        lines: file.lines.into_iter().map(line).collect(),
    });
    Ok(v1::EvalPolicyResponse {
        answer: Some(answer(&explained.verdict)),
        question_json,
        visited: visited.collect(),
    })
}

/// Asks scenarios.
///
/// # Errors
/// [`TrialError`]
pub fn test(
    bundle: &Bundle,
    files: &[v1::PolicyFile],
) -> Result<v1::TestPolicyResponse, TrialError> {
    let tested = |(file, scenario): (&str, Scenario)| {
        let verdict = bundle.decide(&scenario.question());
        let problem = scenario.problem(&verdict);
        v1::PolicyTested {
            file: file.to_owned(),
            ok: problem.is_none(),
            expected: scenario.expect.word().to_owned(),
            got: Expect::of(&verdict).word().to_owned(),
            problem: problem.unwrap_or_default(),
            reasons: verdict.reasons,
            bundle_revision: verdict.bundle_revision,
            name: scenario.name,
            why: scenario.why,
        }
    };
    let tested: Vec<_> = scenarios(files)?.into_iter().map(tested).collect();
    let failed = tested.iter().filter(|tested| !tested.ok).count();
    Ok(v1::TestPolicyResponse {
        failed: count(failed),
        scenarios: tested,
        bundle_revision: bundle.revision().to_string(),
    })
}

/// The lines that scenarios, and a bundle's own tests, reach.
///
/// # Errors
/// [`TrialError`]
pub fn coverage(
    bundle: &Bundle,
    files: &[v1::PolicyFile],
    with_tests: bool,
) -> Result<v1::PolicyCoverageResponse, TrialError> {
    let questions: Vec<Question> =
        scenarios(files)?.into_iter().map(|(_, scenario)| scenario.question()).collect();
    let found = coverage::coverage(bundle, &questions, with_tests)?;
    let percent = count(found.percent());
    let files = found.files.into_iter().map(|file| v1::PolicyFileCoverage {
        reached: count(file.reached.len()),
        missed: file.missed.into_iter().map(line).collect(),
        file: file.file,
    });
    let bundle_revision = bundle.revision().to_string();
    Ok(v1::PolicyCoverageResponse { percent, files: files.collect(), bundle_revision })
}

/// What two bundles answer differently: to scenarios, and to every cell of the matrix where that is
/// wanted. What only the one knows of is in there, too.
///
/// # Errors
/// [`TrialError`]
pub fn diff(
    before: &Bundle,
    after: &Bundle,
    (files, with_matrix): (&[v1::PolicyFile], bool),
) -> Result<v1::DiffPolicyResponse, TrialError> {
    let mut questions: Vec<(String, Question)> = scenarios(files)?
        .into_iter()
        .map(|(file, scenario)| (format!("{file}: {}", scenario.name), scenario.question()))
        .collect();
    if with_matrix {
        let mut actions = before.actions();
        actions.extend(after.actions());
        actions.sort();
        actions.dedup();
        questions.extend(matrix::cells(&actions).map(|cell| (cell.name(), cell.question())));
    }
    let asked = count(questions.len());
    let found = diff::diff(before, after, questions);
    let differences = found.iter().take(DIFFERENCES_MAX).map(|found| v1::PolicyDifference {
        name: found.name.clone(),
        change: word(found.change).to_owned(),
        before: Some(answer(&found.before)),
        after: Some(answer(&found.after)),
    });
    Ok(v1::DiffPolicyResponse {
        asked,
        differ: count(found.len()),
        differences: differences.collect(),
        before_revision: before.revision().to_string(),
        after_revision: after.revision().to_string(),
        files: changed_files(before, after),
    })
}

fn changed_files(before: &Bundle, after: &Bundle) -> Vec<v1::PolicyFileChange> {
    let texts = |bundle: &Bundle| bundle.files().iter().cloned().collect::<BTreeMap<_, _>>();
    let (before, after) = (texts(before), texts(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| match (before.get(name), after.get(name)) {
        (None, _) => Some("added"),
        (_, None) => Some("removed"),
        (was, is) => (was != is).then_some("changed"),
    };
    let changed = names.into_iter().filter_map(|name| Some((name.clone(), change(name)?)));
    changed.map(|(file, how)| v1::PolicyFileChange { file, change: how.to_owned() }).collect()
}

/// The scenarios of files, each with its file's name.
fn scenarios(files: &[v1::PolicyFile]) -> Result<Vec<(&str, Scenario)>, TrialError> {
    if files.len() > SCENARIO_FILES_MAX {
        let message = format!("{} files of scenarios; {SCENARIO_FILES_MAX} are read", files.len());
        return Err(TrialError::Bounds(message));
    }
    let mut all = Vec::new();
    for file in files {
        let read = scenario::read(&file.text).map_err(|problem| {
            let file = file.name.clone();
            TrialError::Scenarios { file, problem }
        })?;
        all.extend(read.into_iter().map(|scenario| (file.name.as_str(), scenario)));
    }
    if all.len() > SCENARIOS_MAX {
        let message = format!("{} scenarios; {SCENARIOS_MAX} are asked at once", all.len());
        return Err(TrialError::Bounds(message));
    }
    Ok(all)
}

/// The word for a change.
const fn word(change: Change) -> &'static str {
    match change {
        Change::Denied => "denied",
        Change::Allowed => "allowed",
        Change::Obligations => "obligations",
        Change::Risk => "risk",
    }
}

fn line(line: Line) -> v1::PolicyLine {
    v1::PolicyLine { line: line.line, text: line.text }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
