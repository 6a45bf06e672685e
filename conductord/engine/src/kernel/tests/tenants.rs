//! Laws of tenants in the kernel: who is there, what a suspension stops, what is spent, and that
//! whoever comes from another tenant leaves evidence in both.

use std::collections::BTreeMap;

use conductor_domain::{
    event::{Envelope, Event},
    intent::schedule::{self, Draft, DraftTrigger, Missed, Overlap, Why},
    org::{
        identity::Described,
        tenant::{Change, OpenRuns, Patch, Settings},
    },
    scope::{Principal, Scope},
    trust::{bundle::Drift, decision::Recorded},
    window::Window,
    work::run::RunStatus,
};
use conductor_protocol::{error_code::Code, id::RunId, manifest, verdict::Spend};
use serde_json::Map;

use super::bench::{Bench, code, started};
use crate::{
    command::{Answer, Command, Context, Rejection, RunChange},
    facts::TenantDefaults,
    kernel::{Input, PolicyNews},
    ports::{Archive as _, Lease, Outcome},
    views,
};

/// Far longer than what is still punctual.
const SPAN: u64 = 6 * 3_600_000;

fn scope(tenant: &str) -> Scope {
    Scope { tenant: tenant.into(), ..Scope::default() }
}

fn context(bench: &Bench, tenant: &str) -> Context {
    let mut context = bench.context(None);
    context.scope = scope(tenant);
    context.ruling.question.context.tenant_id = tenant.into();
    context
}

fn submit(bench: &mut Bench, tenant: &str, command: Command) -> Result<Answer, Rejection> {
    let context = context(bench, tenant);
    bench.submit(context, command)
}

fn change(bench: &mut Bench, tenant: &str, change: Change) -> Result<Answer, Rejection> {
    submit(bench, tenant, Command::Tenant { change })
}

fn suspend(bench: &mut Bench, runs: OpenRuns) -> Result<Answer, Rejection> {
    change(bench, "acme", Change::Suspend("unpaid".into(), runs))
}

fn resume(bench: &mut Bench) -> Result<Answer, Rejection> {
    change(bench, "acme", Change::Resume(String::new()))
}

fn publish(bench: &mut Bench, tenant: &str) -> Result<Answer, Rejection> {
    let source = "name: laws\nversion: 1.0.0\ntasks:\n- {id: a, uses: 'pkg:builtin/noop@1'}\n\
                  - {id: b, uses: 'pkg:builtin/noop@1', needs: [a]}\n";
    let manifest = Box::new(manifest::parse(source).unwrap());
    submit(
        bench,
        tenant,
        Command::Publish { manifest, provenance: Box::default(), signatures: Vec::new() },
    )
}

/// A bench with a worker and the tenant `acme`, which has a workflow.
fn with_acme() -> Bench {
    let mut bench = Bench::new();
    bench.open_worker(false);
    change(&mut bench, "acme", Change::Create(Box::default())).unwrap();
    publish(&mut bench, "acme").unwrap();
    bench
}

fn start(bench: &mut Bench) -> Result<Answer, Rejection> {
    let command = bench.start_command();
    submit(bench, "acme", command)
}

fn status(bench: &Bench, run: RunId) -> RunStatus {
    bench.views.run("acme", run).unwrap().unwrap().status
}

fn finish(bench: &mut Bench, leases: &[Lease]) {
    for lease in leases {
        assert_eq!(bench.complete(lease, Outcome::Succeeded), Ok(()));
    }
}

#[test]
fn nothing_begins_in_a_tenant_that_nobody_created() {
    let mut bench = Bench::with_workflow();
    let before = bench.kinds().len();
    let grant = Command::Grant { principal: Principal::uid(7), role: "operator".into() };
    assert_eq!(code(publish(&mut bench, "acme")), Some(Code::TenantUnknown));
    assert_eq!(code(submit(&mut bench, "acme", grant.clone())), Some(Code::TenantUnknown));
    let configure = Change::Configure(Box::default());
    assert_eq!(code(change(&mut bench, "acme", configure)), Some(Code::TenantUnknown));
    assert_eq!(bench.kinds().len(), before);
    change(&mut bench, "acme", Change::Create(Box::default())).unwrap();
    let again = change(&mut bench, "acme", Change::Create(Box::default()));
    assert_eq!(code(again), Some(Code::TenantExists));
    submit(&mut bench, "acme", grant).unwrap();
    bench.restart();
    publish(&mut bench, "acme").unwrap();
    assert_eq!(bench.views.tenants().len(), 2, "the home tenant, and this one");
}

#[test]
fn a_tenant_of_an_older_ledger_needs_no_record() {
    let mut bench = Bench::with_workflow();
    // As a daemon of an earlier version wrote it.
    let mut envelope = bench.envelopes().pop().unwrap();
    envelope.scope = scope("acme");
    bench.ledger.push(&envelope);
    bench.restart();
    start(&mut bench).unwrap();
    let acme = bench.views.tenant("acme").unwrap();
    assert_eq!((&acme.created_by, acme.version), (&None, 0));
    let patch = Patch { profile: Some("saas".into()), ..Patch::default() };
    change(&mut bench, "acme", Change::Configure(Box::new(patch))).unwrap();
    assert_eq!(bench.views.tenant("acme").unwrap().version, 1);
}

#[test]
fn a_suspended_tenant_starts_nothing_and_what_runs_goes_on() {
    let mut bench = with_acme();
    let run = started(start(&mut bench));
    suspend(&mut bench, OpenRuns::Finish).unwrap();
    assert_eq!(code(start(&mut bench)), Some(Code::TenantSuspended));
    bench.restart();
    bench.open_worker(false);
    assert_eq!(code(start(&mut bench)), Some(Code::TenantSuspended), "a restart does not forget");
    bench.now += crate::limits::LEASE_TTL_MS + 1;
    bench.step(vec![]);
    while status(&bench, run) != RunStatus::Succeeded {
        let leases = bench.leases();
        assert!(!leases.is_empty(), "it goes on to its end");
        finish(&mut bench, &leases);
    }
    resume(&mut bench).unwrap();
    start(&mut bench).unwrap();
}

#[test]
fn runs_that_a_suspension_pauses_go_on_with_their_tenant_and_others_rest_on() {
    let mut bench = with_acme();
    let (mine, other) = (started(start(&mut bench)), started(start(&mut bench)));
    let pause = RunChange::Pause { reason: "mine".into() };
    submit(&mut bench, "acme", Command::Change { run: mine, change: pause }).unwrap();
    bench.now += 1;
    let leases = bench.leases();
    suspend(&mut bench, OpenRuns::Pause).unwrap();
    assert_eq!(status(&bench, other), RunStatus::Paused);
    finish(&mut bench, &leases);
    assert!(bench.leases().is_empty(), "what was under way ends, and nothing follows");
    let go_on = RunChange::Resume { reason: String::new() };
    let early = submit(&mut bench, "acme", Command::Change { run: other, change: go_on });
    assert_eq!(code(early), Some(Code::TenantSuspended));
    bench.now += 1;
    resume(&mut bench).unwrap();
    assert_eq!(status(&bench, mine), RunStatus::Paused, "somebody else paused it");
    let leases = bench.leases();
    assert_eq!(leases.iter().map(|lease| lease.run).collect::<Vec<_>>(), [other]);
    finish(&mut bench, &leases);
    assert_eq!(status(&bench, other), RunStatus::Succeeded);
}

fn schedule_now_and_then(bench: &mut Bench, missed: Missed) {
    let draft = Draft {
        workflow: "laws".into(),
        workflow_version: String::new(),
        inputs: Map::new(),
        trigger: DraftTrigger::Every(SPAN, None),
        zone: String::new(),
        overlap: Overlap::Queue,
        missed,
        missed_window_ms: 0,
        jitter_ms: 0,
        description: String::new(),
        subject: String::new(),
        edits_version: None,
    };
    let change = schedule::Change::Set(Box::new(draft));
    submit(bench, "acme", Command::Schedule { name: "now-and-then".into(), change }).unwrap();
}

fn fired(bench: &Bench) -> usize {
    bench.kinds().iter().filter(|kind| **kind == "run.started").count()
}

#[test]
fn schedules_wait_and_what_they_missed_is_settled_as_they_say() {
    for (missed, runs) in [(Missed::Skip, 0), (Missed::Once, 1)] {
        let mut bench = with_acme();
        schedule_now_and_then(&mut bench, missed);
        suspend(&mut bench, OpenRuns::Finish).unwrap();
        for _ in 0..10 {
            bench.now += SPAN;
            bench.step(vec![]);
        }
        bench.restart();
        bench.open_worker(false);
        bench.now += SPAN / 2;
        bench.step(vec![]);
        assert_eq!(fired(&bench), 0, "{missed:?}");
        // Between two due times, so that none of them is punctual.
        resume(&mut bench).unwrap();
        bench.step(vec![]);
        assert_eq!(fired(&bench), runs, "{missed:?}");
        let skips: u64 = bench
            .envelopes()
            .iter()
            .filter_map(|envelope| match &envelope.event {
                Event::ScheduleSkipped(event) if event.why == Why::Missed => Some(event.count),
                _ => None,
            })
            .sum();
        assert_eq!(skips + runs as u64, 10, "every one is settled: {missed:?}");
    }
}

/// Decisions on record in a tenant.
fn decisions(bench: &Bench, tenant: &str) -> Vec<Recorded> {
    let of_tenant = |envelope: Envelope| match envelope.event {
        Event::DecisionRecorded(event) if envelope.scope.tenant == tenant => Some(*event),
        _ => None,
    };
    bench.envelopes().into_iter().filter_map(of_tenant).collect()
}

#[test]
fn whoever_comes_from_another_tenant_leaves_evidence_in_both() {
    let mut bench = with_acme();
    // The bench's principal is the home tenant's administrator, and holds no role in `acme`.
    let before = decisions(&bench, "default").len();
    let run = started(start(&mut bench));
    let (there, here) = (decisions(&bench, "acme"), decisions(&bench, "default"));
    assert_eq!(here.len(), before + 1);
    let (there, here) = (there.last().unwrap(), here.last().unwrap());
    assert_eq!((there.id, there.input.resource.id.as_str()), (here.id, "laws"));
    assert_eq!((here.input.action.as_str(), here.verdict.allow), ("run.start", true));
    assert_eq!(here.input.context.tenant_id, "acme");
    let kept = serde_json::to_string(here).unwrap();
    assert!(!kept.contains("laws") && !kept.contains(&run.to_string()), "{kept}");
    // The ruling of a run stands right before its start: that is how it is found.
    let first = bench.views.run("acme", run).unwrap().unwrap().seqs[0];
    let ruling = &bench.envelopes()[usize::try_from(first).unwrap() - 2];
    assert_eq!((ruling.event.kind(), ruling.scope.tenant.as_str()), ("decision.recorded", "acme"));

    // Reads are counted, in both.
    for _ in 0..5 {
        let mut read = context(&bench, "acme");
        read.ruling.question.action = "run.read".into();
        read.ruling.question.resource.id = run.to_string();
        bench.submit(read, Command::Note).unwrap();
    }
    let reads = |bench: &Bench, tenant| {
        let found = decisions(bench, tenant);
        found.iter().filter(|found| found.input.action == "run.read").map(|found| found.count).sum()
    };
    let sum: u64 = reads(&bench, "acme");
    assert_eq!((sum, reads(&bench, "default")), (1, 1), "the first of them");
    bench.now += crate::limits::DENIAL_WINDOW_MS;
    bench.step(vec![]);
    let sum: u64 = reads(&bench, "acme");
    assert_eq!((sum, reads(&bench, "default")), (5, 5), "and then how many there were");
}

#[test]
fn a_denial_is_evidence_where_the_denied_holds_roles() {
    let mut bench = with_acme();
    for tenant in ["globex", "initech"] {
        change(&mut bench, tenant, Change::Create(Box::default())).unwrap();
    }
    let grant = Command::Grant { principal: Principal::uid(7), role: "tenant_admin".into() };
    submit(&mut bench, "acme", grant).unwrap();
    let mut asked = context(&bench, "globex");
    asked.principal = Principal::uid(7);
    asked.ruling.verdict.allow = false;
    bench.submit(asked, Command::Deny { unmet: None }).unwrap();
    let denied =
        |tenant| decisions(&bench, tenant).iter().filter(|found| !found.verdict.allow).count();
    assert_eq!((denied("globex"), denied("acme"), denied("initech")), (1, 1, 0));
    assert_eq!(denied("default"), 0, "who holds nothing there leaves nothing there");
}

#[test]
fn a_guest_is_let_in_by_two_and_their_tenants_are_told() {
    let mut bench = with_acme();
    change(&mut bench, "globex", Change::Create(Box::default())).unwrap();
    let seven = Principal::uid(7);
    let grant = Command::Grant { principal: seven.clone(), role: "operator".into() };
    submit(&mut bench, "globex", grant).unwrap();
    let admit = |principal: &Principal| Change::Admit {
        principal: principal.clone(),
        ms: SPAN,
        reason: "incident".into(),
    };
    let guest = |bench: &Bench, defaults: &TenantDefaults, ms: u64| {
        let known = bench.views.known(("acme", &seven), defaults, bench.time(0) + ms);
        assert_eq!(known.tenant.is_some(), known.subject.guest, "who is nobody knows nothing");
        assert!(known.subject.roles.is_empty());
        known.subject.guest
    };
    let none = TenantDefaults::default();
    let refused = change(&mut bench, "acme", admit(&seven));
    assert_eq!(code(refused), Some(Code::GuestNotAdmitted), "it admits nobody");
    let admits = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Change::Configure(Box::new(Patch { admits: Some(names), ..Patch::default() }))
    };
    change(&mut bench, "acme", admits(&["globex"])).unwrap();
    assert!(!guest(&bench, &none, 0), "to be admitted is not to be let in");
    let own = change(&mut bench, "acme", admit(&Principal::uid(1000)));
    assert_eq!(code(own), Some(Code::GuestSelf));
    change(&mut bench, "acme", admit(&seven)).unwrap();
    assert!(guest(&bench, &none, 0) && !guest(&bench, &none, SPAN), "until the time ends");
    bench.write_views();
    bench.restart();
    assert!(guest(&bench, &none, 0), "as the views have it");

    let told = decisions(&bench, "globex").pop().unwrap();
    assert_eq!(told.input.context.tenant_id, "acme");
    assert_eq!(
        (told.input.resource.id.as_str(), told.input.subject.principal.as_str()),
        ("uid:7", "system")
    );
    assert!(decisions(&bench, "acme").iter().any(|whole| whole.id == told.id));

    change(&mut bench, "acme", admits(&[])).unwrap();
    assert!(!guest(&bench, &none, 0), "it admits nobody any more");
    let settings = Settings { admits: vec!["globex".into()], ..Settings::default() };
    let defaults = TenantDefaults { settings, ..TenantDefaults::default() };
    assert!(guest(&bench, &defaults, 0), "the configuration says it where the record does not");
    change(&mut bench, "acme", Change::Dismiss(seven.clone())).unwrap();
    assert!(!guest(&bench, &defaults, 0));
    let before = bench.kinds().len();
    change(&mut bench, "acme", Change::Dismiss(seven.clone())).unwrap();
    assert_eq!(bench.kinds().len(), before, "so it is already");
}

#[test]
fn what_workers_spend_is_known_and_what_a_run_asks_for() {
    let mut bench = with_acme();
    let budgets = [(Window::Day, Some(100)), (Window::Month, Some(50))].into();
    let patch = Patch { budgets, ..Patch::default() };
    change(&mut bench, "acme", Change::Configure(Box::new(patch))).unwrap();
    let defaults = TenantDefaults::default();
    let spend =
        |bench: &Bench, tenant: &str| bench.views.spend((tenant, "laws"), &defaults, bench.time(0));
    let (month, limit) = ("month".to_owned(), 50);
    let nothing = Spend { asked: 0, spent: 0, limit, window: month.clone() };
    assert_eq!(spend(&bench, "acme"), Some(nothing), "the window that leaves least");
    assert_eq!(spend(&bench, "default"), None, "without a budget nothing is counted against it");
    started(start(&mut bench));
    for _ in 0..2 {
        let leases = bench.leases();
        bench.now += 5_000;
        assert_eq!(spend(&bench, "acme").unwrap().spent % 5, 0, "what is under way counts");
        finish(&mut bench, &leases);
    }
    let known = Spend { asked: 10, spent: 10, limit, window: month };
    assert_eq!(spend(&bench, "acme"), Some(known.clone()));
    bench.write_views();
    bench.restart();
    assert_eq!(spend(&bench, "acme"), Some(known), "as the views have it");
}

#[test]
fn the_views_of_tenants_are_the_same_when_they_are_made_again() {
    let mut bench = with_acme();
    let attributes: BTreeMap<String, String> =
        [("region".to_owned(), "eu".to_owned()), ("risk_profile".to_owned(), "low".to_owned())]
            .into();
    let described = |attributes| {
        Command::Describe(Described {
            principal: Principal::uid(7),
            attributes,
            decision: String::new(),
        })
    };
    submit(&mut bench, "acme", described(attributes)).unwrap();
    submit(&mut bench, "acme", described([("region".to_owned(), String::new())].into())).unwrap();
    started(start(&mut bench));
    for _ in 0..2 {
        let leases = bench.leases();
        bench.now += 1_500;
        finish(&mut bench, &leases);
    }
    suspend(&mut bench, OpenRuns::Pause).unwrap();
    bench.write_views();
    let kept = views::digest(&*bench.store).unwrap();
    let fresh = super::bench::MapViews::default();
    views::fold(&fresh, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(views::digest(&fresh).unwrap(), kept);
    bench.restart();
    assert!(bench.views.tenant("acme").unwrap().suspended.is_some());
    let defaults = TenantDefaults::default();
    let of = |uid| bench.views.known(("acme", &Principal::uid(uid)), &defaults, bench.time(0));
    let known = of(7);
    assert_eq!(known.tenant, None, "who holds no role is judged without the tenant");
    assert_eq!(known.subject.attributes["risk_profile"], "low");
    assert_eq!(known.subject.attributes.len(), 1);
    let admin = of(1000);
    assert_eq!(admin.tenant.unwrap().status, "suspended");
}

#[test]
fn what_drifts_is_recorded_in_the_tenant_that_drifts() {
    let mut bench = with_acme();
    let drift = |tenant: &str, what: &str| Drift {
        tenant: tenant.into(),
        what: what.into(),
        desired: "saas".into(),
        deployed: "internal".into(),
    };
    let (own, bundle) = (drift("acme", "profile"), drift("acme", "bundle"));
    let nobodys = drift("nobody", "profile");
    let drifts = vec![own.clone(), bundle.clone(), nobodys.clone()];
    for (ticket, drifts) in [(1, drifts), (2, vec![bundle.clone(), nobodys.clone()])] {
        bench.step(vec![Input::Policy { ticket, news: PolicyNews::Drifts(drifts) }]);
    }
    let told = |envelope: Envelope| match envelope.event {
        Event::PolicyDrifted(event) => Some((envelope.scope.tenant, event.drift, true)),
        Event::PolicySettled(event) => Some((envelope.scope.tenant, event.drift, false)),
        _ => None,
    };
    let told: Vec<_> = bench.envelopes().into_iter().filter_map(told).collect();
    let expected = [
        ("default", bundle, true),
        ("acme", own.clone(), true),
        ("default", nobodys, true),
        ("acme", own, false),
    ];
    let expected = expected.map(|(tenant, drift, opened)| (tenant.to_owned(), drift, opened));
    assert_eq!(told, expected);
    assert!(!bench.views.tenants().iter().any(|tenant| tenant.name == "nobody"));
}
