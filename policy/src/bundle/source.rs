//! What a bundle is made of: Rego files, data, and a manifest, by their names inside of it.

use std::{
    fs::{self, File},
    io::Read as _,
    path::Path,
    sync::Arc,
};

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{error::PolicyError, manifest::Manifest};

/// Files of a bundle.
pub(crate) const FILES_MAX: usize = 1_000;
/// Bytes of one file.
pub(crate) const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes of all files.
pub(crate) const BUNDLE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Folders within folders.
const DEPTH_MAX: usize = 16;
/// The name of a bundle's manifest.
pub(crate) const MANIFEST: &str = ".manifest";
/// The name of a bundle's signatures.
pub(crate) const SIGNATURES: &str = ".signatures.json";

/// The bundle that is built in.
const EMBEDDED: [(&str, &str); 35] = [
    (".manifest", include_str!("../../bundle/.manifest")),
    ("actions/actions.rego", include_str!("../../bundle/actions/actions.rego")),
    ("actions/actions_test.rego", include_str!("../../bundle/actions/actions_test.rego")),
    ("actions/data.json", include_str!("../../bundle/actions/data.json")),
    ("attributes/attributes.rego", include_str!("../../bundle/attributes/attributes.rego")),
    (
        "attributes/attributes_test.rego",
        include_str!("../../bundle/attributes/attributes_test.rego"),
    ),
    ("authz/authz.rego", include_str!("../../bundle/authz/authz.rego")),
    ("authz/authz_test.rego", include_str!("../../bundle/authz/authz_test.rego")),
    ("budget/budget.rego", include_str!("../../bundle/budget/budget.rego")),
    ("budget/budget_test.rego", include_str!("../../bundle/budget/budget_test.rego")),
    ("gate/data.json", include_str!("../../bundle/gate/data.json")),
    ("gate/gate.rego", include_str!("../../bundle/gate/gate.rego")),
    ("gate/gate_test.rego", include_str!("../../bundle/gate/gate_test.rego")),
    ("pii/pii.rego", include_str!("../../bundle/pii/pii.rego")),
    ("pii/pii_test.rego", include_str!("../../bundle/pii/pii_test.rego")),
    ("profiles/internal/data.json", include_str!("../../bundle/profiles/internal/data.json")),
    ("profiles/profiles.rego", include_str!("../../bundle/profiles/profiles.rego")),
    ("profiles/profiles_test.rego", include_str!("../../bundle/profiles/profiles_test.rego")),
    ("profiles/saas/data.json", include_str!("../../bundle/profiles/saas/data.json")),
    ("profiles/white-label/data.json", include_str!("../../bundle/profiles/white-label/data.json")),
    ("quota/quota.rego", include_str!("../../bundle/quota/quota.rego")),
    ("quota/quota_test.rego", include_str!("../../bundle/quota/quota_test.rego")),
    ("residency/residency.rego", include_str!("../../bundle/residency/residency.rego")),
    ("residency/residency_test.rego", include_str!("../../bundle/residency/residency_test.rego")),
    ("risk/risk.rego", include_str!("../../bundle/risk/risk.rego")),
    ("risk/risk_test.rego", include_str!("../../bundle/risk/risk_test.rego")),
    ("roles/roles.rego", include_str!("../../bundle/roles/roles.rego")),
    ("roles/roles_test.rego", include_str!("../../bundle/roles/roles_test.rego")),
    ("runbooks/runbooks.rego", include_str!("../../bundle/runbooks/runbooks.rego")),
    ("runbooks/runbooks_test.rego", include_str!("../../bundle/runbooks/runbooks_test.rego")),
    ("scales/data.json", include_str!("../../bundle/scales/data.json")),
    ("tenancy/tenancy.rego", include_str!("../../bundle/tenancy/tenancy.rego")),
    ("tenancy/tenancy_test.rego", include_str!("../../bundle/tenancy/tenancy_test.rego")),
    ("tokens/tokens.rego", include_str!("../../bundle/tokens/tokens.rego")),
    ("tokens/tokens_test.rego", include_str!("../../bundle/tokens/tokens_test.rego")),
];

/// The files of the bundle that is built in.
pub(super) fn embedded() -> Vec<(String, String)> {
    EMBEDDED.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

/// A bundle's files, in the order of their names.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    files: Arc<[(String, String)]>,
    manifest: Manifest,
}

impl Source {
    /// Takes files, within the bounds, and reads the manifest where there is one. Files that are
    /// neither rules nor data are left out.
    pub(super) fn new(mut files: Vec<(String, String)>) -> Result<Self, PolicyError> {
        if let Some((name, _)) = files.iter().find(|(name, _)| is_other_data(name)) {
            let known = "data is read from files that are named data.json";
            return Err(PolicyError::Format(format!("{name} is not read; {known}")));
        }
        files.retain(|(name, _)| is_part(name));
        files.sort();
        let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
        let largest = files.iter().map(|(_, text)| text.len()).max().unwrap_or(0) as u64;
        if files.len() > FILES_MAX || largest > FILE_BYTES_MAX || bytes as u64 > BUNDLE_BYTES_MAX {
            return Err(over());
        }
        if !files.iter().any(|(name, _)| name.ends_with(".rego")) {
            return Err(PolicyError::Bounds("there is no .rego file in it".into()));
        }
        if let Some(twice) = files.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(PolicyError::Format(format!("{} is in it twice", twice[0].0)));
        }
        let manifest = match files.iter().find(|(name, _)| name == MANIFEST) {
            Some((_, text)) => Manifest::read(text)?,
            None => Manifest::default(),
        };
        Ok(Self { files: files.into(), manifest })
    }

    /// All that can be part of a bundle in a folder and the folders in it.
    pub(super) fn from_dir(folder: &Path) -> Result<Vec<(String, String)>, PolicyError> {
        let mut found = Gathered { root: folder, files: Vec::new(), bytes: 0 };
        found.gather(folder, 0)?;
        Ok(found.files)
    }

    /// Names inside the bundle, and texts.
    pub(crate) fn files(&self) -> &Arc<[(String, String)]> {
        &self.files
    }

    /// What the bundle says of itself.
    pub(crate) const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The Rego files, tests among them.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &(String, String)> {
        self.files.iter().filter(|(name, _)| name.ends_with(".rego"))
    }

    /// The actions that its data has a row for, in order.
    pub(super) fn actions(&self) -> Vec<String> {
        let data = self.data().unwrap_or_default();
        let rows = data.get("actions").and_then(Value::as_object);
        let mut actions: Vec<String> =
            rows.into_iter().flat_map(|rows| rows.keys().cloned()).collect();
        actions.sort_unstable();
        actions
    }

    /// The environments that its data lists as none of production.
    pub(super) fn not_production(&self) -> Vec<String> {
        let data = self.data().unwrap_or_default();
        let listed = data.pointer("/scales/not_production").and_then(Value::as_array);
        let names = listed.into_iter().flatten().filter_map(Value::as_str);
        names.map(str::to_owned).collect()
    }

    /// All data, each file's below the path of its folder.
    pub(super) fn data(&self) -> Result<Value, PolicyError> {
        let mut data = Map::new();
        for (name, text) in self.files.iter().filter(|(name, _)| is_data(name)) {
            let refused = |why: String| PolicyError::Format(format!("{name}: {why}"));
            let read: Value =
                serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
            let Value::Object(mut read) = read else {
                return Err(refused("it is not an object".into()));
            };
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            for part in folder.split('/').rev().filter(|part| !part.is_empty()) {
                read = Map::from_iter([(part.to_owned(), Value::Object(read))]);
            }
            merge(&mut data, read).map_err(|key| refused(format!("`{key}` is given twice")))?;
        }
        Ok(Value::Object(data))
    }

    /// SHA-256 over names and contents: `sha256:…`.
    pub(super) fn digest(&self) -> Arc<str> {
        let mut hasher = Sha256::new();
        for part in self.files.iter().flat_map(|(name, text)| [name, text]) {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        format!("sha256:{}", hex(&hasher.finalize())).into()
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a file has a meaning in a bundle, if only that it can't be read.
pub(super) fn is_known(name: &str) -> bool {
    is_part(name) || is_other_data(name)
}

fn is_part(name: &str) -> bool {
    name.ends_with(".rego") || is_data(name) || name == MANIFEST
}

fn is_data(name: &str) -> bool {
    name == "data.json" || name.ends_with("/data.json")
}

/// What other engines would take for data, so that leaving it out would change the meaning.
fn is_other_data(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    matches!(file, "data.yaml" | "data.yml" | "policy.wasm")
}

pub(super) fn over() -> PolicyError {
    PolicyError::Bounds(format!(
        "it is over the bounds of {FILES_MAX} files, of {FILE_BYTES_MAX} bytes each and \
         {BUNDLE_BYTES_MAX} together"
    ))
}

fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) -> Result<(), String> {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (None, value) => {
                into.insert(key, value);
            }
            (Some(Value::Object(known)), Value::Object(value)) => merge(known, value)?,
            (Some(_), _) => return Err(key),
        }
    }
    Ok(())
}

struct Gathered<'a> {
    root: &'a Path,
    files: Vec<(String, String)>,
    bytes: u64,
}

impl Gathered<'_> {
    fn gather(&mut self, folder: &Path, depth: usize) -> Result<(), PolicyError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            |source| PolicyError::Io { path, source }
        };
        if depth > DEPTH_MAX {
            return Err(over());
        }
        for entry in fs::read_dir(folder).map_err(io(folder))? {
            let path = entry.map_err(io(folder))?.path();
            if path.is_dir() {
                self.gather(&path, depth + 1)?;
                continue;
            }
            let name = path.strip_prefix(self.root).unwrap_or(&path).display().to_string();
            if !is_known(&name) {
                continue;
            }
            let mut text = String::new();
            let file = File::open(&path).map_err(io(&path))?;
            file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(io(&path))?;
            self.bytes += text.len() as u64;
            let large = text.len() as u64 > FILE_BYTES_MAX || self.bytes > BUNDLE_BYTES_MAX;
            if large || self.files.len() >= FILES_MAX {
                return Err(over());
            }
            self.files.push((name, text));
        }
        Ok(())
    }
}
