//! Receipts: recorded once for each record that has one coming.

use conductor_domain::{event::Event, trust::receipt::issue};

use super::turn::{Author, Turn};
use crate::receipts::Made;

impl Turn<'_> {
    /// Takes up receipts that were made. Those whose records have one already are nothing.
    pub(super) fn issue(&mut self, made: Vec<Made>) {
        for made in issue(&self.kernel.state.receipts, made, |made| &made.issued) {
            let subject = self.subject_of_sealed(&made.scope.tenant, &made);
            let before = self.about_subject(&made.scope, subject);
            let issued = Event::ReceiptIssued(Box::new(made.issued));
            self.record(&made.scope, Author::system(), issued);
            self.about = before;
        }
    }
}
