//! Freezes and the kill switch from the console: asked for in a form, confirmed by typing what they
//! are of, and shown in the top line to everybody whom they hold up.

use conductor_client::{ClientError, Connection};
use conductor_protocol::v1::{
    self, Freeze, FreezeReach, FreezeState, FreezeWindow, freeze_reach::Reach,
};
use serde_json::{Map, Value};

use super::{
    effect::{Effect, Mutation, shell_word},
    messages::Level,
    model::{Layer, Model},
    query::Answer,
    shared::Shared,
    tenancy::MINUTE_MS,
    time,
    update::say,
};
use crate::{
    input::Action,
    planned::plain,
    widget::{Confirm, Form, FreezeWord, KILL, NAME, REASON, UNTIL, WHAT, WHICH},
};

/// What can be asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Frost {
    Set(v1::SetFreezeRequest),
    Lift(v1::LiftFreezeRequest),
    Switch(v1::SwitchKillRequest),
}

impl Frost {
    /// The command that does the same.
    pub(crate) fn twin(&self) -> String {
        let reason = |reason: &str| format!(" --reason {}", shell_word(reason));
        match self {
            Self::Set(request) => {
                let when = when(&request.window.clone().unwrap_or_default());
                let (name, flag) = (shell_word(&request.name), flag(request.reach.as_ref()));
                format!("conductor freeze set {name}{flag}{when}{}", reason(&request.reason))
            }
            Self::Lift(request) => {
                let name = shell_word(&request.name);
                format!("conductor freeze lift {name}{}", reason(&request.reason))
            }
            Self::Switch(request) => {
                let kill = if request.kill { " --kill" } else { "" };
                let flag = flag(request.reach.as_ref());
                format!("conductor kill-switch{flag}{kill}{}", reason(&request.reason))
            }
        }
    }
}

/// When it holds, as the command line takes it, each flag with a space before it.
fn when(window: &FreezeWindow) -> String {
    let long = match window.for_ms {
        0 => String::new(),
        ms => format!("{}m", ms / MINUTE_MS),
    };
    let flags = [
        ("from", &window.from),
        ("until", &window.until),
        ("cron", &window.cron),
        ("for", &long),
        ("zone", &window.zone),
    ];
    let given = flags.into_iter().filter(|(_, value)| !value.is_empty());
    given.map(|(flag, value)| format!(" --{flag} {}", shell_word(value))).collect()
}

fn flag(reach: Option<&FreezeReach>) -> String {
    match reach.and_then(|reach| reach.reach.as_ref()) {
        Some(Reach::Workflow(name)) => format!(" --workflow {}", shell_word(name)),
        Some(Reach::Environment(name)) => format!(" --environment {}", shell_word(name)),
        Some(Reach::Tenant(_)) | None => " --tenant-wide".to_owned(),
    }
}

/// Carries out what was confirmed.
pub(crate) async fn carry_out(
    connection: &Connection,
    wanted: Frost,
    idempotency_key: String,
) -> Result<Answer, ClientError> {
    match wanted {
        Frost::Set(request) => {
            let request = v1::SetFreezeRequest { idempotency_key, ..request };
            let answer = connection.set_freeze(request).await?;
            Ok(Answer::Frozen(Box::new(answer.freeze.unwrap_or_default()), 0))
        }
        Frost::Lift(request) => {
            let request = v1::LiftFreezeRequest { idempotency_key, ..request };
            connection.lift_freeze(request).await.map(|_| Answer::Thawed)
        }
        Frost::Switch(request) => {
            let request = v1::SwitchKillRequest { idempotency_key, ..request };
            let answer = connection.switch_kill(request).await?;
            Ok(Answer::Frozen(Box::new(answer.freeze.unwrap_or_default()), answer.runs))
        }
    }
}

/// Opens the form of an action, or says what is frozen.
pub(super) fn begin(model: &mut Model, action: Action) -> Vec<Effect> {
    let shared = &model.shared;
    let word = match action {
        Action::Freeze => FreezeWord::Set,
        Action::KillSwitch => FreezeWord::Switch,
        Action::Lift if shared.freezes.is_empty() => {
            return say(model, Level::Info, "nothing is frozen here", "conductor freeze list");
        }
        Action::Lift => FreezeWord::Lift,
        _ => return tell(model),
    };
    let names: Vec<String> = shared.freezes.iter().map(|freeze| freeze.name.clone()).collect();
    let form = Form::freezing(word, (&shared.scope.tenant, &shared.scope.environment), &names);
    model.layers.push(Layer::Form(form));
    Vec::new()
}

/// Says all that is frozen here.
fn tell(model: &mut Model) -> Vec<Effect> {
    let told: Vec<String> =
        model.shared.freezes.iter().map(|freeze| sentence(freeze, &model.shared)).collect();
    if told.is_empty() {
        return say(model, Level::Info, "nothing is frozen here", "conductor freeze list");
    }
    told.iter().flat_map(|text| say(model, Level::Caution, text, "conductor freeze list")).collect()
}

/// Takes up what the daemon says is frozen here. What is new is said.
pub(super) fn heard(model: &mut Model, freezes: Vec<Freeze>) {
    let before = std::mem::replace(&mut model.shared.freezes, freezes);
    let is_new = |freeze: &&Freeze| {
        let same = |known: &Freeze| {
            (&known.name, &known.decision_id) == (&freeze.name, &freeze.decision_id)
        };
        !before.iter().any(same)
    };
    let fresh = model.shared.freezes.iter().filter(is_new);
    let told: Vec<String> = fresh.map(|freeze| sentence(freeze, &model.shared)).collect();
    for text in told {
        say(model, Level::Caution, &text, "conductor freeze list");
    }
}

/// What is frozen, until when, by whom and why.
fn sentence(freeze: &Freeze, shared: &Shared) -> String {
    let what = words(freeze.reach.as_ref());
    let until = match &freeze.until {
        Some(until) if freeze.state() == FreezeState::Holds => {
            let at = time::from_wire(until).to_zoned(shared.look.zone.clone());
            format!("until {}", at.strftime("%Y-%m-%d %H:%M"))
        }
        _ => "until it is lifted".to_owned(),
    };
    let how = if freeze.stops.is_empty() { "is frozen" } else { "was stopped and is frozen" };
    let (by, name, why) = (&freeze.set_by, &freeze.name, &freeze.reason);
    plain(&format!("{what} {how} {until}, by {by} ({name}): {why}"))
}

/// What a freeze is of.
pub(super) fn words(reach: Option<&FreezeReach>) -> String {
    match reach.and_then(|reach| reach.reach.as_ref()) {
        Some(Reach::Workflow(name)) => format!("workflow {name}"),
        Some(Reach::Environment(name)) => format!("environment {name}"),
        Some(Reach::Tenant(_)) | None => "the whole tenant".to_owned(),
    }
}

/// The question before what a form was filled in for is done: what it is of has to be typed.
pub(super) fn ask(word: FreezeWord, given: &Map<String, Value>, shared: &Shared) -> Confirm {
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (scope, reason) = (Some(shared.scope.clone()), text(REASON));
    let which = text(WHICH);
    let reach = match text(WHAT).as_str() {
        "workflow" => Reach::Workflow(which),
        "environment" => Reach::Environment(which),
        _ => Reach::Tenant(true),
    };
    let reach = FreezeReach { reach: Some(reach) };
    let typed = typed(&reach, shared);
    let reach = Some(reach);
    let what = words(reach.as_ref());
    let because = format!("because: {reason}");
    let (words, lines, typed, frost) = match word {
        FreezeWord::Set => {
            let until = text(UNTIL);
            let end = if until.is_empty() { "it is lifted".to_owned() } else { until.clone() };
            let lines = vec![
                format!("nothing starts in {what} until {end}"),
                "what is under way goes on; two others have to agree to lift it".to_owned(),
                because,
            ];
            let window = Some(FreezeWindow { until, ..<_>::default() });
            let name = text(NAME);
            let request =
                v1::SetFreezeRequest { scope, name, reach, window, reason, ..<_>::default() };
            (("Freeze this?", "freeze it"), lines, typed, Frost::Set(request))
        }
        FreezeWord::Switch => {
            let kill = given.get(KILL).and_then(Value::as_bool).unwrap_or_default();
            let how = if kill { "killed, without time to clean up" } else { "asked to end" };
            let lines = vec![
                format!("all that runs in {what} is {how}"),
                "nothing starts there until two others agree to lift it".to_owned(),
                because,
            ];
            let request = v1::SwitchKillRequest { scope, reach, kill, reason, ..<_>::default() };
            (("Stop everything?", "stop everything"), lines, typed, Frost::Switch(request))
        }
        FreezeWord::Lift => {
            let name = text(NAME);
            let lines = vec![format!("{name} is lifted once two others have approved it"), because];
            let request =
                v1::LiftFreezeRequest { scope, name: name.clone(), reason, ..<_>::default() };
            (("Ask for its end?", "ask two others"), lines, name, Frost::Lift(request))
        }
    };
    question(words, lines, &typed, frost, shared)
}

/// What has to be typed for a freeze: the name of what it is of.
pub(super) fn typed(reach: &FreezeReach, shared: &Shared) -> String {
    match &reach.reach {
        Some(Reach::Workflow(name) | Reach::Environment(name)) if !name.is_empty() => name.clone(),
        _ => shared.scope.tenant.clone(),
    }
}

/// The question, typed wherever it is for all that stops something.
pub(super) fn question(
    words: (&str, &'static str),
    lines: Vec<String>,
    typed: &str,
    wanted: Frost,
    shared: &Shared,
) -> Confirm {
    let lifts = matches!(wanted, Frost::Lift(_));
    let confirm = Confirm::new(words, lines, typed, Mutation::Frost(wanted), shared);
    if lifts { confirm } else { confirm.typed(typed) }
}

/// What it came to.
pub(super) fn done(model: &mut Model, more: &str, answer: Answer) -> Vec<Effect> {
    let text = match answer {
        Answer::Thawed => "the freeze is lifted".to_owned(),
        Answer::Frozen(freeze, runs) => {
            let what = words(freeze.reach.as_ref());
            let known = model.shared.freezes.iter().any(|known| known.name == freeze.name);
            let here = freeze.state() == FreezeState::Holds && !known;
            let text = match (freeze.stops.as_str(), freeze.state()) {
                ("", FreezeState::Comes) => format!("{what} is to be frozen ({})", freeze.name),
                ("", _) => format!("{what} is frozen ({})", freeze.name),
                _ => format!("{what} is stopped: {runs} runs end, and nothing starts there"),
            };
            if here {
                model.shared.freezes.push(*freeze);
            }
            text
        }
        _ => return Vec::new(),
    };
    say(model, Level::Info, &text, more)
}
