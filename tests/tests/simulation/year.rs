//! A year of schedules in zones whose clocks jump, with a daemon that dies and stays away at random:
//! no due time is lost, none is run twice, and what nobody saw is treated as the schedule says.
//!
//! What should have happened is worked out apart from the product: every minute of the year is looked
//! at, and which of them were seen is known from when the daemon was up.

use std::{collections::BTreeSet, sync::Arc};

use conductor_domain::{
    event::Event,
    intent::schedule::{Change, Draft, DraftTrigger, Missed, Overlap, limits},
    time::Timestamp,
};
use conductor_engine::{
    command::{Answer, Command},
    kernel::{Commit, Input, Kernel, Output, Reply},
    ports::{Keyring, Ledger as _, LedgerReader, ViewStore},
    record,
    sealing::{MemoryKeyring, SealingLedger, opened},
    views::{self, ViewWriter, Views},
};
use conductor_keys::note::SigningKey;
use conductor_store::{
    ledger::{FilesLedger, LedgerOptions, open_on},
    testing::{DiskFaults, MemViews, SimDisk},
};
use jiff::{ToSpan as _, civil::DateTime, tz::TimeZoneDatabase};
use serde_json::Map;

use super::{
    chance::Chance,
    client::{self, BUNDLE, Leave, Request},
    number,
    world::World,
};

const MINUTE_MS: u64 = 60_000;
/// Small segments: the disk is memory, and a year has many.
const SEGMENT_BYTES: u64 = 512 * 1024;
/// Worlds that are lived through when nobody says how many.
const YEARS_DEFAULT: u64 = 2;
/// Years in which something happens to a clock: in 2011 Apia had no 30th of December.
const YEARS: [i16; 2] = [2011, 2027];

/// A workflow whose only task is not to run, so that a run ends where it starts.
const WORKFLOW: &str = "name: brief\nversion: 1.0.0\ntasks:\n\
    - {id: a, uses: 'pkg:builtin/noop@1', when: 'false'}\n";

/// A schedule, and what its pattern means without reading it.
struct Case {
    name: &'static str,
    pattern: &'static str,
    zone: &'static str,
    missed: Missed,
    /// Whether it names hours, so that each is due once a day.
    named: bool,
    matches: fn(DateTime) -> bool,
}

const CASES: [Case; 9] = [
    Case {
        name: "berlin",
        pattern: "30 2 * * *",
        zone: "Europe/Berlin",
        missed: Missed::Skip,
        named: true,
        matches: |at| (at.hour(), at.minute()) == (2, 30),
    },
    Case {
        name: "new-york",
        pattern: "15 1,2 * * *",
        zone: "America/New_York",
        missed: Missed::Once,
        named: true,
        matches: |at| matches!(at.hour(), 1 | 2) && at.minute() == 15,
    },
    Case {
        name: "lord-howe",
        pattern: "*/15 1-2 * * *",
        zone: "Australia/Lord_Howe",
        missed: Missed::All,
        named: true,
        matches: |at| matches!(at.hour(), 1 | 2) && at.minute() % 15 == 0,
    },
    Case {
        name: "kathmandu",
        pattern: "0 9 * * mon-fri",
        zone: "Asia/Kathmandu",
        missed: Missed::All,
        named: true,
        matches: |at| {
            (at.hour(), at.minute()) == (9, 0) && at.weekday().to_monday_zero_offset() < 5
        },
    },
    Case {
        name: "apia",
        pattern: "0 9,17 * * *",
        zone: "Pacific/Apia",
        missed: Missed::Once,
        named: true,
        matches: |at| matches!(at.hour(), 9 | 17) && at.minute() == 0,
    },
    Case {
        name: "cairo",
        pattern: "0 0 * * *",
        zone: "Africa/Cairo",
        missed: Missed::Skip,
        named: true,
        matches: |at| (at.hour(), at.minute()) == (0, 0),
    },
    Case {
        name: "chatham",
        pattern: "45 * * * *",
        zone: "Pacific/Chatham",
        missed: Missed::All,
        named: false,
        matches: |at| at.minute() == 45,
    },
    Case {
        name: "santiago",
        pattern: "0 */6 L * *",
        zone: "America/Santiago",
        missed: Missed::Once,
        named: true,
        matches: |at| at.day() == at.days_in_month() && at.hour() % 6 == 0 && at.minute() == 0,
    },
    Case {
        name: "tokyo",
        pattern: "5 4 1 * *",
        zone: "Asia/Tokyo",
        missed: Missed::Skip,
        named: true,
        matches: |at| (at.day(), at.hour(), at.minute()) == (1, 4, 5),
    },
];

impl Case {
    /// Due times after `from` and up to `to`, in milliseconds, by looking at every minute.
    #[expect(clippy::expect_used, reason = "the zones and years of this file are known")]
    fn due(&self, from: u64, to: u64) -> Vec<u64> {
        let zone = TimeZoneDatabase::bundled().get(self.zone).expect("the zone is known");
        let clock = |minute: u64| {
            let second = i64::try_from(minute * 60).expect("a time of this century");
            zone.to_datetime(jiff::Timestamp::from_second(second).expect("a time of this century"))
        };
        let (first, last) = (from / MINUTE_MS, to / MINUTE_MS);
        let mut newest = clock(first - 2_000);
        let mut due = Vec::new();
        for minute in first - 1_999..=last {
            let shown = clock(minute);
            let mut is_due = (self.matches)(shown);
            if self.named {
                is_due &= shown > newest;
                let mut over = newest + 1.minute();
                while over < shown {
                    is_due |= (self.matches)(over);
                    over += 1.minute();
                }
            }
            newest = newest.max(shown);
            if is_due && minute * MINUTE_MS > from {
                due.push(minute * MINUTE_MS);
            }
        }
        due
    }

    /// The due times that must have been run, when the daemon looked at these times.
    fn expected(&self, (from, to): (u64, u64), looks: &BTreeSet<u64>) -> Vec<u64> {
        let mut seen: Vec<(u64, Vec<u64>)> = Vec::new();
        for due in self.due(from, to) {
            let Some(look) = looks.range(due..).next().copied() else { continue };
            match seen.last_mut() {
                Some((last, together)) if *last == look => together.push(due),
                _ => seen.push((look, vec![due])),
            }
        }
        let mut expected = Vec::new();
        for (look, mut late) in seen {
            let on_time = late.pop_if(|newest| look - *newest <= limits::LATE_MS);
            match self.missed {
                Missed::Skip => {}
                Missed::Once if on_time.is_none() => expected.extend(late.last()),
                Missed::Once => {}
                Missed::All => {
                    late.retain(|due| look - due <= limits::MISSED_WINDOW_MS_DEFAULT);
                    let old = late.len().saturating_sub(limits::MISSED_RUNS_MAX);
                    expected.extend(&late[old..]);
                }
            }
            expected.extend(on_time);
        }
        expected
    }

    fn draft(&self) -> Draft {
        Draft {
            workflow: "brief".into(),
            workflow_version: String::new(),
            inputs: Map::new(),
            trigger: DraftTrigger::Cron(self.pattern.into()),
            zone: self.zone.into(),
            overlap: Overlap::Queue,
            missed: self.missed,
            missed_window_ms: 0,
            jitter_ms: 0,
            description: String::new(),
            subject: String::new(),
            edits_version: None,
        }
    }
}

struct Life {
    kernel: Kernel,
    ledger: SealingLedger<FilesLedger<SimDisk>>,
    reader: Arc<dyn LedgerReader>,
    views: Views,
    writer: ViewWriter,
    unwritten: Vec<Commit>,
    wake_at: Option<u64>,
}

impl Life {
    #[expect(clippy::expect_used, reason = "a map takes everything")]
    fn write_views(&mut self, store: &MemViews) {
        self.writer.apply(store, &self.unwritten).expect("a map takes everything");
        self.views.forget(&self.unwritten);
        self.unwritten.clear();
    }
}

/// The name of a schedule, a due time, and when it was run.
type Fire = (String, u64, u64);

/// See the module.
struct Year {
    chance: Chance,
    now: u64,
    disk: SimDisk,
    store: Arc<MemViews>,
    keyring: Arc<MemoryKeyring>,
    /// When a daemon looked and what it saw became durable.
    looks: BTreeSet<u64>,
    set_at: u64,
}

impl Year {
    /// Lives through a year with these schedules. Gives due times and when they were run, by name.
    fn live(seed: u64, drafts: &[(&str, Draft)]) -> Result<(Self, Vec<Fire>), String> {
        let chance = Chance::new(seed);
        let year = YEARS[usize::try_from(seed % 2).unwrap_or(0)];
        let begin = jiff::civil::date(year, 1, 1).at(0, 0, 0, 0);
        let begin = jiff::tz::Offset::UTC.to_timestamp(begin).map_err(|e| e.to_string())?;
        let now = u64::try_from(begin.as_millisecond()).map_err(|e| e.to_string())? + 12_345;
        let disk = SimDisk::new(chance.bits(), DiskFaults::default());
        let store = Arc::new(MemViews::default());
        let keyring = Arc::new(MemoryKeyring::seeded(seed));
        let looks = BTreeSet::new();
        let mut world = Self { chance, now, disk, store, keyring, looks, set_at: now };
        let mut life = world.start()?;
        world.set_up(&mut life, drafts)?;
        let end = now + 366 * 86_400_000;
        let mut quiet_until = world.next_trouble();
        while world.now < end {
            let wake = life.wake_at.unwrap_or(end);
            if quiet_until <= wake {
                world.now = quiet_until.max(world.now);
                life = world.trouble(life)?;
                quiet_until = world.next_trouble();
                continue;
            }
            world.now = wake.max(world.now);
            let faults = DiskFaults { sync_fails_permille: 1, write_fails_permille: 1 };
            world.disk.set_faults(faults);
            let output = world.step(&mut life, vec![]);
            world.disk.set_faults(DiskFaults::default());
            if output.failed.is_some() {
                world.disk.crash();
                drop(life);
                life = world.start()?;
            }
        }
        life.write_views(&world.store);
        let fired = world.read(&life)?;
        world.views_are_the_ledgers(&life)?;
        Ok((world, fired))
    }

    /// Days without trouble.
    fn next_trouble(&self) -> u64 {
        self.now + self.chance.below(16 * 86_400_000)
    }

    /// The daemon dies, and comes back at once, soon, or days later.
    fn trouble(&mut self, life: Life) -> Result<Life, String> {
        drop(life);
        if self.chance.once_in(2) {
            self.disk.crash();
        }
        self.now += match self.chance.below(4) {
            0 => self.chance.below(3_000),
            1 => self.chance.below(2 * limits::LATE_MS),
            2 => self.chance.below(3 * 3_600_000),
            _ => self.chance.below(4 * 86_400_000),
        };
        self.start()
    }

    fn start(&mut self) -> Result<Life, String> {
        let key = SigningKey::from_seed("year", [7; 32]).map_err(|e| e.to_string())?;
        let options = LedgerOptions::new(key).segment_bytes(SEGMENT_BYTES);
        let (ledger, files) = open_on(self.disk.clone(), options)
            .map_err(|error| format!("the ledger does not open: {error}"))?;
        let keyring: Arc<dyn Keyring> = Arc::<MemoryKeyring>::clone(&self.keyring);
        let ledger = SealingLedger::new(ledger, Arc::clone(&keyring));
        let reader: Arc<dyn LedgerReader> = Arc::new(opened(files, Arc::clone(&keyring)));
        let folded =
            views::fold(&*self.store, &*reader, &mut |_, _| {}).map_err(|e| e.to_string())?;
        let store: Arc<dyn ViewStore> = Arc::clone(&self.store) as _;
        let views = Views::new(store, &folded.state, ledger.last_seq());
        let kernel = Kernel::new(folded.state, BUNDLE.into(), Arc::new(Leave));
        let kernel = kernel.with_keyring(keyring);
        let mut life = Life {
            kernel,
            ledger,
            reader,
            views,
            writer: folded.writer,
            unwritten: Vec::new(),
            wake_at: None,
        };
        let output = self.step(&mut life, vec![World::resume()]);
        match output.failed {
            Some(problem) => Err(problem),
            None => Ok(life),
        }
    }

    fn step(&mut self, life: &mut Life, inputs: Vec<Input>) -> Output {
        let now = (Timestamp::from_unix_ms(self.now), &self.chance as _);
        let mut output = life.kernel.step(inputs, now, &mut life.ledger, &life.views);
        life.wake_at = output.wake_at.map(|at| at.unix_ms);
        if output.failed.is_none() {
            self.looks.insert(self.now);
        }
        if let Some(commit) = output.commit.take() {
            life.views.publish(&commit);
            life.unwritten.push(commit);
        }
        // Views are written behind: a daemon that dies has not written all of them.
        if self.chance.once_in(4) {
            life.write_views(&self.store);
        }
        output
    }

    fn set_up(&mut self, life: &mut Life, drafts: &[(&str, Draft)]) -> Result<(), String> {
        let manifest =
            conductor_protocol::manifest::parse(WORKFLOW).map_err(|e| format!("{e:?}"))?;
        let mut commands = vec![Command::Publish {
            manifest: Box::new(manifest),
            provenance: Box::default(),
            signatures: Vec::new(),
        }];
        commands.extend(drafts.iter().map(|(name, draft)| Command::Schedule {
            name: (*name).to_owned(),
            change: Change::Set(Box::new(draft.clone())),
        }));
        let inputs = commands.into_iter().enumerate().map(|(ticket, command)| {
            let request = Request { command, key: None, cancels: None };
            let context = Box::new(client::context(&request, self.now, &self.chance));
            Input::Command { ticket: ticket as u64, context, command: request.command }
        });
        let inputs = inputs.collect();
        let output = self.step(life, inputs);
        for (_, reply) in output.replies {
            match reply {
                Ok(Reply::Answer(Answer::Published(..) | Answer::Scheduled(_))) => {}
                other => return Err(format!("{other:?}")),
            }
        }
        Ok(())
    }

    /// Due times and when they were run, as the ledger has them.
    fn read(&self, life: &Life) -> Result<Vec<(String, u64, u64)>, String> {
        let records =
            life.reader.read(0, usize::MAX, usize::MAX).map_err(|error| error.to_string())?;
        let (mut fired, mut open) = (Vec::new(), BTreeSet::new());
        for found in records {
            let envelope = record::decode(&found).map_err(|error| error.to_string())?;
            let envelope = envelope.ok_or("a key was destroyed")?;
            match envelope.event {
                Event::RunStarted(event) => {
                    let by = event.schedule.ok_or("a run that no schedule started")?;
                    open.insert(event.run);
                    fired.push((by.name, by.due.unix_ms, envelope.at.unix_ms));
                }
                Event::RunEnded(event) => {
                    open.remove(&event.run);
                }
                _ => {}
            }
        }
        if open.is_empty() { Ok(fired) } else { Err(format!("{open:?} did not end")) }
    }

    fn views_are_the_ledgers(&self, life: &Life) -> Result<(), String> {
        let fresh = MemViews::default();
        views::fold(&fresh, &*life.reader, &mut |_, _| {}).map_err(|error| error.to_string())?;
        let digest = |store: &dyn ViewStore| views::digest(store).map_err(|e| e.to_string());
        if digest(&fresh)? == digest(&*self.store)? {
            return Ok(());
        }
        Err("the views differ from a fresh fold".into())
    }
}

/// Compares what was run with what must have been.
fn compare(year: &Year, case: &Case, fired: &[(String, u64, u64)]) -> Result<(), String> {
    let own: Vec<_> = fired.iter().filter(|(name, ..)| name == case.name).collect();
    let mut found: Vec<u64> = own.iter().map(|(_, due, _)| *due).collect();
    found.sort_unstable();
    if let Some(twice) = found.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("{}: {} was run twice", case.name, twice[0]));
    }
    let expected = case.expected((year.set_at, year.now), &year.looks);
    let (ran, wanted): (BTreeSet<_>, BTreeSet<_>) =
        (found.into_iter().collect(), expected.into_iter().collect());
    if let Some(lost) = wanted.difference(&ran).next() {
        return Err(format!("{}: {lost} was not run", case.name));
    }
    if let Some(odd) = ran.difference(&wanted).next() {
        return Err(format!("{}: {odd} was run and should not have been", case.name));
    }
    for (_, due, at) in own {
        let look = year.looks.range(due..).next();
        if look.is_none_or(|look| at < look) {
            return Err(format!("{}: {due} was run at {at}, before its time", case.name));
        }
    }
    Ok(())
}

fn check(seed: u64) {
    let drafts: Vec<_> = CASES.iter().map(|case| (case.name, case.draft())).collect();
    let told = Year::live(seed, &drafts).and_then(|(year, fired)| {
        CASES.iter().try_for_each(|case| compare(&year, case, &fired))?;
        if fired.len() < 9_000 { Err(format!("only {} runs", fired.len())) } else { Ok(()) }
    });
    if let Err(problem) = told {
        panic!("year {seed}: {problem}\nreplay: SIMULATION_YEAR={seed}");
    }
}

#[test]
fn a_year_of_schedules_loses_no_run_and_doubles_none() {
    if let Some(seed) = number("SIMULATION_YEAR") {
        return check(seed);
    }
    let years = number("SIMULATION_YEARS").unwrap_or(YEARS_DEFAULT);
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || (0..years).filter(|seed| seed % 2 == half).for_each(check));
        }
    });
}

/// rundeck/rundeck#7367: a schedule kept the offset that it was set with and drifted by an hour.
#[test]
fn a_schedule_that_drifts_by_an_hour_is_found() {
    let berlin = &CASES[0];
    let drifting = Draft { zone: "Etc/GMT-1".into(), ..berlin.draft() };
    let (year, fired) = Year::live(1, &[(berlin.name, drifting)]).expect("it runs, at wrong times");
    assert!(compare(&year, berlin, &fired).is_err());
}
