//! Every way in which a command can fail, what it says then, and what it exits with. Scripts
//! depend on the table, so a snapshot test keeps it.

use std::{io, process::ExitCode};

use conductor_client::{ClientError, Refusal, oidc::OidcError};
use conductor_protocol::{error_code::Code, manifest::Change};
use serde_json::{Value, json};

use super::{
    output::{Meaning, Output},
    workflows,
};
use crate::config::ConfigError;

/// What the process exits with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    RunFailed = 1,
    Usage = 2,
    Denied = 3,
    WaitsForApproval = 4,
    Unreachable = 5,
    NotFound = 6,
    Refused = 7,
    Invalid = 8,
    Damaged = 9,
    Blocked = 10,
    Bug = 70,
    Local = 74,
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// Of the registry's number.
    fn of(code: Code) -> Self {
        match code.exit_code() {
            2 => Self::Usage,
            3 => Self::Denied,
            4 => Self::WaitsForApproval,
            5 => Self::Unreachable,
            6 => Self::NotFound,
            7 => Self::Refused,
            8 => Self::Invalid,
            9 => Self::Damaged,
            _ => Self::Bug,
        }
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The daemon, or the way to it.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The OpenID provider, or the way to it.
    #[error(transparent)]
    Oidc(OidcError),
    /// The config file or a setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The command line makes no sense here.
    #[error("{message}")]
    Usage { message: String, hint: String },
    /// Policy's word, which has been shown with its reasons.
    #[error("{0}")]
    Denied(String),
    /// Others have to approve it before it is done; who, has been shown.
    #[error("{0}")]
    Waits(String),
    /// A manifest or inputs; what is wrong with them has been said.
    #[error("{0}")]
    Invalid(String),
    /// Something is there that would be lost.
    #[error("{message}")]
    Exists { message: String, hint: String },
    /// Something that was named isn't there.
    #[error("{0}")]
    NotFound(String),
    /// What was signed has ended otherwise.
    #[error("{0}")]
    Over(String),
    /// What was verified is not what was written.
    #[error("{0}")]
    Damaged(String),
    /// A run that was followed did not succeed, or a check failed; it has been said.
    #[error("{0}")]
    NotGood(String),
    /// What a run made may not be released; why has been said.
    #[error("{0}")]
    Blocked(String),
    /// Ctrl-C while following: the run goes on.
    #[error("detached: the run goes on")]
    Detached { run_id: String },
    /// Ctrl-C elsewhere.
    #[error("interrupted")]
    Interrupted,
    /// A signal ended the full-screen console, in good order.
    #[error("ended by signal {0}")]
    Signal(i32),
    /// A file or a program of this machine.
    #[error("{what}: {source}")]
    Local { what: String, source: io::Error },
    /// Another program told its own story and exited with this.
    #[error("`{program}` exited with {code}")]
    Program { program: String, code: u8 },
    /// The daemon that was to be started did not serve.
    #[error("{message}")]
    NotServing { message: String, hint: String },
    /// Writing the answer.
    #[error("write the answer: {0}")]
    Write(#[from] io::Error),
}

impl Failure {
    /// A file or a program of this machine.
    pub(crate) fn local(what: impl Into<String>, source: io::Error) -> Self {
        Self::Local { what: what.into(), source }
    }

    /// A wrong command line.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    /// The table.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Client(error) => exit_of_client(error),
            Self::Oidc(error) => exit_of_provider(error),
            Self::Config(_) | Self::Usage { .. } => Exit::Usage,
            Self::Denied(_) => Exit::Denied,
            Self::Waits(_) => Exit::WaitsForApproval,
            Self::Invalid(_) => Exit::Invalid,
            Self::Exists { .. } | Self::Over(_) => Exit::Refused,
            Self::NotFound(_) => Exit::NotFound,
            Self::Damaged(_) => Exit::Damaged,
            Self::NotGood(_) => Exit::RunFailed,
            Self::Blocked(_) => Exit::Blocked,
            Self::Detached { .. } | Self::Interrupted | Self::Signal(_) => Exit::Interrupted,
            Self::NotServing { .. } => Exit::Unreachable,
            Self::Local { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Exit::NotFound
            }
            // Whoever read the answer has seen enough.
            Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Local { .. } | Self::Write(_) => Exit::Local,
            Self::Program { code, .. } => match code {
                2 => Exit::Usage,
                9 => Exit::Damaged,
                _ => Exit::Local,
            },
        }
    }

    /// What to do about it; may be empty.
    fn hint(&self) -> String {
        match self {
            Self::Client(ClientError::Unreachable { hint, .. }) if !hint.is_empty() => hint.clone(),
            Self::Client(
                ClientError::Timeout { .. } | ClientError::Unreachable { sent: true, .. },
            ) => "the request may have been carried out: look with `conductor runs list` before \
                 repeating it, or repeat it with its --idempotency-key"
                .into(),
            Self::Client(ClientError::Unreachable { sent: false, .. }) => {
                "start a daemon with `conductor up`, or name another with --host".into()
            }
            Self::Client(ClientError::Untrusted { hint, .. }) => hint.clone(),
            Self::Client(ClientError::Protocol { .. }) => {
                "compare `conductor --version` with the version of `conductor status`".into()
            }
            Self::Client(ClientError::Refused(refusal)) => refusal.hint.clone(),
            Self::Config(ConfigError::Trust(_)) => {
                "--ca, --cert and --cert-key name the files, as `[tls]` of the config file does"
                    .into()
            }
            Self::Oidc(OidcError::Refused(_)) => {
                "log in again: `conductor login --oidc`; if that is of no help, look at the client \
                 in `[oidc]` of conductord.toml and at the provider"
                    .into()
            }
            Self::Oidc(OidcError::Unreachable { .. }) => {
                "see that the provider is there, and name its CAs with `conductor login --oidc \
                 --provider-ca FILE` where the system does not trust it"
                    .into()
            }
            Self::Config(_) => "correct it, or name another file with --config".into(),
            Self::Usage { hint, .. }
            | Self::NotServing { hint, .. }
            | Self::Exists { hint, .. } => hint.clone(),
            Self::Detached { run_id } => {
                format!("come back with `conductor runs show {run_id} --follow`")
            }
            _ => String::new(),
        }
    }
}

fn exit_of_provider(error: &OidcError) -> Exit {
    match error {
        OidcError::Certificates(_) => Exit::Usage,
        OidcError::Refused(_) => Exit::Denied,
        OidcError::Unreachable { .. } | OidcError::Strange(_) => Exit::Unreachable,
    }
}

fn exit_of_client(error: &ClientError) -> Exit {
    use tonic::Code as Grpc;
    let refusal = match error {
        ClientError::Unreachable { .. }
        | ClientError::Untrusted { .. }
        | ClientError::Timeout { .. } => return Exit::Unreachable,
        ClientError::Protocol { .. } => return Exit::Bug,
        ClientError::Refused(refusal) => refusal,
    };
    if let Some(code) = refusal.known_code() {
        return Exit::of(code);
    }
    // A code of a newer daemon: its class is still known.
    match refusal.grpc {
        Grpc::PermissionDenied | Grpc::Unauthenticated => Exit::Denied,
        Grpc::NotFound => Exit::NotFound,
        Grpc::InvalidArgument => Exit::Invalid,
        Grpc::FailedPrecondition | Grpc::AlreadyExists | Grpc::Aborted => Exit::Refused,
        Grpc::ResourceExhausted | Grpc::Unavailable | Grpc::DeadlineExceeded => Exit::Unreachable,
        Grpc::DataLoss => Exit::Damaged,
        _ => Exit::Bug,
    }
}

/// Says what went wrong and gives the exit code. When even that can't be written, the exit code
/// has to be enough.
pub(crate) fn report(failure: &Failure, output: &mut Output) -> Exit {
    let exit = failure.exit();
    if exit != Exit::Done {
        let _written = tell(failure, exit, output).and_then(|()| output.flush());
    }
    exit
}

fn tell(failure: &Failure, exit: Exit, output: &mut Output) -> io::Result<()> {
    let refusal = match failure {
        Failure::Client(error) => error.refusal(),
        _ => None,
    };
    let (code, trace) =
        refusal.map_or(("", ""), |refusal| (refusal.code.as_str(), refusal.trace_id.as_str()));
    let attempt = match failure {
        Failure::Client(error) if error.refusal().is_none() => "failed to ",
        Failure::Config(_) | Failure::Local { .. } | Failure::Write(_) => "failed to ",
        Failure::Oidc(error) if !matches!(error, OidcError::Refused(_)) => "failed to ",
        _ => "",
    };
    let (message, hint) = (format!("{attempt}{failure}"), failure.hint());
    if !output.is_table() {
        let mut error = json!({
            "code": code, "message": message, "hint": hint, "traceId": trace,
            "exitCode": exit as u8,
        });
        for (name, json) in refusal.iter().flat_map(|refusal| &refusal.details) {
            error[name] = serde_json::from_str(json).unwrap_or_else(|_| json.clone().into());
        }
        return output.note(json!({ "error": error }).to_string());
    }
    let style = output.note_style;
    match exit {
        Exit::Interrupted => output.note(message)?,
        _ => {
            let error = style.paint(Meaning::Bad, "error:");
            output.note(format!("{error} {message}"))?;
        }
    }
    for line in refusal.map(|refusal| difference(refusal, output)).unwrap_or_default() {
        output.note(line)?;
    }
    if !hint.is_empty() {
        output.note(format!("{} {hint}", style.paint(Meaning::Active, "hint:")))?;
    }
    if !code.is_empty() {
        let more = format!("code {code} (`conductor errors {code}` says more)");
        let line = match trace {
            "" => more,
            trace => format!("trace {trace} in the daemon's log, {more}"),
        };
        output.note(style.paint(Meaning::Dim, &line))?;
    }
    Ok(())
}

/// The difference that a refusal carries, for a reader.
fn difference(refusal: &Refusal, output: &Output) -> Vec<String> {
    let Some(diff) = refusal.details.get("diff") else { return Vec::new() };
    let Ok(diff) = serde_json::from_str::<Value>(diff) else { return Vec::new() };
    let changes = serde_json::from_value::<Vec<Change>>(diff["changes"].clone());
    let mut lines = workflows::diff_lines(&changes.unwrap_or_default(), output.note_style);
    if let Some(more @ 1..) = diff["more"].as_u64() {
        lines.push(format!("  and {more} more; `conductor workflows diff FILE` shows all"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Write as _};

    use super::{super::output::Format, *};

    fn refused(code: &str, grpc: tonic::Code) -> Failure {
        let refusal = Refusal {
            code: code.into(),
            message: "run run_1 has ended".into(),
            hint: "start another with `conductor runs rerun run_1`".into(),
            trace_id: "trc_1".into(),
            details: BTreeMap::new(),
            retry_after: None,
            grpc,
        };
        Failure::Client(ClientError::Refused(Box::new(refusal)))
    }

    fn unreachable() -> Failure {
        let (endpoint, reason) = ("unix:///run/c.sock".into(), "no such file".into());
        let hint = String::new();
        Failure::Client(ClientError::Unreachable { endpoint, reason, hint, sent: false })
    }

    #[test]
    fn the_exit_codes_are_frozen() {
        let io = |kind: io::ErrorKind| io::Error::from(kind);
        let mut table = String::new();
        let mut row = |name: &str, failure: Failure| {
            writeln!(table, "{name:<28} {}", failure.exit() as u8).unwrap();
        };
        row("unreachable", unreachable());
        let (endpoint, reason, hint) = (String::new(), String::new(), String::new());
        row("untrusted", ClientError::Untrusted { endpoint, reason, hint }.into());
        row("timeout", ClientError::Timeout { endpoint: String::new() }.into());
        let (endpoint, reason) = (String::new(), String::new());
        row("protocol", ClientError::Protocol { endpoint, reason }.into());
        let (url, why) = (String::new(), String::new());
        row("provider unreachable", Failure::Oidc(OidcError::Unreachable { url, why }));
        row("provider refuses", Failure::Oidc(OidcError::Refused(String::new())));
        row("usage", Failure::usage("", ""));
        row("invalid", Failure::Invalid(String::new()));
        row("exists", Failure::Exists { message: String::new(), hint: String::new() });
        row("not found", Failure::NotFound(String::new()));
        row("over", Failure::Over(String::new()));
        row("damaged", Failure::Damaged(String::new()));
        row("run failed", Failure::NotGood(String::new()));
        row("gate blocked", Failure::Blocked(String::new()));
        row("detached", Failure::Detached { run_id: String::new() });
        row("interrupted", Failure::Interrupted);
        row("file not found", Failure::local("", io(io::ErrorKind::NotFound)));
        row("file not readable", Failure::local("", io(io::ErrorKind::PermissionDenied)));
        row("broken pipe", Failure::Write(io(io::ErrorKind::BrokenPipe)));
        row("disk full", Failure::Write(io(io::ErrorKind::StorageFull)));
        for code in Code::ALL {
            row(code.as_str(), refused(code.as_str(), code.grpc()));
        }
        for grpc in 1..=16 {
            let grpc = tonic::Code::from(grpc);
            row(&format!("unknown code, {grpc:?}"), refused("FROM_THE_FUTURE", grpc));
        }
        insta::assert_snapshot!(table);
    }

    fn told(failure: &Failure, format: Format) -> String {
        let (mut output, _, err) = Output::captured(format);
        report(failure, &mut output);
        err.text()
    }

    #[test]
    fn a_refusal_says_what_why_and_where() {
        let failure = refused("RUN_ALREADY_ENDED", tonic::Code::FailedPrecondition);
        insta::assert_snapshot!(told(&failure, Format::Table), @r"
        error: run run_1 has ended
        hint: start another with `conductor runs rerun run_1`
        trace trc_1 in the daemon's log, code RUN_ALREADY_ENDED (`conductor errors RUN_ALREADY_ENDED` says more)
        ");
        insta::assert_snapshot!(told(&failure, Format::Json), @r#"{"error":{"code":"RUN_ALREADY_ENDED","message":"run run_1 has ended","hint":"start another with `conductor runs rerun run_1`","traceId":"trc_1","exitCode":7}}"#);
    }

    #[test]
    fn a_conflict_shows_what_differs() {
        let mut failure = refused("WORKFLOW_VERSION_CONFLICT", tonic::Code::AlreadyExists);
        let Failure::Client(ClientError::Refused(refusal)) = &mut failure else { panic!() };
        refusal.message = "version 1.0.0 of workflow `disk` is published".into();
        refusal.hint = "raise `version`".into();
        let diff = r#"{"more":2,"changes":[{"path":"tasks[a].timeout_ms","old":1,"new":2}]}"#;
        refusal.details = BTreeMap::from([("diff".into(), diff.into())]);
        insta::assert_snapshot!(told(&failure, Format::Table), @r"
        error: version 1.0.0 of workflow `disk` is published
          tasks[a].timeout_ms: 1 → 2
          and 2 more; `conductor workflows diff FILE` shows all
        hint: raise `version`
        trace trc_1 in the daemon's log, code WORKFLOW_VERSION_CONFLICT (`conductor errors WORKFLOW_VERSION_CONFLICT` says more)
        ");
        let json: Value = serde_json::from_str(&told(&failure, Format::Json)).unwrap();
        assert_eq!(json["error"]["diff"]["changes"][0]["path"], "tasks[a].timeout_ms");
    }

    #[test]
    fn without_a_daemon_it_says_how_to_start_one() {
        insta::assert_snapshot!(told(&unreachable(), Format::Table), @r"
        error: failed to reach the daemon at unix:///run/c.sock: no such file
        hint: start a daemon with `conductor up`, or name another with --host
        ");
    }

    #[test]
    fn a_broken_pipe_is_silent() {
        let failure = Failure::Write(io::ErrorKind::BrokenPipe.into());
        assert_eq!(told(&failure, Format::Table), "");
    }
}
