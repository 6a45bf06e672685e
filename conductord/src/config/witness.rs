//! `[[witness]]` and `witness_quorum`: who is asked to cosign checkpoints.

use std::time::Duration;

use conductor_engine::limits::WITNESSES_MAX;
use conductor_executors::witness::HttpWitness;
use conductor_keys::cosignature::WitnessKey;
use serde::Deserialize;

use super::file::Span;
use crate::exit::{Ended, Kind};

/// How long a witness may take when nothing else is configured.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);

/// `[[witness]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    key: String,
    url: String,
    timeout: Option<Span>,
}

/// A witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    /// What its cosignatures are checked by.
    pub(crate) key: WitnessKey,
    /// Its submission prefix.
    pub(crate) url: String,
    /// How long it may take.
    pub(crate) timeout: Duration,
}

/// All of them, and how many have to cosign a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct WitnessSettings {
    pub(crate) witnesses: Vec<Witness>,
    pub(crate) quorum: usize,
}

/// What the file comes to. Without a quorum of its own it is more than half of them.
pub(super) fn settings(files: Vec<File>, quorum: Option<usize>) -> Result<WitnessSettings, Ended> {
    if files.len() > WITNESSES_MAX {
        return wrong(&format!("there may be {WITNESSES_MAX} of them"));
    }
    let mut witnesses = Vec::<Witness>::with_capacity(files.len());
    for file in files {
        let key = WitnessKey::parse(&file.key).or_else(|error| wrong(&error.to_string()))?;
        let timeout = file.timeout.map_or(TIMEOUT_DEFAULT, |given| given.0);
        if witnesses.iter().any(|known| known.key.name() == key.name()) {
            return wrong(&format!("`{}` is named twice", key.name()));
        }
        if let Err(problem) = HttpWitness::new(&file.url, timeout) {
            return wrong(&format!("`{}`: {problem}", key.name()));
        }
        witnesses.push(Witness { key, url: file.url, timeout });
    }
    let quorum = quorum.unwrap_or(witnesses.len() / 2 + 1);
    if !witnesses.is_empty() && !(1..=witnesses.len()).contains(&quorum) {
        return wrong(&format!(
            "`witness_quorum` is 1 to {}, as many as there are",
            witnesses.len()
        ));
    }
    Ok(WitnessSettings { witnesses, quorum })
}

fn wrong<T>(problem: &str) -> Result<T, Ended> {
    let message = format!("use `[[witness]]` of the configuration: {problem}");
    Err(Ended::because(Kind::Configuration, message))
}

/// The settings in a line.
pub(super) fn shown(settings: &WitnessSettings) -> String {
    let names: Vec<&str> = settings.witnesses.iter().map(|one| one.key.name()).collect();
    if names.is_empty() {
        return "none".to_owned();
    }
    format!("{}, {} of them have to cosign", names.join(" "), settings.quorum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Whole {
        witness: Vec<File>,
        witness_quorum: Option<usize>,
    }

    fn check(text: &str, expected: &str) {
        let said = match toml::from_str::<Whole>(text) {
            Err(error) => error.to_string(),
            Ok(whole) => match settings(whole.witness, whole.witness_quorum) {
                Err(error) => format!("{error:?}"),
                Ok(settings) => shown(&settings),
            },
        };
        assert!(said.contains(expected), "{text} gave {said}");
    }

    #[test]
    fn a_witness_has_a_key_and_a_place() {
        let key = conductor_keys::note::SigningKey::from_seed("w.example", [5; 32]).unwrap();
        let key = format!("key = '{}'\n", key.verifier());
        let one = format!("[[witness]]\n{key}url = 'https://w.example/'\n");
        check(&one, "w.example, 1 of them have to cosign");
        check(&format!("witness_quorum = 2\n{one}"), "`witness_quorum` is 1 to 1");
        check(&format!("{one}{one}"), "named twice");
        check(&one.replace("https", "http"), "plain HTTP");
        check(&one.replace("url", "address"), "unknown field");
        check(&one.replace("w.example+", "v.example+"), "its hash is not that of the key");
        check("[[witness]]\nurl = 'https://w'", "missing field `key`");
    }
}
