//! What is heard of the link: that the daemon answers, with who we are there and what waits, or that it
//! does not.

use super::{
    attention::{self, Kind},
    contexts,
    effect::Effect,
    frost,
    messages::Level,
    model::Model,
    msg::LinkNews,
    shared::LinkState,
    update::{carry_all, say, to_screen, to_tab},
};
use crate::screen::{Event, Tab};

/// Says what is new that somebody did alone, or that has to be looked into.
fn alerted(model: &mut Model, alerts: (u32, u32)) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.shared.alerts, alerts);
    let mut effects = Vec::new();
    if alerts.0 > before.0 {
        let text = "glass was broken: a review falls due";
        say(model, Level::Caution, text, "conductor approvals list --action glass.review");
        effects.extend(attention::tell(model, Kind::Incidents, text));
    }
    if alerts.1 > before.1 {
        let text = "an incident is open";
        say(model, Level::Error, text, "conductor incidents list");
        effects.extend(attention::tell(model, Kind::Incidents, text));
    }
    effects
}

/// Takes news of the link.
pub(super) fn heard(model: &mut Model, news: LinkNews) -> Vec<Effect> {
    let was = model.shared.link.state.clone();
    match news {
        LinkNews::Up { principal, named, scope, latency, approvals, freezes, alerts } => {
            let had_data = model.shared.link.was_up();
            model.shared.link.state = LinkState::Live;
            model.shared.link.latency = Some(latency);
            model.shared.link.heard_at = Some(model.shared.now);
            model.shared.principal = principal;
            model.shared.named = named;
            model.shared.scope = scope;
            frost::heard(model, freezes);
            if was != LinkState::Live {
                model.attention.linked();
            }
            let mut effects = alerted(model, alerts);
            effects.extend(attention::settle(model));
            let intents = model.screens.approvals.counted(approvals, &mut model.shared);
            effects.extend(carry_all(model, intents));
            effects.extend(model.shared.fit_theme());
            if was == LinkState::Live {
                return effects;
            }
            model.shared.verdicts.clear();
            if had_data {
                say(model, Level::Info, "connected again, going on from where it broke off", "");
            }
            effects.extend(to_screen(model, Event::Enter));
            // What the palette finds and the command line completes.
            for tab in [Tab::Workflows, Tab::Schedules] {
                if model.tab != tab {
                    effects.extend(to_tab(model, tab, Event::Enter));
                }
            }
            effects.extend(contexts::go_on(model));
            effects
        }
        LinkNews::Down { problem } => {
            model.shared.link.latency = None;
            model.shared.link.state = LinkState::Lost(problem);
            model.resume_at = None;
            if was != LinkState::Live {
                return Vec::new();
            }
            let mut effects = to_screen(model, Event::Leave);
            effects.extend(attention::settle(model));
            let text = "the daemon does not answer any more";
            effects.extend(attention::tell(model, Kind::Link, text));
            effects
        }
    }
}
