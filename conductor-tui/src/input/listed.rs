//! Flags of `runs list` as the filter of the console's list has them.

use super::asked::Asked;

/// Flags of a list of runs that the console's list has, too. It reads as many as are sorted.
pub(super) const LIST_FLAGS: [&str; 12] = [
    "status",
    "workflow",
    "owner",
    "not-status",
    "not-workflow",
    "not-owner",
    "since",
    "until",
    "text",
    "sort",
    "columns",
    "limit",
];
/// Flags of a list of runs that its filter has, too.
pub(super) const FILTER_FLAGS: [&str; 9] = [
    "status",
    "workflow",
    "owner",
    "not-status",
    "not-workflow",
    "not-owner",
    "since",
    "until",
    "text",
];

/// The filter of a list that was asked for with these flags.
pub(super) fn filter_of(asked: &Asked) -> String {
    let word = |(key, value): &(String, String)| filter_word(key, value);
    let filters = asked.flags.iter().filter(|(key, _)| FILTER_FLAGS.contains(&key.as_str()));
    filters.map(word).collect::<Vec<_>>().join(" ")
}

/// A flag as the filter has it: `--not-status failed` is `!status:failed`.
fn filter_word(key: &str, value: &str) -> String {
    match (key, key.strip_prefix("not-")) {
        ("text", _) => value.to_owned(),
        (_, Some(key)) => {
            let each = value.split(',').map(|value| format!("!{key}:{value}"));
            each.collect::<Vec<_>>().join(" ")
        }
        (key, None) => format!("{key}:{value}"),
    }
}

/// `--status failed` is `status:failed`, as on the command line of the CLI.
pub(super) fn filter_words(words: &[String]) -> Result<String, String> {
    let mut filter = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let Some(flag) = word.strip_prefix("--") else {
            filter.push(word.clone());
            continue;
        };
        let (key, value) = match flag.split_once('=') {
            Some((key, value)) => (key, value),
            None => (flag, rest.next().ok_or_else(|| format!("`{word}` wants a value"))?.as_str()),
        };
        filter.push(filter_word(key, value));
    }
    Ok(filter.join(" "))
}
