//! A bundle's `.manifest`, as OPA reads it: a revision for people, and the roots that it owns.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::PolicyError;

/// What a bundle says of itself. Fields of other tools are left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What its maker calls this state of it; may be empty.
    #[serde(default)]
    pub revision: String,
    /// The paths below `data` that it owns, such as `conductor`; an empty one for all.
    #[serde(default = "everything")]
    pub roots: Vec<String>,
    /// The version of Rego that it is written in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rego_version: Option<u8>,
}

fn everything() -> Vec<String> {
    vec![String::new()]
}

impl Default for Manifest {
    fn default() -> Self {
        Self { revision: String::new(), roots: everything(), rego_version: None }
    }
}

impl Manifest {
    pub(super) fn read(text: &str) -> Result<Self, PolicyError> {
        let refused = |why: String| PolicyError::Format(format!(".manifest: {why}"));
        // Not any JSON that happens to fit: without its keys a list would.
        let manifest: Self = serde_json::from_str::<Map<String, Value>>(text)
            .and_then(|fields| serde_json::from_value(Value::Object(fields)))
            .map_err(|error| refused(error.to_string()))?;
        if let Some(version) = manifest.rego_version.filter(|version| *version != 1) {
            let known = "this engine reads version 1";
            return Err(refused(format!("it is written in version {version} of Rego; {known}")));
        }
        for (number, root) in manifest.roots.iter().enumerate() {
            let others = manifest.roots.iter().enumerate();
            let within = |other: &str| covers(other, root);
            if others.clone().any(|(at, other)| at != number && within(other)) {
                return Err(refused(format!("the root `{root}` lies within another")));
            }
        }
        Ok(manifest)
    }

    /// Whether the bundle owns a path below `data`, its parts between slashes.
    #[must_use]
    pub fn owns(&self, path: &str) -> bool {
        self.roots.iter().any(|root| covers(root, path))
    }
}

fn covers(root: &str, path: &str) -> bool {
    let (root, path) = (root.trim_matches('/'), path.trim_matches('/'));
    let rest = path.strip_prefix(root);
    root.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_own_what_is_below_them_and_nothing_beside() {
        let manifest = Manifest::read(r#"{"roots": ["conductor", "a/b"], "other": 1}"#).unwrap();
        for (path, owned) in [
            ("conductor/authz", true),
            ("conductor", true),
            ("conductors", false),
            ("a", false),
            ("a/b/c", true),
        ] {
            assert_eq!(manifest.owns(path), owned, "{path}");
        }
        assert!(Manifest::read("{}").unwrap().owns("anything/at/all"));
    }

    #[test]
    fn what_can_not_be_meant_is_refused() {
        for (text, part) in [
            (r#"{"roots": ["a", "a/b"]}"#, "lies within another"),
            (r#"{"roots": ["a", "a"]}"#, "lies within another"),
            (r#"{"rego_version": 0}"#, "version 0 of Rego"),
            ("[]", ".manifest"),
            (r#"{"roots": "a"}"#, ".manifest"),
        ] {
            let error = Manifest::read(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
