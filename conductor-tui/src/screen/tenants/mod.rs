//! The tenants that whoever looks may read of: how each stands, what it may use and has spent, and what
//! is done to it.

mod asks;
mod changes;
mod guests;
mod list;
mod page;
mod screen;
mod view;

pub(crate) use self::{changes::question as tenant_question, screen::TenantsScreen};
