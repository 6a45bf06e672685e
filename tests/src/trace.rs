//! What a program does to the world, as the kernel sees it: its system calls under `strace`.
//!
//! What may pass is listed; everything else is an effect, a call that nobody thought of included.
//! A program that is only looked at may open files to read them, talk to one socket, use pipes and
//! counters of its own, start threads, and write to its own standard output and error.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::process::ended_within;

const STRACE: &str = "/usr/bin/strace";
/// Every call that names a file, a network's end or a process, and those that write to what is
/// open already. `io_uring` would hide all of them, so that it counts as an effect by itself.
const CALLS: &str = "trace=%file,%network,%process,write,writev,pwrite64,pwritev,pwritev2,ftruncate,\
                     fallocate,fchmod,fchown,fsetxattr,fremovexattr,sendfile,splice,vmsplice,tee,\
                     copy_file_range,io_uring_setup,io_uring_enter,ioctl";
/// Calls that look at something and change nothing.
const READS: &[&str] = &[
    "access",
    "faccessat",
    "faccessat2",
    "stat",
    "lstat",
    "fstat",
    "newfstatat",
    "statx",
    "statfs",
    "fstatfs",
    "readlink",
    "readlinkat",
    "getcwd",
    "getxattr",
    "lgetxattr",
    "listxattr",
    "socket",
    "socketpair",
    "getsockopt",
    "setsockopt",
    "getsockname",
    "getpeername",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "accept",
    "accept4",
    "shutdown",
    "exit",
    "exit_group",
    "wait4",
    "waitid",
    "chdir",
    "fchdir",
    "inotify_add_watch",
];
/// How long attaching and letting go may take.
const WITHIN: Duration = Duration::from_secs(20);
/// How long it may take to let go of its own accord.
const LETS_GO_WITHIN: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What was traced.
#[derive(Debug)]
pub struct Trace {
    /// A line a call.
    pub lines: Vec<String>,
    socket: PathBuf,
}

/// Whether programs can be traced here.
#[must_use]
pub fn can_trace() -> bool {
    let mut probe = Command::new(STRACE);
    probe.args(["-qq", "-o", "/dev/null", "/bin/true"]).stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// Runs a command under the trace, to its end; gives how that ended, too.
///
/// # Panics
/// When it can't be started.
#[must_use]
pub fn traced(command: &Command, socket: &Path) -> (std::process::Output, Trace) {
    let folder = TempDir::new().expect("a folder for the trace");
    let file = folder.path().join("trace");
    let mut strace = Command::new(STRACE);
    strace.args(["-f", "-qq", "-y", "-s", "200", "-e", CALLS, "-e", "signal=none", "-o"]);
    strace.arg(&file).arg("--").arg(command.get_program()).args(command.get_args());
    strace.env_clear();
    for (name, value) in command.get_envs() {
        strace.env(name, value.unwrap_or_default());
    }
    if let Some(folder) = command.get_current_dir() {
        strace.current_dir(folder);
    }
    let output = strace.stdin(Stdio::null()).output().expect("start strace");
    (output, Trace::read(&file, socket))
}

/// A program that runs already, watched from here on.
#[derive(Debug)]
pub struct Watched {
    strace: Child,
    folder: TempDir,
    socket: PathBuf,
}

impl Watched {
    /// Attaches to a process and all its threads.
    ///
    /// # Panics
    /// When that does not work.
    #[must_use]
    pub fn attach(pid: u32, socket: &Path) -> Self {
        let folder = TempDir::new().expect("a folder for the trace");
        let mut strace = Command::new(STRACE);
        strace.args(["-f", "-qq", "-y", "-s", "200", "-e", CALLS, "-e", "signal=none", "-o"]);
        strace.arg(folder.path().join("trace")).args(["-p", &pid.to_string()]);
        let strace = strace.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
        let watched =
            Self { strace: strace.expect("start strace"), folder, socket: socket.to_owned() };
        let deadline = Instant::now() + WITHIN;
        while !all_threads_traced(pid) {
            assert!(Instant::now() < deadline, "strace does not attach");
            thread::sleep(LOOK_EVERY);
        }
        watched
    }

    /// Lets go, and gives what was seen.
    ///
    /// # Panics
    /// When strace does not end.
    #[must_use]
    pub fn end(mut self) -> Trace {
        kill_process(Pid::from_child(&self.strace), Signal::INT).expect("end strace");
        // It lets go of one thread after the other, and may wait for ever for one that ends just
        // then. Its lines are written one by one, and the kernel frees what it held when it is gone.
        if ended_within(&mut self.strace, LETS_GO_WITHIN).is_none() {
            self.strace.kill().expect("kill strace");
            assert!(ended_within(&mut self.strace, WITHIN).is_some(), "strace goes on");
        }
        Trace::read(&self.folder.path().join("trace"), &self.socket)
    }
}

fn all_threads_traced(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("a process that lives");
    threads.flatten().all(|thread| {
        let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
        tracer.is_none_or(|tracer| tracer.trim() != "0")
    })
}

impl Trace {
    fn read(file: &Path, socket: &Path) -> Self {
        let text = fs::read(file).expect("a trace");
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter_map(|line| Some(line.split_once(' ')?.1.trim().to_owned()));
        // The end of a call whose beginning was seen, and the ends of processes.
        let calls = lines.filter(|line| !line.starts_with("<...") && !line.starts_with("+++"));
        Self { lines: calls.collect(), socket: socket.to_owned() }
    }

    /// Whether a call is in it that begins so.
    #[must_use]
    pub fn has(&self, beginning: &str) -> bool {
        self.lines.iter().any(|line| line.starts_with(beginning))
    }

    /// Every call that has an effect outside of the process, but for its own output and what it
    /// says to the one socket. `own_start` is the program itself being started.
    #[must_use]
    pub fn effects(&self, own_start: bool) -> Vec<&str> {
        let mut started = !own_start;
        let mut found = Vec::new();
        for line in &self.lines {
            let (name, rest) = line.split_once('(').unwrap_or((line, ""));
            if name == "execve" && !started {
                started = true;
                continue;
            }
            if !is_harmless((name, rest), &self.socket) {
                found.push(line.as_str());
            }
        }
        found
    }
}

fn is_harmless((name, rest): (&str, &str), socket: &Path) -> bool {
    match name {
        name if READS.contains(&name) => true,
        "open" | "openat" => {
            let changes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE"];
            rest.contains("O_RDONLY") && !changes.iter().any(|flag| rest.contains(flag))
        }
        "connect" => rest.contains(&format!("sun_path=\"{}\"", socket.display())),
        // An address would be another end than the one that was connected to.
        "sendto" | "sendmsg" => is_own_end(rest) && !rest.contains("sa_family"),
        "write" | "writev" => rest.starts_with("1<") || rest.starts_with("2<") || is_own_end(rest),
        "clone" | "clone3" => rest.contains("CLONE_THREAD"),
        // Of a terminal, or whether there is one.
        "ioctl" => ["TCGETS", "TIOCGWINSZ", "FIONBIO"].iter().any(|ask| rest.contains(ask)),
        _ => false,
    }
}

/// A socket, a pipe, a counter: what a descriptor that no file stands behind shows.
fn is_own_end(rest: &str) -> bool {
    let end = rest.split_once('<').map_or("", |(_, end)| end);
    ["socket:", "UNIX", "pipe:", "anon_inode:"].iter().any(|kind| end.starts_with(kind))
}
