//! Tenants: created, configured, suspended, resumed, entered by guests; what a suspension does to
//! runs and schedules.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    event::Event,
    org::{
        identity::{self, Described},
        tenant::{
            self, Change, GuestAdmitted, GuestDismissed, OpenRuns, Suspension, Tenant,
            limits::TENANTS_MAX,
        },
    },
    scope::Scope,
    work::run,
};
use conductor_protocol::{error_code::Code, id::RunId};

use super::{
    alarms::Key,
    runs::BOUNDS,
    turn::{Author, Turn},
};
use crate::{
    command::{Answer, Command, Context, Rejection, RunChange},
    facts::Records,
};

impl Turn<'_> {
    /// What policy is told from.
    pub(super) fn records(&self) -> Records<'_> {
        let state = &self.kernel.state;
        Records::new(&state.grants, &state.tenants, &state.meters, &self.kernel.defaults)
    }

    /// Refuses what can't be begun where it is asked for: in a tenant that nobody has created, or
    /// that is suspended.
    pub(super) fn refuse_by_tenant(&self, scope: &Scope, command: &Command) -> Result<(), Refusal> {
        let tenants = &self.kernel.state.tenants;
        if matches!(command, Command::Tenant { .. }) {
            return Ok(());
        }
        if !tenants.has(&scope.tenant) {
            return Err(self.no_tenant(&scope.tenant));
        }
        match command {
            Command::Start { .. }
            | Command::Rerun { .. }
            | Command::Change { change: RunChange::Resume { .. }, .. } => {
                tenant::suspended(tenants.get(&scope.tenant).map(|known| &**known))
            }
            _ => Ok(()),
        }
    }

    /// That there is none of that name, or none any more.
    fn no_tenant(&self, name: &str) -> Refusal {
        match self.kernel.state.forgotten.tenant(name) {
            Some(gone) => tenant::forgotten(name, gone.at, gone.seq),
            None => tenant::unknown(name),
        }
    }

    /// Carries out a change of the context's tenant that policy allowed.
    pub(super) fn change_tenant(
        &mut self,
        context: &Context,
        author: &Author,
        change: Change,
    ) -> Result<Answer, Rejection> {
        let name = &context.scope.tenant;
        let decision = context.ruling.id.to_string();
        let tenants = &self.kernel.state.tenants;
        let known = || {
            let implicit = || Arc::new(Tenant::implicit(name, self.now));
            let known = tenants.has(name).then(|| tenants.get(name).cloned());
            known.map(|known| known.unwrap_or_else(implicit)).ok_or_else(|| self.no_tenant(name))
        };
        let event = match change {
            Change::Create(patch) => {
                if tenants.len() >= TENANTS_MAX {
                    return Err(too_many().into());
                }
                let known = known().ok();
                let created = tenant::create(known.as_deref(), name, *patch, decision)?;
                Some(Event::TenantCreated(created))
            }
            Change::Configure(patch) => {
                tenant::configure(&*known()?, *patch, decision)?.map(Event::TenantConfigured)
            }
            Change::Suspend(reason, runs) => {
                tenant::suspend(&*known()?, (reason, runs), decision)?.map(Event::TenantSuspended)
            }
            Change::Resume(reason) => {
                tenant::resume(&*known()?, &reason, decision).map(Event::TenantResumed)
            }
            Change::Admit { principal, ms, reason } => {
                let until = self.now + ms;
                let wanted = GuestAdmitted { principal, until, reason, decision };
                let (known, grants) = (known()?, &self.kernel.state.grants);
                let admits = self.records().admits(name);
                let by = &context.principal;
                let admitted = tenant::admit((&known, admits), grants, by, wanted, self.now)?;
                Some(Event::TenantGuestAdmitted(admitted))
            }
            Change::Dismiss(principal) => {
                let wanted = GuestDismissed { principal, decision };
                tenant::dismiss(&*known()?, wanted, self.now).map(Event::TenantGuestDismissed)
            }
        };
        let changed = event.is_some();
        if let Some(event) = event {
            self.record_tenant(context, author, event);
        }
        let known = self.kernel.state.tenants.get(name).cloned();
        let known = known.unwrap_or_else(|| Arc::new(Tenant::implicit(name, self.now)));
        Ok(Answer::Tenant(known, changed))
    }

    fn record_tenant(&mut self, context: &Context, author: &Author, event: Event) {
        let name = context.scope.tenant.clone();
        let before = self.kernel.state.tenants.get(&name).and_then(|known| known.suspended.clone());
        let guest = match &event {
            Event::TenantGuestAdmitted(event) => Some(&event.principal),
            Event::TenantGuestDismissed(event) => Some(&event.principal),
            _ => None,
        };
        if let Some(guest) = guest {
            self.tell_homes(context, guest);
        }
        self.rule(context, author);
        let suspended = match &event {
            Event::TenantSuspended(event) => Some((event.runs, event.reason.clone())),
            _ => None,
        };
        let resumed = matches!(event, Event::TenantResumed(_));
        self.record(&context.scope, author.clone(), event);
        let unmarked = Author { mark: None, ..author.clone() };
        if let Some((OpenRuns::Pause, reason)) = suspended {
            self.pause_all(&name, context, &unmarked, &reason);
        }
        if let Some(suspension) = before.filter(|_| resumed) {
            self.let_go(&name, context, &unmarked, &suspension);
        }
    }

    /// The open runs of a tenant, in the order of their ids.
    fn open_runs(&self, tenant: &str) -> Vec<Arc<run::Run>> {
        let of_tenant = self.kernel.state.runs.values().filter(|run| run.scope.tenant == tenant);
        let mut open: Vec<_> = of_tenant
            .filter(|run| !run.status.is_terminal() && run.stop.is_none())
            .cloned()
            .collect();
        open.sort_unstable_by_key(|run| run.id);
        open
    }

    fn pause_all(&mut self, tenant: &str, context: &Context, author: &Author, reason: &str) {
        let decision = context.ruling.id;
        for run in self.open_runs(tenant) {
            let paused = run::pause(&run, pause_reason(reason), decision, (self.now, &BOUNDS));
            // One that ends in this very turn needs no pause.
            let Ok(Some(event)) = paused else { continue };
            self.record(&run.scope, author.clone(), Event::RunPaused(event));
        }
    }

    /// Lets go on what the suspension paused; what somebody had paused before rests on.
    fn let_go(&mut self, tenant: &str, context: &Context, author: &Author, of: &Suspension) {
        let decision = context.ruling.id;
        let reason = pause_reason(&of.reason);
        let by_it = |run: &&Arc<run::Run>| {
            run.pause.as_ref().is_some_and(|pause| pause.at == of.at && pause.reason == reason)
        };
        let paused: Vec<_> = self.open_runs(tenant).iter().filter(by_it).cloned().collect();
        let mut ids: Vec<RunId> = Vec::with_capacity(paused.len());
        for run in paused {
            let why = "its tenant goes on".to_owned();
            let Ok(Some(event)) = run::resume(&run, why, decision, self.now) else { continue };
            ids.push(run.id);
            self.record(&run.scope, author.clone(), Event::RunResumed(event));
        }
        ids.into_iter().for_each(|id| self.settle(id));
    }

    /// Has the schedules of a tenant looked at that goes on: what they missed is settled as after a
    /// time without a daemon.
    pub(super) fn after_tenant(&mut self, scope: &Scope, event: &Event) {
        if !matches!(event, Event::TenantResumed(_)) {
            return;
        }
        let schedules = self.kernel.state.schedules.all();
        let of_tenant = schedules.filter(|known| known.scope.tenant == scope.tenant);
        let keys: Vec<Key> =
            of_tenant.map(|known| Key::new((known.scope.clone(), known.name.clone()))).collect();
        keys.into_iter().for_each(|key| self.kernel.alarms.touch(key));
    }

    /// Whether a schedule rests with its tenant.
    pub(super) fn rests_with_tenant(&self, key: &Key) -> bool {
        self.kernel.state.tenants.suspends(&key.0.tenant)
    }

    /// Carries out a change of what is known of a principal.
    pub(super) fn describe(
        &mut self,
        context: &Context,
        author: Author,
        wanted: Described,
    ) -> Result<Answer, Rejection> {
        let tenant = &context.scope.tenant;
        let principal = wanted.principal.clone();
        let decision = context.ruling.id.to_string();
        let wanted = Described { decision, ..wanted };
        if let Some(event) = identity::describe(&self.kernel.state.grants, tenant, wanted)? {
            self.rule(context, &author);
            self.record(&context.scope, author, Event::IdentityDescribed(event));
        }
        Ok(Answer::Described(self.kernel.state.grants.attributes(tenant, &principal)))
    }
}

fn pause_reason(reason: &str) -> String {
    format!("its tenant is suspended: {reason}")
}

fn too_many() -> Refusal {
    Refusal::new(
        Code::TooManyTenants,
        format!("there are {TENANTS_MAX} tenants"),
        "use environments and regions inside of a tenant, or run another daemon",
    )
}
