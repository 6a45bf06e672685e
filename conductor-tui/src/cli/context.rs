//! What a command works with.

use conductor_client::{Bearer, Connection};
use conductor_protocol::v1::Scope;

use super::output::Output;
use crate::config::{Environment, Settings};

/// The daemon, the settings, and where the answer goes.
pub(crate) struct Context<'a> {
    pub(crate) connection: Connection,
    pub(crate) settings: Settings,
    pub(crate) environment: &'a Environment,
    pub(crate) output: &'a mut Output,
}

impl<'a> Context<'a> {
    /// Nothing is connected yet. The bearer's token goes with each call.
    pub(crate) fn new(
        settings: Settings,
        environment: &'a Environment,
        output: &'a mut Output,
        bearer: Bearer,
    ) -> Self {
        let connection =
            Connection::lazy_with_questions(settings.endpoint.clone(), settings.scope.clone());
        let connection = connection.with_bearer(bearer);
        Self { connection, settings, environment, output }
    }

    /// Where requests act.
    pub(crate) fn scope(&self) -> Option<Scope> {
        self.connection.scope()
    }
}
