//! The screen of tenants: what it asks, shows, leads to and changes.

use conductor_protocol::v1::{
    Decision, ForgetResponse, Grant, ListDecisionsRequest, ListDecisionsResponse,
    ListGrantsRequest, ListGrantsResponse, ListTenantsResponse, Obligation, OpenRuns,
    RecordedDecision, Tenant, TenantCheck, TenantGuest, TenantSettings, TenantSpend,
    TenantSuspension,
};
use jiff::{SignedDuration, Timestamp};

use super::{Console, daemon, looks, pictures::compare};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, HOME_TENANT, Mutation, Query, TenantChange, msg::What,
        time::to_wire,
    },
    screen::Tab,
};

/// The daemon's tenants.
pub(crate) struct Realm {
    pub(crate) tenants: Vec<Tenant>,
    /// Runs of a tenant that is to be forgotten have not ended.
    pub(crate) in_the_way: Vec<String>,
    /// Others have to approve every change first.
    pub(crate) approves: bool,
}

fn hours(now: Timestamp, hours: i64) -> Option<pbjson_types::Timestamp> {
    Some(to_wire(now - SignedDuration::from_hours(hours)))
}

/// Somebody who may read for three more hours.
fn guest(now: Timestamp) -> TenantGuest {
    TenantGuest {
        principal: "uid:1001".into(),
        until: hours(now, -3),
        by: "carol".into(),
        at: hours(now, 1),
        reason: "incident 4711".into(),
    }
}

impl Realm {
    pub(crate) fn new(now: Timestamp) -> Self {
        let spend =
            |window: &str, spent, limit| TenantSpend { window: window.into(), spent, limit };
        let own = TenantSettings {
            profile: "saas".into(),
            risk_profile: "high".into(),
            regions: vec!["eu-central-1".into(), "eu-west-1".into()],
            admits: vec!["globex".into()],
            quotas: [("large".to_owned(), 4)].into(),
            budgets: [("day".to_owned(), 7_200), ("month".to_owned(), 100_000)].into(),
            ..<_>::default()
        };
        let kept = [("hot", 30), ("warm", 90), ("cold", 396)];
        let retention = kept.map(|(part, days)| (part.to_owned(), days));
        let effective = TenantSettings {
            data_sensitivity: "confidential".into(),
            region: "eu-west-1".into(),
            retention: retention.clone().into(),
            ..own.clone()
        };
        let acme = Tenant {
            name: "acme".into(),
            status: "active".into(),
            settings: Some(own),
            effective: Some(effective),
            version: 4,
            changed_at: hours(now, 30),
            created_by: "alice".into(),
            created_at: hours(now, 24 * 90),
            spends: vec![spend("day", 6_300, 7_200), spend("month", 31_000, 100_000)],
            runs_active: 1_204,
            guests: vec![guest(now)],
            ..<_>::default()
        };
        let plain = |name: &str| Tenant {
            name: name.into(),
            status: "active".into(),
            effective: Some(TenantSettings {
                risk_profile: "low".into(),
                retention: retention.clone().into(),
                ..<_>::default()
            }),
            ..<_>::default()
        };
        let globex = Tenant {
            status: "suspended".into(),
            suspended: Some(TenantSuspension {
                by: "bob".into(),
                at: hours(now, 50),
                reason: "the contract ended".into(),
                runs: OpenRuns::Pause.into(),
            }),
            created_by: "alice".into(),
            created_at: hours(now, 24 * 400),
            version: 1,
            changed_at: hours(now, 24 * 400),
            ..plain("globex")
        };
        let initech = Tenant {
            spends: vec![spend("week", 3_700, 3_600)],
            created_by: "carol".into(),
            created_at: hours(now, 5),
            runs_active: 1,
            ..plain("initech")
        };
        let tenants = vec![acme, plain(HOME_TENANT), globex, initech];
        Self { tenants, in_the_way: Vec::new(), approves: false }
    }

    /// What is asked about tenants.
    pub(super) fn answer(&self, query: &Query, now: Timestamp) -> Answer {
        match query {
            Query::Tenants(_) => self.list(),
            Query::TenantChecks(_) => checks(),
            Query::Forgettable(_) => self.forgettable(),
            Query::Grants(request) => grants(request, now),
            other => panic!("nobody answers {other:?}"),
        }
    }

    fn list(&self) -> Answer {
        let tenants = self.tenants.clone();
        Answer::Tenants(Box::new(ListTenantsResponse { tenants, ..<_>::default() }))
    }

    fn forgettable(&self) -> Answer {
        Answer::Forgettable(Box::new(ForgetResponse {
            keys: vec!["5aa04a51".into(), "be01e50c".into()],
            runs: 12,
            records: 3_411,
            receipts: 12,
            contents: 40,
            schedules: vec!["nightly".into()],
            in_the_way: self.in_the_way.clone(),
            ..<_>::default()
        }))
    }

    pub(super) fn change(&mut self, mutation: &Mutation) -> Result<Answer, Fault> {
        let Mutation::Tenant(change) = mutation else { panic!("{mutation:?}") };
        if self.approves {
            return Err(Fault {
                kind: FaultKind::Denied,
                code: "APPROVAL_REQUIRED".into(),
                message: "2 others have to approve this first".into(),
                hint: String::new(),
                approval: "apr_01jd0000000000000000000007".into(),
            });
        }
        let known = self.tenants.iter().find(|known| known.name == change.name()).cloned();
        let known =
            known.unwrap_or_else(|| Tenant { name: change.name().into(), ..<_>::default() });
        let tenant = match &**change {
            TenantChange::Suspend(request) => Tenant {
                status: "suspended".into(),
                suspended: Some(TenantSuspension {
                    by: "uid:1000".into(),
                    reason: request.reason.clone(),
                    ..<_>::default()
                }),
                ..known
            },
            TenantChange::Forget(_) => {
                let keys = vec!["5aa04a51".into()];
                let gone = ForgetResponse { seq: 91, keys, runs: 12, ..<_>::default() };
                return Ok(Answer::Forgotten(Box::new(gone)));
            }
            TenantChange::Admit(request) => Tenant {
                guests: vec![TenantGuest {
                    principal: request.principal.clone(),
                    by: "uid:1000".into(),
                    reason: request.reason.clone(),
                    ..<_>::default()
                }],
                ..known
            },
            TenantChange::Dismiss(_) => Tenant { guests: Vec::new(), ..known },
            _ => Tenant { status: "active".into(), suspended: None, ..known },
        };
        self.tenants.retain(|known| known.name != tenant.name);
        self.tenants.push(tenant.clone());
        self.tenants.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Answer::Tenant(Box::new(tenant), true))
    }
}

/// Who holds which role.
fn grants(request: &ListGrantsRequest, now: Timestamp) -> Answer {
    let grant = |principal: &str, role: &str| Grant {
        principal: principal.into(),
        role: role.into(),
        granted_by: "alice".into(),
        granted_at: hours(now, 200),
        ..<_>::default()
    };
    let tenant = request.scope.clone().unwrap_or_default().tenant;
    let grants = match tenant.as_str() {
        "acme" => vec![
            grant("alice", "tenant_admin"),
            grant("bob", "operator"),
            grant("carol", "workflow_reviewer"),
            grant("carol", "operator"),
        ],
        _ => Vec::new(),
    };
    Answer::Grants(Box::new(ListGrantsResponse { grants, ..<_>::default() }))
}

/// What was done to a tenant.
pub(super) fn lately(request: &ListDecisionsRequest, now: Timestamp) -> Answer {
    let one = |age: i64, action: &str, allow: bool, unmet: &str| RecordedDecision {
        at: hours(now, age),
        principal: if allow { "alice" } else { "bob" }.into(),
        action: action.into(),
        resource: request.resource.clone(),
        decision: Some(Decision { allow, unmet: unmet.into(), ..<_>::default() }),
        count: if allow { 1 } else { 3 },
        ..<_>::default()
    };
    let decisions = vec![
        one(2, "tenant.suspend", true, "APPROVAL_REQUIRED"),
        one(9, "tenant.edit", false, ""),
        one(30, "tenant.edit", true, ""),
        one(24 * 90, "tenant.create", true, ""),
    ];
    Answer::Decisions(Box::new(ListDecisionsResponse { decisions, ..<_>::default() }))
}

/// The checklist of a rollout.
fn checks() -> Answer {
    let check = |name: &str, status: &str, message: &str, mend: &str| TenantCheck {
        name: name.into(),
        status: status.into(),
        message: message.into(),
        mend: mend.into(),
    };
    let checks = vec![
        check("tenant", "ok", "created by alice, active", ""),
        check(
            "quota",
            "missing",
            "none is set: policy's own limits count",
            "conductor tenant set acme --quota large=TASKS",
        ),
        check("router", "not_built", "there is no router of experts", ""),
        check("slo", "not_built", "there are no objectives", ""),
    ];
    let checks = conductor_protocol::v1::CheckTenantResponse { checks };
    Answer::TenantChecks(Box::new(checks))
}

/// A console that shows the tenants, with what is known of the first.
fn shown(size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    console.press("9");
    rest(&mut console);
    console
}

/// Lets the cursor rest, and the daemon answer.
fn rest(console: &mut Console) {
    let asked = console.pass(SignedDuration::from_millis(200));
    console.answer(asked);
}

fn chosen(console: &Console) -> Option<String> {
    console.model.screen().chosen(&console.model.shared)
}

fn changes(console: &Console) -> Vec<TenantChange> {
    let of_tenant = |change: &Mutation| match change {
        Mutation::Tenant(change) => (**change).clone(),
        other => panic!("{other:?}"),
    };
    console.daemon.changes.iter().map(of_tenant).collect()
}

#[test]
fn tenants_in_every_size() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let mut console = shown(size);
        compare(&format!("tenants-{}x{}", size.0, size.1), &console.text());
        if size.0 < 120 {
            console.press("Enter");
            rest(&mut console);
            compare(&format!("tenant-{}x{}", size.0, size.1), &console.text());
        }
    }
    let mut console = Console::with((120, 40), looks("mono", true), "prod");
    console.connect();
    console.press("9");
    rest(&mut console);
    console.press("j j");
    rest(&mut console);
    compare("tenants-120x40-ascii", &console.text());
}

#[test]
fn empty_loading_denied_stale_and_no_match() {
    let mut console = Console::live((80, 24));
    console.send(What::Key(daemon::key("9")));
    compare("tenants-loading-80x24", &console.text());
    let mut console = Console::live((80, 24));
    console.daemon.realm.tenants.clear();
    console.press("9");
    compare("tenants-empty-80x24", &console.text());
    let mut console = Console::new((80, 24));
    console.connect();
    console.daemon.faults = true;
    console.press("9");
    console.press("Esc Esc Esc");
    compare("tenants-denied-80x24", &console.text());
    let mut console = shown((120, 40));
    console.disconnect();
    console.pass(SignedDuration::from_secs(14));
    console.press("s");
    compare("tenants-stale-120x40", &console.text());
    let mut console = shown((80, 24));
    console.press("/");
    console.write("nobody");
    console.press("Enter");
    compare("tenants-no-match-80x24", &console.text());
    console.press("Esc /");
    console.write("suspended");
    console.press("Enter");
    assert_eq!(chosen(&console).as_deref(), Some("globex"));
}

#[test]
fn more_is_asked_only_of_the_tenant_the_cursor_rests_on_and_there() {
    let asked = |effects: &[Effect]| -> Vec<String> {
        let tenant = |effect: &Effect| match effect {
            Effect::Ask(_, Query::Grants(it)) => Some(it.scope.clone()?.tenant),
            Effect::Ask(_, Query::Decisions(it)) => Some(it.scope.clone()?.tenant),
            Effect::Ask(_, Query::Verdicts(it)) => Some(it.scope.clone()?.tenant),
            _ => None,
        };
        effects.iter().filter_map(tenant).collect()
    };
    let mut console = Console::live((120, 40));
    console.press("9 j j");
    let effects = console.pass(SignedDuration::from_millis(200));
    // What is forgotten is decided in the home tenant, everything else in the tenant itself.
    assert_eq!(asked(&effects), ["globex", HOME_TENANT, "globex", "globex"]);
    console.answer(effects);
    assert_eq!(asked(&console.pass(SignedDuration::from_secs(5))), [""; 0]);
    // Where no page is seen, only policy is asked.
    let mut console = Console::live((80, 24));
    console.press("9");
    let effects = console.pass(SignedDuration::from_millis(200));
    assert_eq!(asked(&effects), ["acme", HOME_TENANT]);
    console.answer(effects);
    console.press("Enter");
    assert_eq!(asked(&console.pass(SignedDuration::from_millis(200))), ["acme", "acme"]);
}

#[test]
fn the_list_is_read_again_by_itself_and_not_at_the_back() {
    let asks = |effects: &[Effect]| {
        effects.iter().filter(|it| matches!(it, Effect::Ask(_, Query::Tenants(_)))).count()
    };
    let mut console = shown((80, 24));
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(25))), 0);
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(10))), 1);
    console.press("1");
    assert_eq!(asks(&console.pass(SignedDuration::from_secs(90))), 0);
}

#[test]
fn enter_opens_the_page_and_changes_nothing() {
    let mut console = shown((80, 24));
    assert_eq!(console.press("Enter"), []);
    assert_eq!(console.model.screen().twin(), "conductor tenant show acme");
    assert!(!console.model.screen().outermost());
    console.press("G");
    assert!(console.text().contains("the end"), "{}", console.text());
    console.press("c");
    assert_eq!(console.model.screen().twin(), "conductor tenant check acme");
    compare("tenant-check-80x24", &console.text());
    console.press("q");
    assert!(console.model.screen().outermost());
    assert_eq!(changes(&console), []);
}

#[test]
fn keys_lead_to_what_is_in_a_tenant_and_take_nothing_along() {
    for (key, tab) in [("t", Tab::Tenants), ("r", Tab::Runs), ("l", Tab::Ledger), ("v", Tab::Graph)]
    {
        let mut console = shown((120, 40));
        console.press("j j");
        let effects = console.press(key);
        let moves = |effect: &Effect| matches!(effect, Effect::Move { scope, .. } if scope.tenant == "globex");
        assert!(effects.iter().any(moves), "{key}: {effects:?}");
        assert_eq!(
            (console.model.tab, console.model.shared.scope.tenant.as_str()),
            (tab, "globex")
        );
        assert!(console.model.shared.verdicts.is_empty());
        assert!(console.model.screens.tenants.offers(&console.model.shared).is_empty());
        console.connect();
        assert_eq!(console.model.tab, tab);
    }
    // Nothing moves where the console looks at it already.
    let mut console = shown((120, 40));
    let effects = console.press("r");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Move { .. })));
    assert_eq!(console.model.tab, Tab::Runs);
}

#[test]
fn typed_commands_find_a_tenant_and_the_palette_looks_at_one() {
    let mut console = Console::live((80, 24));
    console.press(":");
    console.write("tenant show globex");
    console.press("Enter");
    rest(&mut console);
    assert_eq!((console.model.tab, chosen(&console).as_deref()), (Tab::Tenants, Some("globex")));
    console.press(":");
    console.write("tenant g");
    console.press("Tab Enter");
    assert_eq!(console.model.shared.scope.tenant, "globex");
}

use crate::screen::Screen as _;

#[test]
fn a_tenant_is_created_through_a_form() {
    let mut console = shown((120, 40));
    console.press("n");
    console.write("umbrella");
    console.press("Enter Right Enter Enter Enter Enter Enter");
    console.write("2");
    console.press("Enter");
    console.write("36000");
    console.press("Enter");
    compare("tenant-create-120x40", &console.text());
    assert_eq!(changes(&console), []);
    console.press("Tab Enter");
    let [TenantChange::Create(request)] = &changes(&console)[..] else { panic!() };
    let patch = request.settings.clone().unwrap();
    assert_eq!(request.name, "umbrella");
    assert_eq!(patch.profile.as_deref(), Some("internal"));
    assert_eq!((patch.risk_profile, patch.edits_version), (None, None));
    assert_eq!(patch.quotas["large"].value, Some(2));
    assert_eq!(patch.budgets["month"].value, Some(36_000));
    assert_eq!(chosen(&console).as_deref(), Some("umbrella"));
    assert!(console.text().contains("tenant umbrella is created"), "{}", console.text());
}

#[test]
fn limits_are_set_from_what_they_are_and_only_what_is_different() {
    let mut console = shown((120, 40));
    console.press("m");
    let text = console.text();
    assert!(text.contains("What acme may use") && text.contains("7200"), "{text}");
    // Nothing is different: there is nothing to confirm.
    console.press("Enter Enter Enter Enter Enter Enter Enter Enter Enter");
    assert!(console.text().contains("nothing is different"), "{}", console.text());
    console.press("Esc Esc m Tab Tab Backspace");
    console.write("8");
    console.press("Tab ^u Tab Tab Tab Tab Tab Enter");
    compare("tenant-limits-120x40", &console.text());
    console.press("Tab Enter");
    let [TenantChange::Configure(request)] = &changes(&console)[..] else {
        panic!("{}", console.text())
    };
    let patch = request.patch.clone().unwrap();
    assert_eq!((patch.quotas.len(), patch.quotas["large"].value), (1, Some(8)));
    assert_eq!((patch.budgets.len(), patch.budgets["day"].value), (1, None));
    assert_eq!(patch.edits_version, Some(4));
    let twin = "conductor tenant set acme --quota large=8 --budget day= --if-version 4";
    assert_eq!(TenantChange::Configure(request.clone()).twin(), twin);
}

#[test]
fn lists_of_names_that_stay_are_not_sent() {
    let mut console = shown((120, 40));
    console.press("p Tab Tab Tab Tab Tab Tab Tab ^u Enter");
    console.press("Tab Enter");
    let [TenantChange::Configure(request)] = &changes(&console)[..] else {
        panic!("{}", console.text())
    };
    let patch = request.patch.clone().unwrap();
    assert_eq!(patch.admits.map(|admits| admits.names), Some(Vec::new()));
    assert_eq!((patch.regions, patch.profile), (None, None));
}

#[test]
fn a_suspension_says_what_it_stops_and_wants_the_name_typed() {
    let mut console = shown((120, 40));
    console.press("s");
    console.write("contract ended");
    console.press("Enter Right Enter");
    compare("tenant-suspend-120x40", &console.text());
    console.press("Tab Enter Enter");
    assert_eq!(changes(&console), [], "the name was not typed");
    let mut console = shown((120, 40));
    console.press("s");
    console.write("contract ended");
    console.press("Enter Right Enter");
    console.write("acme");
    console.press("Enter Enter");
    let [TenantChange::Suspend(request)] = &changes(&console)[..] else { panic!() };
    assert_eq!((request.name.as_str(), request.runs()), ("acme", OpenRuns::Pause));
    assert!(console.text().contains("acme is suspended"), "{}", console.text());
    console.press("s");
    assert!(console.text().contains("it is suspended already"), "{}", console.text());
    // Going on is asked about, and needs no name.
    console.press("Esc Esc u Enter Tab Enter");
    assert!(matches!(&changes(&console)[1], TenantChange::Resume(it) if it.name == "acme"));
}

#[test]
fn policy_says_how_hard_it_is_asked_and_whose_it_is_not() {
    let mut console = Console::new((120, 40));
    let value = r#"{"type": "require_approval", "window_seconds": 60, "stages": [
        {"roles": ["approver"], "quorum": 2}]}"#;
    let two = Obligation { value_json: value.into(), ..<_>::default() };
    console.daemon.obliges = vec![two];
    console.daemon.denied = vec!["tenant.create"];
    console.connect();
    console.press("9");
    rest(&mut console);
    console.press("n");
    assert!(console.text().contains("can't create-tenant: policy"), "{}", console.text());
    console.press("Esc m Tab Tab Backspace");
    console.write("9");
    console.press("Tab Tab Tab Tab Tab Tab Enter");
    let text = console.text();
    assert!(text.contains("policy: requires approval (2)") && text.contains("type acme"), "{text}");
    // It waits in its own tenant, which is the one in front.
    console.daemon.realm.approves = true;
    console.write("acme");
    console.press("Enter Enter o");
    assert_eq!(console.model.tab, Tab::Approvals);
}

#[test]
fn forgetting_is_looked_at_first_and_approved_at_home() {
    let mut console = shown((120, 40));
    console.press("j X");
    assert!(console.text().contains("home to the administrators"), "{}", console.text());
    console.press("Esc j");
    rest(&mut console);
    console.daemon.realm.in_the_way = vec!["run run_01jd has not ended".into()];
    console.press("X");
    rest(&mut console);
    compare("tenant-forget-120x40", &console.text());
    assert!(console.model.layers.is_empty());
    console.press("X");
    assert!(console.model.layers.is_empty(), "what is in the way is still there");
    console.daemon.realm.in_the_way.clear();
    console.press("X X");
    console.write("contract ended");
    console.press("Enter");
    compare("tenant-forget-confirm-120x40", &console.text());
    console.daemon.realm.approves = true;
    console.write("globex");
    console.press("Enter Enter");
    let [TenantChange::Forget(request)] = &changes(&console)[..] else { panic!() };
    assert_eq!((request.name.as_str(), request.dry_run), ("globex", false));
    let told = console.model.shared.messages.all().next_back().unwrap().text.clone();
    assert!(told.contains("under Approvals of tenant default"), "{told}");
    console.press("o");
    assert_eq!(console.model.shared.scope.tenant, HOME_TENANT);
}

#[test]
fn what_is_forgotten_is_gone_and_no_answer_of_another_tenant_is_taken() {
    let mut console = shown((120, 40));
    console.press("j j");
    rest(&mut console);
    console.press("X X");
    console.write("over");
    console.press("Enter");
    console.write("globex");
    console.press("Enter Enter");
    assert!(console.text().contains("forgotten by record 91"), "{}", console.text());
    assert_eq!(console.model.screens.tenants.offers(&console.model.shared).len(), 3);
    // An answer about a tenant that was left by now counts for nothing.
    let mut console = shown((120, 40));
    let late = console.send(What::Key(daemon::key("c")));
    console.press("Esc j");
    console.answer(late);
    assert!(!console.text().contains("Whether it is ready"), "{}", console.text());
}

#[test]
fn guests_are_let_in_and_sent_away_with_a_question() {
    let mut console = shown((120, 40));
    console.press("a");
    console.write("uid:1007");
    console.press("Tab Tab");
    console.write("incident 4712");
    console.press("Enter");
    compare("tenant-admit-120x40", &console.text());
    // Enter alone keeps everything as it is.
    console.press("Enter");
    assert_eq!(changes(&console), []);
    console.press("Enter Tab Enter");
    let [TenantChange::Admit(request)] = &changes(&console)[..] else { panic!() };
    assert_eq!((request.name.as_str(), request.principal.as_str()), ("acme", "uid:1007"));
    assert_eq!((request.duration_ms, request.reason.as_str()), (4 * 3_600_000, "incident 4712"));
    assert!(console.text().contains("acme has another guest"), "{}", console.text());
    console.press("d");
    console.press("Enter");
    compare("tenant-dismiss-120x40", &console.text());
    console.press("Tab Enter");
    let TenantChange::Dismiss(request) = &changes(&console)[1] else { panic!() };
    assert_eq!((request.name.as_str(), request.principal.as_str()), ("acme", "uid:1007"));
    console.press("d");
    assert!(console.text().contains("it has no guests"), "{}", console.text());
    // The next one admits people of nobody.
    console.press("Esc j");
    rest(&mut console);
    console.press("a");
    assert!(console.text().contains("admits people of no other tenant"), "{}", console.text());
}

#[test]
fn who_may_not_let_guests_in_is_told_so_and_more_people_mean_the_name() {
    let mut console = Console::new((120, 40));
    console.daemon.denied = vec!["tenant.admit"];
    let value = r#"{"type": "require_approval", "window_seconds": 60, "stages": [
        {"roles": ["tenant_admin"], "quorum": 1}]}"#;
    console.daemon.obliges = vec![Obligation { value_json: value.into(), ..<_>::default() }];
    console.connect();
    console.press("9");
    rest(&mut console);
    console.press("a");
    assert!(console.text().contains("can't admit-guest: policy"), "{}", console.text());
    console.press("Esc d Enter");
    let text = console.text();
    assert!(text.contains("policy: requires approval (1)") && text.contains("type acme"), "{text}");
    assert_eq!(changes(&console), []);
}
