//! What comes from the daemon: answers, each to whoever asked, and news of what is shown.

use super::{beside, marks, receipt, screen::RunsScreen};
use crate::{
    app::{Answer, Fault, FaultKind, FeedId, FeedNews, Shared, Ticket},
    screen::Intent,
};

impl RunsScreen {
    /// Takes an answer.
    pub(super) fn reply(
        &mut self,
        ticket: Ticket,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        match (ticket, answer) {
            (Ticket::Screen(_, number), answer) if marks::is_of_marks(number) => {
                self.take_marked(number, answer, shared)
            }
            (Ticket::Screen(_, number), answer) if beside::is_of_plan(number) => {
                self.take_plan(number, answer);
                Vec::new()
            }
            (Ticket::Screen(_, number), answer) if receipt::is_of_receipt(number) => {
                self.take_receipt(number, answer, shared)
            }
            (Ticket::Screen(_, number), answer) => {
                self.artifacts.reply(number, answer, shared).into_iter().collect()
            }
            (ticket, answer) => {
                self.list.reply(&ticket, answer, shared);
                let height = self.list_height(shared);
                self.list.scroll.settle(self.list.rows().len(), height);
                self.list.watch(shared).map(Intent::Do).into_iter().collect()
            }
        }
    }

    /// Takes news of a stream.
    pub(super) fn feed(&mut self, id: FeedId, news: FeedNews, shared: &mut Shared) -> Vec<Intent> {
        if let Some(said) = self.artifacts.feed(id, &news) {
            return said;
        }
        if let Some(open) = &mut self.open
            && open.take(id, &news, shared.now)
        {
            return open.watch_log(shared).into_iter().map(Intent::Do).collect();
        }
        if !self.list.owns(id) {
            return Vec::new();
        }
        if let FeedNews::Runs(news) = &news {
            news.runs.iter().for_each(|run| self.marks.heard(run));
        }
        match news {
            FeedNews::Runs(ref news) if self.list.take_changes(news, shared) => {
                let unwatch = self.list.unwatch();
                let reload = self.list.reload(shared);
                return unwatch.into_iter().chain(reload).map(Intent::Do).collect();
            }
            FeedNews::Ended(fault) => {
                self.list.feed_ended();
                if let Some(fault) = fault.filter(|fault| fault.kind == FaultKind::Denied) {
                    self.list.fault = Some(fault);
                }
            }
            _ => {}
        }
        Vec::new()
    }
}
