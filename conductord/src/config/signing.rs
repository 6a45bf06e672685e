//! `[signing]`: where the key is that signs the daemon's checkpoints.

use std::{path::PathBuf, time::Duration};

use conductor_keys::signing::{CommandOptions, PinSource, Pkcs11Options, parse_public_key};
use serde::Deserialize;

use super::{file::Span, paths};
use crate::exit::{Ended, Kind};

/// How long a program may take for a signature when nothing else is configured.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);

/// `[signing]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    command: Option<Vec<String>>,
    public_key: Option<String>,
    timeout: Option<Span>,
    environment: std::collections::BTreeMap<String, String>,
    pkcs11: Option<Pkcs11File>,
}

/// `[signing.pkcs11]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pkcs11File {
    module: PathBuf,
    token: String,
    key: String,
    pin_file: Option<PathBuf>,
}

/// Where the key is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum SigningSettings {
    /// In the data folder's file `key`.
    #[default]
    File,
    /// In a token.
    Pkcs11(Pkcs11Options),
    /// With a program; and its public half.
    Command(CommandOptions, [u8; 32]),
}

impl File {
    /// What it comes to.
    pub(super) fn settings(self) -> Result<SigningSettings, Ended> {
        match (self.command, self.pkcs11) {
            (Some(_), Some(_)) => wrong("name either `command` or `pkcs11`"),
            (None, _) if self.public_key.is_some() || self.timeout.is_some() => {
                wrong("`public_key` and `timeout` belong to `command`")
            }
            (None, None) => Ok(SigningSettings::File),
            (None, Some(given)) => Ok(SigningSettings::Pkcs11(Pkcs11Options {
                module: paths::absolute(&given.module)?,
                token: given.token,
                key: given.key,
                pin: match given.pin_file {
                    Some(file) => PinSource::File(paths::absolute(&file)?),
                    None => PinSource::None,
                },
            })),
            (Some(argv), None) => {
                let Some(public) = self.public_key.as_deref().and_then(parse_public_key) else {
                    return wrong("`public_key` is the base64 of the 32 bytes of the Ed25519 key");
                };
                let options = CommandOptions {
                    argv,
                    environment: self.environment.into_iter().collect(),
                    timeout: self.timeout.map_or(TIMEOUT_DEFAULT, |given| given.0),
                };
                options.check().or_else(|problem| wrong(&problem))?;
                Ok(SigningSettings::Command(options, public))
            }
        }
    }
}

fn wrong<T>(problem: &str) -> Result<T, Ended> {
    let message = format!("use `[signing]` of the configuration: {problem}");
    Err(Ended::because(Kind::Configuration, message))
}

/// The settings in a line.
pub(super) fn shown(settings: &SigningSettings) -> String {
    match settings {
        SigningSettings::File => "the file `key` of the data folder".to_owned(),
        SigningSettings::Pkcs11(options) => {
            format!("the key `{}` of the token `{}`", options.key, options.token)
        }
        SigningSettings::Command(options, _) => {
            format!("the program {}", options.argv.first().map_or("", String::as_str))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let said = match toml::from_str::<File>(text) {
            Err(error) => error.to_string(),
            Ok(file) => match file.settings() {
                Err(error) => format!("{error:?}"),
                Ok(settings) => shown(&settings),
            },
        };
        assert!(said.contains(expected), "{text} gave {said}");
    }

    #[test]
    fn the_key_is_in_one_place() {
        let public = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
        check("", "the file `key`");
        let command = format!("command = ['/usr/bin/kms', 'sign']\npublic_key = '{public}'\n");
        check(&command, "the program /usr/bin/kms");
        check(&format!("{command}timeout = '3s'"), "the program /usr/bin/kms");
        check("command = ['/usr/bin/kms']", "`public_key` is the base64");
        check(&command.replace("/usr/bin/kms", "kms"), "absolute path");
        check(&format!("public_key = '{public}'"), "belong to `command`");
        let token = "[pkcs11]\nmodule = '/lib/p.so'\ntoken = 'conductor'\nkey = 'ledger'\n";
        check(token, "the key `ledger` of the token `conductor`");
        check(&format!("{token}pin = '1234'"), "unknown field");
        check(&format!("{command}{token}"), "name either");
    }
}
