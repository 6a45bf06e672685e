//! The command line's own tree of commands, as the console needs it: made from the program's at the
//! start, so that what `:` takes and completes is what a shell takes.

/// A flag of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flag {
    /// Its name without the dashes.
    pub long: String,
    /// Its letter, where it has one.
    pub short: Option<char>,
    /// Whether a value follows it.
    pub takes_value: bool,
    /// The values that it takes, where they are few.
    pub values: Vec<String>,
    /// What it does, a sentence.
    pub about: String,
}

/// A command, or a group of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verb {
    /// One word.
    pub name: String,
    /// Other words for it.
    pub aliases: Vec<String>,
    /// What it does, a sentence.
    pub about: String,
    /// Its own flags, without those of every command.
    pub flags: Vec<Flag>,
    /// Names of its arguments, in their order.
    pub args: Vec<String>,
    /// The commands of the group; empty for a command.
    pub verbs: Vec<Verb>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grammar {
    /// The commands and groups.
    pub verbs: Vec<Verb>,
    /// Flags that every command takes.
    pub flags: Vec<Flag>,
}

/// How far the words of a line are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Walked<'a> {
    /// The command's words as they are in full, such as `runs list`.
    pub(crate) path: String,
    /// The last of them.
    pub(crate) verb: &'a Verb,
    /// Words that were gone through.
    pub(crate) words: usize,
}

impl Grammar {
    /// The longest command that a line begins with.
    pub(crate) fn walk<W: AsRef<str>>(&self, words: &[W]) -> Option<Walked<'_>> {
        let mut known: Option<Walked<'_>> = None;
        for word in words {
            let verbs = known.as_ref().map_or(self.verbs.as_slice(), |at| &at.verb.verbs);
            let Some(verb) = verbs.iter().find(|verb| verb.is_called(word.as_ref())) else { break };
            let before = known.take();
            let count = before.as_ref().map_or(0, |at| at.words) + 1;
            let path = before.map_or(String::new(), |at| at.path + " ") + &verb.name;
            known = Some(Walked { path, verb, words: count });
        }
        known
    }

    /// Every command with its full name, groups left out.
    #[must_use]
    pub fn leaves(&self) -> Vec<String> {
        fn below(verb: &Verb, before: &str, all: &mut Vec<String>) {
            let path = format!("{before}{}", verb.name);
            if verb.verbs.is_empty() {
                all.push(path);
                return;
            }
            verb.verbs.iter().for_each(|one| below(one, &format!("{path} "), all));
        }
        let mut all = Vec::new();
        self.verbs.iter().for_each(|verb| below(verb, "", &mut all));
        all
    }
}

impl Verb {
    /// Its flag of this name, with its dashes.
    pub(crate) fn flag(&self, word: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.is_called(word))
    }

    fn is_called(&self, word: &str) -> bool {
        self.name == word || self.aliases.iter().any(|alias| alias == word)
    }
}

impl Flag {
    /// Whether a word with its dashes means it.
    pub(crate) fn is_called(&self, word: &str) -> bool {
        match (word.strip_prefix("--"), word.strip_prefix('-')) {
            (Some(long), _) => self.long == long,
            (None, Some(short)) => {
                let mut letters = short.chars();
                self.short.is_some() && self.short == letters.next() && letters.next().is_none()
            }
            (None, None) => false,
        }
    }
}

/// Words as a shell divides them: at blanks that are not in quotes.
///
/// # Errors
///
/// A quote that is not closed.
pub fn split(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => {
                word.get_or_insert_default().extend(letters.next());
            }
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    if let Some(open) = quote {
        return Err(format!("a quote ({open}) is not closed"));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn verb(name: &str, alias: &str, verbs: Vec<Verb>) -> Verb {
        let aliases = if alias.is_empty() { Vec::new() } else { vec![alias.to_owned()] };
        Verb {
            name: name.into(),
            aliases,
            about: format!("About {name}"),
            verbs,
            ..Verb::default()
        }
    }

    fn leaf(name: &str, flags: &[&str], args: &[&str]) -> Verb {
        let flag = |text: &&str| {
            let (text, takes_value) = text.strip_suffix('=').map_or((*text, false), |t| (t, true));
            let (long, short) = text.split_once(',').unwrap_or((text, ""));
            let values = match long {
                "output" => vec!["json".to_owned(), "table".to_owned()],
                _ => Vec::new(),
            };
            let (long, short) = (long.to_owned(), short.chars().next());
            Flag { long, short, takes_value, values, about: "About it".into() }
        };
        Verb {
            flags: flags.iter().map(flag).collect(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            ..verb(name, "", Vec::new())
        }
    }

    /// A few commands, as the program has them.
    pub(crate) fn grammar() -> Grammar {
        let filter = [
            "status=",
            "workflow=",
            "owner=",
            "not-status=",
            "not-workflow=",
            "not-owner=",
            "since=",
            "until=",
            "text=",
            "limit=",
            "sort=",
            "tree",
        ];
        let list = Verb { aliases: vec!["ls".into()], ..leaf("list", &filter, &[]) };
        let runs = vec![
            list,
            leaf("show", &["follow,f", "logs"], &["RUN"]),
            leaf("logs", &["follow,f", "attempt="], &["RUN", "TASK"]),
            leaf("cancel", &["reason=", "kill", "all", "yes,y"], &["RUN"]),
            leaf("pause", &["reason="], &["RUN"]),
            leaf("resume", &["reason="], &["RUN"]),
            leaf("skip", &["reason="], &["RUN", "TASK"]),
            leaf("release", &["reason=", "answer="], &["RUN", "TASK"]),
            leaf("rerun", &["from-failed", "reason=", "input,i="], &["RUN"]),
            leaf("undo", &["reason="], &["RUN"]),
        ];
        let approvals = ["list", "show", "approve", "deny", "export"];
        let approvals = approvals.iter().map(|name| leaf(name, &[], &["APPROVAL"])).collect();
        let schedules = ["list", "show", "pause", "resume", "remove"];
        let schedules = schedules.iter().map(|name| leaf(name, &["reason="], &["NAME"])).collect();
        let workflows = vec![
            leaf("list", &[], &[]),
            leaf("show", &["source"], &["NAME"]),
            leaf("deprecate", &["reason=", "use=", "undo"], &["NAME"]),
            leaf("retire", &["reason=", "yes,y"], &["NAME"]),
            leaf("publish", &[], &["FILE"]),
        ];
        let one = |name: &str| vec![leaf(name, &[], &[])];
        let input = "input,i=";
        Grammar {
            verbs: vec![
                verb("runs", "", runs),
                leaf("run", &[input, "follow,f", "logs", "reason="], &["NAME"]),
                leaf("plan", &[input], &["NAME"]),
                verb("approvals", "approval", approvals),
                verb("schedules", "schedule", schedules),
                verb("workflows", "workflow", workflows),
                verb(
                    "runbooks",
                    "runbook",
                    vec![leaf("list", &[], &[]), leaf("show", &[], &["NAME"])],
                ),
                verb("tenants", "tenant", vec![leaf("list", &[], &[]), leaf("show", &[], &["N"])]),
                verb("tokens", "token", one("list")),
                verb("events", "", one("tail")),
                verb("freeze", "freezes", vec![leaf("list", &[], &[]), leaf("set", &[], &["N"])]),
            ],
            flags: leaf("x", &["output,o=", "tenant=", "env="], &[]).flags,
        }
    }

    #[test]
    fn words_are_divided_as_a_shell_divides_them() {
        let check = |line: &str, words: &[&str]| assert_eq!(split(line).unwrap(), words, "{line}");
        check("  runs   list ", &["runs", "list"]);
        check(r#"a 'b c' "d 'e'" f\ g ''"#, &["a", "b c", "d 'e'", "f g", ""]);
        check(r#"say "it\"s""#, &["say", "it\"s"]);
        assert!(split("a 'b").unwrap_err().contains("not closed"));
    }

    #[test]
    fn a_line_is_gone_through_by_names_and_aliases() {
        let grammar = grammar();
        let walked = grammar.walk(&["approval", "show", "apr_1"]).unwrap();
        assert_eq!((walked.path.as_str(), walked.words), ("approvals show", 2));
        let walked = grammar.walk(&["runs", "ls"]).unwrap();
        assert_eq!(walked.path, "runs list");
        assert_eq!(grammar.walk(&["xyzzy"]), None);
        assert!(grammar.leaves().contains(&"tokens list".to_owned()));
    }
}
