//! What a task's program may use of its machine: `resources` and `sandbox`.

use serde::{Deserialize, Serialize};

use super::{
    Uses,
    check::{choice, flag, list, mapping, text, unknown_fields},
    executor::{SHELL, workflow_of},
    limits::{SANDBOX_PATH_BYTES_MAX, SANDBOX_PATHS_MAX},
    node::{Data, Node, field_path, item_path},
    problem::{Problem, Problems, quoted},
};
use crate::error_code::Code;

/// How much of a machine a task may take. What each class comes to is the worker's to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceClass {
    /// A check, a call, a few lines of script.
    Small,
    /// A build step, a backup of a small database.
    Medium,
    /// What may take most of a machine.
    Large,
}

impl ResourceClass {
    /// All of them with their words.
    pub const WORDS: [(&'static str, Self); 3] =
        [("small", Self::Small), ("medium", Self::Medium), ("large", Self::Large)];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// The class of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, class)| class)
    }
}

/// How strictly a program is shut in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SandboxLevel {
    /// Not at all, whatever the worker's default is.
    None,
    /// No new privileges, no dangerous system calls, a temporary folder of its own; it may read
    /// what its user may, and write to its own folders only.
    Standard,
    /// Besides: it reads the system's programs and its own folders only, and has no network.
    Strict,
}

impl SandboxLevel {
    /// All of them with their words.
    pub const WORDS: [(&'static str, Self); 3] =
        [("none", Self::None), ("standard", Self::Standard), ("strict", Self::Strict)];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Standard => "standard",
            Self::Strict => "strict",
        }
    }

    /// The level of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, level)| level)
    }
}

/// The walls around a program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Sandbox {
    /// How strict.
    pub level: SandboxLevel,
    /// Files and folders that it may read besides, absolute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
    /// Files and folders that it may read and write besides, absolute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub write: Vec<String>,
    /// Whether it may open network connections; as the level says, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<bool>,
}

impl Sandbox {
    /// A level and nothing besides.
    #[must_use]
    pub const fn of(level: SandboxLevel) -> Self {
        Self { level, read: Vec::new(), write: Vec::new(), network: None }
    }

    /// Whether it may open network connections.
    #[must_use]
    pub fn has_network(&self) -> bool {
        self.network.unwrap_or(self.level != SandboxLevel::Strict)
    }
}

const FIELDS: &[&str] = &["level", "read", "write", "network"];

/// The `resources` of a task.
pub(super) fn resources(
    (task, uses): (&Node, Option<&Uses>),
    path: &str,
    problems: &mut Problems,
) -> Option<ResourceClass> {
    let entry = task.entry("resources")?;
    let path = field_path(path, "resources");
    let class = choice(&entry.value, &path, &ResourceClass::WORDS, problems);
    only_for_programs(&entry.value, uses, &path, problems);
    class
}

/// The `sandbox` of a task: a level, or a mapping.
pub(super) fn sandbox(
    (task, uses): (&Node, Option<&Uses>),
    path: &str,
    problems: &mut Problems,
) -> Option<Sandbox> {
    let entry = task.entry("sandbox")?;
    let (node, path) = (&entry.value, field_path(path, "sandbox"));
    only_for_programs(node, uses, &path, problems);
    if let Data::Text(..) = &node.data {
        return choice(node, &path, &SandboxLevel::WORDS, problems).map(Sandbox::of);
    }
    let expected = "a level (`none`, `standard`, `strict`) or a mapping";
    let entries = mapping(node, &path, expected, problems)?;
    unknown_fields(entries, FIELDS, &path, problems);
    let get = |name: &str| node.entry(name).map(|entry| (&entry.value, field_path(&path, name)));
    let level = match get("level") {
        Some((node, path)) => choice(node, &path, &SandboxLevel::WORDS, problems)?,
        None => SandboxLevel::Standard,
    };
    let sandbox = Sandbox {
        level,
        read: get("read").map(|(n, p)| paths(n, &p, problems)).unwrap_or_default(),
        write: get("write").map(|(n, p)| paths(n, &p, problems)).unwrap_or_default(),
        network: get("network").and_then(|(n, p)| flag(n, &p, problems)),
    };
    if level == SandboxLevel::None && entries.len() > 1 {
        let message = "without a sandbox there is nothing to open or to shut";
        let problem = Problem::new(Code::ManifestConfinement, node.at, &path, message);
        problems.add(problem.mend("write `sandbox: none`, or another level"));
    }
    Some(sandbox)
}

/// Refuses them where no program is started on the worker.
fn only_for_programs(node: &Node, uses: Option<&Uses>, path: &str, problems: &mut Problems) {
    let Some(uses) = uses.map(Uses::as_str) else { return };
    let other = (uses.starts_with("pkg:builtin/") && uses != SHELL) || workflow_of(uses).is_some();
    if other {
        let message = format!("{} starts no program on the worker", quoted(uses));
        let problem = Problem::new(Code::ManifestConfinement, node.at, path, message);
        problems.add(problem.mend(format!("remove it, or use `{SHELL}`")));
    }
}

fn paths(node: &Node, path: &str, problems: &mut Problems) -> Vec<String> {
    let Some(items) = list(node, path, "a list of files and folders", problems) else {
        return Vec::new();
    };
    if items.len() > SANDBOX_PATHS_MAX {
        let message = format!("{} paths, and {SANDBOX_PATHS_MAX} are taken", items.len());
        let problem = Problem::new(Code::ManifestLimit, node.at, path, message);
        problems.add(problem.mend("name the folder that holds them"));
    }
    let mut found = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let place = item_path(path, index);
        let Some(given) = text(item, &place, problems) else { continue };
        if is_plain_path(given) {
            found.push(given.to_owned());
        } else {
            let message = format!("{} is no absolute path of a file or folder", quoted(given));
            let problem = Problem::new(Code::ManifestConfinement, item.at, place, message);
            problems.add(problem.mend(
                "begin it with `/`, without `..`, and without a template: what a sandbox opens \
                 is published with the workflow",
            ));
        }
    }
    found
}

fn is_plain_path(text: &str) -> bool {
    text.starts_with('/')
        && text.len() <= SANDBOX_PATH_BYTES_MAX
        && !text.split('/').any(|part| part == "..")
        && !text.contains('\0')
        && !text.contains("{{")
        && !text.contains("{%")
}
