//! What the commands about tracked runs take.

use clap::{Args, Subcommand};
use conductor_protocol::v1;
use serde_json::Value;

/// Millionths of a dollar in one.
pub(super) const MICROS: u64 = 1_000_000;
/// Digits behind the point of an amount.
const DIGITS: usize = 6;

/// What can be done with tracked runs.
#[derive(Debug, Subcommand)]
pub(crate) enum TrackedCommand {
    /// List tracked runs, newest first
    #[command(
        visible_alias = "ls",
        after_help = "\
Examples:
  conductor tracked list --status running,failed
  conductor --tenant acme tracked list --owner analyst@example.com --all -o jsonl"
    )]
    List(ListArgs),
    /// Show one: how it stands, what it cost, what was said of it
    Show {
        /// The run's id
        #[arg(value_name = "RUN")]
        run_id: String,
    },
    /// Track a run that something else carries out
    #[command(after_help = "\
Example:
  conductor tracked create 'Entity network analysis' --owner analyst@example.com --cost-estimate 10 \\
    --status running --related entity-123")]
    Create(CreateArgs),
    /// Say how a tracked run stands, and what it cost
    #[command(after_help = "\
An ended run never stands otherwise again; its costs and its metadata may still change.

Example:
  conductor tracked change run_01jd6p5c7se9bs0w1h3m5n7p9q --status succeeded --cost 9.25")]
    Change(ChangeArgs),
}

/// Which tracked runs to list.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only runs that stand so
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_enum)]
    pub(super) status: Vec<StatusWord>,
    /// Only runs of this owner
    #[arg(long, value_name = "OWNER", default_value = "", hide_default_value = true)]
    pub(super) owner: String,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) limit: u32,
    /// All there are
    #[arg(long, conflicts_with = "limit")]
    pub(super) all: bool,
}

/// A run that is to be tracked.
#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// What people call it
    pub(super) name: String,
    /// Whose it is
    #[arg(long, value_name = "OWNER")]
    pub(super) owner: String,
    /// How it stands; pending where nothing is said
    #[arg(long, value_name = "STATE", value_enum)]
    pub(super) status: Option<StatusWord>,
    /// What it is expected to cost, in dollars
    #[arg(long, value_name = "DOLLARS", value_parser = micros)]
    pub(super) cost_estimate: Option<u64>,
    /// The id of something that it is about; may be given again
    #[arg(long = "related", value_name = "ID")]
    pub(super) related_entity_ids: Vec<String>,
    /// The id of a decision that it bears on; may be given again
    #[arg(long = "decision", value_name = "ID")]
    pub(super) related_decision_ids: Vec<String>,
    /// Anything more, as a JSON object
    #[arg(long, value_name = "JSON", value_parser = object)]
    pub(super) metadata: Option<String>,
    /// Repeat safely: the same key with the same request gives the same run
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

/// What is to change; what is not said stays.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// The run's id
    #[arg(value_name = "RUN")]
    pub(super) run_id: String,
    /// How it stands now
    #[arg(long, value_name = "STATE", value_enum)]
    pub(super) status: Option<StatusWord>,
    /// What it is expected to cost, in dollars
    #[arg(long, value_name = "DOLLARS", value_parser = micros)]
    pub(super) cost_estimate: Option<u64>,
    /// What it cost, in dollars
    #[arg(long, value_name = "DOLLARS", value_parser = micros)]
    pub(super) cost: Option<u64>,
    /// Merged into what there is, as a JSON object; a name with `null` is taken out
    #[arg(long, value_name = "JSON", value_parser = object)]
    pub(super) metadata: Option<String>,
    /// Only if it was changed last by the event of this number, as `show` told it
    #[arg(long, value_name = "SEQ", default_value_t = 0, hide_default_value = true)]
    pub(super) expected_seq: u64,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

/// A tracked run's state as `--status` takes it; the words of the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum StatusWord {
    Pending,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

impl From<StatusWord> for v1::TrackedStatus {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Pending => Self::Pending,
            StatusWord::Running => Self::Running,
            StatusWord::Succeeded => Self::Succeeded,
            StatusWord::Failed => Self::Failed,
            StatusWord::Cancelled => Self::Cancelled,
        }
    }
}

/// Dollars as millionths of one, without a float in between.
fn micros(text: &str) -> Result<u64, String> {
    let wrong = || "write dollars like `12` or `9.25`, with up to six digits behind the point";
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > DIGITS {
        return Err(wrong().to_owned());
    }
    let whole: Option<u64> = whole.parse().ok();
    let part: Option<u64> = format!("{part:0<DIGITS$}").parse().ok();
    let sum = whole.and_then(|whole| whole.checked_mul(MICROS)?.checked_add(part?));
    sum.ok_or_else(|| wrong().to_owned())
}

/// A JSON object, as it was written.
fn object(text: &str) -> Result<String, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(_)) => Ok(text.to_owned()),
        _ => Err("write a JSON object, as `{\"ticket\": \"OPS-7\"}`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;
    use conductor_tui::words;

    use super::*;

    #[test]
    fn a_state_is_asked_for_by_the_word_that_is_shown() {
        for asked in StatusWord::value_variants() {
            let value = asked.to_possible_value().unwrap();
            assert_eq!(value.get_name(), words::tracked_status((*asked).into()));
        }
    }

    #[test]
    fn dollars_are_exact() {
        let cases = [
            ("0", Some(0)),
            ("10", Some(10_000_000)),
            ("9.25", Some(9_250_000)),
            ("0.000001", Some(1)),
            ("0.1", Some(100_000)),
            ("18446744073709.551615", Some(u64::MAX)),
            ("18446744073709.551616", None),
            ("1.0000001", None),
            ("-1", None),
            ("+1", None),
            ("1.", None),
            (".5", None),
            ("1e3", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(micros(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn metadata_is_an_object() {
        assert!(object(r#"{"a": null}"#).is_ok());
        for odd in ["", "[]", "1", "{", "null"] {
            assert!(object(odd).is_err(), "{odd}");
        }
    }
}
