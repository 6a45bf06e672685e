//! Who cosigns checkpoints, and what the doctor says of it and of the key that signs them.

use conductor_engine::witnesses::WitnessStanding;
use conductor_protocol::v1;

use crate::{
    call::{Ask, Call},
    disk::on_disk,
    failure::Outcome,
};

/// What is told of them is the whole daemon's: others than those who may read the system in the home
/// tenant are told of none.
pub(super) async fn witnesses(
    call: &Call,
    request: v1::WitnessesRequest,
) -> Outcome<v1::WitnessesResponse> {
    let scope = call.scope(request.scope)?;
    let action = if request.ask_now { "ledger.verify" } else { "ledger.read" };
    drop(call.may_show(&scope, Ask::all(action, "ledger")).await?);
    let whole = call.sees_daemon();
    let known = call.api.witnesses().filter(|_| whole);
    if let Some(known) = known.filter(|_| request.ask_now) {
        known.ask_now().await;
    }
    let engine = call.engine().clone();
    let newest = on_disk(move || engine.ledger().latest_checkpoint()).await?;
    let cosigned = known.and_then(|known| known.cosigned());
    let (cosigned_note, cosigned_size) =
        cosigned.map(|cosigned| (cosigned.note, cosigned.size)).unwrap_or_default();
    let signing_problem = call.engine().signing().borrow().problem.clone().filter(|_| whole);
    Ok(v1::WitnessesResponse {
        witnesses: known
            .map(|known| known.standings())
            .unwrap_or_default()
            .into_iter()
            .map(shown)
            .collect(),
        quorum: known.and_then(|known| u32::try_from(known.quorum()).ok()).unwrap_or_default(),
        cosigned_note,
        cosigned_size,
        checkpoint_size: newest.map_or(0, |newest| newest.size),
        signing_problem: signing_problem.unwrap_or_default(),
    })
}

fn shown(standing: WitnessStanding) -> v1::Witness {
    let seconds = i64::try_from(standing.at_seconds).unwrap_or_default();
    let cosigned_at = (seconds > 0).then_some(pbjson_types::Timestamp { seconds, nanos: 0 });
    v1::Witness {
        name: standing.name,
        key: standing.key,
        url: standing.url,
        size: standing.size,
        cosigned_at,
        problem: standing.problem.unwrap_or_default(),
    }
}

/// What the doctor says of them; nothing where there are none: status, message and hint.
pub(crate) fn check(call: &Call) -> Option<(&'static str, String, &'static str)> {
    let known = call.api.witnesses().filter(|known| !known.is_empty())?;
    let standings = known.standings();
    let failing: Vec<String> = standings
        .iter()
        .filter_map(|one| one.problem.as_ref().map(|problem| format!("{}: {problem}", one.name)))
        .collect();
    let quorum = known.quorum();
    let covered = match known.cosigned() {
        Some(cosigned) => {
            format!("{quorum} have to cosign, and did up to {} events", cosigned.size)
        }
        None => format!("{quorum} have to cosign, and no checkpoint is so far"),
    };
    if failing.is_empty() {
        return Some(("ok", covered, ""));
    }
    let hint = "`conductor ledger witness` says how each does; the daemon goes on without them";
    Some(("warn", format!("{covered}; {}", failing.join("; ")), hint))
}
