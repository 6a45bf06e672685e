//! Receipts that were made, and those that are looked up.

use conductor_domain::{event::Event, trust::receipt::Issued};
use conductor_protocol::id::RunId;

use super::{Engine, ReadError};
use crate::{command::Rejection, kernel::Input, receipts::Made, views::ReceiptEntry};

impl Engine {
    /// Records receipts that were made; those whose records have one are nothing. It is durable, and in
    /// the views, when this returns.
    ///
    /// # Errors
    /// [`Rejection`]
    pub async fn issue_receipts(&self, made: Vec<Made>) -> Result<(), Rejection> {
        let input = move |ticket| Input::Receipts { ticket, made };
        self.call(Box::new(input), None).await.map(|_| ())
    }

    /// The receipt of a run's end, whole; none while it waits for it.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn receipt_of_run(&self, tenant: &str, run: RunId) -> Result<Option<Issued>, ReadError> {
        match self.views().receipt_of_run(tenant, run)? {
            Some(entry) => self.receipt_at(tenant, &entry),
            None => Ok(None),
        }
    }

    /// A receipt of a tenant, whole.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn receipt_at(
        &self,
        tenant: &str,
        entry: &ReceiptEntry,
    ) -> Result<Option<Issued>, ReadError> {
        let found = self.facts(&[entry.seq])?.pop();
        // The view's keys hold the tenant; the record has the last word.
        Ok(found.filter(|(_, known)| known.scope.tenant == tenant).and_then(
            |(_, known)| match known.event {
                Event::ReceiptIssued(issued) => Some(*issued),
                _ => None,
            },
        ))
    }
}
