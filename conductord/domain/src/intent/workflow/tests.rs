//! Laws of publishing, deprecating and retiring.

use conductor_protocol::{
    error_code::Code,
    manifest::{self, Change, Manifest, MediaType, Source},
};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{
    Refusal,
    event::{Envelope, Event},
};

const NAME: &str = "disk-check";

fn manifest(version: &str, task: &str) -> Manifest {
    let source = format!(
        "name: {NAME}\nversion: {version}\ntasks:\n- id: {task}\n  uses: pkg:builtin/noop@1\n"
    );
    manifest::parse(&source).unwrap()
}

fn envelope(event: Event) -> Envelope {
    Envelope {
        at: Timestamp::from_unix_ms(1),
        scope: Scope { tenant: "acme".into(), ..Scope::default() },
        principal: Principal::uid(1),
        trace: None,
        idempotency: None,
        event,
    }
}

/// A catalogue that keeps every fact that it was told.
#[derive(Default)]
struct Bench {
    catalogue: Catalogue,
    facts: Vec<Envelope>,
}

fn submitted(manifest: Manifest, provenance: Provenance) -> Submitted {
    Submitted { manifest, provenance, signature: None }
}

impl Bench {
    fn with(versions: &[&str]) -> Self {
        let mut bench = Self::default();
        for version in versions {
            assert_eq!(bench.publish(version, "a"), Ok(true));
        }
        bench
    }

    fn take(&mut self, event: Event) {
        let envelope = envelope(event);
        fold(&mut self.catalogue, self.facts.len() as u64 + 1, &envelope);
        self.facts.push(envelope);
    }

    fn publish(&mut self, version: &str, task: &str) -> Result<bool, Code> {
        let manifest = manifest(version, task);
        let provenance = Provenance::default();
        match publish(&self.catalogue, "acme", submitted(manifest, provenance), String::new()) {
            Ok(Publication::Known(_)) => Ok(false),
            Ok(Publication::New(event)) => {
                self.take(Event::WorkflowPublished(*event));
                Ok(true)
            }
            Err(refusal) => Err(refusal.code),
        }
    }

    fn change(&mut self, event: Result<Option<Event>, Refusal>) -> Result<bool, Code> {
        match event {
            Ok(Some(event)) => {
                self.take(event);
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(refusal) => Err(refusal.code),
        }
    }

    fn deprecate(&mut self, version: &str, reason: &str, instead: &str) -> Result<bool, Code> {
        let how = Deprecation { reason: reason.into(), instead: instead.into() };
        let event = deprecate(&self.catalogue, wanted(version), how, String::new());
        self.change(event.map(|event| event.map(Event::WorkflowDeprecated)))
    }

    fn undeprecate(&mut self, version: &str) -> Result<bool, Code> {
        let event = undeprecate(&self.catalogue, wanted(version), String::new(), String::new());
        self.change(event.map(|event| event.map(Event::WorkflowUndeprecated)))
    }

    fn retire(&mut self, version: &str, reason: &str) -> Result<bool, Code> {
        let event = retire(&self.catalogue, wanted(version), reason.into(), String::new());
        self.change(event.map(|event| event.map(Event::WorkflowRetired)))
    }

    /// The version that a start would take, or why none.
    fn starts(&self, version: &str) -> Result<String, Code> {
        let found = self.catalogue.to_start("acme", NAME, version);
        found.map(|found| found.manifest.version.clone()).map_err(|refusal| refusal.code)
    }
}

fn wanted(version: &str) -> Versions<'_> {
    Versions { tenant: "acme", name: NAME, version }
}

fn fold(catalogue: &mut Catalogue, seq: u64, envelope: &Envelope) {
    match &envelope.event {
        Event::WorkflowPublished(event) => drop(catalogue.apply(seq, envelope, event)),
        Event::WorkflowDeprecated(event) => drop(catalogue.deprecate(envelope, event)),
        Event::WorkflowUndeprecated(event) => drop(catalogue.undeprecate(envelope, event)),
        Event::WorkflowRetired(event) => drop(catalogue.retire(envelope, event)),
        Event::WorkflowReviewed(event) => drop(catalogue.review(envelope, event)),
        other => panic!("{} is no fact about a workflow", other.kind()),
    }
}

#[test]
fn a_version_never_changes_and_only_goes_up() {
    let mut bench = Bench::default();
    for (version, task, expected) in [
        ("1.0.0", "a", Ok(true)),
        ("1.0.0", "a", Ok(false)),
        ("1.0.0", "b", Err(Code::WorkflowVersionConflict)),
        ("0.9.0", "b", Err(Code::WorkflowVersionOrder)),
        ("1.1.0-rc.1", "b", Ok(true)),
        ("1.1.0", "b", Ok(true)),
        ("1.1.0-rc.2", "b", Err(Code::WorkflowVersionOrder)),
        ("1.10.0", "b", Ok(true)),
        ("1.9.0", "b", Err(Code::WorkflowVersionOrder)),
        ("1.0.0", "a", Ok(false)),
    ] {
        assert_eq!(bench.publish(version, task), expected, "{version} {task}");
    }
    assert_eq!(bench.starts(""), Ok("1.10.0".into()));
    assert_eq!(bench.catalogue.of_tenant("acme").len(), 4);
    let below = bench.catalogue.below("acme", NAME, "1.1.0").unwrap();
    assert_eq!(below.manifest.version, "1.1.0-rc.1");
    assert!(bench.catalogue.below("acme", NAME, "1.0.0").is_none());
}

#[test]
fn a_conflict_says_what_differs_within_its_bound() {
    let bench = Bench::with(&["1.0.0"]);
    let diff_of = |manifest: Manifest| {
        let provenance = Provenance::default();
        let refused =
            publish(&bench.catalogue, "acme", submitted(manifest, provenance), String::new());
        let refusal = refused.unwrap_err();
        assert_eq!(refusal.code, Code::WorkflowVersionConflict);
        let (name, json) = refusal.details[0].clone();
        assert_eq!(name, "diff");
        (refusal.message, serde_json::from_str::<Value>(&json).unwrap(), json.len())
    };
    let mut other = manifest("1.0.0", "a");
    other.tasks[0].retries = 3;
    let (message, diff, _) = diff_of(other);
    assert!(message.ends_with(": one difference"), "{message}");
    let changes: Vec<Change> = serde_json::from_value(diff["changes"].clone()).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].to_string(), "tasks[a].retries: added 3");
    assert_eq!(diff["more"], 0);

    let mut huge = manifest("1.0.0", "a");
    huge.env = (0..128).map(|at| (format!("V{at}"), "ä".repeat(900))).collect();
    huge.outputs = (0..200).map(|at| (format!("o{at}"), at.into())).collect();
    huge.tasks[0].env = huge.env.clone();
    huge.tasks[0].with = (0..900).map(|at| (format!("p{at}"), "x".repeat(400).into())).collect();
    let (_, diff, bytes) = diff_of(huge);
    assert!(bytes < 5_000, "{bytes} bytes");
    assert_eq!(
        diff["changes"].as_array().unwrap().len() as u64 + diff["more"].as_u64().unwrap(),
        4
    );
}

#[test]
fn without_a_version_the_newest_release_that_is_not_retired_starts() {
    let mut bench = Bench::with(&["0.1.0-rc.1"]);
    assert_eq!(bench.starts(""), Ok("0.1.0-rc.1".into()), "there is no release yet");
    bench.publish("1.0.0", "a").unwrap();
    bench.publish("1.1.0", "a").unwrap();
    bench.publish("2.0.0-rc.1", "a").unwrap();
    assert_eq!(bench.starts(""), Ok("1.1.0".into()));
    assert_eq!(bench.starts("2.0.0-rc.1"), Ok("2.0.0-rc.1".into()), "it was named");
    bench.deprecate("1.1.0", "slow", "").unwrap();
    assert_eq!(bench.starts(""), Ok("1.1.0".into()), "deprecated versions start");
    bench.retire("1.1.0", "wrong").unwrap();
    assert_eq!(bench.starts(""), Ok("1.0.0".into()));
    bench.retire("1.0.0", "wrong").unwrap();
    assert_eq!(bench.starts(""), Err(Code::WorkflowRetired), "a pre-release must be named");
    assert_eq!(bench.starts("1.1.0"), Err(Code::WorkflowRetired));
    assert_eq!(bench.starts("7.0.0"), Err(Code::WorkflowNotFound));
    let newest = bench.catalogue.newest_of_tenant("acme");
    assert_eq!(newest[0].manifest.version, "1.1.0", "a list shows what there was");
    // A number that was retired is still taken.
    assert_eq!(bench.publish("1.0.5", "a"), Err(Code::WorkflowVersionOrder));
}

#[test]
fn a_warning_is_said_once_and_can_be_taken_back() {
    let mut bench = Bench::with(&["1.0.0", "1.1.0"]);
    assert_eq!(bench.undeprecate("1.0.0"), Ok(false));
    assert_eq!(bench.deprecate("1.0.0", " ", ""), Err(Code::RequestInvalid));
    assert_eq!(bench.deprecate("9.0.0", "old", ""), Err(Code::WorkflowNotFound));
    assert_eq!(bench.deprecate("1.0.0", "old", "disk-check@9.0.0"), Err(Code::WorkflowNotFound));
    assert_eq!(bench.deprecate("1.0.0", "old", "disk-check@1.0.0"), Err(Code::RequestInvalid));
    assert_eq!(bench.deprecate("1.0.0", "old", "disk-check@1.1.0"), Ok(true));
    assert_eq!(bench.deprecate("1.0.0", "old", "disk-check@1.1.0"), Ok(false));
    let warned = bench.catalogue.get("acme", NAME, "1.0.0").unwrap();
    assert_eq!(
        warned.warning().unwrap(),
        "disk-check 1.0.0 is deprecated by uid:1: old; use disk-check@1.1.0 instead"
    );
    assert_eq!(bench.deprecate("1.0.0", "older", ""), Ok(true), "another reason is news");
    assert_eq!(bench.undeprecate("1.0.0"), Ok(true));
    assert_eq!(bench.catalogue.get("acme", NAME, "1.0.0").unwrap().warning(), None);
    // All versions at once: one fact that names them.
    assert_eq!(bench.deprecate("", "unused", ""), Ok(true));
    let Some(Event::WorkflowDeprecated(event)) = bench.facts.last().map(|fact| &fact.event) else {
        panic!("no fact");
    };
    assert_eq!(event.versions, ["1.0.0", "1.1.0"]);
}

#[test]
fn a_retired_version_stays_retired() {
    let mut bench = Bench::with(&["1.0.0", "1.1.0"]);
    assert_eq!(bench.retire("1.0.0", ""), Err(Code::RequestInvalid));
    bench.deprecate("1.0.0", "old", "disk-check@1.1.0").unwrap();
    assert_eq!(bench.retire("1.0.0", "unsafe"), Ok(true));
    assert_eq!(bench.retire("1.0.0", "again"), Ok(false));
    assert_eq!(bench.undeprecate("1.0.0"), Err(Code::WorkflowRetired));
    assert_eq!(bench.deprecate("1.0.0", "old", ""), Err(Code::WorkflowRetired));
    assert_eq!(bench.deprecate("1.1.0", "old", "disk-check@1.0.0"), Err(Code::WorkflowRetired));
    let refused = bench.catalogue.to_start("acme", NAME, "1.0.0").unwrap_err();
    assert_eq!(refused.hint, "use disk-check@1.1.0 instead");
    assert!(refused.message.contains("uid:1: unsafe"), "{}", refused.message);
    // The very same manifest is known, as before: publishing brings nothing back.
    assert_eq!(bench.publish("1.0.0", "a"), Ok(false));
    assert_eq!(bench.starts("1.0.0"), Err(Code::WorkflowRetired));
}

#[test]
fn tenants_do_not_see_each_other() {
    let mut bench = Bench::with(&["1.0.0"]);
    assert!(bench.catalogue.newest("globex", NAME).is_none());
    assert!(bench.catalogue.of_tenant("globex").is_empty());
    let of_globex = Versions { tenant: "globex", ..wanted("") };
    let refused = retire(&bench.catalogue, of_globex, "why".into(), String::new());
    assert_eq!(refused.unwrap_err().code, Code::WorkflowNotFound);
    assert_eq!(bench.retire("", "why"), Ok(true));
    let shared = bench.catalogue.get("acme", NAME, "1.0.0").unwrap();
    assert_eq!(shared.scope.tenant, "acme");
}

proptest! {
    /// Whatever is asked in whatever order: what was retired never starts again, a version's
    /// content never changes, and folding the same facts anew gives the same.
    #[test]
    fn the_end_is_the_end_and_the_fold_is_the_same_twice(
        steps in prop::collection::vec((0_u8..5, 0_usize..5), 0..60),
    ) {
        let versions = ["", "1.0.0", "1.1.0-rc.1", "1.1.0", "2.0.0"];
        let mut bench = Bench::default();
        let mut retired = std::collections::BTreeSet::new();
        for (step, at) in steps {
            let version = versions[at];
            let _ = match step {
                0 if at > 0 => bench.publish(version, "a"),
                1 if at > 0 => bench.publish(version, "b"),
                2 => bench.deprecate(version, "old", ""),
                3 => bench.undeprecate(version),
                _ => bench.retire(version, "wrong"),
            };
            if let Some(Event::WorkflowRetired(event)) = bench.facts.last().map(|fact| &fact.event) {
                retired.extend(event.versions.clone());
            }
            for version in &retired {
                prop_assert_eq!(bench.starts(version), Err(Code::WorkflowRetired));
            }
        }
        let mut again = Catalogue::default();
        for (seq, fact) in (1..).zip(&bench.facts) {
            let stored = serde_json::to_string(fact).unwrap();
            fold(&mut again, seq, &serde_json::from_str(&stored).unwrap());
        }
        prop_assert_eq!(again, bench.catalogue);
    }
}

#[test]
fn the_text_of_markdown_is_published_and_the_meaning_of_yaml() {
    let text = |media_type, text: &str| Provenance {
        source: Some(Arc::new(Source { media_type, text: text.into() })),
        ..Provenance::default()
    };
    let publish_both = |first: Provenance, second: Provenance| {
        let mut bench = Bench::default();
        let new = publish(
            &bench.catalogue,
            "acme",
            submitted(manifest("1.0.0", "a"), first),
            String::new(),
        );
        let Ok(Publication::New(event)) = new else { panic!("{new:?}") };
        bench.take(Event::WorkflowPublished(*event));
        publish(&bench.catalogue, "acme", submitted(manifest("1.0.0", "a"), second), String::new())
            .map(|known| matches!(known, Publication::Known(_)))
            .map_err(|refusal| refusal.code)
    };
    let (yaml, markdown) = (MediaType::Yaml, MediaType::Markdown);
    assert_eq!(publish_both(text(yaml, "a"), text(yaml, "b")), Ok(true));
    assert_eq!(publish_both(text(markdown, "a"), text(markdown, "a")), Ok(true));
    // What was published before texts were kept can't be compared.
    assert_eq!(publish_both(Provenance::default(), text(markdown, "a")), Ok(true));
    let conflict = Err(Code::WorkflowVersionConflict);
    assert_eq!(publish_both(text(markdown, "a"), text(markdown, "b")), conflict);
    assert_eq!(publish_both(text(yaml, "a"), text(markdown, "a")), conflict);
    assert_eq!(publish_both(text(markdown, "a"), text(yaml, "a")), conflict);
}

#[test]
fn a_review_is_of_one_version_by_somebody_else_and_the_newest_of_each_counts() {
    let mut bench = Bench::with(&["1.0.0", "1.1.0"]);
    let say = |bench: &mut Bench, version: &str, by: u32, accepted: bool, reason: &str| {
        let opinion = Opinion { accepted, reason: reason.into() };
        let wanted = Versions { tenant: "acme", name: NAME, version };
        let by = Principal::uid(by);
        let said = review(&bench.catalogue, wanted, &by, opinion, String::new())
            .map_err(|refusal| refusal.code)?;
        let Some(event) = said else { return Ok(false) };
        let envelope = Envelope { principal: by, ..envelope(Event::WorkflowReviewed(event)) };
        fold(&mut bench.catalogue, 9, &envelope);
        Ok::<bool, Code>(true)
    };
    let said = |bench: &Bench, version: &str| -> Vec<(String, bool)> {
        let found = bench.catalogue.get("acme", NAME, version).unwrap();
        found.reviews.iter().map(|known| (known.by.to_string(), known.accepted)).collect()
    };
    assert_eq!(say(&mut bench, "1.1.0", 1, true, ""), Err(Code::ReviewOwn), "who published it");
    assert_eq!(say(&mut bench, "", 2, true, ""), Err(Code::RequestInvalid), "which one?");
    assert_eq!(say(&mut bench, "3.0.0", 2, true, ""), Err(Code::WorkflowNotFound));
    assert_eq!(say(&mut bench, "1.1.0", 2, false, " "), Err(Code::RequestInvalid), "why not?");
    assert_eq!(say(&mut bench, "1.1.0", 2, false, "no check"), Ok(true));
    assert_eq!(say(&mut bench, "1.1.0", 2, false, "no check"), Ok(false), "said already");
    assert_eq!(say(&mut bench, "1.1.0", 3, true, ""), Ok(true));
    assert_eq!(say(&mut bench, "1.1.0", 2, true, "mended"), Ok(true));
    assert_eq!(said(&bench, "1.1.0"), [("uid:3".to_owned(), true), ("uid:2".to_owned(), true)]);
    assert_eq!(said(&bench, "1.0.0"), []);
    for by in 10..50 {
        assert_eq!(say(&mut bench, "1.0.0", by, true, ""), Ok(true));
    }
    assert_eq!(said(&bench, "1.0.0").len(), REVIEWS_MAX, "the oldest make room");
}
