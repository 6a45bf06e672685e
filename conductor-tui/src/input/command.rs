//! The command line: the CLI's own grammar, so that what is learnt here works in a script and the
//! other way round. What has no place in the console is named as what to run in a shell.

use super::{
    ACTIONS, Action,
    asked::Asked,
    grammar::{Grammar, split},
    listed::{FILTER_FLAGS, LIST_FLAGS, filter_of, filter_words},
    query::in_shell,
};
use crate::{app::ViewWord, screen::Tab};

/// A part of the scope that can be moved in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Tenant,
    Environment,
    Region,
}

/// A command that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Show runs with a filter; nothing keeps the filter there is.
    Runs(Option<String>),
    /// Show runs with a filter, an order and columns, which may be empty.
    Listed { filter: String, sort: String, columns: String },
    /// Show one run.
    Show(String),
    /// Show one approval.
    Approval(String),
    /// Show something of a screen, by its name there.
    Find(Tab, String),
    /// Run a workflow, `NAME` or `NAME@VERSION`, with inputs given as `key=value`.
    Run { workflow: String, inputs: Vec<(String, String)> },
    /// Show what a run would do, with inputs given likewise.
    Plan { workflow: String, inputs: Vec<(String, String)> },
    /// Change something that is named, by the command's full name, such as `runs cancel`.
    Change(&'static str, Asked),
    /// Change the theme; nothing lists what there is.
    Theme(Option<String>),
    /// Go to the daemon of a context; nothing lists what there is.
    Context(Option<String>),
    /// Look at another tenant, environment or region.
    Move(Part, String),
    /// Change how this console behaves until it ends; nothing lists what there is.
    Set(Option<(String, String)>),
    /// Open a saved view, save one or delete one.
    View(ViewWord),
    /// Record from here on, in a file that is named or made up, or stop.
    Record(Option<String>),
    /// Sort the list in front by a column and a direction, which may be empty.
    Sort(String, String),
    /// Choose the columns of the list in front; nothing opens what they are chosen in.
    Columns(String),
    /// Anything of the action table.
    Act(Action),
    /// It has no place here: what to run in a shell.
    Shell(String),
}

/// Shell-like aliases of actions.
const ALIASES: [(&str, Action); 10] = [
    ("q", Action::Quit),
    ("q!", Action::Quit),
    ("quit", Action::Quit),
    ("rb", Action::GoWorkflows),
    ("wf", Action::GoWorkflows),
    ("workflows", Action::GoWorkflows),
    ("events", Action::GoLedger),
    ("cron", Action::GoSchedules),
    ("approval", Action::GoApprovals),
    ("h", Action::Help),
];

/// Words of the console alone, and what they do.
pub(super) const WORDS: [(&str, &str); 9] = [
    ("columns", "Choose the columns of the list: `columns +took -owner`, `columns reset`"),
    ("context", "Go to the daemon of a named context, as `@NAME` does; alone it lists them"),
    ("env", "Look at another environment"),
    ("record", "Record this session in a new file; `record stop` ends it"),
    ("region", "Look at another region"),
    ("set", "Change how this console behaves until it ends"),
    ("tenant", "Look at another tenant"),
    ("theme", "How the console looks"),
    ("view", "Open a saved view; `view save NAME` saves one, `view delete NAME` deletes it"),
];

/// Commands that change something that they name: how many arguments they have, and the flags that
/// the console takes of them. With other flags they are for a shell.
const CHANGES: [(&str, usize, &[&str]); 11] = [
    ("runs cancel", 1, &["reason", "kill", "yes"]),
    ("runs pause", 1, &["reason"]),
    ("runs resume", 1, &["reason"]),
    ("runs rerun", 1, &["reason", "from-failed"]),
    ("runs undo", 1, &["reason"]),
    ("runs skip", 2, &["reason"]),
    ("runs release", 2, &["answer", "reason"]),
    ("schedules pause", 1, &["reason"]),
    ("schedules resume", 1, &[]),
    ("workflows deprecate", 1, &["reason", "use", "undo"]),
    ("workflows retire", 1, &["reason", "yes"]),
];

/// Commands that without arguments are about what is chosen.
const CHOSEN: [(&str, Action); 33] = [
    ("runs cancel", Action::Cancel),
    ("runs rerun", Action::Rerun),
    ("runs pause", Action::PauseRun),
    ("runs resume", Action::PauseRun),
    ("runs skip", Action::SkipTask),
    ("runs release", Action::Answer),
    ("runs undo", Action::Undo),
    ("runs logs", Action::Logs),
    ("approvals approve", Action::Approve),
    ("approvals deny", Action::Deny),
    ("approvals delegate", Action::Delegate),
    ("approvals withdraw", Action::Withdraw),
    ("approvals break-glass", Action::BreakGlass),
    ("approvals comment", Action::Comment),
    ("schedules pause", Action::PauseSchedule),
    ("schedules resume", Action::PauseSchedule),
    ("workflows deprecate", Action::Deprecate),
    ("workflows retire", Action::Retire),
    ("freeze list", Action::Frozen),
    ("freeze set", Action::Freeze),
    ("freeze lift", Action::Lift),
    ("events tail", Action::GoLedger),
    ("kill-switch", Action::KillSwitch),
    ("runbooks review", Action::Review),
    ("runbooks countersign", Action::Countersign),
    ("runbooks rehearse", Action::Rehearse),
    ("workflows diff", Action::Compare),
    ("status", Action::GoPulse),
    ("workers list", Action::GoQueues),
    ("decisions list", Action::GoPolicy),
    ("policy bundles", Action::GoPolicy),
    ("ledger verify", Action::GoLedger),
    ("graph runs", Action::GoGraph),
];

/// Commands of the CLI that have a place in the console under their own names.
#[must_use]
pub fn console_commands() -> Vec<&'static str> {
    let more = ["runs list", "runs show", "run", "plan", "approvals show", "schedules list"];
    let more = more.into_iter().chain(["tenants list", "tenants show"]);
    let changes = CHANGES.iter().map(|(path, ..)| *path);
    changes.chain(CHOSEN.iter().map(|(path, _)| *path)).chain(more).collect()
}

impl Command {
    /// Reads a command, with or without the leading `conductor`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what may have been meant.
    pub(crate) fn parse(line: &str, grammar: &Grammar) -> Result<Self, String> {
        let mut words = split(line)?;
        if words.first().is_some_and(|word| word == "conductor" || word == "maestro") {
            words.remove(0);
        }
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some(own) = own(&texts, grammar) {
            return own;
        }
        let Some(walked) = grammar.walk(&words) else {
            let name = texts[0];
            return match named(name) {
                Some(action) if texts.len() == 1 => Ok(Self::Act(action)),
                Some(_) => Err(format!("`{name}` takes no arguments")),
                None => Err(unknown(name, grammar)),
            };
        };
        let (path, rest) = (walked.path.as_str(), &words[walked.words..]);
        if path == "runs" {
            // Not a command of the group: words of the filter.
            return match rest {
                [] => Ok(Self::Runs(None)),
                rest => Ok(Self::Runs(Some(filter_words(rest)?))),
            };
        }
        if !walked.verb.verbs.is_empty() {
            return of_group(path, rest, walked.verb);
        }
        let asked = Asked::read(rest, (path, walked.verb), grammar)?;
        Ok(Self::placed(path, asked)?.unwrap_or_else(|| Self::Shell(shell_line(&words))))
    }

    /// What a command of the tree is in the console; nothing where it has no place.
    fn placed(path: &str, asked: Asked) -> Result<Option<Self>, String> {
        let args: Vec<&str> = asked.args.iter().map(String::as_str).collect();
        let (group, last) = path.rsplit_once(' ').unwrap_or(("", path));
        let screen = named(group).and_then(Tab::of);
        Ok(Some(match (path, args.as_slice()) {
            ("runs list", [])
                if asked.only(&LIST_FLAGS) && (asked.has("sort") || asked.has("columns")) =>
            {
                let [sort, columns] = ["sort", "columns"].map(|flag| asked.flag(flag).to_owned());
                Self::Listed { filter: filter_of(&asked), sort, columns }
            }
            ("runs list", []) if asked.only(&FILTER_FLAGS) => Self::Runs(Some(filter_of(&asked))),
            ("runs show", [id]) if asked.only(&["follow", "logs"]) => Self::Show((*id).to_owned()),
            ("runs logs", [_] | [_, _]) if asked.only(&["follow", "timestamps"]) => {
                Self::Find(Tab::Logs, args.join(" "))
            }
            ("runs cancel", []) if asked.has("kill") && asked.only(&["kill"]) => {
                Self::Act(Action::Kill)
            }
            ("runs rerun", []) if asked.has("from-failed") && asked.only(&["from-failed"]) => {
                Self::Act(Action::RerunFailed)
            }
            ("run", []) => return Err("`run` wants a workflow: `run NAME key=value`".to_owned()),
            ("run", [name, rest @ ..])
                if is_name(name) && asked.only(&["input", "follow", "logs"]) =>
            {
                Self::Run { workflow: (*name).to_owned(), inputs: inputs(&asked, rest)? }
            }
            // Without a name it is the action: the plan of what is chosen.
            ("plan", []) if asked.flags.is_empty() => Self::Act(Action::Plan),
            ("plan", [name, rest @ ..]) if is_name(name) && asked.only(&["input"]) => {
                Self::Plan { workflow: (*name).to_owned(), inputs: inputs(&asked, rest)? }
            }
            // What is signed is looked at before: the keys there do the rest.
            (_, [id]) if group == "approvals" && asked.flags.is_empty() && last != "export" => {
                Self::Approval((*id).to_owned())
            }
            (_, []) if asked.flags.is_empty() && chosen(path).is_some() => {
                return Ok(chosen(path).map(Self::Act));
            }
            (_, []) if asked.flags.is_empty() && last == "list" => {
                return Ok(screen.map(|tab| Self::Act(tab.action())));
            }
            (_, [name]) if asked.flags.is_empty() && last == "show" => {
                return Ok(screen.map(|tab| Self::Find(tab, (*name).to_owned())));
            }
            (_, args) => {
                let takes = |(known, count, flags): &&(&'static str, usize, &[&str])| {
                    let whole = !path.starts_with("workflows ") || args[0].contains('@');
                    *known == path && *count == args.len() && asked.only(flags) && whole
                };
                return Ok(CHANGES.iter().find(takes).map(|(path, ..)| Self::Change(path, asked)));
            }
        }))
    }
}

/// Words that are the console's alone, or that mean something else here than in a shell.
fn own(words: &[&str], grammar: &Grammar) -> Option<Result<Command, String>> {
    let moved = |part, name: &str| Some(Ok(Command::Move(part, name.to_owned())));
    match words {
        [] => Some(Err("type a command; Tab shows what there is".into())),
        ["r"] => Some(Ok(Command::Runs(None))),
        ["r", rest @ ..] => {
            let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
            Some(filter_words(&rest).map(|filter| Command::Runs(Some(filter))))
        }
        ["logs"] => Some(Ok(Command::Act(Action::GoLogs))),
        ["logs", run] => Some(Ok(Command::Find(Tab::Logs, (*run).to_owned()))),
        ["logs", run, task] => Some(Ok(Command::Find(Tab::Logs, format!("{run} {task}")))),
        ["theme"] => Some(Ok(Command::Theme(None))),
        ["theme", name] => Some(Ok(Command::Theme(Some((*name).to_owned())))),
        ["record"] => Some(Ok(Command::Record(None))),
        ["record", file] => Some(Ok(Command::Record(Some((*file).to_owned())))),
        ["sort", column] => Some(Ok(Command::Sort((*column).to_owned(), String::new()))),
        ["sort", column, direction] => {
            Some(Ok(Command::Sort((*column).to_owned(), (*direction).to_owned())))
        }
        ["columns", names @ ..] => Some(Ok(Command::Columns(names.join(" ")))),
        ["view", rest @ ..] => Some(view(rest)),
        // `freeze` alone is the CLI's: nothing starts any more.
        ["freeze", "view"] => Some(Ok(Command::Act(Action::PauseView))),
        ["set"] => Some(Ok(Command::Set(None))),
        ["set", name] => Some(Ok(Command::Set(Some(setting(name, ""))))),
        ["set", name, value] => Some(Ok(Command::Set(Some(setting(name, value))))),
        // `tenant list` and its like are the CLI's.
        ["tenant", name] if grammar.walk(words).is_none_or(|at| at.words < 2) => {
            moved(Part::Tenant, name)
        }
        ["context" | "ctx" | "contexts"] | ["contexts", "list"] => Some(Ok(Command::Context(None))),
        ["context" | "ctx", name] if *name != "list" && *name != "use" => {
            let name = name.strip_prefix('@').unwrap_or(name);
            Some(Ok(Command::Context(Some(name.to_owned()))))
        }
        ["env", name] => moved(Part::Environment, name),
        ["region", name] => moved(Part::Region, name),
        [word @ ("env" | "region" | "tenant")] => Some(Err(format!("`{word}` wants a name"))),
        // The terminal must survive a bug; a test in a real one asks for it.
        #[cfg(debug_assertions)]
        ["debug", "panic"] => panic!("`:debug panic` was typed"),
        // The name of a screen shows it, of an action does it, whatever a shell would do.
        [name] if *name != "runs" && *name != "run" => named(name).map(|it| Ok(Command::Act(it))),
        _ => None,
    }
}

/// What follows `view`; nothing lists them.
fn view(words: &[&str]) -> Result<Command, String> {
    Ok(Command::View(match words {
        [] => return Ok(Command::Act(Action::Views)),
        ["save", name] => ViewWord::Save((*name).to_owned()),
        ["delete", name] => ViewWord::Delete((*name).to_owned()),
        [word @ ("save" | "delete")] => return Err(format!("`view {word}` wants a name")),
        [name] => ViewWord::Open((*name).to_owned()),
        _ => return Err("`view` wants a name, `save NAME` or `delete NAME`".to_owned()),
    }))
}

/// `mouse=off`, `mouse off`, `nomouse` and `mouse` are all fine.
fn setting(name: &str, value: &str) -> (String, String) {
    let (name, value) = name.split_once('=').unwrap_or((name, value));
    match name.strip_prefix("no") {
        Some(name) if value.is_empty() => (name.to_owned(), "off".to_owned()),
        _ => (name.to_owned(), if value.is_empty() { "on" } else { value }.to_owned()),
    }
}

fn of_group(path: &str, rest: &[String], verb: &super::grammar::Verb) -> Result<Command, String> {
    let names: Vec<&str> = verb.verbs.iter().map(|verb| verb.name.as_str()).collect();
    let Some(word) = rest.first() else {
        return Err(format!("`{path}` wants one of {}", names.join(", ")));
    };
    let near = names.iter().min_by_key(|known| strsim::levenshtein(known, word));
    match near.filter(|known| strsim::levenshtein(known, word) <= 2) {
        Some(near) => {
            Err(format!("`{path} {word}` is not a command, did you want `{path} {near}`?"))
        }
        None => Err(format!("`{path} {word}` is not a command: there are {}", names.join(", "))),
    }
}

fn chosen(path: &str) -> Option<Action> {
    CHOSEN.iter().find(|(known, _)| *known == path).map(|(_, action)| *action)
}

/// A published workflow, and not a file.
fn is_name(name: &str) -> bool {
    let file = [".yaml", ".yml", ".json", ".md"].iter().any(|ending| name.ends_with(ending));
    !file && !name.contains('/')
}

fn named(name: &str) -> Option<Action> {
    let alias = ALIASES.iter().find(|(known, _)| *known == name).map(|(_, action)| *action);
    alias.or_else(|| ACTIONS.iter().find(|spec| spec.name == name).map(|spec| spec.action))
}

/// As a shell takes it, with the program's name.
fn shell_line(words: &[String]) -> String {
    let words = words.iter().map(|word| in_shell(word));
    std::iter::once("conductor".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// Inputs, with `-i` before each or without.
fn inputs(asked: &Asked, words: &[&str]) -> Result<Vec<(String, String)>, String> {
    let flags = asked.flags.iter().filter(|(flag, _)| flag == "input");
    flags
        .map(|(_, value)| value.as_str())
        .chain(words.iter().copied())
        .map(|word| match word.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
            _ => Err(format!("`{word}` is not an input: write `key=value`")),
        })
        .collect()
}

fn unknown(name: &str, grammar: &Grammar) -> String {
    let verbs = grammar.verbs.iter().map(|verb| verb.name.as_str());
    let words = WORDS.iter().map(|(word, _)| *word);
    let names = ACTIONS.iter().map(|s| s.name).chain(words).chain(verbs);
    let near = names.min_by_key(|known| strsim::levenshtein(known, name));
    match near.filter(|known| strsim::levenshtein(known, name) <= 2) {
        Some(near) => format!("`{name}` is not a command, did you want `{near}`?"),
        None => format!("`{name}` is not a command; Tab shows what there is"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::grammar::tests::grammar;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(line, &grammar())
    }

    #[test]
    fn the_clis_grammar_is_understood() {
        let check = |line: &str, expected: Command| {
            assert_eq!(parse(line), Ok(expected), "{line}");
        };
        let runs = |filter: &str| Command::Runs(Some(filter.to_owned()));
        check("runs", Command::Runs(None));
        check("runs status:failed pay", runs("status:failed pay"));
        check("conductor runs list --status failed --text=pay", runs("status:failed pay"));
        check("runs show run_1", Command::Show("run_1".into()));
        check("approvals", Command::Act(Action::GoApprovals));
        check("approval list", Command::Act(Action::GoApprovals));
        check("conductor approvals show apr_1", Command::Approval("apr_1".into()));
        check("approvals approve apr_1", Command::Approval("apr_1".into()));
        check("approvals deny", Command::Act(Action::Deny));
        check("schedules show nightly", Command::Find(Tab::Schedules, "nightly".into()));
        check("workflow show triage", Command::Find(Tab::Workflows, "triage".into()));
        check("theme light", Command::Theme(Some("light".into())));
        check("logs run_1", Command::Find(Tab::Logs, "run_1".into()));
        check(
            "runs logs run_1 'restart[pay-1]' --follow",
            Command::Find(Tab::Logs, "run_1 restart[pay-1]".into()),
        );
        check("logs", Command::Act(Action::GoLogs));
        check("q", Command::Act(Action::Quit));
        check("messages", Command::Act(Action::Messages));
        check("runs cancel --kill", Command::Act(Action::Kill));
        let inputs = vec![("host".into(), "pay-1".into()), ("n".into(), "a=b".into())];
        check("run triage -i host=pay-1 n=a=b", Command::Run { workflow: "triage".into(), inputs });
        let inputs = vec![("why".into(), "two words".into())];
        check(
            "plan t@1.0.0 -i 'why=two words'",
            Command::Plan { workflow: "t@1.0.0".into(), inputs },
        );
    }

    #[test]
    fn a_change_is_read_with_what_it_names() {
        let Ok(Command::Change("runs cancel", asked)) =
            parse("conductor runs cancel run_1 --reason 'wrong host' --kill")
        else {
            panic!("it is one")
        };
        assert_eq!((asked.args[0].as_str(), asked.flag("reason")), ("run_1", "wrong host"));
        assert!(asked.has("kill"));
        assert!(matches!(parse("schedules pause nightly"), Ok(Command::Change(..))));
    }

    #[test]
    fn what_has_no_place_here_is_named_as_a_shell_takes_it() {
        for (line, expected) in [
            ("tokens list", "conductor tokens list"),
            ("conductor run ./disk.yaml", "conductor run ./disk.yaml"),
            ("runs cancel run_1 run_2", "conductor runs cancel run_1 run_2"),
            (
                "runs cancel --all --reason 'too many'",
                "conductor runs cancel --all --reason 'too many'",
            ),
            ("approvals export apr_1", "conductor approvals export apr_1"),
            ("runs list --limit 3", "conductor runs list --limit 3"),
            ("runs list -o json", "conductor runs list -o json"),
            ("run triage --tenant globex", "conductor run triage --tenant globex"),
        ] {
            assert_eq!(parse(line), Ok(Command::Shell(expected.into())), "{line}");
        }
    }

    #[test]
    fn words_of_the_console_are_understood() {
        let set = |name: &str, value: &str| Ok(Command::Set(Some((name.into(), value.into()))));
        assert_eq!(parse("set mouse"), set("mouse", "on"));
        let sort = |by: &str, way: &str| Ok(Command::Sort(by.into(), way.into()));
        assert_eq!(parse("sort"), Ok(Command::Act(Action::Sort)));
        assert_eq!(parse("sort took"), sort("took", ""));
        assert_eq!(parse("sort took asc"), sort("took", "asc"));
        assert_eq!(parse("columns"), Ok(Command::Columns(String::new())));
        assert_eq!(parse("columns +took -owner"), Ok(Command::Columns("+took -owner".into())));
        assert_eq!(
            parse("conductor runs list --status failed --sort took --limit 2000"),
            Ok(Command::Listed {
                filter: "status:failed".into(),
                sort: "took".into(),
                columns: String::new(),
            })
        );
        assert_eq!(parse("set nomouse"), set("mouse", "off"));
        assert_eq!(parse("set mouse=off"), set("mouse", "off"));
        assert_eq!(parse("set notify_runs on"), set("notify_runs", "on"));
        assert_eq!(parse("tenant globex"), Ok(Command::Move(Part::Tenant, "globex".into())));
        assert_eq!(parse("tenant list"), Ok(Command::Act(Action::GoTenants)));
        assert_eq!(parse("view"), Ok(Command::Act(Action::Views)));
        assert_eq!(parse("view f"), Ok(Command::View(ViewWord::Open("f".into()))));
        assert_eq!(parse("view save f"), Ok(Command::View(ViewWord::Save("f".into()))));
        assert_eq!(parse("view delete f"), Ok(Command::View(ViewWord::Delete("f".into()))));
        assert_eq!(parse("freeze view"), Ok(Command::Act(Action::PauseView)));
        assert_eq!(parse("freeze list"), Ok(Command::Act(Action::Frozen)));
        assert_eq!(parse("env prod"), Ok(Command::Move(Part::Environment, "prod".into())));
    }

    #[test]
    fn mistakes_get_a_mend() {
        let check = |line: &str, part: &str| {
            let error = parse(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        };
        check("themes", "did you want `theme`?");
        check("run", "run NAME");
        check("run triage host", "`key=value`");
        check("runs --status", "wants a value");
        check("runs show run_1 --folow", "did you want `--follow`?");
        check("runs list --status", "wants a value");
        check("xyzzy now", "not a command");
        check("quit now", "takes no arguments");
        check("tokens", "wants one of list");
        check("tokens lst", "did you want `tokens list`?");
        check("run 'x", "not closed");
        check("tenant", "wants a name");
        check("view save", "wants a name");
        check("view a b", "`view` wants a name");
    }
}
