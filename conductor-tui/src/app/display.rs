//! What the loop shows itself with: what makes frames, the thread that writes them, and the pace that says when
//! the next one may go out.

use std::{
    io,
    time::{Duration, Instant},
};

use super::{
    awaited::Awaited,
    effect::Effect,
    model::Model,
    msg::What,
    options::Options,
    pace::{Pace, Urgency},
    paint::Writer,
    show::Show,
};
use crate::terminal::Caps;

/// See the module.
pub(super) struct Display {
    pub(super) show: Show,
    writer: Writer,
    pace: Pace,
    /// What the next frame is for.
    urgency: Urgency,
    awaited: Awaited,
}

/// Why the loop goes on without anything having happened.
#[derive(Debug)]
pub(super) enum Turn {
    /// A frame has been written.
    Written(io::Result<()>),
    /// A frame may go out.
    Due,
    /// The terminal has not answered in time.
    Overdue,
}

impl Display {
    /// On a terminal of that size. One that is at the far end of a link is asked how far it has come, unless it is
    /// told in lines.
    pub(super) fn of(options: &Options, caps: Caps, size: (u16, u16)) -> io::Result<Self> {
        let asks = caps.is_far && caps.can_be_asked && !options.plain;
        let show = Show::of(options, caps, size)?;
        Ok(Self {
            show,
            writer: Writer::start()?,
            pace: Pace::new(asks),
            urgency: Urgency::News,
            awaited: Awaited::default(),
        })
    }

    /// Somebody pressed a key, and waits for what it does.
    pub(super) fn hurry(&mut self) {
        self.urgency = Urgency::Key;
    }

    /// Something happened. Says whether somebody waits for it: then its frame goes out at once, too.
    pub(super) fn hears(&mut self, what: &What) -> bool {
        let is_awaited = self.awaited.hears(what);
        if is_awaited {
            self.hurry();
        }
        is_awaited
    }

    /// What somebody waits for wants this.
    pub(super) fn asks(&mut self, effects: &[Effect]) {
        self.awaited.asks(effects);
    }

    /// The terminal has shown the oldest frame that is on its way.
    pub(super) fn answered(&mut self) {
        self.pace.answered(Instant::now());
    }

    /// Whether a key's frame is wanted and may go out.
    pub(super) fn is_urgent(&self, model: &Model) -> bool {
        self.urgency == Urgency::Key && self.is_due(model)
    }

    /// Waits until there is something to do about frames.
    pub(super) async fn turn(&mut self, model: &Model) -> Turn {
        let now = Instant::now();
        let wants_frame = model.changed && !self.writer.is_busy();
        let due = self.pace.wait(now, self.urgency).filter(|_| wants_frame);
        let patience = self.pace.patience(now);
        tokio::select! {
            biased;
            written = self.writer.written(), if self.writer.is_busy() => Turn::Written(written),
            () = sleep(due) => Turn::Due,
            () = sleep(patience) => Turn::Overdue,
        }
    }

    /// Takes what [`Self::turn`] waited for.
    pub(super) fn on(&mut self, turn: Turn) -> io::Result<()> {
        match turn {
            Turn::Written(result) => return result,
            Turn::Due => {}
            Turn::Overdue => self.pace.give_up(Instant::now()),
        }
        Ok(())
    }

    /// Draws where something has changed and a frame may go out.
    pub(super) fn refresh(&mut self, model: &mut Model) -> io::Result<()> {
        if self.is_due(model) { self.draw(model) } else { Ok(()) }
    }

    /// Somebody else gets the terminal: the frame on its way to it is written first.
    pub(super) fn finish(&self) {
        self.writer.finish();
    }

    /// What the terminal shows is not what was drawn last: somebody else has had it.
    pub(super) fn taken_back(&mut self) {
        self.show.forget();
        self.pace.forget();
    }

    /// The next frame is whole.
    pub(super) fn forget(&mut self) {
        self.show.forget();
    }

    fn is_due(&self, model: &Model) -> bool {
        let may = !self.writer.is_busy() && self.pace.is_due(Instant::now(), self.urgency);
        model.changed && may
    }

    fn draw(&mut self, model: &mut Model) -> io::Result<()> {
        let mut frame = self.show.frame(model)?;
        model.changed = false;
        self.urgency = Urgency::News;
        if frame.is_empty() {
            return Ok(());
        }
        let question = self.pace.drawn(Instant::now(), frame.len());
        frame.extend_from_slice(question);
        self.writer.write(frame)
    }
}

/// Waits so long; for ever without a time.
async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
