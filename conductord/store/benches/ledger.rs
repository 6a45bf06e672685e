//! What an append costs beside the disk's own write and sync, and how quickly a ledger opens.
//!
//! `cargo bench -p conductor-store --bench ledger`, with `CONDUCTOR_BENCH_RECORDS` for the size of
//! the ledger that is opened (100000 unless told). One line of JSON for each measurement.
#![expect(clippy::disallowed_methods, reason = "its size is given by the environment")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

use std::{
    fs::File,
    os::unix::fs::FileExt as _,
    path::Path,
    time::{Duration, Instant},
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{Ledger as _, LedgerReader as _, RecordDraft};
use conductor_keys::note::SigningKey;
use conductor_store::ledger::{LedgerOptions, open};

const RECORD_BYTES: usize = 600;
const BATCHES: [usize; 4] = [1, 16, 64, 256];
const ROUNDS: usize = 500;
/// Records that are proven, all over the ledger.
const PROOFS: u64 = 2_000;

fn batch(records: usize) -> Vec<RecordDraft> {
    let draft = RecordDraft {
        at: Timestamp::from_unix_ms(1_790_000_000_000),
        payload: vec![b'x'; RECORD_BYTES],
        ..RecordDraft::default()
    };
    vec![draft; records]
}

/// Times of one kind of operation.
#[derive(Default)]
struct Times {
    wall_us: Vec<f64>,
    cpu_ns: u64,
}

impl Times {
    fn time(&mut self, run: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        let (begin, cpu) = (Instant::now(), cpu_ns()?);
        run()?;
        self.cpu_ns += cpu_ns()?.saturating_sub(cpu);
        self.wall_us.push(begin.elapsed().as_secs_f64() * 1e6);
        Ok(())
    }

    /// Median, 99th percentile and processor time of each, in microseconds.
    fn summary(mut self) -> [f64; 3] {
        self.wall_us.sort_by(f64::total_cmp);
        let count = self.wall_us.len();
        let at = |share: usize| self.wall_us.get(count * share / 100).copied().unwrap_or_default();
        [
            at(50),
            at(99),
            Duration::from_nanos(self.cpu_ns).as_secs_f64() * 1e6 / count.max(1) as f64,
        ]
    }
}

/// Time that this thread has run, which other load on the machine leaves alone. On a busy machine
/// the wall time of a sync is that of being woken up: the scheduler's tick, not the disk's.
fn cpu_ns() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().unwrap_or_default().parse()?)
}

/// The ledger and the disk alone, in turns: what disturbs one disturbs the other.
fn append(dir: &Path, key: &SigningKey, records: usize, rounds: usize) -> anyhow::Result<()> {
    let folder = dir.join(records.to_string());
    let (mut ledger, _) = open(&folder, LedgerOptions::new(key.clone()))?;
    let (file, drafts) = (File::create(dir.join("raw"))?, batch(records));
    let bytes = vec![b'x'; records * (RECORD_BYTES + 27) + 28];
    let (mut ours, mut raw) = (Times::default(), Times::default());
    for round in 0..rounds as u64 {
        ours.time(|| Ok(ledger.append(&drafts)?))?;
        raw.time(|| {
            file.write_all_at(&bytes, round * bytes.len() as u64)?;
            Ok(file.sync_data()?)
        })?;
    }
    let ([p50, p99, cpu], [raw50, raw99, raw_cpu]) = (ours.summary(), raw.summary());
    println!(
        "{{\"appendRecords\":{records},\"p50Us\":{p50:.1},\"p99Us\":{p99:.1},\"cpuUs\":{cpu:.1},\"rawP50Us\":{raw50:.1},\"rawP99Us\":{raw99:.1},\"rawCpuUs\":{raw_cpu:.1}}}"
    );
    Ok(())
}

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` asks every benchmark whether it runs at all.
    let rounds = if std::env::args().any(|arg| arg == "--test") { 1 } else { ROUNDS };
    let dir = tempfile::tempdir()?;
    let key = SigningKey::from_seed("conductor.bench/ledger", [1; 32])?;
    for records in BATCHES {
        append(dir.path(), &key, records, rounds)?;
    }
    let records = std::env::var("CONDUCTOR_BENCH_RECORDS").ok().and_then(|text| text.parse().ok());
    start(dir.path(), &key, if rounds == 1 { 1000 } else { records.unwrap_or(100_000) })
}

/// How long a start takes after a clean stop, and after none.
fn start(dir: &Path, key: &SigningKey, records: u64) -> anyhow::Result<()> {
    let folder = dir.join("start");
    let options = || LedgerOptions::new(key.clone());
    let (mut ledger, _) = open(&folder, options())?;
    let drafts = batch(256);
    while ledger.last_seq() < records {
        ledger.append(&drafts)?;
    }
    let begin = Instant::now();
    ledger.checkpoint()?;
    let checkpoint_ms = begin.elapsed().as_secs_f64() * 1e3;
    Box::new(ledger).close()?;
    let begin = Instant::now();
    let (ledger, reader) = open(&folder, options())?;
    let clean_ms = begin.elapsed().as_secs_f64() * 1e3;
    let last = ledger.last_seq();
    let mut proofs = Times::default();
    for number in 0..PROOFS {
        // Far from one another, and from one run to the next the same.
        let seq = 1 + number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % last;
        proofs.time(|| Ok(reader.inclusion_proof(seq, 0).map(drop)?))?;
    }
    let longest = proofs.wall_us.iter().copied().fold(0.0, f64::max);
    let [proof_p50, proof_p99, _] = proofs.summary();
    let (begin, cpu) = (Instant::now(), cpu_ns()?);
    let report = reader.verify(&mut |_, _| {})?;
    let verify_cpu_ns = cpu_ns()?.saturating_sub(cpu);
    let verify_ms = begin.elapsed().as_secs_f64() * 1e3;
    anyhow::ensure!(report.problem.is_none() && report.records == last, "{report:?}");
    let per_s = last as f64 / Duration::from_nanos(verify_cpu_ns).as_secs_f64();
    drop(ledger);
    std::fs::remove_file(folder.join("manifest"))?;
    let begin = Instant::now();
    let (ledger, _) = open(&folder, options())?;
    let scan_ms = begin.elapsed().as_secs_f64() * 1e3;
    println!(
        "{{\"records\":{},\"checkpointMs\":{checkpoint_ms:.1},\"openCleanMs\":{clean_ms:.1},\"openScanMs\":{scan_ms:.1},\"verifyMs\":{verify_ms:.1},\"verifyPerCpuS\":{per_s:.0},\"proofP50Us\":{proof_p50:.1},\"proofP99Us\":{proof_p99:.1},\"proofMaxUs\":{longest:.1}}}",
        ledger.last_seq()
    );
    Ok(())
}
