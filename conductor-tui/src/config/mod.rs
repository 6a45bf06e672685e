//! What the console is told before it starts: flags, environment, config file, in that order.

mod contexts;
mod environment;
mod file;
mod paths;
mod settings;
mod told;

pub(crate) use contexts::Listed;
pub(crate) use environment::Environment;
pub(crate) use file::similar;
pub(crate) use paths::Paths;
pub(crate) use settings::{ConfigError, Origin, Overrides, Settings};
pub(crate) use told::{Flags, told};
