//! `[blobs]`: where contents of artifacts are kept, and how long they stay whatever somebody wants.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};

use super::s3::{self, S3Settings};
use crate::exit::{Ended, Kind};

/// A hundred years.
const DAYS_MAX: i64 = 36_600;
/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 3_600_000;

/// `[blobs]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    store: Store,
    retain_days: Days,
    s3: Option<s3::File>,
}

/// What keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Store {
    /// A folder of this machine.
    #[default]
    Folder,
    /// A bucket of an S3 server.
    S3,
}

/// Where contents are kept, and for how long at least.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct BlobSettings {
    /// How long, in milliseconds.
    pub(crate) retain_ms: u64,
    /// In which bucket; nothing for the data folder.
    pub(crate) s3: Option<S3Settings>,
}

impl File {
    /// What it comes to.
    pub(super) fn settings(self) -> Result<BlobSettings, Ended> {
        let retain_ms = self.retain_ms();
        let wrong = |problem: &str| {
            let message = format!("use `[blobs]` of the configuration: {problem}");
            Err(Ended::because(Kind::Configuration, message))
        };
        match (self.store, self.s3) {
            (Store::Folder, None) => Ok(BlobSettings { retain_ms, s3: None }),
            (Store::S3, Some(s3)) => {
                Ok(BlobSettings { retain_ms, s3: Some(s3.settings(retain_ms)?) })
            }
            (Store::Folder, Some(_)) => wrong("`[blobs.s3]` is used with `store = \"s3\"`"),
            (Store::S3, None) => {
                wrong("`store = \"s3\"` needs `[blobs.s3]`, which names the bucket")
            }
        }
    }

    /// How long contents stay at least, in milliseconds.
    const fn retain_ms(&self) -> u64 {
        self.retain_days.0 * DAY_MS
    }
}

/// The settings in a line.
pub(super) fn shown(settings: &BlobSettings) -> String {
    let retain = Duration::from_millis(settings.retain_ms);
    let place = settings.s3.as_ref().map_or_else(|| "folder".to_owned(), s3::shown);
    format!("{place}, kept for {retain:?} at least")
}

/// Days; 0 for none.
#[derive(Debug, Clone, Copy, Default)]
struct Days(u64);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = i64::deserialize(deserializer)?;
        let fits = u64::try_from(given).ok().filter(|_| given <= DAYS_MAX);
        fits.map(Self).ok_or_else(|| {
            D::Error::custom(format!("{given} is no number of days from 0 to {DAYS_MAX}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_used_where_it_is_said() {
        let read = |text: &str| match toml::from_str::<File>(text) {
            Err(error) => error.to_string(),
            Ok(file) => match file.settings() {
                Err(error) => format!("{error:?}"),
                Ok(settings) => shown(&settings),
            },
        };
        let s3 = "[s3]\nendpoint = 'https://s3.example.org'\nbucket = 'artifacts'\n\
                  access_key.env = 'A'\nsecret_key.env = 'S'\n";
        assert!(read("").starts_with("folder, kept for 0ns"), "{}", read(""));
        assert!(read(s3).contains("is used with"), "{}", read(s3));
        assert!(read("store = 's3'").contains("needs `[blobs.s3]`"));
        assert!(read(&format!("store = 's3'\n{s3}")).starts_with("bucket artifacts/ at"));
    }

    #[test]
    fn days_are_bounded_and_none_by_default() {
        let read = |text: &str| toml::from_str::<File>(text).map(|file| file.retain_ms());
        assert_eq!(read("").unwrap(), 0);
        assert_eq!(read("retain_days = 2").unwrap(), 2 * DAY_MS);
        for bad in ["retain_days = -1", "retain_days = 36601", "retain_days = '1d'", "days = 1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
