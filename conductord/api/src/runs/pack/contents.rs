//! The parts of a pack, each as its own readers want it.

use std::{collections::BTreeMap, fmt::Write as _};

use conductor_domain::{
    intent::workflow::Workflow,
    trust::{approval::Approval, receipt::Issued},
    work::run::Run,
};
use conductor_engine::{service::Engine, views::ArtifactRow};
use conductor_keys::{bundle::Bundle, chain::Chain, note::VerifierKey, pack};
use conductor_protocol::{id::DecisionId, jcs, manifest::MediaType, v1};
use serde_json::{Value, json};

use super::{artifacts, logs, room::Room};
use crate::{
    convert,
    failure::{Failure, Outcome},
};

/// By their names.
pub(super) type Parts = BTreeMap<String, Vec<u8>>;

/// What a pack is made of.
pub(super) struct Known<'k> {
    pub(super) engine: &'k Engine,
    pub(super) run: &'k Run,
    pub(super) approval: Option<std::sync::Arc<Approval>>,
    pub(super) receipt: &'k Issued,
    pub(super) artifacts: &'k [ArtifactRow],
}

impl Known<'_> {
    /// What is signed besides the parts themselves.
    pub(super) fn predicate(&self, room: &Room) -> Value {
        let mut predicate = json!({
            "run": self.run.id,
            "receipt": self.receipt.receipt,
            "record": self.receipt.record,
            "tenant": self.run.scope.tenant,
        });
        if let Some(cuts) = room.signed() {
            predicate["leftOut"] = cuts;
        }
        predicate
    }
}

const README: &str = include_str!("README.md");

/// The parts, and what there was no room for. What can't be left out comes first, output last.
pub(super) fn parts(
    known: &Known<'_>,
    (chain, of_receipt): (&Chain, &VerifierKey),
) -> Outcome<(Parts, Room)> {
    let mut parts = Parts::new();
    let predicate = predicate_of(known.receipt)?;
    parts.insert(pack::RECEIPT.to_owned(), known.receipt.bundle.clone().into_bytes());
    let key = chain.current();
    parts.insert("key.txt".to_owned(), format!("{key}\n").into_bytes());
    parts.insert("key.pem".to_owned(), key.to_pem().into_bytes());
    if of_receipt != key {
        parts.insert("receipt-key.txt".to_owned(), format!("{of_receipt}\n").into_bytes());
        parts.insert("receipt-key.pem".to_owned(), of_receipt.to_pem().into_bytes());
    }
    if !chain.handovers().is_empty() {
        parts.insert(pack::KEYS.to_owned(), chain.to_json().into_bytes());
    }
    let checkpoint = predicate["conductor_ledger"]["checkpoint"].as_str().unwrap_or_default();
    parts.insert("checkpoint.txt".to_owned(), checkpoint.as_bytes().to_vec());
    let (views, workflow) = (known.engine.views(), &known.run.workflow);
    let published = views.workflow(&known.run.scope.tenant, &workflow.name, &workflow.version);
    let manifest = published.as_deref().map(|known| &*known.manifest);
    if let Some(published) = published.as_deref() {
        runbook(&mut parts, published, known.run);
    }
    if let Some(approval) = &known.approval {
        approved(&mut parts, approval)?;
    }
    let mut room = Room::new();
    for (name, bytes) in &parts {
        room.must_take(Room::taken_by(name, bytes.len()));
    }
    artifacts::add(&mut parts, known.engine, known.artifacts, &mut room)?;
    // Not what repeats it: that may come later, and the pack stays as it is.
    let run = convert::run::whole(known.run, manifest, &[]);
    records(&mut parts, run, decisions(known, &predicate)?, &mut room)?;
    logs::add(&mut parts, known.engine, known.run, &mut room)?;
    let readme = readme(known, &parts, &room);
    parts.insert("README.md".to_owned(), readme.into_bytes());
    Ok((parts, room))
}

/// The run and the decisions behind it. Where there is no room for all of that the outputs of the tasks go,
/// then what policy was asked.
fn records(
    parts: &mut Parts,
    mut run: v1::Run,
    mut decisions: Vec<v1::RecordedDecision>,
    room: &mut Room,
) -> Outcome<()> {
    const NAMES: [&str; 2] = ["run.json", "decisions.json"];
    let mut both = [canonical(&run)?, canonical(&decisions)?];
    let takes = |both: &[Vec<u8>; 2]| -> usize {
        let each = NAMES.iter().zip(both);
        each.map(|(name, bytes)| Room::taken_by(name, bytes.len())).sum()
    };
    if takes(&both) > room.left() {
        run.outputs_json.clear();
        for task in &mut run.tasks {
            task.outputs_json.clear();
            task.values_json.clear();
        }
        both[0] = canonical(&run)?;
        room.cut(NAMES[0], "the outputs and the values of all tasks".to_owned());
    }
    if takes(&both) > room.left() {
        for decision in &mut decisions {
            decision.input_json.clear();
        }
        both[1] = canonical(&decisions)?;
        room.cut(NAMES[1], "what policy was asked, of all decisions".to_owned());
    }
    room.must_take(takes(&both));
    for (name, bytes) in NAMES.into_iter().zip(both) {
        parts.insert(name.to_owned(), bytes);
    }
    Ok(())
}

/// What the receipt says.
fn predicate_of(receipt: &Issued) -> Outcome<Value> {
    let bundle = Bundle::parse(receipt.bundle.as_bytes());
    let bundle = bundle.map_err(|_| Failure::bug("a receipt of the ledger is no bundle"))?;
    let statement: Value = serde_json::from_slice(&bundle.payload)
        .map_err(|_| Failure::bug("a receipt of the ledger holds no statement"))?;
    Ok(statement["predicate"].clone())
}

/// The decisions that the receipt names and that are on record, whole: with what was asked.
fn decisions(known: &Known<'_>, predicate: &Value) -> Outcome<Vec<v1::RecordedDecision>> {
    let named = predicate["conductor_decisions"].as_array();
    let ids = named.into_iter().flatten().filter_map(|decision| decision["id"].as_str());
    let mut rows = Vec::new();
    for id in ids.filter_map(|id| id.parse::<DecisionId>().ok()) {
        rows.extend(known.engine.decision(&known.run.scope.tenant, id)?);
    }
    // Others are known until the daemon stops, and a pack stays as it is.
    Ok(rows.iter().filter(|row| row.seq > 0).map(convert::decision::recorded).collect())
}

/// The text that ran, with the signatures under it that there were when the run ended: others may
/// countersign it later.
fn runbook(parts: &mut Parts, workflow: &Workflow, run: &Run) {
    let Some(source) = &workflow.provenance.source else { return };
    let suffix = match source.media_type {
        MediaType::Markdown => "md",
        MediaType::Yaml => "yaml",
    };
    let file = format!("runbook/runbook.{suffix}");
    if let Some(author) = &workflow.signature {
        parts.insert(format!("{file}.sig"), author.signature.clone().into_bytes());
    }
    let signatures = workflow.countersignatures.iter();
    let then = signatures.filter(|signed| run.ended_at.is_none_or(|ended| signed.at <= ended));
    for (number, reviewer) in then.enumerate() {
        let name = format!("{file}.review-{}.sig", number + 1);
        parts.insert(name, reviewer.signature.clone().into_bytes());
    }
    parts.insert(file, source.text.clone().into_bytes());
}

/// What was signed, byte for byte, and each signature.
fn approved(parts: &mut Parts, approval: &Approval) -> Outcome<()> {
    let folder = format!("approvals/{}", approval.id);
    parts.insert(format!("{folder}/statement.json"), approval.statement.clone().into_bytes());
    let mut who = Vec::new();
    for (number, signed) in approval.signatures.iter().enumerate() {
        let file = format!("{}.sig", number + 1);
        parts.insert(format!("{folder}/{file}"), signed.armored.clone().into_bytes());
        who.push(json!({
            "file": file,
            "principal": signed.principal,
            "fingerprint": signed.fingerprint,
            "stage": signed.stage,
            "userPresent": signed.user_present,
            "signedOn": signed.at.rfc3339(),
        }));
    }
    parts.insert(format!("{folder}/signatures.json"), canonical(&who)?);
    Ok(())
}

/// As JSON with one form only, so that the same gives the same bytes.
pub(super) fn canonical(value: &impl serde::Serialize) -> Outcome<Vec<u8>> {
    let text = jcs::canonical_json(value);
    let mut text = text.map_err(|_| Failure::bug("a message is no JSON"))?;
    text.push('\n');
    Ok(text.into_bytes())
}

fn readme(known: &Known<'_>, parts: &Parts, room: &Room) -> String {
    let run = known.run;
    let suffix = if parts.contains_key("runbook/runbook.md") { "md" } else { "yaml" };
    let mut list = String::new();
    for (name, bytes) in parts {
        // Writing to a string can't fail.
        writeln!(list, "- `{name}`, {} bytes", bytes.len()).ok();
    }
    let filled = README
        .replace("{run}", &run.id.to_string())
        .replace("{workflow}", &format!("{}@{}", run.workflow.name, run.workflow.version))
        .replace("{tenant}", &run.scope.tenant)
        .replace("{status}", run.status.word())
        .replace("{receipt}", &known.receipt.receipt.to_string())
        .replace("{suffix}", suffix)
        .replace("{record}", &known.receipt.record.to_string());
    filled.replace("{left_out}", &room.told()).replace("{parts}", &list)
}
