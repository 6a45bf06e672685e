//! `[ssh]`: how hosts are connected to.

use std::path::PathBuf;

use conductor_executors::{HostKeys, SshOptions};
use serde::Deserialize;

use super::{file::Span, paths};
use crate::exit::Ended;

/// `[ssh]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    config: Option<PathBuf>,
    host_keys: Option<Keys>,
    connect_timeout: Option<Span>,
    persist: Option<Persist>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Keys {
    Strict,
    AcceptNew,
}

/// A time, or `false`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged, expecting = "a time like `60s`, or `false`")]
enum Persist {
    For(Span),
    Whether(bool),
}

/// What the section comes to.
pub(super) fn options(file: &File) -> Result<SshOptions, Ended> {
    let usual = SshOptions::default();
    Ok(SshOptions {
        config: file.config.as_deref().map(paths::absolute).transpose()?,
        host_keys: match file.host_keys {
            Some(Keys::AcceptNew) => HostKeys::AcceptNew,
            Some(Keys::Strict) | None => HostKeys::Strict,
        },
        connect_timeout: file.connect_timeout.map_or(usual.connect_timeout, |span| span.0),
        persist: match file.persist {
            Some(Persist::For(span)) => span.0,
            Some(Persist::Whether(false)) => std::time::Duration::ZERO,
            Some(Persist::Whether(true)) | None => usual.persist,
        },
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_the_section_comes_to() {
        let read = |text: &str| options(&toml::from_str::<File>(text).unwrap()).unwrap();
        assert_eq!(read(""), SshOptions::default());
        let all = read(
            "config = '/etc/conductor/ssh_config'\nhost_keys = 'accept_new'\n\
             connect_timeout = '3s'\npersist = '5m'\n",
        );
        let expected = SshOptions {
            config: Some("/etc/conductor/ssh_config".into()),
            host_keys: HostKeys::AcceptNew,
            connect_timeout: Duration::from_secs(3),
            persist: Duration::from_secs(300),
        };
        assert_eq!(all, expected);
        assert_eq!(read("persist = false").persist, Duration::ZERO);
        assert!(toml::from_str::<File>("host_keys = 'no'").is_err());
        assert!(toml::from_str::<File>("persist = 'soon'").is_err());
    }
}
