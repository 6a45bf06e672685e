//! The receipt of a run that has ended: of the open one it is known, of any other it is asked for first.

use conductor_protocol::v1::GetRunRequest;

use super::{open::is_ended, screen::RunsScreen};
use crate::{
    app::{Answer, Effect, Fault, Level, Query, Shared, Subject, Ticket},
    screen::{Intent, Tab},
    widget::Target,
};

/// Tells these questions from those about artifacts and marks.
const OF_RECEIPT: u64 = 1 << 62;
/// What is said of a run whose receipt is not there.
const NOT_YET: &str = "its receipt is not here yet: it comes soon after the end";

/// Whether a ticket's number is that of a question for a receipt.
pub(super) fn is_of_receipt(number: u64) -> bool {
    number & OF_RECEIPT != 0
}

impl RunsScreen {
    /// The receipt of the run that keys act on: nothing where that run was not read, and an empty
    /// text where it has none.
    fn receipt_id(&self) -> Option<&str> {
        let run_id = &self.target()?.run_id;
        let open = self.open.as_ref().filter(|open| open.run_id == *run_id)?;
        Some(open.run.as_ref()?.receipt_id.as_str())
    }

    /// The ledger at the run's receipt: there it is verified, and saved.
    pub(super) fn open_receipt(&mut self, shared: &mut Shared) -> Option<Intent> {
        if let Some(id) = self.receipt_id().filter(|id| !id.is_empty()) {
            return Some(Intent::Go(Target::At(Tab::Ledger, id.to_owned())));
        }
        let run_id = self.target()?.run_id.clone();
        if !shared.link.is_live() {
            let text = "can't look for its receipt: not connected";
            shared.messages.say(shared.now, Level::Warn, text, "");
            return None;
        }
        self.receipts_asked += 1;
        let number = OF_RECEIPT | self.receipts_asked;
        self.receipt = Some((number, run_id.clone()));
        let request = GetRunRequest { scope: Some(shared.scope.clone()), run_id };
        Some(Intent::Do(Effect::Ask(Ticket::Screen(Tab::Runs, number), Query::Run(request))))
    }

    /// What was asked to be gone to is not gone to: whoever asked does something else now.
    pub(crate) fn rest(&mut self) {
        self.receipt = None;
    }

    /// Takes the run that was asked for, and goes to its receipt.
    pub(super) fn take_receipt(
        &mut self,
        number: u64,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let asked = self.receipt.take_if(|(asked, _)| *asked == number);
        let Some((_, run_id)) = asked else { return Vec::new() };
        let run = match answer {
            Ok(Answer::Run(answer)) => answer.run.unwrap_or_default(),
            Ok(_) => return Vec::new(),
            Err(fault) => {
                shared.messages.say(shared.now, Level::Error, &fault.message, &fault.hint);
                return Vec::new();
            }
        };
        if run.receipt_id.is_empty() {
            let text = format!("can't receipt: {NOT_YET}");
            shared.messages.say(shared.now, Level::Warn, &text, &run_id);
            return Vec::new();
        }
        vec![Intent::Go(Target::At(Tab::Ledger, run.receipt_id))]
    }

    pub(super) fn receipt_subject(&self) -> Subject {
        match (self.target(), self.receipt_id()) {
            (None, _) => Subject::Absent,
            (Some(run), _) if !is_ended(run.status()) => {
                Subject::NotNow("the run has not ended: its end is what gets a receipt")
            }
            (_, Some("")) => Subject::NotNow(NOT_YET),
            _ => Subject::Allowed,
        }
    }
}
