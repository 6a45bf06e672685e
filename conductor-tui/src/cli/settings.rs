//! `conductor settings`: what everything is set to and by what, and one of them written into the config file.

use clap::{Args, Subcommand};
use conductor_tui::{
    settings::{AUTO, Kind, Origin, Row, SETTINGS, Spec, WriteError, spec, write},
    theme::ThemeStore,
};
use serde_json::{Value, json};

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table},
    themes,
};
use crate::config::{similar, told};

/// What can be done with settings.
#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// List the settings, with what each is set to and what said so
    #[command(
        visible_alias = "ls",
        after_help = "\
A flag goes before the environment, which goes before the config file. The console shows the same (`,`), and \
changes some of them while it runs. Keys are listed by `conductor keymap`.

Examples:
  conductor settings list
  conductor settings list -o json | jq -r '.[] | select(.from.kind == \"file\") | .name'"
    )]
    List,
    /// Write a setting into the config file; nothing else in it changes
    #[command(after_help = "\
Comments, order and what this version does not know stay as they are. `auto` is the value for what fits by \
itself, of the theme and of glyphs.

Examples:
  conductor settings set theme light
  conductor settings set console.mouse on
  conductor settings set host https://conductor.example:7443")]
    Set(SetArgs),
}

/// What is set to what.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// As `conductor settings list` has it, with or without `console.`
    name: String,
    /// `on` or `off`, or the setting's text
    value: String,
}

/// Runs the command.
pub(super) fn run(command: &SettingsCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        SettingsCommand::List => {
            let rows = told(&context.settings, context.environment, &context.settings.flags);
            list(&rows, context.output)
        }
        SettingsCommand::Set(args) => set(args, context),
    }
}

fn list(rows: &[Row], output: &mut Output) -> Result<(), Failure> {
    if !output.is_table() {
        let rows: Vec<Value> = rows.iter().map(document).collect();
        return Ok(output.list(&rows)?);
    }
    let mut table = Table::new(&[
        Column::fixed("setting"),
        Column::text("value"),
        Column::text("from"),
        Column::text("what for"),
    ]);
    for row in rows {
        let help = spec(&row.name).map_or("", |spec| spec.help);
        let meaning = match row.origin {
            Origin::Default => Meaning::Dim,
            _ => Meaning::Strong,
        };
        table.row([
            row.name.clone().into(),
            Cell::of(&row.value, meaning),
            row.origin.short().into(),
            Cell::of(help, Meaning::Dim),
        ]);
    }
    Ok(output.table(&table)?)
}

fn document(row: &Row) -> Value {
    let known = spec(&row.name);
    let file = row.origin.file();
    let named = match &row.origin {
        Origin::Environment(name) | Origin::Flag(name) | Origin::Context { name, .. } => Some(name),
        _ => None,
    };
    let choices = known.map(|spec| match spec.kind {
        Kind::Toggle => vec!["on", "off"],
        Kind::Choice(words) => words.to_vec(),
        Kind::Theme | Kind::Screen | Kind::Text => Vec::new(),
    });
    json!({
        "name": row.name,
        "value": row.value,
        "from": {
            "kind": row.origin.word(),
            "name": named,
            "file": file.map(|(path, _)| path.display().to_string()),
            "line": file.map(|(_, line)| line),
        },
        "default": known.map(|spec| spec.default),
        "choices": choices,
        "live": known.map(|spec| spec.live),
        "help": known.map(|spec| spec.help),
    })
}

fn set(args: &SetArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let spec = spec(&args.name).ok_or_else(|| unknown(&args.name))?;
    let value = checked(spec, &args.value, context)?;
    let file = context.settings.paths.config_file.clone();
    let written = write(&file, spec, &value).map_err(refused)?;
    let line = written.lines.get(spec.name).copied().unwrap_or_default();
    let before = told(&context.settings, context.environment, &context.settings.flags)
        .into_iter()
        .find(|row| row.name == spec.name && row.origin.beats_the_file());
    let place = format!("{}, line {line}", file.display());
    if !context.output.is_table() {
        let document = json!({
            "name": spec.name, "value": written.value, "file": file.display().to_string(), "line": line,
        });
        context.output.document(&document)?;
    } else {
        context.output.line(format!("{} = {}, in {place}", spec.name, written.value))?;
    }
    if let Some(row) = before {
        context.output.note(format!("{} still goes before it: {}", row.origin, row.value))?;
    }
    Ok(())
}

/// A value that the next start takes: a theme and a screen must be there.
fn checked(spec: &Spec, value: &str, context: &Context<'_>) -> Result<String, Failure> {
    let value = spec.read(value).map_err(|problem| Failure::usage(problem, list_hint()))?;
    let wrong = |what: String, hint: &str| Err(Failure::usage(what, hint.to_owned()));
    match spec.kind {
        Kind::Theme if value != AUTO => {
            let store = ThemeStore::shipped().with_folder(&themes::folder(&context.settings));
            match store.names().any(|name| name == value) {
                true => Ok(value),
                false => wrong(
                    format!("there is no theme `{value}`"),
                    "`conductor themes list` lists them",
                ),
            }
        }
        Kind::Screen => match conductor_tui::app::screens().any(|name| name == value) {
            true => Ok(value),
            false => {
                let names: Vec<&str> = conductor_tui::app::screens().collect();
                wrong(format!("no screen is called `{value}`"), &names.join(", "))
            }
        },
        _ if spec.name == "host" => match value.parse::<conductor_client::Endpoint>() {
            Ok(_) => Ok(value),
            Err(problem) => wrong(problem.to_string(), "see `conductor --help`, --host"),
        },
        _ => Ok(value),
    }
}

fn list_hint() -> String {
    "`conductor settings list` lists the settings".to_owned()
}

fn unknown(name: &str) -> Failure {
    let names = SETTINGS.iter().flat_map(|spec| [spec.name, spec.short()]);
    let near = similar(name, names);
    let near = near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
    Failure::usage(format!("`{name}` is not a setting{near}"), list_hint())
}

pub(super) fn refused(error: WriteError) -> Failure {
    match error {
        WriteError::Value(problem) => Failure::usage(problem, list_hint()),
        WriteError::Read { path, source } => {
            Failure::local(format!("read the config file {}", path.display()), source)
        }
        WriteError::Write { path, source } => {
            let what = format!("write the config file {}; it is as it was", path.display());
            Failure::local(what, source)
        }
        error @ (WriteError::Syntax { .. } | WriteError::NoTable { .. }) => {
            Failure::usage(error.to_string(), "mend the file, and try it again")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::cli::output::Format;

    fn rows() -> Vec<Row> {
        let row = |name: &str, value: &str, origin| Row {
            name: name.to_owned(),
            value: value.to_owned(),
            origin,
        };
        let path = PathBuf::from("/home/alice/.config/conductor/config.toml");
        vec![
            row("console.theme", "light", Origin::File { path, line: 7 }),
            row("console.notify_runs", "on", Origin::Default),
            row("tenant", "acme", Origin::Environment("CONDUCTOR_TENANT".into())),
        ]
    }

    #[test]
    fn people_get_a_table_and_scripts_the_same() {
        let (mut output, out, _) = Output::captured(Format::Table);
        list(&rows(), &mut output).unwrap();
        let said = out.text();
        assert!(said.contains("console.theme        light"), "{said}");
        assert!(said.contains("line 7") && said.contains("CONDUCTOR_TENANT"), "{said}");
        let (mut output, out, _) = Output::captured(Format::Json);
        list(&rows(), &mut output).unwrap();
        let said: Vec<Value> = serde_json::from_str(&out.text()).unwrap();
        assert_eq!(said[0]["from"]["line"], 7);
        assert_eq!(said[1]["choices"], json!(["on", "off"]));
        assert_eq!(said[2]["from"]["kind"], "environment");
    }

    #[test]
    fn what_is_no_setting_is_told_with_what_may_have_been_meant() {
        let told = format!("{:?}", unknown("consol.theme"));
        assert!(told.contains("console.theme"), "{told}");
    }
}
