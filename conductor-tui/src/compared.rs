//! What two versions of a manifest differ in, in lines for people, on the command line and in the
//! console alike: by what they mean, or as text.

use conductor_protocol::manifest::{Change, Manifest};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::planned::{Line, Tone};

/// Letters of two values that still fit on one line.
const ONE_LINE_CHARS_MAX: usize = 70;
/// Lines around a difference of a text.
const CONTEXT_LINES: usize = 3;

/// The changes for a reader: short values on one line, longer ones line by line. `becomes` stands
/// between what was and what is, as the reader's terminal can draw it.
#[must_use]
pub fn lines(changes: &[Change], becomes: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for change in changes {
        let place = change.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let path = (Tone::Strong, format!("{}{place}", change.path));
        let indent = (Tone::Plain, "  ".to_owned());
        let (old, new) = (change.old.as_ref().map(shown), change.new.as_ref().map(shown));
        let (was, is) = (old.clone().unwrap_or_default(), new.clone().unwrap_or_default());
        let one = format!("{was} {becomes} {is}");
        let short = one.chars().count() <= ONE_LINE_CHARS_MAX && !one.contains('\n');
        if short && old.is_some() && new.is_some() {
            lines.push(vec![indent, path, (Tone::Plain, format!(": {one}"))]);
            continue;
        }
        lines.push(vec![indent, path]);
        for (sign, tone, value) in [("-", Tone::Bad, &old), ("+", Tone::Good, &new)] {
            let value = value.iter().flat_map(|value| value.lines());
            lines.extend(value.map(|line| vec![(tone, format!("    {sign} {line}"))]));
        }
    }
    lines
}

/// A text as it is, where that is plain; anything else as YAML.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if !text.chars().any(|c| c.is_control() && c != '\n') => text.clone(),
        value => serde_yaml_ng::to_string(value).unwrap_or_default().trim_end().to_owned(),
    }
}

/// Both as YAML, line by line, as `diff -u` shows it.
///
/// # Errors
///
/// When a manifest can't be written as YAML, which none is known for.
pub fn unified(old: (&str, &Manifest), new: (&str, &Manifest)) -> std::io::Result<String> {
    let yaml =
        |manifest: &Manifest| serde_yaml_ng::to_string(manifest).map_err(std::io::Error::other);
    let (before, after) = (yaml(old.1)?, yaml(new.1)?);
    let lines = TextDiff::from_lines(&before, &after);
    Ok(lines.unified_diff().header(old.0, new.0).to_string())
}

/// Two texts line by line, with what stands around the differences. Long lines stay long.
#[must_use]
pub fn texts(old: &str, new: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT_LINES).iter_hunks() {
        lines.push(vec![(Tone::Dim, hunk.header().to_string())]);
        for change in hunk.iter_changes() {
            let (sign, tone) = match change.tag() {
                ChangeTag::Delete => ("-", Tone::Bad),
                ChangeTag::Insert => ("+", Tone::Good),
                ChangeTag::Equal => (" ", Tone::Plain),
            };
            let text = change.value().trim_end_matches(['\n', '\r']);
            lines.push(vec![(tone, format!("{sign} {text}"))]);
        }
    }
    lines
}
