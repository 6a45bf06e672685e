//! Every method of every service and every HTTP route, called by somebody from another tenant with
//! each of the roles there: nothing of a tenant reaches another, in no answer, error or metric.
//!
//! What is called is read from the descriptors that the daemon serves, and how a request is filled
//! in from its fields. A new method, field or route that nobody thought of here fails the walk.

mod caller;
mod filled;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use conductor_tests::{Daemon, Setup};
use prost_reflect::MethodDescriptor;
use serde_json::Value;

pub(crate) use self::routes::free_address;
use self::{
    caller::{Answered, Caller},
    filled::{Names, There},
};

/// The other tenant, and what is known by these names in it. None of them is said by anybody else.
const CANARIES: Names = Names {
    tenant: "globex",
    workflow: "canary-workflow",
    schedule: "canary-schedule",
    principal: "uid:424242",
    task: "canary-task",
    key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy8",
    fingerprint: "SHA256:OuRGYPwaA1CKn922lBDoNPipQjJDhW6HWKwUAEPEyrU",
};
/// Words that stand inside of what the other tenant has: inputs, output, reasons, attributes.
const INNER: [&str; 10] = [
    "canary-risky",
    "canary-input",
    "canary-output",
    "canary-reason",
    "canary-unit",
    "canary-environment",
    "canary-artifact",
    "canary_secret",
    "canary-tenant",
    "canary-comment",
];

/// Names of the stranger's own tenant.
const OWN: Names = Names {
    tenant: "acme",
    workflow: "own-workflow",
    schedule: "own-schedule",
    principal: "uid:4711",
    task: "own-task",
    key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJd89qGLGskl44x8ugTWRsKbhSj1jwUEs6stkg0/bROA",
    fingerprint: "SHA256:KHdF5nfd23EbPQpKCOX5CBwPfaje1NFhl4VXQ6Iq3i4",
};

/// The walk asks more in a minute than anybody should.
const NO_RATES: &str = "[rates]\nstart = 0\nchange = 0\nstop = 0\nadminister = 0\napprove = 0\n\
                        login = 0\nask = 0\ntry = 0\nregistry = 0\nread = 0\nprobe = 0\nwork = 0\n\
                        other = 0\ntenant_start = 0\ntenant = 0\n";

/// Of a run and an approval that there are not.
const NO_RUN: &str = "run_01jdzzzzzzfffffffffffffff0";
const NO_APPROVAL: &str = "apr_01jdzzzzzzfffffffffffffff0";
/// Of a key that nobody has.
const NO_FINGERPRINT: &str = "SHA256:xLQzQHIlix738YDo5VkYOkQYwrqg+HZ5tcCGo5Kiaeg";

const ROLES: [&str; 7] = [
    "",
    "read_only",
    "operator",
    "workflow_author",
    "workflow_reviewer",
    "tenant_admin",
    "conductor_admin",
];

/// What everybody may call anywhere, for it tells of the caller alone.
const OPEN: [&str; 6] = [
    // Whoever logs in is nobody yet, and is told nothing of who could.
    "conductor.v1.Sessions.Challenge",
    "conductor.v1.Sessions.Open",
    "conductor.v1.System.WhoAmI",
    "conductor.v1.System.Authorize",
    // The provider that whoever has no token yet needs to know.
    "conductor.v1.Oidc.Describe",
    // Tells of the tenants that the caller may read of.
    "conductor.v1.Tenants.List",
];

/// The daemon, its two tenants, and what must not be heard.
struct Stage {
    daemon: Daemon,
    tcp: String,
    metrics: String,
    canary: Furnished,
    own: Furnished,
}

/// What of a tenant has an id: a run that is under way, and an approval that waits.
struct Furnished {
    run: String,
    approval: String,
    environment: String,
}

impl Furnished {
    fn there(&self) -> There<'_> {
        There { run: &self.run, approval: &self.approval, environment: &self.environment }
    }
}

const MANIFEST: &str = "
name: NAME
version: 1.0.0
inputs:
  type: object
  properties: {word: {type: string}}
tasks:
  - id: TASK
    uses: pkg:builtin/shell@1
    with:
      run: echo WORD-output; echo {{ inputs.word | sh }}; touch WORD-artifact
      artifacts: {WORD-artifact: WORD-artifact}
  - {id: TASK-2, uses: pkg:builtin/sleep@1, with: {seconds: 600}, needs: [TASK]}
";

impl Stage {
    fn set() -> Self {
        let (tcp, metrics) = (routes::free_address(), routes::free_address());
        // A secret of the other tenant, and one that it shares with the stranger's.
        let config = format!(
            "listen = '{tcp}'\nmetrics_listen = '{metrics}'\n\
             {NO_RATES}[secrets.canary_secret]\nenv = 'PATH'\ntenants = ['globex']\n\
             [secrets.shared]\nenv = 'PATH'\ntenants = ['acme', 'canary-tenant']\n"
        );
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let canary = Self::furnish(&daemon, &CANARIES, "canary");
        let own = Self::furnish(&daemon, &OWN, "own");
        // Somebody holds a role in the stranger's tenant and in a third one.
        for call in [
            &["tenant", "create", "canary-tenant"][..],
            &["--tenant", "canary-tenant", "grants", "add", OWN.principal, "operator"],
            &["--tenant", "canary-tenant", "grants", "add", "tcp:anonymous", "operator"],
        ] {
            drop(daemon.owner().call(call).exits(0));
        }
        Self { daemon, tcp, metrics, canary, own }
    }

    /// A tenant with everything that a tenant can have.
    fn furnish(daemon: &Daemon, names: &Names, word: &str) -> Furnished {
        let (owner, environment) = (daemon.owner(), format!("{word}-environment"));
        let scoped = |arguments: &[&str]| {
            let scope = ["--tenant", names.tenant, "--env", &environment];
            owner.call(&[&scope, arguments].concat())
        };
        let call = |arguments: &[&str]| scoped(arguments).exits(0);
        let unit = format!("{word}-unit");
        let create = ["tenant", "create", names.tenant, "--business-unit", &unit];
        drop(owner.call(&[&create[..], &["--budget", "month=100000"]].concat()).exits(0));
        let manifest = MANIFEST
            .replace("NAME", names.workflow)
            .replace("TASK", names.task)
            .replace("WORD", word);
        let file = daemon.folder().join(format!("{word}.yaml"));
        std::fs::write(&file, manifest).unwrap();
        drop(call(&["workflows", "publish", file.to_str().unwrap()]));
        let risky = format!("{word}-risky");
        let manifest = format!(
            "name: {risky}\nversion: 1.0.0\nrisk: high\n\
             inputs: {{type: object, properties: {{word: {{type: string}}}}}}\n\
             tasks: [{{id: a, uses: pkg:builtin/noop@1}}]\n"
        );
        std::fs::write(&file, manifest).unwrap();
        drop(call(&["workflows", "publish", file.to_str().unwrap()]));
        drop(call(&["grants", "add", names.principal, "operator"]));
        drop(call(&["grants", "attribute", names.principal, &format!("business_unit={unit}")]));
        let key = daemon.folder().join(format!("{word}.pub"));
        std::fs::write(&key, format!("{} {word}-comment\n", names.key)).unwrap();
        let key = key.to_str().unwrap();
        drop(call(&["keys", "enroll", names.principal, "--key", key]));
        let every = ["--workflow", names.workflow, "--every", "1d"];
        drop(call(&[&["schedules", "set", names.schedule], &every[..]].concat()));
        let input = format!("word={word}-input");
        let reason = format!("{word}-reason");
        let start = ["run", names.workflow, "-i", &input, "--reason", &reason, "-o", "json"];
        let run = call(&start).json()["runId"].as_str().unwrap().to_owned();
        let risky = ["run", &risky, "-i", &input, "--reason", &reason, "-o", "json"];
        let waits: Value = serde_json::from_str(&scoped(&risky).exits(4).stderr).unwrap();
        let approval = waits["error"]["approval"]["id"].as_str().unwrap().to_owned();
        let said = format!("{word}-comment");
        drop(call(&["approvals", "comment", &approval, &said]));
        Furnished { run, approval, environment }
    }

    /// Gives the stranger a role in its own tenant, instead of the one before.
    fn grant(&self, before: &str, role: &str) {
        let owner = self.daemon.owner();
        for (what, role) in [("remove", before), ("add", role)] {
            if !role.is_empty() {
                let call = ["--tenant", OWN.tenant, "grants", what, "tcp:anonymous", role];
                drop(owner.call(&call).exits(0));
            }
        }
    }

    /// Every word of the other tenant that must not be heard by whoever has said `said`.
    fn secrets<'s>(&'s self, said: &'s [u8]) -> impl Iterator<Item = &'s str> {
        let Names { workflow, schedule, principal, task, fingerprint, key, .. } = CANARIES;
        let base64 = key.split(' ').nth(1).unwrap_or(key);
        let Furnished { run, approval, .. } = &self.canary;
        let ids = [run.as_str(), approval.as_str()];
        let named = [workflow, schedule, principal, task, fingerprint, base64];
        let said = String::from_utf8_lossy(said).into_owned();
        named.into_iter().chain(ids).chain(INNER).filter(move |word| !said.contains(word))
    }

    fn assert_silent(&self, who: &str, said: &[u8], heard: &[u8]) {
        let heard = String::from_utf8_lossy(heard);
        for word in self.secrets(said) {
            assert!(!heard.contains(word), "{who} hears `{word}` of another tenant:\n{heard}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_tenant_reaches_another() {
    let stage = Stage::set();
    let api = stage.daemon.api().await;
    let of_canary = conductor_protocol::v1::WatchRunRequest {
        scope: Some(conductor_protocol::v1::Scope {
            tenant: CANARIES.tenant.into(),
            environment: "canary-environment".into(),
            region: String::new(),
        }),
        run_id: stage.canary.run.clone(),
        ..Default::default()
    };
    // Its first task has ended: there is output, an artifact, and a lease under way.
    let mut watched = api.runs().watch(of_canary).await.unwrap().into_inner();
    while let Some(change) = watched.message().await.unwrap() {
        let run = change.run.unwrap_or_default();
        if run.tasks.iter().any(|task| task.outputs_json.len() > 2 || task.attempts.len() == 1) {
            break;
        }
    }
    drop(watched);

    let stranger = Caller::connect(&stage.tcp).await;
    let methods = stranger.methods().await;
    assert!(methods.len() > 50, "{} methods are served", methods.len());
    let mut before = "";
    // By method, who is let through by a role in its own tenant.
    let mut allowed: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for role in ROLES {
        stage.grant(before, role);
        before = role;
        for method in &methods {
            there(&stage, &stranger, role, method).await;
            let code = own(&stage, &stranger, role, (method, "")).await;
            let may = allowed.entry(method.full_name().to_owned()).or_default();
            if code != tonic::Code::PermissionDenied {
                may.push(if role.is_empty() { "nobody" } else { role });
            }
            if method.name() == "Suspend" {
                drop(stage.daemon.owner().call(&["tenant", "resume", OWN.tenant]));
            }
        }
        // The same over HTTP, as whoever speaks no gRPC.
        for (said, heard) in routes::described(&stage.tcp, &CANARIES, stage.canary.there()) {
            let who = format!("{} as `{role}`", said.lines().next().unwrap_or_default());
            stage.assert_silent(&who, said.as_bytes(), &heard);
            assert!(!heard.starts_with(b"HTTP/1.1 2") || said.contains("openapi.json"), "{who}");
        }
    }
    let table = allowed.iter().map(|(method, roles)| {
        format!("{}: {}\n", method.trim_start_matches("conductor.v1."), roles.join(", "))
    });
    insta::assert_snapshot!("who_may_call_what", table.collect::<String>());
    // Only now, for what a stranger writes into its own tenant is heard there again.
    let borrowed = format!("{CANARIES:?} {:?}", stage.canary.there());
    for role in ROLES {
        stage.grant(before, role);
        before = role;
        for method in &methods {
            own(&stage, &stranger, role, (method, &borrowed)).await;
        }
    }
    // What the daemon tells its own log is for whoever runs it, and of no tenant's inside.
    let log = stage.daemon.log();
    let named = |word: &&&str| word.ends_with("-tenant") || word.ends_with("-environment");
    for word in INNER.iter().filter(|word| !named(word)) {
        assert!(!log.contains(word), "{word} is in the daemon's log:\n{log}");
    }
    for (route, heard) in routes::all(&stage.metrics) {
        stage.assert_silent(&route, b"", &heard);
        let heard = String::from_utf8_lossy(&heard);
        assert!(!heard.contains("globex") && !heard.contains("acme"), "{route}:\n{heard}");
    }
}

/// Asks in the other tenant, by the names of what is there and of what is not: denied, and in the
/// same words.
async fn there(stage: &Stage, stranger: &Caller, role: &str, method: &MethodDescriptor) {
    let request = filled::request(method, &CANARIES, stage.canary.there());
    let answered = stranger.call(method, request).await;
    let who = format!("{} as `{role}` in another tenant", method.full_name());
    stage.assert_silent(&who, &answered.said, &answered.heard);
    if OPEN.contains(&method.full_name()) || !filled::is_ours(method) {
        return;
    }
    assert_eq!(answered.code, tonic::Code::PermissionDenied, "{who}: {}", answered.message);
    let nothing = Names {
        workflow: "nothing-there",
        schedule: "nothing-there",
        principal: "uid:1",
        task: "nothing-there",
        key: OWN.key,
        fingerprint: NO_FINGERPRINT,
        ..CANARIES
    };
    let nowhere = There { run: NO_RUN, approval: NO_APPROVAL, ..stage.canary.there() };
    let request = filled::request(method, &nothing, nowhere);
    let absent = stranger.call(method, request).await;
    assert_eq!(told(stage, &answered), told(stage, &absent), "{who}: tells what is there");
}

/// What was told, without the words that were asked with.
fn told(stage: &Stage, answered: &Answered) -> (tonic::Code, String) {
    let mut message = answered.message.clone();
    let Names { workflow, schedule, principal, task, fingerprint, .. } = CANARIES;
    let nothing = ["nothing-there", "uid:1", NO_RUN, NO_APPROVAL, NO_FINGERPRINT];
    let Furnished { run, approval, .. } = &stage.canary;
    let canaries = [workflow, schedule, principal, task, fingerprint, run, approval];
    for word in canaries.into_iter().chain(nothing) {
        message = message.replace(word, "X");
    }
    (answered.code, message)
}

/// Asks in the stranger's own tenant: by its own names, or by those that it borrowed.
async fn own(
    stage: &Stage,
    stranger: &Caller,
    role: &str,
    (method, borrowed): (&MethodDescriptor, &str),
) -> tonic::Code {
    let (names, there) = if borrowed.is_empty() {
        (OWN, stage.own.there())
    } else {
        (Names { tenant: OWN.tenant, ..CANARIES }, stage.canary.there())
    };
    let request = filled::request(method, &names, there);
    let answered = stranger.call(method, request).await;
    let who = format!("{} as `{role}` in its own tenant", method.full_name());
    let said = [&answered.said[..], borrowed.as_bytes()].concat();
    stage.assert_silent(&who, &said, &answered.heard);
    answered.code
}

#[test]
fn an_open_method_is_one_that_there_is() {
    let pool = filled::pool();
    let known: BTreeSet<String> = pool
        .services()
        .flat_map(|service| service.methods().map(|m| m.full_name().to_owned()).collect::<Vec<_>>())
        .collect();
    for open in OPEN {
        assert!(known.contains(open), "{open} is gone");
    }
}

/// As the acceptance tests of the requirements say it: Given user role is tenant-admin of "acme",
/// when they request resource of tenant "globex", then authorize returns allow=false with
/// obligation "request_approval".
#[tokio::test(flavor = "multi_thread")]
async fn deny_cross_tenant_read_without_approval() {
    use conductor_protocol::v1::{self, system_client::SystemClient};

    let stage = Stage::set();
    stage.grant("", "tenant_admin");
    let stranger = Caller::connect(&stage.tcp).await;
    let asked = v1::AuthorizeRequest {
        scope: Some(v1::Scope { tenant: "globex".into(), ..Default::default() }),
        questions: vec![v1::Question {
            action: "run.read".into(),
            resource: stage.canary.run.clone(),
        }],
    };
    let answer = SystemClient::new(stranger.channel()).authorize(asked).await.unwrap();
    let decision = answer.into_inner().decisions.remove(0);
    assert!(!decision.allow, "{decision:?}");
    let json = serde_json::to_value(&decision).unwrap().to_string();
    assert!(json.contains("request_approval"), "{json}");

    // To try it leaves evidence in both tenants, and in neither of them anything of the other.
    let get = v1::GetRunRequest {
        scope: Some(v1::Scope { tenant: "globex".into(), ..Default::default() }),
        run_id: stage.canary.run.clone(),
    };
    let denied = v1::runs_client::RunsClient::new(stranger.channel()).get(get).await.unwrap_err();
    assert_eq!(denied.code(), tonic::Code::PermissionDenied);
    let owner = stage.daemon.owner();
    for tenant in ["acme", "globex"] {
        let list = ["--tenant", tenant, "decisions", "list", "--denied", "-o", "json"];
        let decisions = owner.call(&list).exits(0).json();
        let evidence = decisions.as_array().unwrap().iter().find(|decision| {
            decision["principal"] == "tcp:anonymous" && decision["action"] == "run.read"
        });
        let evidence = evidence.unwrap_or_else(|| panic!("no evidence in {tenant}: {decisions}"));
        assert!(evidence["input"].to_string().contains("globex"), "{evidence}");
        assert_eq!(
            evidence.to_string().contains(&stage.canary.run),
            tenant == "globex",
            "{evidence}"
        );
    }
}
