//! The trial's side: bounds itself, reads one job, writes one answer, ends.

use std::io::{self, Read as _, Write as _};

use anyhow::Context as _;
use conductor_policy::trial::job;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{CPU_SECONDS_MAX, FILES_MAX, MEMORY_MIB_MAX};
use crate::exit::{Ended, Kind};

/// `conductord try-bundle`
pub(crate) fn try_bundle() -> Result<(), Ended> {
    bound(Resource::As, MEMORY_MIB_MAX * 1024 * 1024)?;
    bound(Resource::Cpu, CPU_SECONDS_MAX)?;
    bound(Resource::Core, 0)?;
    bound(Resource::Nofile, FILES_MAX)?;
    let mut job = Vec::new();
    let bytes_max = job::JOB_BYTES_MAX as u64;
    io::stdin().lock().take(bytes_max + 1).read_to_end(&mut job).context("read the job")?;
    if job.len() as u64 > bytes_max {
        let message = format!("take a job of more than {bytes_max} bytes");
        return Err(Ended::because(Kind::Refused, message));
    }
    let answer = job::run(job).context("read the job")?;
    Ok(io::stdout().lock().write_all(&answer).context("write the answer")?)
}

/// From here on there is no more of it than this, and no more than there was.
fn bound(resource: Resource, max: u64) -> Result<(), Ended> {
    let known = getrlimit(resource);
    let least = known.current.map_or(max, |now| now.min(max));
    // The hard limit stays: a process that reaches that of time is killed, and does not tell why.
    let limit = Rlimit { current: Some(least), ..known };
    Ok(setrlimit(resource, limit).with_context(|| format!("bound {resource:?}"))?)
}
