//! Policy's bundles: what became of them is recorded once, and going back to one is a command.

use conductor_domain::{
    event::Event,
    scope::Scope,
    trust::bundle::{self, Drifted, Settled},
};

use super::{
    PolicyNews,
    turn::{Author, Turn},
};
use crate::command::{Answer, Context};

impl Turn<'_> {
    /// Records what is new of what the daemon found out.
    pub(super) fn policy_news(&mut self, news: PolicyNews) {
        let known = &self.kernel.state.deployment;
        let events: Vec<Event> = match news {
            PolicyNews::Deployed(event) => {
                self.kernel.bundle_revision.clone_from(&event.revision);
                bundle::deployed(known, event).map(Event::PolicyDeployed).into_iter().collect()
            }
            PolicyNews::Refused(event) => {
                bundle::refused(known, event).map(Event::PolicyRefused).into_iter().collect()
            }
            PolicyNews::Drifts(now) => {
                let (over, fresh) = bundle::drifted(known, &now);
                let over = over.into_iter().map(Event::PolicySettled);
                over.chain(fresh.into_iter().map(Event::PolicyDrifted)).collect()
            }
        };
        for event in events {
            let scope = self.drifting(&event).unwrap_or_else(|| self.kernel.home.clone());
            self.record(&scope, Author::system(), event);
        }
    }

    /// The tenant whose own settings drift; what is the daemon's belongs to its home.
    fn drifting(&self, event: &Event) -> Option<Scope> {
        let (Event::PolicyDrifted(Drifted { drift }) | Event::PolicySettled(Settled { drift })) =
            event
        else {
            return None;
        };
        let own = drift.what == bundle::PROFILE && self.kernel.state.tenants.has(&drift.tenant);
        own.then(|| Scope { tenant: drift.tenant.clone(), ..self.kernel.home.clone() })
    }

    /// Decides by an earlier bundle from here on.
    pub(super) fn roll_back(
        &mut self,
        context: &Context,
        author: Author,
        event: bundle::Deployed,
    ) -> Answer {
        let decision = self.rule(context, &author);
        self.kernel.bundle_revision.clone_from(&event.revision);
        let event = bundle::Deployed { decision, ..event };
        self.record(&context.scope, author, Event::PolicyDeployed(event));
        Answer::RolledBack { replayed: false }
    }
}
