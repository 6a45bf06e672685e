//! `conductor ssh-command`: a forced command of sshd that is the console for `ssh host`, and one
//! command for `ssh host runs list`.

use std::ffi::{OsStr, OsString};

use conductor_tui::app::split;

use super::{contexts, failure::Failure};
use crate::config::Environment;

/// The last word of the command line that is forced.
const NAME: &str = "ssh-command";
/// What was asked for instead, as sshd passes it on; without it nothing was.
const ORIGINAL_COMMAND: &str = "SSH_ORIGINAL_COMMAND";
/// Names of this program, for whoever says it in full.
const PROGRAMS: [&str; 2] = ["conductor", "maestro"];

/// The command line that is meant: what was asked for stands in the place of the last word, where that
/// is ours.
pub(super) fn spelt_out(
    mut given: Vec<OsString>,
    environment: &Environment,
) -> Result<Vec<OsString>, Failure> {
    if given.len() < 2 || given.last().map(OsString::as_os_str) != Some(OsStr::new(NAME)) {
        return Ok(given);
    }
    given.pop();
    let asked = environment.get(ORIGINAL_COMMAND).unwrap_or_default();
    let words = split(asked).map_err(|problem| {
        let message = format!("what was asked for can't be divided into words: {problem}");
        Failure::usage(
            message,
            "quote it for two shells, as in ssh HOST \"runs cancel RUN --reason 'wrong host'\"",
        )
    })?;
    let said = words.first().is_some_and(|word| PROGRAMS.contains(&word.as_str()));
    let words = words.into_iter().skip(usize::from(said)).map(OsString::from);
    // The name of a context counts in the first place alone.
    let named = contexts::spelt_out(std::iter::once(OsString::new()).chain(words));
    given.extend(named.into_iter().skip(1));
    Ok(given)
}

/// Anywhere else it stands for nothing.
pub(super) fn misplaced() -> Failure {
    let message = format!("`{NAME}` stands at the end of a forced command, with nothing behind it");
    Failure::usage(message, "see conductor-ssh(7)")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(given: &[&str], asked: &str) -> Result<Vec<String>, Failure> {
        let given = given.iter().map(OsString::from).collect();
        let meant = spelt_out(given, &Environment::of(&[(ORIGINAL_COMMAND, asked)]))?;
        Ok(meant.into_iter().map(|word| word.into_string().unwrap()).collect())
    }

    #[test]
    fn what_was_asked_for_stands_where_it_is_forced() {
        let check = |given: &[&str], asked: &str, words: &[&str]| {
            assert_eq!(meant(given, asked).unwrap(), words, "{asked}");
        };
        let forced = &["conductor", NAME];
        check(forced, "", &["conductor"]);
        check(forced, "runs list", &["conductor", "runs", "list"]);
        check(forced, "conductor runs list", &["conductor", "runs", "list"]);
        check(
            forced,
            "runs cancel r --reason 'wrong host'",
            &["conductor", "runs", "cancel", "r", "--reason", "wrong host"],
        );
        check(forced, "@prod status", &["conductor", "--context=prod", "status"]);
        // No shell reads it.
        check(forced, "status; id $(id) *", &["conductor", "status;", "id", "$(id)", "*"]);
        let fixed = &["conductor", "--read-only", NAME];
        check(fixed, "@prod", &["conductor", "--read-only", "--context=prod"]);
        // Once, and only where it is forced.
        check(forced, NAME, forced);
        check(&["conductor", "status"], "runs list", &["conductor", "status"]);
        check(&[NAME], "runs list", &[NAME]);
        assert!(meant(forced, "runs 'list").is_err());
    }
}
