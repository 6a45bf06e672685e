//! What the console keeps from one session to the next, in files of the user's own: the commands that
//! were typed, what was chosen in the palette, how lists are arranged, and views. Names and ids, never what goes
//! into a form.

use std::{
    fs::File,
    io::Read as _,
    os::unix::fs::MetadataExt as _,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;

use super::{
    used::Used,
    views::{View, Views},
};
use crate::{
    columns::{Arrangements, Kept},
    input::{HISTORY_MAX, is_harmless},
    whole::put,
};

/// Bytes of a file that are read; one that is longer is begun anew.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Lines typed before, oldest first.
const COMMANDS: &str = "commands";
/// What was chosen, as JSON.
const USED: &str = "used.json";
/// How lists are arranged, as JSON.
const COLUMNS: &str = "columns.json";
/// The views that were saved, as JSON.
const VIEWS: &str = "views.json";

/// Something to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Keep {
    /// A command that was typed.
    Command(String),
    /// Something that was chosen, where, and when.
    Used { place: String, what: String, at: Timestamp },
    /// How a screen's list was arranged, where, and when.
    Columns { place: String, screen: &'static str, kept: Kept, at: Timestamp },
    /// A view, under its name.
    View { place: String, name: String, view: View },
    /// A view was deleted.
    NoView { place: String, name: String },
}

/// See the module. Without a folder nothing is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    folder: Option<PathBuf>,
    /// One change at a time: each reads, changes and writes.
    busy: Arc<Mutex<()>>,
}

impl Store {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, ..Self::default() }
    }

    /// The commands typed before, oldest first. What can't be read is begun anew.
    pub(crate) fn commands(&self) -> Vec<String> {
        let text = self.read(COMMANDS).unwrap_or_default();
        let lines = text.lines().filter(|line| is_harmless(line)).map(str::to_owned);
        let lines: Vec<String> = lines.collect();
        lines[lines.len().saturating_sub(HISTORY_MAX)..].to_vec()
    }

    /// What was chosen before.
    pub(crate) fn used(&self) -> Used {
        let text = self.read(USED).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// How lists were arranged before.
    pub(crate) fn arrangements(&self) -> Arrangements {
        let text = self.read(COLUMNS).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// The views that were saved before. Somebody made them: a file that can't be read is not begun anew.
    ///
    /// # Errors
    ///
    /// There is such a file, and why it is not read.
    pub(crate) fn views(&self) -> Result<Views, String> {
        let Some(path) = self.folder.as_ref().map(|folder| folder.join(VIEWS)) else {
            return Ok(Views::default());
        };
        if !path.try_exists().map_err(|error| format!("read {}: {error}", path.display()))? {
            return Ok(Views::default());
        }
        let mend =
            |why: &str| format!("no views: {} {why}; mend it, or move it away", path.display());
        let text = self.read(VIEWS).ok_or_else(|| {
            mend("is too long, or can be written by others, or not be read by you")
        })?;
        serde_json::from_str(&text).map_err(|error| mend(&format!("is not whole: {error}")))
    }

    /// Keeps something. What other consoles have kept meanwhile stays.
    ///
    /// # Errors
    ///
    /// The file can't be written, or what is in it must not be lost.
    pub(crate) fn keep(&self, keep: &Keep) -> Result<(), String> {
        let _busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, text) = match keep {
            Keep::Command(line) if is_harmless(line) => {
                let mut lines = self.commands();
                lines.retain(|known| known != line);
                lines.push(line.clone());
                let from = lines.len().saturating_sub(HISTORY_MAX);
                (COMMANDS, lines[from..].join("\n") + "\n")
            }
            Keep::Command(_) => return Ok(()),
            Keep::Used { place, what, at } => {
                let mut used = self.used();
                used.choose(place, what, *at);
                (USED, serde_json::to_string(&used).map_err(|error| error.to_string())?)
            }
            Keep::Columns { place, screen, kept, at } => {
                let mut all = self.arrangements();
                all.keep((place, screen), kept.clone(), *at);
                (COLUMNS, serde_json::to_string(&all).map_err(|error| error.to_string())?)
            }
            Keep::View { .. } | Keep::NoView { .. } => {
                let mut views = self.views()?;
                match keep {
                    Keep::View { place, name, view } => {
                        drop(views.save(place, name, view.clone())?);
                    }
                    Keep::NoView { place, name } => drop(views.delete(place, name)),
                    _ => {}
                }
                (VIEWS, serde_json::to_string_pretty(&views).map_err(|error| error.to_string())?)
            }
        };
        let Some(folder) = &self.folder else { return Ok(()) };
        let path = folder.join(name);
        put(&path, text.as_bytes()).map_err(|error| format!("write {}: {error}", path.display()))
    }

    /// A file's text; nothing where it is not there, too long, or could have been written by others.
    fn read(&self, name: &str) -> Option<String> {
        let file = File::open(self.folder.as_ref()?.join(name)).ok()?;
        let found = file.metadata().ok()?;
        let own = found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0;
        if !own || found.len() > FILE_BYTES_MAX {
            return None;
        }
        let mut text = String::new();
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).ok()?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;
    use crate::columns::{Arrangement, RUNS};

    #[test]
    fn what_is_kept_is_there_again_and_nobody_else_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("state/console");
        let store = || Store::new(Some(place.clone()));
        let at: Timestamp = "2026-11-21T14:03:22Z".parse().unwrap();
        for line in ["runs", "theme light", "run d password=hunter2", "runs"] {
            store().keep(&Keep::Command(line.to_owned())).unwrap();
        }
        let what = "workflow triage".to_owned();
        store().keep(&Keep::Used { place: "p".into(), what: what.clone(), at }).unwrap();
        let mut arrangement = Arrangement::new(&RUNS);
        arrangement.choose("+took -owner").unwrap();
        let kept = Kept::of(&arrangement);
        store().keep(&Keep::Columns { place: "p".into(), screen: "runs", kept, at }).unwrap();
        assert_eq!(store().arrangements().of("p", &RUNS), arrangement);
        assert_eq!(store().commands(), ["theme light", "runs"]);
        assert!(store().used().score("p", &what, at) > 0.9);
        for name in [COMMANDS, USED, COLUMNS] {
            assert_eq!(fs::metadata(place.join(name)).unwrap().mode() & 0o777, 0o600, "{name}");
            let text = fs::read_to_string(place.join(name)).unwrap();
            assert!(!text.contains("hunter2"), "{text}");
        }
        assert_eq!(fs::read_dir(&place).unwrap().count(), 3, "nothing is left beside");
    }

    #[test]
    fn views_are_kept_and_never_written_over_what_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(Some(folder.path().to_owned()));
        assert_eq!(store.views(), Ok(Views::default()));
        let view =
            View { screen: "runs".into(), filter: "status:failed".into(), ..View::default() };
        let save = |name: &str, place: &str| {
            let (place, name) = (place.to_owned(), name.to_owned());
            store.keep(&Keep::View { place, name, view: view.clone() })
        };
        save("f", "p").unwrap();
        save("g", "q").unwrap();
        save("h", "p").unwrap();
        store.keep(&Keep::NoView { place: "p".into(), name: "f".into() }).unwrap();
        let names = |place: &str| -> Vec<String> {
            store.views().unwrap().of(place).map(|(name, _)| name.to_owned()).collect()
        };
        assert_eq!((names("p"), names("q")), (vec!["h".to_owned()], vec!["g".to_owned()]));
        let file = folder.path().join(VIEWS);
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        for (text, mode) in [("{ broken", 0o600), ("{}", 0o666)] {
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            let problem = store.views().unwrap_err();
            assert!(problem.contains(VIEWS) && problem.contains("move it away"), "{problem}");
            assert_eq!(save("f", "p"), Err(problem));
            assert_eq!(fs::read_to_string(&file).unwrap(), text, "it stays as it is");
        }
        assert_eq!(Store::default().views(), Ok(Views::default()));
    }

    #[test]
    fn what_cannot_be_read_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(Some(folder.path().to_owned()));
        fs::write(folder.path().join(USED), "{ broken").unwrap();
        fs::write(folder.path().join(COLUMNS), r#"{"places": 7}"#).unwrap();
        assert_eq!(store.arrangements(), Arrangements::default());
        fs::write(folder.path().join(COMMANDS), "runs\n").unwrap();
        let open = fs::Permissions::from_mode(0o666);
        fs::set_permissions(folder.path().join(COMMANDS), open).unwrap();
        assert_eq!((store.used(), store.commands()), (Used::default(), Vec::new()));
        store.keep(&Keep::Command("runs".into())).unwrap();
        assert_eq!(store.commands(), ["runs"]);
        let many = (0..2 * HISTORY_MAX).map(|n| format!("runs {n}\n")).collect::<String>();
        fs::write(folder.path().join(COMMANDS), many).unwrap();
        assert_eq!(store.commands().len(), HISTORY_MAX);
        let nowhere = Store::default();
        nowhere.keep(&Keep::Command("runs".into())).unwrap();
        assert_eq!(nowhere.commands(), Vec::<String>::new());
    }
}
