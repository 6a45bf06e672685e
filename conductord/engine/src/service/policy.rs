//! What the kernel is told of policy's bundles.

use tokio::sync::oneshot;

use super::{Call, Engine, stopping};
use crate::{
    command::Rejection,
    kernel::{Input, PolicyNews},
};

impl Engine {
    /// What the daemon found out about policy's bundles by itself. Decisions of an older bundle
    /// than one that is deployed are not taken from here on. It is durable, and in the views, when
    /// this returns. Blocks.
    ///
    /// # Errors
    /// [`Rejection`]
    pub fn policy_news(&self, news: PolicyNews) -> Result<(), Rejection> {
        let (answer, waiter) = oneshot::channel();
        let input = Box::new(move |ticket| Input::Policy { ticket, news });
        self.send(Call { input, answer: Some(answer), orders: None })?;
        waiter.blocking_recv().unwrap_or_else(|_| Err(stopping())).map(|_| ())
    }
}
