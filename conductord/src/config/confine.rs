//! `[resources]` and `[sandbox]`: what tasks may take, and what is around them.

use std::{fmt, path::PathBuf, time::Duration};

use conductor_executors::confine::{Bounds, CgroupChoice, Classes, ConfineOptions};
use conductor_protocol::manifest::{ResourceClass, SandboxLevel, parse_duration_ms};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::paths;
use crate::{
    confine::WORD,
    exit::{Ended, Kind},
};

/// Cores of a class.
const CPU_RANGE: std::ops::RangeInclusive<f64> = 0.01..=1_024.0;
/// Bytes of a class: a shell that starts another needs some of them.
const MEMORY_RANGE: std::ops::RangeInclusive<u64> = 4 << 20..=16 << 40;
/// Processes of a class.
const PROCESSES_RANGE: std::ops::RangeInclusive<u32> = 1..=1_000_000;

/// `[resources]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Resources {
    default: Option<Class>,
    cgroup: Option<String>,
    small: ClassBounds,
    medium: ClassBounds,
    large: ClassBounds,
}

/// `[resources.small]` and the like
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ClassBounds {
    cpu: Option<Cores>,
    memory: Option<Bytes>,
    processes: Option<u32>,
    wall: Option<Wall>,
}

/// `[sandbox]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Sandbox {
    default: Option<SandboxLevel>,
    user: Option<String>,
}

/// A class, or none.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Class {
    None,
    Small,
    Medium,
    Large,
}

/// Thousandths of a core, written as cores.
#[derive(Debug, Clone, Copy)]
struct Cores(u32);

impl<'de> Deserialize<'de> for Cores {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cores = f64::deserialize(deserializer)?;
        if !CPU_RANGE.contains(&cores) {
            let message = format!("`{cores}` is no number of cores; write one like `0.5`");
            return Err(D::Error::custom(message));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        Ok(Self((cores * 1_000.0).round() as u32))
    }
}

/// A number of bytes, such as `256MiB`.
#[derive(Debug, Clone, Copy)]
struct Bytes(u64);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match bytes_of(&text).filter(|bytes| MEMORY_RANGE.contains(bytes)) {
            Some(bytes) => Ok(Self(bytes)),
            None => Err(D::Error::custom(format!(
                "`{text}` is no amount of memory between 4MiB and 16TiB; write one like `256MiB`"
            ))),
        }
    }
}

/// The longest time of a class.
#[derive(Debug, Clone, Copy)]
struct Wall(Duration);

impl<'de> Deserialize<'de> for Wall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match parse_duration_ms(&text) {
            Some(ms) => Ok(Self(Duration::from_millis(ms))),
            None => Err(D::Error::custom(format!("`{text}` is no time; write one like `5m`"))),
        }
    }
}

/// Binary units, as memory is sold.
fn bytes_of(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim() {
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        "TiB" => 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// What the two tables come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfineSettings {
    options: ConfineOptions,
}

impl ConfineSettings {
    pub(super) fn of(resources: &Resources, sandbox: &Sandbox) -> Result<Self, Ended> {
        let built_in = ConfineOptions::default();
        let classes = Classes {
            small: bounds("small", &resources.small, built_in.classes.small)?,
            medium: bounds("medium", &resources.medium, built_in.classes.medium)?,
            large: bounds("large", &resources.large, built_in.classes.large)?,
        };
        let options = ConfineOptions {
            program: vec!["/proc/self/exe".into(), WORD.into()],
            classes,
            default_class: resources.default.and_then(|class| match class {
                Class::None => None,
                Class::Small => Some(ResourceClass::Small),
                Class::Medium => Some(ResourceClass::Medium),
                Class::Large => Some(ResourceClass::Large),
            }),
            default_sandbox: sandbox.default.unwrap_or(built_in.default_sandbox),
            user: sandbox.user.clone().unwrap_or(built_in.user),
            hidden: Vec::new(),
            cgroup: cgroup(resources.cgroup.as_deref())?,
        };
        Ok(Self { options })
    }

    /// For a worker whose sandboxed programs must not see these; of a socket its folder.
    pub(crate) fn options(&self, hidden: &[&PathBuf]) -> ConfineOptions {
        ConfineOptions {
            hidden: hidden.iter().map(|path| (*path).clone()).collect(),
            ..self.options.clone()
        }
    }
}

fn bounds(class: &str, given: &ClassBounds, built_in: Bounds) -> Result<Bounds, Ended> {
    let processes = given.processes.unwrap_or(built_in.processes);
    if !PROCESSES_RANGE.contains(&processes) {
        let message = format!(
            "use `resources.{class}.processes = {processes}`: a class has at least one process"
        );
        return Err(Ended::because(Kind::Configuration, message));
    }
    Ok(Bounds {
        cpu_milli: given.cpu.map_or(built_in.cpu_milli, |cores| cores.0),
        memory_bytes: given.memory.map_or(built_in.memory_bytes, |bytes| bytes.0),
        processes,
        wall: given.wall.map_or(built_in.wall, |wall| wall.0),
    })
}

fn cgroup(given: Option<&str>) -> Result<CgroupChoice, Ended> {
    match given {
        None | Some("auto") => Ok(CgroupChoice::Auto),
        Some("off") => Ok(CgroupChoice::Off),
        Some(path) if path.starts_with('/') => {
            Ok(CgroupChoice::At(paths::absolute(path.as_ref())?))
        }
        Some(other) => {
            let message = format!(
                "use `resources.cgroup = \"{other}\"`: write `auto`, `off` or the path of a folder \
                 of cgroup v2"
            );
            Err(Ended::because(Kind::Configuration, message))
        }
    }
}

impl fmt::Display for ConfineSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = &self.options;
        let default = options.default_class.map_or("none", ResourceClass::word);
        writeln!(f, "resources.default   {default}")?;
        let cgroup = match &options.cgroup {
            CgroupChoice::Auto => "auto".to_owned(),
            CgroupChoice::Off => "off".to_owned(),
            CgroupChoice::At(path) => path.display().to_string(),
        };
        writeln!(f, "resources.cgroup    {cgroup}")?;
        for (word, class) in ResourceClass::WORDS {
            let Bounds { cpu_milli, memory_bytes, processes, wall } = options.classes.of(class);
            writeln!(
                f,
                "resources.{word:<9} cpu {}, memory {} MiB, processes {processes}, wall {wall:?}",
                f64::from(cpu_milli) / 1_000.0,
                memory_bytes >> 20,
            )?;
        }
        writeln!(f, "sandbox.default     {}", options.default_sandbox.word())?;
        writeln!(f, "sandbox.user        {}", options.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_over_what_is_built_in() {
        let resources: Resources = toml::from_str(
            "default = 'small'\ncgroup = 'off'\n\
             [small]\ncpu = 0.25\nmemory = '64MiB'\nprocesses = 8\nwall = '30s'\n",
        )
        .unwrap();
        let sandbox: Sandbox = toml::from_str("default = 'strict'\nuser = 'runs'\n").unwrap();
        let options = ConfineSettings::of(&resources, &sandbox).unwrap().options(&[]);
        let small = options.classes.small;
        assert_eq!((small.cpu_milli, small.memory_bytes), (250, 64 << 20));
        assert_eq!((small.processes, small.wall), (8, Duration::from_secs(30)));
        assert_eq!(options.classes.large, Classes::default().large);
        assert_eq!(options.default_class, Some(ResourceClass::Small));
        assert_eq!(options.default_sandbox, SandboxLevel::Strict);
        assert_eq!((options.user.as_str(), options.cgroup), ("runs", CgroupChoice::Off));
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for wrong in [
            "[small]\ncpu = 0.0\n",
            "[small]\nmemory = '1KiB'\n",
            "[small]\nmemory = '256MB'\n",
            "[small]\nmemory = 256\n",
            "[small]\nwall = 'soon'\n",
            "[tiny]\n",
            "default = 'tiny'\n",
        ] {
            assert!(toml::from_str::<Resources>(wrong).is_err(), "{wrong}");
        }
        let refused = |text: &str| {
            ConfineSettings::of(&toml::from_str(text).unwrap(), &Sandbox::default()).is_err()
        };
        assert!(refused("[small]\nprocesses = 0\n"));
        assert!(refused("cgroup = 'on'\n"));
        assert!(!refused("cgroup = '/sys/fs/cgroup/x'\n"));
    }

    #[test]
    fn memory_has_binary_units() {
        assert_eq!(bytes_of("256MiB"), Some(256 << 20));
        assert_eq!(bytes_of("2 GiB"), Some(2 << 30));
        assert_eq!(bytes_of("MiB"), None);
        assert_eq!(bytes_of("12"), None);
        assert_eq!(bytes_of("99999999999999TiB"), None);
    }
}
