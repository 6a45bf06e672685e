//! Landlock: which files a program may read and write. The kernel denies the rest to it and to all
//! that it starts, whoever they become.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use landlock::{
    ABI, Access as _, AccessFs, BitFlags, CompatLevel, Compatible as _, PathBeneath, PathFd,
    Ruleset, RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, Scope,
};

use super::plan::{Part, Refused, Walls};

/// What is asked of the kernel; an older one gives what it knows.
const ABI_ASKED: ABI = ABI::V6;
/// The first that governs `truncate`.
const ABI_TRUNCATE: ABI = ABI::V3;

/// Programs, libraries and what they read on their way.
const SYSTEM: [&str; 11] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc",
    "/nix/store",
    "/proc",
    "/dev",
];
/// Devices that everybody writes to.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty"];
/// What is not `/tmp` for it, unless it has one of its own.
pub(super) const SHARED_TMP: [&str; 2] = ["/tmp", "/var/tmp"];

/// Whether landlock governs truncation, or the call must be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truncation {
    Governed,
    ToBeDenied,
}

/// Shuts this process in.
pub(super) fn shut(walls: &Walls) -> Result<Truncation, Refused> {
    let (read, all) = (AccessFs::from_read(ABI_ASKED), AccessFs::from_all(ABI_ASKED));
    let rules = Rules(ruleset().map_err(landlock("make a landlock ruleset"))?);
    let mut rules = if walls.reads_everything {
        rules.allow_those_there(&readable(walls), read)?
    } else {
        rules.allow_those_there(SYSTEM.map(PathBuf::from).as_slice(), read)?
    };
    rules = rules.allow_those_there(DEVICES.map(PathBuf::from).as_slice(), all)?;
    if walls.mounts.is_some() {
        rules = rules.allow_those_there(SHARED_TMP.map(PathBuf::from).as_slice(), all)?;
    }
    rules = rules.allow(&walls.read, read)?;
    rules = rules.allow(&walls.write, all)?;
    rules = rules.allow(&walls.own, all)?;
    let status = rules.0.restrict_self().map_err(landlock("restrict itself by landlock"))?;
    match ABI::from(status.landlock) {
        ABI::Unsupported => {
            let message = "the kernel has no landlock, or it is switched off".into();
            Err(Refused { part: Part::Landlock, message })
        }
        abi if abi < ABI_TRUNCATE => Ok(Truncation::ToBeDenied),
        _ => Ok(Truncation::Governed),
    }
}

/// Which landlock the kernel has, as far as it matters here: 0 for none. Changes nothing.
pub(super) fn version() -> u32 {
    let known = [(ABI::V6, 6), (ABI::V5, 5), (ABI::V3, 3), (ABI::V2, 2), (ABI::V1, 1)];
    let has = |abi| {
        let rules = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
        let rules = rules.handle_access(AccessFs::from_all(abi))?;
        match abi {
            ABI::V6 => rules.scope(Scope::from_all(abi))?.create(),
            _ => rules.create(),
        }
    };
    let newest = known.into_iter().find(|(abi, _)| has(*abi).is_ok());
    newest.map_or(0, |(_, version)| version)
}

fn ruleset() -> Result<RulesetCreated, landlock::RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI_ASKED))?
        // Nobody outside gets its signals, nor a connection by a name without a file.
        .scope(Scope::from_all(ABI_ASKED))?
        .create()
}

struct Rules(RulesetCreated);

impl Rules {
    /// What a manifest or the worker names must be there.
    fn allow(self, paths: &[PathBuf], access: BitFlags<AccessFs>) -> Result<Self, Refused> {
        paths.iter().try_fold(self, |rules, path| rules.allow_one(path, access, true))
    }

    fn allow_those_there(
        self,
        paths: &[PathBuf],
        access: BitFlags<AccessFs>,
    ) -> Result<Self, Refused> {
        paths.iter().try_fold(self, |rules, path| rules.allow_one(path, access, false))
    }

    fn allow_one(
        self,
        path: &Path,
        access: BitFlags<AccessFs>,
        must_be_there: bool,
    ) -> Result<Self, Refused> {
        let about = match fs::metadata(path) {
            Ok(about) => about,
            Err(_) if !must_be_there => return Ok(self),
            Err(error) => {
                let why = match error.kind() {
                    ErrorKind::NotFound => "which is not there".to_owned(),
                    _ => format!("which the task's user can't reach: {error}"),
                };
                let message = format!("the sandbox opens {}, {why}", path.display());
                return Err(Refused { part: Part::Landlock, message });
            }
        };
        let file = match PathFd::new(path) {
            Ok(file) => file,
            Err(_) if !must_be_there => return Ok(self),
            Err(error) => return Err(landlock("open what a sandbox opens")(error)),
        };
        let access = if about.is_dir() { access } else { access & AccessFs::from_file(ABI_ASKED) };
        let added = self.0.add_rule(PathBeneath::new(file, access));
        added.map(Self).map_err(landlock("add a landlock rule"))
    }
}

/// Everything but what is hidden. With mounts of its own, what is hidden is covered already.
fn readable(walls: &Walls) -> Vec<PathBuf> {
    if walls.mounts.is_some() {
        return vec!["/".into()];
    }
    let mut hidden = walls.hidden.clone();
    hidden.extend(SHARED_TMP.map(PathBuf::from));
    let mut open = Vec::new();
    all_but(Path::new("/"), &hidden, &mut open);
    open
}

/// The largest folders and files below `folder` that hold nothing hidden. What is made later beside
/// a hidden folder stays shut too.
fn all_but(folder: &Path, hidden: &[PathBuf], open: &mut Vec<PathBuf>) {
    if hidden.iter().any(|path| path == folder) {
        return;
    }
    if !hidden.iter().any(|path| path.starts_with(folder)) {
        open.push(folder.to_owned());
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        // A link's target has a place of its own, which is open or hidden there.
        if entry.file_type().is_ok_and(|kind| !kind.is_symlink()) {
            all_but(&entry.path(), hidden, open);
        }
    }
}

fn landlock<E: std::fmt::Display>(attempt: &'static str) -> impl Fn(E) -> Refused {
    move |error| Refused::because(Part::Landlock, attempt, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_open_but_what_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in ["a/b/secret/deep", "a/b/plain", "a/c", "tmp/x"] {
            fs::create_dir_all(root.join(path)).unwrap();
        }
        fs::write(root.join("a/file"), "").unwrap();
        let mut open = Vec::new();
        all_but(root, &[root.join("a/b/secret"), root.join("tmp")], &mut open);
        open.sort();
        assert_eq!(open, ["a/b/plain", "a/c", "a/file"].map(|path| root.join(path)));
        open.clear();
        all_but(root, &["/elsewhere".into()], &mut open);
        assert_eq!(open, [root]);
    }
}
