//! A provider that is there, changes its keys, lies or is away.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use tokio::time::{Instant, advance};

use super::*;
use crate::limits::{OIDC_FETCH_GAP, OIDC_KEYS_FRESH_DEFAULT, OIDC_KEYS_STALE_MAX};

const ISSUER: &str = "https://id.example.org/realm";
const DISCOVERY: &str = "https://id.example.org/realm/.well-known/openid-configuration";
const KEYS: &str = "https://keys.example.org/jwks";
const NOW: u64 = 1_800_000_000;

struct Key {
    id: &'static str,
    pair: Ed25519KeyPair,
}

impl Key {
    fn new(id: &'static str) -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self { id, pair: Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap() }
    }

    fn published(&self) -> Value {
        let point = B64.encode(self.pair.public_key());
        json!({"kty": "OKP", "crv": "Ed25519", "kid": self.id, "x": point})
    }

    fn token(&self, subject: &str) -> String {
        let header = json!({"alg": "EdDSA", "kid": self.id});
        let claims = json!({
            "iss": ISSUER, "aud": "conductor", "sub": subject, "exp": NOW + 1_000_000,
            "email": format!("{subject}@example.org"), "email_verified": subject == "alice",
        });
        let message =
            format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", B64.encode(signature))
    }
}

/// What a provider answers at the moment, and how often it was asked.
#[derive(Debug, Default)]
struct Provider {
    answers: Mutex<HashMap<&'static str, Value>>,
    hangs: Mutex<bool>,
    fetches: Mutex<Vec<String>>,
}

impl Provider {
    fn publishing(keys: &[&Key]) -> Arc<Self> {
        let provider = Arc::<Self>::default();
        provider.answer(DISCOVERY, json!({"issuer": ISSUER, "jwks_uri": KEYS}));
        provider.publish(keys);
        provider
    }

    fn publish(&self, keys: &[&Key]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.published()).collect();
        self.answer(KEYS, json!({ "keys": keys }));
    }

    fn answer(&self, url: &'static str, value: Value) {
        self.answers.lock().unwrap().insert(url, value);
    }

    fn goes_away(&self) {
        self.answers.lock().unwrap().clear();
    }

    fn hangs(&self) {
        *self.hangs.lock().unwrap() = true;
    }

    fn asked_for(&self, url: &str) -> usize {
        self.fetches.lock().unwrap().iter().filter(|asked| *asked == url).count()
    }
}

impl Documents for Provider {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            self.fetches.lock().unwrap_or_else(PoisonError::into_inner).push(url.to_owned());
            if *self.hangs.lock().unwrap() {
                return std::future::pending().await;
            }
            let answer = self.answers.lock().unwrap().get(url).cloned();
            let answer = answer.ok_or("the provider is away")?;
            Ok(Document { bytes: answer.to_string().into_bytes(), max_age: None })
        })
    }
}

fn oidc(provider: &Arc<Provider>, principal_claim: &str) -> Arc<Oidc> {
    let settings = OidcSettings {
        issuer: ISSUER.into(),
        audience: "conductor".into(),
        client_id: String::new(),
        scopes: Vec::new(),
        principal_claim: principal_claim.into(),
        algorithms: Algorithm::DEFAULT.to_vec(),
        clock_skew: Duration::from_secs(60),
    };
    Arc::new(Oidc::new(settings, Arc::<Provider>::clone(provider)))
}

async fn ask(oidc: &Oidc, token: &str) -> Result<String, String> {
    let known = oidc.known_by(token, NOW).await;
    known.map(|principal| principal.to_string()).map_err(|refused| refused.to_string())
}

fn refused_for(refused: &Result<String, String>, part: &str) {
    let refused = refused.as_ref().unwrap_err();
    assert!(refused.contains(part), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_token_names_its_principal_and_is_checked_once() {
    let key = Key::new("a");
    let provider = Provider::publishing(&[&key]);
    let oidc = oidc(&provider, "sub");
    let token = key.token("alice");
    for _ in 0..100 {
        assert_eq!(ask(&oidc, &token).await.as_deref(), Ok("oidc:alice"));
    }
    assert_eq!(ask(&oidc, &key.token("bob")).await.as_deref(), Ok("oidc:bob"));
    assert_eq!((provider.asked_for(DISCOVERY), provider.asked_for(KEYS)), (1, 1));
    // A token that was remembered ends, too.
    let late = oidc.known_by(&token, NOW + 1_000_060).await.unwrap_err();
    assert_eq!(late, Refused::Fault(Fault::Expired(60)));
}

#[tokio::test(start_paused = true)]
async fn the_claim_that_names_somebody_is_configured() {
    let key = Key::new("a");
    let provider = Provider::publishing(&[&key]);
    let by_address = oidc(&provider, "email");
    let alice = ask(&by_address, &key.token("alice")).await;
    assert_eq!(alice.as_deref(), Ok("oidc:alice@example.org"));
    refused_for(&ask(&by_address, &key.token("bob")).await, "not verified");
    refused_for(&ask(&oidc(&provider, "upn"), &key.token("alice")).await, "`upn`");
}

#[tokio::test(start_paused = true)]
async fn many_at_once_make_one_fetch() {
    let key = Key::new("a");
    let provider = Provider::publishing(&[&key]);
    let oidc = oidc(&provider, "sub");
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..50 {
        let (oidc, token) = (Arc::clone(&oidc), key.token(&format!("user-{number}")));
        asking.spawn(async move { ask(&oidc, &token).await.unwrap() });
    }
    assert_eq!(asking.join_all().await.len(), 50);
    assert_eq!(provider.asked_for(KEYS), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_key_is_looked_for_once_in_a_while() {
    let (key, stranger) = (Key::new("a"), Key::new("b"));
    let provider = Provider::publishing(&[&key]);
    let oidc = oidc(&provider, "sub");
    oidc.warm().await;
    assert_eq!(provider.asked_for(KEYS), 1);
    for _ in 0..100 {
        refused_for(&ask(&oidc, &stranger.token("mallory")).await, "`kid`");
    }
    assert_eq!(provider.asked_for(KEYS), 1, "it was asked just now");
    advance(OIDC_FETCH_GAP).await;
    for _ in 0..100 {
        refused_for(&ask(&oidc, &stranger.token("mallory")).await, "`kid`");
    }
    assert_eq!(provider.asked_for(KEYS), 2);
    assert_eq!(ask(&oidc, &key.token("alice")).await.as_deref(), Ok("oidc:alice"));
}

#[tokio::test(start_paused = true)]
async fn a_rotation_is_followed_and_a_key_that_is_gone_counts_no_more() {
    let (old, new) = (Key::new("old"), Key::new("new"));
    let provider = Provider::publishing(&[&old]);
    let oidc = oidc(&provider, "sub");
    let by_old = old.token("alice");
    assert!(ask(&oidc, &by_old).await.is_ok());
    advance(OIDC_FETCH_GAP).await;
    provider.publish(&[&new, &old]);
    assert!(ask(&oidc, &new.token("alice")).await.is_ok());
    assert!(ask(&oidc, &by_old).await.is_ok());
    provider.publish(&[&new]);
    assert!(ask(&oidc, &by_old).await.is_ok(), "the keys are kept for their time");
    advance(OIDC_KEYS_FRESH_DEFAULT + OIDC_FETCH_GAP).await;
    oidc.warm().await;
    refused_for(&ask(&oidc, &by_old).await, "`kid`");
    assert!(ask(&oidc, &new.token("alice")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_away_locks_nobody_out_whose_key_is_known() {
    let (key, other) = (Key::new("a"), Key::new("b"));
    let provider = Provider::publishing(&[&key]);
    let oidc = oidc(&provider, "sub");
    oidc.warm().await;
    provider.goes_away();
    advance(OIDC_KEYS_FRESH_DEFAULT * 2).await;
    assert!(ask(&oidc, &key.token("alice")).await.is_ok());
    refused_for(&ask(&oidc, &other.token("bob")).await, "`kid`");
    assert!(ask(&oidc, &key.token("carol")).await.is_ok());
    advance(OIDC_KEYS_STALE_MAX).await;
    refused_for(&ask(&oidc, &key.token("alice")).await, "the provider is away");
    provider.answer(DISCOVERY, json!({"issuer": ISSUER, "jwks_uri": KEYS}));
    provider.publish(&[&key]);
    advance(OIDC_FETCH_GAP).await;
    assert!(ask(&oidc, &key.token("alice")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_a_provider_that_hangs() {
    let (key, other) = (Key::new("a"), Key::new("b"));
    let provider = Provider::publishing(&[&key]);
    let oidc = oidc(&provider, "sub");
    oidc.warm().await;
    provider.hangs();
    advance(OIDC_KEYS_FRESH_DEFAULT * 2).await;
    let began = Instant::now();
    assert!(ask(&oidc, &key.token("alice")).await.is_ok());
    assert_eq!(began.elapsed(), Duration::ZERO, "a known key is not waited for");
    refused_for(&ask(&oidc, &other.token("bob")).await, "`kid`");
    assert!(began.elapsed() <= OIDC_WAIT_MAX + Duration::from_millis(10), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_says_other_things_is_not_believed() {
    let key = Key::new("a");
    let lies = [
        (json!({"issuer": "https://id.example.org", "jwks_uri": KEYS}), "another issuer"),
        (json!({"issuer": ISSUER, "jwks_uri": "http://keys.example.org/jwks"}), "behind https"),
        (json!({"issuer": ISSUER}), "no description"),
        (json!({"issuer": ISSUER, "jwks_uri": DISCOVERY}), "no JSON Web Key Set"),
    ];
    for (description, part) in lies {
        let provider = Provider::publishing(&[&key]);
        provider.answer(DISCOVERY, description);
        let oidc = oidc(&provider, "sub");
        refused_for(&ask(&oidc, &key.token("alice")).await, part);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_long_to_be_a_token_is_not_looked_at() {
    let provider = Provider::publishing(&[]);
    let oidc = oidc(&provider, "sub");
    refused_for(&ask(&oidc, &"a".repeat(TOKEN_BYTES_MAX + 1)).await, "no signed");
    assert_eq!(provider.asked_for(DISCOVERY), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_which_check_failed_and_holds_no_token() {
    let key = Key::new("a");
    let oidc = oidc(&Provider::publishing(&[&key]), "sub");
    let token = key.token("alice");
    let later = Timestamp::from_unix_ms((NOW + 2_000_000) * 1_000);
    let failure = oidc.principal(&token, later).await.unwrap_err();
    assert_eq!(failure.code(), Code::Unauthenticated);
    let said = format!("{failure:?}");
    assert!(said.contains("`exp`"), "{said}");
    assert!(token.split('.').all(|part| !said.contains(part)), "{said}");
}
