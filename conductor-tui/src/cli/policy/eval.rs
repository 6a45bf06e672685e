//! `conductor policy eval` and `explain`: one question, its answer, and how it came about.

use clap::Args;
use conductor_policy::trial;
use conductor_protocol::{v1, verdict::Question};

use super::{ask::QuestionArgs, bundle::BundleArgs};
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Meaning, Output, meaning_of, one_line, to_value, with_glyph},
};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
The question is made up: who asks, with which roles, for what, and what is known of them, of the \
thing and of the tenant. Tenant, environment and region are those of --tenant, --env and --region, \
else `default`, `dev` and `local`. \
Exits with 3 when policy denies it. An answer with obligations is allowed once they are met.

Examples:
  conductor policy eval run.start --role workflow_author --risk high --profile saas --env prod
  conductor policy explain run.start --role operator --env prod --bundle ./policy
  conductor policy eval --daemon -q question.json -o json")]
pub(crate) struct EvalArgs {
    #[command(flatten)]
    question: QuestionArgs,
    #[command(flatten)]
    bundle: BundleArgs,
}

/// Runs the command.
pub(super) async fn run(
    args: EvalArgs,
    explain: bool,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let question_json = args.question.json(context.scope())?;
    let answered = if args.bundle.daemon {
        let (scope, candidate) = (context.scope(), args.bundle.candidate()?);
        let request = v1::EvalPolicyRequest { scope, question_json, candidate, explain };
        context.connection.eval_policy(request).await?
    } else {
        trial::eval(&args.bundle.local()?, &question_json, explain)?
    };
    if context.output.is_table() {
        show(&answered, explain, context.output)?;
    } else {
        context.output.document(&to_value(&answered))?;
    }
    match answered.answer.is_some_and(|answer| answer.allow) {
        true => Ok(()),
        false => Err(Failure::Denied("policy denies it".to_owned())),
    }
}

fn show(
    answered: &v1::EvalPolicyResponse,
    explain: bool,
    output: &mut Output,
) -> std::io::Result<()> {
    let answer = answered.answer.clone().unwrap_or_default();
    let question: Question = serde_json::from_str(&answered.question_json).unwrap_or_default();
    let word = if answer.allow { "allow" } else { "deny" };
    let word = output.style.paint(meaning_of(word), &with_glyph(word, output.style));
    output.line(format!("{word}  {}", in_words(&question)))?;
    for reason in &answer.reasons {
        field("reason", &one_line(reason), output)?;
    }
    field("risk", &answer.risk, output)?;
    for obligation in obligations(&answer) {
        field("obliges", &obligation, output)?;
    }
    if explain {
        rules(&answer, output)?;
        visited(answered, output)?;
    }
    field("bundle", &answer.bundle_revision, output)
}

/// Who asks for what, where.
fn in_words(question: &Question) -> String {
    let Question { subject, action, resource, context } = question;
    let what = match resource.id.as_str() {
        "" => resource.kind.clone(),
        id => format!("{} {id}", resource.kind),
    };
    let roles = match subject.roles.as_slice() {
        [] => "no role".to_owned(),
        roles => roles.join(", "),
    };
    let place = [&context.tenant_id, &context.environment, &context.region];
    let place = place.map(String::as_str).join(" / ");
    one_line(&format!("{action} of {what}, by {} ({roles}) in {place}", subject.principal))
}

/// What must be done besides, one a line.
pub(super) fn obligations(answer: &v1::PolicyAnswer) -> Vec<String> {
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&answer.obligations_json).unwrap_or_default();
    list.iter().map(|one| one_line(&one.to_string())).collect()
}

fn rules(answer: &v1::PolicyAnswer, output: &mut Output) -> std::io::Result<()> {
    for rule in &answer.rules {
        let place = match rule.file.as_str() {
            "" => String::new(),
            file => format!("  {file}:{}", rule.line),
        };
        field("rule", &format!("{}{place}", rule.rule), output)?;
        if !rule.change.is_empty() {
            field("", &format!("what would change it: {}", one_line(&rule.change)), output)?;
        }
    }
    Ok(())
}

fn visited(answered: &v1::EvalPolicyResponse, output: &mut Output) -> std::io::Result<()> {
    for file in &answered.visited {
        output.line("")?;
        output.line(output.style.paint(Meaning::Strong, &file.file))?;
        for line in &file.lines {
            let number = output.style.paint(Meaning::Dim, &format!("{:>5}", line.line));
            output.line(format!("{number}  {}", one_line(&line.text)))?;
        }
    }
    if answered.visited.is_empty() { Ok(()) } else { output.line("") }
}

fn field(name: &str, text: &str, output: &mut Output) -> std::io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let name = output.style.paint(Meaning::Dim, &format!("{name:<8}"));
    output.line(format!("{name} {text}"))
}
