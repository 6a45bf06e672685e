//! Laws of artifacts.

use conductor_protocol::{
    error_code::Code,
    evidence::{self, Found},
    id::{ArtifactId, DecisionId, RunId},
};
use proptest::prelude::*;
use serde_json::Map;

use super::{
    limits::{ADDITIONAL_BYTES_MAX, ARTIFACTS_OF_RUN_MAX, NAME_BYTES_MAX},
    *,
};
use crate::event::{DaemonStarted, Envelope, Event};

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const DAY_MS: u64 = 24 * 3_600_000;

fn wanted() -> Recorded {
    Recorded {
        artifact: ArtifactId::from_bits(1),
        run: RunId::from_bits(2),
        kind: Kind::Other,
        name: "notes.txt".into(),
        media_type: "text/plain".into(),
        location: Location::Stored { digest: format!("sha256:{:064x}", 7), size_bytes: 3 },
        flags: Flags::default(),
        declared: false,
        found: String::new(),
        additional: Map::new(),
        signature: Signature::Unsigned,
        decision: DecisionId::from_bits(3),
    }
}

fn envelope(event: Event) -> Envelope {
    Envelope {
        at: NOW,
        scope: Scope { tenant: "acme".into(), ..Scope::default() },
        principal: Principal::uid(2),
        trace: None,
        idempotency: None,
        event,
    }
}

fn artifact() -> Artifact {
    let event = wanted();
    Artifact::of(&envelope(Event::ArtifactRecorded(Box::new(event.clone()))), &event, 9)
}

fn external(uri: &str, hash: &str) -> Recorded {
    let location = Location::External { uri: uri.into(), content_hash: hash.into() };
    Recorded { location, ..wanted() }
}

#[test]
fn what_is_recorded_is_within_its_bounds() {
    assert_eq!(record(0, wanted()).unwrap(), wanted());
    let code = |wanted| record(0, wanted).unwrap_err().code;
    for name in ["", " ", "a\nb", &"x".repeat(NAME_BYTES_MAX + 1)] {
        assert_eq!(code(Recorded { name: name.into(), ..wanted() }), Code::ArtifactInvalid);
    }
    assert_eq!(code(Recorded { media_type: "ä".into(), ..wanted() }), Code::ArtifactInvalid);
    let mut additional = Map::new();
    additional.insert("x".into(), "y".repeat(ADDITIONAL_BYTES_MAX).into());
    assert_eq!(code(Recorded { additional, ..wanted() }), Code::ArtifactInvalid);
    let full = record(ARTIFACTS_OF_RUN_MAX, wanted()).unwrap_err();
    assert_eq!(full.code, Code::TooManyArtifacts);
}

#[test]
fn what_is_elsewhere_is_at_a_uri() {
    for (uri, hash) in [
        ("s3://artifacts/2025-11-22/sbom-abc123.json", "sha256:a1b2c3d4..."),
        ("https://example.com/a?b=c#d", ""),
        ("https://alice@example.com/a", "sha512:ab"),
    ] {
        assert!(record(0, external(uri, hash)).is_ok(), "{uri} {hash}");
    }
    for (uri, hash) in [
        ("", ""),
        ("/srv/sbom.json", ""),
        ("s3://a b", ""),
        ("1s://a", ""),
        ("https://alice:secret@example.com/a", ""),
        ("s3://a", "abc"),
        ("s3://a", ":ab"),
    ] {
        assert!(record(0, external(uri, hash)).is_err(), "{uri} {hash}");
    }
}

#[test]
fn the_content_has_the_last_word() {
    let found = Found {
        flags: Flags { sbom_present: true, ..Flags::default() },
        what: vec!["CycloneDX 1.6 with 2 components".into()],
        ..Found::default()
    };
    let none = Declared::default();
    assert_eq!(agree(Kind::Sbom, none, &found).unwrap(), found.flags);
    assert_eq!(agree(Kind::Other, none, &found).unwrap(), found.flags);
    let said = Declared { sbom: Some(true), slsa_provenance: Some(false), ..none };
    assert_eq!(agree(Kind::Other, said, &found).unwrap(), found.flags);
    let wrong = [
        (Kind::SlsaProvenance, none, "it is of the kind `slsa_provenance`"),
        (Kind::Sbom, Declared { sbom: Some(false), ..none }, "`sbom_present` is declared as false"),
        (
            Kind::Sbom,
            Declared { risk_assessment: Some(true), ..none },
            "`risk_assessment_present` is declared as true",
        ),
    ];
    for (kind, declared, words) in wrong {
        let refusal = agree(kind, declared, &found).unwrap_err();
        assert_eq!(refusal.code, Code::EvidenceContradicted);
        assert!(refusal.message.contains(words), "{}", refusal.message);
        assert!(refusal.message.contains("CycloneDX 1.6 with 2 components"));
    }
}

#[test]
fn where_nobody_can_look_it_is_as_declared() {
    let all =
        Declared { sbom: Some(true), slsa_provenance: Some(true), risk_assessment: Some(true) };
    assert!(all.flags(Kind::Other).all());
    let alone = Declared::default().flags(Kind::Sbom);
    assert_eq!(alone, Flags { sbom_present: true, ..Flags::default() });
}

/// As facts leave it.
fn after(event: Event) -> Option<Standing> {
    standing(&envelope(event)).unwrap().1
}

#[test]
fn what_is_held_stays_until_it_is_released() {
    let (known, decision) = (artifact(), DecisionId::from_bits(3));
    let forever = NOW + 10_000 * DAY_MS;
    let late = (Retention::default(), forever);
    let held = after(Event::ArtifactHeld(hold(&known, None, "trial".into(), decision).unwrap()));
    let again = hold(&known, held.as_ref(), "trial".into(), decision).unwrap_err();
    assert_eq!(again.code, Code::ArtifactHeld);
    assert!(again.message.contains("trial"));
    let over = expire(&known, held.as_ref(), late, decision).unwrap_err();
    assert_eq!(over.code, Code::ArtifactHeld);
    for reason in ["", " ", &"x".repeat(2_000)] {
        assert!(release(&known, held.as_ref(), reason.into(), decision).is_err());
        assert!(hold(&known, None, reason.into(), decision).is_err());
    }
    let released = release(&known, held.as_ref(), "over".into(), decision).unwrap();
    let free = after(Event::ArtifactReleased(released));
    assert_eq!(free, None);
    let twice = release(&known, free.as_ref(), "over".into(), decision).unwrap_err();
    assert_eq!(twice.code, Code::ArtifactNotHeld);
    let gone = expire(&known, free.as_ref(), late, decision).unwrap().unwrap();
    assert_eq!((gone.size_bytes, gone.digest.as_str()), (3, &*format!("sha256:{:064x}", 7)));
    let gone = after(Event::ArtifactExpired(gone));
    assert_eq!(expire(&known, gone.as_ref(), late, decision).unwrap(), None, "once");
    let refused = hold(&known, gone.as_ref(), "late".into(), decision).unwrap_err();
    assert_eq!(refused.code, Code::ArtifactExpired);
}

proptest! {
    #[test]
    fn nothing_goes_before_its_time(days in 0_u64..2_000, hot in 1_u32..50, more in 0_u32..50, last in 0_u32..500) {
        let retention =
            Retention { hot_days: hot, warm_days: hot + more, cold_days: hot + more + last };
        prop_assert!(retention.is_valid());
        let now = NOW + days * DAY_MS;
        let expired = expire(&artifact(), None, (retention, now), DecisionId::from_bits(3));
        let over = days >= u64::from(retention.cold_days);
        prop_assert_eq!(expired.is_ok(), over);
        prop_assert_eq!(retention.tier(NOW, now) == Tier::Over, over);
        prop_assert_eq!(retention.over_before(now) >= NOW, over);
    }
}

#[test]
fn what_a_task_left_has_an_id_that_follows_from_the_fact() {
    let digest = format!("sha256:{:064x}", 1);
    let files = [("a", &*digest, 1), ("b", &*digest, 1)];
    let (version, bundle_revision) = (String::new(), String::new());
    let around = envelope(Event::DaemonStarted(DaemonStarted { version, bundle_revision }));
    let of = |token| {
        of_task(&around, Attempt { run: RunId::from_bits(2), task: "build", token }, &files, 5)
    };
    let (first, other) = (of(4), of(5));
    assert_eq!(first, of(4));
    assert_eq!(first.len(), 2);
    assert!(first[0].id != first[1].id && first[0].id != other[0].id);
    assert_eq!(first[0].id.unix_ms(), NOW.unix_ms);
    assert_eq!(first[0].task.as_deref(), Some("build"));
}

#[test]
fn kinds_have_the_names_that_requests_have() {
    for kind in Kind::ALL {
        assert_eq!(Kind::named(kind.word()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
    }
    assert!(evidence::Flags::default().named().iter().all(|(_, is)| !is));
}

#[test]
fn a_signature_reads_as_it_was_written_before_there_were_some_inside() {
    let before = r#"{"state":"signed","by":"uid:1","key":"SHA256:x","signature":"armor"}"#;
    let signed: Signature = serde_json::from_str(before).unwrap();
    assert!(matches!(&signed, Signature::Signed { within, .. } if within.is_empty()));
    assert_eq!(serde_json::to_string(&signed).unwrap(), before);
    let inside = r#"{"state":"signed","by":"builder:ci","key":"SHA256:x","within":[{"by":"builder:ci","key":"SHA256:x"}]}"#;
    let signed: Signature = serde_json::from_str(inside).unwrap();
    assert!(matches!(&signed, Signature::Signed { signature, .. } if signature.is_empty()));
    assert_eq!(serde_json::to_string(&signed).unwrap(), inside);
}
