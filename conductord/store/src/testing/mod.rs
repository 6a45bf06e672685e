//! For tests of this crate and of others (feature `simulation`): a disk that crashes, and stores
//! in memory.

mod mem_views;
mod sim_disk;

pub use mem_views::MemViews;
pub use sim_disk::{DiskFaults, SimDisk, SimFile};
