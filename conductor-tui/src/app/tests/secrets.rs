//! Inputs that are secrets: what is sent, and that nothing else has them.

use conductor_protocol::v1::{Plan, Run};
use serde_json::{Value, json};

use super::{Console, text_of};
use crate::{
    app::{
        Effect, Mutation,
        linear::Linear,
        model::Layer,
        recording::{Player, Recorder},
    },
    theme::Depth,
};

/// One by its name, and one by its schema alone.
const SECRETS: [&str; 2] = ["hunter2-hunter2", "sesame sesame"];

/// What the runbook takes.
pub(super) fn manifest() -> String {
    let mut manifest: Value = serde_json::from_str(&super::daemon::manifest()).unwrap();
    manifest["inputs"]["properties"] = json!({
        "service": {"type": "string"},
        "api_token": {"type": "string", "minLength": 12},
        "word": {"type": "string", "writeOnly": true},
    });
    manifest.to_string()
}

/// A plan whose first task is given what was typed.
pub(super) fn filled(mut plan: Plan) -> Plan {
    let inputs: Value = serde_json::from_str(&plan.inputs_json).unwrap();
    let call = plan.tasks[0].call.get_or_insert_default();
    let given = ["api_token", "word"].map(|name| inputs[name].as_str().unwrap_or_default());
    let script = format!("call {}", given.join(" "));
    call.with_json = json!({ "run": script }).to_string();
    plan
}

/// A run that was given them.
pub(super) fn given(run: Run) -> Run {
    let [token, word] = SECRETS;
    let inputs = json!({"service": "payments", "api_token": token, "word": word});
    Run { inputs_json: inputs.to_string(), reason: String::new(), ..run }
}

/// A console whose every screen, and all that is told of it, was looked at.
struct Watched {
    console: Console,
    linear: Linear,
    seen: String,
}

impl Watched {
    fn new() -> Self {
        let mut console = Console::recorded((120, 40));
        console.connect();
        console.daemon.confides = true;
        Self { console, linear: Linear::default(), seen: String::new() }
    }

    fn look(&mut self, effects: &[Effect]) {
        self.linear.noticed(true, effects, self.console.model.shared.now);
        let (lines, input) = self.linear.tell(&self.console.model);
        self.seen.push_str(&self.console.text());
        self.seen.push_str(&lines.join("\n"));
        self.seen.push_str(&input);
    }

    fn press(&mut self, keys: &str) -> Vec<Effect> {
        let mut last = Vec::new();
        for key in keys.split(' ') {
            last = self.console.press(key);
            self.look(&last);
        }
        last
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            let effects = self.console.write(&c.to_string());
            self.look(&effects);
        }
    }

    /// Nothing that was shown or told has any of them, not even in part.
    fn check(&self) {
        for part in ["hunter", "sesame"] {
            let line = self.seen.lines().find(|line| line.contains(part));
            assert_eq!(line, None, "{part}");
        }
    }
}

/// The form of the runbook, filled in.
fn fill(watched: &mut Watched, way: &str) {
    watched.press(way);
    assert!(matches!(watched.console.model.layers[..], [Layer::Form(_)]));
    watched.write("payments");
    for secret in SECRETS {
        watched.press("Enter");
        watched.write(secret);
    }
    watched.press("Enter");
}

fn started(console: &Console) -> Value {
    let [Mutation::Start(request, _)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    serde_json::from_str(&request.inputs_json).unwrap()
}

#[test]
fn what_is_typed_is_sent_and_seen_nowhere() {
    let mut watched = Watched::new();
    fill(&mut watched, "3 j j s");
    assert!(watched.seen.contains("api_token is not shown"), "{}", watched.seen);
    watched.press("Right Enter");
    let [token, word] = SECRETS;
    let sent = json!({"service": "payments", "api_token": token, "word": word});
    assert_eq!(started(&watched.console), sent);
    // The run, what it came from, and the messages with the command that does the same.
    watched.press("Tab Tab Tab");
    watched.press("! Esc");
    assert!(watched.seen.contains(r#"-i api_token="${API_TOKEN:?}" -i word="${WORD:?}""#));
    assert!(
        watched.seen.contains(r#"inputs {"service":"payments","api_token":"***","word":"***"}"#)
    );
    watched.check();
}

#[test]
fn a_plan_shows_none_and_starts_with_them() {
    let mut watched = Watched::new();
    fill(&mut watched, "3 j j p");
    assert!(matches!(watched.console.model.layers[..], [Layer::Form(_), Layer::Plan(_)]));
    assert!(watched.seen.contains("call *** ***"), "{}", watched.seen);
    let [Effect::Copy(twin)] = &watched.press("Y")[..] else { panic!("it copies") };
    assert!(twin.ends_with(r#"-i api_token="${API_TOKEN:?}" -i word="${WORD:?}""#), "{twin}");
    watched.press("s Right Enter");
    assert_eq!(started(&watched.console)["word"], SECRETS[1]);
    watched.check();
}

#[test]
fn none_is_remembered_kept_or_recorded_and_the_recording_plays() {
    let mut watched = Watched::new();
    fill(&mut watched, "3 j j p");
    watched.press("Esc");
    assert!(matches!(watched.console.model.layers[..], [Layer::Form(_)]));
    watched.press("Enter s Right Enter");
    let screen = watched.console.text();
    let remembered = format!("{:?}", watched.console.model.remembered);
    assert!(remembered.contains("payments") && !remembered.contains("hunter"), "{remembered}");
    let file = watched.console.recorder.take().map(Recorder::into_inner).unwrap();
    let file = String::from_utf8(file).unwrap();
    for secret in SECRETS {
        assert!(!file.contains(secret), "{secret}");
    }
    let grammar = crate::input::grammar::tests::grammar;
    let mut player = Player::read(("session", &file), Depth::True, grammar).unwrap();
    player.finish();
    assert_eq!(text_of(&player.model), screen);
}

#[test]
fn a_command_shows_no_secret_while_it_is_typed_and_leaves_none_behind() {
    let mut watched = Watched::new();
    watched.press(":");
    watched.write("run restart-payments service=payments api_token=hunter2-hunter2");
    let stars = "service=payments api_token=***************";
    assert!(watched.console.text().contains(stars), "{}", watched.console.text());
    let effects = watched.press("Enter");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Keep(_))), "{effects:?}");
    assert!(matches!(watched.console.model.layers[..], [Layer::Form(_)]));
    watched.press("Esc : Up");
    watched.check();
    watched.press("Esc");
    watched.press(":");
    watched.write("run restart-payments service=payments api_token=hunter2-hunter2");
    watched.press("Enter Enter Enter Enter Right Enter");
    assert_eq!(started(&watched.console)["api_token"], SECRETS[0]);
    watched.check();
}
