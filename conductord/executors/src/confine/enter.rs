//! The program that goes before a script: it reads its plan, puts up the walls around itself and
//! becomes the script's shell. It has one thread, which is why the kernel lets it do all this
//! without a line of unsafe code.
//!
//! Standard input is a socket to the worker. The plan comes over it; a refusal goes back. It closes
//! when the shell starts, which is how the worker learns that all is in place.

use std::{
    convert::Infallible,
    ffi::OsString,
    fs::File,
    io::{Read as _, Write as _},
    net::Shutdown,
    os::{
        fd::AsFd as _,
        unix::{net::UnixStream, process::CommandExt as _},
    },
    process::Command,
};

use rustix::{io::fcntl_dupfd_cloexec, stdio};

use super::{
    limits::{PLAN_BYTES_MAX, set_limits},
    namespaces, paths,
    plan::{Part, Plan, Refused, Walls},
    syscalls,
};

/// Exit status of a program that refused; the worker is told why before, so nobody else sees it.
pub const REFUSED: u8 = 78;

/// Said when everything is in place.
pub(super) const READY: &[u8] = b"ready\n";

/// Puts up what the plan on standard input asks for and becomes `program`. Returns when something
/// of it can't be had: the worker knows by then, and the process is to end with [`REFUSED`].
pub fn enter(program: impl Iterator<Item = OsString>) -> u8 {
    let Ok(mut channel) = take_channel() else { return REFUSED };
    let Err(refused) = carry_out(&mut channel, program);
    if let Ok(text) = serde_json::to_vec(&refused) {
        // A worker that is gone needs no answer.
        drop(channel.write_all(&text));
    }
    REFUSED
}

/// The socket, out of the script's reach, with nothing in its place.
fn take_channel() -> std::io::Result<UnixStream> {
    let channel = fcntl_dupfd_cloexec(std::io::stdin().as_fd(), 3)?;
    stdio::dup2_stdin(File::open("/dev/null")?)?;
    Ok(UnixStream::from(channel))
}

fn carry_out(
    channel: &mut UnixStream,
    mut program: impl Iterator<Item = OsString>,
) -> Result<Infallible, Refused> {
    let plan = read_plan(channel)?;
    let Some(name) = program.next() else {
        return Err(Refused::because(Part::Program, "start a program", "none was named"));
    };
    if let Some(folder) = &plan.cgroup {
        // `0` is whoever writes it.
        std::fs::write(folder.join("cgroup.procs"), "0")
            .map_err(|error| Refused::because(Part::Cgroup, "enter its cgroup", error))?;
    }
    match &plan.walls {
        Some(walls) => enter_walls(walls, &plan)?,
        None => set_limits(&plan.limits)?,
    }
    // An end without this would look like a script that took over.
    channel.write_all(READY).map_err(|error| Refused::because(Part::Plan, "answer", error))?;
    let error = start(&name, program);
    let attempt = format!("start {}", name.display());
    Err(Refused::because(Part::Program, &attempt, error))
}

#[expect(clippy::disallowed_methods, reason = "this process becomes the program")]
fn start(name: &OsString, arguments: impl Iterator<Item = OsString>) -> std::io::Error {
    Command::new(name).args(arguments).exec()
}

fn read_plan(channel: &mut UnixStream) -> Result<Plan, Refused> {
    let refused =
        |error: &dyn std::fmt::Display| Refused::because(Part::Plan, "read its plan", error);
    let mut text = Vec::new();
    channel.take(PLAN_BYTES_MAX).read_to_end(&mut text).map_err(|error| refused(&error))?;
    serde_json::from_slice(&text).map_err(|error| refused(&error))
}

/// In this order: each step takes away what the one before it needed.
fn enter_walls(walls: &Walls, plan: &Plan) -> Result<(), Refused> {
    namespaces::enter(walls, plan.limits.processes.is_some())?;
    rustix::thread::set_no_new_privs(true)
        .map_err(|error| Refused::because(Part::NoNewPrivileges, "forbid new privileges", error))?;
    std::env::set_current_dir(&walls.cwd)
        .map_err(|error| Refused::because(Part::Mounts, "enter its folder", error))?;
    let truncation = paths::shut(walls)?;
    set_limits(&plan.limits)?;
    syscalls::deny(walls.network, truncation)
}

/// The worker's end of the socket, once the plan is on its way.
pub(crate) fn send_plan(channel: &mut UnixStream, plan: &Plan) -> std::io::Result<()> {
    channel.write_all(&serde_json::to_vec(plan)?)?;
    channel.shutdown(Shutdown::Write)
}
