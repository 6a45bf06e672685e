//! The layers put together: a flag beats the environment, which beats the context, which beats the rest of
//! the file. A context that was typed beats the environment, as a flag does.

use std::{collections::BTreeMap, path::PathBuf};

use conductor_client::{Endpoint, EndpointError, Trust, TrustError, TrustFiles};
use conductor_protocol::v1::Scope;

use super::{
    contexts::{self, Chosen, Listed},
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
    #[error("find the context `{name}`, which {origin} names: {known}")]
    Context { name: String, origin: Origin, known: String },
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// Where a setting came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag,
    Environment,
    Context,
    File,
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Flag => "the command line",
            Self::Environment => "the environment",
            Self::Context => "the context",
            Self::File => "the config file",
            Self::Default => "the built-in default",
        })
    }
}

/// What the command line said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) context: Option<String>,
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
    /// The named context that holds.
    pub(crate) context: Option<Chosen>,
    /// All that there are.
    pub(crate) contexts: Vec<Listed>,
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
        mut flags: Overrides,
        environment: &Environment,
        (mut file, warnings): (ConfigFile, Vec<String>),
        paths: Paths,
    ) -> Result<Self, ConfigError> {
        let texts = [&flags.context, &flags.host, &flags.tenant, &flags.environment, &flags.region];
        let own = said(texts, [&flags.tls.ca, &flags.tls.certificate, &flags.tls.key]);
        let texts = [&file.context, &file.host, &file.tenant, &file.environment, &file.region];
        let said = said(texts, [&file.tls.ca, &file.tls.certificate, &file.tls.key]);
        let contexts = contexts::listed(environment, &file);
        let context = contexts::choose(&flags, environment, &file)?;
        let has_flag = flags.host.is_some();
        if let Some(chosen) = &context {
            contexts::lay(chosen, &mut flags, &mut file);
        }
        let of_context = |origin: Origin| {
            let chosen = context.as_ref().filter(|chosen| chosen.file.host.is_some());
            chosen.is_some_and(|chosen| match origin {
                Origin::Flag => !has_flag,
                Origin::File => !chosen.is_typed(),
                _ => false,
            })
        };
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
                let origin = if of_context(origin) { Origin::Context } else { origin };
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
        Ok(Self {
            endpoint,
            endpoint_origin,
            scope,
            paths,
            context,
            contexts,
            console: file.console,
            lines,
            said,
            flags: own,
            warnings,
        })
    }
}

/// What is said outside of `[console]`, by name: of a layer's texts and files, in the order of the table.
fn said(texts: [&Option<String>; 5], files: [&Option<PathBuf>; 3]) -> Flags {
    let texts = ["context", "host", "tenant", "environment", "region"].into_iter().zip(texts);
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
    let environment = contexts::HOSTS.into_iter().find_map(said);
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

    const CONTEXTS: &str = "\
host = '/file.sock'
tenant = 'file'
environment = 'file'
context = 'stage'

[tls]
certificate = 'f.pem'
key = 'f.key'

[contexts.stage]
environment = 'dev'

[contexts.prod]
host = 'http://127.0.0.1:7443'
tenant = 'acme'
environment = 'prod'
theme = 'red'
read_only = true
word = 'PROD EU'
tone = 'warn'

[contexts.prod.tls]
certificate = 'p.pem'
";

    fn in_contexts(
        context: Option<&str>,
        variables: &[(&str, &str)],
    ) -> Result<Settings, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.toml");
        std::fs::write(&config, CONTEXTS).unwrap();
        let flags = Overrides {
            context: context.map(str::to_owned),
            config: Some(config),
            ..Overrides::default()
        };
        Settings::load(flags, &Environment::of(variables))
    }

    fn parts(settings: &Settings) -> (String, [&str; 2]) {
        let scope = &settings.scope;
        (settings.endpoint.to_string(), [&scope.tenant, &scope.environment])
    }

    #[test]
    fn a_context_is_below_what_named_it_and_above_the_rest_of_the_file() {
        // The file's own.
        let settings = in_contexts(None, &[]).unwrap();
        assert_eq!(parts(&settings), ("unix:///file.sock".into(), ["file", "dev"]));
        assert_eq!(settings.context.as_ref().unwrap().name(), "stage");
        // The variable names another; a variable of its own goes before what that says.
        let variables = [("CONDUCTOR_CONTEXT", "prod"), ("CONDUCTOR_TENANT", "env")];
        let settings = in_contexts(None, &variables).unwrap();
        assert_eq!(parts(&settings), ("http://127.0.0.1:7443".into(), ["env", "prod"]));
        assert_eq!(settings.endpoint_origin, Origin::Context);
        // What is typed goes before what is exported.
        let variables = [("CONDUCTOR_CONTEXT", "stage"), ("CONDUCTOR_TENANT", "env")];
        let settings = in_contexts(Some("prod"), &variables).unwrap();
        assert_eq!(parts(&settings), ("http://127.0.0.1:7443".into(), ["acme", "prod"]));
        assert_eq!(settings.console.theme.as_deref(), Some("red"));
        assert_eq!(settings.console.theme_production.as_deref(), Some("red"));
        let now = settings.context.unwrap();
        assert!(now.is_read_only());
        let seen = now.seen("prod");
        assert_eq!((seen.word.as_str(), seen.tone.name()), ("PROD EU", "warn"));
        assert!(!seen.is_default);
        let names: Vec<_> = settings.contexts.iter().map(|one| one.context.name.as_str()).collect();
        assert_eq!(names, ["prod", "stage"]);
        let default: Vec<_> = settings.contexts.iter().map(|one| one.context.is_default).collect();
        assert_eq!(default, [false, true]);
    }

    #[test]
    fn a_flag_goes_before_the_context_that_is_typed_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.toml");
        std::fs::write(&config, CONTEXTS).unwrap();
        let flags = Overrides {
            context: Some("prod".into()),
            tenant: Some("flag".into()),
            host: Some("/flag.sock".into()),
            config: Some(config),
            ..Overrides::default()
        };
        let settings = Settings::load(flags, &Environment::of(&[])).unwrap();
        assert_eq!(parts(&settings), ("unix:///flag.sock".into(), ["flag", "prod"]));
        assert_eq!(settings.endpoint_origin, Origin::Flag);
    }

    #[test]
    fn the_files_own_context_is_not_shown_over_another_daemon() {
        let settings = in_contexts(None, &[("CONDUCTOR_HOST", "/env.sock")]).unwrap();
        assert_eq!(parts(&settings), ("unix:///env.sock".into(), ["file", "file"]));
        assert!(settings.context.is_none());
        assert!(settings.contexts.iter().all(|one| !one.context.is_default));
        let variables = [("CONDUCTOR_HOST", "/env.sock"), ("CONDUCTOR_CONTEXT", "stage")];
        assert!(in_contexts(None, &variables).unwrap().context.is_some(), "it was asked for");
    }

    #[test]
    fn a_context_that_is_not_there_is_told_with_those_that_are() {
        let told = |context, variables: &[(&str, &str)]| {
            in_contexts(context, variables).unwrap_err().to_string()
        };
        assert_eq!(
            told(Some("prdo"), &[]),
            "find the context `prdo`, which the command line names: there are prod, stage"
        );
        assert_eq!(
            told(None, &[("CONDUCTOR_CONTEXT", "x")]),
            "find the context `x`, which the environment names: there are prod, stage"
        );
        let flags = Overrides { context: Some("x".into()), ..Overrides::default() };
        let none = settings(flags, &[]).unwrap_err().to_string();
        assert!(none.ends_with("the config file has none, [contexts.NAME] makes one"), "{none}");
    }

    #[test]
    fn a_certificate_of_a_context_comes_without_the_key_of_the_file() {
        let context: contexts::ContextFile =
            toml::from_str("[tls]\ncertificate = 'p.pem'\n").unwrap();
        let mut file: ConfigFile = toml::from_str(CONTEXTS).unwrap();
        let chosen = Chosen::for_tests(Origin::File, context);
        contexts::lay(&chosen, &mut Overrides::default(), &mut file);
        assert_eq!((file.tls.certificate, file.tls.key), (Some("p.pem".into()), None));
    }

    #[test]
    fn a_host_that_is_none_is_refused_with_its_origin() {
        let flags = Overrides { host: Some("ftp://x".into()), ..Overrides::default() };
        let error = settings(flags, &[]).unwrap_err().to_string();
        assert!(error.starts_with("understand the host of the command line: `ftp://x`"), "{error}");
    }
}
