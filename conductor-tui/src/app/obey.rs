//! Does what was typed after `:`. What changes something is asked about like everything else.

use conductor_protocol::v1;

use super::{
    arranging, contexts,
    effect::{Effect, Mutation},
    kept::Keep,
    messages::Level,
    model::{Layer, Model},
    palette, place, settings,
    shared::{Availability, Subject},
    update::{act, ask_form, carry_all, go, say, show},
    views,
};
use crate::{
    input::{Action, Asked, Command, is_harmless, without_values},
    screen::Tab,
    widget::{Confirm, Purpose, Target},
};

/// Takes a line: remembers it, where it holds no secret, and does it.
///
/// # Errors
///
/// What is wrong with it; nothing was done.
pub(super) fn line(model: &mut Model, line: &str) -> Result<Vec<Effect>, String> {
    let mut effects = Vec::new();
    if is_harmless(line) && !line.trim().is_empty() {
        model.commands.push(line);
        effects.push(Effect::Keep(Keep::Command(line.to_owned())));
    }
    let Some((name, rest)) = contexts::named(line, &model.contexts) else {
        let command = Command::parse(line, &model.grammar)?;
        effects.extend(obey(model, command));
        return Ok(effects);
    };
    // What is wrong with it is told before anything is left for it.
    if !rest.is_empty() {
        Command::parse(rest, &model.grammar)?;
    }
    effects.extend(contexts::enter(model, name, rest));
    Ok(effects)
}

/// Does a line that was understood before.
pub(super) fn done(model: &mut Model, line: &str) -> Vec<Effect> {
    match Command::parse(line, &model.grammar) {
        Ok(command) => obey(model, command),
        Err(problem) => say(model, Level::Warn, &problem, ""),
    }
}

fn obey(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Act(Action::Quit) => vec![Effect::Quit],
        Command::Act(action) => act(model, action),
        Command::Show(id) => go(model, Target::Run(id)),
        Command::Approval(id) => go(model, Target::Approval(id)),
        Command::Find(tab, name) => go(model, Target::At(tab, name)),
        Command::Run { workflow, inputs } => ask_form(model, &workflow, (Purpose::Start, inputs)),
        Command::Plan { workflow, inputs } => ask_form(model, &workflow, (Purpose::Plan, inputs)),
        Command::Theme(Some(name)) => settings::wear(model, name),
        Command::Theme(None) => {
            let text = format!("themes: {}", model.themes.join(", "));
            say(model, Level::Info, &text, ":theme NAME")
        }
        Command::Sort(column, direction) => arranging::sort(model, &column, &direction),
        Command::Columns(names) => arranging::columns(model, &names),
        Command::Listed { filter, sort, columns } => {
            let mut effects = obey(model, Command::Runs(Some(filter)));
            if !sort.is_empty() {
                effects.extend(arranging::sort(model, &sort, ""));
            }
            if !columns.is_empty() {
                effects.extend(arranging::columns(model, &columns));
            }
            effects
        }
        Command::Set(Some((name, value))) => settings::typed(model, &name, &value),
        Command::Set(None) => settings::list(model),
        Command::View(word) => views::obey(model, word),
        Command::Record(file) => record(model, file.as_deref()),
        Command::Context(Some(name)) => contexts::enter(model, &name, ""),
        Command::Context(None) => contexts::list(model),
        Command::Move(part, name) => place::change(model, part, &name),
        Command::Change(path, asked) => ask_change(model, path, &asked),
        Command::Shell(command) => for_a_shell(model, command),
        Command::Runs(wanted) => {
            let mut effects = show(model, Tab::Runs);
            let filtered = wanted.map_or(Ok(Vec::new()), |text| {
                let (screen, shared) = model.screen_mut(Tab::Runs);
                screen.filter(&text, shared)
            });
            match filtered {
                Ok(intents) => effects.extend(carry_all(model, intents)),
                Err(problem) => {
                    say(model, Level::Error, &problem, "the filter stays as it was");
                }
            }
            effects
        }
    }
}

/// Begins a recording, or ends it.
fn record(model: &mut Model, file: Option<&str>) -> Vec<Effect> {
    match (&model.shared.recording, file) {
        (None, Some("stop")) => {
            say(model, Level::Warn, "nothing is being recorded", ":record FILE")
        }
        (Some(_), Some("stop")) => vec![Effect::Record(None)],
        (Some(path), _) => {
            let text = format!("this session is being recorded in {path} already");
            say(model, Level::Warn, &text, ":record stop ends it")
        }
        (None, file) => {
            let stamp = model.shared.now.strftime("%Y%m%dT%H%M%SZ");
            let made_up = || format!("conductor-session-{stamp}.jsonl");
            let path = file.map_or_else(made_up, str::to_owned);
            vec![Effect::Record(Some(path.into()))]
        }
    }
}

/// Names the command that a shell takes; the key that copies copies it next.
fn for_a_shell(model: &mut Model, command: String) -> Vec<Effect> {
    let there = ["--tenant", "--env", "--region"].iter().any(|flag| command.contains(flag));
    let command = if there { command } else { format!("{command}{}", place::flags(model)) };
    let command = contexts::in_shell(model, &command);
    let key = model.keymap.keys(Action::Copy).first().map(ToString::to_string);
    let more = key.map(|key| format!("{key} copies it")).unwrap_or_default();
    let text = format!("for a shell: {}", without_values(&command));
    model.to_copy = Some(command);
    say(model, Level::News, &text, &more)
}

/// Asks before something that was named is changed.
fn ask_change(model: &mut Model, path: &str, asked: &Asked) -> Vec<Effect> {
    let (action, words, mutation) = match mutation(&model.shared.scope, path, asked) {
        Ok(change) => change,
        Err(problem) => return say(model, Level::Warn, &problem, ""),
    };
    let subject = asked.args.first().cloned().unwrap_or_default();
    let resource = if path.starts_with("runs ") { String::new() } else { subject.clone() };
    if let Availability::Refused(why) = model.shared.availability(action, Subject::Of(resource)) {
        return say(model, Level::Warn, &format!("can't {path} {subject}: {why}"), "");
    }
    let scope = &model.shared.scope;
    let mut lines =
        vec![format!("{}   in {} {}", asked.args.join(" "), scope.tenant, scope.environment)];
    let reason = asked.flag("reason");
    if !reason.is_empty() {
        lines.push(format!("because: {reason}"));
    }
    let word = known_as(model, &subject).unwrap_or(subject);
    let confirm = Confirm::new(words, lines, &word, mutation, &model.shared);
    model.layers.push(Layer::Confirm(confirm));
    Vec::new()
}

/// The workflow of a run that is known, which is what a person types to confirm.
pub(super) fn known_as(model: &Model, id: &str) -> Option<String> {
    let offers = model.screens.get(Tab::Runs).offers(&model.shared);
    let known = |target: &Target| matches!(target, Target::Run(known) if known == id);
    offers.into_iter().find(|entry| known(&entry.target)).map(|entry| entry.title)
}

type Change = (Action, (&'static str, &'static str), Mutation);

fn mutation(scope: &v1::Scope, path: &str, asked: &Asked) -> Result<Change, String> {
    let scope = Some(scope.clone());
    let arg = |at: usize| asked.args.get(at).cloned().unwrap_or_default();
    let (run_id, reason) = (arg(0), asked.flag("reason").to_owned());
    let needs_reason = || format!("`{path}` wants --reason 'why'");
    let rerun = v1::RerunRunRequest {
        scope: scope.clone(),
        run_id: run_id.clone(),
        reason: reason.clone(),
        from_failed: asked.has("from-failed"),
        undo: path == "runs undo",
        ..<_>::default()
    };
    Ok(match path {
        "runs cancel" => {
            let kill = asked.has("kill");
            let action = if kill { Action::Kill } else { Action::Cancel };
            let words = match kill {
                true => ("Kill this run?", "kill the run"),
                false => ("Cancel this run?", "cancel the run"),
            };
            let request = v1::CancelRunRequest { scope, run_id, reason, kill, ..<_>::default() };
            (action, words, Mutation::Cancel(request))
        }
        "runs pause" => {
            let request = v1::PauseRunRequest { scope, run_id, reason, ..<_>::default() };
            let words = ("Let this run rest?", "pause the run");
            (Action::PauseRun, words, Mutation::Pause(request))
        }
        "runs resume" => {
            let request = v1::ResumeRunRequest { scope, run_id, reason, ..<_>::default() };
            let words = ("Let this run go on?", "resume the run");
            (Action::PauseRun, words, Mutation::Resume(request))
        }
        "runs rerun" => {
            (Action::Rerun, ("Run this again?", "run it again"), Mutation::Rerun(rerun))
        }
        "runs undo" => (Action::Undo, ("Undo this?", "undo the run"), Mutation::Rerun(rerun)),
        "runs skip" if reason.is_empty() => return Err(needs_reason()),
        "runs skip" => {
            let task_id = arg(1);
            let request = v1::SkipTaskRequest { scope, run_id, task_id, reason, ..<_>::default() };
            (Action::SkipTask, ("Leave this out?", "leave it out"), Mutation::Skip(request))
        }
        "runs release" => {
            let answer = match asked.flag("answer") {
                "" => "go_on".to_owned(),
                answer => answer.to_owned(),
            };
            let task_id = arg(1);
            let request =
                v1::ReleaseTaskRequest { scope, run_id, task_id, answer, reason, ..<_>::default() };
            (Action::Answer, ("Answer this?", "answer"), Mutation::Release(request))
        }
        _ => return of_names(scope, path, asked).ok_or_else(needs_reason),
    })
}

/// Changes of schedules and workflows; nothing where a reason is missing.
fn of_names(scope: Option<v1::Scope>, path: &str, asked: &Asked) -> Option<Change> {
    let name = asked.args.first().cloned().unwrap_or_default();
    let reason = asked.flag("reason").to_owned();
    let (workflow, version) = name.split_once('@').unwrap_or((&name, ""));
    let (workflow, version) = (workflow.to_owned(), version.to_owned());
    Some(match path {
        "schedules pause" => {
            let request = v1::PauseScheduleRequest { scope, name, reason, ..<_>::default() };
            let words = ("Let this schedule rest?", "pause the schedule");
            (Action::PauseSchedule, words, Mutation::PauseSchedule(request))
        }
        "schedules resume" => {
            let request = v1::ResumeScheduleRequest { scope, name, ..<_>::default() };
            let words = ("Let this schedule go on?", "resume the schedule");
            (Action::PauseSchedule, words, Mutation::ResumeSchedule(request))
        }
        "workflows deprecate" if reason.is_empty() && !asked.has("undo") => return None,
        "workflows deprecate" => {
            let (instead, undo) = (asked.flag("use").to_owned(), asked.has("undo"));
            let request = v1::DeprecateWorkflowRequest {
                scope,
                name: workflow,
                version,
                reason,
                instead,
                undo,
                ..<_>::default()
            };
            let words = match undo {
                true => ("Take the warning back?", "take it back"),
                false => ("Warn whoever starts this?", "deprecate it"),
            };
            (Action::Deprecate, words, Mutation::Deprecate(request))
        }
        _ if reason.is_empty() => return None,
        _ => {
            let request = v1::RetireWorkflowRequest {
                scope,
                name: workflow,
                version,
                reason,
                ..<_>::default()
            };
            let words = ("Let nothing start from this any more?", "retire it");
            (Action::Retire, words, Mutation::Retire(request))
        }
    })
}

/// Keeps the names for completing at hand while a command is typed.
pub(super) fn refresh_names(model: &mut Model) {
    model.names = palette::names(model);
}
