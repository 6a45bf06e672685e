//! Policy: what it decided and why, the bundles that decide, and what another bundle would change.

mod acting;
mod asking;
mod bundles;
mod candidate;
mod decisions;
mod explain;
mod filter;
mod screen;
mod told;
mod trial_view;
mod view;

pub(crate) use self::{
    bundles::{roll_back, short as short_revision},
    screen::PolicyScreen,
};
