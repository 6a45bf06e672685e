//! How the daemon is, in numbers: its own for whoever may read them in the home tenant, and those of
//! their tenant for everybody else.

use conductor_protocol::v1;

use crate::{
    call::{Ask, Call},
    convert,
    failure::Outcome,
    freezes, rates, receipts,
};

pub(super) async fn status(call: &Call, request: v1::StatusRequest) -> Outcome<v1::StatusResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("system.read", "system")).await?;
    call.warn_of_policy();
    let (about, engine) = (call.api.about(), call.engine());
    let whole = call.sees_daemon();
    let inspected = engine.inspect((!whole).then_some(scope.tenant.as_str())).await;
    let (workers, depth) = inspected.map_err(|rejection| call.rejected(rejection))?;
    let resident_bytes = if whole { Some(resident_bytes().await) } else { None };
    let counts = engine.views().counts(&scope.tenant);
    let receipts = receipts::standing(call).filter(|_| whole);
    Ok(v1::StatusResponse {
        version: about.version.clone(),
        started_at: Some(convert::time(about.started_at)),
        pid: whole.then_some(about.pid),
        data_dir: whole.then(|| about.data_dir.display().to_string()),
        state: if call.api.draining() { "draining" } else { "serving" }.to_owned(),
        ledger_seq: engine.ledger().last_seq(),
        views_seq: engine.stored_views_seq(),
        runs_total: counts.total,
        runs_active: counts.active,
        queue_depth: u64::from(convert::narrow(depth)),
        workers: convert::narrow(workers.iter().filter(|worker| worker.connected).count()),
        commands_waiting: whole.then(|| u64::from(convert::narrow(engine.commands_waiting()))),
        bundle_revision: call.api.guard().revision().to_string(),
        ledger_origin: about.ledger_origin.clone(),
        resident_bytes,
        freezes: freezes::here(call, &scope),
        rates: Some(rates::standing(call, &scope)),
        receipts_waiting: receipts.as_ref().map(|known| known.waiting as u64),
        receipts_problem: receipts.map(|known| known.problem).unwrap_or_default(),
    })
}

/// Memory that the process holds; 0 where the system does not say.
async fn resident_bytes() -> u64 {
    let statm = tokio::fs::read_to_string("/proc/self/statm").await.unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages.saturating_mul(u64::try_from(rustix::param::page_size()).unwrap_or(0))
}
