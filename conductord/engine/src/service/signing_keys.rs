//! What the kernel is told of the keys that the log is signed by.

use tokio::sync::oneshot;

use super::{Call, Engine, stopping};
use crate::{
    command::Rejection,
    kernel::{Input, SigningKeyNews},
};

impl Engine {
    /// What came of an order to replace the key that signs the log. It is durable, and in the views,
    /// when this returns, where it is about the order that waits. Blocks.
    ///
    /// # Errors
    /// [`Rejection`]
    pub fn signing_key_news(&self, news: SigningKeyNews) -> Result<(), Rejection> {
        let (answer, waiter) = oneshot::channel();
        let input = Box::new(move |ticket| Input::SigningKey { ticket, news });
        self.send(Call { input, answer: Some(answer), orders: None })?;
        waiter.blocking_recv().unwrap_or_else(|_| Err(stopping())).map(|_| ())
    }
}
