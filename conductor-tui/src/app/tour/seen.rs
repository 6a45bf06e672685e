//! Whether the tour was shown here before.

use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

/// There once the tour was shown, or had begun to be.
const MARK: &str = "tour-seen";

/// Whether nobody has seen the tour here; from now on it counts as seen, whatever becomes of it.
/// Where that can't be kept it counts as seen, too: better never than every time.
#[must_use]
pub fn tour_is_new(state_dir: &Path) -> bool {
    mark(state_dir).is_ok()
}

fn mark(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let file = folder.join(MARK);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_new_once_and_never_where_nothing_can_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state/console");
        assert!(tour_is_new(&state));
        assert!(!tour_is_new(&state));
        std::fs::write(folder.path().join("file"), "").unwrap();
        assert!(!tour_is_new(&folder.path().join("file/console")));
    }
}
