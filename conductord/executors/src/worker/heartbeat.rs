//! Keeps the held leases alive, and stops what is no longer ours.

use std::{convert::Infallible, sync::Arc, time::Duration};

use conductor_engine::ports::{StopReason, WorkError, WorkPort};
use conductor_protocol::id::WorkerId;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::Shared;
use crate::stop::Stop;

/// How the leases live, as the kernel said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    pub(super) lease_ttl: Duration,
    pub(super) interval: Duration,
}

/// Beats for all held leases together until it is dropped.
pub(super) async fn beat<P: WorkPort>(shared: Arc<Shared<P>>, worker: WorkerId, rhythm: Rhythm) {
    // The first at once: leases held over from another session are closest to their end.
    let mut ticks = interval(rhythm.interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Said once, and again when another refusal or a beat that was taken lies in between.
    let mut refused_with = None;
    loop {
        ticks.tick().await;
        let tokens = shared.held.tokens();
        if tokens.is_empty() {
            continue;
        }
        // The lease lives from when the kernel got the beat, which is not before it was sent.
        let sent_at = Instant::now();
        let answer = timeout(rhythm.interval, shared.port.heartbeat(worker, tokens.clone())).await;
        match answer {
            Ok(Ok(lost)) => {
                for token in &lost {
                    stop_lost(&shared, *token);
                }
                let kept: Vec<u64> = tokens.into_iter().filter(|t| !lost.contains(t)).collect();
                shared.held.confirm(&kept, sent_at);
                refused_with = None;
            }
            Ok(Err(WorkError::Refused { code, message })) => {
                if refused_with.as_ref() != Some(&code) {
                    let leases = tokens.len();
                    tracing::error!(
                        %worker, leases, code, message,
                        "a heartbeat was refused: unless that is mended the leases run out, and \
                         their attempts are stopped"
                    );
                }
                refused_with = Some(code);
            }
            Ok(Err(WorkError::Unavailable(why))) => tracing::debug!(why, "no heartbeat"),
            Err(_elapsed) => tracing::debug!("no heartbeat: the kernel did not answer in time"),
        }
        stop_expired(&shared, rhythm.lease_ttl);
    }
}

/// Watches over the leases while there is no session to beat in. Never ends.
pub(super) async fn let_expire<P: WorkPort>(shared: &Shared<P>, rhythm: Rhythm) -> Infallible {
    let mut ticks = interval(rhythm.interval);
    loop {
        ticks.tick().await;
        stop_expired(shared, rhythm.lease_ttl);
    }
}

/// A program whose lease ran out may be running elsewhere by now: it must not go on here. A
/// result that only waits to be reported is kept; the kernel will say whether it still counts.
fn stop_expired<P: WorkPort>(shared: &Shared<P>, lease_ttl: Duration) {
    let Some(at) = Instant::now().checked_sub(lease_ttl) else { return };
    for token in shared.held.running_unconfirmed_since(at) {
        stop_lost(shared, token);
    }
}

fn stop_lost<P: WorkPort>(shared: &Shared<P>, token: u64) {
    if shared.held.stop(token, Stop::Ordered(StopReason::Lost)) {
        tracing::warn!(token, "a lease was lost, stopping its attempt");
    }
}
