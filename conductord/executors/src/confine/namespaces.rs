//! A view of the file system of the attempt's own, and a user of its own.
//!
//! What the program must not see is covered: `/tmp` by a folder of the attempt's, the daemon's data
//! by an empty file system, and likewise what its user could not enter on the way to the attempt's
//! folders. What it was given is put back in its place on top of that, so that every path means the
//! same inside and outside.

use std::{
    fs::{self, File},
    io,
    os::{
        fd::{AsFd as _, AsRawFd as _, OwnedFd},
        unix::fs::MetadataExt as _,
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{FileType, Gid, Mode, OFlags, Uid, fchown, fstat},
    mount::{MountFlags, MountPropagationFlags, mount, mount_bind, mount_change},
    process::{DumpableBehavior, getegid, geteuid, set_dumpable_behavior},
    thread::{
        CapabilitiesSecureBits, CapabilitySet, CapabilitySets, UnshareFlags, set_capabilities,
        set_capabilities_secure_bits, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
    },
};

use super::{
    paths::SHARED_TMP,
    plan::{Mounts, Part, Refused, User, Walls},
};

/// An empty file system that holds nothing but ways to what was given.
const COVER: &std::ffi::CStr = c"mode=755,size=1m";

/// Enters them. `counted`: processes are counted for this attempt alone.
pub(super) fn enter(walls: &Walls, counted: bool) -> Result<(), Refused> {
    let of = |part, attempt: &'static str| {
        move |error: io::Error| Refused::because(part, attempt, error)
    };
    let is_root = geteuid().is_root();
    if let Some(mounts) = &walls.mounts {
        let own_view = of(Part::Mounts, "make a view of the file system of its own");
        enter_mount_namespace(is_root).map_err(&own_view)?;
        build_view(walls, mounts).map_err(&own_view)?;
    }
    match &walls.user {
        Some(user) => become_user(*user).map_err(of(Part::User, "become its own user"))?,
        None if is_root => {
            give_up_privileges().map_err(of(Part::User, "give up its privileges"))?
        }
        None => {}
    }
    let in_own_already = !is_root && walls.mounts.is_some();
    if counted && !in_own_already {
        enter_user_namespace(UnshareFlags::empty())
            .map_err(of(Part::Counting, "count its processes in a user namespace"))?;
    }
    Ok(())
}

fn enter_mount_namespace(is_root: bool) -> io::Result<()> {
    if is_root {
        unshare(UnshareFlags::NEWNS)?;
    } else {
        enter_user_namespace(UnshareFlags::NEWNS)?;
    }
    // What the system mounts and unmounts later still shows here; never the other way round.
    let downstream = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
    Ok(mount_change("/", downstream)?)
}

/// A user namespace in which everybody is who they were.
fn enter_user_namespace(besides: UnshareFlags) -> io::Result<()> {
    let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
    unshare(UnshareFlags::NEWUSER | besides)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
    fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"))
}

#[expect(deprecated, reason = "its danger is a flag for file descriptors, which is not used here")]
fn unshare(flags: UnshareFlags) -> io::Result<()> {
    Ok(rustix::thread::unshare(flags)?)
}

/// A file or folder that stays where it is, held while what is around it is covered.
struct Kept<'a> {
    path: &'a Path,
    file: OwnedFd,
    is_dir: bool,
}

fn build_view(walls: &Walls, mounts: &Mounts) -> io::Result<()> {
    let kept = walls.own.iter().chain(&walls.read).chain(&walls.write);
    // What is not there is refused later, by its name.
    let kept: Vec<Kept<'_>> = kept.filter_map(|path| keep(path).ok()).collect();
    let tmp = keep(&mounts.tmp)?;
    let mut covered: Vec<PathBuf> = SHARED_TMP.map(PathBuf::from).into();
    for path in &covered {
        if path.is_dir() {
            mount_bind(handle(&tmp), path)?;
        }
    }
    let closed = walls.user.and_then(|user| first_closed(&walls.own, user));
    for path in walls.hidden.iter().chain(&closed) {
        if path.is_dir() && !covered.iter().any(|cover| path.starts_with(cover)) {
            let flags = MountFlags::NOSUID | MountFlags::NODEV;
            mount("tmpfs", path, "tmpfs", flags, COVER)?;
            covered.push(path.clone());
        }
    }
    // A socket, say: nobody answers there.
    for path in walls.hidden.iter().filter(|path| path.exists() && !path.is_dir()) {
        mount_bind("/dev/null", path)?;
    }
    for place in kept {
        if covered.iter().any(|cover| place.path.starts_with(cover) && place.path != cover) {
            put_back(&place)?;
        }
    }
    Ok(())
}

fn keep(path: &Path) -> io::Result<Kept<'_>> {
    let file = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let is_dir = fs::metadata(path)?.is_dir();
    Ok(Kept { path, file, is_dir })
}

/// What is held, by a name that leads there whatever covers it.
fn handle(kept: &Kept<'_>) -> String {
    format!("/proc/self/fd/{}", kept.file.as_raw_fd())
}

fn put_back(kept: &Kept<'_>) -> io::Result<()> {
    if kept.is_dir {
        fs::create_dir_all(kept.path)?;
    } else {
        if let Some(parent) = kept.path.parent() {
            fs::create_dir_all(parent)?;
        }
        drop(File::create(kept.path)?);
    }
    Ok(mount_bind(handle(kept), kept.path)?)
}

/// The first folder on the way to these that the user can't enter.
fn first_closed(paths: &[PathBuf], user: User) -> Option<PathBuf> {
    let mut ways: Vec<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
    ways.sort_unstable();
    ways.dedup();
    let from_the_top = |way: &Path| way.ancestors().map(Path::to_owned).collect::<Vec<_>>();
    ways.into_iter().find_map(|way| {
        from_the_top(way)
            .into_iter()
            .rev()
            .find(|folder| fs::metadata(folder).is_ok_and(|about| !may_enter(user, &about)))
    })
}

fn may_enter(user: User, about: &fs::Metadata) -> bool {
    let bit = if about.uid() == user.uid {
        0o100
    } else if about.gid() == user.gid {
        0o010
    } else {
        0o001
    };
    about.mode() & bit != 0
}

fn become_user(user: User) -> io::Result<()> {
    let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
    // Its pipes to the worker, so that a script may open `/dev/stdout`.
    for pipe in [io::stdout().as_fd(), io::stderr().as_fd()] {
        if FileType::from_raw_mode(fstat(pipe)?.st_mode) == FileType::Fifo {
            fchown(pipe, Some(uid), Some(gid))?;
        }
    }
    set_thread_groups(&[])?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)?;
    // A process that changed its user belongs to root, in `/proc` too, until it says otherwise.
    Ok(set_dumpable_behavior(DumpableBehavior::Dumpable)?)
}

/// Root without what makes it root: its files remain.
fn give_up_privileges() -> io::Result<()> {
    let bits = CapabilitiesSecureBits::NO_ROOT | CapabilitiesSecureBits::NO_ROOT_LOCKED;
    set_capabilities_secure_bits(bits)?;
    let none = CapabilitySet::empty();
    let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
    Ok(set_capabilities(None, none)?)
}
