//! One attempt of a script on a host, from its parameters to its end.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use conductor_engine::ports::{FailureKind, LogStreamKind, WorkPort};
use tokio::{
    io::AsyncWriteExt as _,
    process::{Child, ChildStdin},
};
use tokio_util::sync::CancellationToken;

use super::{
    Ssh, client,
    diagnosis::{self, Diagnosis},
    params::SshParams,
    remote,
    report::{Cut, End, Report},
    sockets::Place,
};
use crate::{
    ended::Ended,
    executor::Attempt,
    limits::{SSH_BEGIN_TIMES, SSH_EXIT_WAIT, SSH_STOP_WAIT},
    redact::Redactor,
    shell::{
        capture::{Output, pump},
        life, outputs,
    },
    stop::{Stop, StopSignal},
};

/// The first byte of a marker, which no text has: nothing is held back for long.
const MARKER_BEGIN: &str = "\u{1e}conductor:";

/// What the client calls the other end of a connection that another program makes for it.
const BEHIND_A_JUMP: &str = "UNKNOWN port 65535";

/// What ended the wait for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watched {
    /// The client ended by itself, or was ended after the host had reported everything.
    Ended,
    /// The host did not begin in time.
    NotBegun,
    /// The attempt had to stop.
    Stopped(Stop),
}

impl Ssh {
    /// Runs the script of `attempt` on its host and gives how it ended.
    pub(crate) async fn run<P: WorkPort>(&self, attempt: &Attempt<P>) -> Ended {
        let params = match SshParams::of(&attempt.lease) {
            Ok(params) => params,
            Err(message) => return Ended::failed_as(FailureKind::Invalid, message),
        };
        let way = client::way(&self.options, &params);
        let place = self.sockets.place(&way);
        let mut child = match self.start(&way, &place) {
            Ok(child) => child,
            Err(error) => {
                let message = format!("can't start the SSH client `ssh`: {error}");
                return Ended::failed_as(FailureKind::Invalid, message);
            }
        };
        let marker = marker(attempt.dice.as_ref());
        let input = remote::input(
            (&attempt.lease, attempt.access.as_ref()),
            &params,
            &marker,
            self.term_grace,
        );
        let report = Arc::new(Report::default());
        let output = Output::new(attempt);
        let (watched, last_line) = {
            let life = Life { report: &report, output: &output, ssh: self };
            let begin_within = self.begin_within(&params);
            life.live(&mut child, (input, &marker), begin_within).await
        };
        let mut heard = report.before();
        if watched == Watched::Ended
            && !report.begun.is_cancelled()
            && place.said().contains(BEHIND_A_JUMP)
        {
            heard += &self.listen_to_jump(&way, &place, self.begin_within(&params)).await;
        }
        let ended = Judgement {
            params: &params,
            place: &place,
            report: &report,
            redactor: attempt.redactor.as_deref(),
            last_line,
            heard,
        };
        let (ended, said) = ended.of(watched);
        if !said.is_empty() {
            // What the client says of a connection that failed is the operator's to read.
            output.say(LogStreamKind::Stderr, said).await;
        }
        Ended { log: output.finish().await, ..ended }
    }

    /// How long connecting may take in all: the way there, keys, the login.
    fn begin_within(&self, params: &SshParams) -> Duration {
        params.connect_timeout.unwrap_or(self.options.connect_timeout) * SSH_BEGIN_TIMES
    }
}

/// A text that nobody else prints, other for each attempt.
fn marker(dice: &(dyn Fn() -> u64 + Send + Sync)) -> String {
    let mut marker = MARKER_BEGIN.to_owned();
    // Writing to a string can't fail.
    write!(marker, "{:016x}{:016x}", dice(), dice()).ok();
    marker
}

/// A client that runs.
struct Life<'a, 'o, P> {
    report: &'a Arc<Report>,
    output: &'a Output<'o, P>,
    ssh: &'a Ssh,
}

impl<P: WorkPort> Life<'_, '_, P> {
    /// Gives it its input and reads what comes until it has ended.
    async fn live(
        &self,
        child: &mut Child,
        (input, marker): (Vec<u8>, &str),
        begin_within: Duration,
    ) -> (Watched, String) {
        let exited = CancellationToken::new();
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let printed = async {
            match (stdout, stderr) {
                (Some(stdout), Some(stderr)) => {
                    let stderr = Cut::new(stderr, marker, Arc::clone(self.report));
                    tokio::join!(
                        pump(stdout, LogStreamKind::Stdout, self.output, &exited),
                        pump(stderr, LogStreamKind::Stderr, self.output, &exited),
                    )
                    .1
                    .text()
                }
                _ => String::new(),
            }
        };
        let lived = async {
            let watched = self.watch(child, (stdin, input), begin_within).await;
            exited.cancel();
            watched
        };
        tokio::join!(lived, printed)
    }

    /// Waits until the client has ended, and ends it when it must.
    async fn watch(
        &self,
        child: &mut Child,
        (mut stdin, input): (Option<ChildStdin>, Vec<u8>),
        begin_within: Duration,
    ) -> Watched {
        let mut stop: StopSignal = self.output.stop_signal();
        let begun = async {
            if let Some(stdin) = &mut stdin {
                // A client that could not connect reads nothing, and says why elsewhere.
                stdin.write_all(&input).await.ok();
            }
            self.report.begun.cancelled().await;
        };
        let watched = tokio::select! {
            biased;
            _ = child.wait() => Some(Watched::Ended),
            reason = stop.stopped() => Some(Watched::Stopped(reason)),
            () = begun => None,
            () = tokio::time::sleep(begin_within) => Some(Watched::NotBegun),
        };
        let watched = match watched {
            Some(watched) => watched,
            None => tokio::select! {
                biased;
                _ = child.wait() => Watched::Ended,
                () = self.report.over.cancelled() => Watched::Ended,
                reason = stop.stopped() => Watched::Stopped(reason),
            },
        };
        if let Watched::Stopped(reason) = watched {
            // The host sees the end of its input and ends the script.
            if let Some(mut stdin) = stdin.take().filter(|_| reason.is_kill()) {
                stdin.write_all(remote::KILL).await.ok();
            }
            if self.report.begun.is_cancelled() {
                let patience = self.ssh.term_grace + SSH_STOP_WAIT;
                tokio::select! {
                    () = self.report.over.cancelled() => {}
                    _ = client::wait(child, patience) => {}
                }
            }
        }
        if self.report.over.is_cancelled() {
            client::wait(child, SSH_EXIT_WAIT).await;
        }
        if matches!(child.try_wait(), Ok(None)) {
            client::end(child).await;
        }
        watched
    }
}

/// Everything that is known when the client has ended.
struct Judgement<'a> {
    params: &'a SshParams,
    place: &'a Place,
    report: &'a Report,
    redactor: Option<&'a Redactor>,
    last_line: String,
    /// What came on standard error before the script began.
    heard: String,
}

impl Judgement<'_> {
    /// How the attempt ended, and what the client says of it that the log should show.
    fn of(self, watched: Watched) -> (Ended, String) {
        let name = &self.params.host.name;
        match (watched, self.report.end()) {
            (Watched::Stopped(stop), reported) => {
                let end = reported.map(|(end, _)| end);
                (self.stopped(stop, end), String::new())
            }
            (_, Some((end, outputs))) => (self.reported(end, &outputs), String::new()),
            (_, None) if self.report.fault() => {
                let last = &self.last_line;
                let message = format!("`{name}` has no room for a temporary folder: {last}");
                (Ended::failed_as(FailureKind::Program, message), String::new())
            }
            (_, None) if self.report.begun.is_cancelled() => self.broken(),
            (Watched::NotBegun, None) => {
                let said = self.place.said();
                let message = format!("`{name}`: no login came about in time");
                (Ended::failed_as(FailureKind::Unreachable, message), said)
            }
            (Watched::Ended, None) => self.not_connected(),
        }
    }

    fn stopped(&self, stop: Stop, reported: Option<End>) -> Ended {
        let ended = Ended::stopped(stop);
        match reported {
            Some(end) if end.signal == 0 => Ended { exit_code: Some(end.status), ..ended },
            None if self.report.begun.is_cancelled() && !self.report.over.is_cancelled() => Ended {
                message: format!(
                    "{}; `{}` did not confirm that the script ended",
                    ended.message, self.params.host.name
                ),
                ..ended
            },
            _ => ended,
        }
    }

    fn reported(&self, end: End, bytes: &[u8]) -> Ended {
        // Behind what was in the file comes a line end, which is the report's.
        let length = usize::try_from(end.outputs).unwrap_or(usize::MAX);
        let file = &bytes[..bytes.len().saturating_sub(1).min(length)];
        let outputs = outputs::of_bytes(file, self.redactor);
        if end.status == 0 {
            let ended = outputs.map_or_else(Ended::failed, Ended::succeeded);
            return Ended { exit_code: Some(0), ..ended };
        }
        let how = match end.signal {
            0 => format!("exit status {}", end.status),
            signal => life::describe_signal(signal),
        };
        // The server's banner is no word of the script.
        let banner = diagnosis::last_line(&self.heard);
        let message = match self.last_line.as_str() {
            "" => how,
            last if last.trim_end_matches('.') == banner => how,
            last => format!("{how}: {last}"),
        };
        Ended {
            exit_code: (end.signal == 0).then_some(end.status),
            outputs: outputs.unwrap_or_default(),
            ..Ended::failed_as(FailureKind::Program, message)
        }
    }

    /// The script had begun, and its end was not reported.
    fn broken(&self) -> (Ended, String) {
        let said = self.place.said();
        // Often the client says nothing: a connection that others made was closed.
        let why = diagnosis::diagnose(&said).map(|found| format!(": {}", found.why));
        let message = format!(
            "`{}`: the connection was lost while the script ran{}; how far it came is not known",
            self.params.host.name,
            why.unwrap_or_default()
        );
        (Ended::failed_as(FailureKind::Lost, message), said)
    }

    /// The script never began.
    fn not_connected(&self) -> (Ended, String) {
        let name = &self.params.host.name;
        let (said, heard) = (self.place.said(), &self.heard);
        // A jump host's client says on standard error why it refused, before the other gives up.
        let found = diagnosis::diagnose(&format!("{said}\n{heard}"));
        let found = found.unwrap_or_else(|| {
            let last = [&said, heard].map(|text| diagnosis::last_line(text));
            let last = last.into_iter().find(|line| !line.is_empty()).unwrap_or_default();
            Diagnosis {
                kind: FailureKind::Unreachable,
                why: format!("the login did not give a shell that runs `/bin/sh`: {last}"),
            }
        });
        (Ended::failed_as(found.kind, format!("`{name}`: {}", found.why)), said)
    }
}
