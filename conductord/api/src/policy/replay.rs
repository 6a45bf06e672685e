//! Decisions of the last days, asked again of a candidate.

use std::sync::Arc;

use conductor_domain::{scope::Scope, time::Timestamp};
use conductor_engine::service::{DecisionRow, Engine, HistoryBounds};
use conductor_policy::{
    Bundle,
    trial::{self, Asked, History},
};
use conductor_protocol::v1;

use super::{tried, wanted};
use crate::{
    call::{Ask, Call},
    convert::time,
    failure::{Failure, Outcome},
    limits::{FLIPS_AT_ONCE, REPLAY_BYTES_MAX, REPLAY_DAYS_MAX, REPLAY_DECISIONS_MAX},
    outlet::{Cut, Messages, Outlet},
    standing::Standing,
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
    let asking =
        |call: &Call, scope: &Scope| call.rule(scope, Ask::all("decision.read", "decision"));
    let standing = Standing::to_show_whole(call, &scope, asking).await?;
    if !(1..=REPLAY_DAYS_MAX).contains(&request.days) {
        let message = format!("{} days; 1 to {REPLAY_DAYS_MAX} are replayed", request.days);
        return Err(Failure::invalid(message, "name another number of days"));
    }
    let candidate = wanted(request.candidate)?;
    let engine = call.engine().clone();
    let days = u64::from(request.days);
    let now = engine.now().unix_ms;
    let since = Timestamp::from_unix_ms(now.saturating_sub(days * DAY_MS));
    // What is replayed is read where it is tried out: nothing is, without room for a trial.
    let work = move |_: &Arc<Bundle>| {
        let candidate = trial::candidate(candidate)?;
        Ok::<_, Failure>(trial::replay(&candidate, &history(&engine, &scope.tenant, since)?))
    };
    let (flips, summary) = tried(call, work).await?;
    metrics::counter!("conductor_policy_replays_total").increment(1);
    Ok(Outlet::start(standing, move |outlet| send(outlet, flips, summary)))
}

/// The decisions of a tenant since then, the newest first.
fn history(engine: &Engine, tenant: &str, since: Timestamp) -> Outcome<History> {
    let bounds = HistoryBounds { decisions: REPLAY_DECISIONS_MAX, bytes: REPLAY_BYTES_MAX };
    let (rows, cut) = engine.decisions_since(tenant, since, bounds)?;
    let asked = |row: DecisionRow| Asked {
        id: row.recorded.id.to_string(),
        at: Some(time(row.at)),
        question: row.recorded.input,
        verdict: row.recorded.verdict,
        count: row.recorded.count,
    };
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
