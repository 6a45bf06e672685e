//! A bundle: Rego files with their tests, compiled once, proved before it decides.

use std::{
    fs,
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use regorus::{
    Engine, Value, languages::rego::compiler::Compiler, rvm::program::Program,
    utils::limits::ExecutionTimerConfig,
};
use sha2::{Digest as _, Sha256};

/// The rule that is asked.
pub(crate) const ENTRY_POINT: &str = "data.conductor.authz.decision";
/// Files of a bundle.
const FILES_MAX: usize = 1_000;
/// Bytes of one file.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// One test of a bundle. The interpreter that runs tests can be bound by wall time only, so this is
/// many times what a test may need: a daemon that starts on a busy machine must not refuse its own
/// bundle, and nobody waits for an answer meanwhile.
const TEST_MAX: Duration = Duration::from_secs(60);
/// What the interpreter does between two looks at its clock.
const TEST_STEPS: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
/// Calls that would make an answer depend on anything but the question.
const REFUSED_CALLS: [&str; 5] =
    ["time.now_ns", "rand.intn", "http.send", "uuid.rfc4122", "opa.runtime"];

/// The bundle that is built in.
const EMBEDDED: [(&str, &str); 7] = [
    ("actions/actions.rego", include_str!("../bundle/actions/actions.rego")),
    ("authz/authz.rego", include_str!("../bundle/authz/authz.rego")),
    ("authz/authz_test.rego", include_str!("../bundle/authz/authz_test.rego")),
    ("quota/quota.rego", include_str!("../bundle/quota/quota.rego")),
    ("quota/quota_test.rego", include_str!("../bundle/quota/quota_test.rego")),
    ("roles/roles.rego", include_str!("../bundle/roles/roles.rego")),
    ("roles/roles_test.rego", include_str!("../bundle/roles/roles_test.rego")),
];

/// Why a bundle can't be used. The one before it stays.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The disk refused.
    #[error("read the policy file {}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// There is too much of it, or nothing.
    #[error("take the policy bundle: {0}")]
    Bounds(String),
    /// It calls what would make its answers depend on anything but the question.
    #[error("take {file}: line {line} calls `{call}`; a policy may only look at its input")]
    RefusedCall {
        /// Which file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// The call.
        call: &'static str,
    },
    /// It does not compile.
    #[error("compile the policy bundle: {0}")]
    Compile(String),
    /// Its own tests fail.
    #[error("accept the policy bundle: its tests fail: {}", .0.join(", "))]
    TestsFail(Vec<String>),
}

/// A compiled bundle whose tests passed.
#[derive(Debug)]
pub struct Bundle {
    revision: Arc<str>,
    pub(crate) program: Arc<Program>,
    /// To compare with the compiled program.
    #[cfg(test)]
    pub(crate) interpreter: Engine,
}

impl Bundle {
    /// The bundle that is built in.
    ///
    /// # Errors
    /// Never with a released program: a test compiles it.
    pub fn embedded() -> Result<Self, PolicyError> {
        let files = EMBEDDED.map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self::from_files(files.into())
    }

    /// All `.rego` files of a folder and the folders in it.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn from_dir(folder: &Path) -> Result<Self, PolicyError> {
        let mut files = Vec::new();
        gather(folder, folder, &mut files)?;
        Self::from_files(files)
    }

    /// Files by their names inside the bundle.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn from_files(mut files: Vec<(String, String)>) -> Result<Self, PolicyError> {
        if files.is_empty() {
            return Err(PolicyError::Bounds("there is no .rego file in it".into()));
        }
        files.sort();
        for (name, text) in &files {
            refuse_calls(name, text)?;
        }
        let compile = |error: anyhow::Error| PolicyError::Compile(format!("{error:#}"));
        let mut engine = Engine::new();
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit: TEST_MAX,
            check_interval: TEST_STEPS,
        });
        for (name, text) in &files {
            engine.add_policy(name.clone(), text.clone()).map_err(compile)?;
        }
        run_tests(&engine, &files)?;
        let entry_point: regorus::Rc<str> = ENTRY_POINT.into();
        let compiled = engine.compile_with_entrypoint(&entry_point).map_err(compile)?;
        let program = Compiler::compile_from_policy(&compiled, &[ENTRY_POINT])
            .map_err(|error| PolicyError::Compile(error.to_string()))?;
        Ok(Self {
            revision: revision(&files),
            program,
            #[cfg(test)]
            interpreter: engine,
        })
    }

    /// SHA-256 over names and contents of its files: `sha256:…`.
    #[must_use]
    pub const fn revision(&self) -> &Arc<str> {
        &self.revision
    }
}

fn gather(
    root: &Path,
    folder: &Path,
    files: &mut Vec<(String, String)>,
) -> Result<(), PolicyError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        |source| PolicyError::Io { path, source }
    };
    for entry in fs::read_dir(folder).map_err(io(folder))? {
        let path = entry.map_err(io(folder))?.path();
        if path.is_dir() {
            gather(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rego") {
            let bytes = fs::metadata(&path).map_err(io(&path))?.len();
            if bytes > FILE_BYTES_MAX || files.len() >= FILES_MAX {
                return Err(PolicyError::Bounds(format!(
                    "{} is over the bounds of {FILES_MAX} files of {FILE_BYTES_MAX} bytes",
                    path.display()
                )));
            }
            let text = fs::read_to_string(&path).map_err(io(&path))?;
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.push((name, text));
        }
    }
    Ok(())
}

fn refuse_calls(name: &str, text: &str) -> Result<(), PolicyError> {
    for (number, line) in text.lines().enumerate() {
        let code = line.split('#').next().unwrap_or_default();
        if let Some(call) = REFUSED_CALLS.into_iter().find(|call| code.contains(call)) {
            return Err(PolicyError::RefusedCall { file: name.to_owned(), line: number + 1, call });
        }
    }
    Ok(())
}

/// Runs every `test_…` rule; one that is not true has failed.
fn run_tests(engine: &Engine, files: &[(String, String)]) -> Result<(), PolicyError> {
    let mut failed = Vec::new();
    let tests = files.iter().filter(|(name, _)| name.ends_with("_test.rego"));
    for (name, text) in tests {
        let package = text.lines().find_map(|line| line.strip_prefix("package "));
        let package = package.unwrap_or_default().trim();
        for rule in text.lines().filter(|line| line.starts_with("test_")) {
            let rule = rule.split([' ', ':', '{']).next().unwrap_or_default();
            let mut engine = engine.clone();
            match engine.eval_rule(format!("data.{package}.{rule}")) {
                Ok(Value::Bool(true)) => {}
                Ok(_) => failed.push(format!("{name}: {rule}")),
                Err(error) => failed.push(format!("{name}: {rule} ({error:#})")),
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(PolicyError::TestsFail(failed)) }
}

fn revision(files: &[(String, String)]) -> Arc<str> {
    let mut hasher = Sha256::new();
    for part in files.iter().flat_map(|(name, text)| [name, text]) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let hex: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}").into()
}
