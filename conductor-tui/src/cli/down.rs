//! `conductor down`: has the daemon of this machine stop in good order, and waits until it has.

use std::{
    io,
    os::fd::OwnedFd,
    path::Path,
    time::{Duration, Instant},
};

use clap::Args;
use conductor_protocol::v1;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal},
};
use serde_json::json;
use tokio::net::UnixStream;

use super::{context::Context, failure::Failure};

/// How long its status may take.
const ASK_DEADLINE: Duration = Duration::from_secs(5);
/// How long it is waited for: it gives running steps time to end.
const STOPS_WITHIN: Duration = Duration::from_secs(120);

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
Sends SIGTERM to the daemon that listens on the Unix socket and returns when it has ended: it takes \
no more requests, gives running steps time to end and stops the rest. Runs go on when it starts \
again. Where none listens there is nothing to do. A service manager that started it may start it \
again: stop it there.")]
pub(crate) struct DownArgs {
    /// Don't ask
    #[arg(short, long)]
    yes: bool,
}

/// Runs the command.
pub(super) async fn run(args: &DownArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let Some(socket) = context.settings.endpoint.socket().map(Path::to_owned) else {
        let message = "`down` stops a daemon on a Unix socket of this machine";
        return Err(Failure::usage(message, "leave --host out, or give it a socket's path"));
    };
    let Some(pid) = listener(&socket).await? else { return say(None, context) };
    // The process itself: its number may be another's a moment after it ended.
    let process = open(pid)?;
    let asked = context.connection.clone().with_deadline(ASK_DEADLINE);
    let status = asked.status(v1::StatusRequest { scope: context.scope() }).await?;
    // A socket that a service manager opened is its own, and a daemon in a container has a number
    // that is another's here.
    match status.pid {
        Some(known) if known == pid => {}
        Some(_) => {
            let socket = socket.display();
            let message = format!("pid {pid} opened {socket}, and conductord is another");
            return Err(Failure::usage(message, "stop it with what started it"));
        }
        None => {
            let message = "conductord tells its pid to its administrators alone";
            return Err(Failure::usage(message, "be who started it, or stop it with what did"));
        }
    }
    if !args.yes && context.output.interactive && !agreed(&status, context)? {
        return Err(Failure::Interrupted);
    }
    end(pid, process).await?;
    say(Some(pid), context)
}

/// Who listens there, if anybody does.
async fn listener(socket: &Path) -> Result<Option<u32>, Failure> {
    let failed = |error| Failure::local(format!("look who listens on {}", socket.display()), error);
    match UnixStream::connect(socket).await {
        Ok(stream) => {
            let pid = stream.peer_cred().map_err(failed)?.pid();
            Ok(Some(pid.and_then(|pid| u32::try_from(pid).ok()).unwrap_or_default()))
        }
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Ok(None),
            _ => Err(failed(error)),
        },
    }
}

fn open(pid: u32) -> Result<OwnedFd, Failure> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let Some(pid) = pid else {
        let message = "conductord runs where its processes can't be seen from here";
        return Err(Failure::usage(message, "stop it with what started it"));
    };
    pidfd_open(pid, PidfdFlags::NONBLOCK)
        .map_err(|error| Failure::local("look at conductord's process", error.into()))
}

fn agreed(status: &v1::StatusResponse, context: &mut Context<'_>) -> io::Result<bool> {
    let runs = match status.runs_active {
        0 => String::new(),
        1 => "; 1 run goes on when it starts again".to_owned(),
        count => format!("; {count} runs go on when it starts again"),
    };
    context.output.confirm(&format!("stop conductord, pid {}{runs}?", status.pid()))
}

/// Has it stop, and waits for its end.
async fn end(pid: u32, process: OwnedFd) -> Result<(), Failure> {
    let what = format!("stop conductord, pid {pid}");
    let failed = |error| Failure::local(what.clone(), error);
    pidfd_send_signal(&process, Signal::TERM).map_err(|error| failed(error.into()))?;
    let waiting = tokio::task::spawn_blocking(move || has_ended(&process));
    if waiting.await.map_err(|error| failed(error.into()))?.map_err(failed)? {
        return Ok(());
    }
    let seconds = STOPS_WITHIN.as_secs();
    let message = format!("it still gives running steps time to end after {seconds} s");
    Err(failed(io::Error::new(io::ErrorKind::TimedOut, message)))
}

/// Blocks until the process has ended, reaped or not, or the wait is over. Gives which of the two.
fn has_ended(process: &OwnedFd) -> io::Result<bool> {
    let until = Instant::now() + STOPS_WITHIN;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(process, PollFlags::IN)], Some(&left)) {
            Err(Errno::INTR) => {}
            ended => return Ok(ended? > 0),
        }
    }
}

fn say(stopped: Option<u32>, context: &mut Context<'_>) -> Result<(), Failure> {
    let endpoint = context.connection.endpoint().to_string();
    if !context.output.is_table() {
        let document = json!({ "host": endpoint, "pid": stopped, "stopped": stopped.is_some() });
        return Ok(context.output.document(&document)?);
    }
    let line = match stopped {
        Some(pid) => format!("conductord has stopped: pid {pid} at {endpoint}"),
        None => format!("no daemon listens at {endpoint}"),
    };
    Ok(context.output.line(line)?)
}
