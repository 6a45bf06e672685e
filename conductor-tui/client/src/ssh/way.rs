//! The way to a daemon behind SSH: opened once with questions, where there is somebody to ask, and
//! without any from then on.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use hyper_util::rt::TokioIo;
use tokio::{sync::Mutex, time::Instant};
use tonic::transport::Uri;
use tower::Service;

use super::{command::Manner, failure::SshFailure, host::SshHost, pipe::Pipe};
use crate::limits::SSH_REFUSED_PAUSE;

/// Connects to one host as often as it has to.
#[derive(Debug)]
pub(crate) struct Way {
    host: SshHost,
    /// Whether the next client may ask at the terminal.
    may_ask: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Opened with questions, and not used yet.
    opened: Option<Pipe>,
    /// When the far end last said no, and how.
    refused: Option<(Instant, SshFailure)>,
}

impl Way {
    /// A way whose first client may ask at the terminal, or one that asks nothing.
    pub(crate) fn new(host: SshHost, may_ask: bool) -> Self {
        Self { host, may_ask: AtomicBool::new(may_ask), state: Mutex::default() }
    }

    /// Connects now, with questions, where they are allowed and it was not done before. Takes as
    /// long as the answers do.
    pub(crate) async fn open(&self) -> Result<(), SshFailure> {
        if !self.may_ask.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut state = self.state.lock().await;
        if !self.may_ask.load(Ordering::Acquire) {
            return Ok(());
        }
        let opened = Pipe::open(&self.host, &Manner::asking(&self.host).await).await;
        // Nobody is asked twice. A question that was not waited for may come again.
        self.may_ask.store(false, Ordering::Release);
        let failure = opened.map(|pipe| state.opened = Some(pipe)).err();
        drop(state);
        failure.map_or(Ok(()), Err)
    }

    /// What was opened, or else a new client that asks nothing.
    async fn pipe(&self) -> Result<Pipe, SshFailure> {
        let mut state = self.state.lock().await;
        if let Some(pipe) = state.opened.take() {
            return Ok(pipe);
        }
        if let Some((at, failure)) = &state.refused
            && at.elapsed() < SSH_REFUSED_PAUSE
        {
            return Err(failure.clone());
        }
        let opened = Pipe::open(&self.host, &Manner::silent()).await;
        state.refused = match &opened {
            Err(failure) if failure.refused => Some((Instant::now(), failure.clone())),
            _ => None,
        };
        drop(state);
        opened
    }
}

/// What a channel connects with.
#[derive(Debug, Clone)]
pub(crate) struct Connector(pub(crate) Arc<Way>);

impl Service<Uri> for Connector {
    type Response = TokioIo<Pipe>;
    type Error = SshFailure;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, SshFailure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), SshFailure>> {
        Poll::Ready(Ok(()))
    }

    /// The address is never looked at: the way knows where it leads.
    fn call(&mut self, _: Uri) -> Self::Future {
        let way = Arc::clone(&self.0);
        Box::pin(async move { Ok(TokioIo::new(way.pipe().await?)) })
    }
}
