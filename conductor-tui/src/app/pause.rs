//! A view that stands still. What the daemon tells of what is shown is kept here, in its order and with
//! its times, until the view goes on: then the screen takes it all up at once and is what it would have
//! been. The daemon knows nothing of it.
//!
//! What a key asks for is answered all the same: somebody who looks around in a picture that stands still
//! wants to see what they open. Nothing is asked that no key asked for: screens let their refreshing rest
//! while `Shared::paused` is set.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use prost::Message as _;

use super::{
    effect::{Effect, FeedId, Ticket},
    messages::Level,
    model::Model,
    msg::{Fault, FaultKind, FeedNews, What},
    shared::Paused,
    update::{act, say, to_tab},
};
use crate::{
    input::{Action, Place},
    screen::{Event, Tab},
};

/// News that are kept, and bytes of them. A stream that brings more is dropped, and read on from where it
/// was when the view goes on: nothing of it is lost.
const NEWS_MAX: usize = 1024;
const NEWS_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long a stream that a key has opened is read before what it shows stands still, too.
const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_secs(2);

/// See the module.
#[derive(Debug)]
pub(crate) struct Held {
    /// What the screen has not heard of, and when it came.
    kept: VecDeque<(Timestamp, Event)>,
    news_bytes: usize,
    /// Streams that brought too much.
    cut: BTreeSet<FeedId>,
    /// What keys have asked for since.
    asked: Vec<Ticket>,
    /// What keys have subscribed to since, and when.
    opened: Vec<(FeedId, Timestamp)>,
}

impl Held {
    /// Remembers what was asked by a key, or by what came of one.
    fn note(&mut self, effects: &[Effect], now: Timestamp) {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, _) => self.asked.push(ticket.clone()),
                Effect::Watch(id, _) => self.opened.push((*id, now)),
                Effect::Unwatch(id) => self.opened.retain(|(open, _)| open != id),
                _ => {}
            }
        }
    }

    /// Whether it answers what a key asked for.
    fn answers(&mut self, event: &Event, now: Timestamp) -> bool {
        match event {
            Event::Act(_) | Event::Tick | Event::Resize => true,
            Event::Reply(ticket, _) => {
                let at = self.asked.iter().position(|asked| asked == ticket);
                at.inspect(|at| drop(self.asked.swap_remove(*at))).is_some()
            }
            Event::Feed(id, _) => {
                let of =
                    |(open, at): &(FeedId, Timestamp)| open == id && now < *at + ANSWERED_WITHIN;
                self.opened.iter().any(of)
            }
            Event::Enter | Event::Leave => false,
        }
    }

    /// Keeps what the screen is not to hear of yet. Gives the stream that is to be dropped for it.
    fn keep(&mut self, event: Event, now: Timestamp) -> Option<FeedId> {
        let last = self.kept.back().map(|(_, event)| event);
        match (&event, last) {
            (Event::Enter, Some(Event::Enter)) | (Event::Leave, Some(Event::Leave)) => return None,
            // The link came back and broke again: nothing was heard in between.
            (Event::Leave, Some(Event::Enter)) if self.left_before() => {
                self.kept.pop_back();
                return None;
            }
            (Event::Feed(id, _), _) if self.cut.contains(id) => return None,
            (Event::Feed(id, news), _) if !matches!(news, FeedNews::Ended(_)) => {
                let bytes = bytes(news);
                let full = self.kept.len() >= NEWS_MAX || self.news_bytes + bytes > NEWS_BYTES_MAX;
                if full {
                    self.cut.insert(*id);
                    return Some(*id);
                }
                self.news_bytes += bytes;
            }
            _ => {}
        }
        self.kept.push_back((now, event));
        None
    }

    /// Whether the one before the last is that the link broke.
    fn left_before(&self) -> bool {
        let before = self.kept.len().checked_sub(2).and_then(|at| self.kept.get(at));
        matches!(before, Some((_, Event::Leave)))
    }
}

/// Bytes of news, as they were sent.
fn bytes(news: &FeedNews) -> usize {
    match news {
        FeedNews::Runs(news) => news.encoded_len(),
        FeedNews::Run(news) => news.encoded_len(),
        FeedNews::Log(chunk) => chunk.encoded_len(),
        FeedNews::Event(event) => event.encoded_len(),
        _ => 0,
    }
}

/// How many news something is: runs that changed, lines of output, events.
fn count(event: &Event) -> u64 {
    let count = match event {
        Event::Feed(_, FeedNews::Ended(_)) | Event::Enter | Event::Leave => 0,
        Event::Feed(_, FeedNews::Runs(news)) => news.runs.len(),
        Event::Feed(_, FeedNews::Log(chunk)) => {
            chunk.data.iter().filter(|byte| **byte == b'\n').count().max(1)
        }
        _ => 1,
    };
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Lets the view stand still, or go on.
pub(super) fn turn(model: &mut Model) -> Vec<Effect> {
    if model.held.is_some() {
        return resume(model);
    }
    let at = model.shared.data_now();
    model.shared.paused = Some(Paused { at, news: 0, more: false });
    model.held = Some(Held {
        kept: VecDeque::new(),
        news_bytes: 0,
        cut: BTreeSet::new(),
        asked: Vec::new(),
        opened: Vec::new(),
    });
    Vec::new()
}

/// Remembers what came of a message, where the view stands still.
pub(super) fn note(model: &mut Model, by_link: bool, effects: &[Effect]) {
    if let Some(held) = model.held.as_mut().filter(|_| !by_link) {
        held.note(effects, model.shared.now);
    }
}

/// Whether what has happened is about the link: what comes of it is asked by nobody.
pub(super) fn is_of_link(what: &What) -> bool {
    match what {
        What::Of(_, what) => is_of_link(what),
        what => matches!(what, What::Link(_)),
    }
}

/// Keeps an event from the screen in front while that stands still.
///
/// # Errors
///
/// It was kept: what is to be done for that.
pub(super) fn hold(model: &mut Model, tab: Tab, event: Event) -> Result<Event, Vec<Effect>> {
    let now = model.shared.now;
    let (Some(held), true) = (&mut model.held, tab == model.tab) else { return Ok(event) };
    if held.answers(&event, now) {
        return Ok(event);
    }
    let news = count(&event);
    let dropped = held.keep(event, now);
    if let Some(paused) = &mut model.shared.paused {
        paused.more |= dropped.is_some();
        paused.news += if paused.more { 0 } else { news };
    }
    Err(dropped.map(Effect::Unwatch).into_iter().collect())
}

/// Lets the view go on, with everything that has come meanwhile.
pub(super) fn resume(model: &mut Model) -> Vec<Effect> {
    model.shared.paused = None;
    let Some(held) = model.held.take() else { return Vec::new() };
    let (now, tab) = (model.shared.now, model.tab);
    let mut effects = Vec::new();
    let mut tell = |model: &mut Model, event| {
        for effect in to_tab(model, tab, event) {
            // What every piece of news would have asked is asked once.
            if !effects.contains(&effect) {
                effects.push(effect);
            }
        }
    };
    for (at, event) in held.kept {
        model.shared.now = at;
        tell(model, event);
    }
    model.shared.now = now;
    if !held.cut.is_empty() {
        // As after a stream that broke: it is taken up again from where it was.
        let broken = |id: &FeedId| Event::Feed(*id, FeedNews::Ended(Some(dropped())));
        held.cut.iter().map(broken).for_each(|event| tell(model, event));
        if model.shared.link.is_live() {
            tell(model, Event::Enter);
        }
    }
    effects
}

/// Forgets what was kept: everything is read anew.
pub(super) fn forget(model: &mut Model) {
    (model.held, model.shared.paused) = (None, None);
}

fn dropped() -> Fault {
    Fault {
        kind: FaultKind::Unreachable,
        code: String::new(),
        message: "too much came while the view stood still".to_owned(),
        hint: String::new(),
        approval: String::new(),
    }
}

/// Whether an action changes something that is chosen on the screen.
pub(super) fn is_change(action: Action) -> bool {
    let spec = action.spec();
    spec.policy.is_some() && !spec.places.contains(&Place::Global)
}

/// A change that is wanted from a view that stands still: the view goes on first, and what is asked is
/// asked about what is there now. Where something else is chosen by then, nothing is asked.
pub(super) fn change(model: &mut Model, action: Action) -> Vec<Effect> {
    let before = chosen(model);
    let mut effects = resume(model);
    // Policy may have changed its mind meanwhile.
    model.shared.verdicts.clear();
    if chosen(model) != before {
        let text = format!("can't {}: what was chosen is not there any more", action.spec().name);
        say(model, Level::Warn, &text, "the view goes on: look again");
        return effects;
    }
    effects.extend(act(model, action));
    effects
}

/// What is chosen, by every name that the screen has for it.
fn chosen(model: &Model) -> [Option<String>; 4] {
    let screen = model.screen();
    let of = [Some(screen.twin()), screen.leads_to(Tab::Logs)];
    let [twin, task] = of;
    // In a log a line is chosen, and changes are not about lines.
    if screen.places().contains(&Place::RunLog) {
        return [twin, task, None, None];
    }
    let row = screen.told(&model.shared).map(|told| told.of);
    [twin, task, row, screen.chosen(&model.shared)]
}
