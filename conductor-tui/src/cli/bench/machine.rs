//! What this machine can do at most: synced appends to the daemon's disk, processes started and
//! waited for.

#![expect(clippy::disallowed_methods, reason = "spawning bare programs is what it measures")]

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::measures::Raw;

/// How long each measurement takes.
const MEASURE_FOR: Duration = Duration::from_secs(1);
/// What is appended before each sync.
const APPEND_BYTES: usize = 4_096;
/// The program that does nothing.
const TRUE: [&str; 2] = ["/bin/true", "/usr/bin/true"];

/// Measures both. The file is made in `data_dir` when this user may, else in the folder for
/// temporary files; the answer says where.
pub(super) fn measure(data_dir: &Path) -> io::Result<Raw> {
    let name = format!(".conductor-bench-{}", std::process::id());
    let places = [data_dir.to_owned(), std::env::temp_dir()];
    let (place, file) = open_in(&places, &name)?;
    let path = place.join(&name);
    let synced = append_and_sync(file);
    fs::remove_file(&path)?;
    Ok(Raw { sync_per_s: synced?, sync_place: place, spawn_per_s: spawn()? })
}

fn open_in(places: &[PathBuf], name: &str) -> io::Result<(PathBuf, File)> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for place in places {
        match OpenOptions::new().append(true).create_new(true).open(place.join(name)) {
            Ok(file) => return Ok((place.clone(), file)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn append_and_sync(mut file: File) -> io::Result<f64> {
    let bytes = [0x5a; APPEND_BYTES];
    let (started, mut count) = (Instant::now(), 0_u32);
    while started.elapsed() < MEASURE_FOR {
        file.write_all(&bytes)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / started.elapsed().as_secs_f64())
}

/// One thread a core: more would measure the scheduler.
fn spawn() -> io::Result<f64> {
    let program = TRUE.iter().map(Path::new).find(|path| path.exists());
    let program = program.unwrap_or(Path::new("true"));
    let started = Instant::now();
    let counts: io::Result<Vec<u32>> = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> =
            (0..cores).map(|_| scope.spawn(|| spawn_again_and_again(program, started))).collect();
        let ended = threads.into_iter().map(thread::ScopedJoinHandle::join);
        ended
            .map(|count| count.unwrap_or_else(|_| Err(io::Error::other("a thread ended"))))
            .collect()
    });
    Ok(counts?.into_iter().map(f64::from).sum::<f64>() / started.elapsed().as_secs_f64())
}

fn spawn_again_and_again(program: &Path, started: Instant) -> io::Result<u32> {
    let mut count = 0;
    while started.elapsed() < MEASURE_FOR {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status()?;
        count += 1;
    }
    Ok(count)
}
