//! One attempt of a script, from its parameters to its end.

#![expect(clippy::disallowed_methods, reason = "the owner of the programs that tasks start")]

use std::{
    io,
    os::fd::{AsFd as _, BorrowedFd},
    process::{ExitStatus, Stdio},
};

use conductor_engine::ports::{ArtifactRef, FailureKind, LogStreamKind, WorkPort};
use serde_json::{Map, Value};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::{
    Shell,
    artifacts::{self, Missing},
    capture::{Output, pump},
    claims::{self, Claim, Pipes},
    confined::{self, Confined},
    environment::Places,
    folders::AttemptFolders,
    life::{self, End},
    outputs,
    params::ShellParams,
    strays::{Left, Mark},
};
use crate::{ended::Ended, executor::Attempt};

/// What reads every script. A script that wants another says so: `exec bash -c '…'`.
const INTERPRETER: &str = "/bin/sh";

impl Shell {
    /// Runs the script of `attempt` and gives how it ended.
    pub(crate) async fn run<P: WorkPort>(&self, attempt: &Attempt<P>) -> Ended {
        let params = match ShellParams::of(&attempt.lease) {
            Ok(params) => params,
            Err(message) => return Ended::failed_as(FailureKind::Invalid, message),
        };
        let folders = match self.folders.enter(attempt.lease.run) {
            Ok(folders) => folders,
            Err(error) => return Ended::failed(format!("can't make its working folder: {error}")),
        };
        let mark = Mark { token: attempt.lease.token, slot: folders.slot.number };
        self.live().insert(mark);
        let ended = self.run_in(attempt, &params, &folders).await;
        self.live().remove(&mark);
        self.folders.leave(folders).await;
        ended
    }

    async fn run_in<P: WorkPort>(
        &self,
        attempt: &Attempt<P>,
        params: &ShellParams,
        folders: &AttemptFolders,
    ) -> Ended {
        let mark = Mark { token: attempt.lease.token, slot: folders.slot.number };
        let mut confined = match self.confine(attempt, folders).await {
            Ok(confined) => confined,
            Err(ended) => return *ended,
        };
        let mut command = match &confined {
            Some(confined) => confined.command(INTERPRETER),
            None => Command::new(INTERPRETER),
        };
        command.arg("-c").arg(&params.script).current_dir(&folders.slot.path);
        let places = Places {
            worker_home: self.folders.root(),
            cwd: &folders.slot.path,
            output_file: &folders.output_file,
            workspace: &folders.workspace,
        };
        let given = (&attempt.lease, attempt.access.as_ref());
        self.environment.apply(&mut command, given, &places);
        if let Some(confined) = &confined {
            confined.environment(&mut command, &attempt.lease, &folders.slot.path);
        }
        let stdin = confined.as_mut().and_then(Confined::stdin).unwrap_or_else(Stdio::null);
        let claim = claims::begin();
        let (child, group) = match life::spawn(&mut command, stdin) {
            Ok(started) => started,
            Err(error) => return Ended::failed(not_started(&error)),
        };
        drop(command);
        let output = Output::new(attempt);
        let left = Left { group, mark, pipes: pipes_of(&child) };
        claim.printing_to(left.pipes);
        let (lived, refused) = tokio::join!(
            self.live_through(child, left, claim, &output),
            confined::begun(confined.as_mut()),
        );
        let (end, last_line) = lived;
        let ended = match (end, refused) {
            (End::Exited(_), Some(refused)) => refused,
            (End::Exited(status), None) => {
                let cause = confined.as_ref().and_then(|it| it.explain(status, &last_line));
                let ended = after_exit(attempt, params, folders, (status, last_line)).await;
                Ended { message: with_cause(cause, ended.message), ..ended }
            }
            (End::Stopped(stop, status), _) => after_stop(Ended::stopped(stop), status),
            (End::Unknown(error), _) => Ended::failed(format!("can't learn how it ended: {error}")),
        };
        let confinement = ended.confinement.or(confined.map(Confined::record));
        Ended { log: output.finish().await, confinement, ..ended }
    }

    /// Reads what it prints until it has ended and everything that it started with it.
    async fn live_through<P: WorkPort>(
        &self,
        mut child: Child,
        left: Left,
        claim: Claim,
        output: &Output<'_, P>,
    ) -> (End, String) {
        let exited = CancellationToken::new();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let printed = async {
            match (stdout, stderr) {
                (Some(stdout), Some(stderr)) => tokio::join!(
                    pump(stdout, LogStreamKind::Stdout, output, &exited),
                    pump(stderr, LogStreamKind::Stderr, output, &exited),
                )
                .1
                .text(),
                _ => String::new(),
            }
        };
        let lived = async {
            let end =
                life::watch(&mut child, left.group, output.stop_signal(), self.term_grace).await;
            drop(claim);
            if !self.strays.end_attempt(left).await {
                let group = left.group.as_raw_nonzero();
                tracing::warn!(token = left.mark.token, group, "a process does not end");
            }
            exited.cancel();
            end
        };
        tokio::join!(lived, printed)
    }
}

/// The inodes of the pipes that it prints to; 0, which no pipe has, where there is none.
fn pipes_of(child: &Child) -> Pipes {
    let inode = |pipe: BorrowedFd<'_>| rustix::fs::fstat(pipe).map_or(0, |stat| stat.st_ino);
    let stdout = child.stdout.as_ref().map_or(0, |pipe| inode(pipe.as_fd()));
    [stdout, child.stderr.as_ref().map_or(0, |pipe| inode(pipe.as_fd()))]
}

/// What its bounds did comes before what the script says of it.
fn with_cause(cause: Option<String>, message: String) -> String {
    match cause {
        Some(cause) => format!("{cause} ({message})"),
        None => message,
    }
}

fn not_started(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ArgumentListTooLong => format!(
            "can't start {INTERPRETER}: the script and its environment are larger than the system \
             takes; pass large data through a file"
        ),
        _ => format!("can't start {INTERPRETER}: {error}"),
    }
}

fn after_stop(ended: Ended, status: Option<ExitStatus>) -> Ended {
    match status {
        Some(status) => Ended { exit_code: status.code(), ..ended },
        None => Ended {
            message: format!("{}; not even KILL ended its program", ended.message),
            ..ended
        },
    }
}

async fn after_exit<P: WorkPort>(
    attempt: &Attempt<P>,
    params: &ShellParams,
    folders: &AttemptFolders,
    (status, last_line): (ExitStatus, String),
) -> Ended {
    let missing = if status.success() { Missing::Fails } else { Missing::IsPassedOver };
    let outputs = outputs::read(&folders.output_file, attempt.redactor.as_deref());
    let kept = artifacts::keep(attempt, &folders.slot.path, &params.artifacts, missing).await;
    let ended = if status.success() {
        success(outputs, kept)
    } else {
        let mut message = life::describe(status);
        if !last_line.is_empty() {
            message = format!("{message}: {last_line}");
        }
        // What it managed to leave is worth keeping; that the rest is wrong is no news.
        Ended {
            outputs: outputs.unwrap_or_default(),
            artifacts: kept.unwrap_or_default(),
            ..Ended::failed_as(FailureKind::Program, message)
        }
    };
    Ended { exit_code: status.code(), ..ended }
}

fn success(
    outputs: Result<Map<String, Value>, String>,
    kept: Result<Vec<ArtifactRef>, String>,
) -> Ended {
    match (outputs, kept) {
        (Ok(outputs), Ok(artifacts)) => Ended { artifacts, ..Ended::succeeded(outputs) },
        (Err(message), kept) => {
            Ended { artifacts: kept.unwrap_or_default(), ..Ended::failed(message) }
        }
        (Ok(outputs), Err(message)) => Ended { outputs, ..Ended::failed(message) },
    }
}
