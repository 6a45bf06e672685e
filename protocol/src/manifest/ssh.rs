//! What `pkg:builtin/ssh@1` takes in `with`.

use super::{
    check::{mapping, required, text, wrong_type},
    duration::timeout,
    node::{Data, Node, field_path},
    problem::{Problem, Problems, listed, quoted, similar},
};
use crate::error_code::Code;

/// Its keys.
pub(super) const KEYS: &[&str] =
    &["host", "run", "shell", "user", "port", "host_keys", "connect_timeout", "options"];

/// Options of the OpenSSH client that a task may set. Those that would weaken the check of host
/// keys, run programs or forward ports are the operator's, in the client's configuration.
pub const SSH_OPTIONS: &[&str] = &[
    "AddressFamily",
    "BindAddress",
    "BindInterface",
    "CertificateFile",
    "Ciphers",
    "Compression",
    "ConnectionAttempts",
    "GSSAPIAuthentication",
    "HostKeyAlgorithms",
    "HostKeyAlias",
    "IdentitiesOnly",
    "IdentityAgent",
    "IdentityFile",
    "KexAlgorithms",
    "MACs",
    "PreferredAuthentications",
    "ProxyJump",
    "PubkeyAcceptedAlgorithms",
];

/// Checks its parameters. A task over hosts, and a side task of one, gets its host from there.
pub(super) fn check(with: &Node, task: &Node, path: &str, problems: &mut Problems) {
    let refuse = |node: &Node, path: &str, message: &str, hint: &str, problems: &mut Problems| {
        problems.add(Problem::new(Code::ManifestWith, node.at, path, message).mend(hint));
    };
    let hint = "add `run: |` and the script below it";
    if let Some(run) = required(with, "run", path, hint, problems) {
        let path = field_path(path, "run");
        if let Some(script) = text(&run.value, &path, problems) {
            if script.trim().is_empty() {
                refuse(&run.value, &path, "the script is empty", "write what to run", problems);
            } else if script.contains('\0') {
                let message = "the script holds a NUL character";
                refuse(&run.value, &path, message, "remove it: no shell takes it", problems);
            }
        }
    }
    if task.entry("id").is_some() && task.entry("hosts").is_none() {
        let hint = "add `host: NAME` to it, or `hosts: FILTER` to the task";
        required(with, "host", path, hint, problems);
    }
    let given = |name: &str| {
        let entry = with.entry(name).filter(|entry| !entry.value.is_template())?;
        Some((&entry.value, field_path(path, name)))
    };
    if let Some((host, path)) = given("host")
        && !matches!(host.data, Data::Map(_))
        && text(host, &path, problems).is_some_and(|host| host.is_empty() || host.starts_with('-'))
    {
        refuse(host, &path, "not a host's name", "write a name, or an address", problems);
    }
    for name in ["shell", "user"] {
        if let Some((node, path)) = given(name)
            && text(node, &path, problems).is_some_and(|text| text.trim().is_empty())
        {
            refuse(node, &path, "it is empty", "write a name, or remove it", problems);
        }
    }
    if let Some((port, path)) = given("port") {
        let fits = match &port.data {
            Data::Refused => true,
            Data::Number(number, _) => {
                number.as_u64().is_some_and(|port| (1..=65_535).contains(&port))
            }
            _ => {
                problems.add(wrong_type(port, &path, "a number"));
                true
            }
        };
        if !fits {
            refuse(port, &path, "not a port", "write a whole number from 1 to 65535", problems);
        }
    }
    if let Some((word, path)) = given("host_keys")
        && text(word, &path, problems).is_some_and(|w| w != "strict" && w != "accept_new")
    {
        let hint = "write `strict`, or `accept_new` to remember a key that is new";
        refuse(word, &path, "not a way to treat host keys", hint, problems);
    }
    if let Some((span, path)) = given("connect_timeout") {
        timeout(span, &path, problems);
    }
    if let Some((node, path)) = given("options") {
        options(node, &path, problems);
    }
}

fn options(node: &Node, path: &str, problems: &mut Problems) {
    let expected = "a mapping of the client's options";
    for entry in mapping(node, path, expected, problems).into_iter().flatten() {
        let path = field_path(path, &entry.key);
        if !SSH_OPTIONS.contains(&entry.key.as_str()) {
            let message = format!("{} is no option that a task may set", quoted(&entry.key));
            let hint = match similar(&entry.key, SSH_OPTIONS.iter().copied()) {
                Some(name) => format!("write `{name}`"),
                None => format!("set it in the SSH configuration; here are {}", {
                    listed(SSH_OPTIONS.iter().copied())
                }),
            };
            let problem = Problem::new(Code::ManifestWith, entry.at, path, message);
            problems.add(problem.mend(hint));
            continue;
        }
        match entry.value.data {
            Data::Text(..) | Data::Number(..) | Data::Bool(_) | Data::Refused => {}
            _ => problems.add(wrong_type(&entry.value, &path, "text")),
        }
    }
}
