//! Telling a running attempt to stop, and why.

use std::{fmt, time::Duration};

use conductor_engine::ports::{Outcome, StopReason};
use conductor_protocol::manifest::ResourceClass;
use tokio::sync::watch;

/// Why an attempt must stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The kernel says so.
    Ordered(StopReason),
    /// The attempt's own time is over.
    AttemptTimedOut {
        /// How long it had, in milliseconds.
        timeout_ms: u64,
    },
    /// The time that its resource class allows is over.
    ClassTimedOut {
        /// Its class.
        class: ResourceClass,
        /// What that allows, in milliseconds.
        wall_ms: u64,
    },
    /// The worker itself goes away.
    Shutdown,
}

impl Stop {
    /// What the attempt counts as when it ended because of this.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Ordered(StopReason::TimedOut)
            | Self::AttemptTimedOut { .. }
            | Self::ClassTimedOut { .. } => Outcome::TimedOut,
            Self::Ordered(StopReason::Cancelled | StopReason::Killed | StopReason::Lost)
            | Self::Shutdown => Outcome::Cancelled,
        }
    }

    /// Whether nobody wants to hear how the attempt ended: the lease is another's, or is given up
    /// so that another worker takes the task.
    pub(crate) fn is_silent(self) -> bool {
        matches!(self, Self::Ordered(StopReason::Lost) | Self::Shutdown)
    }

    /// Whether the program gets no time to clean up.
    pub(crate) fn is_kill(self) -> bool {
        self == Self::Ordered(StopReason::Killed)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ordered(StopReason::Cancelled) => f.write_str("stopped on request"),
            Self::Ordered(StopReason::Killed) => f.write_str("killed on request"),
            Self::Ordered(StopReason::TimedOut) => f.write_str("stopped: the run's time is over"),
            Self::Ordered(StopReason::Lost) => f.write_str("stopped: the lease was lost"),
            Self::AttemptTimedOut { timeout_ms } if timeout_ms % 1000 == 0 => {
                write!(f, "stopped after its timeout of {} s", timeout_ms / 1000)
            }
            Self::AttemptTimedOut { timeout_ms } => {
                write!(f, "stopped after its timeout of {timeout_ms} ms")
            }
            Self::ClassTimedOut { class, wall_ms } => {
                let seconds = Duration::from_millis(*wall_ms).as_secs_f64();
                write!(f, "stopped: its class `{}` allows {seconds} s", class.word())
            }
            Self::Shutdown => f.write_str("stopped: the worker shuts down"),
        }
    }
}

/// Where a stop is asked for. The first reason counts, except that a kill replaces any other that
/// is heard of, and a silent one every other.
#[derive(Debug)]
pub(crate) struct StopSender(watch::Sender<Option<Stop>>);

impl StopSender {
    /// A sender and the signal that it drives.
    pub(crate) fn new() -> (Self, StopSignal) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), StopSignal(receiver))
    }

    /// Asks for a stop.
    pub(crate) fn stop(&self, stop: Stop) {
        self.0.send_if_modified(|current| {
            let replaces = match current {
                None => true,
                Some(before) if before.is_silent() => false,
                Some(before) => stop.is_silent() || (stop.is_kill() && !before.is_kill()),
            };
            if replaces {
                *current = Some(stop);
            }
            replaces
        });
    }
}

/// What an executor watches while it runs.
#[derive(Debug, Clone)]
pub(crate) struct StopSignal(watch::Receiver<Option<Stop>>);

impl StopSignal {
    /// The reason, once there is one.
    pub(crate) fn reason(&self) -> Option<Stop> {
        *self.0.borrow()
    }

    /// Waits until the attempt must stop.
    pub(crate) async fn stopped(&mut self) -> Stop {
        match self.0.wait_for(Option::is_some).await.map(|stop| *stop) {
            Ok(Some(stop)) => stop,
            // Nobody is left who could ask.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    /// Waits until the program gets no more time to clean up.
    pub(crate) async fn killed(&mut self) {
        let killed = |stop: &Option<Stop>| stop.is_some_and(Stop::is_kill);
        if self.0.wait_for(killed).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until nobody wants to hear of the attempt any more.
    pub(crate) async fn silenced(&mut self) {
        let silenced = |stop: &Option<Stop>| stop.is_some_and(Stop::is_silent);
        if self.0.wait_for(silenced).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_counts_unless_a_later_one_kills_or_silences() {
        let check = |stops: &[Stop], expected: Stop| {
            let (sender, signal) = StopSender::new();
            stops.iter().for_each(|stop| sender.stop(*stop));
            assert_eq!(signal.reason(), Some(expected));
        };
        let timed_out = Stop::AttemptTimedOut { timeout_ms: 1 };
        let cancelled = Stop::Ordered(StopReason::Cancelled);
        let lost = Stop::Ordered(StopReason::Lost);
        check(&[timed_out, cancelled], timed_out);
        check(&[cancelled, timed_out], cancelled);
        check(&[cancelled, lost], lost);
        let killed = Stop::Ordered(StopReason::Killed);
        check(&[timed_out, killed], killed);
        check(&[killed, cancelled], killed);
        check(&[killed, lost], lost);
        check(&[lost, killed], lost);
        check(&[lost, cancelled], lost);
        check(&[Stop::Shutdown, lost], Stop::Shutdown);
    }
}
