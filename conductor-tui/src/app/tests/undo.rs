//! What a message of success offers to take back: which change has an inverse, and that it is asked about.

use conductor_protocol::v1::{
    self, Bound, ChangeRunResponse, Freeze, FreezeReach, FreezeState, FreezeWindow, OpenRuns,
    RunStatus, Schedule, Tenant, TenantGuest, TenantPatch, TenantSettings, TenantSuspension,
    Workflow, freeze_reach::Reach,
};
use jiff::SignedDuration;

use super::{Console, daemon::key};
use crate::app::{
    Answer, Effect, Fault, FaultKind, Level, Mutation, TenantChange, Ticket, frost::Frost,
    msg::What, time::to_wire,
};

const SIZE: (u16, u16) = (120, 40);

fn succeeded(console: &mut Console, mutation: Mutation, answer: Answer) {
    let effects = console.send(What::Reply(Ticket::Changed(mutation), Ok(answer)));
    console.answer(effects);
}

fn last_said(console: &Console) -> (String, String) {
    let last = console.model.shared.messages.all().next_back();
    last.map(|said| (said.text.clone(), said.more.clone())).unwrap_or_default()
}

/// The command of what the key asks about after a change; nothing where it asks nothing.
fn inverse(console: &mut Console, mutation: &Mutation, answer: Answer) -> Option<String> {
    let before = console.model.shared.messages.all().count();
    succeeded(console, mutation.clone(), answer);
    let fresh = console.model.shared.messages.all().count() > before;
    let offers = fresh && last_said(console).1.starts_with("o undoes ");
    console.press("o");
    let said = last_said(console);
    assert_eq!(console.model.layers.len(), usize::from(offers), "{mutation:?} {said:?}");
    if !offers {
        return None;
    }
    let effects = console.send(What::Key(key("^y")));
    console.press("Esc");
    assert_eq!(console.daemon.changes, [], "nothing is undone by the key alone");
    match &effects[..] {
        [Effect::Copy(twin)] => Some(twin.clone()),
        other => panic!("{other:?}"),
    }
}

/// Asserts what takes each of them back.
fn each(console: &mut Console, table: Vec<(Mutation, Answer, Option<&str>)>) {
    for (mutation, answer, expected) in table {
        let found = inverse(console, &mutation, answer);
        assert_eq!(found.as_deref(), expected, "{mutation:?}");
    }
}

fn changed_run() -> Answer {
    Answer::ChangedRun(ChangeRunResponse { status: RunStatus::Running.into(), seq: 91 })
}

fn lifecycle(version: &str) -> Answer {
    let workflow =
        Workflow { name: "triage".into(), version: version.into(), ..Workflow::default() };
    Answer::Lifecycle(v1::WorkflowLifecycleResponse { workflows: vec![workflow], ..<_>::default() })
}

fn deprecate(version: &str, undo: bool) -> Mutation {
    let (name, version, reason) = ("triage".into(), version.into(), "slow".into());
    Mutation::Deprecate(v1::DeprecateWorkflowRequest {
        name,
        version,
        reason,
        undo,
        ..<_>::default()
    })
}

#[test]
fn runs_and_schedules_go_on_or_rest_again_and_what_ran_has_run() {
    let run = || "run_01jd0000000000009999999999".to_owned();
    let schedule = |paused| {
        Answer::Schedule(Box::new(Schedule { name: "nightly".into(), paused, ..<_>::default() }))
    };
    let started = || Answer::Started(<_>::default());
    let task = || (run(), "drain".to_owned());
    let mut console = Console::live(SIZE);
    let table = vec![
        (
            Mutation::Pause(v1::PauseRunRequest { run_id: run(), ..<_>::default() }),
            changed_run(),
            Some("conductor runs resume run_01jd0000000000009999999999"),
        ),
        (
            Mutation::Resume(v1::ResumeRunRequest { run_id: run(), ..<_>::default() }),
            changed_run(),
            Some("conductor runs pause run_01jd0000000000009999999999"),
        ),
        (
            Mutation::PauseSchedule(v1::PauseScheduleRequest {
                name: "nightly".into(),
                ..<_>::default()
            }),
            schedule(true),
            Some("conductor schedules resume nightly"),
        ),
        (
            Mutation::ResumeSchedule(v1::ResumeScheduleRequest {
                name: "nightly".into(),
                ..<_>::default()
            }),
            schedule(false),
            Some("conductor schedules pause nightly"),
        ),
        (Mutation::Start(<_>::default(), <_>::default()), started(), None),
        (
            Mutation::Cancel(v1::CancelRunRequest { run_id: run(), ..<_>::default() }),
            Answer::Cancelled(<_>::default()),
            None,
        ),
        (Mutation::Rerun(v1::RerunRunRequest { run_id: run(), ..<_>::default() }), started(), None),
        (
            Mutation::Skip({
                let (run_id, task_id) = task();
                v1::SkipTaskRequest { run_id, task_id, ..<_>::default() }
            }),
            changed_run(),
            None,
        ),
        (
            Mutation::Release({
                let (run_id, task_id) = task();
                v1::ReleaseTaskRequest { run_id, task_id, ..<_>::default() }
            }),
            changed_run(),
            None,
        ),
    ];
    each(&mut console, table);
}

#[test]
fn a_warning_is_taken_back_and_what_is_retired_or_said_stays_so() {
    let mut console = Console::live(SIZE);
    let review = v1::ReviewWorkflowRequest { accepted: true, ..<_>::default() };
    let table = vec![
        (
            deprecate("1.0.0", false),
            lifecycle("1.0.0"),
            Some("conductor workflows deprecate triage@1.0.0 --undo"),
        ),
        // Nothing was changed; of every version nobody knows; nobody knows the warning of before.
        (deprecate("1.0.0", false), Answer::Lifecycle(<_>::default()), None),
        (deprecate("", false), lifecycle("1.0.0"), None),
        (deprecate("1.0.0", true), lifecycle("1.0.0"), None),
        (Mutation::Retire(<_>::default()), lifecycle("1.0.0"), None),
        (Mutation::Review(review), lifecycle("1.0.0"), None),
    ];
    each(&mut console, table);
}

#[test]
fn the_bundle_of_before_decides_again() {
    let mut console = Console::live(SIZE);
    let revision = "sha256:0aa1b2c3".to_owned();
    let back = Mutation::RollBack(v1::RollBackRequest {
        revision: revision.clone(),
        reason: "wrong".into(),
        ..<_>::default()
    });
    let answer = || Answer::RolledBack(v1::RollBackResponse { revision: revision.clone() });
    // What decided before is not known before the screen was looked at.
    assert_eq!(inverse(&mut console, &back, answer()), None);
    console.press("6 b");
    let decided = console.model.screens.policy.decides().unwrap().revision.clone();
    let twin = format!("conductor policy rollback {decided} --reason 'undone: wrong'");
    assert_eq!(inverse(&mut console, &back, answer()), Some(twin));
}

fn freeze(name: &str, stops: &str) -> Freeze {
    Freeze {
        name: name.into(),
        reach: Some(FreezeReach { reach: Some(Reach::Environment("dev".into())) }),
        window: Some(FreezeWindow {
            from: "2026-11-20T10:00:00Z".into(),
            until: "2026-11-30T10:00:00Z".into(),
            ..<_>::default()
        }),
        reason: "storm".into(),
        state: FreezeState::Holds.into(),
        stops: stops.into(),
        ..<_>::default()
    }
}

#[test]
fn what_was_frozen_is_lifted_and_what_was_lifted_is_frozen_as_it_was() {
    let mut console = Console::live(SIZE);
    let reason = || "mistyped".to_owned();
    let set = v1::SetFreezeRequest { name: "storm".into(), reason: reason(), ..<_>::default() };
    let switch = v1::SwitchKillRequest { reason: reason(), ..<_>::default() };
    let lift = |name: &str| {
        let request = v1::LiftFreezeRequest { name: name.into(), ..<_>::default() };
        Mutation::Frost(Frost::Lift(request))
    };
    let frozen = |name: &str, stops: &str| Answer::Frozen(Box::new(freeze(name, stops)), 3);
    let kill = "kill-switch:environment:dev";
    let table = vec![
        (
            Mutation::Frost(Frost::Set(set.clone())),
            frozen("storm", ""),
            Some("conductor freeze lift storm --reason 'undone: mistyped'"),
        ),
        // It was there before: what is set now is another end of it.
        (Mutation::Frost(Frost::Set(set)), frozen("storm", ""), None),
        (
            Mutation::Frost(Frost::Switch(switch)),
            frozen(kill, "cancel"),
            Some("conductor freeze lift kill-switch:environment:dev --reason 'undone: mistyped'"),
        ),
        (
            lift("storm"),
            Answer::Thawed,
            Some(
                "conductor freeze set storm --environment dev --until 2026-11-30T10:00:00Z \
                 --reason storm",
            ),
        ),
        (lift(kill), Answer::Thawed, None),
    ];
    each(&mut console, table);
    succeeded(&mut console, lift("storm"), Answer::Thawed);
    console.press("o");
    assert!(console.text().contains("type dev to go on"), "{}", console.text());
}

fn tenant(console: &Console) -> Tenant {
    let now = console.model.shared.now;
    let guest = TenantGuest {
        principal: "uid:1001".into(),
        until: Some(to_wire(now + SignedDuration::from_mins(95))),
        reason: "incident 4711".into(),
        ..<_>::default()
    };
    let suspended = TenantSuspension {
        reason: "contract ended".into(),
        runs: OpenRuns::Pause.into(),
        ..<_>::default()
    };
    Tenant {
        name: "acme".into(),
        settings: Some(TenantSettings {
            profile: "saas".into(),
            quotas: [("large".to_owned(), 4)].into(),
            ..<_>::default()
        }),
        version: 4,
        guests: vec![guest],
        suspended: Some(suspended),
        ..<_>::default()
    }
}

#[test]
fn a_tenant_is_set_as_it_was_and_one_that_is_made_or_gone_stays_so() {
    let mut console = Console::live(SIZE);
    console.press("9");
    let before = tenant(&console);
    let name = || "acme".to_owned();
    let bound = |value| Bound { value };
    let patch = TenantPatch {
        profile: Some("internal".into()),
        business_unit: Some("ops".into()),
        quotas: [("large".to_owned(), bound(Some(8))), ("small".to_owned(), bound(Some(2)))].into(),
        edits_version: Some(4),
        ..<_>::default()
    };
    let admit = |principal: &str| {
        let principal = principal.to_owned();
        TenantChange::Admit(v1::AdmitGuestRequest { name: name(), principal, ..<_>::default() })
    };
    let dismiss =
        v1::DismissGuestRequest { name: name(), principal: "uid:1001".into(), ..<_>::default() };
    let table: Vec<(TenantChange, Option<&str>)> = vec![
        (
            TenantChange::Suspend(v1::SuspendTenantRequest { name: name(), ..<_>::default() }),
            Some("conductor tenant resume acme"),
        ),
        (
            TenantChange::Resume(v1::ResumeTenantRequest { name: name(), ..<_>::default() }),
            Some("conductor tenant suspend acme --reason 'contract ended' --runs pause"),
        ),
        (
            TenantChange::Configure(v1::ConfigureTenantRequest {
                name: name(),
                patch: Some(patch),
                ..<_>::default()
            }),
            Some(
                "conductor tenant set acme --profile saas --business-unit '' --quota large=4 \
                 --quota small= --if-version 5",
            ),
        ),
        (admit("uid:1007"), Some("conductor --tenant acme tenant dismiss uid:1007")),
        // Who was a guest before was given more time.
        (admit("uid:1001"), None),
        (
            TenantChange::Dismiss(dismiss),
            Some(
                "conductor --tenant acme tenant admit uid:1001 --for 95m --reason 'incident 4711'",
            ),
        ),
        (TenantChange::Create(v1::CreateTenantRequest { name: name(), ..<_>::default() }), None),
        (TenantChange::Forget(v1::ForgetTenantRequest { name: name(), ..<_>::default() }), None),
    ];
    for (change, expected) in table {
        console.model.screens.tenants.changed(before.clone());
        let now = Answer::Tenant(Box::new(Tenant { version: 5, ..before.clone() }), true);
        let change = Mutation::Tenant(Box::new(change));
        assert_eq!(inverse(&mut console, &change, now).as_deref(), expected, "{change:?}");
        // Where it was so before there is nothing to undo.
        let now = Answer::Tenant(Box::new(before.clone()), false);
        assert_eq!(inverse(&mut console, &change, now), None, "{change:?}");
    }
}

#[test]
fn who_was_sent_away_is_let_in_again_for_what_is_left_of_their_time() {
    let mut console = Console::live(SIZE);
    console.press("9");
    let before = tenant(&console);
    console.model.screens.tenants.changed(before.clone());
    let (name, principal) = ("acme".into(), "uid:1001".into());
    let dismiss = v1::DismissGuestRequest { name, principal, ..<_>::default() };
    let dismiss = Mutation::Tenant(Box::new(TenantChange::Dismiss(dismiss)));
    let gone = Tenant { guests: Vec::new(), ..before };
    succeeded(&mut console, dismiss, Answer::Tenant(Box::new(gone), true));
    console.pass(SignedDuration::from_mins(35));
    console.press("o");
    assert!(console.text().contains("--for 1h"), "{}", console.text());
    console.press("Esc");
    console.pass(SignedDuration::from_mins(60));
    console.press("o");
    assert!(console.text().contains("can't undo it: its time has ended"), "{}", console.text());
    assert!(console.model.layers.is_empty());
}

/// Pauses the schedule that the cursor is on.
fn paused() -> Console {
    let mut console = Console::live(SIZE);
    console.press("5 p Tab Enter");
    assert_eq!(console.daemon.changes.len(), 1);
    console
}

#[test]
fn the_key_asks_and_yes_takes_it_back_and_offers_the_way_forth() {
    let mut console = paused();
    assert!(console.text().contains("o undoes it"), "{}", console.text());
    console.press("o");
    let text = console.text();
    assert!(text.contains("Let this schedule go on?"), "{text}");
    assert!(text.contains("takes back: conductor schedules pause nightly"), "{text}");
    // Enter alone keeps it as it is, and it stays on offer.
    console.press("Enter");
    assert_eq!(console.daemon.changes.len(), 1);
    console.press("o Tab Enter");
    assert!(
        matches!(&console.daemon.changes[1..], [Mutation::ResumeSchedule(it)] if it.name == "nightly"),
        "{:?}",
        console.daemon.changes
    );
    console.press("o");
    assert!(console.text().contains("Let this schedule rest?"), "{}", console.text());
}

#[test]
fn it_is_refused_where_any_change_would_be() {
    let mut console = paused();
    console.disconnect();
    console.press("o");
    let why = "can't undo it: not connected (changes are refused, not queued)";
    assert_eq!(last_said(&console).0, why);
    assert!(console.model.layers.is_empty());
    console.connect();
    console.press("o");
    assert_eq!(console.model.layers.len(), 1, "it is still on offer");

    let mut console = paused();
    console.model.shared.read_only = true;
    console.press("o");
    assert_eq!(last_said(&console).0, "can't undo it: this console is read-only");

    let mut console = paused();
    console.command("tenant globex");
    console.connect();
    console.press("o");
    assert!(last_said(&console).0.contains("no message offered anything"), "it was of acme");
}

#[test]
fn in_production_the_name_is_typed() {
    let mut console = Console::with(SIZE, super::looks("dark", false), "prod");
    console.connect();
    let run_id = "run_01jd0000000000009999999999".to_owned();
    let pause = Mutation::Pause(v1::PauseRunRequest { run_id, ..<_>::default() });
    succeeded(&mut console, pause, changed_run());
    console.press("o");
    assert!(console.text().contains("type restart-payments to go on"), "{}", console.text());
    console.press("Tab Enter");
    assert_eq!(console.daemon.changes, []);
    console.press("o");
    console.write("restart-payments");
    console.press("Enter Enter");
    assert!(matches!(&console.daemon.changes[..], [Mutation::Resume(_)]));
}

#[test]
fn the_key_is_about_the_last_change() {
    let mut console = paused();
    let run_id = "run_01jd0000000000009999999999".to_owned();
    let cancel = Mutation::Cancel(v1::CancelRunRequest { run_id, ..<_>::default() });
    succeeded(&mut console, cancel, Answer::Cancelled(<_>::default()));
    console.press("o");
    assert!(last_said(&console).0.contains("no message offered anything"));
}

#[test]
fn many_that_were_paused_go_on_by_one_yes_and_those_that_failed_are_left_out() {
    let mut console = Console::live(SIZE);
    console.press(&["Space"; 10].join(" "));
    console.press("p Tab");
    let sent = console.send(What::Key(key("Enter")));
    let sent: Vec<Mutation> = sent
        .iter()
        .filter_map(|effect| match effect {
            Effect::Change(confirmed) => Some(confirmed.get().clone()),
            _ => None,
        })
        .collect();
    assert!(sent.len() > 1, "{sent:?}");
    let failed = Fault {
        kind: FaultKind::Denied,
        code: "POLICY_DENIED".into(),
        message: "not yours".into(),
        hint: String::new(),
        approval: String::new(),
    };
    for (at, one) in sent.iter().enumerate() {
        let answer = if at == 0 { Err(failed.clone()) } else { Ok(changed_run()) };
        console.send(What::Reply(Ticket::Changed(one.clone()), answer));
    }
    let last = console.model.shared.messages.all().next_back().unwrap();
    assert_eq!(last.level, Level::Error);
    assert!(last.more.starts_with("o undoes them"), "{}", last.more);
    console.press("o Tab Enter");
    let undone = console.daemon.changes.len();
    assert_eq!(undone, sent.len() - 1, "{:?}", console.daemon.changes);
    assert!(console.daemon.changes.iter().all(|one| matches!(one, Mutation::Resume(_))));
}
