//! The parameters of `ssh`: which host, what to run there, how to get there.

use std::time::Duration;

use conductor_engine::ports::Lease;
use conductor_protocol::{inventory::Host, manifest::SSH_OPTIONS};
use serde_json::{Map, Value};

use crate::{
    executor::Executor,
    limits::{SSH_CONNECT_TIMEOUT_MAX, SSH_SCRIPT_BYTES_MAX, SSH_SHELL_WORDS_MAX},
    params::{self, kind_of, text},
    shell::environment,
};

/// What an unknown host key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostKeys {
    /// The connection is refused.
    #[default]
    Strict,
    /// It is remembered at the first connection; a changed one is refused all the same.
    AcceptNew,
}

/// What to run and where, checked.
#[derive(Debug, PartialEq)]
pub(super) struct SshParams {
    pub(super) host: Host,
    pub(super) script: String,
    /// The program that is given `-c` and the script, with its own arguments.
    pub(super) shell: Vec<String>,
    pub(super) host_keys: Option<HostKeys>,
    pub(super) connect_timeout: Option<Duration>,
    /// Options of the client, by name.
    pub(super) options: Vec<(String, String)>,
}

impl SshParams {
    /// Reads and checks them.
    ///
    /// # Errors
    /// A sentence that names the wrong parameter and the mend.
    pub(super) fn of(lease: &Lease) -> Result<Self, String> {
        let with = &lease.with;
        params::only_known(Executor::Ssh, with)?;
        environment::check(&lease.env)?;
        if let Some(name) = lease.env.keys().find(|name| !is_variable(name)) {
            return Err(format!("the environment variable {name:?} is none that a shell can have"));
        }
        let script = params::script(with, SSH_SCRIPT_BYTES_MAX)?;
        Ok(Self {
            host: host(with)?,
            script: script.to_owned(),
            shell: shell(text(with, "shell")?.unwrap_or("sh"))?,
            host_keys: host_keys(with)?,
            connect_timeout: params::span(with, "connect_timeout", SSH_CONNECT_TIMEOUT_MAX)?,
            options: options(with)?,
        })
    }
}

fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A host of the inventory, or the name of one; `user` and `port` say otherwise than it.
fn host(with: &Map<String, Value>) -> Result<Host, String> {
    let mut host = match with.get("host") {
        None | Some(Value::Null) => return Err("`with.host` is missing".into()),
        Some(Value::String(name)) => Host::named(name)?,
        Some(object @ Value::Object(_)) => {
            let read = serde_json::from_value::<Host>(object.clone());
            read.map_err(|error| format!("`with.host` is no host of an inventory: {error}"))?
        }
        Some(other) => {
            return Err(format!("`with.host` must be a name or a host, not {}", kind_of(other)));
        }
    };
    if let Some(user) = text(with, "user")? {
        host.user = Some(user.to_owned());
    }
    match with.get("port") {
        None | Some(Value::Null) => {}
        Some(port) => host.port = Some(read_port(port)?),
    }
    host.check()?;
    Ok(host)
}

fn read_port(port: &Value) -> Result<u16, String> {
    let number = match port {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let number = number.and_then(|number| u16::try_from(number).ok()).filter(|port| *port > 0);
    number.ok_or_else(|| format!("`with.port` is {port}; it is a number from 1 to 65535"))
}

/// Words with blanks between: no shell reads them.
fn shell(text: &str) -> Result<Vec<String>, String> {
    let words: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
    let fits = (1..=SSH_SHELL_WORDS_MAX).contains(&words.len())
        && !words.iter().any(|word| word.chars().any(char::is_control));
    fits.then_some(words).ok_or_else(|| {
        format!(
            "`with.shell` must be a program and its arguments, up to {SSH_SHELL_WORDS_MAX} words"
        )
    })
}

fn host_keys(with: &Map<String, Value>) -> Result<Option<HostKeys>, String> {
    match text(with, "host_keys")? {
        None => Ok(None),
        Some("strict") => Ok(Some(HostKeys::Strict)),
        Some("accept_new") => Ok(Some(HostKeys::AcceptNew)),
        Some(other) => {
            Err(format!("`with.host_keys` is {other:?}; it is `strict` or `accept_new`"))
        }
    }
}

fn options(with: &Map<String, Value>) -> Result<Vec<(String, String)>, String> {
    let map = match with.get("options") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(map)) => map,
        Some(other) => {
            return Err(format!("`with.options` must be an object, not {}", kind_of(other)));
        }
    };
    map.iter()
        .map(|(name, value)| {
            if !SSH_OPTIONS.contains(&name.as_str()) {
                let known = SSH_OPTIONS.join("`, `");
                return Err(format!("`with.options` takes no `{name}`; it takes `{known}`"));
            }
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(true) => "yes".to_owned(),
                Value::Bool(false) => "no".to_owned(),
                other => {
                    return Err(format!(
                        "`with.options.{name}` must be text, not {}",
                        kind_of(other)
                    ));
                }
            };
            if value.is_empty() || value.chars().any(char::is_control) {
                return Err(format!("`with.options.{name}` is not one line with something on it"));
            }
            Ok((name.clone(), value))
        })
        .collect()
}
