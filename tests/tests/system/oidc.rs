//! Tokens of a real OpenID provider: who carries one is who it says, and nobody else.

mod browser;
mod login;
mod provider;

use std::{process::Command, time::Duration};

use conductor_protocol::v1::{
    self, oidc_client::OidcClient, system_client::SystemClient, workflows_client::WorkflowsClient,
};
use conductor_tests::{Daemon, Setup, skipped, until};
use tonic::{Code, Request, Status, transport::Channel};
use tonic_types::StatusExt as _;

use self::provider::{AUDIENCE, Provider, missing};
use crate::{walk::free_address, workflows::NOOP};

/// A daemon that takes the tokens of a provider, and how it is reached.
struct Scene {
    daemon: Daemon,
    provider: Provider,
    host: String,
    metrics: String,
}

impl Scene {
    /// With tokens that live that many seconds; `more` goes into `[oidc]`.
    fn set(lifetime: u32, more: &str) -> Self {
        Self::with(Provider::start(lifetime), more)
    }

    fn with(provider: Provider, more: &str) -> Self {
        let (tcp, metrics) = (free_address(), free_address());
        let config = format!(
            "listen = '{tcp}'\nmetrics_listen = '{metrics}'\n[oidc]\nissuer = '{}'\n\
             audience = '{AUDIENCE}'\nclient_id = 'console'\n{more}",
            provider.issuer
        );
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let (host, metrics) = (format!("http://{tcp}"), metrics);
        Self { daemon, provider, host, metrics }
    }

    async fn channel(&self) -> Channel {
        let endpoint = tonic::transport::Endpoint::from_shared(self.host.clone()).unwrap();
        endpoint.connect().await.unwrap()
    }

    /// Whom the daemon takes the bearer of a token for.
    async fn who(&self, token: &str) -> Result<String, Status> {
        let request = bearing(token, v1::WhoAmIRequest::default());
        let answer = SystemClient::new(self.channel().await).who_am_i(request).await?;
        Ok(answer.into_inner().principal)
    }

    fn refused_total(&self, reason: &str) -> u64 {
        let request = format!("GET /metrics HTTP/1.0\r\nhost: {}\r\n\r\n", self.metrics);
        let text = browser::exchange(&self.metrics, &request);
        let of_reason = format!("conductor_oidc_refused_total{{reason=\"{reason}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&of_reason));
        line.map_or(0, |count| count.parse().unwrap())
    }
}

fn bearing<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let value = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", value);
    request
}

/// `UNAUTHENTICATED`, with the check that failed and nothing of the token.
fn refused(answer: Result<String, Status>, check: &str, token: &str) {
    let status = answer.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated, "{status:?}");
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(info.reason, "UNAUTHENTICATED");
    assert!(status.message().contains(check), "{status:?}");
    assert!(!info.metadata["hint"].is_empty());
    let said = format!("{status:?}");
    let parts = token.split('.').filter(|part| part.len() > 8);
    assert!(parts.into_iter().all(|part| !said.contains(part)), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programs_token_is_its_principal_with_the_roles_that_were_granted() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    let scene = Scene::set(300, "");
    for algorithm in ["rs256", "es256", "eddsa"] {
        let token = scene.provider.robot_token(algorithm, AUDIENCE);
        assert_eq!(scene.who(&token).await.unwrap(), format!("oidc:robot-{algorithm}"));
    }
    // Whoever they are, they may nothing until somebody grants it.
    let token = scene.provider.robot_token("rs256", AUDIENCE);
    let publish = async || {
        let request =
            v1::PublishWorkflowRequest { manifest: NOOP.to_owned(), ..Default::default() };
        let mut workflows = WorkflowsClient::new(scene.channel().await);
        workflows.publish(bearing(&token, request)).await
    };
    assert_eq!(publish().await.unwrap_err().code(), Code::PermissionDenied);
    let grant = ["grants", "add", "oidc:robot-rs256", "workflow_author"];
    drop(scene.daemon.owner().call(&grant).exits(0));
    publish().await.unwrap();
    let events =
        scene.daemon.api().await.events(&["workflow.published", "decision.recorded"]).await;
    let by = events.iter().filter(|event| event.principal == "oidc:robot-rs256").count();
    assert!(by >= 2, "the denial and what was done are on record: {events:?}");

    // The same over the socket: a token says who asks, whoever is at the other end.
    let socket = tonic::transport::Endpoint::from_shared(format!(
        "unix://{}",
        scene.daemon.socket().display()
    ));
    let channel = socket.unwrap().connect().await.unwrap();
    let request = bearing(&token, v1::WhoAmIRequest::default());
    let answer = SystemClient::new(channel).who_am_i(request).await.unwrap().into_inner();
    assert_eq!(answer.principal, "oidc:robot-rs256");
    // No token is anywhere in what the daemon keeps or says.
    let signature = token.rsplit('.').next().unwrap();
    assert!(!scene.daemon.log().contains(signature));
    for event in &events {
        assert!(!format!("{event:?}").contains(signature));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_this_daemon_is_refused_by_the_check_that_failed() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    let scene = Scene::set(300, "");
    let other = scene.provider.robot_token("rs256", "https://other.example.org");
    refused(scene.who(&other).await, "`aud`", &other);
    let good = scene.provider.robot_token("es256", AUDIENCE);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let another = scene.provider.robot_token("es256", AUDIENCE);
    let tampered = format!("{message}.{}", another.rsplit_once('.').unwrap().1);
    refused(scene.who(&tampered).await, "signature", &tampered);
    let (header, rest) = good.split_once('.').unwrap();
    for text in ["opaque", &format!("{header}.e30.{signature}"), &format!("e30.{rest}")] {
        drop(scene.who(text).await.unwrap_err());
    }
    // Another provider's tokens, of the same client for the same audience.
    let stranger = Provider::start(300);
    let theirs = stranger.robot_token("rs256", AUDIENCE);
    let status = scene.who(&theirs).await;
    assert!(status.is_err(), "{status:?}");
    assert_eq!(scene.refused_total("aud"), 1);
    assert!(scene.refused_total("signature") >= 1);
    // And without a token nothing has changed.
    let mut system = SystemClient::new(scene.channel().await);
    let anonymous = system.who_am_i(v1::WhoAmIRequest::default()).await.unwrap().into_inner();
    assert_eq!(anonymous.principal, "tcp:anonymous");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_followed_and_a_provider_that_is_away_locks_nobody_out() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    let mut scene = Scene::set(300, "");
    let old = scene.provider.robot_token("rs256", AUDIENCE);
    assert!(scene.who(&old).await.is_ok());
    scene.provider.new_keys("rotate");
    let new = scene.provider.robot_token("rs256", AUDIENCE);
    let key = |token: &str| token.split('.').next().unwrap().to_owned();
    assert_ne!(key(&old), key(&new), "it signs with another key");
    // The daemon asks for keys once in a while only.
    wait_for(async || scene.who(&new).await.is_ok()).await;
    assert!(scene.who(&old).await.is_ok());

    let unused = scene.provider.robot_token("es256", AUDIENCE);
    scene.provider.stop();
    for token in [&old, &new, &unused] {
        assert!(scene.who(token).await.is_ok(), "its key is known");
    }
    // Keys that nobody knows, and a provider that is away: no request waits long.
    let stranger = Provider::start(300);
    let began = std::time::Instant::now();
    let theirs = stranger.robot_token("rs256", AUDIENCE);
    refused(scene.who(&theirs).await, "", &theirs);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    scene.provider.come_back();
    let after = scene.provider.robot_token("rs256", AUDIENCE);
    wait_for(async || scene.who(&after).await.is_ok()).await;
}

/// A provider that is away when the daemon starts keeps nothing else from working.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_starts_without_its_provider() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    let mut provider = Provider::start(300);
    let token = provider.robot_token("rs256", AUDIENCE);
    provider.stop();
    let tcp = free_address();
    let config = format!(
        "listen = '{tcp}'\n[oidc]\nissuer = '{}'\naudience = '{AUDIENCE}'\n",
        provider.issuer
    );
    let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
    let (host, metrics) = (format!("http://{tcp}"), String::new());
    let mut scene = Scene { daemon, provider, host, metrics };
    refused(scene.who(&token).await, "keys are not known", &token);
    until("the daemon says so", || {
        scene.daemon.log().contains("the issuer's keys are not fetched")
    });
    scene.provider.come_back();
    let token = scene.provider.robot_token("rs256", AUDIENCE);
    wait_for(async || scene.who(&token).await.is_ok()).await;
}

/// By TLS it is trusted when its certificate is: by the CAs of `ca`, or else by the system's.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_by_tls_is_trusted_by_its_certificate() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    let folder = tempfile::tempdir().unwrap();
    let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-subj", "/CN=provider", "-days", "1", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .args([key.as_os_str(), "-out".as_ref(), certificate.as_os_str()])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut provider = Provider::by_tls(&key, &certificate);
    assert!(provider.issuer.starts_with("https://"));
    let token = provider.robot_token("rs256", AUDIENCE);
    for ca in [format!("ca = '{}'\n", certificate.display()), String::new()] {
        let scene = Scene::with(provider, &ca);
        match ca.is_empty() {
            false => assert!(scene.who(&token).await.is_ok()),
            true => refused(scene.who(&token).await, "certificate", &token),
        }
        provider = scene.provider;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_tokens_are_taken_is_told_to_everybody() {
    if let Some(why) = missing() {
        return skipped(&why);
    }
    let scene = Scene::set(300, "");
    let mut oidc = OidcClient::new(scene.channel().await);
    let told = oidc.describe(v1::DescribeOidcRequest {}).await.unwrap().into_inner();
    assert_eq!((told.issuer, told.audience), (scene.provider.issuer.clone(), AUDIENCE.to_owned()));
    assert_eq!(told.client_id, "console");
    assert_eq!(told.scopes, ["openid", "offline_access"]);
}

/// Waits until it is so; the daemon asks a provider for its keys only every few seconds.
async fn wait_for(mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..60 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("waited in vain");
}
