//! How long a decision takes, new and from the cache, and how many come from the cache where many
//! consoles look at many runs: `cargo run --release -p conductor-policy --example decide_rate`.
//!
//! The bundle is the built-in one, whole. Roles are bound to people in the daemon's own records,
//! 10,000 of them, and looked up there by the caller's name: a question carries the roles of
//! whoever asks, and policy sees nothing of the others. What a decision would take if policy looked
//! them up instead, in data that is indexed by the subject, is told beside it.

use std::{
    collections::BTreeMap,
    io::Write as _,
    time::{Duration, Instant},
};

use conductor_policy::{Bundle, Guard};
use conductor_protocol::verdict::{Question, Resource, Situation, Subject, TenantFacts};

/// Bindings of roles to people.
const BINDINGS: u32 = 10_000;
/// Questions of each kind that are timed. All of them fit into the cache together.
const QUESTIONS: u32 = 3_000;
/// Questions that are asked first and not timed.
const WARM_UP: u32 = 300;
/// The mix: consoles that are open, each of one person.
const CONSOLES: u32 = 50;
/// Runs that are looked at one by one, by everybody.
const RUNS: u32 = 40;
/// How long the mix goes on, and how often a console asks again.
const MIX_SECONDS: u64 = 600;
const POLL_SECONDS: u64 = 2;
/// What a console shows, each a question every time.
const VIEWS: [&str; 6] =
    ["run.read", "schedule.read", "workflow.read", "worker.read", "system.read", "ledger.read"];

/// What is known of who holds which role, by name.
fn bindings() -> BTreeMap<String, &'static str> {
    let roles = ["operator", "read_only", "tenant_admin", "workflow_author"];
    (0..BINDINGS).map(|number| (format!("uid:{number}"), roles[number as usize % 4])).collect()
}

/// The built-in bundle with the bindings as data, in which the roles of a subject are looked up.
fn with_bindings(bindings: &BTreeMap<String, &str>) -> anyhow::Result<Guard> {
    let held: BTreeMap<&String, [&str; 1]> =
        bindings.iter().map(|(principal, role)| (principal, [*role])).collect();
    let mut files = Bundle::embedded()?.files().to_vec();
    files.retain(|(name, _)| !name.ends_with("_test.rego"));
    for (name, text) in &mut files {
        let (from, to) = match name.as_str() {
            ".manifest" => ("\"actions\"", "\"actions\", \"bindings\""),
            "roles/roles.rego" => ("input.subject.roles", "data.bindings[input.subject.principal]"),
            _ => continue,
        };
        anyhow::ensure!(text.contains(from), "{name} no longer holds {from}");
        *text = text.replace(from, to);
    }
    files.push(("bindings/data.json".to_owned(), serde_json::to_string(&held)?));
    Ok(Guard::new(Bundle::from_files(files)?))
}

/// A question with all that the daemon says in one: facts of the person and of the tenant.
fn question(bindings: &BTreeMap<String, &str>, number: u32, action: &str, id: &str) -> Question {
    let principal = format!("uid:{number}");
    let role = bindings.get(&principal).copied().unwrap_or_default();
    let profile = ["internal", "white-label", "saas"][number as usize % 3];
    Question {
        subject: Subject {
            roles: vec![role.to_owned()],
            principal,
            attributes: [("business_unit".into(), "payments".into())].into(),
            ..Subject::default()
        },
        action: action.to_owned(),
        resource: Resource {
            kind: action.split('.').next().unwrap_or_default().to_owned(),
            id: id.to_owned(),
            risk: "medium".into(),
            ..Resource::default()
        },
        context: Situation {
            tenant_id: "acme".into(),
            environment: "prod".into(),
            region: "eu-1".into(),
            channel: "unix".into(),
            tenant: Some(TenantFacts {
                status: "active".into(),
                profile: profile.into(),
                business_unit: "payments".into(),
                regions: vec!["eu-1".into()],
                ..TenantFacts::default()
            }),
            ..Situation::default()
        },
    }
}

/// The times of each answer, in order of length.
fn times(guard: &Guard, questions: &[Question], cached: bool) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(questions.len());
    for question in questions {
        let begun = Instant::now();
        let verdict = guard.decide(question);
        times.push(begun.elapsed());
        anyhow::ensure!(verdict.cached == cached, "{question:?} was answered from elsewhere");
    }
    times.sort_unstable();
    Ok(times)
}

/// How many of a mix come from the cache, in thousandths; time passes as the mix says.
fn hit_rate(guard: &Guard, bindings: &BTreeMap<String, &str>) -> (u64, u64) {
    let (begun, mut asked, mut hits) = (Instant::now(), 0, 0);
    let mut ask = |question: &Question, at: Duration| {
        asked += 1;
        hits += u64::from(guard.decide_at(question, begun + at).cached);
    };
    for second in (0..MIX_SECONDS).step_by(usize::try_from(POLL_SECONDS).unwrap_or(1)) {
        let at = Duration::from_secs(second);
        for console in 0..CONSOLES {
            for view in VIEWS {
                ask(&question(bindings, console, view, ""), at);
            }
            // Everybody follows a run for half a minute, then the next; some start one.
            let run = (console + u32::try_from(second / 30).unwrap_or(0)) % RUNS;
            ask(&question(bindings, console, "run.read", &format!("run_{run}")), at);
            if (second + u64::from(console)).is_multiple_of(60) {
                let id = format!("workflow-{second}");
                ask(&question(bindings, console, "run.start", &id), at);
            }
        }
    }
    (hits * 1_000 / asked, asked)
}

fn main() -> anyhow::Result<()> {
    let guard = Guard::embedded()?;
    let bindings = bindings();
    let actions = ["run.start", "run.cancel", "run.read"];
    let ask =
        |number: u32| question(&bindings, number, actions[number as usize % actions.len()], "x");
    let questions: Vec<_> = (0..QUESTIONS).map(ask).collect();
    let warm_up: Vec<_> = (QUESTIONS..QUESTIONS + WARM_UP).map(ask).collect();
    let looks_up = with_bindings(&bindings)?;
    for guard in [&guard, &looks_up] {
        times(guard, &warm_up, false)?;
    }
    let mut out = std::io::stdout().lock();
    for (name, guard, cached) in
        [("new", &guard, false), ("cached", &guard, true), ("data", &looks_up, false)]
    {
        let times = times(guard, &questions, cached)?;
        let micros = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e6;
        let (half, most) = (micros(50), micros(99));
        writeln!(out, "{name:<8}p50 {half:>8.1} µs   p99 {most:>8.1} µs   of {}", times.len())?;
    }
    let (rate, asked) = hit_rate(&Guard::embedded()?, &bindings);
    let (whole, tenth) = (rate / 10, rate % 10);
    writeln!(out, "mix     {whole}.{tenth} % of {asked} from the cache")?;
    Ok(())
}
