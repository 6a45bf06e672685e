//! Guests of a tenant: people of another one who may read in it for a while. They are let in and sent away
//! by whoever administers it, in the tenant itself.

use conductor_protocol::v1::{AdmitGuestRequest, DismissGuestRequest};
use serde_json::{Map, Value};

use super::{
    changes::{Asked, text},
    screen::TenantsScreen,
};
use crate::{
    app::{Shared, TenantChange},
    planned::plain,
    widget::{Form, HOURS, REASON, TenantWord, WHO},
};

/// Milliseconds of an hour.
const HOUR_MS: u64 = 3_600_000;

impl TenantsScreen {
    /// The form that asks who is let in, or sent away.
    pub(super) fn guest_form(&self, word: TenantWord) -> Option<Form> {
        let tenant = self.selected()?;
        let guests: Vec<&str> = tenant.guests.iter().map(|it| it.principal.as_str()).collect();
        Some(Form::tenant_guest(word, &tenant.name, &guests))
    }

    /// Whether there is nobody who could be let in, or sent away, and why.
    pub(super) fn no_guest(&self, word: TenantWord) -> Option<&'static str> {
        let tenant = self.selected()?;
        let admits = tenant.effective.as_ref().is_some_and(|set| !set.admits.is_empty());
        match word {
            TenantWord::Admit if !admits => Some("it admits people of no other tenant"),
            TenantWord::Dismiss if tenant.guests.is_empty() => Some("it has no guests"),
            _ => None,
        }
    }

    /// What is asked before somebody is let in or sent away.
    pub(super) fn guest(
        &self,
        word: TenantWord,
        (name, given): (String, &Map<String, Value>),
        (lines, shared): (&mut Vec<String>, &Shared),
    ) -> Asked {
        let (scope, principal) = (Some(shared.scope.clone()), text(given, WHO));
        if word == TenantWord::Dismiss {
            lines.push(format!("{} may not read there any more", plain(&principal)));
            let request = DismissGuestRequest { scope, name, principal, ..<_>::default() };
            let words = ("Send this guest away?", "send them away");
            return (words, TenantChange::Dismiss(request), "tenant.dismiss");
        }
        let hours: u64 = text(given, HOURS).parse().unwrap_or_default();
        let long = if hours == 1 { "an hour".to_owned() } else { format!("{hours} hours") };
        lines.push(format!("{} may read all that is there for {long}", plain(&principal)));
        let known = self.all().iter().find(|known| known.name == name);
        let set = known.and_then(|known| known.effective.clone()).unwrap_or_default();
        lines.push(format!(
            "only somebody of {}; they change nothing",
            plain(&set.admits.join(", "))
        ));
        let (duration_ms, reason) = (hours.saturating_mul(HOUR_MS), text(given, REASON));
        let request =
            AdmitGuestRequest { scope, name, principal, duration_ms, reason, ..<_>::default() };
        let words = ("Let this guest in?", "let them in");
        (words, TenantChange::Admit(request), "tenant.admit")
    }
}
