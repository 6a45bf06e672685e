//! Resource classes and sandboxes, against real processes and the real kernel.

use std::{
    ffi::OsString,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use conductor_engine::ports::{Completion, Lease, Means, Outcome};
use conductor_executors::{
    ExecutorsOptions,
    confine::{Bounds, CgroupChoice, Classes, ConfineOptions, Found},
};
use conductor_protocol::manifest::{ResourceClass, Sandbox, SandboxLevel};

use super::{
    fixture::{Fixture, TERM_GRACE, options, shell},
    testing::MemoryPort,
};

/// The program that goes before the shell: the example of this crate, which the same build made.
fn program() -> Vec<OsString> {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    vec![path.join("examples/confine").into_os_string()]
}

/// Classes that a test can exhaust in a moment.
fn confine() -> ConfineOptions {
    let small = Bounds {
        cpu_milli: 100,
        memory_bytes: 128 << 20,
        processes: 24,
        wall: Duration::from_secs(10),
    };
    ConfineOptions {
        program: program(),
        classes: Classes { small, ..Classes::default() },
        // What is tested here is what every machine has; the files of cgroups have their own tests.
        cgroup: CgroupChoice::Off,
        ..ConfineOptions::default()
    }
}

fn fixture_with(change: impl FnOnce(&mut ConfineOptions)) -> Fixture {
    let mut confine = confine();
    change(&mut confine);
    Fixture::of(MemoryPort::new(), options(), |folder| {
        confine.hidden.push(folder.to_owned());
        ExecutorsOptions {
            term_grace: TERM_GRACE,
            proxies_from_environment: false,
            confine,
            ..ExecutorsOptions::new(folder.join("work"))
        }
    })
}

fn fixture() -> Fixture {
    fixture_with(|_| ())
}

fn boxed(token: u64, level: SandboxLevel, script: &str) -> Lease {
    Lease { sandbox: Some(Sandbox::of(level)), ..shell(token, script) }
}

fn standard(token: u64, script: &str) -> Lease {
    boxed(token, SandboxLevel::Standard, script)
}

/// A folder that is none of a sandbox's, nor below what it has of its own as `/tmp`. A script with a
/// user of its own reaches nothing below a home that others can't enter.
fn in_the_open() -> tempfile::TempDir {
    let usual = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let shut = |folder: &Path| std::fs::metadata(folder).unwrap().permissions().mode() & 0o001 == 0;
    let place = if usual.ancestors().any(shut) { Path::new("/srv") } else { usual };
    tempfile::tempdir_in(place).unwrap()
}

/// Runs it to its end; what it printed comes too.
async fn run(fixture: &Fixture, lease: Lease) -> (Completion, String) {
    let key = lease.log_key();
    let ended = fixture.run(lease).await;
    let log = fixture.port.log(&key);
    let printed = String::from_utf8_lossy(&[log.stdout, log.stderr].concat()).into_owned();
    (ended, printed)
}

async fn succeeds(fixture: &Fixture, lease: Lease) -> String {
    let (ended, printed) = run(fixture, lease).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}\n{printed}", ended.message);
    printed
}

#[tokio::test]
async fn a_plain_task_has_nothing_before_its_shell_and_no_record_of_it() {
    let fixture = fixture();
    let (ended, _) = run(&fixture, shell(1, "true")).await;
    assert_eq!((ended.outcome, ended.confinement), (Outcome::Succeeded, None));
}

#[tokio::test]
async fn a_sandboxed_script_works_as_any_other() {
    let fixture = fixture();
    let script = "set -e
        echo word=said >>$CONDUCTOR_OUTPUT
        echo kept >report; echo shared >$CONDUCTOR_WORKSPACE/shared
        cd \"$TMPDIR\"; echo hello | tee copy >/dev/stdout
        test \"$(cat /dev/stdin </dev/null | wc -c)\" = 0";
    let lease = standard(1, script);
    let run_id = lease.run;
    let (ended, printed) = run(&fixture, lease).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}\n{printed}", ended.message);
    assert_eq!(ended.outputs["word"], "said");
    assert_eq!(printed, "hello\n");
    let record = ended.confinement.unwrap();
    assert_eq!((record.sandbox, record.class), (Some(SandboxLevel::Standard), None));
    // Its run's next task, with or without a sandbox, finds what it left.
    for next in [
        shell(2, "cat $CONDUCTOR_WORKSPACE/shared"),
        standard(3, "cat $CONDUCTOR_WORKSPACE/shared"),
    ] {
        let next = Lease { run: run_id, task: format!("t{}", next.token), ..next };
        assert_eq!(succeeds(&fixture, next).await, "shared\n");
    }
}

#[tokio::test]
async fn writing_outside_of_its_own_folders_is_denied() {
    let fixture = fixture();
    let open = in_the_open();
    let path = open.path().display();
    // Everybody may write there, so that nothing but the sandbox forbids it.
    std::fs::set_permissions(open.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let script = format!("echo x >{path}/x; truncate -s 0 {path}/x; ln -s / {path}/l; ls {path}");
    assert_eq!(succeeds(&fixture, standard(1, &script)).await.matches("denied").count(), 3);
    assert_eq!(std::fs::read_dir(open.path()).unwrap().count(), 0);
    let mut sandbox = Sandbox::of(SandboxLevel::Standard);
    sandbox.write.push(path.to_string());
    let script = format!("echo x >{path}/x");
    succeeds(&fixture, Lease { sandbox: Some(sandbox), ..shell(2, &script) }).await;
    assert_eq!(std::fs::read(open.path().join("x")).unwrap(), b"x\n");
}

#[tokio::test]
async fn the_daemons_data_and_other_attempts_are_out_of_sight() {
    let fixture = fixture();
    let secret = fixture.folder.path().join("key");
    std::fs::write(&secret, "secret").unwrap();
    let script = format!("cat {}; ls -A ..; cat ../lock", secret.display());
    let (_, printed) = run(&fixture, standard(1, &script)).await;
    assert!(!printed.contains("secret\n") && !printed.starts_with("secret"), "{printed}");
    let listed: Vec<&str> = printed.lines().filter(|line| line.parse::<u32>().is_ok()).collect();
    // Its own folder, and its run's workspace: nobody else's.
    assert!(listed.len() <= 2, "{printed}");
}

#[tokio::test]
async fn its_tmp_is_its_own_and_gone_with_it() {
    let fixture = fixture();
    let outside = tempfile::NamedTempFile::new().unwrap();
    let name = outside.path().display();
    let printed = succeeds(
        &fixture,
        standard(
            1,
            &format!("echo mine >/tmp/left; test ! -e {name}; cat /tmp/left /var/tmp/left"),
        ),
    )
    .await;
    assert_eq!(printed, "mine\nmine\n");
    assert!(!std::path::Path::new("/tmp/left").exists());
    let (_, printed) = run(&fixture, standard(2, "cat /tmp/left")).await;
    assert!(printed.contains("No such file"), "{printed}");
}

#[tokio::test]
async fn a_strict_sandbox_reads_the_system_only_and_has_no_network() {
    let fixture = fixture();
    let open = in_the_open();
    std::fs::set_permissions(open.path(), PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(open.path().join("data"), "readable\n").unwrap();
    let script = format!("cat {}/data; ls /usr >/dev/null && echo system", open.path().display());
    let printed = succeeds(&fixture, boxed(1, SandboxLevel::Strict, &script)).await;
    assert!(printed.contains("denied") && printed.contains("system"), "{printed}");
    let mut sandbox = Sandbox::of(SandboxLevel::Strict);
    sandbox.read.push(open.path().display().to_string());
    let printed = succeeds(&fixture, Lease { sandbox: Some(sandbox), ..shell(2, &script) }).await;
    assert_eq!(printed, "readable\nsystem\n");
}

/// Needs an interpreter that can make system calls by number.
const SOCKETS: &str = "import socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    try:
        socket.socket(family, socket.SOCK_STREAM); print('made')
    except PermissionError:
        print('denied')";

#[tokio::test]
async fn the_network_is_off_where_it_is_asked_for() {
    let fixture = fixture();
    let script = format!("python3 -c \"{SOCKETS}\"");
    let check = |token, level, network| Lease {
        sandbox: Some(Sandbox { network, ..Sandbox::of(level) }),
        ..shell(token, &script)
    };
    let count = |printed: String, word| printed.lines().filter(|line| *line == word).count();
    let off = succeeds(&fixture, check(1, SandboxLevel::Standard, Some(false))).await;
    assert_eq!(count(off, "denied"), 3);
    let strict = succeeds(&fixture, check(2, SandboxLevel::Strict, None)).await;
    assert_eq!(count(strict, "denied"), 3);
    let on = succeeds(&fixture, check(3, SandboxLevel::Standard, None)).await;
    assert_eq!(count(on, "made"), 3);
    let opened = succeeds(&fixture, check(4, SandboxLevel::Strict, Some(true))).await;
    assert_eq!(count(opened, "made"), 3);
}

/// System calls by their numbers on x86-64, each of which fails in another way without a filter.
#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn dangerous_system_calls_are_denied() {
    let fixture = fixture();
    let script = "python3 -c \"
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
calls = dict(ptrace=101, process_vm_readv=310, mount=165, umount2=166, chroot=161, pivot_root=155,
    open_tree=428, unshare=272, setns=308, keyctl=250, add_key=248, bpf=321, perf_event_open=298,
    userfaultfd=323, io_uring_setup=425, init_module=175, kexec_load=246, reboot=169,
    settimeofday=164, sethostname=170, open_by_handle_at=304, pidfd_getfd=438, x32_ptrace=1073742345)
for name, number in calls.items():
    print(name, libc.syscall(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno())
for name, flag in dict(newns=0x20000, newuser=0x10000000, newnet=0x40000000).items():
    print('clone', name, libc.syscall(56, flag | 17, 0, 0, 0, 0), ctypes.get_errno())
print('clone3', libc.syscall(435, 0, 0), ctypes.get_errno())
print('tiocsti', libc.syscall(16, 0, 0x5412, 0), ctypes.get_errno())
\"";
    let printed = succeeds(&fixture, standard(1, script)).await;
    let not_denied: Vec<&str> = printed
        .lines()
        .filter(|line| !line.ends_with(" -1 1") && *line != "clone3 -1 38")
        .collect();
    assert_eq!(not_denied, Vec::<&str>::new());
    assert_eq!(printed.lines().count(), 28);
}

#[tokio::test]
async fn a_setuid_program_gains_nothing() {
    let fixture = fixture();
    let script = "grep NoNewPrivs /proc/self/status; grep CapEff /proc/self/status
        su -c true </dev/null; chmod 4755 own 2>/dev/null; cp /usr/bin/id own; chmod 4755 own; ./own -u
        test \"$(./own -u)\" = \"$(id -u)\" && echo same";
    let printed = succeeds(&fixture, standard(1, script)).await;
    assert!(printed.contains("NoNewPrivs:\t1"), "{printed}");
    assert!(printed.contains("CapEff:\t0000000000000000"), "{printed}");
    assert!(printed.contains("same"), "{printed}");
}

#[tokio::test]
async fn a_sandboxed_script_can_not_end_the_worker() {
    let fixture = fixture();
    let script = format!("kill -0 {} && echo reached; true", std::process::id());
    let printed = succeeds(&fixture, standard(1, &script)).await;
    assert!(!printed.contains("reached"), "{printed}");
}

#[tokio::test]
async fn a_fork_bomb_stays_within_its_class() {
    let fixture = fixture();
    if !rustix::process::geteuid().is_root() && !can_count(&fixture) {
        return;
    }
    let script = "sleep 1000 & i=0; while [ $i -lt 200 ]; do sleep 1000 & i=$((i+1)); done; wait";
    let lease = Lease { resources: Some(ResourceClass::Small), ..standard(1, script) };
    let (ended, printed) = run(&fixture, lease).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    let record = ended.confinement.unwrap();
    assert_eq!(record.processes, Means::Rlimit, "{:?}", record.missing);
    assert!(
        ended.message.starts_with("too many processes: its class `small` allows 24"),
        "{}\n{printed}",
        ended.message
    );
}

fn can_count(fixture: &Fixture) -> bool {
    fixture
        .executors
        .confinement()
        .iter()
        .any(|it| it.name == "private tmp" && it.found == Found::Well)
}

#[tokio::test]
async fn a_memory_hog_is_ended_with_the_right_message() {
    let fixture = fixture();
    let hog =
        Lease { resources: Some(ResourceClass::Small), ..shell(1, "exec tail -n 2 /dev/zero") };
    let (ended, _) = run(&fixture, hog).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(
        ended
            .message
            .starts_with("out of memory: its class `small` allows 128 MiB to each process"),
        "{}",
        ended.message
    );
    assert_eq!(ended.confinement.unwrap().memory, Means::Rlimit);
    // The same without a class is the script's own affair.
    let (ended, _) = run(&fixture, shell(2, "echo out of memory >&2; exit 3")).await;
    assert_eq!(ended.message, "exit status 3: out of memory");
}

#[tokio::test]
async fn a_cpu_hog_is_ended_with_the_right_message() {
    let fixture = fixture();
    let hog = Lease { resources: Some(ResourceClass::Small), ..shell(1, "while :; do :; done") };
    let (ended, _) = run(&fixture, hog).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(
        ended.message.starts_with("its CPU time is used up: its class `small` allows 1 s"),
        "{}",
        ended.message
    );
    let record = ended.confinement.unwrap();
    assert_eq!((record.class, record.cpu), (Some(ResourceClass::Small), Means::Rlimit));
    // Nobody counts processes without a sandbox here, and the record says so.
    assert_eq!(record.missing, ["process limit"]);
}

#[tokio::test]
async fn a_class_bounds_the_time_too() {
    let fixture = fixture_with(|confine| confine.classes.small.wall = Duration::from_millis(300));
    let sleeper = Lease { resources: Some(ResourceClass::Small), ..shell(1, "sleep 1000") };
    let (ended, _) = run(&fixture, sleeper).await;
    assert_eq!(ended.outcome, Outcome::TimedOut);
    assert_eq!(ended.message, "stopped: its class `small` allows 0.3 s");
}

#[tokio::test]
async fn what_says_nothing_gets_the_workers_default() {
    let fixture = fixture_with(|confine| {
        confine.default_class = Some(ResourceClass::Small);
        confine.default_sandbox = SandboxLevel::Standard;
    });
    let (ended, _) = run(&fixture, shell(1, "true")).await;
    let record = ended.confinement.unwrap();
    assert_eq!(record.class, Some(ResourceClass::Small));
    assert_eq!(record.sandbox, Some(SandboxLevel::Standard));
    let (ended, _) = run(&fixture, boxed(2, SandboxLevel::None, "true")).await;
    assert_eq!(ended.confinement.unwrap().sandbox, None);
}

#[tokio::test]
async fn a_sandbox_that_can_not_be_had_is_refused_and_the_script_not_started() {
    let fixture = fixture_with(|confine| confine.program = vec!["/nowhere/confine".into()]);
    let marker = fixture.folder.path().join("started");
    let script = format!(": >{}", marker.display());
    let (ended, printed) = run(&fixture, standard(1, &script)).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(ended.message.contains("(CONFINEMENT_UNAVAILABLE)"), "{}", ended.message);
    assert_eq!(ended.confinement.unwrap().refused, "CONFINEMENT_UNAVAILABLE");
    assert_eq!((printed.as_str(), marker.exists()), ("", false));
    // A path that is not there is found by the program itself.
    let fixture = self::fixture();
    let mut sandbox = Sandbox::of(SandboxLevel::Standard);
    sandbox.read.push("/nowhere/data".into());
    let (ended, _) = run(&fixture, Lease { sandbox: Some(sandbox), ..shell(2, &script) }).await;
    assert!(ended.message.contains("/nowhere/data, which is not there"), "{}", ended.message);
    assert_eq!(ended.confinement.unwrap().refused, "CONFINEMENT_UNAVAILABLE");
    assert!(!marker.exists());
}

#[tokio::test]
async fn a_program_that_does_not_confine_is_no_success() {
    let fixture = fixture_with(|confine| confine.program = vec!["/bin/true".into()]);
    let (ended, _) = run(&fixture, standard(1, "true")).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(ended.message.contains("without a word"), "{}", ended.message);
}

#[tokio::test]
async fn the_doctor_is_told_of_every_part() {
    let fixture = fixture();
    let findings = fixture.executors.confinement();
    for name in [
        "cgroup v2",
        "no new privileges",
        "landlock",
        "seccomp",
        "private tmp",
        "own user",
        "confinement",
    ] {
        let finding = findings.iter().find(|finding| finding.name == name);
        let finding = finding.unwrap_or_else(|| panic!("nothing is said of {name}"));
        assert!(!finding.message.is_empty());
        assert_eq!(finding.hint.is_empty(), finding.found == Found::Well, "{finding:?}");
    }
    let nothing = fixture_with(|confine| confine.program = Vec::new());
    let findings = nothing.executors.confinement();
    let sandbox = findings.iter().find(|finding| finding.name == "sandbox").unwrap();
    assert_eq!(sandbox.found, Found::Lesser);
    assert!(sandbox.message.contains("no program is set up"), "{}", sandbox.message);
}

#[tokio::test]
async fn strays_of_a_sandbox_end_with_it() {
    let fixture = fixture();
    let script = "env -i setsid /bin/sleep 1000 >/dev/null 2>&1 & echo $!; sleep 0.1";
    let printed = succeeds(&fixture, standard(1, script)).await;
    assert!(!super::fixture::is_alive(printed.lines().next().unwrap()), "{printed}");
    let left = std::fs::read_dir(fixture.folder.path().join("work/attempts")).unwrap();
    let left: Vec<PathBuf> = left.map(|entry| entry.unwrap().path()).collect();
    assert!(left.iter().all(|path| path.extension().is_none()), "{left:?}");
}
