//! Laws of tokens in the kernel: they outlast a restart and end by the clock, and what views show is
//! what a rebuild gives.

use conductor_domain::{
    org::token::{
        Issued, Revoked,
        limits::{TOKEN_MS_MAX, TOKENS_OF_SERVICE_MAX},
    },
    scope::Principal,
};
use conductor_protocol::{error_code::Code, id::TokenId};

use super::bench::{Bench, MapViews, code};
use crate::{
    command::{Answer, Command, Rejection},
    views,
};

const HOUR_MS: i64 = 3_600_000;

fn submit(bench: &mut Bench, command: Command) -> Result<Answer, Rejection> {
    let context = bench.context(None);
    bench.submit(context, command)
}

fn id(number: u128) -> TokenId {
    TokenId::new(1, number)
}

fn issue(bench: &mut Bench, number: u128) -> Result<Answer, Rejection> {
    let wanted = Issued {
        token: id(number),
        principal: Principal::new("service:deploy"),
        digest: format!("{number:064x}"),
        scopes: vec!["run.start@prod".parse().unwrap()],
        expires_at: bench.time(8 * HOUR_MS),
        description: String::new(),
        decision: String::new(),
    };
    submit(bench, Command::IssueToken(Box::new(wanted)))
}

fn revoke(bench: &mut Bench, number: u128) -> Result<Answer, Rejection> {
    let wanted = Revoked {
        token: id(number),
        principal: Principal::system(),
        reason: "lost".into(),
        decision: String::new(),
    };
    submit(bench, Command::RevokeToken(wanted))
}

#[test]
fn they_outlast_a_restart_and_end_by_the_clock_or_a_revocation() {
    let mut bench = Bench::new();
    let before = bench.kinds().len();
    let Answer::Token(token, true) = issue(&mut bench, 1).unwrap() else { panic!("no token") };
    assert!(token.terms.decision.starts_with("dec_"));
    assert_eq!(bench.kinds()[before..], ["decision.recorded", "token.issued"]);
    assert_eq!(code(issue(&mut bench, 1)), Some(Code::TokenInvalid), "the digest is taken");
    bench.write_views();
    issue(&mut bench, 2).unwrap();
    bench.restart();
    let good = |bench: &Bench, number: u128| {
        bench.views.token_of_digest(&format!("{number:064x}"), bench.time(0)).is_some()
    };
    assert!(good(&bench, 1) && good(&bench, 2) && !good(&bench, 3));
    let Answer::Token(token, changed) = revoke(&mut bench, 1).unwrap() else { panic!("no token") };
    assert!(changed && token.revoked.is_some());
    assert!(matches!(revoke(&mut bench, 1), Ok(Answer::Token(_, false))), "once");
    assert_eq!(code(revoke(&mut bench, 7)), Some(Code::TokenNotFound));
    assert!(!good(&bench, 1) && good(&bench, 2));
    let revoked = bench.kinds().iter().filter(|kind| **kind == "token.revoked").count();
    assert_eq!(revoked, 1);
    bench.now += 8 * HOUR_MS.unsigned_abs();
    assert!(!good(&bench, 2), "without the kernel's doing");
}

#[test]
fn a_service_has_only_so_many() {
    let mut bench = Bench::new();
    for number in 0..TOKENS_OF_SERVICE_MAX as u128 {
        issue(&mut bench, number).unwrap();
    }
    assert_eq!(code(issue(&mut bench, 99)), Some(Code::TooManyTokens));
    bench.now += TOKEN_MS_MAX;
    issue(&mut bench, 99).unwrap();
}

#[test]
fn the_views_of_tokens_are_the_same_when_they_are_made_again() {
    let mut bench = Bench::new();
    for number in 1..=3 {
        issue(&mut bench, number).unwrap();
    }
    revoke(&mut bench, 2).unwrap();
    let shown = |bench: &Bench| bench.views.tokens(("default", None), None, 9);
    let before = shown(&bench);
    assert_eq!(before.iter().filter(|token| token.revoked.is_some()).count(), 1);
    bench.write_views();
    let kept = views::digest(&*bench.store).unwrap();
    let fresh = MapViews::default();
    views::fold(&fresh, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(views::digest(&fresh).unwrap(), kept);
    bench.restart();
    assert_eq!(shown(&bench), before);
    let deploy = Principal::new("service:deploy");
    let after = bench.views.tokens(("default", Some(&deploy)), Some(id(1)), 9);
    assert_eq!(after.iter().map(|known| known.id()).collect::<Vec<_>>(), [id(2), id(3)]);
    assert!(bench.views.tokens(("acme", None), None, 9).is_empty());
    assert_eq!(bench.views.good_tokens("default", bench.time(0)).len(), 2);
}
