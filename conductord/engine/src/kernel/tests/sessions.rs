//! Laws of sessions in the kernel: they outlast a restart, end with their key in the batch that
//! revokes it and by the clock, and what views show is what a rebuild gives.

use conductor_domain::{
    event::Event,
    org::{
        key::{Enrolled, NAMESPACES, Revoked},
        session::{Alarmed, Cause, Opened},
    },
    scope::Principal,
};
use conductor_protocol::{error_code::Code, id::SessionId};

use super::bench::{Bench, MapViews, code};
use crate::{
    command::{Answer, Command},
    kernel::{Input, LoginNews},
    views,
};

const HOUR_MS: i64 = 3_600_000;

fn submit(bench: &mut Bench, command: Command) -> Result<Answer, crate::command::Rejection> {
    let context = bench.context(None);
    bench.submit(context, command)
}

fn enroll(bench: &mut Bench) {
    let key = Enrolled {
        principal: Principal::uid(1),
        fingerprint: "SHA256:1".into(),
        key: "ssh-ed25519 AAAA1".into(),
        comment: String::new(),
        namespaces: NAMESPACES.map(Into::into).to_vec(),
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: String::new(),
    };
    submit(bench, Command::Enroll(vec![key])).unwrap();
}

fn id(number: u128) -> SessionId {
    SessionId::new(1, number)
}

fn open(bench: &mut Bench, number: u128) -> Result<Answer, crate::command::Rejection> {
    let wanted = Opened {
        session: id(number),
        principal: Principal::uid(1),
        token: format!("{number:064x}"),
        key: "SHA256:1".into(),
        authority: None,
        key_tenant: "default".into(),
        channel: "tcp".into(),
        origin: "loopback".into(),
        ends_at: bench.time(8 * HOUR_MS),
        decision: String::new(),
    };
    submit(bench, Command::OpenSession(Box::new(wanted)))
}

fn causes(bench: &Bench) -> Vec<Cause> {
    let ended =
        |event| if let Event::SessionEnded(ended) = event { Some(ended.cause) } else { None };
    bench.envelopes().into_iter().filter_map(|known| ended(known.event)).collect()
}

#[test]
fn they_outlast_a_restart_and_end_by_the_clock() {
    let mut bench = Bench::new();
    enroll(&mut bench);
    open(&mut bench, 1).unwrap();
    let Answer::Session(session) = open(&mut bench, 2).unwrap() else { panic!("no session") };
    assert!(session.terms.decision.starts_with("dec_"));
    assert_eq!(code(open(&mut bench, 2)), Some(Code::LoginFailed), "the token is taken");
    bench.write_views();
    open(&mut bench, 3).unwrap();
    bench.restart();
    let token = |bench: &Bench, number: u128| {
        bench.views.session_of_token(&format!("{number:064x}"), bench.time(0))
    };
    assert!((1..=3).all(|number| token(&bench, number).is_some()));
    let end = Command::EndSession { session: id(1), cause: Cause::LoggedOut };
    submit(&mut bench, end.clone()).unwrap();
    assert_eq!(code(submit(&mut bench, end)), Some(Code::SessionNotFound));
    assert!(token(&bench, 1).is_none());
    bench.step(vec![Input::Logins { ticket: 1, news: LoginNews::Idle(id(2)) }]);
    bench.step(vec![Input::Logins { ticket: 1, news: LoginNews::Idle(id(2)) }]);
    bench.now += 8 * HOUR_MS.unsigned_abs();
    assert!(token(&bench, 3).is_none(), "before the kernel wakes");
    bench.step(Vec::new());
    assert_eq!(causes(&bench), [Cause::LoggedOut, Cause::Idle, Cause::Expired]);
    assert!(bench.views.all_sessions().is_empty());
    assert!(bench.kernel.state().sessions.is_empty());
}

#[test]
fn they_end_in_the_batch_that_revokes_their_key() {
    let mut bench = Bench::new();
    enroll(&mut bench);
    for number in 1..=3 {
        open(&mut bench, number).unwrap();
    }
    let before = bench.kinds().len();
    let revoke = Revoked {
        fingerprint: "SHA256:1".into(),
        principal: Principal::system(),
        reason: "lost".into(),
        decision: String::new(),
    };
    submit(&mut bench, Command::RevokeKey(revoke)).unwrap();
    let told = &bench.kinds()[before..];
    let ended = ["session.ended"; 3];
    assert_eq!(told, [&["decision.recorded", "key.revoked"][..], &ended].concat());
    assert_eq!(causes(&bench), [Cause::KeyRevoked; 3]);
    assert_eq!(code(open(&mut bench, 4)), Some(Code::LoginFailed));
}

#[test]
fn the_views_of_sessions_are_the_same_when_they_are_made_again() {
    let mut bench = Bench::new();
    enroll(&mut bench);
    for number in 1..=3 {
        open(&mut bench, number).unwrap();
    }
    let end = Command::EndSession { session: id(2), cause: Cause::Ended };
    submit(&mut bench, end).unwrap();
    let alarmed = |tenant: &str| {
        LoginNews::Alarmed(
            tenant.into(),
            Alarmed {
                origin: "loopback".into(),
                failures: 10,
                since: conductor_domain::time::Timestamp::from_unix_ms(1),
            },
        )
    };
    for tenant in ["default", "nowhere"] {
        bench.step(vec![Input::Logins { ticket: 1, news: alarmed(tenant) }]);
    }
    let shown = |bench: &Bench| {
        let since = bench.time(-1_000);
        (
            bench.views.sessions(("default", None), None, 9),
            bench.views.login_alarms("default", since),
        )
    };
    let before = shown(&bench);
    assert_eq!((before.0.len(), before.1.len()), (2, 2), "where there is no tenant, at home");
    bench.write_views();
    let kept = views::digest(&*bench.store).unwrap();
    let fresh = MapViews::default();
    views::fold(&fresh, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(views::digest(&fresh).unwrap(), kept);
    bench.restart();
    assert_eq!(shown(&bench), before);
    let after = bench.views.sessions(("default", Some(&Principal::uid(1))), Some(id(1)), 9);
    assert_eq!(after.iter().map(|known| known.id()).collect::<Vec<_>>(), [id(3)]);
    assert!(bench.views.sessions(("acme", None), None, 9).is_empty());
}
