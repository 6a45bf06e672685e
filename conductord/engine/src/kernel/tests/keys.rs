//! Laws of keys in the kernel: all or none, asked twice is done once, and what views show is what a
//! rebuild gives.

use conductor_domain::{
    event::Event,
    org::key::{Enrolled, NAMESPACES, Revoked},
    scope::Principal,
};
use conductor_protocol::error_code::Code;

use super::bench::{Bench, code};
use crate::{
    command::{Answer, Command},
    views,
};

fn key(number: u32, principal: u32) -> Enrolled {
    Enrolled {
        principal: Principal::uid(principal),
        fingerprint: format!("SHA256:{number}"),
        key: format!("ssh-ed25519 AAAA{number}"),
        comment: String::new(),
        namespaces: NAMESPACES.map(Into::into).to_vec(),
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: String::new(),
    }
}

fn revoked(number: u32) -> Command {
    Command::RevokeKey(Revoked {
        fingerprint: format!("SHA256:{number}"),
        principal: Principal::system(),
        reason: "lost".into(),
        decision: String::new(),
    })
}

fn kinds(bench: &Bench) -> Vec<&'static str> {
    let kinds = bench.kinds().into_iter();
    kinds.filter(|kind| kind.starts_with("key.") || *kind == "decision.recorded").collect()
}

#[test]
fn one_decision_enrolls_all_keys_or_none() {
    let mut bench = Bench::new();
    let context = bench.context(Some(("k", "b")));
    let wanted = vec![key(1, 1), key(2, 2)];
    let answer = bench.submit(context.clone(), Command::Enroll(wanted.clone())).unwrap();
    let Answer::Keys(keys, true) = answer else { panic!("{answer:?}") };
    assert_eq!(keys.len(), 2);
    let decision = context.ruling.id.to_string();
    assert!(keys.iter().all(|key| key.terms.decision == decision && key.since == bench.time(0)));
    let all = ["decision.recorded", "key.enrolled", "key.enrolled"];
    assert_eq!(kinds(&bench), all);
    let again = bench.submit(context, Command::Enroll(wanted)).unwrap();
    assert_eq!(again, Answer::Keys(keys, false), "the same key, the same request");
    let fresh = bench.context(None);
    let mixed = Command::Enroll(vec![key(3, 3), key(1, 3)]);
    assert_eq!(code(bench.submit(fresh.clone(), mixed)), Some(Code::KeyTaken));
    let same = bench.submit(fresh, Command::Enroll(vec![key(1, 1)])).unwrap();
    assert!(matches!(same, Answer::Keys(_, false)), "{same:?}");
    assert_eq!(kinds(&bench), all, "nothing else is on record");
    let marks = bench.envelopes().into_iter().filter(|known| {
        matches!(known.event, Event::KeyEnrolled(_)) && known.idempotency.is_some()
    });
    assert_eq!(marks.count(), 1);
}

#[test]
fn the_views_of_keys_are_the_same_when_they_are_made_again() {
    let mut bench = Bench::new();
    let submit = |bench: &mut Bench, command| {
        let context = bench.context(None);
        bench.submit(context, command)
    };
    let terms = Enrolled { valid_before: Some(bench.time(5_000)), ..key(2, 1) };
    submit(&mut bench, Command::Enroll(vec![key(1, 1), terms, key(3, 2)])).unwrap();
    bench.now += 1_000;
    submit(&mut bench, revoked(1)).unwrap();
    let answer = submit(&mut bench, revoked(1)).unwrap();
    assert!(matches!(answer, Answer::Keys(_, false)), "{answer:?}");
    assert_eq!(code(submit(&mut bench, revoked(9))), Some(Code::KeyNotFound));
    let shown = |bench: &Bench| bench.views.keys(("default", None), "", 9);
    let before = shown(&bench);
    assert_eq!(before.len(), 3);
    assert_eq!(before[0].revoked.as_ref().unwrap().reason, "lost");
    bench.write_views();
    let kept = views::digest(&*bench.store).unwrap();
    let fresh = super::bench::MapViews::default();
    views::fold(&fresh, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(views::digest(&fresh).unwrap(), kept);
    bench.restart();
    assert_eq!(shown(&bench), before);
    assert_eq!(code(submit(&mut bench, Command::Enroll(vec![key(1, 1)]))), Some(Code::KeyRevoked));
    let own = bench.views.keys(("default", Some(&Principal::uid(1))), "SHA256:1", 9);
    assert_eq!(own.iter().map(|key| &*key.terms.fingerprint).collect::<Vec<_>>(), ["SHA256:2"]);
    assert!(bench.views.keys(("acme", None), "", 9).is_empty());
    let count = |bench: &Bench, ms| bench.views.count_keys("default", 1_500, bench.time(ms));
    assert_eq!(
        [count(&bench, 0), count(&bench, 1_000), count(&bench, 9_000)],
        [(2, 0), (2, 2), (1, 1)]
    );
    let due =
        |ms| bench.views.own_keys_due(("acme", &Principal::uid(1)), 1_500, bench.time(ms)).len();
    assert_eq!([due(0), due(1_000), due(9_000)], [0, 1, 0], "also of home, and while they sign");
}
