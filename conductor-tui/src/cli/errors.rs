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
        let hint = match similar(&upper, known) {
            Some(meant) => format!(": did you mean {meant}?"),
            None => ": `conductor errors` lists them".into(),
        };
        return Err(Failure::NotFound(format!("there is no error code `{text}`{hint}")));
    };
    if !output.is_table() {
        return Ok(output.document(&document(code))?);
    }
    output.line(output.style.paint(Meaning::Strong, code.as_str()))?;
    field("meaning", code.summary(), output)?;
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
    })
}

#[cfg(test)]
mod tests {
    use super::{super::output::Format, *};

    fn check(code: &str, expected: &str) {
        let (mut output, out, _) = Output::captured(Format::Table);
        let args = ErrorsArgs { code: Some(code.into()) };
        let ended = run(&args, &mut output);
        let shown = ended.map_or_else(|failure| failure.to_string(), |()| out.text());
        assert!(shown.contains(expected), "{code} gave {shown}");
    }

    #[test]
    fn a_code_is_explained_and_a_slip_is_corrected() {
        check("RUN_NOT_FOUND", "no such run");
        check("run_not_found", "exit code   6");
        check("RUN_NOT_FUOND", "did you mean RUN_NOT_FOUND?");
        check("XYZZY", "`conductor errors` lists them");
    }
}
