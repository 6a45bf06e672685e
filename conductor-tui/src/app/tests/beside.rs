//! A run beside its plan, the filter among its artifacts, and receipts of runs that are not open.

use conductor_protocol::v1::{ArtifactRecord, ListArtifactsResponse};

use super::{Console, looks, pictures::compare};
use crate::{
    app::{Answer, Effect, Mutation, Query, Ticket, msg::What},
    input::Place,
    screen::Tab,
};

fn last_said(console: &Console) -> String {
    console.model.shared.messages.all().next_back().map(|m| m.text.clone()).unwrap_or_default()
}

/// A console with a run that has ended, in front.
fn ended(size: (u16, u16), ascii: bool) -> Console {
    let mut console = Console::with(size, looks("dark", ascii), "dev");
    console.daemon.ended = true;
    console.connect();
    console.press("Enter");
    console
}

#[test]
fn a_run_stands_beside_its_plan_in_every_size() {
    for (size, ascii) in [((40, 12), true), ((80, 24), false), ((120, 40), false)] {
        let mut console = ended(size, ascii);
        console.press("D");
        assert_eq!(console.model.screen().places(), [Place::RunAgainst]);
        compare(&format!("run-against-plan-{}x{}", size.0, size.1), &console.text());
        console.press("G");
        compare(&format!("run-against-plan-end-{}x{}", size.0, size.1), &console.text());
    }
}

#[test]
fn the_plan_is_that_of_the_runs_version_and_inputs_and_asked_for_once() {
    let mut console = ended((120, 40), false);
    let effects = console.press("D");
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Ask(_, Query::Plan(request)) => Some(request.clone()),
        _ => None,
    });
    let asked: Vec<_> = asked.collect();
    let [request] = &asked[..] else { panic!("{asked:?}") };
    let run = console.model.screens.runs.open_run_of_tests().unwrap();
    let summary = run.summary.clone().unwrap();
    assert_eq!((&request.workflow, &request.version), (&summary.workflow, &summary.version));
    assert_eq!(request.inputs_json, run.inputs_json);
    assert!(console.press("j").iter().all(|effect| !matches!(effect, Effect::Ask(..))));
    let twin = format!("conductor runs show {} --against-plan", summary.run_id);
    assert_eq!(console.press("Y"), [Effect::Copy(twin)]);
    let text = console.text();
    assert!(text.contains("it was started without a plan"), "{text}");
    assert!(text.contains("things came otherwise"), "{text}");
    let [Effect::Export { name, text }] = &console.press("e")[..] else { panic!("nothing") };
    assert!(name.contains("against-plan") && text.contains("\"differences\""), "{name} {text}");
    console.press("Esc");
    assert_eq!(console.model.screen().places(), [Place::RunTasks]);
    assert_eq!(console.daemon.changes, Vec::<Mutation>::new());
}

#[test]
fn loading_and_denied_are_told() {
    let mut console = ended((80, 24), false);
    console.send(What::Key(super::key("D")));
    compare("run-against-plan-loading-80x24", &console.text());
    console.daemon.faults = true;
    console.press("Esc P");
    compare("run-against-plan-denied-80x24", &console.text());
}

#[test]
fn the_receipt_of_a_run_in_the_list_is_asked_for_first() {
    let mut console = Console::live((80, 24));
    // The newest are running; a narrow window opens none beside the list.
    console.press("V");
    assert!(last_said(&console).contains("has not ended"), "{}", last_said(&console));
    console.press("/");
    console.write("status:succeeded");
    console.press("Enter V");
    assert_eq!(console.model.tab, Tab::Ledger, "{}", console.text());

    let mut console = Console::live((80, 24));
    console.press("/");
    console.write("status:succeeded");
    console.press("Enter");
    let effects = console.send(What::Key(super::key("V")));
    assert!(matches!(effects[..], [Effect::Ask(_, Query::Run(_))]), "{effects:?}");
    console.press("j");
    console.answer(effects);
    assert_eq!(console.model.tab, Tab::Runs, "whoever moved on stays");
}

#[test]
fn artifacts_are_filtered_and_escape_shows_all_again() {
    let mut console = ended((120, 40), false);
    console.press("A /");
    console.write("slsa");
    console.press("Enter");
    let text = console.text();
    assert!(
        text.contains("· slsa ") && text.contains(" 1 of 3 ") && !text.contains("snapshot.tar.zst"),
        "{text}"
    );
    assert!(matches!(&console.press("y")[..], [Effect::Copy(id)] if id.ends_with("002")));
    console.press("/ ^u");
    console.write("nothing like it");
    console.press("Enter");
    compare("artifacts-no-match-120x40", &console.text());
    console.press("Esc");
    assert!(console.text().contains("snapshot.tar.zst"), "{}", console.text());
    console.press("Esc");
    assert_eq!(console.model.screen().places(), [Place::RunTasks]);
}

#[test]
fn more_artifacts_than_are_kept_are_said_to_be_there() {
    let mut console = ended((80, 24), false);
    let effects = console.send(What::Key(super::key("A")));
    let mut ticket = ticket(&effects);
    for page in 0..5 {
        let one = |n: u32| ArtifactRecord {
            artifact_id: format!("art_{page}_{n}"),
            name: format!("file-{page}-{n}"),
            ..<_>::default()
        };
        let artifacts = (0..200).map(one).collect();
        let next_page_token = "more".to_owned();
        let answer = ListArtifactsResponse { artifacts, next_page_token };
        let answer = Ok(Answer::Artifacts(Box::new(answer)));
        let next = console.send(What::Reply(ticket.clone(), answer));
        if page < 4 {
            ticket = self::ticket(&next);
        } else {
            assert!(next.is_empty(), "{next:?}");
        }
    }
    console.send(What::Key(super::key("G")));
    compare("artifacts-full-80x24", &console.text());
    assert!(console.text().contains("only the newest 1,000 are here"), "{}", console.text());
    assert!(console.text().contains("file-4-199"), "the last row is not below that line");
}

fn ticket(effects: &[Effect]) -> Ticket {
    let of = |effect: &Effect| match effect {
        Effect::Ask(ticket, Query::Artifacts(_)) => Some(ticket.clone()),
        _ => None,
    };
    effects.iter().find_map(of).unwrap()
}
