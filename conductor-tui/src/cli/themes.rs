//! `conductor themes`: the themes there are, what is wrong with one, and what one looks like. No
//! daemon is asked.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use conductor_tui::theme::{Problem, Remark, Sample, Theme, ThemeStore};
use serde_json::{Value, json};

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table},
    status::field,
};
use crate::config::Settings;

/// What stands where a meaning is shown as it looks.
const SAMPLE: &str = " 3 runs ";

/// What can be done with themes.
#[derive(Debug, Subcommand)]
pub(crate) enum ThemesCommand {
    /// List the themes: those that come along, and those in the themes folder
    #[command(visible_alias = "ls")]
    List,
    /// Check a theme file: what is wrong in which line, and what can hardly be read
    #[command(after_help = "\
Exits with 8 where something is wrong. Warnings are of text with a contrast below 4.5:1 on a ground that it \
is drawn on; notes are of states that look alike to some eyes: a word and a shape always stand beside the \
colour.

Examples:
  conductor themes check ~/.config/conductor/themes/mine.toml
  conductor themes check dark -o json")]
    Check(CheckArgs),
    /// Show what every meaning of a theme looks like
    #[command(after_help = "\
Examples:
  conductor themes show light
  conductor themes show dark --toml > ~/.config/conductor/themes/mine.toml
                                        the whole theme, to begin one of your own")]
    Show(ShowArgs),
}

/// Which file.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// A theme file, or the name of a theme
    file: String,
}

/// Which theme.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Its name, or a file
    name: String,
    /// Write the whole of it as a theme file
    #[arg(long)]
    toml: bool,
}

/// The folder of the user's themes.
pub(super) fn folder(settings: &Settings) -> PathBuf {
    settings.console.themes_dir.clone().unwrap_or_else(|| settings.paths.themes())
}

/// Runs the command.
pub(super) fn run(command: &ThemesCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let store = ThemeStore::shipped().with_folder(&folder(&context.settings));
    match command {
        ThemesCommand::List => list(&store, context.output),
        ThemesCommand::Check(args) => check(store, &args.file, context.output),
        ThemesCommand::Show(args) => show(store, args, context.output),
    }
}

fn list(store: &ThemeStore, output: &mut Output) -> Result<(), Failure> {
    let mut table = Table::new(&[
        Column::fixed("theme"),
        Column::text("changes"),
        Column::text("from"),
        Column::text("state"),
    ]);
    let mut rows = Vec::new();
    for name in store.names() {
        let (theme, problems) = store.read(name);
        let from = store.path(name).map(|path| path.display().to_string());
        let parents = theme.parents().join(", ");
        if output.is_table() {
            let state = match problems.first() {
                None => Cell::of("good", Meaning::Good),
                Some(problem) => Cell::of(short(problem), Meaning::Bad),
            };
            let from = from.unwrap_or_else(|| "comes along".to_owned());
            table.row([Cell::of(name, Meaning::Strong), parents.into(), from.into(), state]);
        } else {
            let problems: Vec<Value> = problems.iter().map(of_problem).collect();
            rows.push(json!({
                "name": name, "file": from, "changes": theme.parents(), "problems": problems,
            }));
        }
    }
    match output.is_table() {
        true => Ok(output.table(&table)?),
        false => Ok(output.list(&rows)?),
    }
}

/// Without the file, which stands beside it.
fn short(problem: &Problem) -> String {
    match problem.line {
        Some(line) => format!("line {line}: {}", problem.message),
        None => problem.message.clone(),
    }
}

/// The theme that a file or a name stands for, with its parents.
fn named(mut store: ThemeStore, given: &str) -> Result<(Theme, Vec<Problem>), Failure> {
    let path = Path::new(given);
    let known = store.names().any(|name| name == given);
    let name = match path.is_file() || !known && given.contains(['/', '.']) {
        true => store.add(path),
        false => Some(given.to_owned()),
    };
    let name = name.ok_or_else(|| {
        Failure::usage(
            format!("`{given}` is not a theme file"),
            "give a file whose name ends in .toml",
        )
    })?;
    Ok(store.read(&name))
}

fn check(store: ThemeStore, given: &str, output: &mut Output) -> Result<(), Failure> {
    let (theme, problems) = named(store, given)?;
    // What is not read as it was meant can't be judged.
    let remarks = if problems.is_empty() { theme.remarks() } else { Vec::new() };
    if output.is_table() {
        tell(&problems, &remarks, output)?;
        if problems.is_empty() {
            let warnings = remarks.iter().filter(|remark| remark.warning).count();
            let word = match warnings {
                0 => "good".to_owned(),
                1 => "good, with 1 warning".to_owned(),
                many => format!("good, with {many} warnings"),
            };
            output.line(format!("theme `{}`: {word}", theme.name()))?;
        }
    } else {
        output.document(&json!({
            "theme": theme.name(),
            "changes": theme.parents(),
            "problems": problems.iter().map(of_problem).collect::<Vec<_>>(),
            "remarks": remarks.iter().map(of_remark).collect::<Vec<_>>(),
        }))?;
    }
    match problems.len() {
        0 => Ok(()),
        1 => Err(Failure::Invalid(format!("theme `{}` has a problem", theme.name()))),
        many => Err(Failure::Invalid(format!("theme `{}` has {many} problems", theme.name()))),
    }
}

fn tell(problems: &[Problem], remarks: &[Remark], output: &mut Output) -> Result<(), Failure> {
    let style = output.style;
    for problem in problems {
        let word = style.paint(Meaning::Bad, "wrong");
        output.line(format!("{word}    {problem}"))?;
    }
    for remark in remarks {
        let (word, meaning) =
            if remark.warning { ("warning", Meaning::Warn) } else { ("note   ", Meaning::Dim) };
        let line = remark.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        output.line(format!("{}  {line}{}", style.paint(meaning, word), remark.message))?;
    }
    Ok(())
}

fn of_problem(problem: &Problem) -> Value {
    let file = problem.path.as_ref().map(|path| path.display().to_string());
    json!({ "file": file, "line": problem.line, "message": problem.message })
}

fn of_remark(remark: &Remark) -> Value {
    let level = if remark.warning { "warning" } else { "note" };
    json!({ "level": level, "line": remark.line, "message": remark.message })
}

fn show(store: ThemeStore, args: &ShowArgs, output: &mut Output) -> Result<(), Failure> {
    let (theme, problems) = named(store, &args.name)?;
    if let Some(problem) = problems.first() {
        return Err(Failure::Invalid(problem.to_string()));
    }
    if args.toml {
        return Ok(output.raw(theme.to_toml().as_bytes())?);
    }
    let samples = theme.samples();
    if !output.is_table() {
        let meanings: Vec<Value> = samples.iter().map(of_sample).collect();
        let document =
            json!({ "name": theme.name(), "changes": theme.parents(), "meanings": meanings });
        return Ok(output.document(&document)?);
    }
    field("theme", theme.name(), output)?;
    if !theme.parents().is_empty() {
        field("changes", theme.parents().join(", "), output)?;
    }
    for sample in &samples {
        let text = line(sample, output.style.color);
        output.line(text)?;
    }
    Ok(())
}

fn line(sample: &Sample, colour: bool) -> String {
    let shown = match colour && !sample.sgr.is_empty() {
        true => format!("\x1b[{}m{SAMPLE}\x1b[0m", sample.sgr),
        false => SAMPLE.to_owned(),
    };
    let colours = match (sample.fg.as_str(), sample.bg.as_str()) {
        ("", "") => "the terminal's".to_owned(),
        (fg, "") => fg.to_owned(),
        ("", bg) => format!("on {bg}"),
        (fg, bg) => format!("{fg} on {bg}"),
    };
    let ratio = sample.contrast.map(|ratio| format!("{ratio:.1}:1")).unwrap_or_default();
    let attributes = sample.attributes.join(" ");
    let name = sample.meaning.name();
    format!("{name:<14}{shown}  {colours:<20}{ratio:>7}  {attributes}").trim_end().to_owned()
}

fn of_sample(sample: &Sample) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({
        "meaning": sample.meaning.name(),
        "help": sample.meaning.help(),
        "fg": some(&sample.fg),
        "bg": some(&sample.bg),
        "attributes": sample.attributes,
        "contrast": sample.contrast.map(|ratio| (ratio * 100.0).round() / 100.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::Format;

    fn checked(text: &str, format: Format) -> (String, Result<(), Failure>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, text).unwrap();
        let (mut output, out, _) = Output::captured(format);
        let ended = check(ThemeStore::shipped(), path.to_str().unwrap(), &mut output);
        let place = folder.path().display().to_string();
        (out.text().replace(&place, "/themes"), ended)
    }

    #[test]
    fn a_check_names_lines_and_exits_by_what_it_found() {
        let (said, ended) = checked("[meanings]\nokk = { bold = true }\n", Format::Table);
        insta::assert_snapshot!(said, @"wrong    /themes/mine.toml, line 2: `okk` is not a meaning, did you mean `ok`?");
        assert!(matches!(ended, Err(Failure::Invalid(_))));

        let (said, ended) = checked("[meanings]\nok = { fg = \"#335533\" }\n", Format::Table);
        assert!(said.starts_with("warning  line 2: `ok` on the screen's ground"), "{said}");
        assert!(said.contains("note     `running` and `waiting` look alike with"), "{said}");
        assert!(said.contains("theme `mine`: good, with "), "{said}");
        assert!(ended.is_ok());

        let (said, ended) = checked("inherits = \"colour-safe\"\n", Format::Table);
        assert_eq!(said, "theme `mine`: good\n");
        assert!(ended.is_ok());

        let (said, _) = checked("[meanings]\nok = { fg = \"#335533\" }\n", Format::Json);
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["remarks"][0]["level"], "warning");
        assert_eq!(said["changes"], json!(["dark"]));
    }

    #[test]
    fn a_file_that_is_not_there_is_told() {
        let (mut output, out, _) = Output::captured(Format::Table);
        assert!(check(ThemeStore::shipped(), "/nonexistent/x.toml", &mut output).is_err());
        assert!(out.text().contains("/nonexistent/x.toml: read it: "), "{}", out.text());
        let (mut output, out, _) = Output::captured(Format::Table);
        assert!(check(ThemeStore::shipped(), "drak", &mut output).is_err());
        assert!(out.text().contains("did you mean `dark`?"), "{}", out.text());
    }

    #[test]
    fn a_theme_is_shown_as_it_is() {
        let (mut output, out, _) = Output::captured(Format::Table);
        let args = ShowArgs { name: "high-contrast".into(), toml: false };
        show(ThemeStore::shipped(), &args, &mut output).unwrap();
        let said = out.text();
        assert!(said.contains("changes"), "{said}");
        assert!(said.contains("selection      3 runs   #ffffff on #002e5c"), "{said}");
        let (mut output, out, _) = Output::captured(Format::Table);
        list(&ThemeStore::shipped(), &mut output).unwrap();
        assert!(out.text().contains("production-light"), "{}", out.text());
    }
}
