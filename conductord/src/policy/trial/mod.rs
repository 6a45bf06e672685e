//! Candidates of policy, each tried out in a process of its own. A candidate is somebody's program:
//! its instructions are counted, but what it holds is not, and a rule that doubles a text, rule by rule,
//! would have the whole daemon ended. So the daemon starts itself once more for each of them, as
//! `conductord try-bundle`, with bounds of memory and time that the system keeps.

mod child;
mod process;

pub(crate) use child::try_bundle;
pub(crate) use process::TrialProcesses;

/// The word that asks for it.
const WORD: &str = "try-bundle";
/// Addresses that a trial may take, in MiB. The built-in bundle with all its tests and their coverage
/// takes a tenth of it.
const MEMORY_MIB_MAX: u64 = 1_024;
/// Seconds of a processor that a trial may take: as long as the tests of a bundle may.
const CPU_SECONDS_MAX: u64 = 120;
/// Seconds that a trial may take on a machine with other things to do.
const SECONDS_MAX: u64 = 240;
/// Files that it may have open: it needs three.
const FILES_MAX: u64 = 16;
