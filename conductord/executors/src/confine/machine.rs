//! What the machine gives, found out by trying it: flags and versions say what a kernel has, not
//! what this process may use of it.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::{DirBuilderExt as _, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use conductor_protocol::manifest::{ResourceClass, SandboxLevel};
use rustix::process::geteuid;

use super::{
    Confiner,
    options::ConfineOptions,
    paths,
    plan::{Limits, Mounts, Part, Plan, Refused, User, Walls},
    start::Channel,
};

/// Processes that the trial may have.
const TRIAL_PROCESSES: u64 = 16;
/// Parts without which no sandbox is one.
const NEEDED: [Part; 5] =
    [Part::Plan, Part::Program, Part::NoNewPrivileges, Part::Landlock, Part::Seccomp];

/// What the machine gives.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Whom a sandboxed program can become.
    pub(super) user: Option<User>,
    /// What can't be had, and why.
    pub(super) without: BTreeMap<Part, String>,
}

/// How well something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    Well,
    /// It is not, and something else takes its place.
    Lesser,
    /// It is not: what demands it is refused.
    Missing,
}

/// One line for `conductor doctor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Such as `landlock`.
    pub name: &'static str,
    /// How well it is.
    pub found: Found,
    /// A sentence.
    pub message: String,
    /// How to mend it.
    pub hint: &'static str,
}

impl Machine {
    /// Tries a sandbox with everything, then without what was refused, until one holds.
    pub(super) fn probe(options: &ConfineOptions, work_dir: &Path) -> Self {
        let mut machine = Self { user: None, without: BTreeMap::new() };
        if geteuid().is_root() {
            match user_named(&options.user) {
                Ok(user) => machine.user = Some(user),
                Err(problem) => drop(machine.without.insert(Part::User, problem)),
            }
        }
        let folder = work_dir.join("trial");
        let tried = Trial::prepare(&folder, machine.user).map(|trial| {
            while let Err(Refused { part, message }) = trial.run(options, &machine) {
                let known = machine.without.insert(part, message).is_some();
                if part == Part::Mounts || part == Part::User {
                    // Without mounts another user can't reach the attempt's folders.
                    machine.user = None;
                }
                if known || NEEDED.contains(&part) {
                    break;
                }
            }
        });
        if let Err(error) = tried {
            machine.without.insert(Part::Plan, format!("can't try a sandbox: {error}"));
        }
        drop(fs::remove_dir_all(&folder));
        machine
    }

    pub(super) fn has(&self, part: Part) -> bool {
        !self.without.contains_key(&part)
    }

    /// Why there can be no sandbox at all.
    pub(super) fn without_sandbox(&self) -> Option<Refused> {
        let (part, message) = self.without.iter().find(|(part, _)| NEEDED.contains(part))?;
        Some(Refused { part: *part, message: message.clone() })
    }
}

/// The folders of a trial.
struct Trial {
    slot: PathBuf,
    tmp: PathBuf,
}

impl Trial {
    fn prepare(folder: &Path, user: Option<User>) -> io::Result<Self> {
        let (slot, tmp) = (folder.join("slot"), folder.join("tmp"));
        for path in [&slot, &tmp] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
            if let Some(User { uid, gid }) = user {
                chown(path, Some(uid), Some(gid))?;
            }
        }
        Ok(Self { slot, tmp })
    }

    #[expect(clippy::disallowed_methods, reason = "the owner of the trial of a sandbox")]
    fn run(&self, options: &ConfineOptions, machine: &Machine) -> Result<(), Refused> {
        let not_started = |error: io::Error| Refused::because(Part::Program, "confine", error);
        let Some((program, arguments)) = options.program.split_first() else {
            return Err(Refused::because(Part::Program, "confine", "no program is set up for it"));
        };
        let mounts = machine.has(Part::Mounts).then(|| Mounts { tmp: self.tmp.clone() });
        let counting = machine.has(Part::Counting) && (mounts.is_some() || !geteuid().is_root());
        let plan = Plan {
            cgroup: None,
            limits: Limits { processes: counting.then_some(TRIAL_PROCESSES), ..Limits::default() },
            walls: Some(Walls {
                user: machine.user,
                mounts,
                cwd: self.slot.clone(),
                own: vec![self.slot.clone()],
                hidden: options.hidden.clone(),
                reads_everything: true,
                network: true,
                ..Walls::default()
            }),
        };
        let (channel, theirs) = Channel::new().map_err(not_started)?;
        let mut command = Command::new(program);
        command.args(arguments).args(["/bin/sh", "-c", ":"]);
        command.env_clear().stdin(theirs).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(not_started)?;
        drop(command);
        let said = channel.carry_out_blocking(&plan);
        let ended = child.wait().map_err(not_started)?;
        said?;
        if ended.success() {
            return Ok(());
        }
        let message = format!("a shell does not run in a sandbox here: {ended}");
        Err(Refused { part: Part::Program, message })
    }
}

/// A user by name or number, from the file that every system has.
fn user_named(name: &str) -> Result<User, String> {
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = user_in(&passwd, name)
        .ok_or_else(|| format!("the sandbox's user `{name}` is not in /etc/passwd"))?;
    match user.uid {
        0 => Err("the sandbox's user is root, which is no user of its own".into()),
        _ => Ok(user),
    }
}

fn user_in(passwd: &str, name: &str) -> Option<User> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (known, uid) = (fields.next()?, fields.nth(1)?);
        let gid = fields.next()?.parse().ok()?;
        (known == name || uid == name).then(|| Some(User { uid: uid.parse().ok()?, gid }))?
    })
}

/// What the machine gives, one line each.
pub(super) fn findings(confiner: &Confiner) -> Vec<Finding> {
    let machine = confiner.machine();
    let options = &confiner.options;
    let trial = machine.without_sandbox();
    let part = |name, part: Part, well: String, hint| match machine.without.get(&part) {
        Some(problem) => Finding { name, found: Found::Missing, message: problem.clone(), hint },
        None if trial.is_some() => Finding {
            name,
            found: Found::Missing,
            message: "not tried, because something before it is missing".into(),
            hint: "",
        },
        None => Finding { name, found: Found::Well, message: well, hint: "" },
    };
    let landlock = match paths::version() {
        6.. => "ABI 6 or later: files, devices, signals, abstract sockets".to_owned(),
        version => format!("ABI {version}"),
    };
    let mut found = vec![
        cgroups(confiner),
        part(
            "no new privileges",
            Part::NoNewPrivileges,
            "setuid programs gain nothing".into(),
            "use a kernel from 3.5 on",
        ),
        part(
            "landlock",
            Part::Landlock,
            landlock,
            "use a kernel from 5.13 on with `landlock` in its `lsm=` list",
        ),
        part(
            "seccomp",
            Part::Seccomp,
            "system calls can be denied".into(),
            "use a kernel with CONFIG_SECCOMP_FILTER",
        ),
        lesser(part(
            "private tmp",
            Part::Mounts,
            "a mount of its own on /tmp and /var/tmp".into(),
            "allow user namespaces (sysctl user.max_user_namespaces, \
             kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns); \
             until then TMPDIR is private and /tmp is shut",
        )),
        own_user(machine, options),
    ];
    found.push(Finding {
        name: "confinement",
        found: Found::Well,
        message: format!(
            "tasks that say nothing: resources {}, sandbox {}",
            options.default_class.map_or("none", ResourceClass::word),
            options.default_sandbox.word()
        ),
        hint: "",
    });
    if let Some(Refused { message, .. }) = trial {
        found.push(Finding {
            name: "sandbox",
            found: if options.default_sandbox == SandboxLevel::None {
                Found::Lesser
            } else {
                Found::Missing
            },
            message: format!("none can be had: {message}"),
            hint: "tasks that demand one are refused on this worker",
        });
    }
    found
}

/// What something else takes the place of.
fn lesser(finding: Finding) -> Finding {
    match finding.found {
        Found::Missing => Finding { found: Found::Lesser, ..finding },
        _ => finding,
    }
}

fn cgroups(confiner: &Confiner) -> Finding {
    let hint = "run the daemon under systemd with `Delegate=yes`, or name a folder that is its own \
                in `[resources] cgroup`";
    match &confiner.cgroups {
        Ok(cgroups) => {
            let message = format!("{} in {}", cgroups.controllers(), cgroups.folder().display());
            Finding { name: "cgroup v2", found: Found::Well, message, hint: "" }
        }
        Err(problem) => {
            let message = format!("{problem}; resource limits bound each process instead");
            Finding { name: "cgroup v2", found: Found::Lesser, message, hint }
        }
    }
}

fn own_user(machine: &Machine, options: &ConfineOptions) -> Finding {
    let name = "own user";
    match (machine.user, machine.without.get(&Part::User)) {
        (Some(user), _) => {
            let message = format!("`{}`, uid {}", options.user, user.uid);
            Finding { name, found: Found::Well, message, hint: "" }
        }
        (None, Some(problem)) => {
            let hint = "set `[sandbox] user` to a user of the system's that is not root";
            Finding { name, found: Found::Missing, message: problem.clone(), hint }
        }
        (None, None) => {
            let uid = geteuid().as_raw();
            let message = format!("sandboxed programs run as the worker's user, uid {uid}");
            let hint =
                "only root can become another user; a user that only runs the daemon is as good";
            Finding { name, found: Found::Lesser, message, hint }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_name_and_by_number() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nruns:x:998:997::/:/bin/false\n";
        let runs = Some(User { uid: 998, gid: 997 });
        assert_eq!(user_in(passwd, "runs"), runs);
        assert_eq!(user_in(passwd, "998"), runs);
        assert_eq!(user_in(passwd, "x"), None);
        assert_eq!(user_in(passwd, "broken"), None);
    }
}
