//! `conductor up`: a daemon in the background, in a session of its own, waited for until it
//! serves.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom},
    os::unix::{fs::OpenOptionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::Duration,
};

use clap::Args;
use conductor_client::{Connection, Endpoint};
use conductor_protocol::v1;
use serde_json::json;
use tokio::time::Instant;

use super::{context::Context, daemon_program, failure::Failure};

/// How long a daemon has until it serves.
const SERVES_WITHIN: Duration = Duration::from_secs(30);
/// How often it is asked whether it does.
const ASK_EVERY: Duration = Duration::from_millis(50);
/// How long one such question may take.
const ASK_DEADLINE: Duration = Duration::from_secs(2);
/// How much of the log is shown when it does not come up.
const LOG_TAIL_BYTES: u64 = 2_048;

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
Starts conductord, found beside this program or in PATH, and returns when it serves. When one \
serves already it says so. The daemon goes on when this terminal is closed; `conductor \
down` stops it in good order.")]
pub(crate) struct UpArgs {
    /// Where the daemon keeps its data; without it its own default
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// What the daemon is called with.
#[derive(Debug, Args)]
pub(crate) struct DetachedArgs {
    program: PathBuf,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Runs the command.
pub(super) async fn run(args: UpArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    if let Endpoint::Ssh(_) = context.settings.endpoint {
        return Err(elsewhere());
    }
    let asked = context.connection.clone().with_deadline(ASK_DEADLINE);
    if let Ok(status) = asked.status(v1::StatusRequest { scope: context.scope() }).await {
        return say(&status, true, context);
    }
    let Some(socket) = context.settings.endpoint.socket() else {
        return Err(elsewhere());
    };
    let program = daemon_program::find()?;
    let log = context.settings.paths.daemon_log();
    let mut child = start(&program, socket, args.data_dir.as_deref(), &log)?;
    let status = wait(&mut child, &asked, &log).await?;
    say(&status, false, context)
}

fn elsewhere() -> Failure {
    let message = "`up` starts a daemon on a Unix socket of this machine";
    Failure::usage(message, "leave --host out, or give it a socket's path")
}

fn say(
    status: &v1::StatusResponse,
    before: bool,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let endpoint = context.connection.endpoint().to_string();
    let log = context.settings.paths.daemon_log().display().to_string();
    if !context.output.is_table() {
        let document = json!({
            "host": endpoint, "pid": status.pid(), "dataDir": status.data_dir(),
            "version": status.version, "started": !before, "log": log,
        });
        return Ok(context.output.document(&document)?);
    }
    let how = if before { "runs already" } else { "is up" };
    context.output.line(format!("conductord {how}: pid {} at {endpoint}", status.pid()))?;
    context.output.line(format!("data in {}", status.data_dir()))?;
    if !before {
        context.output.line(format!("log in {log}"))?;
    }
    Ok(())
}

fn start(
    program: &Path,
    socket: &Path,
    data_dir: Option<&Path>,
    log: &Path,
) -> Result<Child, Failure> {
    let opened = || {
        fs::create_dir_all(log.parent().unwrap_or(Path::new("/")))?;
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(log)?;
        Ok((file.try_clone()?, file))
    };
    let (out, err) =
        opened().map_err(|error| Failure::local(format!("open {}", log.display()), error))?;
    let mut arguments: Vec<OsString> = vec!["--socket".into(), socket.into()];
    if let Some(data_dir) = data_dir {
        arguments.extend(["--data-dir".into(), data_dir.into()]);
    }
    let me = std::env::current_exe().map_err(|error| Failure::local("find this program", error))?;
    daemon_program::command(&me)
        .arg("__daemon")
        .arg(program)
        .arg("--")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .spawn()
        .map_err(|error| Failure::local(format!("start {}", program.display()), error))
}

/// In the child: a session of its own, so that the terminal's end is not the daemon's, and then
/// the daemon in this process's place.
pub(super) fn become_daemon(args: &DetachedArgs) -> Result<(), Failure> {
    rustix::process::setsid()
        .map_err(|error| Failure::local("leave the terminal's session", error.into()))?;
    let error = daemon_program::command(&args.program).args(&args.arguments).exec();
    Err(Failure::local(format!("start {}", args.program.display()), error))
}

async fn wait(
    child: &mut Child,
    asked: &Connection,
    log: &Path,
) -> Result<v1::StatusResponse, Failure> {
    let deadline = Instant::now() + SERVES_WITHIN;
    let not_serving = |message: String| Failure::NotServing {
        message,
        hint: format!("its log is {}; it ends with:\n{}", log.display(), tail(log)),
    };
    loop {
        if let Ok(status) = asked.status(v1::StatusRequest { scope: asked.scope() }).await {
            return Ok(status);
        }
        let ended = child.try_wait().map_err(|error| Failure::local("watch conductord", error))?;
        if let Some(status) = ended {
            return Err(not_serving(format!("conductord ended with {status} before it served")));
        }
        if Instant::now() >= deadline {
            let seconds = SERVES_WITHIN.as_secs();
            return Err(not_serving(format!("conductord does not serve after {seconds} s")));
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

fn tail(log: &Path) -> String {
    let read = || {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    };
    read().unwrap_or_default()
}
