//! A plan as people read it, on the command line and in the console alike: what runs, in which
//! order, on which hosts; what is in the way; who is needed; how long it takes; its digest last.

mod ends;
pub(crate) mod lay;
mod reach;
mod since;
mod tasks;
#[cfg(test)]
pub(crate) mod tests;
mod word;

use conductor_protocol::v1;

use self::lay::Page;
pub use self::since::changed;
pub(crate) use self::word::can_be_asked_for;
pub use self::word::{Word, of_plan};

/// What a piece of text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// A name.
    Strong,
    /// Beside the point.
    Dim,
    /// As it should be.
    Good,
    /// To be looked at.
    Warn,
    /// In the way.
    Bad,
}

/// A line of pieces, one after another.
pub type Line = Vec<(Tone, String)>;

/// The plan in lines of at most `width` columns, but for words that are longer than that.
#[must_use]
pub fn lines(plan: &v1::Plan, width: usize) -> Vec<Line> {
    let mut page = Page::new(width);
    head(plan, &mut page);
    body(plan, &mut page);
    end(plan, page)
}

/// The same with policy's word on every task, and what is different from the plan before: nothing is
/// said of that where there was none.
#[must_use]
pub fn whole(plan: &v1::Plan, before: Option<&v1::Plan>, width: usize) -> Vec<Line> {
    let mut page = Page::new(width);
    head(plan, &mut page);
    if let Some(before) = before {
        page.heading("Since the last plan of it");
        let told = changed(before, plan);
        if told.is_empty() {
            page.line(vec![(Tone::Good, "  nothing is different".to_owned())]);
        }
        for line in told {
            page.line(vec![(Tone::Warn, format!("  {line}"))]);
        }
    }
    body(plan, &mut page);
    reach::verdicts(plan, &mut page);
    end(plan, page)
}

fn body(plan: &v1::Plan, page: &mut Page) {
    tasks::tasks(plan, page);
    reach::hosts(plan, page);
    reach::lasting(plan, page);
    ends::problems(plan, page);
    ends::people(plan, page);
    ends::estimate(plan, page);
}

fn end(plan: &v1::Plan, mut page: Page) -> Vec<Line> {
    if !plan.digest.is_empty() {
        page.gap();
        page.whole("plan", &plan.digest);
    }
    page.lines
}

fn head(plan: &v1::Plan, page: &mut Page) {
    let title = match (plan.workflow.as_str(), plan.version.as_str()) {
        ("", _) => "a manifest that can't be read".to_owned(),
        (name, version) => format!("{name} {version}"),
    };
    page.line(vec![
        (Tone::Strong, title),
        (Tone::Dim, "  a plan: nothing is done by it".to_owned()),
    ]);
    let scope = plan.scope.clone().unwrap_or_default();
    let place = format!("{} / {} / {}", scope.tenant, scope.environment, scope.region);
    page.field("in", &[(Tone::Plain, place)]);
    if plan.workflow.is_empty() {
        return;
    }
    page.field("policy", &[policy(plan)]);
    if !matches!(plan.inputs_json.as_str(), "" | "{}") {
        page.field("inputs", &[(Tone::Plain, plain(&plan.inputs_json))]);
    }
    if !plan.secrets.is_empty() {
        page.field("secrets", &[(Tone::Plain, plan.secrets.join(", "))]);
    }
    if !plan.group.is_empty() {
        let more = match plan.when_busy.as_str() {
            "replace" => "a new one cancels the others",
            "refuse" => "one more is refused",
            _ => "one more waits",
        };
        let text = format!("{}: {} at once, {more}", plan.group, plan.group_limit);
        page.field("group", &[(Tone::Plain, text)]);
    }
    if plan.undo_on_failure {
        let text = "what has finished is undone when the run fails".to_owned();
        page.field("undo", &[(Tone::Plain, text)]);
    }
}

/// Policy's word on the whole, in one sentence. The tasks say their own.
fn policy(plan: &v1::Plan) -> (Tone, String) {
    let start = plan.start.clone().unwrap_or_default();
    let (allowed, asked) = counted(&plan.tasks);
    let word = Word::of(&start);
    if word != Word::Allowed {
        return (word.tone(), format!("{}: {}", word.text(), start.reasons.join("; ")));
    }
    let risk = if start.risk.is_empty() { String::new() } else { format!(", {} risk", start.risk) };
    if allowed < asked {
        let text = format!("the start is allowed{risk}, but {allowed} of {asked} tasks only");
        return (Tone::Bad, text);
    }
    (Tone::Good, format!("allowed{risk}: the start, and {allowed} of {asked} tasks"))
}

/// Tasks that policy allows, and those it was asked about, workflows of tasks included.
fn counted(tasks: &[v1::PlannedTask]) -> (usize, usize) {
    let mut counts = (0, 0);
    for task in tasks {
        let beside = task.health_decision.iter().chain(&task.undo_decision);
        for decision in std::iter::once(task.decision.as_ref()).chain(beside.map(Some)) {
            counts.1 += 1;
            counts.0 += usize::from(decision.is_some_and(|decision| decision.allow));
        }
        let instances = task.instances.iter().filter_map(|each| each.runs.as_ref());
        for sub in task.runs.iter().chain(instances) {
            let inner = counted(&sub.tasks);
            let start = usize::from(sub.start.as_ref().is_some_and(|start| start.allow));
            // A workflow whose start is denied has no task that may run.
            counts = (counts.0 + inner.0 * start, counts.1 + inner.1);
        }
    }
    counts
}

/// Text of others on one line, without anything that a terminal would obey.
pub(crate) fn plain(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' | '\r' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// The executor, as short as it is still clear.
pub(crate) fn executor(uses: &str) -> String {
    if let Some(workflow) = uses.strip_prefix("pkg:workflow/") {
        return format!("workflow {workflow}");
    }
    let builtin = uses.strip_prefix("pkg:builtin/").and_then(|rest| rest.split('@').next());
    builtin.map_or_else(|| uses.to_owned(), str::to_owned)
}
