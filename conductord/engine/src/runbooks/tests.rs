//! Whether a version is vouched for, by everything that can change between publishing and running;
//! and that what is remembered is what would be found.

use std::sync::Arc;

use conductor_domain::{
    intent::workflow::{Provenance, Standing},
    org::{
        identity::Grants,
        key::{Enrolled, Key, Keys, NAMESPACES, Revocation},
    },
    scope::Scope,
};
use conductor_keys::ssh_key::SecretKey;
use conductor_protocol::manifest::MediaType;
use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const TEXT: &str =
    "# INC-7\nname: pay\nversion: 1.0.0\ntasks: [{id: a, uses: pkg:builtin/noop@1}]\n";

fn text(text: &str) -> Source {
    Source { media_type: MediaType::Yaml, text: text.to_owned() }
}

fn secret(number: u32) -> SecretKey {
    SecretKey::ed25519(&[u8::try_from(number).unwrap(); 32]).unwrap()
}

fn sign(number: u32, namespace: &str, text: &str) -> String {
    sshsig::sign(&mut secret(number), namespace, text.as_bytes()).unwrap()
}

/// The key of `uid:NUMBER`.
fn key(number: u32) -> Key {
    let public = secret(number);
    let public = public.credential().key();
    let terms = Enrolled {
        principal: Principal::uid(number),
        fingerprint: public.fingerprint().to_string(),
        key: public.to_openssh(),
        comment: String::new(),
        namespaces: NAMESPACES.map(Into::into).to_vec(),
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: String::new(),
    };
    let (tenant, by) = ("default".to_owned(), Principal::uid(0));
    Key { tenant, terms, by, at: NOW, since: NOW, revoked: None }
}

fn keys(all: impl IntoIterator<Item = Key>) -> Keys {
    let mut keys = Keys::default();
    all.into_iter().for_each(|key| keys.insert(Arc::new(key)));
    keys
}

fn revoked(key: Key) -> Key {
    let (by, reason, decision) = (Principal::uid(0), "lost".to_owned(), String::new());
    Key { revoked: Some(Revocation { by, at: NOW, reason, decision }), ..key }
}

fn signed(number: u32, text: &str) -> Signed {
    Signed {
        signature: sign(number, RUNBOOK, text),
        principal: Principal::uid(number),
        fingerprint: String::new(),
        at: NOW,
    }
}

/// Published by `uid:9`, signed by `uid:1`, reviewed by these.
fn version(reviewers: &[u32]) -> Workflow {
    let source = text(TEXT);
    let manifest = source.parse().unwrap();
    Workflow {
        scope: Scope::default(),
        digest: manifest.digest(),
        manifest: Arc::new(manifest),
        published_by: Principal::uid(9),
        published_at: NOW,
        seq: 7,
        decision: String::new(),
        provenance: Provenance {
            source_digest: source.digest(),
            source: Some(Arc::new(source)),
            ..Provenance::default()
        },
        signature: Some(signed(1, TEXT)),
        countersignatures: reviewers.iter().map(|number| signed(*number, TEXT)).collect(),
        standing: Standing::default(),
        reviews: Vec::new(),
    }
}

fn asked(keys: &Keys, workflow: &Workflow) -> Vouched {
    vouch(Signers::of(keys, &Grants::default(), "default"), workflow, NOW)
}

fn why(keys: &Keys, workflow: &Workflow) -> Option<Why> {
    asked(keys, workflow).flaw.map(|flaw| flaw.why)
}

#[test]
fn a_version_that_was_signed_and_reviewed_is_vouched_for_by_name() {
    let vouched = asked(&keys([key(1), key(2)]), &version(&[2]));
    assert_eq!(
        (vouched.signer, vouched.reviewers),
        (Some(Principal::uid(1)), vec![Principal::uid(2)])
    );
    assert_eq!((vouched.flaw, vouched.runbook.as_str()), (None, "pay@1.0.0"));
    let resource = asked(&keys([key(1)]), &version(&[])).onto(Resource::default());
    assert!(resource.signed && !resource.reviewed && resource.signer == "uid:1");
}

type Swap = fn(&mut Workflow);

#[test]
fn whatever_is_swapped_the_signature_does_not_hold() {
    let keys = keys([key(1)]);
    let reworded = TEXT.replace("INC-7", "INC-8");
    let other = || {
        text(&TEXT.replace("noop", "sleep").replace("id: a,", "id: a, with: {seconds: 1},")).parse()
    };
    let swaps: [(&str, Swap); 2] = [
        ("the text is gone", |version| version.provenance.source = None),
        ("the digest", |version| version.digest = "sha256:0".into()),
    ];
    for (what, swap) in swaps {
        let mut swapped = version(&[]);
        swap(&mut swapped);
        assert_eq!(why(&keys, &swapped), Some(Why::Tampered), "{what}");
    }
    let mut swapped = version(&[]);
    let source = text(&reworded);
    swapped.provenance.source_digest = source.digest();
    swapped.provenance.source = Some(Arc::new(source));
    assert_eq!(why(&keys, &swapped), Some(Why::Tampered), "a comment");
    let mut swapped = version(&[]);
    let manifest = other().unwrap();
    swapped.digest = manifest.digest();
    swapped.manifest = Arc::new(manifest);
    assert_eq!(why(&keys, &swapped), Some(Why::Tampered), "the manifest and its digest");
    let mut swapped = version(&[]);
    swapped.manifest = Arc::new(other().unwrap());
    swapped.signature = None;
    assert_eq!(why(&keys, &swapped), Some(Why::Tampered), "also where nobody signed");
    let mut swapped = version(&[]);
    swapped.signature = Some(signed(1, &reworded));
    assert_eq!(why(&keys, &swapped), Some(Why::Tampered), "the signature");
    let mut swapped = version(&[]);
    swapped.signature.as_mut().unwrap().principal = Principal::uid(2);
    assert_eq!(why(&keys, &swapped), Some(Why::NotAllowed), "whose it is said to be");
}

#[test]
fn what_was_published_before_sources_were_kept_is_unsigned_and_nothing_worse() {
    let mut old = version(&[]);
    (old.provenance, old.signature) = (Provenance::default(), None);
    let vouched = asked(&Keys::default(), &old);
    assert_eq!((vouched.signer, vouched.flaw), (None, None));
}

#[test]
fn a_key_that_counts_no_more_takes_its_signature_along() {
    let version = version(&[]);
    assert_eq!(why(&keys([]), &version), Some(Why::Unknown));
    assert_eq!(why(&keys([revoked(key(1))]), &version), Some(Why::Revoked));
    let mut other = key(1);
    other.terms.namespaces = vec!["login@conductor".into()];
    assert_eq!(why(&keys([other]), &version), Some(Why::Namespace));
    let mut expired = key(1);
    expired.terms.valid_before = Some(Timestamp::from_unix_ms(NOW.unix_ms - 1_000));
    assert_eq!(why(&keys([expired]), &version), Some(Why::Expired));
    let mut early = key(1);
    early.terms.valid_after = Some(NOW + 1_000);
    assert_eq!(why(&keys([early]), &version), Some(Why::Expired));
}

#[test]
fn one_review_that_holds_is_enough_and_ones_own_counts_for_nothing() {
    let both = version(&[2, 3]);
    let some = keys([key(1), revoked(key(2)), key(3)]);
    let vouched = asked(&some, &both);
    assert_eq!((vouched.reviewers, vouched.flaw), (vec![Principal::uid(3)], None));
    let none = keys([key(1), revoked(key(2)), revoked(key(3))]);
    assert_eq!(why(&none, &both), Some(Why::Revoked));
    // Their own, and the publisher's.
    for own in [1, 9] {
        let vouched = asked(&keys([key(1), key(9)]), &version(&[own]));
        assert_eq!((vouched.reviewers, vouched.flaw), (vec![], None), "uid:{own}");
    }
}

#[test]
fn what_is_to_be_published_is_signed_by_two_people_or_refused() {
    let keys = keys([key(1), key(2)]);
    let grants = Grants::default();
    let signers = Signers::of(&keys, &grants, "default");
    let source = text(TEXT);
    let manifest = source.parse().unwrap();
    let vouched_for = |signatures: &[String]| {
        let draft = Draft { manifest: &manifest, source: Some(&source), signatures };
        vouch_draft(signers, draft, &Principal::uid(9), NOW)
    };
    let drafted = |by: &[u32]| {
        let signatures: Vec<String> =
            by.iter().map(|number| sign(*number, RUNBOOK, TEXT)).collect();
        vouched_for(&signatures)
    };
    let (vouched, proven) = drafted(&[1, 2]);
    assert_eq!((vouched.signer, proven.len()), (Some(Principal::uid(1)), 2));
    for own in [&[1, 1][..], &[1, 2, 1]] {
        assert_eq!(drafted(own).0.flaw.unwrap().why, Why::Unreviewed, "{own:?}");
    }
    assert_eq!(drafted(&[]).0, Vouched::of(&manifest));
    let (vouched, proven) = vouched_for(&[sign(1, "approval@conductor", TEXT)]);
    assert_eq!((vouched.flaw.unwrap().why, proven), (Why::Namespace, vec![]));
}

#[test]
fn what_policy_is_told_is_what_is_read_back() {
    let flaw = Flaw::new(Why::Revoked, "failed to accept: it is: revoked");
    assert_eq!(Flaw::of_fact(&flaw.fact()), Some(flaw));
    assert_eq!(Flaw::of_fact("nonsense: x"), None);
}

#[test]
fn what_is_remembered_ends_with_the_key_s_time() {
    let mut ends = key(1);
    ends.terms.valid_before = Some(NOW + 10_000);
    let (keys, version) = (keys([ends]), version(&[]));
    let grants = Grants::default();
    let mut memo = Memo::default();
    let mut found = 0;
    let mut ask = |at: Timestamp| {
        let signers = Signers::of(&keys, &grants, "default");
        let vouched = memo.get(version.seq, at, || {
            found += 1;
            vouch(signers, &version, at)
        });
        (vouched.flaw.is_none(), found)
    };
    assert_eq!(ask(NOW), (true, 1));
    assert_eq!(ask(NOW + 10_999), (true, 1), "the whole last second counts");
    assert_eq!(ask(NOW + 11_000), (false, 2));
    assert_eq!(ask(NOW + 11_000), (false, 3), "what does not hold is looked at each time");
    assert_eq!(ask(NOW), (true, 4), "a clock that goes back proves nothing");
}

proptest! {
    /// Whatever the times, the memory says what would be found.
    #[test]
    fn the_memory_never_differs_from_a_fresh_look(
        (from, to) in (0_u64..60_000, 0_u64..60_000),
        times in prop::collection::vec(0_u64..60_000, 1..20),
    ) {
        let mut timed = key(1);
        timed.terms.valid_after = Some(NOW + from);
        timed.terms.valid_before = Some(NOW + to);
        let (keys, version) = (keys([timed]), version(&[]));
        let grants = Grants::default();
        let mut memo = Memo::default();
        for time in times {
            let at = NOW + time;
            let fresh = vouch(Signers::of(&keys, &grants, "default"), &version, at);
            let known = memo.get(version.seq, at, || fresh.clone());
            prop_assert_eq!(&known.flaw, &fresh.flaw);
        }
    }
}
