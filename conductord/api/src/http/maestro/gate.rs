//! May a run be released, and all that is known of it in one answer.

use conductor_protocol::v1::{self, gates_server::Gates as _, tracked_server::Tracked as _};
use serde_json::{Value, json};

use super::{
    super::{
        asked::{Asked, Reply},
        refused::Refused,
        route::{Gives, Route, Takes, Verb},
        shape::{Field, Shape},
    },
    PACK, RUN, artifacts, packs, runs,
};
use crate::{gates, tracked};

/// What the gate says.
const GATE: Shape = Shape::Object(&[
    Field::needed("run_id", Shape::Text, ""),
    Field::needed("passed", Shape::Flag, ""),
    Field::needed("message", Shape::Text, "The answer in a sentence."),
    Field::needed("reasons", Shape::List(&Shape::Text), "Everything that stands in the way."),
    Field::needed(
        "details",
        Shape::Object(&[
            Field::needed("total_artifacts", Shape::Count, ""),
            Field::needed("compliant_artifacts", Shape::Count, "Those with all three flags."),
            Field::needed("compliant_artifact_ids", Shape::List(&Shape::Text), ""),
        ]),
        "",
    ),
]);

/// All that is known of a run.
const MANIFEST: Shape = Shape::Object(&[
    Field::needed("run", RUN, ""),
    Field::needed("artifacts", Shape::List(&artifacts::ARTIFACT), "In the order they were added."),
    Field::needed(
        "disclosure_pack",
        Shape::Maybe(&PACK),
        "The newest; `null` where there is none.",
    ),
    Field::needed("compliance_report", GATE, "What the release gate says."),
]);

pub(in crate::http) const ROUTES: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: "/maestro/runs/{run_id}/release-gate",
        id: "checkReleaseGate",
        about: "Says whether a run may be released, and what stands in the way.",
        rpc: "/conductor.v1.Gates/Check",
        takes: Takes::Shape(&[], None),
        gives: Gives::Shape(&GATE),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(check(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/maestro/runs/{run_id}/manifest",
        id: "getRunManifest",
        about: "All that is known of a tracked run.",
        rpc: "/conductor.v1.Tracked/Get",
        takes: Takes::Shape(&[], None),
        gives: Gives::Shape(&MANIFEST),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(manifest(asked)),
    },
];

async fn check(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    Ok(Reply::json(answer(&asked).await?))
}

async fn manifest(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    let run = runs::find(&asked).await?;
    let artifacts = artifacts::of_run(&asked, &run.run_id).await?;
    let request = v1::ListDisclosuresRequest {
        scope: Some(asked.scope.clone()),
        run_id: run.run_id.clone(),
        page_size: 1,
        ..<_>::default()
    };
    let service = tracked::Service(asked.api.clone());
    let listed = service.list_disclosures(asked.request(request)).await?.into_inner();
    let report = answer(&asked).await?;
    Ok(Reply::json(json!({
        "run": runs::run(&run),
        "artifacts": artifacts,
        "disclosure_pack": listed.disclosures.first().map(packs::pack),
        "compliance_report": report,
    })))
}

/// What the gate says of the run that the path names.
async fn answer(asked: &Asked) -> Result<Value, Refused> {
    let (scope, run_id) = (Some(asked.scope.clone()), asked.param("run_id"));
    let request = asked.request(v1::CheckGateRequest { scope, run_id });
    let said = gates::Service(asked.api.clone()).check(request).await?.into_inner();
    let details = said.details.unwrap_or_default();
    Ok(json!({
        "run_id": said.run_id,
        "passed": said.passed,
        "message": said.message,
        "reasons": said.reasons,
        "details": {
            "total_artifacts": details.total_artifacts,
            "compliant_artifacts": details.compliant_artifacts,
            "compliant_artifact_ids": details.compliant_artifact_ids,
        },
    }))
}
