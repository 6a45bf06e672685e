//! The command line: the CLI's grammar typed into the console, and the way through its screens.

use std::time::Duration;

use conductor_protocol::v1::Scope;

use super::{Console, pictures};
use crate::{
    app::{
        Answer, Effect, LinkState, Mutation, Ticket,
        kept::Keep,
        model::Layer,
        msg::{LinkNews, What},
        paint::Painter,
    },
    screen::Tab,
    theme::Meaning,
};

const WIDE: (u16, u16) = (200, 60);
const RUN: &str = "run_01jd0000000000009999999999";

/// Types a command; gives what came of it besides that it is kept.
fn said(console: &Console) -> (String, String) {
    let last = console.model.shared.messages.all().next_back();
    last.map(|said| (said.text.clone(), said.more.clone())).unwrap_or_default()
}

#[test]
fn a_change_that_is_typed_is_asked_about_like_any_other() {
    let mut console = Console::live(WIDE);
    let line = format!("conductor runs cancel {RUN} --reason 'wrong host'");
    console.command(&line);
    assert!(console.daemon.changes.is_empty());
    let text = console.text();
    assert!(text.contains("Cancel this run?") && text.contains("because: wrong host"), "{text}");
    console.press("Right Enter");
    let [Mutation::Cancel(request)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    assert_eq!((request.run_id.as_str(), request.reason.as_str()), (RUN, "wrong host"));
    assert!(!request.kill);
    console.command("schedules pause nightly --reason storm");
    console.press("Right Enter");
    assert!(
        matches!(&console.daemon.changes[1], Mutation::PauseSchedule(r) if r.name == "nightly")
    );
    console.command("workflows retire disk-clean@1.4.0 --reason wrong");
    assert!(matches!(console.model.layers[..], [Layer::Confirm(_)]));
}

#[test]
fn what_policy_refuses_is_not_even_asked() {
    let mut console = Console::new(WIDE);
    console.model.shared.read_only = true;
    console.connect();
    console.command(&format!("runs cancel {RUN}"));
    assert!(console.model.layers.is_empty());
    assert!(said(&console).0.contains("read-only"), "{:?}", said(&console));
    console.command(&format!("runs skip {RUN} drain"));
    assert!(said(&console).0.contains("--reason"), "{:?}", said(&console));
}

#[test]
fn what_is_for_a_shell_is_named_and_copied_by_the_next_key() {
    let mut console = Console::live(WIDE);
    assert_eq!(console.command("tokens list"), []);
    assert_eq!(said(&console), ("for a shell: conductor tokens list".into(), "y copies it".into()));
    assert_eq!(console.press("y"), [Effect::Copy("conductor tokens list".into())]);
    console.command("tokens list");
    console.press("j");
    let copied = console.press("y");
    assert!(matches!(&copied[..], [Effect::Copy(id)] if id.starts_with("run_")), "{copied:?}");
}

#[test]
fn commands_are_kept_unless_they_may_hold_a_secret() {
    let mut console = Console::live(WIDE);
    let mut kept = |line: &str| {
        console.press(":");
        console.write(line);
        let effects = console.press("Enter");
        console.press("Esc Esc");
        effects.iter().any(|effect| matches!(effect, Effect::Keep(Keep::Command(_))))
    };
    assert!(kept("runs status:failed"));
    assert!(!kept("run restart-payments password=hunter2"));
    assert!(!kept(" runs"));
    console.press(": Up");
    assert!(console.text().contains(":runs status:failed"), "{}", console.text());
}

#[test]
fn the_history_is_searched_and_nothing_runs_at_once() {
    let mut console = Console::live(WIDE);
    for line in ["runs status:failed", "theme light", "runs since:2h"] {
        console.command(line);
    }
    console.press(": ^r");
    console.write("runs");
    assert!(console.text().contains("find runs"), "{}", console.text());
    console.press("^r");
    console.press("Enter");
    assert!(matches!(console.model.layers[..], [Layer::Prompt(_)]), "it was only taken");
    assert!(console.text().contains(":runs status:failed"), "{}", console.text());
    console.press("Enter");
    assert_eq!(console.model.screens.runs.list.query.to_string(), "status:failed");
}

#[test]
fn completions_are_shown_and_gone_through() {
    let mut console = Console::live((100, 30));
    console.press(":");
    console.write("runs ");
    pictures::compare("command-offers-100x30", &console.text());
    console.press("Tab");
    assert!(console.text().contains(":runs list"), "{}", console.text());
    console.press("S-Tab Esc :");
    console.write("conductor run rest");
    console.press("Tab");
    assert!(console.text().contains(":conductor run restart-payments"), "{}", console.text());
}

#[test]
fn one_goes_back_and_forward_and_to_the_last_screen() {
    let mut console = Console::live(WIDE);
    console.press("7 3 5");
    console.press("[");
    assert_eq!(console.model.tab, Tab::Workflows);
    let text = console.text();
    let way = text.lines().last().unwrap();
    assert!(
        way.contains("ledger") && way.contains("runbooks") && way.contains("schedules"),
        "{way}"
    );
    console.press("[ [");
    assert_eq!(console.model.tab, Tab::Runs);
    console.press("] ]");
    assert_eq!(console.model.tab, Tab::Workflows);
    console.press("-");
    assert_eq!(console.model.tab, Tab::Ledger);
    console.press("-");
    assert_eq!(console.model.tab, Tab::Workflows);
    console.command(&format!("runs show {RUN}"));
    assert_eq!(console.model.tab, Tab::Runs);
    console.press("[");
    assert_eq!(console.model.tab, Tab::Workflows);
    console.press("[ [ [ [ [ [ [");
    assert_eq!(said(&console).0, "there is nothing before this");
}

#[test]
fn settings_hold_until_the_console_ends() {
    let mut console = Console::live(WIDE);
    assert_eq!(console.command("set mouse"), [Effect::Mouse(true)]);
    assert_eq!(said(&console).1, "to stay: w in the settings");
    console.command("set read-only on");
    assert!(console.model.shared.read_only);
    console.command("set read_only off");
    assert!(console.model.shared.read_only, "it would be no promise");
    console.command("set");
    assert!(said(&console).0.contains("mouse on"), "{:?}", said(&console));
    console.command("set wings");
    assert!(said(&console).0.contains("is not a setting"), "{:?}", said(&console));
}

fn up(tenant: &str) -> LinkNews {
    let scope =
        Scope { tenant: tenant.into(), environment: "dev".into(), region: "eu-west-1".into() };
    LinkNews::Up {
        principal: "uid:1000".into(),
        named: false,
        scope,
        latency: Duration::from_millis(9),
        approvals: (0, 0),
        freezes: Vec::new(),
        alerts: (0, 0),
    }
}

#[test]
fn nothing_crosses_from_one_tenant_to_another() {
    let mut console = Console::live(WIDE);
    let effects = console.command("tenant globex");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Unwatch(_))));
    let Some(Effect::Move { scope, epoch: 1 }) = effects.last() else { panic!("{effects:?}") };
    assert_eq!(scope.tenant, "globex");
    assert_eq!(console.model.shared.link.state, LinkState::Connecting);
    assert!(!console.text().contains("restart-payments"), "nothing of acme is shown");
    // Answers and news from before come late.
    let runs = console.daemon.answer(Effect::Ask(
        Ticket::RunsPage { generation: 1, page: 0 },
        crate::app::Query::Runs(<_>::default()),
    ));
    for what in runs {
        console.send(What::Of(0, Box::new(what)));
    }
    console.send(What::Of(0, Box::new(What::Link(up("acme")))));
    assert_eq!(console.model.shared.scope.tenant, "globex");
    assert!(console.model.screens.runs.list.rows().is_empty());
    let changed = Ticket::Changed(Mutation::Cancel(<_>::default()));
    let reply = What::Reply(changed, Ok(Answer::Cancelled(<_>::default())));
    console.send(What::Of(0, Box::new(reply)));
    let (text, twin) = said(&console);
    assert_eq!(text, "done in acme · dev · eu-west-1");
    assert!(twin.starts_with("conductor runs cancel") && !twin.contains("globex"), "{twin}");
    let effects = console.send(What::Of(1, Box::new(What::Link(up("globex")))));
    console.answer(effects);
    assert!(console.text().contains("globex") && console.text().contains("restart-payments"));
    let copied = console.press("Y");
    let flags = "conductor runs list --tenant globex --env dev --region eu-west-1";
    assert_eq!(copied, [Effect::Copy(flags.into())]);
}

/// Where the terminal's cursor ends up, by the bytes that are sent: column and row from 1 on.
fn cursor(console: &Console) -> Option<(u16, u16)> {
    let mut painter = Painter::new(console.model.shared.size).unwrap();
    let bytes = String::from_utf8(painter.frame(&console.model).unwrap()).unwrap();
    let shown = bytes.rfind("\x1b[?25h")?;
    let rest = bytes[shown..].rsplit("\x1b[").find(|part| part.contains('H'))?;
    let (row, column) = rest.split_once('H')?.0.split_once(';')?;
    Some((column.parse().ok()?, row.parse().ok()?))
}

fn row(console: &Console, at: (u16, u16)) -> String {
    console.text().lines().nth(usize::from(at.1) - 1).unwrap_or_default().to_owned()
}

#[test]
fn the_terminals_cursor_stands_on_the_chosen_row_or_the_line_that_is_typed_into() {
    let mut console = Console::live((80, 24));
    console.press("j j");
    let at = cursor(&console).unwrap();
    assert!(row(&console, at).contains("disk-clean"), "{at:?}\n{}", console.text());
    console.press("j");
    assert_eq!(cursor(&console), Some((at.0, at.1 + 1)));
    console.press(":");
    console.write("runs");
    assert_eq!(cursor(&console), Some((7, 24)), "{}", console.text());
    console.press("Esc ^p");
    console.write("re");
    let at = cursor(&console).unwrap();
    assert!(row(&console, at).contains("▸ re"), "{at:?}\n{}", console.text());
    console.press("Esc Esc /");
    assert_eq!(cursor(&console).map(|at| at.1), Some(24));
    let tiny = Console::live((20, 5));
    assert_eq!(cursor(&tiny), None, "nothing is drawn there");
}

#[test]
fn no_mark_of_the_cursor_is_left_in_what_is_drawn() {
    let mut console = Console::live(WIDE);
    for keys in ["j", "^p", "Esc :", "Esc c", "Esc 3", "?", "Esc 5"] {
        console.press(keys);
        let buffer = console.draw();
        let known = ratatui::style::Modifier::all();
        let strange = buffer.content.iter().find(|cell| !known.contains(cell.modifier));
        assert!(strange.is_none(), "{keys}: {strange:?}");
    }
    // The style of what is chosen is the theme's own.
    let look = &console.model.shared.look;
    let ground = look.style(Meaning::Selection).bg;
    assert!(console.draw().content.iter().any(|cell| Some(cell.bg) == ground));
}
