//! What the kernel is told of policy's bundles.

use super::{Call, Engine};
use crate::{
    command::Rejection,
    kernel::{Input, PolicyNews},
};

impl Engine {
    /// What the daemon found out about policy's bundles by itself. Decisions of an older bundle
    /// than one that is deployed are not taken from here on.
    ///
    /// # Errors
    /// [`Rejection::Busy`]
    pub fn policy_news(&self, news: PolicyNews) -> Result<(), Rejection> {
        let input = Box::new(move |_| Input::Policy(news));
        self.send(Call { input, answer: None, orders: None })
    }
}
