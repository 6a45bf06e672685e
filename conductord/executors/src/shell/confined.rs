//! A script that is shut in: what goes before its shell, and what it says.

#![expect(clippy::disallowed_methods, reason = "starts the program that goes before a shell")]

use std::{
    path::Path,
    process::{ExitStatus, Stdio},
    sync::Arc,
};

use conductor_engine::ports::{Confinement, FailureKind, Lease, WorkPort};
use conductor_protocol::error_code::Code;
use tokio::process::Command;

use super::{Shell, folders::AttemptFolders};
use crate::{
    confine::{Channel, Given, Prepared, Refused, explain},
    ended::Ended,
    executor::Attempt,
};

/// An attempt that is shut in.
pub(super) struct Confined {
    prepared: Prepared,
    program: Vec<std::ffi::OsString>,
    /// Until the program was started.
    stdin: Option<Stdio>,
    channel: Option<Channel>,
}

impl Shell {
    /// What an attempt needs that is to be shut in; nothing for one that asks for nothing.
    ///
    /// # Errors
    /// How the attempt ends when it can't have what it demands.
    pub(super) async fn confine<P: WorkPort>(
        &self,
        attempt: &Attempt<P>,
        folders: &AttemptFolders,
    ) -> Result<Option<Confined>, Box<Ended>> {
        let lease = &attempt.lease;
        if !self.confiner.confines(lease) {
            return Ok(None);
        }
        // The first one tries out what the machine gives, which takes some milliseconds.
        let confiner = Arc::clone(&self.confiner);
        let tried = tokio::task::spawn_blocking(move || {
            confiner.machine();
        })
        .await;
        tried.map_err(|error| Box::new(Ended::failed(format!("can't confine it: {error}"))))?;
        let tmp = self
            .folders
            .open_to(folders, self.confiner.owner(lease))
            .map_err(|error| Ended::failed(format!("can't make its folders: {error}")))?;
        let given = Given {
            cwd: folders.slot.path.clone(),
            besides: vec![folders.workspace.clone(), folders.output_file.clone()],
            tmp,
        };
        let prepared =
            self.confiner.prepare(lease, given).map_err(|refused| refusal(&refused, None))?;
        let (channel, stdin) = Channel::new()
            .map_err(|error| Ended::failed(format!("can't make a socket: {error}")))?;
        Ok(Some(Confined {
            prepared,
            program: self.confiner.program().to_vec(),
            stdin: Some(stdin),
            channel: Some(channel),
        }))
    }
}

impl Confined {
    /// What is started: the program that goes before, and then `interpreter`.
    pub(super) fn command(&self, interpreter: &str) -> Command {
        let mut arguments = self.program.iter();
        // Without a program the trial has failed, and nothing was prepared.
        let mut command =
            Command::new(arguments.next().map_or_else(Default::default, Clone::clone));
        command.args(arguments).arg(interpreter);
        command
    }

    /// A home that its user can enter.
    pub(super) fn environment(&self, command: &mut Command, lease: &Lease, home: &Path) {
        if !self.prepared.confinement.user.is_empty() && !lease.env.contains_key("HOME") {
            command.env("HOME", home);
        }
    }

    /// The program's end of the socket, once.
    pub(super) fn stdin(&mut self) -> Option<Stdio> {
        self.stdin.take()
    }

    /// Why a script that failed was made to fail by its bounds.
    pub(super) fn explain(&self, status: ExitStatus, last_line: &str) -> Option<String> {
        if status.success() {
            return None;
        }
        explain(&self.prepared, status, last_line)
    }

    /// What the attempt's record says.
    pub(super) fn record(self) -> Confinement {
        self.prepared.confinement
    }
}

/// Sends the plan and waits until the script has begun. How the attempt ends when it has not.
pub(super) async fn begun(confined: Option<&mut Confined>) -> Option<Ended> {
    let confined = confined?;
    let channel = confined.channel.take()?;
    let refused = channel.carry_out(&confined.prepared.plan).await.err()?;
    Some(refusal(&refused, Some(&confined.prepared.confinement)))
}

fn refusal(refused: &Refused, planned: Option<&Confinement>) -> Ended {
    let code = Code::ConfinementUnavailable;
    let confinement =
        Confinement { refused: code.as_str().to_owned(), ..planned.cloned().unwrap_or_default() };
    let message = format!("not started: {refused} ({code})");
    let failure = Some(FailureKind::Refused);
    Ended { failure, confinement: Some(confinement), ..Ended::failed(message) }
}
