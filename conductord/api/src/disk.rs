//! Reads that may wait for a disk run where waiting does no harm.

use crate::failure::{Failure, Outcome};

/// Runs blocking work on a thread of its own.
pub(crate) async fn on_disk<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Outcome<T>
where
    T: Send + 'static,
    E: Into<Failure> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Into::into),
        Err(error) if error.is_panic() => Err(Failure::bug("a read panicked")),
        Err(_) => Err(Failure::shutting_down()),
    }
}
