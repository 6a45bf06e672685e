//! `conductor contexts`: the named contexts of the config file, and which one a plain command acts in.

use std::ffi::OsString;

use clap::Subcommand;
use conductor_tui::settings::{Spec, spec, write};
use serde_json::{Value, json};

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table},
    settings::refused,
};
use crate::config::Listed;

/// What can be done with contexts.
#[derive(Debug, Subcommand)]
pub(crate) enum ContextsCommand {
    /// List the contexts of the config file, with where each leads
    #[command(
        visible_alias = "ls",
        after_help = "\
A context is a table of the config file:

  [contexts.prod]
  host = \"https://conductor.example:7443\"
  tenant = \"acme\"
  environment = \"prod\"

`conductor @prod runs list` acts there, as `--context prod` and CONDUCTOR_CONTEXT do; `:@prod` goes there in the \
console. The one that is marked is that of a plain command.

Examples:
  conductor contexts list
  conductor contexts list -o json | jq -r '.[] | select(.default) | .name'"
    )]
    List,
    /// Let plain commands act in a context from now on: writes `context` into the config file
    #[command(after_help = "\
Examples:
  conductor contexts use prod
  conductor @stage runs list            another one, for one command")]
    Use {
        /// Its name
        name: String,
    },
}

/// A command line on which `@NAME` as the first word is spelt out as the flag that it stands for.
pub(super) fn spelt_out(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut all: Vec<OsString> = given.collect();
    let name = all.get(1).and_then(|word| word.to_str()?.strip_prefix('@'));
    if let Some(flag) = name.map(|name| format!("--context={name}")) {
        all[1] = flag.into();
    }
    all
}

/// Runs the command.
pub(super) fn run(command: &ContextsCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let now = context.settings.context.as_ref().map(|now| now.name().to_owned());
    match command {
        ContextsCommand::List => list(&context.settings.contexts, now.as_deref(), context.output),
        ContextsCommand::Use { name } => choose(name, context),
    }
}

fn list(all: &[Listed], now: Option<&str>, output: &mut Output) -> Result<(), Failure> {
    if !output.is_table() {
        let all: Vec<Value> = all.iter().map(|one| document(one, now)).collect();
        return Ok(output.list(&all)?);
    }
    let mut table = Table::new(&[
        Column::fixed(""),
        Column::text("context"),
        Column::text("word"),
        Column::text("host"),
        Column::text("tenant"),
        Column::text("environment"),
        Column::text("region"),
        Column::text(""),
    ]);
    for one in all {
        let is_now = now == Some(one.context.name.as_str());
        let or_own = |text: &str| match text {
            "" => Cell::of("its own", Meaning::Dim),
            text => text.to_owned().into(),
        };
        let host = match one.host.as_str() {
            "" => Cell::of("this machine", Meaning::Dim),
            host => host.to_owned().into(),
        };
        table.row([
            if is_now { "*".to_owned() } else { String::new() }.into(),
            one.context.name.clone().into(),
            Cell::of(&one.context.word, Meaning::Strong),
            host,
            or_own(&one.tenant),
            or_own(&one.environment),
            or_own(&one.region),
            if one.read_only { "read-only".to_owned() } else { String::new() }.into(),
        ]);
    }
    output.table(&table)?;
    if all.is_empty() {
        output.note("there are no contexts: [contexts.NAME] in the config file makes one")?;
    }
    Ok(())
}

fn document(one: &Listed, now: Option<&str>) -> Value {
    json!({
        "name": one.context.name,
        "word": one.context.word,
        "tone": one.context.tone.name(),
        "host": one.host,
        "tenant": one.tenant,
        "environment": one.environment,
        "region": one.region,
        "readOnly": one.read_only,
        "default": one.context.is_default,
        "inUse": now == Some(one.context.name.as_str()),
    })
}

fn choose(name: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let name = name.strip_prefix('@').unwrap_or(name);
    if !context.settings.contexts.iter().any(|one| one.context.name == name) {
        let names: Vec<&str> =
            context.settings.contexts.iter().map(|one| one.context.name.as_str()).collect();
        let hint = match names.is_empty() {
            true => "[contexts.NAME] in the config file makes one".to_owned(),
            false => format!("there are {}", names.join(", ")),
        };
        return Err(Failure::usage(format!("there is no context `{name}`"), hint));
    }
    let spec: &Spec =
        spec("context").ok_or_else(|| Failure::usage("`context` is not a setting", ""))?;
    let file = context.settings.paths.config_file.clone();
    let written = write(&file, spec, name).map_err(refused)?;
    let line = written.lines.get(spec.name).copied().unwrap_or_default();
    if !context.output.is_table() {
        let document = json!({"context": name, "file": file.display().to_string(), "line": line});
        return Ok(context.output.document(&document)?);
    }
    context.output.line(format!("{name} from now on, in {}, line {line}", file.display()))?;
    if context.environment.get("CONDUCTOR_CONTEXT").is_some_and(|other| other != name) {
        context.output.note("CONDUCTOR_CONTEXT in the environment still goes before it")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::Format;

    fn listed() -> Vec<Listed> {
        let one = |name: &str, environment: &str, host: &str| Listed {
            context: conductor_tui::app::Context::new((name, environment), None, None),
            host: host.to_owned(),
            tenant: "acme".to_owned(),
            environment: environment.to_owned(),
            region: String::new(),
            read_only: name == "prod",
        };
        vec![one("local", "dev", ""), one("prod", "prod", "https://conductor.example:7443")]
    }

    #[test]
    fn people_get_a_table_and_scripts_the_same() {
        let (mut output, out, _) = Output::captured(Format::Table);
        list(&listed(), Some("prod"), &mut output).unwrap();
        insta::assert_snapshot!(out.text());
        let (mut output, out, _) = Output::captured(Format::Json);
        list(&listed(), Some("prod"), &mut output).unwrap();
        let said: Vec<Value> = serde_json::from_str(&out.text()).unwrap();
        assert_eq!((&said[1]["tone"], &said[1]["inUse"]), (&json!("danger"), &json!(true)));
        assert_eq!(said[0]["readOnly"], false);
    }

    #[test]
    fn the_first_word_may_name_a_context() {
        let spelt = |words: &[&str]| {
            let all = spelt_out(words.iter().map(OsString::from));
            all.into_iter().map(|word| word.into_string().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(spelt(&["conductor", "@prod", "runs"]), ["conductor", "--context=prod", "runs"]);
        assert_eq!(spelt(&["conductor", "runs", "@prod"]), ["conductor", "runs", "@prod"]);
        assert_eq!(spelt(&["conductor"]), ["conductor"]);
    }
}
