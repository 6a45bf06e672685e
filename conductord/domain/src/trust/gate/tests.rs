//! Laws of the gate.

use conductor_protocol::{
    evidence::Flags,
    id::{ArtifactId, DecisionId, RunId},
};
use proptest::prelude::*;

use super::*;

fn seen(number: u128, bits: u8) -> Seen {
    Seen {
        id: ArtifactId::from_bits(number),
        name: "bundle".into(),
        flags: Flags {
            sbom_present: bits & 1 > 0,
            slsa_provenance_present: bits & 2 > 0,
            risk_assessment_present: bits & 4 > 0,
        },
        unverifiable: None,
        gone: false,
    }
}

fn facts(artifacts: Vec<Seen>) -> Facts {
    Facts {
        run: RunId::from_bits(1),
        status: "succeeded".into(),
        succeeded: true,
        receipted: None,
        artifacts,
        blocks: Vec::new(),
    }
}

fn ask(facts: &Facts) -> Checked {
    judge(facts, DecisionId::from_bits(9))
}

#[test]
fn a_run_with_one_artifact_that_has_all_three_passes() {
    let answer = ask(&facts(vec![seen(1, 7), seen(2, 3), seen(3, 7)]));
    assert!(answer.passed);
    assert_eq!(answer.message, "Release gate passed: 2 compliant artifact(s) found");
    assert_eq!(answer.total_artifacts, 3);
    assert_eq!(answer.compliant_artifact_ids, [1, 3].map(ArtifactId::from_bits));
    assert_eq!(answer.reasons, [""; 0]);
}

#[test]
fn three_artifacts_with_one_flag_each_are_not_enough() {
    let answer = ask(&facts(vec![seen(1, 1), seen(2, 2), seen(3, 4)]));
    assert!(!answer.passed);
    assert_eq!(answer.message, "No artifacts meet compliance requirements");
}

#[test]
fn what_stands_in_the_way_is_all_said() {
    let good = || facts(vec![seen(1, 7)]);
    let running = Facts { status: "running".into(), succeeded: false, ..good() };
    assert_eq!(ask(&running).message, "Run status is 'running', and must be 'succeeded'");
    let broken = Seen { unverifiable: Some("another key".into()), ..seen(2, 0) };
    let answer = ask(&facts(vec![seen(1, 7), broken]));
    assert!(!answer.passed && answer.message.contains("another key"));
    assert_eq!(answer.compliant_artifact_ids.len(), 1);
    let gone = ask(&facts(vec![Seen { gone: true, ..seen(1, 7) }]));
    assert!(!gone.passed && gone.reasons.len() == 2, "{:?}", gone.reasons);
    let late = Facts { receipted: Some(false), ..good() };
    assert_eq!(ask(&late).message, "The run's receipt is not there yet");
    assert!(ask(&Facts { receipted: Some(true), ..good() }).passed);
    let blocked = Facts { blocks: vec!["not on a Friday".into()], ..good() };
    assert_eq!(ask(&blocked).message, "not on a Friday");
}

#[test]
fn only_what_is_new_goes_on_record() {
    let first = news(None, ask(&facts(vec![]))).unwrap();
    let again = Checked { decision: DecisionId::from_bits(10), ..first.clone() };
    assert_eq!(news(Some(&first), again), None);
    assert!(news(Some(&first), ask(&facts(vec![seen(1, 1)]))).is_some());
    assert!(news(Some(&first), ask(&facts(vec![seen(1, 7)]))).unwrap().passed);
}

proptest! {
    #[test]
    fn it_passes_exactly_by_the_rule(
        succeeded: bool,
        receipted: Option<bool>,
        bits in proptest::collection::vec((0_u8..8, any::<bool>(), any::<bool>()), 0..5),
        blocked: bool,
    ) {
        let artifacts: Vec<Seen> = bits.iter().zip(1..).map(|((bits, bad, gone), number)| Seen {
            unverifiable: bad.then(|| "bad".to_owned()), gone: *gone, ..seen(number, *bits)
        }).collect();
        let blocks = if blocked { vec!["no".to_owned()] } else { vec![] };
        let given = Facts { succeeded, receipted, blocks, ..facts(artifacts) };
        let all = bits.iter().any(|(bits, bad, gone)| *bits == 7 && !bad && !gone);
        let lost = bits.iter().any(|(bits, bad, gone)| *bits == 7 && !bad && *gone);
        let bad = bits.iter().any(|(_, bad, _)| *bad);
        let rule = succeeded && all && !bad && !lost && !blocked && receipted != Some(false);
        let answer = ask(&given);
        prop_assert_eq!(answer.passed, rule);
        prop_assert_eq!(answer.passed, answer.reasons.is_empty());
    }
}
