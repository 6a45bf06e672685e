//! When the next frame may go out: at once after a key, seldom for news over a slow link, and not before the
//! terminal has shown the ones before.
//!
//! Bytes that were written are not bytes that were seen: an ssh takes them long before a slow link has carried
//! them, and a console that goes on drawing falls further and further behind its keys. Over SSH every frame
//! therefore ends with the terminal's oldest question (device status report, ECMA-48 8.3.35), which it answers
//! when it has come so far. Frames without an answer are on their way: news wait until there are none, keys
//! only while there are many. The time to the answer is the link's, and news keep to it.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Asks a terminal whether it is well; it answers `ESC [ 0 n`.
pub(super) const ARE_YOU_THERE: &[u8] = b"\x1b[5n";
/// Time between two frames at least when keys are typed. A held key repeats every 30 ms or so; what a key asked
/// the daemon for comes in pieces, some of them together.
const KEY_FRAME_EVERY: Duration = Duration::from_millis(2);
/// The same over a link: each frame has bytes of its own.
const FAR_KEY_FRAME_EVERY: Duration = Duration::from_millis(8);
/// Time between two frames of news at least: nobody reads faster.
const NEWS_FRAME_EVERY: Duration = Duration::from_millis(33);
/// The same over the slowest link: four a second.
const NEWS_FRAME_EVERY_MAX: Duration = Duration::from_millis(250);
/// Frames and their bytes that may be on their way while keys are typed.
const FRAMES_ON_THE_WAY_MAX: usize = 8;
const BYTES_ON_THE_WAY_MAX: usize = 16 * 1024;
/// An answer that has not come by then is not waited for any more.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Answers that a terminal owes when it is not asked any more, if it has never given one.
const UNANSWERED_MAX: u32 = 3;

/// What a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Somebody pressed a key and waits for what it does.
    Key,
    /// The daemon said something.
    News,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// The terminal is at the far end of a link, and is asked.
    asks: bool,
    drawn_at: Option<Instant>,
    /// When each frame without an answer was drawn, and its bytes; the oldest first.
    on_the_way: VecDeque<(Instant, usize)>,
    /// Time from a frame to its answer, smoothed; none before the first answer.
    round_trip: Option<Duration>,
    /// Answers given up in a row.
    unanswered: u32,
}

impl Pace {
    /// Of a terminal that is here, or at the far end of a link.
    pub(super) fn new(is_far: bool) -> Self {
        Self { asks: is_far, ..Self::default() }
    }

    /// How long a frame has to wait; none while an answer decides.
    pub(super) fn wait(&self, now: Instant, urgency: Urgency) -> Option<Duration> {
        if !self.has_room(urgency) {
            return None;
        }
        let every = match urgency {
            Urgency::Key if self.asks => FAR_KEY_FRAME_EVERY,
            Urgency::Key => KEY_FRAME_EVERY,
            Urgency::News => self.news_every(),
        };
        let since = self.drawn_at.map(|at| now.saturating_duration_since(at));
        Some(since.map_or(Duration::ZERO, |since| every.saturating_sub(since)))
    }

    /// Whether a frame may go out now.
    pub(super) fn is_due(&self, now: Instant, urgency: Urgency) -> bool {
        self.wait(now, urgency) == Some(Duration::ZERO)
    }

    /// When the answer to the oldest frame is given up, from now; none when no answer is awaited.
    pub(super) fn patience(&self, now: Instant) -> Option<Duration> {
        let (drawn, _) = self.on_the_way.front()?;
        Some(ANSWER_WITHIN.saturating_sub(now.saturating_duration_since(*drawn)))
    }

    /// A frame goes out, which needs so many bytes. What is to be sent after it.
    pub(super) fn drawn(&mut self, now: Instant, bytes: usize) -> &'static [u8] {
        self.drawn_at = Some(now);
        if !self.asks {
            return b"";
        }
        self.on_the_way.push_back((now, bytes));
        ARE_YOU_THERE
    }

    /// The terminal has shown the oldest frame.
    pub(super) fn answered(&mut self, now: Instant) {
        self.unanswered = 0;
        let Some((drawn, _)) = self.on_the_way.pop_front() else {
            return;
        };
        let taken = now.saturating_duration_since(drawn);
        // An eighth of the newest, as TCP does it (RFC 6298).
        self.round_trip = Some(self.round_trip.map_or(taken, |usual| (usual * 7 + taken) / 8));
    }

    /// Gives up answers that do not come: a terminal that knows no such question is shown all the same.
    pub(super) fn give_up(&mut self, now: Instant) {
        while self.patience(now) == Some(Duration::ZERO) {
            self.on_the_way.pop_front();
            self.unanswered += 1;
        }
        if self.round_trip.is_none() && self.unanswered >= UNANSWERED_MAX {
            self.asks = false;
            self.on_the_way.clear();
        }
    }

    /// Somebody else has had the terminal: what it owed, it owes no more.
    pub(super) fn forget(&mut self) {
        self.on_the_way.clear();
        self.drawn_at = None;
    }

    fn has_room(&self, urgency: Urgency) -> bool {
        match urgency {
            Urgency::News => self.on_the_way.is_empty(),
            Urgency::Key => {
                let bytes: usize = self.on_the_way.iter().map(|(_, bytes)| bytes).sum();
                self.on_the_way.is_empty()
                    || self.on_the_way.len() < FRAMES_ON_THE_WAY_MAX && bytes < BYTES_ON_THE_WAY_MAX
            }
        }
    }

    /// Two frames to a round trip leave half of the link to the keys.
    fn news_every(&self) -> Duration {
        let by_link = self.round_trip.unwrap_or_default() / 2;
        by_link.clamp(NEWS_FRAME_EVERY, NEWS_FRAME_EVERY_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::{Urgency::*, *};

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// The clock of a test begins somewhere; only differences count.
    fn begin() -> Instant {
        Instant::now()
    }

    #[test]
    fn here_a_key_is_drawn_at_once_and_news_thirty_times_a_second() {
        let start = begin();
        let mut pace = Pace::new(false);
        assert!(pace.is_due(start, News));
        assert_eq!(pace.drawn(start, 4000), b"");
        assert_eq!(pace.wait(start + ms(1), Key), Some(ms(1)));
        assert!(pace.is_due(start + ms(2), Key));
        assert_eq!(pace.wait(start + ms(8), News), Some(ms(25)));
        assert!(pace.is_due(start + ms(33), News));
        assert_eq!(pace.patience(start + ms(33)), None);
    }

    #[test]
    fn over_a_link_news_wait_for_the_answer_and_keys_do_not() {
        let start = begin();
        let mut pace = Pace::new(true);
        assert_eq!(pace.drawn(start, 300), ARE_YOU_THERE);
        assert_eq!(pace.wait(start + ms(200), News), None);
        assert_eq!(pace.wait(start + ms(3), Key), Some(ms(5)));
        assert!(pace.is_due(start + ms(200), Key));
        pace.answered(start + ms(300));
        // The link takes 300 ms: news come every 150 ms.
        assert!(pace.is_due(start + ms(300), News));
        pace.drawn(start + ms(300), 300);
        pace.answered(start + ms(310));
        assert_eq!(pace.wait(start + ms(310), News).map(|wait| wait > ms(100)), Some(true));
    }

    #[test]
    fn the_slowest_link_gets_four_frames_a_second() {
        let start = begin();
        let mut pace = Pace::new(true);
        pace.drawn(start, 300);
        pace.answered(start + ms(2500));
        pace.drawn(start + ms(2500), 300);
        pace.answered(start + ms(2501));
        assert_eq!(pace.wait(start + ms(2501), News), Some(ms(249)));
    }

    #[test]
    fn keys_wait_when_much_is_on_its_way() {
        let start = begin();
        let mut pace = Pace::new(true);
        for _ in 0..FRAMES_ON_THE_WAY_MAX {
            assert!(pace.is_due(start + ms(100), Key));
            pace.drawn(start, 10);
        }
        assert_eq!(pace.wait(start + ms(100), Key), None);
        pace.answered(start + ms(100));
        assert!(pace.is_due(start + ms(100), Key));
        // One whole screen that is larger than what may be on its way goes out by itself.
        let mut pace = Pace::new(true);
        pace.drawn(start, 2 * BYTES_ON_THE_WAY_MAX);
        assert_eq!(pace.wait(start + ms(100), Key), None);
        pace.answered(start + ms(100));
        assert!(pace.is_due(start + ms(100), Key));
    }

    #[test]
    fn a_terminal_that_never_answers_is_not_asked_for_ever() {
        let start = begin();
        let mut pace = Pace::new(true);
        let mut now = start;
        for _ in 0..UNANSWERED_MAX {
            assert_eq!(pace.drawn(now, 300), ARE_YOU_THERE);
            assert_eq!(pace.patience(now), Some(ANSWER_WITHIN));
            now += ANSWER_WITHIN;
            pace.give_up(now);
            assert!(pace.is_due(now, News));
        }
        assert_eq!(pace.drawn(now, 300), b"");
    }

    #[test]
    fn a_link_that_broke_off_once_is_asked_again() {
        let start = begin();
        let mut pace = Pace::new(true);
        pace.drawn(start, 300);
        pace.answered(start + ms(50));
        let mut now = start + ms(100);
        for _ in 0..2 * UNANSWERED_MAX {
            pace.drawn(now, 300);
            now += ANSWER_WITHIN;
            pace.give_up(now);
        }
        assert_eq!(pace.drawn(now, 300), ARE_YOU_THERE);
        // An answer that comes after it was given up moves nothing that is not there.
        pace.forget();
        pace.answered(now);
        assert!(pace.is_due(now, News));
    }
}
