//! The `Host` entries of an OpenSSH client's configuration.
//!
//! Only names are taken: what the entries say (address, port, user, jump hosts, keys) the SSH
//! client itself reads when a task connects, with all its rules. Patterns and negations name no
//! host and are passed over.

use super::{
    HostDraft, glob,
    host::check_name,
    limits::{HOSTS_MAX, SSH_INCLUDES_MAX},
};

/// The hosts that a configuration names, in its order. `include` gives the texts of the files that
/// an `Include` line's pattern means.
///
/// # Errors
/// A sentence with the line, when a file can't be read or there are too many.
pub fn hosts(
    text: &str,
    include: &mut dyn FnMut(&str) -> Result<Vec<String>, String>,
) -> Result<Vec<HostDraft>, String> {
    let mut names: Vec<String> = Vec::new();
    // Includes are read where they stand, so the newest open file is at the end.
    let mut files = vec![lines_of(text)];
    let mut included = 0;
    while let Some(lines) = files.last_mut() {
        let Some((number, line)) = lines.pop() else {
            files.pop();
            continue;
        };
        let words = words(&line).ok_or(format!("line {number}: a quote is not closed"))?;
        let Some((keyword, values)) = words.split_first() else { continue };
        match keyword.to_ascii_lowercase().as_str() {
            "host" => names.extend(values.iter().filter(|name| is_plain(name)).cloned()),
            "include" => {
                for pattern in values {
                    let texts = include(pattern).map_err(|why| format!("line {number}: {why}"))?;
                    included += texts.len();
                    if included > SSH_INCLUDES_MAX {
                        return Err(format!("more than {SSH_INCLUDES_MAX} files are included"));
                    }
                    files.extend(texts.iter().rev().map(|text| lines_of(text)));
                }
            }
            _ => {}
        }
        if names.len() > HOSTS_MAX {
            return Err(format!("it names more than {HOSTS_MAX} hosts"));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names.iter().map(|name| HostDraft::named(name)).collect())
}

/// Whether a file's name is what an `Include` line's pattern says.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    glob::matches(pattern, name)
}

/// The lines with their numbers, the first last.
fn lines_of(text: &str) -> Vec<(usize, String)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned()));
    let mut lines: Vec<_> = numbered.collect();
    lines.reverse();
    lines
}

fn is_plain(name: &str) -> bool {
    check_name("host", name).is_ok()
}

/// The keyword and its arguments; nothing where a quote is left open.
fn words(line: &str) -> Option<Vec<String>> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Some(Vec::new());
    }
    let end = line.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(line.len());
    let (keyword, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let mut rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let mut words = vec![keyword.to_owned()];
    while !rest.is_empty() && !rest.starts_with('#') {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Some(words)
}
