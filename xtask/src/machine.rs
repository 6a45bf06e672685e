//! The machine that was measured on, in the words that a reader needs to judge the numbers.

use std::{fs, path::Path};

use serde::Serialize;

/// What the numbers depend on.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Machine {
    cpu: String,
    cores: usize,
    memory_mib: u64,
    kernel: String,
    /// Of the folder that the ledger is in.
    file_system: String,
    /// Runnable tasks over the last minute before the measurement: what else went on.
    load_before: String,
}

impl Machine {
    /// Looks at this machine; `folder` is where the ledger will be.
    pub(crate) fn look(folder: &Path) -> Self {
        Self {
            cpu: line_of("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(0, Into::into),
            memory_mib: kibibytes(&line_of("/proc/meminfo", "MemTotal")) / 1024,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            file_system: file_system(folder),
            load_before: words(&read("/proc/loadavg")).into_iter().next().unwrap_or_default(),
        }
    }

    /// In one line.
    pub(crate) fn text(&self) -> String {
        format!(
            "{} cores of {}, {} MiB, Linux {}, ledger on {}, load {} before",
            self.cores, self.cpu, self.memory_mib, self.kernel, self.file_system, self.load_before
        )
    }
}

/// Resident memory of a process in MiB.
pub(crate) fn resident_mib(pid: u32) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of KiB is far below 2^52")]
    let kib = kibibytes(&line_of(&format!("/proc/{pid}/status"), "VmRSS")) as f64;
    kib / 1024.0
}

/// Processor time that a process has used, in clock ticks (100 a second on Linux).
pub(crate) fn processor_ticks(pid: u32) -> u64 {
    let stat = read(&format!("/proc/{pid}/stat"));
    // The second field is the program's name in parentheses, which may hold blanks; user and
    // system time are the twelfth and thirteenth after it.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    words(after_name).iter().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

fn file_system(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mounts = read("/proc/self/mounts");
    let over = mounts.lines().filter_map(|mount| {
        let fields = words(mount);
        let (place, kind) = (fields.get(1)?, fields.get(2)?);
        folder.starts_with(place).then(|| (place.len(), kind.clone()))
    });
    over.max_by_key(|(length, _)| *length).map_or_else(String::new, |(_, kind)| kind)
}

fn line_of(file: &str, name: &str) -> String {
    let text = read(file);
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_once(':').map_or_else(String::new, |(_, value)| value.trim().to_owned())
}

fn kibibytes(value: &str) -> u64 {
    value.trim_end_matches(" kB").trim().parse().unwrap_or(0)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_default()
}
