//! A bundle: Rego files with their tests and data, compiled once, proved before it decides.

mod archive;
mod capabilities;
mod error;
mod gate;
mod lines;
mod manifest;
mod proof;
mod signature;
mod source;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use conductor_protocol::verdict::{Obligation, Question, RuleHit, Verdict};
use regorus::{
    Engine, Value,
    languages::rego::compiler::Compiler,
    rvm::{RegoVM, program::Program},
};
use serde::Deserialize;

use crate::tokens;

pub use self::{
    archive::{ARCHIVE_BYTES_MAX, pack},
    error::PolicyError,
    manifest::Manifest,
    signature::{Signed, Verifier, signing_input},
};
pub(crate) use self::{lines::Lines, proof::tests, source::Source};

/// The rule that is asked.
pub(crate) const ENTRY_POINT: &str = "data.conductor.authz.decision";
/// Instructions of one evaluation. They are counted and not timed: a thread that the system pauses
/// in the middle of an answer gives the same answer, later.
pub(crate) const INSTRUCTIONS_MAX: usize = 500_000;
/// Bytes of a question. What is larger is denied without being looked at.
pub const QUESTION_BYTES_MAX: usize = 64 * 1024;
/// Machines that wait to be used again; more are made when more threads ask at once.
const IDLE_MACHINES_MAX: usize = 16;

/// A compiled bundle whose tests passed.
#[derive(Debug)]
pub struct Bundle {
    revision: Arc<str>,
    source: Source,
    lines: Lines,
    program: Arc<Program>,
    data: Value,
    interpreter: Engine,
    idle: Mutex<Vec<RegoVM>>,
    signed: Option<Signed>,
}

/// What the entry point gives.
#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    pub(crate) allow: bool,
    pub(crate) reasons: Vec<String>,
    #[serde(default)]
    pub(crate) obligations: Vec<Obligation>,
    pub(crate) risk: String,
    #[serde(default)]
    pub(crate) rules: Vec<RuleHit>,
}

impl Bundle {
    /// The bundle that is built in.
    ///
    /// # Errors
    /// Never with a released program: a test compiles it.
    pub fn embedded() -> Result<Self, PolicyError> {
        Self::from_files(source::embedded())
    }

    /// The revision of the bundle that is built in.
    #[must_use]
    pub fn embedded_revision() -> Arc<str> {
        Source::new(source::embedded()).map(|source| source.digest()).unwrap_or_default()
    }

    /// The rules, the data and the manifest of a folder and the folders in it.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn from_dir(folder: &Path) -> Result<Self, PolicyError> {
        Self::from_files(Source::from_dir(folder)?)
    }

    /// A packed bundle, as OPA packs it. Where somebody is trusted it must be signed by them.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn from_archive(packed: &[u8], trust: Option<&Verifier<'_>>) -> Result<Self, PolicyError> {
        Self::from_entries(archive::unpack(packed)?, trust)
    }

    /// A folder, or a file that is a packed bundle. Where somebody is trusted it must be signed by
    /// them.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn load(path: &Path, trust: Option<&Verifier<'_>>) -> Result<Self, PolicyError> {
        Self::load_packed(path, trust).map(|(bundle, _)| bundle)
    }

    /// The same, and the bundle as it came, packed. What was signed can be checked again by that.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn load_packed(
        path: &Path,
        trust: Option<&Verifier<'_>>,
    ) -> Result<(Self, Vec<u8>), PolicyError> {
        match (path.is_dir(), trust) {
            (true, None) => {
                let bundle = Self::from_dir(path)?;
                let packed = bundle.to_archive()?;
                Ok((bundle, packed))
            }
            (true, Some(_)) => {
                let entries = archive::read_dir(path)?;
                let files = entries.iter().map(|(name, content)| (name.as_str(), &content[..]));
                let packed = pack(files)?;
                Ok((Self::from_entries(entries, trust)?, packed))
            }
            (false, _) => {
                let packed = archive::read_file(path)?;
                Ok((Self::from_archive(&packed, trust)?, packed))
            }
        }
    }

    fn from_entries(
        entries: Vec<(String, Vec<u8>)>,
        trust: Option<&Verifier<'_>>,
    ) -> Result<Self, PolicyError> {
        let signed = trust.map(|trust| signature::check(&entries, trust)).transpose()?;
        let parts = entries.into_iter().filter(|(name, _)| source::is_known(name));
        let files = parts.map(|(name, content)| match String::from_utf8(content) {
            Ok(text) => Ok((name, text)),
            Err(_) => Err(PolicyError::Format(format!("{name} is not UTF-8"))),
        });
        let bundle = Self::from_files(files.collect::<Result<_, _>>()?)?;
        Ok(Self { signed, ..bundle })
    }

    /// It as OPA packs it, without a signature. The same bundle gives the same bytes.
    ///
    /// # Errors
    /// Never for a bundle that was taken.
    pub fn to_archive(&self) -> Result<Vec<u8>, PolicyError> {
        pack(self.files().iter().map(|(name, text)| (name.as_str(), text.as_bytes())))
    }

    /// Whose signature it was taken for; none where nobody had to be trusted.
    #[must_use]
    pub const fn signed(&self) -> Option<&Signed> {
        self.signed.as_ref()
    }

    /// Files by their names inside the bundle.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn from_files(files: Vec<(String, String)>) -> Result<Self, PolicyError> {
        let source = Source::new(files)?;
        proof::check_roots(&source)?;
        let interpreter = proof::interpreter(&source)?;
        proof::run_tests(&interpreter, &source)?;
        Self::compile(source, interpreter)
    }

    /// The files of a bundle that was taken before: its tests passed then.
    pub(crate) fn from_files_again(files: Vec<(String, String)>) -> Result<Self, PolicyError> {
        let source = Source::new(files)?;
        let interpreter = proof::interpreter(&source)?;
        Self::compile(source, interpreter)
    }

    fn compile(source: Source, mut interpreter: Engine) -> Result<Self, PolicyError> {
        let refused = |error: String| PolicyError::Compile(error);
        let entry_point: regorus::Rc<str> = ENTRY_POINT.into();
        let compiled = interpreter
            .compile_with_entrypoint(&entry_point)
            .map_err(|error| refused(format!("{error:#}")))?;
        let program = Compiler::compile_from_policy(&compiled, &[ENTRY_POINT])
            .map_err(|error| refused(error.to_string()))?;
        let data = proof::data(&source)?;
        program.check_rule_data_conflicts(&data).map_err(|error| refused(error.to_string()))?;
        Ok(Self {
            revision: source.digest(),
            lines: Lines::of(&source),
            source,
            program,
            data,
            interpreter,
            idle: Mutex::default(),
            signed: None,
        })
    }

    /// SHA-256 over names and contents of its files: `sha256:…`.
    #[must_use]
    pub const fn revision(&self) -> &Arc<str> {
        &self.revision
    }

    /// What it says of itself.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        self.source.manifest()
    }

    /// Its files, in the order of their names: the names inside the bundle, and the texts.
    #[must_use]
    pub fn files(&self) -> &[(String, String)] {
        self.source.files()
    }

    /// The actions that it knows, in order.
    #[must_use]
    pub fn actions(&self) -> Vec<String> {
        self.source.actions()
    }

    /// The actions that are asked about, in order: those of the bundle that is built in.
    #[must_use]
    pub fn known_actions() -> Vec<String> {
        Source::new(source::embedded()).map(|source| source.actions()).unwrap_or_default()
    }

    /// The environments that are none of production, as its data lists them; every other is.
    #[must_use]
    pub fn not_production(&self) -> Vec<String> {
        self.source.not_production()
    }

    pub(crate) const fn source(&self) -> &Source {
        &self.source
    }

    /// The interpreter, to compare with the compiled program and to see how an answer came about.
    pub(crate) const fn interpreter(&self) -> &Engine {
        &self.interpreter
    }

    /// Decides. Never fails: a fault is a denial that says so.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Verdict {
        let begun = Instant::now();
        let given = input(question)
            .and_then(|input| self.evaluate(input))
            .unwrap_or_else(|problem| faulty(&problem));
        let mut verdict = self.verdict(given);
        tokens::hold(question, &mut verdict);
        verdict.duration_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        verdict
    }

    /// Decides on a question as JSON. What is no question, or too large for one, is denied.
    #[must_use]
    pub fn decide_json(&self, json: &[u8]) -> Verdict {
        if json.len() > QUESTION_BYTES_MAX {
            return self.verdict(faulty(&too_large(json.len())));
        }
        match serde_json::from_slice(json) {
            Ok(question) => self.decide(&question),
            Err(error) => self.verdict(faulty(&format!("it is no question: {error}"))),
        }
    }

    fn verdict(&self, given: Given) -> Verdict {
        let mut verdict = Verdict {
            allow: given.allow,
            reasons: given.reasons,
            obligations: given.obligations,
            risk: given.risk,
            bundle_revision: self.revision.to_string(),
            rules: given.rules,
            ..Verdict::default()
        };
        for hit in &mut verdict.rules {
            if let Some((file, line)) = self.lines.find(&hit.rule) {
                (hit.file, hit.line) = (file.to_owned(), line);
            }
        }
        // An obligation that nobody meets would be a permission without its condition.
        let unknown = verdict.obligations.iter().find(|obligation| !obligation.is_known());
        if let Some(unknown) = unknown.filter(|_| verdict.allow) {
            let kind = unknown.kind();
            let said = format!("the obligation `{kind}` is not one that is known, so it is denied");
            verdict.reasons.push(said);
            verdict.allow = false;
        }
        verdict
    }

    pub(crate) fn evaluate(&self, input: Value) -> Result<Given, String> {
        let mut machine = self.machine()?;
        machine.set_input(input);
        let given = machine
            .execute_entry_point_by_name(ENTRY_POINT)
            .map_err(|error| error.to_string())
            .and_then(|value| read(&value));
        // A machine that failed is not used again.
        if given.is_ok() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE_MACHINES_MAX {
                idle.push(machine);
            }
        }
        given
    }

    fn machine(&self) -> Result<RegoVM, String> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(machine) => Ok(machine),
            None => self.fresh_machine(INSTRUCTIONS_MAX),
        }
    }

    /// A machine that may take so many instructions.
    pub(crate) fn fresh_machine(&self, instructions: usize) -> Result<RegoVM, String> {
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&self.program));
        machine.set_data(self.data.clone()).map_err(|error| error.to_string())?;
        machine.set_max_instructions(instructions);
        Ok(machine)
    }
}

/// A question as the engine takes it, unless it is too large.
pub(crate) fn input(question: &Question) -> Result<Value, String> {
    let json = serde_json::to_string(question).map_err(|error| error.to_string())?;
    if json.len() > QUESTION_BYTES_MAX {
        return Err(too_large(json.len()));
    }
    capabilities::read(&json)
}

fn too_large(bytes: usize) -> String {
    format!("the question has {bytes} bytes, and {QUESTION_BYTES_MAX} are taken")
}

/// What the entry point's value says.
pub(crate) fn read(value: &Value) -> Result<Given, String> {
    let json = value.to_json_str().map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

fn faulty(problem: &str) -> Given {
    let change = "mend the bundle, or the question";
    Given {
        allow: false,
        reasons: vec![format!("the policy could not be evaluated: {problem}; {change}")],
        obligations: Vec::new(),
        risk: "high".into(),
        rules: vec![RuleHit {
            rule: "guard.evaluation".into(),
            change: change.into(),
            ..RuleHit::default()
        }],
    }
}
