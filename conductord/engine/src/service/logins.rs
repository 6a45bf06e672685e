//! What the kernel is told of logins and sessions.

use super::Engine;
use crate::{
    command::Rejection,
    kernel::{Input, LoginNews},
};

impl Engine {
    /// What was found out about logins without anybody asking. It is durable, and in the views, when
    /// this returns.
    ///
    /// # Errors
    /// [`Rejection`]
    pub async fn login_news(&self, news: LoginNews) -> Result<(), Rejection> {
        let input = move |ticket| Input::Logins { ticket, news };
        self.call(Box::new(input), None).await.map(|_| ())
    }
}
