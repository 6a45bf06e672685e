//! Where things lie on this machine, after the XDG base directory specification.

use std::path::PathBuf;

use conductor_client::Endpoint;

use super::environment::Environment;

/// Folders and files of the console, and of the daemon as far as the console starts one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paths {
    /// Folder of the config file, themes and keymap.
    pub(crate) config_dir: PathBuf,
    /// The console's config file.
    pub(crate) config_file: PathBuf,
    /// Where the daemon keeps its data when nothing else is said.
    pub(crate) data_dir: PathBuf,
    /// What is worth keeping but not data: the log of a daemon that `conductor up` started.
    pub(crate) state_dir: PathBuf,
    /// Where the daemon listens when nothing else is said.
    pub(crate) endpoint: Endpoint,
}

impl Paths {
    /// From the environment; `config` names another config file.
    pub(crate) fn of(environment: &Environment, config: Option<PathBuf>) -> Self {
        let home = environment.path("HOME").unwrap_or_else(|| PathBuf::from("/"));
        let base = |name: &str, fallback: &str| {
            environment.path(name).unwrap_or_else(|| home.join(fallback)).join("conductor")
        };
        let config_dir = environment
            .path("CONDUCTOR_CONFIG_DIR")
            .unwrap_or_else(|| base("XDG_CONFIG_HOME", ".config"));
        let runtime_dir = environment.path("XDG_RUNTIME_DIR");
        let uid = rustix::process::geteuid().as_raw();
        Self {
            config_file: config.unwrap_or_else(|| config_dir.join("config.toml")),
            config_dir,
            data_dir: base("XDG_DATA_HOME", ".local/share"),
            state_dir: base("XDG_STATE_HOME", ".local/state"),
            endpoint: Endpoint::default_for(runtime_dir.as_deref(), uid),
        }
    }

    /// Where the user's themes are when nothing else is said.
    pub(crate) fn themes(&self) -> PathBuf {
        self.config_dir.join("themes")
    }

    /// Tokens of the sessions that somebody logged in to, by daemon.
    pub(crate) fn sessions(&self) -> PathBuf {
        self.state_dir.join("sessions.json")
    }

    /// What the console keeps from one session to the next: typed commands, and what was chosen.
    pub(crate) fn console_state(&self) -> PathBuf {
        self.state_dir.join("console")
    }

    /// Output of a daemon that `conductor up` started.
    pub(crate) fn daemon_log(&self) -> PathBuf {
        self.state_dir.join("conductord.log")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_config_folder_can_be_named() {
        let variables = [("HOME", "/home/alice"), ("XDG_CONFIG_HOME", "/xdg")];
        let paths = Paths::of(&Environment::of(&variables), None);
        assert_eq!(paths.config_file, PathBuf::from("/xdg/conductor/config.toml"));
        assert_eq!(paths.state_dir, PathBuf::from("/home/alice/.local/state/conductor"));
        let variables = [&variables[..], &[("CONDUCTOR_CONFIG_DIR", "/etc/console")]].concat();
        let paths = Paths::of(&Environment::of(&variables), None);
        assert_eq!(paths.config_file, PathBuf::from("/etc/console/config.toml"));
        assert_eq!(paths.themes(), PathBuf::from("/etc/console/themes"));
        let named = Paths::of(&Environment::of(&variables), Some("/tmp/other.toml".into()));
        assert_eq!(named.config_file, PathBuf::from("/tmp/other.toml"));
        assert_eq!(named.themes(), PathBuf::from("/etc/console/themes"));
    }
}
