//! `[inventory]`: where hosts come from.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use conductor_executors::{SourceKind, SourceOptions};
use conductor_protocol::inventory::LabelRules;
use serde::Deserialize;

use super::{file::Span, paths};
use crate::exit::{Ended, Kind};

/// How long an inventory script may take.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
/// For how long its answer is good.
const CACHE_DEFAULT: Duration = Duration::from_secs(60);
/// Sources of one daemon.
const SOURCES_MAX: usize = 32;

/// `[inventory]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    labels: Option<Vec<String>>,
    source: Vec<Source>,
}

/// `[[inventory.source]]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Source {
    file: Option<PathBuf>,
    exec: Option<Vec<String>>,
    ssh_config: Option<PathBuf>,
    timeout: Option<Span>,
    cache: Option<Span>,
    tenants: BTreeSet<String>,
    environments: BTreeSet<String>,
}

/// What the section comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Inventory {
    /// In the order of the file.
    pub(crate) sources: Vec<SourceOptions>,
    /// Variables that are labels.
    pub(crate) labels: LabelRules,
}

impl Inventory {
    pub(super) fn of(file: File) -> Result<Self, Ended> {
        if file.source.len() > SOURCES_MAX {
            return Err(wrong(&format!(
                "has {} sources, and takes {SOURCES_MAX}",
                file.source.len()
            )));
        }
        let sources = file.source.into_iter().map(Source::options);
        Ok(Self {
            sources: sources.collect::<Result<_, _>>()?,
            labels: file.labels.map_or_else(LabelRules::default, LabelRules::of),
        })
    }
}

impl Source {
    fn options(self) -> Result<SourceOptions, Ended> {
        let (timeout, cache) = (self.timeout, self.cache);
        let kind = match (self.file, self.exec, self.ssh_config) {
            (Some(path), None, None) => SourceKind::File(paths::absolute(&path)?),
            (None, Some(command), None) if !command.is_empty() => SourceKind::Script {
                command,
                timeout: timeout.map_or(TIMEOUT_DEFAULT, |span| span.0),
                cache: cache.map_or(CACHE_DEFAULT, |span| span.0),
            },
            (None, None, Some(path)) => SourceKind::SshConfig(paths::absolute(&path)?),
            _ => {
                return Err(wrong(
                    "has a source that is not one thing: give each `[[inventory.source]]` exactly \
                     one of `file = \"…\"`, `exec = [\"…\"]` and `ssh_config = \"…\"`",
                ));
            }
        };
        if !matches!(kind, SourceKind::Script { .. }) && (timeout.is_some() || cache.is_some()) {
            return Err(wrong("has `timeout` or `cache` on a source without `exec`: remove them"));
        }
        Ok(SourceOptions { kind, tenants: self.tenants, environments: self.environments })
    }
}

fn wrong(what: &str) -> Ended {
    Ended::because(Kind::Configuration, format!("use the configuration: `[inventory]` {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Inventory, String> {
        let file = toml::from_str::<File>(text).map_err(|error| error.to_string())?;
        Inventory::of(file).map_err(|ended| format!("{ended:?}"))
    }

    #[test]
    fn sources_of_each_kind() {
        let inventory = read(
            "labels = ['role']\n\
             [[source]]\nfile = '/etc/conductor/hosts.ini'\nenvironments = ['prod']\n\
             [[source]]\nexec = ['/usr/bin/cmdb', '--list']\ntimeout = '3s'\ncache = '5m'\n\
             [[source]]\nssh_config = '/root/.ssh/config'\ntenants = ['acme']\n",
        )
        .unwrap();
        assert_eq!(inventory.sources.len(), 3);
        assert!(inventory.labels.takes("role") && !inventory.labels.takes("env"));
        assert_eq!(inventory.sources[0].environments.first().unwrap(), "prod");
        let script = SourceKind::Script {
            command: vec!["/usr/bin/cmdb".into(), "--list".into()],
            timeout: Duration::from_secs(3),
            cache: Duration::from_secs(300),
        };
        assert_eq!(inventory.sources[1].kind, script);
        assert_eq!(read("").unwrap(), Inventory::default());
    }

    #[test]
    fn a_source_is_one_thing() {
        for text in [
            "[[source]]\n",
            "[[source]]\nfile = '/a'\nexec = ['b']\n",
            "[[source]]\nexec = []\n",
            "[[source]]\nfile = '/a'\ncache = '5m'\n",
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains("inventory"), "{error}");
        }
        assert!(read("[[source]]\nfiel = '/a'\n").unwrap_err().contains("unknown field"));
    }
}
