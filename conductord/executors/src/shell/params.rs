//! The parameters of `shell`: `run`, `artifacts`.

use std::path::{Component, PathBuf};

use conductor_engine::{limits::ARTIFACTS_MAX, ports::Lease};
use serde_json::{Map, Value};

use super::environment;
use crate::{executor::Executor, limits::NAME_CHARS_MAX, params};

/// The longest text that Linux takes as one argument, less its terminating zero byte.
const ARGUMENT_BYTES_MAX: usize = 128 * 1024 - 1;

/// What to run, checked.
#[derive(Debug, PartialEq)]
pub(super) struct ShellParams {
    pub(super) script: String,
    pub(super) artifacts: Vec<ArtifactParam>,
}

/// A file to keep when the program ended.
#[derive(Debug, PartialEq)]
pub(super) struct ArtifactParam {
    pub(super) name: String,
    /// Below the attempt's folder.
    pub(super) path: PathBuf,
}

impl ShellParams {
    /// Reads and checks them.
    ///
    /// # Errors
    /// A sentence that names the wrong parameter and the mend.
    pub(super) fn of(lease: &Lease) -> Result<Self, String> {
        params::only_known(Executor::Shell, &lease.with)?;
        environment::check(&lease.env)?;
        let script = params::script(&lease.with, ARGUMENT_BYTES_MAX)?;
        Ok(Self { script: script.to_owned(), artifacts: artifacts(&lease.with)? })
    }
}

fn artifacts(with: &Map<String, Value>) -> Result<Vec<ArtifactParam>, String> {
    let map = match with.get("artifacts") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(map)) => map,
        Some(other) => {
            return Err(format!(
                "`with.artifacts` must be an object of names and paths, not {}",
                params::kind_of(other)
            ));
        }
    };
    if map.len() > ARTIFACTS_MAX {
        return Err(format!("`with.artifacts` names more than {ARTIFACTS_MAX} files"));
    }
    map.iter().map(|(name, path)| artifact(name, path)).collect()
}

fn artifact(name: &str, path: &Value) -> Result<ArtifactParam, String> {
    let name_ok = (1..=NAME_CHARS_MAX).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        && !name.starts_with('.');
    if !name_ok {
        return Err(format!(
            "`with.artifacts` has the name {name:?}; a name is 1 to {NAME_CHARS_MAX} letters, \
             digits, `.`, `_` and `-`"
        ));
    }
    let text = path.as_str().filter(|text| !text.is_empty() && !text.contains('\0'));
    let path = PathBuf::from(text.ok_or_else(|| {
        format!("`with.artifacts.{name}` must be a path, not {}", params::kind_of(path))
    })?);
    let inside =
        path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !inside {
        return Err(format!(
            "`with.artifacts.{name}` must stay in the task's working folder: a relative path \
             without `..`"
        ));
    }
    Ok(ArtifactParam { name: name.to_owned(), path })
}
