//! `[[notify]]`: who is told of what happens, and how.

use std::{collections::BTreeMap, ops::RangeInclusive, path::PathBuf, time::Duration};

use conductor_domain::scope::Principal;
use conductor_engine::{
    limits::{NOTIFY_TRIES_DEFAULT, NOTIFY_TRIES_MAX, NOTIFY_WAIT_DEFAULT_MS, TARGETS_MAX},
    notify::{Filter, Patience, Reach, Target, is_event, is_target_name},
};
use conductor_executors::{
    limits::{NOTIFY_ADDRESSES_MAX, NOTIFY_TIMEOUT_DEFAULT},
    notify::{
        CommandOptions, Credential, Destination, Encryption, SmtpOptions, WebhookOptions,
        is_address,
    },
};
use conductor_protocol::manifest::parse_duration_ms;
use serde::Deserialize;

use crate::exit::{Ended, Kind};

/// Shortest and longest delivery, in milliseconds.
const TIMEOUT_MS: RangeInclusive<u64> = 100..=300_000;
/// Shortest and longest first wait before another attempt, in milliseconds.
const WAIT_MS: RangeInclusive<u64> = 100..=3_600_000;
/// Ports of servers for mail when none is named: with TLS, and without or with STARTTLS.
const PORTS: (u16, u16) = (465, 587);

/// A target, and where it is.
pub(crate) type Notify = (Target, Destination);

/// One, as it is written.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct File(Notify);

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Means {
    Webhook,
    Smtp,
    Command,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Encrypted {
    #[default]
    Starttls,
    Tls,
    Plain,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    kind: Means,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    tenants: Vec<String>,
    #[serde(default)]
    environments: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    tries: Option<u32>,
    retry_wait: Option<String>,
    timeout: Option<String>,
    // Of a webhook.
    url: Option<String>,
    secret_file: Option<PathBuf>,
    secret: Option<String>,
    // Of a server for mail.
    server: Option<String>,
    tls: Option<Encrypted>,
    from: Option<String>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    password: Option<String>,
    to: Option<Vec<String>>,
    addresses: Option<BTreeMap<String, String>>,
    // Of a program.
    argv: Option<Vec<String>>,
}

/// All of them, each called something else.
pub(super) fn settings(files: Vec<File>) -> Result<Vec<Notify>, Ended> {
    let wrong = |message: String| Err(Ended::because(Kind::Configuration, message));
    if files.len() > TARGETS_MAX {
        return wrong(format!("use [[notify]]: there are more than {TARGETS_MAX}"));
    }
    let mut all: Vec<Notify> = Vec::new();
    for File(one) in files {
        if all.iter().any(|(target, _)| target.name == one.0.name) {
            return wrong(format!("use [[notify]]: two of them are called `{}`", one.0.name));
        }
        all.push(one);
    }
    Ok(all)
}

/// One in a line.
pub(super) fn shown((target, _): &Notify) -> String {
    let events = match target.filter.events.as_slice() {
        [] => "everything".to_owned(),
        events => events.join(" "),
    };
    format!("{} {}, {events}", target.kind, target.place)
}

impl TryFrom<Written> for File {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let name = written.name.clone();
        let read = read(written).map_err(|why| format!("[[notify]] `{name}`: {why}"));
        read.map(Self)
    }
}

fn read(written: Written) -> Result<Notify, String> {
    if !is_target_name(&written.name) {
        return Err("a name is 1 to 64 small letters, digits, `-` and `_`".to_owned());
    }
    if let Some(odd) = written.events.iter().find(|event| !is_event(event)) {
        return Err(format!("`{odd}` in `events` stands for nothing that is told"));
    }
    written.check_keys()?;
    let patience = written.patience()?;
    let timeout = span("timeout", written.timeout.as_deref(), TIMEOUT_MS)?;
    let timeout = timeout.map_or(NOTIFY_TIMEOUT_DEFAULT, Duration::from_millis);
    let filter = Filter {
        events: written.events.clone(),
        tenants: written.tenants.clone(),
        environments: written.environments.clone(),
        roles: written.roles.clone(),
    };
    let name = written.name.clone();
    let (destination, reach) = match written.kind {
        Means::Webhook => (webhook(written, timeout)?, Reach::Place),
        Means::Smtp => smtp(written, timeout)?,
        Means::Command => {
            let argv = written.argv.unwrap_or_default();
            (Destination::Command(CommandOptions { argv, timeout }), Reach::Place)
        }
    };
    destination.check()?;
    let (kind, place) = (destination.kind(), destination.place());
    Ok((Target { name, kind, place, filter, reach, patience }, destination))
}

impl Written {
    /// Keys that belong to another kind are mistakes.
    fn check_keys(&self) -> Result<(), String> {
        let webhook = [
            ("url", self.url.is_some()),
            ("secret_file", self.secret_file.is_some()),
            ("secret", self.secret.is_some()),
        ];
        let smtp = [
            ("server", self.server.is_some()),
            ("tls", self.tls.is_some()),
            ("from", self.from.is_some()),
            ("user", self.user.is_some()),
            ("password_file", self.password_file.is_some()),
            ("password", self.password.is_some()),
            ("to", self.to.is_some()),
            ("addresses", self.addresses.is_some()),
        ];
        let command = [("argv", self.argv.is_some())];
        let others: [(&[(&str, bool)], &str); 2] = match self.kind {
            Means::Webhook => [(&smtp, "smtp"), (&command, "command")],
            Means::Smtp => [(&webhook, "webhook"), (&command, "command")],
            Means::Command => [(&webhook, "webhook"), (&smtp, "smtp")],
        };
        for (keys, kind) in others {
            if let Some((key, _)) = keys.iter().find(|(_, given)| *given) {
                return Err(format!("`{key}` belongs to the kind `{kind}`"));
            }
        }
        Ok(())
    }

    fn patience(&self) -> Result<Patience, String> {
        let tries = self.tries.unwrap_or(NOTIFY_TRIES_DEFAULT);
        if !(1..=NOTIFY_TRIES_MAX).contains(&tries) {
            return Err(format!("`tries` is {tries}: say 1 to {NOTIFY_TRIES_MAX}"));
        }
        let wait = span("retry_wait", self.retry_wait.as_deref(), WAIT_MS)?;
        Ok(Patience { tries, wait_ms: wait.unwrap_or(NOTIFY_WAIT_DEFAULT_MS) })
    }
}

fn webhook(written: Written, timeout: Duration) -> Result<Destination, String> {
    let url = written.url.ok_or("a webhook has a `url`")?;
    let secret = credential(("secret_file", written.secret_file), ("secret", written.secret))?;
    let secret = secret.ok_or("a webhook is signed: name a `secret_file` or a `secret`")?;
    Ok(Destination::Webhook(WebhookOptions { url, secret, timeout }))
}

fn smtp(written: Written, timeout: Duration) -> Result<(Destination, Reach), String> {
    let encryption = match written.tls.unwrap_or_default() {
        Encrypted::Starttls => Encryption::StartTls,
        Encrypted::Tls => Encryption::Tls,
        Encrypted::Plain => Encryption::Plain,
    };
    let server = written.server.ok_or("mail goes by a `server`")?;
    let default = if encryption == Encryption::Tls { PORTS.0 } else { PORTS.1 };
    let (host, port) = host_and_port(&server, default)?;
    let password = ("password_file", written.password_file);
    let password = credential(password, ("password", written.password))?;
    let login = match (written.user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => return Err("`user` and a password go together".to_owned()),
    };
    let from = written.from.ok_or("mail is `from` somebody")?;
    let (to, addresses) = (written.to.unwrap_or_default(), written.addresses.unwrap_or_default());
    if to.is_empty() && addresses.is_empty() {
        return Err("mail goes `to` somebody, or to the `addresses` of principals".to_owned());
    }
    if to.len() + addresses.len() > NOTIFY_ADDRESSES_MAX {
        return Err(format!("there are more than {NOTIFY_ADDRESSES_MAX} addresses"));
    }
    if let Some(odd) = to.iter().chain(addresses.values()).find(|address| !is_address(address)) {
        return Err(format!("`{odd}` is no address"));
    }
    let addresses = addresses.into_iter().map(|(who, address)| (Principal::new(who), address));
    let reach = Reach::People { to, addresses: addresses.collect() };
    let options = SmtpOptions { host, port, encryption, from, login, timeout };
    Ok((Destination::Smtp(options), reach))
}

/// `name`, `name:port`, `[::1]:port`.
fn host_and_port(server: &str, default: u16) -> Result<(String, u16), String> {
    let wrong = || format!("`server` is no name with a port: `{server}`");
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, port.parse().map_err(|_| wrong())?)
        }
        _ => (server, default),
    };
    let host = host.trim_matches(['[', ']']);
    if host.is_empty() || port == 0 { Err(wrong()) } else { Ok((host.to_owned(), port)) }
}

fn credential(
    (file_key, file): (&str, Option<PathBuf>),
    (name_key, name): (&str, Option<String>),
) -> Result<Option<Credential>, String> {
    match (file, name) {
        (Some(_), Some(_)) => Err(format!("`{file_key}` beside `{name_key}`: say one of them")),
        (Some(file), None) if file.is_absolute() => Ok(Some(Credential::File(file))),
        (Some(file), None) => Err(format!("`{}` is no absolute path", file.display())),
        (None, Some(name)) => Ok(Some(Credential::Secret(name))),
        (None, None) => Ok(None),
    }
}

fn span(
    key: &str,
    given: Option<&str>,
    bounds: RangeInclusive<u64>,
) -> Result<Option<u64>, String> {
    let Some(text) = given else { return Ok(None) };
    let read = parse_duration_ms(text).filter(|ms| bounds.contains(ms));
    let wrong = || {
        let (least, most) = (Duration::from_millis(*bounds.start()), *bounds.end() / 1_000);
        format!("`{key}` is `{text}`: say {least:?} to {most}s, such as `10s`")
    };
    read.map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<Notify>, String> {
        #[derive(Debug, Deserialize)]
        struct Whole {
            notify: Vec<File>,
        }
        let read: Result<Whole, _> = toml::from_str(text);
        let read = read.map_err(|error| error.message().to_owned())?;
        settings(read.notify).map_err(|ended| format!("{ended:?}"))
    }

    const HOOK: &str = "[[notify]]\nname = 'ops'\nkind = 'webhook'\nurl = 'https://example.org/h?key=k'\nsecret_file = '/etc/h'\n";
    const MAIL: &str = "[[notify]]\nname = 'mail'\nkind = 'smtp'\nserver = 'mx.example.org'\nfrom = 'Conductor <c@example.org>'\n";

    #[test]
    fn every_kind_is_read() {
        let text = format!(
            "{HOOK}events = ['approval.*', 'run.failed']\nroles = ['operator']\ntries = 3\nretry_wait = '1s'\n\
             {MAIL}to = ['ops@example.org']\naddresses = {{'uid:1' = 'alice@example.org'}}\nuser = 'c'\npassword = 'mx'\n\
             [[notify]]\nname = 'pager'\nkind = 'command'\nargv = ['/bin/page', '-x']\ntimeout = '1m'\n"
        );
        let read = all(&text).unwrap();
        let [hook, mail, pager] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(shown(hook), "webhook https://example.org/h, approval.* run.failed");
        assert_eq!(hook.0.patience, Patience { tries: 3, wait_ms: 1_000 });
        assert_eq!(shown(mail), "smtp mx.example.org:587, everything");
        let Destination::Smtp(options) = &mail.1 else { panic!("{mail:?}") };
        assert_eq!(options.encryption, Encryption::StartTls);
        assert_eq!(options.login, Some(("c".to_owned(), Credential::Secret("mx".to_owned()))));
        let Destination::Command(options) = &pager.1 else { panic!("{pager:?}") };
        assert_eq!(options.timeout, Duration::from_secs(60));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |text: String, part: &str| {
            let error = all(&text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        };
        check(HOOK.replace("'ops'", "'Ops!'"), "small letters");
        check(HOOK.replace("https", "http"), "plain HTTP");
        check(HOOK.replace("secret_file = '/etc/h'\n", ""), "is signed");
        check(format!("{HOOK}secret = 'x'\n"), "say one of them");
        check(HOOK.replace("/etc/h", "h"), "no absolute path");
        check(format!("{HOOK}argv = ['/bin/x']\n"), "belongs to the kind `command`");
        check(format!("{HOOK}events = ['approval.seen']\n"), "`approval.seen`");
        check(format!("{HOOK}tries = 0\n"), "1 to 20");
        check(format!("{HOOK}timeout = '1h'\n"), "`timeout`");
        check(format!("{HOOK}{HOOK}"), "two of them");
        check(format!("{HOOK}colour = 1\n"), "unknown field `colour`");
        check(MAIL.to_owned(), "goes `to` somebody");
        check(format!("{MAIL}to = ['nobody']\n"), "`nobody` is no address");
        check(format!("{MAIL}to = ['a@b.org']\ntls = 'plain'\n"), "this machine");
        check(format!("{MAIL}to = ['a@b.org']\nuser = 'a'\n"), "go together");
        check(
            "[[notify]]\nname = 'p'\nkind = 'command'\nargv = ['page']\n".into(),
            "absolute path",
        );
    }

    #[test]
    fn a_server_may_have_a_port() {
        assert_eq!(host_and_port("mx", 587), Ok(("mx".to_owned(), 587)));
        assert_eq!(host_and_port("127.0.0.1:25", 587), Ok(("127.0.0.1".to_owned(), 25)));
        assert_eq!(host_and_port("[::1]:25", 587), Ok(("::1".to_owned(), 25)));
        assert_eq!(host_and_port("::1", 465), Ok(("::1".to_owned(), 465)));
        assert!(host_and_port("mx:x", 1).is_err() && host_and_port(":25", 1).is_err());
    }
}
