//! `[identity]`: what is asked of those who act.

use std::time::Duration;

use conductor_api::{SessionTimes, limits::KEY_ROTATION_DEFAULT};
use conductor_domain::org::session::limits::SESSION_MS_MAX;
use conductor_protocol::manifest::parse_duration_ms;
use serde::{Deserialize, Deserializer, de::Error as _};

/// Shortest age of a key at which it is due to be replaced: more often nobody would.
const ROTATION_MIN: Duration = Duration::from_secs(24 * 3600);

/// The shortest time of a session: in less nobody gets anything done.
const SESSION_MIN: Duration = Duration::from_secs(60);

/// `[identity]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    rotate_keys_after: Option<Age>,
    session: Option<Lasts>,
    session_idle: Option<Lasts>,
}

impl File {
    /// How old a key gets before its owner is reminded to replace it; nothing for never.
    pub(super) fn rotate_keys_after(&self) -> Duration {
        self.rotate_keys_after.as_ref().map_or(KEY_ROTATION_DEFAULT, |age| age.0)
    }
}

impl File {
    /// How long sessions last. One that is not used ends no later than one that is.
    pub(super) fn sessions(&self) -> SessionTimes {
        let SessionTimes { whole, idle } = SessionTimes::default();
        let given = |lasts: &Option<Lasts>, usual| lasts.as_ref().map_or(usual, |lasts| lasts.0);
        let whole = given(&self.session, whole);
        SessionTimes { whole, idle: given(&self.session_idle, idle).min(whole) }
    }
}

/// How long something lasts, such as `8h`: a minute at least.
#[derive(Debug)]
struct Lasts(Duration);

impl<'de> Deserialize<'de> for Lasts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let lasts = parse_duration_ms(&text).map(Duration::from_millis);
        let known = SESSION_MIN..=Duration::from_millis(SESSION_MS_MAX);
        lasts.filter(|lasts| known.contains(lasts)).map(Self).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is no time from `1m` to `30d`; write one like `8h`"))
        })
    }
}

/// A length of time of days, such as `90d`; `0` for none.
#[derive(Debug)]
struct Age(Duration);

impl<'de> Deserialize<'de> for Age {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "0" {
            return Ok(Self(Duration::ZERO));
        }
        let age = parse_duration_ms(&text).map(Duration::from_millis);
        age.filter(|age| *age >= ROTATION_MIN).map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no age of a day or more; write one like `90d`, or `0` for never"
            ))
        })
    }
}

/// The settings in a line.
pub(super) fn shown(rotate_keys_after: Duration, sessions: SessionTimes) -> String {
    let keys = match rotate_keys_after.as_secs() {
        0 => "keys are never due to be replaced".to_owned(),
        seconds => format!("keys are due to be replaced after {} days", seconds / 86_400),
    };
    let SessionTimes { whole, idle } = sessions;
    format!("{keys}; sessions last {whole:?}, {idle:?} when they are not used")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        let read = toml::from_str::<File>(text);
        let days = read.as_ref().ok().map(|file| file.rotate_keys_after().as_secs() / 86_400);
        assert_eq!(days, expected, "{text}: {read:?}");
    }

    #[test]
    fn keys_grow_old_after_days_or_never() {
        check("", Some(90));
        check("rotate_keys_after = '30d'", Some(30));
        check("rotate_keys_after = '0'", Some(0));
        check("rotate_keys_after = '1h'", None);
        check("rotate_keys_after = 'soon'", None);
        check("rotate_keys_after = 90", None);
        check("rotate = '30d'", None);
    }

    #[test]
    fn sessions_last_a_while_and_no_longer_than_a_month() {
        let read = |text: &str| {
            let file = toml::from_str::<File>(text).ok()?;
            let SessionTimes { whole, idle } = file.sessions();
            Some((whole.as_secs() / 60, idle.as_secs() / 60))
        };
        assert_eq!(read(""), Some((480, 30)));
        assert_eq!(read("session = '10m'"), Some((10, 10)), "no longer unused than used");
        assert_eq!(read("session = '12h'\nsession_idle = '1h'"), Some((720, 60)));
        for bad in ["'31d'", "'30s'", "'0'", "8", "'soon'"] {
            assert_eq!(read(&format!("session = {bad}")), None, "{bad}");
            assert_eq!(read(&format!("session_idle = {bad}")), None, "{bad}");
        }
    }
}
