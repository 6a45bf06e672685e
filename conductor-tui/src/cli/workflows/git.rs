//! What git knows of a file: asked within a bound, and nothing of it is needed.

#![expect(clippy::disallowed_methods, reason = "the owner of the calls of git")]

use std::{
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use conductor_protocol::{remote, v1};

/// How long all questions together may take; what is not known by then is left out.
const ASKED_FOR_MAX: Duration = Duration::from_secs(2);
/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// A repository's configuration must not start programs because somebody publishes from it.
const CAUTION: [&str; 4] = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];

/// The repository that a file is in; `None` outside of one, before its first commit and without
/// git.
pub(super) fn repository_of(file: &Path) -> Option<v1::Repository> {
    let file = std::fs::canonicalize(file).ok()?;
    let git = Git { folder: file.parent()?, deadline: Instant::now() + ASKED_FOR_MAX };
    let name = file.file_name()?.to_str()?;
    let places = git.ask(&["rev-parse", "--show-prefix", "--verify", "HEAD"])?;
    let (prefix, commit) = match places.lines().collect::<Vec<_>>().as_slice() {
        [commit] => ("", *commit),
        [prefix, commit, ..] => (*prefix, *commit),
        [] => return None,
    };
    let remote = git.ask(&["remote", "get-url", "origin"]).unwrap_or_default();
    // What can't be found out in time is not said to be clean.
    let tracked = git.ask(&["ls-files", "--error-unmatch", "--", name]).is_some();
    let changed = git.ask(&["status", "--porcelain", "--untracked-files=no"]);
    Some(v1::Repository {
        commit: commit.to_owned(),
        remote: remote::without_credentials(&remote).unwrap_or_default(),
        path: format!("{prefix}{name}"),
        dirty: !tracked || changed.is_none_or(|changed| !changed.is_empty()),
    })
}

struct Git<'a> {
    folder: &'a Path,
    deadline: Instant,
}

impl Git<'_> {
    /// What it answered; `None` when it failed, is not there, or took too long.
    fn ask(&self, words: &[&str]) -> Option<String> {
        let mut child = Command::new("git")
            .arg("-C")
            .arg(self.folder)
            .args(CAUTION)
            .args(words)
            .envs([("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let answer = child.stdout.take()?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut text = String::new();
            let read = answer.take(ANSWER_BYTES_MAX).read_to_string(&mut text);
            sender.send(read.map(|_| text)).ok();
        });
        let left = self.deadline.saturating_duration_since(Instant::now());
        let Ok(read) = receiver.recv_timeout(left) else {
            child.kill().ok();
            child.wait().ok();
            return None;
        };
        let succeeded = child.wait().ok()?.success();
        // An answer that was cut ends the program by the broken pipe; it was an answer.
        let text = read.ok().filter(|text| succeeded || text.len() as u64 >= ANSWER_BYTES_MAX)?;
        Some(text.trim_end_matches('\n').to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A repository in a folder of its own, without anybody's configuration.
    struct Bench(tempfile::TempDir);

    impl Bench {
        fn git(&self, words: &[&str]) {
            let ended = Command::new("git")
                .args(["-c", "user.name=alice", "-c", "user.email=alice@example.org"])
                .args(words)
                .current_dir(self.0.path())
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .output()
                .unwrap();
            assert!(ended.status.success(), "{words:?}: {ended:?}");
        }

        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        }
    }

    #[test]
    fn a_file_s_repository_is_known_without_its_secrets() {
        let bench = Bench(tempfile::tempdir().unwrap());
        let file = bench.write("ops/disk.yaml", "one");
        assert_eq!(repository_of(&file), None, "no repository");
        bench.git(&["init", "-q"]);
        assert_eq!(repository_of(&file), None, "no commit");
        let readme = bench.write("README", "read me");
        bench.git(&["add", "README"]);
        bench.git(&["commit", "-qm", "one"]);
        bench.git(&[
            "remote",
            "add",
            "origin",
            "https://alice:s3cret@example.org/ops.git?t=s3cret",
        ]);

        let untracked = repository_of(&file).unwrap();
        assert!(untracked.dirty, "it is not in the commit");
        assert_eq!(untracked.path, "ops/disk.yaml");
        assert_eq!(untracked.remote, "https://example.org/ops.git");
        assert!(!format!("{untracked:?}").contains("s3cret"));

        bench.git(&["add", "ops"]);
        bench.git(&["commit", "-qm", "two"]);
        let clean = repository_of(&file).unwrap();
        assert!(!clean.dirty);
        assert_eq!(clean.commit.len(), 40);
        assert_ne!(clean.commit, untracked.commit);
        assert_eq!(repository_of(&readme).unwrap().path, "README");
        bench.write("README", "changed");
        assert!(repository_of(&file).unwrap().dirty, "something else differs");
    }
}
