//! What the service manager (systemd) is told, when there is one.

use sd_notify::NotifyState;

/// It serves.
pub(crate) fn ready() {
    tell(&[NotifyState::Ready, NotifyState::Status("serving")]);
}

/// It reads its configuration again.
pub(crate) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// It stops.
pub(crate) fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

/// What it is doing, in a line; and that it needs more time for that.
pub(crate) fn status(line: &str) {
    const MORE_US: u32 = 30_000_000;
    tell(&[NotifyState::Status(line), NotifyState::ExtendTimeoutUsec(MORE_US)]);
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "the service manager could not be told");
    }
}
