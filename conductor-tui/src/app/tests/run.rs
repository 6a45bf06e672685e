//! One run: its tasks on a time axis, its artifacts, the ways to its graph and its receipt.

use conductor_protocol::v1::{
    ArtifactRecord, ArtifactSignature, ArtifactSigner, Attempt, FlagsSource, GetRunResponse,
    ListArtifactsRequest, ListArtifactsResponse, Run, RunStatus, Task, TaskRole, TaskStatus,
    TimelineEntry, WatchRunResponse,
};
use jiff::{SignedDuration, Timestamp};

use super::{Console, daemon, looks, pictures::compare};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, Feed, FeedNews, Fetch, Fetched, Look, msg::What,
        time::to_wire,
    },
    screen::Tab,
};

const SBOM: &str = "{\n  \"bomFormat\": \"CycloneDX\",\n  \"components\": [{\"name\": \
                    \"openssl\"}]\n}\n\u{1b}[31mred\n";

/// A run that has ended: it rolled out over twenty hosts, one of which failed twice.
pub(super) fn ended(run_id: &str, now: Timestamp) -> Run {
    let at = |s: i64| Some(to_wire(now - SignedDuration::from_secs(s)));
    let mut run = daemon::run(run_id, now);
    let attempt = |number, from, to, outcome: &str| Attempt {
        number,
        worker_id: "wrk_01jd0000000000000000000001".into(),
        started_at: at(from),
        ended_at: at(to),
        outcome: outcome.into(),
        ..Attempt::default()
    };
    let group = Task {
        id: "rollout".into(),
        role: TaskRole::Plain.into(),
        status: TaskStatus::Failed.into(),
        needs: vec!["gate".into()],
        ..Task::default()
    };
    let gate = Task {
        id: "gate".into(),
        role: TaskRole::Plain.into(),
        status: TaskStatus::Succeeded.into(),
        ..Task::default()
    };
    let host = |n: i64| {
        let bad = n == 7;
        Task {
            id: format!("rollout[web-{n:02}.example.com]"),
            group_id: "rollout".into(),
            role: TaskRole::Instance.into(),
            status: if bad { TaskStatus::Failed } else { TaskStatus::Succeeded }.into(),
            attempts: match bad {
                true => vec![attempt(1, 90, 80, "failed"), attempt(2, 70, 40, "timed_out")],
                false => vec![attempt(1, 95 - n, 60 - n, "succeeded")],
            },
            ..Task::default()
        }
    };
    run.tasks = [gate, group].into_iter().chain((0..20).map(host)).collect();
    if let Some(summary) = &mut run.summary {
        summary.status = RunStatus::Failed.into();
        (summary.started_at, summary.ended_at) = (at(125), at(20));
    }
    run.receipt_id = "rcpt_01jd0000000000000000000009".into();
    run
}

/// One that was asked for has ended.
pub(super) fn got(run_id: &str, now: Timestamp) -> Answer {
    let run = Some(ended(run_id, now));
    Answer::Run(Box::new(GetRunResponse { run }))
}

/// What the runs have.
pub(super) fn artifacts(request: &ListArtifactsRequest, now: Timestamp, calm: bool) -> Answer {
    let one = |n: u8, name: &str, kind: &str, size_bytes: u64| ArtifactRecord {
        artifact_id: format!("art_01jd0000000000000000000{n:03}"),
        run_id: request.run_id.clone(),
        name: name.into(),
        kind: kind.into(),
        digest: format!("sha256:{}", format!("{n:02x}").repeat(32)),
        size_bytes,
        created_by: "wrk_01jd0000000000000000000001".into(),
        created_at: Some(to_wire(now - SignedDuration::from_secs(60))),
        signature: ArtifactSignature::Unsigned.into(),
        tier: "hot".into(),
        ..ArtifactRecord::default()
    };
    let sbom = ArtifactRecord {
        sbom_present: true,
        flags_source: FlagsSource::Derived.into(),
        found: "CycloneDX 1.6, 1 component".into(),
        signature: ArtifactSignature::Signed.into(),
        signed_by: "builder:ci".into(),
        signed_with: "SHA256:kX1".into(),
        ..one(1, "sbom.json", "sbom", SBOM.len() as u64)
    };
    let slsa = ArtifactRecord {
        slsa_provenance_present: true,
        flags_source: FlagsSource::Derived.into(),
        found: "SLSA provenance v1 by https://ci.example.com".into(),
        signature: ArtifactSignature::Unverifiable.into(),
        signature_problem: "no enrolled key made it".into(),
        signed_within: vec![ArtifactSigner {
            principal: "builder:ci".into(),
            fingerprint: "SHA256:kX1".into(),
        }],
        ..one(2, "provenance.jsonl", "slsa_provenance", 5_210)
    };
    let tar = ArtifactRecord {
        task_id: "snapshot".into(),
        ..one(171, "snapshot.tar.zst", "other", 34_000_000)
    };
    let artifacts = if calm { Vec::new() } else { vec![sbom, slsa, tar] };
    Answer::Artifacts(Box::new(ListArtifactsResponse { artifacts, ..<_>::default() }))
}

/// What reading one gives.
pub(super) fn fetched(wanted: &Fetch) -> Vec<FeedNews> {
    let digest = wanted.digest.clone();
    let text = wanted.file.is_none().then(|| SBOM.to_owned());
    let (size_bytes, file) = (SBOM.len() as u64, wanted.file.clone());
    let whole = Fetched::Whole { digest, size_bytes, text, file };
    vec![FeedNews::Fetched(whole), FeedNews::Ended(None)]
}

fn opened(size: (u16, u16), look: Look, ended: bool) -> Console {
    let mut console = Console::with(size, look, "dev");
    console.daemon.ended = ended;
    console.connect();
    console.press("Enter");
    console
}

/// The line of the screen that has a text.
fn line(console: &Console, needle: &str) -> String {
    let text = console.text();
    text.lines().find(|line| line.contains(needle)).unwrap_or_default().to_owned()
}

#[test]
fn a_wide_run_has_the_window_in_every_size_and_look() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let mut console = opened(size, looks("dark", false), false);
        console.press("w");
        compare(&format!("run-wide-{}x{}", size.0, size.1), &console.text());
    }
    let mut console = opened((80, 24), looks("mono", true), true);
    console.press("w Z g g");
    compare("run-wide-hosts-80x24-ascii", &console.text());
    let mut console = opened((120, 40), looks("dark", false), true);
    console.press("w g g j z G");
    compare("run-wide-hosts-120x40", &console.text());
    console.press("w");
    assert!(console.text().contains(" Runs ─"), "{}", console.text());
}

#[test]
fn hosts_and_their_tries_are_unfolded_and_the_selected_one_is_told_exactly() {
    let mut console = opened((120, 40), looks("dark", false), true);
    console.press("w g g j");
    assert!(line(&console, "rollout 20/20").contains("+ "), "{}", console.text());
    console.press("z");
    assert!(console.text().contains("web-07.example.com"), "{}", console.text());
    console.press("j j j j j j j j z j");
    let told = line(&console, "10.000s");
    assert!(told.contains("failed  14:01:52.000 to 14:02:02.000, 10.000s"), "{told}");
    console.press("z");
    assert!(!console.text().contains("    attempt 1"), "{}", console.text());
}

#[test]
fn time_is_zoomed_panned_and_fitted_and_the_selection_stays() {
    let mut console = opened((120, 40), looks("dark", false), false);
    console.press("w g g j");
    let chosen = |console: &Console| line(console, "▸ ✓").contains("drain");
    assert!(chosen(&console), "{}", console.text());
    console.press("+ +");
    let seen = console.text();
    assert!(seen.contains("31s of 2m 05s"), "{seen}");
    assert!(chosen(&console));
    console.press(">");
    assert_ne!(console.text(), seen);
    console.press("<");
    assert_eq!(console.text(), seen, "back where it was");
    console.press("_ f");
    assert!(!console.text().contains(" of 2m 05s"), "{}", console.text());
    console.press("f");
    let said = console.model.shared.messages.all().last().unwrap();
    assert!(said.text.contains("all of the time is seen"), "{}", said.text);
    assert!(console.daemon.changes.is_empty());
}

#[test]
fn a_person_who_is_waited_for_looks_other_than_work() {
    let mut console = Console::new((120, 40));
    console.daemon.rolls_out = true;
    console.connect();
    console.press("Enter w g g j");
    let id = console.model.screens.runs.open_id().unwrap().to_owned();
    let now: Timestamp = super::NOW.parse().unwrap();
    let held = TimelineEntry {
        seq: 99,
        at: Some(to_wire(now - SignedDuration::from_secs(40))),
        kind: "task.held".into(),
        task_id: "restart".into(),
        text: "restart waits for an answer".into(),
        ..TimelineEntry::default()
    };
    let news = WatchRunResponse {
        seq: 99,
        run: Some(super::rollout::run(&id, now)),
        entries: vec![held],
        last: false,
    };
    let feed = console.model.screens.runs.feed_of_run().unwrap();
    console.send(What::Feed(feed, FeedNews::Run(Box::new(news))));
    assert!(line(&console, "restart 1/3").contains("▒▒▒"), "{}", console.text());
    compare("run-wide-held-120x40", &console.text());
}

#[test]
fn with_reduced_motion_the_chart_moves_only_with_news() {
    let still = Look { reduced_motion: true, ..looks("dark", false) };
    let mut console = opened((120, 40), still, false);
    console.press("w");
    let chart = |console: &Console| -> Vec<String> {
        console.text().lines().skip(4).map(str::to_owned).collect()
    };
    let before = chart(&console);
    console.pass(SignedDuration::from_secs(120));
    assert_eq!(chart(&console), before);
}

#[test]
fn the_graph_is_opened_at_the_run_and_at_what_is_chosen_of_its_relations() {
    let mut console = opened((120, 40), looks("dark", false), false);
    console.press("v");
    assert_eq!(console.model.tab, Tab::Graph);
    let twin = console.model.screen().twin();
    assert!(twin.starts_with("conductor graph show run"), "{twin}");
    console.press("1 Tab Tab");
    for _ in 0..30 {
        let chosen = console.model.screen().chosen(&console.model.shared).unwrap_or_default();
        if chosen.starts_with("dec_") {
            break;
        }
        console.press("j");
    }
    let effects = console.press("v");
    assert_eq!(console.model.tab, Tab::Graph, "{effects:?}");
    console.press("1 Enter");
    assert_eq!(console.model.tab, Tab::Policy, "Enter opens it on the screen of its kind");
}

#[test]
fn the_receipt_is_opened_in_the_ledger_once_there_is_one() {
    let mut console = opened((120, 40), looks("dark", false), false);
    console.press("V");
    assert_eq!(console.model.tab, Tab::Runs);
    let said = console.model.shared.messages.all().last().unwrap();
    assert!(said.text.contains("has not ended"), "{}", said.text);
    let mut console = opened((120, 40), looks("dark", false), true);
    console.press("V");
    assert_eq!(console.model.tab, Tab::Ledger);
    assert!(console.text().contains("Receipt"), "{}", console.text());
}

#[test]
fn artifacts_are_listed_and_looked_at_in_every_size() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let mut console = opened(size, looks("dark", false), false);
        console.press("A");
        compare(&format!("artifacts-{}x{}", size.0, size.1), &console.text());
        console.press("Enter");
        compare(&format!("artifact-{}x{}", size.0, size.1), &console.text());
    }
    let mut console = opened((80, 24), looks("mono", true), false);
    console.press("A j");
    compare("artifacts-80x24-ascii", &console.text());
}

#[test]
fn artifacts_are_read_and_saved_with_their_digest_checked() {
    let mut console = opened((200, 60), looks("dark", false), false);
    console.press("A Enter");
    assert!(console.text().contains("its digest holds"), "{}", console.text());
    assert!(!console.text().contains('\u{1b}'));
    let twin = console.model.screen().twin();
    assert!(twin.starts_with("conductor artifacts show art_"), "{twin}");
    let effects = console.press("e");
    let [Effect::Watch(_, Feed::Artifact(wanted))] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(wanted.file.as_deref(), Some("sbom.json"));
    let said = console.model.shared.messages.all().last().unwrap();
    assert!(said.text.starts_with("wrote sbom.json: "), "{}", said.text);
    assert!(said.text.ends_with(", its digest holds"), "{}", said.text);
    // The first one takes away what was said.
    console.press("Esc Esc");
    assert!(console.model.screen().twin().starts_with("conductor artifacts list --run run_"));
    // What is too large is not read to be looked at.
    let effects = console.press("G Enter");
    assert!(effects.is_empty(), "{effects:?}");
    assert!(console.text().contains("too large"), "{}", console.text());
    console.press("Esc Esc");
    assert!(console.model.screen().twin().starts_with("conductor runs show"));
    assert!(console.daemon.changes.is_empty());
}

#[test]
fn an_artifact_of_the_relations_is_opened_by_its_name() {
    let mut console = opened((120, 40), looks("dark", false), false);
    console.press("Tab Tab G k k Enter");
    let chosen = console.model.screen().chosen(&console.model.shared).unwrap_or_default();
    assert!(chosen.ends_with("171"), "{chosen}\n{}", console.text());
}

#[test]
fn artifacts_empty_loading_denied_stale_and_damaged() {
    let mut console = Console::new((80, 24));
    console.daemon.calm = true;
    console.connect();
    console.press("Enter A");
    compare("artifacts-empty-80x24", &console.text());

    let mut console = opened((80, 24), looks("dark", false), false);
    console.send(What::Key(daemon::key("A")));
    compare("artifacts-loading-80x24", &console.text());

    let mut console = opened((80, 24), looks("dark", false), false);
    console.daemon.faults = true;
    console.press("A");
    compare("artifacts-denied-80x24", &console.text());

    let mut console = opened((80, 24), looks("dark", false), false);
    console.press("A");
    console.disconnect();
    console.pass(SignedDuration::from_secs(14));
    compare("artifacts-stale-80x24", &console.text());

    let mut console = opened((80, 24), looks("dark", false), false);
    console.press("A");
    let effects = console.send(What::Key(daemon::key("Enter")));
    let [Effect::Watch(id, _)] = effects[..] else { panic!("{effects:?}") };
    let fault = Fault {
        kind: FaultKind::Other,
        code: String::new(),
        message: "what came has the digest sha256:00, and sha256:01 was recorded".into(),
        hint: "nothing was kept of it".into(),
        approval: String::new(),
    };
    console.send(What::Feed(id, FeedNews::Ended(Some(fault))));
    compare("artifact-damaged-80x24", &console.text());
}
