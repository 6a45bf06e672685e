//! `/maestro`: tracked runs and what bears them out, in shapes of their own.
//!
//! Names are in `snake_case`, costs are in dollars, and a list is a bare list; where it goes on stands
//! in the header `Link`. A run that is tracked is never carried out here (`tracked`).

mod artifacts;
mod gate;
mod packs;
mod runs;

pub(super) use artifacts::ROUTES as ARTIFACT_ROUTES;
pub(super) use gate::ROUTES as GATE_ROUTES;

use super::{
    route::{Gives, Route, Takes, Verb},
    shape::{Field, Shape},
};

/// How a run stands.
const STATUS: Shape = Shape::Word(&["pending", "running", "succeeded", "failed", "cancelled"]);
/// How a run may begin.
const BEGINS: Shape = Shape::Word(&["pending", "running"]);
/// What ids of related things are.
const RELATED: &str = "Ids of other systems, or of what there is here.";
const TEXTS: Shape = Shape::List(&Shape::Text);

/// A tracked run.
const RUN: Shape = Shape::Object(&[
    Field::needed("id", Shape::Text, ""),
    Field::needed("name", Shape::Text, ""),
    Field::needed("owner", Shape::Text, ""),
    Field::needed("started_at", Shape::Maybe(&Shape::Time), "When it began to be tracked."),
    Field::needed("finished_at", Shape::Maybe(&Shape::Time), "`null` while it has not ended."),
    Field::needed("status", STATUS, ""),
    Field::needed("cost_estimate", Shape::Maybe(&Shape::Amount), "In dollars."),
    Field::needed("cost_actual", Shape::Maybe(&Shape::Amount), "In dollars."),
    Field::needed("related_entity_ids", TEXTS, RELATED),
    Field::needed("related_decision_ids", TEXTS, RELATED),
    Field::needed("metadata", Shape::Anything, ""),
]);

/// A disclosure pack.
const PACK: Shape = Shape::Object(&[
    Field::needed("id", Shape::Text, ""),
    Field::needed("run_id", Shape::Text, ""),
    Field::needed("summary", Shape::Text, ""),
    Field::needed("artifact_ids", TEXTS, ""),
    Field::needed("created_at", Shape::Maybe(&Shape::Time), ""),
    Field::needed("metadata", Shape::Anything, ""),
]);

const NEW_RUN: Shape = Shape::Object(&[
    Field::needed("name", Shape::Text, "What people call it."),
    Field::needed("owner", Shape::Text, "Whose it is."),
    Field::optional("status", BEGINS, "`pending` where it is left out."),
    Field::optional("cost_estimate", Shape::Amount, "In dollars."),
    Field::optional("related_entity_ids", TEXTS, RELATED),
    Field::optional("related_decision_ids", TEXTS, RELATED),
    Field::optional("metadata", Shape::Anything, ""),
]);

const RUN_PATCH: Shape = Shape::Object(&[
    Field::optional("status", STATUS, "An ended run never stands otherwise again."),
    Field::optional("cost_estimate", Shape::Amount, "In dollars."),
    Field::optional("cost_actual", Shape::Amount, "In dollars."),
    Field::optional("finished_at", Shape::Time, "When it ended; now, where it is left out."),
    Field::optional("related_entity_ids", TEXTS, "Instead of those there are."),
    Field::optional("related_decision_ids", TEXTS, "Instead of those there are."),
    Field::optional(
        "metadata",
        Shape::Anything,
        "Merged into what there is; `null` takes a name out.",
    ),
]);

const NEW_PACK: Shape = Shape::Object(&[
    Field::needed("run_id", Shape::Text, ""),
    Field::needed("summary", Shape::Text, "What the run did, for people."),
    Field::optional("artifact_ids", TEXTS, "The artifacts of the run that bear it out."),
    Field::optional("metadata", Shape::Anything, ""),
]);

const RUN_FILTER: &[Field] = &[
    Field::optional("owner", Shape::Text, "Only of this owner."),
    Field::optional("status", STATUS, "Only those that stand so."),
    Field::optional("page_size", Shape::Count, "Rows of a page."),
    Field::optional("page_token", Shape::Text, "Where the page before ended."),
];

const PACK_FILTER: &[Field] = &[
    Field::optional("run_id", Shape::Text, "Only of this run."),
    Field::optional("page_size", Shape::Count, "Rows of a page."),
    Field::optional("page_token", Shape::Text, "Where the page before ended."),
];

pub(super) const ROUTES: &[Route] = &[
    Route {
        verb: Verb::Post,
        path: "/maestro/runs",
        id: "createTrackedRun",
        about: "Begins to keep record of a run that something else carries out.",
        rpc: "/conductor.v1.Tracked/Create",
        takes: Takes::Shape(&[], Some(&NEW_RUN)),
        gives: Gives::Shape(&RUN),
        success: 201,
        conditional: false,
        handler: |asked| Box::pin(runs::create(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/maestro/runs",
        id: "listTrackedRuns",
        about: "Tracked runs, newest first.",
        rpc: "/conductor.v1.Tracked/List",
        takes: Takes::Shape(RUN_FILTER, None),
        gives: Gives::Shape(&Shape::List(&RUN)),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(runs::list(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/maestro/runs/{run_id}",
        id: "getTrackedRun",
        about: "One tracked run.",
        rpc: "/conductor.v1.Tracked/Get",
        takes: Takes::Shape(&[], None),
        gives: Gives::Shape(&RUN),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(runs::get(asked)),
    },
    Route {
        verb: Verb::Patch,
        path: "/maestro/runs/{run_id}",
        id: "changeTrackedRun",
        about: "Changes what is known of a tracked run: what is said, and nothing else.",
        rpc: "/conductor.v1.Tracked/Change",
        takes: Takes::Shape(&[], Some(&RUN_PATCH)),
        gives: Gives::Shape(&RUN),
        success: 200,
        conditional: true,
        handler: |asked| Box::pin(runs::change(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/maestro/disclosure-packs",
        id: "createDisclosurePack",
        about: "Says something of a run, and which artifacts bear it out.",
        rpc: "/conductor.v1.Tracked/Disclose",
        takes: Takes::Shape(&[], Some(&NEW_PACK)),
        gives: Gives::Shape(&PACK),
        success: 201,
        conditional: false,
        handler: |asked| Box::pin(packs::create(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/maestro/disclosure-packs",
        id: "listDisclosurePacks",
        about: "Disclosure packs, newest first.",
        rpc: "/conductor.v1.Tracked/ListDisclosures",
        takes: Takes::Shape(PACK_FILTER, None),
        gives: Gives::Shape(&Shape::List(&PACK)),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(packs::list(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/maestro/disclosure-packs/{pack_id}",
        id: "getDisclosurePack",
        about: "One disclosure pack.",
        rpc: "/conductor.v1.Tracked/GetDisclosure",
        takes: Takes::Shape(&[], None),
        gives: Gives::Shape(&PACK),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(packs::get(asked)),
    },
];
