//! The daemon's side: starts a process for a job, waits for its answer, and tells why there is none.

use std::{
    ffi::OsString,
    io,
    os::unix::process::ExitStatusExt as _,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use conductor_api::{Room, Trials, Untried};
use conductor_executors::claim_programs;
use conductor_policy::trial::job::{ANSWER_BYTES_MAX, Answer, JOB_BYTES_MAX, Job};
use prost::Message as _;
use rustix::process::Signal;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
    sync::oneshot,
};

use super::{CPU_SECONDS_MAX, MEMORY_MIB_MAX, SECONDS_MAX, WORD};

/// Bytes of what a process says on standard error that are looked at.
const SAID_BYTES_MAX: usize = 4 * 1024;

/// Tries candidates out, each in a process of its own.
#[derive(Debug, Clone)]
pub(crate) struct TrialProcesses {
    program: Vec<OsString>,
    patience: Duration,
}

/// What a process left behind.
struct Left {
    status: ExitStatus,
    answer: Vec<u8>,
    said: Vec<u8>,
}

impl TrialProcesses {
    /// Starts this very program, whatever is at its path by now.
    pub(crate) fn of_this_program() -> Self {
        let program = vec!["/proc/self/exe".into(), WORD.into()];
        Self { program, patience: Duration::from_secs(SECONDS_MAX) }
    }

    #[expect(clippy::disallowed_methods, reason = "the owner of the processes of trials")]
    fn start(&self) -> io::Result<Child> {
        let mut words = self.program.iter();
        let mut command = Command::new(words.next().map_or_else(Default::default, Clone::clone));
        command.args(words).env_clear().current_dir("/").process_group(0).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn()
    }

    /// Has a process carry out a job, for as long as `caller` is there and patience lasts. Nothing is
    /// left of the process afterwards.
    async fn carry_out(
        self,
        job: Vec<u8>,
        caller: oneshot::Receiver<()>,
    ) -> Result<Answer, Untried> {
        let failed = |error: io::Error| Untried::Failed(error.to_string());
        // Otherwise the daemon's own worker could take it for what a task left behind.
        let _claim = claim_programs();
        let mut child = self.start().map_err(failed)?;
        let left = tokio::select! {
            left = asked(&mut child, job) => Some(left),
            // It ends when its other end is dropped; nothing is ever sent.
            _ = caller => None,
            () = tokio::time::sleep(self.patience) => None,
        };
        match left {
            Some(left) => told(left.map_err(failed)?),
            None => {
                child.kill().await.map_err(failed)?;
                Err(Untried::Time { seconds: self.patience.as_secs() })
            }
        }
    }
}

#[tonic::async_trait]
impl Trials for TrialProcesses {
    async fn try_out(&self, job: Job, room: Room) -> Result<Answer, Untried> {
        let bytes = job.encoded_len();
        if bytes > JOB_BYTES_MAX {
            let message = format!("it is {bytes} bytes, and {JOB_BYTES_MAX} go to a trial");
            return Err(Untried::Failed(message));
        }
        let (here, caller) = oneshot::channel();
        let processes = self.clone();
        // On its own, so that a process is waited for although its caller may have gone, and the next
        // trial has room when nothing is left of this one.
        let carried_out = tokio::spawn(async move {
            let answer = processes.carry_out(job.encode_to_vec(), caller).await;
            drop(room);
            answer
        });
        let answer = carried_out.await;
        drop(here);
        answer.unwrap_or_else(|error| Err(Untried::Failed(error.to_string())))
    }
}

/// Gives a process its job, and takes what it says to its end.
async fn asked(child: &mut Child, job: Vec<u8>) -> io::Result<Left> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let given = async move {
        // One that ends before it has read all of it says why by how it ends.
        if let Some(mut stdin) = stdin {
            stdin.write_all(&job).await.ok();
        }
    };
    let ((), answer, said) =
        tokio::join!(given, taken(stdout, ANSWER_BYTES_MAX), taken(stderr, SAID_BYTES_MAX));
    Ok(Left { status: child.wait().await?, answer: answer?, said: said? })
}

/// All of it, or one byte more than may be; nobody reads the rest.
async fn taken(from: Option<impl AsyncRead + Unpin>, bytes_max: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        from.take(bytes_max as u64 + 1).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

fn told(left: Left) -> Result<Answer, Untried> {
    let Left { status, answer, said } = left;
    if status.success() && answer.len() <= ANSWER_BYTES_MAX {
        return Answer::decode(&answer[..]).map_err(|error| Untried::Failed(error.to_string()));
    }
    let said = String::from_utf8_lossy(&said);
    tracing::warn!(%status, said = said.trim(), "a candidate ended the process that it was tried in");
    match status.signal().and_then(Signal::from_named_raw) {
        Some(Signal::XCPU) => Err(Untried::Time { seconds: CPU_SECONDS_MAX }),
        // No memory was left to the program or its stack, or the system had none.
        Some(Signal::ABORT | Signal::SEGV | Signal::BUS | Signal::KILL) => {
            Err(Untried::Memory { mib: MEMORY_MIB_MAX })
        }
        _ => Err(Untried::Failed(format!("its process ended with {status}"))),
    }
}

#[cfg(test)]
mod tests;
