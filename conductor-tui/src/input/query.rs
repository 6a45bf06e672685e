//! The filter language of the run list: `status:failed workflow:x owner:y since:2h some words`, and `!` before what is
//! to be hidden.

use std::fmt;

use conductor_protocol::{
    needles::Needles,
    v1::{ListRunsRequest, RunStatus, RunSummary, Scope},
};
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

use crate::{app::time, words};

/// Keys of the language, for completion and for suggestions.
pub(crate) const KEYS: [&str; 5] = ["status", "workflow", "owner", "since", "until"];

/// Status words, and words that stand for several.
pub(crate) const STATUSES: [(&str, &[RunStatus]); 12] = [
    (words::run_status(RunStatus::Queued), &[RunStatus::Queued]),
    (words::run_status(RunStatus::Running), &[RunStatus::Running]),
    (words::run_status(RunStatus::Cancelling), &[RunStatus::Cancelling]),
    (words::run_status(RunStatus::Paused), &[RunStatus::Paused]),
    (words::run_status(RunStatus::Held), &[RunStatus::Held]),
    (words::run_status(RunStatus::Undoing), &[RunStatus::Undoing]),
    (words::run_status(RunStatus::Succeeded), &[RunStatus::Succeeded]),
    (words::run_status(RunStatus::Failed), &[RunStatus::Failed]),
    (words::run_status(RunStatus::Cancelled), &[RunStatus::Cancelled]),
    (words::run_status(RunStatus::TimedOut), &[RunStatus::TimedOut]),
    (
        "active",
        &[
            RunStatus::Queued,
            RunStatus::Running,
            RunStatus::Cancelling,
            RunStatus::Paused,
            RunStatus::Held,
            RunStatus::Undoing,
        ],
    ),
    (
        "ended",
        &[RunStatus::Succeeded, RunStatus::Failed, RunStatus::Cancelled, RunStatus::TimedOut],
    ),
];

/// A moment, as the operator gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Ago(SignedDuration),
    At(Timestamp),
}

impl Moment {
    pub(crate) fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(duration) => now.checked_sub(duration).unwrap_or(Timestamp::MIN),
            Self::At(at) => at,
        }
    }
}

/// A filter that was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RunQuery {
    source: String,
    statuses: Vec<RunStatus>,
    workflow: String,
    owner: String,
    since: Option<Moment>,
    until: Option<Moment>,
    /// None of these.
    not_statuses: Vec<RunStatus>,
    /// States were asked for, too.
    keeps_some: bool,
    not_workflows: Vec<String>,
    not_owners: Vec<String>,
    /// Words, as they were typed.
    text: String,
    /// What they mean.
    needles: Needles,
}

impl fmt::Display for RunQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl RunQuery {
    /// Reads a filter; dates are the operator's.
    pub(crate) fn parse(source: &str, zone: &TimeZone) -> Result<Self, String> {
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut query = Self::default();
        let mut words = Vec::new();
        for word in source.split(' ') {
            match word.split_once(':') {
                Some((key, value)) => query.take(key, value, zone)?,
                None => words.push(word),
            }
        }
        query.text = words.join(" ");
        query.needles = Needles::new(&query.text);
        query.hide()?;
        query.source = source;
        Ok(query)
    }

    fn take(&mut self, key: &str, value: &str, zone: &TimeZone) -> Result<(), String> {
        if value.is_empty() {
            return Err(format!("`{key}:` wants a value"));
        }
        match key {
            "status" => {
                for word in value.split(',') {
                    self.statuses.extend(statuses(word)?);
                }
            }
            "!status" => {
                for word in value.split(',') {
                    self.not_statuses.extend(statuses(word)?);
                }
            }
            "workflow" => value.clone_into(&mut self.workflow),
            "!workflow" => self.not_workflows.push(value.to_owned()),
            "owner" => value.clone_into(&mut self.owner),
            "!owner" => self.not_owners.push(value.to_owned()),
            "since" => self.since = Some(moment(value, zone)?),
            "until" => self.until = Some(moment(value, zone)?),
            "!since" => return Err("`since:` is turned round by `until:`".to_owned()),
            "!until" => return Err("`until:` is turned round by `since:`".to_owned()),
            _ => return Err(format!("`{key}:` is not known, {}", nearest(key, KEYS))),
        }
        Ok(())
    }

    /// Takes the states that are hidden out of those that are asked for, or out of all.
    fn hide(&mut self) -> Result<(), String> {
        if self.not_statuses.is_empty() {
            return Ok(());
        }
        if self.statuses.is_empty() {
            let single = STATUSES.iter().filter(|(_, all)| all.len() == 1);
            self.statuses = single.flat_map(|(_, all)| *all).copied().collect();
        } else {
            // What is left of these is what the command asks for.
            self.keeps_some = true;
        }
        self.statuses.retain(|status| !self.not_statuses.contains(status));
        // Without any the daemon would show all.
        if self.statuses.is_empty() { Err("`!status:` leaves no state".to_owned()) } else { Ok(()) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// The question to the daemon.
    pub(crate) fn request(&self, scope: &Scope, now: Timestamp) -> ListRunsRequest {
        let stamp = |moment: Option<Moment>| moment.map(|m| time::to_wire(m.resolve(now)));
        ListRunsRequest {
            scope: Some(scope.clone()),
            statuses: self.statuses.iter().map(|s| *s as i32).collect(),
            workflow: self.workflow.clone(),
            owner: self.owner.clone(),
            since: stamp(self.since),
            until: stamp(self.until),
            text: self.text.clone(),
            not_workflows: self.not_workflows.clone(),
            not_owners: self.not_owners.clone(),
            ..ListRunsRequest::default()
        }
    }

    /// Whether a run that was heard of belongs into the list: what the daemon would answer.
    pub(crate) fn matches(&self, run: &RunSummary, now: Timestamp) -> bool {
        let started = run.started_at.as_ref().map_or(now, time::from_wire);
        let text = || format!("{} {} {}", run.run_id, run.workflow, run.owner);
        (self.statuses.is_empty() || self.statuses.contains(&run.status()))
            && (self.workflow.is_empty() || self.workflow == run.workflow)
            && (self.owner.is_empty() || self.owner == run.owner)
            && self.since.is_none_or(|m| started >= m.resolve(now))
            && self.until.is_none_or(|m| started < m.resolve(now))
            && !self.not_workflows.contains(&run.workflow)
            && !self.not_owners.contains(&run.owner)
            && (self.needles.is_empty() || self.needles.matches(&text()))
    }

    /// The same filter as flags of `conductor runs list`.
    pub(crate) fn flags(&self) -> String {
        let name = |status: &RunStatus| {
            STATUSES.iter().find(|(_, all)| *all == [*status]).map(|(name, _)| *name)
        };
        let (flag, statuses) = match self.not_statuses.is_empty() || self.keeps_some {
            true => ("--status", &self.statuses),
            false => ("--not-status", &self.not_statuses),
        };
        let statuses: Vec<&str> = statuses.iter().filter_map(name).collect();
        let mut flags = String::new();
        if !statuses.is_empty() {
            flags = format!(" {flag} {}", statuses.join(","));
        }
        let other = self.source.split(' ').filter_map(|word| word.split_once(':'));
        for (key, value) in other.filter(|(key, _)| !key.ends_with("status")) {
            let flag = key.replace('!', "not-");
            flags = format!("{flags} --{flag} {value}");
        }
        if self.text.is_empty() { flags } else { format!("{flags} --text {}", quoted(&self.text)) }
    }
}

/// A word as a shell takes it: in quotes where it would make something else of it.
pub(crate) fn in_shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { quoted(word) }
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn statuses(word: &str) -> Result<&'static [RunStatus], String> {
    let word = word.replace('-', "_");
    let known = STATUSES.iter().find(|(name, _)| *name == word).map(|(_, all)| *all);
    known.ok_or_else(|| {
        let names = STATUSES.iter().map(|(name, _)| *name);
        format!("`{word}` is not a status, {}", nearest(&word, names))
    })
}

/// The name that was meant, or all there are.
pub(crate) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let near = names.clone().into_iter().min_by_key(|name| strsim::levenshtein(name, word));
    match near.filter(|name| strsim::levenshtein(name, word) <= 2) {
        Some(near) => format!("did you want `{near}`?"),
        None => format!("there are {}", names.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

/// `30s`, `5m`, `2h`, `3d`, `1w`, a date, or a full timestamp.
pub(crate) fn moment(value: &str, zone: &TimeZone) -> Result<Moment, String> {
    let ago = || {
        let (digits, unit) = value.split_at_checked(value.len() - 1)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return None,
        };
        let seconds = digits.parse::<u32>().ok().map(|n| i64::from(n) * seconds)?;
        Some(Moment::Ago(SignedDuration::from_secs(seconds)))
    };
    let date = || {
        let zoned = value.parse::<civil::Date>().ok()?.to_zoned(zone.clone()).ok()?;
        Some(Moment::At(zoned.timestamp()))
    };
    let stamp = || value.parse::<Timestamp>().ok().map(Moment::At);
    let example = || format!("`{value}` is not a time: `30m`, `2h`, `3d` or `2026-11-21`");
    ago().or_else(date).or_else(stamp).ok_or_else(example)
}

#[cfg(test)]
mod tests {

    use super::*;

    fn query(text: &str) -> Result<RunQuery, String> {
        RunQuery::parse(text, &TimeZone::UTC)
    }

    #[test]
    fn an_instance_is_one_word_of_a_command() {
        assert_eq!(in_shell("disk-usage"), "disk-usage");
        assert_eq!(in_shell("restart[web-1].undo"), "'restart[web-1].undo'");
        assert_eq!(in_shell("it's"), r"'it'\''s'");
    }

    fn now() -> Timestamp {
        "2026-11-21T14:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_query_becomes_the_daemons_filter() {
        let source = "status:failed,timed_out workflow:triage owner:alice since:2h pay ment";
        let query = query(source).unwrap();
        let flags = " --status failed,timed_out --workflow triage --owner alice --since 2h";
        assert_eq!(
            query.flags(),
            format!("{flags} --text 'pay ment'"),
            "as the command line has it"
        );
        let request = query.request(&Scope::default(), now());
        let since = request.since.as_ref().map(time::from_wire).unwrap();
        assert_eq!(request.statuses, [RunStatus::Failed as i32, RunStatus::TimedOut as i32]);
        assert_eq!((request.workflow.as_str(), request.owner.as_str()), ("triage", "alice"));
        assert_eq!(since.to_string(), "2026-11-21T12:00:00Z");
        assert_eq!(request.text, "pay ment");
    }

    #[test]
    fn what_is_turned_round_is_hidden() {
        let check = |text: &str, shown: &[&str], flags: &str| {
            let query = query(text).unwrap();
            assert_eq!(query.flags(), flags, "{text}");
            let run = |run: &&str| {
                let (workflow, rest) = run.split_once(' ').unwrap();
                let (status, owner) = rest.split_once(' ').unwrap();
                let status = statuses(status).unwrap()[0].into();
                let (workflow, owner) = (workflow.to_owned(), owner.to_owned());
                RunSummary { workflow, owner, status, ..RunSummary::default() }
            };
            let all = ["triage failed alice", "triage running bob", "deploy succeeded alice"];
            let left: Vec<&str> =
                all.into_iter().filter(|text| query.matches(&run(text), now())).collect();
            assert_eq!(left, shown, "{text}");
        };
        let (triage, running, deploy) =
            ("triage failed alice", "triage running bob", "deploy succeeded alice");
        check("!status:failed", &[running, deploy], " --not-status failed");
        check("status:ended !status:failed,timed_out", &[deploy], " --status succeeded,cancelled");
        check("!workflow:triage", &[deploy], " --not-workflow triage");
        check("!owner:alice", &[running], " --not-owner alice");
        check("!triage", &[deploy], " --text '!triage'");
        check("~trg !bob", &[triage], " --text '~trg !bob'");
        check("alice !", &[triage, deploy], " --text 'alice !'");
    }

    #[test]
    fn what_is_turned_round_is_asked_of_the_daemon() {
        let query = query("!status:active !workflow:a !workflow:b !owner:bob !x").unwrap();
        let request = query.request(&Scope::default(), now());
        let ended = STATUSES.iter().find(|(name, _)| *name == "ended").unwrap().1;
        assert_eq!(request.statuses, ended.iter().map(|s| *s as i32).collect::<Vec<_>>());
        assert_eq!(request.not_workflows, ["a", "b"]);
        assert_eq!((request.not_owners, request.text.as_str()), (vec!["bob".to_owned()], "!x"));
    }

    #[test]
    fn what_is_not_understood_is_said_with_the_mend() {
        let check = |text: &str, part: &str| {
            let error = query(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        };
        check("staus:failed", "did you want `status`?");
        check("!since:2h", "turned round by `until:`");
        check("status:failed !status:failed", "leaves no state");
        check("!status:active,ended", "leaves no state");
        check("!status:", "wants a value");
        check("status:faild", "did you want `failed`?");
        check("status:zzzzzzzz", "there are queued, running");
        check("status:", "wants a value");
        check("since:tomorrow", "`30m`");
        check("since:é", "`30m`");
    }

    #[test]
    fn a_live_run_is_filtered_as_the_daemon_would() {
        let run = RunSummary {
            run_id: "run_1".into(),
            workflow: "disk-clean".into(),
            owner: "alice".into(),
            status: RunStatus::Running as i32,
            started_at: Some(time::to_wire("2026-11-21T13:30:00Z".parse().unwrap())),
            ..RunSummary::default()
        };
        let table = [
            ("", true),
            ("status:active", true),
            ("status:timed-out", false),
            ("status:ended", false),
            ("workflow:disk", false),
            ("workflow:disk-clean owner:alice", true),
            ("since:1h", true),
            ("since:10m", false),
            ("until:10m", true),
            ("since:2026-11-22", false),
            ("DISK", true),
            ("nothing", false),
        ];
        for (text, expected) in table {
            assert_eq!(query(text).unwrap().matches(&run, now()), expected, "{text}");
        }
    }

    #[test]
    fn the_filter_has_a_twin_on_the_command_line() {
        let flags = query("status:failed,active since:2h it's").unwrap().flags();
        let states = "failed,queued,running,cancelling,paused,held,undoing";
        assert_eq!(flags, format!(r" --status {states} --since 2h --text 'it'\''s'"));
    }
}
