//! `conductor errors`: what a code means.

use clap::Args;
use conductor_protocol::error_code::Code;
use serde_json::{Value, json};

use super::{
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table},
    status::field,
};
use crate::config::similar;

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "Without a code it lists them all.")]
pub(crate) struct ErrorsArgs {
    /// Such as `RUN_NOT_FOUND`
    code: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &ErrorsArgs, output: &mut Output) -> Result<(), Failure> {
    match &args.code {
        Some(text) => explain(text, output),
        None => list(output),
    }
}

fn explain(text: &str, output: &mut Output) -> Result<(), Failure> {
    let upper = text.to_ascii_uppercase();
    let Ok(code) = upper.parse::<Code>() else {
        let known = Code::ALL.iter().map(|code| code.as_str());
        let hint: String = match similar(&upper, known) {
            Some(meant) => format!("did you mean {meant}?"),
            None => "`conductor errors` lists them".into(),
        };
        return Err(Failure::usage(format!("there is no error code `{text}`"), hint));
    };
    if !output.is_table() {
        return Ok(output.document(&document(code))?);
    }
    for line in code.page().lines() {
        match line.trim_start_matches('#') {
            plain if plain.len() == line.len() => output.line(line)?,
            heading => output.line(output.style.paint(Meaning::Strong, heading.trim_start()))?,
        }
    }
    output.line("")?;
    field("exit code", code.exit_code().to_string(), output)?;
    Ok(field("gRPC", format!("{:?}", code.grpc()), output)?)
}

fn list(output: &mut Output) -> Result<(), Failure> {
    if !output.is_table() {
        let values: Vec<_> = Code::ALL.iter().map(|code| document(*code)).collect();
        return Ok(output.list(&values)?);
    }
    let mut table =
        Table::new(&[Column::fixed("code"), Column::fixed("exit"), Column::text("meaning")]);
    for code in Code::ALL {
        table.row([
            Cell::of(code.as_str(), Meaning::Strong),
            code.exit_code().to_string().into(),
            code.summary().into(),
        ]);
    }
    Ok(output.table(&table)?)
}

fn document(code: Code) -> Value {
    json!({
        "code": code.as_str(),
        "summary": code.summary(),
        "exitCode": code.exit_code(),
        "grpc": format!("{:?}", code.grpc()),
        "page": code.page(),
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{failure::Exit, output::Format},
        *,
    };

    fn shown(code: Option<&str>, format: Format) -> Result<String, Failure> {
        let (mut output, out, _) = Output::captured(format);
        run(&ErrorsArgs { code: code.map(str::to_owned) }, &mut output)?;
        Ok(out.text())
    }

    #[test]
    fn every_code_shows_its_page_without_markup() {
        for code in Code::ALL {
            let text = shown(Some(code.as_str()), Format::Table).unwrap();
            assert!(text.starts_with(&format!("{code}\n")), "{text}");
            assert!(text.contains("\nWhat to do\n"), "{text}");
        }
        let text = shown(Some("run_not_found"), Format::Table).unwrap();
        assert!(text.contains("No run has this id in the tenant."), "{text}");
        assert!(text.contains("exit code   6"), "{text}");
    }

    #[test]
    fn without_a_code_all_are_listed() {
        let text = shown(None, Format::Table).unwrap();
        let listed = |code: &&Code| text.contains(code.as_str()) && text.contains(code.summary());
        assert_eq!(Code::ALL.iter().find(|code| !listed(code)), None);
    }

    #[test]
    fn a_program_gets_the_page_too() {
        let text = shown(Some("RUN_NOT_FOUND"), Format::Json).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["exitCode"], 6);
        assert_eq!(document["page"], Code::RunNotFound.page());
    }

    #[test]
    fn a_slip_is_corrected_and_is_a_mistake_of_usage() {
        for (text, expected) in [
            ("RUN_NOT_FUOND", "did you mean RUN_NOT_FOUND?"),
            ("XYZZY", "`conductor errors` lists them"),
        ] {
            match shown(Some(text), Format::Table) {
                Err(failure @ Failure::Usage { .. }) => {
                    assert_eq!(failure.exit(), Exit::Usage);
                    let Failure::Usage { hint, .. } = failure else { unreachable!() };
                    assert_eq!(hint, expected);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
