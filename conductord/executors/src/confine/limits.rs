//! Resource limits of processes, for what no cgroup bounds.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::plan::{Limits, Part, Refused};

/// Bytes of a plan.
pub(super) const PLAN_BYTES_MAX: u64 = 1024 * 1024;
/// Seconds of CPU time between SIGXCPU and SIGKILL.
const CPU_GRACE_S: u64 = 5;

/// Sets them for this process and what it starts.
pub(super) fn set_limits(limits: &Limits) -> Result<(), Refused> {
    if let Some(seconds) = limits.cpu_s {
        bound(Resource::Cpu, seconds, seconds.saturating_add(CPU_GRACE_S))?;
    }
    if let Some(bytes) = limits.memory_bytes {
        // Private memory that can be written to. An address space is not bounded: many a runtime
        // reserves hundreds of gigabytes that it never touches.
        bound(Resource::Data, bytes, bytes)?;
    }
    if let Some(processes) = limits.processes {
        bound(Resource::Nproc, processes, processes)?;
    }
    Ok(())
}

/// Never above what was inherited: that would need a privilege.
fn bound(resource: Resource, soft: u64, hard: u64) -> Result<(), Refused> {
    let before = getrlimit(resource);
    let least =
        |wanted: u64, inherited: Option<u64>| Some(inherited.map_or(wanted, |i| i.min(wanted)));
    let limit =
        Rlimit { current: least(soft, before.maximum), maximum: least(hard, before.maximum) };
    setrlimit(resource, limit)
        .map_err(|error| Refused::because(Part::Limits, "set its resource limits", error))
}
