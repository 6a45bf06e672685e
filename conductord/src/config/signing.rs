//! `[signing]`: where the key is that signs the daemon's log, where the next one is, and when that is to
//! take over.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use conductor_keys::signing::{CommandOptions, PinSource, Pkcs11Options, parse_public_key};
use conductor_protocol::manifest::{is_secret_name, parse_duration_ms};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::{file::Span, paths};
use crate::exit::{Ended, Kind};

/// How long a program may take for a signature when nothing else is configured.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a key signs when nothing else is configured.
const ROTATE_EVERY_DEFAULT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// `[signing]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    command: Option<Vec<String>>,
    public_key: Option<String>,
    timeout: Option<Span>,
    environment: BTreeMap<String, String>,
    pkcs11: Option<Pkcs11File>,
    rotate_every: Option<Every>,
    next: Option<NextFile>,
}

/// `[signing.next]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NextFile {
    file: bool,
    command: Option<Vec<String>>,
    public_key: Option<String>,
    timeout: Option<Span>,
    environment: BTreeMap<String, String>,
    pkcs11: Option<Pkcs11File>,
}

/// `[signing.pkcs11]` and `[signing.next.pkcs11]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pkcs11File {
    module: PathBuf,
    token: String,
    key: String,
    pin_file: Option<PathBuf>,
    pin_secret: Option<String>,
    public_key: Option<String>,
}

/// How long a key signs: of days, or `never` to be reminded.
#[derive(Debug, Clone, Copy)]
struct Every(Option<Duration>);

impl<'de> Deserialize<'de> for Every {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "never" {
            return Ok(Self(None));
        }
        let every = parse_duration_ms(&text).map(Duration::from_millis);
        every.filter(|every| *every >= DAY).map(|every| Self(Some(every))).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no time of a day or more; write one like `90d`, or `never`"
            ))
        })
    }
}

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum KeyPlace {
    /// In a file of the data folder.
    #[default]
    File,
    /// In a token.
    Pkcs11 {
        /// Which key of which token.
        options: Pkcs11Options,
        /// Name of the secret that is its PIN.
        pin_secret: Option<String>,
        /// Its public half, where that is given.
        public: Option<[u8; 32]>,
    },
    /// With a program; and its public half.
    Command(CommandOptions, [u8; 32]),
}

/// Where the keys are, and when the next one is to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SigningSettings {
    /// The key of `[signing]`.
    pub(crate) place: KeyPlace,
    /// The key of `[signing.next]`.
    pub(crate) next: Option<KeyPlace>,
    /// How long a key signs before somebody is reminded, in milliseconds; none for never.
    pub(crate) rotate_every_ms: Option<u64>,
}

impl Default for SigningSettings {
    fn default() -> Self {
        let every = u64::try_from(ROTATE_EVERY_DEFAULT.as_millis()).unwrap_or(u64::MAX);
        Self { place: KeyPlace::File, next: None, rotate_every_ms: Some(every) }
    }
}

/// What names a key, as it is written.
struct Written {
    table: &'static str,
    command: Option<Vec<String>>,
    public_key: Option<String>,
    timeout: Option<Span>,
    environment: BTreeMap<String, String>,
    pkcs11: Option<Pkcs11File>,
}

impl File {
    /// Names of the secrets that open tokens.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let next = self.next.as_ref().and_then(|next| next.pkcs11.as_ref());
        let tokens = self.pkcs11.iter().chain(next);
        tokens.filter_map(|token| token.pin_secret.as_deref()).collect()
    }

    /// What it comes to.
    pub(super) fn settings(self) -> Result<SigningSettings, Ended> {
        let Self { command, public_key, timeout, environment, pkcs11, rotate_every, next } = self;
        let table = "[signing]";
        let written = Written { table, command, public_key, timeout, environment, pkcs11 };
        let every = rotate_every.map_or(Some(ROTATE_EVERY_DEFAULT), |every| every.0);
        Ok(SigningSettings {
            place: written.place()?.unwrap_or_default(),
            next: next.map(NextFile::place).transpose()?,
            rotate_every_ms: every
                .map(|every| u64::try_from(every.as_millis()).unwrap_or(u64::MAX)),
        })
    }
}

impl NextFile {
    fn place(self) -> Result<KeyPlace, Ended> {
        let Self { file, command, public_key, timeout, environment, pkcs11 } = self;
        let table = "[signing.next]";
        let written = Written { table, command, public_key, timeout, environment, pkcs11 };
        match (file, written.place()?) {
            (true, None) => Ok(KeyPlace::File),
            (true, Some(_)) => wrong(table, "name one of `file`, `command` and `pkcs11`"),
            (false, None) => wrong(table, "name `command`, `pkcs11` or `file = true`"),
            // The log names a key by its public half, and nothing else says which of two it is.
            (false, Some(KeyPlace::Pkcs11 { public: None, .. })) => {
                wrong(table, "`pkcs11` needs `public_key`, the base64 of the key's 32 bytes")
            }
            (false, Some(place)) => Ok(place),
        }
    }
}

impl Written {
    /// The key that is named; none where none is.
    fn place(self) -> Result<Option<KeyPlace>, Ended> {
        let table = self.table;
        match (self.command, self.pkcs11) {
            (Some(_), Some(_)) => wrong(table, "name either `command` or `pkcs11`"),
            (None, _) if self.public_key.is_some() || self.timeout.is_some() => {
                wrong(table, "`public_key` and `timeout` belong to `command`")
            }
            (None, None) => Ok(None),
            (None, Some(given)) => given.place(table).map(Some),
            (Some(argv), None) => {
                let public = public_key(table, self.public_key.as_deref().unwrap_or_default())?;
                let options = CommandOptions {
                    argv,
                    environment: self.environment.into_iter().collect(),
                    timeout: self.timeout.map_or(TIMEOUT_DEFAULT, |given| given.0),
                };
                options.check().or_else(|problem| wrong(table, &problem))?;
                Ok(Some(KeyPlace::Command(options, public)))
            }
        }
    }
}

impl Pkcs11File {
    fn place(self, table: &str) -> Result<KeyPlace, Ended> {
        let pin = match (self.pin_file, &self.pin_secret) {
            (Some(_), Some(_)) => return wrong(table, "name either `pin_file` or `pin_secret`"),
            (Some(file), None) => PinSource::File(paths::absolute(&file)?),
            (None, Some(name)) if !is_secret_name(name) => {
                return wrong(table, "`pin_secret` is the name of one of `[secrets]`");
            }
            (None, _) => PinSource::None,
        };
        let public = self.public_key.as_deref().map(|text| public_key(table, text)).transpose()?;
        let module = paths::absolute(&self.module)?;
        let options = Pkcs11Options { module, token: self.token, key: self.key, pin };
        Ok(KeyPlace::Pkcs11 { options, pin_secret: self.pin_secret, public })
    }
}

fn public_key(table: &str, text: &str) -> Result<[u8; 32], Ended> {
    parse_public_key(text).map_or_else(
        || wrong(table, "`public_key` is the base64 of the 32 bytes of the Ed25519 key"),
        Ok,
    )
}

fn wrong<T>(table: &str, problem: &str) -> Result<T, Ended> {
    let message = format!("use `{table}` of the configuration: {problem}");
    Err(Ended::because(Kind::Configuration, message))
}

impl KeyPlace {
    /// In a few words.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File => "a key file in the data folder".to_owned(),
            Self::Pkcs11 { options, .. } => {
                format!("the key `{}` of the token `{}`", options.key, options.token)
            }
            Self::Command(options, _) => {
                format!("the program {}", options.argv.first().map_or("", String::as_str))
            }
        }
    }
}

/// The settings in a line.
pub(super) fn shown(settings: &SigningSettings) -> String {
    let place = match &settings.place {
        KeyPlace::File => "the file `key` of the data folder".to_owned(),
        place => place.shown(),
    };
    let next = settings.next.as_ref();
    let next = next.map_or_else(String::new, |next| format!("; next {}", next.shown()));
    let every = match settings.rotate_every_ms {
        Some(ms) => format!("; due after {} days", ms / 86_400_000),
        None => "; never due".to_owned(),
    };
    format!("{place}{next}{every}")
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

    const PUBLIC: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    const TOKEN: &str = "module = '/lib/p.so'\ntoken = 'conductor'\nkey = 'ledger'\n";

    #[test]
    fn the_key_is_in_one_place() {
        check("", "the file `key`");
        let command = format!("command = ['/usr/bin/kms', 'sign']\npublic_key = '{PUBLIC}'\n");
        check(&command, "the program /usr/bin/kms");
        check(&format!("{command}timeout = '3s'"), "the program /usr/bin/kms");
        check("command = ['/usr/bin/kms']", "`public_key` is the base64");
        check(&command.replace("/usr/bin/kms", "kms"), "absolute path");
        check(&format!("public_key = '{PUBLIC}'"), "belong to `command`");
        let token = format!("[pkcs11]\n{TOKEN}");
        check(&token, "the key `ledger` of the token `conductor`");
        check(&format!("{token}pin = '1234'"), "unknown field");
        check(&format!("{token}pin_file = '/p'\npin_secret = 'pin'"), "either `pin_file`");
        check(&format!("{token}pin_secret = 'a pin'"), "one of `[secrets]`");
        check(&format!("{token}pin_secret = 'pin'"), "the key `ledger`");
        check(&format!("{command}{token}"), "name either");
    }

    #[test]
    fn secrets_that_open_tokens_are_the_daemons_own() {
        let next =
            format!("[next.pkcs11]\n{TOKEN}public_key = '{PUBLIC}'\npin_secret = 'second'\n");
        let text = format!("[pkcs11]\n{TOKEN}pin_secret = 'first'\n{next}");
        assert_eq!(toml::from_str::<File>(&text).unwrap().secrets(), ["first", "second"]);
        assert!(
            toml::from_str::<File>(&format!("[pkcs11]\n{TOKEN}")).unwrap().secrets().is_empty()
        );
    }

    #[test]
    fn the_next_key_is_named_with_its_public_half() {
        check("[next]", "name `command`, `pkcs11` or `file = true`");
        check("[next]\nfile = true", "next a key file");
        check(&format!("[next.pkcs11]\n{TOKEN}"), "needs `public_key`");
        let token = format!("[next.pkcs11]\n{TOKEN}public_key = '{PUBLIC}'\n");
        check(&token, "next the key `ledger` of the token `conductor`");
        check(&format!("[next]\nfile = true\n{token}"), "name one of");
        check("rotate_every = '30d'", "due after 30 days");
        check("", "due after 90 days");
        check("rotate_every = 'never'", "never due");
        check("rotate_every = '1h'", "of a day or more");
    }
}
