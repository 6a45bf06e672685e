//! The flags and arguments of a typed command, checked by the command line's own tree.

use super::grammar::{Grammar, Verb};

/// Flags, by their long names, and arguments, each in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) flags: Vec<(String, String)>,
    pub(crate) args: Vec<String>,
}

impl Asked {
    /// Reads what follows a command.
    ///
    /// # Errors
    ///
    /// A flag that the command does not have, or one without its value.
    pub(crate) fn read(
        words: &[String],
        (path, verb): (&str, &Verb),
        grammar: &Grammar,
    ) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut rest = words.iter();
        let mut only_args = false;
        while let Some(word) = rest.next() {
            if only_args || !word.starts_with('-') || word == "-" {
                asked.args.push(word.clone());
                continue;
            }
            if word == "--" {
                only_args = true;
                continue;
            }
            let (name, given) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            let known =
                verb.flag(name).or_else(|| grammar.flags.iter().find(|f| f.is_called(name)));
            let Some(flag) = known else {
                let near = nearest(name.trim_start_matches('-'), verb);
                return Err(format!("`{name}` is no flag of `{path}`{near}"));
            };
            let value = match (flag.takes_value, given) {
                (false, None) => String::new(),
                (false, Some(_)) => return Err(format!("`{name}` takes no value")),
                (true, Some(value)) => value,
                (true, None) => {
                    rest.next().cloned().ok_or_else(|| format!("`{name}` wants a value"))?
                }
            };
            asked.flags.push((flag.long.clone(), value));
        }
        Ok(asked)
    }

    /// The value of a flag; empty where it was not given or takes none.
    pub(crate) fn flag(&self, name: &str) -> &str {
        self.flags.iter().find(|(flag, _)| flag == name).map_or("", |(_, value)| value)
    }

    /// Whether a flag was given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.flags.iter().any(|(flag, _)| flag == name)
    }

    /// Whether no other flags were given than these.
    pub(crate) fn only(&self, names: &[&str]) -> bool {
        self.flags.iter().all(|(flag, _)| names.contains(&flag.as_str()))
    }
}

fn nearest(name: &str, verb: &Verb) -> String {
    let near = verb.flags.iter().min_by_key(|flag| strsim::levenshtein(&flag.long, name));
    match near.filter(|flag| strsim::levenshtein(&flag.long, name) <= 2) {
        Some(flag) => format!(", did you want `--{}`?", flag.long),
        None => String::new(),
    }
}
