//! The keys that whoever uses the console can sign with, and the one that is chosen.

use conductor_keys::ssh_key::Fingerprint;

use super::{messages::Level, msg::Fault};
use crate::signing::{Choice, Found};

/// What would mend that there is none.
pub(crate) const ENROLL: &str = "`conductor keys list --mine` shows those that are enrolled, \
                                 `ssh-add` adds one to ssh-agent";

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Keyring {
    /// Nothing before they were looked for.
    found: Option<Result<Found, Fault>>,
    chosen: Option<Fingerprint>,
}

impl Keyring {
    pub(crate) fn take(&mut self, found: Result<Found, Fault>) {
        self.found = Some(found);
    }

    /// Whether they were looked for.
    pub(crate) const fn is_known(&self) -> bool {
        self.found.is_some()
    }

    fn choices(&self) -> &[Choice] {
        match &self.found {
            Some(Ok(found)) => &found.choices,
            _ => &[],
        }
    }

    /// The one that would sign: the one that was chosen, or else the first that is enrolled.
    pub(crate) fn key(&self) -> Option<&Choice> {
        let choices = self.choices();
        let chosen = choices.iter().find(|key| Some(key.fingerprint()) == self.chosen);
        chosen.or_else(|| choices.first())
    }

    /// Chooses the next one; says which, or why there is none to choose.
    fn next(&mut self) -> Result<String, String> {
        let choices = self.choices();
        if choices.len() < 2 {
            return Err(match choices.first() {
                Some(key) => format!("{} is your only key here", key.fingerprint()),
                None => self.problem(),
            });
        }
        let now = self.key().map(Choice::fingerprint);
        let at = choices.iter().position(|key| Some(key.fingerprint()) == now).unwrap_or(0);
        let key = &choices[(at + 1) % choices.len()];
        let said = key_name(key);
        self.chosen = Some(key.fingerprint());
        Ok(said)
    }

    /// Chooses the next one, and says so.
    pub(crate) fn turn(&mut self) -> (Level, String) {
        match self.next() {
            Ok(key) => (Level::Info, format!("signing with {key}")),
            Err(why) => (Level::Warn, why),
        }
    }

    /// Why there is no key.
    pub(crate) fn problem(&self) -> String {
        match &self.found {
            None => "your keys are being looked for".to_owned(),
            Some(Err(fault)) => fault.message.clone(),
            Some(Ok(found)) if found.problem.is_empty() => {
                "none of the keys here is enrolled for you".to_owned()
            }
            Some(Ok(found)) => format!("none of the keys here is yours: {}", found.problem),
        }
    }

    /// The key that would sign, as a page tells it.
    pub(crate) fn line(&self) -> String {
        self.key().map_or_else(|| format!("no key: {}", self.problem()), key_name)
    }
}

/// A key, and where it is.
pub(crate) fn key_name(key: &Choice) -> String {
    format!("{} ({})", key.fingerprint(), key.place())
}
