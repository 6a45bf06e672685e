//! The worker's end of the socket to the program that goes before a script.

use std::{
    io::{self, Read as _},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::Stdio,
};

use tokio::io::AsyncReadExt as _;

use super::{
    enter::{READY, send_plan},
    limits::PLAN_BYTES_MAX,
    plan::{Part, Plan, Refused},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Channel {
    ours: UnixStream,
}

impl Channel {
    /// With the program's end, which becomes its standard input.
    pub(crate) fn new() -> io::Result<(Self, Stdio)> {
        let (ours, theirs) = UnixStream::pair()?;
        Ok((Self { ours }, Stdio::from(OwnedFd::from(theirs))))
    }

    /// Sends the plan; waits until the script's shell has taken over, or the program says why not.
    ///
    /// # Errors
    /// What it says, or that it went away.
    pub(crate) async fn carry_out(self, plan: &Plan) -> Result<(), Refused> {
        let mut ours = self.ours;
        // A plan is smaller than what a socket holds: this does not wait for anybody.
        whole(send_plan(&mut ours, plan)).map_err(|error| went_away(&error))?;
        let said = async {
            ours.set_nonblocking(true)?;
            let mut said = Vec::new();
            let stream = tokio::net::UnixStream::from_std(ours)?;
            let ended = stream.take(PLAN_BYTES_MAX).read_to_end(&mut said).await;
            whole(ended.map(drop))?;
            io::Result::Ok(said)
        };
        let said = said.await.map_err(|error| went_away(&error))?;
        answer(&said)
    }

    /// The same, for a caller that may block.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn carry_out_blocking(self, plan: &Plan) -> Result<(), Refused> {
        let mut ours = self.ours;
        let mut said = Vec::new();
        whole(send_plan(&mut ours, plan))
            .and_then(|()| whole(ours.take(PLAN_BYTES_MAX).read_to_end(&mut said).map(drop)))
            .map_err(|error| went_away(&error))?;
        answer(&said)
    }
}

/// Whoever ends without reading its plan leaves a broken connection: that it said nothing shows.
fn whole(said: io::Result<()>) -> io::Result<()> {
    use io::ErrorKind::{BrokenPipe, ConnectionReset};
    match said {
        Err(error) if !matches!(error.kind(), BrokenPipe | ConnectionReset) => Err(error),
        _ => Ok(()),
    }
}

fn answer(said: &[u8]) -> Result<(), Refused> {
    let refusal = said.strip_prefix(READY).unwrap_or(said);
    match (refusal.is_empty(), said.is_empty()) {
        (true, false) => Ok(()),
        (_, true) => Err(went_away(&"it ended without a word")),
        _ => Err(serde_json::from_slice(refusal).unwrap_or_else(|error| went_away(&error))),
    }
}

fn went_away(error: &dyn std::fmt::Display) -> Refused {
    Refused::because(Part::Plan, "confine it", error)
}
