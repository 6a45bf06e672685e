//! How fast output is redacted, beside copying the same bytes: the numbers of docs/BENCHMARKS.md.
//!
//! `cargo run --release -p conductor-executors --example redact_rate`
#![expect(clippy::print_stdout, reason = "it is what a measurement is for")]

use std::{hint::black_box, time::Instant};

use conductor_executors::redact::Redactor;

/// Bytes of one piece of output, as the worker reads them.
const PIECE: usize = 32 * 1024;
/// Pieces of one measurement.
const PIECES: usize = 4_096;

fn main() {
    let line = "2026-11-21T14:03:18Z INFO request served path=/api/v1/items status=200 took=12ms\n";
    let piece: Vec<u8> = line.bytes().cycle().take(PIECE).collect();
    let copied = rate(|| drop(black_box(piece.clone())));
    println!("copied       {copied:>8.0} MB/s");
    let key: String = (0..26).map(|i| format!("{}{i:02}\n", "aB3/".repeat(15))).collect();
    let sets: [(&str, Vec<String>); 3] = [
        ("1 of 24 B", vec!["correct-horse-battery-7f".to_owned()]),
        ("1 of 1.6 KB", vec![key]),
        ("16 of 24 B", (0..16).map(|i| format!("correct-horse-battery-{i:02}")).collect()),
    ];
    for (what, values) in sets {
        let began = Instant::now();
        let named: Vec<(&str, &str)> =
            values.iter().map(|value| ("name", value.as_str())).collect();
        let redactor = match Redactor::new(named) {
            Ok(redactor) => redactor,
            Err(error) => return println!("{error}"),
        };
        let built = began.elapsed();
        let mut stream = redactor.stream();
        let clean = rate(|| drop(black_box(stream.push(piece.clone()))));
        let ratio = clean / copied;
        println!("{what:<12} {clean:>8.0} MB/s  {ratio:.3} of copying, built in {built:.1?}");
    }
}

/// Megabytes a second of something that takes one piece; the best of three.
fn rate(mut take: impl FnMut()) -> f64 {
    let measure = |_| {
        let began = Instant::now();
        (0..PIECES).for_each(|_| take());
        (PIECE * PIECES) as f64 / began.elapsed().as_secs_f64() / 1e6
    };
    (0..3).map(measure).fold(0.0, f64::max)
}
