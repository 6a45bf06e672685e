//! Laws of tokens.

use std::sync::Arc;

use conductor_protocol::{
    error_code::Code,
    id::TokenId,
    token::{SCOPES_MAX, TokenScope},
};
use proptest::prelude::*;

use super::{
    limits::{
        TOKEN_MS_MAX, TOKENS_KEPT_MAX, TOKENS_OF_SERVICE_MAX, TOKENS_OF_TENANT_MAX, WORDS_BYTES_MAX,
    },
    *,
};
use crate::{
    Refusal,
    event::{Envelope, Event},
    scope::Scope,
};

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const HOUR_MS: u64 = 3_600_000;

fn envelope(tenant: &str, at: Timestamp, event: Event) -> Envelope {
    let scope = Scope { tenant: tenant.into(), ..Scope::default() };
    let principal = Principal::new("uid:0");
    Envelope { at, scope, principal, trace: None, idempotency: None, event }
}

fn id(number: u64) -> TokenId {
    TokenId::new(NOW.unix_ms, u128::from(number))
}

fn wanted(number: u64, service: u64) -> Issued {
    Issued {
        token: id(number),
        principal: Principal::new(format!("service:{service}")),
        digest: format!("{number:064x}"),
        scopes: vec!["run.start".parse().unwrap()],
        expires_at: NOW + HOUR_MS,
        description: "a test".into(),
        decision: "dec".into(),
    }
}

/// Issues as the kernel does.
fn put(tokens: &mut Tokens, tenant: &str, at: Timestamp, wanted: Issued) -> Result<(), Refusal> {
    let issued = issue(tokens, (tenant, at), wanted)?;
    tokens.apply(&envelope(tenant, at, Event::TokenIssued(Box::new(issued))));
    Ok(())
}

fn take(tokens: &mut Tokens, tenant: &str, token: TokenId) -> Result<bool, Refusal> {
    let wanted = Revoked {
        token,
        principal: Principal::system(),
        reason: "lost".into(),
        decision: "dec".into(),
    };
    let Some(event) = revoke(tokens, tenant, wanted)? else { return Ok(false) };
    tokens.apply(&envelope(tenant, NOW, Event::TokenRevoked(event)));
    Ok(true)
}

fn code<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> Code {
    let refusal = refused.unwrap_err();
    assert!(!refusal.hint.is_empty(), "{refusal:?}");
    refusal.code
}

#[test]
fn a_token_is_a_services_for_something_and_for_a_time() {
    let tokens = Tokens::default();
    let good = issue(&tokens, ("acme", NOW), wanted(1, 1)).unwrap();
    assert_eq!(good, wanted(1, 1));
    let refused = |wanted: Issued| code(issue(&tokens, ("acme", NOW), wanted));
    for nobody in ["", "uid:1", "service", "service:", "service:a b", "service:a/b", "task:x"] {
        let principal = Principal::new(nobody);
        assert_eq!(refused(Issued { principal, ..wanted(1, 1) }), Code::TokenInvalid, "{nobody}");
    }
    for expires_at in [NOW, NOW - 1, NOW + TOKEN_MS_MAX + 1] {
        assert_eq!(refused(Issued { expires_at, ..wanted(1, 1) }), Code::TokenInvalid);
    }
    let many: Vec<TokenScope> =
        (0..=SCOPES_MAX).map(|number| format!("run.read/w{number}").parse().unwrap()).collect();
    let odd = TokenScope { action: "*".into(), ..TokenScope::default() };
    for scopes in [vec![], many, vec![odd]] {
        assert_eq!(refused(Issued { scopes, ..wanted(1, 1) }), Code::TokenInvalid);
    }
    for description in ["x".repeat(WORDS_BYTES_MAX + 1), "a\nb".into()] {
        assert_eq!(refused(Issued { description, ..wanted(1, 1) }), Code::TokenInvalid);
    }
    assert_eq!(refused(Issued { digest: "0".into(), ..wanted(1, 1) }), Code::TokenInvalid);
}

#[test]
fn scopes_are_kept_sorted_and_each_once() {
    let scopes: Vec<TokenScope> =
        ["run.start", "run.read", "run.start"].map(|scope| scope.parse().unwrap()).into();
    let asked = Issued { scopes, ..wanted(1, 1) };
    let issued = issue(&Tokens::default(), ("acme", NOW), asked).unwrap();
    let kept: Vec<String> = issued.scopes.iter().map(ToString::to_string).collect();
    assert_eq!(kept, ["run.read", "run.start"]);
}

#[test]
fn it_is_good_until_it_expires_or_is_revoked() {
    let mut tokens = Tokens::default();
    put(&mut tokens, "acme", NOW, wanted(1, 1)).unwrap();
    let token = Arc::clone(tokens.get("acme", id(1)).unwrap());
    assert_eq!(token.standing(NOW + HOUR_MS - 1), Standing::Active);
    assert_eq!(token.standing(NOW + HOUR_MS), Standing::Expired);
    assert!(take(&mut tokens, "acme", id(1)).unwrap());
    assert!(!take(&mut tokens, "acme", id(1)).unwrap(), "once");
    let token = tokens.of_digest(&wanted(1, 1).digest).unwrap();
    assert_eq!(token.standing(NOW), Standing::Revoked);
    assert_eq!(token.revoked.as_ref().unwrap().reason, "lost");
}

#[test]
fn one_of_another_tenant_is_not_found_and_its_digest_is_taken() {
    let mut tokens = Tokens::default();
    put(&mut tokens, "acme", NOW, wanted(1, 1)).unwrap();
    assert_eq!(code(take(&mut tokens, "globex", id(1))), Code::TokenNotFound);
    assert_eq!(code(put(&mut tokens, "globex", NOW, wanted(1, 1))), Code::TokenInvalid);
    assert!(tokens.of_tenant("globex", None).next().is_none());
}

#[test]
fn there_are_only_so_many_that_are_good_and_so_many_that_are_remembered() {
    let mut tokens = Tokens::default();
    for number in 0..TOKENS_OF_SERVICE_MAX as u64 {
        put(&mut tokens, "acme", NOW, wanted(number, 0)).unwrap();
    }
    assert_eq!(code(put(&mut tokens, "acme", NOW, wanted(99, 0))), Code::TooManyTokens);
    take(&mut tokens, "acme", id(0)).unwrap();
    put(&mut tokens, "acme", NOW, wanted(99, 0)).unwrap();
    for number in 0..(TOKENS_OF_TENANT_MAX - TOKENS_OF_SERVICE_MAX) as u64 {
        put(&mut tokens, "acme", NOW, wanted(1_000 + number, 1 + number)).unwrap();
    }
    assert_eq!(code(put(&mut tokens, "acme", NOW, wanted(9_999, 9_999))), Code::TooManyTokens);
    put(&mut tokens, "globex", NOW, wanted(9_999, 9_999)).unwrap();
    // An hour later all are over, and go as others come.
    let later = NOW + HOUR_MS;
    for number in 0..=(TOKENS_KEPT_MAX - TOKENS_OF_TENANT_MAX) as u64 {
        let place = 10_000 + number;
        let expires_at = if number % 2 == 0 { later + 1 } else { later + HOUR_MS };
        let asked = Issued { expires_at, ..wanted(place, place) };
        put(&mut tokens, "acme", later, asked).unwrap_or_else(|refusal| {
            assert_eq!(refusal.code, Code::TooManyTokens);
        });
    }
    assert!(tokens.of_tenant("acme", None).count() <= TOKENS_KEPT_MAX);
    assert!(tokens.get("globex", id(9_999)).is_some(), "nobody else's go");
}

proptest! {
    #[test]
    fn what_is_issued_is_found_and_counted_and_nothing_else(
        asked in proptest::collection::vec((0..12u64, 0..3u64, any::<bool>(), 0..4u64), 1..80),
    ) {
        let mut tokens = Tokens::default();
        for (number, service, issues, hours) in asked {
            let tenant = ["acme", "globex"][usize::from(number >= 6)];
            let at = NOW + hours * HOUR_MS;
            let before = tokens.clone();
            let terms = Issued { expires_at: at + HOUR_MS, ..wanted(number, service) };
            let changed = if issues {
                put(&mut tokens, tenant, at, terms).is_ok()
            } else {
                take(&mut tokens, tenant, id(number)).unwrap_or(false)
            };
            prop_assert_eq!(changed, tokens != before, "what is refused changes nothing");
            for number in 0..12 {
                let known = tokens.of_digest(&wanted(number, 0).digest);
                let here = tokens.get("acme", id(number)).or(tokens.get("globex", id(number)));
                prop_assert_eq!(known, here);
            }
        }
        let mut again = Tokens::default();
        for token in tokens.all() {
            let json = serde_json::to_vec(&**token).unwrap();
            again.insert(std::sync::Arc::new(serde_json::from_slice(&json).unwrap()));
        }
        prop_assert_eq!(again, tokens);
    }
}
