//! What a tracked run and a disclosure pack name by its id: whether it is there.

use conductor_domain::{
    Refusal,
    health::graph::EntityKind,
    scope::Scope,
    trust::disclosure::ARTIFACTS_MAX,
    work::tracked::{NAME_BYTES_MAX, RELATED_MAX},
};
use conductor_engine::{ports::ViewError, service::Engine, views::graph::Reached};
use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, ArtifactId, DecisionId, ReceiptId, RunId},
};

use crate::{
    call::{Ask, Call},
    disk::on_disk,
    failure::Outcome,
    request::shown,
};

/// What ids of ours begin with that the graph has.
const OURS: [&str; 4] = [RunId::PREFIX, DecisionId::PREFIX, ApprovalId::PREFIX, ReceiptId::PREFIX];

/// Ids by the field that they stand in.
pub(super) type Fields<'a> = [(&'static str, &'a [String]); 2];

/// An id and where it stands.
type Placed = (String, String);

/// Refuses artifacts that are none of the run's. Records of artifacts stay, and none ever comes to be
/// of another run: what holds now holds when it is written down.
pub(super) async fn artifacts(
    call: &Call,
    (scope, ask): (&Scope, Ask<'_>),
    (run, ids): (RunId, &[String]),
) -> Outcome<()> {
    // Too many are refused where all other bounds are.
    if ids.is_empty() || ids.len() > ARTIFACTS_MAX {
        return Ok(());
    }
    // What there is, is told to nobody who may not disclose it.
    call.may_ask(scope, ask).await?;
    let (engine, tenant, ids) = (call.engine().clone(), scope.tenant.clone(), ids.to_vec());
    on_disk(move || -> Outcome<()> {
        // That there is no such run is refused by who looks for it.
        if engine.run_known(&tenant, run)?.is_none() {
            return Ok(());
        }
        for (n, id) in ids.iter().enumerate() {
            let known = match id.parse::<ArtifactId>() {
                Ok(id) => engine.views().artifact(&tenant, id)?,
                Err(_) => None,
            };
            if known.is_none_or(|(known, _)| known.run != run) {
                let message = format!("`{}` is no artifact of run {run}", shown(id));
                let hint = "`conductor artifacts list --run RUN` shows those that it has";
                return Err(refused(message, hint, &format!("artifact_ids[{n}]")).into());
            }
        }
        Ok(())
    })
    .await
}

/// Refuses ids in a form of ours that are known to nobody here. Those of other systems are theirs.
pub(super) async fn related(
    call: &Call,
    (scope, ask): (&Scope, Ask<'_>),
    fields: Fields<'_>,
) -> Outcome<()> {
    let ours = ours(fields);
    if ours.is_empty() {
        return Ok(());
    }
    // What there is, is told to nobody who may not relate anything to it.
    call.may_ask(scope, ask).await?;
    let missing = missing(call, scope, ours).await?;
    if missing.is_empty() {
        return Ok(());
    }
    // The graph follows behind. What was recorded before this question counts; a graph that has not
    // come so far can't say that something isn't there.
    let last = call.engine().ledger().last_seq();
    let Reached { seq, problem } = call.engine().graph().wait_for(last).await;
    if seq < last || problem.is_some() {
        return Ok(());
    }
    let Some((place, id)) = self::missing(call, scope, missing).await?.into_iter().next() else {
        return Ok(());
    };
    let message = format!(
        "`{}` is an id of this daemon's, and tenant `{}` has none",
        shown(&id),
        scope.tenant
    );
    let hint = "`conductor graph show ID` shows what is known; an id of another system may have any other form";
    Err(refused(message, hint, &place).into())
}

/// Those in a form of ours: what has that form elsewhere has to be named in another way.
fn ours(fields: Fields<'_>) -> Vec<Placed> {
    let mut found = Vec::new();
    for (field, ids) in fields {
        // Too many, and too long ones, are refused where all other bounds are.
        let some = ids.iter().take(RELATED_MAX).enumerate();
        let some = some.filter(|(_, id)| id.len() <= NAME_BYTES_MAX && is_ours(id));
        found.extend(some.map(|(n, id)| (format!("{field}[{n}]"), id.clone())));
    }
    found
}

/// Whether an id is `KIND:ID` or a typed id of something that the graph has. An URI is neither.
fn is_ours(id: &str) -> bool {
    let prefixed = || id.split_once('_').is_some_and(|(prefix, _)| OURS.contains(&prefix));
    match id.split_once(':') {
        Some((word, rest)) if EntityKind::named(word).is_some() => !rest.starts_with("//"),
        _ => prefixed(),
    }
}

/// Those of which nobody here knows.
async fn missing(call: &Call, scope: &Scope, ids: Vec<Placed>) -> Outcome<Vec<Placed>> {
    let (engine, tenant) = (call.engine().clone(), scope.tenant.clone());
    on_disk(move || -> Result<_, ViewError> {
        let mut missing = Vec::new();
        for (place, id) in ids {
            if !is_known(&engine, &tenant, &id)? {
                missing.push((place, id));
            }
        }
        Ok(missing)
    })
    .await
}

fn is_known(engine: &Engine, tenant: &str, id: &str) -> Result<bool, ViewError> {
    // A run is known before the graph has it, whoever carries it out.
    if let Ok(run) = id.strip_prefix("run:").unwrap_or(id).parse::<RunId>()
        && engine.run_known(tenant, run)?.is_some()
    {
        return Ok(true);
    }
    engine.graph_knows(tenant, id)
}

fn refused(message: String, hint: &str, place: &str) -> Refusal {
    let place = serde_json::Value::from(place).to_string();
    Refusal::new(Code::RequestInvalid, message, hint).with("place", place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_in_a_form_of_ours_are_looked_up() {
        for ours in [
            "run_01jdzzzzzzfffffffffffffff0",
            "run_01jdzzzzzzfffffffffffffff0/a",
            "dec_x",
            "apr_01jdzzzzzzfffffffffffffff0",
            "workflow:noop@1.0.0",
            "user:uid:1000",
            "resource:host:db1",
        ] {
            assert!(is_ours(ours), "{ours}");
        }
        for theirs in [
            "entity-123",
            "run-abc123",
            "runner_7",
            "JIRA:OPS-1",
            "resource://bucket/file",
            "s3://a/run_1",
            "host:db1",
            "7f1b3c5e-8f2a-4a7e-9c3d-000000000000",
            "",
        ] {
            assert!(!is_ours(theirs), "{theirs}");
        }
    }
}
