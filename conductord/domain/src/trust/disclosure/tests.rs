//! The laws of disclosure packs.

use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, DisclosureId},
};

use super::*;

fn wanted() -> Wanted {
    Wanted {
        run: RunId::from_bits(1),
        summary: "all of it, with what bears it out".into(),
        artifact_ids: vec!["art_1".into(), "art_2".into()],
        metadata: BTreeMap::new(),
    }
}

fn made(wanted: Wanted) -> Result<Created, crate::Refusal> {
    create(DisclosureId::from_bits(2), wanted, DecisionId::from_bits(3))
}

#[test]
fn a_pack_says_what_was_asked_for() {
    let event = made(wanted()).unwrap();
    assert_eq!((event.run, event.artifact_ids.len()), (RunId::from_bits(1), 2));
}

#[test]
fn everything_is_bounded_and_named_once() {
    let refused = |wanted| assert_eq!(made(wanted).unwrap_err().code, Code::RequestInvalid);
    refused(Wanted { summary: " ".into(), ..wanted() });
    refused(Wanted { summary: "x".repeat(SUMMARY_BYTES_MAX + 1), ..wanted() });
    refused(Wanted { artifact_ids: vec![String::new()], ..wanted() });
    refused(Wanted { artifact_ids: vec!["a".into(), "a".into()], ..wanted() });
    let many = (0..=ARTIFACTS_MAX).map(|n| n.to_string()).collect();
    refused(Wanted { artifact_ids: many, ..wanted() });
    let large = serde_json::json!("x".repeat(64 * 1024));
    refused(Wanted { metadata: BTreeMap::from([("a".to_owned(), large)]), ..wanted() });
}
