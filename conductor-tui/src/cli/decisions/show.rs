//! `conductor decisions show`: one decision with everything about it.

use conductor_protocol::v1;
use serde_json::Value;

use super::super::{
    context::Context,
    failure::Failure,
    output::{Meaning, Output, meaning_of, one_line, to_value, with_glyph},
};

/// Runs the command.
pub(super) async fn run(id: String, context: &mut Context<'_>) -> Result<(), Failure> {
    let request = v1::GetDecisionRequest { scope: context.scope(), decision_id: id };
    let found = context.connection.get_decision(request).await?.decision.unwrap_or_default();
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&found))?);
    }
    tell(&found, context.output)
}

fn tell(found: &v1::RecordedDecision, output: &mut Output) -> Result<(), Failure> {
    let decision = found.decision.clone().unwrap_or_default();
    let verdict = if decision.allow { "allow" } else { "deny" };
    let shown = output.style.paint(meaning_of(verdict), &with_glyph(verdict, output.style));
    let what = output.style.paint(Meaning::Strong, &found.action);
    output.line(format!("{shown}  {what}  {}", one_line(&found.resource)))?;
    let mut field = |name: &str, value: &str| {
        let value = one_line(value);
        if value.is_empty() { Ok(()) } else { output.line(format!("{name:<12} {value}")) }
    };
    field("id", &decision.id)?;
    field("principal", &found.principal)?;
    let input: Value = serde_json::from_str(&found.input_json).unwrap_or_default();
    let roles = input["subject"]["roles"].as_array().cloned().unwrap_or_default();
    let roles: Vec<&str> = roles.iter().filter_map(Value::as_str).collect();
    field("roles", &roles.join(", "))?;
    for (name, key) in
        [("environment", "environment"), ("region", "region"), ("came by", "channel")]
    {
        field(name, input["context"][key].as_str().unwrap_or_default())?;
    }
    for (name, key) in [("risk", "risk"), ("data", "data_sensitivity")] {
        field(name, input["resource"][key].as_str().unwrap_or_default())?;
    }
    field("bundle", &decision.bundle_revision)?;
    let took = format!("{} µs", decision.duration_us);
    field("took", if decision.duration_us == 0 { "" } else { &took })?;
    field("from cache", if decision.cached { "yes" } else { "" })?;
    field("in the way", &decision.unmet)?;
    if found.count > 1 {
        field("stands for", &format!("{} equal ones", found.count))?;
    }
    let at = output.clock.date_time(found.at.as_ref());
    output.line(format!("{:<12} {at}, record {}", "at", found.seq))?;
    section(output, "Reasons", decision.reasons.iter().map(|reason| one_line(reason)))?;
    section(output, "Obliges to", decision.obligations.iter().map(|one| one_line(&one.text)))?;
    section(output, "Rules", decision.rules.iter().map(rule))
}

fn rule(hit: &v1::RuleHit) -> String {
    let place = match hit.file.as_str() {
        "" => String::new(),
        file => format!("  {file}:{}", hit.line),
    };
    let change = if hit.change.is_empty() { String::new() } else { format!("  ({})", hit.change) };
    one_line(&format!("{}{place}{change}", hit.rule))
}

fn section(
    output: &mut Output,
    title: &str,
    lines: impl Iterator<Item = String>,
) -> Result<(), Failure> {
    for (place, line) in lines.enumerate() {
        if place == 0 {
            output.line(String::new())?;
            output.line(output.style.paint(Meaning::Strong, title))?;
        }
        output.line(format!("  {line}"))?;
    }
    Ok(())
}
