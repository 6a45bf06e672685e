//! Schedules over the wire: what callers may rely on, by a real clock where a few seconds do.

use conductor_protocol::v1::{
    self, schedule_spec::Trigger, schedules_client::SchedulesClient, tenants_client::TenantsClient,
};

use crate::rig::{Client, NOOP, Rig, is};

fn spec(trigger: Trigger) -> v1::ScheduleSpec {
    v1::ScheduleSpec { workflow: "noop".into(), trigger: Some(trigger), ..Default::default() }
}

fn set(name: &str, trigger: Trigger) -> v1::SetScheduleRequest {
    v1::SetScheduleRequest { name: name.into(), spec: Some(spec(trigger)), ..Default::default() }
}

fn nightly() -> Trigger {
    Trigger::Cron("30 2 * * *".into())
}

fn schedules(client: &Client) -> SchedulesClient<tonic::transport::Channel> {
    SchedulesClient::new(client.channel())
}

async fn get(client: &Client, name: &str) -> Result<v1::Schedule, tonic::Status> {
    let request = v1::GetScheduleRequest { name: name.into(), ..Default::default() };
    Ok(schedules(client).get(request).await?.into_inner().schedule.unwrap())
}

/// The schedule once something became of a due time that is `wanted`.
async fn until(
    client: &Client,
    name: &str,
    wanted: impl Fn(&v1::ScheduleOutcome) -> bool,
) -> v1::Schedule {
    let mut commits = client.changes().await;
    loop {
        let found = get(client, name).await.unwrap();
        if found.recent.iter().any(&wanted) {
            return found;
        }
        commits.message().await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_a_version_and_every_version_can_be_looked_up() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let mut client = schedules(&admin);
    let first = client.set(set("nightly", nightly())).await.unwrap().into_inner();
    let schedule = first.schedule.unwrap();
    assert!(first.changed);
    assert_eq!((schedule.version, schedule.spec.as_ref().unwrap().zone.as_str()), (1, "UTC"));
    assert!(schedule.next.unwrap().shown.ends_with("02:30:00 +00:00"));
    assert!(schedule.decision_id.starts_with("dec_"));
    let same = client.set(set("nightly", nightly())).await.unwrap().into_inner();
    assert!(!same.changed, "it says this already");
    let mut edit = set("nightly", Trigger::EveryMs(3_600_000));
    edit.edits_version = Some(1);
    client.set(edit.clone()).await.unwrap();
    is(&client.set(edit).await.unwrap_err(), "SCHEDULE_VERSION_CONFLICT");
    let history = v1::ScheduleHistoryRequest { name: "nightly".into(), ..Default::default() };
    let versions = client.history(history).await.unwrap().into_inner().versions;
    let told: Vec<_> = versions.iter().map(|v| v.spec.clone().unwrap().trigger).collect();
    assert_eq!(told, [Some(Trigger::EveryMs(3_600_000)), Some(nightly())]);
    assert_eq!(versions[0].version, 2);
    let events = admin.events("schedule.").await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].subject, "nightly");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_times_are_told_for_a_schedule_and_for_one_to_be_tried() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    let mut client = schedules(&admin);
    let tried = v1::ScheduleSpec { zone: "Europe/Berlin".into(), ..spec(nightly()) };
    let request = v1::NextScheduleRequest {
        spec: Some(tried),
        count: 3,
        // 2027-03-27T12:00:00Z, before the clocks go forward.
        after: Some(pbjson_types::Timestamp { seconds: 1_806_148_800, nanos: 0 }),
        ..Default::default()
    };
    let times = client.next(request).await.unwrap().into_inner().times;
    let shown: Vec<_> = times.iter().map(|time| time.shown.as_str()).collect();
    assert_eq!(
        shown,
        ["2027-03-28 03:00:00 +02:00", "2027-03-29 02:30:00 +02:00", "2027-03-30 02:30:00 +02:00"]
    );
    let unknown = v1::NextScheduleRequest { name: "none".into(), ..Default::default() };
    is(&client.next(unknown).await.unwrap_err(), "SCHEDULE_NOT_FOUND");
    let wrong = v1::NextScheduleRequest {
        spec: Some(spec(Trigger::Cron("61 * * * *".into()))),
        ..Default::default()
    };
    is(&client.next(wrong).await.unwrap_err(), "SCHEDULE_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_is_refused_with_its_code() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    let mut client = schedules(&admin);
    is(&client.set(set("n", nightly())).await.unwrap_err(), "WORKFLOW_NOT_FOUND");
    admin.publish(NOOP).await;
    let mut atlantis = set("n", nightly());
    atlantis.spec.as_mut().unwrap().zone = "Europe/Atlantis".into();
    is(&client.set(atlantis).await.unwrap_err(), "SCHEDULE_INVALID");
    let mut wrong = set("n", nightly());
    wrong.spec.as_mut().unwrap().inputs_json = r#"{"host": 7}"#.into();
    is(&client.set(wrong).await.unwrap_err(), "INPUTS_INVALID");
    let bare = v1::SetScheduleRequest { name: "n".into(), ..Default::default() };
    is(&client.set(bare).await.unwrap_err(), "REQUEST_INVALID");
    for unknown in [7, -1] {
        let mut odd = set("n", nightly());
        odd.spec.as_mut().unwrap().overlap = unknown;
        is(&client.set(odd).await.unwrap_err(), "REQUEST_INVALID");
    }
    is(&get(&admin, "n").await.unwrap_err(), "SCHEDULE_NOT_FOUND");
    let backfill = v1::BackfillScheduleRequest { name: "n".into(), ..Default::default() };
    is(&client.backfill(backfill).await.unwrap_err(), "REQUEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_are_listed_by_name_in_pages() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let mut client = schedules(&admin);
    for number in [3, 1, 2] {
        client.set(set(&format!("s{number}"), nightly())).await.unwrap();
    }
    let mut names = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListSchedulesRequest { page_size: 2, page_token, ..Default::default() };
        let page = client.list(request).await.unwrap().into_inner();
        names.extend(page.schedules.into_iter().map(|schedule| schedule.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(names, ["s1", "s2", "s3"]);
    let other = v1::ListSchedulesRequest { workflow: "other".into(), ..Default::default() };
    assert_eq!(client.list(other).await.unwrap().into_inner().schedules, []);
    let bad = v1::ListSchedulesRequest { page_token: "w1:x".into(), ..Default::default() };
    is(&client.list(bad).await.unwrap_err(), "PAGE_TOKEN_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_start_a_run_may_have_it_started() {
    let rig = Rig::start().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.publish(NOOP).await;
    let mut client = schedules(&stranger);
    let every_second = || set("tick", Trigger::EveryMs(1_000));
    for role in ["read_only", "workflow_author"] {
        is(&client.set(every_second()).await.unwrap_err(), "PERMISSION_DENIED");
        admin.grant("tcp:anonymous", role).await;
    }
    is(&client.set(every_second()).await.unwrap_err(), "PERMISSION_DENIED");
    admin.grant("tcp:anonymous", "operator").await;
    client.set(every_second()).await.unwrap();
    let ran = until(&admin, "tick", |outcome| !outcome.run_id.is_empty()).await;
    assert_eq!(ran.owner, "tcp:anonymous");
    let run_id = ran.recent[0].run_id.clone();
    let request = v1::GetRunRequest { run_id, ..Default::default() };
    let run = admin.runs().get(request).await.unwrap().into_inner().run.unwrap();
    let summary = run.summary.unwrap();
    assert_eq!((summary.owner.as_str(), summary.schedule.as_str()), ("tcp:anonymous", "tick"));
    assert_eq!(summary.schedule_due, ran.recent[0].due);

    let revoke = v1::RevokeRequest {
        principal: "tcp:anonymous".into(),
        role: "operator".into(),
        ..Default::default()
    };
    admin.system().revoke(revoke).await.unwrap();
    let denied = until(&admin, "tick", |outcome| outcome.skipped == "denied").await;
    let why = &denied.recent.iter().find(|outcome| outcome.skipped == "denied").unwrap().note;
    assert!(why.contains("may not run.start"), "{why}");
    let list = v1::ListDecisionsRequest { denials_only: true, ..Default::default() };
    let denials = admin.system().list_decisions(list).await.unwrap().into_inner().decisions;
    let on_record = denials.iter().find(|denial| denial.action == "run.start");
    assert_eq!(on_record.map(|denial| denial.principal.as_str()), Some("tcp:anonymous"));
    let runs = admin.events("run.started").await.len();
    let skips = get(&admin, "tick").await.unwrap().skips;
    until(&admin, "tick", |_| true).await;
    while get(&admin, "tick").await.unwrap().skips < skips + 2 {
        admin.changes().await.message().await.unwrap();
    }
    assert_eq!(admin.events("run.started").await.len(), runs, "not one more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_a_removal_and_a_backfill_are_repeated_safely() {
    let rig = Rig::start().await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let mut client = schedules(&admin);
    let mut hourly = set("hourly", Trigger::EveryMs(3_600_000));
    // 2026-01-01, so that there is something to run again.
    hourly.spec.as_mut().unwrap().from =
        Some(pbjson_types::Timestamp { seconds: 1_767_225_600, nanos: 0 });
    client.set(hourly).await.unwrap();
    let at = |hour: i64| {
        Some(pbjson_types::Timestamp { seconds: 1_767_225_600 + hour * 3_600, nanos: 0 })
    };
    let backfill = v1::BackfillScheduleRequest {
        name: "hourly".into(),
        from: at(1),
        to: at(3),
        idempotency_key: "again".into(),
        ..Default::default()
    };
    for _ in 0..2 {
        client.backfill(backfill.clone()).await.unwrap();
    }
    let done = until(&admin, "hourly", |outcome| outcome.due == at(3)).await;
    let mut due: Vec<_> = done.recent.iter().map(|outcome| outcome.due).collect();
    due.reverse();
    assert_eq!(due, [at(1), at(2), at(3)], "each once, in order");
    assert!(done.recent.iter().all(|outcome| outcome.cause == "backfill"));
    let pause = v1::PauseScheduleRequest {
        name: "hourly".into(),
        reason: "storm".into(),
        idempotency_key: "rest".into(),
        ..Default::default()
    };
    for _ in 0..2 {
        let paused = client.pause(pause.clone()).await.unwrap().into_inner().schedule.unwrap();
        assert!(paused.paused && paused.next.is_none());
        assert_eq!(paused.paused_reason, "storm");
    }
    let resume = v1::ResumeScheduleRequest { name: "hourly".into(), ..Default::default() };
    let on = client.resume(resume).await.unwrap().into_inner().schedule.unwrap();
    assert!(!on.paused && on.next.is_some());
    let remove = v1::RemoveScheduleRequest {
        name: "hourly".into(),
        idempotency_key: "gone".into(),
        ..Default::default()
    };
    for _ in 0..2 {
        client.remove(remove.clone()).await.unwrap();
    }
    is(&get(&admin, "hourly").await.unwrap_err(), "SCHEDULE_NOT_FOUND");
    let again = v1::RemoveScheduleRequest { name: "hourly".into(), ..Default::default() };
    is(&client.remove(again).await.unwrap_err(), "SCHEDULE_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_says_whom_it_is_about_and_holds_up_forgetting_them() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let mut client = schedules(&admin);
    let about = |who: &str, trigger| {
        let spec = v1::ScheduleSpec { subject: who.into(), ..spec(trigger) };
        v1::SetScheduleRequest { spec: Some(spec), ..set("statement", nightly()) }
    };
    client.set(about("customer-4711", nightly())).await.unwrap();
    is(&client.set(about("customer-471", nightly())).await.unwrap_err(), "SCHEDULE_INVALID");
    client.set(about("", Trigger::EveryMs(3_600_000))).await.unwrap();
    let told = get(&admin, "statement").await.unwrap();
    assert_eq!((told.version, told.spec.unwrap().subject.as_str()), (2, "customer-4711"));

    let mut tenants = TenantsClient::new(admin.channel());
    let all = tenants.list_subjects(v1::ListSubjectsRequest::default()).await.unwrap();
    let [one] = &all.into_inner().subjects[..] else { panic!("one") };
    assert_eq!((one.name.as_str(), one.runs), ("customer-4711", 0));
    let forget = |who: &str, dry_run| v1::ForgetSubjectRequest {
        subject: who.into(),
        reason: "their request".into(),
        dry_run,
        ..Default::default()
    };
    let would = tenants.forget_subject(forget("customer-4711", true)).await.unwrap().into_inner();
    assert_eq!((would.schedules, would.runs), (vec!["statement".to_owned()], 0));
    assert_eq!(would.in_the_way, ["schedule statement goes on"]);
    assert!(would.records >= 4, "{}", would.records);
    // A name with a mistake in it is nobody's, and nobody is asked to approve it.
    for dry_run in [true, false] {
        let refused = tenants.forget_subject(forget("customer-471", dry_run)).await.unwrap_err();
        is(&refused, "SUBJECT_UNKNOWN");
    }
    assert!(admin.events("approval.").await.is_empty());
}
