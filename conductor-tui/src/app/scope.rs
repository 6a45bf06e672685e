//! Where the console looks: one tenant, environment and region. Going elsewhere leaves nothing of
//! the place before on the screen, and takes in nothing that was asked there.

use conductor_protocol::v1::Scope;
use tokio::sync::mpsc;

use super::{
    effect::Effect,
    messages::{Level, Messages},
    model::Model,
    msg::What,
    shared::LinkState,
    update::{say, to_screen},
};
use crate::{
    input::History,
    screen::{Event, Screens},
};

/// The way back to the loop for what was asked in one place: it says which.
#[derive(Debug, Clone)]
pub(crate) struct Out {
    pub(crate) sender: mpsc::Sender<What>,
    pub(crate) epoch: u64,
}

impl Out {
    /// Sends it; an error when nobody is left who listens.
    pub(crate) async fn send(&self, what: What) -> Result<(), ()> {
        self.sender.send(What::Of(self.epoch, Box::new(what))).await.map_err(drop)
    }
}

/// Goes to another tenant or environment; what is not given stays as it is.
pub(super) fn go_to(
    model: &mut Model,
    tenant: Option<String>,
    environment: Option<String>,
) -> Vec<Effect> {
    let here = model.shared.scope.clone();
    let there = Scope {
        tenant: tenant.unwrap_or_else(|| here.tenant.clone()),
        environment: environment.unwrap_or_else(|| here.environment.clone()),
        region: here.region.clone(),
    };
    if there == here {
        let text = format!("this is {}, {}", here.tenant, here.environment);
        return say(model, Level::Info, &text, "");
    }
    let mut effects = to_screen(model, Event::Leave);
    forget(model);
    model.shared.scope = there.clone();
    effects.push(Effect::Rescope(there));
    effects
}

/// Forgets all that was heard, shown, chosen and said in the place before.
fn forget(model: &mut Model) {
    model.screens = Screens::default();
    model.layers.clear();
    model.typed.clear();
    model.filters = History::default();
    model.offered = None;
    model.recent.clear();
    model.resume_at = None;
    let shared = &mut model.shared;
    shared.epoch += 1;
    shared.principal.clear();
    shared.named = false;
    shared.approvals_waiting = 0;
    shared.alerts = (0, 0);
    shared.freezes.clear();
    shared.verdicts.clear();
    shared.messages = Messages::default();
    shared.link.state = LinkState::Connecting;
    (shared.link.latency, shared.link.heard_at) = (None, None);
}
