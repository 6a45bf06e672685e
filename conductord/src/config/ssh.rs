//! `[ssh]`: how hosts are connected to.

use std::path::PathBuf;

use conductor_client::Endpoint;
use conductor_executors::{DaemonAddress, HostKeys, SshOptions};
use serde::Deserialize;

use super::{file::Span, paths};
use crate::exit::{Ended, Kind};

/// `[ssh]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    config: Option<PathBuf>,
    host_keys: Option<Keys>,
    connect_timeout: Option<Span>,
    persist: Option<Persist>,
    daemon: Option<String>,
    daemon_ca: Option<PathBuf>,
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
        daemon: daemon(file)?,
    })
}

/// Where hosts reach the daemon. The file of CAs is on the hosts: nobody looks for it here.
fn daemon(file: &File) -> Result<Option<DaemonAddress>, Ended> {
    let refused = |problem: String| {
        Ended::because(Kind::Configuration, format!("read [ssh] daemon: {problem}"))
    };
    let ca = file.daemon_ca.clone();
    if let Some(relative) = ca.as_ref().filter(|ca| !ca.is_absolute()) {
        let problem = format!("daemon_ca = '{}' is no absolute path", relative.display());
        return Err(refused(problem));
    }
    let Some(host) = &file.daemon else {
        return match ca {
            Some(_) => Err(refused("there is a daemon_ca and nothing to reach with it".into())),
            None => Ok(None),
        };
    };
    let host = match host.strip_prefix("https://") {
        Some(rest) => format!("https://{}", rest.trim_end_matches('/')),
        None => host.clone(),
    };
    let endpoint: Endpoint = full(&host).parse().map_err(|error| refused(format!("{error}")))?;
    if !endpoint.is_tls() {
        let problem =
            format!("`{host}` is not `https://`: a token would go over the wire readable");
        return Err(refused(problem));
    }
    Ok(Some(DaemonAddress { host, ca }))
}

/// With a port, if only for looking at the rest of it.
fn full(host: &str) -> String {
    if has_port(host) { host.to_owned() } else { format!("{host}:1") }
}

fn has_port(host: &str) -> bool {
    let port = host.rsplit_once(':').map(|(_, port)| port).unwrap_or_default();
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// What hosts are told, whose daemon listens with TLS at `port`, as far as that is known.
///
/// # Errors
/// When no port is said and none is known.
pub(crate) fn reached_by_hosts(
    options: &SshOptions,
    port: Option<u16>,
) -> Result<SshOptions, Ended> {
    let mut options = options.clone();
    if let Some(daemon) = options.daemon.as_mut().filter(|daemon| !has_port(&daemon.host)) {
        let Some(port) = port else {
            let problem = format!(
                "read [ssh] daemon: `{}` says no port, and nothing here listens with TLS: write \
                 `https://host:port`",
                daemon.host
            );
            return Err(Ended::because(Kind::Configuration, problem));
        };
        daemon.host = format!("{}:{port}", daemon.host);
    }
    Ok(options)
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
            daemon: None,
        };
        assert_eq!(all, expected);
        assert_eq!(read("persist = false").persist, Duration::ZERO);
        assert!(toml::from_str::<File>("host_keys = 'no'").is_err());
        assert!(toml::from_str::<File>("persist = 'soon'").is_err());
    }

    #[test]
    fn hosts_are_told_where_the_daemon_is() {
        let read = |text: &str| options(&toml::from_str::<File>(text).unwrap());
        let told = |text: &str, port| reached_by_hosts(&read(text).unwrap(), port);
        let host = |text: &str, port| told(text, port).unwrap().daemon.unwrap().host;
        assert_eq!(told("", Some(7443)).unwrap().daemon, None);
        assert_eq!(host("daemon = 'https://ops.example'", Some(7443)), "https://ops.example:7443");
        assert_eq!(host("daemon = 'https://ops.example:1/'", Some(7443)), "https://ops.example:1");
        assert_eq!(host("daemon = 'https://[::1]'", Some(7443)), "https://[::1]:7443");
        let told = told("daemon = 'https://ops.example'\ndaemon_ca = '/etc/ca.pem'", Some(1));
        assert_eq!(told.unwrap().daemon.unwrap().ca.unwrap(), PathBuf::from("/etc/ca.pem"));
        for (text, said) in [
            ("daemon = 'http://127.0.0.1:80'", "not `https://`"),
            ("daemon = 'ops.example:7443'", "not an absolute path"),
            ("daemon = 'https://'", "no host and port"),
            ("daemon_ca = '/etc/ca.pem'", "nothing to reach"),
            ("daemon = 'https://a:1'\ndaemon_ca = 'ca.pem'", "no absolute path"),
        ] {
            let problem = read(text).unwrap_err().line();
            assert!(problem.contains(said), "{text}: {problem}");
        }
        let unsaid = reached_by_hosts(&read("daemon = 'https://ops.example'").unwrap(), None);
        assert!(unsaid.unwrap_err().line().contains("says no port"));
    }
}
