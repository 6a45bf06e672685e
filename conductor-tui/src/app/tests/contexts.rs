//! Going from one named context to another: what is left, what is shown, and what is done there.

use conductor_protocol::v1::{self, Scope};

use super::{Console, daemon::fault, looks, pictures::compare};
use crate::{
    app::{
        Answer, Arrived, Context, Effect, FaultKind, LinkState, Mutation, Ticket, Tone,
        contexts::Known,
        model::Layer,
        msg::{LinkNews, What},
    },
    settings::{Origin, Row},
};

const SIZE: (u16, u16) = (120, 40);

fn names() -> Vec<String> {
    ["lab", "prod", "stage"].map(str::to_owned).to_vec()
}

fn said(console: &Console) -> (String, String) {
    let last = console.model.shared.messages.all().next_back();
    last.map(|said| (said.text.clone(), said.more.clone())).unwrap_or_default()
}

fn context(name: &str, environment: &str) -> Context {
    Context::new((name, environment), None, None)
}

/// What holds in a context whose tenant is called as it is.
pub(crate) fn arrived(name: &str, environment: &str) -> Box<Arrived> {
    let row = Row { name: "tenant".into(), value: name.into(), origin: Origin::Default };
    Box::new(Arrived {
        context: (!name.is_empty()).then(|| context(name, environment)),
        names: names(),
        scope: Scope {
            tenant: format!("of-{name}"),
            environment: environment.into(),
            region: "eu-west-1".into(),
        },
        endpoint: format!("https://{name}.example:7443"),
        read_only: false,
        theme: None,
        theme_production: None,
        told: vec![row],
    })
}

/// In the context `stage`, with two others.
fn staged(size: (u16, u16)) -> Console {
    let mut console = Console::new(size);
    console.model.shared.context = Some(Context { is_default: true, ..context("stage", "dev") });
    console.model.contexts = Known::new(names(), false);
    console.connect();
    console
}

/// The daemon of the place that is looked at answers.
pub(crate) fn answers(console: &mut Console) {
    let scope = console.model.shared.scope.clone();
    let up = LinkNews::Up {
        principal: "uid:1000".into(),
        named: false,
        scope,
        latency: std::time::Duration::from_millis(9),
        approvals: (0, 0),
        freezes: Vec::new(),
        alerts: (0, 0),
    };
    let effects = console.send(What::Of(console.model.epoch, Box::new(What::Link(up))));
    console.answer(effects);
}

/// Goes to a context, whose daemon has not answered.
fn gone(console: &mut Console, name: &str, environment: &str) -> Vec<Effect> {
    assert_eq!(console.command(&format!("@{name}")), [Effect::Reach(name.to_owned())]);
    console.send(What::Reached(Ok(arrived(name, environment))))
}

#[test]
fn nothing_crosses_from_one_daemon_to_another() {
    let mut console = staged(SIZE);
    console.model.shared.look.choice.by_hand = None;
    assert!(console.text().contains("restart-payments"));
    let effects = gone(&mut console, "prod", "prod");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Unwatch(_))), "{effects:?}");
    let moved = |effect: &Effect| matches!(effect, Effect::Move { scope, epoch: 1 } if scope.tenant == "of-prod");
    assert!(effects.iter().any(moved), "{effects:?}");
    assert!(effects.contains(&Effect::LoadTheme("production".into())), "{effects:?}");
    let text = console.text();
    assert_eq!(console.model.shared.link.state, LinkState::Connecting);
    assert!(text.contains("PROD") && text.contains("of-prod"), "{text}");
    assert!(!text.contains("restart-payments") && !text.contains("STAGE"), "{text}");
    // What the other daemon says late is nothing here.
    let late = LinkNews::Down { problem: "gone".into() };
    console.send(What::Of(0, Box::new(What::Link(late))));
    assert_eq!(console.model.shared.link.state, LinkState::Connecting);
    answers(&mut console);
    assert!(console.text().contains("restart-payments"), "{}", console.text());
    assert_eq!(
        console.model.shared.told.rows[0].value, "prod",
        "settings are told as they are there"
    );
}

#[test]
fn what_was_said_there_is_parted_from_what_is_said_here() {
    let mut console = staged(SIZE);
    console.command("sort tasks_of_old");
    let there = said(&console).0;
    let shown = |console: &Console| console.text().contains("is not a column");
    assert!(shown(&console), "{}", console.text());
    gone(&mut console, "prod", "prod");
    assert_eq!(said(&console), ("this is @prod now".into(), "conductor @prod".into()));
    assert!(!shown(&console), "{}", console.text());
    let all: Vec<_> = console.model.shared.messages.all().map(|one| one.text.clone()).collect();
    assert_eq!(all, [there, "this is @prod now".into()]);
    console.command("@-");
    console.send(What::Reached(Ok(Box::new(Arrived { context: None, ..*arrived("", "dev") }))));
    assert_eq!(said(&console).0, "this is https://.example:7443 now");
}

#[test]
fn a_daemon_that_does_not_answer_keeps_nobody() {
    let mut console = staged(SIZE);
    gone(&mut console, "prod", "prod");
    let down = LinkNews::Down { problem: "connection refused".into() };
    console.send(What::Of(1, Box::new(What::Link(down))));
    assert!(console.text().contains("no daemon"), "{}", console.text());
    assert_eq!(console.command("@-"), [Effect::Reach("stage".into())]);
    console.send(What::Reached(Ok(arrived("stage", "dev"))));
    answers(&mut console);
    assert!(console.text().contains("STAGE"), "{}", console.text());
    assert_eq!(console.command("@-"), [Effect::Reach("prod".into())]);
}

#[test]
fn one_that_can_not_be_found_leaves_everything_as_it_is() {
    let mut console = staged(SIZE);
    assert_eq!(console.command("runs list --status failed @prdo"), [Effect::Reach("prdo".into())]);
    let problem = "can't go to @prdo: there are lab, prod, stage".to_owned();
    assert_eq!(console.send(What::Reached(Err(problem.clone()))), []);
    assert_eq!(said(&console), (problem, "the console stays where it is".into()));
    assert!(console.text().contains("restart-payments") && console.text().contains("STAGE"));
    // What was to be done there is not done here.
    console.disconnect();
    console.connect();
    assert_eq!(console.model.screen().filter_text(), "");
}

#[test]
fn what_is_typed_before_a_context_is_done_there_once_it_answers() {
    let mut console = staged(SIZE);
    assert_eq!(console.command("runs list --status failed @prod"), [Effect::Reach("prod".into())]);
    console.send(What::Reached(Ok(arrived("prod", "prod"))));
    assert_eq!(console.model.screen().filter_text(), "");
    answers(&mut console);
    assert_eq!(console.model.screen().filter_text(), "status:failed");
    // Of the place that one is in it is done at once.
    console.command("@prod runs list --not-status failed");
    assert_eq!(console.model.screen().filter_text(), "!status:failed");
    // What is wrong is told before anything is left.
    assert_eq!(console.command("workflows lst @stage"), []);
    assert!(console.text().contains("did you want `workflows list`"), "{}", console.text());
    console.press("Esc");
    // A change is asked about there, and nowhere else.
    console.command("runs cancel run_01jd0000000000009999999999 @stage");
    console.send(What::Reached(Ok(arrived("stage", "dev"))));
    assert!(console.model.layers.is_empty());
    answers(&mut console);
    assert!(matches!(console.model.layers[..], [Layer::Confirm(_)]));
    assert_eq!(console.daemon.changes, []);
}

#[test]
fn contexts_are_listed_completed_and_in_the_palette() {
    let mut console = staged(SIZE);
    for line in ["context", "ctx", "contexts list"] {
        console.command(line);
        assert_eq!(said(&console).0, "contexts: lab, prod, stage (here)", "{line}");
    }
    assert_eq!(console.command("context prod"), [Effect::Reach("prod".into())]);
    assert_eq!(console.command("ctx @lab"), [Effect::Reach("lab".into())]);
    console.command("@stage");
    assert_eq!(said(&console).0, "this is @stage already");
    console.press(":");
    console.write("runs list @p");
    console.press("Tab");
    let Some(Layer::Prompt(prompt)) = console.model.layers.last() else { panic!() };
    assert_eq!(prompt.text(), "runs list @prod");
    console.press("Esc ^p");
    console.write("context lab");
    assert_eq!(console.press("Enter").last(), Some(&Effect::Reach("lab".into())));

    let mut console = Console::live(SIZE);
    console.command("context");
    assert!(said(&console).0.contains("[contexts.NAME]"), "{:?}", said(&console));
}

#[test]
fn commands_name_the_context_unless_it_is_that_of_a_plain_one() {
    let mut console = staged(SIZE);
    assert_eq!(console.press("Y"), [Effect::Copy("conductor runs list".into())]);
    gone(&mut console, "prod", "prod");
    answers(&mut console);
    assert_eq!(console.press("Y"), [Effect::Copy("conductor @prod runs list".into())]);
    console.press("?");
    let help = console.text();
    assert!(help.contains("the same in a script: conductor @prod runs list"), "{help}");
    console.press("Esc");
    console.command("tokens list");
    assert_eq!(said(&console).0, "for a shell: conductor @prod tokens list");
    console.press("c");
    let effects = console.press("^y");
    let [Effect::Copy(twin)] = &effects[..] else { panic!("{effects:?}") };
    assert!(twin.starts_with("conductor @prod runs cancel run_"), "{twin}");
    console.press("Esc");
    // Another tenant of that daemon.
    console.command("tenant globex");
    answers(&mut console);
    let flags = "--tenant globex --env prod --region eu-west-1";
    assert_eq!(console.press("Y"), [Effect::Copy(format!("conductor @prod runs list {flags}"))]);
}

#[test]
fn what_becomes_of_a_change_is_told_with_the_place_it_was_made_in() {
    let mut console = staged(SIZE);
    let cancel = || {
        let request = v1::CancelRunRequest { run_id: "run_1".into(), ..Default::default() };
        Ticket::Changed(Mutation::Cancel(request))
    };
    let fault = || fault(FaultKind::Denied);
    let why = fault().message;
    gone(&mut console, "prod", "prod");
    let late = What::Reply(cancel(), Ok(Answer::Cancelled(<_>::default())));
    console.send(What::Of(0, Box::new(late)));
    let (text, twin) = said(&console);
    assert!(text.starts_with("done in @stage · "), "{text}");
    assert_eq!(twin, "conductor runs cancel run_1", "a plain command acts there");
    gone(&mut console, "lab", "dev");
    console.send(What::Of(1, Box::new(What::Reply(cancel(), Err(fault())))));
    let (text, twin) = said(&console);
    assert_eq!(text, format!("in @prod · of-prod · prod · eu-west-1: {why}"));
    assert_eq!(twin, "conductor @prod runs cancel run_1");
    // Of one that was left long ago no command is known that would act there.
    for _ in 0..20 {
        gone(&mut console, "prod", "prod");
        gone(&mut console, "lab", "dev");
    }
    console.send(What::Of(1, Box::new(What::Reply(cancel(), Err(fault())))));
    assert_eq!(said(&console), (format!("in a place that was left: {why}"), String::new()));
}

#[test]
fn a_context_that_is_read_only_is_so_until_it_is_left() {
    let mut console = staged(SIZE);
    let prod = Arrived { read_only: true, ..*arrived("prod", "prod") };
    console.command("@prod");
    console.send(What::Reached(Ok(Box::new(prod))));
    answers(&mut console);
    console.press("c");
    assert!(said(&console).0.contains("read-only"), "{:?}", said(&console));
    gone(&mut console, "stage", "dev");
    answers(&mut console);
    assert!(!console.model.shared.read_only);
    // Whoever asked for it has it everywhere.
    console.command("set read_only on");
    gone(&mut console, "lab", "dev");
    assert!(console.model.shared.read_only);
}

#[test]
fn the_word_is_seen_in_the_top_line_and_in_every_question() {
    for size in [(40, 12), (80, 24), (120, 40)] {
        let mut console = staged(size);
        console.press("c");
        compare(&format!("context-confirm-{}x{}", size.0, size.1), &console.text());
        console.press("Esc");
        gone(&mut console, "prod", "prod");
        answers(&mut console);
        console.press("c");
        compare(&format!("context-production-{}x{}", size.0, size.1), &console.text());
    }
    // Told in lines, too.
    let console = staged(SIZE);
    let told = crate::app::linear::header(&console.model.shared);
    assert!(told.starts_with("conductor, STAGE, "), "{told}");
}

#[test]
fn production_looks_like_production_whatever_its_tone() {
    let band = |tone: Option<Tone>, environment: &str| {
        let mut console = Console::with((80, 24), looks("dark", false), environment);
        console.model.shared.context = Some(Context::new(("eu", environment), Some("EU"), tone));
        console.connect();
        let buffer = console.draw();
        let at = console.text().lines().next().unwrap().find(" EU ").unwrap();
        let column = u16::try_from(console.text().lines().next().unwrap()[..at].chars().count());
        let cell = &buffer[(column.unwrap() + 1, 0)];
        (cell.fg, cell.bg, cell.modifier, buffer[(79, 0)].bg)
    };
    let production = band(None, "prod");
    assert_eq!(band(Some(Tone::Ok), "prod"), production);
    assert_eq!(band(Some(Tone::Danger), "lab"), production, "what is to feel like it does");
    let others = [Tone::Warn, Tone::Ok, Tone::Accent].map(|tone| band(Some(tone), "lab"));
    for (at, one) in others.iter().enumerate() {
        assert_ne!(*one, production);
        assert!(others[at + 1..].iter().all(|other| other != one), "each is another");
    }
}
