//! What the screen asks the daemon: the list, and of the chosen tenant policy's word, who holds which role
//! and what was done to it lately. The last three only while its page is seen.

use conductor_protocol::v1::{
    AuthorizeRequest, CheckTenantRequest, ForgetResponse, ForgetTenantRequest,
    ListDecisionsRequest, ListGrantsRequest, ListGrantsResponse, ListTenantsRequest,
    ListTenantsResponse, Question, RecordedDecision, Scope, TenantCheck,
};
use jiff::SignedDuration;

use super::{screen::TenantsScreen, view};
use crate::{
    app::{Answer, Effect, Fault, HOME_TENANT, Query, Shared, Ticket},
    screen::{Intent, Tab},
};

/// Tenants asked for at once.
const PAGE_ROWS: u32 = 500;
/// Tenants kept; a filter narrows what is beyond.
const ROWS_MAX: usize = 5_000;
/// Decisions about a tenant that are told.
const LATELY_ROWS: u32 = 8;
/// How long the cursor must rest before more is asked about a tenant.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);
/// The list is read again after so long.
const REFRESH_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// What is asked, in the lowest digit of a ticket's number; above it the generation.
const LIST: u64 = 0;
const GRANTS: u64 = 1;
const LATELY: u64 = 2;
const CHECKS: u64 = 3;
const LOOKED: u64 = 4;
const KINDS: u64 = 8;

/// What is known of the chosen tenant besides its record.
#[derive(Debug, Default)]
pub(super) struct Detail {
    /// Its name.
    pub(super) of: String,
    /// Policy was asked.
    ruled: bool,
    /// Roles and decisions were asked for.
    read: bool,
    pub(super) grants: Option<Result<ListGrantsResponse, Fault>>,
    pub(super) lately: Option<Result<Vec<RecordedDecision>, Fault>>,
    /// The checklist, once it was wanted; none while it is on its way.
    pub(super) checks: Option<Option<Result<Vec<TenantCheck>, Fault>>>,
    /// What forgetting it would take, once that was wanted.
    pub(super) looked: Option<Option<Result<ForgetResponse, Fault>>>,
}

impl Detail {
    /// Nothing is known of it so far.
    pub(super) fn of(name: String) -> Self {
        Self { of: name, ..Self::default() }
    }

    /// What is known is asked for again, and shown until it is.
    pub(super) const fn is_old(&mut self) {
        (self.ruled, self.read) = (false, false);
    }
}

fn ask((generation, kind): (u64, u64), query: Query) -> Intent {
    Intent::Do(Effect::Ask(Ticket::Screen(Tab::Tenants, generation * KINDS + kind), query))
}

impl TenantsScreen {
    /// Reads the list from its beginning.
    pub(super) fn read(&mut self, shared: &Shared) -> Vec<Intent> {
        self.refresh_at = None;
        if !shared.link.is_live() {
            return Vec::new();
        }
        self.generation += 1;
        self.coming.clear();
        let creates = shared.ask_policy(vec![("tenant.create", String::new())]).map(Intent::Do);
        std::iter::once(self.ask_page(String::new(), shared)).chain(creates).collect()
    }

    fn ask_page(&self, page_token: String, shared: &Shared) -> Intent {
        let (scope, page_size) = (Some(shared.scope.clone()), PAGE_ROWS);
        let request = ListTenantsRequest { scope, page_size, page_token };
        ask((self.generation, LIST), Query::Tenants(request))
    }

    /// When more is to be asked about the chosen one.
    pub(super) fn plan_preview(&mut self, shared: &Shared) {
        let page = view::page_is_seen(shared.size, self.reading);
        let chosen = !self.detail.of.is_empty() && shared.link.is_live();
        let wanted = chosen && (!self.detail.ruled || (page && !self.detail.read));
        self.preview_at = wanted.then(|| self.preview_at.unwrap_or(shared.now + PREVIEW_AFTER));
    }

    pub(super) fn tick(&mut self, shared: &Shared) -> Vec<Intent> {
        let mut intents = Vec::new();
        if shared.refreshes_now(self.refresh_at) {
            intents.extend(self.read(shared));
        }
        if self.preview_at.is_some_and(|due| due <= shared.now) {
            self.preview_at = None;
            intents.extend(self.preview(shared));
        }
        intents
    }

    fn preview(&mut self, shared: &Shared) -> Vec<Intent> {
        let name = self.detail.of.clone();
        let mut intents = Vec::new();
        if !std::mem::replace(&mut self.detail.ruled, true) {
            intents.extend(rule(
                &name,
                (&name, &["tenant.edit", "tenant.suspend", "tenant.admit", "tenant.dismiss"]),
                shared,
            ));
            intents.extend(rule(HOME_TENANT, (&name, &["tenant.forget"]), shared));
        }
        let page = view::page_is_seen(shared.size, self.reading);
        if page && !std::mem::replace(&mut self.detail.read, true) {
            let scope = Some(there(&name, shared));
            let grants = Query::Grants(ListGrantsRequest { scope: scope.clone() });
            let lately = Query::Decisions(ListDecisionsRequest {
                scope,
                page_size: LATELY_ROWS,
                action: "tenant.".to_owned(),
                resource: name,
                ..<_>::default()
            });
            intents.push(ask((self.chosen_generation, GRANTS), grants));
            intents.push(ask((self.chosen_generation, LATELY), lately));
        }
        intents
    }

    /// Has the daemon go through the checklist.
    pub(super) fn check(&mut self, shared: &Shared) -> Vec<Intent> {
        if !shared.link.is_live() {
            return Vec::new();
        }
        self.detail.checks = Some(None);
        let (scope, name) = (Some(shared.scope.clone()), self.detail.of.clone());
        let query = Query::TenantChecks(CheckTenantRequest { scope, name });
        vec![ask((self.chosen_generation, CHECKS), query)]
    }

    /// Looks what forgetting would take.
    pub(super) fn look(&mut self, shared: &Shared) -> Vec<Intent> {
        self.detail.looked = Some(None);
        let (scope, name) = (Some(shared.scope.clone()), self.detail.of.clone());
        let request = ForgetTenantRequest { scope, name, dry_run: true, ..<_>::default() };
        vec![ask((self.chosen_generation, LOOKED), Query::Forgettable(request))]
    }

    pub(super) fn take(
        &mut self,
        number: u64,
        answer: Result<Answer, Fault>,
        shared: &Shared,
    ) -> Vec<Intent> {
        let (generation, kind) = (number / KINDS, number % KINDS);
        let asked = if kind == LIST { self.generation } else { self.chosen_generation };
        if generation != asked {
            return Vec::new();
        }
        let detail = &mut self.detail;
        match (kind, answer) {
            (LIST, Ok(Answer::Tenants(page))) => return self.take_page(*page, shared),
            (LIST, Err(fault)) => {
                self.coming.clear();
                self.fault = Some(fault);
                self.refresh_at = Some(shared.now + REFRESH_AFTER);
            }
            (GRANTS, Ok(Answer::Grants(found))) => detail.grants = Some(Ok(*found)),
            (GRANTS, Err(fault)) => detail.grants = Some(Err(fault)),
            (LATELY, Ok(Answer::Decisions(found))) => detail.lately = Some(Ok(found.decisions)),
            (LATELY, Err(fault)) => detail.lately = Some(Err(fault)),
            (CHECKS, Ok(Answer::TenantChecks(found))) => {
                detail.checks = Some(Some(Ok(found.checks)));
            }
            (CHECKS, Err(fault)) => detail.checks = Some(Some(Err(fault))),
            (LOOKED, Ok(Answer::Forgettable(found))) => detail.looked = Some(Some(Ok(*found))),
            (LOOKED, Err(fault)) => detail.looked = Some(Some(Err(fault))),
            _ => {}
        }
        Vec::new()
    }

    fn take_page(&mut self, page: ListTenantsResponse, shared: &Shared) -> Vec<Intent> {
        self.coming.extend(page.tenants);
        let more = !page.next_page_token.is_empty();
        if more && self.coming.len() < ROWS_MAX {
            return vec![self.ask_page(page.next_page_token, shared)];
        }
        let all = std::mem::take(&mut self.coming);
        self.replace(all, more);
        self.refresh_at = Some(shared.now + REFRESH_AFTER);
        Vec::new()
    }
}

fn there(tenant: &str, shared: &Shared) -> Scope {
    Scope { tenant: tenant.to_owned(), ..shared.scope.clone() }
}

/// Asks policy about a tenant where the daemon will: what a role permits here says nothing of there.
fn rule(tenant: &str, (of, actions): (&str, &[&str]), shared: &Shared) -> Option<Intent> {
    let unknown =
        |action: &&&str| !shared.verdicts.contains_key(&((**action).to_owned(), of.to_owned()));
    let question =
        |action: &&str| Question { action: (*action).to_owned(), resource: of.to_owned() };
    let questions: Vec<Question> = actions.iter().filter(unknown).map(question).collect();
    if questions.is_empty() {
        return None;
    }
    let scope = Some(there(tenant, shared));
    let request = AuthorizeRequest { scope, questions: questions.clone() };
    Some(Intent::Do(Effect::Ask(Ticket::Verdicts(questions), Query::Verdicts(request))))
}
