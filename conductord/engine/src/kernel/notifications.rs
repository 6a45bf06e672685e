//! What people do about notifications: put on record. Whoever delivers them reads it there.

use conductor_domain::{event::Event, org::notification::Tended};

use super::turn::{Author, Turn};
use crate::command::{Answer, Context};

impl Turn<'_> {
    /// Records what somebody does about a target, whose letters were found before.
    pub(super) fn tend(&mut self, context: &Context, author: Author, wanted: Tended) -> Answer {
        let decision = self.rule(context, &author);
        let event = Event::NotificationTended(Tended { decision, ..wanted });
        self.record(&context.scope, author, event);
        Answer::Noted
    }
}
