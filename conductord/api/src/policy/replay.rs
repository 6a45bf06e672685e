//! Decisions of the last days, asked again of a candidate.

use conductor_domain::{scope::Scope, time::Timestamp};
use conductor_engine::service::{DecisionRow, Engine, HistoryBounds};
use conductor_policy::trial::{
    Asked, History,
    job::{Refused, Retrial, Told, Work},
};
use conductor_protocol::v1;

use super::{mixed_up, tried, wanted};
use crate::{
    call::{Ask, Call},
    convert::time,
    disk::on_disk,
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
    let policy = |call: &Call, scope: &Scope| call.rule(scope, Ask::all("policy.read", "policy"));
    // It tells what others asked for.
    let others =
        |call: &Call, scope: &Scope| call.rule(scope, Ask::all("decision.read", "decision"));
    let standing = Standing::to_show_whole(call, &scope, policy).await?.and(others).await?;
    if !(1..=REPLAY_DAYS_MAX).contains(&request.days) {
        let message = format!("{} days; 1 to {REPLAY_DAYS_MAX} are replayed", request.days);
        return Err(Failure::invalid(message, "name another number of days"));
    }
    let candidate = wanted(request.candidate)?;
    let engine = call.engine().clone();
    let days = u64::from(request.days);
    let now = engine.now().unix_ms;
    let since = Timestamp::from_unix_ms(now.saturating_sub(days * DAY_MS));
    // Nothing is read without room for the trial that it is read for.
    let room = call.api.begin_trial()?;
    let read = move || {
        let retrial = Retrial::of(candidate, history(&engine, &scope.tenant, since)?);
        // It is held through the read, although its caller may have gone.
        Ok::<_, Failure>((retrial.map_err(Refused::from)?, room))
    };
    let (retrial, room) = on_disk(read).await?;
    let Told::Replay(told) = tried(call, Work::Replay(retrial), room).await? else {
        return Err(mixed_up());
    };
    metrics::counter!("conductor_policy_replays_total").increment(1);
    Ok(Outlet::start(standing, move |outlet| send(outlet, told)))
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
    told: v1::ReplayPolicyResponse,
) -> Result<(), Cut> {
    let v1::ReplayPolicyResponse { flips, summary } = told;
    for piece in flips.chunks(FLIPS_AT_ONCE) {
        let flips = piece.to_vec();
        outlet.send(v1::ReplayPolicyResponse { flips, summary: None }).await?;
    }
    outlet.send(v1::ReplayPolicyResponse { flips: Vec::new(), summary }).await
}
