//! How long the guard takes to decide, with and without an answer that it gave before:
//! `cargo run --release -p conductor-policy --example decide_rate`.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use conductor_policy::Guard;
use conductor_protocol::verdict::{Question, Resource, Situation, Subject};

/// Questions of each kind that are timed. All of them fit into the cache together.
const QUESTIONS: u32 = 3_000;
/// Questions that are asked first and not timed.
const WARM_UP: u32 = 300;

fn question(number: u32) -> Question {
    let (role, action) = match number % 3 {
        0 => ("operator", "run.start"),
        1 => ("read_only", "run.cancel"),
        _ => ("tenant_admin", "run.read"),
    };
    Question {
        subject: Subject {
            principal: format!("uid:{number}"),
            roles: vec![role.into()],
            ..Subject::default()
        },
        action: action.into(),
        resource: Resource {
            kind: "run".into(),
            id: String::new(),
            owner: String::new(),
            ..Resource::default()
        },
        context: Situation {
            tenant_id: "acme".into(),
            environment: "dev".into(),
            region: "local".into(),
            channel: "unix".into(),
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

fn main() -> anyhow::Result<()> {
    let guard = Guard::embedded()?;
    let questions: Vec<_> = (0..QUESTIONS).map(question).collect();
    let warm_up: Vec<_> = (QUESTIONS..QUESTIONS + WARM_UP).map(question).collect();
    times(&guard, &warm_up, false)?;
    let mut out = std::io::stdout().lock();
    for (name, cached) in [("cold", false), ("cached", true)] {
        let times = times(&guard, &questions, cached)?;
        let micros = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e6;
        let (half, most) = (micros(50), micros(99));
        writeln!(out, "{name:<8}p50 {half:>8.1} µs   p99 {most:>8.1} µs   of {}", times.len())?;
    }
    Ok(())
}
