//! The laws of tracked runs.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, RunId},
};

const NOW: Timestamp = Timestamp { unix_ms: 1_800_000_000_000 };

fn wanted() -> Wanted {
    Wanted {
        name: "network".into(),
        owner: "alice@example.org".into(),
        status: None,
        cost_estimate_micros: Some(15_000_000),
        related_entity_ids: vec!["entity-1".into()],
        related_decision_ids: Vec::new(),
        metadata: BTreeMap::from([("project".to_owned(), json!("spring"))]),
    }
}

fn known(status: Status) -> Tracked {
    let created = create(RunId::from_bits(1), wanted(), NOW, DecisionId::from_bits(2)).unwrap();
    let finished_at = status.is_terminal().then_some(NOW);
    let record = Record { status, finished_at, ..created.record };
    let scope = crate::scope::Scope::default();
    Tracked { id: created.run, scope, record, seq: 7, decision: created.decision }
}

fn changed(status: Status, patch: Patch) -> Result<Option<Changed>, crate::Refusal> {
    change(&known(status), patch, NOW, DecisionId::from_bits(3))
}

#[test]
fn a_run_begins_pending_or_running() {
    let begin = |status| {
        let wanted = Wanted { status: Some(status), ..wanted() };
        create(RunId::from_bits(1), wanted, NOW, DecisionId::from_bits(2))
    };
    for status in Status::ALL {
        assert_eq!(begin(status).is_ok(), !status.is_terminal(), "{}", status.word());
    }
    let created = create(RunId::from_bits(1), wanted(), NOW, DecisionId::from_bits(2)).unwrap();
    assert_eq!((created.record.status, created.record.started_at), (Status::Pending, NOW));
}

proptest! {
    /// Whatever is asked for: an ended run stands as it ended, and nothing goes back to pending.
    #[test]
    fn ended_runs_never_stand_otherwise(from in 0_usize..5, to in 0_usize..5) {
        let (from, to) = (Status::ALL[from], Status::ALL[to]);
        let given = changed(from, Patch { status: Some(to), ..Patch::default() });
        match given {
            Ok(Some(event)) => {
                prop_assert!(!from.is_terminal());
                prop_assert_eq!(event.record.status, to);
                prop_assert_eq!(event.record.finished_at.is_some(), to.is_terminal());
            }
            Ok(None) => prop_assert_eq!(from, to),
            Err(refusal) if from.is_terminal() => {
                prop_assert_eq!(refusal.code, Code::RunAlreadyEnded);
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.code, Code::TrackedMove);
                prop_assert_eq!(to, Status::Pending);
            }
        }
    }
}

#[test]
fn what_a_run_cost_is_known_after_its_end() {
    let patch = Patch { cost_actual_micros: Some(12_450_000), ..Patch::default() };
    let event = changed(Status::Succeeded, patch.clone()).unwrap().unwrap();
    assert_eq!(event.changed, ["cost_actual"]);
    assert_eq!(event.record.finished_at, Some(NOW));
    let again = Tracked { record: event.record, ..known(Status::Succeeded) };
    assert!(change(&again, patch, NOW, DecisionId::from_bits(3)).unwrap().is_none());
}

#[test]
fn when_it_ended_is_as_whoever_tracks_it_says() {
    let then = Timestamp { unix_ms: 5 };
    let patch = |status| Patch { status, finished_at: Some(then), ..Patch::default() };
    let event = changed(Status::Pending, patch(Some(Status::Succeeded))).unwrap().unwrap();
    assert_eq!(event.record.finished_at, Some(then));
    let refused = changed(Status::Running, patch(None)).unwrap_err();
    assert_eq!(refused.code, Code::RequestInvalid);
}

#[test]
fn metadata_is_merged_and_nothing_takes_out() {
    let metadata = BTreeMap::from([
        ("project".to_owned(), serde_json::Value::Null),
        ("priority".to_owned(), json!("high")),
    ]);
    let patch = Patch { metadata, ..Patch::default() };
    let event = changed(Status::Running, patch).unwrap().unwrap();
    assert_eq!(json!(event.record.metadata), json!({"priority": "high"}));
}

#[test]
fn whoever_saw_another_state_changes_nothing() {
    let patch =
        |expected_seq| Patch { status: Some(Status::Running), expected_seq, ..Patch::default() };
    assert!(changed(Status::Pending, patch(7)).unwrap().is_some());
    assert_eq!(changed(Status::Pending, patch(6)).unwrap_err().code, Code::PreconditionFailed);
}

#[test]
fn everything_is_bounded() {
    let refused = |wanted: Wanted| {
        let refused = create(RunId::from_bits(1), wanted, NOW, DecisionId::from_bits(2));
        assert_eq!(refused.unwrap_err().code, Code::RequestInvalid);
    };
    refused(Wanted { name: " ".into(), ..wanted() });
    refused(Wanted { owner: "x".repeat(NAME_BYTES_MAX + 1), ..wanted() });
    refused(Wanted { related_entity_ids: vec!["x".into(); RELATED_MAX + 1], ..wanted() });
    refused(Wanted { related_decision_ids: vec![String::new()], ..wanted() });
    refused(Wanted { cost_estimate_micros: Some(u64::MAX), ..wanted() });
    let large = BTreeMap::from([("a".to_owned(), json!("x".repeat(METADATA_BYTES_MAX)))]);
    refused(Wanted { metadata: large, ..wanted() });
}
