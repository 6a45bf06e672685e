//! Pictures of the screens, in the sizes and looks that operators have.

use ratatui::style::{Color, Modifier};

use super::{Console, looks};
use crate::{
    app::{Fault, FaultKind, Level, Ticket, msg::What},
    screen::Tab,
};

/// Compares a picture with the one in `tests/screens/`.
macro_rules! picture {
    ($name:expr, $text:expr) => {
        insta::with_settings!({
            snapshot_path => "../../../tests/screens",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!($name, $text) });
    };
}

/// Compares a picture that another module of tests made.
pub(crate) fn compare(name: &str, text: &str) {
    picture!(name, text);
}

/// The same for a screen in one of its states: `tests/screens/states/`.
pub(super) fn compare_state(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../../../tests/screens/states",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

#[test]
fn runs_in_every_size_and_glyph_set() {
    for size in SIZES {
        for (set, ascii) in [("unicode", false), ("ascii", true)] {
            let mut console = Console::with(size, looks("dark", ascii), "prod");
            console.connect();
            picture!(format!("runs-{}x{}-{set}", size.0, size.1), console.text());
        }
    }
}

#[test]
fn panes_behind_tab_when_there_is_no_room() {
    let mut console = Console::live((80, 24));
    console.press("Enter");
    picture!("run-80x24", console.text());
    console.press("Tab");
    picture!("log-80x24", console.text());
    console.press("Tab");
    picture!("relations-80x24", console.text());
}

#[test]
fn before_there_is_a_daemon() {
    let mut console = Console::new((80, 24));
    picture!("connecting-80x24", console.text());
    console.disconnect();
    picture!("no-daemon-80x24", console.text());
}

#[test]
fn empty_loading_stale_denied_and_failed() {
    let mut console = Console::new((80, 24));
    console.daemon.runs = 0;
    console.connect();
    picture!("empty-80x24", console.text());

    let mut console = Console::new((80, 24));
    let scope = console.model.shared.scope.clone();
    let latency = std::time::Duration::from_millis(300);
    let up = super::LinkNews::Up {
        principal: "uid:1".into(),
        named: false,
        scope,
        latency,
        approvals: (0, 0),
        freezes: Vec::new(),
        alerts: (0, 0),
    };
    console.send(What::Link(up));
    picture!("loading-80x24", console.text());

    let mut console = Console::live((80, 24));
    console.disconnect();
    console.pass(jiff::SignedDuration::from_secs(14));
    console.press("c");
    picture!("stale-80x24", console.text());

    let mut console = Console::new((80, 24));
    console.daemon.faults = true;
    console.connect();
    console.press("Esc Esc Esc");
    picture!("denied-80x24", console.text());

    let mut console = Console::live((80, 24));
    console.press("/");
    console.write("workflow:nothing");
    console.press("Enter");
    picture!("no-match-80x24", console.text());

    let mut console = Console::live((80, 24));
    let fault = Fault {
        kind: FaultKind::Other,
        code: "VIEWS_REBUILDING".into(),
        message: "the views are being rebuilt, 40 % done".into(),
        hint: "try again in a minute".into(),
        approval: String::new(),
    };
    console.send(What::Reply(Ticket::Screen(Tab::Ledger, 0), Err(fault.clone())));
    console.press("7");
    console.send(What::Reply(Ticket::Screen(Tab::Ledger, 0), Err(fault)));
    picture!("failed-80x24", console.text());
}

#[test]
fn what_lies_over_a_screen() {
    let mut console = Console::with((100, 30), looks("dark", false), "prod");
    console.daemon.denied = vec!["run.start"];
    console.connect();
    console.press("?");
    picture!("help-100x30", console.text());
    console.press("Esc ^p");
    console.write("re");
    picture!("palette-100x30", console.text());
    console.press("Esc c");
    console.write("restart-p");
    picture!("confirm-prod-100x30", console.text());
    console.press("Esc :");
    console.write("runs sta");
    console.press("Tab");
    picture!("command-100x30", console.text());

    let mut console = Console::live((100, 30));
    console.press(":");
    console.write("run restart-payments hosts=99");
    console.press("Enter");
    picture!("form-100x30", console.text());
    let now = console.model.shared.now;
    let more = "ask a tenant_admin for the role operator   code POLICY_DENIED";
    console.model.shared.messages.say(now, Level::Info, "copied 30 bytes", "");
    console.model.shared.messages.say(now, Level::Error, "alice may not cancel runs here", more);
    console.press("Esc");
    picture!("toasts-100x30", console.text());
    console.press("!");
    picture!("messages-100x30", console.text());
}

/// Each style of the screen as a letter, and what the letters are.
pub(super) fn styles(console: &Console) -> String {
    let buffer = console.draw();
    let mut known: Vec<(Color, Color, Modifier)> = Vec::new();
    let mut map = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        for cell in row {
            let style = (cell.fg, cell.bg, cell.modifier);
            let at = known.iter().position(|k| *k == style).unwrap_or_else(|| {
                known.push(style);
                known.len() - 1
            });
            map.push(char::from(b'a' + u8::try_from(at).unwrap()));
        }
        map.push('\n');
    }
    let legend = known.iter().enumerate().map(|(i, (fg, bg, modifier))| {
        format!("{} {fg} on {bg} {modifier:?}\n", char::from(b'a' + u8::try_from(i).unwrap()))
    });
    format!("{map}\n{}", legend.collect::<String>())
}

#[test]
fn colours_of_the_themes() {
    for theme in ["dark", "light", "mono"] {
        let mut console = Console::with((80, 24), looks(theme, false), "prod");
        console.connect();
        console.press("Enter");
        let styles = styles(&console);
        if theme == "mono" {
            let coloured =
                styles.lines().filter(|l| l.contains(" on ") && !l.contains("Reset on Reset"));
            assert_eq!(coloured.count(), 0, "mono has no colour at all:\n{styles}");
        }
        picture!(format!("styles-{theme}-80x24"), styles);
    }
}
