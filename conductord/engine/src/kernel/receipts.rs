//! Receipts: recorded once for each record that has one coming.

use conductor_domain::{
    event::Event,
    scope::Scope,
    trust::receipt::{Issued, issue},
};

use super::turn::{Author, Turn};

impl Turn<'_> {
    /// Takes up receipts that were made. Those whose records have one already are nothing.
    pub(super) fn issue(&mut self, made: Vec<(Scope, Issued)>) {
        for (scope, issued) in issue(&self.kernel.state.receipts, made, |(_, issued)| issued) {
            self.record(&scope, Author::system(), Event::ReceiptIssued(Box::new(issued)));
        }
    }
}
