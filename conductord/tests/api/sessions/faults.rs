//! Everything that opens no session, and what comes of trying too often.

use super::*;

/// Nothing is opened by it, and it is on record.
fn fails(stage: &Stage, tried: Result<Login, Status>, code: &str) {
    // Nobody waits in a test for what is about something else.
    stage.rig.later(20 * MINUTE_MS);
    is(&tried.unwrap_err(), code);
    let open = stage.rig.engine().views().all_sessions();
    assert!(open.is_empty(), "{open:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_good_signature_of_an_enrolled_key_opens_nothing() {
    let stage = Stage::set().await;
    let mut key = stage.key(ALICE, "acme", &[]).await;
    // Another namespace: a signature for an approval logs nobody in.
    let statement = stage.challenge("acme").await;
    let signature = sshsig::sign(&mut key, "approval@conductor", statement.as_bytes()).unwrap();
    fails(&stage, stage.open("acme", (statement, signature)).await, "LOGIN_FAILED");
    // Over something else.
    let statement = stage.challenge("acme").await;
    let signature = signed(&mut key, &format!("{statement}\n"));
    fails(&stage, stage.open("acme", (statement, signature)).await, "LOGIN_FAILED");
    let statement = stage.challenge("acme").await;
    fails(&stage, stage.open("acme", (statement, "x".into())).await, "LOGIN_FAILED");
    // A key that nobody knows, one for other things, one of another tenant, one that is revoked.
    let (mut unknown, _) = fresh_key(stage.rig.folder());
    fails(&stage, stage.login("acme", &mut unknown).await, "LOGIN_FAILED");
    let mut approves = stage.key(ALICE, "acme", &["approval@conductor"]).await;
    fails(&stage, stage.login("acme", &mut approves).await, "LOGIN_FAILED");
    let mut elsewhere = stage.key(ALICE, "globex", &[]).await;
    fails(&stage, stage.login("acme", &mut elsewhere).await, "LOGIN_FAILED");
    fails(&stage, stage.login("", &mut elsewhere).await, "LOGIN_FAILED");
    let mut lost = stage.key(ALICE, "acme", &[]).await;
    stage.revoke("acme", &lost).await;
    fails(&stage, stage.login("acme", &mut lost).await, "LOGIN_FAILED");
    // One whose time is over, and one whose time has not begun.
    let now = i64::try_from(stage.rig.engine().now().unix_ms / 1_000).unwrap();
    let at = |seconds| Some(pbjson_types::Timestamp { seconds, nanos: 0 });
    for (after, before, later) in [(None, at(now + 60), 2 * MINUTE_MS), (at(now + 90_000), None, 0)]
    {
        let (mut key, public_key) = fresh_key(stage.rig.folder());
        let (principal, valid_after, valid_before) = (ALICE.into(), after, before);
        let wanted =
            v1::NewKey { principal, public_key, valid_after, valid_before, ..Default::default() };
        stage.enroll("acme", wanted).await;
        stage.rig.later(later);
        fails(&stage, stage.login("acme", &mut key).await, "LOGIN_FAILED");
    }
    // Each is on record, in the name of whoever came with it.
    let request = v1::TailRequest {
        scope: scope("acme"),
        kinds: vec!["decision.recorded".into()],
        ..Default::default()
    };
    let mut stream = stage.admin.ledger().tail(request).await.unwrap().into_inner();
    let mut unmet = 0;
    while let Some(event) = stream.message().await.unwrap() {
        let record: Value = serde_json::from_str(&event.data_json).unwrap();
        let data = &record["event"]["data"];
        if data["input"]["action"] == "session.open" {
            assert_eq!(data["input"]["subject"]["principal"], "tcp:anonymous");
            assert_eq!(data["unmet"], "LOGIN_FAILED");
            unmet += 1;
        }
    }
    assert!(unmet > 3, "{unmet} are on record");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_good_once_as_it_was_given_and_for_a_while() {
    let stage = Stage::set().await;
    let mut key = stage.key(ALICE, "acme", &[]).await;
    // Of another time, another tenant, changed, made up, of another daemon.
    let late = stage.challenge("acme").await;
    let signature = signed(&mut key, &late);
    stage.rig.later(120_000);
    fails(&stage, stage.open("acme", (late, signature)).await, "LOGIN_CHALLENGE");
    let there = stage.challenge("globex").await;
    let signature = signed(&mut key, &there);
    fails(&stage, stage.open("acme", (there, signature)).await, "LOGIN_CHALLENGE");
    let given = Statement::read(&stage.challenge("acme").await).unwrap();
    for changed in [
        Statement { principal: BOB.into(), ..given.clone() },
        Statement { nonce: "00".repeat(16), ..given.clone() },
        Statement { expires_at: given.expires_at + 1, ..given.clone() },
        Statement { kind: "conductor/approval/v1".into(), ..given.clone() },
    ] {
        let text = changed.canonical().unwrap();
        let signature = signed(&mut key, &text);
        fails(&stage, stage.open("acme", (text, signature)).await, "LOGIN_CHALLENGE");
    }
    let other = Stage::set().await;
    let foreign = other.challenge("acme").await;
    let signature = signed(&mut key, &foreign);
    fails(&stage, stage.open("acme", (foreign, signature)).await, "LOGIN_CHALLENGE");
    // Replayed: whoever saw it all has nothing.
    let statement = stage.challenge("acme").await;
    let signature = signed(&mut key, &statement);
    stage.open("acme", (statement.clone(), signature.clone())).await.unwrap();
    let again = stage.open("acme", (statement, signature)).await.unwrap_err();
    is(&again, "LOGIN_CHALLENGE");
    assert_eq!(stage.rig.engine().views().all_sessions().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_for_a_key_or_a_principal_is_for_no_other() {
    let stage = Stage::set().await;
    let (mut alice, bob) = (stage.key(ALICE, "", &[]).await, stage.key(BOB, "", &[]).await);
    let ask = async |principal: &str, fingerprint: String| {
        let request =
            v1::ChallengeRequest { scope: scope(""), principal: principal.into(), fingerprint };
        sessions(&stage.stranger).challenge(request).await.unwrap().into_inner().statement
    };
    let of_bob = ask("", fingerprint(&bob)).await;
    let signature = signed(&mut alice, &of_bob);
    fails(&stage, stage.open("", (of_bob, signature)).await, "LOGIN_FAILED");
    let as_bob = ask(BOB, String::new()).await;
    let signature = signed(&mut alice, &as_bob);
    fails(&stage, stage.open("", (as_bob, signature)).await, "LOGIN_FAILED");
    let own = ask(ALICE, fingerprint(&alice)).await;
    let signature = signed(&mut alice, &own);
    let login = stage.open("", (own, signature)).await.unwrap();
    assert_eq!(login.session.principal, ALICE);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_of_this_daemon_is_nobodys() {
    let (stage, other) = (Stage::set().await, Stage::set().await);
    let mut key = other.key(ALICE, "acme", &[]).await;
    let foreign = other.login("acme", &mut key).await.unwrap();
    let never = format!("cst_{}", "0".repeat(64));
    let longer = format!("{}0", foreign.token);
    for token in [&foreign.token, &never, &longer, "cst_"] {
        is(&stage.who(token, "acme").await.unwrap_err(), "SESSION_OVER");
    }
    for token in ["cxt_x", "eyJhbGciOiJub25lIn0.e30.", "x"] {
        is(&stage.who(token, "acme").await.unwrap_err(), "UNAUTHENTICATED");
    }
    let mut basic = Request::new(v1::WhoAmIRequest::default());
    basic.metadata_mut().insert("authorization", "Basic YTpi".parse().unwrap());
    is(&stage.stranger.system().who_am_i(basic).await.unwrap_err(), "UNAUTHENTICATED");
    // Not even for what everybody may ask, nor on the socket of whoever runs the daemon.
    let request = bearing(&never, v1::WhoAmIRequest::default());
    is(&stage.admin.system().who_am_i(request).await.unwrap_err(), "SESSION_OVER");
    let request = bearing(&never, v1::ChallengeRequest::default());
    is(&sessions(&stage.admin).challenge(request).await.unwrap_err(), "SESSION_OVER");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fails_too_often_has_to_wait_and_administrators_are_told() {
    let stage = Stage::set().await;
    let mut key = stage.key(ALICE, "acme", &[]).await;
    let (mut unknown, _) = fresh_key(stage.rig.folder());
    for _ in 0..4 {
        is(&stage.login("acme", &mut unknown).await.unwrap_err(), "LOGIN_FAILED");
    }
    // Slowed down: also whoever has a good key, from there.
    let request = v1::ChallengeRequest { scope: scope("acme"), ..Default::default() };
    let slowed = sessions(&stage.stranger).challenge(request.clone()).await.unwrap_err();
    is(&slowed, "LOGIN_SLOWED");
    let wait = slowed.get_error_details().retry_info().unwrap().retry_delay.unwrap();
    assert!(wait.as_millis() <= 1_000 && wait.as_millis() > 0, "{wait:?}");
    // Nobody from elsewhere is.
    sessions(&stage.admin).challenge(request.clone()).await.unwrap();
    stage.rig.later(1_000);
    stage.login("acme", &mut key).await.unwrap();
    // Each further failure doubles the wait.
    for expected in [2, 4, 8, 16, 32, 64] {
        stage.rig.later(1_000 * expected);
        is(&stage.login("acme", &mut unknown).await.unwrap_err(), "LOGIN_FAILED");
        let slowed = sessions(&stage.stranger).challenge(request.clone()).await.unwrap_err();
        let wait = slowed.get_error_details().retry_info().unwrap().retry_delay.unwrap();
        let expected = u128::from(expected) * 1_000;
        assert!(wait.as_millis() <= expected && wait.as_millis() > expected / 2, "{wait:?}");
    }
    // The tenth is told of, once.
    let request = v1::TailRequest {
        scope: scope("acme"),
        kinds: vec!["login.alarmed".into()],
        ..Default::default()
    };
    let mut stream = stage.admin.ledger().tail(request).await.unwrap().into_inner();
    let mut alarms = Vec::new();
    while let Some(event) = stream.message().await.unwrap() {
        alarms.push(event.data_json);
    }
    // From there, and with that key.
    assert_eq!(alarms.len(), 2, "{alarms:?}");
    let request = v1::DoctorRequest { scope: scope("acme") };
    let checks = stage.admin.system().doctor(request).await.unwrap().into_inner().checks;
    let logins = checks.iter().find(|check| check.name == "logins").unwrap();
    assert_eq!(logins.status, "warn");
    assert!(logins.message.contains("10 logins from loopback failed"), "{}", logins.message);
    stage.rig.later(25 * HOUR_MS);
    let request = v1::DoctorRequest { scope: scope("acme") };
    let checks = stage.admin.system().doctor(request).await.unwrap().into_inner().checks;
    assert_eq!(checks.iter().find(|check| check.name == "logins").unwrap().status, "ok");
}
