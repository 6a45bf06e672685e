//! The runbooks: what can be run, what it does beside why, who signed it, how it stands, its versions
//! and what they changed, its runs; and the forms that start, plan, rehearse and review it.

mod changes;
mod countersign;
mod describe;
mod layout;
mod page;
mod page_view;
mod read;
mod record;
mod record_view;
mod registry;
mod screen;
mod told;
mod view;

pub(crate) use self::{changes::end, registry::read_manifest, screen::WorkflowsScreen};
