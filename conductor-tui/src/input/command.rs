//! The command line: the CLI's own grammar for what exists, so that what is learnt here works in
//! a script.

use super::{
    ACTIONS, Action,
    query::{KEYS, STATUSES},
};

/// A command that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Show runs with a filter; nothing keeps the filter there is.
    Runs(Option<String>),
    /// Show one run.
    Show(String),
    /// Show one approval.
    Approval(String),
    /// Run a workflow, with inputs given as `key=value`.
    Run { workflow: String, inputs: Vec<(String, String)> },
    /// Show what a run would do, with inputs given likewise.
    Plan { workflow: String, inputs: Vec<(String, String)> },
    /// Change the theme; nothing lists what there is.
    Theme(Option<String>),
    /// Look at another tenant, another environment, or both.
    Scope { tenant: Option<String>, environment: Option<String> },
    /// Anything of the action table.
    Act(Action),
}

/// Names that can be completed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    pub(crate) workflows: &'a [String],
    pub(crate) themes: &'a [String],
}

/// Shell-like aliases of actions.
const ALIASES: [(&str, Action); 8] = [
    ("q", Action::Quit),
    ("q!", Action::Quit),
    ("quit", Action::Quit),
    ("wf", Action::GoWorkflows),
    ("events", Action::GoLedger),
    ("cron", Action::GoSchedules),
    ("approval", Action::GoApprovals),
    ("h", Action::Help),
];

/// Commands that take arguments.
const WORDS: [&str; 9] =
    ["approvals", "env", "plan", "runs", "run", "schedules", "tenant", "theme", "workflows"];
/// What the CLI does with tenants and the console doesn't: no tenant is meant by these.
const OF_TENANTS: [&str; 10] =
    ["admit", "check", "create", "dismiss", "forget", "list", "resume", "set", "show", "suspend"];

impl Command {
    /// Reads a command, with or without the leading `conductor`.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if words.first() == Some(&"conductor") {
            words.remove(0);
        }
        match words.as_slice() {
            [] => Err("type a command, `?` in front of it lists them".into()),
            ["runs" | "r"] => Ok(Self::Runs(None)),
            ["runs", "show", id] => Ok(Self::Show((*id).to_owned())),
            ["runs", "cancel"] => Ok(Self::Act(Action::Cancel)),
            ["runs", "cancel", "--kill"] => Ok(Self::Act(Action::Kill)),
            ["runs", "rerun"] => Ok(Self::Act(Action::Rerun)),
            ["runs", "rerun", "--from-failed"] => Ok(Self::Act(Action::RerunFailed)),
            ["runs", "pause" | "resume"] => Ok(Self::Act(Action::PauseRun)),
            ["runs", "skip"] => Ok(Self::Act(Action::SkipTask)),
            ["runs", "release"] => Ok(Self::Act(Action::Answer)),
            ["runs", "undo"] => Ok(Self::Act(Action::Undo)),
            ["runs", "logs"] => Ok(Self::Act(Action::Logs)),
            ["runs", "list"] => Ok(Self::Runs(Some(String::new()))),
            ["runs", "list", rest @ ..] | ["runs" | "r", rest @ ..] => {
                Ok(Self::Runs(Some(filter_words(rest)?)))
            }
            ["run", workflow, rest @ ..] => {
                Ok(Self::Run { workflow: (*workflow).to_owned(), inputs: inputs(rest)? })
            }
            ["run"] => Err("`run` wants a workflow: `run NAME key=value`".into()),
            // Without a name it is the action: the plan of what is chosen.
            ["plan", workflow, rest @ ..] => {
                Ok(Self::Plan { workflow: (*workflow).to_owned(), inputs: inputs(rest)? })
            }
            ["workflows", "list"] => Ok(Self::Act(Action::GoWorkflows)),
            ["approvals" | "approval", "list"] => Ok(Self::Act(Action::GoApprovals)),
            ["approvals" | "approval", "show", id] => Ok(Self::Approval((*id).to_owned())),
            ["approvals" | "approval", word, rest @ ..] => of_approvals(word, rest),
            ["schedules", "list"] => Ok(Self::Act(Action::GoSchedules)),
            ["schedules", "pause" | "resume"] => Ok(Self::Act(Action::PauseSchedule)),
            ["freeze", "list"] => Ok(Self::Act(Action::Frozen)),
            ["freeze", "set"] => Ok(Self::Act(Action::Freeze)),
            ["freeze", "lift"] => Ok(Self::Act(Action::Lift)),
            ["workers", "list"] => Ok(Self::Act(Action::GoQueues)),
            ["status"] => Ok(Self::Act(Action::GoPulse)),
            ["events", "tail"] => Ok(Self::Act(Action::GoLedger)),
            ["tenant", rest @ ..] => tenant(rest),
            ["env" | "environment", name] => {
                Ok(Self::Scope { tenant: None, environment: Some((*name).to_owned()) })
            }
            ["env" | "environment", ..] => Err("`env` wants an environment: `env NAME`".into()),
            ["theme"] => Ok(Self::Theme(None)),
            ["theme", name] => Ok(Self::Theme(Some((*name).to_owned()))),
            // The terminal must survive a bug; a test in a real one asks for it.
            #[cfg(debug_assertions)]
            ["debug", "panic"] => panic!("`:debug panic` was typed"),
            [name] => named(name).map(Self::Act).ok_or_else(|| unknown(name)),
            [name, ..] if named(name).is_some() => Err(format!("`{name}` takes no arguments")),
            [name, ..] => Err(unknown(name)),
        }
    }
}

/// Goes to a tenant, and there to an environment where one is named.
fn tenant(rest: &[&str]) -> Result<Command, String> {
    match rest {
        [verb, ..] if OF_TENANTS.contains(verb) => {
            Err(format!("`tenant {verb}` is for the command line; here `tenant NAME` goes there"))
        }
        [name] => Ok(Command::Scope { tenant: Some((*name).to_owned()), environment: None }),
        [name, environment] => Ok(Command::Scope {
            tenant: Some((*name).to_owned()),
            environment: Some((*environment).to_owned()),
        }),
        _ => Err("`tenant` wants a tenant: `tenant NAME [ENVIRONMENT]`".into()),
    }
}

/// What can be said to the approval that is chosen. The rest is asked for.
fn of_approvals(word: &str, rest: &[&str]) -> Result<Command, String> {
    let action = match word {
        "approve" => Action::Approve,
        "deny" => Action::Deny,
        "delegate" => Action::Delegate,
        "withdraw" => Action::Withdraw,
        "break-glass" => Action::BreakGlass,
        "comment" => Action::Comment,
        other => return Err(format!("`approvals {other}` is not a command here")),
    };
    match rest {
        [] => Ok(Command::Act(action)),
        _ => {
            Err(format!("`approvals {word}` is about the one that is chosen: `approvals show ID`"))
        }
    }
}

fn named(name: &str) -> Option<Action> {
    let alias = ALIASES.iter().find(|(known, _)| *known == name).map(|(_, action)| *action);
    alias.or_else(|| ACTIONS.iter().find(|spec| spec.name == name).map(|spec| spec.action))
}

/// `--status failed` is `status:failed`, as on the command line of the CLI.
fn filter_words(words: &[&str]) -> Result<String, String> {
    let mut filter = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let Some(flag) = word.strip_prefix("--") else {
            filter.push((*word).to_owned());
            continue;
        };
        let (key, value) = match flag.split_once('=') {
            Some((key, value)) => (key, value),
            None => (flag, *rest.next().ok_or_else(|| format!("`{word}` wants a value"))?),
        };
        filter.push(if key == "text" { value.to_owned() } else { format!("{key}:{value}") });
    }
    Ok(filter.join(" "))
}

fn inputs(words: &[&str]) -> Result<Vec<(String, String)>, String> {
    words
        .iter()
        .filter(|word| !matches!(**word, "-i" | "--input"))
        .map(|word| match word.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
            _ => Err(format!("`{word}` is not an input: write `key=value`")),
        })
        .collect()
}

fn unknown(name: &str) -> String {
    let names = ACTIONS.iter().map(|s| s.name).chain(WORDS);
    let near = names.min_by_key(|known| strsim::levenshtein(known, name));
    match near.filter(|known| strsim::levenshtein(known, name) <= 2) {
        Some(near) => format!("`{name}` is not a command, did you want `{near}`?"),
        None => format!("`{name}` is not a command, `help` lists what works here"),
    }
}

/// Whole lines that the line could become, best first.
pub(crate) fn complete(line: &str, known: Known<'_>) -> Vec<String> {
    let (done, word) = line.rsplit_once(' ').map_or(("", line), |(done, word)| (done, word));
    let first = done.split_whitespace().next();
    let mut candidates: Vec<String> = match first {
        None => {
            let names = WORDS.iter().copied().chain(ACTIONS.iter().map(|spec| spec.name));
            names.map(str::to_owned).collect()
        }
        Some("run" | "plan") if done.split_whitespace().count() == 1 => known.workflows.to_vec(),
        Some("theme") => known.themes.to_vec(),
        Some("runs") => filter_candidates(word, known),
        Some(_) => Vec::new(),
    };
    candidates.retain(|candidate| candidate.starts_with(word));
    let mut seen = std::collections::BTreeSet::new();
    candidates.retain(|candidate| seen.insert(candidate.clone()));
    let space = if done.is_empty() { "" } else { " " };
    candidates.into_iter().map(|word| format!("{done}{space}{word}")).collect()
}

/// Words that can stand in a filter.
fn filter_candidates(word: &str, known: Known<'_>) -> Vec<String> {
    if word.starts_with("status:") {
        STATUSES.iter().map(|(name, _)| format!("status:{name}")).collect()
    } else if word.starts_with("workflow:") {
        known.workflows.iter().map(|name| format!("workflow:{name}")).collect()
    } else {
        KEYS.iter().map(|key| format!("{key}:")).collect()
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn the_clis_grammar_is_understood() {
        let check = |line: &str, expected: Command| {
            assert_eq!(Command::parse(line), Ok(expected), "{line}");
        };
        let runs = |filter: &str| Command::Runs(Some(filter.to_owned()));
        check("runs", Command::Runs(None));
        check("runs status:failed pay", runs("status:failed pay"));
        check("conductor runs list --status failed --text=pay", runs("status:failed pay"));
        check("runs show run_1", Command::Show("run_1".into()));
        check("approvals", Command::Act(Action::GoApprovals));
        check("conductor approvals show apr_1", Command::Approval("apr_1".into()));
        check("approvals deny", Command::Act(Action::Deny));
        check("theme light", Command::Theme(Some("light".into())));
        let globex = |environment: Option<&str>| Command::Scope {
            tenant: Some("globex".into()),
            environment: environment.map(str::to_owned),
        };
        check("tenant globex", globex(None));
        check("tenant globex prod", globex(Some("prod")));
        check("q", Command::Act(Action::Quit));
        check("messages", Command::Act(Action::Messages));
        let inputs = vec![("host".into(), "pay-1".into()), ("n".into(), "a=b".into())];
        check("run triage -i host=pay-1 n=a=b", Command::Run { workflow: "triage".into(), inputs });
    }

    #[test]
    fn mistakes_get_a_mend() {
        let check = |line: &str, part: &str| {
            let error = Command::parse(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        };
        check("themes", "did you want `theme`?");
        check("run", "run NAME");
        check("run triage host", "`key=value`");
        check("runs --status", "wants a value");
        check("xyzzy now", "not a command");
        check("tenant", "`tenant NAME [ENVIRONMENT]`");
        check("tenant suspend globex", "for the command line");
        check("quit now", "takes no arguments");
        check("approvals approve apr_1", "the one that is chosen");
        check("approvals export apr_1", "is not a command here");
    }

    #[test]
    fn lines_are_completed_from_what_exists() {
        let (workflows, themes) = (["triage".to_owned()], ["dark".to_owned(), "light".to_owned()]);
        let known = Known { workflows: &workflows, themes: &themes };
        assert_eq!(complete("th", known), ["theme"]);
        assert_eq!(complete("theme l", known), ["theme light"]);
        assert_eq!(complete("run t", known), ["run triage"]);
        assert_eq!(complete("runs sta", known), ["runs status:"]);
        assert_eq!(complete("runs status:fa", known), ["runs status:failed"]);
        assert!(complete("ru", known).starts_with(&["runs".into(), "run".into()]));
    }
}
