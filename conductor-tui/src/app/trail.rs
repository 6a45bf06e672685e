//! Where somebody has been in the console, to go back and forward on: what a browser calls history.

use super::{
    effect::Effect,
    messages::Level,
    model::{Model, TRAIL_SHOWN},
    update::{go, say},
};
use crate::{screen::Tab, widget::Target};

/// Stops remembered.
const STOPS_MAX: usize = 50;
/// Stops that are shown around the present one.
const SHOWN: usize = 2;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trail {
    stops: Vec<Target>,
    /// The present one.
    at: usize,
}

impl Trail {
    /// Somebody went somewhere: what lay before them is forgotten.
    pub(crate) fn went(&mut self, target: Target) {
        if self.stops.get(self.at) == Some(&target) {
            return;
        }
        self.stops.truncate(self.at + 1);
        self.stops.push(target);
        if self.stops.len() > STOPS_MAX {
            self.stops.remove(0);
        }
        self.at = self.stops.len() - 1;
    }

    /// A stop further back or forward, where there is one.
    pub(crate) fn step(&mut self, by: isize) -> Option<Target> {
        let at = self.at.checked_add_signed(by).filter(|at| *at < self.stops.len())?;
        self.at = at;
        self.stops.get(at).cloned()
    }

    /// The screen before the one in front.
    pub(crate) fn last_screen(&self) -> Option<Tab> {
        let now = self.stops.get(self.at).and_then(Target::screen)?;
        self.stops[..self.at].iter().rev().filter_map(Target::screen).find(|tab| *tab != now)
    }

    /// Those around the present stop, and which of them is it.
    pub(crate) fn around(&self) -> (&[Target], usize) {
        let from = self.at.saturating_sub(SHOWN);
        let to = (self.at + SHOWN + 1).min(self.stops.len());
        (&self.stops[from..to], self.at - from)
    }
}

/// Goes back or forward on the way that was come.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(target) = model.trail.step(by) else {
        let text =
            if by < 0 { "there is nothing before this" } else { "there is nothing after this" };
        return say(model, Level::Info, text, "");
    };
    model.trail_until = Some(model.shared.now + TRAIL_SHOWN);
    // Where it leads to is the present stop already, so nothing is forgotten.
    go(model, target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Action;

    fn run(n: u32) -> Target {
        Target::Run(format!("run_{n}"))
    }

    #[test]
    fn one_goes_back_and_forward_and_a_new_way_forgets_the_old() {
        let mut trail = Trail::default();
        trail.went(Target::Act(Action::GoRuns));
        (1..4).for_each(|n| trail.went(run(n)));
        trail.went(run(3));
        assert_eq!(trail.step(1), None);
        assert_eq!((trail.step(-1), trail.step(-1)), (Some(run(2)), Some(run(1))));
        assert_eq!(trail.step(1), Some(run(2)));
        trail.went(run(9));
        assert_eq!((trail.step(1), trail.step(-1)), (None, Some(run(2))));
        assert_eq!(trail.around().1, 2);
    }

    #[test]
    fn the_last_screen_is_another_one() {
        let mut trail = Trail::default();
        trail.went(Target::Act(Action::GoLedger));
        trail.went(Target::Act(Action::GoRuns));
        trail.went(run(1));
        assert_eq!(trail.last_screen(), Some(Tab::Ledger));
        (0..100).for_each(|n| trail.went(run(n)));
        assert_eq!(trail.stops.len(), STOPS_MAX);
    }
}
