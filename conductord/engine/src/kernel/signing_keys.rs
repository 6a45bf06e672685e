//! Keys that the log is signed by: orders, what came of them, and when one is due.

use conductor_domain::{event::Event, trust::signing_key};

use super::{
    SigningKeyNews,
    turn::{Author, Turn},
};
use crate::command::{Answer, Context, Rejection};

impl Turn<'_> {
    /// Records that the next key is to take over. Who looks after keys reads it there.
    pub(super) fn order_rotation(
        &mut self,
        context: &Context,
        author: Author,
        (number, reason): (u64, String),
    ) -> Result<Answer, Rejection> {
        let known = &self.kernel.state.signing_keys;
        let said = (reason, context.ruling.id.to_string());
        let event = signing_key::order(known, number, said)?;
        self.rule(context, &author);
        self.record(&context.scope, author, Event::SigningKeyRotationOrdered(event));
        Ok(Answer::Noted)
    }

    /// Records what came of an order, where it is the one that waits.
    pub(super) fn signing_key_news(&mut self, news: SigningKeyNews) {
        let known = &self.kernel.state.signing_keys;
        let event = match news {
            SigningKeyNews::Rotated(done) => signing_key::rotated(known, self.seq() + 1, *done)
                .map(|event| Event::SigningKeyRotated(Box::new(event))),
            SigningKeyNews::Failed { order, problem } => {
                signing_key::failed(known, order, problem).map(Event::SigningKeyRotationFailed)
            }
        };
        if let Some(event) = event {
            let home = self.kernel.home.clone();
            self.record(&home, Author::system(), event);
        }
    }

    /// Records, once, that the key in force has been so for as long as it should.
    pub(super) fn signing_key_is_due(&mut self) {
        let Some(every_ms) = self.kernel.rotate_signing_key_ms else { return };
        let known = &self.kernel.state.signing_keys;
        if let Some(event) = signing_key::fell_due(known, every_ms, self.now) {
            let home = self.kernel.home.clone();
            self.record(&home, Author::system(), Event::SigningKeyDue(event));
        }
    }
}
