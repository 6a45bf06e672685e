//! `conductor keymap`: what every key of the full-screen console does, as the config file takes it.

use std::fmt::Write as _;

use clap::Args;
use conductor_tui::input::{KeyChanges, KeyRow, key_rows, named_keys};
use serde_json::{Value, json};

use super::{context::Context, failure::Failure, output::Output};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
What is copied into the config file replaces the keys of those actions; what is left out keeps the keys \
that it has. Two actions of one place on one key are an error that names the line. conductor-keymap(5) \
lists what every key does, and where.

Examples:
  conductor keymap                      the keys as they are now
  conductor keymap --shipped            the keys as they come
  conductor keymap -o json | jq -r '.[] | select(.policy) | .name'")]
pub(crate) struct KeymapArgs {
    /// The keys as they come, without the config file's changes
    #[arg(long)]
    shipped: bool,
}

/// Runs the command.
pub(super) fn run(args: &KeymapArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let own = || context.settings.console.keys.clone();
    let changes = if args.shipped { KeyChanges::new() } else { own() };
    let rows = key_rows(&changes).map_err(|error| {
        Failure::usage(
            error.to_string(),
            "`conductor keymap --shipped` shows the keys as they come",
        )
    })?;
    let file = context.settings.paths.config_file.display().to_string();
    print(&rows, &file, context.output)
}

fn print(rows: &[KeyRow], file: &str, output: &mut Output) -> Result<(), Failure> {
    if output.is_table() {
        return Ok(output.raw(toml(rows, file).as_bytes())?);
    }
    let rows: Vec<Value> = rows.iter().map(document).collect();
    Ok(output.list(&rows)?)
}

fn document(row: &KeyRow) -> Value {
    json!({
        "name": row.name,
        "keys": row.keys,
        "keysShipped": row.keys_shipped,
        "help": row.help,
        "places": row.places,
        "policy": row.policy,
    })
}

/// The whole keymap as a file.
fn toml(rows: &[KeyRow], file: &str) -> String {
    let named: Vec<&str> = named_keys().collect();
    let mut text = format!(
        "# Keys of the full-screen console. What you change goes into\n\
         #   {file}\n\
         # below [console.keys]; what is left out there keeps the keys that it has, and [] takes an\n\
         # action off the keyboard. A key is a sign as it is typed, ^x with Ctrl, A-x with Alt, or one of\n\
         # {}.\n\
         # Two in a row have a blank between: \"g g\". conductor-keymap(5) says more.\n\n\
         [console.keys]\n",
        named.join(" ")
    );
    for row in rows {
        let places = match row.places.as_slice() {
            [] => "everywhere".to_owned(),
            places => places.join(", "),
        };
        let _ = writeln!(text, "# {}: {places}", row.help);
        let shipped: Vec<String> = row.keys_shipped.iter().map(|key| (*key).to_owned()).collect();
        if row.keys != shipped {
            let _ = writeln!(text, "# changed from {}", array(&shipped));
        }
        let _ = writeln!(text, "{} = {}", row.name, array(&row.keys));
    }
    text
}

fn array(keys: &[String]) -> String {
    let key = |key: &String| toml::Value::String(key.clone()).to_string();
    format!("[{}]", keys.iter().map(key).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use conductor_tui::input::KeyChange;

    use super::*;
    use crate::cli::output::Format;

    #[derive(serde::Deserialize)]
    struct File {
        console: Console,
    }

    #[derive(serde::Deserialize)]
    struct Console {
        keys: BTreeMap<String, Vec<String>>,
    }

    /// What is printed, pasted whole, is the keymap that it was printed from.
    #[test]
    fn what_is_printed_can_be_pasted() {
        let own = KeyChange { keys: vec!["X".into(), "\\".into()], place: String::new() };
        let changes = KeyChanges::from([
            ("cancel".to_owned(), own),
            ("copy".to_owned(), KeyChange::default()),
        ]);
        let rows = key_rows(&changes).unwrap();
        let text = toml(&rows, "/home/alice/.config/conductor/config.toml");
        let file: File = toml::from_str(&text).unwrap();
        let pasted = file
            .console
            .keys
            .into_iter()
            .map(|(name, keys)| (name, KeyChange { keys, place: String::new() }));
        let again = key_rows(&pasted.collect()).unwrap();
        assert_eq!(again, rows);
        assert!(text.contains("# changed from [\"c\"]\ncancel = [\"X\", "), "{text}");
        assert!(text.contains("\ncopy = []\n"), "{text}");
    }

    #[test]
    fn scripts_get_a_list() {
        let rows = key_rows(&KeyChanges::new()).unwrap();
        let (mut output, out, _) = Output::captured(Format::Json);
        print(&rows, "config.toml", &mut output).unwrap();
        let list: Vec<Value> = serde_json::from_str(&out.text()).unwrap();
        let cancel = list.iter().find(|row| row["name"] == "cancel").unwrap();
        assert_eq!(cancel["policy"], "run.cancel");
        assert_eq!(cancel["keys"], json!(["c"]));
    }
}
