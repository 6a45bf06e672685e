//! The TOML file: every key checked, every mistake with its line and a mend.

use std::{
    collections::BTreeMap,
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use conductor_engine::limits::WORKER_CAPACITY_MAX;
use conductor_protocol::manifest::parse_duration_ms;
use serde::{Deserialize, Deserializer, de::Error as _};

use super::{
    LogFormat,
    confine::{Resources, Sandbox},
    paths,
    quotas::Quota,
    secrets::Secrets,
};
use crate::exit::{Ended, Kind};

/// Bytes of a configuration file.
const FILE_BYTES_MAX: u64 = 64 * 1024;
/// Shortest and longest stop.
const STOP_TIMEOUT: std::ops::RangeInclusive<u64> = 100..=3_600_000;
/// How much alike a key must be to a known one to be taken for it.
const SIMILARITY_MIN: f64 = 0.6;

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) data_dir: Option<PathBuf>,
    pub(super) socket: Option<PathBuf>,
    pub(super) socket_mode: Option<super::socket::Mode>,
    pub(super) socket_group: Option<String>,
    pub(super) listen: Option<SocketAddr>,
    pub(super) metrics_listen: Option<SocketAddr>,
    pub(super) policy_dir: Option<PathBuf>,
    pub(super) policy: super::policy::File,
    pub(super) stop_timeout: Option<Span>,
    pub(super) log: Log,
    pub(super) worker: Worker,
    pub(super) inventory: super::inventory::File,
    pub(super) ssh: super::ssh::File,
    pub(super) secrets: Secrets,
    pub(super) resources: Resources,
    pub(super) sandbox: Sandbox,
    pub(super) quotas: BTreeMap<String, Quota>,
    pub(super) tenant_defaults: super::tenants::File,
    pub(super) identity: super::identity::File,
    pub(super) tls: super::tls::File,
    pub(super) oidc: super::oidc::File,
    pub(super) notify: Vec<super::notify::File>,
    pub(super) rates: super::rates::File,
    pub(super) signing: super::signing::File,
    pub(super) sealing: super::sealing::File,
    pub(super) witness: Vec<super::witness::File>,
    pub(super) witness_quorum: Option<usize>,
    pub(super) http: super::http::File,
    pub(super) blobs: super::blobs::File,
}

/// `[log]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Log {
    pub(super) format: Option<LogFormat>,
    pub(super) level: Option<String>,
}

/// `[worker]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Worker {
    pub(super) capacity: Option<u32>,
}

/// A length of time, such as `10s`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span(pub(super) Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match parse_duration_ms(&text) {
            Some(ms) if STOP_TIMEOUT.contains(&ms) => Ok(Self(Duration::from_millis(ms))),
            _ => Err(D::Error::custom(format!(
                "`{text}` is no time between 100ms and 1h; write one like `10s`"
            ))),
        }
    }
}

/// The capacity that was given, within its bounds.
pub(super) fn capacity(given: Option<u32>, default: u32) -> Result<u32, Ended> {
    match given {
        Some(given) if given > WORKER_CAPACITY_MAX => {
            let message = format!(
                "use a worker capacity of {given}: at most {WORKER_CAPACITY_MAX} leases are held at once"
            );
            Err(Ended::because(Kind::Configuration, message))
        }
        given => Ok(given.unwrap_or(default)),
    }
}

/// The file that counts, read; `None` when there is none and none was named.
pub(super) fn find(named: Option<&Path>) -> Result<Option<(PathBuf, File)>, Ended> {
    let candidates = named.map_or_else(paths::config_files, |path| vec![path.to_owned()]);
    for path in candidates {
        match read(&path) {
            Ok(text) => return parse(&path, &text).map(|file| Some((path, file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {}
            Err(error) => {
                let message = format!("read the configuration {}: {error}", path.display());
                return Err(Ended::because(Kind::Configuration, message));
            }
        }
    }
    Ok(None)
}

fn read(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("it has more than {FILE_BYTES_MAX} bytes")));
    }
    fs::read_to_string(path)
}

fn parse(path: &Path, text: &str) -> Result<File, Ended> {
    toml::from_str(text).map_err(|error| {
        let message = format!("use the configuration {}{}", path.display(), explain(text, &error));
        Ended::because(Kind::Configuration, message)
    })
}

/// Where it is wrong, what is wrong, and what was probably meant.
fn explain(text: &str, error: &toml::de::Error) -> String {
    let place = error.span().map(|span| {
        let before = text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!(", line {line}, column {column}")
    });
    let message = error.message().replace('\n', " ");
    let key = error.span().and_then(|span| key_in_line(text, span.start)).unwrap_or_default();
    format!("{}: {key}{}", place.unwrap_or_default(), suggest(&message))
}

/// The key that the value at this place belongs to, so that a wrong value names it.
fn key_in_line(text: &str, at: usize) -> Option<String> {
    let begin = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let (key, _) = text.get(begin..at)?.split_once('=')?;
    Some(format!("`{}`: ", key.trim()))
}

/// The message, with the key that was probably meant where one is unknown.
fn suggest(message: &str) -> String {
    let Some(rest) = message.strip_prefix("unknown field ") else { return message.to_owned() };
    let mut names = rest.split('`').skip(1).step_by(2);
    let Some(given) = names.next() else { return message.to_owned() };
    let known: Vec<&str> = names.collect();
    let likeness = |name: &str| strsim::jaro_winkler(given, name);
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best.filter(|best| likeness(best) >= SIMILARITY_MIN) {
        Some(meant) => format!("there is no key `{given}`; did you mean `{meant}`?"),
        None => format!("there is no key `{given}`; the keys here are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn check(text: &str, words: &[&str]) {
        let error = toml::from_str::<File>(text).unwrap_err();
        let explained = explain(text, &error);
        for word in words {
            assert!(explained.contains(word), "`{word}` is not in {explained}");
        }
        assert!(!explained.contains('\n'), "{explained}");
    }

    #[test]
    fn an_unknown_key_gets_its_line_and_a_suggestion() {
        check("\nsokcet = '/tmp/x'\n", &["line 2", "`sokcet`", "did you mean `socket`"]);
        check("[log]\nlvel = 'info'\n", &["line 2", "did you mean `level`"]);
        check("[wroker]\ncapacity = 1\n", &["line 1", "did you mean `worker`"]);
        check("zzz = 1\n", &["the keys here are", "data_dir"]);
    }

    #[test]
    fn a_wrong_value_names_its_key_and_line() {
        check("socket = 7\n", &["line 1", "socket"]);
        check("stop_timeout = 'soon'\n", &["stop_timeout", "`10s`"]);
        check("listen = 'everywhere'\n", &["listen"]);
        check("[worker]\ncapacity = -1\n", &["capacity"]);
        check("socket = \n", &["line 1"]);
        check("[[[\n", &["line 1"]);
    }

    #[test]
    fn a_whole_file_is_read() {
        let file: File = toml::from_str(
            "data_dir = '/var/lib/conductor'\nlisten = '127.0.0.1:7070'\nstop_timeout = '1m'\n\
             [log]\nformat = 'json'\nlevel = 'debug'\n[worker]\ncapacity = 0\n",
        )
        .unwrap();
        assert_eq!(file.stop_timeout.unwrap().0, Duration::from_secs(60));
        assert_eq!(file.log.format, Some(LogFormat::Json));
        assert_eq!(capacity(file.worker.capacity, 64).unwrap(), 0);
        assert!(capacity(Some(1_000_000), 64).is_err());
    }
}
