//! What a typed line could become: commands and flags from the command line's own tree, names from
//! what the screens know.

use std::collections::BTreeSet;

use super::{
    ACTIONS,
    command::WORDS,
    grammar::{Grammar, Verb},
    query::{KEYS, STATUSES},
};
use crate::{
    screen::screens,
    settings::{AUTO, Kind, spec},
};

/// Lines that are offered at most.
const OFFERS_MAX: usize = 200;

/// Names that can be completed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) workflows: Vec<String>,
    pub(crate) runs: Vec<String>,
    pub(crate) schedules: Vec<String>,
    pub(crate) approvals: Vec<String>,
    pub(crate) tenants: Vec<String>,
    pub(crate) themes: Vec<String>,
    /// Other daemons.
    pub(crate) contexts: Vec<String>,
    /// Views that are saved.
    pub(crate) views: Vec<String>,
    /// What `:set` takes.
    pub(crate) settings: Vec<String>,
    /// Columns of the list in front, each with what it shows.
    pub(crate) columns: Vec<(&'static str, &'static str)>,
}

/// What is known for completing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) grammar: &'a Grammar,
    pub(crate) names: &'a Names,
}

/// A whole line that the line could become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) line: String,
    /// The word that is new in it.
    pub(crate) word: String,
    /// What it means; empty for a name.
    pub(crate) about: String,
}

/// Whole lines that the line could become, in the order they are gone through.
pub(crate) fn complete(line: &str, known: Known<'_>) -> Vec<Offer> {
    let (done, word) = line.rsplit_once(' ').map_or(("", line), |(done, word)| (done, word));
    let mut words: Vec<&str> = done.split_whitespace().collect();
    if words.first().is_some_and(|word| *word == "conductor" || *word == "maestro") {
        words.remove(0);
    }
    let space = if line.contains(' ') { " " } else { "" };
    // A filter turns round what stands behind the sign.
    let turned = word.strip_prefix('!').filter(|_| words.first() == Some(&"runs"));
    let (not, word) = turned.map_or(("", word), |word| ("!", word));
    let is_offered = |new: &str| {
        let turns = ["status:", "workflow:", "owner:"].iter().any(|key| new.starts_with(key));
        new.starts_with(word) && (not.is_empty() || turns)
    };
    let mut seen = BTreeSet::new();
    candidates(&words, word, known)
        .into_iter()
        .filter(|(new, _)| is_offered(new) && seen.insert(new.clone()))
        .take(OFFERS_MAX)
        .map(|(word, about)| {
            let word = format!("{not}{word}");
            Offer { line: format!("{done}{space}{word}"), word, about }
        })
        .collect()
}

/// Words that could follow, each with what it means.
fn candidates(words: &[&str], word: &str, known: Known<'_>) -> Vec<(String, String)> {
    let Known { grammar, names } = known;
    if word.starts_with('@') {
        let name = |name: &String| (format!("@{name}"), "Go to its daemon".to_owned());
        return names.contexts.iter().map(name).collect();
    }
    match words {
        [] => return first(grammar),
        ["context" | "ctx"] => return plain(&names.contexts),
        ["theme"] => return plain(&names.themes),
        ["view"] => {
            let save = ("save".to_owned(), "Save the screen in front with its filter".to_owned());
            let delete = ("delete".to_owned(), "Delete a view".to_owned());
            return plain(&names.views).into_iter().chain([save, delete]).collect();
        }
        ["view", "save" | "delete"] => return plain(&names.views),
        ["record"] => return vec![("stop".into(), "End the recording".into())],
        ["set"] => return plain(&names.settings),
        ["sort"] => return about(names, ""),
        ["sort", _] => return plain(&["asc".to_owned(), "desc".to_owned()]),
        ["columns", ..] => return columns(words, word, names),
        ["set", name] => return plain(&settings_values(name, names)),
        _ => {}
    }
    let Some(walked) = grammar.walk(words) else { return Vec::new() };
    let (verb, rest) = (walked.verb, &words[walked.words..]);
    let mut all = Vec::new();
    if walked.path == "tenants" && rest.is_empty() && words == ["tenant"] {
        all.extend(plain(&names.tenants));
    }
    if words == ["freeze"] {
        all.push(("view".into(), "Let what is shown stand still".into()));
    }
    if rest.is_empty() {
        all.extend(verb.verbs.iter().map(|verb| (verb.name.clone(), verb.about.clone())));
    }
    if walked.path == "runs" {
        all.extend(filter_candidates(word, names));
        return all;
    }
    if !verb.verbs.is_empty() {
        return all;
    }
    if word.starts_with('-') {
        let own = verb.flags.iter().chain(&grammar.flags);
        return own.map(|flag| (format!("--{}", flag.long), flag.about.clone())).collect();
    }
    let before = rest.last().filter(|word| word.starts_with('-'));
    let before = before.and_then(|word| flag(word, verb, grammar));
    if let Some(flag) = before.filter(|flag| flag.takes_value) {
        return values(&flag.long, &flag.values, names);
    }
    if args_before(rest, verb, grammar) == 0 {
        all.extend(plain(names_of(&walked.path, names)));
    }
    all
}

/// Words that a line can begin with: the console's own first, then the CLI's.
fn first(grammar: &Grammar) -> Vec<(String, String)> {
    let verbs = grammar.verbs.iter().map(|verb| (verb.name.clone(), verb.about.clone()));
    let words = WORDS.iter().map(|(word, about)| ((*word).to_owned(), (*about).to_owned()));
    let actions = ACTIONS.iter().map(|spec| (spec.name.to_owned(), spec.help.to_owned()));
    verbs.chain(words).chain(actions).collect()
}

fn plain(names: &[String]) -> Vec<(String, String)> {
    names.iter().map(|name| (name.clone(), String::new())).collect()
}

/// The columns, each with a sign before it.
fn about(names: &Names, sign: &str) -> Vec<(String, String)> {
    let column = |(name, about): &(&str, &str)| (format!("{sign}{name}"), (*about).to_owned());
    names.columns.iter().map(column).collect()
}

/// Columns that can follow: names after names, signs after signs.
fn columns(words: &[&str], word: &str, names: &Names) -> Vec<(String, String)> {
    let signed = |word: &&str| word.starts_with(['+', '-']);
    let first = words.get(1).copied().unwrap_or(word);
    if words.len() > 1 && !signed(&first) {
        return about(names, "");
    }
    let mut all = about(names, "+");
    all.extend(about(names, "-"));
    if words.len() == 1 {
        all.splice(0..0, about(names, ""));
        all.push(("reset".to_owned(), "The columns as they come".to_owned()));
    }
    all
}

fn flag<'a>(word: &str, verb: &'a Verb, grammar: &'a Grammar) -> Option<&'a super::grammar::Flag> {
    verb.flag(word).or_else(|| grammar.flags.iter().find(|flag| flag.is_called(word)))
}

/// How many arguments stand before the word that is being typed.
fn args_before(rest: &[&str], verb: &Verb, grammar: &Grammar) -> usize {
    let mut args = 0;
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match flag(word, verb, grammar) {
            Some(flag) if flag.takes_value => {
                rest.next();
            }
            Some(_) => {}
            None if word.starts_with('-') => {}
            None => args += 1,
        }
    }
    args
}

/// What a command's first argument can be.
fn names_of<'a>(path: &str, names: &'a Names) -> &'a [String] {
    match path.split(' ').next().unwrap_or(path) {
        "run" | "plan" | "workflows" | "runbooks" => &names.workflows,
        "runs" | "receipts" => &names.runs,
        "schedules" => &names.schedules,
        "approvals" => &names.approvals,
        "tenants" => &names.tenants,
        _ => &[],
    }
}

/// What a flag's value can be.
fn values(flag: &str, listed: &[String], names: &Names) -> Vec<(String, String)> {
    match flag {
        "workflow" => plain(&names.workflows),
        "tenant" => plain(&names.tenants),
        "status" if listed.is_empty() => {
            STATUSES.iter().map(|(name, _)| ((*name).to_owned(), String::new())).collect()
        }
        _ => plain(listed),
    }
}

/// Words that can stand in a filter of runs.
fn filter_candidates(word: &str, names: &Names) -> Vec<(String, String)> {
    let words: Vec<String> = if word.starts_with("status:") {
        STATUSES.iter().map(|(name, _)| format!("status:{name}")).collect()
    } else if word.starts_with("workflow:") {
        names.workflows.iter().map(|name| format!("workflow:{name}")).collect()
    } else {
        KEYS.iter().map(|key| format!("{key}:")).collect()
    };
    plain(&words)
}

/// What a setting can be.
fn settings_values(name: &str, names: &Names) -> Vec<String> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match spec(name).map(|spec| spec.kind) {
        Some(Kind::Choice(all)) => words(all),
        Some(Kind::Theme) => {
            std::iter::once(AUTO.to_owned()).chain(names.themes.iter().cloned()).collect()
        }
        Some(Kind::Screen) => screens().map(str::to_owned).collect(),
        Some(Kind::Toggle) | None => words(&["on", "off"]),
        Some(Kind::Text) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::grammar::tests::grammar;

    fn lines(line: &str) -> Vec<String> {
        let names = Names {
            workflows: vec!["triage".into()],
            runs: vec!["run_1".into(), "run_2".into()],
            tenants: vec!["acme".into(), "globex".into()],
            themes: vec!["dark".into(), "light".into()],
            settings: vec!["mouse".into()],
            columns: vec![("took", ""), ("owner", "")],
            views: vec!["failed".into()],
            ..Names::default()
        };
        let known = Known { grammar: &grammar(), names: &names };
        complete(line, known).into_iter().map(|offer| offer.line).collect()
    }

    #[test]
    fn lines_are_completed_from_what_exists() {
        for (line, expected) in [
            ("them", &["theme"][..]),
            ("theme l", &["theme light"]),
            ("run t", &["run triage"]),
            ("conductor run t", &["conductor run triage"]),
            ("runs sta", &["runs status:"]),
            ("runs status:fa", &["runs status:failed"]),
            ("runs !sta", &["runs !status:"]),
            ("runs pay !status:fa", &["runs pay !status:failed"]),
            ("runs !si", &[]),
            ("runs sh", &["runs show"]),
            ("runs show ", &["runs show run_1", "runs show run_2"]),
            ("runs show --f", &["runs show --follow"]),
            ("runs list --status fa", &["runs list --status failed"]),
            ("runs list -o j", &["runs list -o json"]),
            ("runs cancel --kill run_2", &["runs cancel --kill run_2"]),
            ("runs skip run_1 r", &[]),
            ("tenant g", &["tenant globex"]),
            ("tenant l", &["tenant list"]),
            ("view ", &["view failed", "view save", "view delete"]),
            ("view delete f", &["view delete failed"]),
            ("freeze v", &["freeze view"]),
            ("set m", &["set mouse"]),
            ("set mouse o", &["set mouse on", "set mouse off"]),
            ("sort t", &["sort took"]),
            ("sort took ", &["sort took asc", "sort took desc"]),
            ("columns +t", &["columns +took"]),
            ("columns +took -o", &["columns +took -owner"]),
            ("columns took o", &["columns took owner"]),
            ("columns r", &["columns reset"]),
            ("xyzzy ", &[]),
        ] {
            assert_eq!(lines(line), expected, "{line}");
        }
        assert!(lines("ru").starts_with(&["runs".into(), "run".into()]));
    }
}
