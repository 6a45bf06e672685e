//! Decisions of the last days, asked again of a candidate.

use conductor_domain::{scope::Scope, time::Timestamp};
use conductor_engine::service::{DecisionRow, Engine};
use conductor_policy::trial::{self, Asked, History};
use conductor_protocol::v1;

use super::{tried, wanted};
use crate::{
    call::{Ask, Call},
    convert::time,
    failure::{Failure, Outcome},
    limits::{FLIPS_AT_ONCE, REPLAY_DAYS_MAX, REPLAY_DECISIONS_MAX},
    outlet::{Cut, Messages, Outlet},
};

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 3_600_000;

pub(super) async fn replay(
    call: &Call,
    request: v1::ReplayPolicyRequest,
) -> Outcome<Messages<v1::ReplayPolicyResponse>> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("policy.read", "policy")).await?;
    // It tells what others asked for.
    call.may(&scope, Ask::all("decision.read", "decision")).await?;
    if !(1..=REPLAY_DAYS_MAX).contains(&request.days) {
        let message = format!("{} days; 1 to {REPLAY_DAYS_MAX} are replayed", request.days);
        return Err(Failure::invalid(message, "name another number of days"));
    }
    let candidate = wanted(request.candidate)?;
    let engine = call.engine().clone();
    let days = u64::from(request.days);
    let now = engine.now().unix_ms;
    let since = Timestamp::from_unix_ms(now.saturating_sub(days * DAY_MS));
    let read = history(call, (engine, scope), since).await?;
    let asked = tried(call, move |_| Ok(trial::replay(&trial::candidate(candidate)?, &read)));
    let (flips, summary) = asked.await?;
    Ok(Outlet::start(call, move |outlet| send(outlet, flips, summary)))
}

/// The decisions of a tenant since then, the newest first.
async fn history(
    call: &Call,
    (engine, scope): (Engine, Scope),
    since: Timestamp,
) -> Outcome<History> {
    let work = move || engine.decisions_since(&scope.tenant, since, REPLAY_DECISIONS_MAX);
    let (rows, cut) = crate::disk::on_disk(work).await?;
    let asked = |row: DecisionRow| Asked {
        id: row.recorded.id.to_string(),
        at: Some(time(row.at)),
        question: row.recorded.input,
        verdict: row.recorded.verdict,
        count: row.recorded.count,
    };
    metrics::counter!("conductor_policy_replays_total").increment(1);
    tracing::debug!(decisions = rows.len(), principal = %call.peer.principal(), "a replay");
    let decisions = rows.into_iter().map(asked).collect();
    Ok(History { decisions, since: Some(time(since)), cut })
}

async fn send(
    outlet: Outlet<v1::ReplayPolicyResponse>,
    flips: Vec<v1::PolicyFlip>,
    summary: v1::PolicyReplay,
) -> Result<(), Cut> {
    for piece in flips.chunks(FLIPS_AT_ONCE) {
        let flips = piece.to_vec();
        outlet.send(v1::ReplayPolicyResponse { flips, summary: None }).await?;
    }
    outlet.send(v1::ReplayPolicyResponse { flips: Vec::new(), summary: Some(summary) }).await
}
