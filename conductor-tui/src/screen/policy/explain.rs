//! One decision, explained: what was asked, which rules had a say, what would change it, what it obliges
//! to, by which bundle, and on which input.

use conductor_protocol::v1::{Decision, RecordedDecision, RuleHit};

use crate::{
    app::{Shared, time},
    planned::{Line, Tone, lay::Page, plain},
    widget::{Sheet, count, more_lines},
};
use ratatui::layout::Rect;

/// Lines of the input that are shown.
const INPUT_LINES_MAX: usize = 400;

/// What came of it, in a word.
pub(crate) fn verdict(decision: &Decision) -> (&'static str, Tone) {
    match (decision.allow, decision.unmet.as_str()) {
        (true, "") => ("allow", Tone::Good),
        (true, _) => ("unmet", Tone::Warn),
        (false, _) => ("deny", Tone::Bad),
    }
}

/// The page, in lines for a frame's inside.
pub(crate) fn lines(found: &RecordedDecision, inner: Rect, shared: &Shared) -> Vec<Line> {
    let mut page = Page::new(Sheet::columns(inner));
    let decision = found.decision.clone().unwrap_or_default();
    let (word, tone) = verdict(&decision);
    let what = format!("  {} ", plain(&found.action));
    page.line(vec![
        (tone, word.to_owned()),
        (Tone::Strong, what),
        (Tone::Plain, plain(&found.resource)),
    ]);
    facts(found, &decision, (&mut page, shared));
    section("Reasons", &decision.reasons, &mut page);
    let obligations: Vec<String> =
        decision.obligations.iter().map(|one| format!("{}: {}", one.kind, one.text)).collect();
    section(if decision.allow { "Obliges to" } else { "Would help" }, &obligations, &mut page);
    rules(&decision.rules, &mut page);
    input(found, &mut page);
    page.lines
}

fn facts(found: &RecordedDecision, decision: &Decision, (page, shared): (&mut Page, &Shared)) {
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            page.field(name, &[(Tone::Plain, plain(&value))]);
        }
    };
    let met = match decision.unmet.as_str() {
        "" => String::new(),
        unmet => format!("{unmet}: policy allows it, and this is in the way"),
    };
    field("in the way", met);
    field("who", found.principal.clone());
    let input: serde_json::Value = serde_json::from_str(&found.input_json).unwrap_or_default();
    let roles = input["subject"]["roles"].as_array().cloned().unwrap_or_default();
    let roles: Vec<&str> = roles.iter().filter_map(serde_json::Value::as_str).collect();
    field("roles", roles.join(", "));
    let of = |part: &str, key: &str| input[part][key].as_str().unwrap_or_default().to_owned();
    let place = [of("context", "environment"), of("context", "region")];
    field(
        "where",
        place.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" / "),
    );
    field("came by", of("context", "channel"));
    field("risk", decision.risk.clone());
    let at = found.at.as_ref().map(time::from_wire);
    let at = at.map(|at| at.to_zoned(shared.look.zone.clone()).strftime("%Y-%m-%d %H:%M:%S"));
    let record = match found.seq {
        0 => String::new(),
        seq => format!(", record {}", count(seq)),
    };
    field("at", at.map(|at| format!("{at}{record}")).unwrap_or_default());
    if found.count > 1 {
        field("stands for", format!("{} equal ones", count(found.count)));
    }
    let took = match (decision.duration_us, decision.cached) {
        (0, false) => String::new(),
        (us, false) => format!("{us} us"),
        (us, true) => format!("{us} us, and this answer came from the cache"),
    };
    field("took", took);
    if !decision.bundle_revision.is_empty() {
        page.whole("bundle", &plain(&decision.bundle_revision));
    }
    if !decision.id.is_empty() {
        page.whole("id", &plain(&decision.id));
    }
}

fn section(title: &str, texts: &[String], page: &mut Page) {
    if texts.is_empty() {
        return;
    }
    page.heading(title);
    for text in texts {
        page.line(vec![(Tone::Plain, "  ".to_owned()), (Tone::Plain, plain(text))]);
    }
}

/// Each rule with its place, and what would change what it says.
fn rules(rules: &[RuleHit], page: &mut Page) {
    if rules.is_empty() {
        return;
    }
    page.heading("Rules that had a say");
    for hit in rules {
        let mut line = vec![(Tone::Plain, "  ".to_owned()), (Tone::Strong, plain(&hit.rule))];
        if !hit.file.is_empty() {
            line.push((Tone::Dim, format!("  {}:{}", plain(&hit.file), hit.line)));
        }
        page.line(line);
        if !hit.change.is_empty() {
            let change = format!("would change it: {}", plain(&hit.change));
            page.line(vec![(Tone::Plain, "    ".to_owned()), (Tone::Warn, change)]);
        }
    }
}

/// The input as the daemon gives it: what policy masks here is masked in it already.
fn input(found: &RecordedDecision, page: &mut Page) {
    if found.input_json.is_empty() {
        return;
    }
    let pretty = serde_json::from_str::<serde_json::Value>(&found.input_json)
        .and_then(|value| serde_json::to_string_pretty(&value));
    let text = pretty.unwrap_or_else(|_| found.input_json.clone());
    page.heading("Input, masked as policy wants it for you");
    let all = text.lines().count();
    for line in text.lines().take(INPUT_LINES_MAX) {
        page.line(vec![(Tone::Dim, "  ".to_owned()), (Tone::Dim, plain(line))]);
    }
    if all > INPUT_LINES_MAX {
        let rest = format!("  {}: conductor decisions show", more_lines(all - INPUT_LINES_MAX));
        page.line(vec![(Tone::Dim, rest)]);
    }
}
