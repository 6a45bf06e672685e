//! `[secrets.NAME]`: where a secret's value is, and for whom.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use conductor_executors::{
    Program, Provider, SecretSetting, SecretSettings, limits::SECRET_PROGRAM_TIMEOUT_DEFAULT,
};
use conductor_protocol::manifest::{is_secret_name, parse_duration_ms};
use serde::Deserialize;

/// Shortest and longest time that a program may take, in milliseconds.
const TIMEOUT_MS: std::ops::RangeInclusive<u64> = 100..=300_000;

/// All of them.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Secrets(BTreeMap<Name, Secret>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct Secret(pub(super) SecretSetting);

/// One, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    env: Option<String>,
    file: Option<PathBuf>,
    exec: Option<Vec<String>>,
    pass_env: Option<Vec<String>>,
    timeout: Option<String>,
    #[serde(default)]
    tenants: Vec<String>,
    #[serde(default)]
    environments: Vec<String>,
}

impl Secrets {
    /// As the worker takes them. What the daemon itself needs no task gets, whatever a manifest names.
    pub(super) fn settings(self, own: &[&str]) -> SecretSettings {
        let of_daemon = |(name, secret): (Name, Secret)| {
            let daemon_only = own.contains(&name.0.as_str());
            (name.0, SecretSetting { daemon_only, ..secret.0 })
        };
        self.0.into_iter().map(of_daemon).collect()
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match is_secret_name(&name) {
            true => Ok(Self(name)),
            false => Err(format!(
                "`{name}` is no name for a secret: use 1 to 64 letters, digits and `_`, and no \
                 digit first"
            )),
        }
    }
}

impl TryFrom<Written> for Secret {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { env, file, exec, pass_env, timeout, tenants, environments } = written;
        if exec.is_none() && (pass_env.is_some() || timeout.is_some()) {
            return Err("`pass_env` and `timeout` belong to `exec`".to_owned());
        }
        let provider = match (env, file, exec) {
            (Some(variable), None, None) if is_variable(&variable) => Provider::Env(variable),
            (Some(variable), None, None) => {
                return Err(format!("`{variable}` is no name of an environment variable"));
            }
            (None, Some(path), None) if path.is_absolute() => Provider::File(path),
            (None, Some(path), None) => {
                return Err(format!("`{}` is no absolute path", path.display()));
            }
            (None, None, Some(argv)) => program(argv, pass_env.unwrap_or_default(), timeout)?,
            _ => return Err("a secret has one of `env`, `file` and `exec`".to_owned()),
        };
        Ok(Self(SecretSetting { provider, tenants, environments, daemon_only: false }))
    }
}

fn program(
    argv: Vec<String>,
    pass_env: Vec<String>,
    timeout: Option<String>,
) -> Result<Provider, String> {
    if argv.first().is_none_or(String::is_empty) || argv.iter().any(|part| part.contains('\0')) {
        return Err("`exec` is a program and its arguments: `[\"vault\", \"kv\", …]`".to_owned());
    }
    if let Some(wrong) = pass_env.iter().find(|variable| !is_variable(variable)) {
        return Err(format!("`{wrong}` in `pass_env` is no name of an environment variable"));
    }
    let timeout = match timeout {
        None => SECRET_PROGRAM_TIMEOUT_DEFAULT,
        Some(text) => parse_duration_ms(&text)
            .filter(|ms| TIMEOUT_MS.contains(ms))
            .map(Duration::from_millis)
            .ok_or_else(|| {
                format!("`{text}` is no time between 100ms and 5m; write one like `10s`")
            })?,
    };
    Ok(Provider::Exec(Program { argv, pass_env, timeout }))
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SecretSettings, String> {
        #[derive(Debug, Deserialize)]
        struct File {
            secrets: Secrets,
        }
        let file: Result<File, _> = toml::from_str(text);
        file.map(|file| file.secrets.settings(&[])).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn every_provider_is_read() {
        let settings = read(
            "[secrets.a]\nenv = 'A'\n[secrets.b]\nfile = '/run/b'\nenvironments = ['prod']\n\
             [secrets.c]\nexec = ['vault', 'kv', 'get']\npass_env = ['VAULT_ADDR']\ntimeout = '1m'\n\
             tenants = ['default']\n",
        )
        .unwrap();
        assert_eq!(settings["a"], SecretSetting::new(Provider::Env("A".into())));
        assert_eq!(settings["b"].provider, Provider::File("/run/b".into()));
        assert_eq!(settings["b"].environments, ["prod"]);
        let program = Program {
            argv: vec!["vault".into(), "kv".into(), "get".into()],
            pass_env: vec!["VAULT_ADDR".into()],
            timeout: Duration::from_secs(60),
        };
        assert_eq!(settings["c"].provider, Provider::Exec(program));
        assert_eq!(settings["c"].tenants, ["default"]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |text: &str, part: &str| {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        };
        check("[secrets.a]\n", "one of `env`, `file` and `exec`");
        check("[secrets.a]\nenv = 'A'\nfile = '/b'\n", "one of `env`, `file` and `exec`");
        check("[secrets.a-b]\nenv = 'A'\n", "`a-b` is no name for a secret");
        check("[secrets.a]\nenv = 'A=B'\n", "`A=B` is no name");
        check("[secrets.a]\nfile = 'b'\n", "no absolute path");
        check("[secrets.a]\nexec = []\n", "a program and its arguments");
        check("[secrets.a]\nenv = 'A'\ntimeout = '1s'\n", "belong to `exec`");
        check("[secrets.a]\nexec = ['x']\ntimeout = '1h'\n", "between 100ms and 5m");
        check("[secrets.a]\nexec = ['x']\npass_env = ['']\n", "`pass_env`");
        check("[secrets.a]\nvalue = 'x'\n", "unknown field `value`");
    }
}
