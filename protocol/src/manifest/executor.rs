//! What the built-in executors take in `with`.

use super::{
    check::{is_word, mapping, required, text, unknown_fields, wrong_type},
    duration::{parse_duration_ms, parse_time_ms, timeout},
    limits::{ARTIFACTS_MAX, TIMEOUT_MS_MAX},
    node::{Data, Node, field_path, item_path},
    problem::{Problem, Problems, listed, quoted, similar},
    ssh,
};
use crate::error_code::Code;

/// Runs a script.
pub const SHELL: &str = "pkg:builtin/shell@1";
/// Sends a request.
pub const HTTP: &str = "pkg:builtin/http@1";
/// Waits until somebody lets the run go on.
pub const GATE: &str = "pkg:builtin/gate@1";
/// Waits for a time.
pub const WAIT: &str = "pkg:builtin/wait@1";

/// Runs a script on a host.
pub const SSH: &str = "pkg:builtin/ssh@1";

/// What is built in, as it is named in `uses`. The daemon does the last two by itself, every
/// worker has the others.
pub const BUILTIN_EXECUTORS: &[&str] =
    &[SHELL, HTTP, "pkg:builtin/noop@1", "pkg:builtin/sleep@1", SSH, GATE, WAIT];

/// Whether a worker is needed: a gate, a wait and a sub-workflow need none.
#[must_use]
pub fn needs_worker(uses: &str) -> bool {
    uses != GATE && uses != WAIT && workflow_of(uses).is_none()
}

/// Name and version of the workflow that `pkg:workflow/NAME@VERSION` runs.
#[must_use]
pub fn workflow_of(uses: &str) -> Option<(&str, &str)> {
    uses.strip_prefix("pkg:workflow/")?.rsplit_once('@')
}

/// The keys that `with` may have for a built-in executor; nothing where it may have any.
///
/// The manifest's parser and the executors both ask here, so that neither takes what the other
/// refuses.
#[must_use]
pub fn with_keys(uses: &str) -> Option<&'static [&'static str]> {
    match uses {
        SHELL => Some(&["run", "artifacts"]),
        HTTP => Some(&["method", "url", "headers", "body", "expect", "timeout"]),
        "pkg:builtin/sleep@1" => Some(&["seconds"]),
        SSH => Some(ssh::KEYS),
        GATE => Some(&["message"]),
        WAIT => Some(&["until", "for"]),
        _ => None,
    }
}

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Refuses a `uses` that names a built-in executor which does not exist, or no workflow.
pub(super) fn refuse_unknown(uses: &str, node: &Node, path: &str, problems: &mut Problems) {
    if let Some((name, version)) = workflow_of(uses) {
        let fits = is_word(name, 3, 64, b"_-") && semver::Version::parse(version).is_ok();
        if !fits {
            let message = format!("{} names no version of a workflow", quoted(uses));
            let problem = Problem::new(Code::ManifestUses, node.at, path, message);
            problems.add(problem.mend("write it like `pkg:workflow/disk-triage@1.4.0`"));
        }
        return;
    }
    if !uses.starts_with("pkg:builtin/") || BUILTIN_EXECUTORS.contains(&uses) {
        return;
    }
    let message = format!("{} is no built-in executor", quoted(uses));
    let known = BUILTIN_EXECUTORS.iter().copied();
    let hint = match similar(uses, known.clone()) {
        Some(name) => format!("write `{name}`"),
        None => format!("the built-in executors are {}", listed(known)),
    };
    let problem = Problem::new(Code::ManifestExecutorUnknown, node.at, path, message);
    problems.add(problem.mend(hint));
}

/// Checks what is given to a built-in executor; `task` is where a missing `with` is reported.
pub(super) fn check_with(
    uses: &str,
    with: Option<&Node>,
    task: &Node,
    path: &str,
    problems: &mut Problems,
) {
    let nothing = Node { at: task.at, data: Data::Map(Vec::new()) };
    let with = with.unwrap_or(&nothing);
    let Data::Map(entries) = &with.data else { return };
    if let Some(known) = with_keys(uses) {
        unknown_fields(entries, known, path, problems);
    }
    if uses == SSH {
        return ssh::check(with, task, path, problems);
    }
    let mut check = WithCheck { with, path, problems };
    match uses {
        SHELL => check.shell(),
        HTTP => check.http(),
        "pkg:builtin/sleep@1" => check.sleep(),
        GATE => check.gate(),
        WAIT => check.wait(),
        _ => {}
    }
}

struct WithCheck<'a, 'p> {
    with: &'a Node,
    path: &'a str,
    problems: &'p mut Problems,
}

impl WithCheck<'_, '_> {
    fn shell(&mut self) {
        let hint = "add `run: |` and the script below it";
        if let Some(run) = required(self.with, "run", self.path, hint, self.problems) {
            let path = field_path(self.path, "run");
            if let Some(script) = text(&run.value, &path, self.problems) {
                if script.trim().is_empty() {
                    self.refuse(&run.value, &path, "the script is empty", "write what to run");
                } else if script.contains('\0') {
                    let hint = "remove it: no shell takes it";
                    self.refuse(&run.value, &path, "the script holds a NUL character", hint);
                }
            }
        }
        if let Some(entry) = self.with.entry("artifacts") {
            self.artifacts(&entry.value);
        }
    }

    fn artifacts(&mut self, node: &Node) {
        let path = field_path(self.path, "artifacts");
        if node.is_template() {
            return;
        }
        let expected = "a mapping of names to files";
        let Some(entries) = mapping(node, &path, expected, self.problems) else { return };
        if entries.len() > ARTIFACTS_MAX {
            let message = format!("{} artifacts, and a task keeps {ARTIFACTS_MAX}", entries.len());
            self.refuse(node, &path, &message, "pack them into one archive");
        }
        for entry in entries {
            let path = field_path(&path, &entry.key);
            if !is_word(&entry.key, 1, 64, b"_.-") || entry.key.starts_with('.') {
                let hint = "use 1 to 64 letters, digits, `_`, `.` and `-`, no `.` first";
                let message = "not a name that an artifact can have";
                let problem = Problem::new(Code::ManifestWith, entry.at, path.clone(), message);
                self.problems.add(problem.mend(hint));
            }
            let Some(file) = text(&entry.value, &path, self.problems) else { continue };
            let leaves = file.starts_with('/') || file.split('/').any(|part| part == "..");
            if file.is_empty() || (leaves && !entry.value.is_template()) {
                let hint = "name a file below the run's working folder, like `report.md`";
                self.refuse(&entry.value, &path, "not a file in the working folder", hint);
            }
        }
    }

    fn http(&mut self) {
        let hint = "add `url: https://…`";
        if let Some(url) = required(self.with, "url", self.path, hint, self.problems) {
            let path = field_path(self.path, "url");
            let given = text(&url.value, &path, self.problems).unwrap_or("http://");
            let known = given.starts_with("http://") || given.starts_with("https://");
            if !known && !url.value.is_template() {
                let hint = "begin it with `https://` or `http://`";
                self.refuse(&url.value, &path, "not an http address", hint);
            }
        }
        if let Some(entry) = self.with.entry("method") {
            let path = field_path(self.path, "method");
            let given = text(&entry.value, &path, self.problems).unwrap_or("GET");
            if !METHODS.contains(&given) && !entry.value.is_template() {
                let message = format!("{} is no method that can be sent", quoted(given));
                let hint = format!("use one of {}", listed(METHODS.iter().copied()));
                self.refuse(&entry.value, &path, &message, &hint);
            }
        }
        if let Some(entry) = self.with.entry("headers") {
            self.headers(&entry.value);
        }
        if let Some(entry) = self.with.entry("expect") {
            self.expect_status(&entry.value);
        }
        if let Some(entry) = self.with.entry("timeout").filter(|e| !e.value.is_template()) {
            timeout(&entry.value, &field_path(self.path, "timeout"), self.problems);
        }
    }

    fn headers(&mut self, node: &Node) {
        let path = field_path(self.path, "headers");
        if node.is_template() {
            return;
        }
        let expected = "a mapping of names to text";
        let Some(entries) = mapping(node, &path, expected, self.problems) else { return };
        for entry in entries {
            let path = field_path(&path, &entry.key);
            if !is_word(&entry.key, 1, 128, b"!#$%&'*+-.^_`|~") {
                let message = "not a name that a header can have";
                let problem = Problem::new(Code::ManifestWith, entry.at, path.clone(), message);
                self.problems.add(problem.mend("use letters, digits and `-`"));
            }
            text(&entry.value, &path, self.problems);
        }
    }

    fn expect_status(&mut self, node: &Node) {
        let path = field_path(self.path, "expect");
        if node.is_template() {
            return;
        }
        let expected = "a list of status codes";
        let Some(items) = super::check::list(node, &path, expected, self.problems) else { return };
        if items.is_empty() {
            self.refuse(node, &path, "no status would do", "name at least one, like `[200]`");
        }
        for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_template()) {
            let path = item_path(&path, index);
            let status = match &item.data {
                Data::Number(number, _) => number.as_u64(),
                Data::Refused => continue,
                _ => {
                    self.problems.add(wrong_type(item, &path, "a status code"));
                    continue;
                }
            };
            if !status.is_some_and(|status| (100..=599).contains(&status)) {
                self.refuse(item, &path, "no HTTP status", "use whole numbers from 100 to 599");
            }
        }
    }

    fn sleep(&mut self) {
        let hint = "add `seconds: 1.5`";
        let Some(entry) = required(self.with, "seconds", self.path, hint, self.problems) else {
            return;
        };
        let path = field_path(self.path, "seconds");
        let longest = TIMEOUT_MS_MAX / 1_000;
        let fits = match &entry.value.data {
            Data::Refused => true,
            Data::Number(number, _) => {
                number.as_f64().is_some_and(|seconds| (0.0..=longest as f64).contains(&seconds))
            }
            Data::Text(text, _) => {
                entry.value.is_template()
                    || parse_duration_ms(text).is_some_and(|ms| ms <= TIMEOUT_MS_MAX)
            }
            _ => {
                self.problems.add(wrong_type(&entry.value, &path, "a number of seconds"));
                return;
            }
        };
        if !fits {
            let hint = "write seconds, like `1.5`, or a duration, like `2m`, up to `7d`";
            self.refuse(&entry.value, &path, "not a time that can be slept", hint);
        }
    }

    fn gate(&mut self) {
        let hint = "add `message:` and what is to be looked at";
        let Some(entry) = required(self.with, "message", self.path, hint, self.problems) else {
            return;
        };
        let path = field_path(self.path, "message");
        if let Some(message) = text(&entry.value, &path, self.problems)
            && message.trim().is_empty()
        {
            self.refuse(&entry.value, &path, "the message is empty", "say what to look at");
        }
    }

    fn wait(&mut self) {
        let (until, duration) = (self.with.entry("until"), self.with.entry("for"));
        match (until, duration) {
            (None, None) => {
                let hint = "add `until: 2026-01-01T06:00:00Z` or `for: 10m`";
                required(self.with, "until", self.path, hint, self.problems);
            }
            (Some(_), Some(second)) => {
                let path = field_path(self.path, "for");
                self.refuse(&second.value, &path, "`for` beside `until`", "keep one of them");
            }
            (None, Some(entry)) if !entry.value.is_template() => {
                timeout(&entry.value, &field_path(self.path, "for"), self.problems);
            }
            (None, Some(_)) => {}
            (Some(entry), None) => self.until(&entry.value),
        }
    }

    fn until(&mut self, node: &Node) {
        let path = field_path(self.path, "until");
        let Some(written) = text(node, &path, self.problems) else { return };
        if !node.is_template() && parse_time_ms(written).is_none() {
            let hint = "write it in UTC, like `2026-01-01T06:00:00Z`";
            self.refuse(node, &path, "not a time in UTC", hint);
        }
    }

    fn refuse(&mut self, node: &Node, path: &str, message: &str, hint: &str) {
        let problem = Problem::new(Code::ManifestWith, node.at, path, message);
        self.problems.add(problem.mend(hint));
    }
}
