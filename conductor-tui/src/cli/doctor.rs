//! `conductor doctor`: checks of this machine, which need no daemon, then the daemon's own.

use std::{fs, io, os::unix::fs::PermissionsExt as _, path::Path};

use conductor_client::{ClientError, Endpoint};
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, meaning_of, with_glyph},
};

/// Runs the command. Fails with 5 when the daemon is out of reach and with 1 when another check
/// fails.
pub(super) async fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let mut checks = vec![config(context), socket(context.connection.endpoint())];
    checks.extend([terminal(context), locale(context)]);
    let mut unreachable = None;
    match context.connection.doctor(v1::DoctorRequest { scope: context.scope() }).await {
        Ok(answer) => {
            checks.push(ok("daemon", format!("answers at {}", context.connection.endpoint())));
            checks.push(version(context).await);
            checks.extend(answer.checks);
        }
        Err(error) => {
            let hint = match &error {
                ClientError::Unreachable { hint, .. } if !hint.is_empty() => hint.as_str(),
                ClientError::Unreachable { .. } => "conductor up",
                ClientError::Untrusted { hint, .. } => hint.as_str(),
                _ => "conductor status says more",
            };
            checks.push(check("daemon", "fail", format!("failed to {error}"), hint));
            unreachable = Some(error);
        }
    }
    show(&checks, context)?;
    let failed = checks.iter().filter(|check| check.status == "fail").count();
    match unreachable {
        Some(error) => Err(error.into()),
        None if failed > 0 => Err(Failure::NotGood(format!("{failed} checks failed"))),
        None => Ok(()),
    }
}

fn show(checks: &[v1::DoctorCheck], context: &mut Context<'_>) -> io::Result<()> {
    if context.output.listed(checks)? {
        return Ok(());
    }
    let mut table =
        Table::new(&[Column::fixed("check"), Column::fixed("state"), Column::text("finding")]);
    for check in checks {
        let state = with_glyph(&check.status, context.output.style);
        let hint = if check.hint.is_empty() { String::new() } else { format!(": {}", check.hint) };
        table.row([
            Cell::of(&check.name, Meaning::Strong),
            Cell::of(state, meaning_of(&check.status)),
            format!("{}{hint}", check.message).into(),
        ]);
    }
    context.output.table(&table)
}

fn check(name: &str, status: &str, message: String, hint: &str) -> v1::DoctorCheck {
    v1::DoctorCheck { name: name.into(), status: status.into(), message, hint: hint.into() }
}

fn ok(name: &str, message: String) -> v1::DoctorCheck {
    check(name, "ok", message, "")
}

fn config(context: &Context<'_>) -> v1::DoctorCheck {
    let (path, warnings) = (&context.settings.paths.config_file, &context.settings.warnings);
    match (path.exists(), warnings.is_empty()) {
        (false, _) => ok("config", format!("{} does not exist, which is fine", path.display())),
        (true, true) => ok("config", format!("{} is understood", path.display())),
        (true, false) => check("config", "warn", warnings.join("; "), "correct the file"),
    }
}

fn socket(endpoint: &Endpoint) -> v1::DoctorCheck {
    let Some(path) = endpoint.socket() else {
        return ok("socket", format!("not needed: the daemon is looked for at {endpoint}"));
    };
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mode = |path: &Path| fs::metadata(path).map(|data| data.permissions().mode() & 0o777);
    match (mode(path), mode(folder)) {
        (Err(_), _) => check(
            "socket",
            "fail",
            format!("{} does not exist", path.display()),
            "start a daemon with `conductor up`",
        ),
        (Ok(socket), _) if socket & 0o077 == 0 => ok("socket", format!("{}", path.display())),
        (_, Ok(folder_mode)) if folder_mode & 0o077 == 0 => {
            ok("socket", format!("{}", path.display()))
        }
        (Ok(socket), _) if socket & 0o007 == 0 => {
            ok("socket", format!("{}, which its group may open, too", path.display()))
        }
        (Ok(socket), _) => check(
            "socket",
            "warn",
            format!("{} may be opened by others (mode {socket:03o})", path.display()),
            "chmod 600 it, unless the daemon's `socket_mode` wants it so",
        ),
    }
}

fn terminal(context: &Context<'_>) -> v1::DoctorCheck {
    let term = context.environment.get("TERM").unwrap_or("");
    match (context.output.width, term) {
        (None, _) => ok("terminal", "standard output is no terminal: tables are not cut".into()),
        (Some(_), "") => check(
            "terminal",
            "warn",
            "TERM is not set, so nothing is coloured and the console can't be drawn".into(),
            "set TERM to what your terminal is",
        ),
        (Some(_), "dumb") => check(
            "terminal",
            "warn",
            "TERM is dumb, so nothing is coloured and the console is told in lines".into(),
            "set TERM to what your terminal is, where it can do more",
        ),
        (Some(columns), term) if columns < 80 => check(
            "terminal",
            "warn",
            format!("{term}, {columns} columns: the console shows one pane at a time"),
            "80 columns or more show more",
        ),
        (Some(columns), term) => ok("terminal", format!("{term}, {columns} columns")),
    }
}

fn locale(context: &Context<'_>) -> v1::DoctorCheck {
    match context.environment.is_utf8() {
        true => ok("locale", "UTF-8".into()),
        false => check(
            "locale",
            "warn",
            "the locale is not UTF-8: states are shown with ASCII signs".into(),
            "set LANG=C.UTF-8",
        ),
    }
}

async fn version(context: &Context<'_>) -> v1::DoctorCheck {
    let mine = env!("CARGO_PKG_VERSION");
    match context.connection.status(v1::StatusRequest { scope: context.scope() }).await {
        Ok(status) if status.version == mine => ok("version", format!("{mine} on both sides")),
        Ok(status) => check(
            "version",
            "warn",
            format!("the console is {mine} and the daemon {}", status.version),
            "use the same version of both",
        ),
        Err(error) => check("version", "warn", format!("failed to {error}"), ""),
    }
}
