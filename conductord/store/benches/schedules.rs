//! What ten thousand schedules cost: the processor time of an hour of them, beside that hour.
//!
//! `cargo bench -p conductor-store --bench schedules`. The kernel, policy, ledger and views are the
//! real ones, on a real disk; the clock is virtual, so that an hour takes seconds. The runs have one
//! task that is not to run, so that what is measured is what schedules cost and not what they start.
//! One line of JSON for each mix.
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, bail};
use conductor_domain::{
    intent::schedule::{Change, Draft, DraftTrigger, Missed, Overlap},
    scope::{Principal, Scope},
    time::Timestamp,
};
use conductor_engine::{
    command::{Command, Context, Ruling},
    kernel::{Input, Kernel, Output},
    ports::{Dice, Ledger, ViewStore},
    views::{self, ViewWriter, Views},
};
use conductor_keys::note::SigningKey;
use conductor_policy::Guard;
use conductor_protocol::{
    id::{DecisionId, TraceId},
    manifest,
    verdict::{Question, Resource, Situation, Subject, TenantFacts},
};
use conductor_store::{
    ledger::{LedgerOptions, open},
    views::{SledViews, open_views},
};

const SCHEDULES: usize = 10_000;
const WORKFLOWS: usize = 50;
/// 2026-11-21T00:00:00Z.
const BEGIN_MS: u64 = 1_795_219_200_000;
/// The views' writer gathers this long, as in the daemon.
const VIEWS_EVERY_MS: u64 = 200;

/// A mix: its name, for how many minutes it is lived through, its patterns by turns.
const MIXES: [(&str, u64, &[&str]); 3] = [
    ("daily and hourly", 60, &["30 2 * * *", "15 * * * *", "0 9 * * mon-fri", "45 */6 * * *"]),
    (
        "every five minutes",
        60,
        &["*/5 * * * *", "1-59/5 * * * *", "2-59/5 * * * *", "3-59/5 * * * *"],
    ),
    ("every minute", 10, &["* * * * *"]),
];
const ZONES: [&str; 4] = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"];

#[derive(Default)]
struct Counting(AtomicU64);

impl Dice for Counting {
    fn roll(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)) << 24
    }
}

struct Bench {
    kernel: Kernel,
    ledger: Box<dyn Ledger>,
    views: Views,
    store: Arc<SledViews>,
    writer: ViewWriter,
    unwritten: Vec<conductor_engine::kernel::Commit>,
    written_at: u64,
    guard: Arc<Guard>,
    dice: Counting,
    now: u64,
}

impl Bench {
    fn new(folder: &Path) -> anyhow::Result<Self> {
        let key = SigningKey::from_seed("bench", [7; 32])?;
        let (ledger, reader) = open(&folder.join("ledger"), LedgerOptions::new(key))?;
        let store = Arc::new(open_views(&folder.join("views"))?);
        let folded = views::fold(&*store, &*reader, &mut |_, _| {})?;
        let shared: Arc<dyn ViewStore> = Arc::<SledViews>::clone(&store);
        let views = Views::new(shared, &folded.state, 0);
        let guard = Arc::new(Guard::embedded()?);
        let revision = guard.revision().to_string();
        let kernel = Kernel::new(folded.state, revision, Arc::<Guard>::clone(&guard));
        let mut bench = Self {
            kernel,
            ledger: Box::new(ledger),
            views,
            store,
            writer: folded.writer,
            unwritten: Vec::new(),
            written_at: 0,
            guard,
            dice: Counting::default(),
            now: BEGIN_MS,
        };
        let scope = Scope::default();
        let first_admin = Principal::uid(1000);
        bench.step(vec![Input::Resume { version: "0".into(), first_admin, scope }])?;
        Ok(bench)
    }

    fn step(&mut self, inputs: Vec<Input>) -> anyhow::Result<Output> {
        let now = (Timestamp::from_unix_ms(self.now), &self.dice as &dyn Dice);
        let mut output = self.kernel.step(inputs, now, &mut *self.ledger, &self.views);
        if let Some(problem) = output.failed {
            bail!(problem);
        }
        if let Some(commit) = output.commit.take() {
            self.views.publish(&commit);
            self.unwritten.push(commit);
        }
        if self.now >= self.written_at + VIEWS_EVERY_MS {
            self.writer.apply(&*self.store, &self.unwritten)?;
            self.views.forget(&self.unwritten);
            self.unwritten.clear();
            self.written_at = self.now;
        }
        Ok(output)
    }

    fn command(&self, ticket: usize, command: Command) -> Input {
        let scope = Scope::default();
        let question = Question {
            subject: Subject {
                principal: "uid:1000".into(),
                roles: vec!["conductor_admin".into()],
                ..Subject::default()
            },
            action: "schedule.edit".into(),
            resource: Resource { kind: "schedule".into(), ..resource() },
            context: Situation {
                tenant_id: scope.tenant.clone(),
                environment: scope.environment.clone(),
                region: scope.region.clone(),
                channel: "unix".into(),
                tenant: Some(TenantFacts { status: "active".into(), ..TenantFacts::default() }),
                ..Situation::default()
            },
        };
        let verdict = self.guard.decide(&question);
        let context = Context {
            scope,
            principal: Principal::uid(1000),
            trace: TraceId::new(self.now, self.dice.roll()),
            ruling: Ruling { id: DecisionId::new(self.now, self.dice.roll()), question, verdict },
            tasks: Vec::new(),
            idempotency: None,
        };
        Input::Command { ticket: ticket as u64, context: Box::new(context), command }
    }

    fn set_up(&mut self, patterns: &[&str], schedules: usize) -> anyhow::Result<()> {
        let mut commands = Vec::new();
        for number in 0..WORKFLOWS {
            let source = format!(
                "name: w{number}\nversion: 1.0.0\ntasks:\n\
                 - {{id: a, uses: 'pkg:builtin/noop@1', when: 'false'}}\n"
            );
            let manifest = manifest::parse(&source).ok().context("parse the manifest")?;
            commands.push(Command::Publish {
                manifest: Box::new(manifest),
                provenance: Box::default(),
                signatures: Vec::new(),
            });
        }
        for number in 0..schedules {
            let draft = Draft {
                workflow: format!("w{}", number % WORKFLOWS),
                workflow_version: String::new(),
                inputs: serde_json::Map::new(),
                trigger: DraftTrigger::Cron(patterns[number % patterns.len()].into()),
                zone: ZONES[number % ZONES.len()].into(),
                overlap: Overlap::Skip,
                missed: Missed::Once,
                missed_window_ms: 0,
                jitter_ms: 30_000,
                description: String::new(),
                subject: String::new(),
                edits_version: None,
            };
            let change = Change::Set(Box::new(draft));
            commands.push(Command::Schedule { name: format!("s{number}"), change });
        }
        for batch in commands.chunks(512) {
            let inputs = batch.iter().cloned().enumerate();
            let inputs = inputs.map(|(ticket, command)| self.command(ticket, command)).collect();
            for (_, reply) in self.step(inputs)?.replies {
                reply?;
            }
        }
        Ok(())
    }

    /// Lives through a span; gives the steps that it took.
    fn live(&mut self, ms: u64) -> anyhow::Result<u64> {
        let end = self.now + ms;
        let mut steps = 0;
        loop {
            let output = self.step(vec![])?;
            steps += 1;
            let wake = output.wake_at.map_or(u64::MAX, |at| at.unix_ms).max(self.now);
            if wake >= end {
                self.now = end;
                return Ok(steps);
            }
            self.now = wake;
        }
    }
}

fn resource() -> Resource {
    Resource::default()
}

/// Processor time of the whole process so far.
fn cpu() -> Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(
        u64::try_from(spent.tv_sec).unwrap_or(0),
        u32::try_from(spent.tv_nsec).unwrap_or(0),
    )
}

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` asks every benchmark whether it runs at all.
    let schedules = if std::env::args().any(|arg| arg == "--test") { 100 } else { SCHEDULES };
    for (name, minutes, patterns) in MIXES {
        let folder = tempfile::tempdir()?;
        let mut bench = Bench::new(folder.path())?;
        bench.set_up(patterns, schedules)?;
        let runs = |bench: &Bench| bench.views.counts("default").total;
        let (before, begin) = (runs(&bench), cpu());
        let span = Duration::from_secs(minutes * 60);
        let steps = bench.live(minutes * 60_000)?;
        let spent = cpu().saturating_sub(begin);
        let started = runs(&bench) - before;
        let share = spent.as_secs_f64() / span.as_secs_f64() * 100.0;
        let each_us = spent.as_secs_f64() * 1e6 / started.max(1) as f64;
        println!(
            "{{\"schedules\": {schedules}, \"minutes\": {minutes}, \"mix\": \"{name}\", \"runs\": {started}, \
             \"steps\": {steps}, \"cpuSeconds\": {:.3}, \"shareOfACore\": \"{share:.3} %\", \
             \"perRunUs\": {each_us:.0}}}",
            spent.as_secs_f64()
        );
    }
    Ok(())
}
