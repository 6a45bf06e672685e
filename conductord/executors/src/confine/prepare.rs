//! From what a task asks for, and what the machine gives, to the plan of one attempt.

use std::path::PathBuf;

use conductor_engine::ports::{Confinement, Lease, Means};
use conductor_protocol::manifest::{ResourceClass, Sandbox, SandboxLevel};
use rustix::process::geteuid;

use super::{
    Confiner,
    cgroup::AttemptCgroup,
    machine::Machine,
    options::Bounds,
    plan::{Limits, Mounts, Part, Plan, Refused, User, Walls},
};

/// The folders that an attempt was given.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// Where it starts.
    pub(crate) cwd: PathBuf,
    /// What of it is its own besides: its run's workspace, the file for its outputs.
    pub(crate) besides: Vec<PathBuf>,
    /// What it sees as `/tmp`.
    pub(crate) tmp: PathBuf,
}

/// An attempt that is to be confined, ready to start.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// What goes before the shell does this.
    pub(crate) plan: Plan,
    /// What the record will say of it.
    pub(crate) confinement: Confinement,
    /// Its class and what that comes to.
    pub(crate) bounds: Option<(ResourceClass, Bounds)>,
    /// Its cgroup, for as long as this lives.
    pub(crate) cgroup: Option<AttemptCgroup>,
}

/// What a task asks for, with the worker's defaults.
struct Wish {
    class: Option<ResourceClass>,
    sandbox: Sandbox,
}

impl Confiner {
    /// Whether this attempt is to be confined in any way.
    pub(crate) fn confines(&self, lease: &Lease) -> bool {
        let wish = self.wish(lease);
        wish.class.is_some() || wish.sandbox.level != SandboxLevel::None
    }

    /// Whom a sandboxed attempt's folders must belong to.
    pub(crate) fn owner(&self, lease: &Lease) -> Option<(u32, u32)> {
        let sandboxed = self.wish(lease).sandbox.level != SandboxLevel::None;
        let user = self.machine().user.filter(|_| sandboxed);
        user.map(|User { uid, gid }| (uid, gid))
    }

    /// Plans an attempt. What can't be had is left out and named where it is only wished for.
    ///
    /// # Errors
    /// When it can't be had and is demanded.
    pub(crate) fn prepare(&self, lease: &Lease, given: Given) -> Result<Prepared, Refused> {
        let wish = self.wish(lease);
        let machine = self.machine();
        let mut confinement = Confinement { class: wish.class, ..Confinement::default() };
        let walls = match wish.sandbox.level {
            SandboxLevel::None => None,
            level => {
                confinement.sandbox = Some(level);
                Some(self.walls(machine, wish.sandbox, given, &mut confinement)?)
            }
        };
        let bounds = wish.class.map(|class| (class, self.options.classes.of(class)));
        let cgroup = self.cgroup(lease.token, bounds.map(|(_, bounds)| bounds))?;
        let mut plan = Plan { walls, ..Plan::default() };
        if let Some((_, bounds)) = bounds {
            plan.limits = self.limits(&bounds, (machine, &plan), &mut confinement);
        }
        plan.cgroup = cgroup.as_ref().map(|cgroup| cgroup.folder().to_owned());
        Ok(Prepared { plan, confinement, bounds, cgroup })
    }

    fn wish(&self, lease: &Lease) -> Wish {
        let by_default = || Sandbox::of(self.options.default_sandbox);
        Wish {
            class: lease.resources.or(self.options.default_class),
            sandbox: lease.sandbox.clone().unwrap_or_else(by_default),
        }
    }

    fn cgroup(&self, token: u64, bounds: Option<Bounds>) -> Result<Option<AttemptCgroup>, Refused> {
        let (Ok(cgroups), Some(bounds)) = (&self.cgroups, bounds) else { return Ok(None) };
        let made = cgroups.enter(token, Some(&bounds));
        made.map(Some).map_err(|error| Refused::because(Part::Cgroup, "make its cgroup", error))
    }

    /// Resource limits for what no cgroup bounds.
    fn limits(
        &self,
        bounds: &Bounds,
        (machine, plan): (&Machine, &Plan),
        confinement: &mut Confinement,
    ) -> Limits {
        let by_cgroup = |name| self.cgroups.as_ref().is_ok_and(|cgroups| cgroups.has(name));
        let means = |name| if by_cgroup(name) { Means::Cgroup } else { Means::Rlimit };
        (confinement.cpu, confinement.memory) = (means("cpu"), means("memory"));
        // Linux counts a user's processes, and root's not at all: a limit means something only
        // where the attempt is counted for itself.
        let counted = machine.has(Part::Counting)
            && match &plan.walls {
                Some(walls) => walls.user.is_some() || !geteuid().is_root(),
                None => false,
            };
        confinement.processes = match (by_cgroup("pids"), counted) {
            (true, _) => Means::Cgroup,
            (false, true) => Means::Rlimit,
            (false, false) => {
                confinement.missing.push("process limit".into());
                Means::Nothing
            }
        };
        Limits {
            cpu_s: (confinement.cpu == Means::Rlimit).then(|| cpu_seconds(bounds)),
            memory_bytes: (confinement.memory == Means::Rlimit).then_some(bounds.memory_bytes),
            processes: (confinement.processes == Means::Rlimit)
                .then_some(u64::from(bounds.processes)),
        }
    }

    fn walls(
        &self,
        machine: &Machine,
        sandbox: Sandbox,
        given: Given,
        confinement: &mut Confinement,
    ) -> Result<Walls, Refused> {
        if let Some(refused) = machine.without_sandbox() {
            return Err(refused);
        }
        let strict = sandbox.level == SandboxLevel::Strict;
        let network = sandbox.has_network();
        match machine.user {
            Some(_) => confinement.user.clone_from(&self.options.user),
            None if strict && geteuid().is_root() => {
                let why = machine.without.get(&Part::User).or(machine.without.get(&Part::Mounts));
                let message = format!(
                    "a strict sandbox is not root's: {}",
                    why.map_or("no other user can be had", String::as_str)
                );
                return Err(Refused { part: Part::User, message });
            }
            None => confinement.missing.push("own user".into()),
        }
        if !machine.has(Part::Mounts) {
            confinement.missing.push("own /tmp".into());
        }
        let mut own = vec![given.cwd.clone()];
        own.extend(given.besides);
        Ok(Walls {
            user: machine.user,
            mounts: machine.has(Part::Mounts).then_some(Mounts { tmp: given.tmp }),
            cwd: given.cwd,
            own,
            hidden: self.options.hidden.clone(),
            reads_everything: !strict,
            read: sandbox.read.into_iter().map(PathBuf::from).collect(),
            write: sandbox.write.into_iter().map(PathBuf::from).collect(),
            network,
        })
    }
}

/// What a process may use of the CPU where no share can be set: what its class would give it over
/// its whole time.
pub(super) fn cpu_seconds(bounds: &Bounds) -> u64 {
    let milliseconds = u128::from(bounds.cpu_milli) * bounds.wall.as_millis() / 1_000;
    u64::try_from(milliseconds.div_ceil(1_000)).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confine::options::Classes;

    #[test]
    fn cpu_time_is_the_share_over_the_whole_time() {
        let classes = Classes::default();
        assert_eq!(cpu_seconds(&classes.small), 150);
        assert_eq!(cpu_seconds(&classes.medium), 1_800);
        let short = Bounds { wall: std::time::Duration::from_millis(10), ..classes.small };
        assert_eq!(cpu_seconds(&short), 1);
    }
}
