//! Answers that somebody waits for: those to what a key asked, and to what such an answer asked in turn. Each is
//! drawn as a key is, at once; what else the daemon says keeps to the pace of news.

use std::collections::VecDeque;

use super::{
    effect::{Effect, FeedId, Ticket},
    msg::What,
};

/// What is waited for at once; more is not worth a frame of its own.
const AWAITED_MAX: usize = 16;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Awaited {
    answers: VecDeque<Ticket>,
    /// Streams, for the first of each.
    news: VecDeque<FeedId>,
}

impl Awaited {
    /// Whether somebody waits for this; once for each thing that was asked.
    pub(super) fn hears(&mut self, what: &What) -> bool {
        match what {
            What::Reply(ticket, _) => take(&mut self.answers, ticket),
            What::Feed(id, _) => take(&mut self.news, id),
            other => other.is_typed(),
        }
    }

    /// Waits for the answers to these, too. The oldest that has none by then is not waited for any more.
    pub(super) fn asks(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, _) => put(&mut self.answers, ticket.clone()),
                Effect::Watch(id, _) => put(&mut self.news, *id),
                _ => {}
            }
        }
    }
}

fn take<T: PartialEq>(awaited: &mut VecDeque<T>, one: &T) -> bool {
    let place = awaited.iter().position(|other| other == one);
    place.is_some_and(|place| awaited.remove(place).is_some())
}

fn put<T>(awaited: &mut VecDeque<T>, one: T) {
    if awaited.len() == AWAITED_MAX {
        awaited.pop_front();
    }
    awaited.push_back(one);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{effect::Feed, msg::FeedNews, tests::key};

    #[test]
    fn what_a_key_asks_is_waited_for_once_and_what_news_ask_is_not() {
        let mut awaited = Awaited::default();
        let news = |id| What::Feed(FeedId(id), FeedNews::Ended(None));
        assert!(awaited.hears(&What::Key(key("Enter"))));
        awaited.asks(&[Effect::Watch(FeedId(1), Feed::Run(<_>::default()))]);
        assert!(!awaited.hears(&news(2)), "another stream is only news");
        assert!(awaited.hears(&news(1)));
        assert!(!awaited.hears(&news(1)), "only the first of a stream is waited for");
        for id in 0..100 {
            awaited.asks(&[Effect::Watch(FeedId(id), Feed::Run(<_>::default()))]);
        }
        assert!(!awaited.hears(&news(0)) && awaited.hears(&news(99)));
    }
}
