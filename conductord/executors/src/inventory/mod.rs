//! Where hosts come from: files, scripts, the OpenSSH client's configuration.
//!
//! Every question reads its sources again, as far as they changed: a file is parsed anew when its
//! time, size or inode is another (`files.rs`), a script is run anew when its answer is older than
//! its bound (`script.rs`). All sources that cover a scope count, or none does.

mod files;
mod script;
mod ssh_config;

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use conductor_domain::scope::Scope;
use conductor_engine::ports::{Inventory, InventoryError};
use conductor_protocol::{
    inventory::{Host, HostDraft, LabelRules, merge},
    manifest::Problem,
};

use self::{files::File, script::Script, ssh_config::SshConfig};

/// One place where hosts are told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOptions {
    /// What is read.
    pub kind: SourceKind,
    /// Tenants that it is for; all when empty.
    pub tenants: BTreeSet<String>,
    /// Environments that it is for; all when empty.
    pub environments: BTreeSet<String>,
}

/// What is read for hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    /// A file: INI, YAML or JSON.
    File(PathBuf),
    /// A program that prints an inventory as JSON (or YAML, or INI).
    Script {
        /// The program and its arguments.
        command: Vec<String>,
        /// How long it may take.
        timeout: Duration,
        /// For how long its answer is good.
        cache: Duration,
    },
    /// The `Host` entries of an OpenSSH client's configuration.
    SshConfig(PathBuf),
}

/// The sources of a daemon, as they are configured.
#[derive(Debug)]
pub struct Sources {
    sources: Vec<Source>,
    rules: LabelRules,
}

#[derive(Debug)]
struct Source {
    /// As messages name it.
    name: String,
    reader: Reader,
    tenants: BTreeSet<String>,
    environments: BTreeSet<String>,
}

#[derive(Debug)]
enum Reader {
    File(File),
    Script(Script),
    SshConfig(SshConfig),
}

/// What a source said last.
type Drafts = Arc<Vec<HostDraft>>;

/// Why a source gives nothing.
#[derive(Debug)]
enum Unread {
    /// It could not be read at all.
    Unavailable(String),
    /// It is not well-formed: the first problem.
    Invalid(String),
}

impl Unread {
    /// The first of these problems stands for all.
    fn of(problems: &[Problem]) -> Self {
        let more = match problems.len() {
            0 | 1 => String::new(),
            many => format!(" (and {} more)", many - 1),
        };
        Self::Invalid(problems.first().map_or_else(String::new, |first| format!("{first}{more}")))
    }
}

impl Sources {
    /// These sources, in order; `rules` says which variables are labels.
    #[must_use]
    pub fn new(options: Vec<SourceOptions>, rules: LabelRules) -> Self {
        let source = |options: SourceOptions| {
            let SourceOptions { kind, tenants, environments } = options;
            let (name, reader) = match kind {
                SourceKind::File(path) => {
                    (format!("file {}", path.display()), Reader::File(File::new(path)))
                }
                SourceKind::Script { command, timeout, cache } => {
                    let name = command.first().cloned().unwrap_or_default();
                    let script = Script::new(command, timeout, cache);
                    (format!("script {name}"), Reader::Script(script))
                }
                SourceKind::SshConfig(path) => (format!("SSH configuration {}", path.display()), {
                    Reader::SshConfig(SshConfig::new(path))
                }),
            };
            Source { name, reader, tenants, environments }
        };
        Self { sources: options.into_iter().map(source).collect(), rules }
    }
}

impl Source {
    fn covers(&self, scope: &Scope) -> bool {
        let has = |set: &BTreeSet<String>, name: &str| set.is_empty() || set.contains(name);
        has(&self.tenants, &scope.tenant) && has(&self.environments, &scope.environment)
    }

    fn read(&self, rules: &LabelRules) -> Result<Drafts, InventoryError> {
        let read = match &self.reader {
            Reader::File(file) => file.read(rules),
            Reader::Script(script) => script.read(rules),
            Reader::SshConfig(config) => config.read(),
        };
        read.map_err(|unread| {
            let from = self.name.clone();
            match unread {
                Unread::Unavailable(why) => InventoryError::Unavailable { from, why },
                Unread::Invalid(problem) => InventoryError::Invalid { from, problem },
            }
        })
    }
}

impl Inventory for Sources {
    fn hosts(&self, scope: &Scope) -> Result<Arc<[Host]>, InventoryError> {
        let covering: Vec<&Source> =
            self.sources.iter().filter(|source| source.covers(scope)).collect();
        if covering.is_empty() {
            let (tenant, environment) = (scope.tenant.clone(), scope.environment.clone());
            return Err(InventoryError::None { tenant, environment });
        }
        let mut said = Vec::with_capacity(covering.len());
        for source in covering {
            let drafts = source.read(&self.rules)?;
            said.push((source.name.clone(), drafts.as_ref().clone()));
        }
        let hosts = merge(said).map_err(InventoryError::Contradiction)?;
        Ok(hosts.into())
    }
}

/// What was read last, with what it was read from.
#[derive(Debug)]
struct Kept<K>(Mutex<Option<(K, Drafts)>>);

impl<K: PartialEq> Kept<K> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// What is kept if `good`, or what `read` gives, kept. One reader at a time: the others wait
    /// for its answer instead of reading the same.
    fn get_or(
        &self,
        good: impl FnOnce(&K) -> bool,
        read: impl FnOnce() -> Result<(K, Vec<HostDraft>), Unread>,
    ) -> Result<Drafts, Unread> {
        // A pair is replaced whole, even when a holder panicked.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((key, drafts)) = kept.as_ref()
            && good(key)
        {
            return Ok(Arc::clone(drafts));
        }
        *kept = None;
        let (key, drafts) = read()?;
        let drafts = Arc::new(drafts);
        *kept = Some((key, Arc::clone(&drafts)));
        drop(kept);
        Ok(drafts)
    }
}
