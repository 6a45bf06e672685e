//! Files of scenarios, as they are sent or read here.

use std::{fs, io, path::PathBuf};

use conductor_policy::scenario::FILE_BYTES_MAX;
use conductor_protocol::v1;

use crate::cli::failure::Failure;

/// The files that were named, folders by the YAML files in them.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<v1::PolicyFile>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let failed = |error| Failure::local(format!("read {}", path.display()), error);
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            let ending = file.extension().and_then(|ending| ending.to_str());
            if matches!(ending, Some("yaml" | "yml")) {
                inside.push(file);
            }
        }
        inside.sort();
        found.extend(inside);
    }
    found.iter().map(read).collect()
}

fn read(path: &PathBuf) -> Result<v1::PolicyFile, Failure> {
    let failed = |error: io::Error| Failure::local(format!("read {}", path.display()), error);
    if fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        let message = format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display());
        return Err(Failure::Invalid(message));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    Ok(v1::PolicyFile { name: path.display().to_string(), text })
}
