//! Telling the ends that a bound brought about from those of the script's own.

use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus};

use conductor_engine::ports::Means;

use super::{
    cgroup::{AttemptCgroup, Counted},
    prepare::{Prepared, cpu_seconds},
};

/// SIGXCPU, which the kernel sends when the CPU time is used up.
const SIGXCPU: i32 = 24;
/// What a shell exits with when a signal ended its child: this and the signal's number.
const SHELL_SIGNAL: i32 = 128;
/// What programs say when they get no memory.
const NO_MEMORY: [&str; 6] = [
    "cannot allocate memory",
    "out of memory",
    "memory exhausted",
    "memoryerror",
    "bad_alloc",
    "out of space",
];
/// What programs say when they can't start another.
const NO_PROCESS: [&str; 3] = ["cannot fork", "resource temporarily unavailable", "fork: retry"];

/// Why a script that failed was made to fail by its bounds; nothing when it was not.
pub(crate) fn explain(prepared: &Prepared, status: ExitStatus, last_line: &str) -> Option<String> {
    let counted = prepared.cgroup.as_ref().map(AttemptCgroup::counted).unwrap_or_default();
    let by_cpu = status.signal() == Some(SIGXCPU) || status.code() == Some(SHELL_SIGNAL + SIGXCPU);
    let cause = cause(
        (prepared.confinement.memory, prepared.confinement.processes),
        counted,
        by_cpu,
        last_line,
    )?;
    let (class, bounds) = prepared.bounds.as_ref()?;
    let class = class.word();
    Some(match cause {
        Cause::Memory { each } => format!(
            "out of memory: its class `{class}` allows {} MiB{}",
            bounds.memory_bytes >> 20,
            if each { " to each process" } else { "" }
        ),
        Cause::Processes => {
            format!("too many processes: its class `{class}` allows {}", bounds.processes)
        }
        Cause::Cpu => format!(
            "its CPU time is used up: its class `{class}` allows {} s to each process",
            cpu_seconds(bounds)
        ),
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Cause {
    Memory { each: bool },
    Processes,
    Cpu,
}

fn cause(
    (memory, processes): (Means, Means),
    counted: Counted,
    by_cpu: bool,
    last_line: &str,
) -> Option<Cause> {
    let says = |words: &[&str]| {
        let line = last_line.to_ascii_lowercase();
        words.iter().any(|word| line.contains(word))
    };
    if counted.memory_kills > 0 {
        Some(Cause::Memory { each: false })
    } else if by_cpu {
        Some(Cause::Cpu)
    } else if counted.forks_refused > 0 || (processes == Means::Rlimit && says(&NO_PROCESS)) {
        Some(Cause::Processes)
    } else if memory == Means::Rlimit && says(&NO_MEMORY) {
        // No kernel counts this: that its limit was the cause is what the program says.
        Some(Cause::Memory { each: true })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_told_apart() {
        let none = Counted::default();
        let both = |means| (means, means);
        let killed = Counted { memory_kills: 1, forks_refused: 3 };
        let forks = Counted { memory_kills: 0, forks_refused: 3 };
        assert_eq!(
            cause(both(Means::Cgroup), killed, false, ""),
            Some(Cause::Memory { each: false })
        );
        assert_eq!(cause(both(Means::Cgroup), forks, false, ""), Some(Cause::Processes));
        assert_eq!(cause(both(Means::Rlimit), none, true, ""), Some(Cause::Cpu));
        assert_eq!(
            cause(both(Means::Rlimit), none, false, "MemoryError"),
            Some(Cause::Memory { each: true })
        );
        assert_eq!(
            cause(both(Means::Rlimit), none, false, "sh: 0: Cannot fork"),
            Some(Cause::Processes)
        );
        // Without such a limit the words are the script's own affair.
        assert_eq!(cause(both(Means::Nothing), none, false, "Cannot fork"), None);
        assert_eq!(cause(both(Means::Cgroup), none, false, "out of memory"), None);
        assert_eq!(cause(both(Means::Rlimit), none, false, "no such file"), None);
    }
}
