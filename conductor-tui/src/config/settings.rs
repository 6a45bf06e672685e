//! The layers put together: a flag beats the environment, which beats the file.

use std::{collections::BTreeMap, path::PathBuf};

use conductor_client::{Endpoint, EndpointError, Trust, TrustError, TrustFiles};
use conductor_protocol::v1::Scope;

use super::{
    environment::Environment,
    file::{self, ConfigFile, ConsoleFile, TlsFile},
    paths::Paths,
    told::Flags,
};

/// Why the settings can't be relied on. Going on with a part of them could mean acting on the
/// wrong tenant, so these end the command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("read the config file {path}", path = path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("understand the config file {path}: {source}", path = path.display())]
    Syntax { path: PathBuf, source: Box<toml::de::Error> },
    #[error("understand the host of {origin}: {source}")]
    Host { origin: Origin, source: EndpointError },
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// Where a setting came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag,
    Environment,
    File,
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Flag => "the command line",
            Self::Environment => "the environment",
            Self::File => "the config file",
            Self::Default => "the built-in default",
        })
    }
}

/// What the command line said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) host: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) config: Option<PathBuf>,
    pub(crate) tls: TrustFiles,
}

/// What holds for this call.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Where the daemon is, and who said so.
    pub(crate) endpoint: Endpoint,
    pub(crate) endpoint_origin: Origin,
    /// Where requests act; empty fields are the daemon's defaults.
    pub(crate) scope: Scope,
    pub(crate) paths: Paths,
    /// `[console]` of the config file.
    pub(crate) console: ConsoleFile,
    /// Lines of the config file's values, by their names such as `console.theme`, counted from 1.
    pub(crate) lines: BTreeMap<String, usize>,
    /// What the config file says outside of `[console]`, by name.
    pub(crate) said: Flags,
    /// What flags of every command said, by the setting's name.
    pub(crate) flags: Flags,
    /// What is strange but does no harm.
    pub(crate) warnings: Vec<String>,
}

impl Settings {
    /// Puts the layers together.
    pub(crate) fn load(
        overrides: Overrides,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let paths = Paths::of(environment, overrides.config.clone());
        let (file, warnings) = file::read(&paths.config_file)?;
        Self::layered(overrides, environment, (file, warnings), paths)
    }

    fn layered(
        flags: Overrides,
        environment: &Environment,
        (file, warnings): (ConfigFile, Vec<String>),
        paths: Paths,
    ) -> Result<Self, ConfigError> {
        let texts = [&flags.host, &flags.tenant, &flags.environment, &flags.region];
        let own = said(texts, [&flags.tls.ca, &flags.tls.certificate, &flags.tls.key]);
        let texts = [&file.host, &file.tenant, &file.environment, &file.region];
        let said = said(texts, [&file.tls.ca, &file.tls.certificate, &file.tls.key]);
        let lines = file.lines;
        let pick = |flag: Option<String>, variable: &str, file: Option<String>| {
            let environment = environment.get(variable).map(str::to_owned);
            flag.map(|value| (value, Origin::Flag))
                .or_else(|| environment.map(|value| (value, Origin::Environment)))
                .or_else(|| file.map(|value| (value, Origin::File)))
        };
        let word = |found: Option<(String, Origin)>| found.map(|f| f.0).unwrap_or_default();
        let (endpoint, endpoint_origin) = match place(flags.host, environment, file.host) {
            None => (paths.endpoint.clone(), Origin::Default),
            Some((host, origin)) => {
                let endpoint =
                    host.parse().map_err(|source| ConfigError::Host { origin, source })?;
                (endpoint, origin)
            }
        };
        let endpoint = match endpoint.is_tls() {
            true => endpoint.trusting(Trust::of(&trusted(flags.tls, environment, file.tls))?),
            // Where they don't count they are not even read.
            false => endpoint,
        };
        let scope = Scope {
            tenant: word(pick(flags.tenant, "CONDUCTOR_TENANT", file.tenant)),
            environment: word(pick(flags.environment, "CONDUCTOR_ENV", file.environment)),
            region: word(pick(flags.region, "CONDUCTOR_REGION", file.region)),
        };
        let console = file.console;
        let flags = own;
        Ok(Self { endpoint, endpoint_origin, scope, paths, console, lines, said, flags, warnings })
    }
}

/// What is said outside of `[console]`, by name: of a layer's texts and files, in the order of the table.
fn said(texts: [&Option<String>; 4], files: [&Option<PathBuf>; 3]) -> Flags {
    let texts = ["host", "tenant", "environment", "region"].into_iter().zip(texts);
    let files = ["tls.ca", "tls.certificate", "tls.key"].into_iter().zip(files);
    let texts = texts.filter_map(|(name, text)| Some((name, text.clone()?)));
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    texts.chain(files.filter_map(|(name, file)| Some((name, path(file)?)))).collect()
}

/// Where the daemon is. A script on a host is told by a variable of its own, since there
/// `CONDUCTOR_HOST` is the host's name.
fn place(
    flag: Option<String>,
    environment: &Environment,
    file: Option<String>,
) -> Option<(String, Origin)> {
    let said = |variable: &str| environment.get(variable).map(str::to_owned);
    let environment = said("CONDUCTOR_ADDRESS").or_else(|| said("CONDUCTOR_HOST"));
    flag.map(|value| (value, Origin::Flag))
        .or_else(|| environment.map(|value| (value, Origin::Environment)))
        .or_else(|| file.map(|value| (value, Origin::File)))
}

/// Whom to trust, and by which certificate to be known.
fn trusted(flags: TrustFiles, environment: &Environment, file: TlsFile) -> TrustFiles {
    let pick = |flag: Option<PathBuf>, variable: &str, file: Option<PathBuf>| {
        flag.or_else(|| environment.get(variable).map(PathBuf::from)).or(file)
    };
    // A certificate and a key of two layers would hardly go together.
    let (ca, own) = (pick(flags.ca, "CONDUCTOR_CA", file.ca), environment.get("CONDUCTOR_CERT"));
    let (certificate, key) = match (flags.certificate, own) {
        (Some(flag), _) => (Some(flag), flags.key),
        (None, Some(own)) => (Some(own.into()), pick(flags.key, "CONDUCTOR_CERT_KEY", None)),
        (None, None) => (file.certificate, pick(flags.key, "CONDUCTOR_CERT_KEY", file.key)),
    };
    TrustFiles { ca, certificate, key }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "host = '/file.sock'\ntenant = 'file'\nenvironment = 'file'\n";

    fn settings(flags: Overrides, variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("conductor")).unwrap();
        std::fs::write(folder.path().join("conductor/config.toml"), FILE).unwrap();
        let home = folder.path().to_str().unwrap();
        let environment: Vec<_> =
            variables.iter().copied().chain([("XDG_CONFIG_HOME", home)]).collect();
        Settings::load(flags, &Environment::of(&environment))
    }

    #[test]
    fn the_file_is_below_the_environment_is_below_the_flag() {
        let flags = Overrides { environment: Some("flag".into()), ..Overrides::default() };
        let variables = [
            ("CONDUCTOR_HOST", "unix:///env.sock"),
            ("CONDUCTOR_ENV", "env"),
            ("CONDUCTOR_TENANT", ""),
        ];
        let settings = settings(flags, &variables).unwrap();
        assert_eq!(settings.endpoint.to_string(), "unix:///env.sock");
        assert_eq!(settings.endpoint_origin, Origin::Environment);
        assert_eq!(settings.scope.tenant, "file", "an empty variable is none");
        assert_eq!(settings.scope.environment, "flag");
        assert_eq!(settings.scope.region, "", "the daemon's default");
    }

    #[test]
    fn on_a_host_its_name_is_not_where_the_daemon_is() {
        let variables = [("CONDUCTOR_HOST", "web-1"), ("CONDUCTOR_ADDRESS", "unix:///a.sock")];
        let settings = settings(Overrides::default(), &variables).unwrap();
        assert_eq!(settings.endpoint.to_string(), "unix:///a.sock");
        assert_eq!(settings.endpoint_origin, Origin::Environment);
    }

    #[test]
    fn a_certificate_comes_with_the_key_of_its_own_layer() {
        let path = |name: &str| Some(PathBuf::from(name));
        let file = || TlsFile { ca: path("f.ca"), certificate: path("f"), key: path("f.key") };
        let files = |ca: &str, certificate: &str, key: &str| TrustFiles {
            ca: path(ca),
            certificate: path(certificate),
            key: path(key).filter(|key| !key.as_os_str().is_empty()),
        };
        let none = Environment::of(&[]);
        let variables = Environment::of(&[("CONDUCTOR_CA", "e.ca"), ("CONDUCTOR_CERT", "e")]);
        assert_eq!(trusted(TrustFiles::default(), &none, file()), files("f.ca", "f", "f.key"));
        assert_eq!(trusted(TrustFiles::default(), &variables, file()), files("e.ca", "e", ""));
        let flags = TrustFiles { certificate: path("c"), key: path("c.key"), ca: None };
        assert_eq!(trusted(flags, &variables, file()), files("e.ca", "c", "c.key"));
    }

    #[test]
    fn certificates_that_are_not_there_are_told_where_they_count() {
        let tls = TrustFiles { ca: Some("/nonexistent/ca.pem".into()), ..TrustFiles::default() };
        let flags = |host: &str| Overrides {
            host: Some(host.into()),
            tls: tls.clone(),
            ..Overrides::default()
        };
        let error = settings(flags("https://conductor.example:7443"), &[]).unwrap_err();
        assert!(error.to_string().contains("read /nonexistent/ca.pem"), "{error}");
        assert!(settings(flags("http://127.0.0.1:7070"), &[]).is_ok());
    }

    #[test]
    fn a_missing_file_is_fine() {
        let environment =
            Environment::of(&[("HOME", "/nonexistent"), ("XDG_RUNTIME_DIR", "/run/user/7")]);
        let settings = Settings::load(Overrides::default(), &environment).unwrap();
        assert_eq!(settings.endpoint_origin, Origin::Default);
        let host = settings.endpoint.to_string();
        assert_eq!(host, "unix:///run/user/7/conductor/conductord.sock");
        assert_eq!(settings.warnings, Vec::<String>::new());
    }

    #[test]
    fn a_host_that_is_none_is_refused_with_its_origin() {
        let flags = Overrides { host: Some("ftp://x".into()), ..Overrides::default() };
        let error = settings(flags, &[]).unwrap_err().to_string();
        assert!(error.starts_with("understand the host of the command line: `ftp://x`"), "{error}");
    }
}
